import html
import re
from datetime import date
from io import BytesIO

import pytest
import time_machine
from django.urls import resolve, reverse
from django.utils.html import strip_tags
from openpyxl import load_workbook

from healthaid.audit.models import Entry
from healthaid.jobs.models import Job
from healthaid.regions.actions import rename_place
from healthaid.reports.domain import Standing
from healthaid.reports.indicators import BY_CODE
from healthaid.reports.models import MonthlyReport
from healthaid.reports.selectors import figures
from tests.drawing import undrawn
from tests.factories.conditions import ConditionFactory
from tests.factories.facilities import FacilityFactory
from tests.factories.regions import PlaceFactory
from tests.factories.reports import JUNE, MAY, a_person, counted
from tests.reports.counties import full_county

PAGES = ("place", "report-detail", "report-print", "report-export", "figure-rows")


def counted_county(people):
    """The county with its June counted."""
    county = full_county(people)
    counted(county)
    return county


WORLD = counted_county


@pytest.fixture(autouse=True)
def _in_july():
    with time_machine.travel("2018-07-02 09:00 +0800", tick=False):
        yield


@pytest.fixture
def uncounted(county):
    """The county before any of its months is counted."""
    MonthlyReport.objects.all().delete()
    return county


def workbook_of(response):
    """The first sheet of a workbook that was taken."""
    return load_workbook(BytesIO(b"".join(response.streaming_content))).worksheets[0]


def address(page, place, *more):
    """A page about June at a place."""
    month = () if page == "place" else ("2018-06",)
    code = ("contracts",) if page == "figure-rows" else ()
    return reverse(f"reports:{page}", args=[place.pk, *month, *code, *more])


@pytest.mark.parametrize(
    ("name", "seen", "unseen"),
    [
        ("official", ("county", "township", "here", "elsewhere"), ("prefecture", "other_county", "far_away")),
        ("worker", ("township", "here", "next_door"), ("county", "other_township", "elsewhere", "far_away")),
        ("signer", ("here",), ("township", "next_door", "county")),
        ("prefecture_reader", ("prefecture", "county", "other_county", "here"), ("province", "country")),
    ],
)
def test_places_outside_ones_postings_are_not_there(client_of, people, county, *, name, seen, unseen):
    counted(people.other_county)
    browser = client_of(getattr(people, name))
    expected = dict.fromkeys(seen, 200) | dict.fromkeys(unseen, 404)

    with undrawn():
        for page in PAGES:
            found = {place: browser.get(address(page, getattr(people, place))).status_code for place in expected}

            assert found == expected, page


@pytest.mark.parametrize("name", ["auditor", "admin", "nobody"])
def test_who_reads_no_reports_is_told_so(client_of, people, county, name):
    browser = client_of(getattr(people, name))

    for url in (
        *(address(page, county) for page in PAGES),
        reverse("reports:dashboard"),
        reverse("reports:report-list"),
    ):
        response = browser.get(url)

        assert response.status_code == 403, url
        assert "芒坝" not in response.content.decode(), url


def test_dashboard_opens_at_the_place_of_the_posting_and_the_newest_month(client_of, people, county):
    counted(county, MAY)

    page = client_of(people.worker).get(reverse("reports:dashboard")).context["page"]

    assert (page.snapshot.place, page.snapshot.month) == (people.township, JUNE)
    assert [rank.place.name for rank in page.ranking] == ["芒坝村", "弄坎村"]
    assert [line.month for line in page.trend] == [MAY, JUNE]


def test_dashboard_shows_targets_standing_and_what_is_missing(client_of, people, county):
    response = client_of(people.official).get(address("place", county))

    figures = {figure.indicator.code: figure for figure in response.context["page"].headlines}
    assert figures["contracts"].target == 1
    assert figures["contracts"].standing == Standing.SHORT
    assert f'href="{address("figure-rows", county)}?side=missing"' in response.content.decode()


def figure_links(browser, url):
    """Where the figures of a page open, without the side of the rows."""
    links = set(re.findall(r'href="(/reports/\d+/\d+-\d+/[^"?]+)', browser.get(url).content.decode()))
    return {link for link in links if resolve(link).url_name == "figure-rows"}


