"""Writes: local documents, and the values that rest on them, entered by one person and confirmed by another."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from healthaid.accounts.models import User
from healthaid.audit.actions import record
from healthaid.core.decisions import require, require_version
from healthaid.core.versions import assign, save_next
from healthaid.policy import catalogue, consequences, domain
from healthaid.policy.domain import Parameter
from healthaid.policy.enums import Unit, ValueState, Word
from healthaid.policy.models import LocalDocument, LocalValue
from healthaid.policy.permissions import may_change, may_confirm, may_correct, may_enter, may_withdraw
from healthaid.policy.selectors.diseases import claimed_elsewhere
from healthaid.policy.selectors.documents import is_in_use
from healthaid.policy.selectors.places import codes_of
from healthaid.policy.selectors.rules import is_of_disease
from healthaid.policy.texts import FAULTS, ONE_YEAR
from healthaid.regions.enums import Level
from healthaid.regions.models import Place


@transaction.atomic
def record_document(
    *, by: User, place_id: int, title: str, note: str, number: str = "", issued_on: date | None = None
) -> LocalDocument:
    """A document of a county, prefecture or province on which local values can rest."""
    place = Place.objects.visible_to(by).get(pk=place_id)
    require(may_enter(by, place))
    document = LocalDocument(
        place=place, path=place.path, number=number, title=title, note=note, issued_on=issued_on, entered_by=by
    )
    document.full_clean()
    document.save()
    record(by=by, verb="policy.localdocument.recorded", subject=document, number=number, title=title, note=note)
    return document


@transaction.atomic
def change_document(*, by: User, document_id: int, version: int, **values: Any) -> LocalDocument:
    """Correct number, title, day or note while no value that rests on it counts. Raises Stale."""
    document = locked_document(by, document_id)
    require(may_change(by, document, is_in_use=is_in_use(document)))
    require_version(document, version)
    names = ("number", "title", "issued_on", "note")
    changes = assign(document, {name: values[name] for name in names if name in values})
    if changes:
        save_next(document)
        record(by=by, verb="policy.localdocument.changed", subject=document, **changes)
    return document


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a local document says for its days: number or word; prices name hospital and disease, prefixes a disease."""

    parameter: str
    starts_on: date
    ends_on: date | None = None
    number: Decimal | None = None
    word: str = ""
    article: str = ""
    disease: str = ""
    hospital_id: int | None = None  # the leaf of the place tree


@transaction.atomic
def enter_value(*, by: User, document_id: int, ruling: Ruling) -> LocalValue:
    """A value that counts once somebody else has confirmed it. Raises ValidationError for what cannot be or clashes."""
    document = locked_document(by, document_id)
    require(may_enter(by, document.place))
    value = _value(by, document, ruling)
    _save_new(value)
    record(by=by, verb="policy.localvalue.entered", subject=value, **told(value))
    return value


