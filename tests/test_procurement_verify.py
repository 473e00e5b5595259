"""Lies do not pay, nobody loses, there is no deficit; wrong payments are refuted with a lie, sabotage is noticed."""

from __future__ import annotations

import itertools
import time
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import mechproof as mp
from mechproof.proofs.properties.procurement.lies import gains_of_lies

TYPES = mp.TypesPrior(cost=[1, 2, 3], probability=["0.49", "0.02", "0.49"])
GAME = mp.PrivacyProcurement(
    cost=["0.2", "0.3", "0.5", 2], epsilon_cap=[3, 3, 3, 3], alpha=10, beta=10, client=["Ann", "Bob", "Cat", "Dan"]
)


def test_all_holds_of_the_rule_and_lies_were_tried() -> None:
    found = mp.verify(GAME)
    assert found.ok
    assert set(found.require) == {"individual-rationality", "truthfulness", "budget-balance", "efficiency"}
    assert found["truthfulness"].witness["tried"] >= 100_000
    assert found["truthfulness"].witness["largest_gain"] < 1e-12


def test_the_lies_are_what_the_solver_would_do() -> None:
    generator = np.random.default_rng(3)
    for _ in range(20):
        size = int(generator.integers(1, 6))
        cost, cap = generator.lognormal(0, 0.7, size), generator.uniform(0, 2, size)
        game = mp.PrivacyProcurement(cost=cost, epsilon_cap=cap, alpha=5.0, beta=4.0)
        honest = mp.solve(game).values["client_utility"]
        client, reports = int(generator.integers(size)), generator.lognormal(0, 1, 5)
        for report, gain in zip(reports, gains_of_lies(game, client, reports), strict=True):
            lie = mp.solve(replace(game, cost=np.where(np.arange(size) == client, report, cost))).values
            lying = lie["payment"][client] - cost[client] * lie["epsilon"][client]
            assert gain == pytest.approx(lying - honest[client], abs=1e-11)
            assert gain < 1e-12


def profiles(costs: tuple[Any, ...], size: int) -> list[tuple[Any, ...]]:
    return list(itertools.product(costs, repeat=size))


@pytest.mark.parametrize("rule", ["vcg", "myerson"])
def test_no_lie_pays_at_any_profile_of_a_small_grid(rule: str) -> None:
    costs, cap = (1, 2, 3), [1, 2]
    prior = TYPES if rule == "myerson" else None
    market = mp.PrivacyProcurement(list(costs[:2]), cap, alpha=3, beta=20, rule=rule, prior=prior)
    done = {}
    for profile in profiles(costs, 2):
        s = mp.solve(replace(market, cost=list(profile)), arithmetic="exact")
        assert s.certificate.valid
        done[profile] = s.exact
        assert min(float(x) for x in s.exact["client_utility"]) >= 0
        assert float(s.exact["server_utility"]) >= 0
    for profile, i, lie in itertools.product(done, range(2), costs):
        told = tuple(lie if j == i else c for j, c in enumerate(profile))
        kept, lying = (
            float(done[said]["payment"][i]) - profile[i] * float(done[said]["epsilon"][i]) for said in (profile, told)
        )
        assert lying <= kept + 1e-15


@pytest.mark.slow
def test_a_hundred_thousand_random_lies() -> None:
    generator, tried, most = np.random.default_rng(0), 0, -np.inf
    while tried < 100_000:
        size = int(generator.integers(1, 8))
        cost = generator.choice([0.5, 1, 1.5, 2], size) if generator.random() < 0.5 else generator.lognormal(0, 1, size)
        cap = generator.choice([0, 0.5, 1, 2], size)
        revenue = mp.LogRevenue if generator.random() < 0.5 else mp.SaturatingRevenue
        value = revenue(float(generator.lognormal(1, 1)), float(generator.lognormal(1, 1)))
        game = mp.PrivacyProcurement(cost=cost, epsilon_cap=cap, value=value)
        reports = generator.lognormal(0, 1, 200)
        most = max(most, float(np.max(gains_of_lies(game, int(generator.integers(size)), reports))))
        tried += 200
    assert most < 1e-12


@pytest.mark.slow
def test_no_lie_pays_with_a_continuous_prior() -> None:
    generator = np.random.default_rng(1)
    prior = mp.LognormalPrior(mu=0, sigma="0.5")
    for _ in range(150):
        cost, cap = generator.lognormal(0, 0.5, 3), generator.uniform(0, 2, 3)
        game = mp.PrivacyProcurement(cost=cost, epsilon_cap=cap, alpha=5.0, beta=4.0, rule="myerson", prior=prior)
        honest = mp.solve(game).values["client_utility"][0]
        for report in generator.lognormal(0, 0.5, 4):
            lie = mp.solve(replace(game, cost=[report, *cost[1:]])).values
            assert lie["payment"][0] - cost[0] * lie["epsilon"][0] <= honest + 1e-10


