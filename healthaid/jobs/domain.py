"""How far work has come, and how long it will still take."""

from collections.abc import Callable

Progress = Callable[[int, int, str], None]  # so many of so many are done, in this step


def no_progress(_done: int, _total: int, _step: str) -> None:
    """For callers that nobody watches."""


def seconds_left(done: int, total: int, elapsed: float) -> int | None:
    """Seconds until all is done at the speed so far; None while it is too early to say."""
    if done <= 0 or done > total or elapsed < 1:
        return None
    return round(elapsed * (total - done) / done)
