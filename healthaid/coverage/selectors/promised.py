"""What was promised of a bill, where that is written, and what the bill reached."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from healthaid.core.money import percent, yuan
from healthaid.core.phrases import listed
from healthaid.coverage.enums import Promise
from healthaid.coverage.models import Bill, Settlement
from healthaid.coverage.selectors.explaining import promises_of
from healthaid.coverage.selectors.promises import LIMITS, RULED, STORED, Watch
from healthaid.coverage.selectors.spans import Span
from healthaid.coverage.settlement.layers import MILLION
from healthaid.coverage.settlement.result import INCOME_CAP, Guarantee
from healthaid.policy import catalogue
from healthaid.policy.domain import Document
from healthaid.policy.enums import Unit
from healthaid.policy.selectors.documents import documents_named
from healthaid.policy.texts import shown

PARAMETERS = {Promise.OUT_OF_CATALOGUE: tuple(LIMITS.values())} | {key: (name,) for key, name in RULED.items()}


@dataclass(frozen=True, slots=True)
class Said:
    """A value of a parameter that is held against bills, and where it is written."""

    worth: Any
    parameter: str
    document: str
    article: str

    @property
    def text(self) -> str:
        """The value as people read it; numbers of rule sets are exact text."""
        known = catalogue.parameters()[self.parameter]
        return shown(self.worth if known.unit == Unit.RULE else Decimal(str(self.worth)), known.unit)

    def source(self, documents: Mapping[str, Document]) -> str:
        """The document's number, or its title where it has none, and the article."""
        document = documents.get(self.document)
        return f"{document.number or document.title} {self.article}".strip() if document else self.article


@dataclass(frozen=True, slots=True)
class Written:
    """The values that one article gives, and the article."""

    text: str
    source: str


@dataclass(frozen=True, slots=True)
class Told:
    """A bill beside a promise, in words."""

    promised: str
    reached: str
    source: str


def said_by(span: Span, parameter: str) -> Said:
    """What a span of a parameter says."""
    return Said(span.value.worth, parameter, span.value.source, span.value.article)


def by_article(values: Iterable[Said], documents: Mapping[str, Document]) -> tuple[Written, ...]:
    """The values in their order, those of one article together."""
    texts: dict[str, list[str]] = defaultdict(list)
    for said in values:
        known = texts[said.source(documents)]
        if said.text not in known:
            known.append(said.text)
    return tuple(Written(listed(found), source) for source, found in texts.items())


def limits_written(watching: Watch) -> tuple[Written, ...]:
    """The limits outside the catalogue that hold at the place in the period, by article."""
    values = [said_by(span, name) for name in LIMITS.values() for span in watching.spans(name)]
    return by_article(values, documents_named({said.document for said in values}))


def with_promise(bills: Sequence[Bill], watching: Watch, promise: Promise) -> list[tuple[Bill, Told]]:
    """Bills of `bills_by`, each with the promise beside it. Two queries at most."""
    if promise in STORED:
        return _by_rules(bills, promise)
    spans = [(name, span) for name in PARAMETERS[promise] for span in watching.spans(name)]
    documents = documents_named({span.value.source for _name, span in spans})
    return [(bill, _by_words(bill, promise, spans, documents)) for bill in bills]


def _by_rules(bills: Sequence[Bill], promise: Promise) -> list[tuple[Bill, Told]]:
    """As the paper or the settlement, computed anew from what it rested on, has it."""
    rows = Settlement.objects.filter(pk__in=[bill.settlement for bill in bills])  # type: ignore[attr-defined]
    settlements = {row.bill_id: row for row in rows.select_related("rules")}
    kept = []
    for bill in bills:
        settlement = settlements[bill.pk]
        settlement.bill = bill
        kept.append(next(each for each in promises_of(settlement) if each.code == promise))
    documents = documents_named({each.cited.document for each in kept})
    return [(bill, _guaranteed(each, documents)) for bill, each in zip(bills, kept, strict=True)]


def _guaranteed(kept: Guarantee, documents: Mapping[str, Document]) -> Told:
    text = yuan if kept.code == INCOME_CAP else percent
    said = Said(kept.promised, kept.cited.parameter, kept.cited.document, kept.cited.article)
    reached = "—" if kept.reached is None else text(Decimal(kept.reached))
    return Told(text(Decimal(kept.promised)), reached, said.source(documents))


def _by_words(
    bill: Any, promise: Promise, spans: Sequence[tuple[str, Span]], documents: Mapping[str, Document]
) -> Told:
    own = [
        said_by(span, name)
        for name, span in spans
        if span.covers(bill.path, bill.served_on) and name in {LIMITS.get(bill.tier), RULED.get(promise)}
    ]
    source = own[0].source(documents) if own else ""
    if promise == Promise.OUT_OF_CATALOGUE:
        share = percent(Decimal(bill.outside) / Decimal(int(bill.total * 100))) if bill.total else "—"
        return Told(percent(Decimal(bill.limit) / MILLION), share, source)
    reached = {
        Promise.SIGNATURE: lambda: _("已签字") if bill.is_signed else _("未签字"),
        Promise.REFERRAL: bill.get_referral_display,
        Promise.ONE_STOP: bill.get_desk_display,
    }
    return Told(own[0].text if own else "", reached[promise](), source)
