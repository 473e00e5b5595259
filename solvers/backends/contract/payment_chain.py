"""The back end `payment-chain`: the nearest incentive compatible payments for budgets that stay, in near-linear time.

With ε kept, what an owner of type k keeps, U_k = p_k − c_k ε_k, is a chain in the order of costs,

    (c_{k+1} − c_k) ε_{k+1} ≤ U_k − U_{k+1} ≤ (c_{k+1} − c_k) ε_k,    U_K ≥ 0,

which has an answer iff budgets fall; among equal costs both ends are zero, and between groups of them the largest and
the smallest budget count. Each payment is to be near p̂_k: Σ m_k |U_k − t_k| with t_k = p̂_k − c_k ε_k. From the
dearest to the cheapest, the least cost of all dearer types is a convex, piecewise linear function of U_k, which is held
as its kinks on either side of its minimum: passing on to the next type moves the left ones by the least step and the
right ones by the largest, and |U − t| adds one kink. A pool is a price on payments, which tilts the function; the
slope of the distance in the pool is found by tangents. Exactly, all of it is in whole numbers of one small unit.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from math import inf, lcm
from typing import Any

import numpy as np

from ....formulations.contract.declaration import PrivacyContract
from ....formulations.data import as_floats
from ....formulations.errors import ClaimedInfeasible
from ....formulations.language import Declaration
from ....formulations.repair.nearest import Nearest
from ...backend import BackEnd
from ...solution import Answer, Request

TANGENTS = 200
"""Prices of the pool that are tried; a few are needed."""
ALIKE = 1e-14
"""Relative to itself, what a tangent may be missed by in doubles."""


def backends() -> tuple[BackEnd, ...]:
    """Return the back end.

    Examples
    --------
    >>> [item.name for item in backends()]
    ['payment-chain']
    """
    return (PaymentChain(),)


@dataclass(frozen=True)
class Chain:
    """Types from the dearest to the cheapest: where each |U − t| has its kink, its weight, and the steps between.

    U of a type is between `least` and `most` more than that of the one before it, and of the first at least zero.
    """

    kink: Sequence[Any]
    weight: Sequence[Any]
    least: Sequence[Any]
    most: Sequence[Any]

    def nearest(self, rise: Any = 0, by: Any = 1) -> list[Any]:
        """Return the least U that minimise Σ m |U − t| + price Σ m U, for a price rise/by between zero and one.

        Examples
        --------
        >>> Chain([5, 1], [1, 2], [0, 1], [0, 2]).nearest()
        [0, 1]
        """
        twice, over, under = ([m * times for m in self.weight] for times in (2 * by, by + rise, by - rise))
        zero = 0 * self.kink[0]
        # innermost kinks last; left ones as they are, right ones mirrored, both less what they have been moved by since
        left, left_weight = [zero], [inf]  # nobody keeps less than nothing
        right, right_weight, lowest = list[Any](), list[Any](), list[Any]()
        down, up = zero, zero
        for t, double, more, less, low, high in zip(self.kink, twice, over, under, self.least, self.most, strict=True):
            down, up = down + low, up + high
            if t - down < left[-1]:
                place = bisect(left, t - down)
                if place:
                    left.insert(place, t - down)
                    left_weight.insert(place, double)
                _pass_on(more, left, left_weight, right, right_weight, up - down)
            else:
                place = bisect(right, up - t)
                right.insert(place, up - t)
                right_weight.insert(place, double)
                _pass_on(less, right, right_weight, left, left_weight, up - down)
            lowest.append(left[-1] + down)
        return self._followed(lowest)

    def _followed(self, lowest: list[Any]) -> list[Any]:
        """Return every U, from where the cheapest type's function is least."""
        here = lowest[-1]
        found = [here]
        for best, low, high in zip(lowest[-2::-1], self.least[:0:-1], self.most[:0:-1], strict=True):
            least = here - high
            here = least if best < least else min(best, here - low)
            found.append(here)
        found.reverse()
        return found

    def distance(self, kept: Sequence[Any]) -> Any:
        """Return Σ m |U − t|."""
        return sum(m * abs(u - t) for m, u, t in zip(self.weight, kept, self.kink, strict=True))

    def spent(self, kept: Sequence[Any]) -> Any:
        """Return Σ m U."""
        return sum(m * u for m, u in zip(self.weight, kept, strict=True))

    def within(self, room: Any) -> list[Any]:
        """Return the nearest U of which Σ m U is within some room.

        Raises
        ------
        ClaimedInfeasible
            When the least U are not.

        Examples
        --------
        >>> print(*Chain([5, 5], [1, 2], [0, 1], [0, 2]).within(8))
        2 3
        """
        over, under = self._judged(self.nearest()), self._judged(list(accumulate(self.least)))
        if over.spent <= room:
            return over.kept
        if under.spent > room:
            raise ClaimedInfeasible("the least incentive compatible payments exceed the pool")
        for _ in range(TANGENTS):
            most, nearer = over.spent - under.spent, under.distance - over.distance
            found = self._judged(self.nearest(*_ratio(nearer, most)))
            left = nearer * (over.spent - found.spent) - (found.distance - over.distance) * most
            if left <= (ALIKE * under.distance * most if isinstance(left, float) else 0):
                # at this price both are best, and so is whatever is between them
                return _between(under.kept, over.kept, room - under.spent, most)
            over, under = (found, under) if found.spent > room else (over, found)
        return under.kept

    def _judged(self, kept: list[Any]) -> _Judged:
        return _Judged(kept, self.spent(kept), self.distance(kept))


