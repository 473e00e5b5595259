"""The three-party game against the contest (Zhou 2023, section 7.4), whatever its parameters are taken to be.

The source never maps the buyer's α and α₃ and the sellers' costs c to the contest's ρ and B. Here the pool is what the
three-party game pays, p(1 + ε)a to each client, and all else is free: a claim holds for every mapping or is refuted by
one, in which (57), the corrected (58) and (59) hold exactly. What the figures show is refuted by one mapping, and its
opposite by another: they turn on parameters that nobody states.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ....formulations.algebra import Algebra, Formula
from ....formulations.three_party.formulas import quantity_at, squared_total
from ...kernel.sentence import above, below, equal, substitute
from ..claim import Attribution, Claim, ClaimVerdict, Counterexample
from .same_pool import Comparison
from .terms import COUNT, SAME_COST, equal_budget, equal_utility, ratio_of_two, utility

RECONSTRUCTED = "the three-party game is the one that was reconstructed: the source prints none of its utilities"
OPPOSITE = ": the opposite of what it shows"
SOURCE = " against the method of Yang et al.; the source states no mapping of its parameters"


def paid(a: Algebra, inverse: Any, epsilon: Any, buyer_alpha: Any) -> Any:
    """What a client is paid: p(1 + ε)a, with 1/p as `own` and the quantity of (57)."""
    return (1 + epsilon) * quantity_at(a, inverse, epsilon, buyer_alpha) / inverse


def weight(a: Algebra, inverse: Any, epsilon: Any, buyer_alpha: Any) -> Any:
    """The α₃ for which ε is the budget of (59): ε a p."""
    return epsilon * quantity_at(a, inverse, epsilon, buyer_alpha) / inverse


def best_price(a: Algebra, inverse: Any, others: Any, epsilon: Any, buyer_alpha: Any, seller_cost: Any) -> Any:
    """The corrected (58): (S + 1/p)² = (S + T/α)(S + T/c)."""
    return equal((others + inverse) ** 2, squared_total(a, others, epsilon, buyer_alpha, seller_cost))


ALIKE: Mapping[str, Formula] = {
    **SAME_COST,
    **COUNT,
    "1/p > 0": lambda a, inverse: above(inverse, 0),
    "α > 0 of the buyer": lambda a, buyer_alpha: above(buyer_alpha, 0),
    "c > 0": lambda a, seller_cost: above(seller_cost, 0),
    "ε > 0": lambda a, epsilon: above(epsilon, 0),
    "(57): the buyer buys": lambda a, inverse, epsilon, buyer_alpha: above(
        quantity_at(a, inverse, epsilon, buyer_alpha), 0
    ),
    "(58), corrected": substitute(best_price, others=lambda a, inverse, client_count: (client_count - 1) * inverse),
    "(59) with its α₃": substitute(lambda a, privacy_weight, needed: equal(privacy_weight, needed), needed=weight),
}
EQUAL_START = {
    "client_count": "2",
    "inverse": "1",
    "epsilon": "1",
    "seller_cost": "1",
    "buyer_alpha": "6",
    "privacy_weight": "2",
}


def all_paid(a: Algebra, inverse: Any, epsilon: Any, buyer_alpha: Any, client_count: Any) -> Any:
    """The pool: what all clients are paid."""
    return client_count * paid(a, inverse, epsilon, buyer_alpha)


def of_second(formula: Formula) -> Formula:
    """Return a formula of one seller as one of the second's roles."""
    return substitute(
        formula,
        inverse=lambda a, second_inverse: second_inverse,
        epsilon=lambda a, second_epsilon: second_epsilon,
        seller_cost=lambda a, second_cost: second_cost,
    )


def both_paid(
    a: Algebra, inverse: Any, second_inverse: Any, epsilon: Any, second_epsilon: Any, buyer_alpha: Any
) -> Any:
    """The pool that two clients are paid."""
    return paid(a, inverse, epsilon, buyer_alpha) + paid(a, second_inverse, second_epsilon, buyer_alpha)


TWO_SELLERS: Mapping[str, Formula] = {
    "ρ₁ > 0": lambda a, one: above(one, 0),
    "ρ₂ > 0": lambda a, two: above(two, 0),
    "α > 0 of the buyer": ALIKE["α > 0 of the buyer"],
    "1/p₁ > 0": ALIKE["1/p > 0"],
    "1/p₂ > 0": of_second(ALIKE["1/p > 0"]),
    "(57) of the first": ALIKE["(57): the buyer buys"],
    "(57) of the second": of_second(ALIKE["(57): the buyer buys"]),
    "(58) of the first": substitute(best_price, others=lambda a, second_inverse: second_inverse),
    "(58) of the second": substitute(
        lambda a, mine, theirs, second_epsilon, buyer_alpha, second_cost: best_price(
            a, mine, theirs, second_epsilon, buyer_alpha, second_cost
        ),
        mine=lambda a, second_inverse: second_inverse,
        theirs=lambda a, inverse: inverse,
    ),
    "(59) of the first": ALIKE["(59) with its α₃"],
    "(59) of the second": of_second(ALIKE["(59) with its α₃"]),
}
UNEQUAL_START = {
    "inverse": "1",
    "second_inverse": "1",
    "epsilon": "1",
    "second_epsilon": "2",
    "seller_cost": "1",
    "second_cost": "9/5",
    "buyer_alpha": "6",
    "privacy_weight": "2",
}


