"""Pages of agreements: list, one agreement, its paper, signing, discharge, plan, and decisions about it."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from healthaid.accounts.enums import Ability
from healthaid.accounts.models import User
from healthaid.audit.history import WithHistory
from healthaid.core.decisions import Decision
from healthaid.core.money import in_capitals
from healthaid.core.views import AbilityMixin, ActionView, FormActionView, ScopedDetailView, ScopedListView
from healthaid.coverage.actions import agreements as actions
from healthaid.coverage.domain.instalments import Part, equal_parts, months_after, soon_by
from healthaid.coverage.enums import BillState
from healthaid.coverage.filters.agreements import AgreementFilter
from healthaid.coverage.forms import agreements as forms
from healthaid.coverage.models import Agreement
from healthaid.coverage.permissions import agreements as permissions
from healthaid.coverage.selectors import agreements as selectors
from healthaid.coverage.selectors.citations import cited_words
from healthaid.coverage.selectors.eligibility import DEFERRAL, GROUP, hospitals_to_treat, rules_for
from healthaid.coverage.tables.agreements import AgreementTable, PersonAgreementTable, part_badge, state_badge
from healthaid.exchange.lists import ListSheet
from patients.models import Person

PAPERS = (_("身份证复印件"), _("户口簿复印件"), _("医保卡（社会保障卡）复印件"), _("帮扶身份证明复印件"), _("转诊单"))
FIRST_REASON = _("出院时一次付清有困难")


class AgreementList(ScopedListView):
    template_name = "coverage/agreement_list.html"
    ability = Ability.READ_COVERAGE
    title = _("先诊疗后付费")
    table_class = AgreementTable
    filterset_class = AgreementFilter
    ordering = ("-pk",)
    sheet_page = "coverage:agreement-sheet"
    empty_text = _("这里列出先诊疗后付费协议。从群众页面的“先诊疗后付费”签订：入院不收押金，出院只付个人自付部分。")

    def get_rows(self) -> Any:
        return selectors.with_position(selectors.agreements_for_list(self.request.user), timezone.localdate())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        filters = context["filters"]
        rows = filters.qs if filters.form.is_valid() else Agreement.objects.none()
        return context | {"sums": selectors.sums_of(rows) if context["page"].rows else None}


class AgreementListSheet(AgreementList, ListSheet):
    """The filtered agreements as a workbook."""

    sheet = "agreements"


class AgreementDetail(WithHistory):
    template_name = "coverage/agreement_detail.html"
    ability = Ability.READ_COVERAGE
    row = staticmethod(selectors.agreement_for_page)
    context_name = "agreement"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        agreement, user, today = context["agreement"], self.request.user, timezone.localdate()
        position = selectors.position_of(agreement, today)
        now_due = selectors.personal_part(agreement)
        is_reversed = agreement.bill is not None and agreement.bill.state == BillState.REVERSED
        return context | {
            "title": agreement.number,
            "state": state_badge(agreement, is_overdue=position.overdue > 0),
            "position": position,
            "parts": [(each, _part_state(each, today)) for each in position.standings],
            "payments": list(selectors.payments_of(agreement)),
            "reminders": list(agreement.reminders.select_related("reminded_by")[:20]),
            "others": [each for each in selectors.owed_before(user, agreement.person, today) if each != agreement],
            "knows_bill": selectors.knows_bill(user, agreement),
            "now_due": now_due if now_due is not None and now_due != agreement.due else None,
            "is_bill_reversed": is_reversed,
            "may": _steps(user, agreement, position.overdue),
        }


def _part_state(standing: Any, today: date) -> Any:
    return part_badge(
        is_paid=standing.left <= 0,
        is_overdue=standing.is_overdue(today),
        due_on=standing.part.due_on,
        soon_by=soon_by(today),
    )


def _steps(user: User, agreement: Agreement, overdue: Decimal) -> dict[str, Decision]:
    """What the user may do next with the agreement."""
    return {
        "discharge": permissions.may_discharge(user, agreement),
        "plan": permissions.may_plan(user, agreement),
        "follow": permissions.may_follow(user, agreement),
        "receive": permissions.may_receive(user, agreement),
        "remind": permissions.may_remind(user, agreement),
        "declare": permissions.may_declare_default(user, agreement, overdue),
        "revoke": permissions.may_revoke_default(user, agreement),
        "cancel": permissions.may_cancel(user, agreement),
        "keep": permissions.may_keep(user, agreement),
    }


class AgreementPaper(ScopedDetailView):
    """A paper about an agreement for both signatures, with the articles in force where the patient was admitted."""

    ability = Ability.READ_COVERAGE
    row = staticmethod(selectors.agreement_for_page)
    context_name = "agreement"

    def articles(self, *names: str) -> list[str]:
        """Where these rules are written, each once; without those that no document gave on the day of admission."""
        rules = rules_for(self.object.person, self.object.admitted_on)  # type: ignore[attr-defined]
        return [article for article in dict.fromkeys(cited_words(rules, name)[1] for name in names) if article]


class AgreementPrint(AgreementPaper):
    """The agreement itself."""

    template_name = "coverage/agreement_print.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {
            "title": _("先诊疗后付费协议"),
            "articles": self.articles(GROUP, DEFERRAL),
            "papers": PAPERS,
        }


class AgreementExtension(AgreementPaper):
    """What is still owed and by when, as an agreement of its own; none where nothing is owed."""

    template_name = "coverage/agreement_extension.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        agreement = context["agreement"]
        if agreement.state not in selectors.OPEN:
            raise Http404
        position = selectors.position_of(agreement, timezone.localdate())
        return context | {
            "title": _("延期（分期）还款协议"),
            "articles": self.articles(DEFERRAL),
            "position": position,
            "capitals": in_capitals(int(position.left.scaleb(2))),
            "standings": [each for each in position.standings if each.left > 0],
        }


class AgreementArrears(AbilityMixin, TemplateView):
    """What patients owe, by hospital."""

    template_name = "coverage/agreement_arrears.html"
    ability = Ability.READ_COVERAGE

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        today = timezone.localdate()
        rows = selectors.arrears(self.request.user, today)
        return super().get_context_data(
            title=_("各医院欠费"), rows=rows, whole=selectors.whole_arrears(rows), today=today, **kwargs
        )


class AgreementCreate(FormActionView):
    ability = Ability.KEEP_INSTALMENTS
    template_name = "coverage/agreement_form.html"
    form_class = forms.AgreementForm
    title = _("签订先诊疗后付费协议")
    submit_label = _("签订")
    success_message = _("协议已签订，请打印后由双方签字。")

    def load(self) -> Person:
        return selectors.person_to_sign(self.request.user, self.kwargs["pk"])

    def decide(self) -> Decision | None:
        hospitals = hospitals_to_treat(self.request.user, self.row)
        return permissions.may_sign(self.request.user, self.row, hospitals.first())

    def get_initial(self) -> dict[str, Any]:
        return {"admitted_on": timezone.localdate(), "signed_on": timezone.localdate(), "deposit_waived": 0}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"hospitals": hospitals_to_treat(self.request.user, self.row)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        today = timezone.localdate()
        owed = selectors.owed_before(self.request.user, self.row, today)
        return super().get_context_data(person=self.row, owed=owed, **kwargs)

    def run(self, form: forms.AgreementForm) -> Agreement:
        values = dict(form.cleaned_data)
        facility = values.pop("facility")
        return actions.sign_agreement(by=self.request.user, person_id=self.row.pk, facility_id=facility.pk, **values)


class AgreementStep(FormActionView):
    """A step of an agreement as a form."""

    ability = Ability.READ_COVERAGE
    template_name = "coverage/agreement_step.html"

    def load(self) -> Agreement:
        return selectors.agreement_for_page(self.request.user, self.kwargs["pk"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        position = selectors.position_of(self.row, timezone.localdate())
        return super().get_context_data(agreement=self.row, position=position, **kwargs)


class AgreementDischarge(AgreementStep):
    form_class = forms.DischargeForm
    title = _("出院结算")
    submit_label = _("关联费用")

    def decide(self) -> Decision:
        return permissions.may_discharge(self.request.user, self.row)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"bills": selectors.bills_to_link(self.request.user, self.row)}

    def run(self, form: forms.DischargeForm) -> Agreement:
        return actions.discharge_patient(
            by=self.request.user,
            agreement_id=self.row.pk,
            version=form.cleaned_data["version"],
            bill_id=form.cleaned_data["bill"].pk,
        )


class AgreementPlan(AgreementStep):
    """A plan for what is left: proposed as equal monthly parts, edited, saved."""

    template_name = "coverage/agreement_plan.html"
    form_class = forms.PlanForm
    title = _("约定还款计划")
    submit_label = _("保存还款计划")
    success_message = _("还款计划已保存。")

    def decide(self) -> Decision:
        return permissions.may_plan(self.request.user, self.row)

    def proposal(self) -> forms.ProposalForm:
        """How many parts from when: as the address says, or none."""
        first = months_after(timezone.localdate(), 1)
        asked = self.request.GET if "number" in self.request.GET else None
        return forms.ProposalForm(asked, initial={"number": 6, "first": first})

    def proposed(self) -> list[Part]:
        """The parts that the address asks for, else what is open of the present plan."""
        position, proposal = selectors.position_of(self.row, timezone.localdate()), self.proposal()
        if proposal.is_bound and proposal.is_valid():
            try:
                wanted = proposal.cleaned_data
                return equal_parts(position.left, wanted["number"], wanted["first"])
            except ValueError:
                return [Part(proposal.cleaned_data["first"], position.left)]
        return [Part(each.part.due_on, each.left) for each in position.standings if each.left > 0]

    def get_initial(self) -> dict[str, Any]:
        is_first = self.row.instalments.count() == 1 and not self.row.payments.exists()
        return super().get_initial() | ({"reason": FIRST_REASON} if is_first else {})

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"proposed": self.proposed()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(proposal=self.proposal(), **kwargs)

    def run(self, form: forms.PlanForm) -> Agreement:
        return actions.plan_instalments(
            by=self.request.user,
            agreement_id=self.row.pk,
            version=form.cleaned_data["version"],
            parts=form.parts(),
            reason=form.cleaned_data["reason"],
        )


class AgreementFollow(ActionView):
    """Take over the own part of a corrected settlement."""

    ability = Ability.READ_COVERAGE
    success_message = _("已按更正后的结算调整应收和还款计划。")

    def run(self, *, pk: int) -> Agreement:
        version = self.request.POST.get("version", "")
        return actions.follow_settlement(
            by=self.request.user, agreement_id=pk, version=int(version) if version.isdecimal() else 0
        )


class AgreementDecision(AgreementStep):
    """A decision about an agreement that needs a reason."""

    form_class = forms.ReasonForm


class AgreementCancel(AgreementDecision):
    title = _("作废协议")
    submit_label = _("作废")
    success_message = _("协议已作废。")
    is_danger = True
    warning = _("作废后这份协议不再有效，不能恢复；记录保留。")

    def decide(self) -> Decision:
        return permissions.may_cancel(self.request.user, self.row)

    def run(self, form: forms.ReasonForm) -> Agreement:
        return actions.cancel_agreement(by=self.request.user, agreement_id=self.row.pk, **form.cleaned_data)


class AgreementDefault(AgreementDecision):
    title = _("认定恶意拖欠")
    submit_label = _("认定")
    success_message = _("已认定恶意拖欠；不影响此人就医和结算。")
    is_danger = True
    warning = _(
        "确认此人有能力支付而拒不支付后再认定。认定写入协议和操作记录；不影响此人就医、签订新协议和结算，认定错了可以撤销。"
    )

    def decide(self) -> Decision:
        overdue = selectors.position_of(self.row, timezone.localdate()).overdue
        return permissions.may_declare_default(self.request.user, self.row, overdue)

    def run(self, form: forms.ReasonForm) -> Agreement:
        return actions.declare_default(by=self.request.user, agreement_id=self.row.pk, **form.cleaned_data)


class AgreementRevoke(AgreementDecision):
    title = _("撤销恶意拖欠认定")
    submit_label = _("撤销认定")
    success_message = _("认定已撤销。")

    def decide(self) -> Decision:
        return permissions.may_revoke_default(self.request.user, self.row)

    def run(self, form: forms.ReasonForm) -> Agreement:
        return actions.revoke_default(by=self.request.user, agreement_id=self.row.pk, **form.cleaned_data)


def is_open(user: User, person: Person) -> bool:
    """Whether the user may see the person's agreements."""
    return user.scope(Ability.READ_COVERAGE).covers(person)


def tab(user: User, person: Person) -> dict[str, Any]:
    """What the tab of a person's agreements shows."""
    rows: Any = selectors.agreements_of_person(user, person.pk, timezone.localdate())
    return {
        "agreements": PersonAgreementTable(rows[:50]),
        "may_sign": permissions.may_sign(user, person),
    }
