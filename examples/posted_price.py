"""A posted price with a threshold: who sells less than `least` is paid nothing, who sells anything pays a fee."""

from typing import Any

import numpy as np

import mechproof as mp


def payment(a: mp.Algebra, own: Any, price: Any, least: Any) -> Any:
    """P ε_i where ε_i ≥ m; nothing below."""
    return price * own * a.at_least(own, least)


def owner_utility(a: mp.Algebra, own: Any, price: Any, least: Any, cost: Any, fee: Any) -> Any:
    """P ε_i [ε_i ≥ m] − c_i ε_i² − f_i [ε_i > 0]."""
    return payment(a, own, price, least) - cost * a.square(own) - fee * (1 - a.at_least(0, own))


class PostedPrice(mp.Game):
    """Owners sell privacy at a posted price, from a threshold on."""

    cost: mp.Vector = mp.vector("a privacy cost", above=0, per="owner", unit="money/ε²", symbol="c")
    fee: mp.Vector = mp.vector("an entry fee", at_least=0, per="owner", unit="money", symbol="f")
    price: mp.Number = mp.scalar("the price", above=0, unit="money/ε", symbol="P")
    least: mp.Number = mp.scalar("the threshold", above=0, unit="ε", symbol="m")
    owner: object = mp.labels("owner", default=None)
    promises = ("individual-rationality", "no-profitable-deviation")
    payment_outcome = "payment"

    def players(self) -> tuple[mp.Player]:
        """Return the owners."""
        sold = mp.Decision("epsilon", np.zeros(len(self.cost)), self.price / self.cost + self.least, unit="ε")
        return (mp.Player("owner", sold, owner_utility, count=len(self.cost)),)

    def outcomes(self) -> dict[str, Any]:
        """Return what is paid, and what it is worth."""
        return {"payment": payment, "utility": owner_utility}
