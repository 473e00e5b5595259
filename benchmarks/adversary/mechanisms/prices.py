"""Version pricing: all attacks and losses, and behind a barrier; as the market prices its versions."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from random import Random
from typing import Any, ClassVar

import mechproof as mp

from .. import numbers
from ..instance import FAR, Decisions, Instance, Truth, as_given, given
from .price_oracle import Fit

DOUBLES = Fraction(1, 2**40)
"""What part of its terms the package forgives as rounding."""
ATTACKS = ("composition", "averaging", "none")


@dataclass(frozen=True)
class Prices(Instance):
    """Prices near a survey's, of versions in any order."""

    epsilon: tuple[Fraction, ...]
    target: tuple[Fraction, ...]
    loss: str
    attack: str
    width: Fraction
    barrier: Fraction | None

    mechanism: ClassVar[str] = "version-pricing"
    per_person: ClassVar[tuple[str, ...]] = ("epsilon", "target")
    numbers: ClassVar[tuple[str, ...]] = ("epsilon", "target", "width", "barrier")

    @cached_property
    def order(self) -> list[int]:
        return sorted(range(len(self.epsilon)), key=lambda j: self.epsilon[j])

    @cached_property
    def fit(self) -> Fit:
        weight = tuple(self.epsilon[j] ** (2 if self.attack == "averaging" else 1) for j in self.order)
        target = tuple(self.target[j] for j in self.order)
        return Fit(weight, target, self.loss, self.width, self.attack != "none")

    def data(self) -> dict[str, Any]:
        wide = {"huber_width": given(self.width, self.exact)} if self.loss == "huber" else {}
        barrier = {"barrier": given(self.barrier, self.exact)} if self.barrier is not None else {}
        numbers_ = {"epsilon": given(self.epsilon, self.exact), "target": given(self.target, self.exact)}
        return {**numbers_, "loss": self.loss, "attack": self.attack, **wide, **barrier}

    def declared(self) -> Any:
        return mp.VersionPricing

    @cached_property
    def _right(self) -> tuple[Decisions, ...]:
        best = self.fit.best() if self.barrier is None else self.fit.barred(self.barrier)
        return () if best is None else ({"price": self._back(best)},)

    def right(self) -> tuple[Decisions, ...]:
        return self._right

    def _back(self, price: tuple[Fraction, ...]) -> tuple[Fraction, ...]:
        placed = dict(zip(self.order, price, strict=True))
        return tuple(placed[j] for j in range(len(price)))

    def elsewhere(self, rng: Random) -> Iterator[Decisions]:
        """The best menus of other attacks and losses, the survey itself, the best menu with one price at its target."""
        yield {"price": self.target}
        for change in ({"attack": rng.choice(ATTACKS)}, {"loss": rng.choice(("squared", "absolute", "huber"))}):
            other = replace(self, **change, barrier=None)
            yield {"price": other._back(other.fit.best())}
        if self._right:
            price, at = self._right[0]["price"], rng.randrange(len(self.target))
            assert isinstance(price, tuple)
            yield {"price": tuple(t if j == at else p for j, (p, t) in enumerate(zip(price, self.target, strict=True)))}

    def truth(self, decisions: Decisions) -> Truth:
        price = decisions["price"]
        assert isinstance(price, tuple)
        ordered = [price[j] for j in self.order]
        broken, kept = self.fit.broken(ordered)
        if not self._right:
            return Truth(broken=broken, kept=kept)
        best = [self._right[0]["price"][j] for j in self.order]  # type: ignore[index]
        apart = max(abs(p - b) for p, b in zip(ordered, best, strict=True))
        scales = [max(map(abs, ordered)), max(map(abs, best))]
        high = float(apart / min(scales)) if min(scales) else FAR if apart else 0.0
        if self.barrier is not None:
            shut = self._shut(ordered)
            return Truth(float(apart / max(scales)), FAR if shut else high, broken, kept, not shut)
        if self.loss == "squared":
            return Truth(float(apart / max(scales)), high, broken, kept)
        # the loss of prices d away is at most k L d below
        most = max(abs(p - t) for v in (ordered, best) for p, t in zip(v, self.fit.target, strict=True))
        steep = self.fit.steepest(most) * len(price)
        lost = max(self.fit.lost(ordered) - self.fit.lost(best), Fraction(0))
        low = lost / steep / max(scales) if steep else Fraction(0)
        return Truth(float(low), high, broken, kept)

    def _shut(self, price: list[Fraction]) -> bool:
        """Whether a slack is zero, at which the barrier is infinite."""
        pairs = list(zip(range(1, len(price)), price, price[1:], strict=False))
        rise = all(low < high for _, low, high in pairs)
        shares = not self.fit.combinable or all(low > self.fit.ratio(j) * high for j, low, high in pairs)
        return not (price[0] > 0 and rise and shares)

    def outcomes(self, decisions: Decisions) -> Decisions:
        if self.barrier is not None:
            return {}
        price = decisions["price"]
        assert isinstance(price, tuple)
        return {"loss": self.fit.lost([price[j] for j in self.order])}

    def keeps(self, decisions: Decisions) -> dict[str, bool]:
        return menu_keeps(self.fit, [decisions["price"][j] for j in self.order])  # type: ignore[index]

    def blur(self, name: str, decisions: Decisions) -> float:
        price = decisions["price"]
        assert isinstance(price, tuple)
        rows = [(price[j], t) for j, t in zip(self.order, self.fit.target, strict=True)]
        moved = sum(self.fit.steepest(abs(p - t) + DOUBLES * (abs(p) + t)) * (abs(p) + t) for p, t in rows)
        return float(2 * DOUBLES * moved / (self.fit.lost([p for p, _ in rows]) or 1))


def menu_keeps(fit: Fit, price: list[Fraction]) -> dict[str, bool]:
    """What a menu in ascending order of weight is verified for, in fractions."""
    if min(price) < 0:
        return {}
    known = {"monotone": all(a <= b for a, b in itertools.pairwise(price)), "in-cone": fit.broken(price)[1] == 0}
    undercut = fit.undercut(price)
    return known if undercut is None else {**known, "no-arbitrage": not undercut}


def draw(rng: Random) -> Prices:
    """A survey of one to five versions."""
    exact = rng.random() < 0.5
    count = rng.choice((1, 2, 2, 3, 3, 4, 5))
    sizes = rng.sample(range(1, 25), count)
    if rng.random() < 0.15:
        sizes = [sizes[0]] + [sizes[0] * (1 + Fraction(j, 10**10)) for j in range(1, count)]  # type: ignore[misc]
    unit, money = numbers.unit(rng) * rng.choice((Fraction(1), Fraction(3, 10))), numbers.unit(rng)
    target = numbers.several(rng, count, exact)
    width = rng.choice((Fraction(1, 4), Fraction(1), Fraction(5), Fraction(1, 10**6), Fraction(10**6)))
    loss, attack = rng.choice(("squared", "absolute", "huber")), rng.choice(ATTACKS)
    barrier = None
    if rng.random() < 0.1 and count <= 3:
        loss, barrier = "squared", Fraction(10) ** rng.randint(-2, 6) / money**2
    return Prices(
        exact,
        as_given(tuple(Fraction(s) * unit for s in sizes), exact),
        as_given(tuple(t * money for t in target), exact),
        loss,
        attack,
        as_given(width * money, exact),
        as_given(barrier, exact),
    )
