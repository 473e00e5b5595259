"""Any solver's answer to a linear or convex quadratic program, judged over fractions: valid, refuted or undecided.

*Valid*: every row holds within the tolerance, and an exact optimum lies within the tolerance of the answer. *Refuted*:
a row is broken by more, or a point that keeps every row exactly is better by more. Else it is *undecided*.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np

from ..formatting import at_least
from .polishing import Optimum, optimum_near
from .problem import Problem, Row

BOX = 10**6
"""Up to where a better point is looked for where there is no best."""


@dataclass(frozen=True)
class Judgement:
    """A verdict and what it rests on; distances and violations are relative, and `better` is a point by name."""

    verdict: str
    reason: str
    violation: Fraction
    broken: str | None
    value: Fraction
    distance: Fraction | None = None
    optimum: Optimum | None = None
    better: list[Fraction] | None = None


def judge(problem: Problem, point: list[Fraction], tolerance: Fraction) -> Judgement:
    """Judge a point.

    Examples
    --------
    >>> from mechproof.solvers.programs.problem import Row
    >>> one = Fraction(1)
    >>> rows = [Row("limit", {0: one, 1: one}, None, Fraction(4)), Row("x", {0: one}, one, None)]
    >>> problem = Problem(["x", "y"], -1, Fraction(0), {0: -one, 1: -2 * one}, {}, rows)
    >>> judge(problem, [one, Fraction(3)], Fraction(1, 10**7)).verdict
    'valid'
    >>> judge(problem, [Fraction(2), Fraction(2)], Fraction(1, 10**7)).reason
    'a better point keeps every row: 7 against 6'
    """
    broken, violation = max(_violations(problem, point), key=lambda found: found[1], default=("", Fraction(0)))
    value = problem.value(point)
    if violation > tolerance:
        reason = f"{broken} is broken by {float(violation):.3g} of the size of its terms at the largest entry"
        return Judgement("refuted", reason, violation, broken, value)
    known = violation, broken or None, value
    fraction = next((j for j in sorted(problem.whole) if abs(point[j] - round(point[j])) > tolerance), None)
    if fraction is not None:
        return Judgement("refuted", f"{problem.names[fraction]} is {float(point[fraction]):.9g}, no integer", *known)
    if problem.whole:
        reason = "every row and every integer is kept; that no integer point is better is not decided here"
        return Judgement("undecided", reason, *known)
    if not convex(problem):
        return Judgement("undecided", "the objective is not convex: a local optimum proves nothing", *known)
    near = optimum_near(problem, point)
    if near is not None:
        apart = _apart(point, near.point)
        if apart <= tolerance:
            reason = "an exact optimum is within the tolerance, shown by exact multipliers"
            return Judgement("valid", reason, *known, apart, near)
    better = near.point if near is not None else _better(problem)
    return _compared(problem, point, better, near, tolerance, known)


def _compared(
    problem: Problem,
    point: list[Fraction],
    better: list[Fraction] | None,
    near: Optimum | None,
    tolerance: Fraction,
    known: tuple[Fraction, str | None, Fraction],
) -> Judgement:
    """Refute by a better point, if it is one by more than the tolerance."""
    value = known[2]
    if better is None:
        return Judgement("undecided", "no exact optimum was found near, and no better point", *known)
    there = problem.value(better)
    scale = max(abs(there), abs(value), Fraction(1, 10**9))
    if value - there > tolerance * scale:
        one, other = (float(problem.sense * amount) for amount in (there, value))
        reason = f"a better point keeps every row: {one:.9g} against {other:.9g}"
        return Judgement("refuted", reason, *known, None, near, better)
    if near is None:
        return Judgement("undecided", "nothing better was found; that there is nothing is not shown", *known)
    apart = _apart(point, near.point)
    away = at_least(float(apart), 3)
    reason = f"an exact optimum is {away} away and hardly better; whether another is nearer is not known"
    return Judgement("undecided", reason, *known, apart, near)


def _violations(problem: Problem, point: list[Fraction]) -> Iterator[tuple[str, Fraction]]:
    """Yield by how much rows are broken, of the size of their terms, were all entries as large as the largest."""
    largest = max(map(abs, point), default=Fraction(0))
    for row in problem.rows:
        value = row.at(point)
        below = row.low - value if row.low is not None else Fraction(0)
        above = value - row.high if row.high is not None else Fraction(0)
        excess, limit = max((below, row.low), (above, row.high), key=lambda side: side[0])
        if excess > 0:
            size = max(abs(limit or Fraction(0)), *(abs(a) * largest for a in row.terms.values()), Fraction(0))
            yield row.name, excess / size if size else Fraction(1)


def _apart(one: list[Fraction], other: list[Fraction]) -> Fraction:
    size = max(map(abs, other), default=Fraction(0))
    apart = max((abs(x - y) for x, y in zip(one, other, strict=True)), default=Fraction(0))
    return apart / size if size else apart


def convex(problem: Problem) -> bool:
    """Whether Q has no negative curvature, by exact elimination."""
    left = {key: value for key, value in problem.quadratic.items() if value}
    for k in sorted({i for i, _ in left}):
        pivot = left.get((k, k), Fraction(0))
        row = {j: value for (i, j), value in left.items() if i == k and j != k}
        left = {key: value for key, value in left.items() if k not in key}
        if pivot < 0 or (pivot == 0 and any(row.values())):
            return False
        for i, one in row.items():
            for j, other in row.items():
                left[i, j] = left.get((i, j), Fraction(0)) - one * other / pivot
    return True


def _better(problem: Problem) -> list[Fraction] | None:
    """Return a point that keeps every row exactly, and is as good as HiGHS finds one: it is then made exact."""
    for limit in (None, BOX):
        hint = _hint(problem, limit)
        if hint is None:
            continue
        boxed = problem if limit is None else _boxed(problem, limit)
        found = optimum_near(boxed, hint)
        if found is not None:
            return found.point
    return None


def _boxed(problem: Problem, limit: int) -> Problem:
    """Return the problem within a box, on which there is a best point."""
    reach = Fraction(limit)
    box = [Row(f"box of {name}", {j: Fraction(1)}, -reach, reach) for j, name in enumerate(problem.names)]
    return replace(problem, rows=[*problem.rows, *box])


def _hint(problem: Problem, limit: int | None) -> list[Fraction] | None:
    """What HiGHS finds in doubles, as fractions."""
    import highspy

    solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    infinity = highspy.kHighsInf
    solver.setOptionValue("output_flag", False)
    for j in range(len(problem.names)):
        reach = infinity if limit is None else float(limit)
        solver.addVar(-reach, reach)
        solver.changeColCost(j, float(problem.linear.get(j, 0)))
    for row in problem.rows:
        columns = np.array(list(row.terms), dtype=np.int32)
        values = np.array([float(value) for value in row.terms.values()])
        low = -infinity if row.low is None else float(row.low)
        high = infinity if row.high is None else float(row.high)
        solver.addRow(low, high, len(columns), columns, values)
    if problem.quadratic:
        solver.passHessian(_hessian(problem))
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    return [Fraction(float(x)) for x in solver.getSolution().col_value]


def _hessian(problem: Problem) -> Any:
    import highspy

    hessian = highspy.HighsHessian()
    starts, index, value = [0], [], []
    for j in range(len(problem.names)):
        for i in range(j, len(problem.names)):
            if (i, j) in problem.quadratic:
                index.append(i)
                value.append(float(problem.quadratic[i, j]))
        starts.append(len(index))
    hessian.dim_, hessian.format_ = len(problem.names), highspy.HessianFormat.kTriangular
    hessian.start_, hessian.index_, hessian.value_ = starts, index, value
    return hessian
