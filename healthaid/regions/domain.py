"""How places are written: code lengths, and the names that officials use for villages and townships."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

COUNTY_LENGTH, TOWNSHIP_LENGTH, VILLAGE_LENGTH = 6, 9, 12

_COMMITTEE = re.compile(r"(村民委员会|村委会|居民委员会|居委会)$")
_VILLAGE_END = re.compile(r"(社区|村)$")
_NATIONS = "傣|景颇|阿昌|德昂|傈僳|汉|回|彝|白|壮|苗|佤|哈尼|拉祜|布朗|瑶|纳西|藏|怒|独龙|普米|基诺|布依|水|蒙古|满"
_TOWNSHIP_END = re.compile(rf"((({_NATIONS})族)*乡|镇|街道办事处|街道)$")


def natural_code(text: str) -> str:
    """The code without padding: 6 digits to the county, 9 for a township, 12 for a village; other text as it is."""
    code = text.strip()
    if not code.isdecimal():
        return code
    if len(code) < COUNTY_LENGTH:
        return code.ljust(COUNTY_LENGTH, "0")
    for length in (VILLAGE_LENGTH, TOWNSHIP_LENGTH):
        if len(code) == length and code.endswith("000"):
            code = code[:-3]
    return code


def short_village(official: str) -> str:
    """大湾村民委员会 as people say it, 大湾村; 西南里社区居民委员会 is 西南里社区."""
    committee = _COMMITTEE.search(official)
    if not committee:
        return official
    name = official[: committee.start()]
    if _VILLAGE_END.search(name):
        return name
    return f"{name}{'村' if committee[0].startswith('村') else '社区'}"


def village_stem(name: str) -> str:
    """大湾 for 大湾村, 大湾村委会 and 大湾村民委员会."""
    return _VILLAGE_END.sub("", short_village(name)) or name


def township_stem(name: str) -> str:
    """三台山 for 三台山乡, 三台山德昂族乡 and 三台山德昂族乡（镇）."""
    return _TOWNSHIP_END.sub("", re.sub(r"（.*）$", "", name)) or name


@dataclass(frozen=True, slots=True)
class VillageRow:
    """A village as an index of villages needs it, with every name and code it bears or bore."""

    id: int
    names: tuple[str, ...]
    township_names: tuple[str, ...]
    codes: tuple[str, ...]


class VillageIndex:
    """Finds a village by its code, or by its township's and its own name in any usual spelling."""

    def __init__(self, rows: Iterable[VillageRow]) -> None:
        self._by_code: dict[str, int] = {}
        self._exact: dict[tuple[str, str], set[int]] = defaultdict(set)
        self._loose: dict[tuple[str, str], set[int]] = defaultdict(set)
        for row in rows:
            self._by_code |= dict.fromkeys(row.codes, row.id)
            for township in {township_stem(name) for name in row.township_names} | {""}:
                for name in row.names:
                    self._exact[township, short_village(name)].add(row.id)
                    self._loose[township, village_stem(name)].add(row.id)

    def by_code(self, code: str) -> int | None:
        """The village that bears or bore the code."""
        return self._by_code.get(natural_code(code))

    def by_name(self, village: str, township: str = "") -> int | None:
        """The one village meant; None when there is none or, without the township, several."""
        where = township_stem(township) if township else ""
        return self._only(self._exact, (where, short_village(village))) or self._only(
            self._loose, (where, village_stem(village))
        )

    @staticmethod
    def _only(found: Mapping[tuple[str, str], set[int]], key: tuple[str, str]) -> int | None:
        ids = found.get(key, set())
        return next(iter(ids)) if len(ids) == 1 else None
