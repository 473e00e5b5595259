"""The contract of IC-MLE against the contest, for the same pool (Zhou 2023, section 7.4).

At equal costs there is one type, and by either estimator the contract is (B/M, B/(Mc)). At unequal costs its menus are
irrational: an instance names the types' e^ε, from which the costs and the pool follow for which that menu is the best
one. What holds of every menu that spends the pool needs no best one, and holds by either estimator.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ....formulations.algebra import Algebra, Formula
from ....formulations.contract.formulas import ic_slack
from ...kernel.sentence import Induction, Sentence, above, at_least, at_most, below, equal, slope, substitute
from ..claim import Attribution, Claim, ClaimVerdict, Counterexample, ForAnyNumber, Lemma, Step
from .contract_menus import (
    FEW,
    MENU,
    ONE_DEAR,
    SPREAD,
    contest_left,
    contest_mean,
    contract_budget,
    contract_left,
    menu_left,
    menu_mean,
    spent,
    types,
)
from .leader import RISING
from .same_pool import EQUAL, Comparison, mean_served
from .terms import POOL, RATIO, REVENUE, equal_budget, equal_utility

IRONED = Lemma("contract/ironing-optimal")


def clients(name: str, words: str, more: bool, start: Mapping[str, str], attribution: Attribution) -> Claim:
    """Return a claim about clients' mean utility at unequal costs, refuted."""
    contest = substitute(contest_left, pool=spent)
    compare = above if more else below
    return Claim(
        f"stackelberg/fig-13-{name}-contract-unequal",
        f"With unequal costs clients have {words} in the mean than by the contract of IC-MLE for the same pool.",
        "Zhou 2023, figure 13, which is drawn at equal costs",
        ClaimVerdict.REFUTED,
        (
            Counterexample(
                MENU,
                substitute(lambda a, contest, other: compare(contest, other), contest=contest, other=menu_left),
                costs={"in the contest": contest, "by the contract": menu_left, "the pool": spent},
                start=start,
                kept=True,
            ),
            IRONED,
        ),
        attribution=attribution,
    )


FIGURE_13 = Claim(
    "stackelberg/fig-13-above-contract",
    "With equal costs clients have more than by the contract of IC-MLE for the same pool, which leaves them nothing; "
    "by either estimator.",
    "Zhou 2023, figure 13",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                EQUAL,
                substitute(lambda a, contest, left: above(contest, left), contest=equal_utility, left=contract_left),
                degree=4,
            )
        ),
        Lemma("stackelberg/equilibrium-by-shares"),
    ),
    variant=Counterexample(
        EQUAL,
        lambda a, same_cost, client_count, reward_pool: above(
            equal_utility(a, same_cost, client_count, reward_pool), reward_pool / client_count / 2
        ),
    ),
    attribution=Attribution.PRINTED,
)
CLIENTS = (
    FIGURE_13,
    clients("above", "more", True, SPREAD, Attribution.READING),
    clients("below", "less", False, FEW, Attribution.READING),
)
RATIO_16 = Claim(
    "stackelberg/fig-16-exact-ratio",
    "With equal costs a client sells exactly (N − 1)/N of what the contract of IC-MLE buys for the same pool, by "
    "either estimator.",
    "what figure 16 of Zhou 2023 should show",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                EQUAL,
                substitute(
                    lambda a, contest, bought, client_count: equal(contest * client_count, bought * (client_count - 1)),
                    contest=equal_budget,
                    bought=contract_budget,
                ),
                degree=4,
            )
        ),
        Lemma("stackelberg/equilibrium-by-shares"),
    ),
    variant=Counterexample(
        EQUAL,
        substitute(lambda a, contest, bought: equal(contest, bought), contest=equal_budget, bought=contract_budget),
    ),
)
ALL_TAKE_PART = Claim(
    "stackelberg/fig-16-below-contract-where-all-take-part",
    "Where all clients take part, they sell less than by any incentive compatible menu that spends the same pool on "
    "the least payments, whatever the costs and the types, and so by either estimator.",
    "what figure 16 of Zhou 2023 should show at unequal costs",
    ClaimVerdict.PROVED,
    (
        ForAnyNumber(
            Induction(
                {
                    "payment_now": lambda a, payment, payment_now: payment - payment_now,
                    "epsilon_now": lambda a, epsilon, epsilon_now: epsilon - epsilon_now,
                    "spent": lambda a, count, payment: count * payment,
                    "bought": lambda a, count, epsilon: count * epsilon,
                },
                (
                    lambda a, payment_now, epsilon_now, dearest: at_most(payment_now, dearest * epsilon_now),
                    lambda a, spent, bought, dearest: at_most(spent, dearest * bought),
                ),
                given={"c* > 0, the largest cost": lambda a, dearest: above(dearest, 0)},
                member={
                    "m_k > 0": lambda a, count: above(count, 0),
                    "c_k ≤ c*": lambda a, cost, dearest: at_most(cost, dearest),
                    "ε_k ≥ ε_{k+1}": lambda a, epsilon, epsilon_now: at_least(epsilon, epsilon_now),
                    "type k is indifferent to the item of type k + 1": (
                        lambda a, payment, epsilon, payment_now, epsilon_now, cost: equal(
                            ic_slack(a, payment, epsilon, payment_now, epsilon_now, cost), 0
                        )
                    ),
                },
                closing={
                    **POOL,
                    "the pool is spent": lambda a, spent, reward_pool: equal(spent, reward_pool),
                    **RATIO,
                    "all take part: c* z < 1": lambda a, dearest, ratio: below(dearest * ratio, 1),
                },
                goal=lambda a, bought, reward_pool, ratio: below(reward_pool * ratio, bought),
                carried=("payment_now", "epsilon_now"),
            ),
            "from the dearest type, who is paid c* ε, to the cheapest: no owner is paid more than c* ε, so that the "
            "pool buys at least B/c* in all, and the contest Bz with z < 1/c*",
        ),
        Lemma("stackelberg/equilibrium-by-shares"),
        Lemma("contract/local-implies-global-ic"),
    ),
    variant=Counterexample(
        {
            **POOL,
            **RATIO,
            "c* > 0": lambda a, dearest: above(dearest, 0),
            "B ≤ c* Σ ε": lambda a, dearest, bought, reward_pool: at_most(reward_pool, dearest * bought),
        },
        lambda a, bought, reward_pool, ratio: below(reward_pool * ratio, bought),
    ),
)


