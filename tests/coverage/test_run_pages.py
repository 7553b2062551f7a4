"""Pages of re-accounting, and the command."""

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
from healthaid.coverage.models import RunResult, SettlementRun, YearAccount
from healthaid.coverage.resources.runs import difference_sheet
from healthaid.coverage.settlement.layers import PAYERS
from healthaid.coverage.settlement.rulebook import READ
from healthaid.policy import catalogue
from tests.coverage.test_settlements import amounts
from tests.factories.coverage import entered_bill, local_value
from tests.factories.jobs import JobFactory
from tests.factories.patients import PersonFactory, PovertySpellFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def proposed(people, region):
    """A proposal with a difference, a change of sums and a bill without an answer."""
    local_value(people.county, "income.rural_per_capita.previous_year", 3000, starts_on=date(2018, 1, 1))
    for day in (date(2018, 8, 1), date(2018, 7, 1)):
        entered_bill(people.insurance, region.patient, region.county_hospital, served_on=day)
    entered_bill(people.insurance, region.patient, region.provincial_hospital, served_on=date(2018, 9, 1))
    return compute_now(by=people.insurance, place=people.county, year=2018, purpose="year_end")


@pytest.mark.parametrize("page", ["run-detail", "run-differences", "run-unresolved", "run-sheet"])
def test_pages_of_a_run_open(client_of, people, proposed, page):
    assert client_of(people.official).get(reverse(f"coverage:{page}", args=[proposed.pk])).status_code == 200


@pytest.mark.parametrize("page", ["run-list", "run-create", "run-try", "replay-list", "trial"])
def test_lists_and_forms_open(client_of, people, proposed, page):
    assert client_of(people.insurance).get(reverse(f"coverage:{page}")).status_code == 200


def test_requester_sees_why_the_run_cannot_be_confirmed_here(client_of, people, proposed):
    page = client_of(people.insurance).get(proposed.get_absolute_url()).content.decode()

    assert "您在该县没有确认年度核算的岗位" in page
    assert "1,940.00 →" in page


def test_official_confirms_on_the_page(client_of, people, proposed):
    answer = client_of(people.official).post(reverse("coverage:run-confirm", args=[proposed.pk]))

    proposed.refresh_from_db()
    assert (answer.status_code, proposed.state, proposed.decided_by) == (302, "confirmed", people.official)


def test_refused_confirmation_leads_back_to_the_run_with_the_reason(client_of, people, region, proposed):
    client = client_of(people.official)
    own = compute_now(by=people.official, place=people.county, year=2018, purpose="replay")

    answer = client.post(reverse("coverage:run-confirm", args=[own.pk]), follow=True)

    assert answer.redirect_chain == [(own.get_absolute_url(), 302)]
    assert "发起人不能确认自己发起的核算" in answer.content.decode()


def test_outdated_proposal_says_so_on_its_page_and_offers_a_new_one(client_of, people, region, proposed):
    client = client_of(people.official)
    entered_bill(people.insurance, region.patient, region.county_hospital, served_on=date(2018, 6, 1))

    page = client.post(reverse("coverage:run-confirm", args=[proposed.pk]), follow=True).content.decode()

    assert "这份核算已过时" in page
    assert reverse("coverage:run-again", args=[proposed.pk]) in page
    assert "已被取代" in page


def test_page_of_an_overtaken_proposal_leads_to_the_later_one(client_of, people, proposed):
    newer = compute_now(by=people.insurance, place=people.county, year=2018, purpose="year_end")

    page = client_of(people.official).get(proposed.get_absolute_url()).content.decode()

    assert f'href="{newer.get_absolute_url()}">打开取代它的核算' in page


@pytest.mark.parametrize(("name", "warned"), [("official", True), ("insurance", False)])
def test_who_could_confirm_is_told_before_computing_anew(client_of, people, proposed, name, warned):
    page = client_of(getattr(people, name)).get(proposed.get_absolute_url()).content.decode()

    assert ("您重新计算后就成了发起人" in page) is warned
    assert ('type="checkbox" required' in page) is warned


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


def test_run_at_work_shows_its_share(client_of, people, proposed):
    proposed.job = JobFactory(state="running", done=250, total=1000, requested_by=people.official)
    proposed.state = "computing"
    proposed.save()

    own, other = (
        client_of(user).get(proposed.get_absolute_url()).content.decode()
        for user in (people.official, people.insurance)
    )

    assert "250 / 1,000" in own
    assert "250 / 1,000" in other
    assert [f'hx-get="{reverse("jobs:job-progress", args=[proposed.job.pk])}"' in page for page in (own, other)] == [
        True,
        False,
    ]


def test_clerk_orders_a_run_and_a_what_if(client_of, people, proposed, django_capture_on_commit_callbacks):
    client = client_of(people.insurance)
    values = {"place": people.county.pk, "year": 2018}

    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("coverage:run-create"), values | {"purpose": "replay"})
        tried = {"parameter_1": "income.rural_per_capita.previous_year", "value_1": "2000"}
        client.post(reverse("coverage:run-try"), values | tried)

    runs = SettlementRun.objects.exclude(pk=proposed.pk).order_by("pk")
    assert list(runs.values_list("purpose", "state")) == [("replay", "proposed"), ("what_if", "proposed")]
    assert client.get(runs[1].get_absolute_url()).status_code == 200


