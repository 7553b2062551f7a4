"""The password policy object: 等保三级 as assessed (GB/T 22239-2019 8.1.4.1 a), or the modern advice of ASVS 5.0.

They contradict each other (character classes, rotation), so an installation chooses one by PASSWORD_POLICY.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from healthaid.accounts.models import FormerPassword, User
from healthaid.regions.models import Place


@dataclass(frozen=True, slots=True)
class Rules:
    """What a password must be; 0 switches a rule off."""

    shortest: int
    longest: int
    classes: int  # of small letters, capitals, digits and signs
    former: int  # so many last passwords are barred
    days: int  # after which it must be changed


POLICIES = {
    "graded": Rules(shortest=12, longest=128, classes=3, former=5, days=90),
    "modern": Rules(shortest=15, longest=128, classes=0, former=0, days=0),
}
_CLASSES = (re.compile(r"[a-z]"), re.compile(r"[A-Z]"), re.compile(r"\d"), re.compile(r"[^a-zA-Z\d]"))
_PERSONAL_NUMBER = re.compile(r"1[3-9]\d{9}|\d{17}[\dXx]")
_SHORTEST_WORD = 4  # letters; shorter names occur in any text
_TRADE_WORDS = ("jiankang", "fupin", "bangfu", "weisheng", "yiyuan", "xiangcun", "yunnan", "healthaid")


def rules() -> Rules:
    """The rules of this installation."""
    return POLICIES[settings.PASSWORD_POLICY]


def is_expired(user: User, now: datetime) -> bool:
    """Whether the user has to choose a new password before anything else."""
    days = rules().days
    return user.must_change_password or bool(days and now - user.password_set_at >= timedelta(days=days))


class PasswordPolicy:
    """Django's validator interface over the rules."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raises ValidationError with every rule that the password breaks."""
        problems = list(weaknesses(password, rules(), barred_words(user)))
        if user is not None and is_former(password, user, rules().former):
            problems.append(_("不能使用最近 %(number)s 次用过的密码。") % {"number": rules().former})
        if problems:
            raise ValidationError(problems)

    def get_help_text(self) -> str:
        chosen = rules()
        text = _("至少 %(shortest)s 位，可以用短句；不能含姓名、账号、手机号、地名或常见密码。") % {
            "shortest": chosen.shortest
        }
        if chosen.classes:
            text += _("须含大写字母、小写字母、数字、符号中的 %(classes)s 种。") % {"classes": chosen.classes}
        if chosen.days:
            text += _("每 %(days)s 天更换一次。") % {"days": chosen.days}
        return text


def weaknesses(password: str, chosen: Rules, words: Iterable[str]) -> Iterable[str]:
    """A sentence for each rule that a password breaks."""
    folded = password.casefold()
    if len(password) < chosen.shortest:
        yield _("密码至少 %(number)s 位。") % {"number": chosen.shortest}
    if len(password) > chosen.longest:
        yield _("密码最多 %(number)s 位。") % {"number": chosen.longest}
    if sum(bool(kind.search(password)) for kind in _CLASSES) < chosen.classes:
        yield _("密码须含大写字母、小写字母、数字、符号中的 %(number)s 种。") % {"number": chosen.classes}
    if _PERSONAL_NUMBER.search(password):
        yield _("密码不能含手机号或身份证号。")
    if any(word in folded for word in words):
        yield _("密码不能含姓名、账号、单位或地名。")
    if _is_common(folded):
        yield _("这是常见密码，容易被猜到。")


def _is_common(folded: str) -> bool:
    """Whether the password is a well-known one, or one dressed up with digits and signs."""
    bare = re.sub(r"[^\w]", "", folded)
    letters = re.sub(r"[\d_]", "", bare)
    return bool({folded, bare, letters if len(letters) > _SHORTEST_WORD else ""} & _common())


@cache
def _common() -> frozenset[str]:
    """The 20,000 best-known passwords, as Django ships them."""
    return frozenset(CommonPasswordValidator().passwords) - {""}


def barred_words(user: User | None) -> frozenset[str]:
    """What everybody would try first: names of the user, the unit, the places and the trade, also in pinyin."""
    names = [*_TRADE_WORDS]
    if user is not None:
        names += [user.username, user.full_name, user.unit]
        if user.pk:
            names += _place_names(user)
    words = {word for name in names for word in (name.casefold(), pinyin_of(name), pinyin_of(name[:-1]))}
    return frozenset(word for word in words if len(word) >= _SHORTEST_WORD or (word and not word.isascii()))


def _place_names(user: User) -> list[str]:
    """The places of the user's postings and all above them."""
    paths = [posting.place.path for posting in user.current_postings()]
    ids = {part for path in paths for part in path.split("/") if part}
    return list(Place.objects.filter(pk__in=ids).values_list("name", flat=True))


def pinyin_of(name: str) -> str:
    """The name in Latin letters without tones or spaces; "" when it holds no Chinese character."""
    if name.isascii():
        return ""
    from pypinyin import lazy_pinyin  # noqa: PLC0415 -- as in healthaid.core.pinyin

    return "".join(lazy_pinyin(name)).casefold()


def is_former(password: str, user: User, last: int) -> bool:
    """Whether it is the user's present password or one of so many last ones."""
    if not last or not user.pk:
        return False
    kept = FormerPassword.objects.filter(user=user).values_list("password", flat=True)[:last]
    return any(check_password(password, encoded) for encoded in {user.password, *kept})
