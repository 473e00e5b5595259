"""Which form of a program a back end solves: the program as declared, or another with the same solution."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ...formulations.algebra import read
from ...formulations.authors import place_of
from ...formulations.errors import InputError, UnsupportedModel
from ...formulations.language import Form, Game, GameForm, Model, Program
from .game import population_of
from .vectors import Vectors

Refusal = Callable[[Program], str | None]
"""Says why a program cannot be taken, or None if it can."""


def form_of(program: Model, refusal: Refusal, prefer_whole: bool = False, wanted: str | None = None) -> Form:
    """Return the first form of a program that can be taken, beginning with the program as it is declared.

    Parameters
    ----------
    program
        The program as it is declared, or a model that is none but has forms.
    refusal
        Says why a form cannot be taken.
    prefer_whole
        Whether forms with whole variables come before the others.
    wanted
        The name of one form, "declared" for the program itself; by default any.

    Raises
    ------
    UnsupportedModel
        When none can be; the message is about the program as declared, and about each other form.
    InputError
        When there is no form of the wanted name.

    Examples
    --------
    >>> from mechproof.formulations.stackelberg.contest import ContestShares
    >>> form_of(ContestShares([1, 1]), lambda program: None).name
    'declared'
    """
    forms = sorted(program.forms(), key=lambda form: has_discrete(form.program) != prefer_whole)
    offered = [*([Form("declared", program, {})] if isinstance(program, Program) else []), *forms]
    if wanted is not None:
        names = [form.name for form in offered]
        if wanted not in names:
            raise InputError("options.form", wanted, "is not known", f"the choices are {', '.join(names)}")
        offered = [form for form in offered if form.name == wanted]
    reasons: list[str] = []
    for form in offered:
        reason = refusal(form.program)
        if reason is None:
            return form
        about = "" if form.name == "declared" else f"{'nor ' if reasons else ''}its form {form.name!r}: "
        reasons.append(about + reason)
    raise UnsupportedModel("; ".join(reasons) or f"takes programs and games, and {type(program).__name__} has no form")


def game_form_of(model: object, remedy: str) -> GameForm:
    """Return a game as it is, or the game that a model has as a form.

    Raises
    ------
    UnsupportedModel
        When there is none; the message ends with the remedy.
    """
    if isinstance(model, Game):
        return GameForm("declared", model, {})
    form = model.game_form() if isinstance(model, Model) else None
    if form is None:
        kind = "a program" if isinstance(model, Program) else "no game, and has none as a form here"
        raise UnsupportedModel(f"plays games; {type(model).__name__} is {kind}, {remedy}")
    return form


def decisions_from(form: Form | GameForm, model: Model, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return a model's decisions, read off those of one of its forms."""
    if not form.decisions:
        return dict(values)
    algebra = Vectors()
    declared = form.game if isinstance(form, GameForm) else form.program
    roles = {**model.read_in(algebra), **declared.read_in(algebra), **values}
    return {name: read(formula, algebra, roles) for name, formula in form.decisions.items()}


def has_discrete(model: Model) -> bool:
    """Whether a decision of a model takes whole numbers only, or values of a finite set."""
    return any(item.discrete for item in model.decisions())


TAKES_NO_DISCRETE = "takes no whole variables, and none among values, and {} has some; pyomo:highs and pyomo:scip do"


def refuse_whole(game: Game) -> None:
    """Refuse a game of decisions that take some numbers only, or one that asks for the others one by one.

    Raises
    ------
    UnsupportedModel
        When it is one; the message says what takes it.
    """
    if game.asks_one_by_one:
        where = place_of(population_of(game).utility)
        raise UnsupportedModel(
            f"knows the others by their sum, and {type(game).__name__} asks for single ones ({where}); "
            "best-response and dominant-strategy take it"
        )
    if has_discrete(game):
        instead = "best-response tries every reply"
        if len(game.players()) > 1:
            instead = (
                "nothing takes them with a leader; declare what the leader decides as data, and best-response does"
            )
        raise UnsupportedModel(
            f"takes no whole decisions and none among values, and {type(game).__name__} has some; {instead}"
        )
