"""Mechanisms whose private data may be given as a set: what they become there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from ..formulations.language import Model
from ..formulations.registry import Registry


class Becomes(Protocol):
    """What a mechanism becomes: the other classes, and which one (with its table) a table of the mechanism declares."""

    kinds: tuple[type[Model], ...]

    def __call__(self, table: Mapping[str, Any]) -> tuple[type[Model], dict[str, Any]] | None:
        """Return the class and its table, None where the private data are no set."""


UNCERTAIN: Registry[Becomes] = Registry("mechproof.uncertain")
"""What mechanisms become, by their names."""
