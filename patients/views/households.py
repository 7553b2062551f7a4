"""Pages of households: list, page, forms."""

from typing import Any

from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from healthaid.accounts.enums import Ability
from healthaid.audit.history import WithHistory
from healthaid.core.decisions import Decision
from healthaid.core.views import FormActionView, ScopedListView
from healthaid.exchange.lists import ListSheet
from patients.actions import households as actions
from patients.filters.persons import HouseholdFilter
from patients.forms.households import (
    DissolveForm,
    HeadForm,
    HouseholdCreateForm,
    HouseholdMoveForm,
    HouseholdUpdateForm,
    SplitForm,
)
from patients.models import Household, Person
from patients.permissions.persons import may_change_household
from patients.selectors import households as selectors
from patients.tables.persons import HouseholdTable, MemberTable
from patients.views.revealing import RevealView


class HouseholdList(ScopedListView):
    template_name = "patients/household_list.html"
    ability = Ability.READ_PEOPLE
    title = pgettext_lazy("list", "户")
    rows = staticmethod(selectors.households_for_list)
    table_class = HouseholdTable
    filterset_class = HouseholdFilter
    sheet_page = "patients:household-sheet"
    empty_text = _("这里列出您任职范围内的户。登记户之后，在户的页面上逐个登记成员；已有花名册的，可以整表导入。")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(may_register=self.request.user.can(Ability.EDIT_REGISTER), **kwargs)


class HouseholdListSheet(HouseholdList, ListSheet):
    """The filtered households as a workbook."""

    sheet = "households"


class HouseholdDetail(WithHistory):
    template_name = "patients/household_detail.html"
    ability = Ability.READ_PEOPLE
    row = staticmethod(selectors.household_for_page)
    context_name = "household"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        household, user = context["household"], self.request.user
        members = list(household.members.all())
        present = [person for person in members if person.is_present]
        return context | {
            "title": _("户 %(number)s") % {"number": household.number},
            "members": MemberTable(members),
            "present": len(present),
            "head": household.head,
            "may_change": may_change_household(user, household),
            "may_split": len(present) > 1,
            "offshoots": selectors.offshoots(user, household),
        }


class HouseholdPrint(HouseholdDetail):
    template_name = "patients/household_print.html"


class HouseholdReveal(RevealView):
    items = ("phone",)
    row = staticmethod(selectors.household_for_form)


class HouseholdCreate(FormActionView):
    template_name = "components/sectioned_form.html"
    ability = Ability.EDIT_REGISTER
    form_class = HouseholdCreateForm
    title = _("登记户")
    submit_label = _("保存，接着登记成员")
    back = reverse_lazy("patients:household-list")
    success_message = _("户已登记，请登记户主和其他成员。")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"villages": selectors.villages_to_register_in(self.request.user)}

    def run(self, form: HouseholdCreateForm) -> Household:
        values = dict(form.cleaned_data)
        return actions.register_household(by=self.request.user, village_id=values.pop("village").pk, **values)


class HouseholdAction(FormActionView):
    """A form about one household."""

    def load(self) -> Household:
        return selectors.household_for_page(self.request.user, self.kwargs["pk"])

    def decide(self) -> Decision:
        return may_change_household(self.request.user, self.row)

    def present(self) -> list[Person]:
        """The members of today."""
        return [person for person in self.row.members.all() if person.is_present]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(household=self.row, present=len(self.present()), **kwargs)


class HouseholdUpdate(HouseholdAction):
    template_name = "components/sectioned_form.html"
    form_class = HouseholdUpdateForm
    title = _("修改户")
    success_message = _("已保存。")

    def run(self, form: HouseholdUpdateForm) -> Household:
        return actions.change_household(by=self.request.user, household_id=self.kwargs["pk"], **form.values())


class HouseholdMove(HouseholdAction):
    template_name = "patients/household_move.html"
    form_class = HouseholdMoveForm
    title = _("迁村")
    submit_label = _("确认迁村")
    success_message = _("已迁村，成员及其患病、救治、签约记录一并转到新村。")

    def get_form_kwargs(self) -> dict[str, Any]:
        villages = selectors.villages_to_register_in(self.request.user).exclude(pk=self.row.village_id)
        return super().get_form_kwargs() | {"villages": villages}

    def run(self, form: HouseholdMoveForm) -> Household:
        values = dict(form.cleaned_data)
        village = values.pop("village")
        user, pk = self.request.user, self.kwargs["pk"]
        return actions.move_household(by=user, household_id=pk, village_id=village.pk, **values)


class HouseholdSplit(HouseholdAction):
    template_name = "patients/household_split.html"
    form_class = SplitForm
    title = _("分户")
    submit_label = _("确认分户")
    success_message = _("已分户，这是新户。")

    def get_form_kwargs(self) -> dict[str, Any]:
        leavers = [person for person in self.present() if not person.is_head]
        return super().get_form_kwargs() | {"members": leavers}

    def run(self, form: SplitForm) -> Household:
        return actions.split_household(
            by=self.request.user,
            household_id=self.kwargs["pk"],
            version=form.cleaned_data["version"],
            number=form.cleaned_data["number"],
            relations=form.relations(),
        )


class HouseholdHead(HouseholdAction):
    template_name = "patients/household_head.html"
    form_class = HeadForm
    title = _("更换户主")
    submit_label = _("确认更换")
    success_message = _("户主已更换。")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"members": self.present()}

    def run(self, form: HeadForm) -> Household:
        return actions.change_head(
            by=self.request.user,
            household_id=self.kwargs["pk"],
            version=form.cleaned_data["version"],
            relations=form.relations(),
        )


class HouseholdDissolve(HouseholdAction):
    template_name = "patients/household_dissolve.html"
    form_class = DissolveForm
    title = _("销户")
    submit_label = _("确认销户")
    success_message = _("已销户。")
    is_danger = True

    def get_initial(self) -> dict[str, Any]:
        return super().get_initial() | {"on": timezone.localdate()}

    def run(self, form: DissolveForm) -> Household:
        return actions.dissolve_household(by=self.request.user, household_id=self.kwargs["pk"], **form.cleaned_data)
