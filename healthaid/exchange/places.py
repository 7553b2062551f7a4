"""Villages as sheets name them: by code, or by county, township and village, in any of the usual forms."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl
from django.db.models import Q
from django.utils.translation import gettext as _

from healthaid.core.scoping import Scope, under
from healthaid.exchange.checking import Sheet
from healthaid.regions.domain import township_stem, village_stem
from healthaid.regions.enums import CodeSystem, Level
from healthaid.regions.models import Place, PlaceCode, PlaceName

_COUNTY_ENDING = re.compile(r"(?:自治县|县|市|区)$")


@dataclass(frozen=True, slots=True)
class Village:
    """A village with what is above it."""

    id: int
    path: str
    name: str
    township: str
    county: str
    township_stems: frozenset[str]  # of today's and former names
    county_stems: frozenset[str]


@dataclass(frozen=True, slots=True)
class VillageColumns:
    """The declared names of a sheet's columns that together say which village."""

    county: str
    township: str
    village: str
    code: str


def find_villages(sheet: Sheet, names: VillageColumns, scope: Scope) -> None:
    """Add "village_id" and "path" to the sheet, null where the row names no village; refuse what cannot be told.

    A village outside the scope is refused by its public name, so nothing stored is told.
    """
    keys = [names.county, names.township, names.village, names.code]
    asked = sheet.frame.select(keys).unique(maintain_order=True).rows()
    gazetteer = Gazetteer(
        scope, counties={row[0] for row in asked if row[0]}, codes={row[3] for row in asked if row[3]}
    )
    answers: list[tuple[int | None, str | None, str | None]] = []
    for county, township, village, code in asked:
        found, reason = gazetteer.find(county, township, village, code)
        if found is not None and not scope.covers_path(found.path):
            reason = _("%(village)s不在您的任职范围（%(scope)s）。") % {
                "village": found.name,
                "scope": gazetteer.scope_name,
            }
        answers.append((found.id if found else None, found.path if found else None, reason))
    table = pl.DataFrame(asked, schema=dict.fromkeys(keys, pl.String), orient="row").with_columns(
        pl.Series("village_id", [answer[0] for answer in answers], pl.Int64),
        pl.Series("path", [answer[1] for answer in answers], pl.String),
        pl.Series("village_reason", [answer[2] for answer in answers], pl.String),
    )
    sheet.frame = sheet.frame.join(table, on=keys, how="left", nulls_equal=True, maintain_order="left")
    unknown = pl.col(names.code).is_in(list(gazetteer.by_code)).not_()
    by_code = pl.col(names.code).is_not_null() & (pl.col(names.village).is_null() | unknown)
    wrong = pl.col("village_reason").is_not_null()
    advice = _("按行政区划名称填写县、乡（镇）、行政村，或填写12位村编码。")
    sheet.refuse(wrong & ~by_code, names.village, pl.col("village_reason"), advice)
    sheet.refuse(wrong & by_code, names.code, pl.col("village_reason"), advice)
    sheet.frame = sheet.frame.drop("village_reason")


def village_codes() -> dict[int, str]:
    """Today's statistics code of each village by its id."""
    codes = PlaceCode.objects.filter(system=CodeSystem.STATISTICS, valid_to=None, place__level=Level.VILLAGE)
    return dict(codes.values_list("place_id", "code"))


