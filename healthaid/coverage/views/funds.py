"""Pages of payouts: the year, a month by hospital and fund, the bills behind a number, payments and their entry."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from io import BytesIO
from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView, View

from facilities.models import Facility
from healthaid.accounts.enums import Ability
from healthaid.audit.history import history_table
from healthaid.core.decisions import Decision, denied
from healthaid.core.views import AbilityMixin, FormActionView, ScopedDetailView, ScopedListView
from healthaid.coverage.actions import funds as actions
from healthaid.coverage.domain.enrolments import FIRST_YEAR, moment_of, years_to_choose
from healthaid.coverage.domain.funds import Cell, whole
from healthaid.coverage.enums import Desk, Fund
from healthaid.coverage.filters.funds import FundPaymentFilter
from healthaid.coverage.forms.funds import FundPaymentForm, WrongEntryForm
from healthaid.coverage.models import FundPayment
from healthaid.coverage.permissions import funds as permissions
from healthaid.coverage.resources.funds import ledger_sheet
from healthaid.coverage.selectors import funds as selectors
from healthaid.coverage.selectors.funds import ALL, Period
from healthaid.coverage.selectors.places import top_place
from healthaid.coverage.tables.funds import FundPaymentTable, MovedTable, payment_badge
from healthaid.exchange.files import XLSX
from healthaid.exchange.lists import ListSheet
from healthaid.exchange.workbook import export_table
from healthaid.regions.models import Place


class YearMixin(AbilityMixin):
    """A page about the payouts of a year, this one unless the address names another."""

    ability = Ability.READ_COVERAGE

    @cached_property
    def year(self) -> int:
        """The year; an impossible one is 404."""
        today = timezone.localdate()
        text = self.request.GET.get("year") or str(today.year)
        if not text.isdecimal() or not FIRST_YEAR <= int(text) <= today.year + 1:
            raise Http404
        return int(text)

    @cached_property
    def accounts(self) -> list[selectors.Account]:
        """The year's accounts."""
        return selectors.accounts(self.request.user, Period.of_year(self.year), timezone.localdate())


class FundYear(YearMixin, TemplateView):
    """Due, paid and the ratio of a year, by county, fund and month, and what is overdue."""

    template_name = "coverage/fund_year.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        months = [date(self.year, month, 1) for month in range(1, 13)]
        return super().get_context_data(
            title=_("%(year)d年基金拨付") % {"year": self.year},
            year=self.year,
            moment=moment_of(self.year, timezone.localdate()),
            years=years_to_choose(timezone.localdate()),
            accounts=self.accounts,
            whole=whole(account.all for account in self.accounts),
            months=[(month, whole(account.of(month=month) for account in self.accounts)) for month in months],
            covered=set(selectors.counties_covered(self.request.user)),
            may_pay=bool(permissions.funds_of(self.request.user)),
            **kwargs,
        )


class FundYearSheet(YearMixin, View):
    """The year's ledger as a workbook."""

    def get(self, request: HttpRequest) -> FileResponse:  # noqa: ARG002 -- read by accounts
        place = top_place(self.request.user) or (self.accounts[0].county if self.accounts else None)
        if place is None:
            raise Http404
        columns, frame = ledger_sheet(self.accounts)
        title = _("%(place)s%(year)d年基金拨付") % {"place": place.name, "year": self.year}
        data = export_table(
            by=self.request.user,
            title=title,
            sheet="fund_ledger",
            place=place,
            year=self.year,
            columns=columns,
            chunks=[frame],
        )
        return FileResponse(BytesIO(data), as_attachment=True, filename=f"{title}.xlsx", content_type=XLSX)


class MonthMixin(AbilityMixin):
    """A page about one month's payouts."""

    ability = Ability.READ_COVERAGE
    kwargs: dict[str, Any]

    @cached_property
    def month(self) -> date:
        """The month of the address; an impossible one is 404."""
        try:
            month = date.fromisoformat(f"{self.kwargs['month']}-01")
        except ValueError as error:
            raise Http404 from error
        if not FIRST_YEAR <= month.year <= timezone.localdate().year + 1:
            raise Http404
        return month


@dataclass(frozen=True, slots=True)
class LinkedCell:
    """A cell and where its numbers open."""

    cell: Cell
    bills: str
    payments: str


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the month's table."""

    label: str
    cells: Sequence[LinkedCell]
    whole: LinkedCell


def month_text(month: date) -> str:
    """The month in words."""
    return _("%(year)d年%(month)d月") % {"year": month.year, "month": month.month}


