"""Pages of illnesses: list, page, and the forms that record, verify, exclude and correct."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from healthaid.accounts.enums import Ability
from healthaid.accounts.models import User
from healthaid.audit.history import WithHistory
from healthaid.core.decisions import Decision
from healthaid.core.views import FormActionView, ScopedListView
from healthaid.policy import catalogue
from patients.actions import conditions as actions
from patients.filters.conditions import ConditionFilter
from patients.forms.conditions import ConditionChangeForm, ConditionForm, ExcludeForm, VerifyForm
from patients.models import Condition, Person
from patients.permissions.cases import may_open_case
from patients.permissions.conditions import may_change, may_exclude, may_record, may_verify
from patients.selectors import conditions as selectors
from patients.tables.conditions import ConditionTable, PersonConditionTable


class ConditionList(ScopedListView):
    template_name = "patients/condition_list.html"
    ability = Ability.READ_PEOPLE
    title = _("患病核实")
    rows = staticmethod(selectors.conditions_for_list)
    table_class = ConditionTable
    filterset_class = ConditionFilter
    sheet = "conditions"
    empty_text = _("这里列出群众的患病情况。打开一位群众的页面登记病种，核实后大病建救治档案、慢病纳入签约管理。")


class ConditionDetail(WithHistory):
    template_name = "patients/condition_detail.html"
    ability = Ability.READ_PEOPLE
    row = staticmethod(selectors.condition_for_page)
    context_name = "condition"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer = super().get(request, *args, **kwargs)
        actions.note_opening(by=request.user, condition=self.object, page="condition")  # type: ignore[arg-type]
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        condition, user = context["condition"], self.request.user
        return context | {
            "title": condition.disease_name,
            "disease": catalogue.diseases()[condition.disease],
            "may_change": may_change(user, condition),
            "may_verify": may_verify(user, condition),
            "may_exclude": may_exclude(user, condition),
            "may_open_case": may_open_case(user, condition),
        }


class ConditionCreate(FormActionView):
    template_name = "patients/condition_form.html"
    ability = Ability.READ_PEOPLE
    form_class = ConditionForm
    title = _("登记患病")
    success_message = _("患病情况已登记，待核实。")

    def load(self) -> Person:
        return selectors.person_for_condition(self.request.user, self.kwargs["pk"])

    def decide(self) -> Decision:
        return may_record(self.request.user, self.row)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(person=self.row, **kwargs)

    def run(self, form: ConditionForm) -> Condition:
        diagnosis = form.diagnosis()
        condition = actions.record_condition(
            by=self.request.user,
            person_id=self.kwargs["pk"],
            disease=form.cleaned_data["disease"],
            diagnosis=diagnosis,
        )
        warn(self.request, condition, diagnosis)
        return condition


class ConditionAction(FormActionView):
    """A form about one illness that some may only read."""

    template_name = "patients/condition_form.html"
    ability = Ability.READ_PEOPLE

    def load(self) -> Condition:
        return selectors.condition_for_page(self.request.user, self.kwargs["pk"])

    def prepare(self) -> None:
        super().prepare()
        actions.note_opening(by=self.request.user, condition=self.row, page="form")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(person=self.row.person, condition=self.row, **kwargs)


class ConditionUpdate(ConditionAction):
    form_class = ConditionChangeForm
    title = _("更正患病情况")
    success_message = _("患病情况已保存。")
    corrects = True

    def decide(self) -> Decision:
        return may_change(self.request.user, self.row)

    def get_initial(self) -> dict[str, Any]:
        return super().get_initial() | initial_of(self.row)

    def form_for(self, row: Condition) -> ConditionChangeForm:
        return ConditionChangeForm(initial=initial_of(row))

    def run(self, form: ConditionChangeForm) -> Condition:
        diagnosis = form.diagnosis()
        condition = actions.change_condition(
            by=self.request.user,
            condition_id=self.kwargs["pk"],
            version=form.cleaned_data["version"],
            diagnosis=diagnosis,
        )
        warn(self.request, condition, diagnosis)
        return condition


class ConditionVerify(ConditionAction):
    form_class = VerifyForm
    title = _("核实患病")
    submit_label = _("核实属实")
    success_message = _("已核实。")

    def decide(self) -> Decision:
        return may_verify(self.request.user, self.row)

    def get_initial(self) -> dict[str, Any]:
        return super().get_initial() | {"verified_by": str(self.request.user), "verified_on": timezone.localdate()}

    def run(self, form: Any) -> Condition:
        return actions.verify_condition(by=self.request.user, condition_id=self.kwargs["pk"], **form.cleaned_data)


class ConditionExclude(ConditionVerify):
    form_class = ExcludeForm
    title = _("排除患病")
    submit_label = _("排除")
    success_message = _("已排除。")

    def decide(self) -> Decision:
        return may_exclude(self.request.user, self.row)

    def run(self, form: Any) -> Condition:
        return actions.exclude_condition(by=self.request.user, condition_id=self.kwargs["pk"], **form.cleaned_data)


def initial_of(condition: Condition) -> dict[str, Any]:
    """What the form of a diagnosis shows of an illness."""
    return {name: getattr(condition, name) for name in ("diagnosed_on", "diagnosed_at", "icd10", "note")}


def warn(request: HttpRequest, condition: Condition, diagnosis: actions.Diagnosis) -> None:
    """Tell what is worth a second look though it was saved."""
    disease = catalogue.diseases()[condition.disease]
    for doubt in actions.doubts(condition.person, disease, diagnosis, timezone.localdate()):
        messages.warning(request, doubt)


def tab(user: User, person: Person) -> dict[str, Any]:
    """What the tab of a person's illnesses shows; sensitive ones leave a trace."""
    rows = list(selectors.conditions_of_person(user, person.pk))
    for condition in rows:
        actions.note_opening(by=user, condition=condition, page="person")
    return {"conditions": PersonConditionTable(rows), "may_record": may_record(user, person)}
