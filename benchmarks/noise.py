"""CPU seconds of a plan of noise for many clients, all of different budgets; how its parts compare."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

import mechproof as mp
from mechproof.dpfl.accounting.privacy import epsilon_of, sigma_for

ASKED: dict[str, Any] = {"delta": 1e-5, "rounds": 30, "unit": "record", "adjacency": "add-or-remove"}


def seconds(call: Callable[[], Any]) -> float:
    start = time.process_time()
    call()
    return time.process_time() - start


def timed(count: int) -> str:
    """Return the CPU seconds of noise, of its account, and of a whole plan."""
    budgets = np.random.default_rng(0).lognormal(0, 1, count)
    sigma = sigma_for(budgets, 1e-5, 30)
    noise = seconds(lambda: sigma_for(budgets, 1e-5, 30))
    account = seconds(lambda: epsilon_of(sigma, 1e-5, 30))
    plan = seconds(lambda: mp.calibrate(budgets, trust="local", **ASKED))
    return f"{count:9} clients: sigma {noise:.3g} s, epsilon of it {account:.3g} s, a whole plan {plan:.3g} s"


def main() -> None:
    mp.calibrate([1], trust="local", **ASKED)  # what is imported is imported
    for count in (1_000, 1_000_000):
        print(timed(count))


if __name__ == "__main__":
    main()
