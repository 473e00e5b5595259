"""Costs that the server knows as a set: guarantees, averages, regret; oracles are grids, SciPy and formulas by hand."""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

import mechproof as mp
from mechproof.cli import run

EXAMPLES = Path(__file__).parent.parent / "examples"


def sold(cost: np.ndarray, cap: np.ndarray | None, pool: float) -> np.ndarray:
    """What the clients sell for a pool, by bisection for the total at which their shares add up to one."""
    caps = np.full(len(cost), np.inf) if cap is None else cap
    low, high = 0.0, pool / cost.min() if cap is None else min(pool / cost.min(), caps.sum())
    for _ in range(100):
        total = (low + high) / 2
        shares = np.minimum(caps / total, np.maximum(0.0, 1 - cost * total / pool))
        low, high = (total, high) if shares.sum() > 1 else (low, total)
    return np.minimum(caps, high * np.maximum(0.0, 1 - cost * high / pool))


def per_pool(cost: Any) -> float:
    """Z/B without caps: the largest (k − 1)/(ρ₁ + … + ρ_k) over the k cheapest."""
    ordered = np.sort(np.array(cost, dtype=float))
    return float(np.max(np.arange(len(ordered)) / np.cumsum(ordered)))


def earned(cost: Any, pool: float, alpha: float, beta: float, over: str = "all", cap: Any = None) -> float:
    """U_S = β ln(1 + α mean) − B at the clients' equilibrium."""
    offers = sold(np.array(cost, dtype=float), None if cap is None else np.array(cap, dtype=float), pool)
    count = len(offers) if over == "all" else np.count_nonzero(offers > 1e-9 * offers.sum())
    return beta * math.log1p(alpha * offers.sum() / count) - pool


def test_the_largest_costs_are_no_guarantee_over_participants() -> None:
    corner = mp.solve(mp.StackelbergPricing([1, 1, 3], 10, 10, mean_over="participants"))
    pool = corner.values["reward_pool"]
    assert corner.values["server_utility"] == pytest.approx(22.589, abs=5e-4)
    assert earned([1, 1, 1.9], pool, 10, 10, "participants") == pytest.approx(18.971, abs=5e-4)
    assert earned([1, 1, 2 - 1e-7], pool, 10, 10, "participants") == pytest.approx(10 * math.log(17) - 9.6, abs=1e-4)


def test_a_best_guarantee_and_a_best_average_of_no_pool_are_found() -> None:
    kink = mp.ScenarioPricing(
        {"scenarios": [[2.1599999999999997, 1.35], [2.13, 0.7000000000000001]], "weight": [4, 3]},
        3.44,
        1.65,
        aim="guarantee",
    )
    found = mp.solve(kink)
    assert found.certificate.valid
    assert found.values["reward_pool"] == pytest.approx(0, abs=1e-12)  # 3.44 · 1.65/(2 · 3.51) < 1 in the first
    none = mp.solve(mp.ScenarioPricing({"scenarios": [[5, 5], [6, 5]]}, 0.1, 1, epsilon_cap=[0.1, 0.1]))
    assert none.values["reward_pool"] == 0
    assert none.certificate.valid


def test_more_draws_than_can_be_kept_are_refused() -> None:
    drawn = {"distribution": "lognormal", "count": 3, "median": 1, "deviation": 1, "draws": 10**9}
    with pytest.raises(mp.InputError, match="draw at most"):
        mp.ScenarioPricing(drawn, 10, 10)


def test_the_best_guarantee_over_participants_is_exact() -> None:
    model = mp.IntervalPricing({"low": [1, 1, "1.9"], "high": [1, 1, 3]}, 10, 10, mean_over="participants")
    found = mp.solve(model, arithmetic="exact")
    assert found.exact["reward_pool"] == Fraction(47, 5)
    assert found.values["guarantee"] == pytest.approx(10 * math.log(50 / 3) - 9.4, abs=1e-12)
    assert found.certificate.valid
    least = min(earned([1, 1, third], 9.4, 10, 10, "participants") for third in [*np.linspace(1.9, 3, 221), 2 - 1e-6])
    assert found.values["guarantee"] <= least + 1e-9
    assert least == pytest.approx(found.values["guarantee"], abs=1e-4)


