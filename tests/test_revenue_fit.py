"""Revenue curves fitted to what was measured: the logarithm's test, the families' ranking, the leader's answer."""

from __future__ import annotations

from collections.abc import Callable
from math import log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import curve_fit, minimize_scalar

import mechproof as mp
from mechproof.dpfl.worth.families import FAMILIES
from mechproof.dpfl.worth.fit import _read

X = np.array([0.25, 0.5, 1, 2, 4, 8, 16])


Curve = Callable[[np.ndarray], np.ndarray]


def runs(curve: Curve, scatter: float, seed: int, count: int = 8) -> dict[float, list[float]]:
    """Runs of a curve with scatter of their own at each budget, and a shift that all budgets of a run share."""
    generator = np.random.default_rng(seed)
    drawn = curve(X) + generator.normal(0, scatter, (count, len(X))) + generator.normal(0, scatter, (count, 1))
    return dict(zip(X.tolist(), drawn.T.tolist(), strict=True))


def logarithm(x: np.ndarray) -> np.ndarray:
    return 100 * np.log1p(10 * x)


@pytest.mark.slow
def test_a_logarithm_is_rejected_as_seldom_as_it_says_and_its_numbers_are_covered() -> None:
    fits = [mp.fit_revenue_curve(runs(logarithm, 5, seed)) for seed in range(40)]
    assert np.mean([fit.rejected for fit in fits]) <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 40)
    values = [fit.p_value for fit in fits if fit.p_value is not None]
    assert 0.35 < np.mean(values) < 0.65  # as likely anywhere between 0 and 1
    kept = [fit for fit in fits if not fit.rejected]
    for name, truth in (("alpha", 10), ("beta", 100)):
        held = [getattr(fit, name).contains(truth) for fit in kept]
        assert np.mean(held) >= 0.95 - 3 * np.sqrt(0.05 * 0.95 / len(kept))
    assert all(fit.alpha is None for fit in fits if fit.rejected)


@pytest.mark.parametrize(
    ("name", "curve"),
    [
        ("Hill", lambda x: 100 * x**1.4 / (1 + x**1.4)),
        ("stretched exponential", lambda x: 100 * (1 - np.exp(-((x / 2) ** 0.8)))),
        ("power", lambda x: 40 * x**0.4),
        ("log + intercept", lambda x: 80 + 30 * np.log1p(2 * x)),
    ],
)
def test_another_curve_is_told_from_the_logarithm(name: str, curve: Curve) -> None:
    fit = mp.fit_revenue_curve(runs(curve, 0.5, 1))
    assert fit.best.name == name
    assert fit.rejected
    assert (fit.alpha, fit.beta) == (None, None)
    assert "the logarithm is rejected" in str(fit)
    assert fit.family("log").left_out_error > 3 * fit.best.left_out_error


def test_fits_are_those_of_another_minimiser() -> None:
    epsilon, drawn = _read(runs(logarithm, 5, 3), 1.0)
    worth = drawn.mean(axis=0)
    (alpha, beta), _ = curve_fit(lambda x, a, b: b * np.log1p(a * x), epsilon, worth, p0=(1, 100), bounds=(0, np.inf))
    numbers = FAMILIES["log"].fitted(epsilon, worth)
    assert numbers["alpha"] == pytest.approx(alpha, rel=1e-4)
    assert numbers["beta"] == pytest.approx(beta, rel=1e-4)
    without = curve_fit(lambda x, b, h: b * x**h, epsilon[1:], worth[1:], p0=(100, 0.5))[0]
    left_out = FAMILIES["power"].fitted(epsilon[1:], worth[1:])
    assert [left_out["beta"], left_out["power"]] == pytest.approx(without.tolist(), rel=1e-4)


def test_one_run_shows_no_scatter_and_tests_nothing() -> None:
    fit = mp.fit_revenue_curve({x: [float(logarithm(np.array(x)))] for x in X})
    assert (fit.rejected, fit.p_value, fit.alpha) == (None, None, None)
    assert fit.best.name in ("log", "log + intercept")
    assert "was not tested" in fit.text


@settings(max_examples=8, deadline=None)
@given(
    st.lists(st.floats(0.05, 50), min_size=5, max_size=9, unique=True),
    st.lists(st.floats(0, 100), min_size=9, max_size=9).filter(lambda worth: max(worth[:5]) > 1),
)
def test_whatever_was_measured_the_leaders_curve_is_concave_and_rises(budgets: list[float], worth: list[float]) -> None:
    fit = mp.fit_revenue_curve(dict(zip(budgets, [[one] for one in worth], strict=False)))
    half, beta = (np.array([float(number) for number in each]) for each in (fit.revenue.half, fit.revenue.beta))
    x = np.linspace(0, 60, 400)
    value = (beta * x[:, None] / (half + x[:, None])).sum(axis=1)
    assert value[0] == 0
    assert (np.diff(value) > 0).all()
    assert (np.diff(value, 2) < 1e-9 * value[-1]).all()


