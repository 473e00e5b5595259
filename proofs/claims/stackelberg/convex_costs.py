"""Convex costs in the contest: shares that never rise with the total, and what equal costs of a power come to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ....formulations.algebra import Algebra, Formula
from ....formulations.stackelberg.declaration import payment
from ...kernel.sentence import Sentence, above, at_least, at_most, below, equal, slope
from ..claim import Axiom, Claim, ClaimVerdict, Counterexample, Step
from .terms import COST, POOL

rise_of_pay = slope(payment, "own")
"""B ε₋ᵢ/(Σε)²: what one more unit of ε is paid."""


def wish(a: Algebra, part: Any, total: Any, cost: Any, steepness: Any, reward_pool: Any) -> Any:
    """The marginal utility at a share of a total, where C′ there is `steepness`."""
    paid = rise_of_pay(a, own=part * total, others=(1 - part) * total, reward_pool=reward_pool)
    return paid - cost * steepness


TWO_TOTALS: Mapping[str, Formula] = {
    **POOL,
    **COST,
    "0 < Z₁": lambda a, small: above(small, 0),
    "Z₁ < Z₂": lambda a, small, large: below(small, large),
    "0 < s₁": lambda a, first_share: above(first_share, 0),
    "s₁ ≤ 1": lambda a, first_share: at_most(first_share, 1),
    "0 < s₂": lambda a, second_share: above(second_share, 0),
    "s₂ ≤ 1": lambda a, second_share: at_most(second_share, 1),
    "C′ ≥ 0": lambda a, steepness: at_least(steepness, 0),
    "C′ is no lower at s₂Z₂": lambda a, steepness, second_steepness: at_least(second_steepness, steepness),
    "s₁ is the share at Z₁": lambda a, first_share, small, cost, steepness, reward_pool: equal(
        wish(a, first_share, small, cost, steepness, reward_pool), 0
    ),
    "s₂ is the share at Z₂": lambda a, second_share, large, cost, second_steepness, reward_pool: equal(
        wish(a, second_share, large, cost, second_steepness, reward_pool), 0
    ),
}

SHARES_FALL = Claim(
    "stackelberg/convex-costs-one-equilibrium",
    "Whatever convex cost C each client has: a share s at which B(1 − s)/Z = ρC′(sZ) is smaller at a larger total Z. "
    "So the shares of any number of clients add up to one at no more than one total, and there is one equilibrium at "
    "most.",
    "theorem (share functions: Cornes & Hartley 2005)",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                {
                    text: stated
                    for text, stated in TWO_TOTALS.items()
                    if "Z₁" in text and "C′" not in text and "s₁" not in text and "s₂" not in text
                }
                | {
                    "0 < s₁": TWO_TOTALS["0 < s₁"],
                    "s₂ ≥ s₁": lambda a, first_share, second_share: at_least(second_share, first_share),
                },
                lambda a, first_share, second_share, small, large: above(second_share * large, first_share * small),
            ),
            "who has no smaller share of more sells more, where a convex cost is no less steep",
        ),
        Step(
            Sentence(
                TWO_TOTALS,
                lambda a, first_share, second_share: at_most(second_share, first_share),
                lemmas=(
                    lambda a, first_share, second_share, small, large, reward_pool: at_least(
                        (1 - second_share) * small * reward_pool, (1 - first_share) * large * reward_pool
                    ),
                    lambda a, first_share, second_share, small, large: at_least(
                        (1 - second_share) * small, (1 - first_share) * large
                    ),
                    lambda a, first_share, second_share, small, large: at_least(
                        (1 - second_share) * small, (1 - first_share) * small
                    ),
                ),
                degree=4,
            ),
            "then its share is no larger",
        ),
        Axiom(
            "sums of falling shares",
            "a sum of functions that do not rise, of which those that are positive fall, has one value at one place",
            "elementary",
        ),
    ),
    variant=Counterexample(
        {text: stated for text, stated in TWO_TOTALS.items() if not text.startswith("C′ is no lower")},
        lambda a, first_share, second_share: at_most(second_share, first_share),
    ),
)


def left_at_symmetry(a: Algebra, client_count: Any, reward_pool: Any, exponent: Any) -> Any:
    """B/N − B(N − 1)/(N² g): what each of N equal clients has where all sell the same."""
    return reward_pool / client_count - reward_pool * (client_count - 1) / (a.square(client_count) * exponent)


SYMMETRIC = Claim(
    "stackelberg/power-costs-symmetric-point",
    "Of N ≥ 2 clients with the same cost ρ z^g, g > 0, the point at which all sell the same and no first-order "
    "condition is broken leaves each B/N − B(N − 1)/(N² g), which is not negative exactly if g ≥ (N − 1)/N.",
    "theorem",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                {
                    **POOL,
                    "N ≥ 2": lambda a, client_count: at_least(client_count, 2),
                    "g > 0": lambda a, exponent: above(exponent, 0),
                    "z > 0": lambda a, own: above(own, 0),
                    "the first-order condition, z C′ = g C": (
                        lambda a, own, client_count, reward_pool, exponent, paid_cost: equal(
                            own * rise_of_pay(a, own=own, others=(client_count - 1) * own, reward_pool=reward_pool),
                            exponent * paid_cost,
                        )
                    ),
                },
                lambda a, own, client_count, reward_pool, exponent, paid_cost: equal(
                    payment(a, own, (client_count - 1) * own, reward_pool) - paid_cost,
                    left_at_symmetry(a, client_count, reward_pool, exponent),
                ),
                degree=4,
            ),
            "what each has",
        ),
        Step(
            Sentence(
                {
                    **POOL,
                    "N ≥ 2": lambda a, client_count: at_least(client_count, 2),
                    "g ≥ (N − 1)/N": lambda a, exponent, client_count: at_least(
                        exponent, (client_count - 1) / client_count
                    ),
                    "g > 0": lambda a, exponent: above(exponent, 0),
                },
                lambda a, client_count, reward_pool, exponent: at_least(
                    left_at_symmetry(a, client_count, reward_pool, exponent), 0
                ),
                degree=4,
            ),
            "from (N − 1)/N on",
        ),
        Step(
            Sentence(
                {
                    **POOL,
                    "N ≥ 2": lambda a, client_count: at_least(client_count, 2),
                    "g > 0": lambda a, exponent: above(exponent, 0),
                    "g < (N − 1)/N": lambda a, exponent, client_count: below(
                        exponent, (client_count - 1) / client_count
                    ),
                },
                lambda a, client_count, reward_pool, exponent: below(
                    left_at_symmetry(a, client_count, reward_pool, exponent), 0
                ),
                degree=4,
            ),
            "and below it",
        ),
    ),
    variant=Counterexample(
        {
            **POOL,
            "N ≥ 2": lambda a, client_count: at_least(client_count, 2),
            "g > 0": lambda a, exponent: above(exponent, 0),
        },
        lambda a, client_count, reward_pool, exponent: at_least(
            left_at_symmetry(a, client_count, reward_pool, exponent), 0
        ),
        start={"client_count": "2", "reward_pool": "1", "exponent": "2/5"},
    ),
)

CONVEX_COSTS = (SHARES_FALL, SYMMETRIC)
