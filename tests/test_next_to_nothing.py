"""Where next to nothing is bought, changed or sold: answers are certified, and no division fails."""

from __future__ import annotations

import warnings
from typing import Any

import mpmath
import numpy as np
import pytest
from procurement_oracles import lognormal_charge, myerson_rent

import mechproof as mp

TIES = [
    ([0.7 * 0.1 / 3 * part for part in (1.5, 2, 1)], 0.7, 0.1),
    ([0.3 * 3 / 7 * part for part in (2, 1, 1, 1, 2, 1, 1)], 3, 0.3),
    ([11.0, 5.5], 1.1, 10),
    ([1.1 * 10 / 2 * (1 - 1e-12), 5.5], 1.1, 10),
]
"""Costs at which the first unit is worth as much in decimals, and in doubles a rounding more or less."""


@pytest.mark.parametrize(("cost", "alpha", "beta"), TIES)
def test_costs_at_which_buying_begins(cost: list[float], alpha: float, beta: float) -> None:
    game = mp.PrivacyProcurement(cost=cost, epsilon_cap=np.ones(len(cost)), alpha=alpha, beta=beta)
    solution = mp.solve(game)
    assert solution.certificate.valid, solution.certificate.reason
    sells = np.zeros(len(cost))
    sells[0] = 1e-3
    assert not mp.certify(mp.candidate(game, epsilon=sells, payment=sells * cost[0])).valid


def test_a_seller_whom_an_equal_one_replaces_wholly() -> None:
    size = 320
    cost, cap = np.full(size, 100.0), np.full(size, 2.0)
    prior = mp.UniformPrior(low=100, high=150)
    solution = mp.solve(mp.PrivacyProcurement(cost, cap, alpha=1000, beta=100, rule="myerson", prior=prior))
    assert solution.certificate.valid, solution.certificate.reason
    assert solution.values["payment"] == pytest.approx(100 * solution.values["epsilon"], rel=1e-12)


@pytest.mark.parametrize("size", [1, 20])
def test_the_worth_of_the_first_unit_may_be_far_above_that_of_the_last(size: int) -> None:
    cost, cap = np.full(size, 0.7), np.zeros(size)
    cap[0] = 30.0
    prior = mp.LognormalPrior(mu=0, sigma="0.5")
    game = mp.PrivacyProcurement(cost, cap, alpha=1000.0 * size, beta=7.0, rule="myerson", prior=prior)
    solution = mp.solve(game)
    assert solution.certificate.valid, solution.certificate.reason
    with mpmath.workdps(20):
        rent = myerson_rent([0.7], [30.0], 0, lognormal_charge(0, 0.5), 7000.0, 1000.0, 7.0)
    assert solution.values["client_utility"][0] == pytest.approx(float(rent), rel=1e-9)


@pytest.mark.parametrize("norm", [1, 2, "inf"])
@pytest.mark.parametrize(("cost", "epsilon", "payment"), [(2, 0, 5), (3, 2, 6)])
def test_one_sound_type_stays(norm: Any, cost: int, epsilon: int, payment: int) -> None:
    contract = mp.PrivacyContract(cost=[cost], count=[1], reward_pool=30)
    found = mp.repair(mp.candidate(contract, epsilon=[epsilon], payment=[payment]), norm=norm)
    assert found.distance == 0
    assert found.certificate.optimal


def test_a_client_who_may_sell_nothing_beside_others_who_do_not() -> None:
    game = mp.StackelbergPricing(cost=[1, 1, "1/2"], alpha=10, beta=10, epsilon_cap=[0, "1/10", "1/2"])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        item = mp.verify(mp.candidate(game, reward_pool=5.0, epsilon=[0.0, 0.0, 0.0]))["second-account"]
    assert item.verdict in {"violated", "inconclusive"}
