"""Certificates of prices: what is wrong is refuted, bounds are bounds, and gradients are those of the declaration."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest
from pricing_oracles import Fit, random_fit

import mechproof as mp
from mechproof.formulations.algebra import read
from mechproof.solvers.backends.versions.price_barrier import BarrierPoint
from mechproof.solvers.certificates.versions.price_dual import Dual, Survey
from mechproof.solvers.certificates.versions.tridiagonal import inverse_diagonal, solution
from mechproof.solvers.readings.program import ProgramReading
from mechproof.solvers.readings.rationals import Rationals
from mechproof.solvers.readings.vectors import Vectors
from mechproof.solvers.solution import Request
from mechproof.solvers.solve import completed

LOSSES = ("squared", "absolute", "huber")
ATTACKS = ("composition", "averaging", "none")
SURVEY = {"epsilon": [1, 2, 4, 8], "target": [1, 5, 6, 20], "version": ["a", "b", "c", "d"]}


@dataclass(frozen=True)
class Wrong:
    """Prices that are not the answer, and what the certificate says of them."""

    name: str
    change: Callable[[Any], Any]
    feasible: bool
    reason: str


WRONG = [
    Wrong("all a little dearer", lambda p: p * (1 + 1e-6), True, "away"),
    Wrong("all a little cheaper", lambda p: p * (1 - 1e-6), True, "away"),
    Wrong(
        "the survey itself",
        lambda p: np.array([1.0, 5.0, 6.0, 20.0]),
        False,
        "version b costs more than its share of version a",
    ),
    Wrong("dearer for less", lambda p: np.array([3.0, 2.5, 5.0, 10.0]), False, "version b costs less than version a"),
    Wrong("negative", lambda p: np.array([-1.0, -1.0, -1.0, -1.0]), False, "negative price"),
    Wrong("not a number", lambda p: p * np.nan, False, "not finite"),
]


@pytest.mark.parametrize("arithmetic", ["float", "exact"])
@pytest.mark.parametrize("case", WRONG, ids=lambda case: case.name)
def test_a_back_end_that_lies_is_refuted(case: Wrong, arithmetic: str) -> None:
    """Whatever it claims; the outcomes are the declaration's, so that only the prices are wrong."""
    for loss, barrier in product(LOSSES, (None, 100)):
        model = mp.VersionPricing(**SURVEY, loss=loss, barrier=barrier)
        right = mp.solve(model).values["price"]
        lie = completed(model, mp.Answer({"price": case.change(right)}, "optimal"), "liar", Request(), 0.0)
        found = mp.certify(lie, arithmetic=arithmetic)
        assert lie.claimed == "optimal"
        assert not found.valid
        assert found.feasible is case.feasible
        assert case.reason in found.reason
        if case.feasible:
            assert found.optimal is False
            assert found.distance is not None
            assert 0.9e-6 < found.distance < 1.2e-6


def test_a_misstated_loss_is_refuted() -> None:
    for barrier, name in ((None, "loss"), (100, "loss"), (100, "loss_above_optimum")):
        s = mp.solve(mp.VersionPricing(**SURVEY, barrier=barrier))
        for arithmetic in ("float", "exact"):
            found = mp.certify(s.altered(**{name: s.values[name] * (1 - 1e-5)}), arithmetic=arithmetic)
            assert found.feasible is False
            assert f"{name} is stated as" in found.reason


def test_one_answer_stated_in_two_ways_is_refuted() -> None:
    s = mp.solve(mp.VersionPricing(**SURVEY), arithmetic="exact")
    assert s.exact is not None
    other_doubles = replace(s, values={**s.values, "price": s.values["price"] * 1.001})
    other_loss = replace(s, exact={**s.exact, "loss": Fraction(1)})
    assert "price is stated twice" in mp.certify(other_doubles, "float").reason
    assert "price is stated twice" in mp.certify(other_doubles, "exact").reason
    assert "loss is stated as 1.0, and is 14.6" in mp.certify(other_loss, "exact").reason


@pytest.mark.parametrize("arithmetic", ["float", "exact"])
def test_prices_out_of_all_proportion_are_refuted(arithmetic: str) -> None:
    """So much so that their ratio to the optimal ones is no double."""
    for loss, barrier, sign in product(LOSSES, (None, 1), (1, -1)):
        model = mp.VersionPricing(epsilon=[1, 2], target=["1e-200", "3e-200"], loss=loss, barrier=barrier)
        price = np.full(2, sign * 1e200)
        assert not mp.certify(mp.candidate(model, price=price), arithmetic).valid


