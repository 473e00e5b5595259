"""Capped contests with ties: clients who enter just where others reach their caps, or cannot sell at all."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import mechproof as mp

# few different numbers, so that costs, caps and the places of the path tie
costs = st.integers(1, 6).map(lambda k: Fraction(k, 4))
caps = st.integers(0, 8).map(lambda k: Fraction(k, 5))
clients = st.lists(st.tuples(costs, caps), min_size=2, max_size=6).filter(
    lambda drawn: sum(c > 0 for _, c in drawn) > 1
)
alphas = st.builds(Fraction, st.integers(1, 40), st.integers(1, 8))
betas = st.builds(Fraction, st.integers(1, 60), st.integers(1, 6))
revenues = st.builds(
    lambda kind, alpha, beta: kind(alpha=alpha, beta=beta),
    st.sampled_from([mp.LogRevenue, mp.SaturatingRevenue]),
    alphas,
    betas,
)


@dataclass(frozen=True)
class Tied:
    cost: tuple[str, ...]
    cap: tuple[str, ...]
    alpha: str
    beta: str
    mean_over: str


TIED = [
    # the cheapest may sell nothing, and the pool is below the first cap
    Tied(("3/2", "1", "1/2"), ("4/5", "3/5", "0"), "29", "11/6", "participants"),
    Tied(("1/2", "3/2", "5/4", "3/4"), ("0", "2/5", "7/5", "3/5"), "22/5", "11/6", "all"),
    # the next enters just where all who sell reach their caps
    Tied(("1", "1/4", "3/4"), ("7/5", "6/5", "2/5"), "13/8", "38/3", "participants"),
    # the best pool is the largest at which a client with nothing to sell stays out
    Tied(("1/2", "3/4", "1/4", "1/2"), ("6/5", "7/5", "1", "0"), "5", "11/3", "participants"),
    # one enters just where another is capped, and the utility has a kink there
    Tied(("1/2", "3/4", "3/2", "1", "5/4"), ("1/5", "6/5", "1", "7/5", "1/5"), "3/8", "30", "all"),
]


def total_bought(game: mp.StackelbergPricing, pool: float) -> float:
    """The largest Z with Σ min(c/Z, max(0, 1 − ρ Z/B)) ≥ 1, by bisection."""
    pairs = [(float(cost), float(cap)) for cost, cap in zip(game.cost, game.epsilon_cap, strict=True)]
    low, high = 0.0, sum(cap for _, cap in pairs)
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if sum(offers(pairs, pool, middle)) >= middle else (low, middle)
    return low


def offers(pairs: list[tuple[float, float]], pool: float, total: float) -> list[float]:
    return [min(cap, total * max(0.0, 1 - cost * total / pool)) for cost, cap in pairs]


def earned(game: mp.StackelbergPricing, pool: float) -> float:
    """The server's utility, with the mean over all who sell anything, be it a rounding: never more than it is."""
    pairs = [(float(cost), float(cap)) for cost, cap in zip(game.cost, game.epsilon_cap, strict=True)]
    total = total_bought(game, pool)
    sellers = sum(offer > 0 for offer in offers(pairs, pool, total))
    mean = total / (len(pairs) if game.mean_over == "all" else max(sellers, 1))
    alpha, beta = float(game.revenue.alpha), float(game.revenue.beta)
    worth = math.log1p(alpha * mean) if isinstance(game.revenue, mp.LogRevenue) else 1 - math.exp(-alpha * mean)
    return beta * worth - pool


def judge(game: mp.StackelbergPricing) -> None:
    found = {arithmetic: mp.solve(game, arithmetic=arithmetic) for arithmetic in ("exact", "float")}
    for arithmetic, solution in found.items():
        assert solution.certificate.valid, (arithmetic, solution.certificate.reason)
    best = float(found["exact"].values["server_utility"])
    largest = float(game.revenue.beta)
    assert best == pytest.approx(float(found["float"].values["server_utility"]), abs=1e-7 * largest)
    assert all(earned(game, largest * k / 100) <= best + 1e-6 * largest for k in range(1, 101))


@pytest.mark.parametrize("case", TIED, ids=lambda case: "-".join(case.cost).replace("/", "_"))
def test_ties_are_certified(case: Tied) -> None:
    judge(
        mp.StackelbergPricing(
            cost=case.cost, epsilon_cap=case.cap, alpha=case.alpha, beta=case.beta, mean_over=case.mean_over
        )
    )


@pytest.mark.slow
@settings(deadline=None, max_examples=25)
@given(clients, revenues, st.sampled_from(["all", "participants"]))
@example(
    [(Fraction(1, 4), Fraction(6, 5)), (Fraction(5, 4), Fraction(6, 5)), (Fraction(1, 4), Fraction(4, 5))],
    mp.SaturatingRevenue(alpha=6, beta=11),
    "participants",
)
def test_any_ties_are_certified(drawn, revenue, mean_over) -> None:
    cost, cap = zip(*drawn, strict=True)
    judge(mp.StackelbergPricing(cost=cost, epsilon_cap=cap, revenue=revenue, mean_over=mean_over))
