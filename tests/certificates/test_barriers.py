"""How far prices are shown to be from a barrier's optimum, and where it is followed to, against Newton's decrement.

The argument of `versions.barrier` is written down once more in forty digits: gᵀH⁻¹g with the cone's rows as a matrix.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise, product
from typing import Any

import mpmath
import numpy as np
import pytest
from sabotage.answers import barrier_fit

import mechproof as mp
from mechproof.solvers.certificates.versions.barrier import shown_distance
from mechproof.solvers.certificates.versions.barrier_path import Followed, followed
from mechproof.solvers.readings.balls import Balls, precision
from mechproof.solvers.readings.vectors import Vectors

ATTACKS, LOSSES = ("composition", "averaging", "none"), ("squared", "absolute", "huber")
SURVEYS = (([1, 2, 4], [1, 5, 6]), ([3, 1, 2], [4, 2, 2]), ([2], [3]), ([5, 1, 4, 2], [9, 1, 3, 3]))
WEIGHTS = (3, 10**5, 10**9)
CASES = [
    (survey, loss, weight, ATTACKS[(i + j + k) % 3])
    for (i, survey), (j, loss), (k, weight) in product(enumerate(SURVEYS), enumerate(LOSSES), enumerate(WEIGHTS))
]
WIDTH = Fraction("0.4")


def barred(survey: Any, loss: str, weight: int, attack: str) -> mp.VersionPricing:
    return mp.VersionPricing(*survey, loss=loss, attack=attack, barrier=weight, huber_width=WIDTH)


def slopes(loss: str, apart: Any, weight: Any) -> tuple[Any, Any]:
    """The least and the largest slope of one weighted loss."""
    if loss == "squared":
        return 2 * weight * apart, 2 * weight * apart
    if loss == "huber":
        width = mpmath.mpf(WIDTH.numerator) / WIDTH.denominator
        slope = 2 * weight * max(-width, min(width, apart))
        return slope, slope
    return (-weight, weight) if apart == 0 else (mpmath.sign(apart) * weight,) * 2


def rows_of(model: mp.VersionPricing) -> Any:
    """The slacks of prices in the caller's order: the least price, and two of each pair of neighbours."""
    size = [mpmath.mpf(float(e)) ** (2 if model.attack == "averaging" else 1) for e in model.epsilon]
    order = sorted(range(len(size)), key=size.__getitem__)
    rows = [{order[0]: mpmath.mpf(1)}]
    for low, high in pairwise(order):
        rows.append({high: mpmath.mpf(1), low: mpmath.mpf(-1)})
        if model.attack != "none":
            rows.append({low: mpmath.mpf(1), high: -size[low] / size[high]})
    return mpmath.matrix([[row.get(j, 0) for j in range(len(size))] for row in rows])


def shown_by_rows(model: mp.VersionPricing, price: list[Any], held: list[bool]) -> Any:
    """The bound at prices; None where the decrement is a quarter or more."""
    weight = mpmath.mpf(float(model.barrier))
    rows = rows_of(model)
    target = [mpmath.mpf(float(t)) for t in model.target]
    slack = rows * mpmath.matrix(price)
    pull = -rows.T * mpmath.matrix([1 / s for s in slack])
    hessian = rows.T * mpmath.diag([1 / s**2 for s in slack]) * rows
    if model.loss == "squared":
        hessian += 2 * weight * mpmath.eye(len(price))
    gradient = mpmath.matrix(len(price), 1)
    for j, (p, t) in enumerate(zip(price, target, strict=True)):
        low, high = slopes(model.loss, p - t, weight)
        gradient[j] = pull[j] + max(low, min(high, -pull[j]))
    first = reached(hessian, gradient)
    if first is None or not any(held):
        return None if first is None else first[0] * first[1]
    moved = first[0] / (1 - first[0])
    kept = [j for j, on in enumerate(held) if not (on and abs(pull[j]) + mpmath.sqrt(hessian[j, j]) * moved < weight)]
    if not kept:
        return mpmath.mpf(0)
    part = mpmath.matrix([[hessian[i, j] for j in kept] for i in kept])
    rest = reached(part, mpmath.matrix([gradient[j] for j in kept]))
    return None if rest is None else rest[0] * rest[1]


def reached(hessian: Any, gradient: Any) -> tuple[Any, Any] | None:
    inverse = hessian**-1
    decrement = mpmath.sqrt(abs((gradient.T * inverse * gradient)[0]))
    if decrement >= 0.25:
        return None
    return 2 * decrement / (1 - 2 * decrement), mpmath.sqrt(max(inverse[j, j] for j in range(len(gradient))))


def optimum(model: mp.VersionPricing) -> Followed:
    found = followed(model)
    assert found is not None
    return found


@pytest.mark.parametrize(("survey", "loss", "weight", "attack"), CASES)
def test_the_bound_is_that_of_the_decrement(survey: Any, loss: str, weight: int, attack: str) -> None:
    model = barred(survey, loss, weight, attack)
    with precision(256), mpmath.workdps(40), np.errstate(all="ignore"):
        best = optimum(model)
        held = best.held.tolist()
        for size in (0, 1e-9, 1e-6, 1e-4, 1e-2):
            # a part of the least slack, so that everything stays inside
            inside = float(min(rows_of(model) * mpmath.matrix([mpmath.mpf(float(p)) for p in best.price])))
            moved = [
                float(p) if on else float(p) + size * inside * (-1) ** j / 4
                for j, (p, on) in enumerate(zip(best.price, held, strict=True))
            ]
            wanted = shown_by_rows(model, [mpmath.mpf(p) for p in moved], held)
            for algebra in (Balls(), Vectors()):
                shown = shown_distance(model, algebra, np.array(moved), np.array(held))
                rough = isinstance(algebra, Vectors)
                if wanted is None or (rough and weight > 10**4):
                    assert rough or shown is None
                    continue
                assert shown is not None
                assert shown == pytest.approx(float(wanted), rel=1e-6 if rough else 1e-9, abs=1e-12 * rough)
                assert rough or mpmath.mpf(shown) >= wanted * (1 - mpmath.mpf(10) ** -14)


@pytest.mark.parametrize(("survey", "loss", "weight", "attack"), CASES)
def test_the_optimum_is_followed_to_eighteen_digits(survey: Any, loss: str, weight: int, attack: str) -> None:
    model = barred(survey, loss, weight, attack)
    with precision(256):
        best = optimum(model)
        shown = shown_distance(model, Balls(), best.price, best.held)
        assert shown is not None
        assert shown <= 2e-18 * max(model.target) / (weight**0.5 if loss == "squared" else 1)
        if loss == "absolute":
            on_target = [bool(p == float(t)) for p, t in zip(best.price, model.target, strict=True)]
            assert best.held.tolist() == on_target
    if loss == "squared" and weight < 10**9:
        right = barrier_fit([float(e) for e in model.epsilon], model.target, attack, weight)
        assert best.price.astype(float) == pytest.approx([float(p) for p in right], rel=1e-15)
