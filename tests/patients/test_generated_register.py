"""The made-up register and the import engine agree about what is good and what is not."""

import io
from datetime import date

import pytest

from healthaid.accounts.enums import Duty
from healthaid.exchange import actions
from healthaid.exchange.enums import BatchState
from healthaid.regions.actions import load_places
from healthaid.regions.divisions import divisions
from healthaid.regions.selectors import place_by_code
from patients.models import Person
from patients.synthetic.mistakes import MISTAKES
from patients.synthetic.workbook import synthetic_county, write_register
from tests.factories.accounts import appointed


@pytest.fixture(scope="module")
def mangshi(standing_rows):
    load_places(divisions())
    return place_by_code("533103")


@pytest.fixture
def importing(mangshi, db):
    """Somebody of Mangshi's poverty office, and what generates the register for them."""
    user = appointed("poverty", (Duty.POVERTY_OFFICE, mangshi))

    def check(people, seed, mistakes=0, **options):
        target = io.BytesIO()
        planted = write_register(
            synthetic_county(mangshi),
            target,
            people=people,
            seed=seed,
            on=date(2026, 10, 31),
            mistakes=mistakes,
            **options,
        )
        batch = actions.receive(by=user, kind="register", name="register.xlsx", data=target.getvalue())
        sheet = actions.check(batch_id=batch.pk)
        batch.refresh_from_db()
        return batch, sheet, planted

    return check


@pytest.mark.parametrize("titled", [False, True])
def test_generated_register_is_imported_without_a_single_problem(importing, titled):
    batch, sheet, _ = importing(people=600, seed=7, titled=titled)

    assert list(sheet.problems()) == []
    assert (batch.state, batch.row_count, batch.new_count) == (BatchState.CHECKED, 600, 600)


def test_every_planted_mistake_is_found_where_it_is_and_nothing_else(importing):
    batch, sheet, planted = importing(people=900, seed=7, mistakes=len(MISTAKES))

    found = {(problem.row, problem.column) for problem in sheet.problems() if not problem.is_warning}
    assert len(planted) == len(MISTAKES)
    assert found == {(cell.row, cell.column) for cell in planted}
    assert (batch.state, batch.error_count) == (BatchState.FAULTY, len(MISTAKES))


def test_registers_of_other_blocks_are_imported_side_by_side(importing):
    for seed in (6, 7, 8):
        batch, _, _ = importing(people=200, seed=seed)
        actions.approve(by=batch.uploaded_by, batch=batch)
        actions.apply(batch_id=batch.pk)

    assert Person.objects.count() == 600
