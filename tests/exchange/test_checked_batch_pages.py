"""Pages and buttons of a batch that waits for its uploader's word."""

from datetime import timedelta

import pytest
from django.utils import timezone

from healthaid.audit.models import Entry
from healthaid.exchange import actions
from healthaid.exchange.enums import BatchState
from healthaid.exchange.models import StoredFile
from tests.exchange.pages import page
from tests.exchange.registers import KIND, checked_batch
from tests.factories.jobs import JobFactory

WORLD = checked_batch


@pytest.fixture
def checked(world):
    return world


def test_batch_without_problems_has_no_error_file(clerk, checked):
    assert clerk.get(page("batch-errors", checked.pk)).status_code == 404


def test_progress_asks_for_the_page_when_the_work_is_over(clerk, people, checked):
    waiting = actions.receive(by=people.poverty, kind=KIND, name="a.xlsx", data=b"x")
    begun = timezone.now() - timedelta(seconds=30)
    waiting.job = JobFactory(state="running", total=2_000, done=500, started_at=begun)
    waiting.save()

    still = clerk.get(page("batch-progress", waiting.pk))
    over = clerk.get(page("batch-progress", checked.pk))

    assert "hx-get" in still.content.decode()
    assert "500 / 2,000，约还需 1 分钟" in " ".join(still.content.decode().split())
    assert "HX-Refresh" not in still
    assert over["HX-Refresh"] == "true"


def test_discarded_batch_forgets_what_it_would_have_written(clerk, checked):
    clerk.post(page("batch-discard", checked.pk))

    staged, checked.staged = checked.staged_id, None
    checked.refresh_from_db()
    assert checked.state == BatchState.REJECTED
    assert not StoredFile.objects.filter(pk=staged).exists()
    assert Entry.objects.latest("pk").verb == "exchange.batch.discarded"


@pytest.mark.parametrize("name", ["batch-confirm", "batch-discard", "batch-withdraw"])
def test_button_of_another_is_not_found_and_changes_nothing(stranger, checked, name):
    assert stranger.post(page(name, checked.pk)).status_code == 404

    checked.refresh_from_db()
    assert checked.state == BatchState.CHECKED


@pytest.mark.parametrize("name", ["batch-confirm", "batch-discard", "batch-withdraw"])
def test_buttons_do_nothing_when_only_looked_at(clerk, checked, name):
    assert clerk.get(page(name, checked.pk)).status_code == 405
