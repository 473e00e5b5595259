"""The group-weighted contract: what no menu is worth more than, and a menu that is worth more than the one judged.

Whatever cover of the branches is handed over (`branches`), of a node with i types beyond ε̂, of e_k ≥ ε̂, s_k =
m_k h′(e_k), S_k = s_1 + … + s_k and λ = max_{k≤i} S_k/T_k: h lies below its tangents beyond ε̂, and with δ_k = ε_k − ε̂,
falling and not negative, Σ s_k δ_k ≤ λ Σ m_k ψ_k δ_k by summation by parts. So

    Σ_{k≤i} m_k h(ε_k) ≤ Σ (m_k h(e_k) − s_k e_k) + λ (B − (T_j − T_i) v) − ε̂ (λ T_i − S_i),

and (M_j − M_i) h(v) − λ (T_j − T_i) v is convex in v: largest at an end of the node. With i = 0 it is M_j h(v), v at
its largest. In exact arithmetic this is read in balls, else in doubles with room for rounding.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from ....formulations.algebra import read
from ....formulations.contract.declaration import PrivacyContract
from ....formulations.contract.formulas import cheapest_payment
from ....formulations.contract.formulas import precision as worth
from ...readings.balls import Balls, ball, precision
from ...readings.derivative import Derivative
from ...readings.quotients import Quotients, fractions_of
from ...readings.rationals import Rationals
from .branches import Cover, Nodes
from .charges import Charges, charges
from .items import Judgement, Menu

MOST_TYPES, BITS = 100, 128
FINEST = 1e-9
"""The gap that is aimed at, relative, where the tolerance is looser: three more halvings than 1e-7 asks for."""


class Bounds:
    """What no menu of a node is worth more than, in balls."""

    def __init__(self, cover: Cover) -> None:
        self.cover, asked = cover, cover.charges
        self.bend = (2 + ball(3).sqrt()).log()
        self.count, self.pool = Balls().vector(asked.count), ball(asked.pool)
        zero = np.array([Fraction(0)], dtype=object)
        self.owners = Balls().vector(np.concatenate([zero, asked.count.cumsum()]))
        self.totals = Balls().vector(np.concatenate([zero, asked.charge.cumsum()]))
        self._tangents: dict[tuple[int, float], tuple[Any, Any]] = {}

    @cached_property
    def sold(self) -> list[int]:
        """Every i for which the pool may suffice."""
        return [at for at, total in enumerate(self.totals) if not self.bend * total > self.pool]

    def highest(self, nodes: Nodes, exact: bool) -> Any:
        """Return what no menu is worth more than, the largest bound of all nodes; None if a branch is not covered.

        Bounds are taken in balls, or as they were found in doubles.
        """
        size = len(self.count)
        if not covered(nodes, {(first, last) for first in self.sold for last in range(first, size + 1)}):
            return None
        if not exact:
            return ball(float(nodes.bound.max()))
        rows = zip(
            *(getattr(nodes, name).tolist() for name in ("first", "last", "start", "end", "multiplier")), strict=True
        )
        return max(self.bound(*row) for row in rows)

    def bound(self, first: int, last: int, start: float, end: float, multiplier: float) -> Any:
        """Return what no menu of a node is worth more than."""
        owners, cost = self.owners[last] - self.owners[first], self.totals[last] - self.totals[first]
        if last > first:
            most = Balls().minimum(self.bend, (self.pool - self.bend * self.totals[first]).max(ball(0)) / cost)
        else:
            most = ball(0)
        if first == 0:
            return (owners * worth(Balls(), most)).upper()
        constant, price = self.tangent(first, multiplier)
        ends = [owners * worth(Balls(), v) - price * cost * v for v in (most * ball(start), most * ball(end))]
        return (constant + price * self.pool + ends[0].max(ends[1])).upper()

    def tangent(self, first: int, multiplier: float) -> tuple[Any, Any]:
        """Return a and λ with Σ m h ≤ a + λ·budget over the `first` cheapest types beyond ε̂."""
        known = (first, multiplier)
        if known not in self._tangents:
            hint = self.cover.epsilon(np.array([first]), np.array([multiplier]))[0, :first]
            epsilon = Balls().maximum(Balls().vector(hint), self.bend)
            dual = Derivative(Balls())
            found, count = worth(dual, dual.variable(epsilon)), self.count[:first]
            slope = count * dual.slope(found)
            saved = slope.cumsum()
            price = max((s / t).upper() for s, t in zip(saved, self.totals[1 : first + 1], strict=True))
            unspent = self.bend * (price * self.totals[first] - saved[-1])
            self._tangents[known] = (count * dual.value(found) - slope * epsilon).sum() - unspent, price
        return self._tangents[known]


def covered(nodes: Nodes, branches: set[tuple[int, int]]) -> bool:
    """Whether nodes cover the whole range of every branch: its intervals follow one another from 0 to 1."""
    order = np.lexsort((nodes.start, nodes.last, nodes.first))
    first, last, start, end = (getattr(nodes, name)[order] for name in ("first", "last", "start", "end"))
    if not len(order):
        return not branches
    new = np.concatenate([[True], (first[1:] != first[:-1]) | (last[1:] != last[:-1])])
    whole = np.all(start[new] == 0) and np.all(end[np.concatenate([new[1:], [True]])] == 1)
    follows = np.all(new[1:] | (start[1:] <= end[:-1]))
    return bool(whole and follows) and branches <= set(zip(first.tolist(), last.tolist(), strict=True))


def judged(menu: Menu, tolerance: float) -> Judgement:
    """Judge a menu under the group-weighted variance by its gap."""
    contract = menu.contract
    if len(contract.ladder.cost) > MOST_TYPES:
        return Judgement(None, None, f"the best menu is enclosed for at most {MOST_TYPES} distinct costs")
    asked = charges(contract)
    with precision(BITS), np.errstate(all="ignore"):
        reached = _worth(contract, menu.epsilon)
        cover = Cover(asked)
        nodes, hint = cover.refined(float(reached.mid()), min(tolerance / 2, FINEST))
        exact = isinstance(menu.algebra, Rationals)
        upper = Bounds(cover).highest(nodes, exact)
        if upper is None or not upper.is_finite():
            return Judgement(None, None, "the branches of the maximisation were not bounded")
        if exact and menu.breaches():
            beside = _exactly(contract, asked, menu.epsilon[contract.ladder.first])
            if beside.breaches() or not _alike(menu, beside, Fraction(tolerance)):
                return Judgement(None, None, "no exactly feasible menu was found within the tolerance of the answer")
            reached = _worth(contract, beside.epsilon)
        gap = float(((upper - reached).upper().max(ball(0)) / upper).upper()) if upper > 0 else 0.0
        if gap <= tolerance:
            how = "bounds in balls" if exact else "bounds in doubles with room for rounding"
            return Judgement(True, gap, f"no branch of the maximisation is worth more, by {how}")
        return _beyond(reached, _exactly(contract, asked, hint), gap, tolerance)


def _beyond(reached: Any, other: Menu, gap: float, tolerance: float) -> Judgement:
    """Refute a menu by another that is worth more, if it is one; else nothing is known."""
    found = None if other.breaches() else _worth(other.contract, other.epsilon)
    if found is None or not found > reached * (1 + ball(Fraction(tolerance))):
        return Judgement(None, gap, "the branches of the maximisation were not bounded closely enough")
    owners = float(sum(other.contract.count))
    ours = owners**2 / float(reached.mid()) if reached > 0 else np.inf
    theirs = owners**2 / float(found.mid())
    return Judgement(False, gap, f"the variance is {ours:.9g}, and a menu with {theirs:.9g} was found")


def _worth(contract: PrivacyContract, epsilon: Any) -> Any:
    """Return minus the declared objective, Σ m h, of budgets in the caller's order."""
    roles = {**contract.read_in(Balls()), "epsilon": Balls().vector(epsilon)}
    return -read(contract.objective(), Balls(), roles)


def _alike(menu: Menu, other: Menu, tolerance: Fraction) -> bool:
    """Whether two menus in fractions differ by no more than the tolerance, relative to the largest entry."""
    pairs = ((menu.epsilon, other.epsilon), (menu.payment, other.payment))
    return all(max(abs(ours - theirs)) <= tolerance * max(abs(theirs)) for ours, theirs in pairs)


def _exactly(contract: PrivacyContract, asked: Charges, hint: np.ndarray) -> Menu:
    """Return an exactly feasible menu beside budgets of the distinct costs, in the caller's order."""
    algebra = Quotients()
    epsilon = algebra.vector(np.minimum.accumulate(np.maximum(hint, 0)))
    spent = (asked.charge * epsilon).sum()
    if spent > asked.pool:
        epsilon = epsilon * (asked.pool / spent)
    payment = read(cheapest_payment, algebra, {"epsilon": epsilon, "cost": asked.cost})
    place = contract.ladder.place
    return Menu(contract, Rationals(), fractions_of(epsilon)[place], fractions_of(payment)[place])
