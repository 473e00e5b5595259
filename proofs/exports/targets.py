"""What claims and optima can be written for."""

from __future__ import annotations

from enum import StrEnum


class Target(StrEnum):
    """What is written: files for Coq, for SMT solvers, for Lean, or for a checker of linear optima."""

    coq = "coq"
    smtlib = "smtlib"
    lean = "lean"
    vipr = "vipr"
