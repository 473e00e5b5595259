"""Ties inside an ironed block: what the server loses by breaking them by actual cost, of two sellers and three types.

One unit is bought, of whoever has the lower ironed virtual cost; types 2 and 3 are one block. Who is declared first
sells first inside it, or who is cheaper. What is paid are the declared steps: for each dearer type at which a seller
would still sell, the difference of the types' costs.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any, TypeAlias

from ....formulations.procurement.formulas import step_rent, threshold_payment
from ...kernel.sentence import Sentence
from ...kernel.terms import Term, roles
from ..claim import Claim, ClaimVerdict, Counterexample, Step

TYPES = (0, 1, 2)
COST = cheap, middle, dear = roles("cheap middle dear")
SHARE = cheap_share, middle_share, dear_share = roles("cheap_share middle_share dear_share")
(unit,) = roles("unit")

Wins: TypeAlias = Callable[[int, int, bool], bool]
"""Of a seller's type, the other's, and whether it is declared first: whether it sells."""


def by_order(own: int, other: int, first: bool) -> bool:
    """Who has the lower level, types 2 and 3 being one; of equal ones who is declared first."""
    mine, theirs = min(own, 1), min(other, 1)
    return mine < theirs or (mine == theirs and first)


def by_cost(own: int, other: int, first: bool) -> bool:
    """The same, but inside the block who is cheaper."""
    mine, theirs = (min(own, 1), own), (min(other, 1), other)
    return mine < theirs or (mine == theirs and first)


def paid(wins: Wins, own: int, other: int, first: bool) -> Any:
    """Return what a seller is paid: nothing where it does not sell, else its cost and the steps to dearer types."""
    if not wins(own, other, first):
        return 0
    dearer = [k for k in TYPES[:-1] if k >= own and wins(k + 1, other, first)]
    steps: list[Any] = [Term(step_rent).at(cost=COST[k], next_cost=COST[k + 1], next_epsilon=1) for k in dearer]
    return Term(threshold_payment).at(epsilon=1, cost=COST[own], rent=sum(steps))


def left_to_server(wins: Wins) -> Any:
    """Return what the server expects to keep of a unit, less what it pays for it."""
    return sum(
        SHARE[k] * SHARE[m] * (unit - (paid(wins, k, m, True) + paid(wins, m, k, False)))
        for k, m in product(TYPES, repeat=2)
    )


kept_by_order, kept_by_cost = left_to_server(by_order), left_to_server(by_cost)
lost = kept_by_order - kept_by_cost
"""What breaking ties by cost loses the server."""
second_virtual = middle + (middle - cheap) * cheap_share / middle_share
"""ψ₂ = c₂ + (c₂ − c₁) f₁/f₂."""
third_virtual = dear + (dear - middle) * (cheap_share + middle_share) / dear_share
"""ψ₃ = c₃ + (c₃ − c₂)(f₁ + f₂)/f₃."""

PRIOR = {
    "0 < c₁": cheap > 0,
    "c₁ < c₂": middle > cheap,
    "c₂ < c₃": dear > middle,
    "f₁ > 0": cheap_share > 0,
    "f₂ > 0": middle_share > 0,
    "f₃ > 0": dear_share > 0,
    "their sum is 1": (cheap_share + middle_share + dear_share).equals(1),
}
FALLS = {**PRIOR, "the second virtual cost exceeds the third: the two are ironed": second_virtual > third_virtual}
EXAMPLE = {
    "cheap": "1",
    "middle": "2",
    "dear": "3",
    "unit": "6",
    "cheap_share": "49/100",
    "middle_share": "1/50",
    "dear_share": "49/100",
}

LOSS = Claim(
    "procurement/ties-by-cost-lose",
    "Of two sellers and three types, of which the dearer two are ironed, breaking ties by actual cost loses the server "
    "f₂ f₃ times what the second virtual cost exceeds the third by, of a unit that is always bought.",
    "theorem",
    ClaimVerdict.PROVED,
    (Step(Sentence(PRIOR, lost.equals(middle_share * dear_share * (second_virtual - third_virtual)), degree=4)),),
    variant=Counterexample(FALLS, lost.equals(0), start=EXAMPLE),
)
BY_COST = Claim(
    "procurement/ties-by-cost",
    "Inside an ironed block of types the server loses nothing if who is cheaper sells first.",
    "a reading of Myerson 1981, where ties are broken by actual cost",
    ClaimVerdict.REFUTED,
    (
        Counterexample(
            {
                **FALLS,
                "a unit is worth the block's virtual cost at least": (
                    unit * (middle_share + dear_share) >= middle_share * second_virtual + dear_share * third_virtual
                ),
            },
            lost <= 0,
            costs={"kept by order": kept_by_order, "kept by cost": kept_by_cost},
            start=EXAMPLE,
            kept=True,
        ),
    ),
)
