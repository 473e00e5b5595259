"""Declared data: numbers that keep their exact value, and the rules they must obey."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import cached_property
from numbers import Rational
from typing import Any, TypeAlias

import numpy as np

from .errors import InputError

Number: TypeAlias = Any
"""An int, Fraction, Decimal or numeric string, kept exactly, or a float, which means the double it is.

NumPy's and FLINT's numbers are read as what they are: an exact ball, or a float wider than a double, to the last digit.
"""
LARGEST_EXPONENT = 300
"""Exact numbers must be within a double's range too, since floats and fractions read the same declaration."""
PLAIN = frozenset({int, float, str, Fraction, Decimal})
FRAMES = frozenset({"pandas", "polars", "pyarrow", "modin", "cudf"})
Vector: TypeAlias = Any
"""A sequence of numbers; held as a read-only array of doubles, or of fractions where every entry is exact."""


@dataclass(frozen=True)
class Rule:
    """What a declared number must be: its name in words, its bounds, its unit and its symbol.

    `above` is a strict bound, `at_least` one that may be attained; a `whole` number has no fraction; `per` names the
    people a vector has an entry for.
    """

    what: str
    above: int | None = None
    at_least: int | None = None
    whole: bool = False
    per: str | None = None
    unit: str = "1"
    symbol: str = ""

    @property
    def text(self) -> str:
        """The rule in words."""
        if self.above is not None:
            bound = "positive" if self.above == 0 else f"above {self.above}"
        elif self.at_least is not None:
            bound = "at least zero" if self.at_least == 0 else f"at least {self.at_least}"
        else:
            bound = "finite"
        return f"{self.what} must be {bound}" + (", and a whole number" if self.whole else "")


def exact(value: Any) -> Fraction:
    """Return the exact value of a number or numeric literal.

    Raises
    ------
    OverflowError
        When a literal's exponent is so large that its digits would fill the memory.

    Examples
    --------
    >>> exact(".001"), exact(Decimal("0.1")), exact(0.5), exact("1/3")
    (Fraction(1, 1000), Fraction(1, 10), Fraction(1, 2), Fraction(1, 3))
    """
    if isinstance(value, str) and "/" not in value:
        value = Decimal(value.strip())
    if isinstance(value, Decimal) and abs(value.adjusted()) > LARGEST_EXPONENT:
        raise OverflowError(f"{value} is out of range")
    return Fraction(value.strip() if isinstance(value, str) else value)


def read_number(name: str, value: Any, rule: Rule) -> Fraction | float:
    """Return a scalar as a double if it is one, else as a fraction; refuse what breaks the rule.

    Examples
    --------
    >>> read_number("alpha", "0.1", Rule("the sensitivity", above=0))
    Fraction(1, 10)
    """
    try:
        if isinstance(value, bool | np.bool_) or np.ndim(value) > 0:
            raise TypeError
        plain = value if type(value) in PLAIN else _native(value)
        number: Fraction | float = float(plain) if isinstance(plain, float) else exact(_known(plain))
        if number and not _in_range(number):
            raise OverflowError
    except OverflowError:
        size = f"1e-{LARGEST_EXPONENT} and 1e{LARGEST_EXPONENT}"
        raise InputError(name, value, f"{rule.what} must be finite, and between {size} in size unless zero") from None
    except (ValueError, TypeError, InvalidOperation, ZeroDivisionError):
        remedy = "write it as 0.25 or 1/4" if isinstance(value, str) else ""
        raise InputError(name, value, f"{rule.what} must be one finite number", remedy) from None
    if _breaks(number, rule):
        raise InputError(name, value, rule.text)
    return number


def read_vector(name: str, values: Any, rule: Rule, names: Sequence[str] | None) -> np.ndarray:
    """Return a vector as a read-only array of doubles, or of fractions where an entry is exact.

    Examples
    --------
    >>> read_vector("cost", ["0.1", 2], Rule("a privacy cost", above=0, per="client"), None)
    array([Fraction(1, 10), Fraction(2, 1)], dtype=object)
    >>> read_vector("cost", [1.0, -0.2], Rule("a privacy cost", above=0, per="client"), ["Ann", "Bob"])
    Traceback (most recent call last):
    mechproof.formulations.errors.InputError: cost[1] (client Bob) = -0.2: a privacy cost must be positive
    """
    values = entries_of(name, values, names)
    if not _is_list(values):
        raise InputError(name, values, f"must be a list with one number for each {rule.per}")
    refuse_masked(name, values, rule, names)
    if not (isinstance(values, np.ndarray) and values.dtype == np.float64):
        values = _collect(name, values, rule, names)
    if values.ndim != 1:
        raise InputError(name, f"{values.ndim}-dimensional", f"must be one list, with one number for each {rule.per}")
    if values.dtype == np.float64:
        bad = _breaks(values, rule) | ~(_in_range(values) | (values == 0))
        if bad.any():
            index = int(np.argmax(bad))
            read_number(entry(name, index, rule, names), float(values[index]), rule)
    array: np.ndarray = np.array(values) if values.dtype == np.float64 else values.copy().view(ExactVector)
    array.setflags(write=False)
    return array


def entries_of(name: str, values: Any, names: Sequence[str] | None = None, money: bool = True) -> Any:
    """Return a data frame's column as a list or an array, and anything else as it is."""
    if not is_of_frame(values):
        return values
    from .frames import plain_column  # only who has data frames needs it

    return plain_column(name, values, names, money)


