"""An instance of a declared class whose numbers are not known."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np

from ...formulations.language import Declaration
from .expressions import Expression
from .samples import with_values
from .ways import Ways


class BlankVector(np.ndarray):
    """A number for everybody, none of them known. How many there are cannot be asked within a formula."""

    ways: Ways | None

    def __array_finalize__(self, made_of: Any) -> None:
        self.ways = getattr(made_of, "ways", None)

    def _counted(self) -> None:
        if self.ways is not None and self.ways.closed:
            raise self.ways.refusal(f"it counts people, or looks at single ones; their number is {self.ways.number}")

    def __len__(self) -> int:
        self._counted()
        return super().__len__()

    def __iter__(self) -> Any:
        self._counted()
        return super().__iter__()

    def tolist(self) -> Any:
        """Return the entries."""
        self._counted()
        return super().tolist()

    def __getattribute__(self, name: str) -> Any:
        if name in ("size", "shape"):
            self._counted()
        return super().__getattribute__(name)


def blanked(model: Any, people: int, ways: Ways, prefix: str = "") -> Any:
    """Return a copy of an instance whose numbers are not known, for so many people.

    Examples
    --------
    >>> import mechproof as mp
    >>> blank = blanked(mp.StackelbergPricing([1, 1], alpha=1, beta=1), 3, Ways())
    >>> len(blank.cost), (2 * blank.revenue.beta).operation
    (3, '*')
    """
    values: dict[str, Any] = {}
    for item in fields(model):
        value, rule, name = getattr(model, item.name), item.metadata.get("rule"), prefix + item.name
        if isinstance(value, Declaration):
            value = blanked(value, people, ways, f"{name}_")
        elif rule is not None and value is not None:
            value = Expression(ways, "data", name) if rule.per is None else _vector(name, people, ways)
        values[item.name] = None if "labels" in item.metadata else value
    return with_values(model, values)


def _vector(name: str, people: int, ways: Ways) -> BlankVector:
    found = np.empty(people, dtype=object).view(BlankVector)
    found.ways = ways
    for k in range(people):
        found[k] = Expression(ways, "entry", name, each=False)
    return found
