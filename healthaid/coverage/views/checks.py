"""The 100 % check of a place and a year, the people behind each of its numbers, and both as workbooks."""

from io import BytesIO
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView, View

from healthaid.core.keyset import count_capped
from healthaid.core.views import ScopedListView, refuse
from healthaid.coverage.enums import Insurance, Side
from healthaid.coverage.permissions.enrolments import may_carry
from healthaid.coverage.resources import enrolments as sheets
from healthaid.coverage.resources.summaries import check_sheet
from healthaid.coverage.selectors import checks as selectors
from healthaid.coverage.selectors.checks import ALL, CHECKED
from healthaid.coverage.tables.enrolments import PeopleTable
from healthaid.coverage.views.places import PlaceYearMixin
from healthaid.exchange.files import XLSX
from healthaid.exchange.workbook import MOST, export_table, refuse_too_many
from healthaid.regions.enums import Level


class EnrolmentCheck(PlaceYearMixin, TemplateView):
    """Target group, enrolled, rightly absent and gap, for a place and those directly below."""

    template_name = "coverage/enrolment_check.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        place, moment = self.place, self.moment
        return super().get_context_data(
            title=_("%(place)s%(year)d年参保核查") % {"place": place.name, "year": moment.year},
            check=selectors.check(self.request.user, place, moment),
            kinds=CHECKED,
            is_village=place.level == Level.VILLAGE,
            may_carry=may_carry(self.request.user, place),
            **self.frame(),
            **kwargs,
        )


class CheckSheet(PlaceYearMixin, View):
    """The table of the check as a workbook."""

    def get(self, request: HttpRequest, *, pk: int) -> FileResponse:  # noqa: ARG002 -- read by place
        place, moment = self.place, self.moment
        columns, frame = check_sheet(selectors.check(self.request.user, place, moment))
        title = _("%(place)s%(year)d年参保核查") % {"place": place.name, "year": moment.year}
        data = export_table(
            by=self.request.user,
            title=title,
            sheet="enrolment_check",
            place=place,
            year=moment.year,
            columns=columns,
            chunks=[frame],
        )
        return FileResponse(BytesIO(data), as_attachment=True, filename=f"{title}.xlsx", content_type=XLSX)


class SideMixin(PlaceYearMixin):
    """Some people of a check: which insurance, and on which side."""

    def get_kind(self) -> str:
        """The insurance in the address, or all three together."""
        kind = self.request.GET.get("kind", ALL)
        if kind not in {ALL, *CHECKED}:
            raise Http404
        return kind

    def get_side(self) -> Side:
        """The side in the address, the gap unless it names another."""
        try:
            return Side(self.request.GET.get("side", Side.GAP))
        except ValueError as error:
            raise Http404 from error

    def people(self) -> QuerySet:
        """These people with household, village and the year's reason."""
        rows = selectors.people_due(self.request.user, self.place, self.moment)
        return selectors.people_for_list(selectors.people_on(rows, self.get_kind(), self.get_side()))

    def get_title(self) -> str:
        """Place, year, insurance and side."""
        kind = self.get_kind()
        words = {
            "place": self.place.name,
            "year": self.moment.year,
            "kind": _("三项保障") if kind == ALL else Insurance(kind).label,
            "side": self.get_side().label,
        }
        return _("%(place)s%(year)d年%(kind)s%(side)s") % words


class CheckPeople(SideMixin, ScopedListView):
    """The people behind a number of the check."""

    template_name = "coverage/enrolment_people.html"
    table_class = PeopleTable
    empty_text = gettext_lazy("没有这样的人。")

    def get_rows(self) -> QuerySet:
        return self.people()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        self.title, kind = self.get_title(), self.get_kind()
        return super().get_context_data(
            kind=kind,
            side=self.get_side(),
            sides=Side,
            kinds=[(ALL, _("三项保障")), *((each.value, each.label) for each in CHECKED)],
            **self.frame(),
            **kwargs,
        )


class CheckPeopleSheet(SideMixin, View):
    """These people in the form of the enrolment sheet, with their numbers in full, to be filled in and imported."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *, pk: int) -> HttpResponse | FileResponse:  # noqa: ARG002 -- read by place
        people, title, moment = self.people(), self.get_title(), self.moment
        try:
            refuse_too_many(count_capped(people, MOST + 1).number)
        except ValidationError as error:
            return refuse(request, "；".join(error.messages))
        data = export_table(
            by=self.request.user,
            title=title,
            sheet="enrolment_people",
            place=self.place,
            year=moment.year,
            columns=sheets.EnrolmentSheet.sheet_columns(),
            chunks=sheets.frames_of_people(people, moment.year),
        )
        return FileResponse(BytesIO(data), as_attachment=True, filename=f"{title}.xlsx", content_type=XLSX)
