"""What is asked of a mechanism of one's own: a small instance that stands for it, and the questions about that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from functools import partial
from typing import Any

from ...formulations.errors import InputError, MechproofError, UnsupportedModel
from ...formulations.language import Game, Model, Program
from ...formulations.specification.tables import suggestion
from .games import GameQuestions
from .money import constraint_questions
from .programs import program_questions
from .questions import Question, no_routes
from .roles import Roles, roles_of_game
from .samples import samples

SETTLES = {"existence": "no-profitable-deviation", "arbitrage-free": "no-arbitrage"}
"""The properties that questions of another name settle: an equilibrium is where nobody has a profitable deviation."""


def sample_of(mechanism: Any) -> Model:
    """Return a small instance that stands for a class, or for an instance's."""
    kind = mechanism if isinstance(mechanism, type) else type(mechanism)
    if issubclass(kind, Game):
        return roles_of_game(mechanism).sample
    if not isinstance(mechanism, type) and isinstance(mechanism, Program):
        return mechanism
    made = next(samples(mechanism), None)
    if not isinstance(made, Program):
        raise UnsupportedModel(f"nothing is asked of {kind.__name__}: it is neither a game nor a program")
    return made


def roles_for(model: Model) -> Roles:
    """Return the roles of a game, by an instance."""
    return roles_of_game(model)


def asked_of(model: Model) -> list[tuple[str, Callable[[], Question]]]:
    """Return what is asked of a mechanism, by name."""
    if isinstance(model, Game):
        roles = roles_for(model)
        asked = [*GameQuestions(roles).questions(), *constraint_questions(roles)]
    else:
        assert isinstance(model, Program)
        asked = list(program_questions(model))
    settled = [SETTLES.get(name, name) for name, _ in asked]
    return asked + [(name, partial(_not_asked, name)) for name in model.promises if name not in settled]


def check_promises(kind: type[Model], model: Model) -> None:
    """Refuse a promise that is no property: nobody would ever judge it.

    Raises
    ------
    InputError
        When it is neither among the class's properties nor among what is asked of its declaration.

    Examples
    --------
    >>> from mechproof.formulations.stackelberg.declaration import StackelbergPricing
    >>> class Careless(StackelbergPricing):
    ...     promises = ("uniqeness",)
    >>> check_promises(Careless, sample_of(Careless))
    Traceback (most recent call last):
    mechproof.formulations.errors.InputError: Careless.promises = 'uniqeness': is no property of it (did you mean \
'uniqueness'? its properties are budget-balance, individual-rationality, leader-optimality, \
no-profitable-deviation, participation, truthfulness, uniqueness)
    """
    menus = [SETTLES.get(name, name) for name, _ in program_questions(model)] if isinstance(model, Program) else []
    known = sorted({*kind.properties, *menus})
    for name in kind.promises:
        if name not in known:
            remedy = suggestion(name, known, f"its properties are {', '.join(known) or 'none'}")
            raise InputError(f"{kind.__name__}.promises", name, "is no property of it", remedy)


def _not_asked(name: str) -> Question:
    statement = f"{name.replace('-', ' ').capitalize()}, as promised."
    return Question(name, statement, promise=name, reason="nothing is asked of the declaration that would settle it")


def ask(model: Model, name: str) -> Question:
    """Return a question, with its sentences; without any if the declaration cannot be read as sentences."""
    make = dict(asked_of(model))[name]
    try:
        return replace(make(), source=declared_by(model))
    except (MechproofError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        statement = f"{name.replace('-', ' ').capitalize()}."
        return replace(no_routes(name, statement, UnsupportedModel(str(error))), source=declared_by(model))


def declared_by(model: Model) -> str:
    """Return whose declaration it is, with its choices and with what it leaves out.

    Examples
    --------
    >>> import mechproof as mp
    >>> declared_by(sample_of(mp.StackelbergPricing))
    'declared by StackelbergPricing with mean_over = all, without epsilon_cap'
    """
    chosen = [f"{item.name} = {getattr(model, item.name)}" for item in fields(model) if "choice" in item.metadata]
    numbers = [item for item in fields(model) if "rule" in item.metadata or "part" in item.metadata]
    left_out = [item.name for item in numbers if getattr(model, item.name) is None]
    words = f"declared by {type(model).__name__}" + (f" with {', '.join(chosen)}" if chosen else "")
    words += f", without {', '.join(left_out)}" if left_out else ""
    assumed = isinstance(model, Game) and roles_for(model).assumed
    return words + (", with decisions' bounds as in small instances" if assumed else "")
