"""Which properties are reported and count: those that are selected and not ignored."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ...formulations.errors import InputError
from ...formulations.language import Model
from ...formulations.promises import ASKED_OF_PROGRAMS
from ...formulations.registry import mechanisms
from ...formulations.words import suggestion
from .results import FAULT, FEASIBLE, LIMIT, NOT_JUDGED, OPTIMAL, SPECIFICATION, Check

ALWAYS = (SPECIFICATION, FAULT)
"""What cannot be ignored: nothing was judged there."""


def known_properties() -> tuple[str, ...]:
    """Return the properties of the installed mechanisms, and what a check adds to them.

    Examples
    --------
    >>> {"no-arbitrage", "individual-rationality", "feasible"} <= set(known_properties())
    True
    """
    kinds = [kind for kind in mechanisms().values() if issubclass(kind, Model)]
    names = (name for kind in kinds for name in kind.properties)
    return tuple(dict.fromkeys((*names, *ASKED_OF_PROGRAMS, FEASIBLE, OPTIMAL, LIMIT, *NOT_JUDGED, *ALWAYS)))


def refuse_unknown(option: str, names: Iterable[str], known: Iterable[str]) -> None:
    """Refuse a property that nobody knows; a part before a slash stands for all that follow it.

    Raises
    ------
    InputError
        Naming the nearest that is known.

    Examples
    --------
    >>> refuse_unknown("select", ["market", "own/uniqueness"], ["market/prices-safe", "own/uniqueness"])
    """
    known = tuple(known)
    for name in names:
        if not any(_is(name, one) for one in known):
            raise InputError(
                option, name, "is no known property", suggestion(name, known, f"there are {', '.join(known)}")
            )


def selected(check: Check, select: Sequence[str], ignore: Sequence[str]) -> Check:
    """Return a check with the selected properties alone, all if none is, and without those that are ignored.

    Where the time ran out nothing is known of any property, so that it counts unless it is ignored by name.
    """

    def kept(name: str) -> bool:
        ignored = any(_is(one, name) for one in ignore)
        wanted = not select or name == LIMIT or any(_is(one, name) for one in select)
        return name in ALWAYS or (wanted and not ignored)

    return replace(check, items=tuple(item for item in check.items if kept(item.property)))


def _is(name: str, known: str) -> bool:
    return known == name or known.startswith(f"{name}/")
