"""What a certificate must always catch, and what it must not refuse."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import mechproof as mp

RNG = np.random.default_rng(5)
GAMES: dict[str, dict[str, Any]] = {
    "five": {"cost": [0.2, 0.3, 0.5, 2.0, 3.0], "alpha": 10, "beta": 10},
    "equal": {"cost": [0.001] * 100, "alpha": 10, "beta": 10},
    "log-normal": {"cost": np.exp(RNG.normal(size=300)), "alpha": 1e4, "beta": 3.0},
    "near-equal": {"cost": 1 + 1e-6 * RNG.random(50), "alpha": 1e3, "beta": 1.0},
    "capped": {"cost": [1.0, 1.0, 3.0, 9.0], "epsilon_cap": [0.1, 0.1, 100.0, 1.0], "alpha": 30, "beta": 6},
    "capped, many": {
        "cost": np.exp(RNG.normal(size=40)),
        "epsilon_cap": np.exp(RNG.normal(size=40)) * 1e-2,
        "alpha": 500.0,
        "beta": 4.0,
    },
}


@dataclass(frozen=True)
class Falsified:
    """A change of a right answer that must be caught."""

    name: str
    change: Callable[[mp.Solution], mp.Solution]


def restated(s: mp.Solution, **decisions: Any) -> mp.Solution:
    """The decisions changed, and every outcome restated consistently with them."""
    kept = {name: s.values[name] for name in ("reward_pool", "epsilon")}
    return mp.candidate(s.model, **{**kept, **decisions})


def largest_moved(s: mp.Solution) -> mp.Solution:
    epsilon = s.values["epsilon"].copy()
    epsilon[np.argmax(epsilon)] *= 1 - 1e-6
    return restated(s, epsilon=epsilon)


def excluded_let_in(s: mp.Solution) -> mp.Solution:
    epsilon = s.values["epsilon"].copy()
    outside = np.flatnonzero(epsilon == 0)
    epsilon[outside[-1]] = 1e-9 * epsilon.max()
    return restated(s, epsilon=epsilon)


def participant_dropped(s: mp.Solution) -> mp.Solution:
    epsilon = s.values["epsilon"].copy()
    inside = np.flatnonzero(epsilon > 0)
    epsilon[inside[np.argmin(epsilon[inside])]] = 0.0
    return restated(s, epsilon=epsilon)


def payment_moved(s: mp.Solution) -> mp.Solution:
    payment = s.values["payment"].copy()
    payment[np.argmax(payment)] *= 1 + 1e-6
    return s.altered(payment=payment)


def participation_falsified(s: mp.Solution) -> mp.Solution:
    return s.altered(participates=~s.values["participates"])


def client_utility_falsified(s: mp.Solution) -> mp.Solution:
    utility = s.values["client_utility"].copy()
    utility[np.argmax(utility)] *= 1 + 1e-5
    return s.altered(client_utility=utility)


def server_utility_falsified(s: mp.Solution) -> mp.Solution:
    return s.altered(server_utility=s.values["server_utility"] * (1 + 1e-6))


def pool_moved(factor: float) -> Callable[[mp.Solution], mp.Solution]:
    """Another pool, with the equilibrium that it would buy."""

    def change(s: mp.Solution) -> mp.Solution:
        game = s.model
        pool = s.values["reward_pool"] * factor
        if game.epsilon_cap is None:
            return restated(s, reward_pool=pool, epsilon=s.values["epsilon"] * factor)
        from mechproof.solvers.readings.game import GameReading
        from mechproof.solvers.readings.vectors import Vectors
        from mechproof.solvers.response import equilibrium

        return restated(s, reward_pool=pool, epsilon=equilibrium(GameReading(game, Vectors()), {"reward_pool": pool}))

    return change


FALSIFIED = [
    Falsified("the largest budget moved by 1e-6", largest_moved),
    Falsified("an excluded client let in", excluded_let_in),
    Falsified("a participant dropped", participant_dropped),
    Falsified("a payment moved", payment_moved),
    Falsified("participation falsified", participation_falsified),
    Falsified("a client's utility falsified", client_utility_falsified),
    Falsified("the server's utility falsified", server_utility_falsified),
    Falsified("the pool up by 1e-6, all rescaled", pool_moved(1 + 1e-6)),
    Falsified("the pool down by 1e-6, all rescaled", pool_moved(1 - 1e-6)),
    Falsified("half the pool", pool_moved(0.5)),
]


@pytest.mark.parametrize("arithmetic", ["float", "exact"])
@pytest.mark.parametrize("name", GAMES)
def test_right_answers_certify(name: str, arithmetic: str) -> None:
    certificate = mp.certify(mp.solve(mp.StackelbergPricing(**GAMES[name])), arithmetic=arithmetic)
    assert certificate.valid, certificate
    assert certificate.distance is not None
    assert certificate.distance <= 1e-9


EACH = [
    pytest.param(name, arithmetic, marks=[pytest.mark.slow] if arithmetic == "exact" and len(game["cost"]) > 9 else [])
    for name, game in GAMES.items()
    for arithmetic in ("float", "exact")
]


@pytest.mark.parametrize("case", FALSIFIED, ids=lambda case: case.name)
@pytest.mark.parametrize(("name", "arithmetic"), EACH)
def test_falsified_answers_are_caught(name: str, case: Falsified, arithmetic: str) -> None:
    s = mp.solve(mp.StackelbergPricing(**GAMES[name]))
    if case.change is excluded_let_in and np.all(s.values["epsilon"] > 0):
        pytest.skip("everybody takes part in this game")
    certificate = mp.certify(case.change(s), arithmetic=arithmetic)
    assert not certificate.valid
    assert certificate.feasible is False or certificate.optimal is False, certificate
    assert certificate.reason


@pytest.mark.parametrize("arithmetic", ["float", "exact"])
def test_the_wrong_local_maximum_is_caught(arithmetic: str) -> None:
    game = mp.StackelbergPricing(cost=[1, 1, 3], epsilon_cap=[".1", ".1", 100], alpha=30, beta=6)
    wrong = mp.candidate(game, reward_pool=Fraction(2, 5), epsilon=[Fraction(1, 10), Fraction(1, 10), 0])
    assert wrong.values["server_utility"] == pytest.approx(6.19167, abs=1e-5)  # a true local maximum
    certificate = mp.certify(wrong, arithmetic=arithmetic)
    assert certificate.feasible
    assert certificate.optimal is False
    assert "better for the server" in certificate.reason


def test_the_formula_without_caps_is_caught_under_caps() -> None:
    game = mp.StackelbergPricing(cost=[1, 1, 3], epsilon_cap=[".1", ".1", 100], alpha=30, beta=6)
    wrong = mp.candidate(game, reward_pool="5.8", epsilon=[".1", ".1", ".4"])
    assert not mp.certify(wrong).valid


def test_a_zero_pool_certifies_with_zero_budgets_only() -> None:
    game = mp.StackelbergPricing(cost=[1, 2, 3], alpha=".1", beta=1)
    assert mp.solve(game).certificate.valid
    assert mp.certify(mp.candidate(game, reward_pool=0, epsilon=[0, 0, 0]), arithmetic="exact").valid
    assert not mp.certify(mp.candidate(game, reward_pool=0, epsilon=[1, 0, 0])).valid
    worth_it = mp.StackelbergPricing(cost=[1, 2, 3], alpha=100, beta=1)
    assert not mp.certify(mp.candidate(worth_it, reward_pool=0, epsilon=[0, 0, 0])).valid


def test_all_zero_is_no_equilibrium_of_a_positive_pool() -> None:
    game = mp.StackelbergPricing(cost=[1, 2], alpha=100, beta=1)
    assert mp.certify(mp.candidate(game, reward_pool=".5", epsilon=[0, 0])).optimal is False


@pytest.mark.parametrize("seed", range(30))
def test_distances_are_those_of_the_answer(seed: int) -> None:
    """An answer moved by a known amount is certified to just about that distance, and never to less than half of it."""
    rng = np.random.default_rng(seed)
    game = mp.StackelbergPricing(cost=np.exp(rng.normal(size=6)), alpha=1e3, beta=2.0)
    s = mp.solve(game)
    by = 10.0 ** -rng.uniform(5, 9)
    epsilon = s.values["epsilon"].copy()
    epsilon[np.argmax(epsilon)] *= 1 + by
    distance = mp.certify(mp.candidate(game, reward_pool=s.values["reward_pool"], epsilon=epsilon)).distance
    assert distance is not None
    assert by / 2 <= distance <= 2 * by + 1e-11


@pytest.mark.slow
def test_near_equal_costs_at_a_million() -> None:
    game = mp.StackelbergPricing(cost=np.full(10**6, 0.001), alpha=1e6, beta=10.0)
    s = mp.solve(game)
    assert mp.certify(s, tolerance=1e-7).valid
    for case in FALSIFIED:
        if case.change is not excluded_let_in:
            assert not mp.certify(case.change(s)).valid, case.name
