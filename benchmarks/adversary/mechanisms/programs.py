"""Programs of one's own: linear ones by all vertices, quadratic ones by all sets of tight rows, in fractions."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from random import Random
from typing import Any, ClassVar

from .. import numbers
from ..declared import Nearest, Purchase
from ..instance import FAR, Decisions, Instance, Truth, as_given, given

Row = tuple[tuple[Fraction, ...], Fraction]
"""g and h of g·x ≥ h."""


@dataclass(frozen=True)
class Amounts(Instance):
    """A purchase, or with weights the amounts nearest to wishes."""

    cost: tuple[Fraction, ...]
    most: tuple[Fraction, ...]
    first: tuple[Fraction, ...]
    second: tuple[Fraction, ...]
    need_first: Fraction
    need_second: Fraction
    weight: tuple[Fraction, ...] | None

    mechanism: ClassVar[str] = "own-program"
    specified: ClassVar[bool] = False
    per_person: ClassVar[tuple[str, ...]] = ("cost", "most", "first", "second", "weight")
    numbers: ClassVar[tuple[str, ...]] = (*per_person, "need_first", "need_second")

    def data(self) -> dict[str, Any]:
        names = ("cost", "most", "first", "second", "need_first", "need_second", "weight")
        fields = {name: getattr(self, name) for name in names}
        return {name: given(value, self.exact) for name, value in fields.items() if value is not None}

    def declared(self) -> Any:
        return Purchase if self.weight is None else Nearest

    @cached_property
    def rows(self) -> list[Row]:
        """The declared rows, then the bounds."""
        size = range(len(self.cost))
        unit = [tuple(Fraction(i == j) for j in size) for i in size]
        bounds = [(u, Fraction(0)) for u in unit]
        bounds += [(tuple(-e for e in u), -m) for u, m in zip(unit, self.most, strict=True)]
        return [(self.first, self.need_first), (self.second, self.need_second), *bounds]

    def worth(self, x: Sequence[Fraction]) -> Fraction:
        if self.weight is None:
            return dot(self.cost, x)
        return sum((w * (v - t) ** 2 for w, v, t in zip(self.weight, x, self.cost, strict=True)), Fraction(0))

    @cached_property
    def _right(self) -> tuple[tuple[Fraction, ...], ...]:
        size = len(self.cost)
        found: set[tuple[Fraction, ...]] = set()
        for count in [size] if self.weight is None else range(size + 1):
            for chosen in itertools.combinations(self.rows, count):
                x = meeting(chosen, self.cost, self.weight)
                if x is not None and all(dot(g, x) >= h for g, h in self.rows):
                    found.add(x)
        if not found:
            return ()
        least = min(map(self.worth, found))
        return tuple(sorted(x for x in found if self.worth(x) == least))

    def right(self) -> tuple[Decisions, ...]:
        return tuple({"amount": x} for x in self._right)

    def elsewhere(self, rng: Random) -> Iterator[Decisions]:
        """Other corners of the box, and what would be best without a row."""
        yield {"amount": tuple(rng.choice((Fraction(0), m)) for m in self.most)}
        yield {"amount": tuple(min(max(c, Fraction(0)), m) for c, m in zip(self.cost, self.most, strict=True))}
        for x in self._right[:1]:
            yield {"amount": tuple(v * (1 - numbers.small(rng)) for v in x)}

    def truth(self, decisions: Decisions) -> Truth:
        x = decisions["amount"]
        assert isinstance(x, tuple)
        broken = kept = 0.0
        for index, (g, h) in enumerate(self.rows):
            excess = h - dot(g, x)
            if excess > 0:
                terms = [abs(a * b) for a, b in zip(g, x, strict=True)] + [abs(h)]
                sizes = (sum(terms), max(terms)) if index < 2 else (max(terms), max(terms))
                broken, kept = max(broken, float(excess / sizes[0])), max(kept, float(excess / sizes[1]))
        if not self._right:
            return Truth(broken=broken, kept=kept)
        low, high = 1.0, FAR
        for best in self._right:
            apart = max(abs(v - b) for v, b in zip(x, best, strict=True))
            scales = [max(map(abs, values)) for values in (x, best)]
            high = min(high, float(apart / min(scales)) if min(scales) else FAR if apart else 0.0)
            low = min(low, float(apart / max(scales)) if apart else 0.0)
        if self.weight is None:  # only the objective is told
            sizes = [dot([abs(c) for c in self.cost], [abs(v) for v in values]) for values in (x, *self._right)]
            lost = self.worth(x) - self.worth(self._right[0])
            low = float(lost / max(sizes)) if lost > 0 else 0.0
        return Truth(low, high, broken, kept)

    def outcomes(self, decisions: Decisions) -> Decisions:
        x = decisions["amount"]
        assert isinstance(x, tuple)
        return {"expense" if self.weight is None else "apart": self.worth(x)}

    def blur(self, name: str, decisions: Decisions) -> float:
        x = decisions["amount"]
        assert isinstance(x, tuple)
        hair, worth = Fraction(1, 2**39), self.worth(x)
        if self.weight is None:
            moved = dot([abs(c) for c in self.cost], [abs(v) for v in x])
        else:
            rows = zip(self.weight, x, self.cost, strict=True)
            moved = sum(
                (2 * w * (abs(v - t) + hair * (abs(v) + abs(t))) * (abs(v) + abs(t)) for w, v, t in rows), Fraction(0)
            )
        return float(2 * hair * moved / abs(worth)) if worth else FAR


def dot(one: Sequence[Fraction], other: Sequence[Fraction]) -> Fraction:
    return sum((a * b for a, b in zip(one, other, strict=True)), Fraction(0))


def meeting(
    rows: Sequence[Row], target: Sequence[Fraction], weight: Sequence[Fraction] | None
) -> tuple[Fraction, ...] | None:
    """Where rows are tight: the only point, or with weights the one nearest to the target."""
    if weight is None:
        return solve([list(g) for g, _ in rows], [h for _, h in rows])
    # x = t + W⁻¹ Gᵀ λ, G x = h
    scaled = [[a / w for a, w in zip(g, weight, strict=True)] for g, _ in rows]
    matrix = [[dot(g, other) for other in scaled] for g, _ in rows]
    price = solve(matrix, [h - dot(g, target) for g, h in rows])
    if price is None:
        return None
    return tuple(t + sum(p * s[j] for p, s in zip(price, scaled, strict=True)) for j, t in enumerate(target))


def solve(matrix: list[list[Fraction]], right: list[Fraction]) -> tuple[Fraction, ...] | None:
    """Gauss and Jordan; None where there is no only solution."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for k in range(len(rows)):
        at = next((i for i in range(k, len(rows)) if rows[i][k] != 0), None)
        if at is None:
            return None
        rows[k], rows[at] = rows[at], rows[k]
        rows[k] = [entry / rows[k][k] for entry in rows[k]]
        for i in range(len(rows)):
            if i != k and rows[i][k] != 0:
                rows[i] = [a - rows[i][k] * b for a, b in zip(rows[i], rows[k], strict=True)]
    return tuple(row[-1] for row in rows)