def test_paying_as_asked_is_refuted_by_a_lie() -> None:
    s = mp.solve(GAME)
    as_asked = mp.candidate(GAME, epsilon=s.values["epsilon"], payment=[0.6, 0.9, 1.5, 0])
    found = mp.verify(as_asked)
    assert found["truthfulness"].verdict == "violated"
    assert found["truthfulness"].witness["gain"] > 0.5
    assert not found.ok
    assert mp.certify(as_asked).optimal is False


def test_too_little_and_too_much_are_named() -> None:
    low = mp.candidate(GAME, epsilon=[3, 3, 3, 0], payment=["0.5", 4, 4, 0])
    assert mp.verify(low)["individual-rationality"].verdict == "violated"
    high = mp.candidate(GAME, epsilon=[3, 3, 3, 0], payment=[15, 15, 15, 0])
    assert mp.verify(high)["budget-balance"].verdict == "violated"
    little = mp.candidate(GAME, epsilon=[3, 0, 0, 0], payment=[4, 0, 0, 0])
    assert mp.verify(little)["efficiency"].verdict == "violated"


def test_myerson_is_not_efficient_and_says_so() -> None:
    game = mp.PrivacyProcurement([1], [2], alpha=1, beta="3/2", rule="myerson", prior=mp.UniformPrior(high=2))
    found = mp.verify(game)
    assert found.ok
    assert found["efficiency"].verdict == "violated"
    assert found["efficiency"].informational
    assert mp.verify(game, expect_violated=["efficiency"]).ok


@pytest.mark.parametrize("fault", ["cap twice", "no replacement", "one more", "paid twice", "sign", "a step too few"])
def test_a_broken_solver_is_never_certified(fault: str) -> None:
    s = mp.solve(GAME)
    epsilon, payment, cost = s.values["epsilon"].copy(), s.values["payment"].copy(), np.array([0.2, 0.3, 0.5, 2])
    changed = {
        "cap twice": (epsilon * np.array([1, 1, 0.999999, 1]), payment),
        "no replacement": (epsilon, cost * epsilon),
        "one more": (epsilon, np.roll(payment, 1)),
        "paid twice": (epsilon, payment * (1 + 2e-7)),
        "sign": (epsilon, 2 * cost * epsilon - payment),
        "a step too few": (epsilon, payment - 1e-6),
    }[fault]
    altered = mp.candidate(GAME, epsilon=changed[0], payment=changed[1])
    for arithmetic in ("float", "exact"):
        assert not mp.certify(altered, arithmetic).valid


MILLION = 10**6


@pytest.mark.slow
@pytest.mark.parametrize("rule", ["vcg", "myerson"])
@pytest.mark.parametrize("scale", [(1e6, 10.0), (1e6, 1.0)])
def test_a_million_clients_are_certified_in_twenty_times_a_sort(scale: tuple[float, float], rule: str) -> None:
    generator = np.random.default_rng(1)
    cost, cap = generator.lognormal(0, 0.5, MILLION), generator.uniform(0, 1, MILLION)
    prior = mp.LognormalPrior(mu=0, sigma="0.5")
    game = mp.PrivacyProcurement(cost, cap, beta=scale[0], alpha=scale[1], rule=rule, prior=prior)
    solution = mp.solve(game)
    assert solution.certificate.valid  # and everything is loaded
    works = (lambda: np.sort(cost), lambda: mp.solve(game), lambda: mp.certify(solution))
    seconds: list[list[float]] = [[], [], []]
    for _ in range(7):
        for work, taken in zip(works, seconds, strict=True):
            started = time.process_time()
            work()
            taken.append(time.process_time() - started)
    sort, solve, certify = map(min, seconds)
    assert solve < 20 * sort
    assert certify < 20 * sort


def test_many_clients_are_certified_by_duality() -> None:
    generator = np.random.default_rng(2)
    cost, cap = generator.lognormal(0, 0.5, 5000), generator.uniform(0, 1, 5000)
    game = mp.PrivacyProcurement(cost=cost, epsilon_cap=cap, alpha=10.0, beta=5000.0)
    s = mp.solve(game)
    assert s.certificate.valid
    assert s.certificate.distance < 1e-9
    worse = mp.candidate(game, epsilon=s.values["epsilon"], payment=s.values["payment"] * (1 + 1e-6))
    assert mp.certify(worse).optimal is False
    less = s.values["epsilon"].copy()
    less[np.argmax(less)] *= 1 - 1e-6
    assert mp.certify(mp.candidate(game, epsilon=less, payment=s.values["payment"])).optimal is False


def test_fractions_stay_fractions() -> None:
    game = mp.PrivacyProcurement([1, 3], [1, 1], alpha=6, beta=60, rule="myerson", prior=TYPES)
    paid = mp.solve(game, arithmetic="exact").exact["payment"]
    assert all(isinstance(x, Fraction) for x in paid)
