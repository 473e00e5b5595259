"""Stackelberg pricing against known values, exact oracles and brute force."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import capped_total, capped_utility, contest, log_pricing

import mechproof as mp


@dataclass(frozen=True)
class Known:
    """A game with its known answer."""

    name: str
    game: dict[str, Any]
    pool: Fraction
    epsilon: list[Fraction]


KNOWN = [
    Known("equal", {"cost": [".001"] * 100, "alpha": 10, "beta": 10}, Fraction(989, 99), [Fraction(989, 10)] * 100),
    Known(
        "third indifferent",
        {"cost": [".2", ".3", ".5", 2, 3], "alpha": 10, "beta": 10},
        Fraction(39, 4),
        [Fraction(117, 10), Fraction(39, 5), Fraction(0), Fraction(0), Fraction(0)],
    ),
    Known(
        "two maxima under caps",
        {"cost": [1, 1, 3], "epsilon_cap": [".1", ".1", 100], "alpha": 30, "beta": 6},
        Fraction(12, 5),
        [Fraction(1, 10), Fraction(1, 10), Fraction(1, 5)],
    ),
    Known(  # beyond it the pool would have to rise from 4.5 to 6 before a third one sells
        "two reach their caps at once",
        {
            "cost": [1, 2, "2.5", 4, 5],
            "epsilon_cap": [1, "0.5", 0, 2, 3],
            "alpha": 10,
            "beta": 10,
            "mean_over": "participants",
        },
        Fraction(9, 2),
        [Fraction(1), Fraction(1, 2), Fraction(0), Fraction(0), Fraction(0)],
    ),
    Known(  # f'(0)/2 is the price 1/e to the last digit
        "the first unit is worth what it costs",
        {"cost": ["1/2", "1/2"], "revenue": mp.SaturatingRevenue(40, "1/20")},
        Fraction(0),
        [Fraction(0), Fraction(0)],
    ),
    Known("no pool is worth it", {"cost": [1, 2, 3], "alpha": ".1", "beta": 1}, Fraction(0), [Fraction(0)] * 3),
]


@pytest.mark.parametrize("case", KNOWN, ids=lambda case: case.name)
def test_known_answers_exactly_and_in_floats(case: Known) -> None:
    game = mp.StackelbergPricing(**case.game)
    exact = mp.solve(game, arithmetic="exact")
    assert exact.exact is not None
    assert exact.exact["reward_pool"] == case.pool
    assert list(exact.exact["epsilon"]) == case.epsilon
    assert exact.certificate.valid
    floats = mp.solve(game)
    assert floats.values["reward_pool"] == pytest.approx(float(case.pool), rel=1e-13)
    assert floats.values["epsilon"] == pytest.approx([float(e) for e in case.epsilon], rel=1e-13)
    assert floats.certificate.valid
    assert mp.certify(floats, arithmetic="exact").valid
    assert list(floats.values["participates"]) == [e > 0 for e in case.epsilon]


def test_the_second_capped_value() -> None:
    game = mp.StackelbergPricing(cost=[".1", ".1", 1, 1], epsilon_cap=[".05", ".05", 50, 50], alpha=100, beta=1)
    s = mp.solve(game)
    assert s.values["reward_pool"] == pytest.approx(0.786, abs=5e-4)
    assert s.values["server_utility"] == pytest.approx(1.771, abs=5e-4)
    assert s.certificate.valid
    assert mp.certify(s, arithmetic="exact").valid


def test_mean_over_participants_changes_the_pool_only() -> None:
    game = mp.StackelbergPricing(cost=[".2", ".3", ".5", 2, 3], alpha=10, beta=10, mean_over="participants")
    s = mp.solve(game, arithmetic="exact")
    assert s.exact is not None
    assert s.exact["reward_pool"] == 10 - Fraction(2) / (10 * 2)  # beta - n/(alpha e), e = 1/(.2 + .3)
    assert s.certificate.valid


def test_any_concave_revenue() -> None:
    game = mp.StackelbergPricing(cost=[1, 1, 1], revenue=mp.SaturatingRevenue(alpha=3, beta=5))
    s = mp.solve(game)
    # f'(Z/3) Z'/3 = 1 with Z = 2B/3:  15 exp(-2B/3) * 2/9 = 1
    assert s.values["reward_pool"] == pytest.approx(1.5 * math.log(30 / 9), rel=1e-13)
    assert s.certificate.valid
    exact = mp.solve(game, arithmetic="exact")
    assert exact.certificate.valid
    assert float(exact.exact["reward_pool"]) == pytest.approx(1.5 * math.log(30 / 9), rel=1e-15)


def lognormal(rng: np.random.Generator, size: int) -> np.ndarray:
    return np.exp(rng.normal(size=size) * rng.choice([0.1, 0.5, 1.0, 2.0]))


def near_equal(rng: np.random.Generator, size: int) -> np.ndarray:
    return 1 + rng.random(size) * 10.0 ** -rng.integers(3, 15)


@pytest.mark.slow
@pytest.mark.parametrize("costs", [lognormal, near_equal])
def test_a_thousand_random_games_against_exact_prefixes(costs: Any) -> None:
    """Log-normal: 1e-12 relative in every client's budget; always: N ulps."""
    rng = np.random.default_rng(7)
    worst = 0.0
    for _ in range(500):
        size = int(rng.integers(2, 120))
        cost = costs(rng, size)
        alpha, beta = 10.0 ** rng.uniform(1, 6), 10.0 ** rng.uniform(-1, 2)
        s = mp.solve(mp.StackelbergPricing(cost=cost, alpha=alpha, beta=beta))
        _, shares = contest([Fraction(c) for c in cost])
        pool, epsilon = log_pricing([Fraction(c) for c in cost], Fraction(alpha), Fraction(beta))
        assert list(s.values["participates"]) == [e > 0 for e in epsilon] or pool == 0
        if pool < Fraction(beta) / 1000:
            continue
        total = s.values["epsilon"].sum()
        for mine, share, exact in zip(s.values["epsilon"] / total, shares, epsilon, strict=True):
            if exact:
                error = abs(Fraction(mine) / share - 1)
                worst = max(worst, float(error))
                assert error <= size * Fraction(2) ** -52
        assert s.values["reward_pool"] == pytest.approx(float(pool), rel=1e-12)
        assert s.certificate.valid
    assert worst <= 1e-12


