"""Parts of a contest's path: their points are those of the whole, and a pool's slope is bounded across entries."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from scipy.optimize import brentq

import mechproof as mp
from mechproof.solvers.certificates.stackelberg.checked_path import CheckedPath
from mechproof.solvers.certificates.stackelberg.path_part import PathPart
from mechproof.solvers.certificates.stackelberg.piece import Piece
from mechproof.solvers.certificates.stackelberg.server import UnprovedError
from mechproof.solvers.certificates.stackelberg.stretch_bounds import least_price
from mechproof.solvers.readings.game import GameReading
from mechproof.solvers.readings.rationals import Rationals
from mechproof.solvers.readings.vectors import Vectors


def contest(seed: int, count: int = 8, size: float = 0.3) -> Any:
    rng = np.random.default_rng(seed)
    return mp.StackelbergPricing(
        cost=rng.uniform(0.5, 3, count).round(3),
        alpha=20,
        beta=6,
        epsilon_cap=(size * rng.uniform(0.2, 3, count)).round(3),
    )


def path_of(game: Any, exact: bool = False) -> CheckedPath:
    return CheckedPath(game, GameReading(game, Rationals() if exact else Vectors()))


def pool_of(game: Any, total: float) -> float:
    """B at a total, by a root of what is sold at a price: nothing of the path is used."""
    cost, cap = (np.asarray(values, dtype=float) for values in (game.cost, game.epsilon_cap))

    def missing(ratio: float) -> float:
        return float(np.minimum(cap, total * np.maximum(0, 1 - cost * ratio)).sum() - total)

    return total / brentq(missing, 1e-12, 1 / cost.min(), xtol=1e-15)


def worst_excess(game: Any, path: CheckedPath, ends: tuple[float, float], entering: int) -> float:
    """By how much a bound from the slope is above the pool, at most, on a grid between two totals."""
    first, last = (path.at(total) for total in ends)
    slope = float(least_price(path, first, last, entering))
    totals = np.linspace(*ends, 30)
    return max(first.pool + slope * (total - first.total) - pool_of(game, total) for total in totals)


def test_a_pool_rises_by_its_least_slope_whoever_enters() -> None:
    """Pools by an oracle of its own; that who enters is counted is what keeps the bound below them."""
    kept, broken = [], []
    for seed in range(12):
        game = contest(seed)
        path = path_of(game)
        for ends in ((0.1, 0.3), (0.05, 0.8), (0.3, 0.7), (0.6, 0.9)):
            part = tuple(end * float(path.end) for end in ends)
            first, last = (path.entered(path.at(total)) for total in part)
            kept.append(worst_excess(game, path, part, path.entering(first, last)))
            broken.append(worst_excess(game, path, part, 0))
    assert max(kept) <= 1e-9
    assert max(broken) > 1e-3


@pytest.mark.parametrize("exact", [False, True], ids=["float", "exact"])
def test_points_of_parts_are_those_of_the_whole(exact: bool) -> None:
    for seed in range(3):
        path = path_of(contest(seed), exact)
        part = PathPart.all_between(path, path.start(), path.at(path.end))
        for k in (len(path.entries) // 2, len(path.entries) - 1):
            found, known = part.entry(k), path.entry(k)
            assert float(found.total) == pytest.approx(float(known.total), rel=1e-13)
            assert found.regime.interior_count == known.regime.interior_count
            before, part = part.split(found)
            total = before.first.total + (found.total - before.first.total) * (Fraction(1, 3) if exact else 1 / 3)
            point = before.at(total)
            assert float(point.pool) == pytest.approx(pool_of(path.game, float(total)), rel=1e-9)


def test_narrow_parts_look_at_few() -> None:
    """Between close points hardly anybody's part changes."""
    path = path_of(contest(1, 2000, 0.01))
    part = PathPart.all_between(path, path.start(), path.at(path.end))
    middle = len(path.entries) // 2
    part = part.split(part.entry(middle))[1]
    part = part.split(part.entry(middle + 10))[0]
    assert len(part.piece.index) < 400


@pytest.mark.parametrize("field", ["count", "cost", "capped", "share"])
def test_forged_sums_of_those_settled_are_refused(monkeypatch: pytest.MonkeyPatch, field: str) -> None:
    path = path_of(contest(1, 200, 0.05))
    whole = PathPart.all_between(path, path.start(), path.at(path.end))
    first = whole.entry(len(path.entries) // 3)
    honest = Piece.between
    assert len(whole.split(first)[1].piece.index) < 200

    def forged(self: Piece, *ends: Any) -> Piece:
        piece = honest(self, *ends)
        more = getattr(piece.settled, field) + (1 if field == "count" else 1e-3)
        return replace(piece, settled=replace(piece.settled, **{field: more}))

    monkeypatch.setattr(Piece, "between", forged)
    with pytest.raises(UnprovedError, match="those settled are not so"):
        whole.split(first)


def test_a_point_outside_a_part_is_refused() -> None:
    path = path_of(contest(2, 50, 0.05))
    whole = PathPart.all_between(path, path.start(), path.at(path.end))
    before, behind = whole.split(whole.entry(len(path.entries) // 2))
    with pytest.raises(UnprovedError, match="between its neighbours"):
        before.checked(behind.at((behind.first.total + behind.last.total) / 2))


@pytest.mark.slow
@pytest.mark.parametrize("start", range(0, 100, 20))
def test_capped_pools_of_a_hundred_seeds_are_certified(start: int) -> None:
    """Ten thousand clients under caps, of five sizes by turns."""
    count = 10_000
    for seed in range(start, start + 20):
        rng = np.random.default_rng(seed)
        size = (10, 1, 100, 3 * count**0.5, 0.05 * count)[seed % 5]
        game = mp.StackelbergPricing(
            cost=rng.lognormal(0, 0.5, count),
            alpha=10,
            beta=10 * count,
            epsilon_cap=rng.uniform(0.5, 2, count) * size,
        )
        certificate = mp.solve(game).certificate
        assert certificate.valid, (seed, certificate.reason)


def test_points_in_doubles_are_within_ulps_of_the_exact_ones() -> None:
    """At most 4 N ulps in the total and in the pool: sums of N terms, each off by a few, and quotients of them."""
    count, ulp = 300, 2.0**-52
    game = contest(4, count, 0.03)
    points = []
    for exact in (False, True):
        path = path_of(game, exact)
        part = PathPart.all_between(path, path.start(), path.at(path.end))
        middle = part.entry(len(path.entries) // 2)
        before, behind = part.split(middle)
        points.append((middle, before.entry(len(path.entries) // 4), behind.entry(3 * len(path.entries) // 4)))
    for near, right in zip(*points, strict=True):
        for name in ("total", "pool"):
            found, known = Fraction(getattr(near, name)), getattr(right, name)
            assert abs(found - known) <= Fraction(4 * count * ulp) * known
