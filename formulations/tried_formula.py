"""One formula read in the trial reading: whether it asks for roles that there are, and returns what it is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from inspect import Parameter, signature
from typing import Any

import numpy as np

from .algebra import Formula
from .authors import place_of
from .errors import DeclarationError
from .instead import SIGNS
from .trial import Quantity, Trial, Truth, made_of
from .words import suggestion

Roles = Mapping[str, Any]


def tried(
    formula: Formula, algebra: Trial, roles: Roles, shape: tuple[int, ...] | None = None, truth: bool = False
) -> Any:
    """Return what a formula makes of its roles: a number, one for each of `shape`, or, if it may, a truth.

    Raises
    ------
    DeclarationError
        When it is no formula of these roles, or returns something else; the message says where it is written.

    Examples
    --------
    >>> tried(lambda a, price, sold: price * sold, Trial(), {"price": Quantity(()), "sold": Quantity((3,))}).shape
    (3,)
    """
    place, name = place_of(formula), getattr(formula, "__name__", repr(formula))
    wanted = _asked(formula, place, name)
    for role in wanted:
        if role not in roles:
            meant = suggestion(role, roles, f"the roles here are {', '.join(sorted(roles))}")
            raise DeclarationError(f"{name} asks for {role!r}, and there is no such role ({meant})", place)
    found, again = (formula(algebra, **{role: roles[role] for role in wanted}) for _ in range(2))
    if problem := _no_number(found, truth) or _other_shape(found, shape) or _other_value(found, again):
        raise DeclarationError(f"{name} {problem}", place)
    return found


def _asked(formula: Any, place: str, name: str) -> tuple[str, ...]:
    """Return the roles a formula asks for."""
    if not callable(formula):
        raise DeclarationError(f"{formula!r} is no formula; write a function of a and of roles", place)
    parameters = list(signature(formula).parameters.values())
    if not parameters or parameters[0].kind in (Parameter.VAR_KEYWORD, Parameter.KEYWORD_ONLY):
        raise DeclarationError(f"{name} takes no algebra; its first parameter is `a`, then come its roles", place)
    return tuple(item.name for item in parameters[1:])


def _no_number(found: Any, truth: bool) -> str:
    """Say why what a formula returns is no number; "" if it is."""
    if found is None:
        return "returns nothing; end it with `return` and what it computes"
    if isinstance(found, Truth):
        return "" if truth else f"returns whether a relation holds: {SIGNS}"
    if isinstance(found, Trial):
        return "returns the algebra; its first parameter is `a`, then come its roles"
    if isinstance(found, list | tuple):
        return f"returns {len(found)} things in a {type(found).__name__}, and is asked for one; vectors are read whole"
    if not isinstance(found, Quantity | int | float) and np.asarray(found).dtype.kind not in "biufO":
        return f"returns {found!r}, which is no number"
    return ""


def _other_shape(found: Any, shape: tuple[int, ...] | None) -> str:
    wrong = shape is not None and np.shape(found) not in ((), shape)
    return f"returns {np.shape(found)[0]} numbers for {shape[0]} people" if shape and wrong else ""


def _other_value(found: Any, again: Any) -> str:
    if isinstance(found, Truth) or made_of(found) == made_of(again):
        return ""
    return "computes with other numbers each time it is read; draw what is random once, and declare it as data"
