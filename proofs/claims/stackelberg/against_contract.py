"""The contract of IC-MLE against the contest, for the same pool (Zhou 2023, section 7.4).

At equal costs there is one type, and by either estimator the contract is (B/M, B/(Mc)). At unequal costs its menus are
irrational: an instance names the types' e^ε, from which the costs and the pool follow for which that menu is the best
one. What holds of every menu that spends the pool needs no best one, and holds by either estimator.
"""

from __future__ import annotations

from collections.abc import Mapping

from ....formulations.contract.formulas import ic_slack
from ...kernel.sentence import Induction, Sentence
from ...kernel.terms import Term, roles
from ..claim import Attribution, Claim, ClaimVerdict, Counterexample, ForAnyNumber, Lemma, Step
from . import contract_menus as menus
from .leader import RISING
from .same_pool import EQUAL, Comparison, compared, mean_served
from .vocabulary import POOL, RATIO, REVENUE, equal_budget, equal_utility

cost, ratio, reward_pool, client_count, mean = roles("cost ratio reward_pool client_count mean")
payment, epsilon, payment_now, epsilon_now = roles("payment epsilon payment_now epsilon_now")
dearest, count, spent, bought = roles("dearest count spent bought")

IRONED = Lemma("contract/ironing-optimal")


def clients(more: bool, start: Mapping[str, str]) -> Claim:
    """Return a claim about clients' mean utility at unequal costs, refuted."""
    contest = menus.contest_left.at(reward_pool=menus.spent)
    return Claim(
        f"stackelberg/fig-13-{'above' if more else 'below'}-contract-unequal",
        f"With unequal costs clients have {'more' if more else 'less'} in the mean than by the contract of IC-MLE for "
        "the same pool.",
        "Zhou 2023, figure 13, which is drawn at equal costs",
        ClaimVerdict.REFUTED,
        (
            Counterexample(
                menus.MENU,
                compared(contest, menus.menu_left, more),
                costs={"in the contest": contest, "by the contract": menus.menu_left, "the pool": menus.spent},
                start=start,
                kept=True,
            ),
            IRONED,
        ),
        attribution=Attribution.READING,
    )


FIGURE_13 = Claim(
    "stackelberg/fig-13-above-contract",
    "With equal costs clients have more than by the contract of IC-MLE for the same pool, which leaves them nothing; "
    "by either estimator.",
    "Zhou 2023, figure 13",
    ClaimVerdict.PROVED,
    (Step(Sentence(EQUAL, equal_utility > menus.contract_left, degree=4)), Lemma("stackelberg/equilibrium-by-shares")),
    variant=Counterexample(EQUAL, equal_utility > reward_pool / client_count / 2),
    attribution=Attribution.PRINTED,
)
CLIENTS = (FIGURE_13, clients(True, menus.SPREAD), clients(False, menus.FEW))
RATIO_16 = Claim(
    "stackelberg/fig-16-exact-ratio",
    "With equal costs a client sells exactly (N − 1)/N of what the contract of IC-MLE buys for the same pool, by "
    "either estimator.",
    "what figure 16 of Zhou 2023 should show",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(EQUAL, (equal_budget * client_count).equals(menus.contract_budget * (client_count - 1)), degree=4)
        ),
        Lemma("stackelberg/equilibrium-by-shares"),
    ),
    variant=Counterexample(EQUAL, equal_budget.equals(menus.contract_budget)),
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
                    "payment_now": payment - payment_now,
                    "epsilon_now": epsilon - epsilon_now,
                    "spent": count * payment,
                    "bought": count * epsilon,
                },
                (payment_now <= dearest * epsilon_now, spent <= dearest * bought),
                given={"c* > 0, the largest cost": dearest > 0},
                member={
                    "m_k > 0": count > 0,
                    "c_k ≤ c*": cost <= dearest,
                    "ε_k ≥ ε_{k+1}": epsilon >= epsilon_now,
                    "type k is indifferent to the item of type k + 1": (
                        Term(ic_slack).at(other_payment=payment_now, other_epsilon=epsilon_now).equals(0)
                    ),
                },
                closing={
                    **POOL,
                    "the pool is spent": spent.equals(reward_pool),
                    **RATIO,
                    "all take part: c* z < 1": dearest * ratio < 1,
                },
                goal=reward_pool * ratio < bought,
                carried=("payment_now", "epsilon_now"),
            ),
            "from the dearest type, who is paid c* ε, to the cheapest: no owner is paid more than c* ε, so that the "
            "pool buys at least B/c* in all, and the contest Bz with z < 1/c*",
        ),
        Lemma("stackelberg/equilibrium-by-shares"),
        Lemma("contract/local-implies-global-ic"),
    ),
    variant=Counterexample(
        {**POOL, **RATIO, "c* > 0": dearest > 0, "B ≤ c* Σ ε": reward_pool <= dearest * bought},
        reward_pool * ratio < bought,
    ),
)

SERVER_FOLLOWS = Claim(
    "stackelberg/fig-14-server-below-contract-where-all-take-part",
    "Where all clients take part, the server has less than by any such menu that spends the same pool, whatever α and "
    "β are: it has more for the same pool where it buys more, since its utility rises with the mean budget.",
    "what figures 14 and 15 of Zhou 2023 should show",
    ClaimVerdict.PROVED,
    (
        Step(Sentence({**REVENUE, "ε̄ ≥ 0": mean >= 0}, mean_served.slope(mean) > 0)),
        RISING,
        Lemma("stackelberg/fig-16-below-contract-where-all-take-part"),
    ),
    variant=Counterexample({**REVENUE, "ε̄ ≥ 0": mean >= 0}, mean_served.slope(mean) > 1),
)

SOURCE = " against IC-MLE"
UNEQUAL = "; drawn at equal costs"
EQUAL_COSTS = Comparison(
    "contract",
    "by the contract of IC-MLE, with equal costs and by either estimator",
    SOURCE,
    Attribution.PRINTED,
    EQUAL,
    equal_budget,
    menus.contract_budget,
    {"client_count": "10", "reward_pool": "1", "same_cost": "1/1000"},
    right=(
        "a client sells (N − 1)/N of what the contract buys for the same pool, and the server has less",
        "stackelberg/fig-16-exact-ratio",
    ),
).claims()
UNEQUAL_COSTS = Comparison(
    "contract-unequal",
    "by the contract of IC-MLE, with unequal costs and whichever menu its estimator makes best",
    SOURCE + UNEQUAL,
    Attribution.READING,
    menus.WITHIN,
    menus.contest_mean,
    menus.any_mean,
    {"cheap": "1", "dear": "6/5", "cheap_count": "2", "dear_count": "2", "reward_pool": "4", "dear_epsilon": "1/2"},
    beside=(Lemma("stackelberg/fig-16-below-contract-where-all-take-part"),),
).claims()
THE_OTHER_WAY = Comparison(
    "contract-unequal",
    "by the contract of IC-MLE, with unequal costs",
    SOURCE + UNEQUAL + ": the opposite of what it shows",
    Attribution.READING,
    menus.MENU,
    menus.contest_mean.at(reward_pool=menus.spent),
    menus.menu_mean,
    menus.ONE_DEAR,
    pool=menus.spent,
    beside=(IRONED,),
    contest_is_more=False,
).claims()
AGAINST_CONTRACT = (*CLIENTS, RATIO_16, ALL_TAKE_PART, SERVER_FOLLOWS, *EQUAL_COSTS, *UNEQUAL_COSTS, *THE_OTHER_WAY)
