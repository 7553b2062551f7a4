"""Promise watch: what was promised and missed, for whom, by which hospital; and who comes near the income line."""

from decimal import Decimal
from functools import cached_property
from io import BytesIO
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView, View

from facilities.models import Facility
from healthaid.accounts.enums import Ability
from healthaid.core.keyset import count_capped
from healthaid.core.money import bare
from healthaid.core.views import ScopedListView, refuse
from healthaid.coverage.domain.enrolments import FIRST_YEAR
from healthaid.coverage.domain.promises import Period
from healthaid.coverage.enums import IncomeSide, Promise, Verdict
from healthaid.coverage.models import Bill
from healthaid.coverage.resources import promises as sheets
from healthaid.coverage.selectors import promises as selectors
from healthaid.coverage.selectors.catalogue_shares import hospitals
from healthaid.coverage.selectors.income_line import NEAR, IncomeLine, income_lines, people_by_line
from healthaid.coverage.selectors.promise_counts import overview
from healthaid.coverage.selectors.promised import limits_written, with_promise
from healthaid.coverage.tables.promises import BilledTable, ExcessTable, LineTable
from healthaid.coverage.views.places import PlaceYearMixin
from healthaid.exchange.files import XLSX
from healthaid.exchange.workbook import MOST, export_table, refuse_too_many
from healthaid.regions.enums import Level
from healthaid.regions.models import Place

MONTHS = range(1, 13)
PERCENTS = range(1, 101)


class WatchMixin(PlaceYearMixin):
    """A page about a place or a hospital, and a year or a month of it."""

    @cached_property
    def place(self) -> Place:
        """The place of the address, else the highest of the user."""
        if "pk" in self.kwargs:
            return selectors.watched_place(self.request.user, self.kwargs["pk"])
        place = selectors.first_watched(self.request.user)
        if place is None:
            raise Http404
        return place

    @cached_property
    def period(self) -> Period:
        """The month of the address, the whole year where it names none."""
        text = self.request.GET.get("month", "")
        if text and not (text.isdecimal() and int(text) in MONTHS):
            raise Http404
        return Period(self.moment.year, int(text) if text else None)

    @cached_property
    def watching(self) -> selectors.Watch:
        """What is watched."""
        return selectors.watch(self.request.user, self.place, self.period)

    def frame(self) -> dict[str, Any]:
        """What the head of such a page shows."""
        user = self.request.user
        years = range(timezone.localdate().year, FIRST_YEAR - 1, -1)
        hides = not user.scope(Ability.READ_SENSITIVE).covers_path(self.place.path)
        return super().frame() | {"years": years, "period": self.period, "months": MONTHS, "hides_sensitive": hides}

    def titled(self, subject: str) -> str:
        """Place, period and what the page is about."""
        words = {"place": self.place.name, "year": self.period.year, "month": self.period.month, "subject": subject}
        if self.period.month:
            return _("%(place)s%(year)d年%(month)d月%(subject)s") % words
        return _("%(place)s%(year)d年%(subject)s") % words

    def workbook(self, subject: str, sheet: str, table: sheets.Table) -> FileResponse:
        """A table as a workbook that leaves a trace."""
        title, (columns, chunks) = self.titled(subject), table
        data = export_table(
            by=self.request.user,
            title=title,
            sheet=sheet,
            place=self.place,
            year=self.period.year,
            columns=columns,
            chunks=chunks,
        )
        return FileResponse(BytesIO(data), as_attachment=True, filename=f"{title}.xlsx", content_type=XLSX)


class PromiseOverview(WatchMixin, TemplateView):
    """Every promise with what it is held against and misses; by place, hospital and month."""

    template_name = "coverage/promise_overview.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        lines = income_lines(self.place, self.moment.rules_on)
        return super().get_context_data(
            title=self.titled(_("承诺监测")),
            overview=overview(self.watching),
            sides=[(side, count_capped(self.by_line(lines, side))) for side in IncomeSide],
            lines=lines,
            missing=[line for line in lines if line.income is None],
            is_hospital=self.place.level == Level.FACILITY,
            near=NEAR,
            **self.frame(),
            **kwargs,
        )

    def by_line(self, lines: list[IncomeLine], side: IncomeSide) -> QuerySet:
        """The people on one side of the income line, for their number."""
        return people_by_line(self.request.user, self.place, self.period.year, lines, side)


class PromiseSheet(WatchMixin, View):
    """The overview as a workbook."""

    def get(self, request: HttpRequest, *, pk: int) -> FileResponse:  # noqa: ARG002 -- read by place
        found = overview(self.watching)
        return self.workbook(_("承诺监测"), "promise_overview", sheets.overview_sheet(self.place, found))


