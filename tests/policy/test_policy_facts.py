"""The reviewed table of what the five documents say, held against the files in both directions."""

import csv
from datetime import date
from pathlib import Path

import pytest

from healthaid.policy import catalogue
from healthaid.policy.domain import Range, Tiers
from healthaid.policy.selectors.rules import is_of_disease

NAMES = ("parameter", "place", "from", "value", "document", "article")
TABLE = [
    tuple(row[name] for name in NAMES)
    for row in csv.DictReader((Path(__file__).parent / "policy_facts.csv").read_text(encoding="utf-8").splitlines())
]


def as_text(worth):
    """A value as the table writes it: ranges with a dash, tiers as population:number, lists with spaces."""
    match worth:
        case Range(low, high):
            return f"{'' if low is None else low}–{'' if high is None else high}"
        case Tiers(steps):
            return " ".join(f"{step.start}:{step.number}" for step in steps)
        case tuple():
            return " ".join(worth)
    return str(worth)


FILES = [
    (name, value.place, value.starts_on.isoformat(), as_text(value.worth), value.source, value.article)
    for name, parameter in catalogue.parameters().items()
    for value in parameter.values
]


def test_every_value_of_the_files_is_in_the_table():
    assert sorted(set(FILES) - set(TABLE)) == []


def test_every_line_of_the_table_is_in_the_files():
    assert sorted(set(TABLE) - set(FILES)) == []
    assert len(TABLE) == len(set(TABLE)) == len(FILES)


def test_four_fold_protection_begins_with_the_year_2017_and_the_rest_on_the_day_of_issue():
    """YN-2017-102 "从2017年起": articles （一） to （九）; all others from 2017-09-27."""
    four_fold = {f"（{number}）" for number in "一二三四五六七八九"}
    lines = [line for line in TABLE if line[4] == "YN-2017-102"]
    first_days = {(article in four_fold, starts) for _name, _place, starts, _value, _document, article in lines}

    assert first_days == {(True, "2017-01-01"), (False, "2017-09-27")}


@pytest.mark.parametrize(
    ("document", "place", "first_day"),
    [
        ("DH-2017-98", ("533100", "5331"), "2017-10-20"),
        ("YN-2018-2", ("530000", "530000"), "2018-06-10"),
        ("GS-2019-385", ("620000", "620000"), "2019-01-01"),
        ("XSBN-2021-143", ("532800", "532800"), "2021-09-08"),
    ],
)
def test_document_speaks_for_its_place_from_its_first_day(document, place, first_day):
    lines = [line for line in TABLE if line[4] == document]

    assert lines
    assert all(line[1].startswith(place[1]) and line[2] == first_day for line in lines)


SET_LOCALLY = {
    "530000": {
        "basic.inpatient.deductible.county",
        "basic.inpatient.deductible.prefecture",
        "basic.inpatient.deductible.province",
        "critical.deductible.ordinary",
        "critical.yearly_limit.ordinary",
        "income.rural_per_capita.previous_year",
        "premium.personal.amount",
    },
    "620000": {
        *(f"basic.inpatient.deductible.{level}" for level in ("township", "county", "prefecture", "province")),
        *(f"basic.inpatient.rate.ordinary.{level}" for level in ("township", "county", "prefecture", "province")),
        "critical.deductible.ordinary",
        "critical.rate.ordinary",
        "assistance.yearly_limit",
        "premium.personal.amount",
    },
}


@pytest.mark.parametrize("province", SET_LOCALLY)
def test_what_regions_set_themselves(province):
    named = {name for name, item in catalogue.parameters().items() if province in item.set_locally_in}

    assert named == SET_LOCALLY[province]


def test_parameter_without_a_value_is_left_to_regions_or_hospitals():
    empty = {name for name, item in catalogue.parameters().items() if not item.values}
    left = {name for name, item in catalogue.parameters().items() if item.set_locally_in or is_of_disease(item)}

    assert empty <= left


def test_documents_are_in_force_as_they_say():
    days = {key: (item.starts_on, item.ends_on, item.issued_on) for key, item in catalogue.documents().items()}

    assert days == {
        "YN-2017-102": (date(2017, 1, 1), None, date(2017, 9, 27)),
        "DH-2017-98": (date(2017, 10, 20), None, date(2017, 10, 20)),
        "YN-2018-2": (date(2018, 6, 10), None, date(2018, 6, 10)),
        "GS-2019-385": (date(2019, 1, 1), None, None),
        "XSBN-2021-143": (date(2021, 9, 8), date(2025, 12, 31), date(2021, 9, 8)),
    }
