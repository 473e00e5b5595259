"""Ties inside an ironed block: what the server loses by breaking them by actual cost, of two sellers and three types.

One unit is bought, of whoever has the lower ironed virtual cost; types 2 and 3 are one block. Who is declared first
sells first inside it, or who is cheaper. What is paid are the declared steps: for each dearer type at which a seller
would still sell, the difference of the types' costs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import product
from typing import Any, TypeAlias

from ....formulations.algebra import Algebra, Formula
from ....formulations.procurement.formulas import step_rent, threshold_payment
from ...kernel.sentence import Sentence, above, at_least, equal
from ..claim import Claim, ClaimVerdict, Counterexample, Step

TYPES = (0, 1, 2)
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


def left_to_server(a: Algebra, wins: Wins, cost: tuple[Any, Any, Any], share: tuple[Any, Any, Any], unit: Any) -> Any:
    """What the server expects to keep of a unit, less what it pays for it."""
    kept: Any = 0
    for pair in product(TYPES, repeat=2):
        paid: Any = 0
        for seller in (0, 1):
            own, other, first = pair[seller], pair[1 - seller], seller == 0
            if wins(own, other, first):
                dearer = [k for k in TYPES[:-1] if k >= own and wins(k + 1, other, first)]
                rent = sum((step_rent(a, cost[k], cost[k + 1], 1) for k in dearer), start=cost[own] * 0)
                paid = paid + threshold_payment(a, 1, cost[own], rent)
        kept = kept + share[pair[0]] * share[pair[1]] * (unit - paid)
    return kept


def second_virtual(a: Algebra, cheap: Any, middle: Any, cheap_share: Any, middle_share: Any) -> Any:
    """ψ₂ = c₂ + (c₂ − c₁) f₁/f₂."""
    return middle + (middle - cheap) * cheap_share / middle_share


def third_virtual(a: Algebra, middle: Any, dear: Any, cheap_share: Any, middle_share: Any, dear_share: Any) -> Any:
    """ψ₃ = c₃ + (c₃ − c₂)(f₁ + f₂)/f₃."""
    return dear + (dear - middle) * (cheap_share + middle_share) / dear_share


PRIOR: Mapping[str, Formula] = {
    "0 < c₁": lambda a, cheap: above(cheap, 0),
    "c₁ < c₂": lambda a, cheap, middle: above(middle, cheap),
    "c₂ < c₃": lambda a, middle, dear: above(dear, middle),
    "f₁ > 0": lambda a, cheap_share: above(cheap_share, 0),
    "f₂ > 0": lambda a, middle_share: above(middle_share, 0),
    "f₃ > 0": lambda a, dear_share: above(dear_share, 0),
    "their sum is 1": lambda a, cheap_share, middle_share, dear_share: equal(
        cheap_share + middle_share + dear_share, 1
    ),
}


def _virtual(
    a: Algebra, cheap: Any, middle: Any, dear: Any, cheap_share: Any, middle_share: Any, dear_share: Any
) -> tuple[Any, Any]:
    second = second_virtual(a, cheap, middle, cheap_share, middle_share)
    return second, third_virtual(a, middle, dear, cheap_share, middle_share, dear_share)


def _falls(a: Algebra, cheap: Any, middle: Any, dear: Any, cheap_share: Any, middle_share: Any, dear_share: Any) -> Any:
    return above(*_virtual(a, cheap, middle, dear, cheap_share, middle_share, dear_share))


def _is_worth_it(
    a: Algebra, cheap: Any, middle: Any, dear: Any, cheap_share: Any, middle_share: Any, dear_share: Any, unit: Any
) -> Any:
    second, third = _virtual(a, cheap, middle, dear, cheap_share, middle_share, dear_share)
    return at_least(unit * (middle_share + dear_share), middle_share * second + dear_share * third)


FALLS: Mapping[str, Formula] = {"the second virtual cost exceeds the third: the two are ironed": _falls}
EXAMPLE = {
    "cheap": "1",
    "middle": "2",
    "dear": "3",
    "unit": "6",
    "cheap_share": "49/100",
    "middle_share": "1/50",
    "dear_share": "49/100",
}


def _lost(
    a: Algebra, cheap: Any, middle: Any, dear: Any, cheap_share: Any, middle_share: Any, dear_share: Any, unit: Any
) -> Any:
    """What breaking ties by cost loses the server."""
    types, shares = (cheap, middle, dear), (cheap_share, middle_share, dear_share)
    return left_to_server(a, by_order, types, shares, unit) - left_to_server(a, by_cost, types, shares, unit)


def _kept_by(wins: Wins) -> Formula:
    def kept(
        a: Algebra, cheap: Any, middle: Any, dear: Any, cheap_share: Any, middle_share: Any, dear_share: Any, unit: Any
    ) -> Any:
        return left_to_server(a, wins, (cheap, middle, dear), (cheap_share, middle_share, dear_share), unit)

    return kept


LOSS = Claim(
    "procurement/ties-by-cost-lose",
    "Of two sellers and three types, of which the dearer two are ironed, breaking ties by actual cost loses the server "
    "f₂ f₃ times what the second virtual cost exceeds the third by, of a unit that is always bought.",
    "theorem",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                PRIOR,
                lambda a, cheap, middle, dear, cheap_share, middle_share, dear_share, unit: equal(
                    _lost(a, cheap, middle, dear, cheap_share, middle_share, dear_share, unit),
                    middle_share
                    * dear_share
                    * (
                        second_virtual(a, cheap, middle, cheap_share, middle_share)
                        - third_virtual(a, middle, dear, cheap_share, middle_share, dear_share)
                    ),
                ),
                degree=4,
            )
        ),
    ),
    variant=Counterexample(
        {**PRIOR, **FALLS},
        lambda a, cheap, middle, dear, cheap_share, middle_share, dear_share, unit: equal(
            _lost(a, cheap, middle, dear, cheap_share, middle_share, dear_share, unit), 0
        ),
        start=EXAMPLE,
    ),
)

BY_COST = Claim(
    "procurement/ties-by-cost",
    "Inside an ironed block of types the server loses nothing if who is cheaper sells first.",
    "a reading of Myerson 1981, where ties are broken by actual cost",
    ClaimVerdict.REFUTED,
    (
        Counterexample(
            {
                **PRIOR,
                **FALLS,
                "a unit is worth the block's virtual cost at least": _is_worth_it,
            },
            lambda a, cheap, middle, dear, cheap_share, middle_share, dear_share, unit: at_least(
                0, _lost(a, cheap, middle, dear, cheap_share, middle_share, dear_share, unit)
            ),
            costs={"kept by order": _kept_by(by_order), "kept by cost": _kept_by(by_cost)},
            start=EXAMPLE,
            kept=True,
        ),
    ),
)
