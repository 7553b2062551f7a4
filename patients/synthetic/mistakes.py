"""Bad cells of the kinds that officials' sheets bring, planted where their number and place are known."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from patients.enums import Relation, Sex
from patients.synthetic.register import Row


@dataclass(frozen=True, slots=True)
class Mistake:
    """A kind of bad cell: the column it is planted in, and what to write instead of the row's value."""

    kind: str
    column: str
    text: Callable[[Row], str]


@dataclass(frozen=True, slots=True)
class Planted:
    """A mistake in its row; `position` counts people from 1."""

    position: int
    mistake: Mistake
    text: str


MISTAKES = (
    Mistake("identity_numeric", "identity", lambda _row: "5.33103E+17"),
    Mistake("identity_short", "identity", lambda row: row["identity"][:-1]),
    Mistake("identity_letter", "identity", lambda row: row["identity"].replace("1", "l", 1)),
    Mistake("identity_check_digit", "identity", lambda row: row["identity"][:-1] + _other_digit(row["identity"][-1])),
    Mistake("identity_truncated", "identity", lambda row: row["identity"][:15] + "000"),
    Mistake("identity_birth", "identity", lambda row: f"{row['identity'][:10]}13{row['identity'][12:]}"),
    Mistake("identity_province", "identity", lambda row: "99" + row["identity"][2:]),
    Mistake("name_missing", "name", lambda _row: ""),
    Mistake("relation_unknown", "relation", lambda _row: "干亲"),
    Mistake("ethnicity_unknown", "ethnicity", lambda _row: "高原族"),
    Mistake("sex_disagrees", "sex", lambda row: "女" if row["sex"] == Sex.MALE else "男"),
    Mistake("birth_disagrees", "born_on", lambda row: str(row["born_on"] - timedelta(days=1))),
    Mistake("date_impossible", "identified_on", lambda _row: "2014年13月40日"),
    Mistake("date_future", "identified_on", lambda row: str(row["data_on"] + timedelta(days=2000))),
    Mistake("phone_short", "phone", lambda _row: "1401234"),
    Mistake("yes_no_unknown", "has_basic_insurance", lambda _row: "也许"),
    Mistake("months_too_many", "work_months", lambda _row: "13"),
    Mistake("months_words", "work_months", lambda _row: "半年左右"),
    Mistake("amount_words", "income_per_head", lambda _row: "一万多"),
    Mistake("village_unknown", "village", lambda _row: "没有这个村"),
    Mistake("status_unknown", "poverty_status", lambda _row: "脱了"),
    Mistake("education_unknown", "education", lambda _row: "私塾"),
    Mistake("health_unknown", "health", lambda _row: "还行"),
    Mistake("labour_unknown", "labour", lambda _row: "能干"),
    Mistake("household_number_missing", "household_number", lambda _row: ""),
    Mistake("schooling_unknown", "schooling", lambda _row: "留级"),
    Mistake("household_kind_unknown", "household_kind", lambda _row: "困难户"),
    Mistake("marriage_unknown", "marriage", lambda _row: "搭伙"),
    Mistake("standard_unknown", "standard", lambda _row: "村定标准"),
    Mistake("card_numeric", "card", lambda _row: "6.21799E+18"),
    Mistake("certificate_year_future", "certificate_year", lambda row: str(row["data_on"].year + 5)),
    Mistake("certificate_short", "disability_certificate", lambda row: row["identity"][:10]),
)


class Planter:
    """Spreads so many mistakes evenly over the rows, kind after kind, one a household and never on its head."""

    def __init__(self, count: int, people: int) -> None:
        self.kinds: Iterator[Mistake] = (MISTAKES[number % len(MISTAKES)] for number in range(count))
        self.pace = people / (count + 1)
        self.planted: list[Planted] = []
        self.households: set[str] = set()

    def plant(self, row: Row) -> Planted | None:
        """The mistake this row gets, if any."""
        position = int(row["position"])
        due = position >= self.pace * (len(self.planted) + 1)
        if not due or not self._fits(row) or (mistake := next(self.kinds, None)) is None:
            return None
        self.households.add(row["household_number"])
        self.planted.append(Planted(position, mistake, mistake.text(row)))
        return self.planted[-1]

    def _fits(self, row: Row) -> bool:
        """A member whom nothing else in the row or the household would make faulty as well."""
        return (
            row["relation"] != Relation.HEAD
            and row["disability_certificate"] is None
            and row["household_number"] not in self.households
        )


def _other_digit(character: str) -> str:
    return "1" if character == "X" else str((int(character) + 1) % 10)
