"""How people write names, numbers, dates, money and choices, and what is meant; one text at a time."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from difflib import get_close_matches
from typing import Any

from django.utils.translation import gettext as _

from healthaid.core import identity as identities
from healthaid.regions.divisions import county_codes

INVISIBLE = "\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\u00ad"
UNSEEN = re.compile(f"[{INVISIBLE}]")
SPACES = re.compile(r"\s+")
ERROR_CELL = re.compile(r"#(N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!|GETTING_DATA|#+)")
_NOTHING = frozenset(
    {"-", "--", "—", "——", "–", "/", "\\", "无", "没有", "暂无", "空", "不详", "null", "none", "n/a", "nan"}
)
_ROUNDED = re.compile(r"[+-]?\d(\.\d+)?[Ee]\+?\d+")
_SEPARATORS = re.compile(r"[、，,;；/|\n\r]+")
NAME_LENGTH = 50


@dataclass(frozen=True, slots=True)
class Read:
    """One text read: a value, or a reason why there is none, or (a warning) both."""

    value: Any = None
    reason: str = ""
    suggestion: str = ""
    is_warning: bool = False


def refused(reason: str, suggestion: str = "") -> Read:
    """A text that gives no value."""
    return Read(None, reason, suggestion)


def warned(value: Any, reason: str, suggestion: str = "") -> Read:
    """A value that was taken, with something to tell."""
    return Read(value, reason, suggestion, is_warning=True)


def formula_error(text: str) -> tuple[str, str]:
    return _("单元格是公式错误“%(code)s”。") % {"code": text}, _("改正公式，或直接填写内容。")


def half_width(text: str) -> str:
    """Half-width letters, digits and signs; without invisible characters, with single spaces."""
    return SPACES.sub(" ", UNSEEN.sub("", unicodedata.normalize("NFKC", text))).strip()


def is_nothing(text: str) -> bool:
    """Whether the text is one of the ways to write that there is nothing."""
    return text.lower() in _NOTHING or not text


def read_text(text: str, *, max_length: int) -> Read:
    """One text of `clean_text`."""
    tidy = SPACES.sub(" ", UNSEEN.sub("", text)).strip()
    if len(tidy) > max_length:
        return refused(_("文字超过%(limit)s个字。") % {"limit": max_length}, _("请缩短。"))
    return Read(tidy or None)


def read_code(text: str, *, max_length: int) -> Read:
    """One text of `clean_code`."""
    code = half_width(text).replace(" ", "").lstrip("'`’‘")
    if is_nothing(code):
        return Read()
    if _ROUNDED.fullmatch(code):
        return refused(
            _("编号被表格软件存成了数值，末几位已丢失，无法恢复。"), _("把该列设为“文本”格式，对照原件重新填写。")
        )
    if len(code) > max_length:
        return refused(_("编号超过%(limit)s个字符。") % {"limit": max_length}, _("对照原件核对。"))
    return Read(code)


_DOTS = re.compile(r"\s*[·•・．.‧﹒∙⋅●﹡･ᐧ]+\s*")
_NAME_NOTE = re.compile(r"[(（\[【〔].*?([)）\]】〕]|$)")
_WIDE_TO_HALF = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}


def read_name(text: str) -> Read:
    """One text of `clean_name`. Characters are not normalised: a rare one must stay the one on the card."""
    bare = UNSEEN.sub("", text).translate(_WIDE_TO_HALF)
    name = _NAME_NOTE.sub("", bare)
    name = _DOTS.sub("·", SPACES.sub(" ", name)).strip(" ·")
    if not any(character.isascii() and character.isalpha() for character in name):
        name = name.replace(" ", "")
    if fault := _name_fault(name):
        return fault
    if any(unicodedata.category(character) == "Co" for character in name):
        return warned(name, _("姓名含有自造字，别的电脑上可能显示不出。"), _("尽量改用国家标准中的字。"))
    if _NAME_NOTE.search(bare):
        return warned(name, _("姓名后括号里的内容（如曾用名）不导入。"))
    return Read(name)


def _name_fault(name: str) -> Read | None:
    strange = "".join(dict.fromkeys(character for character in name if not _belongs_in_name(character)))
    if not name:
        return refused(_("姓名为空。"), _("请填写。"))
    if "*" in strange:
        return refused(_("姓名被隐去了一部分（*）。"), _("填写完整姓名。"))
    if strange:
        return refused(_("姓名中含有不应出现的字符“%(wrong)s”。") % {"wrong": strange[:10]}, _("对照身份证核对。"))
    if len(name) > NAME_LENGTH:
        return refused(_("姓名超过%(limit)s个字。") % {"limit": NAME_LENGTH}, _("对照身份证核对。"))
    return None


def _belongs_in_name(character: str) -> bool:
    return character in "· '-〇" or unicodedata.category(character) in {"Lo", "Lu", "Ll", "Lm", "Mn", "Mc", "Co"}


def read_identity(text: str, *, today: date) -> Read:
    """One text of `clean_identity`."""
    result = identities.check(text, today=today, counties=county_codes())
    if result.errors:
        return refused(result.errors[0].reason, result.errors[0].suggestion)
    if result.upgraded_from:
        return warned(result.number, _("15位身份证号已升为18位。"), _("请与身份证原件核对。"))
    if result.warnings:
        return warned(result.number, result.warnings[0].reason, result.warnings[0].suggestion)
    return Read(result.number)


def read_certificate(text: str, *, today: date) -> Read:
    """One text of `clean_certificate`."""
    if is_nothing(half_width(text)):
        return Read()
    result = identities.check_certificate(text, today=today)
    if result.errors:
        return refused(result.errors[0].reason, result.errors[0].suggestion)
    return Read(f"{result.identity}{result.kind}{result.grade}")


_MOBILE = re.compile(r"(?:\+?86|0086)?(1[3-9]\d{9})")
_LANDLINE = re.compile(r"\(?(0\d{2,3})\)?-?(\d{7,8})(?:(?:-|转)(\d{1,6}))?")


def read_phone(text: str) -> Read:
    """One text of `clean_phone`."""
    whole = half_width(text).lstrip("'`").removesuffix(".0")
    if is_nothing(whole):
        return Read()
    parts = [part for part in re.split(r"[/、,;|或]+", whole) if part.strip()]
    if len(parts) == 1 and not _phone(parts[0]):
        parts = parts[0].split(" ")
    numbers = [number for number in map(_phone, parts) if number]
    if not numbers:
        return _no_phone(whole)
    if len(parts) > 1:
        return warned(numbers[0], _("有两个以上号码，只取第一个。"), _("一格只填一个号码。"))
    return Read(numbers[0])


def _phone(text: str) -> str:
    """A mobile number, or a landline as 0692-2123456; empty when it is neither."""
    compact = text.replace(" ", "")
    if mobile := _MOBILE.fullmatch(compact.replace("-", "")):
        return mobile[1]
    if landline := _LANDLINE.fullmatch(compact):
        return "-".join(filter(None, landline.groups()))
    return ""


def _no_phone(text: str) -> Read:
    digits = re.sub(r"\D", "", text)
    if _ROUNDED.fullmatch(text):
        return refused(_("电话被存成了科学计数的数值。"), _("把该列设为“文本”格式后重新填写。"))
    if len(digits) in {7, 8}:
        return refused(_("座机号码缺少区号。"), _("写成0692-2123456的形式。"))
    return refused(
        _("电话号码不正确（%(count)s位数字）。") % {"count": len(digits)},
        _("手机号为11位；座机写成0692-2123456的形式；没有就空着。"),
    )


_NUMERALS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_FULL_DATE = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?(?:[ T]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
)
_SHORT_YEAR = re.compile(r"(\d{2})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?|\d{6}")
_DIGITS_DATE = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})")
_DIGITS_MONTH = re.compile(r"((?:19|20)\d{2})(\d{2})")
_SERIAL = re.compile(r"\d{5}(\.\d+)?")
_YEAR_ONLY = re.compile(r"(19|20)\d{2}年?")
_YEAR_LAST = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{4}")
_MONTH = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*月?")
_NO_DATE = re.compile(r"0|1900[-/.年]0?1[-/.月]0?0日?|1899[-/.]12[-/.]3[01]( .*)?|0:00(:00)?|00:00:00")
EXCEL_EPOCH = date(1899, 12, 30)
EARLIEST = date(1890, 1, 1)
FIRST_SERIAL, LAST_SERIAL = 10_000, 73_050  # 1927-05-18 and 2099-12-31: five digits, so no year is taken for one


def read_date(text: str, *, latest: date, allow_month: bool) -> Read:
    """One text of `clean_date`."""
    plain = _western(half_width(text))
    if is_nothing(plain):
        return Read()
    if fault := _date_fault(plain):
        return fault
    year, month, day = _date_parts(plain) or (0, 0, 0)
    if day is None and not allow_month:
        return refused(_("只有年月，缺少日。"), _like_this())
    return _day(year, month, day or 1, latest)


def _day(year: int, month: int, day: int, latest: date) -> Read:
    try:
        found = date(year, month, day)
    except ValueError:
        return refused(_("没有这一天。"), _like_this())
    if found > latest:
        return refused(_("日期晚于今天。"), _("对照原件核对。"))
    if found < EARLIEST:
        return refused(_("日期过早。"), _("对照原件核对。"))
    return Read(found)


def _date_parts(text: str) -> tuple[int, int, int | None] | None:
    """Year, month and day, or no day when only a month is given; None when the text is neither."""
    if found := _FULL_DATE.fullmatch(text) or _DIGITS_DATE.fullmatch(text):
        return int(found[1]), int(found[2]), int(found[3])
    if found := _MONTH.fullmatch(text) or _DIGITS_MONTH.fullmatch(text):
        return int(found[1]), int(found[2]), None
    if _SERIAL.fullmatch(text) and FIRST_SERIAL <= int(text[:5]) <= LAST_SERIAL:
        day = EXCEL_EPOCH + timedelta(days=int(text[:5]))
        return day.year, day.month, day.day
    return None


def _date_fault(text: str) -> Read | None:
    """Why a text is no date, if it is none."""
    if _NO_DATE.fullmatch(text):
        return refused(_("日期是空值（1900-01-00）。"), _("填写日期，或清空单元格。"))
    if _date_parts(text):
        return None
    if _SHORT_YEAR.fullmatch(text):
        return refused(_("年份只有两位，无法确定是哪一年。"), _("年份写全四位，如2018-06-10。"))
    if _YEAR_ONLY.fullmatch(text):
        return refused(_("只有年份，缺少月日。"), _like_this())
    if _YEAR_LAST.fullmatch(text):
        return refused(_("月和日的先后不明。"), _like_this())
    return refused(_("不是日期。"), _like_this())


def _like_this() -> str:
    return _("写成2018-06-10的形式。")


def _western(text: str) -> str:
    """A date in Chinese numerals as digits: 二〇一八年六月十日 is 2018年6月10日; other texts as they are."""
    found = re.fullmatch(
        r"([〇○零一二三四五六七八九]{4})年([〇零一二三四五六七八九十]+)月(?:([一二三四五六七八九十廿]+)[日号])?", text
    )
    if not found:
        return text
    day = f"{_small_number(found[3])}日" if found[3] else ""
    return f"{found[1].translate(_NUMERALS)}年{_small_number(found[2])}月{day}"


def _small_number(numerals: str) -> int:
    """十 is 10, 二十一 and 廿一 are 21, 六 is 6."""
    tens, ten, ones = numerals.replace("廿", "二十").rpartition("十")
    digit = int(ones.translate(_NUMERALS) or 0)
    return digit + (10 * int(tens.translate(_NUMERALS) or 1) if ten else 0)


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


_WHOLE = re.compile(r"([+-]?(?:\d+|\d{1,3}(?:,\d{3})+))(?:\.0+)?\s*[\u4e00-\u9fff㎡²]{0,4}")


def read_number(text: str, *, minimum: int, maximum: int) -> Read:
    """One text of `clean_number`."""
    plain = half_width(text)
    if is_nothing(plain):
        return Read()
    found = _WHOLE.fullmatch(plain)
    if not found:
        return refused(_("不是整数。"), _("只填数字。"))
    number = int(found[1].replace(",", ""))
    if not minimum <= number <= maximum:
        limits = {"minimum": minimum, "maximum": maximum}
        return refused(_("超出范围，应在%(minimum)s到%(maximum)s之间。") % limits, _("对照原件核对。"))
    return Read(number)


_MONEY = re.compile(
    r"[¥￥]?\s*([+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?)\s*(万元|万|元|圆)?(?:整|/年|/人|m2|平方米|平米)?"
)
_BRACKETED_MONEY = re.compile(r"\((.+)\)(.*)")
FEN = Decimal("0.01")
MOST_MONEY = Decimal(10) ** 10


def read_amount(text: str, *, unit: str, allow_negative: bool) -> Read:
    """One text of `clean_amount`."""
    plain = half_width(text)
    if is_nothing(plain):
        return Read()
    found = _MONEY.fullmatch(_BRACKETED_MONEY.sub(r"-\1\2", plain))  # (1,234.50) is how accountants write a minus
    if not found:
        return refused(_("不是数值。"), _("只填数字，如1234.50。"))
    ten_thousand = (found[2] or unit).startswith("万")
    exact = Decimal(found[1].replace(",", "")) * (10_000 if ten_thousand else 1)
    amount = exact.quantize(FEN, ROUND_HALF_UP)
    if amount < 0 and not allow_negative:
        return refused(_("不能是负数。"), _("对照原件核对。"))
    if abs(amount) >= MOST_MONEY:
        return refused(_("数值过大。"), _("核对单位，如元和万元。"))
    if abs(amount - exact) > Decimal("0.000001"):
        return warned(amount, _("已四舍五入到两位小数。"))
    return Read(amount)


def read_ratio(text: str) -> Read:
    """One text of `clean_ratio`. A bare number up to 1 is a ratio, above it a percentage."""
    plain = half_width(text).replace(" ", "")
    if is_nothing(plain):
        return Read()
    found = re.fullmatch(r"(-?\d+(?:\.\d+)?)(%?)", plain)
    if not found:
        return refused(_("不是比例。"), _("写成0.95或95%。"))
    number = Decimal(found[1])
    ratio = number / 100 if found[2] or number > 1 else number
    if not 0 <= ratio <= 1:
        return refused(_("比例应在0到100%之间。"), _("对照原件核对。"))
    return Read(float(ratio))


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
NO_CHOICE_KEPT = 0.5  # how alike a text must be to an accepted name to be offered


def choice_key(text: str) -> str:
    """A name as it is compared: half width, without spaces and in lower case."""
    return SPACES.sub("", UNSEEN.sub("", unicodedata.normalize("NFKC", text))).lower()


def choice_table(choices: Iterable[tuple[str, object]], synonyms: Mapping[str, str] | None = None) -> dict[str, str]:
    """Accepted spellings -> code: every label, the synonyms given (name -> code), and of peoples also without 族."""
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


def read_choice(text: str, *, table: Mapping[str, str]) -> Read:
    """One text of `clean_choice`."""
    code = table.get(choice_key(text))
    if code is not None:
        return Read(code)
    if is_nothing(choice_key(text)):
        return Read()
    return _no_choice(choice_key(text), table)


def read_choices(text: str, *, table: Mapping[str, str]) -> Read:
    """One text of `clean_choices`."""
    names = [part for part in _SEPARATORS.split(text) if choice_key(part)]
    if any(choice_key(name) not in table for name in names):
        names = [word for name in names for word in ([name] if choice_key(name) in table else name.split())]
    names = [name for name in names if not is_nothing(choice_key(name)) or choice_key(name) in table]
    for name in names:
        if choice_key(name) not in table:
            return _no_choice(choice_key(name), table)
    return Read(",".join(sorted({table[choice_key(name)] for name in names})) or None)


def _no_choice(name: str, table: Mapping[str, str]) -> Read:
    first = list(dict(reversed([(code, label) for label, code in table.items()])).values())[::-1]
    near = get_close_matches(name, table, 1, NO_CHOICE_KEPT)
    if near:
        suggestion = _("是否为“%(name)s”？") % {"name": near[0]}
    else:
        suggestion = _("可填：%(names)s") % {"names": _listed(first)}
    if name.isdigit():
        return refused(_("填的是代码“%(name)s”，各系统的代码不一致。") % {"name": name}, _("请填名称。") + suggestion)
    return refused(_("没有“%(name)s”这一项。") % {"name": name[:30]}, suggestion)


def _listed(names: Sequence[str]) -> str:
    return "、".join(names[:SHOWN_CHOICES]) + ("……" if len(names) > SHOWN_CHOICES else "")


SEXES = {
    **dict.fromkeys(("男", "男性", "1", "m", "male", "♂"), identities.MALE),
    **dict.fromkeys(("女", "女性", "2", "f", "female", "♀"), identities.FEMALE),
}
