"""What owners are due of a purchase that is split, if whoever sells on pays them for each release."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ....formulations.algebra import Algebra, Formula
from ....formulations.versions.menu import version_weight
from ...kernel.sentence import Sentence, above, at_least, at_most, equal
from ..claim import Attribution, Claim, ClaimVerdict, Counterexample, Step

SPLIT: Mapping[str, Formula] = {
    "r > 0, the price per ε²": lambda a, ratio: above(ratio, 0),
    "ε > 0": lambda a, epsilon: above(epsilon, 0),
    "n ≥ 1": lambda a, copy_count: at_least(copy_count, 1),
    "ε′ > 0, so that n releases of ε′ average to one of ε": lambda a, next_epsilon: above(next_epsilon, 0),
    "n ε′² = ε²": lambda a, epsilon, next_epsilon, copy_count: equal(
        copy_count * version_weight(a, next_epsilon, "averaging"), version_weight(a, epsilon, "averaging")
    ),
}


def price_of(a: Algebra, ratio: Any, epsilon: Any) -> Any:
    """A price linear in what adds up if copies are averaged, ε²."""
    return ratio * version_weight(a, epsilon, "averaging")


LINEAR = Claim(
    "pricing/split-purchase-due",
    "Under a price linear in ε², as the precision of Gaussian noise is, n releases that replace one cost what it "
    "costs, and the sum of their ε is √n times its ε: owners who are paid by that sum are due √n times as much, and as "
    "much as before if they are paid by the root of the sum of ε², as Gaussian releases are accounted for.",
    "theorem",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                SPLIT,
                lambda a, ratio, epsilon, next_epsilon, copy_count: equal(
                    copy_count * price_of(a, ratio, next_epsilon), price_of(a, ratio, epsilon)
                ),
            ),
            "the price",
        ),
        Step(
            Sentence(
                SPLIT,
                lambda a, epsilon, next_epsilon, copy_count: equal(
                    copy_count * next_epsilon, a.sqrt(copy_count) * epsilon
                ),
                degree=4,
            ),
            "the sum of ε",
        ),
        Step(
            Sentence(
                SPLIT,
                lambda a, epsilon, next_epsilon, copy_count: equal(
                    a.sqrt(copy_count * a.square(next_epsilon)), epsilon
                ),
                degree=4,
            ),
            "the root of the sum of ε²",
        ),
    ),
    variant=Counterexample(
        SPLIT,
        lambda a, epsilon, next_epsilon, copy_count: at_most(copy_count * next_epsilon, epsilon),
        start={"ratio": "3/4", "epsilon": "2", "next_epsilon": "1", "copy_count": "4"},
    ),
)

NOTHING_LOST = Claim(
    "pricing/intermediary-loses-nothing",
    "Under a price linear in ε² an intermediary that pays owners by the sum of the releases' ε, and has enough for one "
    "purchase, has enough for a purchase that is split.",
    "claim sought: that what nobody can arbitrage is safe to sell on",
    ClaimVerdict.REFUTED,
    (
        Counterexample(
            {
                **SPLIT,
                "one purchase pays for itself, at 1 for a unit of ε": lambda a, ratio, epsilon: at_least(
                    price_of(a, ratio, epsilon), epsilon
                ),
            },
            lambda a, ratio, next_epsilon, copy_count: at_least(
                copy_count * price_of(a, ratio, next_epsilon), copy_count * next_epsilon
            ),
            costs={
                "lost": lambda a, ratio, next_epsilon, copy_count: (
                    copy_count * next_epsilon - copy_count * price_of(a, ratio, next_epsilon)
                )
            },
            start={"ratio": "3/4", "epsilon": "2", "next_epsilon": "1", "copy_count": "4"},
            kept=True,
        ),
    ),
    attribution=Attribution.READING,
)
