"""The catalogues as reviewed files: diseases, documents and parameters, read once into frozen values."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

import yaml

from healthaid.policy.domain import Document, Parameter, Range, Tier, Tiers, Value, Worth

HERE = Path(__file__).parent
DISEASES = HERE / "catalogues" / "diseases.yaml"
PARAMETERS = HERE / "parameters"


@dataclass(frozen=True, slots=True)
class Disease:
    """A disease that a person is registered with."""

    code: str
    name: str
    kind: Literal["critical", "chronic", "severe"]
    icd10: tuple[str, ...] = ()  # category prefixes
    number: str = ""  # row of the special-treatment master table, "D12"
    sex: str = ""  # GB/T 2261.1 code of the only sex it occurs in
    max_age: int | None = None  # the oldest age in years at which the name fits, inclusive
    lists: tuple[str, ...] = ()  # special-treatment lists, "17Y"
    synonyms: tuple[str, ...] = ()
    group: str = ""  # of the chronic four: hypertension, diabetes, tuberculosis, mental
    outpatient: int | None = None  # place among the 28 outpatient diseases
    outpatient_severe: bool = False  # paid at the higher outpatient rate
    within: str = ""  # code of the outpatient disease that covers this one
    is_sensitive: bool = False
    note: str = ""

    def __str__(self) -> str:
        return self.name

    @property
    def is_outpatient_25(self) -> bool:
        """Whether critical-illness insurance also covers its outpatient care (the 28 without the first three)."""
        return self.outpatient is not None and self.outpatient > 3  # noqa: PLR2004


@dataclass(frozen=True, slots=True)
class DiseaseList:
    """A list of diseases under special treatment; unconfirmed where no document names its members."""

    name: str
    title: str
    source: str | None
    article: str | None
    is_confirmed: bool
    named_on: str | None = None  # the list whose members are known to stand on this one too


@cache
def diseases() -> Mapping[str, Disease]:
    """Every disease by its code, in the order of the file."""
    rows = _read(DISEASES)["diseases"]
    return MappingProxyType({code: _disease(code, row) for code, row in rows.items()})


def disease_named(code: str) -> str | None:
    """The name of a disease; None where there is no such code."""
    return diseases()[code].name if code in diseases() else None


def _disease(code: str, row: dict[str, Any]) -> Disease:
    lists_of_text = ("icd10", "lists", "synonyms")
    row = {name: tuple(item) if name in lists_of_text else item for name, item in row.items()}
    return Disease(code=code, is_sensitive=row.pop("sensitive", False), **row)


@cache
def disease_lists() -> Mapping[str, DiseaseList]:
    """The special-treatment lists by name."""
    return MappingProxyType(
        {
            name: DiseaseList(name, row["name"], row["source"], row["article"], row["confirmed"], row.get("named_on"))
            for name, row in _read(DISEASES)["lists"].items()
        }
    )


def members(list_name: str) -> tuple[Disease, ...]:
    """The diseases on a list. Raises KeyError for a list that does not exist."""
    disease_lists()[list_name]
    return tuple(disease for disease in diseases().values() if list_name in disease.lists)


def confirmed_members(list_name: str) -> frozenset[str]:
    """Codes of the members that a document names; the others stand on the list until somebody has the document."""
    known = disease_lists()[list_name]
    codes = frozenset(disease.code for disease in members(list_name))
    if known.is_confirmed:
        return codes
    return codes & frozenset(disease.code for disease in members(known.named_on)) if known.named_on else frozenset()


QUALIFIERS = re.compile(
    r"(\d|i{1,3}|[一二三四])(级|度|期)|(极高|很高|高|中|低)危(组)?|早期|中期|晚期|术后|放化疗后|化疗后|患者|病人"
)


def find(text: str) -> Disease | None:
    """The disease that a code, number, name or synonym means, however it is typed; None when none does.

    Stage, grade and risk are dropped only when the whole text names nothing: 高血压3级极高危 is hypertension.
    """
    typed = normal(text)
    return _by_name().get(typed) or _by_name().get(QUALIFIERS.sub("", typed))


def normal(text: str) -> str:
    """A name without its spelling: full width, Roman numeral characters, case, brackets, dashes and spaces."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).lower())


@cache
def _by_name() -> Mapping[str, Disease]:
    return MappingProxyType(
        {
            normal(name): disease
            for disease in diseases().values()
            for name in (disease.code, disease.number, disease.name, *disease.synonyms)
            if name
        }
    )


@cache
def documents() -> Mapping[str, Document]:
    """The documents by id."""
    return MappingProxyType({key: _document(key, row) for key, row in _read(HERE / "documents.yaml").items()})


def _document(key: str, row: dict[str, Any]) -> Document:
    return Document(
        id=key,
        number=row["number"],
        title=row["title"],
        issuer=row["issuer"],
        place=row["place"],
        issued_on=row.get("issued_on"),
        starts_on=row["from"],
        ends_on=row.get("until"),
        place_name=row["place_name"],
    )


@cache
def parameters() -> Mapping[str, Parameter]:
    """Every parameter by its name, which is its file's path: basic/inpatient/rate/county.yaml."""
    files = sorted(PARAMETERS.rglob("*.yaml"))
    return MappingProxyType({parameter.name: parameter for parameter in map(_parameter, files)})


def label_of(name: str) -> str:
    """The parameter in words; the name itself where there is no such parameter."""
    return parameters()[name].label if name in parameters() else name


def _parameter(file: Path) -> Parameter:
    row = _read(file)
    values = tuple(_value(value) for value in row["values"])
    name = ".".join(file.relative_to(PARAMETERS).with_suffix("").parts)
    return Parameter(
        name=name,
        label=row["label"],
        unit=row["unit"],
        values=values,
        set_locally_in=tuple(row.get("set_locally_in", ())),
        is_for_settlement=row.get("for_settlement", False),
        is_yearly=row.get("yearly", False),
        is_price=row.get("price", False),
        is_by_disease=row.get("by_disease", False),
    )


def _value(row: dict[str, Any]) -> Value:
    document = documents()[row["source"]]
    return Value(
        place=row["place"],
        starts_on=row["from"],
        ends_on=_earliest((row.get("until"), document.ends_on)),
        worth=_worth(row),
        source=row["source"],
        article=row["article"],
        note=row.get("note", ""),
        is_least=row.get("at_least", False),
    )


def _earliest(days: Iterable[date | None]) -> date | None:
    return min((day for day in days if day), default=None)


def _worth(row: dict[str, Any]) -> Worth:
    if "range" in row:
        return Range(*(None if end is None else Decimal(end) for end in row["range"]))
    if "tiers" in row:
        return Tiers(tuple(Tier(step["from"], Decimal(step["value"])) for step in row["tiers"]))
    if isinstance(row["value"], list):
        return tuple(row["value"])
    return Decimal(row["value"]) if re.fullmatch(r"\d+(\.\d+)?", row["value"]) else row["value"]


def _read(file: Path) -> Any:
    return yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
