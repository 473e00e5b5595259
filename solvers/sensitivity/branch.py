"""What a mechanism brings for sensitivities: the smooth piece of its optimum on which an answer lies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from ...formulations.errors import UnsupportedModel
from ...formulations.shown import Shown

BOUND = "its own bound"
"""What happens where a datum may not go further by its own rule."""


class NoDerivative(UnsupportedModel):
    """A value has no derivative in a direction: the answer jumps there, or several things happen at once."""


@dataclass(frozen=True, repr=False)
class Jump(Shown):
    """A value that jumps at an end of an interval: what it is just before, inside, and just after."""

    value: str
    before: Any
    after: Any


@dataclass(frozen=True, repr=False)
class End(Shown):
    """Where the derivatives in one datum cease to hold on one side, and what happens there.

    `at` is a fraction or a ball where the answer is exact, a double where it is not, and infinite (or the bound of the
    datum's own rule) where nothing happens. `jump` names a value that jumps there, if one does.

    Examples
    --------
    >>> End(3.0, "client 2 enters").jump is None
    True
    """

    at: Any
    event: str
    jump: Jump | None = None


class Branch(Protocol):
    """The optimum as a smooth function of the data around an answer; at a tie, one for each direction."""

    @property
    def tied(self) -> bool:
        """Whether the answer lies on an edge, where derivatives differ by direction."""

    def along(self, direction: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return how fast every value moves as the data move at these speeds, from here on.

        Raises
        ------
        NoDerivative
            When it has no derivative in this direction, such as where it jumps.
        """

    def end(self, name: str, index: int | None, side: int) -> End:
        """Return how far the derivatives in one datum hold: upwards (+1) or downwards (−1)."""

    def alike(self, name: str) -> Any:
        """Return a label for each entry of a vector: single values have the same derivative in entries of one label."""
