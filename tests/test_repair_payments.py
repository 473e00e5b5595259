"""Nearest payments for budgets that stay: the near-linear algorithm against HiGHS, and against a rational simplex."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from repair_oracles import gains, least_distance, rational_payments

import mechproof as mp
from mechproof.formulations.repair.contract import nearest_menu
from mechproof.solvers.backends.contract.payment_chain import PaymentChain
from mechproof.solvers.solution import Request

FEW = 8


def random_menu(rng: Any, most: int, ties: bool = False) -> tuple[Any, Any, Any, Any]:
    """Costs, counts, falling budgets and payments that are sound but for noise, or not at all."""
    kinds = int(rng.integers(1, most + 1))
    cost = np.sort(rng.integers(1, kinds + 1, kinds)) if ties else np.sort(rng.choice(40, kinds, replace=False) + 1)
    count, epsilon = rng.integers(1, 9, kinds), np.sort(rng.integers(0, 12, kinds))[::-1]
    if rng.random() < 0.5:
        payment = rng.integers(0, 200, kinds)
    else:
        rents = np.concatenate([np.cumsum((np.diff(cost) * epsilon[1:])[::-1])[::-1], [0]])
        payment = cost * epsilon + rents + rng.integers(-9, 10, kinds)
    mixed = rng.permutation(kinds)
    return cost[mixed], count[mixed], epsilon[mixed], payment[mixed]


def in_doubles(cost: Any, count: Any, pool: float, epsilon: Any, payment: Any, kept: tuple[str, ...]) -> Any:
    contract = mp.PrivacyContract(cost.astype(float), count.astype(float), pool)
    stated = {"epsilon": epsilon.astype(float), "payment": payment.astype(float)}
    return PaymentChain().solve(nearest_menu(contract, stated, kept, "1"), Request()).decisions["payment"]


@pytest.mark.parametrize("part", [60, pytest.param(250, marks=pytest.mark.slow)])
@pytest.mark.parametrize("ties", [False, True])
def test_many_menus_against_highs(ties: bool, part: int) -> None:
    rng = np.random.default_rng(11 + ties)
    tight = 0
    for _ in range(part):
        cost, count, epsilon, payment = random_menu(rng, 14, ties)
        free = least_distance(cost, count, None, epsilon, payment, "1", "epsilon")
        if free is None:  # of equal costs, budgets may be in an order in which they rise
            with pytest.raises(mp.InputError, match="no payments make both best off"):
                repaired(cost, count, 1, epsilon, payment, "epsilon")
            continue
        paid = in_doubles(cost, count, 1.0, epsilon, payment, ("epsilon",))
        assert count @ abs(paid - payment) == pytest.approx(free, rel=1e-7, abs=1e-7)
        pool = int(count @ paid * rng.uniform(0.7, 1.0)) + 1
        within = least_distance(cost, count, pool, epsilon, payment, "1", "epsilon")
        if within is None:
            with pytest.raises(mp.BackendError, match="exceed the pool"):
                in_doubles(cost, count, float(pool), epsilon, payment, ("epsilon", "pool"))
            continue
        tight += within > free + 1e-6
        paid = in_doubles(cost, count, float(pool), epsilon, payment, ("epsilon", "pool"))
        assert count @ paid <= pool * (1 + 1e-12)
        assert count @ abs(paid - payment) == pytest.approx(within, rel=1e-7, abs=1e-7)
        assert max(gains(cost.tolist(), map(Fraction, epsilon.tolist()), map(Fraction, paid)), default=0) < 1e-9
    assert tight > 10


def repaired(cost: Any, count: Any, pool: Any, epsilon: Any, payment: Any, keep: Any) -> Any:
    contract = mp.PrivacyContract(cost.tolist(), count.tolist(), pool)
    stated = mp.candidate(contract, epsilon=epsilon.tolist(), payment=payment.tolist())
    return mp.repair(stated, keep=keep)


def test_exactly_as_a_rational_simplex() -> None:
    rng = np.random.default_rng(2)
    for _ in range(15):
        cost, count, epsilon, payment = random_menu(rng, FEW)
        found = repaired(cost, count, 1, epsilon, payment, "epsilon")
        assert found.plan.backend == "payment-chain"
        assert found.distance == rational_payments(cost, count, None, epsilon, payment)
        assert (found.certificate.valid, found.certificate.gap) == (True, 0)
        pool = Fraction(int(found.model.reward_pool) * 9, 10)
        within = rational_payments(cost, count, pool, epsilon, payment)
        if within is None:
            with pytest.raises(mp.InputError, match="leaves nothing sound"):
                repaired(cost, count, pool, epsilon, payment, ["epsilon", "pool"])
            continue
        found = repaired(cost, count, pool, epsilon, payment, ["epsilon", "pool"])
        assert found.distance == within
        assert (found.certificate.valid, found.certificate.gap) == (True, 0)
        assert (
            found.cost["the buyer"] + sum(m * p for m, p in zip(count.tolist(), payment.tolist(), strict=True)) <= pool
        )


@pytest.mark.slow
def test_three_thousand_types_exactly() -> None:
    rng = np.random.default_rng(0)
    cost, count = np.cumsum(rng.uniform(0.01, 1, 3000)), rng.integers(1, 20, 3000)
    epsilon, payment = np.sort(rng.uniform(0, 5, 3000))[::-1].copy(), rng.uniform(0, 100, 3000)
    stated = mp.candidate(mp.PrivacyContract(cost, count, 1e9), epsilon=epsilon, payment=payment)
    found = mp.repair(stated, keep="epsilon")
    assert found.certificate.valid
    assert found.certificate.gap < 1e-12
    assert mp.verify(found.candidate, require=found.properties).ok
