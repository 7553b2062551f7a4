"""A made-up register of one county: the same arguments make the same people, none of whom exists.

Identity numbers are valid, but of sequences above 600 of a day, which no county of this size reaches; phone numbers
begin with 140, which is given to machines and never to people. Registers whose seeds leave different remainders when
divided by three share no number, and none shares any with the demonstration county, so that one can be imported beside
the other.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from healthaid.core.identity import check_digit
from healthaid.regions.domain import township_stem
from patients.enums import (
    Cause,
    DocumentKind,
    Education,
    Ethnicity,
    Health,
    HouseholdCategory,
    HouseholdType,
    KeyGroup,
    Labour,
    PovertyStatus,
    Schooling,
    Sex,
)
from patients.synthetic.families import Member, family
from patients.synthetic.further import further, standard
from patients.synthetic.lots import Lots
from patients.synthetic.names import person_name, surname_of

BLOCKS = 3  # of numbers, by the seed
DEMONSTRATION = 3  # one block more, which no seed gives
HUNDREDS = (7, 8, 9, 6)  # of the sequences of a day, by the block
SEQUENCES = {Sex.MALE: range(1, 96, 2), Sex.FEMALE: range(2, 96, 2)}  # of a day, within the block's hundred
HOUSEHOLDS = 3000  # of a village, within the block; the demonstration's has 999
Row = dict[str, Any]  # a stored value by the name of its column in the register's sheet

HAN, DAI, JINGPO, ACHANG, DEANG, LISU = (
    Ethnicity.HAN,
    Ethnicity.DAI,
    Ethnicity.JINGPO,
    Ethnicity.ACHANG,
    Ethnicity.DEANG,
    Ethnicity.LISU,
)
PEOPLES = (HAN, DAI, JINGPO, ACHANG, DEANG, LISU, Ethnicity.HUI)


def _mix(*weights: int) -> Lots[Ethnicity]:
    return Lots(dict(zip(PEOPLES, weights, strict=True)))


ORDINARY_MIX = _mix(46, 34, 13, 2, 2, 2, 1)
MIXES = {  # where a township is known for another mix
    "勐焕": _mix(58, 34, 4, 1, 1, 1, 1),
    "风平": _mix(30, 64, 3, 1, 1, 1, 0),
    "芒市": _mix(44, 42, 8, 1, 4, 1, 0),
    "遮放": _mix(32, 52, 14, 0, 1, 1, 0),
    "轩岗": _mix(34, 58, 6, 0, 1, 1, 0),
    "江东": _mix(78, 4, 3, 13, 0, 2, 0),
    "西山": _mix(10, 3, 86, 0, 0, 1, 0),
    "五岔路": _mix(34, 6, 52, 0, 6, 2, 0),
    "中山": _mix(48, 8, 34, 0, 1, 9, 0),
    "三台山": _mix(24, 2, 14, 0, 60, 0, 0),
    "户撒": _mix(18, 12, 6, 64, 0, 0, 0),
    "曩宋": _mix(52, 10, 1, 35, 0, 2, 0),
    "九保": _mix(56, 12, 1, 30, 0, 1, 0),
    "苏典": _mix(14, 1, 5, 0, 0, 80, 0),
}
CAUSES = {
    Cause.ILLNESS: 28,
    Cause.DISABILITY: 9,
    Cause.SCHOOLING: 8,
    Cause.DISASTER: 2,
    Cause.LAND: 4,
    Cause.SKILL: 18,
    Cause.LABOUR: 12,
    Cause.FUNDS: 13,
    Cause.TRANSPORT: 3,
    Cause.MOTIVATION: 3,
}
STANDINGS = Lots(
    {  # status, type of household: weight
        (PovertyStatus.LIFTED, HouseholdType.LIFTED): 36,
        (PovertyStatus.LIFTED_POLICY_KEPT, HouseholdType.LIFTED): 40,
        (PovertyStatus.LIFTED_POLICY_KEPT, HouseholdType.UNSTABLE): 4,
        (PovertyStatus.NOT_LIFTED, None): 5,
        (PovertyStatus.RETURNED, HouseholdType.UNSTABLE): 1,
        (PovertyStatus.SUBSISTENCE_ALLOWANCE, HouseholdType.GENERAL): 5,
        (PovertyStatus.EXTREME_HARDSHIP, HouseholdType.GENERAL): 2,
        (PovertyStatus.AT_RISK, HouseholdType.MARGINAL): 5,
        (PovertyStatus.SUDDEN_HARDSHIP, HouseholdType.SUDDEN_HARDSHIP): 2,
    }
)
CATEGORIES = Lots(
    {
        HouseholdCategory.ORDINARY: 58,
        HouseholdCategory.ALLOWANCE_POOR: 30,
        HouseholdCategory.CONSOLIDATED: 12,
    }
)
LIFTED_IN = Lots({2015: 6, 2016: 12, 2017: 22, 2018: 26, 2019: 24, 2020: 10})
LIFTED = {PovertyStatus.LIFTED, PovertyStatus.LIFTED_POLICY_KEPT, PovertyStatus.RETURNED}
YOUNGER_SCHOOLING = Lots({Education.PRIMARY: 15, Education.JUNIOR: 60, Education.SENIOR: 15, Education.COLLEGE: 10})
HEALTHY, CHRONIC, CRITICAL, DISABLED = (
    state.value for state in (Health.HEALTHY, Health.CHRONIC, Health.CRITICAL, Health.DISABLED)
)
CHRONIC_GROUPS = {  # of the chronically ill, with their shares
    KeyGroup.HYPERTENSION.value: 0.6,
    KeyGroup.DIABETES.value: 0.25,
    KeyGroup.MENTAL.value: 0.06,
    KeyGroup.TUBERCULOSIS.value: 0.02,
}
ABLE = {Labour.ORDINARY, Labour.SKILLED}
MONITORED = {HouseholdType.UNSTABLE, HouseholdType.MARGINAL, HouseholdType.SUDDEN_HARDSHIP}
NEVER_POOR = {  # households that the poverty register never held, with the category they have now
    PovertyStatus.SUBSISTENCE_ALLOWANCE: HouseholdCategory.ALLOWANCE,
    PovertyStatus.EXTREME_HARDSHIP: HouseholdCategory.FIVE_GUARANTEE,
    PovertyStatus.AT_RISK: None,
    PovertyStatus.SUDDEN_HARDSHIP: None,
}
HAMLETS = ("上寨", "下寨", "新寨", "老寨", "大寨", "小寨", "中寨", "一组", "二组", "三组", "四组", "五组")
OLDER_NUMBERS = 1996  # up to this year of birth numbers may begin with the county's former codes
SCHOOL_YEARS = {
    13: Schooling.YEAR_7,
    14: Schooling.YEAR_8,
    15: Schooling.YEAR_9,
    16: Schooling.SENIOR_1,
    17: Schooling.SENIOR_2,
    18: Schooling.SENIOR_3,
}


@dataclass(frozen=True, slots=True)
class Village:
    """Where people live, with the statistics' code of 12 digits."""

    county: str
    township: str
    name: str
    code: str


