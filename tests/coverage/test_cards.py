from datetime import date, timedelta

import polars as pl
import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from facilities.enums import HospitalLevel
from healthaid.accounts.enums import Duty
from healthaid.audit.models import Entry
from healthaid.core.decisions import Refused, Stale
from healthaid.coverage.actions.cards import (
    apply_for_card,
    apply_for_condition,
    apply_for_conditions,
    diagnose_card,
    end_card,
    end_cards_of,
    enter_card,
    extend_card,
    refuse_card,
)
from healthaid.coverage.enums import CardState
from healthaid.coverage.models import SpecialCard
from healthaid.coverage.selectors.cards import (
    conditions_without_card,
    has_valid_card,
    readable_cards,
    with_serving_card,
)
from healthaid.coverage.selectors.diagnosing import LOWEST
from healthaid.coverage.selectors.diseases import outpatient_diseases
from healthaid.policy.selectors.diseases import ICD10
from patients.actions.leaving import record_death
from patients.followers import Leaving
from patients.models import Condition
from tests.factories.accounts import appointed
from tests.factories.conditions import ConditionFactory
from tests.factories.coverage import SpecialCardFactory, local_value, valid_card
from tests.factories.facilities import HospitalFactory
from tests.factories.patients import PersonFactory
from tests.factories.policy import ConfirmedValueFactory
from tests.factories.regions import PlaceCodeFactory

TODAY = date(2018, 6, 10)
MENTAL = "schizophrenia"


def url(name, *args):
    return reverse(f"coverage:{name}", args=args)


@pytest.fixture
def person(people, codes):
    return PersonFactory(household__village=people.here, name="玉罕")


@pytest.fixture
def hospital(people):
    return HospitalFactory(parent=people.county, name="县人民医院", level=HospitalLevel.SECONDARY)


@pytest.fixture
def clerk(people):
    """An insurance clerk who may not know of sensitive illnesses: the duty of another place reads those."""
    return appointed("clerk", (Duty.CIVIL_AFFAIRS, people.county), full_name="民政二")


# The 28


def test_there_are_28_diseases_and_exact_ones_lie_within():
    assert [disease.outpatient for disease in outpatient_diseases()] == list(range(1, 29))


@pytest.mark.parametrize(
    ("disease", "icd10", "card"),
    [
        ("diabetes", "", "diabetes"),
        ("gastric_cancer", "C16.9", "cancer"),
        ("childhood_all", "", "leukaemia"),
        ("severe_mental_disorder", "F20.0", "schizophrenia"),
        ("severe_mental_disorder", "F31", "bipolar_disorder"),
        ("severe_mental_disorder", "F22", ""),
        ("severe_mental_disorder", "", ""),
        ("hypertension", "I11.9", "hypertension_stage_2_3"),
        ("hypertension", "I10", ""),  # the code does not tell the stage
        ("cataract", "", ""),
    ],
)
def test_card_disease_of_an_illness_follows_its_code(people, person, disease, icd10, card):
    ConditionFactory(person=person, disease=disease, icd10=icd10)

    found = list(conditions_without_card(people.insurance, TODAY).values_list("card_disease", flat=True))

    assert found == ([card] if card else [])


@pytest.mark.parametrize(
    ("at", "from_day", "found"),
    [
        ("county", date(2018, 1, 1), {"F22": "schizophrenia", "F20.0": None}),
        ("other_county", date(2018, 1, 1), {"F22": None, "F20.0": "schizophrenia"}),
        ("county", date(2018, 7, 1), {"F22": None, "F20.0": "schizophrenia"}),  # not yet in force
    ],
)
def test_card_disease_follows_the_codes_that_the_place_set(people, person, at, from_day, found):
    place = getattr(people, at)
    ConfirmedValueFactory(
        document__place=place, parameter=ICD10, disease="schizophrenia", number=None, word="F22", starts_on=from_day
    )

    for icd10, card in found.items():
        condition = ConditionFactory(person=person, disease="severe_mental_disorder", icd10=icd10)
        assert list(conditions_without_card(people.insurance, TODAY).values_list("card_disease", flat=True)) == (
            [card] if card else []
        )
        condition.delete()


# Steps


