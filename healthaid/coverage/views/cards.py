"""Pages of special-disease cards: list, page, each step as a form, people who qualify, and the tab of a person."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from healthaid.accounts.enums import Ability
from healthaid.audit.history import WithHistory
from healthaid.core.decisions import Decision
from healthaid.core.views import ActionView, FormActionView, ScopedListView
from healthaid.coverage.actions import cards as actions
from healthaid.coverage.filters.cards import CardFilter, WithoutCardFilter
from healthaid.coverage.forms import cards as forms
from healthaid.coverage.models import SpecialCard
from healthaid.coverage.permissions import cards as permissions
from healthaid.coverage.selectors import cards as selectors
from healthaid.coverage.selectors.diagnosing import lowest_level
from healthaid.coverage.selectors.diseases import diseases_in_force
from healthaid.coverage.selectors.eligibility import rules_for
from healthaid.coverage.selectors.enrolments import person_to_insure
from healthaid.coverage.tables.cards import CardTable, WithoutCardTable, state_badge
from healthaid.exchange.lists import ListSheet
from healthaid.policy.catalogue import Disease
from healthaid.policy.selectors.rules import rules_at
from patients.models import Person


class CardList(ScopedListView):
    template_name = "coverage/card_list.html"
    ability = Ability.READ_COVERAGE
    title = pgettext_lazy("list", "门诊慢特病卡")
    rows = staticmethod(selectors.cards_for_list)
    table_class = CardTable
    filterset_class = CardFilter
    sheet = "cards"
    empty_text = _("这里列出门诊慢特病卡。从“应办未办”申请，经医院鉴定后录入医保系统，卡即有效。")


class CardsWithoutList(ScopedListView):
    """Verified illnesses that qualify for a card and have none."""

    template_name = "coverage/card_missing_list.html"
    ability = Ability.READ_COVERAGE
    title = _("应办未办慢特病卡")
    filterset_class = WithoutCardFilter
    sheet_page = "coverage:card-missing-sheet"
    empty_text = _("没有应办未办的人：已核实的28种门诊慢特病患者都有卡或正在办理。")

    def get_rows(self) -> Any:
        return selectors.conditions_without_card(self.request.user, timezone.localdate())

    def table_class(self, rows: Any) -> WithoutCardTable:  # type: ignore[override]
        return WithoutCardTable(rows, may_apply=self.request.user.can(Ability.EDIT_ENROLMENT))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        may_apply = self.request.user.can(Ability.EDIT_ENROLMENT)
        return super().get_context_data(may_apply=may_apply, form_key=str(uuid.uuid4()), **kwargs)


class CardsWithoutSheet(CardsWithoutList, ListSheet):
    """These illnesses as a workbook."""

    sheet = "cards_missing"


class CardApplyMany(ActionView):
    """Cards for the chosen illnesses, or for the one whose button was pressed."""

    ability = Ability.EDIT_ENROLMENT

    def run(self) -> str:
        posted = self.request.POST
        chosen = [posted["only"]] if "only" in posted else posted.getlist("condition")
        ids = [int(text) for text in chosen if text.isdecimal()]
        count = actions.apply_for_conditions(by=self.request.user, condition_ids=ids)
        if count:
            text = ngettext("已申请%(count)d张慢特病卡。", "已申请%(count)d张慢特病卡。", count)
            messages.success(self.request, text % {"count": count})
        else:
            messages.warning(self.request, _("没有申请：选中的人都已有卡或正在办理。"))
        query = self.request.GET.urlencode()
        return f"{reverse('coverage:card-missing')}?{query}".rstrip("?")


class CardDetail(WithHistory):
    template_name = "coverage/card_detail.html"
    ability = Ability.READ_COVERAGE
    row = staticmethod(selectors.card_for_page)
    context_name = "card"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer = super().get(request, *args, **kwargs)
        actions.note_opening(by=request.user, card=self.object, page="card")  # type: ignore[arg-type]
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        card, user = context["card"], self.request.user
        return context | {
            "title": card.disease_name,
            "state": state_badge(card, timezone.localdate()),
            "lowest_level": lowest_level(rules_for(card.person, card.diagnosed_on or timezone.localdate())),
            "may_diagnose": permissions.may_diagnose(user, card),
            "may_enter": permissions.may_enter(user, card),
            "may_refuse": permissions.may_refuse(user, card),
            "may_extend": permissions.may_extend(user, card),
            "may_end": permissions.may_end(user, card),
        }


class CardCreate(FormActionView):
    ability = Ability.READ_COVERAGE
    template_name = "coverage/person_form.html"
    form_class = forms.ApplyForm
    title = _("申请慢特病卡")
    submit_label = _("申请")
    success_message = _("已申请，等待医院鉴定。")

    def load(self) -> Person:
        return person_to_insure(self.request.user, self.kwargs["pk"])

    def decide(self) -> Decision:
        return permissions.may_apply(self.request.user, self.row)

    def get_initial(self) -> dict[str, Any]:
        return {"applied_on": timezone.localdate()}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"diseases": self.diseases()}

    def diseases(self) -> list[Disease]:
        """The diseases in force at the person's place, as far as the user may know of them."""
        in_force = diseases_in_force(rules_at(self.row.household.village, timezone.localdate()))
        knows_all = self.request.user.scope(Ability.READ_SENSITIVE).covers(self.row)
        return [disease for disease in in_force if knows_all or not disease.is_sensitive]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(person=self.row, **kwargs)

    def run(self, form: forms.ApplyForm) -> SpecialCard:
        return actions.apply_for_card(by=self.request.user, person_id=self.kwargs["pk"], **form.cleaned_data)