def test_whoever_costs_what_is_just_too_dear_at_least_lowers_no_mean() -> None:
    """The third sells nothing at any cost from 2 on, so that the mean is over two: 10 ln(1 + 10 B/4) − B."""
    model = mp.IntervalPricing({"low": [1, 1, 2], "high": [1, 1, 3]}, 10, 10, mean_over="participants")
    found = mp.solve(model, arithmetic="exact")
    assert found.certificate.valid
    assert found.exact["reward_pool"] == Fraction(48, 5)
    assert found.values["guarantee"] == pytest.approx(10 * math.log(25) - 9.6)
    assert earned([1, 1, 2], 9.6, 10, 10, "participants") == pytest.approx(10 * math.log(25) - 9.6)


@pytest.mark.parametrize("seed", range(5))
def test_no_pool_of_a_grid_guarantees_more_over_participants(seed: int) -> None:
    random = Random(seed)
    low = [random.uniform(0.5, 2) for _ in range(3)]
    high = [cost * random.uniform(1, 2) for cost in low]
    found = mp.solve(mp.IntervalPricing({"low": low, "high": high}, 10, 10, mean_over="participants"))
    assert found.certificate.valid
    edge = 1 / per_pool(high)
    # every cost at either end, or just below the worst threshold, where it sells next to nothing
    sides = [sorted({a, b, *(x for x in (edge * (1 - 1e-7),) if a < x < b)}) for a, b in zip(low, high, strict=True)]
    costs = [np.array(c) for c in np.stack(np.meshgrid(*sides), -1).reshape(-1, 3)]

    def guarantee(pool: float) -> float:
        return min(earned(cost, pool, 10, 10, "participants") for cost in costs)

    best = max(guarantee(pool) for pool in np.linspace(0.5, 9.99, 40))
    own = float(found.values["reward_pool"])
    assert found.values["guarantee"] == pytest.approx(guarantee(own), abs=1e-4)
    assert best <= guarantee(own) + 1e-3


@pytest.mark.parametrize("seed", range(4))
def test_with_the_mean_over_all_the_corner_is_the_worst_for_every_pool(seed: int) -> None:
    random = Random(seed)
    low = [random.uniform(0.5, 2) for _ in range(4)]
    high = [cost * random.uniform(1, 3) for cost in low]
    cap = [random.choice([0.1, 0.5, 40.0]) for _ in range(4)] if seed % 2 else None
    wide = None if cap is None else [2 * c for c in cap]
    model = mp.IntervalPricing({"low": low, "high": high}, 30, 6, epsilon_cap=cap, epsilon_cap_high=wide)
    found = mp.solve(model)
    assert found.certificate.valid
    for pool in (0.3, float(found.values["reward_pool"]), 3.0):
        corner = earned(high, pool, 30, 6, cap=cap)
        for _ in range(20):
            cost = [random.uniform(a, b) for a, b in zip(low, high, strict=True)]
            caps = None if cap is None else [random.uniform(c, 2 * c) for c in cap]
            assert earned(cost, pool, 30, 6, cap=caps) >= corner - 1e-9
    best = max(earned(high, pool, 30, 6, cap=cap) for pool in np.linspace(0.01, 5.99, 400))
    own = float(found.values["reward_pool"])
    assert found.values["guarantee"] >= best - 1e-6
    assert found.values["guarantee"] == pytest.approx(earned(high, own, 30, 6, cap=cap), abs=1e-6)


def test_the_example_under_caps_with_costs_that_may_be_lower() -> None:
    model = mp.IntervalPricing({"low": ["0.9", 1, "1.9"], "high": [1, 1, 3]}, 30, 6, epsilon_cap=["0.1", "0.1", 100])
    found = mp.solve(model, arithmetic="exact")
    assert found.exact["reward_pool"] == Fraction(12, 5)
    assert list(found.exact["epsilon"]) == [Fraction(1, 10), Fraction(1, 10), Fraction(1, 5)]


@pytest.mark.parametrize(
    ("low", "high", "beta"), [([1, 1], [1, 3], 10), ([0.5, 1, 1], [2, 2, 2], 4), ([1, 1], [4, 4], 0.5)]
)
def test_the_largest_regret_is_at_the_least_costs(low: list[float], high: list[float], beta: float) -> None:
    alpha = 10.0
    model = mp.IntervalPricing({"low": low, "high": high}, alpha, beta)
    found = mp.solve(model)
    pool, count = float(found.values["reward_pool"]), len(low)
    item = mp.verify(found)["largest-regret"]
    e_low, e_up = per_pool(low), per_pool(high)
    d = count * (1 / e_up - 1 / e_low) / (alpha * beta)
    best_at_low = max(0.0, beta - count / (alpha * e_low))
    expected = beta * (-d - math.log1p(-d)) if pool > 0 else earned(low, best_at_low, alpha, beta)
    assert item.witness["regret"] == pytest.approx(expected, abs=1e-9)
    random = Random(1)
    for _ in range(12):  # nowhere in the box is more regretted
        cost = [random.uniform(a, b) for a, b in zip(low, high, strict=True)]
        known = minimize_scalar(lambda b, c=cost: -earned(c, b, alpha, beta), bounds=(1e-9, beta), method="bounded")
        lost = max(-float(known.fun), 0.0) - (earned(cost, pool, alpha, beta) if pool > 0 else 0.0)
        assert lost <= expected + 1e-6