def test_a_barrier_optimum_on_the_surveyed_prices_is_certified_in_balls() -> None:
    """There the kinks hold all prices: the gradient is zero, and its ball is around zero."""
    model = mp.VersionPricing(epsilon=[1, 2], target=["0.3", "0.4"], loss="absolute", barrier=1000)
    s = mp.solve(model)
    assert s.values["price"].tolist() == [0.3, 0.4]
    for arithmetic in ("float", "exact"):
        assert mp.certify(s, arithmetic).valid


def test_the_edge_of_the_barrier_is_not_inside() -> None:
    model = mp.VersionPricing(**SURVEY, barrier=100)
    found = mp.certify(mp.candidate(model, price=[1, 2, 4, 8]))
    assert found.feasible is False
    assert "barrier is infinite" in found.reason


def test_every_one_of_several_optimal_menus_is_certified_and_no_other() -> None:
    """Prices must not fall, and the survey's do: any common price from 1 to 2 loses 1."""
    model = mp.VersionPricing(epsilon=[1, 2], target=[2, 1], loss="absolute", attack="none")
    for price in ("1", "5/4", "2"):
        c = mp.candidate(model, price=[price, price])
        for arithmetic in ("float", "exact"):
            found = mp.certify(c, arithmetic=arithmetic)
            assert found.valid
            assert found.distance is None
            assert "several optimal menus" in found.reason
    for price in (["0.999", "0.999"], ["2.001", "2.001"], ["1.5", "1.51"]):
        found = mp.certify(mp.candidate(model, price=price), arithmetic="exact")
        assert found.optimal is False
        assert found.distance is not None
        assert 1e-4 < found.distance < 1e-2


@pytest.mark.parametrize("arithmetic", ["float", "exact"])
def test_the_distance_is_no_less_than_the_true_one(arithmetic: str) -> None:
    rng = np.random.default_rng(1)
    for _ in range(12):
        fit = random_fit(rng, "squared", str(rng.choice(ATTACKS)), barrier=bool(rng.random() < 0.5))
        s = mp.solve(fit.model)
        for size in (1e-12, 1e-9, 1e-5):
            moved = s.values["price"] * (1 + size)
            found = mp.certify(mp.candidate(fit.model, price=moved), arithmetic=arithmetic)
            if found.distance is None:  # the move broke the barrier or the cone by more than the tolerance
                continue
            assert found.distance >= size * 0.999 - 1e-11
            assert found.distance <= size * 1.3 + 1e-8
            assert found.valid == (found.distance <= 1e-7)


def test_any_prices_give_a_lower_bound() -> None:
    """The bound needs no belief in where its multipliers come from; at the optimum it is attained exactly."""
    rng = np.random.default_rng(2)
    for loss, attack in product(LOSSES, ATTACKS):
        fit = Fit([1.0, 2.0, 3.0, 5.0, 8.0], rng.integers(1, 20, 5).astype(float), loss, attack, 2.0)
        s = mp.solve(fit.model, arithmetic="exact")
        assert s.exact is not None
        weight = [Fraction(e) ** (2 if attack == "averaging" else 1) for e in fit.epsilon]
        target = [Fraction(t) for t in fit.target]
        survey = Survey(Rationals(), weight, target, loss, Fraction(2), attack == "none", max(target) * 2, 0)
        assert Dual.at(survey, list(s.exact["price"])).bound == s.exact["loss"]
        strictly = 0
        for _ in range(20):
            factor = Fraction(int(rng.integers(1, 40)), 20)
            other = [factor * p for p in s.exact["price"]]
            bound = Dual.at(survey, other).bound
            assert bound <= s.exact["loss"]
            strictly += bound < s.exact["loss"]
        assert strictly or s.exact["loss"] == 0


def test_the_residual_is_what_prices_lose_above_the_bound() -> None:
    """In fractions, of any menu in the cone: the loss is the bound and the residual, where no constraint is slack."""
    rng = np.random.default_rng(8)
    for loss in LOSSES:
        for _ in range(30):
            target = [Fraction(int(t)) for t in rng.integers(1, 20, 4)]
            survey = Survey(Rationals(), [1, 2, 3, 4], target, loss, Fraction(2), False, Fraction(40), 0)
            price = [Fraction(int(rng.integers(1, 80)), 4)] * 4  # level, and so at the edge of every such constraint
            dual = Dual.at(survey, price)
            if all(multiplier >= 0 for multiplier in dual.multipliers):
                lagrangian = sum(tilt * price[0] for tilt in dual.tilts)
                assert dual.residual(price) == survey.total_loss(price) + lagrangian - dual.bound


