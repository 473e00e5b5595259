"""The three-party game against the contest (Zhou 2023, section 7.4), whatever its parameters are taken to be.

The source never maps the buyer's α and α₃ and the sellers' costs c to the contest's ρ and B. Here the pool is what the
three-party game pays, p(1 + ε)a to each client, and all else is free: a claim holds for every mapping or is refuted by
one, in which (57), the corrected (58) and (59) hold exactly. What the figures show is refuted by one mapping, and its
opposite by another: they turn on parameters that nobody states.
"""

from __future__ import annotations

from ....formulations.three_party.formulas import quantity_at, squared_total
from ...kernel.terms import Term, roles
from ..claim import Attribution, Claim, ClaimVerdict, Counterexample
from .same_pool import Comparison, compared, two_have, two_sell
from .vocabulary import COUNT, SAME_COST, equal_budget, equal_utility

RECONSTRUCTED = "the three-party game is the one that was reconstructed: the source prints none of its utilities"
OPPOSITE = ": the opposite of what it shows"
SOURCE = " against the method of Yang et al.; the source states no mapping of its parameters"

one, two, same_cost, client_count, reward_pool = roles("one two same_cost client_count reward_pool")
inverse, epsilon, others, seller_cost = roles("inverse epsilon others seller_cost")
second_inverse, second_epsilon, second_cost = roles("second_inverse second_epsilon second_cost")
buyer_alpha, privacy_weight = roles("buyer_alpha privacy_weight")
SECOND = {"inverse": second_inverse, "epsilon": second_epsilon, "seller_cost": second_cost}

quantity = Term(quantity_at).at(own=inverse, alpha=buyer_alpha)
"""The quantity of (57), with 1/p as `inverse`."""
paid = (1 + epsilon) * quantity / inverse
"""What a client is paid: p(1 + ε)a."""
best_price = ((others + inverse) ** 2).equals(Term(squared_total).at(alpha=buyer_alpha, cost=seller_cost))
"""The corrected (58): (S + 1/p)² = (S + T/α)(S + T/c)."""
right_weight = privacy_weight.equals(epsilon * quantity / inverse)
"""The α₃ for which ε is the budget of (59): ε a p."""

ALIKE = {
    **SAME_COST,
    **COUNT,
    "1/p > 0": inverse > 0,
    "α > 0 of the buyer": buyer_alpha > 0,
    "c > 0": seller_cost > 0,
    "ε > 0": epsilon > 0,
    "(57): the buyer buys": quantity > 0,
    "(58), corrected": best_price.at(others=(client_count - 1) * inverse),
    "(59) with its α₃": right_weight,
}
TWO_SELLERS = {
    "ρ₁ > 0": one > 0,
    "ρ₂ > 0": two > 0,
    "α > 0 of the buyer": buyer_alpha > 0,
    "1/p₁ > 0": inverse > 0,
    "1/p₂ > 0": second_inverse > 0,
    "(57) of the first": quantity > 0,
    "(57) of the second": quantity.at(**SECOND) > 0,
    "(58) of the first": best_price.at(others=second_inverse),
    "(58) of the second": best_price.at(others=inverse, **SECOND),
    "(59) of the first": right_weight,
    "(59) of the second": right_weight.at(**SECOND),
}
SELLER = {"inverse": "1", "epsilon": "1", "seller_cost": "1", "buyer_alpha": "6", "privacy_weight": "2"}

MARKETS = {
    "equal": (
        ALIKE,
        {**SELLER, "client_count": "2"},
        client_count * paid,
        (equal_utility, paid - same_cost * epsilon),
        (equal_budget, epsilon),
    ),
    "unequal": (
        TWO_SELLERS,
        {**SELLER, "second_inverse": "1", "second_epsilon": "2", "second_cost": "9/5"},
        paid + paid.at(**SECOND),
        (two_have, (reward_pool - one * epsilon - two * second_epsilon) / 2),
        (two_sell, (epsilon + second_epsilon) / 2),
    ),
}
"""By the contest's costs: what holds, values of all else, the pool, and mean utilities and budgets in both games."""
SUFFIX = {"equal": "", "unequal": "-unequal"}


def clients(costs: str, more: bool, **numbers: str) -> Claim:
    """Return the claim that clients have more, or less, than in the three-party game, refuted by one mapping."""
    given, start, pool, have, _ = MARKETS[costs]
    contest, other = (term.at(reward_pool=pool) for term in have)
    return Claim(
        f"stackelberg/fig-13-{'above' if more else 'below'}-three-party{SUFFIX[costs]}",
        f"With {costs} costs, however the parameters are mapped, clients have {'more' if more else 'less'} in the mean "
        "than in the three-party game for the same pool.",
        f"Zhou 2023, figure 13{SOURCE}{'' if more else OPPOSITE}",
        ClaimVerdict.REFUTED,
        (
            Counterexample(
                given,
                compared(contest, other, more),
                costs={"in the contest": contest, "in the three-party game": other},
                start={**start, **numbers},
                kept=True,
            ),
        ),
        attribution=Attribution.RECONSTRUCTION,
        assumes=(RECONSTRUCTED,),
    )


def servers(costs: str, more: bool, **numbers: str) -> tuple[Claim, ...]:
    """Return the claims about figures 14 to 16, refuted by one mapping or the other."""
    given, start, pool, _, (contest, other) = MARKETS[costs]
    return Comparison(
        f"three-party{SUFFIX[costs]}",
        f"in the three-party game, however its parameters are mapped, at {costs} costs",
        SOURCE + ("" if more else OPPOSITE),
        Attribution.RECONSTRUCTION,
        given,
        contest.at(reward_pool=pool),
        other,
        {**start, **numbers},
        pool=pool,
        assumes=(RECONSTRUCTED,),
        contest_is_more=more,
    ).claims()


AGAINST_THREE_PARTY = (
    clients("equal", True, same_cost="1"),
    clients("equal", False, same_cost="3"),
    clients("unequal", True, one="1/2", two="9/10"),
    clients("unequal", False, one="1", two="9/5"),
    *servers("equal", True, same_cost="4"),
    *servers("equal", False, same_cost="1"),
    *servers("unequal", True, one="1", two="9/5"),
    *servers("unequal", False, one="1/2", two="9/10"),
)
