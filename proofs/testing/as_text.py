"""A failing market as something to keep: a specification that reads back exactly, and an ``@example`` to be pasted."""

from __future__ import annotations

import inspect
import json
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from ...formulations.errors import InputError
from ...formulations.language import Declaration
from ...formulations.registry import mechanism_name, name_of
from ...solvers.serialization import declared

LONGEST = 17
"""Up to how many digits a number is written as a decimal rather than as a fraction."""


@dataclass(frozen=True)
class Shown:
    """A model that is printed as a specification and an example, if it is printed at all."""

    model: Declaration

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(kept_as(self.model))


def kept_as(model: Declaration, candidate: Mapping[str, Any] | None = None) -> str:
    """Return both texts, as a failure shows them."""
    return (
        f"As a specification:\n\n{specification_text(model, candidate)}\n"
        f"As an example of a test:\n\n@example({example_text(model)})"
    )


def specification_text(model: Declaration, candidate: Mapping[str, Any] | None = None) -> str:
    """Return a specification of exactly this model; doubles are written in full, as the numbers they are.

    Parameters
    ----------
    model
        A declared mechanism.
    candidate
        Somebody's numbers, to stand in its table ``[candidate]``.

    Examples
    --------
    >>> import mechproof as mp
    >>> print(specification_text(mp.PrivacyContract(cost=["1/3", "0.5"], count=[1, 2], reward_pool=0.1)))
    format = 1
    <BLANKLINE>
    [mechanism]
    type = "privacy-contract"
    cost = ["1/3", 0.5]
    count = [1, 2]
    reward_pool = "3602879701896397/36028797018963968"
    <BLANKLINE>
    """
    data = [f"{name} = {_toml(value)}" for name, value in arguments_of(model).items()]
    lines = ["format = 1", "", "[mechanism]", f"type = {json.dumps(type_of(type(model)))}", *data]
    if candidate is not None:
        lines += ["", "[candidate]", *(f"{name} = {_toml(value)}" for name, value in candidate.items())]
    return "\n".join(lines) + "\n"


def example_text(model: Declaration) -> str:
    """Return the expression that makes this model; exact numbers are whole or text, doubles are doubles.

    Examples
    --------
    >>> import mechproof as mp
    >>> print(example_text(mp.StackelbergPricing(cost=["0.5", 1], revenue=mp.SaturatingRevenue(1, "1/3"))))
    mp.StackelbergPricing(cost=['0.5', 1], revenue=mp.SaturatingRevenue(alpha=1, beta='1/3'))
    """
    given = ", ".join(f"{name}={_python(value)}" for name, value in arguments_of(model).items())
    ours = type(model).__module__.partition(".")[0] == __package__.partition(".")[0]
    return f"{'mp.' if ours else ''}{type(model).__qualname__}({given})"


def arguments_of(model: Declaration) -> dict[str, Any]:
    """Return the fewest fields that make the same model: what `check` fills in by itself is left out.

    Examples
    --------
    >>> import mechproof as mp
    >>> list(arguments_of(mp.StackelbergPricing(cost=[1, 1], alpha=4, beta=2)))
    ['cost', 'alpha', 'beta']
    """
    given = {item.name: getattr(model, item.name) for item in fields(model)}  # type: ignore[arg-type]
    wanted = declared(model)
    defaults = [item for item in fields(model) if item.default is not MISSING]  # type: ignore[arg-type]
    for item in sorted(defaults, key=lambda item: "part" not in item.metadata):  # parts first: they are the longest
        fewer = {name: value for name, value in given.items() if name != item.name}
        try:
            if declared(type(model)(**fewer)) == wanted:
                given = fewer
        except InputError:
            continue
    return given


def type_of(kind: type) -> str:
    """Return what a specification calls a class: its installed name, or its file and name."""
    installed = mechanism_name(kind)
    if installed is not None:
        return installed
    try:
        file = Path(inspect.getsourcefile(kind) or "").name
    except TypeError:
        file = ""
    return f"{file or 'its_file.py'}:{kind.__name__}"


def _toml(value: Any) -> str:
    if isinstance(value, Declaration):
        inner = {"type": name_of(type(value), _base(value)), **arguments_of(value)}
        return "{ " + ", ".join(f"{name} = {_toml(item)}" for name, item in inner.items()) + " }"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, bool | np.bool_):
        return str(bool(value)).lower()
    if np.ndim(value):
        return "[" + ", ".join(_toml(entry) for entry in np.asarray(value, dtype=object).tolist()) + "]"
    text = _exact_text(Fraction(value))
    return f'"{text}"' if "/" in text else text


def _python(value: Any) -> str:
    if isinstance(value, Declaration):
        return example_text(value)
    if isinstance(value, str | float | bool):
        return repr(value)
    if isinstance(value, np.ndarray | list | tuple):
        return "[" + ", ".join(_python(entry) for entry in np.asarray(value, dtype=object).tolist()) + "]"
    text = _exact_text(Fraction(value))
    return text if text.lstrip("-").isdigit() else repr(text)


def _exact_text(value: Fraction) -> str:
    """Return a number exactly: whole, as a short decimal, or as a fraction."""
    if value.denominator == 1:
        return str(value.numerator)
    rest, twos, fives = value.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    digits = max(twos, fives)
    if rest > 1 or digits > LONGEST:
        return f"{value.numerator}/{value.denominator}"
    return f"{Decimal(value.numerator * 10**digits // value.denominator).scaleb(-digits):f}"


def _base(value: Declaration) -> type[Declaration] | None:
    """Return the kind a part belongs to: the first declaration below `Declaration` in its ancestry."""
    above = [kind for kind in type(value).__mro__ if issubclass(kind, Declaration) and kind is not Declaration]
    return above[-1] if above else None
