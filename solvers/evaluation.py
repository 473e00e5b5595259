"""Reading a model at given decisions: its outcomes in doubles or exactly, off the declaration."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from ..formulations.algebra import Algebra
from ..formulations.language import Decision, Declaration, Game, Model
from .readings.balls import Balls, precision
from .readings.game import GameReading, decides_twice
from .readings.rationals import Rationals, Unknown
from .readings.vectors import Vectors

if TYPE_CHECKING:
    from .readings.program import ProgramReading

BITS = 160


def reading_of(model: Declaration, algebra: Algebra) -> GameReading | ProgramReading:
    """Return a model read in one algebra."""
    assert isinstance(model, Model)
    if isinstance(model, Game):
        if decides_twice(model):
            from .readings.two_decisions import TwoDecisions  # few games need it

            return TwoDecisions(model, algebra)
        return GameReading(model, algebra)
    from .readings.program import ProgramReading  # games need none of it

    return ProgramReading(model, algebra)


def decisions_of(model: Declaration) -> tuple[Decision, ...]:
    """Return all decisions (or variables) of a model."""
    assert isinstance(model, Model)
    return model.decisions()


def float_values(model: Declaration, decisions: Mapping[str, Any]) -> dict[str, Any]:
    """Return decisions and outcomes in double precision."""
    with np.errstate(all="ignore"):
        return {**decisions, **reading_of(model, Vectors()).outcomes(decisions)}


def exact_values(model: Declaration, decisions: Mapping[str, Any]) -> dict[str, Any]:
    """Return decisions and outcomes exactly: fractions where all is rational, balls elsewhere."""
    rational = all(isinstance(entry, Fraction | int) for value in decisions.values() for entry in np.ravel(value)[:1])
    with precision(BITS):
        in_balls = reading_of(model, Balls())
        outcomes = in_balls.outcomes({name: in_balls.vector_or_number(value) for name, value in decisions.items()})
        if rational:
            fractions = reading_of(model, Rationals()).outcomes(decisions)
            outcomes.update({name: value for name, value in fractions.items() if not _unknown(value)})
    return {**decisions, **outcomes}


def to_floats(value: Any) -> Any:
    """Return fractions or balls as the nearest doubles; truth values stay as they are."""
    if np.ndim(value) == 0:
        return bool(value) if isinstance(value, bool | np.bool_) else float(value)
    entries = np.asarray(value)
    if entries.dtype == object and len(entries) and isinstance(entries[0], bool):
        return entries.astype(bool)
    return np.array([float(entry) for entry in entries]) if entries.dtype == object else entries


def _unknown(value: Any) -> bool:
    return any(isinstance(entry, Unknown) for entry in np.ravel(np.asarray(value, dtype=object))[:1])
