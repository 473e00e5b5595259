"""The best prices of three groups of sellers to 1e-6, in CPU seconds: the search, and the certificate on its own.

How many sellers a group has, what they may cost and sell, and what it is worth are drawn.
``python benchmarks/design.py``.
"""

from __future__ import annotations

import random
import time

import mechproof as mp
from mechproof.solvers.design.optimum import optimise

GROUPS, FAMILIES, LARGEST = 3, 8, 3


def family(draw: random.Random) -> mp.PostedPrices:
    """Return three groups."""
    low = [draw.randint(0, 10) / 10 for _ in range(GROUPS)]
    return mp.PostedPrices(
        low=low,
        high=[least + draw.randint(5, 40) / 10 for least in low],
        sellers=[draw.randint(1, LARGEST) for _ in range(GROUPS)],
        epsilon_cap=[draw.randint(1, 4) / 2 for _ in range(GROUPS)],
        alpha=draw.randint(1, 9),
        beta=draw.randint(2, 20),
    )


def main() -> None:
    """Print a line for each family."""
    draw = random.Random(1)
    for _ in range(FAMILIES):
        one = family(draw)
        start = time.process_time()
        found = optimise(one, tolerance=1e-6, time_limit=None)
        searched = time.process_time()
        shown = found.certificate
        certified = time.process_time()
        sellers = ", ".join(str(int(count)) for count in one.sellers)
        print(
            f"{sellers} sellers: gap {float(shown.gap or 0):.1e} of {float(shown.size):.3g}, {shown.boxes:,} boxes, "
            f"search {searched - start:.1f} s, certificate {certified - searched:.1f} s"
        )


if __name__ == "__main__":
    main()
