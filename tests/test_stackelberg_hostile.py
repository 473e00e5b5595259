"""Stackelberg pricing where it is hardest: ties, zero and tiny caps, means over those who sell, falsified optima.

Nothing of the path is shared with the package: regimes are followed event by event over fractions, maxima are bisected.
"""

from __future__ import annotations

import pickle
import threading
import time
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from oracles import capped_path

import mechproof as mp


@dataclass(frozen=True)
class Hostile:
    """A game that once was solved or certified wrongly, or not at all."""

    name: str
    game: dict[str, Any]
    pool: float


TIED = {"cost": [2, 1, 1, 3], "mean_over": "participants"}
GAMES = [
    Hostile(
        "a client who may sell nothing",
        {"cost": [2, 2, 1, 2], "epsilon_cap": [0, 1, 1, 1], "alpha": 40, "beta": 5},
        25 / 6,
    ),
    Hostile("an indifferent client is not counted", {**TIED, "alpha": 10, "beta": 10}, 9.6),
    Hostile(
        "an indifferent client is not counted, in doubles",
        {"cost": [0.95, 0.7, 0.25], "alpha": 10.0, "beta": 10.0, "mean_over": "participants"},
        9.81,
    ),
    Hostile(
        "the mean drops at an entry",
        {
            "cost": [2, 1, 3, 3, 2],
            "epsilon_cap": [".025", 25, ".025", 25, ".025"],
            "alpha": 5550,
            "beta": 1,
            "mean_over": "participants",
        },
        0.45,
    ),
    Hostile("all caps bind", {"cost": [1, 2], "epsilon_cap": [0.1e-9, 0.3e-9], "alpha": 5e3, "beta": 1.0}, 3.2e-9),
    Hostile(
        "equal caps all bind", {"cost": [1.5e-15] * 2, "epsilon_cap": [3e13] * 2, "alpha": 6e-5, "beta": 1.0}, 0.18
    ),
    Hostile(
        "pools far beyond any use",
        {"cost": [1e-9] * 3, "revenue": mp.SaturatingRevenue(alpha=65, beta=1)},
        1.61955524146609216e-9,
    ),
    Hostile("exactly at the edge of being worth it", {"cost": [1, 1], "alpha": 4, "beta": 1}, 0.0),
]


@pytest.mark.parametrize("arithmetic", ["float", "exact"])
@pytest.mark.parametrize("case", GAMES, ids=lambda case: case.name)
def test_hard_games_are_solved_and_certified(case: Hostile, arithmetic: str) -> None:
    s = mp.solve(mp.StackelbergPricing(**case.game), arithmetic=arithmetic)
    assert s.values["reward_pool"] == pytest.approx(case.pool, rel=1e-10, abs=1e-15)
    for way in ("float", "exact"):
        certificate = mp.certify(s, arithmetic=way)
        assert certificate.valid, certificate
    if case.pool == 0:
        nothing = mp.candidate(s.model, reward_pool=0, epsilon=[0] * len(s.model.cost))
        assert mp.certify(nothing, arithmetic=arithmetic).valid
    else:
        assert all(
            (e > 0) == bool(sells) for e, sells in zip(s.values["epsilon"], s.values["participates"], strict=True)
        )


@pytest.mark.parametrize("arithmetic", ["float", "exact"])
def test_nothing_is_not_as_good_as_little(arithmetic: str) -> None:
    """A pool of 6e-9 of the largest buys budgets that earn nearly everything: zero is no answer within 1e-7."""
    game = mp.StackelbergPricing(cost=[1e-12, 2e-12], revenue=mp.SaturatingRevenue(alpha=5e3, beta=1))
    assert 0 < mp.solve(game).values["reward_pool"] < 1e-8
    assert mp.certify(mp.candidate(game, reward_pool=0, epsilon=[0, 0]), arithmetic=arithmetic).optimal is False


