"""Somebody's own numbers, brought in to be certified and verified like any solution."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..formulations.data import Rule, entries_of, entry, read_number, read_vector, refuse_masked
from ..formulations.errors import InputError
from ..formulations.language import Declaration, Model
from .certificates.certify import certify
from .evaluation import decisions_of, exact_values, float_values, to_floats
from .solution import OWN_NUMBERS, Solution


def candidate(model: Declaration, **values: Any) -> Solution:
    """Bring in somebody's own numbers, to be certified and verified like any solution.

    All decisions must be given; outcomes (a payment, a utility) may be, and those left out are read off the
    declaration.

    Raises
    ------
    InputError
        When a name is unknown, a decision is missing, or a length or number is wrong.

    Examples
    --------
    >>> import mechproof as mp
    >>> game = mp.StackelbergPricing(cost=[1, 1], alpha=4, beta=2)
    >>> mp.candidate(game, reward_pool=1, epsilon=["1/4", "1/4"]).certificate.valid
    True
    """
    decided = [decision.name for decision in decisions_of(model)]
    assert isinstance(model, Model)
    known = dict.fromkeys([*decided, *model.outcomes()])
    for name in values:
        if name not in known:
            raise InputError(name, values[name], "is no value of this model", f"it has {', '.join(known)}")
    for name in decided:
        if name not in values:
            raise InputError(name, None, "is a decision and must be given")
    people = model.people()
    given = {name: _read_value(model, name, value, people) for name, value in values.items()}
    exact = None
    if not any(map(_in_doubles, given.values())):
        try:
            exact = {**exact_values(model, {name: given[name] for name in decided}), **given}
        except ZeroDivisionError:
            raise _undefined(model, given) from None
    floats = {name: to_floats(value) for name, value in given.items()}
    computed = float_values(model, {name: floats[name] for name in decided})
    return Solution(model, {**computed, **floats}, "nothing", OWN_NUMBERS, 0.0, exact=exact, certify=certify)


def _in_doubles(value: Any) -> bool:
    return isinstance(value, float) or getattr(value, "dtype", None) == np.float64


def _undefined(model: Model, given: dict[str, Any]) -> InputError:
    """Name the first number below its decision's least, where the outcomes divide by zero."""
    for decision in decisions_of(model):
        values, least = np.broadcast_arrays(given[decision.name], decision.lower)
        below = np.flatnonzero(np.asarray(values < least, dtype=bool))
        if len(below):
            index = int(below[0])
            what = Rule(decision.name, per=model.about)
            name = entry(decision.name, index, what, model.people()) if values.ndim else decision.name
            rule = f"is below its least, {np.ravel(least)[index]}, and the outcomes have no value there"
            return InputError(name, np.ravel(values)[index], rule)
    return InputError(", ".join(given), "given", "together leave the outcomes without a value: they divide by zero")


def _read_value(model: Model, name: str, value: Any, people: Any) -> Any:
    value = entries_of(name, value, people)
    shapes = {decision.name: np.shape(decision.upper) for decision in decisions_of(model)}
    many = next((shape for shape in shapes.values() if shape), ())
    refuse_masked(name, value, Rule(name, per=model.about), people)
    if shapes.get(name, np.shape(value)) == ():
        return read_number(name, value, Rule(name))
    if np.ndim(value) == 1 and all(isinstance(entry, bool | np.bool_) for entry in np.asarray(value).tolist()):
        array: Any = np.asarray(value, dtype=bool)
    else:
        array = read_vector(name, value, Rule(name, per="entry"), people)
    if np.shape(array) != many:
        raise InputError(name, f"{len(array)} numbers", f"must have {many[0] if many else 0} entries")
    return array
