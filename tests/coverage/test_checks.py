from datetime import date
from io import BytesIO

import openpyxl
import pytest
from django.urls import reverse

from healthaid.audit.models import Entry
from healthaid.coverage.domain.enrolments import Tally, moment_of
from healthaid.coverage.selectors.checks import ALL, check, people_due, people_on
from patients.enums import LifeState, PovertyStatus
from tests.factories.coverage import EnrolmentFactory
from tests.factories.patients import PersonFactory, PovertySpellFactory
from tests.factories.regions import PlaceCodeFactory, PlaceFactory

TODAY = date(2018, 6, 10)
MOMENT = moment_of(2018, TODAY)


def url(name, *args):
    return reverse(f"coverage:{name}", args=args)


def poor(village, name="岩温", status=PovertyStatus.NOT_LIFTED, **fields):
    """A person of the target group."""
    person = PersonFactory(household__village=village, name=name, **fields)
    PovertySpellFactory(person=person, status=status)
    return person


def names(rows):
    return sorted(person.name for person in rows)


@pytest.mark.parametrize(
    ("status", "fields", "counts"),
    [
        (PovertyStatus.NOT_LIFTED, {}, True),
        (PovertyStatus.LIFTED, {}, True),
        (PovertyStatus.LIFTED_POLICY_KEPT, {}, True),
        (PovertyStatus.RETURNED, {}, True),
        (PovertyStatus.SUBSISTENCE_ALLOWANCE, {}, False),
        (PovertyStatus.NOT_LIFTED, {"life_state": LifeState.DEAD, "left_on": date(2018, 6, 10)}, False),
        (PovertyStatus.NOT_LIFTED, {"life_state": LifeState.MOVED_OUT, "left_on": date(2018, 6, 11)}, True),
        (PovertyStatus.NOT_LIFTED, {"identified_on": date(2018, 6, 11)}, False),
    ],
)
def test_target_group_is_the_registered_poor_of_the_day(people, codes, status, fields, counts):
    poor(people.here, status=status, **fields)
    PersonFactory(household__village=people.here, name="无属性")

    assert people_due(people.insurance, people.county, MOMENT).count() == int(counts)


def test_target_group_follows_the_standing_of_the_day(people, codes):
    person = PersonFactory(household__village=people.here)
    PovertySpellFactory(person=person, starts_on=date(2014, 1, 1), ends_on=date(2017, 12, 31))

    assert people_due(people.insurance, people.county, moment_of(2017, TODAY)).count() == 1
    assert people_due(people.insurance, people.county, MOMENT).count() == 0


@pytest.mark.parametrize(
    ("code", "year", "counts"), [("532800", 2021, True), ("532800", 2020, False), ("533100", 2021, False)]
)
def test_low_income_people_count_where_a_document_says_so(people, code, year, counts):
    PlaceCodeFactory(place=people.province, code="530000")
    PlaceCodeFactory(place=people.prefecture, code=code)
    poor(people.here, status=PovertyStatus.SUBSISTENCE_ALLOWANCE)

    assert people_due(people.insurance, people.county, moment_of(year, date(2022, 1, 1))).exists() == counts


@pytest.mark.parametrize(
    ("row", "flags", "enrolled"),
    [
        ({}, {}, {"basic", "critical", "assistance", "all"}),
        ({"has_assistance": False}, {}, {"basic", "critical"}),
        ({"has_basic": False, "has_critical": False, "has_assistance": False}, {"has_basic_insurance": True}, set()),
        (None, {"has_basic_insurance": True, "has_critical_insurance": None}, {"basic"}),
        (None, {}, set()),
        ({"year": 2017}, {}, set()),
    ],
)
def test_enrolled_is_who_has_the_row_or_this_year_the_flag(people, codes, row, flags, enrolled):
    person = poor(people.here, **flags)
    if row is not None:
        EnrolmentFactory(person=person, **row)
    due = people_due(people.insurance, people.county, MOMENT)

    for kind in ("basic", "critical", "assistance", ALL):
        assert people_on(due, kind, "enrolled").exists() == (kind in enrolled), kind
        assert people_on(due, kind, "gap").exists() == (kind not in enrolled), kind


def test_flags_of_the_register_say_nothing_about_another_year(people, codes):
    poor(people.here, has_basic_insurance=True)

    due = people_due(people.insurance, people.county, moment_of(2017, TODAY))

    assert people_on(due, "basic", "gap").count() == 1


