"""Branch and bound: the box of parameters is halved wherever something better is not yet excluded.

What comes out is a candidate and a word that says how the box was cut; both are judged by `certify_cover` from the
declaration alone.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from heapq import heappop, heappush
from itertools import count
from typing import Any

from ....formulations.design.family import Family
from ....formulations.errors import UnsupportedModel
from ...certificates.design.bounds import Leaf, halves, leaf_of
from ...certificates.design.objective import BITS, Box, Objective, Point
from ...certificates.design.points import double, size_of, value_at
from ...readings.balls import precision
from .candidates import as_place, best_of, descend, first_candidates, multipliers_at, simple_points, stationary

MORE = 200
"""Boxes that may be spent on showing that a simple point is the best exactly, once it is shown to be nearly."""
TURNS = 3
"""How often the search starts anew for a candidate that is better by next to nothing."""
SAID = 2.0
"""Seconds between two words about how far it is."""


@dataclass(frozen=True)
class Found:
    """A candidate for the best parameters, how all parameters are cut, and whether the search ended by itself."""

    point: Point
    word: str
    boxes: int
    finished: bool
    multipliers: Mapping[str, Fraction] = field(default_factory=dict)


@dataclass
class Search:
    """A search in progress; `open` holds the boxes that may hold something better, the most promising first.

    Only what is better by what is `worthwhile` takes the candidate's place, for all starts anew then.
    """

    objective: Objective
    worthwhile: Fraction
    deadline: float
    say: Callable[[str], None]
    point: Point
    level: Fraction
    open: list[Any] = field(default_factory=list)
    cuts: dict[str, int] = field(default_factory=dict)
    numbers: Any = field(default_factory=count)
    boxes: int = 0
    said: float = 0.0

    def begun(self, allowed: Fraction) -> bool:
        """Search from the whole box on, and a little further where the candidate may be the best exactly."""
        before = self.point
        self.look("", self.objective.family.box())
        finished = self.run(allowed)
        if finished and self.point == before and stationary(self.objective.alone, before):
            self.run(Fraction(0), MORE)
        return finished

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
                self.look(path + letter, half)
            self._tell()
        return True

    def _ahead(self) -> Fraction | float:
        """How much better the most promising box may be than the candidate."""
        leaf: Leaf = self.open[0][4]
        return float("inf") if leaf.upper is None else leaf.upper - self.level

    def look(self, path: str, box: Box) -> None:
        """Bound a box, and keep it if it may hold something better."""
        leaf = leaf_of(self.objective, box, self.point, self.level)
        self.boxes += 1
        if leaf.beyond(self.level):
            self._try({name: (low + high) / 2 for name, (low, high) in box.items()})
        if leaf.beyond(self.level):
            promise = float("-inf") if leaf.upper is None else -double(leaf.upper)
            heappush(self.open, (promise, next(self.numbers), path, box, leaf))

    def _try(self, point: Point) -> None:
        """Take a point for the candidate if it is better."""
        found = value_at(self.objective.alone, point) if self.objective.allowed(point) else None
        if found is not None and found[0] > self.level + self.worthwhile:
            self._improve(point)

    def _improve(self, point: Point) -> None:
        """Take the best point near one for the candidate."""
        family, name = self.objective.family, self.objective.name
        place = descend(family, name, as_place(family, point))
        better = best_of(self.objective.alone, (point, *simple_points(family, place)))
        found = None if better is None else value_at(self.objective.alone, better)
        if better is not None and found is not None and found[0] > self.level:
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
            ahead = self._ahead() if self.open else 0.0
            ahead = double(ahead) if isinstance(ahead, Fraction) else ahead
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
        size = size_of(asked)
        if double(size) == float("inf"):
            raise UnsupportedModel(
                f"the objective {objective} has values beyond all doubles; declare it in a larger unit, or its "
                "logarithm"
            )
        allowed = Fraction(tolerance) * size / 2
        point, turn = _first(asked), 0
        while True:
            value = value_at(asked, point)
            assert value is not None
            weights = multipliers_at(family, objective, as_place(family, point))
            worthwhile = Fraction(0) if turn < TURNS else allowed / 4
            run = Search(Objective(family, objective, weights), worthwhile, deadline, say, point, value[0])
            finished = run.begun(allowed)
            if run.point == point or not finished:
                return Found(run.point, run.word(), run.boxes, finished, weights)
            turn += 1
            point = run.point  # its own cover is found with it as the point where tangents are laid


def _first(objective: Objective) -> Point:
    """Return the first candidate."""
    family = objective.family
    places = first_candidates(family, objective.name)
    point = best_of(objective, (point for place in places for point in simple_points(family, place)))
    if point is None:
        raise UnsupportedModel(
            "no parameters are found that fulfil the constraints and at which the objective is defined; wider "
            "bounds or looser constraints would be taken"
        )
    return point


def _widest(box: Box, whole: Box) -> int:
    """Return the number of the side that is the widest, in parts of the whole one."""
    parts = [(high - low) / (whole[name][1] - whole[name][0]) for name, (low, high) in box.items()]
    return parts.index(max(parts))
