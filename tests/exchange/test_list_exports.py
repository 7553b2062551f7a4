"""The export button of a list: exactly the rows that the list shows, by filters that are ids and codes."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from healthaid.audit.models import Entry
from healthaid.exchange import actions
from healthaid.jobs.models import Job
from tests.factories.conditions import ConditionFactory
from tests.factories.facilities import CareTeamFactory, FacilityFactory
from tests.factories.patients import HouseholdFactory, PersonFactory
from tests.factories.signing import ContractFactory

LISTS = {
    "register": "patients:person-list",
    "conditions": "patients:condition-list",
    "contracts": "signing:contract-list",
}


def county(people):
    """Three people here and one in the other township, with an illness and a contract each."""
    team = CareTeamFactory(facility=FacilityFactory(parent=people.here))
    rows = (
        ("岩一", people.here, {"sex": "1", "poverty_status": "lifted"}, "hypertension", "active"),
        ("玉二", people.here, {"sex": "2", "key_groups": "mental"}, "severe_mental_disorder", "ended"),
        ("岩三", people.here, {"sex": "1", "life_state": "dead"}, "gastric_cancer", "renewed"),
        ("玉四", people.elsewhere, {"sex": "2"}, "gastric_cancer", "active"),
    )
    for name, village, fields, disease, state in rows:
        person = PersonFactory(household=HouseholdFactory(village=village), name=name, **fields)
        ConditionFactory(person=person, disease=disease)
        ContractFactory(person=person, team=team, state=state)


WORLD = county


def exported(client, url):
    """The names in the file that the export's page makes, asked as its form asks."""
    answer = client.post(url, {"fmt": "xlsx"})
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    header, *rows = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(values_only=True)
    return sorted(row[header.index("姓名")] for row in rows)


def name_of(row):
    return getattr(row, "person", row).name


@pytest.mark.parametrize("who", ["poverty", "other_worker"])
@pytest.mark.parametrize(
    ("kind", "query"),
    [
        ("register", {}),
        ("register", {"sex": "2"}),
        ("register", {"sex": "1", "state": "dead"}),
        ("register", {"group": "mental"}),
        ("register", {"illness": "critical", "status": "not_lifted"}),
        ("register", {"illness": "none"}),
        ("conditions", {}),
        ("conditions", {"disease": "severe_mental_disorder"}),
        ("conditions", {"kind": "critical", "case": "none"}),
        ("contracts", {}),
        ("contracts", {"state": "ended"}),
        ("contracts", {"due": "soon"}),
    ],
)
def test_exported_rows_are_those_of_the_list(people, client_of, who, kind, query):
    client = client_of(getattr(people, who))

    page = client.get(reverse(LISTS[kind]), query)

    url = page.context["export_url"]
    shown = sorted(name_of(row) for row in page.context["page"].rows)
    assert bool(url) == bool(shown)  # a list without rows offers no file
    if url:
        asked = client.get(url)
        assert url.replace("&", "&amp;") in page.content.decode()
        assert asked.context["count"] == page.context["count"]
        assert exported(client, url) == shown


def test_filters_that_leave_nothing_make_no_file(people, client_of):
    client = client_of(people.other_worker)

    answer = client.get(reverse("exchange:export", args=["register"]), {"group": "mental"})

    assert answer.context["count"].number == 0
    assert "没有可以导出的记录。" in answer.content.decode()
    assert 'name="fmt"' not in answer.content.decode()


def test_file_without_rows_is_refused_in_words_when_it_comes_back(
    people, client_of, django_capture_on_commit_callbacks
):
    client = client_of(people.far_poverty)
    made = client.post(reverse("exchange:export", args=["register"]), {"fmt": "xlsx"})
    file = SimpleUploadedFile("register.xlsx", b"".join(made.streaming_content) if made.streaming else made.content)

    with django_capture_on_commit_callbacks(execute=True):
        sent = client.post(reverse("exchange:upload", args=["register"]), {"file": file})

    assert "只有表头，没有数据行" in client.get(sent.url).content.decode()


@pytest.mark.parametrize("kind", LISTS)
def test_export_keeps_the_place_of_the_list(people, client_of, kind):
    client = client_of(people.poverty)

    page = client.get(reverse(LISTS[kind]), {"place": people.other_township.pk, "state": ""})

    url = page.context["export_url"]
    assert url.endswith(f"?place={people.other_township.pk}")
    assert people.other_township.name in client.get(url).context["words"]
    assert exported(client, url) == ["玉四"]


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    "query",
    ["place={far}", "place=x", "sex=9", "group=none", "household__number=1", "q=岩", "s=abc", "name=岩一", "pk__gt=0"],
)
def test_filter_that_the_list_does_not_offer_is_not_found(people, client_of, method, query):
    url = reverse("exchange:export", args=["register"]) + "?" + query.format(far=people.far_away.pk)

    assert (
        getattr(client_of(people.worker), method)(url, {"fmt": "xlsx"} if method == "post" else None).status_code == 404
    )


@pytest.mark.parametrize(
    ("kind", "query"),
    [("register", {"q": "岩"}), ("register", {"sex": "9"}), ("conditions", {"q": "岩"}), ("contracts", {"q": "XY"})],
)
def test_searched_words_are_not_exported(people, client_of, kind, query):
    page = client_of(people.worker).get(reverse(LISTS[kind]), query)

    assert page.status_code == 200
    assert page.context["export_url"] == ""
    assert reverse("exchange:export", args=[kind]) not in page.content.decode()


def test_clinics_go_out_by_place_only(people, client_of):
    FacilityFactory(parent=people.elsewhere)  # beside the one here
    client, url = client_of(people.poverty), reverse("exchange:export", args=["clinics"])

    assert client.get(url).context["count"].number == 2
    assert client.get(f"{url}?place={people.here.parent.pk}").context["count"].number == 1
    assert client.get(f"{url}?is_open=1").status_code == 404


def test_big_export_keeps_ids_and_codes(people, client_of, monkeypatch, django_capture_on_commit_callbacks):
    monkeypatch.setattr(actions, "EXPORTED_AT_ONCE", 0)
    client = client_of(people.poverty)
    filters = {"place": str(people.township.pk), "sex": "1"}
    url = client.get(reverse("patients:person-list"), filters).context["export_url"]

    with django_capture_on_commit_callbacks(execute=True):
        client.post(url, {"fmt": "csv"})

    job = Job.objects.get(kind="export_sheet")
    assert job.params == {"sheet": "register", "filters": filters, "fmt": "csv"}
    file = b"".join(client.get(job.result["url"]).streaming_content).decode()
    assert ("岩一" in file, "玉二" in file, "岩三" in file) == (True, False, False)
    entry = Entry.objects.get(verb="exchange.sheet.exported")
    assert (entry.changes["rows"], entry.changes["filters"]) == (1, filters)
