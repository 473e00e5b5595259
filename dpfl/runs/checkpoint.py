"""Where a run stands after a round, kept so that it can go on: replaced whole, or not at all."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ...formulations.errors import InputError
from .engine import State


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """A run between two rounds.

    Attributes
    ----------
    run
        Its id in the ledger.
    opening
        Digest of what the run began with; a run with others does not go on from here.
    round
        How many rounds are done.
    state
        The model after them.
    last
        The line of the last of them, which the ledger may not have yet; None before the first.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "run.npz"
    ...     write_checkpoint(Checkpoint("1f", "ab", 3, {"head": np.eye(2)}, None), path)
    ...     found = read_checkpoint(path)
    >>> found.round, found.state["head"].tolist()
    (3, [[1.0, 0.0], [0.0, 1.0]])
    """

    run: str
    opening: str
    round: int
    state: State
    last: Mapping[str, Any] | None


def write_checkpoint(checkpoint: Checkpoint, path: Path) -> None:
    """Replace a checkpoint; it is safe on the disk before this returns, and the old one is whole until then."""
    facts = {name: getattr(checkpoint, name) for name in ("run", "opening", "round", "last")}
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("wb") as file:
            arrays = {f"state.{name}": values for name, values in checkpoint.state.items()}
            np.savez(file, facts=np.array(json.dumps(facts)), **arrays)  # type: ignore[arg-type]
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        raise InputError("checkpoint", str(path), f"cannot be written: {error.strerror}", "name another file") from None


def read_checkpoint(path: Path) -> Checkpoint:
    """Read a checkpoint; nothing in it is executed.

    Raises
    ------
    InputError
        When the file is none.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            facts = json.loads(str(file["facts"]))
            state = {name.removeprefix("state."): file[name] for name in file.files if name.startswith("state.")}
        return Checkpoint(state=state, **facts)
    except (OSError, ValueError, KeyError, TypeError) as error:
        rule = f"is no checkpoint of a run: {error}"
        raise InputError("checkpoint", str(path), rule, "name another file, or move this one away") from None
