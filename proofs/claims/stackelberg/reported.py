"""What reporting other budgets than those that are sold is worth in the contest, and convex costs of two accounts."""

from __future__ import annotations

from ....formulations.revenue_curve import PowerCost
from ....formulations.stackelberg import declaration
from ...kernel.sentence import Sentence
from ...kernel.terms import Term, number, roles
from ..claim import Attribution, Claim, ClaimVerdict, Counterexample, Step
from .vocabulary import CLIENT, POOL, SAME_COST, client_utility, equal_utility, ratio_of_two, utility

own, others, cost, same_cost, reward_pool, factor = roles("own others cost same_cost reward_pool factor")

REPORTER = {**CLIENT, "m > 0, what is reported for a unit that is sold": factor > 0}
OVERSTATED = {**SAME_COST, **POOL, "m ≥ 1": factor >= 1}

kept_by_report = Term(declaration.payment) - cost * (own / factor)
"""What a client keeps that reports ε and sells ε/m: it is paid for the one, and the other is what it costs."""
AS_CHEAPER = Claim(
    "stackelberg/reported-as-cheaper",
    "A client that reports m budgets for each that it sells keeps what a client of cost ρ/m keeps that sells what is "
    "reported, whatever the others report: so it plays, and is paid, as one of that cost.",
    "theorem",
    ClaimVerdict.PROVED,
    (Step(Sentence(REPORTER, kept_by_report.equals(client_utility.at(cost=cost / factor)))),),
    variant=Counterexample(REPORTER, kept_by_report.equals(client_utility.at(cost=cost * factor))),
)

lying = utility.at(cost=same_cost / factor, ratio=ratio_of_two.at(one=same_cost / factor, two=same_cost))
gain_of_two = lying - equal_utility.at(client_count=2)
"""What one of two equal clients gains by reporting m times what it sells, both replying."""
GAIN = Claim(
    "stackelberg/reported-gain",
    "One of two clients of equal costs who reports m ≥ 1 budgets for each that it sells gains B (m/(m + 1))² − B/4, "
    "which is positive for m > 1, and grows to three quarters of the pool.",
    "theorem",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                OVERSTATED, gain_of_two.equals(reward_pool * (factor / (factor + 1)) ** 2 - reward_pool / 4), degree=4
            )
        ),
    ),
    variant=Counterexample(OVERSTATED, gain_of_two.equals(0)),
)

TRUTHFUL = Claim(
    "stackelberg/reports-are-sold",
    "No client of the contest gains by reporting another budget than it sells.",
    "what a server needs that cannot measure the noise",
    ClaimVerdict.REFUTED,
    (
        Counterexample(
            OVERSTATED,
            number(0) >= gain_of_two,
            costs={"what the report gains": gain_of_two},
            start={"same_cost": "1", "reward_pool": "1", "factor": "2"},
            kept=True,
        ),
    ),
    attribution=Attribution.READING,
)

of_square = Term(declaration.convex_cost_utility).at(cost_function=lambda a: PowerCost(2))
"""A client's utility where its cost is the declared ε^g at g = 2."""
apart_or_not = 2 * of_square.at(own=own / 2, others=others + own / 2) - of_square
"""What two accounts that sell one half each have more than one that sells the whole, each at its own square."""
CONVEX = Claim(
    "stackelberg/second-account-squares",
    "Where costs are squares and each account has its own, an owner of two accounts that sell a half each has ρε²/2 "
    "more than with one that sells the whole, whatever the others sell.",
    "theorem; costs of accounts add up",
    ClaimVerdict.PROVED,
    (Step(Sentence(CLIENT, apart_or_not.equals(cost * own**2 / 2), degree=4)),),
    variant=Counterexample(CLIENT, apart_or_not.equals(0)),
)

REPORTED = (AS_CHEAPER, GAIN, TRUTHFUL, CONVEX)
