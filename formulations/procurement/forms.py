"""VCG's definition as one convex program: the welfare of all, and of all but each, each at its largest.

The payments c_i ε_i + W(N) − W(N∖i) are then formulas of its variables. It has N² variables, for references.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..algebra import Algebra
from ..data import Vector, as_floats
from ..declaration import part, vector
from ..language import Constraint, Decision, Form, Program
from ..revenue_curve import Revenue
from .formulas import pivot_payment, welfare

MOST_CLIENTS = 30
"""Up to how many clients the definition is offered as a program."""


class PivotWelfares(Program):
    """Maximise the welfare of all clients, and that of all but each; `without` has a row of N for each left out.

    Examples
    --------
    >>> from mechproof.formulations.revenue_curve import LogRevenue
    >>> [item.name for item in PivotWelfares(cost=[1, 2], epsilon_cap=[1, 1], value=LogRevenue(2, 4)).variables()]
    ['epsilon', 'without']
    """

    cost: Vector = vector("a privacy cost", above=0, per="client", symbol="c")
    epsilon_cap: Vector = vector("a privacy cap", at_least=0, per="client", symbol="e")
    value: Any = part(Revenue)

    def variables(self) -> tuple[Decision, ...]:
        """Return what all sell, and what all but each would."""
        cap, size = as_floats(self.epsilon_cap), len(self.cost)
        without = np.tile(cap, (size, 1)) * ~np.eye(size, dtype=bool)
        return (
            Decision("epsilon", np.zeros(size), cap, symbol=r"\varepsilon"),
            Decision("without", np.zeros(size * size), without.ravel(), symbol=r"\delta"),
        )

    def objective(self) -> Any:
        """Return minus the sum of all welfares."""
        return self.lost_welfares

    def lost_welfares(self, a: Algebra, epsilon: Any, without: Any, cost: Any, value: Revenue) -> Any:
        """Return −W(N) − Σ W(N∖i), at the variables."""
        size = len(self.cost)
        rows = [epsilon, *(without[i * size : (i + 1) * size] for i in range(size))]
        found = [welfare(a, row, cost, size, value) for row in rows]
        return -sum(found[1:], found[0])

    def constraints(self) -> tuple[Constraint, ...]:
        """Return none but the bounds."""
        return ()


def pivots_form(cost: Any, epsilon_cap: Any, value: Revenue) -> tuple[Form, ...]:
    """Return the program of a procurement by VCG, unless there are too many clients."""
    size = len(cost)
    if size > MOST_CLIENTS:
        return ()

    def sold(a: Algebra, epsilon: Any) -> Any:
        return epsilon

    def paid(a: Algebra, epsilon: Any, without: Any, cost: Any, value: Revenue) -> Any:
        most = welfare(a, epsilon, cost, size, value)
        rows = (without[i * size : (i + 1) * size] for i in range(size))
        most_without = np.array([welfare(a, row, cost, size, value) for row in rows])
        return pivot_payment(a, epsilon, cost, most, most_without)

    program = PivotWelfares(cost=cost, epsilon_cap=epsilon_cap, value=value)
    return (Form("pivots", program, {"epsilon": sold, "payment": paid}),)
