"""Bounds of boxes, each kind on functions whose largest values are known; every one of them was broken on purpose."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest
from design_families import Pocket, Polynomial

from mechproof.solvers.certificates.design.bounds import leaf_of
from mechproof.solvers.certificates.design.cover import certify_cover
from mechproof.solvers.certificates.design.objective import BITS, Objective
from mechproof.solvers.readings.balls import precision

LOW = Fraction(-1000)


def largest(linear: Any, square: Any, cubic: Any, box: Any) -> float:
    """On a grid that has the corners, the middle and more."""
    size = len(linear)
    bends = np.array(square, dtype=float).reshape(size, size)
    axes = [np.linspace(float(low), float(high), 41) for low, high in box.values()]
    places = np.array(list(product(*axes)))
    values = places @ np.array(linear, dtype=float) + np.einsum("ki,ij,kj->k", places, bends, places) / 2
    return float((values + (places**3) @ np.array(cubic, dtype=float)).max())


def bound(family: Polynomial, box: Any, point: Any = None) -> Any:
    with precision(BITS):
        return leaf_of(Objective(family, "value"), box, point, LOW)


WHOLE = (Fraction(-1), Fraction(1))


@pytest.mark.parametrize(
    ("linear", "square", "most"),
    [
        ([0], [2], 1),  # x²: the middle's slope and the second derivative
        (["1/2"], [-2], Fraction(1, 16)),  # the top of a parabola
        ([3], [2], 4),  # rising: the end
        ([0, 0], [0, 1, 1, 0], 1),  # xy: the mixed derivative
        ([0, 0], [-2, 3, 3, -2], 1),  # concave in each, and not in both
    ],
)
def test_what_a_parabola_reaches_is_bounded_and_closely(linear: Any, square: Any, most: Any) -> None:
    family = Polynomial(linear=linear, square=square, cubic=[0] * len(linear))
    upper = bound(family, dict.fromkeys(family.names(), WHOLE)).upper
    assert most <= upper <= most + Fraction(1, 10**9)


def test_a_point_of_inflection_is_no_top() -> None:
    family = Polynomial(linear=[0], square=[0], cubic=[1])  # x³, flat at 0, where it is not concave
    leaf = bound(family, {"x0": WHOLE}, {"x0": Fraction(0)})
    assert not leaf.attained
    assert leaf.upper >= 1


def test_a_saddle_is_no_top() -> None:
    family = Polynomial(linear=[0, 0], square=[-2, 0, 0, 2], cubic=[0, 0])
    leaf = bound(family, {"x0": WHOLE, "x1": WHOLE}, {"x0": Fraction(0), "x1": Fraction(0)})
    assert not leaf.attained
    assert leaf.upper >= 1


@pytest.mark.parametrize("seed", [0, 1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(2, 30))])
def test_no_polynomial_is_above_its_bound_on_any_box(seed: int) -> None:
    draw = np.random.default_rng(seed)
    for _ in range(12):
        size = int(draw.integers(1, 4)) if seed > 1 else int(draw.integers(1, 3))
        linear, cubic = draw.integers(-4, 5, (2, size)).tolist()
        half = draw.integers(-4, 5, (size, size))
        square = (half + half.T).ravel().tolist()
        width = Fraction(2, int(2 ** draw.integers(0, 7)))
        starts = [Fraction(int(k), 64) * (2 - width) - 1 for k in draw.integers(0, 65, size)]
        box = {f"x{k}": (start, start + width) for k, start in enumerate(starts)}
        family = Polynomial(linear=linear, square=square, cubic=cubic)
        found = bound(family, box, {name: sides[int(draw.integers(0, 2))] for name, sides in box.items()})
        if not found.attained:
            assert found.upper is None or float(found.upper) >= largest(linear, square, cubic, box) - 1e-12


def test_a_multiplier_shows_nothing_where_its_constraint_is_not_met() -> None:
    """At (1/4, 1/4) f + 3/2 s is stationary and concave, and s is not zero there: (1/2, 1/2) is better."""
    point = {"x": Fraction(1, 4), "y": Fraction(1, 4)}
    for word in (".", "0..", "01..1.."):
        assert not certify_cover(Pocket(), "height", point, word, 1e-3, {"below": Fraction(3, 2)}).valid


def test_a_multiplier_below_nothing_is_not_used() -> None:
    """−(x − 1/2)² where x ≥ 1/4: with the multiplier −1/2 the edge would seem to be the best."""
    family = Polynomial(linear=[1], square=[-2], cubic=[0], edge="1/4")
    for word in (".", "0.."):
        edge = certify_cover(family, "value", {"x0": Fraction(1, 4)}, word, 1e-6, {"edge": Fraction(-1, 2)})
        assert not edge.valid
    assert certify_cover(family, "value", {"x0": Fraction(1, 2)}, "0..", 1e-6).exact
