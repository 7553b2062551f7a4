"""Accounts as their administrators see them, and an account as its owner does."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils import timezone

from healthaid.accounts.domain import IDLE_WARNING_DAYS, duties_with
from healthaid.accounts.enums import Ability
from healthaid.accounts.models import Posting, User, UserSession
from healthaid.core.scoping import Scope, under
from healthaid.regions.domain import natural_code
from healthaid.regions.models import Place, PlaceCode


def accounts_for_list(user: User) -> QuerySet[User]:
    """The accounts with a posting, past or present, where the user administers; with their postings."""
    inside = _inside(user.scope(Ability.ADMINISTER)).filter(user=OuterRef("pk"))
    postings = Posting.objects.select_related("place").order_by("-starts_on", "pk")
    return User.objects.filter(Exists(inside)).prefetch_related(Prefetch("postings", postings))


def idle_accounts(before: datetime) -> QuerySet[User]:
    """The accounts in use by name only: enabled before that moment, and not signed in since."""
    unused = Q(last_login=None) | Q(last_login__lt=before)
    return User.objects.filter(unused, is_active=True, enabled_at__lt=before)


def soon_disabled(user: User, now: datetime) -> QuerySet[User]:
    """The accounts the user looks after that are, or within two weeks will be, unused for too long."""
    rows = accounts_for_list(user)
    if not settings.ACCOUNT_IDLE_DAYS:
        return rows.none()
    return rows.filter(pk__in=idle_accounts(now - timedelta(days=settings.ACCOUNT_IDLE_DAYS - IDLE_WARNING_DAYS)))


def branches_administered(accounts: QuerySet[User], day: date) -> dict[int, list[str]]:
    """The branches of the place tree that each of the accounts administers on the day; without those who have none."""
    held = Posting.objects.held_on(day).filter(user__in=accounts, duty__in=duties_with(Ability.ADMINISTER))
    branches: dict[int, list[str]] = {}
    for number, path in held.values_list("user", "place__path"):
        branches.setdefault(number, []).append(path)
    return branches


def holders(ability: str, path: str, day: date) -> QuerySet[Posting]:
    """Postings of active accounts that give an ability at a place, the nearest first."""
    ids = [int(part) for part in path.strip("/").split("/")]
    held = Posting.objects.held_on(day).filter(duty__in=duties_with(ability), place__in=ids, user__is_active=True)
    return held.select_related("user", "place").order_by("-place__path", "user", "pk")


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


def places_named(user: User, words: str, *, most: int) -> list[Place]:
    """Open places where the user administers that bear the name or the statutory code, each with its `code`."""
    code = PlaceCode.objects.filter(place=OuterRef("pk")).order_by("-valid_from").values("code")[:1]
    named = Q(name=words) | Q(pk__in=PlaceCode.objects.filter(code=natural_code(words)).values("place"))
    places = Place.objects.visible_to(user, Ability.ADMINISTER).filter(named, closed_on=None)
    return list(places.select_related("parent").annotate(code=Subquery(code)).order_by("path")[:most])


def sessions_for_page(user: User) -> list[UserSession]:
    """The user's own signed-in browsers, newest first."""
    return list(user.sessions.filter(expire_date__gt=timezone.now()))


def first_administrator_missing() -> bool:
    """Whether nobody can sign in yet, so that the sign-in page says how to begin."""
    return not User.objects.exists()
