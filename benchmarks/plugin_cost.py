"""What the pytest plugin costs a run that does not use it, side by side with ``-p no:mechproof``.

    python benchmarks/plugin_cost.py [RUNS]

Both run one empty test in a folder of their own, in turns, each in a new process. Compared are the medians of the
processor's seconds, which other work on the machine changes less than the clock's. Whether numpy or anything heavy is
imported is what ``tests/test_plugin.py`` looks at.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

ALLOWED = 0.020
"""Seconds of a processor."""


def run(folder: Path, *options: str) -> float:
    """Return the processor's seconds of one run."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options, str(folder)]
    subprocess.run(command, check=True, capture_output=True, cwd=folder)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main(runs: int) -> float:
    """Print both medians and return their difference."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "test_nothing.py").write_text("def test_nothing():\n    pass\n")
        (folder / "pyproject.toml").write_text("[tool.pytest.ini_options]\n")
        run(folder), run(folder, "-p", "no:mechproof")  # caches of byte code
        pairs = [(run(folder), run(folder, "-p", "no:mechproof")) for _ in range(runs)]
    with_it, without = (median(times) for times in zip(*pairs, strict=True))
    apart = median(one - other for one, other in pairs)
    print(f"with the plugin {with_it * 1e3:.0f} ms, without {without * 1e3:.0f} ms; difference {apart * 1e3:.1f} ms")
    return apart


if __name__ == "__main__":
    difference = main(int(sys.argv[1]) if len(sys.argv) > 1 else 21)
    raise SystemExit(difference > ALLOWED)
