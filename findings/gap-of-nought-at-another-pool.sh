#!/usr/bin/env bash
# Guess: a global solver that ends with gap 0 has the largest value to nine digits, and with it the decision to five.
# Seen (pyscipopt 6.3.0): of ln(1 + B) - B/100, whose optimum is B = 99, SCIP says "optimal", gap 0, at B = 98.891: 1.1e-3 off.
#   Its value is 3.5e-7 above the largest one, which no pool has, and 9.4e-7 above what its own B gives: the row
#   t <= ln(1 + B) - B/100 may be broken by 1e-6 (numerics/feastol). With feastol 1e-8, B is right to 1e-10.
# So: Pyomo's SCIP gets feastol 1e-8 here, and certificates look at B alone, never at a solver's value or gap.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --no-compile "pyscipopt==6.3.0" "numpy==2.4.6"
"$work/venv/bin/python" - <<'P'
from math import log

import pyscipopt

BEST = log(100) - 99 / 100


def pool(feastol: float | None = None) -> tuple[float, float, float]:
    """How far off SCIP's B is, its value, and the utility of its B."""
    model = pyscipopt.Model()
    model.hideOutput()
    model.setParam("limits/gap", 0.0)
    if feastol is not None:
        model.setParam("numerics/feastol", feastol)
    b, utility = model.addVar("B", lb=0, ub=1000), model.addVar("t", lb=None)
    model.addCons(utility <= pyscipopt.log(1 + b) - b / 100)
    model.setObjective(utility, "maximize")
    model.optimize()
    assert model.getStatus() == "optimal" and model.getGap() == 0 and model.getDualbound() == model.getObjVal()
    there, value = model.getVal(b), model.getObjVal()
    own = log(1 + there) - there / 100
    print(f"feastol {feastol or 'as it is'}: gap 0, B = {there:.9g}, value {value - BEST:+.2g} and its B's {own - BEST:+.2g} off")
    return there / 99 - 1, value - BEST, own - BEST


off, value, own = pool()
assert 5e-4 < abs(off) < 2e-3 and 2e-7 < value < 5e-7 and -1e-6 < own < -3e-7
off, value, own = pool(1e-8)
assert abs(off) < 1e-10 and 0 < value < 1e-8 and abs(own) < 1e-14
P