def test_card_goes_from_application_to_validity(people, person, hospital):
    by = people.insurance
    card = apply_for_card(by=by, person_id=person.pk, disease="diabetes", today=TODAY)
    assert (card.state, card.applied_on, card.path) == (CardState.APPLIED, TODAY, person.path)

    card = diagnose_card(
        by=by,
        card_id=card.pk,
        version=1,
        hospital_id=hospital.pk,
        diagnosed_on=date(2018, 6, 12),
        today=date(2018, 6, 20),
    )
    assert (card.state, card.diagnosed_level) == (CardState.DIAGNOSED, "2")

    card = enter_card(
        by=by, card_id=card.pk, version=2, number=" MTB1 ", valid_from=date(2018, 6, 20), today=date(2018, 6, 20)
    )
    assert (card.state, card.number, card.entered_on, card.version) == (CardState.VALID, "MTB1", date(2018, 6, 20), 3)
    verbs = Entry.objects.filter(subject_kind="coverage.specialcard").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["coverage.card.requested", "coverage.card.diagnosed", "coverage.card.entered"]


@pytest.mark.parametrize(
    ("code", "disease", "day"),
    [
        ("530000", "cataract", TODAY),  # not of the 28
        ("530000", "gastric_cancer", TODAY),  # the card is for cancer
        ("530000", "nothing", TODAY),
        ("530000", "diabetes", date(2016, 12, 31)),  # before the document
        ("620000", "diabetes", date(2019, 6, 1)),  # Gansu lists none
    ],
)
def test_card_is_only_for_the_diseases_in_force_at_the_place(people, code, disease, day):
    PlaceCodeFactory(place=people.province, code=code)
    person = PersonFactory(household__village=people.here)

    with pytest.raises(ValidationError, match="不在当地生效"):
        apply_for_card(by=people.insurance, person_id=person.pk, disease=disease, today=day)


def test_second_card_of_a_disease_waits_until_the_first_is_over(people, person, hospital):
    card = apply_for_card(by=people.insurance, person_id=person.pk, disease="diabetes", today=TODAY)
    with pytest.raises(ValidationError, match="已有慢特病卡或正在办理"):
        apply_for_card(by=people.insurance, person_id=person.pk, disease="diabetes", today=TODAY)

    refuse_card(by=people.insurance, card_id=card.pk, version=1, reason="未达标准")

    assert apply_for_card(by=people.insurance, person_id=person.pk, disease="diabetes", today=TODAY).pk != card.pk


PROVINCE = "2018-06-10起的鉴定须由2级及以上医院作出（云健扶办发〔2018〕2号 三）"
COUNTY = "2019-01-01起的鉴定须由3级及以上医院作出（试点文件"
DIAGNOSES = [  # level of the hospital, day of the diagnosis, the rule that refuses it
    (HospitalLevel.UNGRADED, date(2018, 6, 9), ""),  # no document names a level yet
    (HospitalLevel.PRIMARY, date(2018, 6, 9), ""),
    (HospitalLevel.UNGRADED, date(2018, 6, 10), PROVINCE),
    (HospitalLevel.PRIMARY, date(2018, 6, 10), PROVINCE),
    (HospitalLevel.SECONDARY, date(2018, 6, 10), ""),
    (HospitalLevel.TERTIARY, date(2018, 6, 10), ""),
    (HospitalLevel.SECONDARY, date(2018, 12, 31), ""),
    (HospitalLevel.SECONDARY, date(2019, 1, 1), COUNTY),  # the county's own later document
    (HospitalLevel.TERTIARY, date(2019, 1, 1), ""),
]


@pytest.mark.parametrize(("level", "day", "rule"), DIAGNOSES)
def test_diagnosis_counts_by_the_level_asked_for_at_the_place_on_its_day(people, person, *, level, day, rule):
    local_value(people.county, LOWEST, 3, starts_on=date(2019, 1, 1))
    card = SpecialCardFactory(person=person)
    hospital = HospitalFactory(parent=people.county, name="鉴定医院", level=level)
    facts = {"card_id": card.pk, "version": 1, "hospital_id": hospital.pk, "diagnosed_on": day}

    if rule:
        with pytest.raises(ValidationError, match=f"鉴定医院为{level.label}。{rule}"):
            diagnose_card(by=people.insurance, today=date(2019, 6, 1), **facts)
    else:
        diagnose_card(by=people.insurance, today=date(2019, 6, 1), **facts)

    card.refresh_from_db()
    assert (card.state, card.version) == ((CardState.APPLIED, 1) if rule else (CardState.DIAGNOSED, 2))


