"""A server that learns what money buys from a round at an equilibrium, and what it is told by those who know it."""

from __future__ import annotations

from typing import Any

from ....formulations.algebra import Algebra
from ....formulations.stackelberg.contest import learned_pool
from ...kernel.sentence import Sentence, above, at_least, at_most, equal, substitute
from ..claim import Attribution, Claim, ClaimVerdict, Counterexample, Lemma, Step
from .capped_pool import MARKET, cheap_at_caps, dear_sells, earned
from .reports import reported
from .terms import (
    COUNT,
    POOL,
    RATIO,
    REVENUE,
    best_pool,
    budget,
    log_revenue,
    optimal_pool,
    ratio_of_three,
    ratio_of_two,
)

READ = {"1 + δ > 0": lambda a, misread: above(1 + misread, 0)}


def learned(a: Algebra, total: Any, client_count: Any, reward_pool: Any, alpha: Any, beta: Any) -> Any:
    """The pool that is best by what one has bought, for the logarithmic revenue of the mean over all."""
    return learned_pool(a, total, client_count, reward_pool, log_revenue(alpha, beta))


AT_FIRST = {
    **COUNT,
    **RATIO,
    **REVENUE,
    **POOL,
    "E = Bz": lambda a, total, ratio, reward_pool: equal(total, reward_pool * ratio),
}
ONE_ROUND = Claim(
    "stackelberg/one-round-reveals-the-pool",
    "Without caps, with the mean over all, one round at an equilibrium, in which a pool B > 0 buys a total E, reveals "
    "the best pool: it is max(0, β − NB/(αE)), whatever B was.",
    "theorem (a server that learns; Zhou 2023, section 3.1)",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                AT_FIRST,
                lambda a, total, ratio, client_count, reward_pool, alpha, beta: equal(
                    learned(a, total, client_count, reward_pool, alpha, beta),
                    optimal_pool(a, ratio, client_count, alpha, beta),
                ),
                degree=4,
            ),
            "the best",
        ),
        Step(
            Sentence(
                AT_FIRST,
                lambda a, total, ratio, client_count, reward_pool, alpha, beta: equal(
                    optimal_pool(a, ratio, client_count, alpha, beta),
                    a.maximum(beta - client_count * reward_pool / (alpha * total), 0),
                ),
                degree=4,
            ),
            "the formula",
        ),
        Lemma("stackelberg/leader-optimum"),
        Lemma("stackelberg/equilibrium-has-shares"),
    ),
    variant=Counterexample(
        AT_FIRST,
        lambda a, total, ratio, client_count, reward_pool, alpha, beta: equal(
            learned(a, 2 * total, client_count, reward_pool, alpha, beta),
            optimal_pool(a, ratio, client_count, alpha, beta),
        ),
    ),
)


def misled(a: Algebra, misread: Any, ratio: Any, client_count: Any, reward_pool: Any, alpha: Any, beta: Any) -> Any:
    """The pool that is learned from a sum that is misread."""
    return learned(a, reward_pool * ratio * (1 + misread), client_count, reward_pool, alpha, beta)


MISREAD = Claim(
    "stackelberg/misread-sum-moves-the-pool",
    "A server that learns and reads the total with a relative error δ moves its pool by (β − B*)δ/(1 + δ), "
    "where both pools are positive.",
    "theorem (a server that learns)",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                {
                    **COUNT,
                    **RATIO,
                    **REVENUE,
                    **POOL,
                    **READ,
                    "B* > 0": lambda a, ratio, client_count, alpha, beta: above(
                        optimal_pool(a, ratio, client_count, alpha, beta), 0
                    ),
                    "the pool it moves to is positive": substitute(lambda a, moved: above(moved, 0), moved=misled),
                },
                lambda a, misread, ratio, client_count, reward_pool, alpha, beta: equal(
                    misled(a, misread, ratio, client_count, reward_pool, alpha, beta)
                    - optimal_pool(a, ratio, client_count, alpha, beta),
                    (beta - optimal_pool(a, ratio, client_count, alpha, beta)) * misread / (1 + misread),
                ),
                degree=4,
            )
        ),
        Lemma("stackelberg/one-round-reveals-the-pool"),
    ),
    variant=Counterexample(
        {**COUNT, **RATIO, **REVENUE, **POOL, **READ},
        lambda a, misread, ratio, client_count, reward_pool, alpha, beta: equal(
            misled(a, misread, ratio, client_count, reward_pool, alpha, beta)
            - optimal_pool(a, ratio, client_count, alpha, beta),
            (beta - optimal_pool(a, ratio, client_count, alpha, beta)) * misread,
        ),
        start={
            "misread": "1",
            "ratio": "1",
            "client_count": "2",
            "reward_pool": "1",
            "alpha": "4",
            "beta": "2",
        },
    ),
)


def learned_of_three(a: Algebra, reward_pool: Any, cheap: Any, dear: Any, alpha: Any, beta: Any) -> Any:
    """The pool that is learned from a round of three clients at which no cap binds."""
    total = reward_pool * ratio_of_three(a, cheap, cheap, dear)
    return learned(a, total, a.number(3), reward_pool, alpha, beta)


def missed(a: Algebra, pool: Any, reward_pool: Any, cheap: Any, dear: Any, cap: Any, alpha: Any, beta: Any) -> Any:
    """What the pool that is learned earns less than another, where the cheap clients are at their caps."""
    there = learned_of_three(a, reward_pool, cheap, dear, alpha, beta)
    return earned(a, pool, dear, cap, alpha, beta) - earned(a, there, dear, cap, alpha, beta)


