"""What regions set themselves: what is missing, documents, values and prices, and the decision of a second person."""

import uuid
from typing import Any

from django.contrib import messages
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from healthaid.accounts.enums import Ability
from healthaid.accounts.models import Posting
from healthaid.accounts.selectors import holders
from healthaid.audit.history import WithHistory
from healthaid.core.decisions import Decision
from healthaid.core.views import ActionView, FormActionView
from healthaid.policy import actions, catalogue
from healthaid.policy.enums import ValueState
from healthaid.policy.forms import (
    CorrectionForm,
    DocumentForm,
    NewDocumentForm,
    PrefixForm,
    PriceForm,
    ReturnForm,
    ValueForm,
    YearForm,
    first_days,
)
from healthaid.policy.models import LocalDocument, LocalValue
from healthaid.policy.permissions import may_change, may_confirm, may_correct, may_enter, may_withdraw
from healthaid.policy.selectors.conflicts import conflicts_with
from healthaid.policy.selectors.documents import document_for_page, documents_of, is_in_use
from healthaid.policy.selectors.gaps import counties_with_gaps, gaps
from healthaid.policy.selectors.places import known_places
from healthaid.policy.selectors.rules import rules_at
from healthaid.policy.selectors.values import value_for_page, values_of_document, values_of_year, waiting_for
from healthaid.policy.views.reading import conflict_lines
from healthaid.regions.enums import Level

WAITING_SHOWN = 50
CONFIRMERS_SHOWN = 10


class LocalList(TemplateView):
    """What a place has set for a year, and what it still has to."""

    template_name = "policy/local_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user: Any = self.request.user
        known = known_places(user)
        asked = {"place": next(iter(known), ""), "year": timezone.localdate().year} | self.request.GET.dict()
        form = YearForm(asked if asked["place"] else None, initial=asked, known=known)
        found = self.found(user, form) if form.is_valid() else {}
        waiting = list(waiting_for(user)[: WAITING_SHOWN + 1])
        return super().get_context_data(
            title=_("地方政策"),
            form=form,
            waiting=waiting[:WAITING_SHOWN],
            waits_more=len(waiting) > WAITING_SHOWN,
            **found,
            **kwargs,
        )

    def found(self, user: Any, form: YearForm) -> dict[str, Any]:
        """What there is about the place and the year."""
        place, year = form.cleaned_data["at"], form.cleaned_data["year"]
        rules = rules_at(form.cleaned_data["place"], timezone.localdate())
        values = values_of_year(user, place, year)
        wide = place.level in {Level.PROVINCE, Level.PREFECTURE}
        return {
            "place": place,
            "year": year,
            "gaps": gaps(rules, year),
            "values": [value for value in values if not value.is_price],
            "prices": [value for value in values if value.is_price],
            "documents": documents_of(user, place),
            "counties": counties_with_gaps(place, year) if wide else [],
            "may_enter": may_enter(user, place),
        }


class LocalDocumentDetail(WithHistory):
    template_name = "policy/local_document.html"
    row = staticmethod(document_for_page)
    context_name = "document"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        document, user = context["document"], self.request.user
        values = values_of_document(user, document)
        return context | {
            "title": document.title,
            "values": [value for value in values if not value.is_price],
            "prices": [value for value in values if value.is_price],
            "may_enter": may_enter(user, document.place),
            "may_change": may_change(user, document, is_in_use=is_in_use(document)),
        }


class LocalDocumentCreate(FormActionView):
    ability = Ability.EDIT_POLICY
    form_class = NewDocumentForm
    title = _("录入地方文件")
    back = reverse_lazy("policy:local-list")
    success_message = _("文件已录入，请接着录入数值。")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.request.user}

    def get_initial(self) -> dict[str, Any]:
        return super().get_initial() | {"place": self.request.GET.get("place", "")}

    def run(self, form: NewDocumentForm) -> LocalDocument:
        values = dict(form.cleaned_data)
        return actions.record_document(by=self.request.user, place_id=values.pop("place").pk, **values)


class DocumentAction(FormActionView):
    """A form about one local document."""

    ability = Ability.EDIT_POLICY

    def load(self) -> LocalDocument:
        return document_for_page(self.request.user, self.kwargs["pk"])

    def decide(self) -> Decision:
        return may_enter(self.request.user, self.row.place)


class LocalDocumentUpdate(DocumentAction):
    form_class = DocumentForm
    title = _("修改地方文件")
    success_message = _("文件已保存。")

    def decide(self) -> Decision:
        return may_change(self.request.user, self.row, is_in_use=is_in_use(self.row))

    def run(self, form: DocumentForm) -> LocalDocument:
        return actions.change_document(by=self.request.user, document_id=self.kwargs["pk"], **form.cleaned_data)