@pytest.mark.parametrize(("code", "rule"), [("530000", f"{PROVINCE}。"), ("620000", "")])
def test_pages_of_a_card_show_the_level_asked_for_at_its_place(people, client_of, code, rule):
    PlaceCodeFactory(place=people.province, code=code)
    card = SpecialCardFactory(person=PersonFactory(household__village=people.here))
    client = client_of(people.insurance)

    assert str(client.get(url("card-detail", card.pk)).context["lowest_level"] or "") == rule
    assert client.get(url("card-diagnose", card.pk)).context["form"].fields["hospital"].help_text == rule


def test_card_is_not_entered_before_it_is_diagnosed(people, person):
    card = SpecialCardFactory(person=person)

    with pytest.raises(Refused, match="先由医院鉴定"):
        enter_card(by=people.insurance, card_id=card.pk, version=1, number="1", valid_from=TODAY)


def test_last_day_before_the_first_is_told_beside_its_field(people, person, hospital):
    card = valid_card(person, hospital, state="diagnosed", valid_from=None, number="", entered_on=None)
    days = {"valid_from": TODAY, "valid_to": TODAY - timedelta(days=1)}

    with pytest.raises(ValidationError) as refused:
        enter_card(by=people.insurance, card_id=card.pk, version=card.version, number="1", today=TODAY, **days)

    assert set(refused.value.message_dict) == {"valid_to"}


@pytest.mark.parametrize(
    ("act", "values", "reason"),
    [
        (enter_card, {"number": "1", "valid_from": date(2018, 1, 1)}, "不能早于鉴定日期"),
        (enter_card, {"number": "1", "valid_from": TODAY, "valid_to": date(2018, 6, 9)}, "截止日期不能早于生效日期"),
        (refuse_card, {"reason": " "}, "请写明原因"),
    ],
)
def test_diagnosed_card_refuses_days_out_of_order(people, person, hospital, *, act, values, reason):
    card = SpecialCardFactory(
        person=person, state="diagnosed", diagnosed_by=hospital, diagnosed_on=date(2018, 1, 15), diagnosed_level="2"
    )

    with pytest.raises(ValidationError, match=reason):
        act(by=people.insurance, card_id=card.pk, version=1, **values)


def test_valid_card_is_extended_and_ended(people, person, hospital):
    card = valid_card(person, hospital, valid_to=date(2018, 12, 31))
    with pytest.raises(ValidationError, match="须晚于原来的"):
        extend_card(by=people.insurance, card_id=card.pk, version=1, valid_to=date(2018, 12, 31))
    with pytest.raises(ValidationError, match="不能晚于今天"):
        end_card(by=people.insurance, card_id=card.pk, version=1, reason="x", on=date(2018, 6, 11), today=TODAY)

    extend_card(by=people.insurance, card_id=card.pk, version=1, valid_to=date(2019, 12, 31))
    ended = end_card(by=people.insurance, card_id=card.pk, version=2, reason="治愈", today=TODAY)

    assert (ended.state, ended.ended_on, ended.valid_to) == (CardState.ENDED, TODAY, date(2019, 12, 31))


STEPS = (
    (diagnose_card, {"hospital_id": 0, "diagnosed_on": TODAY}),
    (refuse_card, {"reason": "x"}),
)


@pytest.mark.parametrize(("act", "values"), STEPS)
def test_step_is_taken_by_the_insurance_office_on_the_newest_version(people, person, act, values):
    card = SpecialCardFactory(person=person)

    with pytest.raises(Refused, match="没有维护慢特病卡的岗位"):
        act(by=people.worker, card_id=card.pk, version=1, **values)
    with pytest.raises(SpecialCard.DoesNotExist):
        act(by=people.other_worker, card_id=card.pk, version=1, **values)
    with pytest.raises(Stale):
        act(by=people.insurance, card_id=card.pk, version=7, **values)


