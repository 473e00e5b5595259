"""What a class says of itself, looked at before anybody relies on it: its properties, and those it promises."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from .authors import place_of
from .errors import DeclarationError
from .language import Game, Model
from .registry import Registry, mechanisms
from .words import suggestion

PROPERTIES: Registry[Callable[[Any, Any], tuple[Any, ...]]] = Registry("mechproof.properties")
"""What judges the properties that a mechanism brings, at a solution or somebody's own numbers."""
ASKED_OF_PROGRAMS = ("incentive-compatibility", "individual-rationality", "envy-freeness", "no-arbitrage")
"""What a program may promise beside its properties, since it is asked of every menu."""
HOW = (
    "judge them with a function of your own: @mp.properties_of({name}) above def judge(model, solution), which returns \
an mp.Item for each"
)


def check_promises(kind: type[Model], also: Collection[str] = ()) -> None:
    """Refuse a property that nobody would ever judge, and a promise of one.

    Parameters
    ----------
    kind
        A class of one's own.
    also
        What it may promise beside its properties.

    Raises
    ------
    DeclarationError
        When a name is none that is known; the message suggests the nearest.

    Examples
    --------
    >>> class Careless(Game):
    ...     promises = ("IR",)
    >>> check_promises(Careless)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    mechproof.formulations.errors.DeclarationError: Careless: Careless.promises = 'IR': is no property of it (did you \
mean 'individual-rationality'? its properties are ...
    """
    brings = PROPERTIES.of(kind) is not None
    for name in _names(kind, "properties"):
        known = Game.properties if brings or name in Game.properties else _judged()
        if not brings and name not in known and (near := suggestion(name, known)):
            problem = f"{kind.__name__}.properties = {name!r}: nobody judges such a property"
            raise DeclarationError(f"{problem} ({near} or else {HOW.format(name=kind.__name__)})", place_of(kind))
    promised = list(dict.fromkeys([*kind.properties, *also]))
    for name in _names(kind, "promises"):
        if name not in promised:
            remedy = suggestion(name, promised, f"its properties are {', '.join(promised) or 'none'}")
            raise DeclarationError(
                f"{kind.__name__}.promises = {name!r}: is no property of it ({remedy})", place_of(kind)
            )


def _judged() -> tuple[str, ...]:
    """Return the properties that somebody judges, of whatever mechanism."""
    models = [kind for kind in mechanisms().values() if issubclass(kind, Model)]
    return tuple(
        dict.fromkeys([*Game.properties, *ASKED_OF_PROGRAMS, *(n for kind in models for n in kind.properties)])
    )


def _names(kind: type[Model], attribute: str) -> tuple[str, ...]:
    names = getattr(kind, attribute)
    if isinstance(names, str) or not isinstance(names, tuple | list):
        problem = f"{kind.__name__}.{attribute} = {names!r}: must be a tuple of names, as ({str(names)!r},)"
        raise DeclarationError(problem, place_of(kind))
    for name in names:
        if not isinstance(name, str):
            problem = f"{kind.__name__}.{attribute} = {names!r}: {name!r} is no name; write names in quotes"
            raise DeclarationError(problem, place_of(kind))
    return tuple(names)
