"""What the rows of a sheet of local values mean: documents and values that are new, clashes that are refused."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
from django.utils.translation import gettext as _

from healthaid.core import frames
from healthaid.exchange.checking import Sheet, rows_named
from healthaid.exchange.merging import Merge, Plan, Run, read, with_ids
from healthaid.policy import domain
from healthaid.policy.domain import Days, Parameter
from healthaid.policy.models import LocalDocument, LocalValue
from healthaid.policy.selectors.documents import documents_at_places
from healthaid.policy.selectors.places import codes_of_places, places_of_codes
from healthaid.policy.selectors.values import standing_values
from healthaid.policy.texts import FAULTS, ONE_YEAR
from healthaid.regions.models import Place


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a row is refused, and in which column."""

    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class Said:
    """What a row says."""

    parameter: Parameter
    place_id: int
    disease: str
    number: Decimal
    starts_on: date
    given_end: date | None

    @property
    def key(self) -> tuple[int, str, str]:
        """What it is about."""
        return self.place_id, self.parameter.name, self.disease

    @property
    def days(self) -> Days:
        """First and last day."""
        return self.starts_on, domain.last_day(self.parameter, self.starts_on, self.given_end)

    def fault(self) -> Fault | None:
        """What is wrong with it by itself."""
        first, last = self.days
        if found := domain.fault_of(self.parameter, self.number):
            return Fault("worth", str(FAULTS[found]))
        if last is not None and last < first:
            return Fault("ends_on", _("截止日期不能早于起始日期。"))
        if self.parameter.is_yearly and last is not None and last.year != first.year:
            return Fault("ends_on", str(ONE_YEAR))
        return None


def refuse_blanks(sheet: Sheet, names: Iterable[str]) -> None:
    """Refuse rows that leave one of these columns empty."""
    for name in names:
        sheet.refuse(pl.col(name).is_null(), name, _("没有填写%(label)s。") % {"label": sheet.columns[name].header})


Teller = Callable[[dict[str, Any], Place], Said | Fault]


def plan_of(sheet: Sheet, run: Run, teller: Teller) -> Plan:
    """New documents and new values; what stands already is left as it is."""
    rows = sheet.good().to_dicts()
    places = places_of_codes({row["place_code"] for row in rows})
    told: dict[int, Said] = {}
    for row in rows:
        place = places.get(row["place_code"])
        if place is None or not run.scope.covers_path(place.path):
            sheet.refuse_rows([row["row"]], "place_code", _("该区划代码不是您任职范围内的县市、州市或省。"))
            continue
        said = teller(row, place)
        wrong = said if isinstance(said, Fault) else said.fault()
        if wrong:
            sheet.refuse_rows([row["row"]], wrong.column, wrong.reason)
        elif isinstance(said, Said):
            told[row["row"]] = said
    unchanged = _refuse_clashes(sheet, told)
    undone = [row for row in sheet.good().to_dicts() if row["row"] not in unchanged]
    documents, document_ids = _documents(sheet, run, undone, places)
    new = [row for row in sheet.good().to_dicts() if row["row"] in document_ids]
    values = _values(run, new, told, places, document_ids)
    states = [(row["row"], "unchanged" if row["row"] in unchanged else "new") for row in sheet.good().to_dicts()]
    return Plan(
        [documents, values],
        pl.DataFrame(states, schema={"row": pl.Int64, "state": pl.String}, orient="row"),
    )


def _refuse_clashes(sheet: Sheet, told: dict[int, Said]) -> set[int]:
    """Refuse rows that meet one another or what stands; the rows that say what stands already."""
    standing = standing_values({said.place_id for said in told.values()})
    codes = codes_of_places({said.place_id for said in told.values()})
    unchanged: set[int] = set()
    same: dict[tuple[int, str, str], list[tuple[int, Said]]] = defaultdict(list)
    for row, said in told.items():
        known = standing.get(said.key, [])
        if any((*said.days, said.number) == (value.starts_on, value.ends_on, value.number) for value in known):
            unchanged.add(row)
        elif domain.clashes(said.days, [(value.starts_on, value.ends_on) for value in known]):
            advice = _("待复核的先撤回，已生效的在其页面更正。")
            sheet.refuse_rows([row], "starts_on", _("同一地方、同一项目在这段日期内已有不同的数值。"), advice)
        elif _is_ruled(said, codes.get(said.place_id, "")):
            sheet.refuse_rows([row], "starts_on", _("同一地方同一天起已有政策文件规定该项目。"))
        same[said.key].append((row, said))
    for group in same.values():
        for row, said in group:
            others = [(other, it.days) for other, it in group if other != row]
            if met := [other for other, days in others if domain.clashes(said.days, [days])]:
                reason = _("与第 %(rows)s 行的日期重叠。") % {"rows": rows_named(met)}
                sheet.refuse_rows([row], "starts_on", reason)
    return unchanged