@transaction.atomic
def correct_value(*, by: User, value_id: int, version: int, ruling: Ruling) -> LocalValue:
    """Propose another value in the place of a confirmed one, which counts until this one is confirmed. Raises Stale."""
    old = locked_value(by, value_id)
    require(may_correct(by, old))
    require_version(old, version)
    if old.corrections.filter(state=ValueState.ENTERED).exists():
        raise ValidationError(_("该数值已有一份待复核的更正。"))
    if (ruling.parameter, ruling.disease, ruling.hospital_id or old.place_id) != (
        old.parameter,
        old.disease,
        old.place_id,
    ):
        raise ValidationError(_("更正不能改变项目、病种和医院。"))
    value = _value(by, old.document, ruling, corrects=old)
    _save_new(value)
    record(by=by, verb="policy.localvalue.entered", subject=value, corrects=old.pk, **told(value))
    return value


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A value that counts now, and what the person who confirmed it is told of the consequences."""

    value: LocalValue
    told: list[str]


def confirm_value(*, by: User, value_id: int, version: int) -> LocalValue:
    """Let a value count from its first day on; the one it corrects counts no longer. Raises Stale."""
    return confirm_and_tell(by=by, value_id=value_id, version=version).value


@transaction.atomic
def confirm_and_tell(*, by: User, value_id: int, version: int) -> Confirmed:
    """The same, with what the person is told of the consequences in other rooms."""
    value = locked_value(by, value_id)
    require(may_confirm(by, value))
    require_version(value, version)
    if value.corrects:
        if value.corrects.state != ValueState.CONFIRMED:
            raise ValidationError(_("被更正的数值已不再生效，请退回此更正。"))
        value.corrects.state = ValueState.SUPERSEDED
        save_next(value.corrects)
        record(by=by, verb="policy.localvalue.superseded", subject=value.corrects, by_value=value.pk)
    _decide(value, by, ValueState.CONFIRMED)
    _refuse_clash(value)
    record(by=by, verb="policy.localvalue.confirmed", subject=value, **told(value))
    return Confirmed(value, consequences.apply_all(by, value))


@transaction.atomic
def return_value(*, by: User, value_id: int, version: int, reason: str) -> LocalValue:
    """Send a value back to the person who entered it; it never counts. Raises Stale."""
    value = locked_value(by, value_id)
    require(may_confirm(by, value))
    require_version(value, version)
    if not reason.strip():
        raise ValidationError({"reason": _("请写明退回原因。")})
    value.reason = reason.strip()
    _decide(value, by, ValueState.RETURNED)
    record(by=by, verb="policy.localvalue.returned", subject=value, reason=value.reason)
    return value


@transaction.atomic
def withdraw_value(*, by: User, value_id: int, version: int) -> LocalValue:
    """Take back a value before anybody decides on it. Raises Stale."""
    value = locked_value(by, value_id)
    require(may_withdraw(by, value))
    require_version(value, version)
    value.state = ValueState.WITHDRAWN
    save_next(value)
    record(by=by, verb="policy.localvalue.withdrawn", subject=value)
    return value


def locked_document(by: User, pk: int) -> LocalDocument:
    """The document, if the user sees it, and with it all values of its place, until the transaction ends."""
    document = LocalDocument.objects.visible_to(by).select_related("place").get(pk=pk)
    Place.objects.select_for_update(of=("self",)).get(pk=document.place_id)
    return LocalDocument.objects.select_related("place").get(pk=pk)


def locked_value(by: User, pk: int) -> LocalValue:
    """The value, if the user sees it, and with it all values of its document's place, until the transaction ends."""
    seen = LocalValue.objects.visible_to(by).get(pk=pk)
    locked_document(by, seen.document_id)
    return LocalValue.objects.select_related("document__place", "place", "corrects").get(pk=pk)


def told(value: LocalValue) -> dict[str, Any]:
    """What the record says about a value."""
    names = ("parameter", "disease", "number", "word", "starts_on", "ends_on", "article")
    return {name: getattr(value, name) for name in names if getattr(value, name) not in (None, "")}


def _value(by: User, document: LocalDocument, ruling: Ruling, corrects: LocalValue | None = None) -> LocalValue:
    """The row of a ruling, checked against its parameter."""
    parameter = catalogue.parameters().get(ruling.parameter)
    if parameter is None:
        raise ValidationError({"parameter": _("没有这个参数")})
    if bool(ruling.hospital_id) != parameter.is_price or bool(ruling.disease) != is_of_disease(parameter):
        raise ValidationError({"parameter": _("单病种收费标准须写明医院和病种，ICD-10编码须写明病种，其他项目不写。")})
    if ruling.disease and ruling.disease not in catalogue.diseases():
        raise ValidationError({"disease": _("没有这个病种。")})
    ends_on = domain.last_day(parameter, ruling.starts_on, ruling.ends_on)
    _refuse_faults(parameter, ruling)
    leaf = Place.objects.filter(level=Level.FACILITY, closed_on=None)
    return LocalValue(
        document=document,
        path=document.path,
        place=leaf.get(pk=ruling.hospital_id) if ruling.hospital_id else document.place,
        parameter=ruling.parameter,
        disease=ruling.disease,
        number=ruling.number,
        word=" ".join(_prefixes(ruling)) if parameter.is_by_disease else ruling.word,
        starts_on=ruling.starts_on,
        ends_on=ends_on,
        article=ruling.article,
        corrects=corrects,
        entered_by=by,
    )


