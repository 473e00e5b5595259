#!/usr/bin/env bash
# Guess: maximising ln(1 + B) - B/beta, a server's utility with a logarithmic revenue, is a one-variable cone program;
#   a first-order solver that says "optimal" is right to a few digits, as its default tolerance is 1e-4.
# Seen (cvxpy 1.9.3, scs 3.3.1): the optimum is B = beta - 1. At beta = 1e6 SCS says "optimal" with half of it, and at 1e8
#   with a two-thousandth, where the utility is 10.9 in place of 17.4; residuals are relative to data of that size.
# So: a status says how small residuals are, nothing of how near the answer is; pools are compared with their optimum.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --no-compile "cvxpy==1.9.3" "scs==3.3.1" "numpy==2.4.6"
"$work/venv/bin/python" - <<'P'
import warnings

import cvxpy as cp
import numpy as np

warnings.filterwarnings("ignore")


def pool(beta: float) -> tuple[str, float]:
    b = cp.Variable(nonneg=True)
    problem = cp.Problem(cp.Maximize(cp.log(1 + b) - b / beta))
    problem.solve(solver="SCS")
    best = np.log(beta) - 1 + 1 / beta
    print(f"beta {beta:.0e}: {problem.status}, B = {b.value:.6g} of {beta - 1:.6g}, utility {problem.value:.4f} of {best:.4f}")
    return problem.status, float(b.value) / (beta - 1)


status, part = pool(1e3)
assert status == "optimal" and abs(part - 1) < 0.01
status, part = pool(1e6)
assert status == "optimal" and part < 0.7
status, part = pool(1e8)
assert status == "optimal" and part < 0.01
P
