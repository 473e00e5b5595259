"""CPU seconds to solve and to certify contests with convex costs: python -m benchmarks.convex_costs."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

import mechproof as mp

SIZES = (1_000, 10_000, 100_000)


def cost_of(count: int) -> np.ndarray:
    return np.exp(0.5 * np.random.default_rng(0).standard_normal(count))


def measured(function: Any) -> tuple[float, Any]:
    started = time.process_time()
    found = function()
    return time.process_time() - started, found


def main() -> None:
    for exponent in ("1.5", "2"):
        for count in SIZES:
            game = mp.StackelbergPricing(
                cost=cost_of(count), alpha=float(count), beta=10, cost_function=mp.PowerCost(exponent)
            )
            solving, found = measured(lambda game=game: mp.solve(game))
            checking, certificate = measured(lambda found=found: found.certificate)
            taken = f"solved in {solving:.2f} s, certified {certificate.valid} in {checking:.2f} s"
            print(f"g = {exponent:>3}, N = {count:>7,}: {taken}")


if __name__ == "__main__":
    main()