# Sensitive diseases


def test_sensitive_card_is_there_only_for_those_who_may_know(people, person, clerk, client_of):
    card = SpecialCardFactory(person=person, disease=MENTAL)
    plain = SpecialCardFactory(person=person)

    assert set(readable_cards(people.insurance)) == {card, plain}
    assert set(readable_cards(clerk)) == {plain}
    assert client_of(clerk).get(url("card-detail", card.pk)).status_code == 404
    assert client_of(people.insurance).get(url("card-detail", card.pk)).status_code == 200
    assert Entry.objects.get(verb="coverage.card.opened").subject_id == card.pk


def test_record_of_a_sensitive_card_does_not_tell_the_disease(people, person):
    apply_for_card(by=people.insurance, person_id=person.pk, disease=MENTAL, today=TODAY)

    assert MENTAL not in str(Entry.objects.get(verb="coverage.card.requested").changes)


# Who qualifies


def test_people_who_qualify_have_a_verified_illness_and_no_running_card(people, codes, hospital):
    def ill(name, **fields):
        person = PersonFactory(household__village=people.here, name=name)
        ConditionFactory(person=person, disease="diabetes", **fields)
        return person

    ill("岩一")
    ill("岩二", state="suspected")
    valid_card(ill("岩三"), hospital)
    SpecialCardFactory(person=ill("岩四"))
    SpecialCardFactory(person=ill("岩五"), state="refused", reason="未达标准")
    ConditionFactory(person=PersonFactory(household__village=people.here, name="岩六"), disease="cataract")
    gone = ill("岩七")
    gone.life_state = "dead"
    gone.save()

    found = conditions_without_card(people.insurance, TODAY)

    assert {condition.person.name for condition in found} == {"岩一", "岩五"}
    assert not conditions_without_card(people.insurance, date(2016, 1, 1)).exists()


def test_one_click_and_many_apply_for_the_disease_of_the_card(people, person):
    stomach = ConditionFactory(person=person, disease="gastric_cancer")
    lung = ConditionFactory(person=person, disease="lung_cancer")
    sugar = ConditionFactory(person=person, disease="diabetes")

    assert apply_for_condition(by=people.insurance, condition_id=sugar.pk, today=TODAY).disease == "diabetes"
    assert apply_for_conditions(by=people.insurance, condition_ids=[stomach.pk, lung.pk, sugar.pk], today=TODAY) == 1

    assert set(SpecialCard.objects.values_list("disease", flat=True)) == {"diabetes", "cancer"}
    with pytest.raises(Condition.DoesNotExist):
        apply_for_condition(by=people.insurance, condition_id=sugar.pk, today=TODAY)


def test_chosen_people_get_their_cards_once_by_a_double_click(people, codes, client_of):
    chosen = [ConditionFactory(person=PersonFactory(household__village=people.here), disease="diabetes") for _ in "123"]
    client, data = client_of(people.insurance), {"form_key": "k1", "condition": [row.pk for row in chosen[:2]]}

    for _ in range(2):
        answer = client.post(url("card-apply"), data, follow=True)
        assert answer.redirect_chain == [(url("card-missing"), 302)]

    assert SpecialCard.objects.count() == 2
    client.post(url("card-apply"), {"form_key": "k2", "only": chosen[2].pk, "condition": []})
    assert SpecialCard.objects.count() == 3
    assert client_of(people.worker).post(url("card-apply"), data).status_code == 403


@pytest.mark.parametrize("page", ["card-list", "card-missing"])
@pytest.mark.parametrize("rows", [1, 3])
def test_lists_have_a_fixed_number_of_queries(people, codes, client_of, *, page, rows, django_assert_num_queries):
    for _ in range(rows):
        person = PersonFactory(household__village=people.here)
        SpecialCardFactory(person=person)
        ConditionFactory(person=person, disease="leukaemia")
    client = client_of(people.insurance)
    client.get(url(page))

    with django_assert_num_queries({"card-list": 6, "card-missing": 8}[page]):
        answer = client.get(url(page))

    assert answer.context["count"].number == rows


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("", {"1", "2", "3", ""}),
        ("state=valid", {"1", "2", "3"}),
        ("due=soon", {"1", "2"}),
        ("disease=diabetes", {"1", "2", "3", ""}),
        ("disease=cancer", set()),
    ],
)
def test_card_list_filters(people, codes, client_of, *, hospital, query, numbers):
    today = timezone.localdate()
    for number, days in (("1", 60), ("2", -1), ("3", 61)):
        person = PersonFactory(household__village=people.here)
        valid_card(person, hospital, number=number, valid_to=today + timedelta(days=days))
    SpecialCardFactory(person=PersonFactory(household__village=people.here))

    page = client_of(people.insurance).get(f"{url('card-list')}?{query}")

    assert {row.number for row in page.context["page"].rows} == numbers


