"""What every page's frame shows."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from healthaid.accounts.enums import Ability


@dataclass(frozen=True, slots=True)
class Place:
    """An entry of the main navigation."""

    name: str
    label: str | Promise
    icon: str
    abilities: frozenset[str]  # any of them opens it; none means everybody
    pages: tuple[str, ...]  # beginnings of the view names that belong to it


def _open_to(*abilities: str) -> frozenset[str]:
    return frozenset(abilities)


PEOPLE = _open_to(Ability.READ_PEOPLE)
REPORTS = _open_to(Ability.READ_REPORTS)
PLACES = (
    Place("home", _("工作台"), "house", _open_to(), ("home",)),
    Place(
        "patients:person-list",
        _("群众"),
        "people",
        PEOPLE,
        ("patients:person", "patients:household", "patients:condition"),
    ),
    Place("patients:case-list", _("救治"), "hospital", PEOPLE, ("patients:case",)),
    Place("coverage:home", _("保障"), "shield-check", _open_to(Ability.READ_COVERAGE), ("coverage:",)),
    Place("signing:contract-list", _("签约"), "pen", PEOPLE, ("signing:",)),
    Place(
        "facilities:facility-list",
        pgettext_lazy("list", "机构"),
        "building",
        _open_to(Ability.READ_FACILITIES),
        ("facilities:",),
    ),
    Place("reports:report-list", _("月报"), "calendar3", REPORTS, ("reports:report",)),
    Place(
        "reports:dashboard", _("看板"), "bar-chart", REPORTS, ("reports:dashboard", "reports:place", "reports:figure")
    ),
    Place("exchange:batch-list", _("数据"), "file-earmark-spreadsheet", PEOPLE, ("exchange:",)),
    Place("policy:parameter-list", _("政策"), "book", _open_to(), ("policy:",)),
    Place(
        "accounts:account-list",
        pgettext_lazy("list", "账号"),
        "person-gear",
        _open_to(Ability.ADMINISTER),
        ("accounts:account", "accounts:posting"),
    ),
    Place("jobs:job-list", _("任务"), "list-task", _open_to(Ability.ADMINISTER), ("jobs:",)),
    Place("audit:entry-list", _("操作记录"), "journal-text", _open_to(Ability.READ_AUDIT), ("audit:",)),
    Place(
        "regions:place-list",
        pgettext_lazy("list", "地方"),
        "geo-alt",
        _open_to(Ability.ADMINISTER, Ability.READ_AUDIT),
        ("regions:",),
    ),
)


def navigation(request: HttpRequest) -> dict[str, object]:
    """The places of the portal that this user's duties open: {name, url, label, icon, active}."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"navigation": []}
    here = request.resolver_match.view_name if request.resolver_match else ""
    return {
        "navigation": [
            {
                "name": place.name,
                "url": reverse(place.name),
                "label": place.label,
                "icon": place.icon,
                "active": here.startswith(place.pages),
            }
            for place in PLACES
            if not place.abilities or any(user.can(ability) for ability in place.abilities)
        ]
    }
