#!/usr/bin/env bash
# Guess: what Pyomo writes in the format .nl, CasADi reads; comments behind a number sign are part of the format's text form.
# Seen (Pyomo 6.10.1, CasADi 3.8.2): without names CasADi reads the model, range rows and the sense of the objective included.
#   Asked for symbolic labels, which is how one gets names back, Pyomo writes each name as a comment, and CasADi stops:
#   "Unknown instruction: #". With the comments cut off it reads the same model. A suffix that Pyomo hands over, such as
#   duals to start from, is refused too.
# So: the comments are cut off before CasADi reads a .nl model, and names are taken from the files .col and .row beside it.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --no-compile "pyomo==6.10.1" "casadi==3.8.2" "numpy==2.4.6"
cd "$work"
"$work/venv/bin/python" - <<'P'
import re
from pathlib import Path

import casadi
import pyomo.environ as pe

model = pe.ConcreteModel()
model.amount, model.price = pe.Var(bounds=(0, 3)), pe.Var(within=pe.NonNegativeReals)
model.profit = pe.Objective(expr=3 * model.amount + 2 * model.price - model.amount**2, sense=pe.maximize)
model.hours = pe.Constraint(expr=pe.inequality(-2, model.amount - 3 * model.price, 4))


def read(file):
    builder = casadi.NlpBuilder()
    try:
        builder.import_nl(file)
    except RuntimeError as error:
        return str(error).strip().rsplit(": ", 2)[-2:]
    value = casadi.Function("f", builder.x, [builder.f])(1, 1)
    return float(value), builder.g_lb, builder.g_ub


model.write("plain.nl")
model.write("named.nl", io_options={"symbolic_solver_labels": True})
Path("cut.nl").write_text(re.sub(r"[ \t]*#.*", "", Path("named.nl").read_text()))
plain, named, cut = read("plain.nl"), read("named.nl"), read("cut.nl")
print("without names:", plain)
print("with names:", named)
print("with names, comments cut off:", cut)
# what is to be maximised is turned: 3 + 2 - 1 at (1, 1)
assert plain == cut == (-4.0, [-2.0], [4.0])
assert named == ["Unknown instruction", "#"]
model.start = pe.Suffix(direction=pe.Suffix.EXPORT)
model.start[model.hours] = 1.5
model.write("suffix.nl")
print("with a suffix:", read("suffix.nl"))
assert "Suffix values unsupported" in read("suffix.nl")[-1]
P
