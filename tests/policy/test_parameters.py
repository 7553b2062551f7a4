"""The files themselves: nothing without a source, days in order, and the answers an official can check on paper."""

import itertools
from datetime import date
from decimal import Decimal

import pytest

from healthaid.policy import catalogue
from healthaid.policy.domain import Missing, Range, RegionMustChoose, Tiers, Unknown, jurisdictions
from healthaid.policy.enums import Topic, Unit, Word
from healthaid.policy.selectors.conflicts import conflicts
from healthaid.policy.selectors.rules import documents_at, explain
from healthaid.policy.texts import shown

WORDED = {"rule", "list", "codes"}  # units of which a value is no number
ALL = [(name, value) for name, parameter in catalogue.parameters().items() for value in parameter.values]


def test_every_value_has_a_source_in_force_where_and_when_it_holds():
    assert [(name, value) for name, value in ALL if not has_source(value)] == []


def has_source(value):
    document = catalogue.documents()[value.source]
    is_in_force = document.starts_on <= value.starts_on
    is_over = document.ends_on is not None and value.ends_on > document.ends_on
    return value.article and document.place in jurisdictions(value.place) and is_in_force and not is_over


def test_every_value_is_plausible_for_its_unit():
    units = {name: parameter.unit for name, parameter in catalogue.parameters().items()}

    assert [(name, value) for name, value in ALL if not is_plausible(value.worth, units[name])] == []


def is_plausible(worth, unit):
    match worth:
        case str():
            return unit in {"rule", "list"}
        case tuple():
            return unit == "codes"
        case Decimal():
            return unit not in WORDED and (unit != "ratio" or 0 <= worth <= Decimal("1.5"))
        case Range(low, high):
            return unit not in WORDED and (low is None or high is None or low < high)
        case Tiers(steps):
            starts = [step.start for step in steps]
            return unit not in WORDED and starts[0] == 0 and starts == sorted(set(starts))


def test_every_parameter_is_described_and_its_days_are_in_order():
    parameters = catalogue.parameters().values()

    assert [parameter.name for parameter in parameters if not (is_described(parameter) and is_ordered(parameter))] == []


def is_described(parameter):
    topic = parameter.name.split(".")[0]
    return parameter.label and parameter.unit in Unit.values and topic in Topic.values


def is_ordered(parameter):
    """Each place's values follow each other, and none begins before the last has ended."""
    order = [(value.starts_on, value.place) for value in parameter.values]
    by_place = sorted(parameter.values, key=lambda value: (value.place, value.starts_on))
    following = [pair for pair in itertools.pairwise(by_place) if pair[0].place == pair[1].place]
    overlap = [pair for pair in following if pair[0].ends_on and pair[0].ends_on >= pair[1].starts_on]
    return order == sorted(set(order)) and not overlap


def test_every_word_can_be_shown():
    for name, value in ALL:
        assert shown(value.worth, catalogue.parameters()[name].unit)
        if isinstance(value.worth, tuple):
            assert set(value.worth) <= set(Word.values)


@pytest.mark.parametrize(
    ("name", "place", "on", "text"),
    [
        ("basic.inpatient.rate.county", "532801", "2018-07-15", "80%–85%"),
        ("basic.inpatient.rate.county", "533103", "2018-07-15", "90%"),
        ("assistance.cap.total", "533103", "2018-07-15", "不低于100,000元"),
        ("clinic.area", "533103", "2018-07-15", "60㎡"),
        ("clinic.separate_rooms", "533103", "2018-07-15", "诊断室、治疗室、药房"),
        ("special_treatment.list", "533103", "2018-07-15", "云南2018年扩大至19种"),
        ("service.dedicated_windows", "533103", "2018-07-15", "不得"),
        ("clinic.doctors_per_thousand", "533103", "2018-07-15",
         "0人起1.0人/千人；3000人起0.9人/千人；5000人起0.8人/千人；8000人起0.7人/千人"),
    ],
)  # fmt: skip
def test_value_reads_as_on_paper(name, place, on, text):
    rules = documents_at(place, date.fromisoformat(on))

    assert shown(rules.resolved(name).worth, rules.parameter(name).unit) == text


def test_lists_of_diseases_that_parameters_name_exist():
    named = {value.worth for value in catalogue.parameters()["special_treatment.list"].values}

    assert named <= set(catalogue.disease_lists())


