"""How large an installation is: requirements of two trees, each installed into a new virtual environment.

``python -m benchmarks.install_size OLD NEW`` where OLD and NEW are folders with a pyproject.toml, such as a checkout
of an earlier commit and this one; the core of each is installed, without extras, with this tree's constraints.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import tomllib
import venv
from pathlib import Path

CONSTRAINTS = Path(__file__).parent.parent / "constraints.txt"


def requirements(tree: Path) -> list[str]:
    """Return what the core of a tree requires."""
    found: list[str] = tomllib.loads((tree / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    return found


def size(folder: Path) -> int:
    """Return the bytes of all files below a folder."""
    return sum(path.lstat().st_size for path in folder.rglob("*") if not path.is_dir())


def installed_size(wanted: list[str]) -> int:
    """Return the bytes that requirements bring, beyond those of an empty environment."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        empty = size(Path(folder))
        python = str(Path(folder) / "bin" / "python")
        subprocess.run([python, "-I", "-m", "pip", "install", "-q", "-c", str(CONSTRAINTS), *wanted], check=True)
        return size(Path(folder)) - empty


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("trees", type=Path, nargs=2, metavar=("OLD", "NEW"))
    old, new = (installed_size(requirements(tree)) for tree in parser.parse_args().trees)
    print(f"Python {sys.version.partition(' ')[0]}: {old / 1e6:.0f} MB before, {new / 1e6:.0f} MB after")
    print(f"after / before = {new / old:.3f}")


if __name__ == "__main__":
    main()
