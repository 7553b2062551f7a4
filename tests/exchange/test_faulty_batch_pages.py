"""Pages and buttons of a batch with errors."""

import io

import openpyxl
import pytest

from healthaid.audit.models import Entry
from healthaid.exchange import files
from tests.exchange.pages import page
from tests.exchange.registers import GOOD, faulty_batch

WORLD = faulty_batch


@pytest.fixture
def wrong(world):
    return world


def test_faulty_batch_lists_problems_masked_and_offers_no_confirmation(clerk, wrong):
    shown = clerk.get(page("batch-detail", wrong.pk)).content.decode()

    assert "性别与身份证号" in shown or "校验码" in shown
    assert GOOD not in shown
    assert page("batch-confirm", wrong.pk) not in shown
    assert page("batch-errors", wrong.pk) in shown
    refusal = clerk.post(page("batch-confirm", wrong.pk))
    assert refusal.status_code == 403
    assert "行错误" in refusal.content.decode()


def test_error_file_is_handed_out_with_a_trace(clerk, wrong, people):
    response = clerk.get(page("batch-errors", wrong.pk))

    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content))).worksheets[0]
    assert "错误原因" in [cell.value for cell in sheet[2]]
    entry = Entry.objects.latest("pk")
    assert (entry.verb, entry.actor_id) == ("exchange.file.downloaded", people.poverty.pk)


@pytest.mark.parametrize("name", ["batch-detail", "batch-progress", "batch-errors"])
def test_batch_of_another_is_not_found(stranger, wrong, name):
    assert stranger.get(page(name, wrong.pk)).status_code == 404


@pytest.mark.parametrize("page_key", ["abc", "x:y:z"])
def test_made_up_page_key_is_not_found(clerk, wrong, page_key):
    assert clerk.get(page("batch-detail", wrong.pk), {"after": page_key}).status_code == 404


def test_file_of_a_batch_is_not_handed_out_as_an_export(clerk, wrong):
    assert clerk.get(page("file", wrong.file_id)).status_code == 404
    assert files.read(wrong.file)


def test_batch_is_gone_for_its_uploader_as_long_as_the_postings_do_not_reach_it(people, clerk, wrong):
    """A transfer takes the pages, the list and the error file of a batch with it."""
    addresses = [page(name, wrong.pk) for name in ("batch-detail", "batch-progress", "batch-errors")]
    held = people.poverty.postings.get()

    def answers():
        listed = clerk.get(page("batch-list"))
        rows = len(listed.context["page"].rows) if listed.status_code == 200 else 0
        return [clerk.get(address).status_code for address in addresses], rows

    assert answers() == ([200] * 3, 1)
    for place in (people.township, people.other_county):  # a smaller branch, another county
        people.poverty.postings.update(place=place)
        assert answers() == ([404] * 3, 0)
        assert clerk.post(page("batch-discard", wrong.pk)).status_code == 404
    people.poverty.postings.all().delete()
    assert answers() == ([404] * 3, 0)
    people.poverty.postings.create(duty=held.duty, place=people.prefecture, starts_on=held.starts_on)
    assert answers() == ([200] * 3, 1)
    clerk.logout()
    assert [clerk.get(address).status_code for address in addresses] == [302] * 3
