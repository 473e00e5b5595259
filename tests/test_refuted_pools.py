"""How far a refuted pool is said to be from the best one, against pools enumerated on a grid of totals."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import pytest

import mechproof as mp


@dataclass(frozen=True)
class Contest:
    """A contest in doubles, and pools to be judged, as multiples of the best one."""

    name: str
    cost: tuple[float, ...]
    cap: tuple[float, ...] | None
    beta: float = 10.0
    mean_over: str = "all"
    factors: tuple[float, ...] = (0.5, 0.98, 1.3)


CONTESTS = (
    Contest("nobody capped", (0.2, 0.3, 0.5, 2.0, 3.0), None),
    Contest("some capped", (0.3, 0.7, 1.2, 2.0), (2.5, 1.29, 1.69, 0.18)),
    Contest("over those who sell", (0.3, 0.7, 1.2, 2.0), (2.5, 1.29, 1.69, 0.18), mean_over="participants"),
    Contest("two hills", (0.1, 0.11, 0.5, 0.9), (0.05, 0.05, 2.0, 2.0), beta=20.0),
    Contest(
        "a better pool beyond the best",
        (0.85, 5.29, 1.94, 0.2, 1.0),
        (0.54, 1.16, 0.2, 1.27, 1.27),
        60.0,
        factors=(0.4,),
    ),
    Contest("all capped long before", (1.0, 1.0, 3.0), (0.1, 0.1, 0.1), beta=60.0),
)


def pool_for(total: np.ndarray, contest: Contest) -> np.ndarray:
    """The least pool that buys a total: the shares min(c/Z, max(0, 1 − ρz)) add up to one, z by halving."""
    cost = np.array(contest.cost)[:, None]
    cap = np.full_like(cost, np.inf) if contest.cap is None else np.array(contest.cap)[:, None]
    low, high = np.zeros_like(total), np.full_like(total, 1 / min(contest.cost))
    for _ in range(60):
        z = (low + high) / 2
        much = np.sum(np.minimum(cap, total * np.maximum(0, 1 - cost * z)), axis=0) >= total * (1 - 1e-12)
        low, high = np.where(much, z, low), np.where(much, high, z)
    return total / low


def best_pool(contest: Contest) -> float:
    """The pool that earns most, on a grid of totals that is made ever finer."""
    low, high = 0.0, contest.beta / min(contest.cost) if contest.cap is None else sum(contest.cap) * (1 - 1e-9)
    for _ in range(5):
        total = np.linspace(low, high, 801)[1:]
        pool = pool_for(total, contest)
        counted: np.ndarray | int = len(contest.cost)
        if contest.mean_over == "participants":
            counted = np.sum(1 - np.array(contest.cost)[:, None] * total / pool > 1e-9, axis=0)
        earned = contest.beta * np.log1p(10 * total / counted) - pool
        at = int(np.argmax(earned))
        low, high = total[max(at - 2, 0)], total[min(at + 2, len(total) - 1)]
    return float(pool[at])


def reply(contest: Contest, pool: float) -> np.ndarray:
    """What is offered for a pool: the largest total with a pool no larger, on ever finer grids."""
    low, high = 0.0, pool / min(contest.cost) if contest.cap is None else sum(contest.cap)
    for _ in range(9):
        totals = np.linspace(low, high, 65)
        at = int(np.sum(pool_for(totals[1:], contest) <= pool))
        low, high = totals[at], totals[min(at + 1, 64)]
    share = np.maximum(0, 1 - np.array(contest.cost) * low / pool)
    return low * share if contest.cap is None else np.minimum(np.array(contest.cap), low * share)


@pytest.mark.parametrize("contest", CONTESTS, ids=lambda contest: contest.name)
def test_the_best_pool_is_no_nearer_than_a_refuted_one_is_told(contest: Contest) -> None:
    game = mp.StackelbergPricing(
        cost=contest.cost, alpha=10.0, beta=contest.beta, epsilon_cap=contest.cap, mean_over=contest.mean_over
    )
    best, told = best_pool(contest), []
    assert mp.solve(game).values["reward_pool"] == pytest.approx(best, rel=1e-3)
    for factor, arithmetic in product(contest.factors, ("float", "exact")):
        pool = min(factor * best, contest.beta)
        found = mp.certify(mp.candidate(game, reward_pool=pool, epsilon=reply(contest, pool)), arithmetic=arithmetic)
        assert found.optimal is False, found.reason
        true = abs(pool - best) / contest.beta
        assert found.distance is None or found.distance >= true
        least = found.distance_at_least or 0.0
        assert least <= true * (1 + 1e-2)
        told.append(least / true)
    assert np.median(told) > 0.1
    assert contest.cap is not None or min(told) > 0.99


def test_the_best_pool_is_shown_to_be_far_exactly() -> None:
    """9.75 is the best of β = 10, so that 9.25 is .05 away."""
    game = mp.StackelbergPricing(cost=["0.2", "0.3", "0.5", 2, 3], alpha=10, beta=10)
    wrong = mp.candidate(game, reward_pool="9.25", epsilon=["11.1", "7.4", 0, 0, 0])
    for arithmetic in ("float", "exact"):
        found = mp.certify(wrong, arithmetic=arithmetic).distance_at_least
        assert found is not None
        assert 0.0499 <= found <= 0.05


def test_a_pool_better_by_a_hair_refutes_nothing() -> None:
    """Where ten thousand clients' sums are rounded, less by 1e-11 of the pool is better; the optimum is 1e-8 away."""
    rng = np.random.default_rng(0)
    costs, caps = rng.lognormal(0, 0.5, 10_000), rng.uniform(0.5, 2, 10_000) * 10
    game = mp.StackelbergPricing(cost=costs, alpha=10.0, beta=1e5, epsilon_cap=caps)
    assert mp.solve(game).certificate.optimal is not False


@pytest.mark.parametrize(("count", "seed"), [(3000, 1), (3000, 2), (10_000, 9)])
def test_pools_beside_a_cap_that_fills_are_certified(count: int, seed: int) -> None:
    """The best pool just fills a cap: beyond it all who sell are capped, or the utility's slope turns at once."""
    rng = np.random.default_rng(seed)
    costs, caps = rng.lognormal(size=count), rng.uniform(0.5, 2, count) * 10
    found = mp.solve(mp.StackelbergPricing(costs, alpha=10, beta=10 * count, epsilon_cap=caps)).certificate
    assert found.valid, found
    assert found.distance is not None
    assert found.distance < 1e-8


@pytest.mark.parametrize("backend", ["best-response", "share-function"])
def test_a_small_pool_of_a_wide_range_is_found(backend: str) -> None:
    """A revenue 4 √ε on two clients at cost 1, who sell B/4 each: best at B = 1, where the largest is 200."""

    class Root(mp.Revenue):
        largest_pool = 200

        def value(self, a: Any, epsilon: Any) -> Any:
            return 4 * a.sqrt(epsilon)

    solved = mp.solve(mp.StackelbergPricing([1, 1], revenue=Root()), backend)
    assert solved.certificate.valid
    assert solved.values["reward_pool"] == pytest.approx(1, rel=1e-7)