def draw(rng: Random) -> Amounts:
    """A program of one to three goods, its rows in small and large units, sometimes impossible or hardly possible."""
    exact, size = rng.random() < 0.5, rng.choice((1, 2, 2, 3))
    most = numbers.several(rng, size, exact)
    signs = (1, 1, 1, -1, 0)
    rows = [tuple(rng.choice(signs) * c for c in numbers.several(rng, size, exact)) for _ in range(2)]
    cost = tuple(rng.choice((1, 1, 1, -1)) * c for c in numbers.several(rng, size, exact))
    money, good = numbers.unit(rng), numbers.unit(rng)
    scales = [Fraction(10) ** rng.choice((-12, -9, -3, 0, 0, 0, 6)) for _ in rows]
    weight = None
    if rng.random() < 0.4:
        weight = tuple(w * money for w in numbers.several(rng, size, exact))
        cost = tuple(c * m for c, m in zip(cost, most, strict=True))
    needs = []
    for row in rows:
        top = sum(max(r * m, Fraction(0)) for r, m in zip(row, most, strict=True))
        part = rng.choice(
            (Fraction(0), Fraction(1, 10), Fraction(1, 2), Fraction(99, 100), Fraction(1), Fraction(11, 10))
        )
        needs.append(top * part if rng.random() < 0.9 else -top)
    unit = good if weight is not None else money
    return Amounts(
        exact,
        as_given(tuple(c * unit for c in cost), exact),
        as_given(tuple(m * good for m in most), exact),
        *(as_given(tuple(r * s for r in row), exact) for row, s in zip(rows, scales, strict=True)),
        *(as_given(n * s * good, exact) for n, s in zip(needs, scales, strict=True)),
        as_given(weight, exact),
    )
