"""Numbers, declarations and documents as JSON data, and files that are written whole or not at all."""

from __future__ import annotations

import json
import math
import os
import platform
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from ..formulations.errors import InputError
from ..formulations.language import Declaration
from ..formulations.registry import name_of
from .formatting import fraction_text
from .installed import version


def plain(value: Any) -> Any:
    """Return a value as JSON has it: exact numbers as text, and null for what is no finite number.

    Examples
    --------
    >>> plain({"pool": Fraction(989, 99), "epsilon": np.array([0.5, np.nan])})
    {'pool': '989/99', 'epsilon': [0.5, None]}
    """
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist() if _finite(value) else plain(value.tolist())
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Fraction):
        return fraction_text(value)
    return value if isinstance(value, str | int | None) else str(value)


def _finite(value: np.ndarray | np.generic) -> bool:
    """Whether entries are finite numbers or truth values, which are written as they are."""
    return value.dtype.kind in "biu" or (value.dtype.kind == "f" and bool(np.isfinite(value).all()))


def declared(model: Declaration) -> dict[str, Any]:
    """Return a declaration's data: exact numbers as text, doubles as numbers, in the caller's order."""
    data: dict[str, Any] = {}
    for item in fields(model):  # type: ignore[arg-type]
        value = getattr(model, item.name)
        if isinstance(value, Declaration):
            value = {"type": name_of(type(value), item.metadata.get("part")), **declared(value)}
        if value is not None:
            data[item.name] = plain(value)
    return data


def provenance(digests: Mapping[str, str] = MappingProxyType({})) -> dict[str, Any]:
    """Return what made a result: versions, platform, and the SHA-256 of every file that was read."""
    return {
        "mechproof": version("mechproof"),
        "python": platform.python_version(),
        "platform": platform.platform(),
        "files": dict(digests),
    }


def to_json(document: Mapping[str, Any]) -> str:
    """Return a document as JSON text; not-a-number and infinity are refused."""
    return json.dumps(document, ensure_ascii=False, allow_nan=False, indent=None if _is_large(document) else 2) + "\n"


def refuse_no_file(path: Path | None) -> None:
    """Refuse an output that is a folder or in a folder that does not exist, before any work is done."""
    if path is None:
        return
    if path.is_dir():
        raise InputError("output", str(path), "is a folder", "name a file in it")
    if not path.parent.is_dir():
        raise InputError("output", str(path), f"there is no folder {str(path.parent)!r}", "make it first")


def refuse_same_file(**outputs: Path | None) -> None:
    """Refuse two outputs, by their options' names, that are one file: the second would take the first one's place."""
    named = [(name, path) for name, path in outputs.items() if path is not None and not is_device(path)]
    for k, (name, path) in enumerate(named):
        for other, earlier in named[:k]:
            if path.resolve() == earlier.resolve():
                raise InputError(name, str(path), f"is what --{other.replace('_', '-')} names too", "name two files")


def is_device(path: Path) -> bool:
    """Whether there is something that must not be replaced by a file: a device or a pipe."""
    return path.exists() and not path.is_file()


def write_whole(path: Path, text: str) -> None:
    """Write a text so that it is there whole or, if anything fails, as it was before.

    Raises
    ------
    InputError
        When it cannot be written.
    """
    with written_whole(path) as unfinished:
        unfinished.write_text(text, encoding="utf-8")


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """Give a file to be written in place of another, which it replaces when all is well and else leaves as it was.

    Raises
    ------
    InputError
        When it cannot be written.
    """
    refuse_no_file(path)
    if is_device(path):
        yield path
        return
    path, unfinished = path.resolve(), ""
    try:
        with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=".", delete=False) as file:
            unfinished = file.name
        yield Path(unfinished)
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(unfinished, 0o666 & ~mask)
        os.replace(unfinished, path)
    except BaseException as error:
        if unfinished and os.path.exists(unfinished):
            os.unlink(unfinished)
        if isinstance(error, OSError):
            raise InputError("output", str(path), f"cannot be written: {error.strerror}") from None
        raise


def _is_large(document: Mapping[str, Any]) -> bool:
    """Whether indenting would spread many numbers over as many lines."""
    values = document.get("values", {})
    return any(isinstance(value, list) and len(value) > 1000 for value in values.values())
