from datetime import date

import pytest

from facilities import selectors
from tests.factories.facilities import CareTeamFactory, ClinicCheckFactory, FacilityFactory, HospitalFactory


@pytest.mark.parametrize("rows", [1, 3])
def test_facility_list_takes_one_query(people, rows, django_assert_num_queries):
    for _ in range(rows):
        ClinicCheckFactory(clinic=FacilityFactory(parent=people.here))
    people.worker.current_postings()

    with django_assert_num_queries(1):
        shown = [
            (row.name, row.place.parent.name, row.place.parent.parent.name, row.at_standard)
            for row in selectors.facilities_for_list(people.worker)
        ]

    assert len(shown) == rows


def test_facility_list_tells_the_newest_check(people):
    clinic = FacilityFactory(parent=people.here)
    ClinicCheckFactory(clinic=clinic, checked_on=date(2018, 1, 1), shortfalls=["area"])
    ClinicCheckFactory(clinic=clinic, checked_on=date(2018, 5, 1))

    row = selectors.facilities_for_list(people.worker).get()

    assert (row.at_standard, row.last_checked_on) == (True, date(2018, 5, 1))


def test_clinics_not_at_standard_are_the_failed_and_the_unchecked(people):
    failed, unchecked, good, _closed = (
        FacilityFactory(parent=people.here, name=name, is_open=name != "停用")
        for name in ("未达标", "未检查", "达标", "停用")
    )
    ClinicCheckFactory(clinic=failed, shortfalls=["doctors"])
    ClinicCheckFactory(clinic=good)
    HospitalFactory(parent=people.county)

    assert set(selectors.clinics_not_at_standard(people.worker)) == {failed, unchecked}
    assert not selectors.clinics_not_at_standard(people.other_worker).exists()


def test_facilities_are_seen_by_place(people):
    here = FacilityFactory(parent=people.here)
    FacilityFactory(parent=people.elsewhere)

    assert list(selectors.facilities_for_list(people.worker)) == [here]
    assert selectors.facilities_for_list(people.official).count() == 2
    assert not selectors.facilities_for_list(people.admin).exists()


def test_teams_serving_a_village_are_the_townships_and_the_hospitals_above(people):
    own = CareTeamFactory(facility=FacilityFactory(parent=people.here))
    next_door = CareTeamFactory(facility=FacilityFactory(parent=people.next_door))
    centre = CareTeamFactory(facility=FacilityFactory(parent=people.township, kind="township_centre"))
    hospital = CareTeamFactory(facility=HospitalFactory(parent=people.county))
    CareTeamFactory(facility=FacilityFactory(parent=people.elsewhere))
    CareTeamFactory(facility=FacilityFactory(parent=people.here), is_active=False)
    CareTeamFactory(facility=FacilityFactory(parent=people.here, is_open=False))

    assert set(selectors.teams_serving(people.here.path)) == {own, next_door, centre, hospital}


def test_hospitals_serving_a_village_are_the_countys_and_those_above(people):
    county, prefecture, province = (
        HospitalFactory(parent=place) for place in (people.county, people.prefecture, people.province)
    )
    HospitalFactory(parent=people.other_county)
    FacilityFactory(parent=people.here)
    HospitalFactory(parent=people.county, is_open=False)

    assert set(selectors.hospitals_serving(people.here.path)) == {county, prefecture, province}
