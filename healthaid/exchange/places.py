"""Villages as sheets name them: by code, or by county, township and village, in any of the usual forms."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

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
class Answer:
    """The village meant, or why it cannot be told and which cell says so (a field of VillageColumns); or neither."""

    village: Village | None = None
    reason: str | None = None
    at: str = "village"


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
    answers: list[Answer] = []
    for county, township, village, code in asked:
        answer = gazetteer.find(county, township, village, code)
        if answer.village is not None and not scope.covers_path(answer.village.path):
            reason = _("%(village)s不在您的任职范围（%(scope)s）。") % {
                "village": answer.village.name,
                "scope": gazetteer.scope_name,
            }
            answer = replace(answer, reason=reason, at="village" if village else "code")
        answers.append(answer)
    villages = [answer.village for answer in answers]
    table = pl.DataFrame(asked, schema=dict.fromkeys(keys, pl.String), orient="row").with_columns(
        pl.Series("village_id", [village and village.id for village in villages], pl.Int64),
        pl.Series("path", [village and village.path for village in villages], pl.String),
        pl.Series("village_reason", [answer.reason for answer in answers], pl.String),
        pl.Series("village_at", [answer.at for answer in answers], pl.String),
    )
    sheet.frame = sheet.frame.join(table, on=keys, how="left", nulls_equal=True, maintain_order="left")
    wrong = pl.col("village_reason").is_not_null()
    advice = _("按行政区划名称填写县、乡（镇）、行政村，或填写12位村编码。")
    for at in dict.fromkeys(answer.at for answer in answers):
        sheet.refuse(wrong & (pl.col("village_at") == at), getattr(names, at), pl.col("village_reason"), advice)
    sheet.frame = sheet.frame.drop("village_reason", "village_at")


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

    def find(self, county: str | None, township: str | None, name: str | None, code: str | None) -> Answer:
        """The village meant, or why it cannot be told; spaces inside the names do not count."""
        county, township, name = ((text or "").replace(" ", "") for text in (county, township, name))
        if code:
            places = self.by_code.get(code, [])
            if len(places) != 1:
                return Answer(None, _("没有编码为 %(code)s 的行政村。") % {"code": code}, "code")
            return self._agreeing(self.villages[places[0]], county, township, name)
        return self._named(county, township, name) if name else Answer()

    def _named(self, county: str, township: str, name: str) -> Answer:
        named = [self.villages[place] for place in self.by_stem.get(village_stem(name), [])]
        found = [village for village in named if _fits(village, county, township)]
        exact = [village for village in found if village.name == name]
        if len(found) > 1 and len(exact) == 1:
            found = exact
        if len(found) == 1:
            return Answer(found[0])
        if not found:
            return self._unknown(county, township, name, named)
        townships = "、".join(dict.fromkeys(f"{village.county}{village.township}" for village in found))
        reason = _("有多个名为“%(name)s”的行政村（%(townships)s），请写明县、乡（镇）或填写村编码。")
        return Answer(None, reason % {"name": name, "townships": townships})

    def _unknown(self, county: str, township: str, name: str, named: list[Village]) -> Answer:
        """Which of the three names is wrong: one that nothing bears, else the one without which the others agree."""
        everything = self.villages.values()
        if county and not any(_fits(village, county, None) for village in everything):
            return Answer(None, _("没有名为“%(name)s”的县（市）。") % {"name": county}, "county")
        if township and not any(_fits(village, county, township) for village in everything):
            elsewhere = any(_fits(village, None, township) for village in named)
            reason = _("%(where)s没有名为“%(name)s”的乡（镇）。") % {"where": county, "name": township}
            return Answer(None, reason, "county" if elsewhere else "township")
        where = county + township
        return Answer(None, _("%(where)s没有名为“%(name)s”的行政村。") % {"where": where, "name": name})

    def _agreeing(self, village: Village, county: str, township: str, name: str) -> Answer:
        """The village of a code, unless a name contradicts it; where several do, the code is more likely wrong."""
        wrong = {
            "county": (county, village.county, _fits(village, county, None)),
            "township": (township, village.township, _fits(village, None, township)),
            "village": (name, village.name, village.id in self.by_stem.get(village_stem(name), [])),
        }
        differing = [at for at, (text, _own, agrees) in wrong.items() if text and not agrees]
        if not differing:
            return Answer(village)
        at, (text, own, _agrees) = differing[0], wrong[differing[0]]
        if len(differing) > 1 and "village" in differing:
            at, text, own = "code", county + township + name, village.county + village.township + village.name
        return Answer(None, _("村编码是%(coded)s的，与填写的“%(name)s”不符。") % {"coded": own, "name": text}, at)


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
