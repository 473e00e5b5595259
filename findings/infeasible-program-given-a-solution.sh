#!/usr/bin/env bash
# Guess: SymPy's linear programs are solved over fractions, so of one without a solution lpmin raises InfeasibleLPError.
# Seen (sympy 1.14.0): of three rows without a common point for x, y >= 0 it returns (3/2, {x: 0, y: 3/2}), which breaks two of
#   them (y <= 2 x + 1 by 1/2, y <= x by 3/2). Of easier programs without a solution it says so.
# So: exact arithmetic is no certificate; a point is put into every row, and "no solution" is shown by weights of rows.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --no-compile "sympy==1.14.0"
"$work/venv/bin/python" - <<'P'
from sympy import Rational, symbols
from sympy.solvers.simplex import InfeasibleLPError, lpmin

x, y = symbols("x y")
rows = [y <= 2 * x + 1, y <= x, 2 * y >= 2 * x + 3, x >= 0, y >= 0]
value, point = lpmin(2 * x + y, rows)
broken = [row for row in rows if not row.subs(point)]
print(f"lpmin says {value} at {point}; broken there: {broken}")
print("no point has y <= x and y >= x + 3/2")
assert (value, point) == (Rational(3, 2), {x: 0, y: Rational(3, 2)})
assert len(broken) == 2
try:
    lpmin(x + y, [x + y <= 1, x + y >= 2, x >= 0, y >= 0])
except InfeasibleLPError as error:
    print("an easier one:", type(error).__name__)
else:
    raise SystemExit("the easier one has a solution now?")
P