@pytest.mark.parametrize("backend", ["auto", "uncertain-costs:pool-grid"])
@pytest.mark.parametrize("seed", range(2))
def test_the_best_average_is_scipys(seed: int, backend: str) -> None:
    random = np.random.default_rng(seed)
    costs, weight = random.uniform(0.5, 3, (6, 3)), random.uniform(1, 2, 6)
    model = mp.ScenarioPricing({"scenarios": costs.tolist(), "weight": weight.tolist()}, 10, 10)
    found = mp.solve(model, backend)

    def loss(pool: float) -> float:
        return -float(np.average([earned(cost, pool, 10, 10) for cost in costs], weights=weight))

    best = minimize_scalar(loss, bounds=(1e-6, 10), method="bounded", options={"xatol": 1e-9})
    assert found.values["average"] == pytest.approx(-best.fun, abs=1e-9)
    assert found.values["reward_pool"] == pytest.approx(best.x, abs=1e-5)
    assert mp.certify(found, tolerance=1e-6).valid
    assert mp.certify(found, "exact", 1e-6).valid


def test_a_general_solver_finds_the_average_too() -> None:
    model = mp.ScenarioPricing({"scenarios": [[1, 1], [1, 3], [2, 2]]}, 10, 10)
    own, general = mp.solve(model), mp.solve(model, "cvxpy:CLARABEL")
    assert general.values["reward_pool"] == pytest.approx(own.values["reward_pool"], abs=1e-4)
    assert mp.certify(general, tolerance=1e-5).valid


def test_a_general_method_finds_the_guarantee_too() -> None:
    model = mp.IntervalPricing({"low": [1, 1, "1.9"], "high": [1, 1, 3]}, 10, 10, mean_over="participants")
    for backend in ("share-function", "best-response"):
        assert mp.solve(model, backend).certificate.valid


def test_the_worst_scenario_is_guarded_against() -> None:
    model = mp.ScenarioPricing({"scenarios": [[1, 1], [1, 3]]}, 10, 10, aim="guarantee")
    found = mp.solve(model)
    assert found.values["reward_pool"] == pytest.approx(9.2, abs=1e-9)  # that of (1, 3): 10 − 2·4/10
    assert found.certificate.valid


@pytest.mark.parametrize(
    ("seed", "aim"),
    [
        (0, "average"),
        *(pytest.param(k, aim, marks=pytest.mark.slow) for k in (1, 2) for aim in ("average", "guarantee")),
    ],
)
def test_under_caps_the_best_pool_is_covered(seed: int, aim: str) -> None:
    random = np.random.default_rng(seed)
    costs, cap = random.uniform(0.5, 3, (4, 3)), [0.1, 0.2, 50.0]
    model = mp.ScenarioPricing({"scenarios": costs.tolist()}, 30, 6, epsilon_cap=cap, aim=aim)
    found = mp.solve(model)
    certificate = mp.certify(found, tolerance=1e-5)
    assert certificate.valid
    combine = np.mean if aim == "average" else np.min
    grid = [combine([earned(cost, pool, 30, 6, cap=cap) for cost in costs]) for pool in np.linspace(0.01, 5.99, 300)]
    assert found.values[aim] >= max(grid) - 1e-6


@pytest.mark.parametrize("aim", ["average", "guarantee"])
def test_over_participants_whoever_is_just_too_dear_does_not_count(aim: str) -> None:
    """At a cost of 2 beside (1, 1) nothing is sold: the mean is over two; at 1.5 and below it is over three."""
    costs = [[1, 1, 3], [1, 1, 2], [1, 1, 1.5], [1, 1, 1]]
    model = mp.ScenarioPricing({"scenarios": costs}, 10, 10, mean_over="participants", aim=aim)
    found = mp.solve(model)
    assert found.certificate.valid
    combine = np.mean if aim == "average" else np.min

    def worth(pool: float) -> float:
        return float(combine([earned(cost, pool, 10, 10, "participants") for cost in costs]))

    best = minimize_scalar(lambda pool: -worth(pool), bounds=(1e-6, 10), method="bounded", options={"xatol": 1e-9})
    assert found.values[aim] == pytest.approx(-best.fun, abs=1e-7)
    assert found.values[aim] == pytest.approx(worth(float(found.values["reward_pool"])), abs=1e-9)


