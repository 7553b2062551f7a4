from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from healthaid.accounts.enums import Ability
from healthaid.exchange.enums import BatchState
from healthaid.exchange.models import ImportBatch, StoredFile
from healthaid.exchange.permissions import reach_of
from healthaid.jobs import selectors as jobs
from healthaid.jobs.enums import JobState
from patients.enums import CaseState
from tests.factories.conditions import ConditionFactory, CriticalCaseFactory
from tests.factories.facilities import ClinicCheckFactory, FacilityFactory, HospitalFactory
from tests.factories.jobs import JobFactory
from tests.factories.reports import a_person, counted
from tests.factories.signing import ContractFactory


@pytest.fixture(autouse=True)
def _in_july():
    with time_machine.travel("2018-07-02 09:00 +0800", tick=False):
        yield


@pytest.fixture
def work(people, county):
    """Something of every kind waits here, and in the other township too."""
    hospital = HospitalFactory(parent=county)
    for village in (people.here, people.elsewhere):
        ConditionFactory(person=a_person(village), state="suspected")
        case = ConditionFactory(person=a_person(village))
        CriticalCaseFactory(condition=case, hospital=hospital, state=CaseState.UNTREATED)
        ContractFactory(
            person=a_person(village),
            team=hospital.teams.create(path=hospital.path, name=village.name, leader="岩团队长"),
            ends_on="2018-07-20",
        )
        ClinicCheckFactory(clinic=FacilityFactory(parent=village), shortfalls=["area"])


def home(browser):
    return browser.get(reverse("home")).context["page"]


def numbers(page):
    return {str(card.label): card.count.number for card in page.cards}


def test_home_shows_what_waits_for_the_duty_and_nothing_of_elsewhere(client_of, people, work):
    assert numbers(home(client_of(people.worker))) == {
        "待核实患病": 1,
        "大病待建档": 1,
        "大病未救治": 1,
        "签约将到期": 1,
        "村卫生室未达标": 2,
        "未签约群众": 3,
    }
    assert set(numbers(home(client_of(people.signer)))) == {"待核实患病", "签约将到期", "未签约群众"}
    assert numbers(home(client_of(people.hospital)))["大病未救治"] == 2
    assert numbers(home(client_of(people.insurance))) == {
        "慢特病卡待录入": 0,
        "应办未办慢特病卡": 5,
        "慢特病卡将到期": 0,
        "参保缺口": 9,
        "待还款提醒": 0,
    }


@pytest.mark.parametrize("name", ["worker", "signer", "hospital", "cdc", "official"])
def test_every_number_on_home_opens_exactly_those_rows(client_of, people, work, name):
    browser = client_of(getattr(people, name))

    for card in home(browser).cards:
        listed = browser.get(card.url)

        assert listed.status_code == 200, card.label
        assert listed.context["count"].number == card.count.number, card.label


def test_home_of_an_official_says_that_last_month_is_missing_and_shows_the_newest(client_of, people, county):
    browser = client_of(people.official)
    before = home(browser)
    counted(county)

    after = home(browser)

    assert (before.missing_month[0], before.headlines) == (county, None)
    assert after.missing_month is None
    assert [figure.indicator.code for figure in after.headlines.figures][:3] == [
        "basic_insurance",
        "critical_insurance",
        "contracts",
    ]


def test_home_shows_ones_own_jobs_and_batches_only(client_of, people, county):
    mine = JobFactory(requested_by=people.poverty, state=JobState.FAILED)
    JobFactory(requested_by=people.official)
    file = StoredFile.objects.create(name="花名册.xlsx")
    batch, _another = (
        ImportBatch.objects.create(
            kind="register", file=file, uploaded_by=user, reach=reach_of(user, Ability.EDIT_REGISTER), state=state
        )
        for user, state in ((people.poverty, BatchState.CHECKED), (people.worker, BatchState.FAULTY))
    )

    page = home(client_of(people.poverty))

    assert (page.jobs, page.batches) == ([mine], [batch])


@pytest.mark.parametrize(("hours", "is_news"), [(1, True), (25, False)])
def test_home_tells_for_a_day_what_was_done(client_of, people, hours, is_news):
    ended = timezone.now() - timedelta(hours=hours)
    done = JobFactory(
        requested_by=people.poverty, state=JobState.DONE, finished_at=ended, result={"url": "/data/files/7/"}
    )

    response = client_of(people.poverty).get(reverse("home"))

    assert response.context["page"].jobs == ([done] if is_news else [])
    assert ('href="/data/files/7/"' in response.content.decode()) is is_news


@pytest.mark.parametrize(("ran_for", "is_down"), [(5, False), (89, False), (91, True)])
def test_home_of_an_administrator_tells_of_failed_jobs_and_a_silent_scheduler(
    client_of, people, monkeypatch, ran_for, is_down
):
    JobFactory(requested_by=None, state=JobState.FAILED)
    monkeypatch.setattr(jobs, "STARTED", 0)
    monkeypatch.setattr(jobs, "monotonic", lambda: ran_for)

    page = home(client_of(people.admin))

    assert numbers(page) == {"久未使用的账号": 0, "失败的任务": 1}
    assert page.is_scheduler_down is is_down


def test_home_without_a_posting_says_whom_to_ask(client_of, people):
    response = client_of(people.nobody).get(reverse("home"))

    assert response.context["page"].cards == []
    assert "请联系系统管理员" in response.content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_home_query_count_does_not_grow(client_of, people, work, rows, django_assert_num_queries):
    for _number in range(rows):
        ConditionFactory(person=a_person(people.here), state="suspected")
        JobFactory(requested_by=people.worker)
    browser = client_of(people.worker)
    browser.get(reverse("home"))

    with django_assert_num_queries(12):
        browser.get(reverse("home"))