class Gazetteer:
    """The villages of a scope and of the counties a file names, found by names and codes."""

    def __init__(self, scope: Scope, counties: Iterable[str] = (), codes: Iterable[str] = ()) -> None:
        by_code = list(
            PlaceCode.objects.filter(code__in=sorted(set(codes))).values_list("code", "place_id", "place__level")
        )
        self.villages = {village.id: village for village in self._load(scope, counties, [row[1] for row in by_code])}
        self.by_code: dict[str, list[int]] = defaultdict(list)
        for code, place, level in by_code:
            if level == Level.VILLAGE and place in self.villages and place not in self.by_code[code]:
                self.by_code[code].append(place)
        self.by_stem: dict[str, list[int]] = defaultdict(list)
        for village in self.villages.values():
            self._name(village.id, village.name)
        for place, name in PlaceName.objects.filter(place__in=self.villages).values_list("place_id", "name"):
            self._name(place, name)
        prefixes = [prefix.rstrip("/").rsplit("/", 1)[-1] for prefix in sorted(scope.prefixes)]
        held = Place.objects.filter(pk__in=[int(prefix) for prefix in prefixes if prefix])
        self.scope_name = "、".join(place.name for place in held) or _("无")

    @staticmethod
    def _load(scope: Scope, counties: Iterable[str], places: list[int]) -> list[Village]:
        former = _former_names()
        reach = Q(pk__in=places)
        for prefix in scope.prefixes:
            reach |= under("path", prefix)
        stems = set(map(_county_stem, counties))
        if stems:
            for county in Place.objects.filter(level=Level.COUNTY):
                if stems & set(map(_county_stem, {county.name, *former[county.pk]})):
                    reach |= under("path", county.path)
        rows = (
            Place.objects.filter(reach, Q(closed_on=None) | Q(pk__in=places), level=Level.VILLAGE)
            .order_by("path")
            .values_list("id", "path", "name", "parent__name", "parent__parent__name", "parent", "parent__parent")
        )
        return [
            Village(
                *(pk, path, name, township, county),
                township_stems=frozenset(map(township_stem, {township, *former[township_id]})),
                county_stems=frozenset(map(_county_stem, {county, *former[county_id]})),
            )
            for pk, path, name, township, county, township_id, county_id in rows
        ]

    def _name(self, place: int, name: str) -> None:
        known = self.by_stem[village_stem(name)]
        if place not in known:
            known.append(place)

    def find(
        self, county: str | None, township: str | None, name: str | None, code: str | None
    ) -> tuple[Village | None, str | None]:
        """The village meant, or why it cannot be told; neither where nothing was given."""
        if code:
            places = self.by_code.get(code, [])
            if len(places) != 1:
                return None, _("没有编码为 %(code)s 的行政村。") % {"code": code}
            return self._agreeing(self.villages[places[0]], name)
        if not name:
            return None, None
        named = [self.villages[place] for place in self.by_stem.get(village_stem(name), [])]
        found = [village for village in named if _fits(village, county, township)]
        exact = [village for village in found if village.name == name]
        if len(found) > 1 and len(exact) == 1:
            found = exact
        if len(found) == 1:
            return found[0], None
        if not found:
            where = "".join(part for part in (county, township) if part)
            return None, _("%(where)s没有名为“%(name)s”的行政村。") % {"where": where, "name": name}
        townships = "、".join(dict.fromkeys(f"{village.county}{village.township}" for village in found))
        return None, _("有多个名为“%(name)s”的行政村（%(townships)s），请写明县、乡（镇）或填写村编码。") % {
            "name": name,
            "townships": townships,
        }

    def _agreeing(self, village: Village, name: str | None) -> tuple[Village | None, str | None]:
        if name and village.id not in self.by_stem.get(village_stem(name), []):
            return None, _("村编码是%(coded)s的，与填写的“%(name)s”不符。") % {"coded": village.name, "name": name}
        return village, None


def _fits(village: Village, county: str | None, township: str | None) -> bool:
    if county and _county_stem(county) not in village.county_stems:
        return False
    return not township or township_stem(township) in village.township_stems


def _former_names() -> dict[int | None, set[str]]:
    """Every dated name of counties and townships, today's included."""
    names: dict[int | None, set[str]] = defaultdict(set)
    rows = PlaceName.objects.filter(place__level__in=(Level.COUNTY, Level.TOWNSHIP))
    for place, name in rows.values_list("place_id", "name"):
        names[place].add(name)
    return names


def _county_stem(name: str) -> str:
    return _COUNTY_ENDING.sub("", name)
