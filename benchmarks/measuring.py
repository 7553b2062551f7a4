"""What a benchmark is made of, and how its cost is taken."""

import resource
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from statistics import median

import psutil
from django.db import connection


@dataclass(frozen=True, slots=True)
class Way:
    """One way to do the work. `before` is not counted; `units` (rows, pages) make unequal amounts comparable."""

    label: str
    run: Callable[[], object]
    units: int = 1
    before: Callable[[], object] = lambda: None


@dataclass(frozen=True, slots=True)
class Goal:
    """A way may cost at most so many times what another costs, per unit (30 times less is at_most=1/30)."""

    way: str
    of: str
    at_most: float


@dataclass(frozen=True, slots=True)
class Bench:
    """Ways to compare; the first is the yardstick that the printed ratios refer to."""

    title: str
    ways: Sequence[Way]
    goals: Sequence[Goal] = ()
    unit: str = "run"
    repeats: int = 3


@dataclass(slots=True)
class Cost:
    """Of one way: processor and wall seconds of each repeat."""

    cpu: list[float] = field(default_factory=list)
    server: list[float] = field(default_factory=list)  # the database server's part of cpu
    wall: list[float] = field(default_factory=list)


def own_seconds() -> float:
    """Processor seconds of this process and of the children it has waited for."""
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def server_seconds() -> float:
    """Processor seconds of the PostgreSQL server with all its processes; 0 for SQLite or a server elsewhere."""
    if connection.vendor != "postgresql":
        return 0.0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = cursor.fetchone()[0]
    if not psutil.pid_exists(backend) or psutil.Process(backend).name() != "postgres":
        return 0.0
    postmaster = psutil.Process(backend).parent()
    while True:
        with suppress(psutil.NoSuchProcess):  # one ended meanwhile: its time is now among those that ended
            living = [process.cpu_times() for process in postmaster.children(recursive=True)]
            own = postmaster.cpu_times()
            return sum(times.user + times.system for times in (own, *living)) + own.children_user + own.children_system


def measured(bench: Bench) -> dict[str, Cost]:
    """Run the ways in turn, as often as the bench says."""
    costs = {way.label: Cost() for way in bench.ways}
    for _ in range(bench.repeats):
        for way in bench.ways:
            way.before()
            own, server, wall = own_seconds(), server_seconds(), time.perf_counter()
            way.run()
            took = time.perf_counter() - wall
            in_server = server_seconds() - server
            costs[way.label].cpu.append(own_seconds() - own + in_server)
            costs[way.label].server.append(in_server)
            costs[way.label].wall.append(took)
    return costs


def per_unit(bench: Bench, costs: dict[str, Cost]) -> dict[str, float]:
    """Median processor seconds a unit, by way."""
    return {way.label: median(costs[way.label].cpu) / way.units for way in bench.ways}


def report(bench: Bench, costs: dict[str, Cost]) -> bool:
    """Print the table and the goals; whether all goals are met."""
    units, first = per_unit(bench, costs), bench.ways[0].label
    print(f"\n{bench.title} ({connection.vendor}, median of {bench.repeats})")
    print(f"  {'way':<34}{'CPU s':>9}{'server':>9}{'wall s':>9}{bench.unit + '/CPU s':>16}{'ratio':>9}")
    for way in bench.ways:
        cost = costs[way.label]
        columns = (median(cost.cpu), median(cost.server), median(cost.wall))
        seconds = "".join(f"{value:>9.3f}" for value in columns)
        rate = 1 / units[way.label] if units[way.label] else 0
        print(f"  {way.label:<34}{seconds}{rate:>16,.0f}{units[way.label] / units[first]:>9.2f}")
    return all([is_met(goal, units) for goal in bench.goals])  # noqa: C419 -- every goal is printed


def is_met(goal: Goal, units: dict[str, float]) -> bool:
    """Print one goal, and whether it is met."""
    ratio = units[goal.way] / units[goal.of]
    met = ratio <= goal.at_most
    print(f"  {'met   ' if met else 'MISSED'} {goal.way}: {ratio:.3g} x {goal.of}, goal at most {goal.at_most:.3g} x")
    return met


def run_all(benches: Iterable[Bench]) -> bool:
    """Measure and report each; whether every goal of every one is met."""
    return all([report(bench, measured(bench)) for bench in benches])  # noqa: C419 -- every bench is run
