"""What figures 9 to 12 of Zhou 2023 say of the optimal pool: as α and β grow, in words and as it is drawn."""

from __future__ import annotations

from fractions import Fraction

from ...kernel.sentence import Sentence
from ...kernel.terms import roles
from ..claim import Attribution, Claim, ClaimVerdict, Counterexample, Erratum, Lemma, Step
from .leader import SERVER, WORTH, at_best
from .vocabulary import best_pool, optimal_pool

alpha, beta, larger, ratio, client_count = roles("alpha beta larger ratio client_count")

IS_OPTIMAL = Lemma("stackelberg/leader-optimum")
MORE_ALPHA = {"α < α′": alpha < larger}
MORE_BETA = {"β < β′": beta < larger}
SOME_POOL = {"β − N/(αz) > 0": best_pool > 0}

at_more_alpha, at_more_beta = optimal_pool.at(alpha=larger), optimal_pool.at(beta=larger)
rises_in_alpha, rises_in_beta = at_more_alpha > optimal_pool, at_more_beta > optimal_pool
DRAWN = {"client_count": 100, "ratio": 99}
"""The parameters of figures 9 to 12, where all take part."""

FIGURE_9 = Claim(
    "stackelberg/fig-9-pool-in-alpha",
    "The optimal pool never falls as α rises; where it is positive it rises, and is N/(αz) below β.",
    "what is right of Zhou 2023, figure 9",
    ClaimVerdict.PROVED,
    (
        Step(Sentence({**SERVER, **MORE_ALPHA}, at_more_alpha >= optimal_pool, degree=4), "never falls"),
        Step(
            Sentence(
                {**SERVER, **MORE_ALPHA, **SOME_POOL},
                rises_in_alpha,
                lemmas=((larger - alpha) * ratio * beta > 0, best_pool.at(alpha=larger) > best_pool),
                degree=4,
            ),
            "rises",
        ),
        Step(
            Sentence({**SERVER, **SOME_POOL}, (beta - optimal_pool).equals(client_count / (alpha * ratio)), degree=4),
            "how far below",
        ),
        IS_OPTIMAL,
    ),
    variant=Counterexample({**SERVER, **MORE_ALPHA}, rises_in_alpha),
)

FIGURE_9_PRINTED = Claim(
    "stackelberg/fig-9-pool-rises",
    "The optimal pool rises with α, whatever it is.",
    "Zhou 2023, figure 9: its words, beyond the parameters it is drawn for",
    ClaimVerdict.REFUTED,
    (
        Counterexample(
            {**SERVER, **MORE_ALPHA},
            rises_in_alpha,
            costs={"β − N/(αz) before": best_pool, "and after": best_pool.at(alpha=larger)},
            start={"client_count": "2", "ratio": "1/2", "alpha": "1", "larger": "2", "beta": "1"},
            kept=True,
        ),
    ),
    attribution=Attribution.PRINTED,
    erratum=Erratum(
        "figure 9, as a rule: B* rises with α",
        "B* = max(0, β − N/(αz)) never falls, and rises where it is positive, as in the figure",
        "stackelberg/fig-9-pool-in-alpha",
    ),
)

ALPHA_DRAWN = {"α ≥ 1/5": alpha >= Fraction(1, 5)}
FIGURE_9_DRAWN = Claim(
    "stackelberg/fig-9-as-drawn",
    "As it is drawn, with N = 100, R = 1, β = 10 and α ≥ 1/5, all taking part, the optimal pool is positive and rises "
    "with α.",
    "Zhou 2023, figure 9",
    ClaimVerdict.PROVED,
    (
        Step(Sentence({**ALPHA_DRAWN, **MORE_ALPHA}, rises_in_alpha.at(**DRAWN, beta=10), degree=4), "rises"),
        Step(Sentence(ALPHA_DRAWN, optimal_pool.at(**DRAWN, beta=10) > 0, degree=4), "positive"),
        IS_OPTIMAL,
    ),
    variant=Counterexample({"α > 0": alpha > 0, **MORE_ALPHA}, rises_in_alpha.at(**DRAWN, beta=10)),
    attribution=Attribution.PRINTED,
)

