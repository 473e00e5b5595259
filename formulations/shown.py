"""Objects that show themselves: a line for a session, the command line's text for people, colours in a notebook."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import fields, is_dataclass
from fractions import Fraction
from functools import partial
from importlib import import_module
from typing import Any, ClassVar, TypeVar

import numpy as np

from .errors import UnknownNameError

TEXT_WIDTH = 120
"""The columns of a text that goes to no terminal."""
FEW = 4
"""Up to how many numbers are all shown."""
MOST_NAMES = 24
"""Up to how many names are listed."""
LONGEST = 48
"""How many letters of a text are shown."""
MOST_COMPARED = 10_000
"""Of more numbers the least and the largest are not sought for a line."""
NOTEBOOK_WIDTH = 100
"""The columns of a text in a notebook, which are fewer."""
COLOURS = [(99, 99, 99), (207, 34, 46), (26, 138, 62), (173, 112, 0), (56, 120, 210), (150, 80, 200), (20, 130, 150)]
"""Colours for a terminal's first seven that can be read on white and on black: grey, red, green, yellow, blue, …"""
NOTEBOOK = '<pre style="line-height: 1.3; white-space: pre; overflow-x: auto">{code}</pre>'

NUMBERS = (int, float, Fraction, np.integer, np.floating)
Value = TypeVar("Value")


class Shown:
    """An object of one line, and of a text where one says which function writes it.

    A subclass names what prints it, as ``class Solution(Shown, by="solvers.commands.present:show_solution")``: a
    function of a Rich console and the object, which the command line calls too. It is loaded when it is asked for.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> @dataclass(frozen=True, repr=False)
    ... class Found(Shown):
    ...     epsilon: np.ndarray
    ...     name: str
    >>> Found(np.arange(1000), "best")
    Found(epsilon=1,000 numbers from 0 to 999, name='best')
    """

    _shown_by: ClassVar[str] = ""

    def __init_subclass__(cls, by: str = "", **others: Any) -> None:
        super().__init_subclass__(**others)
        cls._shown_by = by or cls._shown_by

    def facts(self) -> Mapping[str, Any]:
        """Return what the line says, by name; the fields, unless a class says something else."""
        assert is_dataclass(self)
        return {item.name: getattr(self, item.name) for item in fields(self) if item.repr}

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={brief(value)}' for name, value in self.facts().items())})"

    def __str__(self) -> str:
        return self._written() if self._shown_by else repr(self)

    def _repr_html_(self) -> str | None:
        """Return the text with its colours, as notebooks show it; None leaves the line to them."""
        return self._written(html=True) if self._shown_by else None

    def _written(self, html: bool = False) -> str:
        from io import StringIO

        from rich.console import Console
        from rich.terminal_theme import TerminalTheme

        file, function = self._shown_by.split(":")
        show = getattr(import_module(f"{__name__.partition('.')[0]}.{file}"), function)
        console = Console(file=StringIO(), width=NOTEBOOK_WIDTH if html else TEXT_WIDTH, highlight=False, record=html)
        show(console, self)
        if html:
            theme = TerminalTheme((255, 255, 255), (60, 60, 60), COLOURS)
            return console.export_html(theme=theme, inline_styles=True, code_format=NOTEBOOK)
        return str(console.file.getvalue()).rstrip("\n")  # type: ignore[attr-defined]


class Named(dict[str, Value]):
    """Values by name; a name that there is none of is refused with those there are.

    Examples
    --------
    >>> Named(epsilon=1, reward_pool=2)["epsilonn"]
    Traceback (most recent call last):
    mechproof.formulations.errors.UnknownNameError: there is no 'epsilonn' here (did you mean 'epsilon'? there are \
epsilon, reward_pool)
    """

    def __missing__(self, name: str) -> Value:
        raise no_such(name, self)


def no_such(name: Any, names: Iterable[Any]) -> UnknownNameError:
    """Return the error about a name that is none of those there are."""
    from .words import suggestion

    names = [str(known) for known in names]
    listed = ", ".join(names) if len(names) <= MOST_NAMES else f"{len(names)} others"
    return UnknownNameError(f"there is no {name!r} here ({suggestion(str(name), names, f'there are {listed}')})")


def brief(value: Any) -> str:
    """Return a value in one short line, whatever it holds.

    Examples
    --------
    >>> brief(Fraction(1, 3)), brief([1, 2.5]), brief({"a": 1}), brief(range(9)), brief(1e-7)
    ('1/3', '[1, 2.5]', '{a: 1}', '9 numbers from 0 to 8', '1e-07')
    >>> brief(lambda a, own: own), brief(int), brief("x" * 99)[:9]
    ('<lambda>', 'int', "'xxxxxxxx")
    """
    return next(written(value) for kind, written in _WRITERS if isinstance(value, kind))


def _mapping(values: Mapping[Any, Any]) -> str:
    texts = (f"{name}: {brief(each)}" for name, each in values.items())
    shown = ", ".join(texts) if len(values) <= FEW else f"{len(values)} of {brief(next(iter(values)))}, …"
    return "{" + shown + "}"


def _array(values: Any) -> str:
    if values.ndim == 1:
        return _collection(values)
    return f"{' × '.join(map(str, values.shape))} numbers" if values.ndim else brief(values.item())


def _collection(values: Collection[Any]) -> str:
    brackets = "()" if isinstance(values, tuple) else "[]"
    if len(values) <= FEW:
        return brackets[0] + ", ".join(map(brief, values)) + brackets[1]
    first = next(iter(values))
    if isinstance(first, bool | np.bool_):
        return f"{sum(map(bool, values)):,} of {len(values):,} true"
    if not isinstance(first, NUMBERS):
        return f"{len(values):,} of {type(first).__name__}"
    if len(values) > MOST_COMPARED:
        return f"{len(values):,} numbers"
    if not all(isinstance(value, NUMBERS) for value in values):
        return f"{len(values):,} of several kinds"
    return f"{len(values):,} numbers from {_number(min(values))} to {_number(max(values))}"


def _function(value: Any) -> str:
    function = value.func if isinstance(value, partial) else value
    return str(getattr(function, "__name__", type(value).__name__))


def _number(value: Any) -> str:
    if isinstance(value, int | np.integer) and abs(int(value)) < 10**15:
        return str(int(value))
    if isinstance(value, Fraction) and max(abs(value.numerator), value.denominator) < 10**9:
        return str(value)
    try:
        return f"{float(value):.6g}"
    except OverflowError:
        return "out of a double's range"


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _anything(value: Any) -> str:
    return _cut(" ".join(repr(value).split()), LONGEST)


_WRITERS: tuple[tuple[Any, Callable[[Any], str]], ...] = (
    (Shown, lambda value: _cut(repr(value), 2 * LONGEST)),
    (bool | np.bool_ | None, str),
    (str, lambda value: repr(_cut(str(value), LONGEST))),
    (NUMBERS, _number),
    (Mapping, _mapping),
    (np.ndarray, _array),
    (bytes, _anything),
    (Collection, _collection),
    (Callable, _function),
    (object, _anything),
)
"""Who writes a value: the first whose kind it is of."""
