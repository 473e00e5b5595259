#!/usr/bin/env bash
# Guess: a fix that ruff marks safe, and `ruff check --fix` makes unasked, keeps what the code means.
# Seen (ruff 0.17.6): C420 turns {name: start[:] for name in names} into dict.fromkeys(names, start[:]). Before, each name had
#   a list of its own; after, all share one, and a gift to one is a gift to all. {…: left + right …} goes the same way;
#   {…: [] …} is left alone.
# So: C420 is among the unsafe fixes here (extend-unsafe-fixes).
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --no-compile "ruff==0.17.6"
cd "$work"
cat > shares.py <<'P'
def shares(names, start):
    return {name: start[:] for name in names}


def sums(names, left, right):
    return {name: left + right for name in names}


def empty(names):
    return {name: [] for name in names}


given = shares(["anna", "bert"], [0])
given["anna"].append(7)
print(given)
P
before=$("$work/venv/bin/python" shares.py)
"$work/venv/bin/ruff" check -q --isolated --select C420 --fix shares.py || true
after=$("$work/venv/bin/python" shares.py)
grep -n "return" shares.py
echo "before $before"; echo "after  $after"
[ "$before" = "{'anna': [0, 7], 'bert': [0]}" ]
[ "$after" = "{'anna': [0, 7], 'bert': [0, 7]}" ]
grep -q "dict.fromkeys(names, left + right)" shares.py
grep -q "{name: \[\] for name in names}" shares.py