FIGURE_10 = Claim(
    "stackelberg/fig-10-pool-in-beta",
    "The optimal pool never falls as β rises; where it is positive it rises by as much as β.",
    "what is right of Zhou 2023, figure 10",
    ClaimVerdict.PROVED,
    (
        Step(Sentence({**SERVER, **MORE_BETA}, at_more_beta >= optimal_pool, degree=4), "never falls"),
        Step(
            Sentence(
                {**SERVER, **MORE_BETA, **SOME_POOL}, (at_more_beta - optimal_pool).equals(larger - beta), degree=4
            ),
            "one for one",
        ),
        IS_OPTIMAL,
    ),
    variant=Counterexample({**SERVER, **MORE_BETA}, rises_in_beta),
)

FIGURE_10_PRINTED = Claim(
    "stackelberg/fig-10-pool-rises",
    "The optimal pool rises with β, whatever it is.",
    "Zhou 2023, figure 10: its words, beyond the parameters it is drawn for",
    ClaimVerdict.REFUTED,
    (
        Counterexample(
            {**SERVER, **MORE_BETA},
            rises_in_beta,
            costs={"β − N/(αz) before": best_pool, "and after": best_pool.at(beta=larger)},
            start={"client_count": "2", "ratio": "1/2", "alpha": "1", "beta": "2", "larger": "39/10"},
            kept=True,
        ),
    ),
    attribution=Attribution.PRINTED,
    erratum=Erratum(
        "figure 10, as a rule: B* rises with β",
        "B* = max(0, β − N/(αz)) never falls, and rises where it is positive, as in the figure",
        "stackelberg/fig-10-pool-in-beta",
    ),
)

FIGURE_10_DRAWN = Claim(
    "stackelberg/fig-10-as-drawn",
    "As it is drawn, with N = 100, R = 1, α = 10 and β ≥ 1, all taking part, the optimal pool rises with β.",
    "Zhou 2023, figure 10",
    ClaimVerdict.PROVED,
    (Step(Sentence({"β ≥ 1": beta >= 1, **MORE_BETA}, rises_in_beta.at(**DRAWN, alpha=10), degree=4)), IS_OPTIMAL),
    variant=Counterexample({"β > 0": beta > 0, **MORE_BETA}, rises_in_beta.at(**DRAWN, alpha=10)),
    attribution=Attribution.PRINTED,
)

FIGURE_11 = Claim(
    "stackelberg/fig-11-utility-in-alpha",
    "The server's utility at the optimal pool rises with α, wherever any pool pays.",
    "Zhou 2023, figure 11",
    ClaimVerdict.PROVED,
    (Step(Sentence(WORTH, at_best.slope(alpha) > 0)), IS_OPTIMAL),
    variant=Counterexample(WORTH, at_best.slope(alpha) > 1),
    attribution=Attribution.PRINTED,
)

FIGURE_12 = Claim(
    "stackelberg/fig-12-utility-in-beta",
    "The server's utility at the optimal pool rises with β, wherever any pool pays.",
    "Zhou 2023, figure 12",
    ClaimVerdict.PROVED,
    (Step(Sentence(WORTH, at_best.slope(beta) > 0, degree=4)), IS_OPTIMAL),
    variant=Counterexample(WORTH, at_best.slope(beta) > 1),
    attribution=Attribution.PRINTED,
)

POOL_FIGURES = (
    FIGURE_9,
    FIGURE_9_PRINTED,
    FIGURE_9_DRAWN,
    FIGURE_10,
    FIGURE_10_PRINTED,
    FIGURE_10_DRAWN,
    FIGURE_11,
    FIGURE_12,
)