@pytest.mark.parametrize("name", ["signer", "official"])
def test_each_number_opens_and_none_leads_to_a_refusal(client_of, people, county, name):
    browser, place = client_of(getattr(people, name)), figures.first_place(getattr(people, name))

    shown, official = (figure_links(browser, address(page, place)) for page in ("place", "report-detail"))

    assert address("figure-rows", place) in shown
    assert shown <= official  # where the figures of all places below open too
    with undrawn():
        assert {browser.get(link).status_code for link in shown} == {200}


def test_dashboard_adds_counties_up_for_the_prefecture(client_of, people, county):
    counted(people.other_county)

    page = client_of(people.prefecture_reader).get(address("place", people.prefecture)).context["page"]

    assert page.snapshot.values["people"].numerator == 5
    assert page.snapshot.counted == 2
    assert {part.place: part.values["people"].numerator for part in page.snapshot.parts} == {
        county: 4,
        people.other_county: 1,
    }


def test_dashboard_names_only_places_above_that_one_may_open(client_of, people, county):
    page = client_of(people.worker).get(address("place", people.here)).context["page"]

    assert [(step.place, step.is_open) for step in page.lineage][-3:] == [
        (county, False),
        (people.township, True),
        (people.here, True),
    ]


def test_dashboard_of_a_month_not_counted_offers_to_count_it(client_of, people, uncounted):
    counted(uncounted, MAY)

    official = client_of(people.official).get(address("place", uncounted) + "?month=2018-06")
    worker = client_of(people.worker).get(address("place", people.township) + "?month=2018-06")

    build = reverse("reports:report-build", args=[uncounted.pk, "2018-06"])
    assert f'action="{build}"' in official.content.decode()
    assert "/build/" not in worker.content.decode()


@pytest.mark.parametrize("month", ["2018-13", "june", "2018-6", "0000-00"])
def test_a_month_that_is_none_is_not_there(client_of, people, county, month):
    browser = client_of(people.official)

    assert browser.get(address("place", county) + f"?month={month}").status_code == 404
    assert browser.get(reverse("reports:report-detail", args=[county.pk, month])).status_code == 404


@pytest.mark.parametrize(("renamed_on", "name"), [(date(2018, 7, 1), "芒坝"), (date(2018, 6, 30), "新城")])
def test_report_and_dashboard_name_places_as_on_the_day_of_the_report(client_of, people, county, *, renamed_on, name):
    names = [
        rename_place(place=place, name=f"新城{place.name[2:]}", on=renamed_on).name
        for place in (people.county, people.township, people.here)
    ]
    county_then, township_then, village_then = (f"{name}{new[2:]}" for new in names)
    browser = client_of(people.official)
    month = {"month": "2018-06"}

    dashboard = browser.get(address("place", people.township), month).context["page"]
    table = browser.get(address("report-print", people.township)).context["table"]
    rows = browser.get(address("figure-rows", people.township))
    sheet = workbook_of(browser.get(address("report-export", people.township)))

    assert [step.place.name for step in dashboard.lineage][-2:] == [county_then, township_then]
    assert village_then in [rank.place.name for rank in dashboard.ranking]
    assert [place.name for place in table.places][:2] == [township_then, village_then]
    assert f"{township_then} 2018-06" in rows.content.decode()
    assert sheet["A1"].value == f"{township_then}健康帮扶月报表（2018年6月）"
    assert [sheet.cell(row, 1).value for row in (7, 8)] == [township_then, village_then]


@pytest.mark.parametrize("villages", [1, 3])
def test_dashboard_query_count_does_not_grow(client_of, people, county, villages, django_assert_num_queries):
    for _number in range(villages):
        a_person(PlaceFactory(parent=people.township))
    for month in (date(2018, 4, 1), MAY, JUNE)[:villages]:
        counted(county, month)
    browser = client_of(people.official)
    browser.get(reverse("reports:dashboard"))

    with django_assert_num_queries(13):
        response = browser.get(reverse("reports:dashboard") + "?month=2018-04")

    assert response.status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_list_behind_a_figure_query_count_does_not_grow(client_of, people, county, rows, django_assert_num_queries):
    for _number in range(rows):
        a_person(people.here)
    counted(county)
    browser = client_of(people.official)
    browser.get(address("figure-rows", county))

    with django_assert_num_queries(10):
        response = browser.get(address("figure-rows", county) + "?side=missing")

    assert len(response.context["page"].rows) == rows + 2


