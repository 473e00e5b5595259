"""What owners may sell and what they are paid for it: privacy rules and payment rules, and how to add one's own.

A rule is a declaration. A payment rule answers a `Task` with a `Deal`; it is trusted with nothing: the market rounds
to cents itself, and refuses a deal that breaks a cap, the pool, or pays an owner less than its cost.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

import numpy as np

from ...formulations.data import Number, Vector, as_fractions
from ...formulations.declaration import labels, scalar, vector
from ...formulations.errors import InputError
from ...formulations.language import Declaration
from ...formulations.shown import Shown
from .owners_game import Contest, Deal, rounded_down


class Owners(Declaration):
    """The owners of the data, each with a privacy cost, perhaps a cap of its own, and how many records it holds.

    Parameters
    ----------
    cost
        ρ_i > 0, money per unit of ε.
    epsilon_cap
        The most privacy each owner would sell, ε ≥ 0, or None.
    records
        How many records each holds: public numbers. By default all hold the same number.
    owner
        Their names, used in every message.

    Examples
    --------
    >>> Owners(cost=["0.5", 1], owner=["Ann", "Bob"]).names
    ('Ann', 'Bob')
    """

    cost: Vector = vector("a privacy cost", above=0, per="owner", unit="money/ε", symbol=r"\rho")
    epsilon_cap: Vector = vector("a privacy cap", at_least=0, per="owner", default=None, unit="ε", symbol="c")
    records: Vector = vector("a number of records", above=0, whole=True, per="owner", default=None)
    owner: Any = labels("owner", default=None)

    def check(self) -> None:
        """Refuse a single owner: nobody would compete with it."""
        if len(self.cost) < 2:
            raise InputError("cost", f"{len(self.cost)} owners", "a market needs at least two owners of data")

    @property
    def names(self) -> tuple[str, ...]:
        """The owners' names, or their places."""
        return self.owner or tuple(f"owner {place}" for place in range(1, len(self.cost) + 1))


class PrivacyCap(Declaration):
    """A privacy rule: the most that each owner may sell, whatever it would like to.

    A subclass says it by `caps`. Its name in a specification is that of the class: `CommonPrivacyCap` is "common".
    """

    def caps(self, owners: Owners) -> np.ndarray | None:
        """Return the caps as fractions, or None if there are none."""
        raise NotImplementedError


class OwnPrivacyCap(PrivacyCap):
    """Owners may sell up to the cap that each set itself."""

    def caps(self, owners: Owners) -> np.ndarray | None:
        """Return the owners' own caps."""
        return None if owners.epsilon_cap is None else as_fractions(owners.epsilon_cap)


class CommonPrivacyCap(PrivacyCap):
    """Nobody may sell more than one common budget, nor more than the cap it set itself."""

    epsilon: Number = scalar("the common privacy cap", above=0, unit="ε")

    def caps(self, owners: Owners) -> np.ndarray | None:
        """Return the smaller of the two caps for each owner."""
        own, common = OwnPrivacyCap().caps(owners), Fraction(self.epsilon)
        caps = [common] * len(owners.cost) if own is None else [min(cap, common) for cap in own]
        return np.array(caps, dtype=object)


@dataclass(frozen=True, eq=False, repr=False)
class Task(Shown):
    """What is announced to the owners. Money is in cents: `cost` in cents per ε and `pool`, which is positive.

    `cost` and `cap` (None for no caps) are arrays of fractions in the owners' order. At least two may sell.
    """

    cost: np.ndarray
    cap: np.ndarray | None
    pool: Fraction


class Payment(Declaration):
    """A payment rule: what the owners sell and are due when a pool is paid out by it.

    A subclass answers a task by `deal`. Its name in a specification is that of the class: `ContestPayment` is
    "contest". `incentive` says in words what it gives the owners reason to do.
    """

    incentive: ClassVar[str] = "nothing is claimed of what owners have reason to do"

    def deal(self, task: Task) -> Deal:
        """Return what each owner sells and is due; the sum of what is due must not exceed the pool."""
        raise NotImplementedError


