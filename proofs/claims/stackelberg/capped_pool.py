"""The server's pool under caps: when the formula without caps still is right, and what it loses when it is not."""

from __future__ import annotations

from ....formulations.stackelberg import contest
from ...kernel.sentence import Induction, Sentence
from ...kernel.terms import Term, roles, sqrt
from ..claim import Attribution, Claim, ClaimVerdict, Counterexample, ForAnyNumber, Lemma, Step
from .caps import capped_share
from .equilibrium import LEAST_COST, RISING_RATIO, share_at_high, share_at_low
from .leader import ANY_TOTAL, MEAN_VALUE
from .vocabulary import COST, best_pool, ratio_of_three, server, share

alpha, beta, cost, cheap, dear, cap, pool = roles("alpha beta cost cheap dear cap pool")
total, ratio, low, high, least, free, capped = roles("total ratio low high least free capped")

capped_at_high = capped_share.at(ratio=high)
CAP = {"c ≥ 0": cap >= 0}
SOLD = {"Z > 0": total > 0}

CAPS_LOWER = Claim(
    "stackelberg/caps-lower-the-total",
    "At the same pool the clients together sell no more with caps than without: if the shares without caps add up to "
    "one at z₁, the capped ones add up to less at every larger z.",
    "theorem (what a pool is worth with caps)",
    ClaimVerdict.PROVED,
    (
        ForAnyNumber(
            Induction(
                {"free": share_at_low, "capped": capped_at_high},
                (free - capped >= least * (high - low) * free,),
                given={**SOLD, **RISING_RATIO, **LEAST_COST},
                member={"ρᵢ ≥ r, the least cost or 1/z₂": cost >= least, **CAP},
                closing={"Σsᵢ(z₁) = 1 without caps": free.equals(1)},
                goal=capped < 1,
                lemmas=(
                    share_at_low - share_at_high >= least * (high - low) * share_at_low,
                    capped_at_high <= share_at_high,
                ),
                degree=4,
            ),
            "for every number of clients, whatever their caps, an equilibrium with caps has no larger Z/B than without",
        ),
    ),
    variant=Counterexample({**COST, **CAP, **SOLD, "z > 0": high > 0}, capped_at_high < share_at_high),
)

NO_CAP_BINDS = Claim(
    "stackelberg/uncapped-optimum-if-no-cap-binds",
    "If no cap binds at the optimal pool without caps, that pool is optimal with them: the server's utility rises with "
    "the total, no pool buys more with caps than without, and there it buys as much.",
    "theorem (how the optimum under caps is looked for)",
    ClaimVerdict.PROVED,
    (
        Step(Sentence(ANY_TOTAL, server.slope(total) > 0), "it rises with the total"),
        Step(
            Sentence(
                {**COST, **SOLD, "z > 0": ratio > 0, "no cap binds": cap >= total * share},
                capped_share.equals(share),
                degree=4,
            ),
            "there the shares are the same",
        ),
        MEAN_VALUE,
        Lemma("stackelberg/caps-lower-the-total"),
        Lemma("stackelberg/leader-optimum"),
    ),
    variant=Counterexample(ANY_TOTAL, server.slope(total) > 1),
)

MARKET = {
    "α = 30": alpha.equals(30),
    "β = 6": beta.equals(6),
    "ρ₁ = ρ₂ = 1": cheap.equals(1),
    "ρ₃ = 3": dear.equals(3),
    "c₁ = c₂ = 1/10, c₃ large": (10 * cap).equals(1),
}
AT_MARKET = {"alpha": "30", "beta": "6", "cheap": "1", "dear": "3", "cap": "1/10", "pool": "12/5"}
SOME_POOL = {"B > 0": pool > 0}
ratio_of_market = ratio_of_three.at(one=cheap, two=cheap, three=dear)
"""Z/B of the three clients without caps."""
total_bought = sqrt(pool * 2 * cap / dear)
"""Z where the two cheap clients are at their caps and the dear one is in between: B = R′Z²/C."""
cheap_at_caps = total_bought * share.at(cost=cheap, ratio=total_bought / pool) >= cap
"""The two cheap clients would sell more than their caps."""
dear_sells = dear * total_bought < pool
"""The dear client takes part."""
earned = server.at(total=total_bought, client_count=3, reward_pool=pool)
"""The server's utility there."""
formula_pool = best_pool.at(ratio=ratio_of_market, client_count=3)
"""The optimal pool of the same clients without caps."""
lost = earned - earned.at(pool=formula_pool)
"""What the formula's pool earns less than another."""

UNCAPPED_FORMULA = Claim(
    "stackelberg/uncapped-formula-under-caps",
    "The optimal pool without caps is optimal with caps too.",
    "what Zhou 2023, eq. 41, would say under caps",
    ClaimVerdict.REFUTED,
    (
        Step(
            Sentence(
                {**SOME_POOL, "ρ₃ > 0": dear > 0, "c > 0": cap > 0},
                pool.equals(
                    Term(contest.pool_for_total).at(
                        total=total_bought, interior_count=1, interior_cost=dear, capped_total=2 * cap
                    )
                ),
                degree=4,
            ),
            "the total that a pool buys where one client is in between",
        ),
        Counterexample(
            {
                **MARKET,
                **SOME_POOL,
                "the cheap clients are at their caps": cheap_at_caps,
                "the dear one sells": dear_sells,
                "the cheap clients are at their caps at the formula's pool": cheap_at_caps.at(pool=formula_pool),
                "the dear one sells at the formula's pool": dear_sells.at(pool=formula_pool),
            },
            lost <= 0,
            costs={"lost by the formula's pool": lost, "the formula's pool": formula_pool},
            start=AT_MARKET,
        ),
    ),
    attribution=Attribution.READING,
)

CAPPED_POOL = (CAPS_LOWER, NO_CAP_BINDS, UNCAPPED_FORMULA)