def test_card_is_diagnosed_entered_and_ended_on_pages(people, person, hospital, client_of):
    card, client = SpecialCardFactory(person=person), client_of(people.insurance)

    client.post(url("card-diagnose", card.pk), {"version": 1, "hospital": hospital.pk, "diagnosed_on": "2018年1月9日"})
    client.post(url("card-enter", card.pk), {"version": 2, "number": "MTB9", "valid_from": "2018-01-10"})
    card.refresh_from_db()
    assert (card.state, card.number, card.valid_to) == (CardState.VALID, "MTB9", None)

    page = client.get(url("card-detail", card.pk)).content.decode()
    assert "县人民医院（二级）" in page
    client.post(url("card-end", card.pk), {"version": 3, "reason": "迁居", "on": "2018-06-01"})
    card.refresh_from_db()
    assert (card.state, card.ended_on, card.reason) == (CardState.ENDED, date(2018, 6, 1), "迁居")


def test_lower_hospital_is_refused_beside_the_field(people, person, client_of):
    card = SpecialCardFactory(person=person)
    low = HospitalFactory(parent=people.county, name="乡医院", level=HospitalLevel.PRIMARY)
    data = {"version": 1, "hospital": low.pk, "diagnosed_on": "2018-06-10"}

    page = client_of(people.insurance).post(url("card-diagnose", card.pk), data)

    assert page.status_code == 422
    assert PROVINCE in str(page.context["form"].errors["hospital"])


# For the settlement, and when a person goes


@pytest.mark.parametrize(
    ("fields", "day", "valid"),
    [
        ({}, "2018-01-31", False),
        ({}, "2018-02-01", True),
        ({}, "2030-01-01", True),
        ({"valid_to": date(2018, 12, 31)}, "2018-12-31", True),
        ({"valid_to": date(2018, 12, 31)}, "2019-01-01", False),
        ({"state": "ended", "ended_on": date(2018, 6, 10), "reason": "x"}, "2018-06-09", True),
        ({"state": "ended", "ended_on": date(2018, 6, 10), "reason": "x"}, "2018-06-10", False),
        ({"state": "refused", "valid_from": None, "reason": "x"}, "2018-06-10", False),
    ],
)
def test_has_valid_card_on_a_day(person, hospital, fields, day, valid):
    valid_card(person, hospital, disease="cancer", **fields)
    day = date.fromisoformat(day)

    asked = pl.DataFrame({"id": [7], "person_id": [person.pk], "benefit": ["cancer"], "served_on": [day]})

    assert has_valid_card(person, "cancer", day) == valid
    assert has_valid_card(person, "gastric_cancer", day) == valid
    assert not has_valid_card(person, "diabetes", day)
    assert with_serving_card(asked).to_list() == ([7] if valid else [])
    assert with_serving_card(asked.with_columns(benefit=pl.lit("diabetes"))).is_empty()


def test_cards_end_with_the_person(people, person, hospital):
    valid = valid_card(person, hospital)
    on_its_way = SpecialCardFactory(person=person, disease="cancer")

    record_death(by=people.poverty, person_id=person.pk, version=person.version, on=TODAY)

    for card in (valid, on_its_way):
        card.refresh_from_db()
        assert (card.state, card.ended_on, card.reason) == (CardState.ENDED, TODAY, "死亡 2018-06-10")
    assert not has_valid_card(person, "cancer", date(2030, 1, 1))
    assert end_cards_of(people.poverty, Leaving(person.pk, TODAY, is_death=True, reason="死亡")) == 0