@pytest.mark.slow
@pytest.mark.parametrize("loss", LOSSES)
def test_rounding_of_ten_thousand_prices_does_not_add_up(loss: str) -> None:
    for seed, attack in product(range(3), ATTACKS):
        rng = np.random.default_rng(seed)
        epsilon = np.sort(rng.uniform(0.1, 100, 10_000))
        target = np.sqrt(epsilon) * rng.uniform(0.5, 2, 10_000)
        found = mp.solve(mp.VersionPricing(epsilon=epsilon, target=target, loss=loss, attack=attack)).certificate
        assert found.valid, (seed, attack, found)


@pytest.mark.parametrize("seed", [3, pytest.param(4, marks=pytest.mark.slow)])
@pytest.mark.parametrize(("loss", "attack"), list(product(LOSSES, ATTACKS)))
def test_the_set_of_optima_is_that_of_a_grid(loss: str, attack: str, seed: int) -> None:
    """On a grid of whole prices: the menus called optimal are those of least loss, in fractions."""
    rng = np.random.default_rng(seed)
    for _ in range(2):
        target = [int(t) for t in rng.integers(1, 6, 3)]
        model = mp.VersionPricing(epsilon=[1, 2, 4], target=target, loss=loss, attack=attack, huber_width=1)
        least = mp.solve(model, arithmetic="exact").exact["loss"]
        for price in product(range(1, 7), repeat=3):
            c = mp.candidate(model, price=list(price))
            found = mp.certify(c, arithmetic="exact")
            if found.feasible:
                assert found.valid == (c.exact["loss"] == least), (target, price, found)


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_barriers_derivatives_are_those_of_the_declaration(attack: str) -> None:
    model = mp.VersionPricing(epsilon=[2.0, 1.0, 4.0], target=[1.0, 1.0, 1.0], attack=attack, barrier=1e-12)
    price, algebra = np.array([1.5, 1.0, 2.2]), Vectors()
    reading = ProgramReading(model, algebra)
    order = model.cone.order
    weight = np.array([1.0, 2.0, 4.0]) ** (2 if attack == "averaging" else 1)
    point = BarrierPoint(model.cone, algebra, weight, price[order])

    def value(moved: Any) -> float:
        return float(reading.objective({"price": moved}))

    def gradient(moved: Any) -> Any:
        return BarrierPoint(model.cone, algebra, weight, moved[order]).gradient

    step = 1e-6
    for place, index in enumerate(order):
        unit = step * np.eye(3)[index]
        assert point.gradient[place] == pytest.approx(
            (value(price + unit) - value(price - unit)) / (2 * step), rel=1e-6
        )
        diagonal, beside = point.hessian
        column = (gradient(price + unit) - gradient(price - unit)) / (2 * step)
        dense = np.diag(diagonal) + np.diag(beside, 1) + np.diag(beside, -1)
        assert dense[place] == pytest.approx(column, rel=1e-5, abs=1e-5)


def test_tridiagonal_systems_over_floats_and_fractions() -> None:
    rng = np.random.default_rng(4)
    beside, right = rng.normal(size=7), rng.normal(size=8)
    diagonal = np.abs(rng.normal(size=8)) + 3
    dense = np.diag(diagonal) + np.diag(beside, 1) + np.diag(beside, -1)
    assert solution(diagonal, beside, right) == pytest.approx(np.linalg.solve(dense, right))
    assert inverse_diagonal(diagonal, beside) == pytest.approx(np.diag(np.linalg.inv(dense)))
    one = np.array([Fraction(2), Fraction(2)], dtype=object)
    assert list(solution(one, np.array([Fraction(1)], dtype=object), one)) == [Fraction(2, 3)] * 2


def test_the_split_program_has_the_losses_of_the_declaration() -> None:
    """At the best parts of the residuals; the parts are found by hand here."""
    rng = np.random.default_rng(5)
    target, price = rng.uniform(1, 9, 20), rng.uniform(1, 9, 20)
    for loss, width in product(("absolute", "huber"), (0.5, 3.0)):
        model = mp.VersionPricing(epsilon=np.arange(1.0, 21), target=target, loss=loss, huber_width=width)
        (form,) = model.forms()
        apart = price - target
        beyond = apart if loss == "absolute" else apart - np.clip(apart, -width, width)
        parts = {"price": price, "above": np.maximum(beyond, 0), "below": np.maximum(-beyond, 0)}
        whole, split = ProgramReading(model, Vectors()), ProgramReading(form.program, Vectors())
        assert split.objective(parts) == pytest.approx(whole.objective({"price": price}))
        for item in form.program.constraints():
            if item.equality:
                assert read(item.slack, Vectors(), {**split.data, **parts}) == pytest.approx(0, abs=1e-15)
