#!/usr/bin/env bash
# Guess: OpenDP, asked what one Gaussian release with sigma = 3.7306316 spends at delta = 1e-5, says epsilon = 1, as dp-accounting does.
# Seen (opendp 0.16.0): 1.0921. It goes from zCDP to (epsilon, delta), which is an upper bound: the sigma that its own search gives for
#   (1, 1e-5) is 4.0451, 8.4 % more noise. For epsilon = 0.1 it is 10.5 % more, for 10 5.9 %. dp-accounting 0.6.0: 1.0000.
# So: both are safe, but a budget that buys exactly this sigma is refused there; say which accountant a price is for.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --no-compile "opendp==0.16.0" "dp-accounting==0.6.0" "scipy==1.17.1" "numpy==2.4.6"
"$work/venv/bin/python" - <<'P'
from math import exp

import opendp.prelude as dp
from dp_accounting import dp_event
from dp_accounting.pld import PLDAccountant
from scipy.optimize import brentq
from scipy.stats import norm

dp.enable_features("contrib")
DELTA = 1e-5
space = dp.vector_domain(dp.atom_domain(T=float, nan=False)), dp.l2_distance(T=float)


def release(sigma: float) -> dp.Measurement:
    return dp.c.make_fix_delta(dp.c.make_zCDP_to_approxDP(dp.m.make_gaussian(*space, scale=sigma)), delta=DELTA)


def exact_delta(sigma: float, epsilon: float) -> float:
    """Of a Gaussian release with sensitivity 1 (Balle and Wang, 2018, theorem 8)."""
    return norm.cdf(1 / (2 * sigma) - epsilon * sigma) - exp(epsilon) * norm.cdf(-1 / (2 * sigma) - epsilon * sigma)


more = {}
for epsilon in (0.1, 1.0, 10.0):
    sigma = brentq(lambda sigma: exact_delta(sigma, epsilon) - DELTA, 0.01, 1000, xtol=1e-13)
    accountant = PLDAccountant()
    accountant.compose(dp_event.GaussianDpEvent(sigma))
    theirs = release(sigma).map(1.0)[0]
    asked = dp.binary_search_param(release, d_in=1.0, d_out=(epsilon, DELTA))
    more[epsilon] = asked / sigma - 1
    print(f"epsilon {epsilon:g}: sigma {sigma:.7g}; dp-accounting {accountant.get_epsilon(DELTA):.6g}, OpenDP {theirs:.6g}")
    print(f"    OpenDP's own sigma {asked:.6g}, {100 * more[epsilon]:.3g} % more")
    assert abs(accountant.get_epsilon(DELTA) / epsilon - 1) < 1e-3
    assert epsilon != 1 or abs(theirs - 1.0921503) < 1e-4
assert abs(more[0.1] - 0.105) < 1e-3 and abs(more[1.0] - 0.0843) < 1e-4 and abs(more[10.0] - 0.0594) < 1e-3
P
