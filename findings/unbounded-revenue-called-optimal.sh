#!/usr/bin/env bash
# Guess: a solver that is asked for the largest value of a revenue that grows without end says "unbounded".
# Seen (cvxpy 1.9.3, clarabel 0.11.1, pyscipopt 6.3.0): Clarabel calls max ln(1 + B), B >= 0, "optimal" at B of about 7e13.
#   SCIP calls max sqrt(B) "optimal" at 1e10, the root of the 1e20 that it takes for infinity. Of max B both say "unbounded".
# So: every decision has finite bounds in its declaration.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --no-compile "cvxpy==1.9.3" "clarabel==0.11.1" "pyscipopt==6.3.0" "numpy==2.4.6"
"$work/venv/bin/python" - <<'P'
import warnings

import cvxpy as cp

warnings.filterwarnings("ignore")


def largest(solver: str, revenue) -> tuple[str, float]:
    b = cp.Variable(nonneg=True)
    problem = cp.Problem(cp.Maximize(revenue(b)))
    problem.solve(solver=solver)
    print(f"{solver:9} {revenue(b)}: {problem.status}, value {problem.value:.6g}")
    return problem.status, problem.value


status, value = largest("CLARABEL", lambda b: cp.log(1 + b))
assert status == "optimal" and 20 < value < 40
status, value = largest("SCIP", cp.sqrt)
assert status == "optimal" and 9e9 < value < 1.1e10
for solver in ("CLARABEL", "SCIP"):
    assert largest(solver, lambda b: b)[0] == "unbounded"
P
