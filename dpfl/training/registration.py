"""What an experiment is, written down before it is run: settings, budgets, data, versions, one fingerprint of all.

A result carries the fingerprint. Given a registration that somebody kept, :func:`refuse_another` refuses to run
anything else under its name, and says what differs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from importlib import metadata
from pathlib import Path
from typing import Any

from ...formulations.errors import InputError
from ..accounting.budgets import Budgets
from .data import Dataset, Integers
from .protocol import Protocol

SCHEMA = "mechproof/registration/1"
WAY_OUT = "register the new experiment under another name, or run what was registered"


@dataclass(frozen=True)
class Registration:
    """An experiment before it is run.

    Attributes
    ----------
    protocol
        Its settings, as :meth:`.protocol.Protocol.document` has them, without their own fingerprint.
    budgets, records
        How many clients there are, and a digest of every client's budget, or number of records, as given.
    data
        As :meth:`.data.Dataset.described` has it, with a digest of all records.
    versions
        Of the libraries that compute it.
    """

    protocol: Mapping[str, Any]
    budgets: Mapping[str, Any]
    records: Mapping[str, Any]
    data: Mapping[str, Any]
    versions: Mapping[str, str]

    @property
    def fingerprint(self) -> str:
        """SHA-256 of everything above."""
        return _digest(vars(self))

    def document(self) -> dict[str, Any]:
        """Return it as plain data; budgets and counts only as digests."""
        return {"schema": SCHEMA, "fingerprint": self.fingerprint, **vars(self)}


def registration(budgets: Budgets, protocol: Protocol, dataset: Dataset, records: Integers) -> Registration:
    """Write an experiment down.

    Parameters
    ----------
    budgets, protocol, dataset
        Of the experiment.
    records
        Number of records of every client.

    Examples
    --------
    >>> import numpy as np
    >>> tiny = Dataset("tiny", "made up", "CC0-1.0", np.array([[0.0], [1.0]]), np.array([0, 1]), 2)
    >>> one, other = (
    ...     registration(Budgets(("anna",), (text,)), Protocol(), tiny, np.array([1])).fingerprint for text in "12"
    ... )
    >>> one == other
    False
    """
    settings = protocol.document()
    del settings["fingerprint"]
    clients = list(zip(budgets.clients, budgets.texts, strict=True))
    return Registration(
        json.loads(json.dumps(settings)),
        {"clients": len(clients), "sha256": _digest(clients)},
        {"total": int(records.sum()), "sha256": _digest(records.tolist())},
        dataset.described(),
        library_versions(),
    )


def refuse_another(kept: Mapping[str, Any], found: Registration) -> None:
    """Refuse an experiment that is not the registered one.

    Parameters
    ----------
    kept
        A document of :meth:`Registration.document`.
    found
        What is about to be run.

    Raises
    ------
    InputError
        Naming what differs first.
    """
    if not isinstance(kept, Mapping) or kept.get("schema") != SCHEMA:
        given = kept.get("schema") if isinstance(kept, Mapping) else type(kept).__name__
        raise InputError("registration", given, f"must be a document of {SCHEMA}", "write one with --register")
    for part, now in vars(found).items():
        before = kept.get(part)
        if before != now:
            name, old, new = _first_difference(part, before, now)
            raise InputError(f"registration, {name}", old, f"was registered, and this run has {new!r}", WAY_OUT)
    if kept.get("fingerprint") != found.fingerprint:
        raise InputError("registration, fingerprint", kept.get("fingerprint"), "is not that of its content", WAY_OUT)


def keep(path: Path, found: Registration) -> None:
    """Write a registration where there is none; where there is one, refuse another.

    Raises
    ------
    InputError
        When the file holds another registration, or none that can be read.
    """
    if path.exists():
        try:
            kept = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            raise InputError("registration", str(path), "cannot be read as JSON", "name another file") from None
        return refuse_another(kept, found)
    if not path.parent.is_dir():
        raise InputError("registration", str(path), "there is no folder for it", f"make {path.parent} first")
    path.write_text(json.dumps(found.document(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return None


def library_versions() -> dict[str, str]:
    """Return the versions of the libraries whose arithmetic a training depends on.

    Examples
    --------
    >>> "numpy" in library_versions()
    True
    """
    versions = {}
    for name in ("mechproof", "numpy", "scipy", "torch", "scikit-learn"):
        with suppress(metadata.PackageNotFoundError):  # data of the caller's own need no scikit-learn
            versions[name] = metadata.version(name)
    return versions


def _first_difference(part: str, before: Any, now: Any) -> tuple[str, Any, Any]:
    if isinstance(before, Mapping) and isinstance(now, Mapping):
        for key in {**now, **before}:
            if before.get(key) != now.get(key):
                return f"{part}.{key}", before.get(key), now.get(key)
    return part, before, now


def _digest(value: Any) -> str:
    return sha256(json.dumps(value, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
