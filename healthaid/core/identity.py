"""Numbers that name people: the resident identity number (GB 11643), the disability certificate, phone numbers."""

import re
import unicodedata
from collections.abc import Container
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from healthaid.core.texts import INVISIBLE

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_DIGITS = "10X98765432"
# GB/T 2260, with 81 to 83 for the residence permits of Hong Kong, Macao and Taiwan residents.
PROVINCES = frozenset(
    {
        *("11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37"),
        *("41", "42", "43", "44", "45", "46", "50", "51", "52", "53", "54"),
        *("61", "62", "63", "64", "65", "71", "81", "82", "83"),
    }
)
LENGTH, OLD_LENGTH = 18, 15
CERTIFICATE_LENGTH = 20
MOBILE_LENGTH = 11
SHORTEST_SHOWN = 6  # a number this short is hidden whole
MASKED = r"([0-9A-Z]{6}\*{5,})[0-9A-Z]{4}"  # a number as pages show it, inside any text
TRACE = "****"  # in the place of its last four
MALE, FEMALE, UNSTATED = "1", "2", "9"  # GB/T 2261.1
OLDEST = 130  # years; a birth before that is a slip of the pen
DISABILITY_KINDS = frozenset("1234567")
DISABILITY_GRADES = frozenset("1234")

_LOOKALIKES = {"O": "0", "I": "1", "L": "1", "Z": "2", "S": "5", "B": "8"}
_UNSEEN = re.compile(f"[\\s{INVISIBLE}]+")
_QUOTES = "'`‘’′"  # a spreadsheet's sign for "this is text", as people type it
_NUMERIC = re.compile(r"[+-]?\d(\.\d+)?E\+?\d+|\d+\.\d+")  # 5.33103E+17, 533103195003120000.0
_WELL_FORMED = re.compile(r"[0-9]{15}|[0-9]{17}[0-9X]")
_CERTIFICATE = re.compile(
    r"(?P<identity>[0-9]{17}[0-9X])(?P<kind>[0-9])(?P<grade>[0-9])(B[0-9])?"
)  # B1: first replacement card