@pytest.mark.parametrize("arithmetic", ["float", "exact"])
def test_little_is_not_as_good_as_nothing(arithmetic: str) -> None:
    """All caps used at a pool of 3e-9 of the largest, where the best is to buy nothing."""
    game = mp.StackelbergPricing(cost=[2, 2], epsilon_cap=[1e-9, 1e-9], alpha=".5", beta=1)
    all_used = mp.candidate(game, reward_pool=8e-9, epsilon=[1e-9, 1e-9])
    assert mp.certify(all_used, arithmetic=arithmetic).optimal is False


@pytest.mark.parametrize("arithmetic", ["float", "exact"])
def test_an_indifferent_clients_mean_is_no_way_to_a_wrong_pool(arithmetic: str) -> None:
    """As if the third client counted: the pool that was once accepted."""
    game = mp.StackelbergPricing(**TIED, alpha=10, beta=10)
    wrong = mp.candidate(game, reward_pool="9.4", epsilon=[0, "2.35", "2.35", 0])
    assert mp.certify(wrong, arithmetic=arithmetic).optimal is False


def test_exact_kinks_are_exact() -> None:
    """The best pool is where a client reaches the cap: a fraction of the data, not a fraction near the optimum."""
    cost, cap = [0.3, 0.7, 1.1], [0.011, 0.23, 0.17]
    game = mp.StackelbergPricing(cost=cost, epsilon_cap=cap, alpha=1e4, beta=1.0)
    s = mp.solve(game, arithmetic="exact")
    assert s.exact is not None
    path = capped_path([Fraction(c) for c in cost], [Fraction(c) for c in cap])
    assert s.exact["reward_pool"] in [pool for _, pool in path]
    assert s.certificate.valid


class Hyperbolic(mp.Revenue):
    """β ε/(k + ε), without a formula for its demand."""

    beta: mp.Number = mp.scalar("the ceiling", above=0)
    half: mp.Number = mp.scalar("the budget worth half of it", above=0)

    def value(self, a: mp.Algebra, epsilon: Any) -> Any:
        return self.beta * epsilon / (self.half + epsilon)

    @property
    def largest_pool(self) -> Any:
        return self.beta


class Stepped(mp.Revenue):
    """Concave but for a steep step, too narrow to be met by a few points."""

    beta: mp.Number = mp.scalar("the scale", above=0)
    at: mp.Number = mp.scalar("where the step is", above=0)

    def value(self, a: mp.Algebra, epsilon: Any) -> Any:
        return self.beta * (a.log1p(epsilon) + 1 / (2 + 2 * a.exp(-4000 * (epsilon - self.at))))

    @property
    def largest_pool(self) -> Any:
        return 2 * self.beta


@pytest.mark.parametrize("caps", [None, [".1", ".1", 2]], ids=["free", "capped"])
@pytest.mark.parametrize("arithmetic", ["float", "exact"])
def test_a_revenue_without_a_demand(caps: Any, arithmetic: str) -> None:
    game = mp.StackelbergPricing(cost=[1, 1, 3], revenue=Hyperbolic(3, ".1"), epsilon_cap=caps)
    s = mp.solve(game, arithmetic=arithmetic)
    # uncapped: f'(Z/3)/3 = 2 with f' = βk/(k + ε)²;  capped: both cheap clients at their caps, Z = 1/5, B = 2/5
    expected = 6 * (0.05**0.5 - 0.1) if caps is None else 0.4
    assert s.values["reward_pool"] == pytest.approx(expected, rel=1e-12)
    assert s.certificate.valid
    if arithmetic == "exact" and caps is None:
        assert s.exact is not None
        assert ((10 * s.exact["reward_pool"] + 6) ** 2).contains(180)


@pytest.mark.parametrize("arithmetic", ["float", "exact"])
def test_a_revenue_that_is_not_concave_is_never_certified(arithmetic: str) -> None:
    started = time.perf_counter()
    game = mp.StackelbergPricing(cost=[1, 1], revenue=Stepped(beta=1, at="1/30"))
    assert not mp.certify(mp.solve(game), arithmetic=arithmetic).valid
    assert time.perf_counter() - started < 5


