"""What certificates of prices rest on: multipliers, sets of optimal menus, the barrier's derivatives and distances."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from sabotage import answers

import mechproof as mp
from mechproof.solvers.certificates.versions.barrier import BarrierReading, on_targets, polished, shown_distance
from mechproof.solvers.certificates.versions.optimum import Optimum
from mechproof.solvers.certificates.versions.price_dual import Dual, Survey
from mechproof.solvers.certificates.versions.price_search import least_losing_prices
from mechproof.solvers.certificates.versions.revenue_bound import potential
from mechproof.solvers.certificates.versions.survey import in_floats, in_whole_numbers
from mechproof.solvers.certificates.versions.tridiagonal import inverse_diagonal, pivots, solution
from mechproof.solvers.readings.balls import Balls, precision
from mechproof.solvers.readings.program import ProgramReading
from mechproof.solvers.readings.rationals import Rationals
from mechproof.solvers.readings.vectors import Vectors

ATTACKS, LOSSES = ("composition", "averaging", "none"), ("squared", "absolute", "huber")


def lost(loss: str, price: Any, target: Any, width: Fraction) -> Fraction:
    """The loss of one price, written down once more."""
    apart = abs(price - target)
    if loss == "absolute":
        return apart
    return apart * apart if loss == "squared" or apart <= width else 2 * width * apart - width * width


def safe(price: Any, weight: list[Any], nested: bool) -> bool:
    """Whether a menu is in the cone."""
    return all(
        price[j] <= price[j + 1] and (nested or price[j + 1] * weight[j] <= price[j] * weight[j + 1])
        for j in range(len(price) - 1)
    )


@dataclass(frozen=True)
class Grid:
    """A fit whose optimal menus among whole and half prices are enumerated; they contain all corners of the set."""

    loss: str
    nested: bool
    target: tuple[int, ...]

    @property
    def weight(self) -> list[Fraction]:
        return [Fraction(1), Fraction(2), Fraction(4)]

    @property
    def width(self) -> Fraction:
        return Fraction(1)

    def best(self) -> list[tuple[Fraction, ...]]:
        steps = [Fraction(k, 2) for k in range(1, 13)]
        menus = [m for m in itertools.product(steps, repeat=3) if safe(m, self.weight, self.nested)]
        losses = [sum(lost(self.loss, p, t, self.width) for p, t in zip(m, self.target, strict=True)) for m in menus]
        return [m for m, value in zip(menus, losses, strict=True) if value == min(losses)]

    def survey(self) -> Survey:
        target = [Fraction(t) for t in self.target]
        return Survey(Rationals(), self.weight, target, self.loss, self.width, self.nested, Fraction(12), 0)


GRIDS = [
    Grid("absolute", nested, target)
    for nested in (True, False)
    for target in ((1, 2, 4), (3, 1, 2), (2, 1, 5), (4, 2, 1), (1, 5, 2), (1, 3, 1), (3, 3, 1))
] + [
    Grid("huber", nested, target) for nested in (True, False) for target in ((5, 1, 1), (1, 1, 5), (1, 5, 1), (2, 2, 2))
]


@pytest.mark.parametrize("case", GRIDS, ids=str)
def test_the_set_of_optimal_menus(case: Grid) -> None:
    """Its extent, who is in it and how near it is, by the multipliers at one of them."""
    best = case.best()
    survey, pairs = case.survey(), list(zip(*best, strict=True))
    least = sum(lost(case.loss, p, t, case.width) for p, t in zip(best[0], case.target, strict=True))
    for at in (best[0], best[-1], best[len(best) // 2]):
        dual = Dual.at(survey, at)
        if dual.bound != least:
            continue  # a grid's best need not be the best
        assert dual.attained
        assert dual.residual(at) == 0
        assert dual.dearest == (min(pairs[-1]), max(pairs[-1]))
        assert dual.spread == max(max(entries) - min(entries) for entries in pairs)
        for menu in best:
            assert dual.optimal_near(menu, 0)
            assert dual.residual(menu) == 0
        for menu in itertools.product([Fraction(k) for k in range(1, 7)], repeat=3):
            apart = min(max(abs(a - b) for a, b in zip(menu, other, strict=True)) for other in best)
            if apart > 0 and menu not in best and safe(menu, case.weight, case.nested):
                assert not dual.optimal_near(menu, 0)
                assert dual.optimal_near(menu, apart)
                assert dual.residual(menu) > 0
        break
    else:
        assert case.loss == "huber"


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("nested", [True, False])
def test_the_search_finds_what_the_multipliers_show(loss: str, nested: bool) -> None:
    rng = np.random.default_rng(4)
    for _ in range(25):
        weight = [Fraction(int(w)) for w in np.cumsum(rng.integers(1, 5, 5))]
        target = [Fraction(int(t)) for t in rng.integers(1, 20, 5)]
        price = least_losing_prices(weight, target, loss, Fraction(2), nested)
        assert safe(price, weight, nested)
        survey = Survey(Rationals(), weight, target, loss, Fraction(2), nested, Fraction(60), 0)
        dual = Dual.at(survey, price)
        total = sum(lost(loss, p, t, Fraction(2)) for p, t in zip(price, target, strict=True))
        assert dual.bound == total == survey.total_loss(price)
        floats = least_losing_prices([float(w) for w in weight], [float(t) for t in target], loss, 2.0, nested)
        assert sum(
            float(lost(loss, Fraction(p), t, Fraction(2))) for p, t in zip(floats, target, strict=True)
        ) == pytest.approx(float(total), abs=1e-9)


def test_what_was_taken_for_rounding() -> None:
    """Slacks that count as nothing, with multipliers, move the optimum by their sum and more; so do moved tilts."""
    survey = Survey(Vectors(), [1.0, 2.0, 3.0], [3.0, 2.0, 1.0], "squared", 1.0, True, 9.0, 1e-6)
    dual = Dual.at(survey, [2.0, 2.0, 2.0])
    assert dual.multipliers == pytest.approx([2.0, 2.0])
    assert dual.rounded([2.0, 2.0, 2.0]) == 0
    assert dual.rounded([2.0, 2.0 + 5e-7, 2.0 + 8e-7]) == pytest.approx(8e-7 * (1 + math.sqrt(3)), rel=1e-6)
    assert dual.rounded([2.0, 2.0 + 5e-6, 2.0 + 5.2e-6]) == pytest.approx(2e-7 * (1 + math.sqrt(3)), rel=1e-4)
    off = Dual.at(survey, [2.0 + 1e-7, 2.0 + 1e-7, 2.0 + 1e-7])
    assert off.moved == pytest.approx((6e-7) ** 2, rel=1e-3)
    assert off.rounded([2.0] * 3) == pytest.approx(3e-7, rel=1e-3)
    assert off.residual([2.0] * 3) == pytest.approx(0, abs=1e-12)
    assert dual.residual([2.0, 1.9, 1.9]) == math.inf
    assert dual.residual([1.9, 2.0, 2.0]) == pytest.approx(0.01 + 2 * 0.1)


@pytest.mark.parametrize("arithmetic", ["float", "exact"])
def test_how_far_prices_are_from_one_optimum_or_many(arithmetic: str) -> None:
    algebra: Any = Rationals() if arithmetic == "exact" else Vectors()

    def read(price: list[Any]) -> Any:
        fractions = [Fraction(p) for p in price]
        return algebra.vector(fractions if arithmetic == "exact" else [float(p) for p in fractions])

    one = mp.VersionPricing(epsilon=[4, 1, 2, 8], target=[6, 1, 5, 20], attack="averaging")
    right = read([6, "21/17", "84/17", 20])
    found = Optimum(one, ProgramReading(one, algebra), right)
    assert found.short == pytest.approx(0, abs=1e-20)
    assert found.blur <= (0 if arithmetic == "exact" else 1e-11)
    for size in (Fraction(1, 10**9), Fraction(1, 10**5), Fraction(1, 2)):
        moved = right * (1 + (size if arithmetic == "exact" else float(size)))
        least, most = found.distance(moved)
        assert least <= size + 1e-15
        assert most >= size - 1e-15
        assert most - least <= 1e-10
        assert most == pytest.approx(float(size), abs=1e-11)
        own = sum((float(p) - t) ** 2 for p, t in zip(moved, [6, 1, 5, 20], strict=True))
        best = sum((float(p) - t) ** 2 for p, t in zip(right, [6, 1, 5, 20], strict=True))
        assert found.gap(moved) == pytest.approx((own - best) / (36 + 1 + 25 + 400), rel=1e-6, abs=1e-14)
    many = mp.VersionPricing(epsilon=[1, 2], target=[2, 1], loss="absolute", attack="none")
    found = Optimum(many, ProgramReading(many, algebra), read(["3/2", "3/2"]))
    assert found.dual.attained
    assert not found.unique(1e-7)
    for price, apart in (
        (["3/2", "3/2"], 0),
        ([1, 1], 0),
        ([3, 3], 1 / 2),
        (["1/2", "1/2"], 1 / 2),
        (["1", "1.2"], 0.1),
    ):
        scale = min(max(float(Fraction(price[-1])), 1), 2)
        wanted = apart / scale
        if price == [3, 3]:
            wanted = 1 / 2
        least, most = found.distance_to_the_set(read(price), 1e-7)
        assert least <= wanted * (1 + 1e-9) + 1e-12
        assert most >= wanted * (1 - 1e-9)
        assert most <= wanted * 1.1 + 1e-12


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("loss", LOSSES)
def test_gradient_and_hessian_of_the_whole_objective(attack: str, loss: str) -> None:
    """By differences of the declared objective."""
    model = mp.VersionPricing([2, 1, 4], [1.3, 1.9, 1.1], attack=attack, barrier=3, loss=loss, huber_width="0.4")
    reading, declared = BarrierReading(model, Vectors()), ProgramReading(model, Vectors())
    order, price, step = model.cone.order, np.array([1.5, 1.0, 2.2]), 1e-5

    def value(moved: Any) -> float:
        return float(declared.objective({"price": moved}))

    at = price[order]
    barrier, diagonal, beside = reading.barrier(at)
    gradient, curved = reading.gradient(barrier, at), reading.curvature(at)
    unit = step * np.eye(3)[order]
    for j in range(3):
        rise = (value(price + unit[j]) - value(price - unit[j])) / (2 * step)
        bend = (value(price + unit[j]) - 2 * value(price) + value(price - unit[j])) / step**2
        assert gradient[j] == pytest.approx(rise, rel=1e-6)
        curvature = (
            curved[j] if loss == "squared" or (loss == "huber" and abs(at[j] - reading.data["target"][j]) < 0.4) else 0
        )
        assert diagonal[j] + curvature == pytest.approx(bend, rel=1e-3)
    for j in range(2):
        mixed = (
            value(price + unit[j] + unit[j + 1]) - value(price + unit[j]) - value(price + unit[j + 1]) + value(price)
        ) / step**2
        assert beside[j] == pytest.approx(mixed, rel=1e-2, abs=1e-3)


def test_of_subgradients_at_a_kink_the_least_is_taken() -> None:
    model = mp.VersionPricing([1, 2], [1, 2], loss="absolute", barrier=100, attack="none")
    reading = BarrierReading(model, Vectors())
    on_target = np.array([1.0, 2.0])
    assert reading.gradient(np.array([30.0, -99.0]), on_target).tolist() == [0.0, 0.0]
    assert reading.gradient(np.array([130.0, -199.0]), on_target).tolist() == [30.0, -99.0]
    beyond = np.array([1.5, 1.5])
    assert reading.gradient(np.array([30.0, -99.0]), beyond).tolist() == [130.0, -199.0]
    held = reading.gradient(np.array([30.0, -150.0]), beyond, np.array([True, True]))
    assert held.tolist() == [0.0, -50.0]
    assert [slope.tolist() for slope in reading.slopes(beyond)] == [[100, -100], [100, -100]]


@dataclass(frozen=True)
class Barred:
    """A fit with a barrier and no kink."""

    epsilon: tuple[Any, ...]
    target: tuple[Any, ...]
    attack: str
    barrier: float


BARRED = [
    Barred((1, 2, 4, 8), (1, 5, 6, 20), "composition", 10),
    Barred((1, 2, 4, 8), (1, 5, 6, 20), "composition", 1e4),
    Barred((3, 1, 8, 2, 5), (4, 2, 7, 5, 4), "none", 3),
    Barred((3, 1, 8, 2, 5), (4, 2, 7, 5, 4), "averaging", 50),
    Barred((2,), (3,), "composition", 2),
]


@pytest.mark.parametrize("case", BARRED, ids=str)
def test_the_barriers_optimum_is_as_near_as_is_shown(case: Barred) -> None:
    model = mp.VersionPricing(case.epsilon, case.target, attack=case.attack, barrier=case.barrier)
    right = answers.barrier_fit(case.epsilon, case.target, case.attack, case.barrier)
    start = np.array([float(p) for p in right])
    improved = polished(model, start * 1.01)
    assert improved == pytest.approx(start, rel=1e-9)
    for size in (1e-11, 1e-8, 1e-6, 1e-4):
        moved = start + size * start[0] * np.cos(np.arange(len(start)))
        apart = max(abs(float(p - m)) for p, m in zip(right, moved, strict=True))
        with precision(256), np.errstate(all="ignore"):
            for algebra in (Vectors(), Balls()):
                shown = shown_distance(model, algebra, moved, on_targets(model, moved))
                if shown is None:
                    assert size >= 1e-4
                    continue
                assert apart <= shown
                assert shown <= (60 if case.barrier < 1e3 else 300) * apart + 1e-12
    with precision(256), np.errstate(all="ignore"):
        assert shown_distance(model, Balls(), start * 1.5, on_targets(model, start * 1.5)) is None


def test_a_price_held_on_its_target() -> None:
    model = mp.VersionPricing([1, 2], [1, "1.5"], loss="absolute", barrier=1000)
    found = polished(model, np.array([0.9, 1.4]))
    assert found.tolist() == [1.0, 1.5]
    with precision(256):
        for algebra in (Vectors(), Balls()):
            assert shown_distance(model, algebra, found, on_targets(model, found)) == 0
            beside = shown_distance(
                model, algebra, np.array([1.0, 1.5 * (1 + 1e-9)]), on_targets(model, np.array([1.0, 1.5 * (1 + 1e-9)]))
            )
            assert beside is None or beside >= 1.5e-9


def test_systems_in_which_only_neighbours_meet() -> None:
    diagonal, beside = np.array([4.0, 5.0, 6.0, 3.0]), np.array([-1.0, 2.0, -0.5])
    dense = np.diag(diagonal) + np.diag(beside, 1) + np.diag(beside, -1)
    right = np.array([1.0, -2.0, 3.0, 0.5])
    assert solution(diagonal, beside, right) == pytest.approx(np.linalg.solve(dense, right), rel=1e-13)
    assert inverse_diagonal(diagonal, beside) == pytest.approx(np.diag(np.linalg.inv(dense)), rel=1e-13)
    assert np.prod(pivots(diagonal, beside)) == pytest.approx(np.linalg.det(dense), rel=1e-13)
    assert solution(np.array([2.0]), np.array([]), np.array([3.0])).tolist() == [1.5]


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_bound_on_the_revenue_is_that_of_all_menus(attack: str) -> None:
    rng = np.random.default_rng(6)
    for _ in range(12):
        wanted, value = rng.integers(0, 3, 5).tolist(), [int(v) for v in rng.integers(1, 9, 5)]
        model = mp.VersionRevenue([1, 2, 3], wanted, value, attack=attack)
        market = answers.Market(tuple(map(Fraction, (1, 2, 3))), tuple(wanted), tuple(map(Fraction, value)), attack)
        best = answers.best_by_enumeration(market)
        for survey in (in_whole_numbers(model), in_floats(model)):
            found = potential(survey)
            assert float(found.bound) == pytest.approx(float(best), rel=1e-12)
            menu = [Fraction(p) * survey.unit for p in found.menu().tolist()]
            weight = [Fraction(x) ** (2 if attack == "averaging" else 1) for x in (1, 2, 3)]
            hair = 1 + Fraction(1, 10**12)
            assert safe(
                [p * hair**j for j, p in enumerate(menu)],
                [w * hair ** (4 * j) for j, w in enumerate(weight)],
                attack == "none",
            )
            earned = sum(menu[j] for j, v in zip(wanted, value, strict=True) if v * hair >= menu[j])
            assert float(earned) == pytest.approx(float(best), rel=1e-11)


def test_whole_numbers_fit_or_are_pythons_own() -> None:
    model = mp.VersionRevenue([3, 1], [1, 0, 0], ["0.1", "0.3", "0.5"])
    survey = in_whole_numbers(model)
    assert survey.space.value.dtype == np.int64
    assert [int(v) * survey.unit for v in survey.space.value] == [Fraction(1, 10), Fraction(3, 10), Fraction(1, 2)]
    bits = 62 - 3
    for extra, kind in ((-1, np.int64), (1, object)):
        wide = mp.VersionRevenue([1, 2], [0, 1], [1, 2 ** (bits + extra)], attack="none")
        assert in_whole_numbers(wide).space.value.dtype == kind


def test_prices_that_hardly_go_together_do_not() -> None:
    """Twice as much privacy at a price of 201 could be had for two times 100."""
    found = potential(in_whole_numbers(mp.VersionRevenue([1, 2], [0, 1], [100, 201])))
    menu = [int(p) * found.survey.unit for p in found.menu()]
    assert menu[1] <= 2 * menu[0]
    assert found.bound == 300
