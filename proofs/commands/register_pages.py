"""Write the register's pages: ``python -m mechproof.proofs.commands.register_pages docs``.

With ``--check`` nothing is written; it leaves with 1 if a page is not up to date.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from ...solvers.serialization import write_whole
from ..claims.claim import Theory
from ..claims.register import theories
from ..reports.register_pages import claims_page, errata_page


def shipped_theories() -> tuple[Theory, ...]:
    """Return the theories that come with the package; others may be installed beside them."""
    home = Path(str(files(__package__.partition(".proofs")[0])))
    return tuple(theory for theory in theories() if theory.certificates.is_relative_to(home))


def pages() -> dict[str, str]:
    """Return the pages by the names of their files."""
    found = shipped_theories()
    return {"claims.md": claims_page(found), "errata.md": errata_page(found)}


def main(arguments: Sequence[str]) -> int:
    """Write the pages into a folder, or say which are not up to date."""
    check = "--check" in arguments
    (folder,) = (Path(name) for name in arguments if name != "--check")
    stale = 0
    for name, text in pages().items():
        path = folder / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            stale += 1
            if not check:
                write_whole(path, text)
            print(f"{path}: {'not up to date' if check else 'written'}")
    return int(check and stale > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
