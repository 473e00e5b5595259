"""Bounds over fractions hold to the last digit, and are no further off: held against distances that are fractions.

A bound is a double. One that is rounded to the nearest is on the wrong side of every other distance.
"""

from __future__ import annotations

import math
from fractions import Fraction
from random import Random
from typing import Any

import pytest

import mechproof as mp
from benchmarks.adversary.mechanisms.price_oracle import Fit
from mechproof.solvers.certificates.stackelberg.beaten import Beaten
from mechproof.solvers.certificates.stackelberg.checked_path import CheckedPath
from mechproof.solvers.readings.game import GameReading
from mechproof.solvers.readings.rationals import Rationals
from mechproof.solvers.readings.vectors import Vectors

SLACK = Fraction(1, 10**9)
BOTH = pytest.mark.parametrize("exact", [False, True], ids=["float", "exact"])


class Lottery(mp.Game):
    """A prize at quadratic costs."""

    cost: mp.Vector = mp.vector("a cost", above=0, per="player")
    prize: mp.Number = mp.scalar("a prize", above=0)

    def players(self) -> tuple[mp.Player, ...]:
        effort = mp.Decision("effort", [0, 0], [100, 100])
        return (mp.Player("player", effort, won, count=2),)


def won(a: Any, own: Any, others: Any, cost: Any, prize: Any) -> Any:
    return prize * a.share(own, others) - cost * own**2


def holds(said: mp.Certificate, apart: Fraction) -> None:
    """The bounds enclose the distance, and are hardly further away."""
    assert said.feasible
    if said.distance is not None:
        assert apart <= Fraction(said.distance) <= apart * (1 + SLACK) + SLACK / 10**3
    if said.optimal is False:
        assert said.distance_at_least is not None
        assert apart * (1 - SLACK) <= Fraction(said.distance_at_least) <= apart


@pytest.mark.parametrize("seed", range(20))
def test_prices(seed: int) -> None:
    rng = Random(seed)
    epsilon, target = sorted(rng.sample(range(1, 9), 3)), [rng.randint(1, 20) for _ in range(3)]
    right = list(Fit(tuple(map(Fraction, epsilon)), tuple(map(Fraction, target)), "squared", Fraction(1), True).best())
    size = Fraction(rng.randint(1, 999), 999 * 10 ** rng.randint(3, 9))
    price = [p * (1 + size) for p in right]
    holds(mp.certify(mp.candidate(mp.VersionPricing(epsilon, target), price=price), "exact"), size)
    bundled = mp.VersionPricing(epsilon, target, safety="exact")
    solved = mp.solve(bundled, arithmetic="exact").exact
    assert solved is not None
    price = [p * (1 + size) for p in solved["price"]]
    holds(mp.certify(mp.candidate(bundled, price=price), "exact"), size)


@pytest.mark.parametrize("seed", range(12))
def test_efforts(seed: int) -> None:
    """V y/(x + y)² = 2 c x and its mirror: √c_1 x = √c_2 y."""
    rng = Random(seed)
    a, b = rng.randint(1, 4), rng.randint(1, 4)
    x = Fraction(rng.randint(1, 9), 3)
    y = x * a / b
    game = Lottery([a * a, b * b], 2 * a * a * x * (x + y) ** 2 / y)
    size = Fraction(rng.randint(1, 999), 999 * 10 ** rng.randint(3, 9))
    said = mp.certify(mp.candidate(game, effort=[x * (1 + size), y * (1 + size)]), "exact")
    apart = size / (1 + size)
    assert said.distance is None or apart <= Fraction(said.distance) <= apart * Fraction(102, 100) + SLACK
    if said.optimal is False:
        assert said.distance_at_least is not None
        assert apart / 5 <= Fraction(said.distance_at_least) <= apart


@BOTH
@pytest.mark.parametrize("pool", ["0.45", "0.5", "0.59", "0.7"])
def test_what_may_be_added_to_a_pool_until_somebody_enters(pool: str, exact: bool) -> None:
    """Two are capped at 1/10 each; one at a cost of 3 enters at a pool of 3/5, and nobody is left then."""
    game = mp.StackelbergPricing(cost=[1, 1, 3], epsilon_cap=["0.1", "0.1", 5], alpha=30, beta=6)
    path = CheckedPath(game, GameReading(game, Rationals() if exact else Vectors()))
    number = path.reading.algebra.number
    two, three = (Beaten(path, path.at(number(total)), 4.0) for total in ("0.15", "0.6"))
    left = max(Fraction("0.6") - Fraction(pool), Fraction(0)) / 4
    assert two.until_the_next_enters(number(pool)) == pytest.approx(float(left), rel=1e-12, abs=1e-15)
    assert three.until_the_next_enters(number(pool)) == math.inf
