"""What makes numbers of a contest sound: nobody sells below cost, and payments are as declared.

Who sells is paid B/Σε a unit, whatever it sells: so it is not below cost iff its ρ_i Σε is at most B. Somebody is the
dearest who may sell; dearer ones sell nothing. For each that may be the dearest it is one row, and sound is what keeps
one of these programs. That nobody gains by another budget, or that the pool is the best, is not asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from ..algebra import Algebra
from ..data import as_fractions
from ..language import Constraint, Decision
from ..stackelberg.declaration import StackelbergPricing
from .nearest import Nearest

KEPT = ("epsilon", "payments", "pool")
"""What may stay as it is: budgets, payments, the pool."""


def nearest_sales(
    game: StackelbergPricing, stated: Mapping[str, Any], kept: tuple[str, ...], norm: str
) -> tuple[Nearest, ...]:
    """Return the programs of which one has the nearest sound numbers.

    Parameters
    ----------
    game
        The contest.
    stated
        The pool, the budgets and, if they are kept, the payments, which then are the pool.
    kept
        Of `KEPT`, one.
    norm
        As in `Nearest`.
    """
    epsilon = as_fractions(stated["epsilon"])
    cost = as_fractions(game.cost)
    sellers = sorted({rho for rho, sold in zip(cost.tolist(), epsilon.tolist(), strict=True) if sold > 0}, reverse=True)
    decided = {item.name: stated[item.name] for item in game.decisions()}
    if "epsilon" in kept:
        dearest = sellers[0] if sellers else min(cost)
        pool = next(item for item in game.decisions() if item.name == "reward_pool")
        return (Nearest(game, decided, (pool,), (Constraint("individual_rationality", Covered(dearest).slack),), norm),)
    if "payments" in kept:
        payment = as_fractions(stated["payment"])
        shared = Shared(payment)
        rows = (
            Constraint("payments_as_declared", shared.apart, equality=True),
            Constraint("individual_rationality", shared.slack),
        )
        spent = {**decided, "reward_pool": sum(payment.tolist(), Fraction(0))}
        return (Nearest(game, spent, (_budgets(game, np.maximum(payment, 0) / cost),), rows, norm),)
    return tuple(sales_below(game, decided, norm, dearest) for dearest in sellers or [min(cost)])


def sales_below(game: StackelbergPricing, decided: Mapping[str, Any], norm: str, dearest: Fraction) -> Nearest:
    """Return the program in which nobody who is dearer sells."""
    cost = as_fractions(game.cost)
    allowed = np.array([int(rho <= dearest) for rho in cost.tolist()], dtype=object)
    largest = allowed * (Fraction(decided["reward_pool"]) / cost)
    row = Constraint("individual_rationality", Covered(dearest).slack)
    return Nearest(game, decided, (_budgets(game, largest),), (row,), norm)


def _budgets(game: StackelbergPricing, largest: Any) -> Decision:
    """Return the budgets within the caps and what no sound ones exceed."""
    if game.epsilon_cap is not None:
        largest = np.minimum(largest, as_fractions(game.epsilon_cap))
    return Decision("epsilon", largest * 0, largest, symbol=r"\varepsilon", unit="ε")


@dataclass(frozen=True)
class Covered:
    """Whether the pool covers the cost of all that is sold, at the cost of the dearest who sells."""

    dearest: Fraction

    def slack(self, a: Algebra, reward_pool: Any, epsilon: Any) -> Any:
        """B − ρ Σε: the pool less what all that is sold would cost the dearest."""
        return reward_pool - a.number(self.dearest) * a.sum(epsilon)


@dataclass(frozen=True)
class Shared:
    """Budgets in proportion to payments that are kept, none of them below its cost."""

    payment: Any

    def apart(self, a: Algebra, reward_pool: Any, epsilon: Any) -> Any:
        """P_i Σε − B ε_i, zero where payments are as declared."""
        return a.vector(self.payment) * a.sum(epsilon) - reward_pool * epsilon

    def slack(self, a: Algebra, epsilon: Any, cost: Any) -> Any:
        """P_i − ρ_i ε_i."""
        return a.vector(self.payment) - cost * epsilon
