"""Pages of people: search, list, page in tabs, forms."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.generic import View

from healthaid.accounts.enums import Ability
from healthaid.audit.history import WithHistory
from healthaid.core import identity as identities
from healthaid.core.decisions import Decision
from healthaid.core.vault import Unsealable, vault
from healthaid.core.views import AbilityMixin, Chip, FormActionView, ScopedDetailView, ScopedListView
from healthaid.regions.divisions import county_codes
from patients import tabs
from patients.actions import leaving
from patients.actions.persons import change_person, move_person, register_person, tell_bearer
from patients.domain.persons import Kin, doubts
from patients.domain.searches import Kind, Reading, readings
from patients.enums import Relation
from patients.filters.persons import PersonFilter
from patients.followers import followers
from patients.forms.persons import (
    LeavingForm,
    PersonCreateForm,
    PersonMoveForm,
    PersonUpdateForm,
    VersionForm,
)
from patients.models import Household, Person
from patients.permissions.persons import (
    may_change_household,
    may_change_person,
    may_change_present,
    may_reinstate,
)
from patients.selectors import persons as selectors
from patients.selectors.households import household_for_form
from patients.tables.persons import PersonTable
from patients.views.revealing import RevealView

KINDS = {
    Kind.IDENTITY: gettext_lazy("证件号码"),
    Kind.LAST_SIX: gettext_lazy("证件号码后6位"),
    Kind.LAST_FOUR: gettext_lazy("证件号码后4位"),
    Kind.PHONE: gettext_lazy("电话"),
    Kind.PERSON_NUMBER: gettext_lazy("人编号"),
    Kind.HOUSEHOLD_NUMBER: gettext_lazy("户编号"),
    Kind.NAME: gettext_lazy("姓名"),
    Kind.GIVEN_NAME: gettext_lazy("名字（不含姓）"),
    Kind.INITIALS: gettext_lazy("拼音首字母"),
}
# A search runs along the index that finds, so that a common name needs no sorting.
ORDERS = {Kind.NAME: ("name", "pk"), Kind.GIVEN_NAME: ("given_name", "pk"), Kind.INITIALS: ("initials", "pk")}
DOUBTS = {
    "older_than_parent": gettext_lazy("与户主的年龄和关系不符，请核对出生日期。"),
    "young_head": gettext_lazy("户主不满18岁，请核对。"),
    "spouse": gettext_lazy("配偶不满20岁，请核对。"),
    "education": gettext_lazy("不满6岁，文化程度请核对。"),
    "schooling": gettext_lazy("年龄太小，在校生状况请核对。"),
}


def seal_search(request: HttpRequest, text: str) -> str:
    """A search as it may stand in an address: unreadable, and of no use to anybody else."""
    return vault().seal(text, f"search:{request.user.pk}")


def open_search(request: HttpRequest, token: str) -> str:
    """What was searched. Raises Http404 for a token that this user was not given."""
    try:
        return vault().open(token, f"search:{request.user.pk}")
    except (Unsealable, ValueError) as error:
        raise Http404 from error


class PersonFind(AbilityMixin, View):
    """Takes what was typed into the search box; numbers go on sealed, so that no address or log ever holds them."""

    ability = Ability.READ_PEOPLE
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        text = request.POST.get("q", "").replace("\0", "").strip()[:60]  # PostgreSQL takes no NUL
        found = readings(text)
        if found and found[0].kind == Kind.IDENTITY:
            people = selectors.matching(selectors.people_for_list(self.request.user), found[0])
            if (person := people.first()) is not None:
                return HttpResponseRedirect(person.get_absolute_url())
        query = QueryDict(mutable=True)
        if any(reading.is_secret for reading in found):
            query["s"] = seal_search(request, text)
        elif found:
            query["q"] = text
        return HttpResponseRedirect(f"{reverse('patients:person-list')}?{query.urlencode()}")


class PersonList(ScopedListView):
    template_name = "patients/person_list.html"
    ability = Ability.READ_PEOPLE
    title = gettext_lazy("群众")
    rows = staticmethod(selectors.people_for_list)
    filterset_class = PersonFilter
    sheet = "register"
    empty_text = gettext_lazy("这里列出您任职范围内的在册群众。先登记户，再登记成员；已有花名册的，可以整表导入。")

    def get_rows(self) -> Any:
        rows = super().get_rows()
        self.table_class = partial(PersonTable, user=self.request.user)
        self.readings = self.understood()
        wanted = self.request.GET.get("by")
        self.reading = next(
            (reading for reading in self.readings if reading.kind == wanted), None
        ) or selectors.first_that_finds(rows, self.readings)
        if self.reading is None:
            return rows
        self.ordering = ORDERS.get(self.reading.kind, self.ordering)
        return selectors.matching(rows, self.reading)

    def understood(self) -> list[Reading]:
        """How the search can be meant; a number in the open address is not looked for."""
        if token := self.request.GET.get("s"):
            return readings(open_search(self.request, token))
        return [
            reading for reading in readings(self.request.GET.get("q", "").replace("\0", "")) if not reading.is_secret
        ]

    def export_url(self, filters: Any) -> str:
        return "" if self.reading else super().export_url(filters)

    def chips(self, filters: Any) -> list[Chip]:
        chips = super().chips(filters)
        if self.reading is None:
            return chips
        url = "?" + self.query_without("after", "before", "q", "s", "by")
        return [Chip(str(KINDS[self.reading.kind]), shown(self.reading), url), *chips]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        rest = self.query_without("after", "before", "by")
        return context | {
            "searched": self.request.GET.get("q", ""),
            "token": self.request.GET.get("s", ""),
            "other_readings": [
                (KINDS[reading.kind], f"?{rest}&by={reading.kind}")
                for reading in self.readings
                if reading != self.reading
            ],
            "fault": fault(self.reading),
            "may_register": self.request.user.can(Ability.EDIT_REGISTER),
        }


def shown(reading: Reading) -> str:
    """What was searched, with a number masked."""
    masks = {Kind.IDENTITY: identities.mask, Kind.PHONE: identities.mask_phone}
    return masks.get(reading.kind, str)(reading.text)


def fault(reading: Reading | None) -> str:
    """What is wrong with a whole identity number that was looked for."""
    if reading is None or reading.kind != Kind.IDENTITY:
        return ""
    return "".join(finding.reason for finding in identities.check(reading.text).errors)


def tell_doubts(request: HttpRequest, person: Person) -> None:
    """Warn of what hardly fits; it is saved all the same."""
    head = None if person.is_head else selectors.present_head(person.household)
    kin = Kin(person.relation, person.born_on, person.education, person.schooling)
    for doubt in doubts(kin, Kin(head.relation, head.born_on) if head else None, timezone.localdate()):
        messages.warning(request, str(DOUBTS[doubt]))


class PersonDetail(WithHistory):
    """A person's page; every tab has an address of its own, and htmx swaps only the tab."""

    template_name = "patients/person_detail.html"
    ability = Ability.READ_PEOPLE
    row = staticmethod(selectors.person_for_page)
    context_name = "person"

    def get_template_names(self) -> list[str]:
        htmx = self.request.htmx  # type: ignore[attr-defined]
        is_part = htmx and not htmx.boosted and not htmx.history_restore_request
        return ["patients/_person_tabs.html"] if is_part else [self.template_name]

    def is_history(self) -> bool:
        return self.kwargs.get("tab") == "history"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        person, user = context["person"], self.request.user
        row_of_tabs = tabs.tabs_of(user, person)
        slug = self.kwargs.get("tab", row_of_tabs[0].slug)
        tab = next((tab for tab in row_of_tabs if tab.slug == slug), None)
        if tab is None:
            raise Http404
        return context | {
            "title": person.name,
            "tabs": row_of_tabs,
            "tab": tab,
            "may_change": may_change_person(user, person),
            "may_act": may_change_present(user, person),
            "may_reinstate": may_reinstate(user, person),
            **tab.context(user, person),
        }


