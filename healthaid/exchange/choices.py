"""How people write yes and no, sexes, peoples and the names of code tables, and which code is meant."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches

from django.utils.translation import gettext as _

from healthaid.core import identity as identities
from healthaid.core.texts import SPACES, UNSEEN, half_width
from healthaid.exchange.texts import Read, is_nothing, refused, warned

_SEPARATORS = re.compile(r"[、，,;；/|\n\r]+")
_JOINTS = re.compile(r"[\s及和与]+")
_YES = frozenset({"是", "有", "√", "✓", "✔", "☑", "y", "yes", "1", "true", "t", "对", "已", "on"})
_NO = frozenset(
    {"否", "无", "×", "✗", "✘", "☒", "x", "n", "no", "0", "false", "f", "没有", "没", "不是", "未", "非", "╳"}
)


def read_yes_no(text: str) -> Read:
    """One text of `clean_yes_no`."""
    word = half_width(text).lower()
    if word in _YES:
        return Read(value=True)
    if word in _NO:
        return Read(value=False)
    if is_nothing(word):
        return Read()
    return refused(_("不是“是”或“否”。"), _("填“是”或“否”，不清楚就空着。"))


# How names of peoples are misspelt or written in letters (GB/T 3304 romanisation); the label as the standard has it.
PEOPLES = {
    "僳僳": "傈僳族",
    "傈粟": "傈僳族",
    "栗粟": "傈僳族",
    "栗僳": "傈僳族",
    "崩龙": "德昂族",
    "布郎": "布朗族",
    "瓦": "佤族",
    "卡佤": "佤族",
    "摆夷": "傣族",
    "拉枯": "拉祜族",
    "仡老": "仡佬族",
    "han": "汉族",
    "dai": "傣族",
    "jingpo": "景颇族",
    "achang": "阿昌族",
    "lisu": "傈僳族",
    "deang": "德昂族",
    "va": "佤族",
    "hani": "哈尼族",
    "lahu": "拉祜族",
    "blang": "布朗族",
    "jino": "基诺族",
    "yi": "彝族",
    "bai": "白族",
    "hui": "回族",
    "miao": "苗族",
    "未识别": "其他民族",
    "未识别民族": "其他民族",
    "未定": "其他民族",
    "其他": "其他民族",
}
PEOPLE = "族"
SHOWN_CHOICES = 15
NO_CHOICE_KEPT = 0.75  # how alike a text must be to an accepted name to be offered


def choice_key(text: str) -> str:
    """A name as it is compared: half width, without spaces and in lower case."""
    return SPACES.sub("", UNSEEN.sub("", unicodedata.normalize("NFKC", text))).lower()


def choice_table(choices: Iterable[tuple[str, object]], synonyms: Mapping[str, str] | None = None) -> dict[str, str]:
    """Accepted spellings -> code: every label, the synonyms given (name -> code), and of peoples also without 族.

    A synonym may mean several codes, joined by commas.
    """
    labels = {choice_key(str(label)): code for code, label in choices}
    table = dict(labels)
    if any(label.endswith(PEOPLE) and len(label) > 1 for label in labels):
        for label, code in labels.items():
            table.setdefault(label.removesuffix(PEOPLE), code)
        for name, label in PEOPLES.items():
            for spelling in (name, f"{name}{PEOPLE}"):
                if label in labels:
                    table.setdefault(spelling, labels[label])
    table |= {choice_key(name): code for name, code in (synonyms or {}).items()}
    return table


def read_choice(text: str, *, table: Mapping[str, str], doubtful: Mapping[str, tuple[str, str]] | None = None) -> Read:
    """One text of `clean_choice`; `doubtful` has for further names their code and its own name."""
    code = table.get(choice_key(text))
    if doubtful and choice_key(text) in doubtful:
        code, name = doubtful[choice_key(text)]
        return warned(code, _("没有“%(text)s”这一项，按“%(name)s”登记。") % {"text": choice_key(text), "name": name})
    if code is not None:
        return Read(code)
    if is_nothing(choice_key(text)):
        return Read()
    return _no_choice(choice_key(text), table)


def read_choices(text: str, *, table: Mapping[str, str]) -> Read:
    """One text of `clean_choices`."""
    names = [name for part in _SEPARATORS.split(text) for name in _joined_names(part, table)]
    names = [name for name in names if not is_nothing(name) or name in table]
    for name in names:
        if name not in table:
            return _no_choice(name, table)
    return Read(",".join(sorted({code for name in names for code in table[name].split(",")})) or None)


def _joined_names(text: str, table: Mapping[str, str]) -> list[str]:
    """The keys of a name, or of several that spaces or 及, 和, 与 join where the whole is no name."""
    whole = [choice_key(text)] if choice_key(text) else []
    if not whole or whole[0] in table:
        return whole
    words = [choice_key(word) for word in _JOINTS.split(text) if choice_key(word)]
    return words if all(word in table or is_nothing(word) for word in words) else whole


def _no_choice(name: str, table: Mapping[str, str]) -> Read:
    suggestion = _suggestion(name, table)
    if name.isdigit():
        return refused(_("填的是代码“%(name)s”，各系统的代码不一致。") % {"name": name}, _("请填名称。") + suggestion)
    return refused(_("没有“%(name)s”这一项。") % {"name": name[:30]}, suggestion)


def _suggestion(name: str, table: Mapping[str, str]) -> str:
    """The accepted name that is most alike; else the first name of each code."""
    if near := get_close_matches(name, [known for known in table if len(known) > 1], 1, NO_CHOICE_KEPT):
        return _("是否为“%(name)s”？") % {"name": near[0]}
    names: dict[str, str] = {}
    for label, code in table.items():
        names.setdefault(code, label)
    return _("可填：%(names)s") % {"names": _listed(list(names.values()))}


def _listed(names: Sequence[str]) -> str:
    return "、".join(names[:SHOWN_CHOICES]) + ("……" if len(names) > SHOWN_CHOICES else "")


SEXES = {
    **dict.fromkeys(("男", "男性", "1", "m", "male", "♂"), identities.MALE),
    **dict.fromkeys(("女", "女性", "2", "f", "female", "♀"), identities.FEMALE),
    **dict.fromkeys(("未说明", "未说明的性别"), identities.UNSTATED),
}