def _refuse_faults(parameter: Parameter, ruling: Ruling) -> None:
    if parameter.is_by_disease:
        _prefixes(ruling)
    elif ruling.number is None:
        if ruling.word not in words_for(parameter):
            raise ValidationError({"worth": _("请填写该项目可用的数值或规定。")})
    elif parameter.unit in WORDED:
        raise ValidationError({"worth": _("该项目不是数字。")})
    elif fault := domain.fault_of(parameter, ruling.number):
        raise ValidationError({"worth": str(FAULTS[fault])})
    if parameter.is_yearly and ruling.ends_on and ruling.ends_on.year != ruling.starts_on.year:
        raise ValidationError({"ends_on": str(ONE_YEAR)})


def _prefixes(ruling: Ruling) -> tuple[str, ...]:
    """The ICD-10 prefixes of a ruling. Raises ValidationError where one is none, and where there are none."""
    try:
        prefixes = domain.icd10_prefixes(ruling.word)
    except ValueError as problem:
        wrong = _("“%(prefix)s”不是ICD-10编码，应如C16、C16.9。") % {"prefix": problem}
        raise ValidationError({"worth": wrong}) from problem
    if not prefixes:
        raise ValidationError({"worth": _("请填写至少一个ICD-10编码。")})
    return prefixes


def _refuse_claimed(value: LocalValue) -> None:
    """Raises ValidationError where another disease claims one of the prefixes while and where the set holds."""
    if claimed := claimed_elsewhere(value):
        prefix, other = claimed
        names = {"prefix": prefix, "one": catalogue.diseases()[value.disease].name, "other": other.name}
        raise ValidationError(
            {"worth": _("%(prefix)s同时属于“%(one)s”和“%(other)s”，一个编码只能归一个病种。") % names}
        )


WORDED = (Unit.RULE, Unit.CODES, Unit.LIST)


def words_for(parameter: Parameter) -> list[str]:
    """The words a parameter may take locally: those of rules, or the names of disease lists."""
    if parameter.unit == Unit.RULE:
        said = {value.worth for value in parameter.values if isinstance(value.worth, str)}
        return sorted(said | {Word.REQUIRED, Word.FORBIDDEN, Word.ALLOWED})
    return list(catalogue.disease_lists()) if parameter.unit == Unit.LIST else []


def _save_new(value: LocalValue) -> None:
    _refuse_clash(value)
    value.full_clean()
    value.save()


def _decide(value: LocalValue, by: User, state: ValueState) -> None:
    value.state, value.decided_by, value.decided_at = state, by, timezone.now()
    save_next(value)


def _refuse_clash(value: LocalValue) -> None:
    """Raises ValidationError where the days meet those of another value of the place that counts or waits."""
    if value.rule.is_by_disease:
        _refuse_claimed(value)
    others = LocalValue.objects.filter(
        place=value.place,
        parameter=value.parameter,
        disease=value.disease,
        state__in=(ValueState.ENTERED, ValueState.CONFIRMED),
    ).exclude(pk__in=[pk for pk in (value.pk, value.corrects_id) if pk])
    # What corrects this value, or waits to take the place of another, is judged when it is confirmed.
    standing = others.exclude(state=ValueState.ENTERED, corrects__isnull=False)
    if domain.clashes((value.starts_on, value.ends_on), standing.values_list("starts_on", "ends_on")):
        raise ValidationError(
            {"starts_on": _("同一地方、同一项目在这段日期内已有数值。更正已生效的数值请在其页面办理。")}
        )
    said = catalogue.parameters()[value.parameter].values
    codes = codes_of(value.place)
    if any(item.place in codes and item.starts_on == value.starts_on for item in said):
        raise ValidationError({"starts_on": _("同一地方同一天起已有政策文件规定该项目。")})
