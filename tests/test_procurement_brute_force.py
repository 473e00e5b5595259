"""Purchases of half units under a value with steps: every allocation is tried, and a mixed-integer program asked.

Where V is linear between half units and caps are half units, some best allocation is made of half units; so nothing is
lost by trying those alone, and what VCG leaves each client follows from trying them without it.
"""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

import mechproof as mp

HALF = 0.5


class Steps(mp.Revenue):
    """What half units are worth each, of so many clients: V(E) is linear between them, and concave if they fall."""

    clients: mp.Number = mp.scalar("how many clients there are", above=0)
    slope: mp.Vector = mp.vector("what a unit is worth", per="half unit", above=0)

    def value(self, a: Any, epsilon: Any) -> Any:
        total = epsilon * self.clients
        half = a.number(Fraction(1, 2))
        steps = (s * a.minimum(a.maximum(total - k * half, 0), half) for k, s in enumerate(self.slope))
        return sum(steps, 0 * total)

    @property
    def largest_pool(self) -> Any:
        return sum(self.slope)

    def demand(self, a: Any, price: Any) -> Any:
        per_unit = price / self.clients
        return sum((a.at_least(s, per_unit) for s in self.slope), 0 * price) / 2 / self.clients


def game(seed: int) -> tuple[mp.PrivacyProcurement, np.ndarray]:
    generator = np.random.default_rng(seed)
    size = int(generator.integers(1, 5))
    cost, cap = generator.integers(1, 9, size), generator.integers(0, 4, size)
    slope = np.sort(generator.integers(1, 12, 8))[::-1] + 0.5  # never a cost, so that what is bought is told
    halves = [f"{c}/2" for c in cap]
    return mp.PrivacyProcurement(cost.tolist(), halves, value=Steps(size, slope.tolist())), slope


def worth_of(slope: np.ndarray, halves: int) -> float:
    return HALF * float(np.sum(slope[:halves]))


def most(cost: Any, cap: Any, slope: np.ndarray) -> float:
    """W by trying every allocation in half units."""
    found = 0.0
    for sells in itertools.product(*(range(int(2 * e) + 1) for e in cap)):
        found = max(found, worth_of(slope, sum(sells)) - HALF * float(np.dot(sells, cost)))
    return found


def most_by_milp(cost: Any, cap: Any, slope: np.ndarray) -> float:
    """W by a mixed-integer program: half units sold, and half units used of each step."""
    size, steps = len(cost), len(slope)
    objective = HALF * np.concatenate([cost, -slope])
    balance = LinearConstraint(np.concatenate([np.ones(size), -np.ones(steps)])[None, :], 0, 0)
    bounds = Bounds(0, np.concatenate([2 * np.asarray(cap), np.ones(steps)]))
    found = milp(objective, constraints=[balance], bounds=bounds, integrality=np.ones(size + steps))
    return float(-found.fun)


def differs(seed: int) -> float:
    """How far welfare and what clients keep are from what trying everything gives."""
    market, slope = game(seed)
    cost, cap = (np.array([float(x) for x in entries]) for entries in (market.cost, market.epsilon_cap))
    s = mp.solve(market)
    assert s.certificate.valid, s.certificate.reason
    whole = most(cost, cap, slope)
    reached = worth_of(slope, round(2 * s.values["total_epsilon"])) - float(cost @ s.values["epsilon"])
    kept = [whole - most(np.delete(cost, i), np.delete(cap, i), slope) for i in range(len(cost))]
    assert abs(whole - most_by_milp(cost, cap, slope)) < 1e-9
    return max(abs(whole - reached), float(np.max(np.abs(kept - s.values["client_utility"]))))


def test_nothing_else_is_better_in_sixty_games() -> None:
    assert max(map(differs, range(60))) < 1e-9


@pytest.mark.slow
def test_nothing_else_is_better_in_five_hundred_games() -> None:
    assert max(map(differs, range(60, 500))) < 1e-9
