"""What is known of costs that nobody knows: each is an independent draw from one distribution.

A prior says what a unit of privacy costs whoever buys it, rents included: the virtual cost ψ(c) = c + F(c)/f(c), or of
finitely many types the stepped one. It is made monotone (ironed) where it falls. The continuous ones shipped have a
log-concave F, so that F/f rises and there is nothing to iron.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cached_property
from itertools import accumulate
from math import comb
from typing import Any

import numpy as np

from ..algebra import Algebra
from ..data import Number, Vector, as_floats, as_fractions
from ..declaration import scalar, vector
from ..errors import InputError, UnsupportedModel
from ..language import Declaration
from ..virtual_cost import level_starts, virtual_cost

TWO_PI = "6.2831853071795864769252867665590057683943387987502116419498891846156328125724179972560696506842341359"
"""2π, to more digits than any reading carries."""


class Prior(Declaration):
    """How a client's cost is distributed; a subclass gives the formulas.

    `bounds` are the ends of the support, the upper one None where there is none.
    """

    @property
    def bounds(self) -> tuple[Any, Any]:
        """The least and the largest cost there may be."""
        raise NotImplementedError

    def charge(self, a: Algebra, cost: Any) -> Any:
        """Return the ironed virtual cost, which never falls with the cost."""
        raise NotImplementedError

    def draw(self, generator: np.random.Generator, size: int) -> np.ndarray:
        """Return so many independent costs."""
        raise NotImplementedError

    def distribution(self, a: Algebra, price: Any) -> Any:
        """Return F(p), the probability that a cost is no more than a price."""
        raise UnsupportedModel(f"{type(self).__name__} declares no distribution; Prior.distribution would give one")

    def saving(self, a: Algebra, price: Any, count: int, rank: int) -> Any:
        """Return E max(0, p − c₍ₖ₎), with c₍ₖ₎ the k-th smallest of `count` independent costs, k = `rank`."""
        raise UnsupportedModel(
            f"no formula is known of how far the cheapest of {count} costs are below a price by {type(self).__name__}; "
            "one seller, UniformPrior or TypesPrior would be taken"
        )

    def refuse(self, cost: Any, name: Any) -> None:
        """Refuse costs outside the support; `name` tells how a message calls an entry."""
        low, high = self.bounds
        outside = (cost < low) | (cost > high) if high is not None else cost < low
        if np.any(outside):
            at = int(np.argmax(outside))
            raise InputError(name(at), cost[at], f"is outside the prior's support, {low} to {high}")


class TypesPrior(Prior):
    """Finitely many types of cost, each with a probability.

    Parameters
    ----------
    cost
        The types' costs c_1, …, c_K > 0, all different, in any order.
    probability
        Their probabilities > 0, or numbers in proportion, such as how many were counted of each.

    Examples
    --------
    >>> prior = TypesPrior(cost=[1, 2, 3], probability=["0.49", "0.02", "0.49"])
    >>> print(*prior.levels.tolist())
    1 251/51 251/51
    """

    cost: Vector = vector("a type's cost", above=0, per="type", unit="money/ε", symbol="c")
    probability: Vector = vector("a type's probability", above=0, per="type", symbol="f")

    def check(self) -> None:
        """Refuse no types, and equal ones."""
        if len(self.cost) == 0:
            raise InputError("prior.cost", "no types", "a prior needs at least one type")
        if len(set(as_fractions(self.cost).tolist())) < len(self.cost):
            raise InputError("prior.cost", "equal costs", "types must differ", "add up their probabilities")

    @cached_property
    def ascending(self) -> np.ndarray:
        """The types' costs in ascending order, as fractions."""
        return np.sort(as_fractions(self.cost))

    @cached_property
    def levels(self) -> np.ndarray:
        """The ironed virtual costs of the types in ascending order, as fractions."""
        order = np.argsort(as_fractions(self.cost), kind="stable")
        weight = as_fractions(self.probability)[order]
        virtual = virtual_cost(None, self.ascending, weight)  # type: ignore[arg-type]  # it asks nothing of an algebra
        starts = level_starts((virtual * weight).tolist(), weight.tolist())
        ends = [*starts[1:], len(weight)]
        level = [
            sum((virtual * weight)[i:j].tolist()) / sum(weight[i:j].tolist()) for i, j in zip(starts, ends, strict=True)
        ]
        return np.repeat(np.array(level, dtype=object), np.diff([*starts, len(weight)]))

    @property
    def bounds(self) -> tuple[Any, Any]:
        """The cheapest and the dearest type."""
        return self.ascending[0], self.ascending[-1]

    def place(self, cost: Any) -> np.ndarray:
        """Return which type each cost is, in ascending order; as many as there are types for what is none of them."""
        ascending, exact = self.ascending.tolist(), as_fractions(cost).tolist()
        where = {value: index for index, value in enumerate(ascending)}
        return np.array([where.get(value, len(ascending)) for value in exact], dtype=np.intp)

    def charge(self, a: Algebra, cost: Any) -> Any:
        """Return each cost's level; the costs are declared ones, fractions or doubles."""
        return a.vector(self.levels[self.place(cost)])

    def distribution(self, a: Algebra, price: Any) -> Any:
        """Return the sum of the probabilities of the types that cost no more."""
        steps = zip(self.ascending.tolist(), _differences(self._below), strict=True)
        return sum(a.number(part) * a.at_least(price, a.number(cost)) for cost, part in steps)

    def saving(self, a: Algebra, price: Any, count: int, rank: int) -> Any:
        """Return Σ P(c₍ₖ₎ = c) max(0, p − c) over the types."""
        at_most = [at_least_so_many(below, count, rank) for below in self._below]
        steps = zip(self.ascending.tolist(), _differences(at_most), strict=True)
        return sum(a.number(part) * a.maximum(price - a.number(cost), 0) for cost, part in steps)

    @cached_property
    def _below(self) -> list[Fraction]:
        """The probability of each type in ascending order together with all cheaper ones, exactly."""
        share = as_fractions(self.probability)[np.argsort(as_fractions(self.cost), kind="stable")].tolist()
        return [found / sum(share) for found in accumulate(share)]

    def draw(self, generator: np.random.Generator, size: int) -> np.ndarray:
        """Return so many independent costs."""
        share = as_floats(self.probability)
        found: np.ndarray = np.asarray(self.cost)[generator.choice(len(share), size, p=share / share.sum())]
        return found

    def refuse(self, cost: Any, name: Any) -> None:
        """Refuse a cost that is none of the types'."""
        place = self.place(cost)
        if np.any(place == len(self.levels)):
            at = int(np.argmax(place == len(self.levels)))
            raise InputError(name(at), cost[at], "is none of the prior's types", "give the next dearer type's cost")


