"""The others one by one: their sum, as `others` is in a formula, and how they are ordered, which auctions ask for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .errors import UnsupportedModel


class OneByOne(UnsupportedModel, TypeError):
    """A formula asks for the others one by one, where only their sum is known."""


class Others(np.ndarray):
    """The sum of the others for each person, and everybody's decisions; what is computed with it are plain sums.

    Examples
    --------
    >>> asks = np.array([3.0, 1.0, 2.0])
    >>> others = gathered(np.sum(asks) - asks, asks)
    >>> others.ranked(1, largest=False), others.ranked(2, largest=False), others[1:].ranked(1, largest=True)
    (array([1., 2., 1.]), array([2., 3., 3.]), array([3., 3.]))
    >>> type(others + 1).__name__
    'ndarray'
    """

    everyone: Any
    places: Any

    def __array_ufunc__(self, ufunc: Any, method: Any, *inputs: Any, **kwargs: Any) -> Any:
        plain = (np.asarray(item) if isinstance(item, Others) else item for item in inputs)
        return getattr(ufunc, method)(*plain, **kwargs)

    def __getitem__(self, key: Any) -> Any:
        found = np.asarray(self)[key]
        return gathered(found, self.everyone, self.places[key]) if np.ndim(found) else found

    def ranked(self, k: int, largest: bool) -> Any:
        """Return each person's k-th largest, or smallest, of the others' decisions."""
        signed = -1 if largest else 1
        order = _sorted_places(self.everyone, signed)
        before = np.empty(len(order), dtype=int)
        before[order] = np.arange(len(order))
        ahead = before[self.places] < k  # whoever is among the first k is none of its own others
        return self.everyone[order[np.where(ahead, k, k - 1)]]


def gathered(sums: Any, everyone: Any, places: Any = None) -> Any:
    """Return the others' sums with everybody's decisions, and the place of each of these people among them."""
    found = np.asarray(sums).view(Others)
    found.everyone, found.places = np.asarray(everyone), np.arange(len(everyone)) if places is None else places
    return found


class Listed(np.ndarray):
    """The others' reports themselves, a vector; what is computed with it are plain vectors.

    Examples
    --------
    >>> reports = np.array([3, 1, 2]).view(Listed)
    >>> statistic("highest", reports, 1, None), statistic("lowest", reports, 2, None), type(reports + 1).__name__
    (3, 2, 'ndarray')
    """

    def __array_ufunc__(self, ufunc: Any, method: Any, *inputs: Any, **kwargs: Any) -> Any:
        plain = (np.asarray(item) if isinstance(item, Listed) else item for item in inputs)
        return getattr(ufunc, method)(*plain, **kwargs)


def refuse_too_few(name: str, k: Any, others: int, missing: Any) -> None:
    """Refuse what is no rank, and a rank that nobody has where nothing stands for who is missing."""
    if isinstance(k, bool) or not isinstance(k, int) or k < 1:
        raise UnsupportedModel(f"a.{name}(others, {k!r}): which of them is a whole number from 1 on")
    if k > others and missing is None:
        raise UnsupportedModel(
            f"a.{name}(others, {k}) asks for one of {k} others, and there are {others}; "
            f"a.{name}(others, {k}, missing) says what stands for who is missing, such as a reserve price"
        )


def at_rank(name: str, entries: Sequence[Any], k: int, missing: Any) -> Any:
    """Return one of some sorted decisions, from the lowest up: the k-th highest or lowest, or what is missing.

    Examples
    --------
    >>> at_rank("highest", [1, 2, 3], 1, None), at_rank("lowest", [1, 2, 3], 2, None), at_rank("lowest", [], 1, 7)
    (3, 2, 7)
    """
    refuse_too_few(name, k, len(entries), missing)
    if k > len(entries):
        return missing
    return entries[k - 1] if name == "lowest" else entries[-k]


def only_sum(name: str) -> OneByOne:
    """Return the exception where only the others' sum is known."""
    return OneByOne(
        f"a.{name} asks for the others one by one, and here only their sum is known; "
        "best-response and dominant-strategy solve such games, and certify, verify and prove read them"
    )


def statistic(name: str, others: Any, k: int, missing: Any) -> Any:
    """Return the k-th "highest" or "lowest" of the others' decisions, `missing` where there are fewer than k.

    Raises
    ------
    OneByOne
        When only their sum is known.
    UnsupportedModel
        When there are fewer, and nothing stands for who is missing.
    """
    if isinstance(others, Listed):
        return at_rank(name, sorted(others.tolist()), k, missing)
    if not isinstance(others, Others):
        raise only_sum(name)
    there = len(others.everyone) - 1
    refuse_too_few(name, k, there, missing)
    if k > there:
        plain = np.asarray(others)
        return np.full(plain.shape, missing, dtype=plain.dtype if np.ndim(missing) == 0 else None)
    return others.ranked(k, largest=name == "highest")


def _sorted_places(everyone: Any, sign: int) -> Any:
    if everyone.dtype != object:
        return np.argsort(sign * everyone, kind="stable")
    return np.array(sorted(range(len(everyone)), key=everyone.tolist().__getitem__, reverse=sign < 0), dtype=int)
