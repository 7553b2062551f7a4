from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from healthaid.audit.models import Entry
from healthaid.core.decisions import Refused, Stale
from healthaid.coverage.actions.enrolments import carry_some, change_enrolment, record_enrolment, run_carry
from healthaid.coverage.domain.enrolments import moment_of
from healthaid.coverage.models import Enrolment
from healthaid.coverage.views.person_tabs import insurance
from healthaid.jobs.models import Job
from patients.actions.households import move_household
from patients.models import Person
from tests.coverage.regions import coded
from tests.factories.coverage import EnrolmentFactory
from tests.factories.patients import PersonFactory

WORLD = coded


def url(name, *args):
    return reverse(f"coverage:{name}", args=args)


@pytest.fixture
def person(people, codes):
    return PersonFactory(household__village=people.here, name="玉罕")


def test_record_enrolment_says_what_the_person_has(people, person):
    enrolment = record_enrolment(
        by=people.insurance, person_id=person.pk, year=2018, has_basic=True, premium=Decimal("180.00")
    )

    assert (enrolment.path, enrolment.has_basic, enrolment.has_critical) == (person.path, True, False)
    entry = Entry.objects.get(verb="coverage.enrolment.recorded")
    assert (entry.actor, entry.place_path) == (people.insurance, person.path)
    assert entry.changes["premium"] == [None, "180.00"]


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"year": 2018}, "已有参保记录"),
        ({"year": 2016}, "年度从2017年"),
        ({"year": 2100}, "年度从2017年"),
        ({"year": 2017, "has_basic": True, "absence": "dead"}, "不填未参保原因"),
        ({"year": 2017, "absence_note": "外出"}, "请选择未参保原因"),
        ({"year": 2017, "enrolled_on": date(2016, 12, 1)}, "不填参保日期"),
        ({"year": 2017, "premium": Decimal("-1.00")}, "premium_not_negative"),
    ],
)
def test_record_enrolment_refuses_what_cannot_be(people, person, values, reason):
    EnrolmentFactory(person=person)

    with pytest.raises(ValidationError, match=reason):
        record_enrolment(by=people.insurance, person_id=person.pk, **values)

    assert Enrolment.objects.count() == 1


@pytest.mark.parametrize(
    ("who", "problem"),
    [("worker", Refused), ("civil", Refused), ("signer", Person.DoesNotExist), ("other_worker", Person.DoesNotExist)],
)
def test_enrolment_is_kept_by_the_insurance_office(people, person, who, problem):
    enrolment = EnrolmentFactory(person=person, year=2017)

    with pytest.raises(problem):
        record_enrolment(by=getattr(people, who), person_id=person.pk, year=2018)
    with pytest.raises((problem, Enrolment.DoesNotExist)):
        change_enrolment(by=getattr(people, who), enrolment_id=enrolment.pk, version=1, has_basic=False)

    assert list(Enrolment.objects.values_list("year", "has_basic")) == [(2017, True)]


def test_change_enrolment_over_a_newer_version_is_stale(people, person):
    enrolment = EnrolmentFactory(person=person)
    change_enrolment(by=people.insurance, enrolment_id=enrolment.pk, version=1, has_assistance=False)

    with pytest.raises(Stale):
        change_enrolment(by=people.insurance, enrolment_id=enrolment.pk, version=1, has_critical=False)

    assert Entry.objects.get(verb="coverage.enrolment.changed").changes == {"has_assistance": [True, False]}


@pytest.mark.usefixtures("codes")
@pytest.mark.parametrize(
    ("last", "fields", "now", "carried"),
    [
        ({}, {}, None, True),
        ({"has_basic": False, "absence": "elsewhere_work"}, {}, None, True),
        ({"has_basic": False, "absence": "newborn"}, {}, None, False),  # over with the year
        ({"has_basic": False, "absence": "registered_after_fee_window"}, {}, None, False),
        ({"has_basic": False}, {}, None, False),
        ({}, {"life_state": "dead", "left_on": date(2018, 1, 3)}, None, False),
        ({}, {}, {"has_basic": False}, False),
        ({"year": 2016}, {}, None, False),
    ],
)
def test_carry_takes_what_goes_on(people, last, fields, now, carried):
    person = PersonFactory(household__village=people.here, **fields)
    EnrolmentFactory(person=person, **{"year": 2017, "premium": Decimal("150.00")} | last)
    if now is not None:
        EnrolmentFactory(person=person, **now)

    count = carry_some(by=people.insurance, place=people.county, moment=moment_of(2018, date(2018, 2, 1)))

    assert count == int(carried)
    if carried:
        new = Enrolment.objects.get(year=2018)
        assert (new.path, new.has_basic, new.premium) == (person.path, last.get("has_basic", True), None)
        assert Entry.objects.get(verb="coverage.enrolment.carried").subject_id == new.pk


def test_carry_runs_in_pieces_and_twice_without_doubling(people, codes):
    for _ in range(5):
        EnrolmentFactory(person=PersonFactory(household__village=people.here), year=2017)
    outside = EnrolmentFactory(person=PersonFactory(household__village=people.far_away), year=2017)
    moment = moment_of(2018, date(2018, 2, 1))

    counts = [carry_some(by=people.insurance, place=people.county, moment=moment, count=2) for _ in range(4)]

    assert counts == [2, 2, 1, 0]
    assert not Enrolment.objects.filter(person=outside.person, year=2018).exists()


