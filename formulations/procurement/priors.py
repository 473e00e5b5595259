"""What is known of costs that nobody knows: each is an independent draw from one distribution.

A prior says what a unit of privacy costs whoever buys it, rents included: the virtual cost ψ(c) = c + F(c)/f(c), or of
finitely many types the stepped one. It is made monotone (ironed) where it falls. The continuous ones shipped have a
log-concave F, so that F/f rises and there is nothing to iron.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np

from ..algebra import Algebra
from ..data import Number, Vector, as_floats, as_fractions
from ..declaration import scalar, vector
from ..errors import InputError
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

    def draw(self, generator: np.random.Generator, size: int) -> np.ndarray:
        """Return so many independent costs."""
        return generator.lognormal(float(self.mu), float(self.sigma), size)