@pytest.mark.parametrize(
    ("code", "year", "side"),
    [("620000", 2019, "absent"), ("620000", 2018, "gap"), ("530000", 2019, "gap")],  # GS-2019-385 is of 2019
)
def test_absence_is_accepted_only_where_the_policy_knows_the_reason(people, code, year, side):
    PlaceCodeFactory(place=people.province, code=code)
    person = poor(people.here)
    facts = {"has_basic": False, "has_critical": False, "has_assistance": False, "absence": "elsewhere_army"}
    EnrolmentFactory(person=person, year=year, **facts)

    found = check(people.insurance, people.county, moment_of(year, date(2020, 1, 1)))

    expected = Tally(1, 0, 1) if side == "absent" else Tally(1, 0, 0)
    assert found.whole.all == expected
    assert bool(found.reasons_source) == (side == "absent")


def test_check_adds_up_by_place_and_its_numbers_open_their_people(people, codes, client_of):
    for name, village, facts in (
        ("岩一", people.here, {}),
        ("岩二", people.here, {"has_assistance": False}),
        ("岩三", people.next_door, None),
        ("岩四", people.elsewhere, {}),
    ):
        person = poor(village, name=name)
        if facts is not None:
            EnrolmentFactory(person=person, **facts)

    found = check(people.insurance, people.county, MOMENT)

    assert {part.place.name: part.all for part in found.parts} == {"芒坝镇": Tally(3, 1, 0), "遮冒乡": Tally(1, 1, 0)}
    assert dict(found.whole.columns) == {
        "basic": Tally(4, 3, 0),
        "critical": Tally(4, 3, 0),
        "assistance": Tally(4, 2, 0),
    }
    assert (found.target.text, found.is_reached) == ("100%", False)
    assert "云健扶办发〔2018〕2号" in found.target.source
    client = client_of(people.insurance)
    for kind, tally in found.whole.columns:
        for side in ("due", "enrolled", "gap"):
            page = client.get(url("check-people", people.county.pk), {"year": 2018, "kind": kind, "side": side})
            assert page.status_code == 200
            if kind != "basic":  # basic and critical of this year also count by the register's flags
                assert page.context["count"].number == getattr(tally, side)


@pytest.mark.parametrize("villages", [1, 3])
def test_check_queries_do_not_grow_with_villages(people, codes, villages, django_assert_num_queries):
    for number in range(villages):
        EnrolmentFactory(person=poor(PlaceFactory(parent=people.township, name=f"村{number}")))
    people.insurance.scope()

    with django_assert_num_queries(5):
        found = check(people.insurance, people.township, MOMENT)

    assert len(found.parts) == villages


@pytest.mark.parametrize("rows", [1, 3])
def test_people_list_has_a_fixed_number_of_queries(people, codes, client_of, rows, django_assert_num_queries):
    for _ in range(rows):
        poor(people.here)
    client = client_of(people.insurance)
    address = url("check-people", people.county.pk)
    client.get(address)

    with django_assert_num_queries(9):
        page = client.get(address)

    assert page.context["count"].number == rows


def test_check_is_for_those_who_read_coverage_there(people, codes, client_of):
    poor(people.here)

    assert client_of(people.worker).get(url("check-place", people.township.pk)).status_code == 200
    assert client_of(people.worker).get(url("check-place", people.other_township.pk)).status_code == 404
    assert client_of(people.signer).get(url("check")).status_code == 403
    assert client_of(people.worker).get(url("check"), {"year": "1999"}).status_code == 404
    assert client_of(people.worker).get(url("check-people", people.township.pk), {"kind": "x"}).status_code == 404


def test_gap_list_goes_out_as_the_enrolment_sheet_and_comes_back_in(people, codes, client_of):
    person = poor(people.here, name="岩温罕")
    answer = client_of(people.insurance).post(f"{url('check-people-sheet', people.county.pk)}?year=2018")

    book = openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content)))
    header, *rows = book.worksheets[0].iter_rows(values_only=True)
    assert len(rows) == 1
    found = dict(zip(header, rows[0], strict=True))
    assert (found["证件号码"], found["姓名"], found["年度"]) == (person.identity, "岩温罕", 2018)
    assert found["基本医保"] is None
    entry = Entry.objects.get(verb="exchange.sheet.exported")
    assert (entry.actor, entry.changes["sheet"], entry.changes["rows"]) == (people.insurance, "enrolment_people", 1)


def test_check_goes_out_as_a_workbook(people, codes, client_of):
    EnrolmentFactory(person=poor(people.here), year=2017)
    answer = client_of(people.insurance).get(url("check-sheet", people.county.pk), {"year": 2017})

    sheet = openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content))).worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][:4] == ("地区", "应参保", "基本医保已参保", "基本医保合理未参保")
    assert [row[:6] for row in rows[1:]] == [("芒坝市", 1, 1, 0, 0, 100), ("芒坝镇", 1, 1, 0, 0, 100)]