@dataclass(frozen=True)
class _Judged:
    """What each keeps, with the sums that decide about it."""

    kept: list[Any]
    spent: Any
    distance: Any


def _pass_on(
    excess: Any, kinks: list[Any], weights: list[Any], to: list[Any], to_weights: list[Any], apart: Any
) -> None:
    """Move the innermost kinks, of so much weight in all, from one side of the minimum to the other."""
    while excess > 0:
        inner = weights[-1]
        to.append(apart - kinks[-1])
        if inner > excess:
            to_weights.append(excess)
            weights[-1] = inner - excess
            return
        to_weights.append(inner)
        kinks.pop()
        weights.pop()
        excess = excess - inner


def _ratio(one: Any, other: Any) -> tuple[Any, Any]:
    if isinstance(one, float):
        return one / other, 1.0
    price = Fraction(one, other)
    return price.numerator, price.denominator


def _between(low: list[Any], high: list[Any], part: Any, whole: Any) -> list[Any]:
    share = part / whole if isinstance(whole, float) else Fraction(part, whole)
    return [one + share * (two - one) for one, two in zip(low, high, strict=True)]


@dataclass(frozen=True)
class PaymentChain:
    """The nearest payments for budgets that stay, in the sum of all changes, exactly or in doubles."""

    name: str = "payment-chain"
    mechanism: type = Nearest

    def accepts(self, model: Declaration) -> str | None:
        """Return None for a contract's payments under the norm "1"."""
        if not (isinstance(model, Nearest) and isinstance(model.model, PrivacyContract) and model.model.hides_costs):
            return "finds nearest payments of a privacy contract"
        if model.norm != "1" or [item.name for item in model.bounds] != ["payment"]:
            return 'takes the norm "1" with epsilon kept and payments free; nearest takes the others'
        return None

    def solve(self, model: Declaration, request: Request) -> Answer:
        """Return the nearest payments."""
        assert isinstance(model, Nearest)
        request.refuse_options(self.name)
        contract = model.model
        assert isinstance(contract, PrivacyContract)
        place = contract.ladder.place
        order = np.argsort(-place, kind="stable")  # the dearest first, equal costs together
        given = (contract.cost, contract.count, model.stated["epsilon"], model.stated["payment"])
        exact = request.arithmetic == "exact"
        read: Callable[..., Any] = _whole if exact else _doubles
        (cost, count, epsilon, payment, pool), money = read(*(x[order] for x in given), contract.reward_pool)
        earned = cost * epsilon
        chain = Chain((payment - earned).tolist(), count.tolist(), *_steps(cost, epsilon, place[order]))
        if any(item.name == "budget_balance" for item in model.sound):
            kept = chain.within(pool - sum((count * earned).tolist()))
        else:
            kept = chain.nearest()
        found = np.array(kept, dtype=earned.dtype) + earned
        paid = np.empty_like(found)
        paid[order] = [Fraction(x, money) for x in found.tolist()] if exact else found
        return Answer({"payment": paid}, "optimal")


