"""Owners decide at once how many records they sell and how much privacy: a pool for each, and one cost of both."""

from typing import Any

import numpy as np

import mechproof as mp


def owner_utility(
    a: Any,
    own_amount: Any,
    others_amount: Any,
    own_epsilon: Any,
    others_epsilon: Any,
    records_pool: Any,
    privacy_pool: Any,
    kept: Any,
    cost: Any,
) -> Any:
    """A x_i/(Σx + r) + B ε_i/(Σε + r) − c_i (x_i + ε_i)²."""
    paid = records_pool * a.share(own_amount, others_amount + kept)
    return paid + privacy_pool * a.share(own_epsilon, others_epsilon + kept) - cost * a.square(own_amount + own_epsilon)


class AmountAndEpsilon(mp.Game):
    """A contest in two decisions a person."""

    cost: mp.Vector = mp.vector("a cost", above=0, per="owner", symbol="c")
    records_pool: mp.Number = mp.scalar("the pool for records", above=0, unit="money", symbol="A")
    privacy_pool: mp.Number = mp.scalar("the pool for privacy", above=0, unit="money", symbol="B")
    kept: mp.Number = mp.scalar("what the server holds itself", above=0, symbol="r")
    promises = ("individual-rationality", "no-profitable-deviation")

    def players(self) -> tuple[mp.Player]:
        """Return the owners."""
        none = np.zeros(len(self.cost))
        most = np.sqrt(np.asarray((self.records_pool + self.privacy_pool) / self.cost, dtype=float))
        amount, epsilon = mp.Decision("amount", none, most), mp.Decision("epsilon", none, most, unit="ε")
        return (mp.Player("owner", amount, owner_utility, count=len(self.cost), second=epsilon),)