def _is_ruled(said: Said, code: str) -> bool:
    """Whether a reviewed document gives the value at the place of this code from the same day on."""
    return any(value.place == code and value.starts_on == said.starts_on for value in said.parameter.values)


def _documents(
    sheet: Sheet, run: Run, rows: list[dict[str, Any]], places: dict[str, Place]
) -> tuple[Merge, dict[int, int]]:
    """The documents that are new, and for each row the id of its document."""
    known = documents_at_places({places[row["place_code"]].pk for row in rows})
    fresh: dict[tuple[int, str, str], dict[str, Any]] = {}
    keys: dict[int, tuple[int, str, str]] = {}
    found: dict[int, int] = {}
    for row in rows:
        place, number, title = places[row["place_code"]], row["number"] or "", row["document_title"] or ""
        fits = [
            item
            for item in known
            if item.place_id == place.pk and title in {"", item.title} and number in {"", item.number}
        ]
        if len(fits) == 1 and (number or title):
            found[row["row"]] = fits[0].pk
            continue
        for name in ("document_title", "note"):
            if not row[name]:
                label = sheet.columns[name].header
                sheet.refuse_rows([row["row"]], name, _("新的文件须填写%(label)s。") % {"label": label})
        if title and row["note"]:
            key = keys[row["row"]] = (place.pk, number, title)
            fresh.setdefault(key, {"note": row["note"], "path": place.path})
    schema = {"id": pl.Int64, "place_id": pl.Int64, "number": pl.String, "title": pl.String, "note": pl.String}
    wanted = pl.DataFrame(
        [(None, *key, item["note"], item["path"], run.by.pk) for key, item in fresh.items()],
        schema=schema | {"path": pl.String, "entered_by_id": pl.Int64},
        orient="row",
    )
    wanted = with_ids(wanted, LocalDocument, run)
    ids = {(row["place_id"], row["number"], row["title"]): row["id"] for row in wanted.to_dicts()}
    found |= {row: ids[key] for row, key in keys.items()}
    stored = read(LocalDocument, "id", pl.Series("id", [], pl.Int64), ["place_id", "number", "title", "note"])
    merge = Merge(
        LocalDocument, wanted, stored, recorded=["number", "title", "note"], verb="policy.localdocument.imported"
    )
    return merge, found


def _values(
    run: Run, rows: list[dict[str, Any]], told: dict[int, Said], places: dict[str, Place], documents: dict[int, int]
) -> Merge:
    """The new values, each waiting for its second person."""
    names = ("document_id", "place_id", "path", "parameter", "disease", "number", "starts_on", "ends_on", "article")
    kinds = frames.frame_schema(LocalValue)
    data = []
    for row in rows:
        said = told[row["row"]]
        place, disease = places[row["place_code"]], said.disease
        what = (documents[row["row"]], said.place_id, place.path, said.parameter.name, disease, said.number)
        data.append((row["row"], None, *what, *said.days, row["article"] or "", run.by.pk))
    schema = {"row": pl.Int64, "id": pl.Int64} | {name: kinds[name] for name in names} | {"entered_by_id": pl.Int64}
    wanted = with_ids(pl.DataFrame(data, schema=schema, orient="row"), LocalValue, run)
    stored = read(LocalValue, "id", pl.Series("id", [], pl.Int64), list(names))
    recorded = ["parameter", "disease", "number", "starts_on", "ends_on", "article"]
    return Merge(LocalValue, wanted, stored, recorded=recorded, verb="policy.localvalue.imported")