def test_carry_is_ordered_on_a_page_that_counts_before(people, codes, client_of, django_capture_on_commit_callbacks):
    this_year = timezone.localdate().year
    EnrolmentFactory(person=PersonFactory(household__village=people.here), year=this_year - 1)
    gone = PersonFactory(household__village=people.here, life_state="dead", left_on=date(2018, 1, 1))
    EnrolmentFactory(person=gone, year=this_year - 1)
    address = f"{url('enrolment-carry', people.county.pk)}?year={this_year}"
    client = client_of(people.insurance)

    page = client.get(address)

    assert (page.context["last"], page.context["carried"], page.context["left"]) == (2, 1, 1)
    data = {"form_key": "k1"}
    with django_capture_on_commit_callbacks(execute=True):
        answers = [client.post(address, data) for _ in range(2)]
    assert {answer.status_code for answer in answers} == {302}
    job = Job.objects.get()
    assert (job.state, job.result["carried"]) == ("done", 1)
    assert client_of(people.worker).get(url("enrolment-carry", people.township.pk)).status_code == 403


def test_carry_job_runs_with_the_rights_of_who_asked(people, codes):
    EnrolmentFactory(person=PersonFactory(household__village=people.here), year=2017)
    job = Job(kind="carry_enrolments", requested_by=people.worker, params={"place": people.township.pk, "year": 2018})

    with pytest.raises(Refused):
        run_carry(job, lambda *_: None)

    assert not Enrolment.objects.filter(year=2018).exists()


@pytest.mark.parametrize("rows", [1, 3])
def test_enrolment_list_has_a_fixed_number_of_queries(people, codes, client_of, rows, django_assert_num_queries):
    for _ in range(rows):
        EnrolmentFactory(person=PersonFactory(household__village=people.here))
    client = client_of(people.insurance)
    client.get(url("enrolment-list"))

    with django_assert_num_queries(6):
        page = client.get(url("enrolment-list"))

    assert page.context["count"].number == rows


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", {"岩一", "岩二", "岩三"}),
        ("year=2018", {"岩一", "岩二"}),
        ("kind=assistance", {"岩一", "岩三"}),
        ("gap=assistance", {"岩二"}),
        ("gap=without", {"岩二"}),
        ("gap=explained", {"岩二"}),
        ("gap=unexplained", set()),
        ("absence=in_prison", {"岩二"}),
        ("q=岩三", {"岩三"}),
    ],
)
def test_enrolment_list_filters(people, codes, client_of, query, names):
    absent = {"has_basic": False, "has_critical": False, "has_assistance": False, "absence": "in_prison"}
    for name, fields in (("岩一", {}), ("岩二", absent), ("岩三", {"year": 2017})):
        EnrolmentFactory(person=PersonFactory(household__village=people.here, name=name), **fields)

    page = client_of(people.insurance).get(f"{url('enrolment-list')}?{query}")

    assert {row.person.name for row in page.context["page"].rows} == names


def test_enrolment_is_recorded_once_by_a_double_click_and_an_unknown_reason_is_told(people, person, client_of):
    client = client_of(people.insurance)
    data = {"form_key": "k1", "year": "2018", "absence": "elsewhere_army", "absence_note": "", "premium": ""}

    answers = [client.post(url("enrolment-create", person.pk), data, follow=True) for _ in range(2)]

    enrolment = Enrolment.objects.get()
    assert (enrolment.has_basic, enrolment.absence) == (False, "elsewhere_army")
    assert "仍计为缺口" in answers[0].content.decode()


def test_enrolment_form_keeps_the_newer_version(people, person, client_of):
    enrolment = EnrolmentFactory(person=person)
    change_enrolment(by=people.insurance, enrolment_id=enrolment.pk, version=1, has_assistance=False)
    data = {"version": "1", "insurances": ["basic", "critical", "assistance", "supplementary"]}

    page = client_of(people.insurance).post(url("enrolment-update", enrolment.pk), data)

    assert page.status_code == 409
    assert [item["name"] for item in page.context["conflict"]] == ["insurances"]


def test_tab_reads_the_register_until_the_year_is_there(people, person, client_of):
    this_year = timezone.localdate().year
    EnrolmentFactory(person=person, year=this_year - 1)

    by_register = insurance(people.insurance, person)["enrolments"]
    assert [row and row.year for row in by_register.rows] == [None, this_year - 1]
    assert "按花名册" in str(by_register)
    EnrolmentFactory(person=person, year=this_year)
    shown = insurance(people.insurance, person)

    assert [row.year for row in shown["enrolments"].rows] == [this_year, this_year - 1]
    tab = reverse("patients:person-tab", args=[person.pk, "insurance"])
    assert client_of(people.worker).get(tab).status_code == 200
    assert client_of(people.signer).get(tab).status_code == 404  # reads the person, and no insurance


def test_enrolments_follow_a_household_to_its_new_village(people, person):
    enrolment = EnrolmentFactory(person=person)

    move_household(by=people.poverty, household_id=person.household_id, version=1, village_id=people.elsewhere.pk)

    enrolment.refresh_from_db()
    assert enrolment.path == people.elsewhere.path
