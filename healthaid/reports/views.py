"""Home, dashboard and monthly reports."""

import uuid
from collections.abc import Callable
from datetime import date
from functools import partial
from io import BytesIO
from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView, View

from healthaid.accounts.enums import Ability
from healthaid.core.decisions import require
from healthaid.core.tables import Table
from healthaid.core.views import AbilityMixin, ActionView, ScopedListView
from healthaid.exchange.files import XLSX
from healthaid.exchange.lists import ListSheet
from healthaid.jobs.models import Job
from healthaid.regions.models import Place
from healthaid.reports import actions, tables
from healthaid.reports.charts import trend_chart
from healthaid.reports.domain import Side, day_counted, month_of
from healthaid.reports.indicators import BY_CODE, HEADLINES, Fact, Indicator
from healthaid.reports.permissions import may_build_report, may_open_rows, opened
from healthaid.reports.selectors import dashboard as dashboards
from healthaid.reports.selectors import figures, home, rows


def month_or_404(text: str) -> date:
    """The first day of a month in an address."""
    try:
        return month_of(text)
    except ValueError as error:
        raise Http404 from error


class Home(AbilityMixin, TemplateView):
    """What waits for the user, by duty."""

    template_name = "reports/home.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(page=home.home_page(self.request.user, timezone.localdate()), **kwargs)


class PlaceMixin(AbilityMixin):
    """A page about a place whose figures the user may read; other places are 404."""

    ability = Ability.READ_REPORTS
    kwargs: dict[str, Any]

    def get_place(self) -> Place:
        return figures.places_with_reports(self.request.user).get(pk=self.kwargs["pk"])


class Dashboard(PlaceMixin, TemplateView):
    """A place's month; without a place, the highest one that the user's postings reach."""

    template_name = "reports/dashboard.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, today = self.request.user, timezone.localdate()
        place = self.get_place() if "pk" in self.kwargs else figures.first_place(user)
        if place is None:
            return super().get_context_data(page=None, **kwargs)
        text = self.request.GET.get("month", "")
        month = month_or_404(text) if text else dashboards.default_month(place, today)
        ranked_by = next((one for one in HEADLINES if one.code == self.request.GET.get("by")), None)
        page = dashboards.dashboard(user, place, month, ranked_by)
        return super().get_context_data(
            page=page,
            trend=trend_chart(page.trend),
            headlines=HEADLINES,
            build=may_build_report(user, place, month, today),
            this_month=today.replace(day=1),
            month_text=f"{month:%Y-%m}",
            form_key=str(uuid.uuid4()),
            **kwargs,
        )


class ReportList(AbilityMixin, TemplateView):
    """The months counted for the highest place that the user's postings reach."""

    ability = Ability.READ_REPORTS
    template_name = "reports/report_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        place = figures.first_place(user)
        months = figures.months_of(user, place) if place else []
        return super().get_context_data(
            place=place,
            months=months,
            headlines=HEADLINES,
            opened=opened(user, place) if place else (),
            **kwargs,
        )


class ReportDetail(PlaceMixin, TemplateView):
    """The official table: a place and everything below it."""

    template_name = "reports/report_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        place, month = self.get_place(), month_or_404(self.kwargs["month"])
        table = figures.official_table(self.request.user, place, month)
        if not table.places:
            raise Http404
        return super().get_context_data(table=table, place=table.snapshot.place, month_text=f"{month:%Y-%m}", **kwargs)


class ReportPrint(ReportDetail):
    template_name = "reports/report_print.html"


class ReportExport(PlaceMixin, View):
    """The official table as a workbook; who took it is recorded."""

    def get(self, request: HttpRequest, *, pk: int, month: str) -> FileResponse:  # noqa: ARG002 -- read by get_place
        place = self.get_place()
        data = actions.export_report(by=self.request.user, place=place, month=month_or_404(month), now=timezone.now())
        name = _("%(place)s健康帮扶月报%(month)s.xlsx") % {"place": place.name, "month": month}
        return FileResponse(BytesIO(data), as_attachment=True, filename=name, content_type=XLSX)


