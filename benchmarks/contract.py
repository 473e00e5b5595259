"""Contracts of 30,000 types: solving and certifying, as ratios to sorting a million random numbers on the same machine.

Run ``python benchmarks/contract.py``; solving is the median of five runs after one that is not counted.
"""

from __future__ import annotations

import time

import numpy as np
from million import median_seconds

import mechproof as mp

SIZE = 30_000


def main() -> None:
    """Print one row for each kind of costs."""
    rng = np.random.default_rng(0)
    kinds = {
        "log-normal": (np.exp(rng.normal(size=SIZE)), rng.integers(1, 100, SIZE).astype(float)),
        "evenly spaced": (np.linspace(1, 2, SIZE), np.ones(SIZE)),
        "equal": (np.full(SIZE, 0.5), np.ones(SIZE)),
    }
    numbers = rng.normal(size=10**6)
    unit = median_seconds(lambda: np.sort(numbers))
    print(
        f"{'costs':14} {'levels':>7} {'solve':>8} {'certify':>8}   as ratios to sorting, which took {unit:.3f} seconds"
    )
    for name, (cost, count) in kinds.items():
        contract = mp.PrivacyContract(cost, count, float(np.sum(count)))
        solution = mp.solve(contract)
        solving = median_seconds(lambda contract=contract: mp.solve(contract))
        started = time.perf_counter()
        found = mp.certify(solution)
        checking = time.perf_counter() - started
        assert found.valid, found
        levels = len(np.unique(solution.values["epsilon"]))
        print(f"{name:14} {levels:7} {solving / unit:8.2f} {checking / unit:8.2f}   {solving * 1000:.0f} ms")


if __name__ == "__main__":
    main()
