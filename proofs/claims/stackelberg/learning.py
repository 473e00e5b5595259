"""A server that learns what money buys from a round at an equilibrium, and what it is told by those who know it."""

from __future__ import annotations

from fractions import Fraction

from ....formulations.stackelberg import contest
from ...kernel.sentence import Sentence
from ...kernel.terms import Term, maximum, roles
from ..claim import Attribution, Claim, ClaimVerdict, Counterexample, Lemma, Step
from .capped_pool import AT_MARKET, MARKET, SOME_POOL, cheap_at_caps, dear_sells, earned, ratio_of_market
from .leader import SERVER
from .reports import TWO_ALIKE, ratio_by_report, reported
from .vocabulary import POOL, best_pool, budget, optimal_pool, revenue

alpha, beta, ratio, client_count, reward_pool, total = roles("alpha beta ratio client_count reward_pool total")
misread, cheap, cap, report, cost, round_count = roles("misread cheap cap report cost round_count")

learned = Term(contest.learned_pool).at(counted=client_count, revenue=revenue)
"""The pool that is best by what one has bought, for the logarithmic revenue of the mean over all."""

AT_FIRST = {**SERVER, **POOL, "E = Bz": total.equals(reward_pool * ratio)}
ONE_ROUND = Claim(
    "stackelberg/one-round-reveals-the-pool",
    "Without caps, with the mean over all, one round at an equilibrium, in which a pool B > 0 buys a total E, reveals "
    "the best pool: it is max(0, β − NB/(αE)), whatever B was.",
    "theorem (a server that learns; Zhou 2023, section 3.1)",
    ClaimVerdict.PROVED,
    (
        Step(Sentence(AT_FIRST, learned.equals(optimal_pool), degree=4), "the best"),
        Step(
            Sentence(
                AT_FIRST, optimal_pool.equals(maximum(beta - client_count * reward_pool / (alpha * total), 0)), degree=4
            ),
            "the formula",
        ),
        Lemma("stackelberg/leader-optimum"),
        Lemma("stackelberg/equilibrium-has-shares"),
    ),
    variant=Counterexample(AT_FIRST, learned.at(total=2 * total).equals(optimal_pool)),
)

misled = learned.at(total=reward_pool * ratio * (1 + misread))
"""The pool that is learned from a sum that is misread."""
READ = {**SERVER, **POOL, "1 + δ > 0": 1 + misread > 0}
MISREAD = Claim(
    "stackelberg/misread-sum-moves-the-pool",
    "A server that learns and reads the total with a relative error δ moves its pool by (β − B*)δ/(1 + δ), "
    "where both pools are positive.",
    "theorem (a server that learns)",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                {**READ, "B* > 0": optimal_pool > 0, "the pool it moves to is positive": misled > 0},
                (misled - optimal_pool).equals((beta - optimal_pool) * misread / (1 + misread)),
                degree=4,
            )
        ),
        Lemma("stackelberg/one-round-reveals-the-pool"),
    ),
    variant=Counterexample(
        READ,
        (misled - optimal_pool).equals((beta - optimal_pool) * misread),
        start={"misread": "1", "ratio": "1", "client_count": "2", "reward_pool": "1", "alpha": "4", "beta": "2"},
    ),
)

learned_of_three = learned.at(total=reward_pool * ratio_of_market, client_count=3)
"""The pool that is learned from a round of three clients at which no cap binds."""
missed = earned - earned.at(pool=learned_of_three)
"""What the pool that is learned earns less than another, where the cheap clients are at their caps."""

UNDER_CAPS = Claim(
    "stackelberg/one-round-reveals-the-pool-under-caps",
    "Under caps, too, the pool that is best by what a round at an equilibrium has bought is the best.",
    "theorem sought, without its hypothesis about caps",
    ClaimVerdict.REFUTED,
    (
        Counterexample(
            {
                **MARKET,
                "B₁ > 0": reward_pool > 0,
                "no cap binds at B₁": budget.at(cost=cheap, ratio=ratio_of_market) <= cap,
                **SOME_POOL,
                "the cheap clients are at their caps": cheap_at_caps,
                "the dear one sells": dear_sells,
                "the cheap clients are at their caps at the learned pool": cheap_at_caps.at(pool=learned_of_three),
                "the dear one sells at the learned pool": dear_sells.at(pool=learned_of_three),
            },
            missed <= 0,
            costs={"lost by the pool that is learned": missed, "the pool that is learned": learned_of_three},
            start={**AT_MARKET, "reward_pool": "1/5"},
            kept=True,
        ),
        Lemma("stackelberg/one-round-reveals-the-pool"),
    ),
    attribution=Attribution.READING,
)

believed = best_pool.at(ratio=ratio_by_report, client_count=2)
"""The pool that the server learns from a round that a client plays as if its cost were another, where positive."""
first_pool = believed.at(report=cost)
"""The pool of the first round: the best at the true costs, where that is positive."""
gain = (
    reported.at(reward_pool=first_pool)
    + (round_count - 2) * reported.at(reward_pool=believed)
    + reported.at(reward_pool=believed, report=cost)
    - round_count * reported.at(reward_pool=first_pool, report=cost)
)
"""What a client gains in T rounds by playing all but the last as if its cost were another."""

GAMED = Claim(
    "stackelberg/learning-server-is-not-gamed",
    "Nobody gains over two rounds by playing the first as if its cost were another, where the server learns from it "
    "what money buys: what is incentive compatible in a round is so over rounds.",
    "Zhou 2023, section 3.1, read of a server that learns from rounds",
    ClaimVerdict.REFUTED,
    (
        Counterexample(
            {"report > 0": report > 0, **TWO_ALIKE},
            gain.at(round_count=2) <= 0,
            costs={"gained over two rounds": gain.at(round_count=2), "the pool that the server is led to": believed},
            start={"report": "1/2", "cost": "1", "other": "1", "alpha": "4", "beta": "2"},
            kept=True,
        ),
        Lemma("stackelberg/one-round-reveals-the-pool"),
    ),
    attribution=Attribution.READING,
)

gain_of_two_alike = gain.at(report=Fraction(1, 2), cost=1, other=1, alpha=4, beta=2)
"""The gain of costs (1, 1), at α = 4, β = 2, of who plays as if its cost were 1/2."""
ROUNDS_AT_LEAST = {"T ≥ 2": round_count >= 2}
GROWS = Claim(
    "stackelberg/gain-of-pretending-grows",
    "Of costs (1, 1), at α = 4, β = 2, a client who plays all but the last of T ≥ 2 rounds as if its cost were 1/2 "
    "gains 5/144 + (T − 2)/36: no bound on what pretending gains is free of T.",
    "theorem (a server that learns)",
    ClaimVerdict.PROVED,
    (
        Step(Sentence(ROUNDS_AT_LEAST, gain_of_two_alike.equals(Fraction(5, 144) + (round_count - 2) / 36))),
        Lemma("stackelberg/one-round-reveals-the-pool"),
    ),
    variant=Counterexample(ROUNDS_AT_LEAST, gain_of_two_alike <= Fraction(5, 144), start={"round_count": "3"}),
)

LEARNING = (ONE_ROUND, MISREAD, UNDER_CAPS, GAMED, GROWS)
