"""The contract of IC-MLE by its own estimator, which weighs groups by their precision, against figure 13.

Under it the variance is M²/Σ m tanh²(ε/2), of which the best menu may leave dear types out. With two types and the pool
spent a menu is known by the dearer type's ε′: that no menu with an ε′ on one side is the best one is shown on a box.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ....formulations.algebra import Algebra, Formula
from ....formulations.contract.formulas import cheapest_payment, owner_utility, precision
from ...kernel.sentence import Sentence, above, at_least, below, substitute
from ..claim import Attribution, Claim, ClaimVerdict, Counterexample, OnBox, Step
from .against_contract import WITHIN
from .contract_menus import contest_left, types

NUMBERS = {"cheap": "1", "dear": "3/2", "cheap_count": "10", "dear_count": "10"}


def cheaper_epsilon(
    a: Algebra, cheap: Any, dear: Any, cheap_count: Any, dear_count: Any, reward_pool: Any, dear_epsilon: Any
) -> Any:
    """What the cheaper type sells where the pool is spent and the dearer one sells ε′."""
    psi = types(a, cheap, dear, cheap_count, dear_count)
    return (reward_pool - dear_count * psi[1] * dear_epsilon) / (cheap_count * psi[0])


def weighed(a: Algebra, cheap_count: Any, dear_count: Any, cheaper: Any, dear_epsilon: Any) -> Any:
    """Σ m tanh²(ε/2), the larger the better."""
    return cheap_count * precision(a, cheaper) + dear_count * precision(a, dear_epsilon)


def kept(a: Algebra, cheap: Any, dear: Any, cheap_count: Any, dear_count: Any, cheaper: Any, dear_epsilon: Any) -> Any:
    """What owners keep in the mean, paid the least that keeps the menu incentive compatible."""
    cost, epsilon = np.array([cheap, dear]), np.array([cheaper, dear_epsilon])
    each = owner_utility(a, cheapest_payment(a, epsilon, cost), epsilon, cost)
    return (cheap_count * each[0] + dear_count * each[1]) / (cheap_count + dear_count)


precision_of = substitute(weighed, cheaper=cheaper_epsilon)
contract_keeps = substitute(kept, cheaper=cheaper_epsilon)
contest_keeps = substitute(contest_left, pool=lambda a, reward_pool: reward_pool)


def at(formula: Formula, **numbers: str) -> Formula:
    """Return a formula at given numbers."""
    return substitute(formula, **{name: _number(text) for name, text in numbers.items()})


def _number(text: str) -> Formula:
    over, _, under = text.partition("/")
    return lambda a: a.number(int(over)) / int(under or 1)


def compared(more: bool, pool: str, best: str, edge: str, far: str) -> Claim:
    """Return a claim about clients' mean utility, refuted at an instance whose best menu is beyond an ε′.

    Parameters
    ----------
    more
        Whether the claim is that clients have more than by the contract.
    pool, best
        The instance's pool, and an ε′ that is better than all up to the edge.
    edge, far
        From where to where ε′ makes no best menu.
    """
    numbers = {**NUMBERS, "reward_pool": pool}
    compare: Callable[[Any, Any], Any] = above if more else below
    side = "above" if more else "below"
    text = f"ε′ > {edge}" if more else f"ε′ < {edge}"
    beyond = {text: lambda a, dear_epsilon: (above if more else below)(dear_epsilon, _number(edge)(a))}
    worse = substitute(
        lambda a, here, there: below(here, there),
        here=at(precision_of, **numbers),
        there=at(precision_of, **numbers, dear_epsilon=best),
    )
    return Claim(
        f"stackelberg/fig-13-{side}-group-weighted-unequal",
        f"With unequal costs clients have {'more' if more else 'less'} in the mean than by the contract of IC-MLE with "
        "its own estimator, which weighs groups by their precision, for the same pool.",
        "Zhou 2023, figure 13, which is drawn at equal costs",
        ClaimVerdict.REFUTED,
        (
            OnBox({"dear_epsilon": (far, edge) if more else (edge, far)}, worse, f"the best menu has {text}"),
            Step(
                Sentence(
                    {"ε′ ≥ 0": lambda a, dear_epsilon: at_least(dear_epsilon, 0), **beyond},
                    substitute(
                        lambda a, contest, contract: compare(contract, contest),
                        contest=at(contest_keeps, **numbers),
                        contract=at(contract_keeps, **numbers),
                    ),
                ),
                f"every menu with {text} leaves {'more' if more else 'less'} than the contest",
            ),
            Counterexample(
                {**WITHIN, **beyond},
                substitute(
                    lambda a, contest, contract: compare(contest, contract),
                    contest=contest_keeps,
                    contract=contract_keeps,
                ),
                costs={"in the contest": contest_keeps, "by the contract": contract_keeps},
                start={**numbers, "dear_epsilon": best},
                kept=True,
            ),
        ),
        attribution=Attribution.READING,
    )


GROUP_WEIGHTED = (
    compared(True, pool="60", best="19/12", edge="6/5", far="0"),
    compared(False, pool="40", best="0", edge="4/5", far="4/3"),
)
