"""How long a round of a play takes, as ratios to sorting as many random numbers: CPU seconds, one after the other.

Run ``python benchmarks/play.py``. Every ratio should stay about the same from one row of a rule to the next: a round is
linear in the number of people.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median
from typing import Any

import numpy as np

import mechproof as mp

SIZES = (1_000, 10_000, 100_000, 1_000_000)
RULES = ("simultaneous", "damped", "fictitious", "no-regret", "one-at-a-time")
ROUNDS = 11


def main() -> None:
    """Print a row for each rule and number of people."""
    for rule in RULES:
        for count in SIZES:
            row(rule, count)


def row(rule: str, count: int) -> None:
    """Print the time of a round, and its ratio to a sort that is timed between plays."""
    generator = np.random.default_rng(0)
    game = mp.StackelbergPricing(cost=generator.lognormal(0, 0.1, count), alpha=1e9, beta=10)
    numbers, start = generator.normal(size=count), np.full(count, 1 / count)
    asked: dict[str, Any] = {"rule": rule, "start": start, "reward_pool": 10}
    asked |= {"damping": 1 / count} if rule == "damped" else {}
    pairs = []
    for _ in range(3):
        short = seconds(lambda: mp.play(game, rounds=1, **asked))
        whole = seconds(lambda: mp.play(game, rounds=ROUNDS, **asked))
        pairs.append(((whole - short) / (ROUNDS - 1), seconds(lambda: np.sort(numbers))))
    taken, sort = (median(column) for column in zip(*pairs, strict=True))
    print(f"{rule:16} {count:>9,} people {taken * 1000:10.2f} ms a round   {taken / sort:8.1f} sorts")


def seconds(work: Callable[[], Any]) -> float:
    """Return the CPU seconds that work takes."""
    started = time.process_time()
    work()
    return time.process_time() - started


if __name__ == "__main__":
    main()
