"""What figures 9 to 12 of Zhou 2023 say of the optimal pool: as α and β grow, in words and as it is drawn."""

from __future__ import annotations

from collections.abc import Mapping

from ....formulations.algebra import Formula
from ...kernel.sentence import Sentence, above, at_least, below, equal, slope, substitute
from ..claim import Attribution, Claim, ClaimVerdict, Counterexample, Erratum, Lemma, Step
from .leader import SERVER, WORTH, at_best
from .terms import best_pool, optimal_pool


def drawn(formula: Formula, **parameters: int) -> Formula:
    """Return a formula with the parameters of figures 9 to 12, where all take part."""
    fixed = {"client_count": 100, "ratio": 99, **parameters}
    return substitute(formula, **{name: number_of(value) for name, value in fixed.items()})


def number_of(value: int) -> Formula:
    """Return the formula that is a number."""
    return lambda a: a.number(value)


def at_larger(role: str) -> Formula:
    """Return the optimal pool where one of its roles is larger."""
    return substitute(optimal_pool, **{role: lambda a, larger: larger})


larger_best = substitute(best_pool, alpha=lambda a, larger: larger)
MORE_ALPHA: Mapping[str, Formula] = {"α < α′": lambda a, alpha, larger: below(alpha, larger)}
MORE_BETA: Mapping[str, Formula] = {"β < β′": lambda a, beta, larger: below(beta, larger)}
SOME_POOL: Mapping[str, Formula] = {"β − N/(αz) > 0": substitute(lambda a, pool: above(pool, 0), pool=best_pool)}


def rises(role: str) -> Formula:
    """Return that the optimal pool rises with a role."""
    return substitute(lambda a, more, now: above(more, now), more=at_larger(role), now=optimal_pool)


def never_falls(role: str) -> Formula:
    """Return that the optimal pool does not fall as a role rises."""
    return substitute(lambda a, more, now: at_least(more, now), more=at_larger(role), now=optimal_pool)


BEFORE_CLIPPING = {"β − N/(αz) before": best_pool, "and after": larger_best}
FIGURE_9 = Claim(
    "stackelberg/fig-9-pool-in-alpha",
    "The optimal pool never falls as α rises; where it is positive it rises, and is N/(αz) below β.",
    "what is right of Zhou 2023, figure 9",
    ClaimVerdict.PROVED,
    (
        Step(Sentence({**SERVER, **MORE_ALPHA}, never_falls("alpha"), degree=4), "never falls"),
        Step(
            Sentence(
                {**SERVER, **MORE_ALPHA, **SOME_POOL},
                rises("alpha"),
                lemmas=(
                    lambda a, alpha, larger, ratio, beta: above((larger - alpha) * ratio * beta, 0),
                    substitute(lambda a, more, now: above(more, now), more=larger_best, now=best_pool),
                ),
                degree=4,
            ),
            "rises",
        ),
        Step(
            Sentence(
                {**SERVER, **SOME_POOL},
                substitute(
                    lambda a, best, alpha, beta, ratio, client_count: equal(
                        beta - best, client_count / (alpha * ratio)
                    ),
                    best=optimal_pool,
                ),
                degree=4,
            ),
            "how far below",
        ),
        Lemma("stackelberg/leader-optimum"),
    ),
    variant=Counterexample({**SERVER, **MORE_ALPHA}, rises("alpha")),
)


