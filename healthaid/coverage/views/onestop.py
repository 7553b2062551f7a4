"""Pages of one-stop forms: list, page, paper, PDF, verification, and many in one file."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.generic import TemplateView, View

from healthaid.accounts.enums import Ability
from healthaid.accounts.models import User
from healthaid.core.throttle import Throttle
from healthaid.core.views import AbilityMixin, ActionView, ScopedDetailView, ScopedListView
from healthaid.coverage.actions import onestop as actions
from healthaid.coverage.filters.bills import BillFilter
from healthaid.coverage.filters.onestop import FormFilter
from healthaid.coverage.forms.onestop import VerifyForm
from healthaid.coverage.models import OneStopForm
from healthaid.coverage.permissions.bills import may_issue
from healthaid.coverage.selectors import bills as bill_selectors
from healthaid.coverage.selectors import onestop as selectors
from healthaid.coverage.selectors.settlements import current_settlement
from healthaid.coverage.tables.onestop import FormTable
from healthaid.exchange.lists import ListSheet
from healthaid.jobs.models import Job

WRONG_PAIRS = Throttle("form-verify", most=20, seconds=600)


class FormList(ScopedListView):
    template_name = "coverage/form_list.html"
    ability = Ability.READ_COVERAGE
    title = pgettext_lazy("list", "一站式结算单")
    rows = staticmethod(selectors.forms_for_list)
    table_class = FormTable
    filterset_class = FormFilter
    ordering = ("-pk",)
    sheet_page = "coverage:form-sheet"
    empty_text = _("这里列出已开具的一站式结算单。打开一笔已结算的费用，点“开具结算单”。")


class FormListSheet(FormList, ListSheet):
    """The filtered forms as a workbook."""

    sheet = "forms"


class FormDetail(ScopedDetailView):
    template_name = "coverage/form_detail.html"
    ability = Ability.READ_COVERAGE
    row = staticmethod(selectors.form_for_page)
    context_name = "issued"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        issued, user = context["issued"], self.request.user
        return context | {"title": issued.serial, "may_correct": self.may_correct(user, issued)}

    def may_correct(self, user: User, issued: OneStopForm) -> bool:
        """Whether a form of a later settlement is still to be issued in place of this one."""
        if issued.settlement.is_current or hasattr(issued, "correction"):
            return False
        bill = issued.settlement.bill
        return bool(may_issue(user, bill, current_settlement(bill)))


class FormPrint(FormDetail):
    template_name = "coverage/form_print.html"


class FormPdf(AbilityMixin, View):
    ability = Ability.READ_COVERAGE

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = selectors.form_for_page(self.request.user, pk)
        answer = HttpResponse(actions.pdf_of(by=request.user, form=form), content_type=actions.PDF)  # type: ignore[arg-type]
        name = content_disposition_header(as_attachment=True, filename=f"{form.serial}.pdf")
        answer["Content-Disposition"] = name or "attachment"
        answer["Cache-Control"] = "no-store"
        return answer


class FormIssue(ActionView):
    ability = Ability.SETTLE_BILLS
    success_message = _("结算单已开具。")

    def run(self, *, pk: int) -> OneStopForm:
        return actions.issue_form(by=self.request.user, bill_id=pk)


class FormBatch(ActionView):
    """The forms of the bills that a filtered list shows, or of those ticked there, as one file."""

    ability = Ability.SETTLE_BILLS

    def run(self) -> Job:
        rows = bill_selectors.readable_bills(self.request.user).filter(state="settled")
        filters = BillFilter(self.request.GET, queryset=rows, request=self.request)
        if not filters.form.is_valid():
            raise Http404
        chosen = filters.qs.order_by("path", "person", "served_on", "pk").values_list("pk", flat=True)
        if ticked := self.request.POST.getlist("bill"):
            if not all(pk.isdecimal() for pk in ticked):
                raise ValidationError(_("请从列表中选择费用。"))
            chosen = chosen.filter(pk__in=ticked[: actions.MOST + 1])
        return actions.order_batch(by=self.request.user, bill_ids=list(chosen[: actions.MOST + 1]))


class FormVerify(TemplateView):
    """Whether a paper is genuine, for whoever holds it: its serial number and code open no name and no row."""

    template_name = "coverage/form_verify.html"

    def post(self, request: HttpRequest) -> HttpResponse:
        form, found = VerifyForm(request.POST), None
        is_asked, is_closed = form.is_valid(), WRONG_PAIRS.is_closed(request)
        if is_asked and not is_closed:
            found = selectors.form_with(form.cleaned_data["serial"], form.cleaned_data["code"])
            if found is None:
                WRONG_PAIRS.count(request)
        context = {"form": form, "found": found, "is_asked": is_asked, "is_closed": is_closed}
        answer = self.render_to_response(self.get_context_data(**context), status=429 if is_closed else 200)
        answer["Cache-Control"] = "no-store"
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {"title": _("结算单验证"), "form": VerifyForm()} | super().get_context_data(**kwargs)
