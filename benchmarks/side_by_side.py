"""Solving and certifying with two versions of the package, side by side: medians of interleaved runs, as ratios.

Solving is timed at the second call in a process: the first one also imports what it needs, once.

Each version is a folder that is put first on Python's path, such as one made by
``pip install --no-deps --target OLD git+…@7e81861`` or by ``pip install --no-deps --target NEW .``::

    python benchmarks/side_by_side.py --old OLD --new NEW [--rounds 5] [--only contract]
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator

MODELS = {
    "stackelberg N = 1,000,000": "mp.StackelbergPricing(cost=rng.lognormal(0, 1, 1_000_000), alpha=10.0, beta=1e6)",
    "stackelberg, caps, N = 10,000": (
        "mp.StackelbergPricing(cost=rng.lognormal(0, .5, 10_000), alpha=10.0, beta=1e5,"
        " epsilon_cap=rng.uniform(.5, 2, 10_000) * 10)"
    ),
    "stackelberg, exact, N = 2,000": (
        "mp.StackelbergPricing(cost=[f'{c:.4f}' for c in rng.uniform(1, 1.0001, 2000)], alpha=10, beta=10_000)"
    ),
    "prices k = 10,000, squared": (
        "mp.VersionPricing(epsilon=np.arange(1.0, 10_001), target=np.sort(rng.uniform(1, 100, 10_000)))"
    ),
    "prices k = 10,000, absolute": (
        "mp.VersionPricing(epsilon=np.arange(1.0, 10_001), target=np.sort(rng.uniform(1, 100, 10_000)),"
        " loss='absolute')"
    ),
    "prices k = 1,000, barrier": (
        "mp.VersionPricing(epsilon=np.arange(1.0, 1_001), target=np.sort(rng.uniform(1, 100, 1_000)), barrier=1000.0)"
    ),
    "revenue n = 100,000, k = 10": (
        "mp.VersionRevenue(epsilon=np.arange(1.0, 11), wanted=rng.integers(0, 10, 100_000),"
        " value=rng.uniform(1, 100, 100_000))"
    ),
    "contract K = 30,000": (
        "mp.PrivacyContract(cost=np.sort(rng.lognormal(0, 1, 30_000)), count=[1] * 30_000, reward_pool=3e4)"
    ),
    "contract, group-weighted, K = 20": (
        "mp.PrivacyContract(cost=np.sort(rng.lognormal(0, 1, 20)), count=[10] * 20, reward_pool=300.0,"
        " estimator='group-weighted')"
    ),
    "three-party n = 100,000": (
        "mp.ThreePartyMarket(cost=rng.uniform(.5, 2, 100_000), alpha=4.0, privacy_weight=1.0, epsilon_max=5.0)"
    ),
    "three-party, foresight, n = 20": (
        "mp.ThreePartyMarket(cost=rng.uniform(.5, 2, 20), alpha=4.0, privacy_weight=.1, epsilon_max=2.0,"
        " order='subgame-perfect')"
    ),
}
JOB = """
import json, sys, time
import numpy as np
import mechproof as mp

rng = np.random.default_rng(0)
model = eval(sys.argv[1])
arithmetic = "exact" if "exact" in sys.argv[2] else "float"
mp.solve(model, arithmetic=arithmetic)
mp.solve(mp.StackelbergPricing(cost=[1, 1], alpha=4, beta=2)).certificate
start = time.perf_counter()
solution = mp.solve(model, arithmetic=arithmetic)
middle = time.perf_counter()
certificate = solution.certificate
end = time.perf_counter()
print(json.dumps([middle - start, end - middle, certificate.valid]))
"""


def run(folder: str, name: str) -> tuple[float, float, bool]:
    """The seconds of solving and of certifying in a process of its own, and whether the answer is certified."""
    environment = {**os.environ, "PYTHONPATH": folder}
    arguments = [sys.executable, "-c", JOB, MODELS[name], name]
    result = subprocess.run(arguments, env=environment, capture_output=True, text=True, check=True, cwd=folder)
    solving, certifying, valid = json.loads(result.stdout.splitlines()[-1])
    return solving, certifying, valid


def rows(old: str, new: str, names: list[str], rounds: int) -> Iterator[str]:
    """One line for each model."""
    for name in names:
        found: dict[str, list[tuple[float, float, bool]]] = {old: [], new: []}
        for _ in range(rounds):
            for folder in (old, new):
                found[folder].append(run(folder, name))
        parts = []
        for which in (0, 1):
            before, after = (statistics.median(times[which] for times in found[folder]) for folder in (old, new))
            parts.append(f"{before:8.3f} {after:8.3f} {after / before:6.2f}")
        valid = " ".join("yes" if all(times[2] for times in found[folder]) else "no" for folder in (old, new))
        yield f"{name:34} {'   '.join(parts)}   {valid}"


def main() -> None:
    """Print the table as it grows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--old", required=True)
    parser.add_argument("--new", required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="")
    asked = parser.parse_args()
    names = [name for name in MODELS if asked.only in name]
    print(f"{'seconds':34} solve:old      new  ratio   cert.:old      new  ratio   certified")
    for row in rows(os.path.abspath(asked.old), os.path.abspath(asked.new), names, asked.rounds):
        print(row, flush=True)


if __name__ == "__main__":
    main()