SERVER_FOLLOWS = Claim(
    "stackelberg/fig-14-server-below-contract-where-all-take-part",
    "Where all clients take part, the server has less than by any such menu that spends the same pool, whatever α and "
    "β are: it has more for the same pool where it buys more, since its utility rises with the mean budget.",
    "what figures 14 and 15 of Zhou 2023 should show",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                {**REVENUE, "ε̄ ≥ 0": lambda a, mean: at_least(mean, 0)},
                substitute(lambda a, m: above(m, 0), m=slope(mean_served, "mean")),
            )
        ),
        RISING,
        Lemma("stackelberg/fig-16-below-contract-where-all-take-part"),
    ),
    variant=Counterexample(
        {**REVENUE, "ε̄ ≥ 0": lambda a, mean: at_least(mean, 0)},
        substitute(lambda a, m: above(m, 1), m=slope(mean_served, "mean")),
    ),
)


def any_mean(
    a: Algebra, cheap: Any, dear: Any, cheap_count: Any, dear_count: Any, reward_pool: Any, dear_epsilon: Any
) -> Any:
    """The mean budget of a menu that spends the pool and sells ε′ to each owner of the dearer type."""
    psi = types(a, cheap, dear, cheap_count, dear_count)
    cheaper = (reward_pool - dear_count * psi[1] * dear_epsilon) / (cheap_count * psi[0])
    return (cheap_count * cheaper + dear_count * dear_epsilon) / (cheap_count + dear_count)


WITHIN: Mapping[str, Formula] = {
    **POOL,
    **{name: MENU[name] for name in ("c > 0", "c′ > c", "m ≥ 2", "m′ ≥ 1")},
    "ε′ ≥ 0": lambda a, dear_epsilon: at_least(dear_epsilon, 0),
    "the menu's ε falls with the cost": lambda a, cheap, dear, cheap_count, dear_count, reward_pool, dear_epsilon: (
        at_most(
            (
                cheap_count * types(a, cheap, dear, cheap_count, dear_count)[0]
                + dear_count * types(a, cheap, dear, cheap_count, dear_count)[1]
            )
            * dear_epsilon,
            reward_pool,
        )
    ),
}
SOURCE = " against IC-MLE"
UNEQUAL = "; drawn at equal costs"
EQUAL_COSTS = Comparison(
    "contract",
    "by the contract of IC-MLE, with equal costs and by either estimator",
    SOURCE,
    Attribution.PRINTED,
    EQUAL,
    equal_budget,
    contract_budget,
    {"client_count": "10", "reward_pool": "1", "same_cost": "1/1000"},
    right=(
        "a client sells (N − 1)/N of what the contract buys for the same pool, and the server has less",
        "stackelberg/fig-16-exact-ratio",
    ),
)
UNEQUAL_COSTS = Comparison(
    "contract-unequal",
    "by the contract of IC-MLE, with unequal costs and whichever menu its estimator makes best",
    SOURCE + UNEQUAL,
    Attribution.READING,
    WITHIN,
    substitute(contest_mean, pool=lambda a, reward_pool: reward_pool),
    any_mean,
    {"cheap": "1", "dear": "6/5", "cheap_count": "2", "dear_count": "2", "reward_pool": "4", "dear_epsilon": "1/2"},
    beside=(Lemma("stackelberg/fig-16-below-contract-where-all-take-part"),),
)
THE_OTHER_WAY = Comparison(
    "contract-unequal",
    "by the contract of IC-MLE, with unequal costs",
    SOURCE + UNEQUAL + ": the opposite of what it shows",
    Attribution.READING,
    MENU,
    substitute(contest_mean, pool=spent),
    menu_mean,
    ONE_DEAR,
    pool=spent,
    beside=(IRONED,),
    contest_is_more=False,
)
AGAINST_CONTRACT = (
    *CLIENTS,
    RATIO_16,
    ALL_TAKE_PART,
    SERVER_FOLLOWS,
    *EQUAL_COSTS.claims(),
    *UNEQUAL_COSTS.claims(),
    *THE_OTHER_WAY.claims(),
)