class BillsMixin(WatchMixin):
    """The bills on one side of a promise, of one hospital where the address names it."""

    @cached_property
    def promise(self) -> Promise:
        """The promise in the address."""
        try:
            return Promise(self.kwargs["code"])
        except ValueError as error:
            raise Http404 from error

    @cached_property
    def verdict(self) -> Verdict:
        """The side in the address, what was missed unless it names another."""
        try:
            return Verdict(self.request.GET.get("side", Verdict.MISSED))
        except ValueError as error:
            raise Http404 from error

    @cached_property
    def hospital(self) -> Facility | None:
        """The hospital in the address, if some of the place's bills come from it."""
        text = self.request.GET.get("facility", "")
        if not text:
            return None
        if not text.isdecimal():
            raise Http404
        return selectors.hospital_among(self.watching.bills(), int(text))

    def bills(self) -> QuerySet[Bill]:
        """These bills."""
        rows = selectors.bills_by(self.watching, self.promise, self.verdict)
        return rows.filter(facility=self.hospital) if self.hospital else rows

    @property
    def subject(self) -> str:
        """Promise, side and hospital in words."""
        words = f"{self.promise.label} · {self.verdict.label}"
        return f"{words} · {self.hospital.name}" if self.hospital else words


class PromiseBills(BillsMixin, ScopedListView):
    """The bills behind a number, each with what was promised, what it reached, and the article."""

    template_name = "coverage/promise_bills.html"
    ordering = ("-served_on", "-pk")
    sheet_page = "coverage:promise-bills-sheet"
    empty_text = gettext_lazy("没有这样的费用。")

    def get_rows(self) -> QuerySet:
        return self.bills()

    def table_class(self, rows: list[Bill]) -> BilledTable:
        """The table of a page of these bills."""
        table = ExcessTable if self.promise == Promise.OUT_OF_CATALOGUE else BilledTable
        return table(with_promise(rows, self.watching, self.promise))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        self.title = self.titled(self.subject)
        return super().get_context_data(
            promise=self.promise,
            verdict=self.verdict,
            verdicts=Verdict,
            hospital=self.hospital,
            **self.frame(),
            **kwargs,
        )


class PromiseBillsSheet(BillsMixin, View):
    """These bills as a workbook."""

    def get(self, request: HttpRequest, *, pk: int, code: str) -> HttpResponse | FileResponse:  # noqa: ARG002 -- read by place and promise
        bills = self.bills().order_by("facility", "served_on", "pk")
        try:
            refuse_too_many(count_capped(bills, MOST + 1).number)
        except ValidationError as error:
            return refuse(request, "；".join(error.messages))
        return self.workbook(self.subject, "promise_bills", sheets.bills_sheet(bills, self.watching, self.promise))


class PromiseHospitals(WatchMixin, TemplateView):
    """Shares outside the catalogue by hospital against the limit, and what else hospitals are to keep."""

    template_name = "coverage/promise_hospitals.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            title=self.titled(_("医院目录外费用")),
            table=hospitals(self.watching),
            limits=limits_written(self.watching),
            **self.frame(),
            **kwargs,
        )


class PromiseHospitalsSheet(WatchMixin, View):
    """The same as a workbook."""

    def get(self, request: HttpRequest, *, pk: int) -> FileResponse:  # noqa: ARG002 -- read by place
        found = hospitals(self.watching, MOST)
        return self.workbook(_("医院目录外费用"), "promise_hospitals", sheets.hospitals_sheet(found))


class PeopleMixin(WatchMixin):
    """People on one side of their county's income line."""

    @cached_property
    def side(self) -> IncomeSide:
        """The side in the address, above the line unless it names the other."""
        try:
            return IncomeSide(self.request.GET.get("side", IncomeSide.ABOVE))
        except ValueError as error:
            raise Http404 from error

    @cached_property
    def share(self) -> Decimal:
        """From which part of the line on people are near it: whole per cent in the address."""
        text = self.request.GET.get("near", "")
        if not text:
            return NEAR
        if not text.isdecimal() or int(text) not in PERCENTS:
            raise Http404
        return Decimal(text) / 100

    @cached_property
    def lines(self) -> list[IncomeLine]:
        """The income lines of the place's counties."""
        return income_lines(self.place, self.moment.rules_on)

    def people(self) -> QuerySet:
        """The years of these people."""
        return people_by_line(self.request.user, self.place, self.period.year, self.lines, self.side, share=self.share)

    @property
    def subject(self) -> str:
        """The side in words."""
        return _("个人自付%(side)s的人员") % {"side": self.side.label}


class PromisePeople(PeopleMixin, ScopedListView):
    """These people, those who paid most first."""

    template_name = "coverage/promise_people.html"
    table_class = LineTable
    ordering = ("-personal", "-pk")
    sheet_page = "coverage:promise-people-sheet"
    empty_text = gettext_lazy("没有这样的人。")

    def get_rows(self) -> QuerySet:
        return self.people()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        self.title = self.titled(self.subject)
        return super().get_context_data(
            side=self.side,
            sides=IncomeSide,
            lines=self.lines,
            near=bare(self.share * 100),
            missing=[line for line in self.lines if line.income is None],
            **self.frame(),
            **kwargs,
        )


class PromisePeopleSheet(PeopleMixin, View):
    """These people as a workbook."""

    def get(self, request: HttpRequest, *, pk: int) -> HttpResponse | FileResponse:  # noqa: ARG002 -- read by place
        people = self.people().order_by("-personal", "-pk")
        try:
            refuse_too_many(count_capped(people, MOST + 1).number)
        except ValidationError as error:
            return refuse(request, "；".join(error.messages))
        return self.workbook(self.subject, "promise_people", sheets.people_sheet(people))