class CardStep(FormActionView):
    """A step of a card as a form."""

    ability = Ability.READ_COVERAGE
    template_name = "coverage/card_form.html"

    def load(self) -> SpecialCard:
        return selectors.card_for_page(self.request.user, self.kwargs["pk"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(person=self.row.person, card=self.row, **kwargs)


class CardDiagnose(CardStep):
    form_class = forms.DiagnoseForm
    title = _("登记鉴定")
    success_message = _("鉴定已登记，请录入医保系统。")

    def decide(self) -> Decision:
        return permissions.may_diagnose(self.request.user, self.row)

    def get_initial(self) -> dict[str, Any]:
        seen = {"hospital": self.row.diagnosed_by_id, "diagnosed_on": self.row.diagnosed_on}
        return super().get_initial() | seen

    def get_form_kwargs(self) -> dict[str, Any]:
        lowest = lowest_level(rules_for(self.row.person, timezone.localdate()))
        return super().get_form_kwargs() | {"hospitals": selectors.hospitals_near(self.row.path), "lowest": lowest}

    def run(self, form: forms.DiagnoseForm) -> SpecialCard:
        values = dict(form.cleaned_data)
        hospital = values.pop("hospital")
        return actions.diagnose_card(by=self.request.user, card_id=self.kwargs["pk"], hospital_id=hospital.pk, **values)


class CardEnter(CardStep):
    form_class = forms.EnterForm
    title = _("录入医保系统")
    submit_label = _("录入并生效")
    success_message = _("卡已生效。")

    def decide(self) -> Decision:
        return permissions.may_enter(self.request.user, self.row)

    def get_initial(self) -> dict[str, Any]:
        return super().get_initial() | {"valid_from": timezone.localdate()}

    def run(self, form: forms.EnterForm) -> SpecialCard:
        return actions.enter_card(by=self.request.user, card_id=self.kwargs["pk"], **form.cleaned_data)


class CardExtend(CardStep):
    form_class = forms.ExtendForm
    title = _("延长有效期")
    success_message = _("有效期已延长。")

    def decide(self) -> Decision:
        return permissions.may_extend(self.request.user, self.row)

    def run(self, form: forms.ExtendForm) -> SpecialCard:
        return actions.extend_card(by=self.request.user, card_id=self.kwargs["pk"], **form.cleaned_data)


class CardRefuse(CardStep):
    form_class = forms.RefuseForm
    title = _("登记未通过")
    submit_label = _("登记未通过")
    success_message = _("已登记未通过。")

    def decide(self) -> Decision:
        return permissions.may_refuse(self.request.user, self.row)

    def run(self, form: forms.RefuseForm) -> SpecialCard:
        return actions.refuse_card(by=self.request.user, card_id=self.kwargs["pk"], **form.cleaned_data)


class CardEnd(CardStep):
    form_class = forms.EndForm
    title = _("停用慢特病卡")
    submit_label = pgettext_lazy("card", "停用")
    success_message = _("卡已停用。")
    is_danger = True
    warning = _("停用后，从停用日期起不再按此卡享受待遇，不能恢复。")

    def decide(self) -> Decision:
        return permissions.may_end(self.request.user, self.row)

    def get_initial(self) -> dict[str, Any]:
        return super().get_initial() | {"on": timezone.localdate()}

    def run(self, form: forms.EndForm) -> SpecialCard:
        return actions.end_card(by=self.request.user, card_id=self.kwargs["pk"], **form.cleaned_data)
