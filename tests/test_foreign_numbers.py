"""Numbers of NumPy and FLINT mean what they are to their last digit; what is masked is refused wherever it enters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal, getcontext
from fractions import Fraction
from typing import Any

import flint
import numpy as np
import pytest

import mechproof as mp
from mechproof.formulations.language import Decision

WIDE = np.longdouble(1) / 3
GAME = mp.StackelbergPricing(cost=[1, 1, 3], alpha=30, beta=6, client=["Ann", "Bob", "Cem"])


def masked(numbers: list[Any], kind: Any = float) -> Any:
    return np.ma.masked_array(np.array(numbers, dtype=kind), [False, True, *[False] * (len(numbers) - 2)])


@dataclass(frozen=True)
class Read:
    """A number of another library, and its value."""

    name: str
    given: Any
    value: Fraction


def of_a_wide_float(value: Any) -> Fraction:
    """Its digits as NumPy prints them, exactly: the sum of a double and what is left, which is one too."""
    first = float(value)
    return Fraction(first) + Fraction(float(value - np.longdouble(first)))


NUMBERS = (
    Read("fmpz", flint.fmpz(3), Fraction(3)),
    Read("fmpq", flint.fmpq(1, 3), Fraction(1, 3)),
    Read("exact ball", flint.arb(5) / 4, Fraction(5, 4)),
    Read("arf", flint.arf(2.5), Fraction(5, 2)),
    Read("wide float", WIDE, of_a_wide_float(WIDE)),
    Read("wide float that is a double", np.longdouble(0.1), Fraction(0.1)),
    Read("narrow float", np.float32(0.1), Fraction(13421773, 2**27)),
    Read("half float", np.float16(0.1), Fraction(1638, 2**14) + Fraction(0)),
    Read("small integer", np.int8(7), Fraction(7)),
)


@pytest.mark.parametrize("number", NUMBERS, ids=lambda number: number.name)
def test_a_number_is_read_to_its_last_digit(number: Read) -> None:
    assert Fraction(mp.LogRevenue(number.given, 1).alpha) == number.value
    costs = mp.StackelbergPricing(cost=[number.given, number.given], alpha=1, beta=1).cost
    assert [Fraction(cost) for cost in costs] == [number.value] * 2


def test_an_array_of_wide_floats_is_not_rounded() -> None:
    costs = mp.StackelbergPricing(cost=np.array([WIDE, 2 * WIDE]), alpha=1, beta=1).cost
    assert [Fraction(cost) for cost in costs] == [of_a_wide_float(WIDE), 2 * of_a_wide_float(WIDE)]
    getcontext().prec = 60
    assert abs(Decimal(costs[0].numerator) / costs[0].denominator - Decimal(1) / 3) < Decimal("1e-19")


@pytest.mark.parametrize(
    "given",
    [
        flint.arb("0.1"),
        flint.arb("inf"),
        flint.arb(2) ** 100_000,
        flint.fmpz(10) ** 400,
        flint.acb(1),
        np.longdouble("1e4000"),
        np.clongdouble(1),
        np.ma.masked,
    ],
    ids=str,
)
def test_what_is_not_one_number_is_refused(given: Any) -> None:
    with pytest.raises(mp.InputError, match="alpha"):
        mp.LogRevenue(given, 1)
    with pytest.raises(mp.InputError, match=r"cost\[1\]"):
        mp.StackelbergPricing(cost=[1, given], alpha=1, beta=1)


ENTRANCES: dict[str, tuple[Callable[[Any], Any], str]] = {
    "a field": (lambda m: mp.StackelbergPricing(cost=m, alpha=1, beta=1, client=["a", "b", "c"]), r"cost\[1\].*b"),
    "a candidate": (lambda m: mp.candidate(GAME, reward_pool=1, epsilon=m), r"epsilon\[1\] \(client Bob\)"),
    "an outcome": (
        lambda m: mp.candidate(GAME, reward_pool=1, epsilon=[1, 1, 1], participates=m.astype(bool)),
        r"participates\[1\] \(client Bob\)",
    ),
    "an altered solution": (lambda m: mp.solve(GAME).altered(epsilon=m), r"epsilon\[1\]"),
    "a solution put together": (lambda m: replace(mp.solve(GAME), values={"epsilon": m}), r"epsilon\[1\]"),
    "exact values": (lambda m: replace(mp.solve(GAME), exact={"epsilon": m}), r"epsilon\[1\]"),
    "a lower bound": (lambda m: Decision("x", m, [9, 9, 9]), r"x's lower bound\[1\]"),
    "an upper bound": (lambda m: Decision("x", [0, 0, 0], m), r"x's upper bound\[1\]"),
}


@pytest.mark.parametrize("entrance", ENTRANCES)
@pytest.mark.parametrize("kind", [float, np.float32, int, object])
def test_what_is_masked_is_refused(entrance: str, kind: Any) -> None:
    enter, told = ENTRANCES[entrance]
    with pytest.raises(mp.InputError, match=told):
        enter(masked([1, 2, 3], kind))


def test_one_masked_number_is_refused() -> None:
    with pytest.raises(mp.InputError, match="reward_pool"):
        mp.candidate(GAME, reward_pool=np.ma.masked_array(1.0, True), epsilon=[1, 1, 1])


def test_a_masked_array_without_a_mask_is_an_array() -> None:
    costs = mp.StackelbergPricing(cost=np.ma.masked_array([1.0, 2.0]), alpha=1, beta=1).cost
    assert costs.tolist() == [1.0, 2.0]
    assert not isinstance(costs, np.ma.MaskedArray)
