"""Convex costs in the contest: shares that never rise with the total, and what equal costs of a power come to."""

from __future__ import annotations

from ....formulations.stackelberg import declaration
from ...kernel.sentence import Sentence
from ...kernel.terms import Term, roles
from ..claim import Axiom, Claim, ClaimVerdict, Counterexample, Step
from .vocabulary import COST, COUNT, POOL

own, cost, reward_pool, client_count, exponent = roles("own cost reward_pool client_count exponent")
first_share, second_share, small, large = roles("first_share second_share small large")
steepness, second_steepness, paid_cost = roles("steepness second_steepness paid_cost")

payment = Term(declaration.payment)
rise_of_pay = payment.slope(own)
"""B ε₋ᵢ/(Σε)²: what one more unit of ε is paid."""


def wished(share: Term, total: Term, steepness: Term) -> Term:
    """Return that a share of a total is where a client's marginal utility is zero, where C′ there is `steepness`."""
    return (rise_of_pay.at(own=share * total, others=(1 - share) * total) - cost * steepness).equals(0)


TOTALS = {"0 < Z₁": small > 0, "Z₁ < Z₂": small < large}
TWO_TOTALS = {
    **POOL,
    **COST,
    **TOTALS,
    "0 < s₁": first_share > 0,
    "s₁ ≤ 1": first_share <= 1,
    "0 < s₂": second_share > 0,
    "s₂ ≤ 1": second_share <= 1,
    "C′ ≥ 0": steepness >= 0,
    "C′ is no lower at s₂Z₂": second_steepness >= steepness,
    "s₁ is the share at Z₁": wished(first_share, small, steepness),
    "s₂ is the share at Z₂": wished(second_share, large, second_steepness),
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
                {**TOTALS, "0 < s₁": first_share > 0, "s₂ ≥ s₁": second_share >= first_share},
                second_share * large > first_share * small,
            ),
            "who has no smaller share of more sells more, where a convex cost is no less steep",
        ),
        Step(
            Sentence(
                TWO_TOTALS,
                second_share <= first_share,
                lemmas=(
                    (1 - second_share) * small * reward_pool >= (1 - first_share) * large * reward_pool,
                    (1 - second_share) * small >= (1 - first_share) * large,
                    (1 - second_share) * small >= (1 - first_share) * small,
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
        second_share <= first_share,
    ),
)

left = reward_pool / client_count - reward_pool * (client_count - 1) / (client_count**2 * exponent)
"""B/N − B(N − 1)/(N² g): what each of N equal clients has where all sell the same."""
EQUAL = {"others": (client_count - 1) * own}
EXPONENT = {"g > 0": exponent > 0}
least = (client_count - 1) / client_count

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
                    **COUNT,
                    **EXPONENT,
                    "z > 0": own > 0,
                    "the first-order condition, z C′ = g C": (
                        (own * rise_of_pay.at(**EQUAL)).equals(exponent * paid_cost)
                    ),
                },
                (payment.at(**EQUAL) - paid_cost).equals(left),
                degree=4,
            ),
            "what each has",
        ),
        Step(
            Sentence({**POOL, **COUNT, "g ≥ (N − 1)/N": exponent >= least, **EXPONENT}, left >= 0, degree=4),
            "from (N − 1)/N on",
        ),
        Step(
            Sentence({**POOL, **COUNT, **EXPONENT, "g < (N − 1)/N": exponent < least}, left < 0, degree=4),
            "and below it",
        ),
    ),
    variant=Counterexample(
        {**POOL, **COUNT, **EXPONENT},
        left >= 0,
        start={"client_count": "2", "reward_pool": "1", "exponent": "2/5"},
    ),
)

CONVEX_COSTS = (SHARES_FALL, SYMMETRIC)
