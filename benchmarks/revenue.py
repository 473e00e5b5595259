"""The menu that earns most: solving and certifying, as ratios to sorting every version's prices on the same machine.

Run ``python benchmarks/revenue.py``. For 10 versions the programme sorts ten lists of up to as many prices as there are
buyers; the last row is the closure as a linear program by HiGHS. Each figure is the median of three runs after one that
is not counted.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import numpy as np

import mechproof as mp

VERSIONS, BUYERS, BUYERS_FOR_PROGRAM = 10, 100_000, 1_000


def median_seconds(action: Callable[[], object], runs: int = 3) -> float:
    """Return the median time of an action."""
    action()
    seconds = []
    for _ in range(runs):
        started = time.perf_counter()
        action()
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds)


def main() -> None:
    """Print one row for each kind of survey and arithmetic."""
    rng = np.random.default_rng(0)
    epsilon, wanted = list(range(1, VERSIONS + 1)), rng.integers(0, VERSIONS, BUYERS)
    doubles = rng.lognormal(3, 1, size=BUYERS)
    cents = [f"{value:.2f}" for value in doubles]
    surveys = {"doubles": doubles, "cents": cents}
    unit = median_seconds(lambda: [np.sort(rng.permutation(doubles)) for _ in range(VERSIONS)])
    print(f"{'values':10} {'arithmetic':10} {'solve':>8} {'certify':>8}   as ratios to sorting, {unit:.3f} seconds")
    for name, value in surveys.items():
        market = mp.VersionRevenue(epsilon=epsilon, wanted=wanted, value=value)
        for arithmetic in ("float", "exact"):
            solution = mp.solve(market, arithmetic=arithmetic)
            solving = median_seconds(lambda m=market, a=arithmetic: mp.solve(m, arithmetic=a))
            checking = median_seconds(lambda s=solution, a=arithmetic: mp.certify(s, a))
            print(f"{name:10} {arithmetic:10} {solving / unit:8.2f} {checking / unit:8.2f}")
    few = mp.VersionRevenue(
        epsilon=epsilon, wanted=wanted[:BUYERS_FOR_PROGRAM], value=doubles[:BUYERS_FOR_PROGRAM], attack="averaging"
    )
    own, program = (median_seconds(lambda b=b: mp.solve(few, b), runs=1) for b in ("menu-programme", "cvxpy:HIGHS"))
    print(
        f"of {BUYERS_FOR_PROGRAM} buyers: the closure by HiGHS takes {program / own:.0f} times as long, {program:.2f} s"
    )


if __name__ == "__main__":
    main()