class ContestPayment(Payment):
    """The pool is shared in proportion to the budgets sold; owners play the equilibrium (Zhou 2023, with caps).

    Examples
    --------
    >>> task = Task(np.array([Fraction(100)] * 2), None, Fraction(98))
    >>> print(*ContestPayment().deal(task).epsilon)
    49/200 49/200
    """

    incentive = "an equilibrium: no owner gains more than the cent it is rounded up by if it alone sells another budget"

    def deal(self, task: Task) -> Deal:
        """Return the contest's equilibrium."""
        return Contest(task.cost, task.cap, task.pool).settle()


class StaticPayment(Payment):
    """Every owner is offered an equal share of the pool for one and the same budget, and the willing accept.

    An owner whose cap is lower sells its cap. The more accept, the less each is due: as many of the cheapest accept as
    can while every one of them is paid its cost; ties go to whoever was named first.

    Examples
    --------
    >>> task = Task(np.array([Fraction(cost) for cost in (10, 30, 80)]), None, Fraction(100))
    >>> deal = StaticPayment(epsilon=1).deal(task)
    >>> [str(value) for value in deal.epsilon], [str(due) for due, _ in deal.due]
    (['1', '1', '0'], ['50', '50', '0'])
    """

    epsilon: Number = scalar("the budget asked of every owner", above=0, unit="ε")
    incentive = "take it or leave it: those who accept are paid their cost; nobody can sell another budget"

    def deal(self, task: Task) -> Deal:
        """Return who accepts, each with an equal share."""
        epsilon = asked(task, Fraction(self.epsilon))
        burden = task.cost * epsilon
        order = sorted((place for place in range(len(burden)) if epsilon[place] > 0), key=burden.tolist().__getitem__)
        while order and burden[order[-1]] > task.pool / len(order):
            order.pop()
        accepted, due = set(order), task.pool / max(len(order), 1)
        sold = tuple(value if place in accepted else Fraction(0) for place, value in enumerate(epsilon))
        return Deal(sold, tuple((due, due) if value else (Fraction(0), Fraction(0)) for value in sold))


class CostPlusPayment(Payment):
    """Every owner sells one and the same budget, or its cap, and is paid its cost and a margin on it.

    If the pool does not suffice, all sell the same part of it. The costs must be known: an owner gains by overstating.

    Examples
    --------
    >>> task = Task(np.array([Fraction(10), Fraction(30)]), None, Fraction(22))
    >>> deal = CostPlusPayment(epsilon=1, margin="0.1").deal(task)
    >>> [str(value) for value in deal.epsilon], [str(due) for due, _ in deal.due]
    (['1/2', '1/2'], ['11/2', '33/2'])
    """

    epsilon: Number = scalar("the budget asked of every owner", above=0, unit="ε")
    margin: Number = scalar("the margin on costs", at_least=0, default=0)
    incentive = "costs must be known to the broker: an owner gains by overstating its own"

    def deal(self, task: Task) -> Deal:
        """Return the budgets that the pool can pay for."""
        epsilon = asked(task, Fraction(self.epsilon))
        due = (1 + Fraction(self.margin)) * task.cost * epsilon
        part = min(Fraction(1), task.pool / sum(due, Fraction(0)))
        sold = tuple(rounded_down(value * part) for value in epsilon)
        return Deal(sold, tuple((value * part, value * part) for value in due))


def asked(task: Task, epsilon: Fraction) -> np.ndarray:
    """Return what is asked of each: one budget, or the owner's cap if that is less, as it can be traded."""
    count = len(task.cost)
    wanted = [epsilon] * count if task.cap is None else [min(cap, epsilon) for cap in task.cap]
    return np.array([rounded_down(value) for value in wanted], dtype=object)
