"""Three players with two strategies each: what all of them mix is found, by elimination to one quadratic equation."""

from __future__ import annotations

import random
from collections.abc import Iterator

import numpy as np
import pytest
from numpy.polynomial import Polynomial

import mechproof as mp

Chances = tuple[float, float, float]


def indifference(table: np.ndarray) -> tuple[int, int, int, int]:
    """What the second strategy earns more: a + b y + c z + d y z in the others' chances of their second."""
    a, b, c, d = (int(value) for value in (table[0, 0], table[1, 0], table[0, 1], table[1, 1]))
    return a, b - a, c - a, d - b - c + a


def totally_mixed(payoff: np.ndarray) -> Iterator[Chances]:
    """Everybody's chance of the second strategy where all three are indifferent."""
    a, b, c, d = indifference(payoff[0][1] - payoff[0][0])
    y = Polynomial([-a, -c]), Polynomial([b, d])
    a, b, c, d = indifference(payoff[1][:, 1] - payoff[1][:, 0])
    x = Polynomial([-a, -c]), Polynomial([b, d])
    a, b, c, d = indifference(payoff[2][:, :, 1] - payoff[2][:, :, 0])
    rest = a * x[1] * y[1] + b * x[0] * y[1] + c * y[0] * x[1] + d * x[0] * y[0]
    for z in (float(root.real) for root in rest.trim().roots() if root.imag == 0):
        if x[1](z) and y[1](z):
            chances = float(x[0](z) / x[1](z)), float(y[0](z) / y[1](z)), z
            if all(0.01 < chance < 0.99 for chance in chances):
                yield chances


def look_for_all(seeds: range) -> int:
    """Return how many there were, all of them found."""
    there = 0
    for seed in seeds:
        draw = random.Random(seed)
        payoff = np.array([draw.randint(-9, 9) for _ in range(24)], dtype=object).reshape(3, 2, 2, 2)
        wanted = list(totally_mixed(payoff))
        if wanted:
            found = [profile[1::2] for profile in mp.equilibria(mp.FiniteGame(payoff=payoff)).profiles]
            for chances in wanted:
                assert any(np.allclose(np.array(other, dtype=float), chances, atol=1e-6) for other in found), seed
        there += len(wanted)
    return there


def test_a_game_of_which_another_enumeration_returns_no_equilibrium() -> None:
    assert look_for_all(range(28, 29)) == 1


@pytest.mark.slow
def test_what_three_players_mix_is_found_in_many_games() -> None:
    assert look_for_all(range(100)) > 20
