"""The versions of installed packages: back ends name theirs with each answer, and each is looked up once."""

from __future__ import annotations

import importlib.metadata
from functools import cache


@cache
def version(package: str) -> str:
    """Return the version of an installed package; its files are read the first time.

    Examples
    --------
    >>> version("mechproof")
    '0.1.0'
    """
    return importlib.metadata.version(package)
