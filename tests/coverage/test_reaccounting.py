"""What a run finds, as its pages and workbook tell it, and the command that computes and confirms."""

import json
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from openpyxl import load_workbook

from healthaid.coverage.actions.runs import compute_now
from healthaid.coverage.forms.runs import TryForm
from healthaid.coverage.models import RunResult, YearAccount
from healthaid.coverage.resources.runs import difference_sheet
from healthaid.coverage.settlement.rulebook import READ
from healthaid.policy import catalogue
from tests.coverage.regions import worked_region
from tests.factories.coverage import entered_bill, local_value
from tests.factories.patients import PersonFactory, PovertySpellFactory

WORLD = worked_region


def test_difference_in_sums_alone_shows_which_sum_moved(client_of, people, region):
    for day in (date(2018, 8, 1), date(2018, 7, 1)):
        entered_bill(people.insurance, region.patient, region.county_hospital, served_on=day)
    run = compute_now(by=people.insurance, place=people.county, year=2018, purpose="year_end")
    client = client_of(people.official)

    page = client.get(reverse("coverage:run-differences", args=[run.pk])).content.decode()
    sheet = client.get(reverse("coverage:run-sheet", args=[run.pk]))
    heads, *rows = load_workbook(BytesIO(b"".join(sheet.streaming_content))).active.iter_rows(values_only=True)
    sums = [dict(zip(heads, row, strict=True)) for row in rows if row[0] and "JS" in str(row[0])]

    assert '此前个人自付累计 <span class="text-secondary">0.00 →</span> <strong>1,940.00</strong>' in page
    assert [(row["此前个人自付累计：原（元）"], row["此前个人自付累计：新（元）"]) for row in sums] == [(0, 1940)]


@pytest.mark.parametrize("rows", [1, 3])
def test_run_page_query_count_does_not_grow(client_of, people, region, rows, django_assert_num_queries):
    local_value(people.county, "income.rural_per_capita.previous_year", 3000, starts_on=date(2018, 1, 1))
    for _ in range(rows):
        patient = PersonFactory(household__village=people.here)
        PovertySpellFactory(person=patient)
        for day in (date(2018, 8, 1), date(2018, 7, 1)):
            entered_bill(people.insurance, patient, region.county_hospital, served_on=day)
    run = compute_now(by=people.insurance, place=people.county, year=2018, purpose="year_end")
    client = client_of(people.official)

    with django_assert_num_queries(9):
        client.get(run.get_absolute_url())


def test_what_if_offers_every_number_that_settlement_reads(client_of, people, region):
    offered = [
        name for _label, group in TryForm(user=people.insurance).fields["parameter_1"].choices[1:] for name, _ in group
    ]

    words = {name for name in READ if catalogue.parameters()[name].unit in ("rule", "list")}
    assert sorted(offered) == sorted(READ - words)


def reaccount(*arguments, capsys):
    call_command("reaccount", *arguments)
    return json.loads(capsys.readouterr().out.splitlines()[-1])


def test_command_computes_and_confirms(people, region, capsys):
    entered_bill(people.insurance, region.patient, region.county_hospital, served_on=date(2018, 8, 1))
    entered_bill(people.insurance, region.patient, region.county_hospital, served_on=date(2018, 7, 1))

    run = reaccount("--place", "533103", "--year", "2018", "--as", "insurance", capsys=capsys)
    done = reaccount("--confirm", str(run["run"]), "--as", "official", capsys=capsys)

    assert (run["state"], run["bills"], run["changed"], run["unresolved"]) == ("proposed", 2, 1, 0)
    assert run["before"]["personal"] == run["after"]["personal"] == "3880.00"
    assert done["state"] == "confirmed"
    assert not YearAccount.objects.filter(needs_replay=True).exists()


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--place", "533103"],
        ["--place", "999999", "--year", "2018"],
        ["--place", "533103", "--year", "1999"],
        ["--place", "533103", "--year", "2018", "--as", "nobody"],
        ["--place", "533103", "--year", "2018", "--as", "who"],
        ["--place", "533103", "--year", "2018", "--what-if", "x"],
        ["--place", "533103", "--year", "2018", "--what-if", "no.such=1"],
        ["--confirm", "7", "--as", "official"],
        ["--confirm", "7"],
    ],
)
def test_command_refuses_a_bad_call_with_one_line(people, region, arguments):
    with pytest.raises(CommandError) as refusal:
        call_command("reaccount", *arguments)

    assert refusal.value.returncode == 2
    assert "\n" not in str(refusal.value)


def test_workbook_of_differences_has_amounts_to_the_fen(people, region):
    later = {"served_on": date(2018, 8, 1), "total": Decimal("327.59"), "in_policy": Decimal("327.59")}
    entered_bill(people.insurance, region.patient, region.county_hospital, **later)
    run = compute_now(by=people.insurance, place=people.county, year=2018, purpose="year_end")

    _columns, frames = difference_sheet(RunResult.objects.filter(run=run))

    cells = [cell for frame in frames for row in frame.rows() for cell in row[4:] if cell is not None]
    assert cells
    assert all(len(str(cell).partition(".")[2]) <= 2 for cell in cells)
