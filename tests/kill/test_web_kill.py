"""The web server is killed in mid-save, again and again: nothing acknowledged is lost, nothing is half there."""

import http.client
import json
import os
import random
import re
import signal
import socket
import threading
import time
from datetime import date, timedelta
from itertools import count

import pytest
from django.urls import resolve, reverse

from tests.factories.patients import identity_number
from tests.kill.conftest import PASSWORD
from tests.kill.visiting import Visitor

pytestmark = [pytest.mark.kill, pytest.mark.timeout(900)]  # twenty servers are started and killed
TRIALS = int(os.environ.get("KILL_TRIALS", "20"))
SEED = int(os.environ.get("KILL_SEED", "7"))
FIRST_DAY = date(2000, 1, 1)
FORMS = ("posting", "person", "condition", "contract")
STAFF = """
import json
from healthaid.accounts.actions import create_account
from healthaid.accounts.models import User
from healthaid.regions.models import Place
from tests.factories.facilities import CareTeamFactory, FacilityFactory
from tests.factories.patients import HouseholdFactory, PersonFactory
township, village = (Place.objects.get(level=level) for level in ("township", "village"))
facts = {{"unit": "", "duty": "township_worker", "place": township, "password": "{password}"}}
create_account(by=None, username="worker", full_name="worker", **facts)
User.objects.update(must_change_password=False)
reader = User.objects.get(username="reader")
team = CareTeamFactory(facility=FacilityFactory(parent=village))
household = HouseholdFactory(village=village)
PersonFactory(household=household, name="户主", relation="01")
print(json.dumps({{"reader": reader.pk, "household": household.pk, "team": team.pk}}))
"""
COUNTS = """
import json
from django.db import connection
from healthaid.accounts.models import Posting
from healthaid.audit.models import Entry
from healthaid.audit.verifying import verify_chain
from healthaid.core.models import FormReceipt
from patients.models import Condition, Person, PovertySpell
from signing.models import Contract
postings = Posting.objects.filter(starts_on__lt="2016-01-01")
found = {
    "posting": [(row.pk, str(row.starts_on)) for row in postings],
    "person": list(Person.objects.filter(name__startswith="岩").values_list("pk", "name")),
    "condition": list(Condition.objects.values_list("pk", "person__name")),
    "contract": list(Contract.objects.values_list("pk", "person__name")),
}
verbs = {
    "person": "patients.person.registered",
    "condition": "patients.condition.recorded",
    "contract": "signing.contract.signed",
}
integrity = "ok"
if connection.vendor == "sqlite":
    cursor = connection.cursor()
    cursor.execute("PRAGMA integrity_check")
    integrity = cursor.fetchone()[0]
told = Entry.objects.filter(actor__username__in=("admin", "worker"))
print(json.dumps({
    "found": found,
    "told": {form: list(told.filter(verb=verb).values_list("subject_id", flat=True)) for form, verb in verbs.items()},
    "days told": [entry.changes["starts_on"] for entry in told.filter(verb="accounts.posting.added")],
    "spells": list(PovertySpell.objects.filter(person__name__startswith="岩").values_list("person__name", flat=True)),
    "receipts": FormReceipt.objects.count(),
    "problem": verify_chain().problem,
    "integrity": integrity,
}))
"""


def wait_for(port):
    """Until the server listens: from then on it answers whatever comes."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    pytest.fail("the server did not start")


def appoint(visitor, staff, number):
    """A reader's posting for one more day; what was acknowledged."""
    day = FIRST_DAY + timedelta(days=number)
    form = {"duty": "reader", "place": "芒坝村", "starts_on": day, "ends_on": day}
    assert visitor.post(reverse("accounts:posting-create", args=[staff["reader"]]), **form).status == 302
    yield "posting", str(day)


