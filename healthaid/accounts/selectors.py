"""Accounts as their administrators see them, and an account as its owner does."""

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from healthaid.accounts.enums import Ability
from healthaid.accounts.models import Posting, User
from healthaid.core.scoping import Scope, under


def accounts_for_list(user: User) -> QuerySet[User]:
    """The accounts with a posting, past or present, where the user administers; with their postings."""
    inside = _inside(user.scope(Ability.ADMINISTER)).filter(user=OuterRef("pk"))
    postings = Posting.objects.select_related("place").order_by("-starts_on", "pk")
    return User.objects.filter(Exists(inside)).prefetch_related(Prefetch("postings", postings))


def account_for_page(user: User, pk: int) -> User:
    """One account that the user looks after; raises DoesNotExist."""
    return accounts_for_list(user).get(pk=pk)


def posting_for_page(user: User, pk: int) -> Posting:
    """One posting of such an account; raises DoesNotExist."""
    return Posting.objects.select_related("user", "place").filter(user__in=accounts_for_list(user)).get(pk=pk)


def _inside(scope: Scope) -> QuerySet[Posting]:
    """The postings at places inside a scope."""
    reach = Q(pk__in=[])
    for prefix in scope.prefixes:
        reach |= under("place__path", prefix)
    return Posting.objects.filter(reach)