def test_one_year_is_replayed_from_the_tab_of_costs(client_of, people, region, proposed):
    client = client_of(people.insurance)
    address = reverse("coverage:replay-person", args=[region.patient.pk, 2018])

    assert address in client.get(reverse("patients:person-tab", args=[region.patient.pk, "bills"])).content.decode()
    assert client.post(address).status_code == 302
    assert SettlementRun.objects.filter(person=region.patient, purpose="replay").count() == 1


def test_county_is_replayed_from_the_list(client_of, people, proposed):
    address = reverse("coverage:replay-county", args=[people.county.pk, 2018])
    client = client_of(people.insurance)

    assert address in client.get(reverse("coverage:replay-list")).content.decode()
    assert client.post(address).status_code == 302


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


TRIAL = {
    "setting": "inpatient",
    "level": "county",
    "tier": "2",
    "referral": "compliant",
    "total": "20000",
    "in_policy": "19000",
    "place_1": "533103",
    "on_1": "2018-07-15",
    "values_1": "critical.deductible.ordinary=10000",
    "place_2": "533103",
    "on_2": "2018-01-15",
    "values_2": "critical.deductible.ordinary=10000",
}


def test_one_bill_is_tried_on_two_days_side_by_side(client_of, people, region):
    page = client_of(people.reader).get(reverse("coverage:trial"), TRIAL).content.decode()

    assert "600.00" in page
    assert "1,940.00" in page
    assert "2,000.00" in page
    assert catalogue.documents()["DH-2017-98"].number in page


def test_county_of_a_trial_is_chosen_by_its_name(client_of, people, region):
    page = client_of(people.reader).get(reverse("coverage:trial"), TRIAL)

    assert '<option value="533103" selected>芒坝市</option>' in str(page.context["form"]["place_1"])
    assert '<option value="">请选择</option>' in str(page.context["form"]["place_3"])


def test_stored_bill_fills_the_trial(client_of, people, region):
    bill = entered_bill(people.insurance, region.patient, region.county_hospital)

    page = client_of(people.insurance).get(reverse("coverage:trial"), {"bill": bill.pk}).content.decode()

    assert 'value="20000.00"' in page


@pytest.mark.parametrize("referral", ["compliant", "filed_late", "hospital_fault"])
def test_trial_of_a_stored_bill_at_its_own_place_and_day_gives_what_was_settled(client_of, people, region, referral):
    """The second bill of a year: deductible and income line are reached with what came before."""
    costs = {"total": Decimal(90000), "in_policy": Decimal(80000)}
    entered_bill(people.insurance, region.patient, region.prefecture_hospital, **costs)
    more = {"served_on": date(2018, 9, 1), "referral": referral, "referral_note": "见登记"}
    bill = entered_bill(people.insurance, region.patient, region.prefecture_hospital, **costs, **more)
    client = client_of(people.insurance)
    form = client.get(reverse("coverage:trial"), {"bill": bill.pk}).context["form"]
    typed = {field.name: field.value() for field in form if field.value() not in {None, ""}}

    tried = client.get(reverse("coverage:trial"), typed).context["tried"]

    assert "place_2" not in typed
    assert [each.problem for each in tried] == [""]
    assert [Decimal(tried[0].cells[payer].amount).scaleb(-2) for payer in PAYERS] == amounts(bill)


def test_parameter_of_a_trial_is_chosen_by_its_label(client_of, people, region):
    client = client_of(people.reader)
    chosen = {"values_1": "", "parameter_1_1": "critical.deductible.ordinary", "value_1_1": "10000元"}

    page = client.get(reverse("coverage:trial"), TRIAL | chosen).content.decode()
    form = client.get(reverse("coverage:trial")).content.decode()

    assert "大病保险其他居民起付线：10000" in page
    assert page.count("<strong>20,000.00</strong>") == 2  # all payers together bear the total
    assert '<optgroup label="大病保险">' in form


@pytest.mark.parametrize(
    ("chosen", "told"),
    [
        ({"parameter_1_1": "critical.rate.below_50000", "value_1_1": "很多"}, "不是数字"),
        ({"parameter_1_1": "critical.rate.below_50000"}, "须一起填写"),
        ({"place_1": "530102", "values_1": ""}, "县级（二级）医疗机构住院政策范围内报销比例（地区530102"),
    ],
)
def test_trial_names_parameters_by_their_labels_in_errors(client_of, people, region, chosen, told):
    page = client_of(people.reader).get(reverse("coverage:trial"), TRIAL | chosen).content.decode()

    assert told in page
    assert "critical.rate.below_50000：" not in page
    assert "basic.inpatient.deductible.county（" not in page


def test_what_if_offers_every_number_that_settlement_reads(client_of, people, region):
    offered = [
        name for _label, group in TryForm(user=people.insurance).fields["parameter_1"].choices[1:] for name, _ in group
    ]

    words = {name for name in READ if catalogue.parameters()[name].unit in ("rule", "list")}
    assert sorted(offered) == sorted(READ - words)


@pytest.mark.parametrize("values", ["nonsense", "no.such=1"])
def test_trial_with_impossible_values_says_so(client_of, people, region, values):
    answer = client_of(people.reader).get(reverse("coverage:trial"), TRIAL | {"values_1": values})

    assert answer.status_code == 200
    assert "参数" in answer.content.decode()


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