def test_who_may_sell_nothing_brings_no_total() -> None:
    costs, cap = [[1, 1, 0.5], [1, 2, 0.5]], [0.1, 4.0, 0.0]
    found = mp.solve(mp.ScenarioPricing({"scenarios": costs}, 30, 6, epsilon_cap=cap))
    assert mp.certify(found, tolerance=1e-5).valid
    pool = float(found.values["reward_pool"])
    oracle = [float(sold(np.array(cost[:2]), np.array(cap[:2]), pool).sum()) for cost in costs]
    assert found.values["total"] == pytest.approx(oracle, rel=1e-9)
    assert found.model.ratios == (Fraction(1, 2), Fraction(1, 3))


@pytest.mark.parametrize("off", [0.9, 1.02])
def test_wrong_pools_are_refuted(off: float) -> None:
    free = mp.ScenarioPricing({"scenarios": [[1, 1], [1, 3]]}, 10, 10)
    best = float(mp.solve(free).values["reward_pool"]) * off
    wrong = mp.candidate(free, reward_pool=best, total=[best / 2, best / 4])
    assert wrong.certificate.optimal is False
    twisted = mp.candidate(free, reward_pool=best, total=[best / 2, best / 3])
    assert twisted.certificate.feasible is False
    capped = mp.ScenarioPricing({"scenarios": [[1, 1, 3], [1, 2, 3]]}, 30, 6, epsilon_cap=["0.1", "0.1", 100])
    pool = float(mp.solve(capped).values["reward_pool"]) * off
    totals = [float(sold(np.array(c, float), np.array([0.1, 0.1, 100]), pool).sum()) for c in ([1, 1, 3], [1, 2, 3])]
    assert mp.certify(mp.candidate(capped, reward_pool=pool, total=totals), tolerance=1e-5).optimal is False
    interval = mp.IntervalPricing({"low": [1, 1, "1.9"], "high": [1, 1, 3]}, 10, 10, mean_over="participants")
    corner = mp.candidate(interval, reward_pool="9.6", epsilon=["2.4", "2.4", 0])
    assert corner.certificate.optimal is False


@pytest.mark.parametrize("off", [0.99, 1.01])
@pytest.mark.parametrize("aim", ["average", "guarantee"])
def test_under_caps_a_pool_is_no_better_certified_than_it_is(off: float, aim: str) -> None:
    """What a pool a hundredth away misses is a few tolerances, which covering in ever smaller parts must find."""
    costs, cap = [[1, 1, 3], [1, 2, 3]], np.array([0.1, 0.1, 100])
    model = mp.ScenarioPricing({"scenarios": costs}, 30, 6, epsilon_cap=cap.tolist(), aim=aim)
    combine = np.mean if aim == "average" else np.min

    def worth(pool: float) -> float:
        return float(combine([earned(cost, pool, 30, 6, cap=cap) for cost in costs]))

    best = float(mp.solve(model).values["reward_pool"])
    missed = (worth(best) - worth(best * off)) / float(model.revenue.largest_pool)
    totals = [float(sold(np.array(cost, float), cap, best * off).sum()) for cost in costs]
    near = mp.candidate(model, reward_pool=best * off, total=totals)
    assert missed > 1e-5
    assert mp.certify(near, tolerance=missed / 3).optimal is False
    assert mp.certify(near, tolerance=missed * 3).optimal is True


@pytest.mark.parametrize("side", [-1, 1])
def test_under_caps_totals_are_held_to_the_tolerance(side: int) -> None:
    costs, cap, tolerance = [[1, 1, 3], [1, 2, 3]], np.array([0.1, 0.1, 100]), 1e-5
    model = mp.ScenarioPricing({"scenarios": costs}, 30, 6, epsilon_cap=cap.tolist())
    pool = float(mp.solve(model).values["reward_pool"])
    totals = np.array([float(sold(np.array(cost, float), cap, pool).sum()) for cost in costs])
    for off, feasible in ((0.1, True), (10.0, False)):
        near = mp.candidate(model, reward_pool=pool, total=(totals * [1, 1 + side * off * tolerance]).tolist())
        assert mp.certify(near, tolerance=tolerance).feasible is feasible