def test_list_behind_a_figure_repeats_the_number_and_tells_when_it_moved(client_of, people, county):
    browser = client_of(people.official)
    before = browser.get(address("figure-rows", county) + "?side=missing").context
    a_person(people.here)

    after = browser.get(address("figure-rows", county) + "?side=missing").context

    assert (before["stored"], before["now"], before["count"].number) == (2, None, 2)
    assert (after["stored"], after["now"], after["count"].number) == (2, 3, 3)


def test_list_behind_the_doctors_adds_up_to_the_number_though_it_lists_villages(client_of, people, county):
    context = (
        client_of(people.official)
        .get(reverse("reports:figure-rows", args=[county.pk, "2018-06", "doctors"]) + "?side=missing")
        .context
    )

    assert (context["stored"], context["now"], context["count"].number) == (3, None, 2)


@pytest.mark.parametrize("code", ["households", "people", "clinics", "illnesses", "clinics_at_standard", "doctors"])
def test_every_kind_of_list_opens(client_of, people, county, code):
    FacilityFactory(parent=people.elsewhere)
    counted(county)

    response = client_of(people.official).get(reverse("reports:figure-rows", args=[county.pk, "2018-06", code]))

    assert response.status_code == 200
    assert len(response.context["page"].rows) >= 1


@pytest.mark.parametrize(("code", "side"), [("nonsense", "met"), ("contracts", "nonsense")])
def test_an_unknown_indicator_or_side_is_not_there(client_of, people, county, code, side):
    url = reverse("reports:figure-rows", args=[county.pk, "2018-06", code])

    assert client_of(people.official).get(f"{url}?side={side}").status_code == 404


def test_who_may_not_see_sensitive_illnesses_sees_the_number_only(client_of, people, county):
    url = reverse("reports:figure-rows", args=[people.township.pk, "2018-06", "group_mental"])

    refused = client_of(people.official).get(url)
    opened = client_of(people.worker).get(url)

    assert (refused.status_code, opened.status_code) == (403, 200)
    assert "敏感病种" in refused.content.decode()
    assert "岩温" not in refused.content.decode()


def told(browser, place, code="group_mental"):
    """What page, print and workbook say of an indicator, for the place itself and the places below it."""
    label = str(BY_CODE[code].label)
    figures = [f for group in browser.get(address("place", place)).context["page"].groups for f in group.figures]
    [own] = [figure.value for figure in figures if figure.indicator.code == code]
    printed = browser.get(address("report-print", place)).content.decode()
    [line] = [part for part in printed.split("<tr>") if label in part]
    cells = [html.unescape(strip_tags(cell)) for cell in re.findall(r'<td class="number">(.*?)</td>', line)]
    sheet = workbook_of(browser.get(address("report-export", place)))
    column = next(cell.column for cell in sheet[5] if str(cell.value).startswith(label))
    exported = {sheet.cell(row, 1).value: sheet.cell(row, column).value for row in range(7, sheet.max_row + 1)}
    return own.withheld or own.numerator, cells[1:], exported


def test_few_people_with_a_sensitive_illness_are_no_number_for_who_may_not_know_them(client_of, people, county):
    """Levels of health data: below the county a cell of one to four people is suppressed, and what gives it away."""
    for _each in range(6):
        a_person(people.elsewhere, key_groups="mental")
    counted(county)
    official, worker = client_of(people.official), client_of(people.worker)

    assert told(worker, people.township) == (1, ["1", "1", "0"], {"芒坝镇": 1, "芒坝村": 1, "弄坎村": 0})
    assert told(official, people.township) == ("<5", ["<5", "<5", "0"], {"芒坝镇": "<5", "芒坝村": "<5", "弄坎村": 0})
    assert told(official, people.county) == (
        "…",
        ["…", "<5", "6"],
        {"芒坝市": "…", "芒坝镇": "<5", "芒坝村": "<5", "弄坎村": 0, "遮冒乡": 6, "遮冒村": 6},
    )
    assert told(client_of(people.prefecture_reader), people.prefecture)[:2] == ("…", ["…", "…"])
    assert told(official, people.township, "group_hypertension")[0] == 1
    shown = official.get(address("place", people.township)).content.decode()
    rows = reverse("reports:figure-rows", args=[people.township.pk, "2018-06", "group_mental"])
    assert (rows in shown, rows in worker.get(address("place", people.township)).content.decode()) == (False, True)


