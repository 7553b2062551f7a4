"""Writes: people are registered, corrected, moved between households; a full number is shown to who asks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from healthaid.accounts.models import User
from healthaid.audit.actions import record
from healthaid.core import identity as identities
from healthaid.core.decisions import Refused, require, require_version
from healthaid.core.fields import join_codes, split_codes
from healthaid.core.pinyin import initials
from healthaid.core.versions import assign, save_next
from healthaid.exchange import texts
from patients.actions.households import checked_phone, locked_household, take_along
from patients.domain.persons import NUMBERLESS_DOCUMENTS, OWN_NUMBERS, RESIDENT_DOCUMENTS
from patients.enums import SENSITIVE_GROUPS, DocumentKind
from patients.models import Household, Person, PovertySpell
from patients.permissions.conditions import known_groups
from patients.permissions.persons import may_change_household, may_change_person, may_change_present, may_reveal
from patients.selectors.conditions import readable_conditions
from patients.selectors.persons import bearers, first_seen, reveals_since

PLAIN = (
    "number",
    "sex",
    "born_on",
    "ethnicity",
    "marriage",
    "relation",
    "education",
    "schooling",
    "out_of_school_reason",
    "speaks_mandarin",
    "health",
    "labour",
    "work_months",
    "is_away",
    "workplace",
    "has_critical_insurance",
    "has_basic_insurance",
    "has_employee_insurance",
    "has_supplementary_insurance",
    "has_resident_pension",
    "has_employee_pension",
    "certificate_year",
    "key_groups",
    "identified_on",
    "document_kind",
)
REVEALS_AN_HOUR = 120  # more than a day's paperwork; a scraper needs far more
MASKS = {
    "identity": identities.mask,
    "phone": identities.mask_phone,
    "card": identities.mask,
    "disability_certificate": identities.mask,
}


@dataclass(frozen=True, slots=True)
class Document:
    """A checked document number with what it says; `upgraded_from` is the 15-digit number it was made from."""

    number: str
    sex: str = ""
    born_on: date | None = None
    upgraded_from: str = ""


@transaction.atomic
def register_person(*, by: User, household_id: int, **values: Any) -> Person:
    """A new member of a household. Sex and birth may be left to the identity number. Raises ValidationError.

    `poverty_status` begins the timeline on the day of identification, the household's, or today.
    """
    household = locked_household(by, household_id)
    require(may_change_household(by, household))
    person = Person(household=household, path=household.path)
    changes = fill(person, values)
    refuse_taken(by, person)
    person.full_clean()
    person.save()
    if status := values.get("poverty_status"):
        changes["poverty_status"] = status
        begin_timeline(person, status)
    record(by=by, verb="patients.person.registered", subject=person, household=household.number, **changes)
    return person


@transaction.atomic
def change_person(*, by: User, person_id: int, version: int, reason: str = "", **values: Any) -> Person:
    """Correct the items of a person; those not named stay. Raises Stale and ValidationError.

    `reason` says why a document number is taken away without another in its place.
    """
    person = locked_person(by, person_id)
    require(may_change_person(by, person))
    require_version(person, version)
    changes = fill(person, values)
    if "identity" in changes and not person.identity:
        if not reason.strip():
            raise ValidationError({"reason": _("请写明删去证件号码的原因。")})
        changes["reason"] = reason.strip()
    if changes:
        refuse_taken(by, person)
        save_next(person)
        record(by=by, verb="patients.person.changed", subject=person, **changes)
    return person


@transaction.atomic
def move_person(*, by: User, person_id: int, version: int, household_number: str, relation: str) -> Person:
    """Move a member to another household in reach; what belongs to the person moves to its village. Raises Stale."""
    person = locked_person(by, person_id)
    require(may_change_present(by, person))
    require_version(person, version)
    target = Household.objects.visible_to(by).filter(number=household_number.strip()).first()
    if target is None:
        raise ValidationError({"household_number": _("您的任职范围内没有这个户编号。")})
    if target.pk == person.household_id:
        raise ValidationError({"household_number": _("此人已在该户。")})
    require(may_change_household(by, target))
    was = person.household
    changes = assign(person, {"household": target, "path": target.path, "relation": relation})
    save_next(person)
    take_along([person.pk], target.path)
    facts: dict[str, Any] = {name: changes[name] for name in ("path", "relation") if name in changes}
    record(by=by, verb="patients.person.moved", subject=person, household=[was.number, target.number], **facts)
    return person


def begin_timeline(person: Person, status: str) -> None:
    """The first standing of somebody just registered."""
    person.poverty_status = status
    person.save(update_fields=("poverty_status",))
    since = person.identified_on or person.household.identified_on or timezone.localdate()
    spell = PovertySpell(person=person, status=status, starts_on=max(since, person.born_on))
    spell.full_clean()
    spell.save()


def reveal(*, by: User, row: Person | Household, item: str, reason: str = "") -> str:
    """A number in full, with a trace. Raises Refused without a needed reason, and past the hourly limit."""
    require(may_reveal(by, row))
    if isinstance(row, Person) and not reason.strip() and needs_reason(by, row):
        raise Refused(_("此人有敏感病种，查看完整号码须写明事由。"))
    verb = f"{'patients.person' if isinstance(row, Person) else 'patients.household'}.{item}_revealed"
    refuse_too_many(by)
    record(by=by, verb=verb, subject=row, **({"reason": reason.strip()} if reason.strip() else {}))
    return getattr(row, item)


def refuse_too_many(by: User) -> None:
    """Raise Refused when the user has learnt more in the last hour than paperwork asks for."""
    if reveals_since(by, timezone.now() - timedelta(hours=1)) >= REVEALS_AN_HOUR:
        raise Refused(_("您一小时内查看完整号码的次数过多，请稍后再试。"))


@transaction.atomic
def tell_bearer(*, by: User, number: str, besides: int | None = None) -> tuple[str, Person | None]:
    """What to say of who bears a number already, and the person where the user sees them; empty when nobody does.

    That somebody out of reach bears it is told with a trace, and not without end. Raises Refused past the hourly limit.
    """
    found = bearers(number, besides=besides)
    bearer = found.first()
    if bearer is None:
        return "", None
    seen = first_seen(by, found)
    if seen is None:
        refuse_too_many(by)
        record(by=by, verb="patients.person.identity_looked_up", subject=bearer)
    return taken(seen), seen


def note_opening(*, by: User, person: Person, page: str) -> None:
    """Leave a trace when the key groups that the user is shown tell a sensitive illness; `page` says where."""
    if not SENSITIVE_GROUPS.isdisjoint(known_groups(by, person)):
        record(by=by, verb="patients.person.opened", subject=person, page=page)


def needs_reason(user: User, person: Person) -> bool:
    """Whether a look at the number must be explained: only where the user knows of a sensitive illness."""
    return readable_conditions(user).filter(person=person, is_sensitive=True).exists()


def locked_person(by: User, pk: int) -> Person:
    """The person, if the user sees them, locked until the end of the transaction. Raises DoesNotExist."""
    rows = Person.objects.visible_to(by).select_related("household")
    return rows.select_for_update(of=("self",)).get(pk=pk)


# Filling a person


def fill(person: Person, values: Mapping[str, Any]) -> dict[str, Any]:
    """Set the named items with all that follows from them; the changes, numbers masked. Raises ValidationError."""
    wanted = {name: values[name] for name in PLAIN if name in values}
    if "number" in wanted:
        wanted["number"] = wanted["number"] or None
    if wanted.get("has_employee_insurance"):
        wanted["has_basic_insurance"] = True  # that of employees is one of the two kinds
    document = checked_document(person, values)
    errors: dict[str, Any] = {}
    for name in ("sex", "born_on"):
        told = wanted.get(name) or getattr(person, name, None)
        known = getattr(document, name) if document else None
        if known and told and told != known:
            errors[name] = disagreement(name, known)
        elif known:
            wanted[name] = known
    if errors:
        raise ValidationError(errors)
    if "name" in values:
        wanted |= named(values["name"])
    changes = assign(person, wanted)
    refuse_bad_certificate_year(person)
    for derived in ("given_name", "initials"):
        changes.pop(derived, None)
    if "key_groups" in changes:
        changes["key_groups"] = [without_sensitive(value or "") for value in changes["key_groups"]]
    return changes | _fill_sealed(person, values, document)


def refuse_bad_certificate_year(person: Person) -> None:
    """Raise ValidationError for a certificate from before the birth or from a year to come."""
    year, born_on = person.certificate_year, person.born_on
    if year is not None and born_on and not born_on.year <= year <= timezone.localdate().year:
        raise ValidationError({"certificate_year": _("残疾证办证年度应在出生年份和今年之间。")})


def without_sensitive(groups: str) -> str:
    """Key groups as a record may show them to everybody who reads the person."""
    return join_codes(set(split_codes(groups)) - SENSITIVE_GROUPS)


def checked_document(person: Person, values: Mapping[str, Any]) -> Document | None:
    """The number that the values give the person, checked; None when they leave it alone. Raises ValidationError."""
    kind = values.get("document_kind", person.document_kind)
    if "identity" not in values:
        is_asked = person.pk is None or "document_kind" in values
        if is_asked and kind == DocumentKind.RESIDENT_ID and not person.identity:
            raise ValidationError({"identity": _("请填写身份证号码。")})
        return None
    typed = identities.normalise(values["identity"])
    if not typed:
        if kind in NUMBERLESS_DOCUMENTS:
            return Document("")
        raise ValidationError({"identity": _("请填写证件号码；还没有号码的儿童，证件类型选“居民户口簿”。")})
    if kind not in RESIDENT_DOCUMENTS or (kind in OWN_NUMBERS and not identities.is_like(typed)):
        return Document(typed)
    result = identities.check(typed)
    if result.errors:
        finding = result.errors[0]
        raise ValidationError({"identity": f"{finding.reason}{finding.suggestion}"})
    return Document(result.number, result.sex, result.born_on, result.upgraded_from)


def disagreement(name: str, known: Any) -> str:
    """What to say when the item beside the number says something else."""
    if name == "sex":
        return _("与身份证号不一致：号码表明性别为%(sex)s。") % {"sex": Person(sex=known).get_sex_display()}
    return _("与身份证号不一致：号码中的出生日期为%(day)s。") % {"day": known}


def named(text: str) -> dict[str, str]:
    """The name as registered, and what searches look at. Raises ValidationError."""
    read = texts.read_name(text)
    if read.value is None:
        raise ValidationError({"name": f"{read.reason}{read.suggestion}"})
    return {"name": read.value, "given_name": read.value[1:], "initials": initials(read.value)}


def _fill_sealed(person: Person, values: Mapping[str, Any], document: Document | None) -> dict[str, Any]:
    wanted: dict[str, str] = {}
    if document:
        wanted["identity"] = document.number
    if "phone" in values:
        wanted["phone"] = checked_phone(values["phone"])
    if "card" in values:
        wanted["card"] = checked_card(values["card"])
    if "disability_certificate" in values:
        own = document.number if document else person.identity
        certificate = checked_certificate(values["disability_certificate"], own)
        wanted["disability_certificate"] = certificate.number
        person.disability_kind, person.disability_grade = certificate.kind, certificate.grade
    changes: dict[str, Any] = {}
    for name, value in wanted.items():
        if (old := getattr(person, name)) != value:
            changes[name] = [MASKS[name](old), MASKS[name](value)]
            setattr(person, name, value)
    if document and document.upgraded_from and "identity" in changes:
        changes["upgraded_from"] = identities.mask(document.upgraded_from)
    return changes


def checked_card(text: str) -> str:
    """The card's number as it is kept; nothing stays nothing. Raises ValidationError."""
    read = texts.read_card(text)
    if read.reason:
        raise ValidationError({"card": f"{read.reason}{read.suggestion}"})
    return read.value or ""


def checked_certificate(text: str, identity: str) -> identities.Certificate:
    """The checked certificate, which begins with the person's own number; nothing stays nothing."""
    if not identities.normalise(text):
        return identities.Certificate("")
    certificate = identities.check_certificate(text)
    if certificate.errors:
        finding = certificate.errors[0]
        raise ValidationError({"disability_certificate": f"{finding.reason}{finding.suggestion}"})
    if identity and certificate.identity != identity:
        raise ValidationError({"disability_certificate": _("残疾证号的前18位与证件号码不同。")})
    return certificate


# Who bears a number already


def refuse_taken(by: User, person: Person) -> None:
    """Raise ValidationError for a document number that somebody else bears."""
    found = bearers(person.identity, besides=person.pk)
    if found.exists():
        raise ValidationError({"identity": taken(first_seen(by, found))})


def taken(person: Person | None) -> str:
    """What to say about a number that is borne already, by a person the user sees or (None) by one out of reach."""
    if person is None:
        return _("该证件号码已在您任职范围以外登记，请核对号码；确已迁入本地的，请由上级单位办理。")
    return _("该证件号码已登记：%(name)s（%(village)s，户编号 %(household)s）。") % {
        "name": person.name,
        "village": person.household.village,
        "household": person.household,
    }