def test_drawn_costs_say_how_far_their_average_may_err() -> None:
    costs = {"distribution": "lognormal", "median": 1, "deviation": "0.5", "count": 5, "draws": 100}
    model = mp.ScenarioPricing(costs, 10, 10)
    found = mp.solve(model)
    assert found.certificate.valid
    utilities = found.values["server_utility"]
    item = mp.verify(found)["value-of-knowing"]
    assert item.witness["standard_error"] == pytest.approx(np.std(utilities, ddof=1) / 10)
    assert "standard error" in item.text
    again = mp.solve(mp.ScenarioPricing(costs, 10, 10))
    assert again.values["reward_pool"] == found.values["reward_pool"]
    other = mp.solve(mp.ScenarioPricing({**costs, "seed": 1}, 10, 10))
    assert other.values["average"] != found.values["average"]


def test_the_value_of_knowing_is_what_better_pools_would_earn() -> None:
    costs = [[1, 1], [1, 3], [2, 3]]
    model = mp.ScenarioPricing({"scenarios": costs}, 10, 10)
    found = mp.solve(model)
    best = [
        -minimize_scalar(lambda b, c=c: -earned(c, b, 10, 10), bounds=(1e-6, 10), method="bounded").fun for c in costs
    ]
    item = mp.verify(found)["value-of-knowing"]
    assert item.witness["value"] == pytest.approx(np.mean(best) - found.values["average"], abs=1e-7)
    assert min(item.witness["alone"].values()) >= 0
    assert max(item.witness["alone"].values()) <= item.witness["value"] + 1e-9


SPECIFICATIONS = {
    "cost = { low = [1, 1, 1.9], high = [1, 1, 3] }": ("IntervalPricing", 0),
    'cost = { scenarios = "seen.csv" }': ("ScenarioPricing", 0),
    'cost = { scenarios = { file = "seen.csv", separator = "," } }': ("ScenarioPricing", 0),
    'cost = { distribution = "uniform", least = 1, most = 2, count = 4 }': ("ScenarioPricing", 0),
    "cost = { low = [1, 1, 1.9], high = [1, 1, 3] }\nepsilon_cap = { low = [1, 1, 1], high = [2, 2, 2] }": (
        "IntervalPricing",
        0,
    ),
}


@pytest.mark.parametrize("cost", SPECIFICATIONS)
def test_specifications_say_sets_of_costs(cost: str, tmp_path: Path) -> None:
    kind, code = SPECIFICATIONS[cost]
    (tmp_path / "seen.csv").write_text("Ann,Bob,weight\n1,1,2\n1,3,1\n", encoding="utf-8")
    spec = tmp_path / "market.toml"
    text = f'format = 1\n[mechanism]\ntype = "stackelberg-pricing"\n{cost}\nalpha = 10\nbeta = 10\n'
    spec.write_text(text, encoding="utf-8")
    model = mp.read_specification(spec).model
    assert type(model).__name__ == kind
    assert run(["verify", str(spec)]) == code
    if "seen.csv" in cost:
        assert model.client == ("Ann", "Bob")
        assert model.cost.weights.tolist() == pytest.approx([2 / 3, 1 / 3])


BAD = {
    "cost = { low = [2, 1], high = [1, 1] }": "cost.low[0]",
    "cost = { low = [1, 1], hihg = [1, 1] }": "did you mean 'high'",
    'cost = { distribution = "lognormal", median = 1, count = 3 }': "deviation = None: is needed",
    'cost = { distribution = "uniform", median = 1, least = 1, most = 2, count = 3 }': "no parameter of uniform",
    "cost = { scenarios = [[1, 1], [1]] }": "scenarios[1] = '1 costs'",
    'cost = { scenarios = "seen.csv", weight = [3, 1] }': "is told by the file of scenarios as well (drop it here)",
    'cost = { low = [1, 1], high = [2, 2] }\nepsilon_cap = [1, 1]\nmean_over = "participants"': "not decided under",
    "cost = { low = [1, 1], high = [2, 2] }\nepsilon_cap = { low = [2, 2], high = [1, 1] }": "at least the least cap",
}


