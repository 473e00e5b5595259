#!/usr/bin/env bash
# Guess: a strictly convex quadratic of three variables between bounds is the easiest of programs; "Optimal" is right.
# Seen (highspy 1.15.1, cvxpy 1.9.3): min (3 x² + 2xy + 2xz + 2 y² + 2 z²)/2 - x - 2y - 3z within [-5, 5]³ has its least value
#   -3.8125 at (-3/4, 11/8, 15/8). HiGHS says "Optimal" at (-8/15, 1, 8/5), value -3.667, largest dual infeasibility 0, also without
#   presolve or regularisation; with the row x <= 6, which binds nowhere, it is right. cvxpy with solver="HIGHS" hands the wrong
#   answer on as "optimal", in the box and without any constraint at all. And of four variables in a box, with one row that does
#   not bind at the optimum, HiGHS says "Optimal" in a corner with 33.75, where -36.72 can be had.
# So: the judge of answers finds exact multipliers itself; neither a status nor reported infeasibilities count.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --no-compile "highspy==1.15.1" "cvxpy==1.9.3" "numpy==2.4.6"
cd "$work"
"$work/venv/bin/python" - <<'P'
from pathlib import Path

import cvxpy as cp
import highspy
import numpy as np


def solved(square: str, costs: str, rows: str, names: str, **options: object) -> tuple[np.ndarray, float]:
    bounds = "".join(f" -5 <= {name} <= 5\n" for name in names)
    Path("q.lp").write_text(f"Minimize\n obj: {costs} + [ {square} ] / 2\nSubject To\n{rows}Bounds\n{bounds}End\n")
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    for name, value in options.items():
        assert solver.setOptionValue(name, value) == highspy.HighsStatus.kOk
    assert solver.readModel("q.lp") == highspy.HighsStatus.kOk
    solver.run()
    assert solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    info, point = solver.getInfo(), np.array(solver.getSolution().col_value)
    assert info.max_primal_infeasibility == info.max_dual_infeasibility == 0
    print(f"{rows.strip() or 'no row':50} {options}: Optimal, {info.objective_function_value:.6g} at {point.round(5)}")
    return point, info.objective_function_value


three = ("3 x ^2 + 2 x * y + 2 x * z + 2 y ^2 + 2 z ^2", "- x - 2 y - 3 z")
square = np.array([[3, 1, 1], [1, 2, 0], [1, 0, 2]])
best = np.linalg.solve(square, [1, 2, 3])
print("where the gradient is nought:", best)
for options in ({}, {"presolve": "off"}, {"qp_regularization_value": 0.0}):
    point, value = solved(*three, "", "xyz", **options)
    assert np.allclose(point, [-8 / 15, 1, 8 / 5], atol=1e-5) and value > -3.67
point, value = solved(*three, " r: x <= 6\n", "xyz")
assert np.allclose(point, best, atol=1e-5) and abs(value + 3.8125) < 1e-5

for inside in ({"bounds": [-5, 5]}, {}):
    x = cp.Variable(3, **inside)
    problem = cp.Problem(cp.Minimize(cp.quad_form(x, square) / 2 - np.array([1, 2, 3]) @ x))
    problem.solve(solver="HIGHS")
    print(f"cvxpy, {inside or 'no constraint'}: {problem.status}, {problem.value:.6g} at {x.value.round(5)}")
    assert problem.status == "optimal" and np.allclose(x.value, [-8 / 15, 1, 8 / 5], atol=1e-5)

four = (
    "3 x ^2 - 2 x * y - 2 x * z + 4 x * w + 6 y ^2 - 4 y * z + 8 y * w + 4 z ^2 - 8 z * w + 9 w ^2",
    "5.25 x + 2.5 y + 6.5 z - 7 w",
)
_, value = solved(*four, " r: -4 x + 6 y - 5 z + w <= 19\n", "xyzw")
_, without = solved(*four, "", "xyzw")
near = -4 * -5 + 6 * -3.67857 - 5 * -2.14286 + 2.57143
print(f"the point without the row, where the row says {near:.3f} <= 19")
assert abs(value - 33.75) < 1e-6 and abs(without + 36.72321) < 1e-4
P
