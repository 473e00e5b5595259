"""A mechanism of your own: a buyer announces a pool of money, and owners of data compete for it by selling privacy.

Each formula is a plain function of roles. `a` is the algebra it is read in (doubles, fractions, balls, symbols): what
is solved, certified and proved is one and the same text. `own` is one owner's decision, `others` the sum of everybody
else's; all else is called by its name. Change a formula, and ask again:

    mechproof verify game.toml --allow-code

`mechproof solve` finds the pool that is best for the buyer, and leaves with 3, undecided: for a leader of one's own
nothing is known that shows no other pool to be better. What is promised below is shown all the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

import mechproof as mp


def payment(a: mp.Algebra, own: Any, others: Any, reward_pool: Any) -> Any:
    """B ε_i/Σε: the pool is shared in proportion to the privacy sold."""
    return reward_pool * a.share(own, others)


def owner_utility(a: mp.Algebra, own: Any, others: Any, cost: Any, reward_pool: Any) -> Any:
    """B ε_i/Σε − c_i ε_i: what an owner is paid less what the lost privacy costs it."""
    return payment(a, own, others, reward_pool) - cost * own


def buyer_utility(a: mp.Algebra, total: Any, worth: Any, reward_pool: Any) -> Any:
    """What the data are worth to the buyer, w ln(1 + Σε), less the pool B."""
    return worth * a.log1p(total) - reward_pool


def total_sold(a: mp.Algebra, epsilon: Any) -> Any:
    """Σε, all that is sold."""
    return a.sum(epsilon)


def pool_left(a: mp.Algebra, payment: Any, reward_pool: Any) -> Any:
    """B − Σ payments, which must not be negative."""
    return reward_pool - a.sum(payment)


class PrivacyMarket(mp.Game):
    """A buyer announces a pool of money; owners of data compete for it with the privacy they sell."""

    # the data: what each number is, and the rule it must keep
    cost: mp.Vector = mp.vector("a privacy cost", above=0, per="owner", unit="money/ε", symbol="c")
    worth: mp.Number = mp.scalar("what the data are worth", above=0, unit="money", symbol="w")
    owner: Any = mp.labels("owner", default=None)

    # what is claimed, and therefore required; `properties` also has participation and truthfulness, for information
    promises = ("individual-rationality", "no-profitable-deviation", "uniqueness", "budget-balance")
    payment_outcome = "payment"

    def players(self) -> tuple[mp.Player, mp.Player]:
        """Return the buyer, who decides first, and the owners; each decision has bounds."""
        most = 2 * self.worth
        pool = mp.Decision("reward_pool", 0, most, symbol="B", unit="money")
        sold = mp.Decision("epsilon", np.zeros(len(self.cost)), most / self.cost, symbol="e", unit="ε")
        return (
            mp.Player("buyer", pool, buyer_utility),
            mp.Player("owner", sold, owner_utility, count=len(self.cost), aggregates={"total": total_sold}),
        )

    def outcomes(self) -> Mapping[str, Any]:
        """Return what is reported beside the decisions."""
        return {"payment": payment, "owner_utility": owner_utility, "buyer_utility": buyer_utility}

    def constraints(self) -> tuple[mp.Constraint, ...]:
        """Return what must hold: nobody is promised money that is not in the pool."""
        return (mp.Constraint("budget_balance", pool_left),)