@pytest.mark.parametrize("cost", BAD)
def test_what_is_no_set_of_costs_is_refused(cost: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "seen.csv").write_text("Ann,Bob,weight\n1,1,2\n1,3,1\n", encoding="utf-8")
    spec = tmp_path / "market.toml"
    text = f'format = 1\n[mechanism]\ntype = "stackelberg-pricing"\n{cost}\nalpha = 10\nbeta = 10\n'
    spec.write_text(text, encoding="utf-8")
    assert run(["solve", str(spec)]) == 2
    assert BAD[cost] in capsys.readouterr().err


def test_inferred_costs_are_solved_with(tmp_path: Path) -> None:
    spec = tmp_path / "next.toml"
    asked = ["--alpha", "10", "--beta", "10", "--cost-at-most", "5", "--output-spec", str(spec)]
    assert run(["infer", str(EXAMPLES / "observations.csv"), *asked]) == 0
    assert run(["solve", str(spec), "--arithmetic", "exact"]) == 0


def test_the_figures_hold_the_band_and_the_best_pool() -> None:
    from mechproof.solvers.figures.game import curves

    interval = mp.IntervalPricing({"low": [1, 1, "1.9"], "high": [1, 1, 3]}, 10, 10, mean_over="participants")
    solution = mp.solve(interval)
    (figure,) = curves(interval, solution)
    lines = {series.label: np.interp([2.0, 9.4], series.x, series.y) for series in figure.series}
    assert all(np.all(line >= lines["guaranteed"] - 1e-2) for line in lines.values())
    assert lines["guaranteed"][1] == pytest.approx(solution.values["guarantee"], abs=1e-2)
    capped = mp.ScenarioPricing({"scenarios": [[1, 1, 3], [1, 2, 3]]}, 30, 6, epsilon_cap=["0.1", "0.1", 100])
    (figure,) = curves(capped, mp.solve(capped))
    average, best, worst = (np.array(series.y) for series in figure.series)
    assert np.all((worst <= average + 1e-9) & (average <= best + 1e-9))


class _Harm:
    """Faults in what declaration and back end share, which the certificate must notice by the declared utilities."""

    @staticmethod
    def ratios(monkeypatch: pytest.MonkeyPatch) -> mp.ScenarioPricing:
        model = mp.ScenarioPricing({"scenarios": [[1, 1], [1, 3]]}, 10, 10)
        monkeypatch.setattr(type(model), "ratios", (Fraction(1, 2), Fraction(1, 3)))
        return model

    @staticmethod
    def weights(monkeypatch: pytest.MonkeyPatch) -> mp.ScenarioPricing:
        from mechproof.solvers.backends.stackelberg import uncertain

        right = uncertain._stationary
        monkeypatch.setattr(uncertain, "_stationary", lambda model: right(model) * (1 + 1e-6))
        return mp.ScenarioPricing({"scenarios": [[1, 1], [1, 3]]}, 10, 10)

    @staticmethod
    def reached(monkeypatch: pytest.MonkeyPatch) -> mp.IntervalPricing:
        model = mp.IntervalPricing({"low": [1, 1, "1.9"], "high": [1, 1, 3]}, 10, 10, mean_over="participants")
        monkeypatch.setattr(type(model), "reached", np.array([True, True, False]))
        return model

    @staticmethod
    def low_for_high(monkeypatch: pytest.MonkeyPatch) -> mp.IntervalPricing:
        from mechproof.solvers.backends.stackelberg import uncertain

        right = uncertain.float_decisions
        cheaper = mp.StackelbergPricing([0.5, 1, 1.9], 10, 10)
        monkeypatch.setattr(uncertain, "float_decisions", lambda game: right(cheaper))
        return mp.IntervalPricing({"low": [0.5, 1, 1.9], "high": [1, 1, 3]}, 10, 10)

    @staticmethod
    def under_caps(monkeypatch: pytest.MonkeyPatch) -> mp.ScenarioPricing:
        from mechproof.solvers.backends.stackelberg import uncertain

        monkeypatch.setattr(uncertain, "_refined", lambda model: 0.4)  # another local maximum
        return mp.ScenarioPricing({"scenarios": [[1, 1, 3], [1, 1, 3]]}, 30, 6, epsilon_cap=["0.1", "0.1", 100])


@pytest.mark.parametrize("harm", ["ratios", "weights", "reached", "low_for_high", "under_caps"])
def test_no_harmed_answer_is_certified(harm: str, monkeypatch: pytest.MonkeyPatch) -> None:
    solution = mp.solve(getattr(_Harm, harm)(monkeypatch))
    assert not solution.certificate.valid
    if harm != "reached":
        assert solution.certificate.optimal is False or solution.certificate.feasible is False
