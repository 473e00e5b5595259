"""What clients reveal of their costs by what they sell, and that averages over costs have one peak without caps."""

from __future__ import annotations

from typing import Any

from ....formulations.algebra import Algebra
from ...kernel.sentence import Sentence, above, at_least, at_most, below, equal, slope, substitute
from ..claim import Claim, ClaimVerdict, Counterexample, Step
from .equilibrium import FERMAT
from .leader import SERVER, server_slope
from .terms import COST, OTHERS, OWN, POOL, SELLS, curvature, marginal


def revealed_cost(a: Algebra, own: Any, others: Any, reward_pool: Any) -> Any:
    """B(Z − ε)/Z², the cost at which a budget makes the marginal utility vanish."""
    return reward_pool * others / a.square(own + others)


CONTENT_BELOW = {
    "would not sell less: its utility does not fall with its budget": substitute(
        lambda a, m: at_least(m, 0), m=marginal
    )
}
CONTENT_ABOVE = {
    "would not sell more: its utility does not rise with its budget": substitute(lambda a, m: at_most(m, 0), m=marginal)
}
REVEALED = Claim(
    "stackelberg/budgets-reveal-costs",
    "At an equilibrium with a pool B where the others sell ε₋ᵢ together, a client who sells εᵢ > 0 below its cap has "
    "the cost B ε₋ᵢ/(εᵢ + ε₋ᵢ)², one who sells nothing has at least B/ε₋ᵢ; and each such cost makes the budget a best "
    "reply.",
    "theorem (costs are inferred from behaviour by it)",
    ClaimVerdict.PROVED,
    (
        FERMAT,
        Step(
            Sentence(
                {**OTHERS, **SELLS, **POOL, **COST, **CONTENT_BELOW, **CONTENT_ABOVE},
                lambda a, own, others, cost, reward_pool: equal(cost, revealed_cost(a, own, others, reward_pool)),
                degree=4,
            ),
            "inside",
        ),
        Step(
            Sentence(
                {**OTHERS, **OWN, "εᵢ = 0": lambda a, own: equal(own, 0), **POOL, **COST, **CONTENT_ABOVE},
                lambda a, own, others, cost, reward_pool: at_least(cost, reward_pool / (own + others)),
                degree=4,
            ),
            "who sells nothing",
        ),
        Step(
            Sentence(
                {**OTHERS, **OWN, **POOL, **COST}, substitute(lambda a, second: below(second, 0), second=curvature)
            ),
            "the utility is strictly concave, so that who is content with a budget has no better one",
        ),
    ),
    variant=Counterexample(
        {**OTHERS, **SELLS, **POOL, **COST, **CONTENT_ABOVE},
        lambda a, own, others, cost, reward_pool: equal(cost, revealed_cost(a, own, others, reward_pool)),
    ),
)
ONE_PEAK = Claim(
    "stackelberg/averages-have-one-peak",
    "Without caps the server's utility is strictly concave in the pool B whatever the costs are, so that its average "
    "over any of them is, too, and has one peak.",
    "theorem (the certificate of a pool that is best on average rests on it)",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                {**SERVER, "B ≥ 0": lambda a, reward_pool: at_least(reward_pool, 0)},
                substitute(lambda a, second: below(second, 0), second=slope(server_slope, "reward_pool")),
                degree=4,
            ),
            "its second derivative is negative",
        ),
    ),
    variant=Counterexample(
        {**SERVER, "B > 0": lambda a, reward_pool: above(reward_pool, 0)},
        substitute(lambda a, second: below(second, -1), second=slope(server_slope, "reward_pool")),
    ),
)
REVEALED_COSTS = (REVEALED, ONE_PEAK)
