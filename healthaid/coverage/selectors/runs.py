"""Reads of re-accounting: runs, what they change, and whose year calls for one."""

from datetime import date

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet

from healthaid.accounts.enums import Ability
from healthaid.accounts.models import User
from healthaid.core.scoping import Scoped
from healthaid.coverage.enums import RunPurpose, RunState
from healthaid.coverage.models import RunResult, SettlementRun, YearAccount
from healthaid.jobs.enums import JobState
from healthaid.policy.selectors.rules import rules_at
from healthaid.regions.domain import ids_of
from healthaid.regions.enums import Level
from healthaid.regions.models import Place
from patients.models import Person

ACTIVE = (JobState.QUEUED, JobState.RUNNING)


def runs_for_list(user: Scoped) -> QuerySet[SettlementRun]:
    """Runs with county, person, job and who asked and decided."""
    rows = SettlementRun.objects.visible_to(user)
    return rows.select_related("place", "person", "job", "requested_by", "decided_by", "superseded_by")


def run_for_page(user: Scoped, pk: int) -> SettlementRun:
    """One run. Raises DoesNotExist."""
    return runs_for_list(user).get(pk=pk)


def is_computing(run: SettlementRun) -> bool:
    """Whether a proposal of the same place, year and person is being computed."""
    rows = SettlementRun.objects.filter(place=run.place, year=run.year, person=run.person, state=RunState.COMPUTING)
    return rows.exclude(purpose=RunPurpose.WHAT_IF).filter(job__state__in=ACTIVE).exists()


def overtaken_by(run: SettlementRun) -> QuerySet[SettlementRun]:
    """Proposals whose place a run takes: earlier ones of its kind, and whatever its corrections made outdated."""
    rows = SettlementRun.objects.filter(place=run.place, year=run.year, state=RunState.PROPOSED)
    rows = rows.exclude(purpose=RunPurpose.WHAT_IF).exclude(pk=run.pk)
    if run.state != RunState.CONFIRMED or not run.totals["changed"]:
        return rows.filter(purpose=run.purpose, person=run.person, pk__lt=run.pk)
    return rows.filter(Q(person=run.person) | Q(person=None)) if run.person else rows


def code_of(county: Place) -> str:
    """The county's statutory code, which its bills bear. Raises ValueError without one."""
    return rules_at(county, date.max).places[0]


def results_readable(user: Scoped) -> QuerySet[RunResult]:
    """Results of bills that the user may know of, with bill, person and hospital."""
    reach = RunResult.objects.visible_to(user)
    rows = reach.filter(bill__is_sensitive=False) | reach.visible_to(user, Ability.READ_SENSITIVE)
    return rows.select_related("bill__person__household__village", "bill__facility", "settlement")


def differences(user: Scoped, run: SettlementRun) -> QuerySet[RunResult]:
    """What the run would change, each beside the settlement it differs from."""
    return results_readable(user).filter(run=run, is_changed=True)


def unresolved(user: Scoped, run: SettlementRun) -> QuerySet[RunResult]:
    """The bills for which the run has no answer."""
    return results_readable(user).filter(run=run, rules=None)


def counties(user: User, *abilities: str) -> QuerySet[Place]:
    """The open counties in which the user holds any of the abilities."""
    rows = Place.objects.none()
    for ability in abilities:
        rows |= Place.objects.visible_to(user, ability)
    return rows.filter(level=Level.COUNTY, closed_on=None).order_by("path")


def years_due(user: Scoped) -> QuerySet[YearAccount]:
    """People's years that call for a replay, with the person."""
    rows = YearAccount.objects.visible_to(user).filter(needs_replay=True)
    return rows.select_related("person__household__village")


def counties_due(user: User) -> list[tuple[Place, int, int]]:
    """By county and year how many people's years call for a replay, where the user may have them replayed."""
    rows = years_due(user).order_by().values_list("region", "year").annotate(number=Count("pk"), path=Min("path"))
    found = list(rows.order_by("-year", "region"))
    ids = {int(part) for row in found for part in row[3].split("/") if part}
    mine = counties(user, Ability.SETTLE_BILLS, Ability.CONFIRM_ACCOUNTS).filter(pk__in=ids)
    return [
        (place, year, number) for _region, year, number, path in found for place in mine if path.startswith(place.path)
    ]


def county_for_run(user: Scoped, pk: int) -> Place:
    """A county whose coverage the user may read. Raises DoesNotExist."""
    return Place.objects.visible_to(user, Ability.READ_COVERAGE).get(pk=pk, level=Level.COUNTY)


def person_for_run(user: Scoped, pk: int) -> tuple[Person, Place]:
    """A person whose costs the user may read, with the county. Raises DoesNotExist."""
    person = Person.objects.visible_to(user, Ability.READ_COVERAGE).get(pk=pk)
    ids = ids_of(person.path)
    return person, Place.objects.get(pk__in=ids, level=Level.COUNTY)


def without_year_end(user: User, today: date) -> QuerySet[Place]:
    """In January: the user's counties with bills last year and no confirmed year-end run of it; none else."""
    if today.month != 1:
        return Place.objects.none()
    year = today.year - 1
    confirmed = SettlementRun.objects.filter(
        place=OuterRef("pk"), year=year, purpose=RunPurpose.YEAR_END, state=RunState.CONFIRMED
    )
    accounts = YearAccount.objects.filter(year=year, path__startswith=OuterRef("path"))
    return counties(user, Ability.SETTLE_BILLS).filter(~Exists(confirmed), Exists(accounts))