@pytest.mark.slow
def test_random_capped_games_against_a_fine_grid() -> None:
    rng = np.random.default_rng(11)
    several = 0
    for _ in range(220):
        size = int(rng.integers(2, 8))
        cost = np.exp(rng.normal(size=size) * rng.choice([0.1, 1.0, 2.0]))
        cap = np.exp(rng.normal(size=size) * rng.choice([0.5, 2.0]) - 1)
        if rng.random() < 0.3:
            cost = np.round(cost * 2) / 2 + 0.5
        alpha, beta = float(np.exp(rng.normal() * 2 + 2)), float(np.exp(rng.normal() + 1))
        s = mp.solve(mp.StackelbergPricing(cost=cost, epsilon_cap=cap, alpha=alpha, beta=beta))
        grid = np.linspace(beta * 1e-6, beta, 8001)
        utility = capped_utility(grid, cost, cap, alpha, beta)
        several += int(((utility[1:-1] > utility[:-2]) & (utility[1:-1] > utility[2:])).sum() > 1)
        assert s.values["server_utility"] >= max(utility.max(), 0) - 1e-9 * beta
        pool = s.values["reward_pool"]
        if pool > 0:
            assert s.values["epsilon"].sum() == pytest.approx(capped_total(np.array([pool]), cost, cap)[0], rel=1e-9)
        assert s.certificate.valid, s.certificate
    assert several >= 10  # the games are hard enough to have been able to fail


