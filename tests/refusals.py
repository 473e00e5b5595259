"""The command line asked for what it must refuse, in this process: one clear message, and nothing else."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Sequence
from pathlib import Path

from mechproof.cli import run


def refused(arguments: Sequence[str], words: Sequence[str], folder: Path) -> None:
    """Run a command in a folder: it leaves with 2 and says the words, in either case of letters."""
    printed, said = io.StringIO(), io.StringIO()
    with contextlib.chdir(folder), contextlib.redirect_stdout(printed), contextlib.redirect_stderr(said):
        code = run(arguments)
    assert code == 2, said.getvalue()
    assert printed.getvalue() == ""
    assert "Traceback" not in said.getvalue()
    for word in words:
        assert word.lower() in said.getvalue().lower()
