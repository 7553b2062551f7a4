"""A kind of work to test with."""

from collections.abc import Iterator

import pytest

from healthaid.jobs import registry


class Counting:
    """Counts to `params["to"]`; keeps what it saw; fails when told to."""

    def __init__(self) -> None:
        self.runs: list[dict] = []
        self.error: Exception | None = None

    def __call__(self, job, progress) -> dict:
        self.runs.append(job.params)
        total = job.params.get("to", 1)
        for done in range(total + 1):
            progress(done, total, "清点")
        if self.error:
            raise self.error
        return {"counted": total}


@pytest.fixture
def counting(monkeypatch) -> Iterator[Counting]:
    work = Counting()
    monkeypatch.setattr(registry, "_KINDS", {})
    registry.register("counting", "清点", work)
    return work
