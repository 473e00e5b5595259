"""The general argument about a leader: a better decision refutes, none found leaves it undecided.

Two players of cost 1/8 answer a prize V with efforts √V each, so that a sponsor to whom effort is worth 8 √(x + y)
earns 8 √2 V^¼ − V: 12 at most, at V = 4, and about .094 (V − 4)² less beside it.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest
from declared_models import LedLottery

import mechproof as mp

GAME = LedLottery(cost=["1/8", "1/8"], worth=8)


class WholePrizes(LedLottery):
    """The prize is a whole number."""

    def players(self) -> Any:
        sponsor, player = super().players()
        return (replace(sponsor, decision=replace(sponsor.decision, whole=True)), player)


def judged(prize: Any, effort: Any, arithmetic: str = "float", tolerance: float = 1e-7, game: Any = GAME) -> Any:
    return mp.certify(mp.candidate(game, prize=prize, effort=[effort, effort]), arithmetic, tolerance)


def test_the_best_is_not_refuted_nor_shown() -> None:
    found = judged(4, 2)
    assert found.optimal is None
    assert found.reason.startswith("no better prize among 45 tried")


@pytest.mark.parametrize("arithmetic", ["float", "exact"])
def test_a_better_one_far_off_refutes(arithmetic: str) -> None:
    """3.75 is the nearest to 4 of 33 over the range from 0 to 20."""
    found = judged("9/4", "3/2", arithmetic)
    assert found.optimal is False
    assert found.reason == "prize = 3.75 is better for the sponsor than 2.25"
    assert found.distance_at_least is None


@pytest.mark.parametrize(("prize", "better"), [(4.1, "3.94375"), (3.9, "4.05625")])
def test_a_better_one_nearby_refutes(prize: float, better: str) -> None:
    """Tried beside the answer are parts of the range: a sixteenth, and eighths of that again and again."""
    found = judged(prize, math.sqrt(prize))
    assert found.optimal is False
    assert found.reason.startswith(f"prize = {better}")


@pytest.mark.parametrize(("tolerance", "optimal"), [(2.8e-5, False), (3.6e-5, None)])
def test_what_is_gained_is_relative_to_the_range(tolerance: float, optimal: bool | None) -> None:
    """At 4.1 a prize of 3.94375 is worth .00064 more, of a range of 20."""
    found = judged(4.1, math.sqrt(4.1), tolerance=tolerance)
    assert found.optimal is optimal


@pytest.mark.parametrize(("prize", "optimal"), [(4, None), (3, False), (5, False)])
def test_whole_prizes_are_held_against_whole_ones(prize: int, optimal: bool | None) -> None:
    found = judged(prize, math.sqrt(prize), game=WholePrizes(cost=["1/8", "1/8"], worth=8))
    assert found.optimal is optimal
    expected = (
        "no better prize among 21 tried" if optimal is None else f"prize = 4 is better for the sponsor than {prize}"
    )
    assert found.reason.startswith(expected)
