"""A million clients: solving and certifying, as ratios to sorting a million random numbers on the same machine.

Run ``python benchmarks/million.py``; each figure is the median of five runs after one that is not counted.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import numpy as np

import mechproof as mp

SIZE = 10**6


def median_seconds(action: Callable[[], object], runs: int = 5) -> float:
    """Return the median time of an action."""
    action()
    seconds = []
    for _ in range(runs):
        started = time.perf_counter()
        action()
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds)


def main() -> None:
    """Print one row for each kind of costs."""
    rng = np.random.default_rng(0)
    kinds = {
        "log-normal": np.exp(rng.normal(size=SIZE)),
        "uniform": rng.uniform(0.5, 1.5, SIZE),
        "equal": np.full(SIZE, 0.001),
    }
    unit = median_seconds(lambda: np.sort(kinds["log-normal"]))
    print(f"{'costs':12} {'solve':>8} {'certify':>8}   as ratios to sorting, which took {unit:.3f} seconds")
    for name, cost in kinds.items():
        game = mp.StackelbergPricing(cost=cost, alpha=1e6, beta=10.0)
        solution = mp.solve(game)
        solving = median_seconds(lambda game=game: mp.solve(game))
        checking = median_seconds(lambda solution=solution: mp.certify(solution))
        print(f"{name:12} {solving / unit:8.2f} {checking / unit:8.2f}")


if __name__ == "__main__":
    main()