class ReportBuild(PlaceMixin, ActionView):
    """The button that counts a month; leads to the job."""

    success_message = gettext_lazy("已开始统计，完成后可打开看板。")

    def run(self, *, pk: int, month: str) -> Job | str:  # noqa: ARG002 -- read by get_place
        job = actions.order_report(
            by=self.request.user, place=self.get_place(), month=month_or_404(month), today=timezone.localdate()
        )
        return reverse("jobs:job-detail", args=[job.pk])


class FigureRows(PlaceMixin, ScopedListView):
    """The people, households, illnesses or villages behind a figure, as of the report's day."""

    template_name = "reports/figure_rows.html"
    sheet_page = "reports:figure-rows-sheet"
    empty_text = gettext_lazy("没有符合这项指标的记录。")

    def get_rows(self) -> QuerySet:
        user, today = self.request.user, timezone.localdate()
        self.place, self.month = self.get_place(), month_or_404(self.kwargs["month"])
        self.indicator, self.side = self.get_indicator(), self.get_side()
        require(may_open_rows(user, self.indicator, self.place))
        self.stored = figures.snapshot(user, self.place, self.month)
        self.is_today = "today" in self.request.GET  # as home counts it, whatever the report says
        self.day = today if self.is_today else self.stored.as_of or day_counted(self.month, today)
        self.value = None if self.is_today else self.stored.values.get(self.indicator.code)
        self.behind = rows.behind(user, self.indicator, self.place, self.day, self.side)
        self.table_class, self.ordering = self.get_table(self.indicator)
        return self.behind.rows

    @property
    def title(self) -> str:  # type: ignore[override]
        """Place, month and figure."""
        return _("%(place)s %(month)s %(label)s") % {
            "place": (self.place if self.is_today else self.stored.place).name,
            "month": f"{self.month:%Y-%m}",
            "label": self.indicator.label,
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        value, stored, code = self.value, self.stored, self.indicator.code
        return context | {
            "place": self.place,
            "indicator": self.indicator,
            "side": self.side,
            "sides": figures.sides_of(self.indicator, value),
            "day": self.day,
            "stored": None if value is None else value.on(self.side),
            "is_unknown": bool(self.indicator.unknown and stored.counted and code not in stored.values),
            "month_text": f"{self.month:%Y-%m}",
            "now": figures.number_now(value, self.side, self.behind.number, context["count"]),
        }

    def get_indicator(self) -> Indicator:
        """The indicator in the address; an unknown one is 404."""
        if self.kwargs["indicator"] not in BY_CODE:
            raise Http404
        return BY_CODE[self.kwargs["indicator"]]

    def get_side(self) -> Side:
        """Which rows the address asks for; the counted ones unless it says otherwise."""
        try:
            return Side(self.request.GET.get("side", Side.MET))
        except ValueError as error:
            raise Http404 from error

    def get_table(self, indicator: Indicator) -> tuple[Callable[..., Table], tuple[str, ...]]:
        """The table of such rows, and their order."""
        if indicator.fact == Fact.VILLAGES:
            return partial(tables.VillageTable, villages=self.behind.villages), ("path",)
        if indicator.fact == Fact.ILLNESSES:
            return partial(tables.IllnessTable, user=self.request.user), ("path", "pk")
        if indicator.fact == Fact.STAYS:
            return partial(tables.StayTable, user=self.request.user), ("path", "pk")
        if indicator.fact == Fact.OWN_PAYMENTS:
            return tables.OwnPaymentsTable, ("-personal", "-pk")
        return tables.HouseholdTable if indicator.fact == Fact.HOUSEHOLDS else tables.PersonTable, ("path", "pk")


class FigureRowsSheet(FigureRows, ListSheet):
    """These rows as a workbook."""

    sheet = "figure_rows"

    def told(self, filters: Any) -> str:  # noqa: ARG002 -- the address names what others filter
        day = _("截至%(day)s") % {"day": self.day}
        labels = {tab.side: str(tab.label) for tab in figures.sides_of(self.indicator, self.value)}
        return f"{labels[self.side]}；{day}" if self.indicator.is_rate else day
