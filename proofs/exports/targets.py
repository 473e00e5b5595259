"""What claims and optima can be written for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Target(StrEnum):
    """What is written: files for Coq, for SMT solvers, for Lean, or for a checker of linear optima."""

    coq = "coq"
    smtlib = "smtlib"
    lean = "lean"
    vipr = "vipr"


@dataclass(frozen=True)
class Item:
    """What was written of a claim or an optimum: its file, and what the file says."""

    about: str
    file: str
    said: Mapping[str, Any] = field(default_factory=dict)
