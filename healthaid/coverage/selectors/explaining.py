"""A settlement told step by step out of what was stored with it, whatever has become of the policy since."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from healthaid.core.money import percent, yuan
from healthaid.core.phrases import without_yuan
from healthaid.coverage import rulesets
from healthaid.coverage.models import Bill, Settlement, YearAccount
from healthaid.coverage.phrases import FIGURES, KINDS, LAYERS, PROMISES, warning_told, with_source
from healthaid.coverage.selectors.citations import documents_for
from healthaid.coverage.settlement import bill as engine
from healthaid.coverage.settlement.engine import Settled
from healthaid.coverage.settlement.layers import PAYERS, WHOLE, Amounts, outcome
from healthaid.coverage.settlement.result import Guarantee, guarantees, steps
from healthaid.coverage.settlement.stated import Stated
from healthaid.coverage.settling.facts import SUMS
from healthaid.policy import catalogue
from healthaid.policy.domain import Document
from healthaid.policy.selectors.documents import documents_named
from healthaid.policy.selectors.prices import prices_agreed
from healthaid.policy.texts import shown

RATES = frozenset({"rate", "limit", "rate_below_mark", "rate_above_mark", "special_rate", "target", "necessary_rate"})


def reproduce(settlement: Settlement) -> Settled:
    """The settlement computed anew from the stored rules and the bill's own figures: equal to the fen."""
    bill, basis = settlement.bill, rulesets.from_json(settlement.rules.values)
    before = engine.Running(*(_fen(getattr(settlement, f"before_{name}")) for name in SUMS))
    amounts = Amounts(_fen(bill.total), _fen(bill.in_policy), _fen(bill.necessary), _fen(bill.package_price))
    handed_in = engine.Bill(
        region=bill.region,
        on=bill.served_on,
        setting=bill.setting,
        level=bill.level,
        tier=int(bill.tier),
        referral=basis.case.referral,
        disease=bill.disease,
        total=amounts.total,
        in_policy=amounts.in_policy,
        necessary=amounts.necessary,
        package_price=amounts.price or None,
        before=before,
    )
    return Settled(handed_in, basis, outcome(amounts, basis.terms, before, WHOLE))


def promises_of(settlement: Settlement) -> list[Guarantee]:
    """The promises held against the bill, by what its paper states that was paid, else by what was settled."""
    bill = settlement.bill
    stated = (_fen(getattr(bill, f"stated_{name}")) for name in Stated._fields[1:])
    return guarantees(reproduce(settlement), Stated(int(bill.states_payments), *stated))


def _fen(amount: Decimal | None) -> int:
    return int(Decimal(amount or 0).scaleb(2))


@dataclass(frozen=True, slots=True)
class Article:
    """A value that entered, and where it stands: 德医保〔2017〕98号 1."""

    label: str
    value: str
    document: str
    title: str
    article: str


@dataclass(frozen=True, slots=True)
class Line:
    """One payer of a settlement: what it pays, the rates behind it, the year's sum, and the articles."""

    code: str
    label: str | Promise
    amount: Decimal
    rates: tuple[str, ...]
    running: Decimal | None
    articles: tuple[Article, ...]

    @property
    def sources(self) -> str:
        """The articles on one line, for hover and paper."""
        return _sources(self.articles)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the computation with its figures in words."""

    label: str | Promise
    amount: str
    figures: tuple[tuple[str | Promise, str], ...]
    articles: tuple[Article, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """A promise held against the bill."""

    label: str | Promise
    promised: str
    reached: str
    is_met: bool
    article: Article


@dataclass(frozen=True, slots=True)
class Sum:
    """One of the year's sums before and after the bill."""

    label: str | Promise
    before: Decimal
    after: Decimal


