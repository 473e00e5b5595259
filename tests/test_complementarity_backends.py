"""The `pyomo:*` back ends against exact fractions, grids and first-order conditions, and what they refuse."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass, field
from fractions import Fraction
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from declared_models import AbsoluteFit, BarrierFit, Cheapest, ConcaveFit, LedLottery, Lottery, PriceFit
from oracles import capped_utility, log_pricing

from mechproof import StackelbergPricing
from mechproof.formulations.errors import InputError, LimitReached, UnsupportedModel
from mechproof.solvers.backends.general.complementarity import Pyomo, backends
from mechproof.solvers.solution import Request

SOLVERS = ("highs", "pounce", "scip")
FIVE = [".2", ".3", ".5", 2, 3]


@dataclass(frozen=True)
class Capped:
    name: str
    cost: list[Any]
    cap: list[Any]
    alpha: Any
    beta: Any
    pool: float
    epsilon: tuple[float, ...] | None = None

    @property
    def game(self) -> StackelbergPricing:
        return StackelbergPricing(cost=self.cost, epsilon_cap=self.cap, alpha=self.alpha, beta=self.beta)


CAPPED = (
    Capped("two capped, one inside", [1, 1, 3], [".1", ".1", 100], 30, 6, 12 / 5, (0.1, 0.1, 0.2)),
    Capped("the second peak is higher", [".1", ".1", 1, 1], [".05", ".05", 50, 50], 100, 1, 0.7858747678747717),
    Capped("caps that never bind", [1, 1], [1000, 1000], 4, 2, 1.0, (0.25, 0.25)),
    Capped("one may sell nothing", [1, 1, "0.1"], [5, 5, 0], 4, 2, 0.5),
)


@pytest.mark.parametrize("solver", SOLVERS)
def test_the_five_clients(solver: str) -> None:
    game = StackelbergPricing(cost=FIVE, alpha=10, beta=10)
    answer = Pyomo(solver).solve(game, Request())
    pool, budgets = log_pricing([Fraction(value) for value in FIVE], Fraction(10), Fraction(10))
    assert pool == Fraction(39, 4)
    assert answer.decisions["reward_pool"] == pytest.approx(float(pool), rel=1e-10)
    np.testing.assert_allclose(answer.decisions["epsilon"], [float(x) for x in budgets], atol=1e-9)
    assert {"pyomo"} < set(answer.versions)


@pytest.mark.parametrize("case", CAPPED, ids=lambda case: case.name)
@pytest.mark.parametrize("solver", ["pounce", pytest.param("scip", marks=pytest.mark.slow)])
def test_caps(solver: str, case: Capped) -> None:
    answer = Pyomo(solver).solve(case.game, Request())
    assert answer.decisions["reward_pool"] == pytest.approx(case.pool, rel=1e-10)
    if case.epsilon is not None:
        np.testing.assert_allclose(answer.decisions["epsilon"], case.epsilon, rtol=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_scip_finds_the_best_of_several_peaks(seed: int) -> None:
    rng = np.random.default_rng(seed)
    cost, cap = rng.lognormal(sigma=1.5, size=5), 0.3 * rng.lognormal(sigma=1.5, size=5)
    game = StackelbergPricing(cost=cost, epsilon_cap=cap, alpha=50, beta=3)
    answer = Pyomo("scip").solve(game, Request())
    pools = np.linspace(1e-6, 3, 3001)[1:]
    best = capped_utility(pools, cost, cap, 50, 3).max()
    found = capped_utility(np.array([answer.decisions["reward_pool"]]), cost, cap, 50, 3)[0]
    assert found >= best - 1e-5 * abs(best)


@pytest.mark.parametrize("solver", SOLVERS)
def test_no_pool_when_none_is_worth_it(solver: str) -> None:
    answer = Pyomo(solver).solve(StackelbergPricing(cost=[1, 1], alpha=".1", beta=1), Request())
    assert answer.decisions["reward_pool"] == 0
    assert not np.any(answer.decisions["epsilon"])


@pytest.mark.parametrize("solver", ["pounce", "scip"])
def test_a_lottery_without_a_leader(solver: str) -> None:
    symmetric = Pyomo(solver).solve(Lottery([1, 1], 8), Request())
    # V/(4x) = 2cx at x = own = other
    np.testing.assert_allclose(symmetric.decisions["effort"], 1, rtol=1e-12)
    cost = np.array([1, 2, 0.5])
    effort = Pyomo(solver).solve(Lottery([1, 2, "0.5"], 10), Request()).decisions["effort"]
    total = effort.sum()
    np.testing.assert_allclose(10 * (total - effort) / total**2, 2 * cost * effort, rtol=1e-11)


@pytest.mark.parametrize("solver", ["pounce", "scip"])
def test_a_lottery_with_a_leader(solver: str) -> None:
    # V x₂/Z² = 2 c₁ x₁ and mirrored give x₁/x₂ = √(c₂/c₁) and Z ∝ √V, so the slope of w√Z − V fixes V by Z(1)
    cost = np.array([1.0, 2.0])
    ratio = np.sqrt(cost[1] / cost[0])
    unit = np.sqrt(1 / (2 * cost[0] * ratio))
    prize = (4 * np.sqrt(unit) / 4) ** (4 / 3)
    answer = Pyomo(solver).solve(LedLottery([1, 2], 4), Request())
    assert answer.decisions["prize"] == pytest.approx(prize, rel=1e-10)
    own, other = answer.decisions["effort"]
    assert own / other == pytest.approx(ratio, rel=1e-10)


def test_without_sharpening_the_solvers_own_answer_comes_back() -> None:
    game = StackelbergPricing(cost=FIVE, alpha=10, beta=10)
    raw = Pyomo("pounce").solve(game, Request(options={"sharpen": False, "starts": 1}))
    assert raw.claimed == "locally optimal"
    assert raw.decisions["reward_pool"] == pytest.approx(9.75, rel=1e-2)
    assert raw.decisions["reward_pool"] != 9.75


@pytest.mark.parametrize("solver", SOLVERS)
def test_programs_are_solved(solver: str) -> None:
    fit = Pyomo(solver).solve(PriceFit([1, 5, 3, 6]), Request())
    np.testing.assert_allclose(fit.decisions["price"], [1, 4, 4, 6], atol=1e-6)
    cheap = Pyomo(solver).solve(Cheapest([3, 1, 2]), Request())
    np.testing.assert_allclose(cheap.decisions["price"], [0, 10, 0], atol=1e-7)


def test_pounce_solves_the_barrier() -> None:
    low, middle, high = Pyomo("pounce").solve(BarrierFit([1, 5, 6]), Request()).decisions["price"]
    assert 10 * (high - 6) == pytest.approx(1 / (high - middle), rel=1e-7)
    assert 10 * (low - 1) + 1 / (middle - low) == pytest.approx(1 / low, rel=1e-7)


def test_scip_is_global_where_a_program_is_not_convex() -> None:
    price = Pyomo("scip").solve(ConcaveFit([10, 20, 45]), Request()).decisions["price"]
    # rising prices farthest from these: the best of the vertices, all of which are 0 up to some version and 50 after
    vertices = [[0] * k + [50] * (3 - k) for k in range(4)]
    best = max(sum((v - p) ** 2 for v, p in zip(vertex, (10, 20, 45), strict=True)) for vertex in vertices)
    assert np.sum((price - np.array([10, 20, 45])) ** 2) == pytest.approx(best, rel=1e-5)


@dataclass(frozen=True)
class Refusal:
    solver: str
    model: Any
    words: tuple[str, ...]


COUNTED = StackelbergPricing(cost=[1, 1, 2], alpha=10, beta=1, mean_over="participants")
MANY = StackelbergPricing(cost=[1.0] * 301, alpha=1, beta=1)
REFUSALS = (
    Refusal("highs", CAPPED[0].game, ("cannot, because of the caps",)),
    Refusal("highs", Lottery([1, 1], 8), ("declares no convex program",)),
    Refusal("highs", BarrierFit([1, 5]), ("linear constraints", "pyomo:pounce")),
    Refusal("highs", ConcaveFit([1, 5]), ("not convex",)),
    Refusal("scip", COUNTED, ("count", "not smooth")),
    Refusal("pounce", AbsoluteFit([1, 5]), ("the objective has a kink", "cvxpy")),
    Refusal("scip", MANY, ("at most 50 people", "share-function")),
    Refusal("pounce", MANY, ("at most 300 people", "closed-form")),
)


@pytest.mark.parametrize("case", REFUSALS, ids=lambda case: f"{case.solver} {case.words[0]}")
def test_refusals_say_which_part_and_what_would_help(case: Refusal) -> None:
    reason = Pyomo(case.solver).accepts(case.model)
    assert reason is not None
    for words in case.words:
        assert words in reason


def test_names_options_and_arithmetic() -> None:
    assert [item.name for item in backends()] == ["pyomo:highs", "pyomo:pounce", "pyomo:scip"]
    with pytest.raises(InputError, match=r"options.gap.*it takes.*limits/gap"):
        Pyomo("scip").solve(PriceFit([1, 2]), Request(options={"gap": 1e-3}))
    with pytest.raises(InputError, match="limits/nonsense"):
        Pyomo("scip").solve(PriceFit([1, 2]), Request(options={"limits/nonsense": 1}))
    with pytest.raises(UnsupportedModel, match="floats"):
        Pyomo("highs").solve(PriceFit([1, 2]), Request(arithmetic="exact"))


def test_solvers_are_silent(capfd: pytest.CaptureFixture[str]) -> None:
    for solver in SOLVERS:
        Pyomo(solver).solve(Cheapest([3, 1, 2]), Request())
    assert capfd.readouterr() == ("", "")


def crowded(clients: int) -> StackelbergPricing:
    """A capped game whose disjunctions keep SCIP busy for much longer than anybody waits."""
    rng = np.random.default_rng(0)
    cost, cap = rng.lognormal(size=clients), rng.lognormal(size=clients)
    return StackelbergPricing(cost=cost, epsilon_cap=cap, alpha=10, beta=10)


def test_a_limit_that_passes_before_the_solver_starts_is_said() -> None:
    with pytest.raises(LimitReached, match=r"the limit of 0\.001 seconds passed"):
        Pyomo("scip").solve(crowded(10), Request(time_limit=0.001))


@dataclass
class Stopped:
    """SCIP as it is where its time ends, with a point or without; it remembers what time it was given."""

    solver: Any
    with_point: bool
    limits: list[float] = field(default_factory=list)

    def solve(self, model: Any, *, time_limit: float, **options: Any) -> Any:
        self.limits.append(time_limit)
        loader = self.solver.solve(model, time_limit=time_limit, **options).solution_loader
        if not self.with_point:
            loader = SimpleNamespace(get_number_of_solutions=lambda: 0)
        return SimpleNamespace(solution_loader=loader, termination_condition=SimpleNamespace(name="maxTimeLimit"))


def stopped(monkeypatch: pytest.MonkeyPatch, with_point: bool) -> Stopped:
    import_module("pyomo.environ")
    factory = import_module("pyomo.contrib.solver.common.factory")
    solver = Stopped(factory.SolverFactory("scip_direct"), with_point)
    monkeypatch.setattr(factory, "SolverFactory", lambda name: solver)
    return solver


def test_what_is_found_when_time_ends_is_said_to_be_unfinished(monkeypatch: pytest.MonkeyPatch) -> None:
    solver = stopped(monkeypatch, with_point=True)
    answer = Pyomo("scip").solve(crowded(3), Request(time_limit=100))
    assert answer.claimed.startswith("time limit")
    assert 0 < solver.limits[0] <= 100


def test_no_point_when_time_ends_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    stopped(monkeypatch, with_point=False)
    with pytest.raises(LimitReached, match="found no point in"):
        Pyomo("scip").solve(crowded(3), Request(time_limit=100))


@pytest.mark.slow
def test_a_limit_on_time_is_kept() -> None:
    """SCIP, which needs longer, stops; if it has an answer by then it is no better than possible."""
    game, limit, started = crowded(30), 3.0, time.monotonic()
    with suppress(LimitReached):
        answer = Pyomo("scip").solve(game, Request(time_limit=limit))
        pools = np.linspace(1e-6, 10, 2001)
        cost, cap = (np.asarray(vector, dtype=float) for vector in (game.cost, game.epsilon_cap))
        earned = 10 * np.log1p(10 * np.mean(answer.decisions["epsilon"])) - answer.decisions["reward_pool"]
        assert earned <= capped_utility(pools, cost, cap, 10, 10).max() * (1 + 1e-5)
    assert time.monotonic() - started < limit + 12
