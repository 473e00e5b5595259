"""A million clients: the derivatives times a vector, as ratios to sorting a million numbers, in CPU seconds.

Run ``python benchmarks/what_if.py``; each figure is the median of eleven pairs after one that is not counted.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import numpy as np

import mechproof as mp

SIZE, PAIRS = 10**6, 11


def seconds(action: Callable[[], object]) -> float:
    """Return the CPU seconds of an action."""
    started = time.process_time()
    action()
    return time.process_time() - started


def main() -> None:
    """Print one row for each kind of costs."""
    rng = np.random.default_rng(0)
    direction = {"cost": rng.normal(size=SIZE)}
    kinds = {
        "log-normal": rng.lognormal(size=SIZE),
        "uniform": rng.uniform(0.5, 1.5, SIZE),
        "all sell": rng.uniform(1, 1 + 5e-7, SIZE),
    }
    print(f"{'costs':12} {'budgets':>8} {'all':>8}   as ratios to sorting the costs")
    for name, cost in kinds.items():
        found = mp.what_if(mp.solve(mp.StackelbergPricing(cost=cost, alpha=1e6, beta=10.0)))
        pairs = []
        for _ in range(PAIRS + 1):
            unit = seconds(lambda cost=cost: np.sort(cost))
            budgets = seconds(lambda found=found: found.along(direction)["epsilon"])
            everything = seconds(lambda found=found: dict(found.along(direction)))
            pairs.append((budgets / unit, everything / unit))
        budgets, everything = (statistics.median(ratios) for ratios in zip(*pairs[1:], strict=True))
        print(f"{name:12} {budgets:8.2f} {everything:8.2f}")


if __name__ == "__main__":
    main()
