#!/usr/bin/env bash
# Guess: a fit of rising prices is a small quadratic program that is never infeasible, so an interior-point solver gives
#   the same prices, up to the unit, whatever unit of money the targets are in.
# Seen (cvxpy 1.9.3, clarabel 0.11.1, ecos 2.0.14): targets (4, 6, 9, 1) fitted by rising prices of at least zero. In units
#   they are right to 1e-7; in hundred-thousandths of the unit (targets 400000, ...) Clarabel says "infeasible", and so
#   does ECOS; in hundred-thousands of it (.00004, ...) Clarabel says "optimal" and is off by more than a price.
# So: what is handed to a solver is scaled first, and neither of its words is believed.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --no-compile "cvxpy==1.9.3" "clarabel==0.11.1" "ecos==2.0.14" "numpy==2.4.6"
"$work/venv/bin/python" - <<'P'
import warnings

import cvxpy as cp
import numpy as np

warnings.filterwarnings("ignore")
TARGET, RIGHT = np.array([4, 6, 9, 1.0]), np.array([4, 16 / 3, 16 / 3, 16 / 3])


def fitted(solver: str, unit: float) -> tuple[str, float]:
    price = cp.Variable(4)
    problem = cp.Problem(cp.Minimize(cp.sum_squares(price - TARGET * unit)), [cp.diff(price) >= 0, price >= 0])
    problem.solve(solver=solver)
    error = np.inf if price.value is None else float(np.max(np.abs(price.value / unit - RIGHT)))
    print(f"{solver:9} unit {unit:7.0e}: {problem.status:22} largest error {error:.1e} units")
    return problem.status, error


status, error = fitted("CLARABEL", 1.0)
assert status == "optimal" and error < 1e-6
status, error = fitted("CLARABEL", 1e5)
assert status == "infeasible"
status, error = fitted("ECOS", 1e5)
assert status.startswith("infeasible")
status, error = fitted("CLARABEL", 1e-5)
assert status == "optimal" and error > 1
P
