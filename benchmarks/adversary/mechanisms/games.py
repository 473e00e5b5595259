"""Games of one's own without a leader: outputs sold at a price that falls, and efforts for a prize, with capacities."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from random import Random
from typing import Any, ClassVar

from .. import numbers
from ..declared import Cournot, Tullock
from ..instance import FAR, Decisions, Instance, Truth, as_given, given
from .contest import outside, relative
from .contest_oracle import CAPPED, INSIDE, OUT, Oracle
from .programs import solve


@dataclass(frozen=True)
class Outputs(Instance):
    """U = x (a − b X) − c x of an output x between nothing and a capacity; everything is linear."""

    cost: tuple[Fraction, ...]
    most: tuple[Fraction, ...]
    intercept: Fraction
    slope: Fraction

    mechanism: ClassVar[str] = "own-game"
    specified: ClassVar[bool] = False
    decision: ClassVar[str] = "output"
    per_person: ClassVar[tuple[str, ...]] = ("cost", "most")
    numbers: ClassVar[tuple[str, ...]] = ("cost", "most", "intercept", "slope")

    def data(self) -> dict[str, Any]:
        names = ("cost", "most", "intercept", "slope")
        return {name: given(getattr(self, name), self.exact) for name in names}

    def declared(self) -> Any:
        return Cournot

    @cached_property
    def equilibrium(self) -> tuple[Fraction, ...]:
        """The only one: every way to be out, inside or at the capacity is solved for, and kept if nobody errs."""
        for state in itertools.product((INSIDE, OUT, CAPPED), repeat=len(self.cost)):
            found = self._of(state)
            if found is not None:
                return found
        raise AssertionError("a game of strategic substitutes with a concave utility has an equilibrium")

    def _of(self, state: tuple[int, ...]) -> tuple[Fraction, ...] | None:
        free = [i for i, s in enumerate(state) if s == INSIDE]
        held = sum((m for s, m in zip(state, self.most, strict=True) if s == CAPPED), Fraction(0))
        # a − c = b (X + x)
        matrix = [[Fraction(2 if i == j else 1) for j in free] for i in free]
        inside = solve(matrix, [(self.intercept - self.cost[i]) / self.slope - held for i in free])
        if inside is None:
            return None
        sold = dict(zip(free, inside, strict=True))
        x = tuple(
            sold.get(i, m if s == CAPPED else Fraction(0))
            for i, (s, m) in enumerate(zip(state, self.most, strict=True))
        )
        for s, own, m, c in zip(state, x, self.most, self.cost, strict=True):
            pull = self.intercept - c - self.slope * (sum(x) + own)
            if not 0 <= own <= m or (s == OUT and pull > 0) or (s == CAPPED and pull < 0):
                return None
        return x

    def right(self) -> tuple[Decisions, ...]:
        return ({self.decision: self.equilibrium},)

    def elsewhere(self, rng: Random) -> Iterator[Decisions]:
        """Nobody does anything, everybody all, and everybody what one alone would."""
        yield {self.decision: tuple(Fraction(0) for _ in self.most)}
        yield {self.decision: self.most}
        yield {self.decision: tuple(min(m, self.alone(i)) for i, m in enumerate(self.most))}

    def alone(self, index: int) -> Fraction:
        return max((self.intercept - self.cost[index]) / (2 * self.slope), Fraction(0))

    def truth(self, decisions: Decisions) -> Truth:
        x = decisions[self.decision]
        assert isinstance(x, tuple)
        low, high = relative(x, self.equilibrium)
        broken = max(map(outside, x, [Fraction(0)] * len(x), self.most))
        same = all((own > 0) == (best > 0) for own, best in zip(x, self.equilibrium, strict=True))
        return Truth(low, high if max(self.equilibrium) or not low else FAR, broken, broken, same)


@dataclass(frozen=True)
class Efforts(Outputs):
    """U = V x/X − c x; `intercept` is the prize V, `slope` is not used."""

    decision: ClassVar[str] = "effort"

    def data(self) -> dict[str, Any]:
        fields = {"cost": self.cost, "most": self.most, "prize": self.intercept}
        return {name: given(value, self.exact) for name, value in fields.items()}

    def declared(self) -> Any:
        return Tullock

    @cached_property
    def equilibrium(self) -> tuple[Fraction, ...]:
        contest = Oracle(self.cost, self.most, Fraction(1), self.intercept, False, False)
        return contest.response(self.intercept)

    def alone(self, index: int) -> Fraction:
        return self.intercept / (4 * self.cost[index])


def draw(rng: Random) -> Outputs:
    """Two or three people, capacities that bind or do not."""
    exact, size = rng.random() < 0.5, rng.choice((2, 2, 3))
    cost = numbers.several(rng, size, exact)
    intercept = max(cost) * rng.choice((Fraction(1), Fraction(3, 2), Fraction(2), Fraction(10)))
    money, good = numbers.unit(rng), numbers.unit(rng)
    slope = numbers.uneven(rng)
    caps = tuple(intercept / slope * Fraction(rng.choice((1, 5, 20, 100, 1000)), 100) for _ in cost)
    made = Outputs
    if rng.random() < 0.5:
        made, caps = Efforts, tuple(intercept / c * Fraction(rng.choice((1, 10, 100)), 100) for c in cost)
    return made(
        exact,
        as_given(tuple(c * money / good for c in cost), exact),
        as_given(tuple(m * good for m in caps), exact),
        # V is an amount of money, a a price
        as_given(intercept * (money if made is Efforts else money / good), exact),
        as_given(slope * money / good**2, exact),
    )
