"""Second accounts where costs are not convex: a bound may keep somebody from the cheaper half of its costs."""

from __future__ import annotations

from typing import Any

import pytest

import mechproof as mp
from mechproof.formulations.revenue_curve import PrivacyCost
from mechproof.proofs.properties.identity.second_account import second_account
from mechproof.proofs.properties.profile import profile_of

COUNT, SOLD, CAP = 14, 0.8, 1
OTHERS = (COUNT - 1) * SOLD
POOL = 0.9 * (1 - 0.95 * (SOLD - 1) ** 2) * (OTHERS + SOLD) ** 2 / OTHERS
"""At which everybody's marginal utility is zero where all sell as much."""


class Hump(PrivacyCost):
    """Marginal costs of 0.9 (1 − 0.95 (ε − 1)²): dearest at a budget of one, cheap at two."""

    def value(self, a: Any, epsilon: Any) -> Any:
        off, at_zero = epsilon - 1, a.number(-1)
        return a.number("0.9") * (epsilon - a.number("0.95") * (off * off * off - at_zero) / a.number(3))

    def reach(self, worth: Any) -> Any:
        return 2 + worth


def kept(sold: float) -> float:
    """What somebody keeps who sells so much in all, while the others keep theirs."""
    return POOL * sold / (sold + OTHERS) - 0.9 * (sold - 0.95 * ((sold - 1) ** 3 + 1) / 3)


def test_who_wants_no_more_at_the_bound_may_want_twice_as_much() -> None:
    best = max(range(1001), key=lambda k: kept(k / 1000)) / 1000
    assert best == pytest.approx(SOLD, abs=2e-3)  # within one account's bound an equilibrium
    assert kept(CAP * 1.001) < kept(CAP) < kept(SOLD)  # and at the bound nobody wants more
    assert kept(2 * CAP) > kept(SOLD) + 0.05
    game = mp.StackelbergPricing(cost=[1] * COUNT, alpha=10, beta=40, cost_function=Hump(), epsilon_cap=[CAP] * COUNT)
    item = second_account(profile_of(mp.candidate(game, reward_pool=POOL, epsilon=[SOLD] * COUNT)), True)
    assert item.verdict is mp.Verdict.VIOLATED, item.text
    assert item.witness["gain"] == pytest.approx(kept(2 * CAP) - kept(SOLD), rel=0.05)
