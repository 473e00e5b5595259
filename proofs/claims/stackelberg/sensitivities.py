"""How the uncapped contest's answer moves with one cost: for any number of clients, and of those who sell."""

from __future__ import annotations

from ...kernel.sentence import Sentence
from ...kernel.terms import roles
from ..claim import Claim, ClaimVerdict, Counterexample, Lemma, Step
from .vocabulary import COST, COUNT, RATIO, all_in, best_pool, share

cost, rest, ratio, seller_count, client_count, alpha = roles("cost rest ratio seller_count client_count alpha")

ALPHA = {"α > 0": alpha > 0}
REST = {"R′ > 0": rest > 0}
ONE_OF_THEM = {"n ≥ 2": seller_count >= 2, **COST, **REST}

of_sellers = all_in.at(cost_sum=cost + rest, client_count=seller_count)
"""Z = (n − 1)/R of those who sell, one of them of cost ρ_j and the others of summed cost R′."""
moved = of_sellers.slope(cost)
pool_of_sellers = best_pool.at(ratio=of_sellers)
"""The stationary pool, of a mean over all clients."""
pool_of_counted = pool_of_sellers.at(client_count=seller_count)
"""The stationary pool, of a mean over those who sell."""

RATIO_MOVES = Claim(
    "stackelberg/what-if-total-per-pool",
    "Where n clients sell and one of their costs moves, z falls by z²/(n − 1) per unit; who stays out, at ρᵢ z ≥ 1, "
    "has no share that could move.",
    "theorem; by differentiating z = (n − 1)/R of those who sell",
    ClaimVerdict.PROVED,
    (
        Step(Sentence(ONE_OF_THEM, moved.equals(-(of_sellers**2) / (seller_count - 1)), degree=4), "inside"),
        Step(Sentence({**COST, "ρᵢ z ≥ 1": cost * ratio >= 1}, share.equals(0)), "outside"),
        Lemma("stackelberg/equilibrium-by-shares"),
        Lemma("stackelberg/equilibrium-unique"),
    ),
    variant=Counterexample(ONE_OF_THEM, moved.equals(-(of_sellers**2) / seller_count)),
)

POOL_MOVES = Claim(
    "stackelberg/what-if-pool",
    "Where n of N clients sell and the pool is positive, the best pool falls by N/(α(n − 1)) per unit of a seller's "
    "cost, whoever it is; with the mean over those who sell by n/(α(n − 1)).",
    "theorem; by differentiating the server's stationary pool",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                {**ONE_OF_THEM, **COUNT, **ALPHA},
                pool_of_sellers.slope(cost).equals(-client_count / (alpha * (seller_count - 1))),
                degree=4,
            ),
            "over all",
        ),
        Step(
            Sentence(
                {**ONE_OF_THEM, **ALPHA},
                pool_of_counted.slope(cost).equals(-seller_count / (alpha * (seller_count - 1))),
                degree=4,
            ),
            "over sellers",
        ),
        Lemma("stackelberg/what-if-total-per-pool"),
        Lemma("stackelberg/leader-optimum"),
    ),
    variant=Counterexample(
        {**ONE_OF_THEM, **COUNT, **ALPHA}, pool_of_sellers.slope(cost).equals(-client_count / (alpha * seller_count))
    ),
)

THREE_SELL = {"n ≥ 3": seller_count >= 3}
same_without = of_sellers.equals(all_in.at(cost_sum=rest, client_count=seller_count - 1))

ENTRY = Claim(
    "stackelberg/what-if-entry",
    "Where a client of cost ρ is just cheap enough to be the n-th who sells, z is the same with it and without; with "
    "the mean over those who sell the best pool is lower by 1/(αz) once it is counted: it jumps.",
    "theorem; at ρ = R′/(n − 2), where R′ is what the others' costs add up to",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                {**THREE_SELL, **COST, **REST, "ρ = R′/(n − 2)": (cost * (seller_count - 2)).equals(rest)},
                same_without,
                degree=4,
            ),
            "ratio",
        ),
        Step(
            Sentence(
                {**THREE_SELL, **RATIO, **ALPHA},
                (best_pool.at(client_count=seller_count - 1) - best_pool.at(client_count=seller_count)).equals(
                    1 / (alpha * ratio)
                ),
                degree=4,
            ),
            "pool",
        ),
        Lemma("stackelberg/what-if-total-per-pool"),
        Lemma("stackelberg/leader-optimum"),
    ),
    variant=Counterexample(
        {**THREE_SELL, **COST, **REST, "ρ = R′/(n − 1)": (cost * (seller_count - 1)).equals(rest)},
        same_without,
        start={"seller_count": "3", "cost": "1", "rest": "2"},
    ),
)

SENSITIVITIES = (RATIO_MOVES, POOL_MOVES, ENTRY)
