"""How the uncapped contest's answer moves with one cost: for any number of clients, and of those who sell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ....formulations.algebra import Algebra, Formula
from ....formulations.stackelberg.contest import equilibrium_share
from ...kernel.sentence import Sentence, above, at_least, equal, slope, substitute
from ..claim import Claim, ClaimVerdict, Counterexample, Lemma, Step
from .terms import COST, COUNT, RATIO, REVENUE, all_in, best_pool

ALPHA: Mapping[str, Formula] = {"α > 0": REVENUE["α > 0"]}

SELLERS: Mapping[str, Formula] = {"n ≥ 2": lambda a, seller_count: at_least(seller_count, 2)}
REST: Mapping[str, Formula] = {"R′ > 0": lambda a, rest: above(rest, 0)}
ONE_OF_THEM = {**SELLERS, **COST, **REST}


def ratio_of_sellers(a: Algebra, cost: Any, rest: Any, seller_count: Any) -> Any:
    """Z = (n − 1)/R of those who sell, one of them of cost ρ_j and the others of summed cost R′."""
    return all_in(a, cost + rest, seller_count)


def pool_of_sellers(
    a: Algebra, cost: Any, rest: Any, seller_count: Any, client_count: Any, alpha: Any, beta: Any
) -> Any:
    """The stationary pool, of a mean over all clients."""
    return best_pool(a, ratio_of_sellers(a, cost, rest, seller_count), client_count, alpha, beta)


def pool_of_counted(a: Algebra, cost: Any, rest: Any, seller_count: Any, alpha: Any, beta: Any) -> Any:
    """The stationary pool, of a mean over those who sell."""
    return pool_of_sellers(a, cost, rest, seller_count, seller_count, alpha, beta)


RATIO_MOVES = Claim(
    "stackelberg/what-if-total-per-pool",
    "Where n clients sell and one of their costs moves, z falls by z²/(n − 1) per unit; who stays out, at ρᵢ z ≥ 1, "
    "has no share that could move.",
    "theorem; by differentiating z = (n − 1)/R of those who sell",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                ONE_OF_THEM,
                substitute(
                    lambda a, moved, now, seller_count: equal(moved, -(now**2) / (seller_count - 1)),
                    moved=slope(ratio_of_sellers, "cost"),
                    now=ratio_of_sellers,
                ),
                degree=4,
            ),
            "inside",
        ),
        Step(
            Sentence(
                {**COST, "ρᵢ z ≥ 1": lambda a, cost, ratio: at_least(cost * ratio, 1)},
                lambda a, cost, ratio: equal(equilibrium_share(a, cost, ratio), 0),
            ),
            "outside",
        ),
        Lemma("stackelberg/equilibrium-by-shares"),
        Lemma("stackelberg/equilibrium-unique"),
    ),
    variant=Counterexample(
        ONE_OF_THEM,
        substitute(
            lambda a, moved, now, seller_count: equal(moved, -(now**2) / seller_count),
            moved=slope(ratio_of_sellers, "cost"),
            now=ratio_of_sellers,
        ),
    ),
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
                substitute(
                    lambda a, moved, alpha, seller_count, client_count: equal(
                        moved, -client_count / (alpha * (seller_count - 1))
                    ),
                    moved=slope(pool_of_sellers, "cost"),
                ),
                degree=4,
            ),
            "over all",
        ),
        Step(
            Sentence(
                {**ONE_OF_THEM, **ALPHA},
                substitute(
                    lambda a, moved, alpha, seller_count: equal(moved, -seller_count / (alpha * (seller_count - 1))),
                    moved=slope(pool_of_counted, "cost"),
                ),
                degree=4,
            ),
            "over sellers",
        ),
        Lemma("stackelberg/what-if-total-per-pool"),
        Lemma("stackelberg/leader-optimum"),
    ),
    variant=Counterexample(
        {**ONE_OF_THEM, **COUNT, **ALPHA},
        substitute(
            lambda a, moved, alpha, seller_count, client_count: equal(moved, -client_count / (alpha * seller_count)),
            moved=slope(pool_of_sellers, "cost"),
        ),
    ),
)


ENTRY = Claim(
    "stackelberg/what-if-entry",
    "Where a client of cost ρ is just cheap enough to be the n-th who sells, z is the same with it and without; with "
    "the mean over those who sell the best pool is lower by 1/(αz) once it is counted: it jumps.",
    "theorem; at ρ = R′/(n − 2), where R′ is what the others' costs add up to",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                {
                    "n ≥ 3": lambda a, seller_count: at_least(seller_count, 3),
                    **COST,
                    **REST,
                    "ρ = R′/(n − 2)": lambda a, cost, rest, seller_count: equal(cost * (seller_count - 2), rest),
                },
                lambda a, cost, rest, seller_count: equal(
                    ratio_of_sellers(a, cost, rest, seller_count), all_in(a, rest, seller_count - 1)
                ),
                degree=4,
            ),
            "ratio",
        ),
        Step(
            Sentence(
                {"n ≥ 3": lambda a, seller_count: at_least(seller_count, 3), **RATIO, **ALPHA},
                lambda a, ratio, seller_count, alpha, beta: equal(
                    best_pool(a, ratio, seller_count - 1, alpha, beta) - best_pool(a, ratio, seller_count, alpha, beta),
                    1 / (alpha * ratio),
                ),
                degree=4,
            ),
            "pool",
        ),
        Lemma("stackelberg/what-if-total-per-pool"),
        Lemma("stackelberg/leader-optimum"),
    ),
    variant=Counterexample(
        {
            "n ≥ 3": lambda a, seller_count: at_least(seller_count, 3),
            **COST,
            **REST,
            "ρ = R′/(n − 1)": lambda a, cost, rest, seller_count: equal(cost * (seller_count - 1), rest),
        },
        lambda a, cost, rest, seller_count: equal(
            ratio_of_sellers(a, cost, rest, seller_count), all_in(a, rest, seller_count - 1)
        ),
        start={"seller_count": "3", "cost": "1", "rest": "2"},
    ),
)


SENSITIVITIES = (RATIO_MOVES, POOL_MOVES, ENTRY)
