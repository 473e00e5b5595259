"""What a command is asked: a specification, and what its options say in place of what that says itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from .delivery import Arithmetic, working

if TYPE_CHECKING:
    from ..specification import Specification


def read_asked(
    spec: Path,
    allow_code: bool,
    backend: str | None = None,
    arithmetic: Arithmetic | None = None,
    tolerance: str | None = None,
    time_limit: str | None = None,
) -> Specification:
    """Read a specification; what the command line says goes before what it says itself."""
    from ..specification import read_specification

    with working("reading the specification"):
        return read_specification(spec, allow_code).asked(
            backend,
            arithmetic=arithmetic.value if arithmetic else None,
            tolerance=number_given("tolerance", tolerance),
            time_limit=number_given("time_limit", time_limit),
        )


def number_given(name: str, text: str | None) -> float | None:
    """Return a positive number that an option gives as text."""
    from ...formulations.data import Rule, read_number

    return None if text is None else float(read_number(name, text, Rule(f"the {name.replace('_', ' ')}", above=0)))
