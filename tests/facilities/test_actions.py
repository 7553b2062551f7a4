from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from facilities.actions import (
    change_clinic_check,
    change_facility,
    change_team,
    close_facility,
    form_team,
    record_clinic_check,
    register_facility,
)
from facilities.enums import FacilityKind
from facilities.models import CareTeam, ClinicCheck, Facility
from healthaid.audit.models import Entry
from healthaid.core.decisions import Refused, Stale
from healthaid.regions.models import Place, PlaceName
from tests.facilities.conftest import TODAY, found
from tests.factories.facilities import CareTeamFactory, FacilityFactory


def register(by, parent, **values):
    facts = {"kind": FacilityKind.VILLAGE_CLINIC, "name": "弄坎村卫生室", "code": "533103W01"}
    return register_facility(by=by, parent_id=parent.pk, **(facts | values))


def test_register_facility_makes_its_leaf(coded):
    facility = register(coded.worker, coded.next_door)

    assert facility.place.parent == coded.next_door
    assert facility.path == facility.place.path == f"{coded.next_door.path}{facility.place.pk}/"
    assert facility.place.level == "facility"
    entry = Entry.objects.get(verb="facilities.facility.registered")
    assert (entry.actor, entry.subject_id, entry.place_path) == (coded.worker, facility.pk, facility.path)


@pytest.mark.parametrize("who", ["reader", "signer", "hospital"])
def test_register_facility_is_refused_without_the_duty(coded, who):
    with pytest.raises(Refused, match="没有维护机构的岗位"):
        register(getattr(coded, who), coded.here)

    assert not Facility.objects.exists()


def test_register_facility_finds_no_place_out_of_sight(coded):
    with pytest.raises(Place.DoesNotExist):
        register(coded.worker, coded.elsewhere)


@pytest.mark.parametrize(
    ("kind", "place", "allowed"),
    [
        ("village_clinic", "here", True),
        ("village_clinic", "township", False),
        ("township_centre", "township", True),
        ("township_centre", "here", False),
        ("hospital", "county", True),
        ("hospital", "township", False),
    ],
)
def test_facility_stands_on_its_level(coded, kind, place, allowed):
    if allowed:
        assert register(coded.official, getattr(coded, place), kind=kind).kind == kind
    else:
        with pytest.raises(Refused, match="不能设在"):
            register(coded.official, getattr(coded, place), kind=kind)


def test_facility_code_is_unique_and_leaves_no_place_behind(coded):
    register(coded.worker, coded.here)

    with pytest.raises(ValidationError, match="机构编码已存在"):
        register(coded.worker, coded.next_door, name="另一家")
    assert not Place.objects.filter(name="另一家").exists()


def test_change_facility_renames_its_leaf_with_days(clinic, coded):
    changed = change_facility(
        by=coded.worker, facility_id=clinic.pk, version=1, name="芒坝村中心卫生室", phone="0692-2100000", today=TODAY
    )

    changed.place.refresh_from_db()
    assert (changed.version, changed.place.name) == (2, "芒坝村中心卫生室")
    assert [(spell.name, spell.valid_to) for spell in PlaceName.objects.filter(place=changed.place)] == [
        ("芒坝村中心卫生室", None),
        ("芒坝村卫生室", TODAY),
    ]
    assert Entry.objects.get(verb="facilities.facility.changed").changes == {
        "name": ["芒坝村卫生室", "芒坝村中心卫生室"],
        "phone": ["", "0692-2100000"],
    }


def test_change_facility_never_overwrites_a_newer_version(clinic, coded):
    change_facility(by=coded.worker, facility_id=clinic.pk, version=1, phone="1")

    with pytest.raises(Stale) as stale:
        change_facility(by=coded.official, facility_id=clinic.pk, version=1, phone="2")
    assert stale.value.current.phone == "1"


def test_change_without_a_difference_writes_nothing(clinic, coded):
    assert change_facility(by=coded.worker, facility_id=clinic.pk, version=1, name=clinic.name).version == 1
    assert not Entry.objects.exists()


def test_close_facility_ends_its_leaf_and_its_teams(clinic, coded):
    team = CareTeamFactory(facility=clinic)

    closed = close_facility(by=coded.worker, facility_id=clinic.pk, version=1, reason="并入卫生院", today=TODAY)

    team.refresh_from_db()
    closed.place.refresh_from_db()
    assert (closed.is_open, closed.place.closed_on, team.is_active) == (False, TODAY, False)
    with pytest.raises(Refused, match="已停用"):
        close_facility(by=coded.worker, facility_id=clinic.pk, version=2, reason="再次")


