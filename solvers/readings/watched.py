"""That formulas compare in the algebra's words and not by Python's signs, which some readings would take for certain.

A ball is less than another only where that is certain, so that `if own > 3` would take the other branch on a box across
three. Formulas are read once at given decisions by numbers that refuse to be compared.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ...formulations.algebra import Algebra, Formula, read
from ...formulations.errors import UnsupportedModel
from ...formulations.language import Game, Model, Player, Program
from .magnitudes import Magnitudes, Sized
from .vectors import Vectors

FEW = 3
"""People whose formulas are read."""


class Compared(UnsupportedModel, TypeError):
    """A formula compares decisions by Python's signs."""


class Watched(Sized):
    """A number that cannot be compared."""

    __slots__ = ()

    def _refuse(self, *_: Any) -> Any:
        raise Compared

    __lt__ = __le__ = __gt__ = __ge__ = __eq__ = __ne__ = __bool__ = _refuse
    __hash__ = None


def check_comparisons(model: Model, decisions: Mapping[str, Any]) -> None:
    """Refuse a model whose objective or utilities compare decisions by Python's signs.

    Parameters
    ----------
    model
        A game or a program.
    decisions
        All decisions, in doubles.

    Raises
    ------
    UnsupportedModel
        When one does; the message says how to write it.

    Examples
    --------
    >>> class Stepped(Program):
    ...     def objective(self):
    ...         return lambda a, x: 5 * (x > 2) + x
    >>> try:
    ...     check_comparisons(Stepped(), {"x": 1.0})
    ... except UnsupportedModel as refusal:
    ...     print(str(refusal)[:50])
    <lambda> compares decisions by Python's own signs,
    """
    algebra = Magnitudes(Vectors(), Watched)
    roles = {**model.read_in(algebra), **{name: algebra.term(value) for name, value in decisions.items()}}
    formulas = [model.objective()] if isinstance(model, Program) else []
    if isinstance(model, Game):
        formulas = [player.utility for player in model.players()]
        for player in model.players():
            if player.count is not None:
                roles = _of_few(roles, player)
                roles |= {"own": roles[player.decision.name], "others": algebra.sum(roles[player.decision.name])}
                for name, formula in player.aggregates.items():
                    roles[name] = _watched(formula, algebra, roles)
    for formula in formulas:
        _watched(formula, algebra, roles)


def _of_few(roles: Mapping[str, Any], player: Player) -> dict[str, Any]:
    """The roles of some of a population: a formula is the same for all."""
    everybody = {name: role for name, role in roles.items() if getattr(role, "shape", None) == (player.count,)}
    return {**roles, **{name: role[:FEW] for name, role in everybody.items()}, f"{player.name}_count": player.count}


def _watched(formula: Formula, algebra: Algebra, roles: Mapping[str, Any]) -> Any:
    try:
        with np.errstate(all="ignore"):
            return read(formula, algebra, roles)
    except Compared:
        raise UnsupportedModel(
            f"{formula.__name__} compares decisions by Python's own signs, which not every reading can tell; "
            "a.at_least(x, y), a.maximum and a.minimum are read by all"
        ) from None
    except (TypeError, ValueError, ZeroDivisionError):  # it is the reading's own matter
        return algebra.number(0)
