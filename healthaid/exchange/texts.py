"""How people write names, numbers of documents and phones, and what is meant; one text at a time."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from healthaid.core import identity as identities
from healthaid.core.texts import SPACES, UNSEEN, half_width
from healthaid.regions.divisions import county_codes

ERROR_CELL = re.compile(r"#(N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!|GETTING_DATA|#+)")
NOTHING = frozenset(
    {"-", "--", "—", "——", "–", "/", "\\", "无", "没有", "暂无", "空", "不详", "null", "none", "n/a", "nan"}
)
_ROUNDED = re.compile(r"[+-]?\d(\.\d+)?[Ee]\+?\d+")
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


def is_nothing(text: str) -> bool:
    """Whether the text is one of the ways to write that there is nothing."""
    return text.lower() in NOTHING or not text


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


CARD = re.compile(r"[0-9A-Z]{6,32}")


def read_card(text: str) -> Read:
    """One text of `clean_card`."""
    read = read_code(text.upper(), max_length=40)
    if read.value and not CARD.fullmatch(read.value):
        return refused(_("卡号应是6到32位数字或字母。"), _("对照卡面填写；没有卡的空着。"))
    return read


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
    if is_nothing(name):
        return refused(_("姓名填的是“%(name)s”。") % {"name": name}, _("填写真实姓名。"))
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
    if is_nothing(half_width(text)):
        return Read()
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
_PHONE_NOTE = re.compile(r"\([^0-9()]+\)")  # whose it is
_LANDLINE = re.compile(r"\(?(0\d{2,3})\)?-?(\d{7,8})(?:(?:-|转)(\d{1,6}))?")


def read_phone(text: str) -> Read:
    """One text of `clean_phone`."""
    whole = _PHONE_NOTE.sub("", half_width(text)).strip().lstrip("'`").removesuffix(".0")
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