FIGURE_9_PRINTED = Claim(
    "stackelberg/fig-9-pool-rises",
    "The optimal pool rises with α, whatever it is.",
    "Zhou 2023, figure 9: its words, beyond the parameters it is drawn for",
    ClaimVerdict.REFUTED,
    (
        Counterexample(
            {**SERVER, **MORE_ALPHA},
            rises("alpha"),
            costs=BEFORE_CLIPPING,
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


FIGURE_9_DRAWN = Claim(
    "stackelberg/fig-9-as-drawn",
    "As it is drawn, with N = 100, R = 1, β = 10 and α ≥ 1/5, all taking part, the optimal pool is positive and rises "
    "with α.",
    "Zhou 2023, figure 9",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                {"α ≥ 1/5": lambda a, alpha: at_least(alpha, a.number(1) / 5), **MORE_ALPHA},
                drawn(rises("alpha"), beta=10),
                degree=4,
            ),
            "rises",
        ),
        Step(
            Sentence(
                {"α ≥ 1/5": lambda a, alpha: at_least(alpha, a.number(1) / 5)},
                drawn(substitute(lambda a, pool: above(pool, 0), pool=optimal_pool), beta=10),
                degree=4,
            ),
            "positive",
        ),
        Lemma("stackelberg/leader-optimum"),
    ),
    variant=Counterexample({"α > 0": lambda a, alpha: above(alpha, 0), **MORE_ALPHA}, drawn(rises("alpha"), beta=10)),
    attribution=Attribution.PRINTED,
)


FIGURE_10 = Claim(
    "stackelberg/fig-10-pool-in-beta",
    "The optimal pool never falls as β rises; where it is positive it rises by as much as β.",
    "what is right of Zhou 2023, figure 10",
    ClaimVerdict.PROVED,
    (
        Step(Sentence({**SERVER, **MORE_BETA}, never_falls("beta"), degree=4), "never falls"),
        Step(
            Sentence(
                {**SERVER, **MORE_BETA, **SOME_POOL},
                substitute(
                    lambda a, more, now, larger, beta: equal(more - now, larger - beta),
                    more=at_larger("beta"),
                    now=optimal_pool,
                ),
                degree=4,
            ),
            "one for one",
        ),
        Lemma("stackelberg/leader-optimum"),
    ),
    variant=Counterexample({**SERVER, **MORE_BETA}, rises("beta")),
)


FIGURE_10_PRINTED = Claim(
    "stackelberg/fig-10-pool-rises",
    "The optimal pool rises with β, whatever it is.",
    "Zhou 2023, figure 10: its words, beyond the parameters it is drawn for",
    ClaimVerdict.REFUTED,
    (
        Counterexample(
            {**SERVER, **MORE_BETA},
            rises("beta"),
            costs={"β − N/(αz) before": best_pool, "and after": substitute(best_pool, beta=lambda a, larger: larger)},
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
    (
        Step(
            Sentence(
                {"β ≥ 1": lambda a, beta: at_least(beta, 1), **MORE_BETA}, drawn(rises("beta"), alpha=10), degree=4
            )
        ),
        Lemma("stackelberg/leader-optimum"),
    ),
    variant=Counterexample({"β > 0": lambda a, beta: above(beta, 0), **MORE_BETA}, drawn(rises("beta"), alpha=10)),
    attribution=Attribution.PRINTED,
)


FIGURE_11 = Claim(
    "stackelberg/fig-11-utility-in-alpha",
    "The server's utility at the optimal pool rises with α, wherever any pool pays.",
    "Zhou 2023, figure 11",
    ClaimVerdict.PROVED,
    (
        Step(Sentence({**SERVER, **WORTH}, substitute(lambda a, m: above(m, 0), m=slope(at_best, "alpha")))),
        Lemma("stackelberg/leader-optimum"),
    ),
    variant=Counterexample({**SERVER, **WORTH}, substitute(lambda a, m: above(m, 1), m=slope(at_best, "alpha"))),
    attribution=Attribution.PRINTED,
)


FIGURE_12 = Claim(
    "stackelberg/fig-12-utility-in-beta",
    "The server's utility at the optimal pool rises with β, wherever any pool pays.",
    "Zhou 2023, figure 12",
    ClaimVerdict.PROVED,
    (
        Step(Sentence({**SERVER, **WORTH}, substitute(lambda a, m: above(m, 0), m=slope(at_best, "beta")), degree=4)),
        Lemma("stackelberg/leader-optimum"),
    ),
    variant=Counterexample({**SERVER, **WORTH}, substitute(lambda a, m: above(m, 1), m=slope(at_best, "beta"))),
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
