"""What the safe cone, the barrier and the bounds on prices cost at most (PIECE, eq. 26)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ....formulations.algebra import Algebra, Formula, read
from ....formulations.versions.losses import squared_loss
from ....formulations.versions.menu import monotone_slack, proportional_slack
from ...kernel.sentence import Induction, Sentence, above, at_least, at_most, below, equal, slope
from ..claim import Claim, ClaimVerdict, Counterexample, ForAnyNumber, Step
from .bundles import DEALER


def kept(a: Algebra, weight: Any, ratio: Any) -> Any:
    """What is kept of a price: q = x r, where r is the least price per weight of a version that is no heavier."""
    return weight * ratio


HALF_REVENUE = Claim(
    "pricing/half-revenue",
    "Of a menu v that cannot be arbitraged in any way, q_j = x_j min over i ≤ j of v_i/x_i is in the safe cone and "
    "keeps more than half of every positive price, hence at least half of the revenue, since whoever bought at v still "
    "buys at q ≤ v.",
    f"theorem; {DEALER}",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                {
                    "x > 0": lambda a, weight: above(weight, 0),
                    "x′ > x": lambda a, weight, next_weight: above(next_weight, weight),
                    "v′ ≥ v": lambda a, price, next_price: at_least(monotone_slack(a, price, next_price), 0),
                    "q ≤ v": lambda a, weight, ratio, price: at_most(kept(a, weight, ratio), price),
                    "r ≥ 0": lambda a, ratio: at_least(ratio, 0),
                },
                lambda a, weight, next_weight, ratio, next_price: at_least(
                    monotone_slack(
                        a, kept(a, weight, ratio), kept(a, next_weight, a.minimum(ratio, next_price / next_weight))
                    ),
                    0,
                ),
            ),
            "q does not fall",
        ),
        Step(
            Sentence(
                {
                    "x > 0": lambda a, weight: above(weight, 0),
                    "x′ > x": lambda a, weight, next_weight: above(next_weight, weight),
                },
                lambda a, weight, next_weight, ratio, next_price: at_least(
                    proportional_slack(
                        a,
                        kept(a, weight, ratio),
                        weight,
                        kept(a, next_weight, a.minimum(ratio, next_price / next_weight)),
                        next_weight,
                    ),
                    0,
                ),
            ),
            "q per weight does not rise",
        ),
        Step(
            Sentence(
                {
                    "xᵢ > 0": lambda a, weight: above(weight, 0),
                    "vᵢ > 0": lambda a, price: above(price, 0),
                    "x ≥ xᵢ": lambda a, weight, goal_weight: at_least(goal_weight, weight),
                    "n copies are the fewest that cover x": lambda a, copy_count, weight, goal_weight: below(
                        copy_count * weight, goal_weight + weight
                    ),
                    "n copies do not undercut v": lambda a, copy_count, price, goal_price: at_most(
                        goal_price, copy_count * price
                    ),
                },
                lambda a, weight, price, goal_weight, goal_price: below(
                    goal_price, 2 * kept(a, goal_weight, price / weight)
                ),
            ),
            "v < 2q",
        ),
        ForAnyNumber(
            Induction(
                {"before": lambda a, price: price, "after": lambda a, lower_price: lower_price},
                (lambda a, before, after: at_least(2 * after, before),),
                member={"v < 2q": lambda a, price, lower_price: below(price, 2 * lower_price)},
            ),
            "for every number of buyers, those who bought at v pay at least half of it at q",
            "revenue",
        ),
    ),
    variant=Counterexample(
        {
            "xᵢ > 0": lambda a, weight: above(weight, 0),
            "vᵢ > 0": lambda a, price: above(price, 0),
            "x ≥ xᵢ": lambda a, weight, goal_weight: at_least(goal_weight, weight),
            "n copies are the fewest that cover x": lambda a, copy_count, weight, goal_weight: below(
                copy_count * weight, goal_weight + weight
            ),
            "n copies do not undercut v": lambda a, copy_count, price, goal_price: at_most(
                goal_price, copy_count * price
            ),
        },
        lambda a, weight, price, goal_weight, goal_price: at_most(goal_price, kept(a, goal_weight, price / weight)),
    ),
)
BARRIER: Mapping[str, Formula] = {"λ > 0": lambda a, barrier: above(barrier, 0)}
SLACKS: Mapping[str, Formula] = {
    "s(v) > 0": lambda a, slack: above(slack, 0),
    "s(u) ≥ 0": lambda a, other_slack: at_least(other_slack, 0),
}


def tangent(a: Algebra, price: Any, other_price: Any, target: Any) -> Any:
    """The squared loss's tangent at one price, at another."""
    steepness = read(slope(squared_loss, "price"), a, {"price": price, "target": target})
    return squared_loss(a, price, target) + steepness * (other_price - price)


def log_slope(a: Algebra, slack: Any, other_slack: Any) -> Any:
    """The slope of ln s at v towards u, since s is linear: (s(u) − s(v))/s(v)."""
    return (other_slack - slack) / slack


