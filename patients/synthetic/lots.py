"""Drawing by weight from a table that stays: what each draw needs is added up once."""

from bisect import bisect
from collections.abc import Mapping
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

T = TypeVar("T")


class Lots(Generic[T]):
    """Things, each of which comes up as often as its weight says."""

    def __init__(self, weights: Mapping[T, int]) -> None:
        self.things = list(weights)
        self.bounds = list(accumulate(weights.values()))

    def draw(self, rng: Random) -> T:
        return self.things[bisect(self.bounds, rng.random() * self.bounds[-1])]
