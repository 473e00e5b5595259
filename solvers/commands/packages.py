"""Versions and licences of installed packages, as their metadata names them."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, files, metadata, version
from pathlib import Path


def version_of(package: str) -> str | None:
    """Return a package's version, or None if it is not installed, or its modules were removed with another package's.

    Examples
    --------
    >>> version_of("no-such-package") is None
    True
    """
    try:
        modules = [path for path in files(package) or () if path.parts[1:] == ("__init__.py",)]
        return version(package) if all(Path(str(path.locate())).exists() for path in modules) else None
    except PackageNotFoundError:
        return None


def licence_of(package: str) -> str | None:
    """Return a package's licence: its expression, else what its classifiers say, else the first line it gives.

    None if the package is not installed or says nothing.

    Examples
    --------
    >>> licence_of("mechproof")
    'Apache-2.0'
    """
    try:
        said = metadata(package)
    except PackageNotFoundError:
        return None
    expression, classifiers, texts = (said.get_all(key, []) for key in ("License-Expression", "Classifier", "License"))
    classified = [line.rpartition(" :: ")[2] for line in classifiers if line.startswith("License ::")]
    lines = [line for text in texts for line in text.strip().splitlines()]
    return next(iter([*expression, *filter(None, [", ".join(classified)]), *lines]), None)
