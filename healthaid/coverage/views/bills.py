"""Pages of bills: list, page, entry, correction, settling again, reversal and replacement."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.generic import View

from healthaid.accounts.enums import Ability
from healthaid.accounts.models import User
from healthaid.audit.history import WithHistory
from healthaid.core import identity as identities
from healthaid.core.decisions import Decision
from healthaid.core.views import AbilityMixin, ActionView, FormActionView, ScopedListView
from healthaid.coverage.actions import bills as actions
from healthaid.coverage.actions import settlements
from healthaid.coverage.enums import BillState
from healthaid.coverage.filters.bills import BillFilter
from healthaid.coverage.forms.bills import BillChangeForm, BillForm, NewBillForm, ReverseForm
from healthaid.coverage.models import Bill
from healthaid.coverage.permissions import bills as permissions
from healthaid.coverage.phrases import obstacle_told
from healthaid.coverage.selectors import bills as selectors
from healthaid.coverage.selectors.citations import documents_for
from healthaid.coverage.selectors.comparing import stated_beside
from healthaid.coverage.selectors.explaining import explain
from healthaid.coverage.selectors.remedies import remedy
from healthaid.coverage.selectors.settlements import account_of, accounts_of_person, settlements_of
from healthaid.coverage.selectors.standing import standing_of
from healthaid.coverage.tables.bills import BillTable, PersonBillTable, state_badge
from healthaid.jobs.models import Job
from patients.models import Person

FIRST_FILTERS = 6  # stand in sight, the others behind a word


class BillList(ScopedListView):
    template_name = "coverage/bill_list.html"
    ability = Ability.READ_COVERAGE
    title = pgettext_lazy("list", "医疗费用")
    rows = staticmethod(selectors.bills_for_list)
    filterset_class = BillFilter
    ordering = ("-pk",)
    sheet = "bills"
    empty_text = _("这里列出群众的住院和门诊费用。录入一笔费用即时结算；成批的费用用“医疗费用表”导入。")

    def table_class(self, rows: Any) -> BillTable:  # type: ignore[override]
        return BillTable(rows, may_settle=self.request.user.can(Ability.SETTLE_BILLS))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        fields = list(context["filters"].form)
        return context | {
            "may_settle": self.request.user.can(Ability.SETTLE_BILLS),
            "waits": context["filters"].data.get("state") == BillState.WAITING,
            "first_filters": fields[:FIRST_FILTERS],
            "more_filters": fields[FIRST_FILTERS:],
            "is_narrowed": any(field.value() for field in fields[FIRST_FILTERS:]),
        }


class BillDetail(WithHistory):
    template_name = "coverage/bill_detail.html"
    ability = Ability.READ_COVERAGE
    row = staticmethod(selectors.bill_for_page)
    context_name = "bill"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        bill, user = context["bill"], self.request.user
        found = list(settlements_of(bill))
        for each in found:
            each.bill = bill
        current = next((each for each in found if each.is_current), None)
        shown = current or (found[0] if found else None)
        return context | {
            "title": bill.number,
            "state": state_badge(bill),
            "settlement": shown,
            "told": explain(shown) if shown else None,
            "earlier": [each for each in found if each != shown],
            "forms": [each.form for each in found if hasattr(each, "form")],
            "compared": stated_beside(bill, shown) if shown else [],
            "account": account_of(bill),
            "obstacle": obstacle_told(bill.obstacle, documents_for(bill.region, bill.served_on)),
            "remedy": remedy(bill, user),
            "overlapping": selectors.overlapping_stays(user, bill),
            "may_change": permissions.may_change(user, bill),
            "may_reverse": permissions.may_reverse(user, bill),
            "may_replace": permissions.may_replace(user, bill),
            "may_issue": permissions.may_issue(user, bill, current),
        }


class BillEntry(FormActionView):
    """A form in which a bill is typed."""

    template_name = "coverage/bill_form.html"
    ability = Ability.SETTLE_BILLS
    submit_label = _("保存并结算")
    form_class = BillForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.request.user}


class BillCreate(BillEntry):
    form_class = NewBillForm
    title = _("录入费用")
    back = reverse_lazy("coverage:bill-list")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"instance": None}

    def run(self, form: NewBillForm) -> Bill:
        return actions.enter_bill(by=self.request.user, person_id=form.cleaned_data["identity"].pk, **form.values())


class BillCreateFor(BillEntry):
    """A bill of a person whose page was open."""

    title = _("录入费用")

    def load(self) -> Person:
        return selectors.person_for_bill(self.request.user, self.kwargs["pk"])

    def decide(self) -> Decision:
        return permissions.may_enter(self.request.user, self.row)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"instance": None}

    def get_initial(self) -> dict[str, Any]:
        return {}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(standing=standing_of(self.request.user, self.row), **kwargs)

    def run(self, form: BillForm) -> Bill:
        return actions.enter_bill(by=self.request.user, person_id=self.row.pk, **form.values())


class BillAction(BillEntry):
    """A form about one bill that some may only read."""

    def load(self) -> Bill:
        return selectors.bill_for_page(self.request.user, self.kwargs["pk"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(standing=standing_of(self.request.user, self.row.person), **kwargs)


class BillUpdate(BillAction):
    form_class = BillChangeForm
    title = _("补正费用")

    def decide(self) -> Decision:
        return permissions.may_change(self.request.user, self.row)

    def form_for(self, row: Bill) -> BillChangeForm:
        return BillChangeForm(instance=row, user=self.request.user)

    def run(self, form: BillChangeForm) -> Bill:
        return actions.change_bill(
            by=self.request.user, bill_id=self.kwargs["pk"], version=form.cleaned_data["version"], **form.values()
        )


class BillReplace(BillAction):
    """The right bill in place of a reversed one, filled in from it."""

    title = _("录入更正后的费用")

    def decide(self) -> Decision:
        return permissions.may_replace(self.request.user, self.row)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"instance": selectors.copy_of(self.row)}

    def get_initial(self) -> dict[str, Any]:
        return {}

    def run(self, form: BillForm) -> Bill:
        return actions.enter_bill(
            by=self.request.user, person_id=self.row.person_id, replaces_id=self.row.pk, **form.values()
        )


class BillReverse(FormActionView):
    template_name = "coverage/bill_reverse.html"
    ability = Ability.SETTLE_BILLS
    form_class = ReverseForm
    title = _("冲销费用")
    submit_label = _("冲销")
    success_message = _("费用已冲销。")
    is_danger = True

    def load(self) -> Bill:
        return selectors.bill_for_page(self.request.user, self.kwargs["pk"])

    def decide(self) -> Decision:
        return permissions.may_reverse(self.request.user, self.row)

    def run(self, form: ReverseForm) -> Bill:
        return actions.reverse_bill(by=self.request.user, bill_id=self.kwargs["pk"], **form.cleaned_data)


class BillSettle(ActionView):
    """Try once more to settle a waiting bill."""

    ability = Ability.SETTLE_BILLS

    def run(self, *, pk: int) -> Bill:
        return settlements.settle_bill(by=self.request.user, bill_id=pk)


class BillsRetry(ActionView):
    """Try once more to settle every waiting bill of the user's places, by a job."""

    ability = Ability.SETTLE_BILLS

    def run(self) -> Job:
        return settlements.order_settling(by=self.request.user)


class BillPerson(AbilityMixin, View):
    """Whose number was typed: the person, standing, cards and sums of the year, while the form is filled in."""

    ability = Ability.SETTLE_BILLS
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        result = identities.check(request.POST.get("identity", ""))
        person = selectors.person_with(self.request.user, result.number) if result.is_good else None
        context = {"result": result, "standing": standing_of(self.request.user, person) if person else None}
        response = render(request, "coverage/_bill_person.html", context)
        response["Cache-Control"] = "no-store"
        return response


def is_open(user: User, person: Person) -> bool:
    """Whether the user may see the person's costs at all."""
    return user.scope(Ability.READ_COVERAGE).covers(person)


def tab(user: User, person: Person) -> dict[str, Any]:
    """What the tab of a person's costs shows."""
    return {
        "bills": PersonBillTable(selectors.bills_of_person(user, person.pk)[:100]),
        "accounts": list(accounts_of_person(user, person.pk)),
        "may_enter": permissions.may_enter(user, person),
    }
