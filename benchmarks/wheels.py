"""Whether every pin in constraints.txt has a wheel for each Python that is taken, so that no compiler is needed.

``python -m benchmarks.wheels 3.11 3.12 3.13 3.14`` asks pip for each pin and each Python, and prints what has none.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path

CONSTRAINTS = Path(__file__).parent.parent / "constraints.txt"
PLATFORMS = tuple(f"manylinux{name}_x86_64" for name in ("_2_28", "_2_27", "_2_17", "2014", "1"))


def pins() -> list[str]:
    """Return the pinned requirements."""
    lines = CONSTRAINTS.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def refusal(pin: str, python: str) -> str | None:
    """Return what pip says where a pin has no wheel for a Python, or None."""
    with tempfile.TemporaryDirectory() as folder:
        platforms = [word for name in PLATFORMS for word in ("--platform", name)]
        asked = ["download", "-q", "--no-deps", "--only-binary=:all:", "--python-version", python, *platforms]
        command = [sys.executable, "-m", "pip", *asked, "--dest", folder, pin]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    return None if done.returncode == 0 else done.stderr.strip().splitlines()[-1]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pythons", nargs="+", metavar="PYTHON")
    pairs = list(product(pins(), parser.parse_args().pythons))
    with ThreadPoolExecutor(4) as pool:
        without = 0
        for (pin, python), why in zip(pairs, pool.map(lambda pair: refusal(*pair), pairs), strict=True):
            if why is not None:
                without += 1
                print(f"{pin} has no wheel for Python {python}: {why}", flush=True)
    print(f"{len(pairs) - without} of {len(pairs)} have wheels")
    return 1 if without else 0


if __name__ == "__main__":
    sys.exit(main())