def care_for(visitor, staff, number):
    """One more person, with an illness and a contract; what was acknowledged."""
    name = "岩" + "".join("甲乙丙丁戊己庚辛壬癸"[int(digit)] for digit in str(number))
    form = {
        "document_kind": "01",
        "name": name,
        "identity": identity_number(number % 400, born(number)),
        "ethnicity": "18",
        "relation": "99",
        "poverty_status": "not_lifted",
        "identified_on": "2016-01-01",
    }
    answer = visitor.post(reverse("patients:person-create", args=[staff["household"]]), **form)
    assert answer.status == 302, errors(answer)
    yield "person", name
    person = resolve(answer.location).kwargs["pk"]
    form = {"disease": "gastric_cancer", "diagnosed_on": "2018-05-01"}
    answer = visitor.post(reverse("patients:condition-create", args=[person]), **form)
    assert answer.status == 302, errors(answer)
    yield "condition", name
    form = {"team": staff["team"], "package": "basic", "starts_on": "2018-07-01"}
    answer = visitor.post(reverse("signing:contract-create", args=[person]), **form)
    assert answer.status == 302, errors(answer)
    yield "contract", name


def errors(answer):
    """What the form says on top, of itself and its fields."""
    said = re.findall(r"alert-danger.*?</div>", answer.body.decode(), re.DOTALL)
    return [re.sub(r"<[^>]*>|\s+", " ", text) for text in said]


def born(number):
    return date(1960, 5, 6 + number // 400)


def save_until_it_dies(save, visitor, staff, numbers, acknowledged):
    """One more, and again, until no answer comes."""
    for number in numbers:
        try:
            for each in save(visitor, staff, number):
                acknowledged.append(each)
        except (OSError, http.client.HTTPException):
            return


def wait_for_more(acknowledged):
    """Until one more save is answered: the first ones of a server take long."""
    before, deadline = len(acknowledged), time.monotonic() + 30
    while len(acknowledged) == before and time.monotonic() < deadline:
        time.sleep(0.01)


def test_web_killed_in_mid_save_loses_nothing_and_leaves_nothing_half(installation, forks):
    staff = json.loads(forks.shell(installation, STAFF.format(password=PASSWORD)).splitlines()[-1])
    rng = random.Random(SEED)  # noqa: S311 -- to be repeated
    hands = [(appoint, "admin", count()), (care_for, "worker", count())]
    visitors = {name: Visitor(installation.port) for _save, name, _numbers in hands}
    acknowledged = []

    for trial in range(TRIALS):
        server = forks.start(installation, "web")
        wait_for(installation.port)
        for name, visitor in visitors.items() if trial == 0 else ():
            assert visitor.post("/accounts/sign-in/", username=name, password=PASSWORD).status == 302
        threads = [
            threading.Thread(target=save_until_it_dies, args=(save, visitors[name], staff, numbers, acknowledged))
            for save, name, numbers in hands
        ]
        for thread in threads:
            thread.start()
        wait_for_more(acknowledged)
        time.sleep(rng.uniform(0, 0.4))
        os.kill(server, signal.SIGKILL)
        for thread in threads:
            thread.join()
        assert forks.wait(server) == -signal.SIGKILL

    state = json.loads(forks.shell(installation, COUNTS).splitlines()[-1])
    found = {(form, what) for form in FORMS for _pk, what in state["found"][form]}
    assert set(acknowledged) <= found, f"KILL_SEED={SEED}"
    assert {form for form, _what in acknowledged} == set(FORMS)
    assert len(acknowledged) >= TRIALS
    assert len(found) == sum(map(len, state["found"].values())) == state["receipts"]
    assert sorted(state["days told"]) == sorted(day for _pk, day in state["found"]["posting"])
    for form in FORMS[1:]:
        assert sorted(state["told"][form]) == sorted(pk for pk, _what in state["found"][form])
    assert sorted(state["spells"]) == sorted(what for _pk, what in state["found"]["person"])
    assert (state["problem"], state["integrity"]) == ("", "ok")