def test_close_facility_needs_a_reason(clinic, coded):
    with pytest.raises(ValidationError, match="停用原因"):
        close_facility(by=coded.worker, facility_id=clinic.pk, version=1, reason=" ")


@pytest.mark.parametrize(
    ("values", "shortfalls"),
    [
        ({}, []),
        ({"area": Decimal("59.99")}, ["area"]),
        ({"doctors": 1}, ["doctors"]),
        ({"residents": 3000, "doctors": 3}, []),
        ({"residents": 2999, "doctors": 2}, ["doctors"]),
        ({"has_pharmacy": False, "is_equipped": False}, ["pharmacy", "equipment"]),
        # Before 2018-06-10 the rooms and the equipment were not yet asked for, and every thousand needed a doctor.
        ({"checked_on": date(2018, 6, 9), "has_pharmacy": False, "is_equipped": False}, []),
        ({"checked_on": date(2018, 6, 9), "residents": 3001, "doctors": 3}, ["doctors"]),
    ],
)
def test_clinic_check_is_judged_by_the_policy_of_its_day(clinic, coded, values, shortfalls):
    check = record_clinic_check(by=coded.worker, clinic_id=clinic.pk, found=found(**values), today=TODAY)

    assert (check.shortfalls, check.meets_standard) == (shortfalls, not shortfalls)
    assert Entry.objects.get(verb="facilities.check.recorded").changes["shortfalls"] == shortfalls


def test_clinic_check_before_any_rule_is_an_error(clinic, coded):
    with pytest.raises(ValidationError, match="村卫生室最低建筑面积（地区533103，日期2017-01-01）"):
        record_clinic_check(by=coded.worker, clinic_id=clinic.pk, found=found(checked_on=date(2017, 1, 1)), today=TODAY)


def test_clinic_check_lies_not_in_the_future_and_once_a_day(clinic, coded):
    with pytest.raises(ValidationError, match="不能晚于今天"):
        record_clinic_check(
            by=coded.worker, clinic_id=clinic.pk, found=found(checked_on=TODAY + timedelta(days=1)), today=TODAY
        )
    record_clinic_check(by=coded.worker, clinic_id=clinic.pk, found=found(), today=TODAY)
    with pytest.raises(ValidationError, match="当天已有检查记录"):
        record_clinic_check(by=coded.worker, clinic_id=clinic.pk, found=found(), today=TODAY)


def test_only_clinics_are_checked(coded):
    centre = FacilityFactory(parent=coded.township, kind=FacilityKind.TOWNSHIP_CENTRE)

    with pytest.raises(Refused, match="只有村卫生室"):
        record_clinic_check(by=coded.worker, clinic_id=centre.pk, found=found(), today=TODAY)


@pytest.mark.parametrize(
    ("who", "problem"), [("reader", Refused), ("signer", Refused), ("outsider", Facility.DoesNotExist)]
)
def test_clinic_check_is_for_those_who_keep_facilities(clinic, coded, who, problem):
    with pytest.raises(problem):
        record_clinic_check(by=getattr(coded, who), clinic_id=clinic.pk, found=found(), today=TODAY)

    assert not ClinicCheck.objects.exists()


def test_change_clinic_check_judges_again(clinic, coded):
    check = record_clinic_check(by=coded.worker, clinic_id=clinic.pk, found=found(doctors=1), today=TODAY)

    changed = change_clinic_check(by=coded.official, check_id=check.pk, version=1, found=found(), today=TODAY)

    assert (changed.meets_standard, changed.version) == (True, 2)
    assert Entry.objects.get(verb="facilities.check.changed").changes["shortfalls"] == [["doctors"], []]
    with pytest.raises(Stale):
        change_clinic_check(by=coded.worker, check_id=check.pk, version=1, found=found(doctors=3), today=TODAY)


def test_team_is_formed_changed_and_unique(clinic, coded):
    team = form_team(by=coded.worker, facility_id=clinic.pk, name="第一团队", leader="岩团队长")

    changed = change_team(by=coded.worker, team_id=team.pk, version=1, leader="玉团队长", is_active=False)

    assert (changed.leader, changed.is_active, changed.version, changed.path) == ("玉团队长", False, 2, clinic.path)
    with pytest.raises(ValidationError, match="同名团队"):
        form_team(by=coded.worker, facility_id=clinic.pk, name="第一团队", leader="别人")
    with pytest.raises(Refused):
        form_team(by=coded.signer, facility_id=clinic.pk, name="第二团队", leader="别人")
    with pytest.raises(CareTeam.DoesNotExist):
        change_team(by=coded.other_worker, team_id=team.pk, version=2, leader="别人")
