"""Two processes under the same load, turn about: what they do to each other's neighbours and to the machine, they do to both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import comb
from statistics import median
from typing import Final

from bench.load import LoadFailed, Sample, Target, run

TRIAL: Final = 500
"""Calls of the first run, which warms up and is timed only to find out how many make a run of the wanted length."""
CERTAINTY: Final = 0.95
FRAME: Final = 5
"""Bytes before each gRPC message."""


@dataclass(frozen=True, slots=True)
class Ratio:
    """A median with the interval that holds the true one at 95 %, or with all values where they are too few for that."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Ratio:
        """Distribution-free: order statistics, as many dropped on each side as a fair coin allows."""
        ordered, count = sorted(values), len(values)
        dropped, beyond = 0, 2 / 2**count
        while beyond + 2 * comb(count, dropped + 1) / 2**count <= 1 - CERTAINTY and 2 * (dropped + 1) < count:
            dropped += 1
            beyond += 2 * comb(count, dropped) / 2**count
        return cls(median(ordered), ordered[dropped], ordered[-1 - dropped])


@dataclass(frozen=True, slots=True)
class Contender:
    """A process under load."""

    target: Target
    request: bytes
    checked: Callable[[Callable[[], Sample]], Sample]
    """Runs the load and makes sure that what was measured is what was meant."""

    def measure(self, calls: int) -> Sample:
        """Load it with so many calls."""
        return self.checked(lambda: run(self.target, self.request, calls))


@dataclass(frozen=True, slots=True)
class Comparison:
    """One contender in terms of another."""

    name: str
    cost: Ratio
    """CPU-seconds per call."""
    rate: Ratio
    """Calls per second."""
    own_cost: float
    """CPU-seconds per call of the first, for comparisons within this run; says little about another machine."""


def compare(name: str, ours: Contender, theirs: Contender, pairs: int, seconds: float) -> Comparison:
    """Measure A B A B.

    Args:
        name: Of the result.
        ours: A.
        theirs: B, that A is expressed in.
        pairs: How many of each.
        seconds: How long each run is to take, about.
    """
    calls = [_calls(each, seconds) for each in (ours, theirs)]
    samples = [(ours.measure(calls[0]), theirs.measure(calls[1])) for _ in range(pairs)]
    return Comparison(
        name,
        Ratio.of([a.cost / b.cost for a, b in samples]),
        Ratio.of([a.rate / b.rate for a, b in samples]),
        median(a.cost for a, _ in samples),
    )


def answers_of(size: int) -> Callable[[Callable[[], Sample]], Sample]:
    """For `Contender.checked`: every answer has this many bytes; an error has none."""

    def checked(load: Callable[[], Sample]) -> Sample:
        sample = load()
        if sample.body != sample.calls * (size + FRAME):
            raise LoadFailed(f"{sample.calls} answers of {size} bytes were expected, and {sample.body} bytes came")
        return sample

    return checked


def _calls(contender: Contender, seconds: float) -> int:
    rough = contender.measure(TRIAL)
    better = contender.measure(max(TRIAL, int(rough.rate * seconds / 4)))
    return max(TRIAL, int(better.rate * seconds))