@pytest.mark.parametrize("arithmetic", ["float", "exact"])
@pytest.mark.parametrize("cap", [None, 3])
def test_the_leader_solves_with_what_was_measured(arithmetic: str, cap: int | None) -> None:
    """Two clients of cost 1 share the pool: ε = B/4 each, so that the server's best pool is that of one number."""
    revenue = mp.MeasuredRevenue(half=["0.5", 4], beta=[60, 20])
    game = mp.StackelbergPricing(cost=[1, 1], revenue=revenue, epsilon_cap=None if cap is None else [cap, cap])
    solution = mp.solve(game, arithmetic=arithmetic)  # type: ignore[arg-type]
    assert solution.certificate.valid

    def lost(pool: float) -> float:
        epsilon = pool / 4
        return pool - 60 * epsilon / (0.5 + epsilon) - 20 * epsilon / (4 + epsilon)

    best = minimize_scalar(lost, bounds=(0, 30), method="bounded", options={"xatol": 1e-10}).x
    expected = best if cap is None else min(best, 4 * cap)
    assert float(solution.values["reward_pool"]) == pytest.approx(expected, rel=1e-6)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["0.05", "0.1", "1", "2"]), st.sampled_from([0, 0, 1, 4])), min_size=3, max_size=5
    ),
    st.sampled_from([1, 3, 40]),
    st.sampled_from(["all", "participants"]),
)
def test_whoever_may_sell_nothing_is_on_nobodys_path(
    clients: list[tuple[str, int]], worth: int, mean_over: str
) -> None:
    """Cheap clients whose cap is zero, beside dear ones: exact and float agree, and are certified."""
    if sum(cap > 0 for _, cap in clients) < 2:
        return
    cost, cap = zip(*clients, strict=True)
    revenue = mp.MeasuredRevenue(half=[1], beta=[worth])
    game = mp.StackelbergPricing(cost=list(cost), revenue=revenue, epsilon_cap=list(cap), mean_over=mean_over)
    exact, floats = (mp.solve(game, arithmetic=arithmetic) for arithmetic in ("exact", "float"))
    assert exact.certificate.valid, exact.certificate.reason
    assert float(exact.values["reward_pool"]) == pytest.approx(float(floats.values["reward_pool"]), rel=1e-6, abs=1e-9)


def test_its_numbers_are_decimals_that_read_back() -> None:
    revenue = mp.fit_revenue_curve(runs(lambda x: 100 * x / (1 + x), 0.1, 2)).revenue
    half, beta = ([str(number) for number in each] for each in (revenue.half, revenue.beta))
    again = mp.MeasuredRevenue(half=half, beta=beta)
    assert mp.solve(mp.StackelbergPricing([1, 2], revenue=again)).certificate.valid
    assert float(revenue.largest_pool) == pytest.approx(25, rel=0.05)


@pytest.mark.slow
def test_accuracy_over_budgets_on_a_task_is_no_logarithm() -> None:
    protocol = mp.Protocol(repetitions=4, pilot_repetitions=3, fewer_rounds=(10,))
    curve = mp.measure_accuracy([0.2, 0.5, 1, 2, 5, 10, 50], clients=100, protocol=protocol)
    assert np.all(np.diff(curve.mean) > 0)
    assert curve.choices[0][1] < curve.choices[-1][1]  # longer steps where there is less noise
    assert curve.chance == pytest.approx(0.1, abs=0.01)
    fit = mp.fit_revenue_curve(curve, value=1000)
    assert fit.rejected
    assert max(fit.worth) > 1000 * (0.85 - curve.chance)
    assert mp.solve(mp.StackelbergPricing([1, 2, 3], revenue=fit.revenue)).certificate.valid


@pytest.mark.parametrize(
    ("measured", "words"),
    [
        ({1: [1], 2: [2]}, "must be at least 5 positive budgets"),
        ({0: [1], 1: [1], 2: [1], 3: [1], 4: [1]}, "must be at least 5 positive budgets"),
        ({1: [1], 2: [2, 3], 3: [1], 4: [1], 5: [1]}, "must have as many runs at every budget"),
        ({1: [0], 2: [-1], 3: [0], 4: [0], 5: [0]}, "must be finite, and positive somewhere"),
        ({1: [log(2)], 2: [float("nan")], 3: [0], 4: [0], 5: [0]}, "must be finite"),
    ],
)
def test_what_cannot_be_fitted_is_refused(measured: dict[float, list[float]], words: str) -> None:
    with pytest.raises(mp.InputError, match=words):
        mp.fit_revenue_curve(measured)


@pytest.mark.parametrize("budgets", [[], [0, 1], [1, 1], [-1], [float("inf")]])
def test_budgets_that_cannot_be_measured_are_refused(budgets: list[float]) -> None:
    with pytest.raises(mp.InputError, match="must be positive, finite and different"):
        mp.measure_accuracy(budgets)