def test_a_sensitive_illness_keeps_its_line_but_names_nobody(client_of, people, county):
    person = a_person(people.here, name="密名")
    ConditionFactory(person=person, disease="aids_opportunistic_infection", is_sensitive=True, kind="critical")
    counted(county)
    url = reverse("reports:figure-rows", args=[people.township.pk, "2018-06", "illnesses"])

    official, worker = client_of(people.official).get(url), client_of(people.worker).get(url)

    assert official.context["count"].number == worker.context["count"].number == 4
    assert ("密名" in worker.content.decode(), "密名" in official.content.decode()) == (True, False)


def test_rows_behind_a_figure_go_out_as_they_are_shown(client_of, people, county):
    person = a_person(people.here, name="密名")
    ConditionFactory(person=person, disease="aids_opportunistic_infection", is_sensitive=True, kind="critical")
    counted(county)
    url = reverse("reports:figure-rows", args=[people.township.pk, "2018-06", "illnesses"])

    names = {}
    for who in ("worker", "official"):
        browser = client_of(getattr(people, who))
        answer = browser.get(browser.get(url).context["export_url"])
        head, *rows = load_workbook(BytesIO(b"".join(answer.streaming_content))).worksheets[0].values
        names[who] = {row[0] for row in rows}

    assert (head[:2], len(rows)) == (("姓名", "病种"), 4)
    assert ("密名" in names["worker"], "密名" in names["official"], "已隐去" in names["official"]) == (
        True,
        False,
        True,
    )
    told = [entry.changes for entry in Entry.objects.filter(verb="exchange.sheet.exported")]
    assert [(each["sheet"], each["rows"], each["filters"]) for each in told] == [
        ("figure_rows", 4, "截至2018-06-30")
    ] * 2


def test_build_leads_to_the_job_and_back_to_the_dashboard(
    client_of, people, uncounted, django_capture_on_commit_callbacks
):
    browser = client_of(people.official)

    with django_capture_on_commit_callbacks(execute=True):
        response = browser.post(reverse("reports:report-build", args=[uncounted.pk, "2018-06"]))

    job = Job.objects.get()
    assert response.url == reverse("jobs:job-detail", args=[job.pk])
    assert job.result == {"url": f"/reports/{uncounted.pk}/?month=2018-06"}
    assert MonthlyReport.objects.get().counted_by == people.official


@pytest.mark.parametrize(
    ("name", "place", "status"),
    [
        ("worker", "township", 403),
        ("poverty", "county", 403),
        ("worker", "county", 404),
        ("far_poverty", "county", 404),
    ],
)
def test_build_refused_counts_nothing(client_of, people, county, *, name, place, status):
    url = reverse("reports:report-build", args=[getattr(people, place).pk, "2018-06"])

    assert client_of(getattr(people, name)).post(url).status_code == status
    assert not Job.objects.exists()


def test_build_needs_post(client_of, people, county):
    url = reverse("reports:report-build", args=[county.pk, "2018-06"])

    assert client_of(people.official).get(url).status_code == 405


def test_export_holds_only_what_one_may_see(client_of, people, county):
    response = client_of(people.worker).get(address("report-export", people.township))

    sheet = load_workbook(BytesIO(b"".join(response.streaming_content))).worksheets[0]
    assert [sheet.cell(row, 1).value for row in range(7, sheet.max_row + 1)] == ["芒坝镇", "芒坝村", "弄坎村"]
    assert response.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert Entry.objects.first().verb == "reports.report.exported"


def test_reports_list_their_months_newest_first(client_of, people, county):
    counted(county, MAY)

    response = client_of(people.worker).get(reverse("reports:report-list"))

    assert [line.month for line in response.context["months"]] == [JUNE, MAY]


@pytest.mark.parametrize("page", ["place", "report-detail", "report-print"])
def test_pages_keep_to_the_content_security_policy(client_of, people, county, page):
    text = client_of(people.official).get(address(page, county)).content.decode()

    assert " style=" not in text
    assert " on" + "click=" not in text
    assert "<script>" not in text
