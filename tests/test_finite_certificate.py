"""What the certificate of a finite game rests on: each check decides a case that nothing else does."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import product
from math import sqrt
from typing import Any

import numpy as np
import pytest

import mechproof as mp
from mechproof.solvers.certificates.finite import certify, enclosed, gains
from mechproof.solvers.readings.balls import precision

F = Fraction
SEXES = {"payoff": [[[2, 0], [0, 1]], [[1, 0], [0, 2]]], "player": ["Ann", "Bob"]}
PENNIES = [[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]]


def going_out(stays: Any, waits: Any = None) -> mp.FiniteGame:
    """Who goes out gains 2 alone, 1 beside one, loses 1 beside two; a third strategy of the first may pay `waits`."""
    table = np.empty((3, 2, 2, 2), dtype=object)
    for profile in product((0, 1), repeat=3):
        for player in range(3):
            beside = sum(profile) - profile[player]
            table[(player, *profile)] = F((2, 1, -1)[beside]) if profile[player] else F(stays)
    if waits is not None:
        table = np.concatenate([table, np.zeros((3, 1, 2, 2), dtype=object)], axis=1)
        table[0, 2] = waits
    return mp.FiniteGame(payoff=table)


def inner(stays: float) -> float:
    """The p of 2 (1 − p)² + 2 p (1 − p) − p² = 2 − 2p − p² = stays."""
    return sqrt(3 - stays) - 1


def test_a_gain_is_relative_to_the_payoffs_of_whoever_gains() -> None:
    game = mp.FiniteGame(payoff=[[[200, 0], [0, 100]], [[1, 0], [0, 5]]])
    found = mp.candidate(game, probability=[1, 0, 0, 1]).certificate
    assert found.reason == "Player 1 gains 100 by 2"
    assert found.gap == 100 / 200  # the other gains 1 of 5
    assert found.distance_at_least == 100 / 200 / 4


def test_a_trace_of_a_strategy_that_is_never_used_is_no_part_of_the_equilibrium() -> None:
    longer = [[*row, -5] for row in PENNIES[1]]
    game = mp.FiniteGame(payoff=[[[*row, 0] for row in PENNIES[0]], longer])
    trace = F(1, 10**12)
    found = mp.candidate(game, probability=[F(1, 2), F(1, 2), F(1, 2), F(1, 2) - trace, trace]).certificate
    assert found.valid, found.reason
    assert found.distance == pytest.approx(1e-12)


def test_the_farthest_probability_is_what_counts() -> None:
    """Bob is where he is to be, Ann half as much again off as is allowed."""
    off = F(3, 2 * 10**6)
    candidate = mp.candidate(mp.FiniteGame(**SEXES), probability=[F(2, 3) + off, F(1, 3) - off, F(1, 3), F(2, 3)])
    found = mp.certify(candidate, tolerance=1e-6)
    assert found.distance == pytest.approx(1.5e-6)
    assert found.optimal is None
    assert mp.certify(candidate, tolerance=2e-6).valid


def test_what_is_called_near_is_judged_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    def as_stated(_: Any, stated: Sequence[Any], __: Any) -> Sequence[Any]:
        return stated

    monkeypatch.setattr(certify, "nearest_of_two", as_stated)
    off = F(1, 10**9)
    found = mp.candidate(mp.FiniteGame(**SEXES), probability=[F(2, 3) + off, F(1, 3) - off, F(1, 3), F(2, 3)])
    assert found.certificate.optimal is None


@pytest.mark.parametrize(("more", "valid"), [(F(-1, 10**12), True), (F(1, 10**12), None)])
def test_a_strategy_out_of_use_that_pays_hardly_more_is_seen_in_balls(more: Fraction, valid: bool | None) -> None:
    p = inner(0.5)
    game = going_out(F(1, 2), F(1, 2) + more)
    found = mp.candidate(game, probability=[1 - p, p, 0, 1 - p, p, 1 - p, p]).certificate
    assert found.optimal is valid


def test_a_root_below_zero_is_no_equilibrium() -> None:
    p = inner(2.5)
    assert p < 0
    assert enclosed.enclosed(going_out(F(5, 2)), [1 - p, p] * 3, [[0, 1]] * 3) is None
    q = inner(0.5)
    assert enclosed.enclosed(going_out(F(1, 2)), [1 - q, q] * 3, [[0, 1]] * 3) is not None


def test_a_wide_box_that_is_proved_holds_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    """So wide that slopes change in it, around a point that is off: the step leads to the root, and no farther."""
    monkeypatch.setattr(enclosed, "RADIUS", 2.0**-11)
    p, off = inner(0.5), 2.0**-13
    with precision(enclosed.BITS):
        system = enclosed._System(going_out(F(1, 2)), [[0, 1]] * 3)
        box = system.proved([enclosed.ball(x) for x in [1 - p + off, p - off] * 3])
        assert box is not None
        for found, root in zip(box, [1 - p, p] * 3, strict=True):
            assert abs(float(found.mid()) - root) <= float(found.rad()) + 1e-15


def test_what_does_not_add_up_to_one_or_is_below_zero_is_no_equilibrium() -> None:
    pennies, alike = mp.FiniteGame(payoff=PENNIES), mp.FiniteGame(payoff=[[[1], [1]], [[1], [1]]])
    assert gains.is_equilibrium(pennies, [F(1, 2)] * 4)
    assert not gains.is_equilibrium(pennies, [F(1)] * 4)
    assert gains.is_equilibrium(alike, [F(1, 2), F(1, 2), F(1)])
    assert not gains.is_equilibrium(alike, [F(3, 2), F(-1, 2), F(1)])
