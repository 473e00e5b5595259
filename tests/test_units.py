"""What money is counted in, and what privacy is, decides nothing: the same back ends certify."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from optional import CVXPY_ECOS

import mechproof as mp
from mechproof.formulations.data import Number, Vector
from mechproof.formulations.declaration import scalar, vector
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


def priced(money: Fraction, privacy: Fraction) -> mp.VersionPricing:
    return mp.VersionPricing(
        epsilon=[privacy * e for e in (1, 2, 4, 8)], target=[money * price for price in (4, 6, 9, 1)]
    )


def contracted(money: Fraction, privacy: Fraction) -> mp.PrivacyContract:
    costs = [money * cost / privacy for cost in (Fraction(1, 2), 1, 2)]
    return mp.PrivacyContract(cost=costs, count=[10, 10, 10], reward_pool=30 * money)


def bought(money: Fraction, privacy: Fraction) -> mp.StackelbergPricing:
    costs = [cost * money / privacy for cost in (Fraction(1, 5), Fraction(3, 10), Fraction(1, 2))]
    return mp.StackelbergPricing(cost=costs, alpha=10 / privacy, beta=10 * money)


def table(model: Any) -> dict[str, Any]:
    """What becomes of every back end: certified, refuted or undecided, or why it gave no answer."""
    rows = mp.compare(model).rows
    return {row.backend: row.certificate.optimal if row.certificate is not None else row.status for row in rows}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("declared", "powers", "of"),
    [(priced, POWERS, "money"), (contracted, POWERS, "money"), (bought, SOME, "money"), (priced, POWERS, "privacy")],
)
def test_the_table_of_back_ends_is_the_same_in_any_unit(
    declared: Callable[..., Any], powers: Sequence[int], of: str
) -> None:
    """What is handed to a solver is the same, and so is what becomes of it; some back ends of games take long."""
    one = Fraction(1)
    found = {k: table(declared(*((ten(k), one) if of == "money" else (one, ten(k))))) for k in (0, *powers)}
    assert {k: row for k, row in found.items() if row != found[0]} == {}


@pytest.mark.parametrize("declared", [priced, contracted])
@pytest.mark.parametrize("backend", ["cvxpy:CLARABEL", CVXPY_ECOS])
def test_a_part_of_the_table_is_the_same_in_any_money(declared: Callable[..., Any], backend: str) -> None:
    found = [mp.solve(declared(ten(power), Fraction(1)), backend).certificate.optimal for power in SOME]
    assert found == [found[0]] * len(SOME)


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


def test_what_a_solver_is_handed_is_the_same_in_any_money() -> None:
    handed = []
    for power in POWERS:
        model = mp.VersionRevenue(epsilon=[1, 2], wanted=[0, 1], value=[3 * ten(power), 5 * ten(power)])
        counted = in_suitable_unit(model)
        inside: Any = counted.model
        handed.append(inside.value.tolist())
        assert counted.back({"price": 1.0})["price"] == float(5 * ten(power))
    assert handed == [[Fraction(3, 5), 1]] * len(POWERS)


def test_doubles_come_back_as_they_were() -> None:
    model = mp.VersionRevenue(epsilon=[1, 2], wanted=[0, 1], value=[3e-7, 5e-7])
    counted = in_suitable_unit(model)
    inside: Any = counted.model
    assert max(inside.value) == 1
    assert counted.back({"price": inside.value})["price"].tolist() == model.value.tolist()
    assert counted.back({"price": 0.5})["price"] == pytest.approx(2.5e-7, rel=1e-15)


def test_a_price_at_which_somebody_still_buys_comes_back_as_that() -> None:
    """A fifth of 5/3 is more than 1/3 in doubles."""
    model = mp.VersionRevenue(epsilon=[1, 2], wanted=[0, 1], value=["1/3", "5/3"])
    price = in_suitable_unit(model).back({"price": np.array([0.2, 1.0])})["price"]
    assert price.tolist() == [1 / 3, 5 / 3]
    assert 0.2 * (5 / 3) > 1 / 3


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