@dataclass(frozen=True, slots=True)
class Package:
    """A single-disease price that took the bill's place."""

    billed: Decimal
    price: Decimal
    sources: str

    @property
    def waived(self) -> Decimal:
        """What was billed and is not charged; negative where the price is above the bill."""
        return self.billed - self.price

    @property
    def told(self) -> str:
        """The whole in a sentence, with the articles."""
        pattern = (
            _(
                "单病种付费：按收费标准%(price)s元结算，代替账单总费用%(billed)s元，差额%(off)s元不收取（依据：%(sources)s）。"
            )
            if self.waived >= 0
            else _("单病种付费：按收费标准%(price)s元结算，比账单总费用%(billed)s元多%(off)s元（依据：%(sources)s）。")
        )
        amounts = {"price": self.price, "billed": self.billed, "off": abs(self.waived)}
        return pattern % {"sources": self.sources, **{name: yuan(each) for name, each in amounts.items()}}


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything a page or a form says about a settlement."""

    lines: tuple[Line, ...]
    steps: tuple[Step, ...]
    promises: tuple[Kept, ...]
    sums: tuple[Sum, ...]
    warnings: tuple[str, ...]
    total: Decimal
    in_policy: Decimal
    deductible: Decimal  # of basic insurance
    package: Package | None
    moved: str  # what a hospital at fault bears in place of the layers, in a sentence; empty for every other bill


def _sources(articles: tuple[Article, ...], *more: str) -> str:
    """Documents with their articles on one line, each once."""
    return "；".join(dict.fromkeys([*(f"{each.document} {each.article}".strip() for each in articles), *more]))


def explain(settlement: Settlement) -> Explanation:
    """The settlement as people read it; its bill and rules are loaded. One query where local documents are cited."""
    settled = reproduce(settlement)
    told, promised = steps(settled), [promise.as_json() for promise in promises_of(settlement)]
    cited = [*(row for step in told for row in step["articles"]), *promised]
    documents = documents_named(row["document"] for row in cited if row["document"])
    articles = {step["layer"]: tuple(_article(row, documents) for row in step["articles"]) for step in told}
    figures = {step["layer"]: step["figures"] for step in told}
    rules = documents_for(settlement.bill.region, settlement.bill.served_on)
    return Explanation(
        lines=tuple(_line(code, settlement, figures, articles) for code in PAYERS),
        steps=tuple(_step(step, articles[step["layer"]]) for step in told),
        promises=tuple(_kept(row, documents) for row in promised),
        sums=tuple(_sum(name, settlement) for name in SUMS),
        warnings=tuple(warning_told(code, rules) for code in settlement.warnings.split(",") if code),
        total=settlement.total,
        in_policy=Decimal(settled.outcome.due.charged.in_policy).scaleb(-2),
        deductible=Decimal(settled.basis.terms.deductible).scaleb(-2),
        package=_package(settlement, articles["package_price"]) if "package_price" in articles else None,
        moved=_moved(settlement.bill, told, articles),
    )


def _moved(bill: Bill, told: Sequence[Mapping[str, Any]], articles: Mapping[str, tuple[Article, ...]]) -> str:
    """How much went over to the hospital, why, and by which article."""
    amount = next((step["amount"] for step in told if step["layer"] == "hospital_fault"), None)
    if amount is None:
        return ""
    pattern = _("医院未按规定办理转诊（%(why)s），四重保障应付的%(amount)s元转由医院承担，不由患者负担。")
    sentence = pattern % {"why": bill.referral_note, "amount": yuan(Decimal(amount))}
    return with_source(sentence, _sources(articles["hospital_fault"]))


def _package(settlement: Settlement, articles: tuple[Article, ...]) -> Package:
    """The price that the bill was settled at, with its own document where that still stands."""
    bill = settlement.bill
    asked = (bill.facility.place_id, bill.disease, bill.served_on)
    agreed = prices_agreed([asked]).get(asked)
    own = (str(agreed.document),) if agreed and agreed.number == settlement.total else ()
    return Package(bill.total, settlement.total, _sources(articles, *own))


def _line(
    code: str,
    settlement: Settlement,
    figures: Mapping[str, Mapping[str, Any]],
    articles: Mapping[str, tuple[Article, ...]],
) -> Line:
    own = figures.get(code, {})
    rates = tuple(
        f"{FIGURES[name]} {percent(Decimal(own[name]))}" for name in own if name in RATES and own[name] is not None
    )
    running = {
        "critical": settlement.after_critical_base,
        "assistance": settlement.after_assistance + settlement.after_major_assistance,
        "personal": settlement.after_personal,
    }.get(code)
    fault = articles.get("hospital_fault", ()) if code == "hospital" else ()
    return Line(code, LAYERS[code], getattr(settlement, code), rates, running, articles.get(code, ()) + fault)


def _step(step: Mapping[str, Any], articles: tuple[Article, ...]) -> Step:
    figures = tuple((FIGURES.get(name, name), _figure(name, text)) for name, text in step["figures"].items())
    return Step(LAYERS.get(step["layer"], step["layer"]), yuan(Decimal(step["amount"])), figures, articles)


def _figure(name: str, text: str | None) -> str:
    if text is None:
        return "—"
    if name == "kind":
        return str(KINDS[text])
    return percent(Decimal(text)) if name in RATES else yuan(Decimal(text))


def _kept(row: Mapping[str, Any], documents: Mapping[str, Document]) -> Kept:
    is_amount = row["guarantee"] == "income_cap"
    promised, reached = row["promised"], row["actual"]
    return Kept(
        label=PROMISES.get(row["guarantee"], row["guarantee"]),
        promised=yuan(Decimal(promised)) if is_amount else percent(Decimal(promised)),
        reached="—" if reached is None else yuan(Decimal(reached)) if is_amount else percent(Decimal(reached)),
        is_met=row["met"],
        article=_article({**row, "value": promised}, documents),
    )


def _sum(name: str, settlement: Settlement) -> Sum:
    label = str(YearAccount._meta.get_field(name).verbose_name)  # type: ignore[union-attr]  # noqa: SLF001
    before, after = getattr(settlement, f"before_{name}"), getattr(settlement, f"after_{name}")
    return Sum(without_yuan(label), before, after)


def _article(row: Mapping[str, Any], documents: Mapping[str, Document]) -> Article:
    parameter = catalogue.parameters().get(row["parameter"])
    document = documents.get(row["document"])
    return Article(
        label=str(parameter.label) if parameter else row["parameter"],
        value=_value(row["value"], parameter.unit) if parameter else str(row["value"]),
        document=document.number if document else row["document"],
        title=document.title if document else "",
        article=row["article"],
    )


def _value(value: Any, unit: str) -> str:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "–".join(_value(end, unit) for end in value if end is not None)
    try:
        return str(shown(Decimal(value), unit))
    except ArithmeticError:
        return str(shown(value, unit))