class Fault(StrEnum):
    """What is wrong with a number, for counting and for tests; people read the finding's reason."""

    EMPTY = "empty"
    FLOAT = "float"
    LENGTH = "length"
    CHARACTERS = "characters"
    PROVINCE = "province"
    COUNTY = "county"
    BIRTH = "birth"
    FUTURE = "future"
    TOO_OLD = "too_old"
    TRUNCATED = "truncated"
    CHECK_DIGIT = "check_digit"
    KIND = "kind"
    GRADE = "grade"


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault, why it is one and what to do about it."""

    fault: Fault
    reason: str
    suggestion: str


@dataclass(frozen=True, slots=True)
class Result:
    """A checked number: normalised and 18 long when it is good, else as far as it could be read.

    `upgraded_from` is the 15-digit number it was made from; an import writes that to the audit record.
    """

    number: str
    errors: tuple[Finding, ...] = ()
    warnings: tuple[Finding, ...] = ()
    upgraded_from: str = ""
    born_on: date | None = None
    sex: str = ""

    @property
    def is_good(self) -> bool:
        """Without an error; warnings do not count."""
        return not self.errors

    @property
    def area(self) -> str:
        """The county of first registration, which later changes of counties leave as it is."""
        return self.number[:6]


@dataclass(frozen=True, slots=True)
class Certificate:
    """A checked disability certificate: the identity number inside it, kind 1 to 7 and grade 1 to 4."""

    number: str
    identity: str = ""
    kind: str = ""
    grade: str = ""
    errors: tuple[Finding, ...] = ()

    @property
    def is_good(self) -> bool:
        return not self.errors


def normalise(text: str) -> str:
    """Half-width capitals without spaces, invisible characters or a leading apostrophe; never a repaired digit."""
    return _UNSEEN.sub("", unicodedata.normalize("NFKC", text)).lstrip(_QUOTES).upper()


def is_like(number: str) -> bool:
    """Whether a normalised number, good or bad, has the length of an identity number."""
    return len(number) in {OLD_LENGTH, LENGTH}


def check(text: str, *, today: date | None = None, counties: Container[str] | None = None) -> Result:
    """Check a resident identity number of 18 digits, or of 15, which is brought to 18.

    `counties` are the six-digit codes that ever were in use; one outside them is only a warning, none given none asked.
    """
    number = normalise(text)
    if finding := _unreadable(number):
        return Result(number, errors=(finding,))
    upgraded_from = number if len(number) == OLD_LENGTH else ""
    number = upgrade(number) if upgraded_from else number
    born_on = _date(number[6:14])
    errors = (*_area_errors(number), *_birth_errors(number[6:14], born_on, today or localdate()), *_tail_errors(number))
    sex = MALE if int(number[16]) % 2 else FEMALE
    return Result(number, errors, _warnings(number, counties), upgraded_from, born_on, sex)


def check_digit(first17: str) -> str:
    """The last character that the first seventeen digits call for."""
    return CHECK_DIGITS[sum(int(digit) * weight for digit, weight in zip(first17, WEIGHTS, strict=True)) % 11]


def upgrade(number15: str) -> str:
    """The 18-digit number of a 15-digit one, which was issued to people born from 1900 to 1999."""
    first17 = f"{number15[:6]}19{number15[6:]}"
    return first17 + check_digit(first17)


def check_certificate(text: str, *, today: date | None = None) -> Certificate:
    """Check a disability certificate: an identity number, a kind, a grade, and B1 and so on for replacements."""
    number = normalise(text)
    if _NUMERIC.fullmatch(number):
        reason = _("残疾证号被表格软件存成了数值，末几位已丢失，无法恢复。")
        return Certificate(
            number, errors=(Finding(Fault.FLOAT, reason, _("把该列设为“文本”格式，对照原件重新填写。")),)
        )
    if not number:
        return Certificate(number, errors=(Finding(Fault.EMPTY, _("残疾证号为空。"), _("填写20位残疾证号。")),))
    found = _CERTIFICATE.fullmatch(number)
    if not found:
        reason = _("残疾证号应为20位：18位身份证号＋类别＋等级，现为 %(length)s 位。") % {"length": len(number)}
        return Certificate(number, errors=(Finding(Fault.LENGTH, reason, _("对照残疾证原件填写全部20位。")),))
    errors = list(check(found["identity"], today=today).errors)
    if found["kind"] not in DISABILITY_KINDS:
        reason = _("残疾类别（第19位）应为1至7，现为 %(kind)s。") % {"kind": found["kind"]}
        errors.append(Finding(Fault.KIND, reason, _("对照残疾证原件核对第19位。")))
    if found["grade"] not in DISABILITY_GRADES:
        reason = _("残疾等级（第20位）应为1至4，现为 %(grade)s。") % {"grade": found["grade"]}
        errors.append(Finding(Fault.GRADE, reason, _("对照残疾证原件核对第20位。")))
    return Certificate(number, found["identity"], found["kind"], found["grade"], tuple(errors))


def mask(number: str) -> str:
    """The number as pages show it: 533103********1237; a shorter document keeps only its ends."""
    if len(number) >= OLD_LENGTH:
        return f"{number[:6]}{'*' * (len(number) - 10)}{number[-4:]}"
    return _mask_short(number)


def traced(text: str) -> str:
    """The text as it may lie in the database in clear: masked numbers without their end too.

    Area, birth date and the last four together are the whole number, and the birth date stands beside many a mask.
    """
    return re.sub(MASKED, rf"\1{TRACE}", text)


def mask_phone(number: str) -> str:
    """The phone number as pages show it: 138****0000; a shorter one keeps only its ends."""
    if len(number) >= MOBILE_LENGTH:
        return f"{number[:3]}{'*' * (len(number) - 7)}{number[-4:]}"
    return _mask_short(number)


def _mask_short(number: str) -> str:
    ends = 2 if len(number) > SHORTEST_SHOWN else 0
    return f"{number[:ends]}{'*' * (len(number) - 2 * ends)}{number[len(number) - ends :]}"


def _unreadable(number: str) -> Finding | None:
    """The fault that leaves nothing to check any further."""
    if not number:
        return Finding(Fault.EMPTY, _("身份证号为空。"), _("填写18位身份证号，或选择其他证件类型。"))
    if _NUMERIC.fullmatch(number):
        return Finding(
            Fault.FLOAT,
            _("身份证号被表格软件存成了数值，末几位已丢失，无法恢复。"),
            _("把该列设为“文本”格式，对照原件重新填写。"),
        )
    return _lookalikes(number) or _wrong_length(number) or _wrong_characters(number)


def _lookalikes(number: str) -> Finding | None:
    letters = sorted({letter for letter in number if letter in _LOOKALIKES})
    if not letters:
        return None
    pairs = "、".join(f"{letter}→{_LOOKALIKES[letter]}" for letter in letters)
    return Finding(
        Fault.CHARACTERS,
        _("身份证号中含有字母 %(letters)s。") % {"letters": "、".join(letters)},
        _("可能把数字写成了字母（%(pairs)s），对照原件核对。") % {"pairs": pairs},
    )


def _wrong_length(number: str) -> Finding | None:
    if len(number) in {OLD_LENGTH, LENGTH}:
        return None
    if len(number) == CERTIFICATE_LENGTH and _CERTIFICATE.fullmatch(number):
        return Finding(
            Fault.LENGTH,
            _("身份证号应为18位，这里填的是20位残疾证号。"),
            _("残疾证号填在残疾证一栏，此处填身份证号。"),
        )
    reason = _("身份证号应为18位，现为 %(length)s 位。") % {"length": len(number)}
    return Finding(Fault.LENGTH, reason, _("对照原件，补全或删去多余的字符。"))


def _wrong_characters(number: str) -> Finding | None:
    if _WELL_FORMED.fullmatch(number):
        return None
    wrong = "".join(dict.fromkeys(re.findall(r"[^0-9]", number[:17]))) or number[-1]
    reason = _("身份证号中含有不应出现的字符“%(wrong)s”。") % {"wrong": wrong}
    return Finding(Fault.CHARACTERS, reason, _("前17位只能是数字，第18位是数字或X。"))


def _area_errors(number: str) -> tuple[Finding, ...]:
    if number[:2] in PROVINCES:
        return ()
    reason = _("身份证号前两位 %(code)s 不是任何省份的代码。") % {"code": number[:2]}
    return (Finding(Fault.PROVINCE, reason, _("对照原件核对前6位。")),)


def _birth_errors(digits: str, born_on: date | None, today: date) -> tuple[Finding, ...]:
    hint = _("对照原件核对第7至14位。")
    if born_on is None:
        return (Finding(Fault.BIRTH, _("身份证号中的出生日期 %(digits)s 不是真实日期。") % {"digits": digits}, hint),)
    if born_on > today:
        return (Finding(Fault.FUTURE, _("身份证号中的出生日期 %(day)s 晚于今天。") % {"day": born_on}, hint),)
    if today.year - born_on.year > OLDEST:
        return (Finding(Fault.TOO_OLD, _("身份证号中的出生日期 %(day)s 过早。") % {"day": born_on}, hint),)
    return ()


def _tail_errors(number: str) -> tuple[Finding, ...]:
    """A spreadsheet keeps fifteen digits and writes noughts for the last three; sequence 000 is never issued."""
    matches = number[17] == check_digit(number[:17])
    if number[14:17] == "000" or (number.endswith("000") and not matches):
        return (
            Finding(
                Fault.TRUNCATED,
                _("身份证号末三位为000，是被表格软件截断的号码。"),
                _("把该列设为“文本”格式，对照原件重新填写。"),
            ),
        )
    if not matches:
        return (
            Finding(
                Fault.CHECK_DIGIT,
                _("身份证号校验码不符，号码中有一位或几位填错。"),
                _("对照原件逐位核对，常见为相邻两位颠倒或抄错一位。"),
            ),
        )
    return ()


def _warnings(number: str, counties: Container[str] | None) -> tuple[Finding, ...]:
    warnings = []
    if counties is not None and number[:2] in PROVINCES and number[:6] not in counties:
        reason = _("身份证号前6位 %(code)s 不是已知的县级代码。") % {"code": number[:6]}
        warnings.append(Finding(Fault.COUNTY, reason, _("号码以首次登记地编码，多年前的代码属正常，请核对原件。")))
    if number.endswith("000") and number[14:17] != "000":
        warnings.append(
            Finding(Fault.TRUNCATED, _("身份证号末三位为000，可能被表格软件截断过。"), _("对照原件核对最后三位。"))
        )
    return tuple(warnings)


def _date(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return None
