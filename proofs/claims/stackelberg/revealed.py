"""What clients reveal of their costs by what they sell, and that averages over costs have one peak without caps."""

from __future__ import annotations

from ...kernel.sentence import Sentence
from ..claim import Claim, ClaimVerdict, Counterexample, Step
from .equilibrium import FERMAT
from .leader import SERVER, SERVER_AT, server_slope
from .vocabulary import CLIENT, COST, OTHERS, OWN, POOL, SELLS, cost, curvature, marginal, others, own, reward_pool

CONTENT_BELOW = {"would not sell less: its utility does not fall with its budget": marginal >= 0}
CONTENT_ABOVE = {"would not sell more: its utility does not rise with its budget": marginal <= 0}
SELLER = {**OTHERS, **SELLS, **POOL, **COST}
reveals_cost = cost.equals(reward_pool * others / (own + others) ** 2)
"""That a cost is B(Z − ε)/Z², at which a budget makes the marginal utility vanish."""

REVEALED = Claim(
    "stackelberg/budgets-reveal-costs",
    "At an equilibrium with a pool B where the others sell ε₋ᵢ together, a client who sells εᵢ > 0 below its cap has "
    "the cost B ε₋ᵢ/(εᵢ + ε₋ᵢ)², one who sells nothing has at least B/ε₋ᵢ; and each such cost makes the budget a best "
    "reply.",
    "theorem (costs are inferred from behaviour by it)",
    ClaimVerdict.PROVED,
    (
        FERMAT,
        Step(Sentence({**SELLER, **CONTENT_BELOW, **CONTENT_ABOVE}, reveals_cost, degree=4), "inside"),
        Step(
            Sentence(
                {**OTHERS, **OWN, "εᵢ = 0": own.equals(0), **POOL, **COST, **CONTENT_ABOVE},
                cost >= reward_pool / (own + others),
                degree=4,
            ),
            "who sells nothing",
        ),
        Step(
            Sentence(CLIENT, curvature < 0),
            "the utility is strictly concave, so that who is content with a budget has no better one",
        ),
    ),
    variant=Counterexample({**SELLER, **CONTENT_ABOVE}, reveals_cost),
)

ONE_PEAK = Claim(
    "stackelberg/averages-have-one-peak",
    "Without caps the server's utility is strictly concave in the pool B whatever the costs are, so that its average "
    "over any of them is, too, and has one peak.",
    "theorem (the certificate of a pool that is best on average rests on it)",
    ClaimVerdict.PROVED,
    (Step(Sentence(SERVER_AT, server_slope.slope(reward_pool) < 0, degree=4), "its second derivative is negative"),),
    variant=Counterexample({**SERVER, **POOL}, server_slope.slope(reward_pool) < -1),
)

REVEALED_COSTS = (REVEALED, ONE_PEAK)
