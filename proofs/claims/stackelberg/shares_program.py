"""The convex programme whose optimum is the equilibrium: how a solver that takes no games computes it."""

from __future__ import annotations

import numpy as np

from ....formulations.stackelberg.contest import shares_objective
from ...kernel.sentence import Induction, Sentence
from ...kernel.terms import applied, roles
from ..claim import Claim, ClaimVerdict, Counterexample, ForAnyNumber, Lemma, Step
from .vocabulary import COST, RATIO
from .vocabulary import share as equilibrium_share

share, cost, ratio, above_line, below_line = roles("share cost ratio above_line below_line")

one_term = applied(lambda a, s, c: shares_objective(a, np.array([s]), np.array([c])), share, cost)
"""What one client adds to the shares' programme."""
rise = one_term.slope(share)
not_below = rise >= -ratio
or_no_share = ((rise + ratio) * share).equals(0)

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
                    "s ≥ 0": share >= 0,
                    "the slope is at least −z": not_below,
                    "and is −z if s > 0": or_no_share,
                },
                share.equals(equilibrium_share),
                degree=4,
            ),
            "they give the shares",
        ),
        Step(
            Sentence({**COST, **RATIO}, not_below.at(share=equilibrium_share), degree=4),
            "at the shares the slope is at least −z",
        ),
        Step(
            Sentence({**COST, **RATIO, "s = max(0, 1 − ρᵢz)": share.equals(equilibrium_share)}, or_no_share, degree=4),
            "and is −z where they are positive",
        ),
        Lemma("stackelberg/equilibrium-by-shares"),
    ),
    variant=Counterexample({**COST, **RATIO, "s ≥ 0": share >= 0}, share.equals(equilibrium_share)),
)

TOTAL_FROM_SHARES = Claim(
    "stackelberg/total-from-shares",
    "The shares of the programme give the total: Z/B = Σsᵢ(1 − sᵢ)/Σsᵢρᵢ.",
    "theorem: how budgets are read off the shares",
    ClaimVerdict.PROVED,
    (
        ForAnyNumber(
            Induction(
                {"above_line": equilibrium_share * (1 - equilibrium_share), "below_line": equilibrium_share * cost},
                (above_line.equals(ratio * below_line),),
                given=RATIO,
                member=COST,
                closing={"somebody takes part": below_line > 0},
                goal=(above_line / below_line).equals(ratio),
            ),
            "for every number of clients the quotient is z",
        ),
    ),
    variant=Counterexample(
        {**RATIO, **COST, "ρ z < 1": cost * ratio < 1}, (1 / (equilibrium_share * cost)).equals(ratio)
    ),
)

PROGRAMME_CLAIMS = (PROGRAMME, TOTAL_FROM_SHARES)