class PersonPrint(ScopedDetailView):
    template_name = "patients/person_print.html"
    ability = Ability.READ_PEOPLE
    row = staticmethod(selectors.person_for_page)
    context_name = "person"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        person, user = context["person"], self.request.user
        printed = [tab for tab in tabs.tabs_of(user, person) if tab.is_printed]
        panels = [
            (tab, render_to_string(tab.template, {"person": person, **tab.context(user, person)}, self.request))
            for tab in printed
        ]
        return context | {"title": person.name, "panels": panels}


class IdentityCheck(AbilityMixin, View):
    """What a typed number says at once: sex and birth to fill in, faults, and who bears it already."""

    ability = Ability.EDIT_REGISTER
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        result = identities.check(request.POST.get("identity", ""), counties=county_codes())
        besides = request.POST.get("besides", "")
        context: dict[str, Any] = {"result": result}
        if result.is_good:
            found, bearer = tell_bearer(
                by=self.request.user,  # type: ignore[arg-type]
                number=result.number,
                besides=int(besides) if besides.isdecimal() else None,
            )
            context |= {"taken": found, "bearer": bearer}
        return render(request, "patients/_identity_check.html", context)


class PersonReveal(RevealView):
    items = ("identity", "phone", "card")
    row = staticmethod(selectors.person_for_page)


