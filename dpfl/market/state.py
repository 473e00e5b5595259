"""The state of a market that runs: each finished step a file of its own, sealed, and bound to what it was made from.

A step is written whole or not at all. Its seal is a digest over all that stands in it: also the digest of all that the
market is made of, and the seal of the step before, so that the steps are a chain. All are read before anything is done;
neither another market nor a file that somebody changed is ever gone on from. A seal shows a change, not who made it:
whoever may write in the folder can seal anew what is false. Most steps are done again at the end, which shows it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ...formulations.errors import InputError
from ...solvers.serialization import to_json, write_whole
from .declaration import Market

SCHEMA = "mechproof/market-step/1"
MARK = 12
"""Hexadecimal digits by which a part of a step is found that was changed; the seal itself is a whole SHA-256."""


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
        When the folder cannot be made, or a step in it is missing, belongs to another market or was changed.
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

    def finished(self, names: Sequence[str]) -> tuple[dict[str, Mapping[str, Any]], str]:
        """Return the results of the steps that are finished, by their names in order, and the seal of the last."""
        found: dict[str, Mapping[str, Any]] = {}
        seal, missing = "", None
        for place, name in enumerate(names, start=1):
            path = self._path(place, name)
            if path is None or not path.exists():
                missing = missing or path
            elif missing is not None:
                raise InputError("state", str(path), f"{missing.name}, a step before it, is missing", _way_out(path))
            else:
                found[name], seal = self._read(path, name, seal)
        return found, seal

    def write(self, place: int, name: str, before: str, result: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
        """Seal a step, write it down if there is a folder, and return its result as it is read again, and its seal."""
        step = {"schema": SCHEMA, "inputs": self.inputs, "before": before, "name": name, "result": result}
        step = json.loads(to_json(step))
        step["marks"] = dict(_marks(step))
        step["seal"] = _seal(step)
        path = self._path(place, name)
        if path is not None:
            write_whole(path, to_json(step))
        return step["result"], step["seal"]

    def _read(self, path: Path, name: str, before: str) -> tuple[dict[str, Any], str]:
        way_out = _way_out(path)
        try:
            content = path.read_bytes()
            step = json.loads(content)
            written = {key: step[key] for key in ("schema", "inputs", "before", "name", "result", "marks", "seal")}
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            raise InputError("state", str(path), "is no step of a market", way_out) from None
        if written["schema"] != SCHEMA or written["name"] != name:
            raise InputError("state", str(path), f"is not the step {name} of this version", way_out)
        if not _is_sealed(step, content):
            raise InputError("state", str(path), f"{_changed(step)} was changed since it was sealed", way_out)
        if written["inputs"] != self.inputs:
            rule = "was made by another market: the specification, a file it names or the version of mechproof differs"
            raise InputError("state", str(path), rule, f"go on with the old ones, or {way_out}")
        if written["before"] != before:
            raise InputError(
                "state", str(path), "was made from another step before it than the one that is there", way_out
            )
        return written["result"], written["seal"]

    def _path(self, place: int, name: str) -> Path | None:
        return None if self.folder is None else self.folder / f"{place}-{name}.json"


def _way_out(path: Path) -> str:
    again = f"take {path.name} and later steps out, to have them done anew"
    return f"put the file back as it was, {again}, or name another folder"


def _seal(step: Mapping[str, Any]) -> str:
    return sha256(to_json({key: value for key, value in step.items() if key != "seal"}).encode()).hexdigest()


def _is_sealed(step: Mapping[str, Any], content: bytes) -> bool:
    """Whether a file is, to the last byte, what its own seal says: so no key, order, space or number differs."""
    try:
        return to_json({**step, "seal": _seal(step)}).encode() == content
    except ValueError:  # not-a-number is never written
        return False


def _changed(step: Mapping[str, Any]) -> str:
    """Return in words which parts no longer have the marks they were sealed with, as far as that is known."""
    marks = step["marks"] if isinstance(step["marks"], dict) else {}
    now = dict(_marks(step))
    parts = [part for part in {**marks, **now} if marks.get(part) != now.get(part)]
    if not parts:
        return "its order, layout or seal"
    return parts[0] if len(parts) == 1 else f"{parts[0]}, and {len(parts) - 1} more,"


def _marks(step: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key, value in step.items():
        if key not in ("marks", "seal"):
            yield from _parts(value, "" if key == "result" else key)


def _parts(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Yield each number, text or plain list of a step by where it stands, such as owners[3].epsilon, with its mark."""
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from _parts(item, f"{path}.{key}" if path else key)
    elif isinstance(value, list) and any(isinstance(item, dict) for item in value):
        for place, item in enumerate(value):
            yield from _parts(item, f"{path}[{place}]")
    else:
        yield path, sha256(json.dumps(value).encode()).hexdigest()[:MARK]
