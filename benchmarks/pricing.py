"""How long ten thousand versions take: `price-fit` against general solvers, the certificate, the arbitrage oracle.

Run it as ``python benchmarks/pricing.py [VERSIONS]``; ratios travel better between machines than seconds.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

import mechproof as mp


def timed(action: Callable[[], Any]) -> tuple[Any, float]:
    started = time.perf_counter()
    result = action()
    return result, time.perf_counter() - started


def main(count: int) -> None:
    rng = np.random.default_rng(0)
    epsilon = rng.permutation(np.cumsum(rng.uniform(0.0001, 0.001, count)))
    target = np.sqrt(epsilon) * rng.uniform(5, 20, count)
    mp.solve(mp.VersionPricing(epsilon=[1, 2], target=[1, 2]), "cvxpy:PIQP")  # imports are not what is measured
    print(f"{count:,} versions; seconds, and how many times price-fit's")
    for loss in ("squared", "absolute", "huber"):
        model = mp.VersionPricing(epsilon=epsilon, target=target, loss=loss)
        mine, seconds = timed(lambda model=model: mp.solve(model))
        certificate, checking = timed(lambda mine=mine: mine.certificate)
        print(
            f"{loss:9s} price-fit {seconds:.3f}  certificate {checking:.3f} ({'valid' if certificate.valid else 'no'})"
        )
        for backend in ("cvxpy:PIQP", "cvxpy:CLARABEL"):
            other, taken = timed(lambda model=model, backend=backend: mp.solve(model, backend))
            print(f"          {backend:14s} {taken:.3f}  x{taken / seconds:.1f}  certified: {other.certificate.valid}")
    barred = mp.VersionPricing(epsilon=epsilon, target=target, barrier=100.0)
    mine, seconds = timed(lambda: mp.solve(barred))
    certificate, checking = timed(lambda: mine.certificate)
    print(f"barrier   price-fit {seconds:.3f}  certificate {checking:.3f} ({'valid' if certificate.valid else 'no'})")
    fitted = mp.solve(mp.VersionPricing(epsilon=epsilon, target=target)).values["price"]
    safe, rounding = timed(lambda: mp.safe_menu(epsilon, fitted))
    found, proving = timed(lambda: mp.cheapest_bundle(epsilon, safe))
    print(f"safe_menu {rounding:.3f}, cheapest_bundle {proving:.3f}: {'arbitrage' if found else 'no arbitrage'}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
