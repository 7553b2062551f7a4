"""Writes: a year that was settled by other values than those now confirmed calls for a replay."""

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from healthaid.accounts.enums import Ability
from healthaid.accounts.models import User
from healthaid.audit.actions import record
from healthaid.coverage.models import YearAccount
from healthaid.coverage.selectors.rulings import settled_otherwise
from healthaid.policy.models import LocalValue


@transaction.atomic
def call_for_replays(by: User, value: LocalValue) -> int:
    """Mark the people's years with bills that a confirmed value would settle otherwise; how many there are.

    Takes the same few queries however many people there are. Part of the confirmation, which decided who may.
    """
    bills = settled_otherwise(value).filter(person=OuterRef("person"), served_on__year=OuterRef("year"))
    first = min(each.starts_on.year for each in (value, value.corrects) if each)
    years = YearAccount.objects.filter(Exists(bills), year__gte=first)
    count = years.update(needs_replay=True, updated_at=timezone.now())
    if count:
        record(by=by, verb="coverage.yearaccount.called_for_replay", subject=value, years=count)
    return count


def told(by: User, value: LocalValue, count: int) -> str:
    """What the person who confirmed the value is told, with the way to those bills."""
    words = _("%(number)s人本年度的费用是按其他数值结算的，请重算。") % {"number": count}
    if not by.can(Ability.READ_COVERAGE):
        return words
    query = urlencode({"replay": "due", "ruling": str(value.pk)})
    link = '{} <a class="alert-link" href="{}?{}">{}</a>'
    return format_html(link, words, reverse("coverage:bill-list"), query, _("查看这些费用"))
