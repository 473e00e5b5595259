#!/usr/bin/env bash
# Guess: an active-set solver ends in the solution of linear equations, so HiGHS's "Optimal" of a small, well-conditioned
#   convex quadratic is right to 1e-9.
# Seen (highspy 1.15.1): min x² - 2x within |x| <= 5, and a row that does not bind, is solved at 1 - 5e-8; narrower
#   feasibility tolerances change no digit. HiGHS adds qp_regularization_value = 1e-7 to the diagonal: the answer is the optimum of another program.
#   With that option 0 the answer is 1 to 1e-15.
# So: the option is set to 0 where HiGHS solves a quadratic, and points are polished over fractions before they are judged.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --no-compile "highspy==1.15.1" "numpy==2.4.6"
cd "$work"
"$work/venv/bin/python" - <<'P'
from pathlib import Path

import highspy

bounds = "Bounds\n -5 <= x <= 5\n y <= 1\nEnd\n"
Path("q.lp").write_text(f"Minimize\n obj: - 2 x + [ 2 x ^2 ] / 2\nSubject To\n r: x + y <= 9\n{bounds}")


def off_by(**options: float) -> float:
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    for name, value in options.items():
        assert solver.setOptionValue(name, value) == highspy.HighsStatus.kOk
    solver.readModel("q.lp")
    solver.run()
    assert solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    error = 1 - solver.getSolution().col_value[0]
    print(f"Optimal, x = 1 - {error:.3g} with {options or 'defaults'}")
    return error


assert 4e-8 < off_by() < 6e-8
assert off_by(primal_feasibility_tolerance=1e-10, dual_feasibility_tolerance=1e-10) == off_by()
assert abs(off_by(qp_regularization_value=0.0)) < 1e-13
P
