"""Constants in somebody's own curves: in words, or fractions where doubles are read."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import mechproof as mp
from mechproof.formulations.revenue_curve import PrivacyCost, Revenue


class HalfReached(Revenue):
    """20 ε/(ε + 1/2), its constant as a decimal in words."""

    concave = True
    largest_pool = Fraction(20)

    def value(self, a: Any, mean: Any) -> Any:
        """The revenue."""
        return 20 * mean / (mean + a.number("0.5"))


class HalfSquare(PrivacyCost):
    """ε + ε²/2, with a fraction that is not read by the algebra."""

    convex = True

    def value(self, a: Any, epsilon: Any) -> Any:
        """The cost."""
        return epsilon + Fraction(1, 2) * epsilon * epsilon

    def reach(self, worth: Any) -> Any:
        """No more than the worth."""
        return worth


def test_constants_in_words_are_certified_exactly() -> None:
    game = mp.StackelbergPricing(cost=["0.2", "0.3", "0.5"], revenue=HalfReached())
    assert mp.certify(mp.solve(game), arithmetic="exact").valid


def test_a_fraction_among_doubles_is_undecided_and_told() -> None:
    game = mp.StackelbergPricing(
        cost=[1, 2], alpha=10, beta=10, epsilon_cap=[1, 1], cost_function=HalfSquare(), mean_over="all"
    )
    found = mp.certify(mp.candidate(game, reward_pool=1, epsilon=[0.2, 0.1]))
    assert found.optimal is not True
    assert "not known" in found.reason or "better" in found.reason or "gain" in found.reason
