"""The server's pool under caps: when the formula without caps still is right, and what it loses when it is not."""

from __future__ import annotations

from typing import Any

from ....formulations.algebra import Algebra
from ....formulations.stackelberg.contest import equilibrium_share, pool_for_total
from ...kernel.sentence import Induction, Sentence, above, at_least, at_most, below, equal, slope, substitute
from ..claim import Attribution, Claim, ClaimVerdict, Counterexample, ForAnyNumber, Lemma, Step
from .caps import share_of
from .leader import MEAN_VALUE
from .terms import COST, COUNT, REVENUE, best_pool, ratio_of_three, server

CAP = {"c ≥ 0": lambda a, cap: at_least(cap, 0)}
CAPS_LOWER = Claim(
    "stackelberg/caps-lower-the-total",
    "At the same pool the clients together sell no more with caps than without: if the shares without caps add up to "
    "one at z₁, the capped ones add up to less at every larger z.",
    "theorem (what a pool is worth with caps)",
    ClaimVerdict.PROVED,
    (
        ForAnyNumber(
            Induction(
                {
                    "free": lambda a, cost, low: equilibrium_share(a, cost, low),
                    "capped": lambda a, cost, cap, total, high: share_of(a, cost, total, high, cap),
                },
                (lambda a, free, capped, low, high, least: at_least(free - capped, least * (high - low) * free),),
                given={
                    "Z > 0": lambda a, total: above(total, 0),
                    "0 < z₁": lambda a, low: above(low, 0),
                    "z₁ < z₂": lambda a, low, high: below(low, high),
                    "0 < r": lambda a, least: above(least, 0),
                    "r z₂ ≤ 1": lambda a, least, high: at_most(least * high, 1),
                },
                member={"ρᵢ ≥ r, the least cost or 1/z₂": lambda a, cost, least: at_least(cost, least), **CAP},
                closing={"Σsᵢ(z₁) = 1 without caps": lambda a, free: equal(free, 1)},
                goal=lambda a, capped: below(capped, 1),
                lemmas=(
                    lambda a, cost, low, high, least: at_least(
                        equilibrium_share(a, cost, low) - equilibrium_share(a, cost, high),
                        least * (high - low) * equilibrium_share(a, cost, low),
                    ),
                    lambda a, cost, cap, total, high: at_most(
                        share_of(a, cost, total, high, cap), equilibrium_share(a, cost, high)
                    ),
                ),
                degree=4,
            ),
            "for every number of clients, whatever their caps, an equilibrium with caps has no larger Z/B than without",
        ),
    ),
    variant=Counterexample(
        {**COST, **CAP, "Z > 0": lambda a, total: above(total, 0), "z > 0": lambda a, high: above(high, 0)},
        lambda a, cost, cap, total, high: below(share_of(a, cost, total, high, cap), equilibrium_share(a, cost, high)),
    ),
)
server_in_total = slope(server, "total")
NO_CAP_BINDS = Claim(
    "stackelberg/uncapped-optimum-if-no-cap-binds",
    "If no cap binds at the optimal pool without caps, that pool is optimal with them: the server's utility rises with "
    "the total, no pool buys more with caps than without, and there it buys as much.",
    "theorem (how the optimum under caps is looked for)",
    ClaimVerdict.PROVED,
    (
        Step(
            Sentence(
                {**COUNT, **REVENUE, "Z ≥ 0": lambda a, total: at_least(total, 0)},
                substitute(lambda a, m: above(m, 0), m=server_in_total),
            ),
            "it rises with the total",
        ),
        Step(
            Sentence(
                {
                    **COST,
                    "Z > 0": lambda a, total: above(total, 0),
                    "z > 0": lambda a, ratio: above(ratio, 0),
                    "no cap binds": lambda a, cost, cap, total, ratio: at_least(
                        cap, total * equilibrium_share(a, cost, ratio)
                    ),
                },
                lambda a, cost, cap, total, ratio: equal(
                    share_of(a, cost, total, ratio, cap), equilibrium_share(a, cost, ratio)
                ),
                degree=4,
            ),
            "there the shares are the same",
        ),
        MEAN_VALUE,
        Lemma("stackelberg/caps-lower-the-total"),
        Lemma("stackelberg/leader-optimum"),
    ),
    variant=Counterexample(
        {**COUNT, **REVENUE, "Z ≥ 0": lambda a, total: at_least(total, 0)},
        substitute(lambda a, m: above(m, 1), m=server_in_total),
    ),
)
MARKET = {
    "α = 30": lambda a, alpha: equal(alpha, 30),
    "β = 6": lambda a, beta: equal(beta, 6),
    "ρ₁ = ρ₂ = 1": lambda a, cheap: equal(cheap, 1),
    "ρ₃ = 3": lambda a, dear: equal(dear, 3),
    "c₁ = c₂ = 1/10, c₃ large": lambda a, cap: equal(10 * cap, 1),
}


