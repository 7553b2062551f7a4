from io import StringIO

import pytest
from django.core.management import call_command

from facilities.enums import FacilityKind
from facilities.models import CareTeam, ClinicCheck, Facility
from healthaid.accounts.models import User
from healthaid.audit.models import Entry
from healthaid.audit.verifying import verify_chain
from healthaid.exchange.models import ImportBatch
from healthaid.reports.demonstration.accounts import LOADER, POSTS
from healthaid.reports.models import MonthlyReport
from patients.models import Condition, Person
from signing.models import Contract

PASSWORD = "chosen by whoever shows it"


@pytest.fixture(scope="module")
def loaded(standing_rows):
    """What the command printed, once for the file."""
    printed = StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DEMO_PASSWORD", PASSWORD)
        call_command("load_demo", people=60, stdout=printed)
    return printed.getvalue()


@pytest.fixture
def said(loaded, db):
    return loaded


def test_load_demo_makes_a_county_that_works(said):
    kinds = Facility.objects.values_list("kind", flat=True)
    assert [list(kinds).count(kind) for kind in FacilityKind.values] == [3, 13, 121]
    assert CareTeam.objects.count() == 121
    assert ClinicCheck.objects.filter(meets_standard=True).exists()
    assert ClinicCheck.objects.filter(meets_standard=False).exists()
    assert Person.objects.count() == 60
    assert Condition.objects.exists()
    assert 45 <= Contract.objects.count() <= 60
    assert set(ImportBatch.objects.values_list("kind", "state")) == {
        ("register", "applied"),
        ("conditions", "applied"),
        ("contracts", "applied"),
        ("enrolments", "applied"),
        ("cards", "applied"),
        ("bills", "applied"),
    }
    assert MonthlyReport.objects.count() == 6
    assert verify_chain().is_whole


def test_load_demo_opens_one_account_a_duty_and_prints_them(said):
    users = {user.username: user for user in User.objects.filter(is_active=True)}

    assert set(users) == {post.username for post in POSTS}
    assert all(user.check_password(PASSWORD) and not user.must_change_password for user in users.values())
    assert {
        name: [(posting.duty, posting.place.name) for posting in user.current_postings()]
        for name, user in users.items()
    } == {
        "village": [("village_doctor", "大湾村")],
        "township": [("township_worker", "芒市镇")],
        "hospital": [("case_manager", "芒市")],
        "cdc": [("cdc", "芒市")],
        "insurance": [("insurance", "芒市")],
        "civil": [("civil_affairs", "芒市")],
        "poverty": [("poverty_office", "芒市")],
        "county": [("county_official", "芒市")],
        "prefecture": [("reader", "德宏傣族景颇族自治州")],
        "auditor": [("auditor", "芒市")],
        "admin": [("administrator", "中国")],
    }
    assert all(name in said for name in users)
    assert f"password: {PASSWORD}" in said


def test_load_demo_leaves_nobody_with_the_loaders_rights(said):
    loader = User.objects.get(username=LOADER)

    assert not loader.is_active
    assert not loader.has_usable_password()
    assert not loader.scope()


def test_load_demo_a_second_time_changes_nothing(said, capsys):
    before = Entry.objects.count()

    call_command("load_demo", people=60)

    assert "nothing was changed" in capsys.readouterr().out
    assert (Entry.objects.count(), Person.objects.count()) == (before, 60)
