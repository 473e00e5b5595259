"""Points of a capped contest's path, found on pieces of it, against the equilibrium's own conditions in fractions."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mechproof.solvers.certificates.stackelberg.path import ContestPath
from mechproof.solvers.certificates.stackelberg.piece import Point
from mechproof.solvers.readings.rationals import Rationals
from mechproof.solvers.readings.vectors import Vectors

# few different numbers, so that costs and caps tie
costs = st.integers(1, 6).map(lambda k: Fraction(k, 4))
caps = st.integers(0, 8).map(lambda k: Fraction(k, 5))
clients = st.lists(st.tuples(costs, caps), min_size=2, max_size=9).filter(
    lambda drawn: sum(c > 0 for _, c in drawn) > 1
)
parts = st.fractions(min_value=Fraction(1, 50), max_value=1, max_denominator=50)


def exact_path(drawn: list[tuple[Fraction, Fraction]]) -> ContestPath:
    cost, cap = (np.array(column, dtype=object) for column in zip(*drawn, strict=True))
    return ContestPath(Rationals(), cost, cap)


def float_path(path: ContestPath) -> ContestPath:
    return ContestPath(Vectors(), path.cost.astype(float), path.cap.astype(float))


def sold(path: ContestPath, total: Fraction, ratio: Fraction) -> Fraction:
    """Σ min(c, Z max(0, 1 − ρ z)), written out."""
    pairs = zip(path.cost, path.cap, strict=True)
    return sum((min(cap, total * max(1 - cost * ratio, Fraction(0))) for cost, cap in pairs), Fraction(0))


def alike(point: Point, other: Point) -> bool:
    return (point.total, point.pool, point.ratio) == (other.total, other.pool, other.ratio)


@settings(deadline=None)
@given(clients, parts)
def test_the_offers_sum_to_the_total_and_no_larger_z_has_them_do_so(drawn, part):
    path = exact_path(drawn)
    total = sum(path.cap) * part
    point = path.at_total(total)
    assert (point.total, point.pool) == (total, total / point.ratio)
    assert sold(path, total, point.ratio) == total
    assert point.ratio == path.first_ratio or sold(path, total, point.ratio * Fraction(1_000_001, 1_000_000)) < total


@settings(deadline=None)
@given(clients, parts)
def test_the_regime_is_that_of_the_offers(drawn, part):
    path = exact_path(drawn)
    total = sum(path.cap) * part
    point = path.at_total(total)
    wanted = [total * (1 - cost * point.ratio) for cost in path.cost]
    inside = [0 < own < cap for own, cap in zip(wanted, path.cap, strict=True)]
    # one who is about to enter, or to come off the cap, may count as interior or not
    edge = [cap > 0 and own in (0, cap) for own, cap in zip(wanted, path.cap, strict=True)]
    assert sum(inside) <= point.regime.interior_count <= sum(inside) + sum(edge)
    if point.regime.interior_count:
        assert point.regime.ratio(Rationals(), total) == point.ratio


@settings(deadline=None)
@given(clients, parts, parts, parts)
@example(
    [(Fraction(1, 4), Fraction(1, 5)), (Fraction(1, 4), Fraction(2, 5))], Fraction(1, 50), Fraction(1), Fraction(1)
)
def test_a_piece_has_the_points_of_the_whole(drawn, first, second, third):
    path = exact_path(drawn)
    low, between, high = sorted([first, second, third])
    most = sum(path.cap)
    piece = path.whole.between(path.at_total(most * low), path.at_total(most * high))
    point = path.at_total(most * between)
    assert alike(piece.at_total(most * between), point)
    assert alike(piece.between(point, point).at_total(most * between), point)
    if point.ratio < path.first_ratio:
        assert alike(piece.at_ratio(point.ratio, most * high), path.at_ratio(point.ratio)) or low == high


@settings(deadline=None)
@given(clients, parts)
def test_doubles_are_as_near_as_doubles_can_be(drawn, part):
    path = exact_path(drawn)
    total = sum(path.cap) * part
    exact, point = path.at_total(total), float_path(path).at_total(float(total))
    offers = float_path(path).offers(point.total, point.ratio)
    assert abs(float(np.sum(offers)) - float(total)) <= 1e-12 * float(total)
    # just above a total that all have on their caps the pool jumps, and doubles cannot tell which side they are on
    if sold(path, total, exact.ratio * Fraction(999_999, 1_000_000)) > total:
        assert float(point.ratio) == pytest.approx(float(exact.ratio), rel=1e-9)


@settings(deadline=None)
@given(clients, parts, parts, parts)
def test_pieces_of_doubles_have_points_of_the_path_too(drawn, first, second, third):
    path = float_path(exact_path(drawn))
    low, between, high = (float(np.sum(path.cap)) * float(part) for part in sorted([first, second, third]))
    point = path.whole.between(path.at_total(low), path.at_total(high)).at_total(between)
    assert abs(float(np.sum(path.offers(point.total, point.ratio))) - between) <= 1e-12 * between


@pytest.mark.parametrize("size", [1_000, 20_000])
@pytest.mark.parametrize("spread", [0.0, 1e-12, 0.5])
def test_many_clients_alike_or_not(size, spread):
    rng = np.random.default_rng(size)
    path = ContestPath(Vectors(), rng.lognormal(0, spread, size), 3 * rng.lognormal(0, spread, size))
    for part in (1e-6, 0.1, 0.5, 0.9, 1 - 1e-9, 1.0):
        total = float(np.sum(path.cap)) * part
        point = path.at_total(total)
        assert point.total == pytest.approx(total, rel=1e-12)
        assert float(np.sum(path.offers(point.total, point.ratio))) == pytest.approx(total, rel=1e-11)


def test_who_is_open_halves():
    rng = np.random.default_rng(1)
    path = ContestPath(Vectors(), rng.lognormal(0, 0.5, 10_000), rng.uniform(1, 2, 10_000))
    most = float(np.sum(path.cap))
    piece, low, high = path.whole, path.at_total(most / 10), path.at_total(most / 2)
    open_ones = []
    for _ in range(12):
        piece = piece.between(low, high)
        open_ones.append(len(piece.index))
        high = piece.at_total((low.total + high.total) / 2)
    assert open_ones[-1] < 20 < 3_000 < open_ones[0]
