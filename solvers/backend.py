"""Back ends: what one must offer, and how they are found.

A back end is any object with a `name`, `accepts` and `solve`. A package offers some through an entry point of the
group ``mechproof.backends`` that names a function returning them; those shipped here come in by the same door. An
entry point called ``cvxpy`` offers back ends called ``cvxpy`` or ``cvxpy:SOMETHING``, so that one can be loaded without
the rest.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from importlib.metadata import EntryPoint
from typing import Protocol

from ..formulations.errors import BackendError, InputError
from ..formulations.language import Declaration
from ..formulations.registry import entries
from .solution import Answer, Request

GROUP = "mechproof.backends"


class BackEnd(Protocol):
    """Anything that can solve some of the models."""

    @property
    def name(self) -> str:
        """The name it is called by, ``family`` or ``family:solver``."""

    def accepts(self, model: Declaration) -> str | None:
        """Return None if it can take the model, else which part it cannot take and what would help."""

    def solve(self, model: Declaration, request: Request) -> Answer:
        """Return an answer; nothing it claims is believed."""


def families() -> dict[str, EntryPoint]:
    """Return the entry points by name, in the order of their names."""
    return entries(GROUP)


@lru_cache(maxsize=64)
def load(family: str) -> tuple[BackEnd, ...]:
    """Return the back ends of one family.

    Raises
    ------
    BackendError
        When the entry point cannot be loaded.
    """
    try:
        offered: Iterable[BackEnd] = families()[family].load()()
        return tuple(offered)
    except Exception as error:
        raise BackendError(
            f"the back ends of {family!r} ({families()[family].value}) cannot be loaded: {error}"
        ) from error


def find(name: str) -> BackEnd:
    """Return the back end of a name.

    Raises
    ------
    InputError
        When there is none; the message lists the choices.

    Examples
    --------
    >>> find("closed-form").name
    'closed-form'
    """
    family = name.partition(":")[0]
    if family not in families():
        raise InputError("backend", name, "is not known", f"the choices are {', '.join(['auto', *families()])}")
    for backend in load(family):
        if backend.name == name:
            return backend
    choices = ", ".join(backend.name for backend in load(family))
    raise InputError("backend", name, "is not known", f"the choices in {family} are {choices}")
