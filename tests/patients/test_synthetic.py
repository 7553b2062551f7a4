import io
import itertools
import json
from collections import Counter, defaultdict
from datetime import date
from random import Random

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from healthaid.core.identity import check, check_certificate
from patients import enums
from patients.resources.register import RegisterSheet
from patients.synthetic.families import CHILDREN, PARTNER, family
from patients.synthetic.mistakes import MISTAKES, Planter
from patients.synthetic.register import DEMONSTRATION, County, Village, register
from patients.synthetic.workbook import synthetic_county, write_register
from tests.factories.regions import PlaceCodeFactory, line_of_places

ON = date(2026, 10, 31)
COUNTY = County(
    "533103",
    [
        Village("芒市", "芒市镇", "大湾村", "533103101201"),
        Village("芒市", "西山乡", "弄丙村", "533103203201"),
        Village("芒市", "三台山德昂族乡", "邦外村", "533103205201"),
    ],
    former_codes=("533121",),
    neighbour_codes=("533102",),
)


@pytest.fixture(scope="module")
def rows():
    return list(register(COUNTY, people=3000, seed=7, on=ON))


def test_register_has_as_many_people_as_asked(rows):
    assert [row["position"] for row in rows] == [str(number) for number in range(1, 3001)]


def test_register_is_the_same_for_the_same_seed_and_another_for_another(rows):
    assert list(register(COUNTY, people=300, seed=7, on=ON))[:290] == rows[:290]
    assert list(register(COUNTY, people=300, seed=8, on=ON)) != rows[:300]


def numbers(people):
    """Every number that stands on these rows; those of one kind are as long as no other's."""
    return {row[column] for row in people for column in ("identity", "number", "household_number")}


def test_registers_of_other_blocks_share_no_number(rows):
    others = register(COUNTY, people=3000, seed=8, on=ON)

    assert not numbers(rows) & numbers(others)


@pytest.fixture(scope="module")
def demonstration():
    return list(register(COUNTY, people=2000, seed=2018, on=ON, block=DEMONSTRATION))


@pytest.mark.parametrize("seed", [6, 7, 8, 2018])
def test_register_of_no_seed_shares_a_number_with_the_demonstration(demonstration, seed):
    assert not numbers(demonstration) & numbers(register(COUNTY, people=2000, seed=seed, on=ON))


def test_register_of_the_demonstration_has_valid_numbers(demonstration):
    for row in demonstration[:500]:
        assert check(row["identity"], today=ON).errors == ()
        assert 601 <= int(row["identity"][14:17]) <= 695
        assert len(row["household_number"]) == 16


def test_register_fills_every_column_of_the_sheet(rows):
    assert set(rows[0]) == {column.name for column in RegisterSheet.columns()}


def test_register_has_valid_numbers_that_nobody_shares(rows):
    for row in rows:
        result = check(row["identity"], today=ON)
        assert (result.errors, result.warnings) == ((), ())
        assert (result.born_on, result.sex) == (row["born_on"], row["sex"])
        assert 801 <= int(row["identity"][14:17]) <= 895  # never issued in a county of this size
    for column in ("identity", "number"):
        assert len({row[column] for row in rows}) == len(rows)
    certificates = [row for row in rows if row["disability_certificate"]]
    assert certificates
    for row in certificates:
        assert check_certificate(row["disability_certificate"], today=ON).identity == row["identity"]


def test_register_numbers_carry_the_codes_of_first_registration(rows):
    areas = defaultdict(set)
    for row in rows:
        areas[row["identity"][:6]].add(row["born_on"].year)

    assert set(areas) == {"533103", "533121", "533102"}
    assert max(areas["533121"]) <= 1996 < min(areas["533103"])


def test_register_households_have_one_head_who_comes_first_and_agree(rows):
    shared = (
        "village_code",
        "standard",
        "main_cause",
        "lifted_on",
        "household_phone",
        "income_per_head",
        "poverty_status",
    )
    for _, members in itertools.groupby(rows, key=lambda row: row["household_number"]):
        household = list(members)
        assert [row["relation"] == "01" for row in household] == [True] + [False] * (len(household) - 1)
        assert {row["member_count"] for row in household} == {len(household)}
        assert all(row[name] == household[0][name] for row in household for name in shared)


def test_register_households_keep_their_numbers_to_themselves(rows):
    runs = [number for number, _ in itertools.groupby(rows, key=lambda row: row["household_number"])]

    assert len(runs) == len(set(runs))


def test_register_dates_are_in_order(rows):
    for row in rows:
        assert row["born_on"] <= row["identified_on"] <= ON
        assert row["household_identified_on"] <= row["identified_on"]
        assert row["lifted_on"] is None or row["household_identified_on"] < row["lifted_on"] < ON
        assert row["risk_removed_on"] is None or row["risk_found_on"] < row["risk_removed_on"] <= ON


