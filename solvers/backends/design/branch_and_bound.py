"""Branch and bound: the box of parameters is halved wherever something better is not yet excluded.

What comes out is a candidate and a word that says how the box was cut; both are judged by `certify_cover` from the
declaration alone.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from heapq import heappop, heappush
from itertools import count
from typing import Any

from ....formulations.design.family import Family
from ....formulations.errors import UnsupportedModel
from ...certificates.design.bounds import BITS, Box, Leaf, Objective, Point, halves
from ...certificates.design.points import size_of, value_at
from ...readings.balls import precision
from .candidates import as_place, best_of, descend, first_candidates, simple_points, stationary

MORE = 200
"""Boxes that may be spent on showing that a simple point is the best exactly, once it is shown to be nearly."""
SAID = 2.0
"""Seconds between two words about how far it is."""


@dataclass(frozen=True)
class Found:
    """A candidate for the best parameters, how all parameters are cut, and whether the search ended by itself."""

    point: Point
    word: str
    boxes: int
    finished: bool


@dataclass
class Search:
    """A search in progress; `open` holds the boxes that may hold something better, the most promising first."""

    objective: Objective
    tolerance: float
    deadline: float
    say: Callable[[str], None]
    point: Point = field(default_factory=dict)
    level: Fraction = Fraction(0)
    open: list[Any] = field(default_factory=list)
    cuts: dict[str, int] = field(default_factory=dict)
    numbers: Any = field(default_factory=count)
    boxes: int = 0
    said: float = 0.0

    def run(self, allowed: Fraction, most: int | None = None) -> bool:
        """Halve the most promising boxes until nothing is better by more than is allowed; return whether it ended."""
        start = self.boxes
        while self.open and self._ahead() > allowed:
            if time.monotonic() > self.deadline or (most is not None and self.boxes - start > most):
                return False
            _, _, path, box, _ = heappop(self.open)
            axis = _widest(box, self.objective.family.box())
            self.cuts[path] = axis
            for letter, half in zip("01", halves(box, list(box)[axis]), strict=True):
                self._look(path + letter, half)
            self._tell()
        return True

    def _ahead(self) -> Fraction | float:
        """How much better the most promising box may be than the candidate."""
        leaf: Leaf = self.open[0][4]
        return float("inf") if leaf.upper is None else leaf.upper - self.level

    def _look(self, path: str, box: Box) -> None:
        leaf = self.objective.leaf(box, self.point, self.level)
        self.boxes += 1
        if leaf.beyond(self.level):
            self._try({name: (low + high) / 2 for name, (low, high) in box.items()})
        if leaf.beyond(self.level):
            promise = float("-inf") if leaf.upper is None else -float(leaf.upper)
            heappush(self.open, (promise, next(self.numbers), path, box, leaf))

    def _try(self, point: Point) -> None:
        """Take a point for the candidate if it is better."""
        found = value_at(self.objective, point) if self.objective.allowed(point) else None
        if found is not None and found[0] > self.level:
            self.improve(point)

    def improve(self, point: Point) -> None:
        """Take the best point near one for the candidate."""
        family, name = self.objective.family, self.objective.name
        place = descend(family, name, as_place(family, point))
        better = best_of(self.objective, (point, *simple_points(family, place)))
        found = None if better is None else value_at(self.objective, better)
        if better is not None and found is not None and (not self.point or found[0] > self.level):
            self.point, self.level = better, found[0]

    def word(self) -> str:
        """Return how the box was cut."""
        letters, waiting = [], [""]
        while waiting:
            path = waiting.pop()
            axis = self.cuts.get(path)
            letters.append("." if axis is None else str(axis))
            if axis is not None:
                waiting += [path + "1", path + "0"]
        return "".join(letters)

    def _tell(self) -> None:
        now = time.monotonic()
        if now - self.said > SAID:
            self.said = now
            ahead = float(self._ahead()) if self.open else 0.0
            self.say(f"best {float(self.level):.9g}, nothing better by more than {ahead:.3g}, {self.boxes:,} boxes")


def search(
    family: Family,
    objective: str,
    tolerance: float = 1e-6,
    time_limit: float | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> Found:
    """Look for the best parameters of a family and for a cover that shows it.

    Raises
    ------
    UnsupportedModel
        When no parameters are found at which the objective is defined and the constraints hold.

    Examples
    --------
    >>> from mechproof.formulations.design.contest_pool import ContestPool
    >>> found = search(ContestPool(cost=["0.001"] * 100, alpha=10, beta=10), "server-utility")
    >>> found.point, found.finished
    ({'reward_pool': Fraction(989, 99)}, True)
    """
    deadline = float("inf") if time_limit is None else time.monotonic() + time_limit
    with precision(BITS):
        asked = Objective(family, objective)
        allowed = Fraction(tolerance) * size_of(asked) / 2
        candidates = (point for place in first_candidates(family, objective) for point in simple_points(family, place))
        point = best_of(asked, candidates)
        if point is None:
            raise UnsupportedModel(
                "no parameters are found that fulfil the constraints and at which the objective is defined; wider "
                "bounds or looser constraints would be taken"
            )
        while True:
            value = value_at(asked, point)
            assert value is not None
            run = Search(asked, tolerance, deadline, say, point, value[0])
            run._look("", family.box())
            finished = run.run(allowed)
            if finished and run.point == point and stationary(asked, point):
                run.run(Fraction(0), MORE)
            if run.point == point or not finished:
                return Found(run.point, run.word(), run.boxes, finished)
            point = run.point  # its own cover is found with it as the point where tangents are laid


def _widest(box: Box, whole: Box) -> int:
    """Return the number of the side that is the widest, in parts of the whole one."""
    parts = [(high - low) / (whole[name][1] - whole[name][0]) for name, (low, high) in box.items()]
    return parts.index(max(parts))
