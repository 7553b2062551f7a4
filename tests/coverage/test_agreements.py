"""Treat first, pay later: who may sign what at admission, and what an agreement needs."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from healthaid.audit.models import Entry
from healthaid.core.decisions import Refused
from healthaid.coverage.actions import agreements as actions
from healthaid.coverage.models import Agreement
from healthaid.coverage.selectors.eligibility import obstacles
from tests.factories.accounts import appointed
from tests.factories.coverage import discharged, entered_bill, signed_agreement
from tests.factories.facilities import HospitalFactory
from tests.factories.patients import HouseholdFactory, PersonFactory, PovertySpellFactory
from tests.factories.regions import PlaceCodeFactory


def test_agreement_signed_at_admission_has_the_countys_next_number(people, region):
    first = signed_agreement(people.insurance, region)
    second = signed_agreement(people.hospital, region)

    assert (first.number, second.number) == ("XF533103-2018-00001", "XF533103-2018-00002")
    assert (first.state, first.due) == ("in_hospital", None)
    assert list(Entry.objects.filter(verb="coverage.agreement.signed").values_list("subject_id", flat=True)) == [
        second.pk,
        first.pk,
    ]


@pytest.mark.parametrize("name", ["reader", "poverty", "civil", "official"])
def test_agreement_refused_without_the_duty_here(people, region, name):
    with pytest.raises(Refused, match="先诊疗后付费的岗位"):
        signed_agreement(getattr(people, name), region)

    assert not Agreement.objects.exists()


def test_case_manager_signs_at_the_own_hospital_alone(people, region):
    desk = appointed(
        "desk",
        ("case_manager", region.county_hospital.place),
        ("reader", people.here),
    )

    signed_agreement(desk, region)
    with pytest.raises(Refused):
        signed_agreement(desk, region, facility=region.centre)


@pytest.mark.parametrize(
    ("hospital", "field", "reason"),
    [
        ("county_hospital", None, None),
        ("centre", None, None),
        ("prefecture_hospital", "facility", "没有文件把先诊疗后付费扩大到州级医院"),
        ("provincial_hospital", "facility", "限县域内定点医疗机构"),
    ],
)
def test_hospital_of_an_agreement_lies_inside_the_county(people, region, hospital, field, reason):
    facility = getattr(region, hospital)

    if field is None:
        assert signed_agreement(people.insurance, region, facility=facility).facility == facility
        return
    with pytest.raises(ValidationError, match=reason) as refused:
        signed_agreement(people.insurance, region, facility=facility, referral="县医院转诊单12号")
    assert set(refused.value.message_dict) == {field}


def test_patient_outside_the_target_group_is_told_the_article(people, region):
    well_off = PersonFactory(household=HouseholdFactory(village=people.here), born_on=date(1960, 1, 1))

    with pytest.raises(ValidationError, match="不属于当地先诊疗后付费的对象（德"):
        signed_agreement(people.insurance, region, person=well_off)


def test_agreement_needs_a_document_in_force(people, region):
    with pytest.raises(ValidationError, match="还没有先诊疗后付费的文件规定"):
        signed_agreement(people.insurance, region, admitted_on=date(2016, 12, 31))


@pytest.fixture
def xishuangbanna(people):
    """The county under the codes of the prefecture that widened the rule in 2021."""
    PlaceCodeFactory(place=people.province, code="530000")
    PlaceCodeFactory(place=people.prefecture, code="532800")
    PlaceCodeFactory(place=people.county, code="532801")


@pytest.mark.parametrize(
    ("status", "on", "is_eligible"),
    [
        ("not_lifted", date(2021, 9, 7), True),
        ("at_risk_of_poverty", date(2021, 9, 7), False),
        ("at_risk_of_poverty", date(2021, 9, 8), True),
        ("subsistence_allowance", date(2021, 9, 8), True),
    ],
)
def test_target_group_follows_place_and_day(people, xishuangbanna, status, on, is_eligible):
    person = PersonFactory(household=HouseholdFactory(village=people.here))
    PovertySpellFactory(person=person, status=status)

    found = obstacles(person, HospitalFactory(parent=people.county), on, referral="")

    assert (found == {}) is is_eligible


@pytest.mark.parametrize(("referral", "fields"), [("县医院转诊单12号", set()), ("", {"referral"})])
def test_prefecture_hospital_after_a_county_referral(people, xishuangbanna, referral, fields):
    person = PersonFactory(household=HouseholdFactory(village=people.here))
    PovertySpellFactory(person=person, status="subsistence_allowance")

    found = obstacles(person, HospitalFactory(parent=people.prefecture), date(2021, 9, 8), referral=referral)

    assert set(found) == fields


def test_discharge_refuses_somebody_elses_bill(people, region):
    agreement = signed_agreement(people.insurance, region)
    other = PersonFactory(household=HouseholdFactory(village=people.here), born_on=date(1960, 1, 1))
    PovertySpellFactory(person=other)
    bill = entered_bill(people.insurance, other, region.county_hospital)

    with pytest.raises(ValidationError, match="请选择此人在该院"):
        actions.discharge_patient(
            by=people.insurance, agreement_id=agreement.pk, version=agreement.version, bill_id=bill.pk
        )


@pytest.mark.parametrize("rows", [1, 3])
def test_agreement_pages_query_count_does_not_grow(people, region, client_of, django_assert_num_queries, rows):
    for _number in range(rows):
        discharged(people.insurance, signed_agreement(people.insurance, region))
    client = client_of(people.insurance)

    for page, queries in {"agreement-list": 11, "reminder-list": 7, "agreement-arrears": 5}.items():
        with django_assert_num_queries(queries):
            response = client.get(reverse(f"coverage:{page}"))
        assert response.status_code == 200


def test_paper_of_an_agreement_names_what_is_told_and_handed_over(people, region, client_of):
    agreement = signed_agreement(people.insurance, region)

    page = client_of(people.insurance).get(reverse("coverage:agreement-print", args=[agreement.pk])).content.decode()

    for words in ("一日清单", "出院前1至2天", "只收复印件，不押原件", "身份证复印件", "可以提前还款"):
        assert words in page, words


@pytest.mark.parametrize(("typed", "status"), [("2018-07-02", 302), ("2099-01-01", 422)])
def test_signing_day_is_typed_and_never_later_than_today(people, region, client_of, typed, status):
    form = {
        "facility": region.county_hospital.pk,
        "admitted_on": "2018-07-01",
        "signed_on": typed,
        "deposit_waived": "0",
    }

    answer = client_of(people.insurance).post(reverse("coverage:agreement-create", args=[region.patient.pk]), form)

    assert answer.status_code == status
    signed = [(each.signed_on, each.number[:14]) for each in Agreement.objects.all()]
    assert signed == ([(date(2018, 7, 2), "XF533103-2018-")] if status == 302 else [])