class UniformPrior(Prior):
    """Every cost between two is as likely: F(c) = (c − low)/(high − low), ψ(c) = 2c − low.

    Examples
    --------
    >>> UniformPrior(low=1, high=3).bounds
    (Fraction(1, 1), Fraction(3, 1))
    """

    high: Number = scalar("the largest cost", above=0, unit="money/ε", symbol="b")
    low: Number = scalar("the least cost", at_least=0, default=0, unit="money/ε", symbol="a")

    def check(self) -> None:
        """Refuse an empty support."""
        if not self.low < self.high:
            raise InputError("prior.high", self.high, f"must be above low, {self.low}")

    @property
    def bounds(self) -> tuple[Any, Any]:
        """The least and the largest cost."""
        return self.low, self.high

    def charge(self, a: Algebra, cost: Any) -> Any:
        """Return 2c − low."""
        return 2 * cost - a.number(self.low)

    def distribution(self, a: Algebra, price: Any) -> Any:
        """Return (p − low)/(high − low), between 0 and 1."""
        return a.minimum(a.maximum(self.inside(a, price), 0), 1)

    def inside(self, a: Algebra, price: Any) -> Any:
        """Return (p − low)/(high − low), which is F of prices within the support."""
        return (price - a.number(self.low)) / a.number(self.high - self.low)

    def saving(self, a: Algebra, price: Any, count: int, rank: int) -> Any:
        """Return the integral of P(c₍ₖ₎ ≤ x) up to the price: within the support, and beyond it."""
        below = self.distribution(a, price)
        dearer = [1 - below]  # the powers of 1 − u
        for _ in range(count):
            dearer.append(dearer[-1] * dearer[0])
        inside = below
        for k in range(rank):  # ∫ C(n, k) tᵏ (1 − t)ⁿ⁻ᵏ dt up to u, by k + 1 or more of n + 1 points below u
            inside = inside - _more_than(k, below, dearer) / a.number(count + 1)
        beyond = a.maximum(price - a.number(self.high), 0)
        return inside * a.number(self.high - self.low) + beyond

    def draw(self, generator: np.random.Generator, size: int) -> np.ndarray:
        """Return so many independent costs."""
        return generator.uniform(float(self.low), float(self.high), size)


