"""Pages of re-accounting: runs, what they change, confirming and returning, whose year calls for a replay."""

from datetime import date
from io import BytesIO
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.generic import View

from healthaid.accounts.enums import Ability
from healthaid.core.decisions import Decision, Refused
from healthaid.core.views import AbilityMixin, ActionView, FormActionView, ScopedDetailView, ScopedListView
from healthaid.coverage.actions import confirming
from healthaid.coverage.actions import runs as actions
from healthaid.coverage.enums import RunPurpose
from healthaid.coverage.forms.runs import ProposalForm, ReturnForm, TryForm
from healthaid.coverage.models import SettlementRun
from healthaid.coverage.permissions import runs as permissions
from healthaid.coverage.phrases import LAYERS, obstacle_told
from healthaid.coverage.resources.runs import difference_sheet
from healthaid.coverage.selectors import runs as selectors
from healthaid.coverage.settlement.layers import PAYERS
from healthaid.coverage.tables.runs import DifferenceTable, ReplayTable, RunTable, UnresolvedTable, run_badge
from healthaid.exchange.files import XLSX
from healthaid.exchange.lists import ListSheet
from healthaid.exchange.workbook import export_table
from healthaid.jobs.selectors import time_left
from healthaid.policy import catalogue
from healthaid.policy.selectors.rules import rules_at
from healthaid.policy.texts import shown


class RunList(ScopedListView):
    template_name = "coverage/run_list.html"
    ability = Ability.READ_COVERAGE
    title = _("年度核算")
    rows = staticmethod(selectors.runs_for_list)
    table_class = RunTable
    ordering = ("-pk",)
    empty_text = _("年终按全年最终政策把每笔费用再算一遍，列出差异，由另一人确认后更正。结算或复核岗位的人在此发起。")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        may_request = permissions.may_request_somewhere(self.request.user)
        return super().get_context_data(may_request=may_request, **kwargs)


class RunDetail(ScopedDetailView):
    template_name = "coverage/run_detail.html"
    ability = Ability.READ_COVERAGE
    row = staticmethod(selectors.run_for_page)
    context_name = "run"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        run, user = context["run"], self.request.user
        rules = rules_at(run.place, date(run.year, 12, 31))
        first = selectors.differences(user, run).order_by("bill_id")[:20]
        return (
            context
            | {
                "title": _now("%(place)s%(year)d年%(purpose)s")
                % {"place": run.place.name, "year": run.year, "purpose": run.get_purpose_display()},
                "state": run_badge(run),
                "payers": payers_of(run),
                "reasons": [
                    (obstacle_told(reason, rules), parameter_of(reason), reason["bills"]) for reason in reasons_of(run)
                ],
                "values": [(catalogue.parameters()[name], told(name, text)) for name, text in run.overrides.items()],
                "table": DifferenceTable(first),
                "may_confirm": permissions.may_confirm(user, run),
                "may_decide": permissions.may_decide(user, run),
                "may_request": permissions.may_request(user, run.place, run.purpose),
                "gives_up_confirming": permissions.gives_up_confirming(user, run),
            }
            | (time_left(run.job, timezone.now()) if run.job else {})
        )


def told(name: str, text: str) -> str:
    """A value of a what-if with its unit."""
    return shown(actions.number_typed(text), catalogue.parameters()[name].unit)


def payers_of(run: SettlementRun) -> list[tuple[Any, int, int, int]]:
    """Each payer's sum before and after, and by how much it moves, in fen."""
    if not run.totals:
        return []
    before, after = run.totals["before"], run.totals["after"]
    return [(LAYERS[name], before[name], after[name], after[name] - before[name]) for name in PAYERS]


def reasons_of(run: SettlementRun) -> list[dict[str, Any]]:
    """Why bills have no answer, the most frequent first."""
    return run.totals.get("reasons", [])[:20]


def parameter_of(reason: dict[str, Any]) -> str:
    """The missing value in words; empty where another thing is missing."""
    known = catalogue.parameters().get(reason["parameter"])
    return str(known.label) if known else ""


