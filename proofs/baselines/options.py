"""Options of baselines, as a specification or a caller gives them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ...formulations.errors import InputError
from ...formulations.specification.fields import refuse_unknown

THREE_PARTY = ("alpha", "privacy_weight", "epsilon_max")
"""Parameters of the three-party game that its baseline takes."""


def number(name: str, value: Any) -> float:
    """Return a number as a double.

    Raises
    ------
    InputError
        When it is none.

    Examples
    --------
    >>> number("static_epsilon", 5)
    5.0
    """
    if isinstance(value, bool | str | Mapping) or value is None or np.ndim(value):
        raise InputError(name, value, "must be a number")
    return float(value)


def pair(name: str, value: Any) -> tuple[float, float]:
    """Return two numbers.

    Raises
    ------
    InputError
        When there are not two.

    Examples
    --------
    >>> pair("random_range", [1, 100])
    (1.0, 100.0)
    """
    if not isinstance(value, list | tuple | np.ndarray) or np.shape(value) != (2,):
        raise InputError(name, value, "must be two numbers", "write [1, 100]")
    low, high = value
    return number(name, low), number(name, high)


def parameters(name: str, value: Any) -> Mapping[str, Any]:
    """Return the three-party game's parameters that are given, of `THREE_PARTY`.

    Raises
    ------
    InputError
        When it is no table, or one is unknown.

    Examples
    --------
    >>> parameters("three_party", None), parameters("three_party", {"alpha": 1})
    ({}, {'alpha': 1})
    """
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        remedy = "write three_party = { alpha = 1, privacy_weight = 0.5 }"
        raise InputError(name, value, "must be a table of the game's parameters", remedy)
    refuse_unknown(name, value, THREE_PARTY)
    return value
