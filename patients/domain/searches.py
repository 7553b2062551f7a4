"""What a person who typed something into the one search box may have meant."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The columns that a search can look at."""

    IDENTITY = "identity"  # the whole number
    LAST_SIX = "last6"
    LAST_FOUR = "last4"
    PHONE = "phone"
    PERSON_NUMBER = "person"
    HOUSEHOLD_NUMBER = "household"  # its beginning
    NAME = "name"  # its beginning
    GIVEN_NAME = "given"  # its beginning
    INITIALS = "initials"  # their beginning


# Never in an address or a log: these tell who somebody is to whoever reads them.
SECRET = frozenset({Kind.IDENTITY, Kind.LAST_SIX, Kind.LAST_FOUR, Kind.PHONE})


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to understand the text."""

    kind: Kind
    text: str

    @property
    def is_secret(self) -> bool:
        """Whether the text has to stay out of addresses."""
        return self.kind in SECRET


_NUMBER = re.compile(r"[0-9]{3,32}")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LANDLINE = re.compile(r"0[0-9]{2,3}-?[0-9]{7,8}(-[0-9]{1,6})?")
_FORMS = (
    (re.compile(r"[0-9]{17}[0-9X]|[0-9]{15}"), (Kind.IDENTITY,)),
    (re.compile(f"{_MOBILE.pattern}|{_LANDLINE.pattern}"), (Kind.PHONE,)),
    (re.compile(r"[0-9]{5}[0-9X]"), (Kind.LAST_SIX,)),
    (re.compile(r"[0-9]{3}[0-9X]"), (Kind.LAST_FOUR,)),
    (_NUMBER, (Kind.HOUSEHOLD_NUMBER, Kind.PERSON_NUMBER)),
)
_LETTERS = re.compile(r"[A-Z]+")
_LATIN_NUMBER = re.compile(r"(?=.*[0-9])[0-9A-Z-]{3,32}")  # household numbers with letters exist


def readings(text: str) -> list[Reading]:
    """All the ways to understand a text, the likeliest first; none for nothing."""
    typed = "".join(unicodedata.normalize("NFKC", text).split()).lstrip("'`‘’")
    upper = typed.upper()
    if found := [Reading(kind, upper) for form, kinds in _FORMS if form.fullmatch(upper) for kind in kinds]:
        return found
    if _LETTERS.fullmatch(upper):
        return [Reading(Kind.INITIALS, upper.lower()), Reading(Kind.NAME, typed)]
    if _LATIN_NUMBER.fullmatch(upper):
        return [Reading(Kind.HOUSEHOLD_NUMBER, typed), Reading(Kind.PERSON_NUMBER, typed)]
    return [Reading(Kind.NAME, typed), Reading(Kind.GIVEN_NAME, typed)] if typed else []
