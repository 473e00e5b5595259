"""Reading a model at given decisions: its outcomes in doubles or exactly, off the declaration."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from flint import fmpq

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
    assert isinstance(model, Model)
    known = _over_quotients(model, decisions) if _rational(decisions) else {}
    outcomes = {name: value for name, value in known.items() if not _unknown(value)}
    with precision(BITS):
        if len(outcomes) < len(model.outcomes()):
            in_balls = reading_of(model, Balls())
            found = in_balls.outcomes({name: in_balls.vector_or_number(value) for name, value in decisions.items()})
            outcomes = {**found, **outcomes}
    return {**decisions, **outcomes}


def _rational(decisions: Mapping[str, Any]) -> bool:
    """Whether decisions are fractions or quotients, by the first of each."""
    return all(
        isinstance(entry, Fraction | int | fmpq) for value in decisions.values() for entry in np.ravel(value)[:1]
    )


def _over_quotients(model: Declaration, decisions: Mapping[str, Any]) -> dict[str, Any]:
    """The outcomes as fractions; over Python's own where somebody's formula has some that FLINT's do not mix with."""
    from .readings.quotients import Quotients, as_fractions  # doubles need none of it

    for algebra in (Quotients(), Rationals()):
        with suppress(TypeError):
            exact = reading_of(model, algebra)
            found = exact.outcomes({name: exact.vector_or_number(value) for name, value in decisions.items()})
            return {name: as_fractions(value) for name, value in found.items()}
    return {}


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
