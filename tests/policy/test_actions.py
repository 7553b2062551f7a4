"""What a region sets itself: entered by one person, confirmed by another, never overwritten."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from healthaid.accounts.enums import Duty
from healthaid.audit.models import Entry
from healthaid.core.decisions import Refused, Stale
from healthaid.policy.actions import (
    Ruling,
    change_document,
    confirm_value,
    correct_value,
    enter_value,
    record_document,
    return_value,
    withdraw_value,
)
from healthaid.policy.enums import ValueState
from healthaid.policy.models import LocalDocument, LocalValue
from healthaid.policy.selectors.rules import local_values, value
from healthaid.regions.models import Place
from tests.factories.accounts import appointed
from tests.factories.facilities import HospitalFactory
from tests.factories.policy import ConfirmedValueFactory, LocalDocumentFactory, LocalValueFactory

NEW_YEAR = date(2018, 1, 1)
DAY = date(2018, 7, 15)
DEDUCTIBLE = "critical.deductible.ordinary"
INCOME = "income.rural_per_capita.previous_year"


@pytest.fixture
def document(coded):
    return LocalDocumentFactory(place=coded.county)


def enter(by, document, parameter=DEDUCTIBLE, number="10000", starts_on=NEW_YEAR, **more):
    ruling = Ruling(parameter, starts_on, number=None if number is None else Decimal(number), **more)
    return enter_value(by=by, document_id=document.pk, ruling=ruling)


def test_value_counts_once_another_person_has_confirmed_it(coded, document):
    entered = enter(coded.insurance, document)
    assert local_values("533103", DAY) == {}

    confirmed = confirm_value(by=coded.official, value_id=entered.pk, version=1)

    assert (confirmed.state, confirmed.decided_by) == (ValueState.CONFIRMED, coded.official)
    assert local_values("533103", DAY) == local_values(coded.here, DAY) == {DEDUCTIBLE: Decimal(10000)}
    assert local_values("533102", DAY) == {}
    verbs = list(Entry.objects.filter(verb__startswith="policy.localvalue").values_list("verb", "actor", "place_path"))
    path = coded.county.path
    assert sorted(verbs) == [
        ("policy.localvalue.confirmed", coded.official.pk, path),
        ("policy.localvalue.entered", coded.insurance.pk, path),
    ]


def test_nobody_confirms_what_they_entered(coded, document):
    entered = enter(coded.official, document)

    with pytest.raises(Refused, match="不能复核自己录入的数值"):
        confirm_value(by=coded.official, value_id=entered.pk, version=1)
    with pytest.raises(Refused, match="不能复核自己录入的数值"):
        return_value(by=coded.official, value_id=entered.pk, version=1, reason="错")

    second = appointed("second", (Duty.COUNTY_OFFICIAL, coded.county))
    assert confirm_value(by=second, value_id=entered.pk, version=1).state == ValueState.CONFIRMED


def test_database_too_wants_two_people(coded, document):
    row = ConfirmedValueFactory(document=document)

    with pytest.raises(IntegrityError), transaction.atomic():
        LocalValue.objects.filter(pk=row.pk).update(decided_by=row.entered_by)


@pytest.mark.parametrize("who", ["signer", "worker", "outsider", "far_poverty", "nobody"])
def test_document_of_a_place_out_of_sight_does_not_exist(coded, document, who):
    with pytest.raises((LocalDocument.DoesNotExist, Refused)):
        enter(getattr(coded, who), document)
    with pytest.raises((Place.DoesNotExist, Refused)):
        record_document(by=getattr(coded, who), place_id=coded.county.pk, title="通知", note="县政府")


@pytest.mark.parametrize("who", ["poverty", "hospital", "auditor", "admin"])
def test_entering_needs_the_duty(coded, document, who):
    with pytest.raises(Refused, match="没有录入地方政策的岗位"):
        enter(getattr(coded, who), document)


@pytest.mark.parametrize("who", ["insurance", "civil", "poverty"])
def test_confirming_needs_the_duty(coded, document, who):
    entered = LocalValueFactory(document=document)

    with pytest.raises(Refused, match="没有复核地方政策的岗位"):
        confirm_value(by=getattr(coded, who), value_id=entered.pk, version=1)


def test_local_policy_stands_at_counties_and_above(coded):
    with pytest.raises(Refused, match="按县、州市或省录入"):
        record_document(by=coded.official, place_id=coded.township.pk, title="通知", note="镇政府")


def test_decision_needs_the_version_that_was_seen(coded, document):
    entered = LocalValueFactory(document=document)

    with pytest.raises(Stale):
        confirm_value(by=coded.official, value_id=entered.pk, version=2)
    with pytest.raises(Stale):
        withdraw_value(by=coded.insurance, value_id=entered.pk, version=0)


def test_returned_value_never_counts_and_tells_why(coded, document):
    entered = enter(coded.insurance, document)
    with pytest.raises(ValidationError, match="请写明退回原因"):
        return_value(by=coded.official, value_id=entered.pk, version=1, reason=" ")

    returned = return_value(by=coded.official, value_id=entered.pk, version=1, reason="与文件不符")

    assert (returned.state, returned.reason) == (ValueState.RETURNED, "与文件不符")
    with pytest.raises(Refused, match="只有待复核"):
        confirm_value(by=coded.official, value_id=entered.pk, version=2)
    assert enter(coded.insurance, document).state == ValueState.ENTERED  # the days are free again


def test_value_is_withdrawn_before_it_is_confirmed(coded, document):
    entered = enter(coded.insurance, document)

    assert withdraw_value(by=coded.insurance, value_id=entered.pk, version=1).state == ValueState.WITHDRAWN
    confirmed = ConfirmedValueFactory(document=document)
    with pytest.raises(Refused, match="已生效的请更正"):
        withdraw_value(by=coded.insurance, value_id=confirmed.pk, version=1)


def test_later_value_prevails_from_its_day_and_closes_nothing(coded, document):
    first = ConfirmedValueFactory(document=document)
    later = enter(coded.insurance, document, number="8000", starts_on=date(2018, 7, 1))
    confirm_value(by=coded.official, value_id=later.pk, version=1)

    assert value(DEDUCTIBLE, "533103", date(2018, 6, 30)) == Decimal(10000)
    assert value(DEDUCTIBLE, "533103", date(2018, 7, 1)) == Decimal(8000)
    first.refresh_from_db()
    assert (first.state, first.ends_on) == (ValueState.CONFIRMED, None)


@pytest.mark.parametrize(
    ("standing", "days", "refused"),
    [
        ((NEW_YEAR, None), (NEW_YEAR, None), True),  # the same first day
        ((NEW_YEAR, None), (date(2018, 7, 1), None), False),  # a later one over one that lasts
        ((NEW_YEAR, date(2018, 12, 31)), (date(2018, 12, 31), None), True),
        ((NEW_YEAR, date(2018, 12, 31)), (date(2019, 1, 1), None), False),
        ((date(2018, 7, 1), None), (NEW_YEAR, date(2018, 7, 1)), True),
        ((date(2018, 7, 1), None), (NEW_YEAR, date(2018, 6, 30)), False),
        ((date(2018, 7, 1), None), (NEW_YEAR, None), False),
    ],
)
@pytest.mark.parametrize("factory", [LocalValueFactory, ConfirmedValueFactory])
def test_days_that_meet_are_refused(document, standing, days, refused, factory):
    clerk = appointed("clerk", (Duty.INSURANCE, document.place))
    factory(document=document, starts_on=standing[0], ends_on=standing[1])

    if refused:
        with pytest.raises(ValidationError, match="在这段日期内已有数值"):
            enter(clerk, document, number="9000", starts_on=days[0], ends_on=days[1])
    else:
        assert enter(clerk, document, number="9000", starts_on=days[0], ends_on=days[1]).pk


def test_day_of_a_reviewed_document_is_taken(coded):
    prefecture = appointed("prefecture", (Duty.COUNTY_OFFICIAL, coded.prefecture))
    document = LocalDocumentFactory(place=coded.prefecture)

    with pytest.raises(ValidationError, match="已有政策文件规定该项目"):
        enter(prefecture, document, "basic.inpatient.rate.county", "0.88", date(2017, 10, 20))


@pytest.mark.parametrize(
    ("parameter", "number", "more", "message"),
    [
        (DEDUCTIBLE, "-1", {}, "不能小于0"),
        (DEDUCTIBLE, "0.001", {}, "小数位数过多"),
        ("critical.rate.ordinary", "75", {}, "比例填0到1之间"),
        ("critical.rate.ordinary", "0.123456", {}, "小数位数过多"),
        ("clinic.doctors_minimum", "1.5", {}, "小数位数过多"),
        ("no.such.name", "1", {}, "没有这个参数"),
        ("service.dedicated_windows", "1", {}, "不是数字"),
        ("service.dedicated_windows", None, {"word": "dead"}, "可用的数值或规定"),
        (DEDUCTIBLE, None, {}, "可用的数值或规定"),
        (INCOME, "9000", {"ends_on": date(2019, 1, 1)}, "起止日期须在同一年内"),
        (DEDUCTIBLE, "1", {"ends_on": date(2017, 12, 31)}, "截止日期不能早于起始日期"),
        ("special_treatment.package_price", "1", {}, "须写明医院和病种"),
        (DEDUCTIBLE, "1", {"disease": "lung_cancer", "hospital_id": 1}, "须写明医院和病种"),
    ],
)
def test_impossible_values_are_refused(document, parameter, number, more, message):
    clerk = appointed("clerk", (Duty.INSURANCE, document.place))

    with pytest.raises(ValidationError, match=message):
        enter(clerk, document, parameter, number, **more)
    assert not LocalValue.objects.exists()


def test_yearly_value_ends_with_its_year(coded, document):
    assert enter(coded.insurance, document, INCOME, "9000").ends_on == date(2018, 12, 31)


@pytest.mark.parametrize(
    ("parameter", "number"),
    [(DEDUCTIBLE, "0"), (DEDUCTIBLE, "0.01"), ("critical.rate.ordinary", "1"), ("critical.yearly_limit.factor", "1.5")],
)
def test_bounds_are_allowed(coded, document, parameter, number):
    assert enter(coded.insurance, document, parameter, number).number == Decimal(number)


def test_correction_takes_the_place_of_the_old_value_which_stays_readable(coded, document):
    old = ConfirmedValueFactory(document=document)
    ruling = Ruling(DEDUCTIBLE, NEW_YEAR, number=Decimal(9000))

    new = correct_value(by=coded.insurance, value_id=old.pk, version=1, ruling=ruling)
    assert value(DEDUCTIBLE, "533103", DAY) == Decimal(10000)  # until somebody confirms
    with pytest.raises(ValidationError, match="已有一份待复核的更正"):
        correct_value(by=coded.insurance, value_id=old.pk, version=1, ruling=ruling)
    confirm_value(by=coded.official, value_id=new.pk, version=1)

    old.refresh_from_db()
    assert (old.state, old.number, list(old.corrections.all())) == (ValueState.SUPERSEDED, Decimal(10000), [new])
    assert value(DEDUCTIBLE, "533103", DAY) == Decimal(9000)
    assert Entry.objects.filter(verb="policy.localvalue.superseded", subject_id=old.pk).count() == 1


def test_correction_is_about_the_same_thing(coded, document):
    old = ConfirmedValueFactory(document=document)

    ruling = Ruling("assistance.yearly_limit", NEW_YEAR, number=Decimal(1))

    with pytest.raises(ValidationError, match="更正不能改变项目"):
        correct_value(by=coded.insurance, value_id=old.pk, version=1, ruling=ruling)


def test_price_is_set_for_a_hospital_and_a_disease(coded, document):
    hospital = HospitalFactory(parent=coded.prefecture).place
    more = {"disease": "lung_cancer", "hospital_id": hospital.pk}

    price = enter(coded.insurance, document, "special_treatment.package_price", "18000", **more)

    assert (price.place, price.path) == (hospital, coded.county.path)
    with pytest.raises(ValidationError, match="在这段日期内已有数值"):
        enter(coded.insurance, document, "special_treatment.package_price", "17000", **more)
    other = more | {"disease": "gastric_cancer"}
    assert enter(coded.insurance, document, "special_treatment.package_price", "17000", **other).pk


def test_document_is_recorded_and_changed_until_it_is_in_use(coded):
    document = record_document(by=coded.insurance, place_id=coded.county.pk, title="2017年统计公报", note="县统计局")
    changed = change_document(by=coded.insurance, document_id=document.pk, version=1, title="2018年统计公报")
    assert (changed.title, changed.version, str(changed)) == ("2018年统计公报", 2, "2018年统计公报")

    ConfirmedValueFactory(document=document)

    with pytest.raises(Refused, match="文件不能再改"):
        change_document(by=coded.insurance, document_id=document.pk, version=2, title="另一份")
    with pytest.raises(ValidationError, match="该文件已经录入"):
        record_document(by=coded.insurance, place_id=coded.county.pk, title="2018年统计公报", note="县统计局")
