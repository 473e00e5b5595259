r"""Whether an owner gains by acting alone against what a payment rule counts on.

What an owner can do depends on the rule. In a **contest** it chooses the budget it sells: with :math:`O` sold by the
others out of a pool :math:`P`, it has at most

.. math:: \sup_{0 \le x \le c} \frac{P x}{x + O} - \rho x, \qquad
          P - 2\sqrt{P \rho O} + \rho O \text{ at } x = \sqrt{P O/\rho} - O,

which is bounded in fractions. Under **static** pricing it accepts or it does not. Any other rule is handed costs, which
only the owners know: there an owner can say another cost than its own. Such lies are tried; that none of them pays is
no proof that none does.

What is paid is rounded up to a cent, so a gain of up to a cent is no reason to do anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt
from types import MappingProxyType
from typing import Any

import numpy as np

from ...formulations.data import as_fractions
from ...formulations.errors import InputError
from ...formulations.stackelberg.contest import best_response
from ...formulations.stackelberg.declaration import client_utility
from ...solvers.readings.rationals import Rationals
from .accounts import CENTS, money, paid
from .check import Check
from .declaration import Market
from .owners_game import budget_text
from .rules import ContestPayment, StaticPayment, Task, asked

NAME = "incentive-compatibility"
CENT = Fraction(1)
LIES = (Fraction(2), Fraction(1, 2), Fraction(10), Fraction(1, 10), Fraction(11, 10), Fraction(9, 10))
"""What an owner's cost is multiplied by, besides being put just below and above its neighbours' costs."""
BESIDE = Fraction(1, 100)
"""How far below or above, in parts."""
MOST_DEALS = 400
"""Deals that are struck to look for a lie at most: the owners are then spread over all costs."""
MOST_WORK = 40_000
"""The same for deals times owners."""
_DIGITS = 10**30
"""Roots are known to one part of this."""


@dataclass(frozen=True)
class Gain:
    """What an owner would have more, in cents, if it alone did something else; and what that is, in words."""

    place: int
    cents: Fraction
    by: str


@dataclass(frozen=True)
class Played:
    """The owners' game as it was played: the task, and what each sells, is paid and gains, in cents."""

    market: Market
    task: Task
    epsilon: Sequence[Fraction]
    payment: Sequence[int]

    def gain(self, place: int) -> Fraction:
        """Return what an owner has of it."""
        return Fraction(self.payment[place] - self.task.cost[place] * self.epsilon[place])


def incentives(market: Market, found: Mapping[str, Mapping[str, Any]]) -> Check:
    """Judge whether some owner gains by acting alone against what the payment rule counts on.

    Parameters
    ----------
    market
        As declared.
    found
        Results of the steps up to the owners' game.

    Returns
    -------
    Check
        Violated with the owner, what it would do and its gain; undecided where lies were tried and none pays.
    """
    shared, rows = found["task"]["shared_cents"], found["owners"]["owners"]
    if not shared:
        return Check(NAME, "not applicable", "there is nothing to be shared")
    task = Task(as_fractions(market.owners.cost) * CENTS, market.caps, Fraction(shared))
    played = Played(
        market, task, [Fraction(row["epsilon"]) for row in rows], [int(row["payment_cents"]) for row in rows]
    )
    judge = _KNOWN.get(type(market.payment), _by_lies)
    return judge(played)


def _contest(played: Played) -> Check:
    total, most = sum(played.epsilon, Fraction(0)), Fraction(0)
    worst: Gain | None = None
    for place, own in enumerate(played.epsilon):
        others, here = total - own, played.gain(place)
        cap = None if played.task.cap is None else played.task.cap[place]
        least_best, most_best, budget = best_of_contest(played.task.pool, played.task.cost[place], others, cap)
        most = max(most, most_best - here)
        if worst is None or least_best - here > worst.cents:
            worst = Gain(place, least_best - here, f"sells ε = {float(budget):.6g} instead of {float(own):.6g}")
    if worst is not None and worst.cents > CENT:
        return _violated(played, worst)
    if most > CENT:
        return Check(NAME, "undecided", f"an owner alone might gain {money(most)} by selling another budget")
    text = "owners choose what they sell: none gains more than a cent by selling another budget alone"
    return Check(NAME, "holds", text)


