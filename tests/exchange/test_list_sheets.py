"""Lists that leave as their pages show them: the same rows, columns and words, to the same people."""

from io import BytesIO

import openpyxl
import pytest
from django.urls import reverse

from healthaid.audit.models import Entry
from healthaid.core.tables import Table, badge, link, yuan
from healthaid.exchange import lists, workbook
from tests.factories.conditions import ConditionFactory, CriticalCaseFactory, person_in
from tests.factories.facilities import HospitalFactory
from tests.factories.patients import HouseholdFactory

MENTAL = "severe_mental_disorder"


class Debts(Table):
    headings = ("选", "姓名", "应收", "笔数", "占比", "状态", "")
    classes = ("d-print-none", "nowrap", "money", "number", "number", "", "nowrap")

    def cells(self, row):
        name, amount, number = row
        return (
            "□",
            link("/1/", name),
            yuan(amount),
            number,
            f"{number}/9",
            badge("逾期", "act"),
            badge("按钮", "plain"),
        )


def test_sheet_has_the_words_of_the_page_and_its_figures_as_figures():
    columns, cells = lists.content_of(Debts([("岩<b>&", 1234.5, "2"), ("=玉", None, "3")]))

    assert [(column.label, column.kind) for column in columns] == [
        ("姓名", "text"),
        ("应收", "amount"),
        ("笔数", "number"),
        ("占比", "text"),
        ("状态", "text"),
    ]
    assert [(name, str(amount), number, part, state) for name, amount, number, part, state in cells.rows()] == [
        ("岩<b>&", "1234.50", 2, "2/9", "逾期"),
        ("=玉", "None", 3, "3/9", "逾期"),
    ]


def test_sheet_of_an_empty_list_keeps_its_heads():
    columns, cells = lists.content_of(Debts([]))

    assert ([column.label for column in columns], cells.height) == (["姓名", "应收", "笔数", "占比", "状态"], 0)


def sheet_of(client, page):
    """The workbook behind the export button of a list: heads and rows."""
    answer = client.get(page.context["export_url"])
    head, *rows = openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content))).worksheets[0].values
    return head, rows


@pytest.fixture
def cases(people):
    """Two files here, one of them about an illness that not everybody may know of."""
    hospital = HospitalFactory(parent=people.county)
    for name, disease in (("岩一", "gastric_cancer"), ("玉二", MENTAL)):
        condition = ConditionFactory(person=person_in(people.here, name=name), disease=disease)
        CriticalCaseFactory(condition=condition, hospital=hospital)


@pytest.mark.parametrize(("who", "names"), [("signer", ["岩一", "玉二"]), ("reader", ["岩一"])])
@pytest.mark.usefixtures("cases")
def test_cases_go_out_as_far_as_the_page_shows_them(people, client_of, who, names):
    client = client_of(getattr(people, who))

    page = client.get(reverse("patients:case-list"), {"state": "untreated"})
    head, rows = sheet_of(client, page)

    assert head == ("患者", "行政村", "病种", "定点医院", "主管医生", "建档日期", "救治状态")
    assert sorted(row[0] for row in rows) == names == sorted(row.person.name for row in page.context["page"].rows)
    told = Entry.objects.get(verb="exchange.sheet.exported").changes
    assert (told["sheet"], told["rows"], told["filters"]) == ("cases", len(names), "救治状态：未救治")


@pytest.mark.usefixtures("cases")
def test_searched_words_choose_rows_and_are_not_remembered(people, client_of):
    client = client_of(people.signer)

    _head, rows = sheet_of(client, client.get(reverse("patients:case-list"), {"q": "玉"}))

    assert [row[0] for row in rows] == ["玉二"]
    assert Entry.objects.get(verb="exchange.sheet.exported").changes["filters"] == ""


@pytest.mark.usefixtures("cases")
def test_list_without_rows_offers_no_export(people, client_of):
    page = client_of(people.worker).get(reverse("patients:case-list"), {"state": "died"})

    assert (page.status_code, page.context["export_url"]) == (200, "")


@pytest.mark.usefixtures("cases")
def test_filter_that_is_wrong_is_not_found(people, client_of):
    client = client_of(people.worker)

    assert client.get(reverse("patients:case-sheet"), {"state": "nonsense"}).status_code == 404


def test_more_rows_than_one_waits_for_are_refused_and_not_recorded(people, client_of, monkeypatch):
    HouseholdFactory.create_batch(2, village=people.here)
    monkeypatch.setattr(workbook, "MOST", 1)
    client = client_of(people.worker)

    answer = client.get(reverse("patients:household-sheet"))

    assert answer.status_code == 403
    assert "名单超过1条" in answer.content.decode()
    assert not Entry.objects.filter(verb="exchange.sheet.exported").exists()


def test_households_go_out_with_as_many_queries_however_many_they_are(people, client_of, django_assert_max_num_queries):
    HouseholdFactory.create_batch(3, village=people.here)
    client = client_of(people.worker)

    with django_assert_max_num_queries(20):
        answer = client.get(reverse("patients:household-sheet"))

    head, *rows = openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content))).worksheets[0].values
    assert (head[0], len(rows)) == ("户编号", 3)
