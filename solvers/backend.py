"""Back ends: what one must offer, and how they are found.

A back end is any object with a `name`, `accepts` and `solve`. A package offers some through an entry point of the
group ``mechproof.backends`` that names a function returning them; those shipped here come in by the same door. An
entry point called ``cvxpy`` offers back ends called ``cvxpy`` or ``cvxpy:SOMETHING``, so that one can be loaded without
the rest.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import EntryPoint
from typing import Protocol

from ..formulations.errors import BackendError, InputError, UnsupportedModel
from ..formulations.extras import missing
from ..formulations.language import Declaration
from ..formulations.registry import entries
from ..formulations.words import suggestion
from .solution import Answer, Request

GROUP = "mechproof.backends"


class BackEnd(Protocol):
    """Anything that can solve some of the models.

    One that solves a single kind of mechanism may say so by an attribute `mechanism`, the class: comparisons of other
    models pass it over.
    """

    @property
    def name(self) -> str:
        """The name it is called by, ``family`` or ``family:solver``."""

    def accepts(self, model: Declaration) -> str | None:
        """Return None if it can take the model, else which part it cannot take and what would help."""

    def solve(self, model: Declaration, request: Request) -> Answer:
        """Return an answer; nothing it claims is believed."""


@dataclass(frozen=True)
class Absent:
    """A back end whose solver is not installed: it takes no model, and says which extra brings the solver."""

    name: str
    reason: str

    def accepts(self, model: Declaration) -> str:
        """Return what is to be installed."""
        return self.reason

    def solve(self, model: Declaration, request: Request) -> Answer:
        """Refuse.

        Raises
        ------
        UnsupportedModel
            Always.
        """
        raise UnsupportedModel(f"{self.name} {self.reason}")


def offered(backend: BackEnd, package: str, module: str = "") -> BackEnd:
    """Return a back end, or in its place an absent one if a package that it needs is not installed.

    The module is what is imported, where its name differs by more than a dash.

    Examples
    --------
    >>> closed_form = find("closed-form")
    >>> offered(closed_form, "numpy") is closed_form
    True
    >>> offered(closed_form, "no-such-solver").accepts(None)
    'needs no-such-solver, which is not installed: pip install "no-such-solver"'
    """
    reason = missing(package, module)
    return backend if reason is None else Absent(backend.name, reason)


def is_for_others(backend: BackEnd, model: Declaration) -> bool:
    """Whether a back end solves another kind of mechanism than this.

    Examples
    --------
    >>> is_for_others(find("closed-form"), None)
    True
    """
    mechanism = getattr(backend, "mechanism", None)
    return mechanism is not None and not isinstance(model, mechanism)


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
        brought: Iterable[BackEnd] = families()[family].load()()
        return tuple(brought)
    except Exception as error:
        raise BackendError(
            f"the back ends of {family!r} ({families()[family].value}) cannot be loaded: {error}"
        ) from error


def family_of(name: str, field: str = "backend", also: tuple[str, ...] = ("auto",)) -> str:
    """Return the family of a back end's name, in whatever case it is written; nothing is loaded.

    Raises
    ------
    InputError
        When no installed package brings it; `field` says where the name stands, `also` what else may stand there.

    Examples
    --------
    >>> family_of("CVXPY:clarabel")
    'cvxpy'
    """
    family = _called(name.partition(":")[0], list(families()))
    if family is None:
        choices = [*also, *families()]
        remedy = suggestion(name.partition(":")[0], choices, f"the choices are {', '.join(choices)}")
        raise InputError(field, name, "is not known", remedy)
    return family


def find(name: str) -> BackEnd:
    """Return the back end of a name, in whatever case it is written; one written exactly so comes first.

    Raises
    ------
    InputError
        When there is none; the message lists the choices.

    Examples
    --------
    >>> find("Closed-Form").name
    'closed-form'
    """
    family = family_of(name)
    known = {backend.name: backend for backend in load(family)}
    called = _called(name, list(known))
    if called is None:
        raise InputError("backend", name, "is not known", f"the choices in {family} are {', '.join(known)}")
    return known[called]


def _called(name: str, names: list[str]) -> str | None:
    """Return the one of some names that is meant, or None."""
    alike = [other for other in names if other.casefold() == name.casefold()]
    return name if name in alike else next(iter(alike), None)
