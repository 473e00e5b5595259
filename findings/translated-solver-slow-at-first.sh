#!/usr/bin/env bash
# Guess: to ask z3 each question in a context of its own, so that no answer depends on earlier ones, Solver.translate(context)
#   is the tool for it: the copy answers as a new solver with the same facts does, at the same cost.
# Seen (z3-solver 5.4.0.0): the same answer after as many steps (its own "rlimit count"), but the translated solver takes .05
#   to .1 s before its first answer to the smallest question; a new solver of the other context, with the facts
#   translated one by one, takes .001 to .004 s. Provers that ask hundreds of small questions run out of time.
# So: translate the facts, not the solver.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --no-compile "z3-solver==5.4.0.0"
"$work/venv/bin/python" - <<'P'
from statistics import median
from time import perf_counter

import z3


def facts() -> list[z3.BoolRef]:
    x, y = z3.Reals("x y")
    return [x > 1, y > 1, x * y < 1]


def answer(translated: bool) -> tuple[str, float]:
    here, other = z3.Solver(), z3.Context()
    here.add(*facts())
    if translated:
        solver = here.translate(other)
    else:
        solver = z3.Solver(ctx=other)
        solver.add(*(fact.translate(other) for fact in here.assertions()))
    start = perf_counter()
    word = str(solver.check())
    return word, perf_counter() - start


answer(False)  # the first question of a process loads what it needs
times = {translated: [answer(translated) for _ in range(9)] for translated in (False, True)}
assert {word for found in times.values() for word, _ in found} == {"unsat"}
new, copied = (median(seconds for _, seconds in times[translated]) for translated in (False, True))
print(f"z3 {z3.get_version_string()}: a new solver {new * 1e3:.1f} ms, a translated one {copied * 1e3:.1f} ms")
assert copied > 5 * new
P