UNDER_CAPS = Claim(
    "stackelberg/one-round-reveals-the-pool-under-caps",
    "Under caps, too, the pool that is best by what a round at an equilibrium has bought is the best.",
    "theorem sought, without its hypothesis about caps",
    ClaimVerdict.REFUTED,
    (
        Counterexample(
            {
                **MARKET,
                "B₁ > 0": lambda a, reward_pool: above(reward_pool, 0),
                "no cap binds at B₁": lambda a, reward_pool, cheap, dear, cap: at_most(
                    budget(a, cheap, ratio_of_three(a, cheap, cheap, dear), reward_pool), cap
                ),
                "B > 0": lambda a, pool: above(pool, 0),
                "the cheap clients are at their caps": cheap_at_caps,
                "the dear one sells": dear_sells,
                "the cheap clients are at their caps at the learned pool": substitute(
                    cheap_at_caps, pool=learned_of_three
                ),
                "the dear one sells at the learned pool": substitute(dear_sells, pool=learned_of_three),
            },
            lambda a, pool, reward_pool, cheap, dear, cap, alpha, beta: at_most(
                missed(a, pool, reward_pool, cheap, dear, cap, alpha, beta), 0
            ),
            costs={"lost by the pool that is learned": missed, "the pool that is learned": learned_of_three},
            start={
                "alpha": "30",
                "beta": "6",
                "cheap": "1",
                "dear": "3",
                "cap": "1/10",
                "reward_pool": "1/5",
                "pool": "12/5",
            },
            kept=True,
        ),
        Lemma("stackelberg/one-round-reveals-the-pool"),
    ),
    attribution=Attribution.READING,
)


def truthful(a: Algebra, cost: Any, other: Any, alpha: Any, beta: Any) -> Any:
    """What a client gets in one round at the pool that is best at the true costs."""
    return reported(a, cost, cost, other, first_pool(a, cost, other, alpha, beta))


def first_pool(a: Algebra, cost: Any, other: Any, alpha: Any, beta: Any) -> Any:
    """The pool of the first round: the best at the true costs, where that is positive."""
    return best_pool(a, ratio_of_two(a, cost, other), a.number(2), alpha, beta)


def believed(a: Algebra, report: Any, cost: Any, other: Any, alpha: Any, beta: Any) -> Any:
    """The pool that the server learns from a round in which a client plays as if its cost were another, if positive."""
    pool = first_pool(a, cost, other, alpha, beta)
    total = pool * ratio_of_two(a, report, other)
    return best_pool(a, total / pool, a.number(2), alpha, beta)


def gain(a: Algebra, round_count: Any, report: Any, cost: Any, other: Any, alpha: Any, beta: Any) -> Any:
    """What a client gains in T rounds by playing all but the last as if its cost were another."""
    first = reported(a, report, cost, other, first_pool(a, cost, other, alpha, beta))
    pool = believed(a, report, cost, other, alpha, beta)
    between, last = reported(a, report, cost, other, pool), reported(a, cost, cost, other, pool)
    return first + (round_count - 2) * between + last - round_count * truthful(a, cost, other, alpha, beta)


def gain_in_two(a: Algebra, report: Any, cost: Any, other: Any, alpha: Any, beta: Any) -> Any:
    """The same in two rounds."""
    return gain(a, 2, report, cost, other, alpha, beta)


TWO_ALIKE = {
    "ρ₁ = 1": lambda a, cost: equal(cost, 1),
    "ρ₂ = 1": lambda a, other: equal(other, 1),
    "α = 4": lambda a, alpha: equal(alpha, 4),
    "β = 2": lambda a, beta: equal(beta, 2),
}
GAMED = Claim(
    "stackelberg/learning-server-is-not-gamed",
    "Nobody gains over two rounds by playing the first as if its cost were another, where the server learns from it "
    "what money buys: what is incentive compatible in a round is so over rounds.",
    "Zhou 2023, section 3.1, read of a server that learns from rounds",
    ClaimVerdict.REFUTED,
    (
        Counterexample(
            {"report > 0": lambda a, report: above(report, 0), **TWO_ALIKE},
            lambda a, report, cost, other, alpha, beta: at_most(gain_in_two(a, report, cost, other, alpha, beta), 0),
            costs={"gained over two rounds": gain_in_two, "the pool that the server is led to": believed},
            start={"report": "1/2", "cost": "1", "other": "1", "alpha": "4", "beta": "2"},
            kept=True,
        ),
        Lemma("stackelberg/one-round-reveals-the-pool"),
    ),
    attribution=Attribution.READING,
)


def gain_of_two_alike(a: Algebra, round_count: Any) -> Any:
    """The gain of costs (1, 1), at α = 4, β = 2, of who plays as if its cost were 1/2."""
    one = a.number(1)
    return gain(a, round_count, one / 2, one, one, 4 * one, 2 * one)


ROUNDS_AT_LEAST = {"T ≥ 2": lambda a, round_count: at_least(round_count, 2)}
GROWS = Claim(
    "stackelberg/gain-of-pretending-grows",
    "Of costs (1, 1), at α = 4, β = 2, a client who plays all but the last of T ≥ 2 rounds as if its cost were 1/2 "
    "gains 5/144 + (T − 2)/36: no bound on what pretending gains is free of T.",
    "theorem (a server that learns)",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                ROUNDS_AT_LEAST,
                lambda a, round_count: equal(
                    gain_of_two_alike(a, round_count), a.number(5) / 144 + (round_count - 2) / 36
                ),
            )
        ),
        Lemma("stackelberg/one-round-reveals-the-pool"),
    ),
    variant=Counterexample(
        ROUNDS_AT_LEAST,
        lambda a, round_count: at_most(gain_of_two_alike(a, round_count), a.number(5) / 144),
        start={"round_count": "3"},
    ),
)
LEARNING = (ONE_ROUND, MISREAD, UNDER_CAPS, GAMED, GROWS)
