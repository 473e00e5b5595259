"""Derivatives by value and datum, and intervals by datum: each is found when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from ...formulations.errors import InputError, UnsupportedModel
from ...formulations.language import Declaration
from ..solution import Solution
from .branch import Branch
from .data import number_of

MOST_COLUMNS = 2_000
"""Up to how many columns a matrix of derivatives is formed; beyond, `along` multiplies by it without forming it."""


class Moving(Protocol):
    """What derivatives are asked of: an answer, its piece, and how all values move with one number from one side."""

    @property
    def solution(self) -> Solution:
        """The answer."""

    @property
    def branch(self) -> Branch:
        """The piece on which it lies."""

    @property
    def values(self) -> tuple[str, ...]:
        """The names of what moves."""

    @property
    def data(self) -> tuple[str, ...]:
        """The names of what it moves with."""

    @property
    def exact(self) -> bool:
        """Whether derivatives are fractions or balls."""

    def known_column(self, name: str, index: int | None, side: int) -> Mapping[str, Any] | None:
        """Return how fast all values move with one number from one side, or None where the answer jumps."""


class Derivatives(Mapping[tuple[str, str], Any]):
    """Derivatives by value and datum, computed when they are asked for; `side` 0 asks both sides to agree."""

    def __init__(self, of: Moving, side: int) -> None:
        self._of, self._side = of, side

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter((value, datum) for value in self._of.values for datum in self._of.data)

    def __len__(self) -> int:
        return len(self._of.values) * len(self._of.data)

    def __getitem__(self, key: tuple[str, str]) -> Any:
        if not isinstance(key, tuple) or len(key) != 2:
            raise InputError("derivative", key, "must be a value and a datum", 'such as ["reward_pool", "cost"]')
        value, datum = key
        for name, known, what in ((value, self._of.values, "value"), (datum, self._of.data, "datum")):
            if name not in known:
                raise InputError("derivative", name, f"is no {what} that moves", f"they are {', '.join(known)}")
        shape = np.shape(self._of.solution.values[value])
        declared = number_of(self._of.solution.model, datum)
        if not np.ndim(declared):
            return self._entry(value, datum, None, shape)
        if not shape:
            return self._gradient(value, datum)
        if len(declared) > MOST_COLUMNS:
            raise UnsupportedModel(
                f"a matrix of {shape[0]:,} × {len(declared):,} derivatives is not formed; what_if(…).along multiplies "
                f"by it, what_if(…).column gives one column"
            )
        return np.stack([self._entry(value, datum, k, shape) for k in range(len(declared))], axis=-1)

    def _gradient(self, value: str, datum: str) -> Any:
        """Of a single value: one direction for all entries that are alike."""
        labels = self._of.branch.alike(datum)
        _, first, place = np.unique(labels, return_index=True, return_inverse=True)
        if len(first) > MOST_COLUMNS:
            raise UnsupportedModel(
                f"{len(first):,} derivatives in {datum}, each a column of its own, are not found at once; "
                f"what_if(…).column gives one, what_if(…).along multiplies by all of them"
            )
        found = [self._entry(value, datum, k, ()) for k in first.tolist()]
        column = np.empty(len(found), dtype=object)
        column[:] = found
        rates = column[place]
        return rates if self._of.exact else rates.astype(np.float64)

    def _entry(self, value: str, datum: str, index: int | None, shape: tuple[int, ...]) -> Any:
        sides = (self._side,) if self._side else (-1, 1)
        columns = [self._of.known_column(datum, index, side) for side in sides]
        if any(column is None for column in columns):
            return np.full(shape, self._nothing) if shape else self._nothing
        rates = [column[value] for column in columns if column is not None]
        return rates[0] if len(rates) == 1 or rates[0] is rates[1] else self._shared(*rates)

    @property
    def _nothing(self) -> Any:
        """What stands where there is no derivative."""
        return None if self._of.exact else np.nan

    def _shared(self, left: Any, right: Any) -> Any:
        """The derivatives from both sides where they agree."""
        same = np.frompyfunc(_agree, 2, 1)(left, right)
        if not np.ndim(right):
            return right if same else self._nothing
        return np.where(np.asarray(same, dtype=bool), right, self._nothing)


class OnDemand(Sequence[Any]):
    """A vector's entries, each computed when it is asked for."""

    def __init__(self, of: Callable[[int], Any], length: int) -> None:
        self._of, self._length = of, length

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return [self._of(k) for k in range(self._length)[index]]
        return self._of(range(self._length)[index])


class ByDatum(Mapping[str, Any]):
    """Something for each datum: of a number one thing, of a vector one for each entry on demand."""

    def __init__(self, model: Declaration, names: Sequence[str], of: Callable[[str, int | None], Any]) -> None:
        self._model, self._names, self._of = model, names, of

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __getitem__(self, name: str) -> Any:
        if name not in self._names:
            raise InputError("datum", name, "is no datum that can move", f"they are {', '.join(self._names)}")
        size = number_of(self._model, name)
        return OnDemand(lambda index: self._of(name, index), len(size)) if np.ndim(size) else self._of(name, None)


def _agree(one: Any, two: Any) -> bool:
    if isinstance(one, float):
        return bool(abs(one - two) <= 1e-12 * max(abs(one), abs(two)))
    return bool(one == two) or bool(hasattr(one - two, "contains") and (one - two).contains(0))
