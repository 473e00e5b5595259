"""Formulas whose kinks are replaced by their sides' means: what bounds a convex program with kinks by a smooth one.

The larger of x and y is at least w x + (1 − w) y for every weight w between 0 and 1, and the smaller is at most that.
So a convex objective falls, and a concave slack rises, wherever the kink stands where more of it is more, whatever its
sign; weights that are right make the two meet at the optimum.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any

import numpy as np

from ...formulations.algebra import Formula, read
from ...formulations.language import Constraint, Decision, Game, Player, Program
from .magnitudes import Magnitudes
from .vectors import Vectors

NEAR = 1e-6
"""How near two sides are, of the size of their terms, where either may be the larger at the optimum."""


@dataclass(frozen=True)
class Kink:
    """The weights of a kink's first side by values, and where both sides are so near that any weight may be right."""

    weight: Any
    open: Any


class Leaning:
    """Formulas over another algebra with the weights of its kinks, in the order in which they are met."""

    def __init__(self, base: Any, weights: Sequence[Any]) -> None:
        self.base, self.weights, self.met = base, weights, 0
        self.name, self.level = base.name, base.level

    def __getattr__(self, word: str) -> Any:
        return getattr(self.base, word)

    def maximum(self, x: Any, y: Any) -> Any:
        """The sides' mean."""
        return self.mean(x, y)

    def minimum(self, x: Any, y: Any) -> Any:
        """The sides' mean, its weights those of the first."""
        return self.mean(x, y)

    def absolute(self, x: Any) -> Any:
        """The mean of x and −x."""
        return self.mean(x, -x)

    def mean(self, x: Any, y: Any) -> Any:
        """Return w x + (1 − w) y."""
        weight, self.met = self.weights[self.met], self.met + 1
        known = self.base.vector(weight) if np.ndim(weight) else self.base.number(weight)
        return known * x + (1 - known) * y


class _Found(Magnitudes):
    """Formulas in doubles with their sizes, whose kinks are written down."""

    def __init__(self) -> None:
        super().__init__(Vectors())
        self.kinks: list[Kink] = []

    def maximum(self, x: Any, y: Any) -> Any:
        return self._noted(x, y, super().maximum(x, y))

    def minimum(self, x: Any, y: Any) -> Any:
        return self._noted(x, y, super().minimum(x, y))

    def absolute(self, x: Any) -> Any:
        return self._noted(x, -x, super().absolute(x))

    def _noted(self, x: Any, y: Any, chosen: Any) -> Any:
        one, two = (np.asarray(self.value(side), dtype=float) for side in (x, y))
        size = np.maximum(np.asarray(self.size(x), dtype=float), np.asarray(self.size(y), dtype=float))
        first, near = np.broadcast_arrays(self.value(chosen) == one, np.abs(one - two) <= NEAR * size)
        self.kinks.append(Kink(np.where(first, 1.0, 0.0)[()], near[()]))
        return chosen


class Leaned(Program):
    """A program with weights for the kinks of its objective and of its rows."""

    inner: Program
    weights: tuple[tuple[Any, ...], ...]

    def variables(self) -> tuple[Decision, ...]:
        """The program's own."""
        return self.inner.variables()

    def read_in(self, algebra: Any) -> dict[str, Any]:
        """The program's own data."""
        return self.inner.read_in(algebra)

    def outcomes(self) -> Mapping[str, Formula]:
        """The program's own."""
        return self.inner.outcomes()

    def objective(self) -> Formula:
        """The objective with means for kinks."""
        return _leaned(self.inner.objective(), self.weights[0])

    def constraints(self) -> tuple[Constraint, ...]:
        """The rows with means for kinks."""
        rows = zip(self.inner.constraints(), self.weights[1:], strict=True)
        return tuple(Constraint(item.name, _leaned(item.slack, w), item.equality) for item, w in rows)


class LeanedGame(Game):
    """A game whose population's utility has one side or a mean for each kink."""

    inner: Game
    weights: tuple[Any, ...]

    def players(self) -> tuple[Player, ...]:
        """The game's own, the population with another utility."""
        return tuple(
            player if player.count is None else replace(player, utility=_leaned(player.utility, self.weights))
            for player in self.inner.players()
        )

    def read_in(self, algebra: Any) -> dict[str, Any]:
        """The game's own data."""
        return self.inner.read_in(algebra)


def _leaned(formula: Formula, weights: Sequence[Any]) -> Formula:
    @wraps(formula)
    def leaning(a: Any, **roles: Any) -> Any:
        return formula(Leaning(a, weights), **roles)

    return leaning


def kinks_of(program: Program, decisions: Mapping[str, Any]) -> list[list[Kink]]:
    """Return the kinks of the objective and of each row, as they are met at decisions in doubles.

    Examples
    --------
    >>> class Apart(Program):
    ...     def objective(self):
    ...         return lambda a, x: a.absolute(x - 1) + a.maximum(x, 3)
    >>> [(float(kink.weight), bool(kink.open)) for kink in kinks_of(Apart(), {"x": 1.0})[0]]
    [(1.0, True), (0.0, False)]
    """
    found, sized = [], Magnitudes(Vectors())
    roles = {**program.read_in(sized), **{name: sized.term(value) for name, value in decisions.items()}}
    outcomes = {name: read(formula, sized, roles) for name, formula in program.outcomes().items()}
    for formula in (program.objective(), *(item.slack for item in program.constraints())):
        algebra = _Found()
        with np.errstate(all="ignore"):
            read(formula, algebra, {**outcomes, **roles})
        found.append(algebra.kinks)
    return found