@pytest.mark.parametrize("mean_over", ["all", "participants"])
@pytest.mark.parametrize("size", [200, 2000])
def test_many_caps_that_bind_together(size: int, mean_over: str) -> None:
    """Where all who sell are capped, their sum is missed by a rounding for each of them."""
    rng = np.random.default_rng(0)
    cost, cap = np.exp(rng.normal(size=size)), np.exp(rng.normal(size=size)) / size
    game = mp.StackelbergPricing(cost=cost, epsilon_cap=cap, alpha=300.0 * size, beta=4.0, mean_over=mean_over)
    certificate = mp.solve(game).certificate
    assert certificate.valid, certificate


def test_exact_solutions_can_be_pickled_and_come_back_from_a_limit_on_time() -> None:
    game = mp.StackelbergPricing(cost=[1, 1, 3], revenue=mp.SaturatingRevenue(alpha=3, beta=5))
    here, there = mp.solve(game, arithmetic="exact"), mp.solve(game, arithmetic="exact", time_limit=60)
    for s in (pickle.loads(pickle.dumps(here)), there):
        assert s.exact is not None
        assert s.exact["reward_pool"].overlaps(here.exact["reward_pool"])
        assert s.exact["reward_pool"].rad() < 1e-30
        assert s.certificate.valid


def test_a_model_that_cannot_be_sent_to_another_process_says_so() -> None:
    revenue = Hyperbolic(3, ".1")
    object.__setattr__(revenue, "lock", threading.Lock())
    game = mp.StackelbergPricing(cost=[1, 1, 3], revenue=revenue)
    rows = mp.compare(game, backends=["closed-form"]).rows
    assert [row.status for row in rows] == ["cannot"]
    assert "cannot be sent" in rows[0].detail
    with pytest.raises(mp.UnsupportedModel, match="cannot be sent"):
        mp.solve(game, time_limit=60)


class Spiked(mp.Game):
    """Utilities with a second, far narrower and higher, maximum in the own decision."""

    weight: mp.Vector = mp.vector("a weight", above=0, per="player")
    at: mp.Number = mp.scalar("where the spike is", above=0)

    def players(self) -> tuple[mp.Player]:
        def utility(a: mp.Algebra, own: Any, others: Any, weight: Any, at: Any) -> Any:
            return 5 / (1 + a.square(20_000 * (own - at))) - weight * a.square(own - 1) - own * others / 1000

        size = len(self.weight)
        return (mp.Player("player", mp.Decision("x", np.zeros(size), np.full(size, 4.0)), utility, count=size),)


@pytest.mark.parametrize("arithmetic", ["float", "exact"])
def test_a_local_maximum_beside_a_narrow_spike_is_no_equilibrium(arithmetic: str) -> None:
    """Both at 2/2.001 are stationary, but the spike at 2.6 is worth more."""
    game = Spiked(weight=[1, 1], at="2.6")
    assert not mp.certify(mp.candidate(game, x=[2 / 2.001, 2 / 2.001]), arithmetic=arithmetic).valid


def test_all_capped_on_both_sides_of_a_total() -> None:
    """Exactly: the regimes around the optimum have no total in common but the one where all who sell are capped."""
    cost = [117810.22630633810, 0.00348667332767988, 1.18196515341680e-7, 391.421823809965, 7.93531037202830e-9]
    cap = [1.97515121947040e-10, 1.79239718937614e-10, 1.44836619161895e-10, 9.19563298535842e-11, 7.42139034240191e-12]
    game = mp.StackelbergPricing(
        cost=cost, epsilon_cap=cap, revenue=mp.SaturatingRevenue(1.386918053241151, 0.1906), mean_over="participants"
    )
    exact = mp.solve(game, arithmetic="exact")
    assert exact.values["reward_pool"] == pytest.approx(mp.solve(game).values["reward_pool"], rel=1e-9)