BARRIER_BOUND = Claim(
    "pricing/piece-26-barrier-bound",
    "The loss of the barrier problem's prices exceeds that of any menu in the cone by at most the number of logarithms "
    "over λ, 2k − 1 for k versions, whatever the convex loss.",
    "PIECE, eq. 26; Boyd & Vandenberghe 2004, section 11.2",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                {},
                lambda a, price, next_price, other_price, other_next_price: equal(
                    monotone_slack(a, other_price - price, other_next_price - next_price),
                    monotone_slack(a, other_price, other_next_price) - monotone_slack(a, price, next_price),
                ),
            ),
            "one kind of slack is linear",
        ),
        Step(
            Sentence(
                {"x′ > 0": lambda a, next_weight: above(next_weight, 0)},
                lambda a, price, next_price, other_price, other_next_price, weight, next_weight: equal(
                    proportional_slack(a, other_price - price, weight, other_next_price - next_price, next_weight),
                    proportional_slack(a, other_price, weight, other_next_price, next_weight)
                    - proportional_slack(a, price, weight, next_price, next_weight),
                ),
            ),
            "the other kind is linear",
        ),
        Step(
            Sentence(
                {},
                lambda a, price, other_price, target: at_least(
                    squared_loss(a, other_price, target), tangent(a, price, other_price, target)
                ),
            ),
            "the squared loss is convex",
        ),
        ForAnyNumber(
            Induction(
                {"log_change": log_slope, "logarithm_count": lambda a: a.number(1)},
                (lambda a, log_change, logarithm_count: at_least(log_change + logarithm_count, 0),),
                given=BARRIER,
                member=SLACKS,
                closing={
                    "v is stationary: λ times the loss's slope towards u is that of the logarithms": (
                        lambda a, barrier, loss_change, log_change: equal(barrier * loss_change, log_change)
                    ),
                    "the loss is convex": lambda a, loss, other_loss, loss_change: at_least(
                        other_loss, loss + loss_change
                    ),
                },
                goal=lambda a, barrier, loss, other_loss, logarithm_count: at_most(
                    barrier * (loss - other_loss), logarithm_count
                ),
            ),
            "for every number of logarithms and any menu u in the cone",
        ),
    ),
    variant=Counterexample(
        {
            **BARRIER,
            **SLACKS,
            "v is stationary": lambda a, barrier, loss_change, slack, other_slack: equal(
                barrier * loss_change, log_slope(a, slack, other_slack)
            ),
            "the loss is convex": lambda a, loss, other_loss, loss_change: at_least(other_loss, loss + loss_change),
        },
        lambda a, barrier, loss, other_loss: at_most(2 * barrier * (loss - other_loss), 1),
        start={"barrier": "1", "slack": "1", "other_slack": "0", "loss_change": "-1", "loss": "1", "other_loss": "0"},
    ),
)
CAPPED = Claim(
    "pricing/capped-at-the-largest-target",
    "Cutting the prices of a menu in the cone at any level leaves them in the cone, so that by the squared loss no "
    "optimal price exceeds the largest surveyed one.",
    "theorem; why the prices' bounds lose nothing",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                {
                    "x > 0": lambda a, weight: above(weight, 0),
                    "x′ > x": lambda a, weight, next_weight: above(next_weight, weight),
                    "c ≥ 0": lambda a, level: at_least(level, 0),
                    "v/x ≥ v′/x′": lambda a, price, weight, next_price, next_weight: at_least(
                        proportional_slack(a, price, weight, next_price, next_weight), 0
                    ),
                },
                lambda a, price, weight, next_price, next_weight, level: at_least(
                    proportional_slack(a, a.minimum(price, level), weight, a.minimum(next_price, level), next_weight), 0
                ),
            ),
            "the price per weight does not rise",
        ),
        Step(
            Sentence(
                {"v′ ≥ v": lambda a, price, next_price: at_least(monotone_slack(a, price, next_price), 0)},
                lambda a, price, next_price, level: at_least(
                    monotone_slack(a, a.minimum(price, level), a.minimum(next_price, level)), 0
                ),
            ),
            "prices do not fall",
        ),
        Step(
            Sentence(
                {
                    "P ≤ c": lambda a, target, level: at_most(target, level),
                    "v > c": lambda a, price, level: above(price, level),
                },
                lambda a, price, target, level: below(squared_loss(a, level, target), squared_loss(a, price, target)),
            ),
            "the squared loss falls",
        ),
    ),
    variant=Counterexample(
        {
            "x > 0": lambda a, weight: above(weight, 0),
            "x′ > x": lambda a, weight, next_weight: above(next_weight, weight),
            "c ≥ 0": lambda a, level: at_least(level, 0),
            "v/x ≥ v′/x′": lambda a, price, weight, next_price, next_weight: at_least(
                proportional_slack(a, price, weight, next_price, next_weight), 0
            ),
        },
        lambda a, price, weight, next_price, next_weight, level: at_least(
            proportional_slack(a, a.minimum(price, level), weight, next_price, next_weight), 0
        ),
    ),
)
