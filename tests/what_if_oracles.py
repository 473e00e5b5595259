"""What answers do when a datum moves, by solving anew on both sides: the oracle of every derivative."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

import mechproof as mp

STEP = Fraction(1, 2**28)
"""Of differences, off by about its square; the exact solver starts from doubles, which tell no smaller one."""


def slopes(declare: Callable[[Fraction], Any], at: Fraction, side: int = 0) -> dict[str, np.ndarray]:
    """Return how fast all values of exact solves move: by central differences, or by one-sided ones of second order."""
    step = STEP * max(abs(at), Fraction(1, 64))
    if side == 0:
        there, here = _solved(declare(at + step)), _solved(declare(at - step))
        return {name: (there[name] - here[name]) / (2 * step) for name in there}
    first, second, third = (_solved(declare(at + side * k * step)) for k in (0, 1, 2))
    return {name: side * (4 * second[name] - 3 * first[name] - third[name]) / (2 * step) for name in first}


def _solved(model: Any) -> dict[str, np.ndarray]:
    exact = mp.solve(model, arithmetic="exact").exact
    assert exact is not None
    numbers = {
        name: np.array([_middle(item) for item in np.ravel(value)], dtype=object) for name, value in exact.items()
    }
    return {name: value for name, value in numbers.items() if not isinstance(value[0], bool)}


def _middle(value: Any) -> Any:
    """A fraction; of a ball, its middle."""
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, int | Fraction):
        return Fraction(value)
    mantissa, exponent = value.mid().man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


def furthest_off(found: dict[str, Any], expected: dict[str, np.ndarray]) -> float:
    """Return the largest difference between rates and slopes, relative to the largest slope or one."""
    worst = 0.0
    for name, rates in found.items():
        rate = np.array([float(item) for item in np.ravel(rates)])
        slope = np.array([float(item) for item in expected[name]])
        worst = max(worst, float(np.max(np.abs(rate - slope)) / max(1.0, float(np.max(np.abs(slope))))))
    return worst
