"""One formula, many readings: all must give the same numbers, and the dual numbers' slope is SymPy's derivative."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import cvxpy as cp
import flint
import numpy as np
import pyomo.environ as pyo
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from mechproof import StackelbergPricing
from mechproof.formulations.algebra import read, roles_of
from mechproof.formulations.revenue_curve import LogRevenue
from mechproof.formulations.stackelberg.contest import ContestShares, shares_objective
from mechproof.formulations.stackelberg.declaration import client_utility, payment, server_utility
from mechproof.solvers.readings.balls import Balls, precision
from mechproof.solvers.readings.convex import Convex, Elementwise, bare
from mechproof.solvers.readings.derivative import Derivative
from mechproof.solvers.readings.intervals import Interval, Intervals
from mechproof.solvers.readings.nonlinear import Nonlinear
from mechproof.solvers.readings.rationals import Irrational, Rationals
from mechproof.solvers.readings.symbols import Symbols, expression, latex, mathml, roles_of_declaration
from mechproof.solvers.readings.vectors import Vectors

PEOPLE = 3
VECTORS = ("own", "others", "cost", "share", "epsilon")


def log_server(a: Any, total: Any, counted: Any, reward_pool: Any, alpha: Any, beta: Any) -> Any:
    return server_utility(a, total, counted, reward_pool, _revenue(alpha, beta))


def everything(a: Any, own: Any, others: Any, cost: Any, reward_pool: Any) -> Any:
    """Every operation once."""
    roots = a.sqrt(own) * a.exp(-cost) - a.log(1 + others) / a.log1p(cost)
    kinks = a.maximum(own, cost) - a.minimum(others, cost) * a.absolute(own - others)
    rest = (
        a.square(own - cost) + own**3 / (2 + others) - a.expm1(-own) * a.at_least(a.exp(own), cost + 2) - 1 / (1 + own)
    )
    return a.sum(roots + kinks + rest + reward_pool * a.share(own, others)) / (1 + a.count_positive(own))


def smooth(a: Any, own: Any, others: Any, cost: Any, reward_pool: Any) -> Any:
    """Every operation that has a derivative."""
    roots = a.sqrt(1 + own) * a.exp(-cost * own) - a.log(1 + own * others) / a.log1p(cost + own)
    rest = a.square(own - cost) + own**3 / (2 + others) - 1 / (1 + own) + (own + 1) / (others + own + 2)
    return roots + rest * reward_pool * a.share(own, others) + a.absolute(own + 1) * a.expm1(-own / 3)


def _revenue(alpha: Any, beta: Any) -> LogRevenue:
    revenue = object.__new__(LogRevenue)
    object.__setattr__(revenue, "alpha", alpha)
    object.__setattr__(revenue, "beta", beta)
    return revenue


FORMULAS = (payment, client_utility, log_server, shares_objective, everything)

positive = st.fractions(Fraction(1, 100), 20, max_denominator=1000)


@st.composite
def points(draw: Any) -> dict[str, Any]:
    roles: dict[str, Any] = {name: draw(st.lists(positive, min_size=PEOPLE, max_size=PEOPLE)) for name in VECTORS}
    return roles | {name: draw(positive) for name in ("reward_pool", "total", "counted", "alpha", "beta")}


@dataclass(frozen=True)
class Reading:
    """How numbers get into an algebra and results out of it."""

    algebra: Any
    vector: Callable[[Any], Any]
    number: Callable[[Any], Any]
    result: Callable[[Any], float]

    def value(self, formula: Any, point: dict[str, Any]) -> np.ndarray:
        roles = {name: self.vector(v) if isinstance(v, list) else self.number(v) for name, v in point.items()}
        found = read(formula, self.algebra, {name: roles[name] for name in roles_of(formula)})
        if isinstance(found, Elementwise):
            found = bare(found).value
        return np.array([self.result(entry) for entry in np.ravel(found)])


def _of(algebra: Any, result: Callable[[Any], float] = float) -> Reading:
    return Reading(algebra, lambda v: algebra.vector(v), algebra.number, result)


def pyomo_parameters() -> Reading:
    """Numbers enter as fixed Pyomo variables, so that expressions are built and evaluated."""
    model = pyo.ConcreteModel()
    model.x = pyo.VarList()

    def variable(value: Any) -> Any:
        made = model.x.add()
        made.fix(float(value))
        return made

    return Reading(Nonlinear(), lambda v: np.array([variable(x) for x in v], dtype=object), variable, pyo.value)


def readings() -> dict[str, Reading]:
    constant = lambda v: Elementwise(cp.Constant(np.array([float(x) for x in v])))  # noqa: E731
    middle = lambda x: float((interval_of(x).low + interval_of(x).high) / 2)  # noqa: E731
    return {
        "fractions": _of(Rationals()),
        "balls": _of(Balls(), lambda x: float(flint.arb(x).mid()) if isinstance(x, flint.arb) else float(x)),
        "sympy": _of(Symbols(), lambda x: float(sp.N(x))),
        "cvxpy": Reading(Convex(), constant, float, float),
        "pyomo": pyomo_parameters(),
        "intervals": Reading(Intervals(), lambda v: np.array([float(x) for x in v]), float, middle),
    }


def interval_of(x: Any) -> Interval:
    return x if isinstance(x, Interval) else Interval(x, x)


@pytest.mark.parametrize("formula", FORMULAS, ids=lambda f: f.__name__)
@settings(max_examples=8, deadline=None)
@given(point=points())
def test_all_readings_give_the_same_numbers(formula: Any, point: dict[str, Any]) -> None:
    expected = _of(Vectors()).value(formula, point)
    scale = 1e-9 * (1 + np.max(np.abs(expected))) * 1e3
    for name, reading in readings().items():
        if name == "intervals":
            continue
        try:
            with precision(128):
                found = reading.value(formula, point)
        except Irrational:
            assert formula in (log_server, everything), name
            continue
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=scale * 1e-3, err_msg=name)


@settings(max_examples=15, deadline=None)
@given(point=points(), width=st.floats(0, 1))
def test_intervals_hold_every_value_inside(point: dict[str, Any], width: float) -> None:
    inside = {name: np.array([float(x) for x in point[name]]) for name in ("own", "others", "cost")}
    around = {name: Interval(value * (1 - width / 2), value * (1 + width)) for name, value in inside.items()}
    pool = float(point["reward_pool"])
    expected = smooth(Vectors(), **inside, reward_pool=pool)
    found = smooth(Intervals(), **around, reward_pool=pool)
    slack = 1e-9 * (1 + np.abs(expected))
    assert np.all(found.low <= expected + slack)
    assert np.all(found.high >= expected - slack)


@pytest.mark.parametrize("formula", [payment, client_utility, smooth], ids=lambda f: f.__name__)
@settings(max_examples=8, deadline=None)
@given(point=points())
def test_slope_of_dual_numbers_is_sympys_derivative(formula: Any, point: dict[str, Any]) -> None:
    symbols = {name: sp.Symbol(name, positive=True) for name in ("own", "others", "cost", "reward_pool")}
    derivative = sp.diff(read(formula, Symbols(), symbols), symbols["own"])
    scalars = {name: float(point[name][0]) if name in VECTORS else float(point[name]) for name in symbols}
    expected = float(derivative.subs({symbols[name]: sp.Float(scalars[name], 30) for name in symbols}).evalf())
    for base, wrap, result in (
        (Vectors(), float, float),
        (Nonlinear(), pyomo_parameters().number, pyo.value),
    ):
        dual = Derivative(base)
        roles = {name: wrap(value) for name, value in scalars.items()}
        slope = dual.slope(read(formula, dual, {**roles, "own": dual.variable(roles["own"])}))
        assert math.isclose(result(slope), expected, rel_tol=1e-8, abs_tol=1e-8 * (1 + abs(expected)))


def test_second_derivatives_nest() -> None:
    x, y = sp.symbols("x y", positive=True)
    expected = float(sp.diff(x * y / (x + y) ** 2, x, y).subs({x: 2, y: 3}))
    outer = Derivative(Vectors())
    inner = Derivative(outer)
    along, against = outer.variable(2.0), inner.variable(3.0)
    value = along * against / inner.square(along + against)
    assert math.isclose(outer.slope(inner.slope(value)), expected, rel_tol=1e-12)


def test_products_of_cvxpy_vectors_are_elementwise() -> None:
    two = Elementwise(cp.Constant([2.0, 3.0]))
    assert bare(two * two).value.tolist() == [4.0, 9.0]
    assert bare(np.array([1.0, 2.0]) * two).value.tolist() == [2.0, 6.0]
    assert bare(6 / two - two / np.array([2.0, 3.0])).value.tolist() == [2.0, 1.0]


GAME = StackelbergPricing(cost=[1, 1], alpha=4, beta=2)


@dataclass(frozen=True)
class Printed:
    formula: Any
    declaration: Any
    latex: str


PRINTED = (
    Printed(payment, GAME, r"\frac{B {\varepsilon}_{i}}{{\varepsilon}_{- i} + {\varepsilon}_{i}}"),
    Printed(
        server_utility,
        GAME,
        r"\beta \ln{\left(1 + \frac{\alpha \sum_{j=1}^{N} {\varepsilon}_{j}}{N} \right)} - B",
    ),
    Printed(
        shares_objective,
        ContestShares([1, 1]),
        r"\sum_{j=1}^{N} \frac{\left(1 - {s}_{j}\right)^{2}}{2 {\rho}_{j}}",
    ),
)


@pytest.mark.parametrize("case", PRINTED, ids=lambda case: case.formula.__name__)
def test_formulas_print_by_role(case: Printed) -> None:
    assert latex(case.formula, case.declaration) == case.latex
    markup = mathml(case.formula, case.declaration)
    assert "mfrac" in markup
    assert "\\" not in markup
    assert "Invisible" not in markup


def test_the_marginal_utility_by_role_is_the_published_one() -> None:
    roles = roles_of_declaration(GAME)
    own, others, pool, cost = roles["own"], roles["others"], roles["reward_pool"], roles["cost"]
    slope = sp.diff(expression(client_utility, GAME), own)
    assert sp.simplify(slope - (pool * others / (own + others) ** 2 - cost)) == 0
