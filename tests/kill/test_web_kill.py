"""The web server is killed in mid-save, again and again: nothing acknowledged is lost, nothing is half there."""

import http.client
import json
import os
import random
import signal
import threading
import time
from datetime import date, timedelta

import pytest

from tests.kill.conftest import PASSWORD
from tests.kill.visiting import Visitor

pytestmark = pytest.mark.kill
TRIALS = int(os.environ.get("KILL_TRIALS", "20"))
FIRST_DAY = date(2000, 1, 1)
COUNTS = """
import json
from django.db import connection
from healthaid.accounts.models import Posting
from healthaid.audit.models import Entry
from healthaid.audit.verifying import verify_chain
from healthaid.core.models import FormReceipt
cursor = connection.cursor()
cursor.execute("PRAGMA integrity_check")
added = Entry.objects.filter(verb="accounts.posting.added", actor__username="admin")
postings = Posting.objects.filter(starts_on__lt="2016-01-01")
print(json.dumps({
    "days": [str(posting.starts_on) for posting in postings],
    "told": [entry.changes["starts_on"] for entry in added],
    "receipts": FormReceipt.objects.count(),
    "problem": verify_chain().problem,
    "integrity": cursor.fetchone()[0],
}))
"""


def wait_for(port):
    """Until the server answers."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/accounts/sign-in/")
            connection.getresponse().read()
        except OSError:
            time.sleep(0.05)
        else:
            return
        finally:
            connection.close()
    pytest.fail("the server did not start")


def save_until_it_dies(visitor, reader, days, acknowledged):
    """Appoint for one more day, and again, until no answer comes."""
    for day in days:
        form = {"duty": "reader", "place": "芒坝村", "starts_on": day, "ends_on": day}
        try:
            answer = visitor.post(f"/accounts/{reader}/postings/new/", **form)
        except (OSError, http.client.HTTPException):
            return
        if answer.status == 302:
            acknowledged.append(str(day))


def test_web_killed_in_mid_save_loses_nothing_and_leaves_nothing_half(installation, forks):
    rng = random.Random(7)  # noqa: S311 -- to be repeated
    visitor = Visitor(installation.port)
    ((reader,),) = installation.query("SELECT id FROM accounts_user WHERE username = 'reader'")
    numbers = iter(range(5_000))
    days = (FIRST_DAY + timedelta(days=number) for number in numbers)
    acknowledged: list[str] = []

    for trial in range(TRIALS):
        server = forks.start(installation, "web")
        wait_for(installation.port)
        if trial == 0:
            assert visitor.post("/accounts/sign-in/", username="admin", password=PASSWORD).status == 302
        saving = threading.Thread(target=save_until_it_dies, args=(visitor, reader, days, acknowledged))
        saving.start()
        time.sleep(rng.uniform(0.05, 0.5))
        os.kill(server, signal.SIGKILL)
        saving.join()
        assert forks.wait() == -signal.SIGKILL

    found = json.loads(installation.shell(COUNTS))
    assert len(acknowledged) >= TRIALS
    assert set(acknowledged) <= set(found["days"])
    assert sorted(found["told"]) == sorted(found["days"])
    assert found["receipts"] == len(found["days"])
    assert (found["problem"], found["integrity"]) == ("", "ok")
