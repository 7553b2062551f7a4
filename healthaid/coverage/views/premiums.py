"""The funding summary of the premium: who pays how much, page and workbook."""

from io import BytesIO
from typing import Any

from django.http import FileResponse, HttpRequest
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View

from healthaid.coverage.resources.summaries import funding_sheet
from healthaid.coverage.selectors.premiums import funding
from healthaid.coverage.views.places import PlaceYearMixin
from healthaid.exchange.files import XLSX
from healthaid.exchange.workbook import export_table


class PremiumFunding(PlaceYearMixin, TemplateView):
    template_name = "coverage/premium_funding.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        place, moment = self.place, self.moment
        return super().get_context_data(
            title=_("%(place)s%(year)d年参保缴费分担") % {"place": place.name, "year": moment.year},
            funding=funding(self.request.user, place, moment),
            **self.frame(),
            **kwargs,
        )


class PremiumSheet(PlaceYearMixin, View):
    """The funding summary as a workbook."""

    def get(self, request: HttpRequest, *, pk: int) -> FileResponse:  # noqa: ARG002 -- read by place
        place, moment = self.place, self.moment
        columns, frame = funding_sheet(funding(self.request.user, place, moment))
        title = _("%(place)s%(year)d年参保缴费分担") % {"place": place.name, "year": moment.year}
        data = export_table(
            by=self.request.user,
            title=title,
            sheet="premium_funding",
            place=place,
            year=moment.year,
            columns=columns,
            chunks=[frame],
        )
        return FileResponse(BytesIO(data), as_attachment=True, filename=f"{title}.xlsx", content_type=XLSX)
