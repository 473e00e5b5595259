"""What reporting other budgets than those that are sold is worth in the contest, and convex costs of two accounts."""

from __future__ import annotations

from typing import Any

from ....formulations.algebra import Algebra
from ....formulations.revenue_curve import PowerCost
from ....formulations.stackelberg.declaration import client_utility, payment
from ...kernel.sentence import Sentence, above, at_least, equal
from ..claim import Attribution, Claim, ClaimVerdict, Counterexample, Step
from .terms import COST, OTHERS, OWN, POOL, SAME_COST, equal_utility, ratio_of_two, utility

FACTOR = {"m > 0, what is reported for a unit that is sold": lambda a, factor: above(factor, 0)}
OVERSTATED = {"m ≥ 1": lambda a, factor: at_least(factor, 1)}


def kept_by_report(a: Algebra, own: Any, others: Any, cost: Any, reward_pool: Any, factor: Any) -> Any:
    """What a client keeps that reports ε and sells ε/m: it is paid for the one, and the other is what it costs."""
    return payment(a, own, others, reward_pool) - cost * (own / factor)


def gain_of_two(a: Algebra, same_cost: Any, reward_pool: Any, factor: Any) -> Any:
    """What one of two equal clients gains by reporting m times what it sells, both replying."""
    lying = utility(a, same_cost / factor, ratio_of_two(a, same_cost / factor, same_cost), reward_pool)
    return lying - equal_utility(a, same_cost, a.number(2), reward_pool)


AS_CHEAPER = Claim(
    "stackelberg/reported-as-cheaper",
    "A client that reports m budgets for each that it sells keeps what a client of cost ρ/m keeps that sells what is "
    "reported, whatever the others report: so it plays, and is paid, as one of that cost.",
    "theorem",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                {**OTHERS, **OWN, **POOL, **COST, **FACTOR},
                lambda a, own, others, cost, reward_pool, factor: equal(
                    kept_by_report(a, own, others, cost, reward_pool, factor),
                    client_utility(a, own, others, cost / factor, reward_pool),
                ),
            )
        ),
    ),
    variant=Counterexample(
        {**OTHERS, **OWN, **POOL, **COST, **FACTOR},
        lambda a, own, others, cost, reward_pool, factor: equal(
            kept_by_report(a, own, others, cost, reward_pool, factor),
            client_utility(a, own, others, cost * factor, reward_pool),
        ),
    ),
)

GAIN = Claim(
    "stackelberg/reported-gain",
    "One of two clients of equal costs who reports m ≥ 1 budgets for each that it sells gains B (m/(m + 1))² − B/4, "
    "which is positive for m > 1, and grows to three quarters of the pool.",
    "theorem",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                {**SAME_COST, **POOL, **OVERSTATED},
                lambda a, same_cost, reward_pool, factor: equal(
                    gain_of_two(a, same_cost, reward_pool, factor),
                    reward_pool * a.square(factor / (factor + 1)) - reward_pool / 4,
                ),
                degree=4,
            )
        ),
    ),
    variant=Counterexample(
        {**SAME_COST, **POOL, **OVERSTATED},
        lambda a, same_cost, reward_pool, factor: equal(gain_of_two(a, same_cost, reward_pool, factor), 0),
    ),
)

TRUTHFUL = Claim(
    "stackelberg/reports-are-sold",
    "No client of the contest gains by reporting another budget than it sells.",
    "what a server needs that cannot measure the noise",
    ClaimVerdict.REFUTED,
    (
        Counterexample(
            {**SAME_COST, **POOL, **OVERSTATED},
            lambda a, same_cost, reward_pool, factor: at_least(0, gain_of_two(a, same_cost, reward_pool, factor)),
            costs={"what the report gains": gain_of_two},
            start={"same_cost": "1", "reward_pool": "1", "factor": "2"},
            kept=True,
        ),
    ),
    attribution=Attribution.READING,
)


def square(a: Algebra, epsilon: Any) -> Any:
    """The declared cost ε^g at g = 2."""
    power = object.__new__(PowerCost)
    object.__setattr__(power, "exponent", 2)
    return power.value(a, epsilon)


def apart_or_not(a: Algebra, own: Any, others: Any, cost: Any, reward_pool: Any) -> Any:
    """What two accounts that sell one half each have more than one that sells the whole, each at its own square."""
    half = own / 2
    both = 2 * (payment(a, half, others + half, reward_pool) - cost * square(a, half))
    return both - (payment(a, own, others, reward_pool) - cost * square(a, own))


CONVEX = Claim(
    "stackelberg/second-account-squares",
    "Where costs are squares and each account has its own, an owner of two accounts that sell a half each has ρε²/2 "
    "more than with one that sells the whole, whatever the others sell.",
    "theorem; costs of accounts add up",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                {**OTHERS, **OWN, **POOL, **COST},
                lambda a, own, others, cost, reward_pool: equal(
                    apart_or_not(a, own, others, cost, reward_pool), cost * a.square(own) / 2
                ),
                degree=4,
            )
        ),
    ),
    variant=Counterexample(
        {**OTHERS, **OWN, **POOL, **COST},
        lambda a, own, others, cost, reward_pool: equal(apart_or_not(a, own, others, cost, reward_pool), 0),
    ),
)

REPORTED = (AS_CHEAPER, GAIN, TRUTHFUL, CONVEX)
