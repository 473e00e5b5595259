"""The convex programme whose optimum is the equilibrium: how a solver that takes no games computes it."""

from __future__ import annotations

from typing import Any

import numpy as np

from ....formulations.algebra import Algebra
from ....formulations.stackelberg.contest import equilibrium_share, shares_objective
from ...kernel.sentence import Induction, Sentence, above, at_least, below, equal, slope, substitute
from ..claim import Claim, ClaimVerdict, Counterexample, ForAnyNumber, Lemma, Step
from .terms import COST, RATIO


def one_term(a: Algebra, share: Any, cost: Any) -> Any:
    """What one client adds to the shares' programme."""
    return shares_objective(a, np.array([share]), np.array([cost]))


def share_at_equilibrium(a: Algebra, cost: Any, ratio: Any) -> Any:
    """A client's share where Z/B is `ratio`."""
    return equilibrium_share(a, cost, ratio)


slope_at_equilibrium = substitute(slope(one_term, "share"), share=share_at_equilibrium)
PROGRAMME = Claim(
    "stackelberg/shares-programme",
    "The optimality conditions of min Σ(1 − sᵢ)²/(2ρᵢ) on the simplex are the equilibrium: with the multiplier z > 0, "
    "they hold exactly where each share is max(0, 1 − ρᵢz).",
    "theorem: how a convex solver computes the equilibrium",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                {
                    **COST,
                    **RATIO,
                    "s ≥ 0": lambda a, share: at_least(share, 0),
                    "the slope is at least −z": substitute(
                        lambda a, m, ratio: at_least(m, -ratio), m=slope(one_term, "share")
                    ),
                    "and is −z if s > 0": substitute(
                        lambda a, m, ratio, share: equal((m + ratio) * share, 0), m=slope(one_term, "share")
                    ),
                },
                lambda a, share, cost, ratio: equal(share, equilibrium_share(a, cost, ratio)),
                degree=4,
            ),
            "they give the shares",
        ),
        Step(
            Sentence(
                {**COST, **RATIO}, substitute(lambda a, m, ratio: at_least(m, -ratio), m=slope_at_equilibrium), degree=4
            ),
            "at the shares the slope is at least −z",
        ),
        Step(
            Sentence(
                {
                    **COST,
                    **RATIO,
                    "s = max(0, 1 − ρᵢz)": substitute(
                        lambda a, share, there: equal(share, there), there=share_at_equilibrium
                    ),
                },
                substitute(lambda a, m, share, ratio: equal((m + ratio) * share, 0), m=slope(one_term, "share")),
                degree=4,
            ),
            "and is −z where they are positive",
        ),
        Lemma("stackelberg/equilibrium-by-shares"),
    ),
    variant=Counterexample(
        {**COST, **RATIO, "s ≥ 0": lambda a, share: at_least(share, 0)},
        lambda a, share, cost, ratio: equal(share, equilibrium_share(a, cost, ratio)),
    ),
)


TOTAL_FROM_SHARES = Claim(
    "stackelberg/total-from-shares",
    "The shares of the programme give the total: Z/B = Σsᵢ(1 − sᵢ)/Σsᵢρᵢ.",
    "theorem: how budgets are read off the shares",
    ClaimVerdict.PROVED,
    (
        ForAnyNumber(
            Induction(
                {
                    "above_line": lambda a, cost, ratio: (
                        equilibrium_share(a, cost, ratio) * (1 - equilibrium_share(a, cost, ratio))
                    ),
                    "below_line": lambda a, cost, ratio: equilibrium_share(a, cost, ratio) * cost,
                },
                (lambda a, above_line, below_line, ratio: equal(above_line, ratio * below_line),),
                given=RATIO,
                member=COST,
                closing={"somebody takes part": lambda a, below_line: above(below_line, 0)},
                goal=lambda a, above_line, below_line, ratio: equal(above_line / below_line, ratio),
            ),
            "for every number of clients the quotient is z",
        ),
    ),
    variant=Counterexample(
        {**RATIO, **COST, "ρ z < 1": lambda a, cost, ratio: below(cost * ratio, 1)},
        lambda a, cost, ratio: equal(1 / (equilibrium_share(a, cost, ratio) * cost), ratio),
    ),
)

PROGRAMME_CLAIMS = (PROGRAMME, TOTAL_FROM_SHARES)