@dataclass(frozen=True, slots=True)
class County:
    """A county's villages, and the area codes its people's numbers begin with: its own, former ones, neighbours'."""

    code: str
    villages: Sequence[Village]
    former_codes: Sequence[str] = ()
    neighbour_codes: Sequence[str] = ()


def register(county: County, *, people: int, seed: int, on: date, block: int | None = None) -> Iterator[Row]:
    """The rows of so many people, household by household with the head first, as they were on the day.

    The seed chooses the block of numbers unless one is named.
    """
    maker = _Maker(county, seed, on, seed % BLOCKS if block is None else block)
    made = 0
    while made < people:
        for row in maker.household(largest=people - made):
            made += 1
            row["position"] = str(made)
            yield row


class _Maker:
    """Makes households one after the other and never gives a number twice."""

    def __init__(self, county: County, seed: int, on: date, block: int) -> None:
        self.county, self.on, self.block = county, on, block
        self.rng = Random(seed)  # noqa: S311 -- made-up people, no secrets
        self.later = Random(~seed)  # noqa: S311 -- of its own, so that the first columns stay as they were
        self.villages = Lots({village: self.rng.randint(4, 20) for village in county.villages})
        self.households: dict[str, int] = defaultdict(lambda: self.block * HOUSEHOLDS)
        self.issued: dict[tuple[str, date, Sex], int] = defaultdict(int)
        self.persons = 0

    def household(self, largest: int) -> list[Row]:
        """The rows of one household."""
        village = self.villages.draw(self.rng)
        people = MIXES.get(township_stem(village.township), ORDINARY_MIX).draw(self.rng)
        surname = surname_of(self.rng, people)
        members = family(self.rng, largest)
        shared = self._shared(village, len(members), members[0].age)
        shared["standard"] = None if shared["poverty_status"] in NEVER_POOR else standard(self.later)
        rows = [self._person(member, shared, people, surname) for member in members]
        relations = {member.relation for member in members}
        for row in rows:
            row.update(further(self.later, row, relations, self.on))
        if shared["main_cause"] == Cause.ILLNESS and all(row["health"] == HEALTHY for row in rows):
            rows[0]["health"] = CHRONIC
        return rows

    def _shared(self, village: Village, size: int, head_age: int) -> Row:
        """What stands on each row of a household."""
        rng = self.rng
        self.households[village.code] += 1
        status, kind = STANDINGS.draw(rng)
        identified_on = self._identified_on(status)
        main, *others = rng.sample(list(CAUSES), counts=list(CAUSES.values()), k=1 + rng.choice((0, 0, 1, 1, 2)))
        poor = status == PovertyStatus.NOT_LIFTED
        shared = {
            "data_on": self.on,
            "county": village.county,
            "township": village.township,
            "village": village.name,
            "village_code": village.code,
            "natural_village": rng.choice(HAMLETS),
            "household_number": f"{village.code}{self.households[village.code]:04}",
            "member_count": size,
            "main_cause": main,
            "other_causes": ",".join(sorted({cause.value for cause in others} - {main.value})),
            "unsafe_housing": rng.random() < (0.12 if poor else 0.01),
            "safe_water": rng.random() < (0.9 if poor else 0.995),
            "income_per_head": round(rng.uniform(2300, 3400) if poor else max(4200, rng.gauss(9800, 3000)), 2),
            "household_phone": self._phone(),
            "household_identified_on": identified_on,
            "lifted_on": self._lifted_on(identified_on) if status in LIFTED else None,
            "household_kind": kind,
            "category": self._category(status, size, head_age),
            "poverty_status": status,
        }
        return shared | self._risk(kind, identified_on)

    def _category(self, status: PovertyStatus, size: int, head_age: int) -> HouseholdCategory | None:
        if status in NEVER_POOR:
            return NEVER_POOR[status]
        if size == 1 and head_age >= 60 and self.rng.random() < 0.5:  # alone and old
            return HouseholdCategory.EXTREME_HARDSHIP
        return CATEGORIES.draw(self.rng)

    def _identified_on(self, status: PovertyStatus) -> date:
        if status in NEVER_POOR:
            return self._day(date(2021, 1, 1), self.on - timedelta(days=60))
        if self.rng.random() < 0.8:
            return self._day(date(2014, 1, 1), date(2014, 12, 31))
        return self._day(date(2016, 1, 1), date(2018, 10, 31))

    def _lifted_on(self, identified_on: date) -> date:
        year = max(LIFTED_IN.draw(self.rng), identified_on.year + 1)
        return self._day(date(year, 12, 1), date(year, 12, 31))

    def _risk(self, kind: HouseholdType | None, identified_on: date) -> Row:
        """Monitoring against a return to poverty, which began in 2020."""
        if kind not in MONITORED:
            return {"monitored_kind": None, "risk_removed": None, "risk_found_on": None, "risk_removed_on": None}
        found_on = self._day(max(date(2020, 6, 1), identified_on), self.on - timedelta(days=30))
        removed_on = found_on + timedelta(days=self.rng.randint(120, 700))
        removed = removed_on <= self.on and self.rng.random() < 0.7
        return {
            "monitored_kind": kind,
            "risk_removed": removed,
            "risk_found_on": found_on,
            "risk_removed_on": removed_on if removed else None,
        }

    def _person(self, member: Member, shared: Row, people: Ethnicity, surname: str) -> Row:
        """One member's own columns behind those of the household."""
        rng = self.rng
        if member.is_married_in:
            people = people if rng.random() < 0.8 else ORDINARY_MIX.draw(rng)
            surname = surname_of(rng, people)
        identity, born_on = self._identity(member)
        age = member.age
        health = self._health(age)
        disabled = DISABLED in health
        kind, grade = rng.choice("12344456"), rng.choice("1223344")
        labour = self._labour(age, severely=disabled and grade in "12")
        works = labour in ABLE
        schooling, education = self._schooling(age, born_on.year)
        self.persons += 1
        return shared | {
            "number": f"{self.county.code}{self.block}{self.persons:07}",
            "name": person_name(rng, people, surname, member.sex, born_on.year),
            "document_kind": DocumentKind.RESIDENT_ID,
            "identity": identity,
            "sex": member.sex,
            "born_on": born_on,
            "relation": member.relation,
            "ethnicity": people,
            "education": education,
            "schooling": schooling,
            "health": ",".join(sorted(health)),
            "labour": labour,
            "work_months": rng.choice((0, 0, 3, 6, 8, 10, 11)) if works else 0,
            "has_basic_insurance": rng.random() < 0.99,
            "has_critical_insurance": rng.random() < 0.98,
            "disability_certificate": f"{identity}{kind}{grade}" if disabled else None,
            "key_groups": ",".join(sorted(self._groups(member, health))),
            "phone": self._phone() if 16 <= age <= 78 and rng.random() < 0.7 else None,
            "identified_on": min(self.on, max(shared["household_identified_on"], born_on + timedelta(days=40))),
        }

    def _identity(self, member: Member) -> tuple[str, date]:
        """A number nobody has yet, and the birth date in it."""
        born_on = self.on - timedelta(days=round(member.age * 365.2425) + self.rng.randint(1, 364))
        area = self._area(member, born_on.year)
        sequences = SEQUENCES[member.sex]
        while (issued := self.issued[area, born_on, member.sex]) >= len(sequences):
            born_on -= timedelta(days=1)
        self.issued[area, born_on, member.sex] = issued + 1
        birth = born_on.isoformat().replace("-", "")
        first17 = f"{area}{birth}{HUNDREDS[self.block]}{sequences[issued]:02}"
        return first17 + check_digit(first17), born_on

    def _area(self, member: Member, born: int) -> str:
        if member.is_married_in and self.county.neighbour_codes and self.rng.random() < 0.15:
            return self.rng.choice(self.county.neighbour_codes)
        if born <= OLDER_NUMBERS and self.county.former_codes:
            return self.rng.choice(self.county.former_codes)
        return self.county.code

    def _health(self, age: int) -> set[str]:
        rng = self.rng
        ill = set()
        if rng.random() < (0.01 if age < 35 else 0.1 if age < 55 else 0.32):  # shares by age
            ill.add(CHRONIC)
        if rng.random() < (0.004 if age < 35 else 0.025):
            ill.add(CRITICAL)
        if rng.random() < (0.015 if age < 50 else 0.08):
            ill.add(DISABLED)
        return ill or {HEALTHY}

    def _labour(self, age: int, *, severely: bool) -> Labour:
        if age < 16 or age > 75:  # working age
            return Labour.NONE
        if severely:
            return Labour.LOST
        if age > 60:
            return Labour.WEAK
        return Labour.SKILLED if self.rng.random() < 0.1 else Labour.ORDINARY

    def _schooling(self, age: int, born: int) -> tuple[Schooling, Education]:
        """What the person attends, and the schooling completed."""
        rng = self.rng
        if age < 7:  # school begins
            return (Schooling.PRESCHOOL if age >= 3 else Schooling.NONE), Education.PRESCHOOL
        if age <= 12:
            return Schooling.PRIMARY, Education.PRIMARY
        if age in SCHOOL_YEARS and (age <= 15 or rng.random() < 0.8):  # nine years are a duty
            return SCHOOL_YEARS[age], Education.JUNIOR if age <= 15 else Education.SENIOR
        if 19 <= age <= 22 and rng.random() < 0.3:
            return Schooling.COLLEGE, Education.COLLEGE
        if born >= 1985:  # after the nine years were made a duty
            return Schooling.NONE, YOUNGER_SCHOOLING.draw(rng)
        done = rng.choices((Education.ILLITERATE, Education.PRIMARY, Education.JUNIOR), (max(5, age - 40), 60, 25))
        return Schooling.NONE, done[0]

    def _groups(self, member: Member, health: set[str]) -> Iterator[str]:
        rng, age = self.rng, member.age
        if age >= 65:  # as the groups define themselves
            yield KeyGroup.ELDERLY.value
        if age <= 6:
            yield KeyGroup.CHILD.value
        if 20 <= age <= 38 and member.sex == Sex.FEMALE and rng.random() < 0.03:
            yield KeyGroup.PREGNANT.value
        if DISABLED in health:
            yield KeyGroup.DISABLED.value
        if CHRONIC in health:
            yield from (group for group, chance in CHRONIC_GROUPS.items() if rng.random() < chance)

    def _phone(self) -> str:
        return f"140{self.rng.randrange(10**8):08}"

    def _day(self, first: date, last: date) -> date:
        return first + timedelta(days=self.rng.randrange(max(1, (last - first).days + 1)))
