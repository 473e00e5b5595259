"""The contract of IC-MLE by its own estimator, which weighs groups by their precision, against figure 13.

Under it the variance is M²/Σ m tanh²(ε/2), of which the best menu may leave dear types out. With two types and the pool
spent a menu is known by the dearer type's ε′: that no menu with an ε′ on one side is the best one is shown on a box.
"""

from __future__ import annotations

from fractions import Fraction

from ....formulations.contract import formulas
from ...kernel.sentence import Sentence
from ...kernel.terms import Term, number
from ..claim import Attribution, Claim, ClaimVerdict, Counterexample, OnBox, Step
from .contract_menus import WITHIN, cheap_count, cheaper_epsilon, contest_left, dear_count, dear_epsilon, kept
from .same_pool import compared

precision = Term(formulas.precision)
weighed = cheap_count * precision.at(epsilon=cheaper_epsilon) + dear_count * precision.at(epsilon=dear_epsilon)
"""Σ m tanh²(ε/2), the larger the better."""
left = kept(cheaper_epsilon, dear_epsilon)
"""What owners keep in the mean."""


def clients(more: bool, pool: str, best: str, edge: str, far: str) -> Claim:
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
    start = {"cheap": "1", "dear": "3/2", "cheap_count": "10", "dear_count": "10", "reward_pool": pool}
    numbers = {role: Fraction(value) for role, value in start.items()}
    text = f"ε′ {'>' if more else '<'} {edge}"
    beyond = {text: compared(dear_epsilon, number(Fraction(edge)), more)}
    return Claim(
        f"stackelberg/fig-13-{'above' if more else 'below'}-group-weighted-unequal",
        f"With unequal costs clients have {'more' if more else 'less'} in the mean than by the contract of IC-MLE with "
        "its own estimator, which weighs groups by their precision, for the same pool.",
        "Zhou 2023, figure 13, which is drawn at equal costs",
        ClaimVerdict.REFUTED,
        (
            OnBox(
                {"dear_epsilon": (far, edge) if more else (edge, far)},
                weighed.at(**numbers) < weighed.at(**numbers, dear_epsilon=Fraction(best)),
                f"the best menu has {text}",
            ),
            Step(
                Sentence(
                    {"ε′ ≥ 0": dear_epsilon >= 0, **beyond},
                    compared(left.at(**numbers), contest_left.at(**numbers), more),
                ),
                f"every menu with {text} leaves {'more' if more else 'less'} than the contest",
            ),
            Counterexample(
                {**WITHIN, **beyond},
                compared(contest_left, left, more),
                costs={"in the contest": contest_left, "by the contract": left},
                start={**start, "dear_epsilon": best},
                kept=True,
            ),
        ),
        attribution=Attribution.READING,
    )


GROUP_WEIGHTED = (
    clients(True, pool="60", best="19/12", edge="6/5", far="0"),
    clients(False, pool="40", best="0", edge="4/5", far="4/3"),
)