class LognormalPrior(Prior):
    """ln c is normal with mean μ and standard deviation σ: ψ(c) = c (1 + σ Φ(y)/φ(y)), y = (ln c − μ)/σ.

    Examples
    --------
    >>> from mechproof.solvers.readings.vectors import Vectors
    >>> LognormalPrior(mu=0, sigma="0.5").charge(Vectors(), np.array([1.0])).round(6)
    array([1.626657])
    """

    mu: Number = scalar("the mean of ln c", default=0, symbol=r"\mu")
    sigma: Number = scalar("the standard deviation of ln c", above=0, default=1, symbol=r"\sigma")

    @property
    def bounds(self) -> tuple[Any, Any]:
        """Every positive cost."""
        return 0, None

    def charge(self, a: Algebra, cost: Any) -> Any:
        """Return c (1 + σ Φ(y)/φ(y)); by logarithms, since far from the mean both leave the doubles."""
        spread = a.number(self.sigma)
        y = (a.log(cost) - a.number(self.mu)) / spread
        odds = a.exp(a.log(a.normal_cdf(y)) + a.square(y) / 2) * a.sqrt(a.number(TWO_PI))
        return cost * (1 + spread * odds)

    def distribution(self, a: Algebra, price: Any) -> Any:
        """Return Φ((ln p − μ)/σ), of p > 0."""
        return a.normal_cdf((a.log(price) - a.number(self.mu)) / a.number(self.sigma))

    def saving(self, a: Algebra, price: Any, count: int, rank: int) -> Any:
        """Return p Φ(y) − e^(μ + σ²/2) Φ(y − σ), y = (ln p − μ)/σ, of one cost; of several no formula is known."""
        if count > 1:
            return super().saving(a, price, count, rank)
        spread, middle = a.number(self.sigma), a.number(self.mu)
        y = (a.log(price) - middle) / spread
        mean = a.exp(middle + a.square(spread) / 2)
        return price * a.normal_cdf(y) - mean * a.normal_cdf(y - spread)

    def draw(self, generator: np.random.Generator, size: int) -> np.ndarray:
        """Return so many independent costs."""
        return generator.lognormal(float(self.mu), float(self.sigma), size)


def at_least_so_many(part: Any, count: int, rank: int) -> Any:
    """Return the probability that at least k = `rank` of `count` independent things happen, each with that probability.

    Examples
    --------
    >>> at_least_so_many(Fraction(1, 2), 2, 1), at_least_so_many(Fraction(1, 2), 2, 2)
    (Fraction(3, 4), Fraction(1, 4))
    """
    return 1 - sum(comb(count, k) * part**k * (1 - part) ** (count - k) for k in range(rank))


def _differences(values: list[Fraction]) -> list[Fraction]:
    return [one - before for one, before in zip(values, [Fraction(0), *values], strict=False)]


def _more_than(k: int, below: Any, dearer: Any) -> Any:
    """Return the probability that more than k of n + 1 uniform points are below u; powers of 1 − u are given."""
    count = len(dearer)  # n + 1
    fewer = dearer[count - 1]
    power = below
    for j in range(1, k + 1):
        fewer = fewer + comb(count, j) * power * (dearer[count - 1 - j] if j < count else 1)
        power = power * below
    return 1 - fewer
