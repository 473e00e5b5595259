"""What money is counted in, and what privacy is, decides nothing: the same back ends certify."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import mechproof as mp
from mechproof.formulations.data import Number, Vector, scalar, vector
from mechproof.formulations.language import Constraint, Decision, Program
from mechproof.solvers.readings.scaling import row_scales
from mechproof.solvers.readings.units import in_suitable_unit

POWERS = range(-9, 10)
SOME = (-9, -4, 0, 9)


def ten(power: int) -> Fraction:
    return Fraction(10) ** power


@pytest.mark.parametrize(
    ("backend", "powers"), [("cvxpy:PIQP", POWERS), ("cvxpy:OSQP", SOME), ("pyomo:highs", SOME), ("pyomo:scip", SOME)]
)
def test_prices_are_witnessed_in_any_money(backend: str, powers: Sequence[int]) -> None:
    certified = []
    for power in powers:
        model = mp.VersionPricing(epsilon=[1, 2, 4, 8], target=[ten(power) * price for price in (4, 6, 9, 1)])
        certified.append(mp.solve(model, backend=backend).certificate.valid)
    assert certified == [True] * len(powers)


@pytest.mark.parametrize("backend", ["cvxpy:OSQP", "pyomo:highs"])
@pytest.mark.parametrize("power", [-9, 9])
def test_prices_are_witnessed_in_any_privacy(backend: str, power: int) -> None:
    model = mp.VersionPricing(epsilon=[ten(power) * e for e in (1, 2, 4, 8)], target=[4, 6, 9, 1])
    assert mp.solve(model, backend=backend).certificate.valid


@pytest.mark.parametrize("backend", ["cvxpy:SCS", "pyomo:pounce", "pyomo:scip"])
@pytest.mark.parametrize("power", SOME)
def test_contracts_are_witnessed_in_any_money(backend: str, power: int) -> None:
    costs = [ten(power) * cost for cost in (Fraction(1, 2), 1, 2)]
    contract = mp.PrivacyContract(cost=costs, count=[10, 10, 10], reward_pool=30 * ten(power))
    assert mp.solve(contract, backend=backend).certificate.valid


@pytest.mark.parametrize("power", [-9, 9])
def test_pools_are_witnessed_in_any_money_and_privacy(power: int) -> None:
    for money, privacy in ((ten(power), Fraction(1)), (Fraction(1), ten(power))):
        costs = [cost * money / privacy for cost in (Fraction(1, 5), Fraction(3, 10), Fraction(1, 2))]
        game = mp.StackelbergPricing(cost=costs, alpha=10 / privacy, beta=10 * money)
        assert mp.solve(game, backend="pyomo:highs").certificate.valid
        assert mp.solve(game, backend="best-response").certificate.valid


def test_a_unit_is_a_power_of_two_and_comes_back() -> None:
    model = mp.VersionRevenue(epsilon=[1, 2], wanted=[0, 1], value=[3e-7, 5e-7])
    counted = in_suitable_unit(model)
    inside: Any = counted.model
    assert np.frexp(counted.unit)[0] == 0.5
    assert 0.7 < max(inside.value) < 1.5
    assert (inside.value * counted.unit).tolist() == model.value.tolist()
    assert counted.back({"price": inside.value})["price"].tolist() == model.value.tolist()


class Mixed(Program):
    """A program of somebody's who left out that the fee is money too: in another unit it would be another program."""

    cost: Vector = vector("a cost", above=0, per="good", unit="money")
    fee: Number = scalar("a fee", above=0)

    def variables(self) -> tuple[Decision, ...]:
        return (Decision("x", [0] * len(self.cost), [1] * len(self.cost)),)

    def objective(self) -> Any:
        return expense

    def constraints(self) -> tuple[Constraint, ...]:
        return (Constraint("enough", enough),)


def expense(a: Any, x: Any, cost: Any, fee: Any) -> Any:
    return a.sum(cost * x + fee * a.square(x))


def enough(a: Any, x: Any, cost: Any) -> Any:
    return a.sum(x) - 1


def test_a_program_whose_units_are_left_out_stays_as_it_is() -> None:
    model = Mixed(cost=[3000, 5000], fee=7000)
    assert in_suitable_unit(model).model is model
    assert mp.solve(model, backend="pyomo:highs").certificate.valid


def test_rows_are_of_the_order_of_one() -> None:
    small = row_scales(mp.VersionPricing(epsilon=[1, 2], target=["1e-9", "3e-9"]))
    large = row_scales(mp.VersionPricing(epsilon=[1, 2], target=["1e9", "3e9"]))
    for name, scale in small.items():
        assert scale * 1e-18 == pytest.approx(large[name], rel=1e-9)
