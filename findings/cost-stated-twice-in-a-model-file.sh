#!/usr/bin/env bash
# Guess: "2 x + 3 x" in an LP file is 5 x, in the objective as in a row; a reader that cannot add refuses the file.
# Seen (highspy 1.15.1, pyscipopt 6.3.0): SCIP reads 5 x in both. HiGHS reads 5 x in a row, with a warning, but 3 x in the
#   objective, with status ok: the last term alone counts. Of min 2 x + 3 x + 4 y, x + y >= 4, it says "Optimal" at x = 4 with 12,
#   where the objective is 20; the optimum is y = 4 with 16.
# So: terms are added, over fractions, by a reader of our own, and an answer is judged by what the file says.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --no-compile "highspy==1.15.1" "pyscipopt==6.3.0" "numpy==2.4.6"
cd "$work"
"$work/venv/bin/python" - <<'P'
from pathlib import Path

import highspy
import pyscipopt


def read(costs: str, row: str) -> tuple[highspy.HighsStatus, list[float], list[float]]:
    """How HiGHS reads the file, its (x, y, value), and SCIP's."""
    Path("m.lp").write_text(f"Minimize\n obj: {costs}\nSubject To\n r: {row} >= 4\nBounds\n x <= 9\n y <= 9\nEnd\n")
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    status = highs.readModel("m.lp")
    highs.run()
    scip = pyscipopt.Model()
    scip.hideOutput()
    scip.readProblem("m.lp")
    scip.optimize()
    assert highs.getModelStatus() == highspy.HighsModelStatus.kOptimal and scip.getStatus() == "optimal"
    one = [*highs.getSolution().col_value, highs.getObjectiveValue()]
    x, y = sorted(scip.getVars(), key=lambda variable: variable.name)
    other = [scip.getVal(x), scip.getVal(y), scip.getObjVal()]
    one, other = ([round(number, 6) for number in numbers] for numbers in (one, other))
    print(f"min {costs}, {row} >= 4, (x, y, value): {status.name}, HiGHS {one}, SCIP {other}")
    return status, one, other


ok, warning = highspy.HighsStatus.kOk, highspy.HighsStatus.kWarning
assert read("5 x + 4 y", "x + y") == (ok, [0, 4, 16], [0, 4, 16])
assert read("7 x + 2 y", "2 x + 3 x + y") == (warning, [0.8, 0, 5.6], [0.8, 0, 5.6])
assert read("2 x + 3 x + 4 y", "x + y") == (ok, [4, 0, 12], [0, 4, 16])
P
