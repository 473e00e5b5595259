"""How long the kernel and the provers take for all claims, as ratios to sorting a million random numbers.

Run ``python benchmarks/claims.py``. The kernel should stay below a tenth of a second, all claims below ten seconds.
"""

from __future__ import annotations

import time

import numpy as np
from million import median_seconds

import mechproof as mp
from mechproof.proofs.claims.certificate_files import check_certificates
from mechproof.proofs.claims.register import registered


def main() -> None:
    """Print one row each for the kernel, the check of all certificates, and all claims."""
    numbers = np.random.default_rng(0).normal(size=10**6)
    unit = median_seconds(lambda: np.sort(numbers))
    print(f"sorting took {unit:.3f} seconds")
    started = time.perf_counter()
    checked = check_certificates(registered())
    whole = time.perf_counter() - started
    assert all(item.accepted for item in checked)
    row("kernel", sum(item.seconds for item in checked), unit, f"{len(checked)} certificates")
    row("with reading and files", whole, unit, "")
    found = mp.prove()
    assert found.ok, (found.failed, found.undecided)
    row("all claims", found.seconds, unit, f"{len(found.claims)} claims, with z3, instances and formulas")
    for item in sorted(found.claims, key=lambda item: -item.seconds)[:5]:
        row("", item.seconds, unit, item.claim.id)


def row(what: str, seconds: float, unit: float, note: str) -> None:
    """Print a row."""
    print(f"{what:24} {seconds / unit:9.2f}   {seconds * 1000:9.1f} ms   {note}")


if __name__ == "__main__":
    main()
