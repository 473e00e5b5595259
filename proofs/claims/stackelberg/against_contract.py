"""The contract of IC-MLE against the contest, for the same pool (Zhou 2023, section 7.4).

At equal costs there is one type, and by either estimator the contract is (B/M, B/(Mc)). At unequal costs its menus are
irrational: an instance names the types' e^ε, from which the costs and the pool follow for which that menu is the best
one. What holds of every menu that spends the pool needs no best one, and holds by either estimator.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ....formulations.algebra import Algebra, Formula, read
from ....formulations.contract.formulas import (
    cheapest_payment,
    ic_slack,
    owner_utility,
    printed_epsilon,
    printed_payment,
    virtual_cost,
)
from ....formulations.stackelberg.contest import equilibrium_share
from ...kernel.sentence import Induction, Sentence, above, at_least, at_most, below, equal, slope, substitute
from ..claim import Attribution, Claim, ClaimVerdict, Counterexample, ForAnyNumber, Lemma, Step
from .leader import RISING
from .same_pool import EQUAL, Comparison, mean_served
from .terms import POOL, RATIO, REVENUE, equal_budget, equal_utility

OF_ONE_TYPE = {
    "cost": lambda a, same_cost: same_cost,
    "owner_count": lambda a, client_count: client_count,
}
contract_budget = substitute(printed_epsilon, **OF_ONE_TYPE)
contract_left = substitute(
    owner_utility,
    payment=substitute(printed_payment, **OF_ONE_TYPE),
    epsilon=contract_budget,
    cost=lambda a, same_cost: same_cost,
)


def noise_of_power(a: Algebra, power: Any) -> Any:
    """The noise coth²(ε/2) as a formula of e^ε."""
    return ((power + 1) / (power - 1)) ** 2


def noise_slope(a: Algebra, power: Any) -> Any:
    """The noise's slope in ε, as a formula of e^ε."""
    return power * read(slope(noise_of_power, "power"), a, {"power": power})


def types(a: Algebra, cheap: Any, dear: Any, cheap_count: Any, dear_count: Any) -> Any:
    """The virtual costs of two types."""
    return virtual_cost(a, np.array([cheap, dear]), np.array([cheap_count, dear_count]))


def best(
    a: Algebra, cheap: Any, dear: Any, cheap_count: Any, dear_count: Any, cheap_power: Any, dear_power: Any
) -> Any:
    """−g′(ε)/ψ is the same for both types: then their menu is the best one."""
    psi = types(a, cheap, dear, cheap_count, dear_count)
    return equal(noise_slope(a, cheap_power) * psi[1], noise_slope(a, dear_power) * psi[0])


def spent(
    a: Algebra, cheap: Any, dear: Any, cheap_count: Any, dear_count: Any, cheap_power: Any, dear_power: Any
) -> Any:
    """The pool that the menu spends: Σ m ψ ε."""
    psi = types(a, cheap, dear, cheap_count, dear_count)
    return cheap_count * psi[0] * a.log(cheap_power) + dear_count * psi[1] * a.log(dear_power)


def menu_mean(a: Algebra, cheap_count: Any, dear_count: Any, cheap_power: Any, dear_power: Any) -> Any:
    """The mean budget of the menu."""
    bought = cheap_count * a.log(cheap_power) + dear_count * a.log(dear_power)
    return bought / (cheap_count + dear_count)


def menu_left(
    a: Algebra, cheap: Any, dear: Any, cheap_count: Any, dear_count: Any, cheap_power: Any, dear_power: Any
) -> Any:
    """What owners keep in the mean, paid the least that keeps the menu incentive compatible."""
    cost, epsilon = np.array([cheap, dear]), np.array([a.log(cheap_power), a.log(dear_power)])
    kept = owner_utility(a, cheapest_payment(a, epsilon, cost), epsilon, cost)
    return (cheap_count * kept[0] + dear_count * kept[1]) / (cheap_count + dear_count)


def ratio_of_types(a: Algebra, cheap: Any, dear: Any, cheap_count: Any, dear_count: Any) -> Any:
    """Z of two types of clients, of whom at least two are cheap: all take part, or the cheap ones alone."""
    every = (cheap_count + dear_count - 1) / (cheap_count * cheap + dear_count * dear)
    return a.maximum((cheap_count - 1) / (cheap_count * cheap), every)


def contest_mean(a: Algebra, cheap: Any, dear: Any, cheap_count: Any, dear_count: Any, pool: Any) -> Any:
    """The mean budget of the contest."""
    return pool * ratio_of_types(a, cheap, dear, cheap_count, dear_count) / (cheap_count + dear_count)


def contest_left(a: Algebra, cheap: Any, dear: Any, cheap_count: Any, dear_count: Any, pool: Any) -> Any:
    """What clients keep in the mean in the contest: B Σ s²/N."""
    ratio = ratio_of_types(a, cheap, dear, cheap_count, dear_count)
    shares = [equilibrium_share(a, cost, ratio) for cost in (cheap, dear)]
    return pool * (cheap_count * shares[0] ** 2 + dear_count * shares[1] ** 2) / (cheap_count + dear_count)


MENU: Mapping[str, Formula] = {
    "c > 0": lambda a, cheap: above(cheap, 0),
    "c′ > c": lambda a, cheap, dear: above(dear, cheap),
    "m ≥ 2": lambda a, cheap_count: at_least(cheap_count, 2),
    "m′ ≥ 1": lambda a, dear_count: at_least(dear_count, 1),
    "ε′ > 0": lambda a, dear_power: above(dear_power, 1),
    "ε ≥ ε′": lambda a, cheap_power, dear_power: at_least(cheap_power, dear_power),
    "g′(ε)/ψ = g′(ε′)/ψ′: the menu is the best one": best,
}
SPREAD = {
    "cheap": "1",
    "dear": "5/2",
    "cheap_count": "10",
    "dear_count": "10",
    "cheap_power": "3",
    "dear_power": "2",
}
FEW = {**SPREAD, "cheap_count": "2", "dear_count": "2"}
ONE_DEAR = {**SPREAD, "dear": "7/4", "cheap_count": "3", "dear_count": "1"}
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
    {
        "cheap": "1",
        "dear": "6/5",
        "cheap_count": "2",
        "dear_count": "2",
        "reward_pool": "4",
        "dear_epsilon": "1/2",
    },
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