def test_random_capped_games_over_those_who_sell_against_a_grid() -> None:
    """One who enters lowers the mean: on every stretch another number counts."""
    rng, entered = np.random.default_rng(5), 0
    for _ in range(30):
        size = int(rng.integers(3, 9))
        cost, cap = np.exp(rng.normal(size=size)), np.exp(rng.normal(size=size) * 2 - 2)
        alpha, beta = float(np.exp(rng.normal() * 2 + 3)), float(np.exp(rng.normal() + 1))
        s = mp.solve(
            mp.StackelbergPricing(cost=cost, epsilon_cap=cap, alpha=alpha, beta=beta, mean_over="participants")
        )
        grid = np.linspace(beta * 1e-6, beta, 2001)
        totals = capped_total(grid, cost, cap)
        counts = np.sum(cost[:, None] * totals / grid < 1, axis=0)
        best = np.max(beta * np.log1p(alpha * totals / counts) - grid)
        assert s.values["server_utility"] >= max(best, 0) - 1e-9 * beta
        assert s.certificate.valid, s.certificate
        sellers = counts[np.searchsorted(grid, s.values["reward_pool"]) - 1] if s.values["reward_pool"] > 0 else 0
        entered += int(counts[0] < sellers < size)
    assert entered >= 3  # the best pool lies where some have entered and others have not


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.fractions(Fraction(1, 40), 50, max_denominator=40), min_size=2, max_size=7),
    st.fractions(Fraction(1, 2), 1000, max_denominator=20),
)
def test_exact_answers_certify_exactly(cost: list[Fraction], alpha: Fraction) -> None:
    game = mp.StackelbergPricing(cost=cost, alpha=alpha, beta=3)
    s = mp.solve(game, arithmetic="exact")
    pool, epsilon = log_pricing(cost, alpha, Fraction(3))
    assert s.exact is not None
    assert s.exact["reward_pool"] == pool
    assert list(s.exact["epsilon"]) == epsilon
    assert s.certificate.valid, s.certificate


def test_answers_keep_the_callers_order() -> None:
    cost = np.array([3.0, 0.2, 2.0, 0.3, 0.5])
    forwards = mp.solve(mp.StackelbergPricing(cost=cost, alpha=10, beta=10)).values["epsilon"]
    backwards = mp.solve(mp.StackelbergPricing(cost=cost[::-1], alpha=10, beta=10)).values["epsilon"]
    assert forwards == pytest.approx(backwards[::-1], rel=1e-15)


def exact_contest(cost: list[float]) -> tuple[Fraction, np.ndarray]:
    """Return Z/B = (n − 1)/R_n of doubles' own values, and each client's share, by whole numbers and sorted sums.

    Clients enter by rising cost as long as (k − 1) ρ is below the sum of the k before them.
    """
    ratios = [value.as_integer_ratio() for value in cost]
    unit = max(denominator for _, denominator in ratios)  # a power of two, like all of them
    whole = [numerator * (unit // denominator) for numerator, denominator in ratios]
    ordered = sorted(whole)
    count, total = 2, ordered[0] + ordered[1]
    while count < len(ordered) and (count - 1) * ordered[count] < total:
        total += ordered[count]
        count += 1
    shares = np.array([max(total - (count - 1) * value, 0) / total for value in whole])
    return Fraction((count - 1) * unit, total), shares


@pytest.mark.slow
@pytest.mark.parametrize("costs", [lognormal, near_equal, lambda _, size: np.full(size, 0.001)])
def test_a_million_clients(costs: Any) -> None:
    """Against sorted sums over whole numbers, which round nothing until a share is a double."""
    cost = costs(np.random.default_rng(3), 10**6)
    s = mp.solve(mp.StackelbergPricing(cost=cost, alpha=1e6, beta=10.0))
    per_pool, shares = exact_contest(cost.tolist())
    pool = 10 - 10**6 / (10**6 * per_pool)
    assert pool > 0
    epsilon = float(pool * per_pool) * shares
    assert s.values["reward_pool"] == pytest.approx(float(pool), rel=1e-9)
    assert np.max(abs(s.values["epsilon"] - epsilon)) <= 1e-9 * np.max(epsilon)
    assert abs(math.fsum(s.values["payment"]) - float(pool)) <= 1e-9 * pool
    assert mp.certify(s, tolerance=1e-7).valid


@pytest.mark.parametrize("bits", [30, 45, 80])
def test_caps_that_doubles_take_to_be_reached_at_once_are_told_apart_exactly(bits: int) -> None:
    cost, cap, apart = Fraction(9, 2), Fraction(23, 60), Fraction(1, 2**bits)
    game = mp.StackelbergPricing([cost, cost - apart], Fraction(41, 8), Fraction(83, 4), epsilon_cap=[cap, cap])
    found = mp.solve(game, arithmetic="exact").exact
    # the cheaper one is on its cap c = Z(1 − ρ Z/B) first, the other sells Z − c = Z(1 − ρ′ Z/B), up to where Z stops
    total, pool = sum(found["epsilon"]), found["reward_pool"]
    assert found["epsilon"][1] == cap
    assert 0 < cap - found["epsilon"][0] < apart
    assert total * (1 - (cost - apart) * total / pool) == cap
    assert total * (1 - cost * total / pool) == found["epsilon"][0]