def total_bought(a: Algebra, pool: Any, dear: Any, cap: Any) -> Any:
    """Z where the two cheap clients are at their caps and the dear one is in between: B = R′Z²/C."""
    return a.sqrt(pool * 2 * cap / dear)


def cheap_at_caps(a: Algebra, pool: Any, dear: Any, cheap: Any, cap: Any) -> Any:
    """The two cheap clients would sell more than their caps."""
    total = total_bought(a, pool, dear, cap)
    return at_least(total * equilibrium_share(a, cheap, total / pool), cap)


def dear_sells(a: Algebra, pool: Any, dear: Any, cap: Any) -> Any:
    """The dear client takes part."""
    return below(dear * total_bought(a, pool, dear, cap), pool)


def earned(a: Algebra, pool: Any, dear: Any, cap: Any, alpha: Any, beta: Any) -> Any:
    """The server's utility there."""
    return server(a, total_bought(a, pool, dear, cap), a.number(3), pool, alpha, beta)


def formula_pool(a: Algebra, cheap: Any, dear: Any, alpha: Any, beta: Any) -> Any:
    """The optimal pool of the same clients without caps."""
    return best_pool(a, ratio_of_three(a, cheap, cheap, dear), a.number(3), alpha, beta)


def lost(a: Algebra, pool: Any, cheap: Any, dear: Any, cap: Any, alpha: Any, beta: Any) -> Any:
    """What the formula's pool earns less than another."""
    formula = formula_pool(a, cheap, dear, alpha, beta)
    return earned(a, pool, dear, cap, alpha, beta) - earned(a, formula, dear, cap, alpha, beta)


UNCAPPED_FORMULA = Claim(
    "stackelberg/uncapped-formula-under-caps",
    "The optimal pool without caps is optimal with caps too.",
    "what Zhou 2023, eq. 41, would say under caps",
    ClaimVerdict.REFUTED,
    (
        Step(
            Sentence(
                {
                    "B > 0": lambda a, pool: above(pool, 0),
                    "ρ₃ > 0": lambda a, dear: above(dear, 0),
                    "c > 0": lambda a, cap: above(cap, 0),
                },
                substitute(
                    lambda a, pool, dear, cap, total: equal(pool, pool_for_total(a, total, a.number(1), dear, 2 * cap)),
                    total=total_bought,
                ),
                degree=4,
            ),
            "the total that a pool buys where one client is in between",
        ),
        Counterexample(
            {
                **MARKET,
                "B > 0": lambda a, pool: above(pool, 0),
                "the cheap clients are at their caps": cheap_at_caps,
                "the dear one sells": dear_sells,
                "the cheap clients are at their caps at the formula's pool": substitute(
                    cheap_at_caps, pool=formula_pool
                ),
                "the dear one sells at the formula's pool": substitute(dear_sells, pool=formula_pool),
            },
            lambda a, pool, cheap, dear, cap, alpha, beta: at_most(lost(a, pool, cheap, dear, cap, alpha, beta), 0),
            costs={"lost by the formula's pool": lost, "the formula's pool": formula_pool},
            start={"alpha": "30", "beta": "6", "cheap": "1", "dear": "3", "cap": "1/10", "pool": "12/5"},
        ),
    ),
    attribution=Attribution.READING,
)
CAPPED_POOL = (CAPS_LOWER, NO_CAP_BINDS, UNCAPPED_FORMULA)
