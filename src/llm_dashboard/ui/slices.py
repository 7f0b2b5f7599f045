"""Long work of the event loop, done in slices: keys and paint have their turn in between."""

from collections.abc import Generator, Iterator
from time import perf_counter
from typing import TypeVar

ResultT = TypeVar("ResultT")
Steps = Generator[None, None, None]
"""Work that yields after each of its steps, which take a millisecond or less."""
SLICE = 0.004
"""Seconds."""


def slices(steps: Steps) -> Iterator[bool]:
    """Do the work: it yields True after each slice that leaves something to do, and ends with the work."""
    end = perf_counter() + SLICE
    for _ in steps:
        if perf_counter() >= end:
            yield True
            end = perf_counter() + SLICE


def at_once(steps: Generator[None, None, ResultT]) -> ResultT:
    """What the work comes to, done without a pause: for what is short."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: ResultT = end.value
            return result
