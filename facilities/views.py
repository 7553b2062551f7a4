"""Pages of facilities: list, page, forms, checks and teams."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Model
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from facilities import actions, selectors
from facilities.enums import FacilityKind
from facilities.filters import FacilityFilter
from facilities.forms import (
    ClinicCheckChangeForm,
    ClinicCheckForm,
    FacilityForm,
    FacilityRegisterForm,
    ReasonForm,
    TeamChangeForm,
    TeamForm,
)
from facilities.models import CareTeam, ClinicCheck, Facility
from facilities.permissions import may_change, may_check
from facilities.tables import CheckTable, FacilityTable, TeamTable
from healthaid.accounts.enums import Ability
from healthaid.audit.history import WithHistory
from healthaid.core.decisions import Decision
from healthaid.core.views import FormActionView, ScopedListView


class FacilityList(ScopedListView):
    template_name = "facilities/facility_list.html"
    ability = Ability.READ_FACILITIES
    title = pgettext_lazy("list", "机构")
    rows = staticmethod(selectors.facilities_for_list)
    table_class = FacilityTable
    filterset_class = FacilityFilter
    sheet = "facilities"
    empty_text = _("这里列出医院、乡镇卫生院和村卫生室。登记机构后即可记录检查、组建家庭医生团队。")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        may_add = self.request.user.can(Ability.EDIT_FACILITIES)
        return super().get_context_data(may_add=may_add, **kwargs)


class FacilityDetail(WithHistory):
    template_name = "facilities/facility_detail.html"
    ability = Ability.READ_FACILITIES
    row = staticmethod(selectors.facility_for_page)
    context_name = "facility"

    def subjects(self) -> Sequence[Model]:
        facility = self.object
        return [facility, *facility.checks.all(), *facility.teams.all()]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        facility, user = context["facility"], self.request.user
        checks, may = list(facility.checks.all()), may_change(user, facility)
        return context | {
            "title": facility.name,
            "is_clinic": facility.kind == FacilityKind.VILLAGE_CLINIC,
            "is_hospital": facility.kind == FacilityKind.HOSPITAL,
            "checks": CheckTable(checks, may_change=bool(may)),
            "latest": checks[0] if checks else None,
            "teams": TeamTable(facility.teams.all(), may_change=bool(may)),
            "may_change": may,
            "may_check": may_check(user, facility),
        }


class FacilityPrint(FacilityDetail):
    template_name = "facilities/facility_print.html"


class FacilityCreate(FormActionView):
    ability = Ability.EDIT_FACILITIES
    form_class = FacilityRegisterForm
    title = _("登记机构")
    back = reverse_lazy("facilities:facility-list")
    success_message = _("机构已登记。")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.request.user}

    def run(self, form: FacilityRegisterForm) -> Facility:
        values = dict(form.cleaned_data)
        return actions.register_facility(by=self.request.user, parent_id=values.pop("parent").pk, **values)


class FacilityAction(FormActionView):
    """A form about one facility that some may only read."""

    ability = Ability.READ_FACILITIES

    def load(self) -> Facility:
        return selectors.facility_for_change(self.request.user, self.kwargs["pk"])

    def decide(self) -> Decision:
        return may_change(self.request.user, self.row)


class FacilityUpdate(FacilityAction):
    form_class = FacilityForm
    title = _("修改机构")
    success_message = _("机构已保存。")

    def run(self, form: FacilityForm) -> Facility:
        return actions.change_facility(by=self.request.user, facility_id=self.kwargs["pk"], **form.cleaned_data)


class FacilityClose(FacilityAction):
    template_name = "facilities/facility_close.html"
    form_class = ReasonForm
    title = _("停用机构")
    submit_label = pgettext_lazy("facility", "停用")
    success_message = _("机构已停用。")
    is_danger = True

    def run(self, form: ReasonForm) -> Facility:
        return actions.close_facility(by=self.request.user, facility_id=self.kwargs["pk"], **form.cleaned_data)


class ClinicCheckCreate(FormActionView):
    ability = Ability.READ_FACILITIES
    template_name = "facilities/clinic_check_form.html"
    form_class = ClinicCheckForm
    title = _("记录村卫生室检查")
    success_message = _("检查已保存。")

    def load(self) -> Facility:
        return selectors.facility_for_change(self.request.user, self.kwargs["pk"])

    def decide(self) -> Decision:
        return may_check(self.request.user, self.row)

    def get_initial(self) -> dict[str, Any]:
        return {"checked_on": timezone.localdate()}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"instance": None}

    def run(self, form: ClinicCheckForm) -> ClinicCheck:
        return actions.record_clinic_check(by=self.request.user, clinic_id=self.kwargs["pk"], found=form.found())


class ClinicCheckUpdate(FormActionView):
    ability = Ability.READ_FACILITIES
    template_name = "facilities/clinic_check_form.html"
    form_class = ClinicCheckChangeForm
    title = _("更正村卫生室检查")
    success_message = _("检查已保存。")

    def load(self) -> ClinicCheck:
        return selectors.check_for_change(self.request.user, self.kwargs["pk"])

    def decide(self) -> Decision:
        return may_check(self.request.user, self.row.clinic)

    def run(self, form: ClinicCheckChangeForm) -> ClinicCheck:
        return actions.change_clinic_check(
            by=self.request.user,
            check_id=self.kwargs["pk"],
            version=form.cleaned_data["version"],
            found=form.found(),
        )


class TeamCreate(FacilityAction):
    form_class = TeamForm
    title = _("组建家庭医生团队")
    success_message = _("团队已组建。")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"instance": None}

    def run(self, form: TeamForm) -> CareTeam:
        return actions.form_team(by=self.request.user, facility_id=self.kwargs["pk"], **form.cleaned_data)


class TeamUpdate(FormActionView):
    ability = Ability.READ_FACILITIES
    form_class = TeamChangeForm
    title = _("修改家庭医生团队")
    success_message = _("团队已保存。")

    def load(self) -> CareTeam:
        return selectors.team_for_change(self.request.user, self.kwargs["pk"])

    def decide(self) -> Decision:
        return may_change(self.request.user, self.row.facility)

    def run(self, form: TeamChangeForm) -> CareTeam:
        return actions.change_team(by=self.request.user, team_id=self.kwargs["pk"], **form.cleaned_data)
