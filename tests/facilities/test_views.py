import pytest
from django.urls import reverse

from facilities.models import CareTeam, ClinicCheck, Facility
from tests.factories.facilities import CareTeamFactory, ClinicCheckFactory, FacilityFactory, HospitalFactory

CHECK = {
    "checked_on": "2018-07-01", "area": "60", "doctors": "2", "residents": "1500", "note": "",
    "items": ["has_consulting_room", "has_treatment_room", "has_pharmacy", "is_equipped"],
}  # fmt: skip


def url(name, *args):
    return reverse(f"facilities:{name}", args=args)


@pytest.mark.parametrize("rows", [1, 3])
def test_facility_list_page_has_a_fixed_number_of_queries(people, client_of, rows, django_assert_num_queries):
    for _ in range(rows):
        ClinicCheckFactory(clinic=FacilityFactory(parent=people.here))
    client = client_of(people.worker)
    client.get(url("facility-list"))  # the first page of a session also writes the session

    with django_assert_num_queries(6):  # session, user, postings, places of the filter, rows, count
        page = client.get(url("facility-list"))

    assert page.context["count"].number == rows


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", {"甲卫生室", "乙卫生室", "丙医院", "丁卫生室"}),
        ("standard=yes", {"甲卫生室"}),
        ("standard=no", {"乙卫生室"}),
        ("standard=never", set()),
        ("standard=not_met", {"乙卫生室"}),
        ("kind=hospital", {"丙医院"}),
        ("q=甲", {"甲卫生室"}),
        ("q=CODE-B", {"乙卫生室"}),
        ("use=closed", {"丁卫生室"}),
        ("use=open&kind=village_clinic", {"甲卫生室", "乙卫生室"}),
        ("kind=nonsense", set()),
    ],
)
def test_facility_list_filters(people, client_of, query, names):
    ClinicCheckFactory(clinic=FacilityFactory(parent=people.here, name="甲卫生室"))
    ClinicCheckFactory(
        clinic=FacilityFactory(parent=people.elsewhere, name="乙卫生室", code="CODE-B"), shortfalls=["area"]
    )
    HospitalFactory(parent=people.county, name="丙医院")
    FacilityFactory(parent=people.here, name="丁卫生室", is_open=False)

    page = client_of(people.official).get(f"{url('facility-list')}?{query}")

    assert {row.name for row in page.context["page"].rows} == names


def test_facility_list_filters_by_place(people, client_of):
    here = FacilityFactory(parent=people.here)
    FacilityFactory(parent=people.elsewhere)
    client = client_of(people.official)

    page = client.get(url("facility-list"), {"place": people.township.pk})

    assert page.context["page"].rows == [here]
    assert not client.get(url("facility-list"), {"place": people.far_away.pk}).context["page"].rows


def test_facility_page_shows_checks_and_teams(people, client_of, django_assert_num_queries):
    clinic = FacilityFactory(parent=people.here)
    for day in ("2018-05-01", "2018-06-01", "2018-07-01"):
        ClinicCheckFactory(clinic=clinic, checked_on=day, shortfalls=["doctors"] if day > "2018-06" else [])
    CareTeamFactory(facility=clinic, name="芒坝团队")
    client = client_of(people.worker)
    client.get(url("facility-list"))

    with django_assert_num_queries(6):  # session, user, postings, facility, checks, teams
        page = client.get(url("facility-detail", clinic.pk))

    assert "村医不足" in page.content.decode()
    assert "芒坝团队" in page.content.decode()
    assert page.context["latest"].checked_on.isoformat() == "2018-07-01"
    assert client.get(url("facility-print", clinic.pk)).status_code == 200


@pytest.mark.parametrize("name", ["facility-detail", "facility-print", "facility-update", "clinic-check-create"])
def test_facility_out_of_sight_is_not_found(people, client_of, name):
    clinic = FacilityFactory(parent=people.here)

    assert client_of(people.worker).get(url(name, clinic.pk)).status_code == 200
    assert client_of(people.other_worker).get(url(name, clinic.pk)).status_code == 404
    assert client_of(people.admin).get(url(name, clinic.pk)).status_code == 403


