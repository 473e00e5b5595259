#!/usr/bin/env bash
# Guess: cvxpy is cvxpy-base and some solvers, so it requires cvxpy-base and has no files of its own: removing cvxpy leaves
#   cvxpy-base as it was, and pip check notices what is broken.
# Seen (cvxpy and cvxpy-base 1.9.3, pip 26.2): each holds the same package and neither requires the other. After cvxpy is removed
#   `import cvxpy` fails, while pip lists cvxpy-base, finds no broken requirement, and has nothing to do where it is to be
#   installed again.
# So: whether it is there is asked of its files, not of pip; what is missing is named with `pip install --force-reinstall`.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
pip() { "$work/venv/bin/python" -I -m pip "$@"; }
there() { "$work/venv/bin/python" -I -c "import importlib.util, sys; sys.exit(importlib.util.find_spec('cvxpy') is None)"; }
pip install -q "pip==26.2"
pip install -q --no-compile "cvxpy-base==1.9.3" "cvxpy==1.9.3"
there
pip show cvxpy | grep '^Requires:' | tee "$work/requires"
grep -qv base "$work/requires"
pip uninstall -q -y cvxpy
pip check
pip list 2>/dev/null | grep -x 'cvxpy-base *1.9.3'
if there; then echo "still there"; exit 1; fi
pip install -q "cvxpy-base==1.9.3"
if there; then echo "installed again"; exit 1; fi
pip install -q --no-compile --force-reinstall --no-deps "cvxpy-base==1.9.3"
there