def two_had(a: Algebra, one: Any, two: Any, epsilon: Any, second_epsilon: Any, reward_pool: Any) -> Any:
    """The mean utility of two clients in the three-party game, by the contest's costs."""
    return (reward_pool - one * epsilon - two * second_epsilon) / 2


def two_have(a: Algebra, one: Any, two: Any, reward_pool: Any) -> Any:
    """The mean utility of two clients in the contest."""
    ratio = ratio_of_two(a, one, two)
    return (utility(a, one, ratio, reward_pool) + utility(a, two, ratio, reward_pool)) / 2


def clients(
    costs: str, more: bool, given: Mapping[str, Formula], contest: Formula, other: Formula, start: Mapping[str, str]
) -> Claim:
    """Return the claim that clients have more, or less, than in the three-party game, refuted."""
    compare = above if more else below
    return Claim(
        f"stackelberg/fig-13-{'above' if more else 'below'}-three-party{'-unequal' if costs == 'unequal' else ''}",
        f"With {costs} costs, however the parameters are mapped, clients have {'more' if more else 'less'} in the mean "
        "than in the three-party game for the same pool.",
        f"Zhou 2023, figure 13{SOURCE}{'' if more else OPPOSITE}",
        ClaimVerdict.REFUTED,
        (
            Counterexample(
                given,
                substitute(lambda a, contest, other: compare(contest, other), contest=contest, other=other),
                costs={"in the contest": contest, "in the three-party game": other},
                start=start,
                kept=True,
            ),
        ),
        attribution=Attribution.RECONSTRUCTION,
        assumes=(RECONSTRUCTED,),
    )


def had(a: Algebra, inverse: Any, epsilon: Any, buyer_alpha: Any, same_cost: Any) -> Any:
    """What a client has in the three-party game, by the contest's cost."""
    return paid(a, inverse, epsilon, buyer_alpha) - same_cost * epsilon


EQUAL_COSTS = (ALIKE, substitute(equal_utility, reward_pool=all_paid), had)
UNEQUAL_COSTS = (TWO_SELLERS, substitute(two_have, reward_pool=both_paid), substitute(two_had, reward_pool=both_paid))
CLIENTS = (
    clients("equal", True, *EQUAL_COSTS, {**EQUAL_START, "same_cost": "1"}),
    clients("equal", False, *EQUAL_COSTS, {**EQUAL_START, "same_cost": "3"}),
    clients("unequal", True, *UNEQUAL_COSTS, {**UNEQUAL_START, "one": "1/2", "two": "9/10"}),
    clients("unequal", False, *UNEQUAL_COSTS, {**UNEQUAL_START, "one": "1", "two": "9/5"}),
)


def others(unequal: bool, more: bool, start: Mapping[str, str]) -> tuple[Claim, ...]:
    """Return the claims about figures 14 to 16, refuted by one mapping or the other."""
    return Comparison(
        f"three-party{'-unequal' if unequal else ''}",
        f"in the three-party game, however its parameters are mapped, at {'unequal' if unequal else 'equal'} costs",
        SOURCE + ("" if more else OPPOSITE),
        Attribution.RECONSTRUCTION,
        TWO_SELLERS if unequal else ALIKE,
        substitute(two_sell, reward_pool=both_paid) if unequal else substitute(equal_budget, reward_pool=all_paid),
        two_sold if unequal else sold,
        start,
        pool=both_paid if unequal else all_paid,
        assumes=(RECONSTRUCTED,),
        contest_is_more=more,
    ).claims()


def sold(a: Algebra, epsilon: Any) -> Any:
    """What a client sells in the three-party game."""
    return epsilon


def two_sold(a: Algebra, epsilon: Any, second_epsilon: Any) -> Any:
    """The mean budget of two clients in the three-party game."""
    return (epsilon + second_epsilon) / 2


def two_sell(a: Algebra, one: Any, two: Any, reward_pool: Any) -> Any:
    """The mean budget of two clients in the contest."""
    return reward_pool * ratio_of_two(a, one, two) / 2


SERVERS = (
    *others(False, True, {**EQUAL_START, "same_cost": "4"}),
    *others(False, False, {**EQUAL_START, "same_cost": "1"}),
    *others(True, True, {**UNEQUAL_START, "one": "1", "two": "9/5"}),
    *others(True, False, {**UNEQUAL_START, "one": "1/2", "two": "9/10"}),
)
AGAINST_THREE_PARTY = (*CLIENTS, *SERVERS)
