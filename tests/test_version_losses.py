"""The losses' slopes, curvatures and pieces are those of the losses, over fractions."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from mechproof.formulations.algebra import read
from mechproof.formulations.versions.losses import CURVATURES, LOSSES, SLOPES, slope_pieces, width_that_matters
from mechproof.solvers.readings.rationals import Rationals

STEP = Fraction(1, 1000)
POINTS = [Fraction(n, 4) for n in range(1, 41)]
TARGET, WIDTH = Fraction(5), Fraction(2)


def loss(name: str, price: Fraction) -> Fraction:
    """By cases, and not by the package's formula."""
    apart = abs(price - TARGET)
    if name == "huber" and apart > WIDTH:
        return 2 * WIDTH * apart - WIDTH**2
    return apart if name == "absolute" else apart**2


def of(formulas: Any, name: str, price: Fraction) -> Any:
    roles = {"price": price, "target": TARGET, "huber_width": WIDTH, "rounding": Fraction(0)}
    return read(formulas[name], Rationals(), roles)


def one_sided(name: str, price: Fraction, step: Fraction) -> Fraction:
    """The slope towards a step, exact where the loss is one quadratic up to twice the step."""
    near, far = ((loss(name, price + n * step) - loss(name, price)) / (n * step) for n in (1, 2))
    return 2 * near - far


@pytest.mark.parametrize("name", LOSSES)
def test_slopes_and_curvatures_are_differences_of_the_losses(name: str) -> None:
    for price in POINTS:
        assert of(LOSSES, name, price) == loss(name, price)
        left, right = of(SLOPES, name, price)
        assert left == one_sided(name, price, -STEP)
        assert right == one_sided(name, price, STEP)
        if price not in (TARGET, TARGET - WIDTH, TARGET + WIDTH):  # where a slope jumps or bends
            second = (loss(name, price + STEP) - 2 * loss(name, price) + loss(name, price - STEP)) / STEP**2
            assert of(CURVATURES, name, price) == second


@pytest.mark.parametrize("name", LOSSES)
def test_the_pieces_are_the_slopes(name: str) -> None:
    start, bend, kinks = slope_pieces(name, TARGET, WIDTH)
    for price in POINTS:
        before = [(at, jump, turn) for at, jump, turn in kinks if at < price]
        left = start + bend * price + sum(jump + turn * (price - at) for at, jump, turn in before)
        reached = left + sum(jump for at, jump, _ in kinks if at == price)
        assert (left, reached) == of(SLOPES, name, price)


def test_a_width_above_the_prices_is_no_width() -> None:
    assert width_that_matters([Fraction(3), Fraction(7)], Fraction(10**9)) == 7
    assert width_that_matters([Fraction(3), Fraction(7)], Fraction(2)) == 2