def entry(name: str, index: int, rule: Rule, names: Sequence[str] | None) -> str:
    """Return how a message names one entry of a vector: its index and, if known, the person."""
    return f"{name}[{index}]" + (f" ({rule.per} {names[index]})" if names and index < len(names) else "")


def is_missing(values: Any) -> bool:
    """Whether anything is masked: what lies beneath is no data.

    Examples
    --------
    >>> is_missing(np.ma.masked_array([1.0, 2.0], [False, True])), is_missing(np.ma.masked_array([1.0, 2.0]))
    (True, False)
    """
    return isinstance(values, np.ma.MaskedArray) and bool(np.ma.getmaskarray(values).any())


def is_of_frame(values: Any) -> bool:
    """Whether anything is of a library of data frames: a column, or a whole table.

    Examples
    --------
    >>> import polars as pl
    >>> is_of_frame(pl.Series([1, 2])), is_of_frame(np.ones(2))
    (True, False)
    """
    return type(values).__module__.partition(".")[0] in FRAMES


def refuse_masked(name: str, values: Any, rule: Rule | None = None, names: Sequence[str] | None = None) -> None:
    """Refuse masked entries, of which nobody knows whether the number beneath is meant.

    Examples
    --------
    >>> refuse_masked("cost", np.ma.masked_array([1.0, 2.0], [False, True]))
    Traceback (most recent call last):
    mechproof.formulations.errors.InputError: cost[1] = --: what is masked is not known (leave it out, or unmask it)
    """
    if is_missing(values):
        index = int(np.argmax(np.ravel(np.ma.getmaskarray(values))))
        where = name if np.ndim(values) == 0 else entry(name, index, rule or Rule(name), names)
        raise InputError(where, np.ma.masked, "what is masked is not known", "leave it out, or unmask it")


class ExactVector(np.ndarray):
    """An array of fractions that remembers its doubles: a million take half a second to convert."""

    def __repr__(self) -> str:
        return repr(np.asarray(self))

    @cached_property
    def floats(self) -> np.ndarray:
        """The nearest doubles."""
        array = np.array(self, dtype=np.float64)
        array.setflags(write=False)
        return array


def as_float(value: Any) -> float:
    """Return the double nearest to a number or numeric literal.

    Examples
    --------
    >>> as_float("1/4"), as_float(Fraction(1, 2))
    (0.25, 0.5)
    """
    return float(exact(value) if isinstance(value, str) else value)


def as_floats(values: Any) -> np.ndarray:
    """Return a declared vector as doubles, each the nearest to its exact value; literals are read as numbers."""
    if isinstance(values, ExactVector) and values.dtype == object:
        return values.floats
    if np.asarray(values).dtype.kind == "U":
        return np.array([as_float(value) for value in np.asarray(values).tolist()])
    return np.asarray(values, dtype=np.float64)


def as_fractions(values: Any) -> np.ndarray:
    """Return a declared vector as fractions, exactly."""
    return np.array([Fraction(value) for value in np.asarray(values).tolist()], dtype=object)


def _collect(name: str, values: Any, rule: Rule, names: Sequence[str] | None) -> np.ndarray:
    items = list(values)
    array = np.empty(len(items), dtype=object)
    suspects: Iterable[int] = range(len(items))
    if set(map(type, items)) == {Fraction}:
        # There may be a million: only those whose double breaks the rule, or leaves the range, need a closer look.
        array[:] = items
        with suppress(OverflowError):
            doubles = as_floats(array)
            suspects = np.flatnonzero(_breaks(doubles, rule) | ~_in_range(doubles)).tolist()
    elif any(map(_is_list, items)):
        return np.empty((0, 0))
    elif items and all(isinstance(item, float | np.float32 | np.float16) for item in items):
        return np.array(items, dtype=np.float64)
    for index in suspects:
        array[index] = Fraction(read_number(entry(name, index, rule, names), items[index], rule))
    return array


def _is_list(value: Any) -> bool:
    if isinstance(value, Sequence):
        return not isinstance(value, str | bytes)
    return hasattr(value, "__array__") and np.ndim(value) > 0


def _native(value: Any) -> Any:
    from .foreign import native  # only who has numbers of other libraries needs it

    return native(value)


def _known(value: Any) -> Any:
    """Refuse what is no number."""
    if not isinstance(value, str | Rational | Decimal):
        raise TypeError
    return value


def _in_range(value: Any) -> Any:
    return (abs(value) >= 10.0**-LARGEST_EXPONENT) & (abs(value) <= 10.0**LARGEST_EXPONENT)


def _breaks(value: Any, rule: Rule) -> Any:
    if rule.whole:
        with np.errstate(invalid="ignore"):  # what is infinite has no remainder, and is refused for its size
            return (value % 1 != 0) | _breaks(value, replace(rule, whole=False))
    if rule.above is not None:
        return value <= rule.above
    if rule.at_least is not None:
        return value < rule.at_least
    return value != value


def read_literals(name: str, value: Any) -> Any:
    """Return a bound in which numeric literals have become fractions; what is a number already stays as it is.

    Raises
    ------
    InputError
        When a text is no number.
    """
    if isinstance(value, str | Decimal):
        return read_number(name, value, Rule("a bound"))
    if isinstance(value, Sequence) and any(issubclass(kind, str | Decimal) for kind in set(map(type, value))):
        return read_vector(name, value, Rule("a bound", per="entry"), None)
    return value
