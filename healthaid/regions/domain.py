"""How places are written: paths, code lengths, and the names that officials use for villages and townships."""

import re

COUNTY_LENGTH, TOWNSHIP_LENGTH, VILLAGE_LENGTH = 6, 9, 12

_COMMITTEE = re.compile(r"(村民委员会|村委会|居民委员会|居委会)$")
_VILLAGE_END = re.compile(r"(社区|村)$")
_NATIONS = "傣|景颇|阿昌|德昂|傈僳|汉|回|彝|白|壮|苗|佤|哈尼|拉祜|布朗|瑶|纳西|藏|怒|独龙|普米|基诺|布依|水|蒙古|满"
_TOWNSHIP_END = re.compile(rf"((({_NATIONS})族)*乡|镇|街道办事处|街道)$")


def ids_of(path: str) -> list[int]:
    """The ids along a path, from the root."""
    return [int(part) for part in path.split("/") if part]


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