class RunRows(ScopedListView):
    """Some of a run's results."""

    template_name = "coverage/run_rows.html"
    ability = Ability.READ_COVERAGE
    ordering = ("bill_id",)

    @cached_property
    def run_row(self) -> SettlementRun:
        """The run in the address."""
        return selectors.run_for_page(self.request.user, self.kwargs["pk"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(run=self.run_row, **kwargs)


class RunDifferences(RunRows):
    title = _("核算差异")
    table_class = DifferenceTable
    sheet_page = "coverage:run-sheet"
    empty_text = _("没有差异：现有结算与重新计算的结果一致。")

    def get_rows(self) -> Any:
        return selectors.differences(self.request.user, self.run_row)


class RunUnresolved(RunRows):
    title = _("算不出的费用")
    table_class = UnresolvedTable
    sheet_page = "coverage:run-unresolved-sheet"
    empty_text = _("每笔费用都算出了结果。")

    def get_rows(self) -> Any:
        return selectors.unresolved(self.request.user, self.run_row)


class RunUnresolvedSheet(RunUnresolved, ListSheet):
    """These bills as a workbook."""

    sheet = "run_unresolved"

    def told(self, filters: Any) -> str:  # noqa: ARG002 -- the run says which bills
        run = self.run_row
        words = {"place": run.place.name, "year": run.year, "purpose": run.get_purpose_display()}
        return _now("%(place)s%(year)s年%(purpose)s") % words


class RunSheet(AbilityMixin, View):
    """The differences as a workbook."""

    ability = Ability.READ_COVERAGE

    def get(self, request: HttpRequest, pk: int) -> FileResponse:  # noqa: ARG002 -- the user is in self.request
        run = selectors.run_for_page(self.request.user, pk)
        columns, chunks = difference_sheet(selectors.differences(self.request.user, run))
        title = _now("%(place)s%(year)d年核算差异") % {"place": run.place.name, "year": run.year}
        data = export_table(
            by=self.request.user,
            title=title,
            sheet="run_differences",
            place=run.place,
            year=run.year,
            columns=columns,
            chunks=chunks,
        )
        return FileResponse(BytesIO(data), as_attachment=True, filename=f"{title}.xlsx", content_type=XLSX)


class RunCreate(FormActionView):
    """A proposal for a county's year."""

    ability = Ability.READ_COVERAGE
    template_name = "coverage/form_page.html"
    form_class: Any = ProposalForm
    title = _("发起核算")
    submit_label = _("开始计算")
    back = reverse_lazy("coverage:run-list")

    def decide(self) -> Decision:
        return permissions.may_request_any(self.request.user, permissions.REQUESTING)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.request.user}

    def run(self, form: Any) -> SettlementRun:
        return actions.request_run(by=self.request.user, **form.cleaned_data)


class RunTry(RunCreate):
    """A year under other values, for comparison only."""

    template_name = "coverage/run_try.html"
    form_class = TryForm
    title = _("试算")

    def decide(self) -> Decision:
        return permissions.may_request_any(self.request.user, permissions.TRYING)

    def run(self, form: Any) -> SettlementRun:
        return actions.request_run(
            by=self.request.user,
            place=form.cleaned_data["place"],
            year=form.cleaned_data["year"],
            purpose=RunPurpose.WHAT_IF,
            overrides=form.overrides(),
        )


class RunAgain(ActionView):
    """The same proposal computed anew, after bills or policy have moved on."""

    ability = Ability.READ_COVERAGE

    def run(self, *, pk: int) -> SettlementRun:
        old = selectors.run_for_page(self.request.user, pk)
        return actions.request_run(
            by=self.request.user,
            place=old.place,
            year=old.year,
            purpose=old.purpose,
            person=old.person,
            overrides=old.overrides,
        )


class RunConfirm(ActionView):
    """A refusal leads back to the run, which says why and what can be done."""

    ability = Ability.CONFIRM_ACCOUNTS

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            return super().post(request, **kwargs)
        except Refused as refused:
            messages.error(request, str(refused))
            return redirect("coverage:run-detail", kwargs["pk"])

    def run(self, *, pk: int) -> SettlementRun:
        return confirming.confirm_run(by=self.request.user, run_id=pk)


class RunReturn(FormActionView):
    ability = Ability.CONFIRM_ACCOUNTS
    template_name = "coverage/form_page.html"
    form_class = ReturnForm
    title = _("退回核算")
    submit_label = _("退回")

    def load(self) -> SettlementRun:
        return selectors.run_for_page(self.request.user, self.kwargs["pk"])

    def decide(self) -> Decision:
        return permissions.may_decide(self.request.user, self.row)

    def run(self, form: ReturnForm) -> SettlementRun:
        return actions.return_run(by=self.request.user, run_id=self.row.pk, **form.cleaned_data)


class ReplayList(ScopedListView):
    template_name = "coverage/replay_list.html"
    ability = Ability.READ_COVERAGE
    title = _("待重算的年度")
    rows = staticmethod(selectors.years_due)
    table_class = ReplayTable
    sheet_page = "coverage:replay-sheet"
    ordering = ("-year", "path", "pk")
    empty_text = _("没有待重算的年度。迟到或冲销的费用使先后累计改变时，当事人的年度会列在这里。")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(due=selectors.counties_due(self.request.user), **kwargs)


class ReplayListSheet(ReplayList, ListSheet):
    """These years as a workbook."""

    sheet = "replays"


class ReplayCounty(ActionView):
    """Everybody's year of a county that calls for a replay, as one run."""

    ability = Ability.READ_COVERAGE

    def run(self, *, pk: int, year: int) -> SettlementRun:
        place = selectors.county_for_run(self.request.user, pk)
        return actions.request_run(by=self.request.user, place=place, year=year, purpose=RunPurpose.REPLAY)


class ReplayPerson(ActionView):
    """One person's year."""

    ability = Ability.READ_COVERAGE

    def run(self, *, pk: int, year: int) -> SettlementRun:
        person, county = selectors.person_for_run(self.request.user, pk)
        return actions.request_run(
            by=self.request.user, place=county, year=year, purpose=RunPurpose.REPLAY, person=person
        )
