"""The table of speed and memory: ``python -m benchmarks [--row WORDS] [--rounds 3] [--old FOLDER]``.

Every figure is a process of its own: its CPU seconds, which other work on the machine changes less than the clock's,
and the memory that the work took at its peak beyond what was there before. Rows grow, so that growth is seen. Beside
each stands how many sorts of as many random doubles it is: ``np.sort`` as it is, and without vector instructions, which
make it up to twelve times as fast. With ``--old`` another version of the package is measured too, a folder for Python's
path such as ``pip install --no-deps --target OLD git+…@7e81861`` makes. What is compared is run in turns, and medians
are shown.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

PACKAGE = Path(__file__).resolve().parent.parent
VECTORS = (
    "AVX512F AVX512CD AVX512_SKX AVX512_CLX AVX512_CNL AVX512_ICL AVX512_SPR AVX2 FMA3 X86_V3 X86_V4 ASIMD ASIMDHP SVE"
)
"""What NumPy is told not to use for the plain sort; names that a processor lacks are passed over with a warning."""


@dataclass(frozen=True)
class Row:
    """Work at growing sizes: an expression of `n` and `rng` for the model, and what is done with it."""

    name: str
    model: str
    work: str
    sizes: tuple[int, ...]
    exact: bool = False
    target: str = ""


CAPPED = (
    "mp.StackelbergPricing(cost=rng.lognormal(0, .5, n), alpha=10.0, beta=10.0 * n,"
    " epsilon_cap=rng.uniform(.5, 2, n) * 10)"
)
FREE = "mp.StackelbergPricing(cost=rng.lognormal(0, 1, n), alpha=10.0, beta=float(n))"
MENU = (
    "mp.VersionRevenue(epsilon=np.arange(1.0, {k} + 1), wanted=rng.integers(0, {k}, n), value=rng.uniform(1, 100, n))"
)
CONTRACT = "mp.PrivacyContract(cost=np.sort(rng.lognormal(0, 1, n)), count=[1] * n, reward_pool=float(n))"
PRICES = "mp.VersionPricing(epsilon=np.arange(1.0, n + 1), target=np.sort(rng.uniform(1, 100, n)))"
EXACT = "mp.StackelbergPricing(cost=[f'{c:.4f}' for c in rng.lognormal(0, 1, n)], alpha=10, beta=10_000)"
THREE = "mp.ThreePartyMarket(cost=rng.uniform(.5, 2, n), alpha=4.0, privacy_weight=1.0, epsilon_max=5.0)"
LARGE = (10_000, 100_000, 1_000_000)
ROWS = (
    Row("capped pricing: solve", CAPPED, "solve", LARGE, target="20 sorts"),
    Row("capped pricing: certify", CAPPED, "certify", LARGE, target="20 sorts"),
    Row("capped pricing: verify", CAPPED, "verify", LARGE[:2]),
    Row("uncapped pricing: solve", FREE, "solve", LARGE),
    Row("uncapped pricing: certify", FREE, "certify", LARGE, target="2 sorts"),
    Row("uncapped pricing: verify", FREE, "verify", LARGE, target="1 s"),
    Row("contract: certify", CONTRACT, "certify", (3_000, 30_000), target="20 times"),
    Row("contract: verify", CONTRACT, "verify", (3_000, 30_000), target="20 times"),
    Row("revenue k = 50: certify", MENU.format(k=50), "certify", (10_000, 100_000), target="10 times"),
    Row("revenue k = 10: certify", MENU.format(k=10), "certify", LARGE, target="4 times"),
    Row("price fit: solve", PRICES, "solve", LARGE, target="10 times, O(k)"),
    Row("exact pricing: certify", EXACT, "certify", (1_000, 10_000, 100_000), exact=True, target="10 times"),
    Row("three-party: certify", THREE, "certify", (1_000, 10_000, 100_000), target="5 times"),
)
JOB = """
import json, resource, sys, time
import numpy as np
import mechproof as mp