def _doubles(*data: Any) -> tuple[tuple[Any, ...], int]:
    *vectors, pool = data
    return (*map(as_floats, vectors), float(pool)), 1


def _whole(cost: Any, count: Any, epsilon: Any, payment: Any, pool: Any) -> tuple[tuple[Any, ...], int]:
    """Return data in whole numbers, so that costs times budgets are money; and of what part of money they are."""
    (cost, of_cost), (count, owners), (epsilon, of_epsilon), (payment, of_pay) = map(
        _numerators, (cost, count, epsilon, payment)
    )
    whole = Fraction(pool)
    money = lcm(of_cost * of_epsilon, of_pay, whole.denominator)
    cost = cost * (money // (of_cost * of_epsilon))
    pool = whole.numerator * (money // whole.denominator) * owners
    return (cost, count, epsilon, payment * (money // of_pay), pool), money


def _numerators(values: Any) -> tuple[Any, int]:
    """Return numbers over one denominator, and that.

    Examples
    --------
    >>> _numerators(np.array([0.75, -2.0])), _numerators(np.array([Fraction(1, 3), 2], dtype=object))
    ((array([3, -8], dtype=object), 4), (array([1, 6], dtype=object), 3))
    """
    given = np.asarray(values)
    if given.dtype == np.float64:
        return _of_doubles(given)
    pairs = [value.as_integer_ratio() for value in given.tolist()]
    under = lcm(*(below for _, below in pairs))
    return np.array([above * (under // below) for above, below in pairs], dtype=object), under


def _of_doubles(values: np.ndarray) -> tuple[Any, int]:
    """Return doubles over one power of two: their 53 bits, less the zeros at the end, shifted all at once."""
    part, power = np.frexp(values)
    bits = np.ldexp(part, 53).astype(np.int64)
    ends = np.frexp((bits & -bits).astype(np.float64))[1] - 1  # so many zeros; of zero itself none matter
    power = np.where(bits == 0, 0, power - 53 + ends)
    least = min(int(np.min(power, initial=0)), 0)
    whole = (bits >> np.maximum(ends, 0)).astype(object)
    return whole << (power - least).astype(object), 1 << -least


def _steps(cost: Any, sold: Any, place: Any) -> tuple[list[Any], list[Any]]:
    """Return by how much more than the dearer one each keeps, at least and at most; nothing for the dearest.

    Raises
    ------
    ClaimedInfeasible
        When somebody sells less than somebody whose costs are larger.
    """
    first = np.flatnonzero(np.concatenate([[True], place[1:] != place[:-1]]))
    largest, smallest = np.maximum.reduceat(sold, first)[:-1], np.minimum.reduceat(sold, first)[1:]
    if np.any(np.asarray(largest > smallest, dtype=bool)):
        raise ClaimedInfeasible("budgets do not fall with costs")
    least, most = np.zeros_like(sold), np.zeros_like(sold)
    rise = cost[first[:-1]] - cost[first[1:]]
    least[first[1:]], most[first[1:]] = rise * largest, rise * smallest
    return least.tolist(), most.tolist()
