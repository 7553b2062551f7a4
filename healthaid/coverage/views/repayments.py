"""Pages of repayments: a payment as a form, its reversal, and who is to be reminded."""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from healthaid.accounts.enums import Ability
from healthaid.core.decisions import Decision
from healthaid.core.views import ActionView, FormActionView, ScopedListView
from healthaid.coverage.actions import repayments as actions
from healthaid.coverage.filters.agreements import AgreementFilter
from healthaid.coverage.forms.agreements import PaymentForm, ReasonForm
from healthaid.coverage.models import Agreement, Payment
from healthaid.coverage.permissions import agreements as permissions
from healthaid.coverage.selectors import agreements as selectors
from healthaid.coverage.tables.agreements import ReminderTable
from healthaid.coverage.views.agreements import AgreementStep
from healthaid.exchange.lists import ListSheet

BY_PHONE = _("已电话提醒")


class PaymentCreate(AgreementStep):
    form_class = PaymentForm
    title = _("登记付款")
    submit_label = _("登记")
    success_message = _("付款已登记。")

    def decide(self) -> Decision:
        return permissions.may_receive(self.request.user, self.row)

    def get_initial(self) -> dict[str, Any]:
        today = timezone.localdate()
        position = selectors.position_of(self.row, today)
        suggested = position.overdue or (position.next_part.left if position.next_part else position.left)
        return super().get_initial() | {"paid_on": today, "amount": suggested}

    def run(self, form: PaymentForm) -> Agreement:
        return actions.record_payment(by=self.request.user, agreement_id=self.row.pk, **form.cleaned_data)


class PaymentReverse(FormActionView):
    """A wrong entry is taken back by a negative one."""

    ability = Ability.READ_COVERAGE
    template_name = "coverage/payment_reverse.html"
    form_class = ReasonForm
    title = _("冲销付款")
    submit_label = _("冲销")
    success_message = _("付款已冲销。")
    is_danger = True

    def load(self) -> Agreement:
        self.payment: Payment = selectors.payment_for_page(self.request.user, self.kwargs["pk"])
        return self.payment.agreement

    def decide(self) -> Decision:
        return permissions.may_take_back(self.request.user, self.payment)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(payment=self.payment, **kwargs)

    def run(self, form: ReasonForm) -> Agreement:
        return actions.reverse_payment(by=self.request.user, payment_id=self.payment.pk, **form.cleaned_data)


class ReminderList(ScopedListView):
    """Agreements of which something is overdue or due within a week."""

    template_name = "coverage/reminder_list.html"
    ability = Ability.READ_COVERAGE
    title = pgettext_lazy("list", "还款提醒")
    filterset_class = AgreementFilter
    ordering = ("-pk",)
    sheet_page = "coverage:reminder-sheet"
    empty_text = _("没有需要提醒的还款：7天内没有到期的，也没有逾期的。")

    def get_rows(self) -> Any:
        return selectors.agreements_due(self.request.user, timezone.localdate())

    def table_class(self, rows: Any) -> ReminderTable:  # type: ignore[override]
        return ReminderTable(rows, may_remind=self.request.user.can(Ability.KEEP_INSTALMENTS))


class ReminderListSheet(ReminderList, ListSheet):
    """The filtered reminders as a workbook."""

    sheet = "reminders"


class ReminderCreate(ActionView):
    """One click: the patient was reminded by phone, or as the note says."""

    ability = Ability.READ_COVERAGE
    success_message = _("提醒已登记。")

    def run(self) -> str:
        posted = self.request.POST
        number = posted.get("agreement", "")
        agreement_id = int(number) if number.isdecimal() else 0
        actions.record_reminder(
            by=self.request.user, agreement_id=agreement_id, note=posted.get("note", "").strip() or str(BY_PHONE)
        )
        back = reverse("coverage:agreement-detail", args=[agreement_id])
        return back if "note" in posted else f"{reverse('coverage:reminder-list')}?{self.request.GET.urlencode()}"
