"""What the best price's formula (58), as it was extracted from its source, would cost the sellers of a market."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ....formulations.three_party.declaration import ThreePartyMarket
from ....formulations.three_party.formulas import (
    best_inverse_price,
    demand,
    extracted_price,
    others_inverse_price,
    seller_utility,
)
from ....solvers.formatting import shown
from ....solvers.readings.vectors import Vectors
from ....solvers.solution import Solution
from ..results import Item, Verdict


@dataclass(frozen=True)
class Loss:
    """What a seller has at its best price against given others, and what the extracted (58) would leave it."""

    seller: str
    best_price: float
    best_profit: float
    extracted_price: float
    extracted_profit: float

    @property
    def lost(self) -> float:
        """How much less it is."""
        return self.best_profit - self.extracted_profit


def extracted_price_loss(solution: Solution) -> tuple[Loss, ...]:
    """Return what each seller who can sell would lose by the price of (58) as extracted, the others keeping theirs.

    Examples
    --------
    >>> import mechproof as mp
    >>> market = mp.ThreePartyMarket(cost=[1, 1], alpha=4, privacy_weight=1, epsilon_max=5, epsilon=[1, 1])
    >>> loss = extracted_price_loss(mp.solve(market))[0]
    >>> round(loss.best_profit, 4), round(loss.extracted_profit, 4)
    (0.4853, 0.4269)
    """
    market, algebra = solution.model, Vectors()
    assert isinstance(market, ThreePartyMarket)
    cost, alpha = algebra.vector(market.cost), float(market.alpha)
    amount, price, epsilon = (
        np.asarray(solution.values[name], dtype=float) for name in ("quantity", "price", "epsilon")
    )
    others = others_inverse_price(algebra, price, amount)

    def profit(asked: Any) -> Any:
        return seller_utility(algebra, 1 / asked, others, demand(algebra, asked, epsilon, alpha), epsilon, cost)

    best = 1 / best_inverse_price(algebra, others, epsilon, alpha, cost)
    wrong = extracted_price(algebra, others, epsilon, alpha, cost)
    rows = zip(best.tolist(), profit(best).tolist(), wrong.tolist(), profit(wrong).tolist(), strict=True)
    names = market.people() or tuple(str(index) for index in range(len(cost)))
    return tuple(Loss(names[k], *row) for k, row in enumerate(rows) if market.can_sell[k])


def judge_extracted_price(solution: Solution, slack: float) -> Item:
    """Whether the price of (58) as extracted would do as well as the best one."""
    name, losses = "extracted-price", extracted_price_loss(solution)
    assert isinstance(solution.model, ThreePartyMarket)
    if not losses:
        return Item(name, Verdict.NOT_APPLICABLE, "nobody can sell", "float", informational=True)
    worst = max(losses, key=lambda loss: loss.lost)
    witness = {**vars(worst), "lost": worst.lost}
    if worst.lost <= slack * float(solution.model.alpha):
        text = "here the extracted (58) asks prices as good as the best, its reciprocal"
        return Item(name, Verdict.HOLDS, text, "float", witness, informational=True)
    text = (
        f"at the price of the extracted (58), {shown(worst.extracted_price)}, seller {worst.seller} would have "
        f"{shown(worst.extracted_profit)}; at its reciprocal, the best price, {shown(worst.best_profit)}"
    )
    return Item(name, Verdict.VIOLATED, text, "float", witness, informational=True)
