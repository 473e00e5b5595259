"""What is asked of a mechanism of one's own: a small instance that stands for it, and the questions about that."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from functools import partial
from typing import Any, TypeAlias

from ...formulations.authors import place_of
from ...formulations.errors import DeclarationError, MechproofError, UnsupportedModel
from ...formulations.language import Declaration, Game, Model, Program
from ...formulations.promises import ASKED_OF_PROGRAMS, check_promises
from .games import GameQuestions
from .hearing import HEARD
from .menus import Menu
from .money import constraint_questions
from .programs import menu_of, program_questions
from .questions import Question, no_routes
from .reports import ReportQuestions
from .roles import Roles, roles_of_game
from .samples import variants
from .two_decisions import TwoQuestions

Subject: TypeAlias = Roles | Menu
SETTLES = {"existence": "no-profitable-deviation", "arbitrage-free": "no-arbitrage"}
"""The properties that questions of another name settle: an equilibrium is where nobody has a profitable deviation."""


def sample_of(mechanism: Any) -> Model:
    """Return a small instance that stands for a class, or for an instance's; of parts, one with the first kinds."""
    return next(model for model in samples_of(mechanism).values() if model is not None)


def samples_of(mechanism: Any) -> dict[str, Model | None]:
    """Return an instance that stands for a class with each choice of its parts' kinds, None where it accepts none.

    Raises
    ------
    UnsupportedModel
        When there is none at all, or it is neither a game nor a program.

    Examples
    --------
    >>> import mechproof as mp
    >>> list(samples_of(mp.StackelbergPricing))
    ['']
    """
    kind = mechanism if isinstance(mechanism, type) else type(mechanism)
    if not issubclass(kind, Game | Program):
        raise UnsupportedModel(f"nothing is asked of {kind.__name__}: it is neither a game nor a program")
    if isinstance(mechanism, Program):
        return {"": mechanism}
    found: dict[str, Model | None] = variants(mechanism)
    if not isinstance(mechanism, type) and found[""] is None:
        return {"": mechanism}
    if all(model is None for model in found.values()):
        raise UnsupportedModel(
            f"no small instance of {kind.__name__} was accepted; give an instance in place of the class"
        )
    return found


def subject_of(model: Model) -> Subject:
    """Return what questions are about: what a game declares by role, or a program's menu.

    Raises
    ------
    UnsupportedModel
        When a game does not declare the same whatever the data, and however many people there are.
    """
    if isinstance(model, Game):
        return roles_of_game(model)
    if isinstance(model, Program):
        return menu_of(model)
    raise UnsupportedModel(f"nothing is asked of {type(model).__name__}: it is neither a game nor a program")


def asked_of(subject: Subject) -> list[tuple[str, Callable[[], Question]]]:
    """Return what is asked of a mechanism, by name."""
    if isinstance(subject, Roles):
        roles, promises = subject, subject.sample.promises
        if roles.population.second is not None:
            asked, constraints = list(TwoQuestions(roles).questions()), []
        else:
            asked, constraints = list(_of_decisions(roles)), list(constraint_questions(roles))
        _refuse_namesakes(type(roles.sample), [name for name, _ in asked], [name for name, _ in constraints])
        asked += constraints
    else:
        promises = subject.model.promises
        asked = list(program_questions(subject))
    settled = [SETTLES.get(name, name) for name, _ in asked]
    return asked + [(name, partial(_not_asked, name)) for name in promises if name not in settled]


def _of_decisions(roles: Roles) -> Iterator[tuple[str, Callable[[], Question]]]:
    """Return what is asked of a population's decisions: of amounts against the others' sum, of reports, or of both."""
    single = roles.sample.asks_one_by_one
    reported = dict(ReportQuestions(roles).questions()) if roles.population.decision.reports else {}
    known = {} if single else dict(GameQuestions(roles).questions())
    yield from {**known, **reported}.items()


def _refuse_namesakes(kind: type[Model], properties: list[str], constraints: list[str]) -> None:
    """Refuse a constraint that is called as a property: what is proved of it would pass for the property."""
    for name in constraints:
        if name in properties:
            problem = f"constraint {name!r}: is the name of a property that is asked of every game; call it otherwise"
            raise DeclarationError(problem, place_of(kind.constraints))


def refuse_promises(kind: type[Model], model: Model) -> None:
    """Refuse a promise that is neither among the class's properties nor among what is asked of its declaration.

    Raises
    ------
    DeclarationError
        When nobody would ever judge it.

    Examples
    --------
    >>> from mechproof.formulations.stackelberg.declaration import StackelbergPricing
    >>> class Careless(StackelbergPricing):
    ...     promises = ("uniqeness",)
    >>> refuse_promises(Careless, sample_of(Careless))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    mechproof.formulations.errors.DeclarationError: ...Careless.promises = 'uniqeness': is no property of it (did you \
mean 'uniqueness'? its properties are ...
    """
    menus = list(program_questions(Menu(model))) if isinstance(model, Program) else []
    check_promises(kind, [SETTLES.get(name, name) for name, _ in menus] + list(ASKED_OF_PROGRAMS if menus else ()))


def _not_asked(name: str) -> Question:
    statement = f"{name.replace('-', ' ').capitalize()}, as promised."
    return Question(name, statement, reason="nothing is asked of the declaration that would settle it")


def ask(subject: Subject, name: str) -> Question:
    """Return a question, with its sentences; without any if the declaration cannot be read as sentences."""
    make, source = dict(asked_of(subject))[name], declared_by(subject)
    try:
        return replace(make(), source=source)
    except (MechproofError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        statement = f"{name.replace('-', ' ').capitalize()}."
        return replace(no_routes(name, statement, UnsupportedModel(str(error))), source=source)


def declared_by(subject: Subject) -> str:
    """Return whose declaration it is, with its choices and parts, with what it leaves out, and how it was read.

    Examples
    --------
    >>> import mechproof as mp
    >>> declared_by(subject_of(sample_of(mp.StackelbergPricing)))
    'declared by StackelbergPricing with revenue = LogRevenue, mean_over = all, without epsilon_cap, cost_function; \
read alike with 1 to 12, and 40 clients'
    """
    model = subject.sample if isinstance(subject, Roles) else subject.model
    chosen = [f"{item.name} = {_told(getattr(model, item.name))}" for item in fields(model) if _chosen(model, item)]
    numbers = [item for item in fields(model) if "rule" in item.metadata or "part" in item.metadata]
    left_out = [item.name for item in numbers if getattr(model, item.name) is None]
    words = f"declared by {type(model).__name__}" + (f" with {', '.join(chosen)}" if chosen else "")
    words += f", without {', '.join(left_out)}" if left_out else ""
    return words + (f"; read alike with {HEARD} {subject.population.name}s" if isinstance(subject, Roles) else "")


def _chosen(model: Model, item: Any) -> bool:
    """Whether a field is no number of which nothing is assumed, but part of what is declared."""
    value = getattr(model, item.name)
    return value is not None and "rule" not in item.metadata and "labels" not in item.metadata


def _told(value: Any) -> str:
    return type(value).__name__ if isinstance(value, Declaration) else str(value)
