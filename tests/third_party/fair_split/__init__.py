"""Buying a total of privacy at the least quadratic cost: ε_i in inverse proportion to the costs. Public names only."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

import mechproof as mp


def total_cost(a: mp.Algebra, epsilon: Any, cost: Any) -> Any:
    """Σ c ε², which is minimised."""
    return a.sum(cost * a.square(epsilon))


def burden(a: mp.Algebra, epsilon: Any, cost: Any) -> Any:
    """2 c_i ε_i, what a little more would cost each owner."""
    return 2 * cost * epsilon


def missing(a: mp.Algebra, epsilon: Any, total: Any) -> Any:
    """Σ ε − E, which must be nothing."""
    return a.sum(epsilon) - total


class FairSplit(mp.Program):
    """Owners of quadratic costs sell a total E of privacy."""

    cost: mp.Vector = mp.vector("a cost", above=0, per="owner", symbol="c")
    total: mp.Number = mp.scalar("the total to be bought", above=0, symbol="E")
    owner: Any = mp.labels("owner", default=None)

    default_backend = "fair-split"
    about = "owner"
    properties = promises = ("equal-burden",)

    def variables(self) -> tuple[mp.Decision, ...]:
        """Return the budgets."""
        count = len(self.cost)
        return (mp.Decision("epsilon", [0] * count, [self.total] * count, symbol=r"\varepsilon"),)

    def objective(self) -> Any:
        """Return the cost."""
        return total_cost

    def constraints(self) -> tuple[mp.Constraint, ...]:
        """Return that the total is bought."""
        return (mp.Constraint("total_is_bought", missing, equality=True),)

    def outcomes(self) -> Mapping[str, Any]:
        """Return each owner's burden."""
        return {"burden": burden}


def split(model: FairSplit) -> list[Fraction]:
    """Return E (1/c_i) / Σ (1/c), over fractions."""
    weights = [1 / Fraction(cost) for cost in model.cost.tolist()]
    return [Fraction(model.total) * weight / sum(weights) for weight in weights]


class ClosedForm:
    """The back end."""

    name = "fair-split"

    def accepts(self, model: Any) -> str | None:
        """Take fair splits only."""
        return None if isinstance(model, FairSplit) else "splits FairSplit only"

    def solve(self, model: FairSplit, request: mp.Request) -> mp.Answer:
        """Return the closed form."""
        exact = np.array(split(model), dtype=object)
        return mp.Answer({"epsilon": exact if request.arithmetic == "exact" else exact.astype(float)}, "closed form")


def backends() -> tuple[ClosedForm, ...]:
    """Return what is offered."""
    return (ClosedForm(),)


def certificate(model: FairSplit, solution: mp.Solution, arithmetic: str, tolerance: float) -> mp.Certificate:
    """Show by fractions that all burdens are equal and the total is bought, so that the strictly convex cost is least.

    Budgets that do so are λ/(2 c_i); hence |ε − ε*| is at most the spread of the burdens and what is missing allow.
    """
    stated = (solution.exact or {}).get("epsilon", solution.values["epsilon"])
    epsilon = [Fraction(value) for value in stated]
    costs = [Fraction(cost) for cost in model.cost.tolist()]
    short = abs(sum(epsilon) - Fraction(model.total)) / Fraction(model.total)
    burdens = [2 * cost * value for cost, value in zip(costs, epsilon, strict=True)]
    spread = max(burdens) - min(burdens)
    inverse = sum(1 / cost for cost in costs)
    distance = (spread * inverse + abs(sum(epsilon) - Fraction(model.total))) / max(epsilon)
    feasible = short <= Fraction(tolerance) and min(epsilon) >= 0
    optimal = True if distance <= Fraction(tolerance) else False if spread > 2 * short * max(burdens) else None
    reason = "all burdens are equal" if optimal else f"burdens differ by {float(spread):.3g}"
    return mp.Certificate(
        feasible, optimal, float(short), None, float(distance) if optimal else None, tolerance, "exact", reason
    )


def properties(model: FairSplit, solution: mp.Solution) -> tuple[mp.Item, ...]:
    """Judge whether a little more privacy would cost every owner the same."""
    burdens = np.asarray(solution.values["burden"], dtype=float)
    least, most = int(np.argmin(burdens)), int(np.argmax(burdens))
    equal = burdens[most] - burdens[least] <= 1e-6 * burdens[most]
    text = f"{model.owner_of(most)} bears {burdens[most]:.6g}, {model.owner_of(least)} bears {burdens[least]:.6g}"
    verdict = mp.Verdict.HOLDS if equal else mp.Verdict.VIOLATED
    return (mp.Item("equal-burden", verdict, text, "float", {"most": burdens[most], "least": burdens[least]}),)


def figures(model: FairSplit, solution: mp.Solution) -> tuple[mp.Figure, ...]:
    """Draw the budgets against the costs."""
    costs = np.asarray(model.cost, dtype=float)
    order = np.argsort(costs)
    drawn = mp.Series("bought", costs[order].tolist(), solution.values["epsilon"][order].tolist(), points=True)
    return (mp.Figure("split", "Who sells how much", "Dear owners sell less.", mp.Axis("c"), mp.Axis("ε"), (drawn,)),)


def sections(model: FairSplit, solution: mp.Solution) -> tuple[mp.Table, ...]:
    """Tell each owner's cost."""
    rows = tuple((model.owner_of(i), c * e**2) for i, (c, e) in enumerate(zip(model.cost, split(model), strict=True)))
    return (mp.Table("What it costs", "At the least cost.", ("owner", "cost"), rows),)


c, d, x, total = mp.roles("c d x total")
of_two = mp.Term(lambda a, c, d, x, total: total_cost(a, np.array([x, total - x]), np.array([c, d])))
"""What a total costs of two owners, of whom the first sells x."""
LEAST = mp.Claim(
    "fair-split/least-of-two",
    "Of two owners no split of E costs less than cdE²/(c + d).",
    "this package",
    mp.ClaimVerdict.PROVED,
    (
        mp.Step(
            mp.Sentence(
                {"c > 0": c > 0, "d > 0": d > 0},
                of_two >= c * d * total**2 / (c + d),
                squares=(c * x - d * (total - x),),
            )
        ),
    ),
)
THEORY = mp.Theory("fair-split", (LEAST,), "fair-split", certificates=Path(__file__).parent / "certificates")
