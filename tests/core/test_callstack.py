import resource
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from healthaid.core.callstack import roomy

DEPTHS = range(0, 300, 3)  # far enough for two pieces of 16 KiB
TURNS = 2000


def leaf() -> None:
    """A call that ends at once."""


def loop_at(depth: int) -> None:
    if depth:
        loop_at(depth - 1)
    else:
        for _ in range(TURNS):
            leaf()


def loops_at_many_depths() -> int:
    """How often the system had to give memory while loops ran at every depth."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for depth in DEPTHS:
        loop_at(depth)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


def in_a_thread(function: Callable[[], int]) -> int:
    """Threads have frames of their own, as those that answer requests; the tests' own are roomy."""
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(function).result()


def test_no_loop_fetches_memory_at_every_turn():
    assert in_a_thread(roomy(loops_at_many_depths)) < TURNS


def test_roomy_function_takes_and_gives_what_it_took_and_gave():
    assert roomy(divmod)(7, 2) == (3, 1)
    assert roomy(int)("11", base=2) == 3
