"""What a certified answer would be if a datum were a little different: exact derivatives, and how far they hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from ...formulations.data import as_floats
from ...formulations.errors import InputError, LimitReached, UnsupportedModel
from ...formulations.language import Game, Model
from ...formulations.registry import Registry
from ...formulations.shown import Shown
from ..readings.balls import ball
from ..solution import Solution
from .branch import Branch, End, NoDerivative
from .confirm import difference
from .data import number_of, rules_of, unit
from .derivatives import MOST_COLUMNS, ByDatum, Derivatives
from .own_game import game_branch

SENSITIVITIES: Registry[Callable[[Any, Solution], Branch]] = Registry("mechproof.sensitivities")
"""The smooth piece of a mechanism's optimum on which a solution lies, by the mechanism's class."""
sensitivities_of = SENSITIVITIES.add


def what_if(solution: Solution) -> WhatIf:
    """Return the derivatives of a certified answer in its data, and the intervals on which they hold.

    Inside an interval the answer is a smooth function of the datum; ∂value/∂datum comes from the declaration by the
    implicit function theorem, over fractions or balls where the solution is exact. At a tie the two sides differ.

    Parameters
    ----------
    solution
        From `solve` or `candidate`; its certificate must be valid.

    Raises
    ------
    InputError
        When it is no solution.
    LimitReached
        When the solution is not certified: what moves would be no answer.
    UnsupportedModel
        When nothing is known of how the mechanism's answers move: of a game of one's own it is, of a program it is not.

    Examples
    --------
    >>> import mechproof as mp
    >>> game = mp.StackelbergPricing(cost=["0.2", "0.3", "0.5", 2, 3], alpha=10, beta=10)
    >>> w = what_if(mp.solve(game, arithmetic="exact"))
    >>> print(*w.right["reward_pool", "cost"], *w.interval["cost"][1])
    -1/4 -1/4 0 0 0 0 7/10
    """
    if not isinstance(solution, Solution):
        raise InputError("solution", solution, "is no solution", "give what mp.solve or mp.candidate returns")
    if not solution.certificate.valid:
        raise LimitReached(
            f"what_if asks how a certified answer moves, and this one is not certified: {solution.certificate.reason}"
        )
    row = SENSITIVITIES.of(type(solution.model))
    if row is None and isinstance(solution.model, Game):
        row = game_branch
    if row is None:
        raise UnsupportedModel(
            f"nothing is known of how the answers of {type(solution.model).__name__} move with its data; "
            f"mechproof.sensitivities_of adds it"
        )
    return WhatIf(solution, row(solution.model, solution))


@dataclass(frozen=True, eq=False, repr=False)
class WhatIf(Shown, by="solvers.commands.what_if:show_what_if"):
    """How a certified answer moves with its data.

    Attributes
    ----------
    derivative
        ``derivative["reward_pool", "cost"][j]``: ∂value/∂datum, of the value's shape followed by the datum's; None (in
        doubles nan) in what differs by side.
    left, right
        The same from below and from above.
    interval
        ``interval["cost"][j] = (low, high)``: between which the derivatives in one datum hold, the others staying.
    ends
        ``ends["cost"][j]``: the same as two `End`, which say what happens there.
    """

    solution: Solution
    branch: Branch

    def facts(self) -> Mapping[str, Any]:
        """Return the mechanism, and what moves with what."""
        return {"model": type(self.solution.model), "values": self.values, "data": tuple(self.data)}

    @cached_property
    def data(self) -> tuple[str, ...]:
        """The names of the data that can move."""
        return tuple(rules_of(self.solution.model))

    @cached_property
    def values(self) -> tuple[str, ...]:
        """The names of the values that move: decisions and outcomes that are numbers."""
        return tuple(name for name, value in self.solution.values.items() if np.asarray(value).dtype != bool)

    @property
    def exact(self) -> bool:
        """Whether derivatives are fractions or balls."""
        return self.solution.exact is not None

    @cached_property
    def derivative(self) -> Derivatives:
        """The derivatives where both sides agree."""
        return Derivatives(self, 0)

    @cached_property
    def left(self) -> Derivatives:
        """The derivatives from below."""
        return Derivatives(self, -1)

    @cached_property
    def right(self) -> Derivatives:
        """The derivatives from above."""
        return Derivatives(self, 1)

    @cached_property
    def ends(self) -> ByDatum:
        """The ends of the intervals, and what happens there."""
        return ByDatum(self.solution.model, self.data, lambda name, index: self._found_ends(name, index))

    @cached_property
    def interval(self) -> ByDatum:
        """The intervals on which the derivatives hold."""

        def both(name: str, index: int | None) -> tuple[Any, Any]:
            low, high = self._found_ends(name, index)
            return low.at, high.at

        return ByDatum(self.solution.model, self.data, both)

    @cached_property
    def _found_ends(self) -> Callable[[str, int | None], tuple[End, End]]:
        return lru_cache(maxsize=None)(lambda name, index: (self._end(name, index, -1), self._end(name, index, 1)))

    def _end(self, name: str, index: int | None, side: int) -> End:
        try:
            return self.branch.end(name, index, side)
        except NoDerivative as without:
            return End(self.datum(name, index), str(without))

    def datum(self, name: str, index: int | None = None) -> Any:
        """Return a datum as it is: a fraction if the answer is exact, else a double."""
        value = number_of(self.solution.model, name)
        value = value if index is None else value[index]
        return Fraction(value) if self.exact else float(value)

    def along(self, direction: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return how fast every value moves where the data move at given speeds, all at once: J·v, without forming J.

        Parameters
        ----------
        direction
            For each datum that moves its speed: a number, or a vector as long as the datum.

        Examples
        --------
        >>> import mechproof as mp
        >>> w = what_if(mp.solve(mp.StackelbergPricing(cost=[1, 1], alpha=4, beta=2), arithmetic="exact"))
        >>> moved = w.along({"cost": [1, 0], "beta": 1})
        >>> print(moved["reward_pool"], *moved["epsilon"])
        1/2 -1/8 1/8
        """
        return self.branch.along({name: self._speed(name, speed) for name, speed in direction.items()})

    def _speed(self, name: str, speed: Any) -> Any:
        if name not in self.data:
            raise InputError(name, "a speed", "is no datum that can move", f"they are {', '.join(self.data)}")
        shape = np.shape(number_of(self.solution.model, name))
        if np.shape(speed) != shape:
            raise InputError(name, f"a speed of shape {np.shape(speed)}", f"the datum's shape is {shape}")
        if not self.exact:
            return as_floats(speed) if shape else float(speed)
        return _exact_speed(speed, isinstance(self._plain, Fraction))

    @cached_property
    def _plain(self) -> Any:
        """One number of the answer: fractions move at fractions, balls at balls."""
        assert self.solution.exact is not None
        entries = [item for name in self._decided for item in np.ravel(self.solution.exact[name])]
        return next((item for item in entries if not isinstance(item, Fraction | int)), Fraction(0))

    @cached_property
    def _decided(self) -> tuple[str, ...]:
        assert isinstance(self.solution.model, Model)
        return tuple(item.name for item in self.solution.model.decisions())

    @cached_property
    def _columns(self) -> Callable[[str, int | None, int], dict[str, Any] | None]:
        return lru_cache(maxsize=4 * MOST_COLUMNS)(self._column)

    def _column(self, name: str, index: int | None, side: int) -> dict[str, Any] | None:
        """One column: how fast all values move with one number from one side, or None where nothing moves smoothly."""
        number = _exact_or(self)
        try:
            found = self.branch.along(unit(self.solution.model, name, index, side, number))
        except NoDerivative:
            return None
        return {value: side * rate for value, rate in found.items()}

    def known_column(self, name: str, index: int | None, side: int) -> Mapping[str, Any] | None:
        """Return the derivatives of all values in one datum from one side, or None where the answer jumps."""
        return self._columns(name, index, side if self.branch.tied else 1)

    def off_by(self, name: str, index: int | None = None, side: int = 1) -> float:
        """Return how far one column is from what solving anew shows, relative to the largest slope of each value.

        Three solves a little apart on one side, exact if the solution is: what is returned is of the order of the
        square of the step, 2⁻²⁸ of the datum, or of the solver's own accuracy over the step in doubles.

        Examples
        --------
        >>> import mechproof as mp
        >>> w = what_if(mp.solve(mp.StackelbergPricing(cost=[1, 2, 2], alpha=10, beta=10), arithmetic="exact"))
        >>> w.off_by("cost", 1) < 1e-12
        True
        """
        return difference(self.solution, name, index, side, self.column(name, index, side))

    def column(self, name: str, index: int | None = None, side: int = 1) -> Mapping[str, Any]:
        """Return the derivatives of all values in one datum, from one side: one column of every matrix.

        Raises
        ------
        NoDerivative
            When a value jumps there.
        """
        found = self.known_column(name, index, side)
        if found is None:
            datum = name if index is None else f"{name}[{index}]"
            raise NoDerivative(f"there is no derivative in {datum} from that side: the answer jumps")
        return found


def _exact_or(of: WhatIf) -> Callable[[Any], Any]:
    if not of.exact:
        return float
    return Fraction if isinstance(of._plain, Fraction) else ball


def _exact_speed(speed: Any, rational: bool) -> Any:
    number: Callable[[Any], Any] = Fraction if rational else ball
    if not np.ndim(speed):
        return number(speed)
    found = np.empty(len(speed), dtype=object)
    found[:] = [number(item) for item in np.asarray(speed).tolist()]
    return found
