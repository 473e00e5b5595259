"""The `cvxpy:*` back ends against exact fractions and known optima, and what they refuse."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from declared_models import AbsoluteFit, BarrierFit, Cheapest, ConcaveFit, Lottery, PriceFit
from optional import ECOS
from oracles import log_pricing

from mechproof import StackelbergPricing
from mechproof.formulations.errors import InputError, UnsupportedModel
from mechproof.solvers.backends.general.convex import Cvxpy, backends
from mechproof.solvers.readings.convex_program import disciplined
from mechproof.solvers.solution import Request

SOLVERS = ("CLARABEL", "HIGHS", "OSQP", "PIQP", "SCS")
# quadratics go through a second-order cone in ECOS, whose root halves the digits
REACHES = {"ECOS": 2e-4}


@dataclass(frozen=True)
class Market:
    name: str
    cost: list[Any]
    alpha: Any
    beta: Any
    sellers: int

    @property
    def game(self) -> StackelbergPricing:
        return StackelbergPricing(cost=self.cost, alpha=self.alpha, beta=self.beta)

    @property
    def answer(self) -> tuple[float, np.ndarray]:
        exact = [Fraction(value) for value in self.cost]
        pool, budgets = log_pricing(exact, Fraction(self.alpha), Fraction(self.beta))
        return float(pool), np.array([float(value) for value in budgets])


def lognormal(count: int, seed: int) -> list[float]:
    return [float(value) for value in np.random.default_rng(seed).lognormal(size=count)]


MARKETS = (
    Market("equal costs", [".001"] * 100, 10, 10, 100),
    Market("the third exactly indifferent", [".2", ".3", ".5", 2, 3], 10, 10, 2),
    Market("log-normal costs", lognormal(100, 0), 100, 10, 2),
    Market("nearly equal costs", [1 + k / 100_000 for k in range(30)], 100, 10, 30),
    Market("no pool is worth it", [1, 1], ".1", 1, 0),
)


def test_every_solver_is_offered_installed_or_not() -> None:
    assert {item.name for item in backends()} == {f"cvxpy:{name}" for name in (*SOLVERS, "ECOS")}


@pytest.mark.parametrize("market", MARKETS, ids=lambda market: market.name)
@pytest.mark.parametrize("solver", [*SOLVERS, ECOS])
def test_the_contest_is_solved_through_its_shares(solver: str, market: Market) -> None:
    backend, game = Cvxpy(solver), market.game
    assert backend.accepts(game) is None
    answer = backend.solve(game, Request())
    pool, budgets = market.answer
    reach = REACHES.get(solver, 1e-9)
    assert answer.decisions["reward_pool"] == pytest.approx(pool, rel=reach, abs=1e-12)
    np.testing.assert_allclose(answer.decisions["epsilon"], budgets, rtol=0, atol=reach * max(budgets.max(), 1e-300))
    if solver != "ECOS":
        # the pinned variables are exactly zero; the indifferent client may be either
        assert np.count_nonzero(answer.decisions["epsilon"]) == market.sellers
    assert {"cvxpy"} < set(answer.versions)


def test_the_mean_over_participants_counts_them() -> None:
    game = StackelbergPricing(cost=[".2", ".3", ".51", 2, 3], alpha=10, beta=10, mean_over="participants")
    answer = Cvxpy("PIQP").solve(game, Request())
    # β − n/(α e) with n = 2, e = 1/(.2 + .3)
    assert answer.decisions["reward_pool"] == pytest.approx(10 - 2 / (10 * 2), rel=1e-12)


@dataclass(frozen=True)
class Fit:
    program: Any
    name: str
    answer: list[float]
    reach: dict[str, float] = field(default_factory=dict)


# the barrier's optimum is where its gradient vanishes: checked below, not copied from a solver
FITS = (
    Fit(PriceFit([1, 5, 3, 6]), "price", [1, 4, 4, 6], {"ECOS": 1e-5}),
    Fit(Cheapest([3, 1, 2]), "price", [0, 10, 0], {"ECOS": 1e-7}),
)


@pytest.mark.parametrize("case", FITS, ids=lambda case: type(case.program).__name__)
@pytest.mark.parametrize("solver", [*SOLVERS, ECOS])
def test_programs_are_solved(solver: str, case: Fit) -> None:
    backend = Cvxpy(solver)
    assert backend.accepts(case.program) is None
    found = backend.solve(case.program, Request()).decisions[case.name]
    np.testing.assert_allclose(found, case.answer, atol=case.reach.get(solver, 1e-8))


def test_absolute_values_are_a_linear_program() -> None:
    program = AbsoluteFit([1, 5, 3, 6])
    for solver in ("CLARABEL", "HIGHS", "PIQP"):
        found = Cvxpy(solver).solve(program, Request()).decisions["price"]
        # any common price from 3 to 5 in the middle is optimal
        assert np.abs(found - np.array([1, 5, 3, 6])).sum() == pytest.approx(2, abs=1e-8)
        assert np.all(np.diff(found) >= -1e-8)


@pytest.mark.parametrize("solver", ["CLARABEL", ECOS, "SCS"])
def test_the_barrier_needs_exponential_cones(solver: str) -> None:
    program = BarrierFit([1, 5, 6])
    price = Cvxpy(solver).solve(program, Request()).decisions["price"]
    low, middle, high = price
    gradient = [
        10 * (low - 1) + 1 / (middle - low) - 1 / low,
        10 * (middle - 5) - 1 / (middle - low) + 1 / (high - middle),
        10 * (high - 6) - 1 / (high - middle),
    ]
    np.testing.assert_allclose(gradient, 0, atol=1e-5)


@dataclass(frozen=True)
class Refusal:
    solver: str
    model: Any
    words: tuple[str, ...]


CAPPED = StackelbergPricing(cost=[1, 1, 3], epsilon_cap=[".1", ".1", 100], alpha=30, beta=6)
REFUSALS = (
    Refusal("PIQP", CAPPED, ("cannot, because of the caps", "without epsilon_cap")),
    Refusal("CLARABEL", Lottery([1, 1], 8), ("declares no convex program", "convex_form")),
    Refusal("HIGHS", BarrierFit([1, 5, 6]), ("log", "exponential cone", "cvxpy:CLARABEL")),
    Refusal("CLARABEL", ConcaveFit([1, 5, 6]), ("the objective (far)", "not convex")),
    Refusal("HIGHS", StackelbergPricing(cost=[1.0] * 4000, alpha=1, beta=1), ("3000 variables", "cvxpy:PIQP")),
)


@pytest.mark.parametrize("case", REFUSALS, ids=lambda case: f"{case.solver} {case.words[0]}")
def test_refusals_say_which_part_and_what_would_help(case: Refusal) -> None:
    reason = Cvxpy(case.solver).accepts(case.model)
    assert reason is not None
    for words in case.words:
        assert words in reason


def test_disciplined_names_the_part() -> None:
    assert disciplined(PriceFit([1, 2])) is None
    assert "far" in (disciplined(ConcaveFit([1, 2])) or "")


def test_unknown_options_are_refused_and_known_ones_passed() -> None:
    with pytest.raises(InputError, match=r"options.tol_gap.*it takes.*tol_gap_abs"):
        Cvxpy("CLARABEL").solve(PriceFit([1, 2]), Request(options={"tol_gap": 1e-3}))
    options = Cvxpy("SCS").options(Request(time_limit=3, options={"eps_abs": 1e-4}))
    assert (options["eps_abs"], options["eps_rel"], options["time_limit_secs"]) == (1e-4, 1e-12, 3.0)


def test_exact_arithmetic_is_refused() -> None:
    with pytest.raises(UnsupportedModel, match="floats"):
        Cvxpy("PIQP").solve(PriceFit([1, 2]), Request(arithmetic="exact"))


@pytest.mark.parametrize("solver", [*SOLVERS, ECOS])
def test_solvers_are_silent(solver: str, capfd: pytest.CaptureFixture[str]) -> None:
    Cvxpy(solver).solve(PriceFit([1, 5, 3, 6]), Request())
    assert capfd.readouterr() == ("", "")
