"""How long work will still take, told from how far it has come."""


def seconds_left(done: int, total: int, elapsed: float) -> int | None:
    """Seconds until all is done at the speed so far; None while it is too early to say."""
    if done <= 0 or done > total or elapsed < 1:
        return None
    return round(elapsed * (total - done) / done)
