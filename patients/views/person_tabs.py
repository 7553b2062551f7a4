"""The tabs that this room puts on a person's page."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from healthaid.accounts.models import User
from patients.actions.persons import note_opening
from patients.models import Person
from patients.permissions.persons import may_change_present
from patients.selectors.persons import relatives, spells_of
from patients.tables.persons import MemberTable, SpellTable, marks
from patients.tabs import Tab


def overview(user: User, person: Person) -> dict[str, Any]:
    note_opening(by=user, person=person, page="person")
    return {"marks": marks(user, person)}


def family(_user: User, person: Person) -> dict[str, Any]:
    return {"members": MemberTable(relatives(person), current=person.pk), "household": person.household}


def standing(user: User, person: Person) -> dict[str, Any]:
    may_set = may_change_present(user, person)
    return {"spells": SpellTable(spells_of(person), may_set=bool(may_set)), "may_set": may_set}


def history(_user: User, _person: Person) -> dict[str, Any]:
    return {}  # the page itself reads it, by the keys in the address


TABS = (
    Tab("overview", _("概况"), "patients/_overview_tab.html", overview, 10),
    Tab("household", _("家庭"), "patients/_household_tab.html", family, 20),
    Tab("standing", _("属性时段"), "patients/_standing_tab.html", standing, 80),
    Tab("history", _("记录"), "patients/_history_tab.html", history, 90, is_printed=False),
)
