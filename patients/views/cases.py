"""Pages of treatment files: work list, file, and the forms that open, change and move it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from facilities.selectors import hospitals_serving
from healthaid.accounts.enums import Ability
from healthaid.accounts.models import User
from healthaid.audit.history import WithHistory
from healthaid.core.decisions import Decision
from healthaid.core.views import FormActionView, ScopedListView
from healthaid.exchange.lists import ListSheet
from patients.actions import cases as actions
from patients.actions.conditions import note_opening
from patients.domain.cases import next_states
from patients.filters.cases import CaseFilter
from patients.forms.cases import CaseChangeForm, CaseMoveForm, CaseOpenForm
from patients.models import Condition, CriticalCase, Person
from patients.permissions.cases import may_change_case, may_open_case
from patients.selectors import cases as selectors
from patients.selectors.conditions import condition_for_page
from patients.tables.cases import CaseTable, PersonCaseTable, state_badge


class CaseList(ScopedListView):
    template_name = "patients/case_list.html"
    ability = Ability.READ_PEOPLE
    title = _("大病救治")
    rows = staticmethod(selectors.cases_for_list)
    table_class = CaseTable
    filterset_class = CaseFilter
    sheet_page = "patients:case-sheet"
    empty_text = _("这里列出大病患者的救治档案（一人一档一方案）。大病核实后，在患病页面点“建救治档案”。")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(by_state=selectors.cases_by_state(self.request.user), **kwargs)


class CaseListSheet(CaseList, ListSheet):
    """The filtered files as a workbook."""

    sheet = "cases"


class CaseDetail(WithHistory):
    template_name = "patients/case_detail.html"
    ability = Ability.READ_PEOPLE
    row = staticmethod(selectors.case_for_page)
    context_name = "case"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer = super().get(request, *args, **kwargs)
        note_opening(by=request.user, condition=self.object.condition, page="case")  # type: ignore[arg-type,attr-defined]
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        case, user = context["case"], self.request.user
        return context | {
            "title": case.person.name,
            "state": state_badge(case),
            "may_change": may_change_case(user, case),
            "may_move": may_change_case(user, case) and bool(next_states(case.state)),
            "sees_person": user.scope(Ability.READ_PEOPLE).covers(case.person),
        }


class CasePrint(CaseDetail):
    template_name = "patients/case_print.html"


class CaseCreate(FormActionView):
    template_name = "patients/case_form.html"
    ability = Ability.READ_PEOPLE
    form_class = CaseOpenForm
    title = _("建救治档案")
    success_message = _("救治档案已建立。")

    def load(self) -> Condition:
        return condition_for_page(self.request.user, self.kwargs["pk"])

    def decide(self) -> Decision:
        return may_open_case(self.request.user, self.row)

    def prepare(self) -> None:
        super().prepare()
        note_opening(by=self.request.user, condition=self.row, page="form")

    def get_initial(self) -> dict[str, Any]:
        return {"opened_on": timezone.localdate()}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"hospitals": hospitals_serving(self.row.path)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(person=self.row.person, condition=self.row, **kwargs)

    def run(self, form: CaseOpenForm) -> CriticalCase:
        values = dict(form.cleaned_data)
        return actions.open_case(
            by=self.request.user, condition_id=self.kwargs["pk"], hospital_id=values.pop("hospital").pk, **values
        )


class CaseAction(FormActionView):
    """A form about one file that some may only read."""

    template_name = "patients/case_form.html"
    ability = Ability.READ_PEOPLE

    def load(self) -> CriticalCase:
        return selectors.case_for_page(self.request.user, self.kwargs["pk"])

    def decide(self) -> Decision:
        return may_change_case(self.request.user, self.row)

    def prepare(self) -> None:
        super().prepare()
        note_opening(by=self.request.user, condition=self.row.condition, page="form")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(person=self.row.person, condition=self.row.condition, **kwargs)


class CaseUpdate(CaseAction):
    form_class = CaseChangeForm
    title = _("修改救治方案")
    success_message = _("救治方案已保存。")
    corrects = True

    def get_initial(self) -> dict[str, Any]:
        return super().get_initial() | initial_of(self.row)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"hospitals": hospitals_serving(self.row.path)}

    def form_for(self, row: CriticalCase) -> CaseChangeForm:
        return CaseChangeForm(initial=initial_of(row), hospitals=hospitals_serving(row.path))

    def run(self, form: CaseChangeForm) -> CriticalCase:
        values = dict(form.cleaned_data)
        return actions.change_case(
            by=self.request.user, case_id=self.kwargs["pk"], hospital_id=values.pop("hospital").pk, **values
        )


class CaseMove(CaseAction):
    form_class = CaseMoveForm
    title = _("更新救治状态")
    success_message = _("救治状态已更新。")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"state": self.row.state}

    def form_for(self, row: CriticalCase) -> CaseMoveForm:
        values = {name: getattr(row, name) for name in ("state", "treated_on", "outcome", "state_reason")}
        return CaseMoveForm(initial=values, state=row.state)

    def run(self, form: CaseMoveForm) -> CriticalCase:
        return actions.move_case(
            by=self.request.user,
            case_id=self.kwargs["pk"],
            version=form.cleaned_data["version"],
            step=form.step(),
        )


def initial_of(case: CriticalCase) -> dict[str, Any]:
    """What the form of a plan shows of a file."""
    return {"hospital": case.hospital_id, "doctor": case.doctor, "plan": case.plan}


def tab(user: User, person: Person) -> dict[str, Any]:
    """What the tab of a person's treatment files shows; those of sensitive illnesses leave a trace."""
    rows = list(selectors.cases_of_person(user, person.pk))
    for case in rows:
        note_opening(by=user, condition=case.condition, page="person")
    return {"cases": PersonCaseTable(rows)}
