"""Where a clerk goes to put right what a waiting bill waits for."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from healthaid.accounts.models import User
from healthaid.core.phrases import noted
from healthaid.coverage.enums import Obstacle
from healthaid.coverage.models import Bill
from healthaid.coverage.permissions.cards import may_apply
from healthaid.policy import catalogue


@dataclass(frozen=True, slots=True)
class Remedy:
    """What is missing in words, and the page where it is put right; no address where that is not on a page."""

    label: str | Promise
    url: str
    missing: str = ""


def remedy(bill: Bill, user: User | None = None) -> Remedy | None:
    """The next step for a waiting bill; None where the bill itself is to be corrected, or nothing can be done here.

    A card is applied for by those who keep cards; others see the person's cards.
    """
    code = bill.obstacle.get("code")
    if code == Obstacle.PARAMETER:
        return _parameter(bill)
    if code == Obstacle.NO_CARD:
        return _card(bill, user)
    if code == Obstacle.NO_TIER:
        return Remedy(_("补登医院级别"), reverse("facilities:facility-detail", args=[bill.facility_id]))
    if code == Obstacle.NOT_POOR:
        return Remedy(_("查看属性时段"), reverse("patients:person-tab", args=[bill.person_id, "standing"]))
    if code == Obstacle.NOT_ENROLLED:
        return Remedy(_("查看参保"), reverse("patients:person-tab", args=[bill.person_id, "insurance"]))
    return None


def _card(bill: Bill, user: User | None) -> Remedy:
    if user and may_apply(user, bill.person, is_sensitive=bill.is_sensitive):
        return Remedy(_("办理慢特病卡"), reverse("coverage:card-create", args=[bill.person_id]))
    return Remedy(_("查看慢特病卡"), reverse("patients:person-tab", args=[bill.person_id, "insurance"]))


def _parameter(bill: Bill) -> Remedy:
    name = bill.obstacle["parameter"]
    known = catalogue.parameters().get(name)
    query = urlencode({"place": bill.obstacle["place"], "year": bill.served_on.year})
    label = noted(known.label, bill.obstacle["on"]) if known else name
    return Remedy(_("录入当地数值"), f"{reverse('policy:local-list')}?{query}", label)