@pytest.mark.parametrize(
    ("name", "place", "on", "keys", "expected"),
    [
        ("basic.inpatient.rate.county", "533103", "2018-07-15", {}, "0.90"),
        ("basic.inpatient.rate.prefecture", "533103", "2018-07-15", {}, "0.75"),
        ("basic.inpatient.rate.prefecture", "532801", "2018-07-15", {}, "0.70"),
        ("basic.inpatient.deductible.county", "533103", "2018-07-15", {}, "0"),
        ("critical.rate.from_50000", "533123", "2018-09-01", {}, "0.80"),
        ("out_of_catalogue.limit.tier2", "533103", "2018-06-10", {}, "0.02"),
        ("management_rate.hypertension", "533103", "2018-06-09", {}, "0.60"),
        ("management_rate.hypertension", "533103", "2018-06-10", {}, "0.90"),
        ("local_share.prefecture", "533103", "2018-01-01", {}, "0.30"),
        ("local_share.prefecture", "533122", "2018-01-01", {}, "0.50"),
        ("local_share.prefecture", "533124", "2018-01-01", {}, "0.40"),
        ("contract.fee.total", "532801", "2022-01-01", {}, "36"),
        ("contract.fee.person", "532801", "2026-01-01", {}, "12"),  # the prefecture's plan has ended
        ("clinic.area", "533103", "2018-07-01", {}, "60"),
        ("clinic.doctors_per_thousand", "533103", "2018-06-09", {"population": 9000}, "1.0"),
        ("clinic.doctors_per_thousand", "533103", "2018-06-10", {"population": 2999}, "1.0"),
        ("clinic.doctors_per_thousand", "533103", "2018-06-10", {"population": 3000}, "0.9"),
        ("clinic.doctors_per_thousand", "533103", "2018-06-10", {"population": 5000}, "0.8"),
        ("clinic.doctors_per_thousand", "533103", "2018-06-10", {"population": 8000}, "0.7"),
        ("assistance.rate.ordinary", "620102", "2019-05-06", {}, "0.70"),
        ("township.beds_per_thousand", "533103", "2018-01-01", {}, "1.2"),
        ("prescription.max_months", "530100", "2019-01-01", {}, "2"),
    ],
)
def test_number_by_place_and_day(name, place, on, keys, expected):
    assert documents_at(place, date.fromisoformat(on)).number(name, **keys) == Decimal(expected)


@pytest.mark.parametrize(
    ("name", "place", "on", "problem"),
    [
        ("basic.inpatient.rate.county", "532801", "2018-07-15", RegionMustChoose),
        ("basic.inpatient.deductible.province", "533103", "2018-07-15", Missing),
        ("local_share.prefecture", "532801", "2018-07-15", Missing),
        ("contract.fee.total", "532801", "2026-01-01", Missing),
        ("clinic.area", "533103", "2017-09-26", Missing),
        ("out_of_catalogue.limit.tier1", "620102", "2019-05-06", Missing),
        ("no.such.name", "533103", "2018-07-15", Unknown),
    ],
)
def test_no_number_is_an_error_never_zero(name, place, on, problem):
    with pytest.raises(problem) as raised:
        documents_at(place, date.fromisoformat(on)).number(name)

    assert explain(raised.value).startswith(f"{name}（地区{place}，日期{on}）：")


@pytest.mark.parametrize(
    ("place", "on", "name"),
    [
        ("533103", "2018-06-09", "17Y"),
        ("533103", "2018-06-10", "18Y"),
        ("620102", "2019-05-06", "19N"),
        ("532801", "2022-01-01", "21X"),
        ("532801", "2026-01-01", "18Y"),
    ],
)
def test_special_treatment_list_in_force(place, on, name):
    assert documents_at(place, date.fromisoformat(on)).words("special_treatment.list") == (name,)


def test_known_conflicts_are_found():
    found = {(conflict.parameter.name, conflict.subordinate.source) for conflict in conflicts(with_local=False)}

    assert found == {
        ("basic.inpatient.rate.county", "DH-2017-98"),
        ("basic.inpatient.rate.prefecture", "DH-2017-98"),
        ("critical.rate.from_50000", "DH-2017-98"),
        ("service.dedicated_windows", "DH-2017-98"),
    }
    assert len(conflicts("533103", with_local=False)) == 4
    assert conflicts("532801", with_local=False) == []