def best_of_contest(
    pool: Fraction, cost: Fraction, others: Fraction, cap: Fraction | None
) -> tuple[Fraction, Fraction, Fraction]:
    """Return bounds on the most an owner can have alone, and a budget that reaches the lower one.

    Examples
    --------
    >>> one = Fraction(1)
    >>> print(*best_of_contest(4 * one, one, one, None))
    1 1 1
    """
    if others == 0:  # whoever sells alone has the pool for next to nothing
        budget = min(Fraction(1, _DIGITS), Fraction(1, _DIGITS) if cap is None else cap)
        return (pool - cost * budget if budget else Fraction(0)), pool, budget
    if pool <= cost * others:  # the first bit costs more than it brings
        return Fraction(0), Fraction(0), Fraction(0)
    algebra = _RootsFromBelow()
    peak = best_response(algebra, others, cost, pool)
    budget = peak if cap is None else min(peak, cap)
    reached = client_utility(algebra, budget, others, cost, pool)
    if cap is not None and peak - Fraction(1, _DIGITS) >= cap:  # it would sell more than it may
        return reached, reached, budget
    free = pool - 2 * algebra.sqrt(pool * cost * others) + cost * others
    return reached, max(free, reached, Fraction(0)), budget


class _RootsFromBelow(Rationals):
    """Fractions, with square roots from below to thirty digits after the point."""

    def sqrt(self, x: Any) -> Fraction:
        """Square root, from below."""
        return Fraction(isqrt(x.numerator * _DIGITS**2 // x.denominator), _DIGITS)


def _static(played: Played) -> Check:
    rule = played.market.payment
    assert isinstance(rule, StaticPayment)
    offered = asked(played.task, Fraction(rule.epsilon))
    accepting = [place for place, own in enumerate(played.epsilon) if own > 0]
    share = played.task.pool / (len(accepting) + 1)
    gains = [
        Gain(place, -played.gain(place), "refuses")
        if played.epsilon[place]
        else Gain(place, share - played.task.cost[place] * offered[place], "accepts, too")
        for place in range(len(played.epsilon))
        if offered[place]
    ]
    worst = max(gains, key=lambda gain: gain.cents)
    if worst.cents > CENT:
        return _violated(played, worst)
    return Check(NAME, "holds", "owners accept or refuse: none gains by doing the other alone, exactly")


def _by_lies(played: Played) -> Check:
    worst, tried = None, 0
    for place, cost in _lies(played.task):
        tried += 1
        gain = _gain_of(played, place, cost)
        if gain is not None and (worst is None or gain.cents > worst.cents):
            worst = gain
    if worst is not None and worst.cents > CENT:
        return _violated(played, worst)
    text = f"costs are known to the owners alone; of {tried:,} others that they may state none gains more than a cent"
    return Check(NAME, "undecided", f"{text}, which proves nothing of the rest")


def _lies(task: Task) -> Iterator[tuple[int, Fraction]]:
    """Yield owners, and costs that they may state: the most telling of all first."""
    count = len(task.cost)
    order = sorted(range(count), key=task.cost.tolist().__getitem__)
    each = len(LIES) + 2
    owners = max(1, min(count, min(MOST_DEALS, MOST_WORK // count) // each))
    for at in sorted(set(np.linspace(0, count - 1, owners).round().astype(int).tolist())):
        place, own = order[at], task.cost[order[at]]
        below = [task.cost[order[at - 1]] * (1 - BESIDE)] if at else []
        above = [task.cost[order[at + 1]] * (1 + BESIDE)] if at + 1 < count else []
        for cost in (*(own * times for times in LIES), *below, *above):
            if cost != own:
                yield place, cost


def _gain_of(played: Played, place: int, stated: Fraction) -> Gain | None:
    """Return what a lie brings; None where no market would strike that deal."""
    cost = played.task.cost.copy()
    cost[place] = stated
    try:
        deal = played.market.payment.deal(Task(cost, played.task.cap, played.task.pool))
        payments = [paid(due) for due in deal.due]
    except (InputError, ArithmeticError, ValueError):  # a rule of somebody's own may not be able to answer
        return None
    if sum(payments) > played.task.pool + len(payments) or payments[place] < stated * deal.epsilon[place]:
        return None
    own = payments[place] - played.task.cost[place] * deal.epsilon[place]
    told = f"states a cost of {money(stated)} instead of {money(played.task.cost[place])}"
    return Gain(place, own - played.gain(place), f"{told} and sells ε = {budget_text(deal.epsilon[place])}")


def _violated(played: Played, worst: Gain) -> Check:
    name = played.market.owners.names[worst.place]
    here = played.gain(worst.place)
    text = f"{name} gains {money(worst.cents)} if it {worst.by}: {money(here + worst.cents)} in place of {money(here)}"
    return Check(NAME, "violated", text)


_KNOWN: Mapping[type, Callable[[Played], Check]] = MappingProxyType({ContestPayment: _contest, StaticPayment: _static})
"""Rules under which what an owner can do is known. It belongs to a class, not to its subclasses."""
