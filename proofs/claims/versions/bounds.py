"""What the safe cone, the barrier and the bounds on prices cost at most (PIECE, eq. 26)."""

from __future__ import annotations

from ....formulations.versions import losses
from ...kernel.sentence import Induction, Sentence
from ...kernel.terms import Term, minimum, number, roles
from ..claim import Claim, ClaimVerdict, Counterexample, ForAnyNumber, Step
from .vocabulary import DEALER, ORDERED, RISING, WEIGHT, monotone, proportional

weight, next_weight, goal_weight, ratio, level = roles("weight next_weight goal_weight ratio level")
price, next_price, goal_price, lower_price, target = roles("price next_price goal_price lower_price target")
other_price, other_next_price, copy_count, before, after = roles("other_price other_next_price copy_count before after")
barrier, slack, other_slack, log_change, logarithm_count = roles("barrier slack other_slack log_change logarithm_count")
loss, other_loss, loss_change = roles("loss other_loss loss_change")

kept = weight * ratio
"""What is kept of a price: q = x r, where r is the least price per weight of a version that is no heavier."""
KEPT = {"price": kept, "next_price": kept.at(weight=next_weight, ratio=minimum(ratio, next_price / next_weight))}
COPIES = {
    "xᵢ > 0": weight > 0,
    "vᵢ > 0": price > 0,
    "x ≥ xᵢ": goal_weight >= weight,
    "n copies are the fewest that cover x": copy_count * weight < goal_weight + weight,
    "n copies do not undercut v": goal_price <= copy_count * price,
}
kept_of_goal = kept.at(weight=goal_weight, ratio=price / weight)
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
                {**WEIGHT, **ORDERED, **RISING, "q ≤ v": kept <= price, "r ≥ 0": ratio >= 0}, monotone.at(**KEPT) >= 0
            ),
            "q does not fall",
        ),
        Step(Sentence({**WEIGHT, **ORDERED}, proportional.at(**KEPT) >= 0), "q per weight does not rise"),
        Step(Sentence(COPIES, goal_price < 2 * kept_of_goal), "v < 2q"),
        ForAnyNumber(
            Induction(
                {"before": price, "after": lower_price},
                (2 * after >= before,),
                member={"v < 2q": price < 2 * lower_price},
            ),
            "for every number of buyers, those who bought at v pay at least half of it at q",
            "revenue",
        ),
    ),
    variant=Counterexample(COPIES, goal_price <= kept_of_goal),
)
BARRIER = {"λ > 0": barrier > 0}
SLACKS = {"s(v) > 0": slack > 0, "s(u) ≥ 0": other_slack >= 0}
CONVEX = {"the loss is convex": other_loss >= loss + loss_change}
OTHER = {"price": other_price, "next_price": other_next_price}
APART = {"price": other_price - price, "next_price": other_next_price - next_price}

squared_loss = Term(losses.squared_loss)
tangent = squared_loss + squared_loss.slope(price) * (other_price - price)
"""The squared loss's tangent at one price, at another."""
log_slope = (other_slack - slack) / slack
"""The slope of ln s at v towards u, since s is linear: (s(u) − s(v))/s(v)."""
BARRIER_BOUND = Claim(
    "pricing/piece-26-barrier-bound",
    "The loss of the barrier problem's prices exceeds that of any menu in the cone by at most the number of logarithms "
    "over λ, 2k − 1 for k versions, whatever the convex loss.",
    "PIECE, eq. 26; Boyd & Vandenberghe 2004, section 11.2",
    ClaimVerdict.PROVED,
    (
        Step(Sentence({}, monotone.at(**APART).equals(monotone.at(**OTHER) - monotone)), "one kind of slack is linear"),
        Step(
            Sentence(
                {"x′ > 0": next_weight > 0}, proportional.at(**APART).equals(proportional.at(**OTHER) - proportional)
            ),
            "the other kind is linear",
        ),
        Step(Sentence({}, squared_loss.at(price=other_price) >= tangent), "the squared loss is convex"),
        ForAnyNumber(
            Induction(
                {"log_change": log_slope, "logarithm_count": number(1)},
                (log_change + logarithm_count >= 0,),
                given=BARRIER,
                member=SLACKS,
                closing={
                    "v is stationary: λ times the loss's slope towards u is that of the logarithms": (
                        (barrier * loss_change).equals(log_change)
                    ),
                    **CONVEX,
                },
                goal=barrier * (loss - other_loss) <= logarithm_count,
            ),
            "for every number of logarithms and any menu u in the cone",
        ),
    ),
    variant=Counterexample(
        {**BARRIER, **SLACKS, "v is stationary": (barrier * loss_change).equals(log_slope), **CONVEX},
        2 * barrier * (loss - other_loss) <= 1,
        start={"barrier": "1", "slack": "1", "other_slack": "0", "loss_change": "-1", "loss": "1", "other_loss": "0"},
    ),
)
CUT = {"price": minimum(price, level), "next_price": minimum(next_price, level)}
SAFE = {**WEIGHT, **ORDERED, "c ≥ 0": level >= 0, "v/x ≥ v′/x′": proportional >= 0}
CAPPED = Claim(
    "pricing/capped-at-the-largest-target",
    "Cutting the prices of a menu in the cone at any level leaves them in the cone, so that by the squared loss no "
    "optimal price exceeds the largest surveyed one.",
    "theorem; why the prices' bounds lose nothing",
    ClaimVerdict.PROVED,
    (
        Step(Sentence(SAFE, proportional.at(**CUT) >= 0), "the price per weight does not rise"),
        Step(Sentence(RISING, monotone.at(**CUT) >= 0), "prices do not fall"),
        Step(
            Sentence({"P ≤ c": target <= level, "v > c": price > level}, squared_loss.at(price=level) < squared_loss),
            "the squared loss falls",
        ),
    ),
    variant=Counterexample(SAFE, proportional.at(price=CUT["price"]) >= 0),
)