class RulingCreate(DocumentAction):
    """A new value or price of a document."""

    template_name = "policy/local_value_form.html"
    submit_label = _("提交复核")
    success_message = _("已提交，须由另一人复核后生效。")

    def get_initial(self) -> dict[str, Any]:
        year = self.request.GET.get("year", "")
        days = first_days(int(year)) if year.isdecimal() and len(year) == 4 else {}  # noqa: PLR2004 -- digits
        return {"parameter": self.request.GET.get("parameter", "")} | days

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(document=self.row, **kwargs)

    def run(self, form: Any) -> LocalValue:
        return actions.enter_value(by=self.request.user, document_id=self.kwargs["pk"], ruling=form.ruling())


class LocalValueCreate(RulingCreate):
    form_class = ValueForm
    title = _("录入数值")


class LocalPriceCreate(RulingCreate):
    form_class = PriceForm
    title = _("录入单病种收费标准")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"near": self.row.place}


class LocalPrefixesCreate(RulingCreate):
    form_class = PrefixForm
    title = _("录入ICD-10编码")

    def get_initial(self) -> dict[str, Any]:
        """The disease asked for, with the codes that the reviewed file gives it."""
        disease = catalogue.diseases().get(self.request.GET.get("disease", ""))
        codes = {"disease": disease.code, "worth": " ".join(disease.icd10)} if disease else {}
        return super().get_initial() | codes


class LocalValueDetail(WithHistory):
    template_name = "policy/local_value.html"
    row = staticmethod(value_for_page)
    context_name = "value"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        value, user = context["value"], self.request.user
        rules = rules_at(value.document.place, value.starts_on)
        return context | {
            "title": value.label,
            "conflicts": conflict_lines(conflicts_with(value, rules)),
            "may_confirm": may_confirm(user, value),
            "may_withdraw": may_withdraw(user, value),
            "may_correct": may_correct(user, value),
            "waits": value.state == ValueState.ENTERED,
            "confirmers": self.confirmers(value) if value.state == ValueState.ENTERED else [],
            "form_key": uuid.uuid4().hex,
        }

    def confirmers(self, value: LocalValue) -> list[Posting]:
        """Who can confirm it: not the one who entered it."""
        found = holders(Ability.CONFIRM_POLICY, value.path, timezone.localdate()).exclude(user=value.entered_by)
        return list(found[:CONFIRMERS_SHOWN])


class ValueAction(FormActionView):
    """A form about one value."""

    template_name = "policy/local_value_form.html"

    def load(self) -> LocalValue:
        return value_for_page(self.request.user, self.kwargs["pk"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(document=self.row.document, value=self.row, **kwargs)


class LocalValueCorrect(ValueAction):
    form_class = CorrectionForm
    ability = Ability.EDIT_POLICY
    title = _("更正数值")
    submit_label = _("提交复核")
    success_message = _("更正已提交，须由另一人复核后生效。")
    corrects = True

    def decide(self) -> Decision:
        return may_correct(self.request.user, self.row)

    def get_initial(self) -> dict[str, Any]:
        return super().get_initial() | self.standing(self.row)

    def form_for(self, row: LocalValue) -> CorrectionForm:
        return CorrectionForm(initial=self.standing(row))

    @staticmethod
    def standing(value: LocalValue) -> dict[str, Any]:
        """The value as it stands, as the form shows it."""
        unit = catalogue.parameters()[value.parameter].unit
        worth = value.text if value.word or unit == "ratio" else value.worth
        return {"worth": worth} | {name: getattr(value, name) for name in ("starts_on", "ends_on", "article")}

    def run(self, form: CorrectionForm) -> LocalValue:
        return actions.correct_value(
            by=self.request.user,
            value_id=self.kwargs["pk"],
            version=form.cleaned_data["version"],
            ruling=form.ruling_for(self.row),
        )


class LocalValueReturn(ValueAction):
    form_class = ReturnForm
    ability = Ability.CONFIRM_POLICY
    title = _("退回数值")
    submit_label = _("退回")
    success_message = _("已退回。")

    def decide(self) -> Decision:
        return may_confirm(self.request.user, self.row)

    def run(self, form: ReturnForm) -> LocalValue:
        return actions.return_value(by=self.request.user, value_id=self.kwargs["pk"], **form.cleaned_data)


class ValueButton(ActionView):
    """A button on the page of a value, pressed on the version that the page showed."""

    def version(self) -> int:
        """The version that the person saw."""
        seen = self.request.POST.get("version", "")
        return int(seen) if seen.isdecimal() else 0


class LocalValueConfirm(ValueButton):
    ability = Ability.CONFIRM_POLICY
    success_message = _("已复核，数值生效。")

    def run(self, pk: int) -> LocalValue:
        confirmed = actions.confirm_and_tell(by=self.request.user, value_id=pk, version=self.version())
        for text in confirmed.told:
            messages.warning(self.request, text)
        return confirmed.value


class LocalValueWithdraw(ValueButton):
    ability = Ability.EDIT_POLICY
    success_message = _("已撤回。")

    def run(self, pk: int) -> LocalValue:
        return actions.withdraw_value(by=self.request.user, value_id=pk, version=self.version())
