"""A few of the made-up people died or moved away in the last months."""

from datetime import date, timedelta
from random import Random

from healthaid.accounts.models import User
from patients.actions.leaving import record_death, record_move_out
from patients.enums import Relation
from patients.models import Person

ONE_IN = 200  # people
OLD = 70  # years
DAYS = 120


def let_some_leave(*, by: User, today: date, rng: Random) -> int:
    """Old members die, younger ones move out; how many did."""
    members = Person.objects.exclude(relation=Relation.HEAD).order_by("pk")
    rows = list(members.values_list("pk", "version", "born_on"))
    oldest_birth = today - timedelta(days=OLD * 365)
    old = [row for row in rows if row[2] < oldest_birth]
    young = [row for row in rows if row[2] >= oldest_birth]
    count = len(rows) // ONE_IN // 2
    leaving = [(record_death, row) for row in rng.sample(old, min(count, len(old)))]
    leaving += [(record_move_out, row) for row in rng.sample(young, count)]
    for leave, (pk, version, born_on) in leaving:
        on = max(born_on, today - timedelta(days=rng.randint(2, DAYS)))
        leave(by=by, person_id=pk, version=version, on=on, today=today)
    return len(leaving)
