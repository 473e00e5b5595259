"""What optimality of everybody's decision means in a model: signs of marginal utilities, cleared of fractions.

A person's marginal utility ∂U/∂own, written in the own decision and everybody's total, is a fraction p/q with q > 0.
Its sign is that of p, a polynomial wherever the utilities are rational: for a contest p = B (Z − ε_i) − ρ_i Z².
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy as sp

from ....formulations.algebra import read, roles_of
from ...readings.derivative import Derivative
from ...readings.game import GameReading
from ...readings.intervals import Interval, Intervals
from ...readings.symbols import Symbols, roles_of_declaration
from ...readings.vectors import TINY

CELLS = 48
"""Cells of the grid of each axis: in equal ratios of a third from 1e-6 of the bound, and one below.

Bounds are shown on whole cells in intervals, so fewer or coarser ones leave them higher, and models scaled worse; a
typical size below a millionth of its bound is not seen.
"""


@dataclass(frozen=True)
class MarginalSign:
    """The numerator p of a person's marginal utility, as a function of the own decision, the total and other roles.

    Examples
    --------
    >>> from mechproof.formulations.stackelberg.declaration import StackelbergPricing
    >>> from mechproof.solvers.backends.general.optimality_conditions import marginal_sign
    >>> from mechproof.solvers.readings.game import GameReading
    >>> from mechproof.solvers.readings.vectors import Vectors
    >>> sign = marginal_sign(GameReading(StackelbergPricing(cost=[1, 1], alpha=4, beta=2), Vectors()))
    >>> sign.of(0.25, 0.5, {"cost": 1.0, "reward_pool": 1.0})
    0.0
    """

    roles: tuple[str, ...]
    numerator: Any
    symbols: tuple[Any, ...]

    def of(self, own: Any, total: Any, roles: Mapping[str, Any]) -> Any:
        """Return p for numbers or for Pyomo expressions."""
        return self._function(own, total, *(roles[name] for name in self.roles))

    @property
    def _function(self) -> Callable[..., Any]:
        import pyomo.environ as pyo

        operations = {"log": pyo.log, "exp": pyo.exp, "sqrt": pyo.sqrt, "Abs": abs}
        found: Callable[..., Any] = sp.lambdify(self.symbols, self.numerator, modules=[operations])
        return found


def marginal_sign(reading: GameReading) -> MarginalSign:
    """Return the numerator of the population's marginal utility; the whole of it if its denominator may be negative."""
    roles = dict(roles_of_declaration(reading.game))
    dual = Derivative(Symbols())
    own, others = roles["own"], roles["others"]
    wanted = [name for name in roles_of(reading.population.utility) if name not in ("own", "others")]
    slope = dual.slope(read(reading.population.utility, dual, {**roles, "own": dual.variable(own)}))
    mine, total = sp.Dummy("own", nonnegative=own.is_nonnegative), sp.Dummy("total", nonnegative=own.is_nonnegative)
    stand_in: dict[Any, Any] = {}
    for name in wanted:
        if isinstance(roles[name], sp.Expr):
            stand_in[roles[name]] = sp.Dummy(name, **_signs(roles[name]))
    # (own + others) becomes the total by itself, and cancels
    slope = sp.sympify(slope).xreplace({own: mine, **stand_in}).subs(others, total - mine)
    top, bottom = sp.fraction(sp.cancel(sp.together(slope)))
    if bottom.is_nonnegative is not True:
        top, bottom = (-top, -bottom) if (-bottom).is_nonnegative else (slope, 1)
    names = tuple(name for name in wanted if roles[name] in stand_in)
    return MarginalSign(names, sp.expand(top), (mine, total, *(stand_in[roles[name]] for name in names)))


def people_of(reading: GameReading, roles: tuple[str, ...], decided: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return for each person the values of the roles that are asked for."""
    count = reading.population.count or 0
    every = {**reading.data, **decided}
    own = {name for name in roles if np.shape(every[name]) == (count,)}
    return [{name: every[name][i] if name in own else every[name] for name in roles} for i in range(count)]


def undominated(reading: GameReading) -> np.ndarray:
    """Return upper bounds above which nobody's decision can be optimal, whatever the others and the leader do.

    Above them the marginal utility is negative for every sum of the others: shown by interval arithmetic on a
    logarithmic grid of both, so that models can be scaled by a typical size instead of a distant cap.

    Examples
    --------
    In a contest ε_i ≤ B/(4ρ_i), here 0.5 for the cap of 100; cells of the grid are a third wide:

    >>> from mechproof.formulations.stackelberg.declaration import StackelbergPricing
    >>> from mechproof.solvers.backends.general.optimality_conditions import undominated
    >>> from mechproof.solvers.readings.game import GameReading
    >>> from mechproof.solvers.readings.vectors import Vectors
    >>> game = StackelbergPricing(cost=[1, 1, 3], epsilon_cap=[100, 100, 100], alpha=30, beta=6)
    >>> bool(undominated(GameReading(game, Vectors()))[2] < 1)
    True
    """
    lower, upper = np.asarray(reading.lower, dtype=np.float64), np.asarray(reading.upper, dtype=np.float64)
    intervals = GameReading(reading.game, Intervals())
    decided = {}
    if reading.leader is not None:
        bounds = reading.leader.decision
        decided = {bounds.name: Interval(float(bounds.lower), float(bounds.upper))}
    steps = np.concatenate([[0.0], np.geomspace(1e-6, 1, CELLS)])
    most = max(float(np.sum(upper)), TINY)
    best = np.full(upper.shape, -np.inf)
    own = lower + (upper - lower) * steps[:, None]
    for low, high in zip(steps[:-1] * most, steps[1:] * most, strict=True):
        found = intervals.marginal(Interval(own[1:-1], own[2:]), Interval(low, high), decided)
        best = np.maximum(best, np.broadcast_to(found.high, (CELLS - 1, len(upper))))
    # the first cell above which all are dominated
    alive = best >= 0
    last = np.where(alive.any(axis=0), CELLS - 2 - np.argmax(alive[::-1], axis=0), -1)
    found = np.take_along_axis(own, (last + 2)[None, :], axis=0)
    return np.asarray(found[0])


def _signs(symbol: Any) -> dict[str, bool]:
    if symbol.is_positive:
        return {"positive": True}
    return {"nonnegative": True} if symbol.is_nonnegative else {"real": True}