# Forms


class PersonCreate(FormActionView):
    template_name = "patients/person_form.html"
    form_class = PersonCreateForm
    title = gettext_lazy("登记成员")
    success_message = gettext_lazy("成员已登记。")

    def load(self) -> Household:
        return household_for_form(self.request.user, self.kwargs["pk"])

    def decide(self) -> Decision:
        return may_change_household(self.request.user, self.row)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"instance": None}

    def get_initial(self) -> dict[str, Any]:
        head = selectors.present_head(self.row)
        return {"document_kind": "01", "relation": "" if head else Relation.HEAD}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(household=self.row, **kwargs)

    def run(self, form: PersonCreateForm) -> Person:
        person = register_person(by=self.request.user, household_id=self.kwargs["pk"], **form.cleaned_data)
        tell_doubts(self.request, person)
        return person


class PersonAction(FormActionView):
    """A form about one person."""

    def load(self) -> Person:
        return selectors.person_for_page(self.request.user, self.kwargs["pk"])

    def decide(self) -> Decision:
        return may_change_present(self.request.user, self.row)


class PersonUpdate(PersonAction):
    template_name = "patients/person_form.html"
    form_class = PersonUpdateForm
    title = gettext_lazy("修改成员")
    success_message = gettext_lazy("已保存。")

    def decide(self) -> Decision:
        return may_change_person(self.request.user, self.row)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(household=self.row.household, person=self.row, **kwargs)

    def run(self, form: PersonUpdateForm) -> Person:
        person = change_person(by=self.request.user, person_id=self.kwargs["pk"], **form.values())
        tell_doubts(self.request, person)
        return person


class PersonMove(PersonAction):
    template_name = "patients/person_move.html"
    form_class = PersonMoveForm
    title = gettext_lazy("转到另一户")
    submit_label = gettext_lazy("确认转户")
    success_message = gettext_lazy("已转户。")

    def run(self, form: PersonMoveForm) -> Person:
        return move_person(by=self.request.user, person_id=self.kwargs["pk"], **form.cleaned_data)


class PersonLeaving(PersonAction):
    """Death or moving out, with what will end."""

    template_name = "patients/person_leaving.html"
    form_class = LeavingForm
    is_death = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        running = [
            (follower.model._meta.verbose_name, number)  # noqa: SLF001
            for follower in followers()
            if follower.running and (number := follower.running(self.row.pk))
        ]
        return super().get_context_data(running=running, is_death=self.is_death, **kwargs)


class PersonDeath(PersonLeaving):
    title = gettext_lazy("登记死亡")
    submit_label = gettext_lazy("确认登记死亡")
    success_message = gettext_lazy("已登记死亡。")
    is_danger = True

    def run(self, form: LeavingForm) -> Person:
        return leaving.record_death(by=self.request.user, person_id=self.kwargs["pk"], **form.cleaned_data)


class PersonMoveOut(PersonLeaving):
    title = gettext_lazy("登记迁出")
    submit_label = gettext_lazy("确认登记迁出")
    success_message = gettext_lazy("已登记迁出。")
    is_danger = True
    is_death = False

    def run(self, form: LeavingForm) -> Person:
        return leaving.record_move_out(by=self.request.user, person_id=self.kwargs["pk"], **form.cleaned_data)


class PersonReinstate(PersonAction):
    template_name = "patients/person_reinstate.html"
    form_class = VersionForm
    title = gettext_lazy("恢复在册")
    submit_label = gettext_lazy("确认恢复")
    success_message = gettext_lazy("已恢复在册。")

    def decide(self) -> Decision:
        return may_reinstate(self.request.user, self.row)

    def run(self, form: VersionForm) -> Person:
        return leaving.reinstate_person(by=self.request.user, person_id=self.kwargs["pk"], **form.cleaned_data)