class FundMonth(MonthMixin, TemplateView):
    """What each fund owes each hospital for a month, what was paid, and the sums."""

    template_name = "coverage/fund_month.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:  # noqa: ARG002 -- the address, read by month
        accounts = selectors.accounts(self.request.user, Period.of_month(self.month), timezone.localdate())
        totals = [(fund, whole(account.of(fund=fund) for account in accounts)) for fund in Fund]
        mine = permissions.funds_of(self.request.user)
        return super().get_context_data(
            title=_("%(month)s基金拨付") % {"month": month_text(self.month)},
            month=self.month,
            counties=[self.county_lines(account) for account in accounts if account.rows],
            manual=[(account.county, account.manual) for account in accounts if account.manual],
            total=self.line(_("合计"), totals),
            funds=Fund,
            may_pay=bool(mine),
            unpaid=[each for account in accounts for each in self.unpaid(account, mine)],
        )

    def county_lines(self, account: selectors.Account) -> tuple[Place, list[Line], Line]:
        """A county with a line a hospital, and its sum."""
        county = account.county.pk
        lines = [
            self.line(
                row.facility.name,
                [(fund, row.of(fund=fund)) for fund in Fund],
                county=county,
                place=county,
                facility=row.facility.pk,
            )
            for row in account.rows
        ]
        return account.county, lines, self.line(_("小计"), account.by_fund, county=county, place=county)

    def line(self, label: str, cells: Sequence[tuple[Fund, Cell]], **query: int) -> Line:
        """Each cell with the addresses of the bills and the payments behind it, and their sum."""
        bills = reverse("coverage:fund-bills", args=[f"{self.month:%Y-%m}"])
        payments = reverse("coverage:fund-payment-list")

        def linked(cell: Cell, **more: str) -> LinkedCell:
            said: dict[str, int | str] = {"period": f"{self.month:%Y-%m}", **query, **more}
            return LinkedCell(cell, f"{bills}?{urlencode(said)}", f"{payments}?{urlencode(said)}")

        total = whole(cell for _fund, cell in cells)
        return Line(label, [linked(cell, fund=fund.value) for fund, cell in cells], linked(total))

    def unpaid(self, account: selectors.Account, mine: Sequence[Fund]) -> Iterator[tuple[str, Decimal, str]]:
        """What the user may record as paid: what it is, how much is left, and the form filled in."""
        form = reverse("coverage:fund-payment-create")
        for row in account.rows:
            for fund in mine:
                left = row.of(fund=fund).left
                if left > 0 and permissions.may_pay(self.request.user, fund, account.county):
                    query = {
                        "county": str(account.county.pk),
                        "facility": str(row.facility.pk),
                        "fund": fund.value,
                        "month": f"{self.month:%Y-%m}",
                        "amount": str(left),
                    }
                    yield f"{row.facility.name} · {fund.label}", left, f"{form}?{urlencode(query)}"


class FundBills(MonthMixin, ScopedListView):
    """The bills behind what is due in a month."""

    template_name = "coverage/fund_bills.html"
    table_class = MovedTable
    ordering = ("-pk",)
    sheet_page = "coverage:fund-bills-sheet"
    empty_text = gettext_lazy("没有您可以查看的费用。")

    @cached_property
    def fund(self) -> str:
        """The fund in the address, all four unless it names one."""
        fund = self.request.GET.get("fund", ALL)
        if fund not in {ALL, *Fund.values}:
            raise Http404
        return fund

    @cached_property
    def desk(self) -> Desk:
        """The desk in the address: what hospitals advance, unless it asks for the claims of people."""
        return Desk.MANUAL if self.request.GET.get("desk") == Desk.MANUAL else Desk.ONE_STOP

    @cached_property
    def county(self) -> Place | None:
        """The county in the address."""
        return self._named("county", selectors.counties())

    @cached_property
    def facility(self) -> Facility | None:
        """The hospital in the address."""
        return self._named("facility", selectors.hospitals_of_funds(self.request.user))

    def _named(self, name: str, rows: QuerySet) -> Any:
        text = self.request.GET.get(name, "")
        return rows.get(pk=int(text)) if text.isdecimal() else None

    def get_rows(self) -> QuerySet:
        return selectors.bills_behind(
            self.request.user, self.month, self.fund, desk=self.desk, county=self.county, facility=self.facility
        )

    def due(self) -> Any:
        """What the ledger says is due for the same county, hospital and fund."""
        rows = selectors.ledgers(self.request.user, Period.of_month(self.month))[self.desk]
        return whole(
            row.of(fund=self.fund)
            for row in rows
            if (self.county is None or row.county == self.county)
            and (self.facility is None or row.facility == self.facility)
        ).due

    @property
    def title(self) -> str:  # type: ignore[override]
        """Month, fund and who is owed."""
        fund = _("四项基金") if self.fund == ALL else Fund(self.fund).label
        owed = _("%(month)s%(fund)s应付群众") if self.desk == Desk.MANUAL else _("%(month)s%(fund)s应付")
        return owed % {"month": month_text(self.month), "fund": fund}

    @property
    def subject(self) -> str:
        """The county and the hospital in the address."""
        return " · ".join(each.name for each in (self.county, self.facility) if each is not None)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:  # noqa: ARG002 -- the address, read by month
        shown, due = selectors.moved_by_bills(self.get_rows()), self.due()
        return super().get_context_data(
            subject=self.subject,
            month_page=reverse("coverage:fund-month", args=[f"{self.month:%Y-%m}"]),
            shown=shown,
            due=due,
            hidden=due - shown,
        )