@pytest.mark.parametrize("name", ["facility-update", "facility-close", "clinic-check-create", "team-create"])
def test_facility_may_be_seen_but_not_changed(people, client_of, name):
    clinic = FacilityFactory(parent=people.here)

    page = client_of(people.reader).get(url(name, clinic.pk))

    assert page.status_code == 403
    assert "没有维护机构的岗位" in page.content.decode()


def test_facility_is_registered_once_by_a_double_click(people, client_of):
    client = client_of(people.worker)
    data = {
        "form_key": "once", "kind": "village_clinic", "parent": people.here.pk, "name": "新卫生室", "code": "X1",
        "level": "9",
    }  # fmt: skip

    answers = [client.post(url("facility-create"), data) for _ in range(2)]

    facility = Facility.objects.get()
    assert [answer.headers["Location"] for answer in answers] == [facility.get_absolute_url()] * 2


def test_facility_form_offers_only_own_places(people, client_of):
    data = {"kind": "village_clinic", "parent": people.elsewhere.pk, "name": "新卫生室", "code": "X1", "level": "9"}

    page = client_of(people.worker).post(url("facility-create"), data)

    assert page.status_code == 422
    assert not Facility.objects.exists()


def test_facility_update_keeps_the_newer_version_and_asks(people, client_of):
    clinic = FacilityFactory(parent=people.here, name="原名", code="X1")
    data = {"name": "原名", "code": "X1", "level": "9", "phone": "1", "version": "1"}
    assert client_of(people.worker).post(url("facility-update", clinic.pk), data).status_code == 302

    page = client_of(people.official).post(url("facility-update", clinic.pk), data | {"phone": "2"})

    assert page.status_code == 409
    assert [(item["mine"], item["theirs"]) for item in page.context["conflict"]] == [("2", "1")]
    clinic.refresh_from_db()
    assert clinic.phone == "1"


def test_facility_update_form_carries_the_version(people, client_of):
    clinic = FacilityFactory(parent=people.here, version=4)

    page = client_of(people.worker).get(url("facility-update", clinic.pk))

    assert page.context["form"]["version"].value() == 4


def test_check_is_recorded_and_corrected(coded, clinic, client_of):
    client = client_of(coded.worker)
    assert client.post(url("clinic-check-create", clinic.pk), CHECK | {"doctors": "1"}).status_code == 302
    check = ClinicCheck.objects.get()
    assert check.shortfalls == ["doctors"]

    assert client.post(url("clinic-check-update", check.pk), CHECK | {"version": "1"}).status_code == 302

    check.refresh_from_db()
    assert check.meets_standard


def test_check_before_any_rule_says_so_beside_the_day(coded, clinic, client_of):
    page = client_of(coded.worker).post(url("clinic-check-create", clinic.pk), CHECK | {"checked_on": "2016-01-01"})

    assert page.status_code == 422
    assert "村卫生室最低建筑面积" in str(page.context["form"].errors["checked_on"])


def test_team_is_formed_and_changed(people, client_of):
    clinic, client = FacilityFactory(parent=people.here), client_of(people.worker)
    assert client.post(url("team-create", clinic.pk), {"name": "一队", "leader": "岩"}).status_code == 302
    team = CareTeam.objects.get()

    answer = client.post(url("team-update", team.pk), {"name": "一队", "leader": "玉", "version": "1"})

    team.refresh_from_db()
    assert (answer.status_code, team.leader, team.is_active) == (302, "玉", False)


def test_facility_is_closed_with_a_reason(people, client_of):
    clinic, client = FacilityFactory(parent=people.here), client_of(people.worker)
    assert client.post(url("facility-close", clinic.pk), {"version": "1", "reason": ""}).status_code == 422

    assert client.post(url("facility-close", clinic.pk), {"version": "1", "reason": "合并"}).status_code == 302

    clinic.refresh_from_db()
    assert not clinic.is_open