@pytest.mark.parametrize(
    ("column", "choices"),
    [
        ("main_cause", enums.Cause),
        ("other_causes", enums.Cause),
        ("category", enums.HouseholdCategory),
        ("household_kind", enums.HouseholdType),
        ("poverty_status", enums.PovertyStatus),
        ("standard", enums.Standard),
        ("marriage", enums.Marriage),
        ("relation", enums.Relation),
        ("ethnicity", enums.Ethnicity),
        ("education", enums.Education),
        ("schooling", enums.Schooling),
        ("health", enums.Health),
        ("labour", enums.Labour),
        ("key_groups", enums.KeyGroup),
    ],
)
def test_register_uses_the_code_tables(rows, column, choices):
    used = {code for row in rows for code in (row[column] or "").split(",") if code}

    assert used <= set(choices.values)
    assert len(used) >= 3


def test_register_peoples_live_where_they_do(rows):
    peoples = defaultdict(Counter)
    for row in rows:
        peoples[row["township"]][row["ethnicity"]] += 1

    assert peoples["西山乡"].most_common(1)[0][0] == enums.Ethnicity.JINGPO
    assert peoples["三台山德昂族乡"].most_common(1)[0][0] == enums.Ethnicity.DEANG


@given(st.integers())
def test_family_is_believable(seed):
    members = family(Random(seed))  # noqa: S311

    relations = Counter(member.relation for member in members)
    head = members[0]
    assert head.relation == enums.Relation.HEAD
    assert 1 <= len(members) <= 8
    assert all(0 <= member.age <= 96 for member in members)
    once = (
        enums.Relation.HEAD,
        enums.Relation.SPOUSE,
        enums.Relation.FATHER,
        enums.Relation.MOTHER,
        *PARTNER.values(),
    )
    assert all(relations[relation] <= 1 for relation in once)
    assert sum(relations[relation] for relation in CHILDREN) <= 3
    assert all(head.age - member.age >= 14 for member in members if member.relation in CHILDREN)


def test_planter_spreads_mistakes_over_households(rows):
    planter = Planter(25, len(rows))

    found = [planted for row in rows if (planted := planter.plant(row))]

    assert len(found) == 25
    assert len({planted.mistake.kind for planted in found}) == 25
    assert len({rows[planted.position - 1]["household_number"] for planted in found}) == 25


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.kind)
def test_mistake_is_not_what_the_row_says(rows, mistake):
    assert mistake.text(rows[1]) != rows[1][mistake.column]
    assert mistake.column in RegisterSheet.fields


@pytest.fixture
def village(db):
    *_, county, _, village = line_of_places("中国", "云南省", "德宏州", "芒市", "芒市镇", "大湾村")
    PlaceCodeFactory(place=county, code="533103")
    PlaceCodeFactory(place=county, code="533121", valid_to="1996-12-31", valid_from="1980-12-31")
    PlaceCodeFactory(place=village, code="533103101201")
    return village


def test_synthetic_county_reads_villages_and_codes(village):
    assert synthetic_county(village.parent.parent) == County(
        "533103", [Village("芒市", "芒市镇", "大湾村", "533103101201")], former_codes=("533121",)
    )


@pytest.mark.parametrize(("titled", "header"), [(False, 1), (True, 3)])
def test_write_register_tells_where_the_bad_cells_are_and_what_is_right(village, titled, header):
    def written(mistakes):
        target = io.BytesIO()
        options = {"people": 400, "seed": 1, "on": ON, "mistakes": mistakes, "titled": titled}
        planted = write_register(synthetic_county(village.parent.parent), target, **options)
        sheet = openpyxl.load_workbook(target, read_only=True).active
        return planted, [list(row) for row in sheet.iter_rows(values_only=True)]

    planted, cells = written(mistakes=10)

    headers = cells[header - 1]
    assert headers == [column.header for column in RegisterSheet.columns()]
    assert len(cells) == header + 400
    assert len(planted) == 10
    for cell in planted:
        assert (cells[cell.row - 1][headers.index(cell.column)] or "") == cell.value != cell.right
        cells[cell.row - 1][headers.index(cell.column)] = cell.right
    assert cells == written(mistakes=0)[1]


def test_generate_register_prints_the_planted_cells(village, tmp_path, capsys):
    call_command("generate_register", str(tmp_path / "r.xlsx"), people=200, errors=3)

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [set(line) for line in lines] == [{"sheet", "row", "column", "value", "right", "kind"}] * 3
    assert (tmp_path / "r.xlsx").stat().st_size > 10_000


def test_generate_register_tells_a_file_that_cannot_be_written(village, tmp_path):
    with pytest.raises(CommandError, match="nowhere") as stopped:
        call_command("generate_register", str(tmp_path / "nowhere" / "r.xlsx"), people=20)

    assert stopped.value.returncode == 2


def test_generate_register_refuses_a_county_without_villages(village, tmp_path):
    with pytest.raises(CommandError, match="load_places"):
        call_command("generate_register", str(tmp_path / "r.xlsx"), county="533199")
    assert not (tmp_path / "r.xlsx").exists()