text, work, n, exact, seed = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4] == "True", int(sys.argv[5])
rng, arithmetic = np.random.default_rng(seed), "exact" if exact else "float"
do = {
    "solve": lambda model, found: mp.solve(model, arithmetic=arithmetic),
    "certify": lambda model, found: mp.certify(found, arithmetic),
    "verify": lambda model, found: mp.verify(found),
}[work]
n, many = 50, n
first = eval(text)
do(first, mp.solve(first, arithmetic=arithmetic))  # what is imported is imported
n = many
model = eval(text)
found = None if work == "solve" else mp.solve(model, arithmetic=arithmetic)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
started = time.process_time()
result = do(model, found)
taken = time.process_time() - started
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
said = (
    str(result.valid) if work == "certify"
    else f"{sum(item.verdict.value != 'inconclusive' for item in result.items)}/{len(result.items)}"
    if work == "verify" else ""
)
print(json.dumps([taken, peak / 1024, said]))
"""
SORT = """
import sys, time
import numpy as np

numbers = np.random.default_rng(0).lognormal(size=int(sys.argv[1]))
taken = []
for _ in range(5):
    started = time.process_time()
    np.sort(numbers)
    taken.append(time.process_time() - started)
print(sorted(taken)[2])
"""


LIMIT = 60.0
"""Seconds of the clock after which another version's work is given up."""


def child(code: str, arguments: list[str], limit: float | None = None, **environment: str) -> Any:
    """Return what a process of its own prints last, as JSON."""
    command = [sys.executable, "-W", "ignore", "-c", code, *arguments]
    done = subprocess.run(
        command, env={**os.environ, **environment}, capture_output=True, text=True, check=True, cwd="/", timeout=limit
    )
    return json.loads(done.stdout.splitlines()[-1])


def line(row: Row, size: int, rounds: int, old: str | None) -> str:
    """Measure one size of a row, what is compared in turns."""
    arguments = [row.model, row.work, str(size), str(row.exact)]
    ours, theirs, sorts, plain = [], [], [], []
    for seed in range(rounds):
        ours.append(child(JOB, [*arguments, str(seed)], PYTHONPATH=str(PACKAGE.parent)))
        if old is not None and len(theirs) == seed:
            with suppress(subprocess.TimeoutExpired):
                theirs.append(child(JOB, [*arguments, str(seed)], LIMIT, PYTHONPATH=old))
        sorts.append(child(SORT, [str(size)]))
        plain.append(child(SORT, [str(size)], NPY_DISABLE_CPU_FEATURES=VECTORS))
    seconds, peak = median(found[0] for found in ours), max(found[1] for found in ours)
    said = " ".join(dict.fromkeys(found[2] for found in ours))
    before = median(found[0] for found in theirs) if len(theirs) == rounds else None
    parts = [
        f"{row.name:26} {size:>9,} {seconds:9.3f} s {peak:7.0f} MiB",
        f"{seconds / median(sorts):9.1f} {seconds / median(plain):9.1f}",
        ""
        if old is None
        else f"    over {LIMIT:.0f} s       "
        if before is None
        else f"{before:9.3f} s {before / seconds:6.1f} ×",
        f"  {said:6} {row.target}",
    ]
    return " ".join(parts)


def main() -> None:
    """Print the table as it grows."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--row", default="", metavar="WORDS", help="only rows whose name has these words")
    parser.add_argument("--rounds", type=int, default=3, help="of which medians are shown")
    parser.add_argument("--old", metavar="FOLDER", help="another version of the package, as a folder for Python's path")
    parser.add_argument("--most", type=int, default=10**9, metavar="SIZE", help="no larger sizes than this")
    asked = parser.parse_args()
    if not any(asked.row in row.name for row in ROWS):
        parser.error(f"no row has the words {asked.row!r} in its name; there are {', '.join(row.name for row in ROWS)}")
    columns = "   np.sort   plain" + ("         old      " if asked.old else "")
    print(f"{'work':26} {'size':>9} {'CPU':>11} {'peak':>11}{columns}   found  target", flush=True)
    for row in ROWS:
        for size in row.sizes if asked.row in row.name else ():
            if size <= asked.most:
                print(line(row, size, asked.rounds, asked.old and os.path.abspath(asked.old)), flush=True)


if __name__ == "__main__":
    main()