class FundBillsSheet(FundBills, ListSheet):
    """These bills as a workbook."""

    sheet = "fund_bills"

    def told(self, filters: Any) -> str:  # noqa: ARG002 -- the address names what others filter
        return self.subject


class FundPaymentList(ScopedListView):
    template_name = "coverage/fund_payments.html"
    ability = Ability.READ_COVERAGE
    title = gettext_lazy("拨付记录")
    rows = staticmethod(selectors.payments_for_list)
    table_class = FundPaymentTable
    filterset_class = FundPaymentFilter
    ordering = ("-month", "-pk")
    sheet_page = "coverage:fund-payment-sheet"
    empty_text = gettext_lazy("这里列出各基金拨付给医院的款项。从某月的“未拨”金额登记。")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        filters = context["filters"]
        rows = filters.qs if filters.form.is_valid() else FundPayment.objects.none()
        may_pay = bool(permissions.funds_of(self.request.user))
        return context | {"amount": selectors.amount_paid(rows), "may_pay": may_pay}


class FundPaymentListSheet(FundPaymentList, ListSheet):
    """The filtered payments as a workbook."""

    sheet = "fund_payments"


class FundPaymentDetail(ScopedDetailView):
    template_name = "coverage/fund_payment.html"
    ability = Ability.READ_COVERAGE
    row = staticmethod(selectors.payment_for_page)
    context_name = "payment"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        payment, user = context["payment"], self.request.user
        return context | {
            "title": _("%(month)s%(fund)s拨付")
            % {"month": month_text(payment.month), "fund": payment.get_fund_display()},
            "state": payment_badge(payment),
            "may_reverse": permissions.may_take_back(user, payment),
            "history": history_table(user, payment),
        }


class FundPaymentCreate(FormActionView):
    ability = Ability.PAY_FUNDS
    template_name = "coverage/form_page.html"
    form_class = FundPaymentForm
    title = gettext_lazy("登记拨付")
    back = reverse_lazy("coverage:fund-payment-list")
    submit_label = gettext_lazy("登记")
    success_message = gettext_lazy("拨付已登记。")

    def decide(self) -> Decision | None:
        return None if permissions.funds_of(self.request.user) else denied(permissions.ELSEWHERE)

    def get_initial(self) -> dict[str, Any]:
        names = ("county", "facility", "fund", "month", "amount")
        asked = {name: self.request.GET[name] for name in names if name in self.request.GET}
        return {"paid_on": timezone.localdate()} | asked

    def get_form_kwargs(self) -> dict[str, Any]:
        user = self.request.user
        return super().get_form_kwargs() | {
            "counties": selectors.counties_covered(user, Ability.PAY_FUNDS),
            "hospitals": selectors.hospitals_of_funds(user),
            "funds": permissions.funds_of(user),
        }

    def run(self, form: FundPaymentForm) -> str:
        values = dict(form.cleaned_data)
        county, facility = values.pop("county"), values.pop("facility")
        payment = actions.record_fund_payment(
            by=self.request.user, county_id=county.pk, facility_id=facility.pk, **values
        )
        return reverse("coverage:fund-month", args=[f"{payment.month:%Y-%m}"])


class FundPaymentReverse(FormActionView):
    ability = Ability.READ_COVERAGE
    template_name = "coverage/fund_payment_reverse.html"
    form_class = WrongEntryForm
    title = gettext_lazy("冲销拨付")
    submit_label = gettext_lazy("冲销")
    success_message = gettext_lazy("拨付已冲销。")
    is_danger = True

    def load(self) -> FundPayment:
        return selectors.payment_for_page(self.request.user, self.kwargs["pk"])

    def decide(self) -> Decision:
        return permissions.may_take_back(self.request.user, self.row)

    @property
    def back(self) -> str:  # type: ignore[override]
        """The payment's own page."""
        return reverse("coverage:fund-payment", args=[self.kwargs["pk"]])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(payment=self.row, **kwargs)

    def run(self, form: WrongEntryForm) -> str:
        actions.reverse_fund_payment(by=self.request.user, payment_id=self.row.pk, **form.cleaned_data)
        return self.back
