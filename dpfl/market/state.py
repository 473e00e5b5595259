"""The state of a market that runs: each finished step a file of its own, bound to what it was made from.

A step is written whole or not at all. It names the digest of all that the market is made of and of the step before it;
so neither another market nor a file that somebody changed is ever gone on from.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ...formulations.errors import InputError
from ...solvers.serialization import to_json, write_whole
from .declaration import Market

SCHEMA = "mechproof/market-step/1"


def inputs_digest(market: Market, digests: Mapping[str, str]) -> str:
    """Return the SHA-256 of all that a market's result depends on: what it declares, the files read, and our version.

    Examples
    --------
    >>> import mechproof as mp
    >>> market = mp.Market(
    ...     prices=mp.VersionRevenue(epsilon=[1], wanted=[0], value=[2]),
    ...     owners=mp.Owners(cost=[1, 2]), pool=mp.RewardPool(share=1))
    >>> len(inputs_digest(market, {}))
    64
    """
    inputs = {"market": market.described(), "files": dict(digests), "mechproof": version("mechproof")}
    return sha256(json.dumps(inputs, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class State:
    """A folder of finished steps, or None to keep nothing.

    Raises
    ------
    InputError
        When the folder cannot be made, or a step in it belongs to another market or was changed.
    """

    folder: Path | None
    inputs: str

    def __post_init__(self) -> None:
        if self.folder is None:
            return
        try:
            self.folder.mkdir(exist_ok=True)
        except OSError as error:
            rule = f"cannot be made: {error.strerror}"
            raise InputError("state", str(self.folder), rule, "name a folder in one that exists") from None

    def read(self, place: int, name: str, before: str) -> tuple[dict[str, Any], str] | None:
        """Return a finished step's result and the digest of its file, or None if it is yet to be done."""
        path = self._path(place, name)
        if path is None or not path.exists():
            return None
        remedy = f"take {path.name} and later steps out, or name another folder"
        try:
            content = path.read_bytes()
            step = json.loads(content)
            written = {key: step[key] for key in ("schema", "inputs", "before", "name")}
            result: dict[str, Any] = step["result"]
        except (OSError, ValueError, KeyError, TypeError):
            raise InputError("state", str(path), "is no step of a market", remedy) from None
        if written["schema"] != SCHEMA or written["name"] != name:
            raise InputError("state", str(path), f"is not the step {name} of this version", remedy)
        if written["inputs"] != self.inputs:
            rule = "was made by another market: the specification, a file it names or the version of mechproof differs"
            raise InputError("state", str(path), rule, f"go on with the old ones, or {remedy}")
        if written["before"] != before:
            raise InputError("state", str(path), "the step before it was changed since", remedy)
        return result, sha256(content).hexdigest()

    def write(self, place: int, name: str, before: str, result: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
        """Write a step down, if there is a folder, and return it as it is read again."""
        step = {"schema": SCHEMA, "inputs": self.inputs, "before": before, "name": name, "result": result}
        text = to_json(step)
        path = self._path(place, name)
        if path is not None:
            write_whole(path, text)
        read: dict[str, Any] = json.loads(text)["result"]
        return read, sha256(text.encode()).hexdigest()

    def _path(self, place: int, name: str) -> Path | None:
        return None if self.folder is None else self.folder / f"{place}-{name}.json"
