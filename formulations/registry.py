"""What mechanisms bring, found by their class: each package brings its rows, and a row is loaded when it is asked for.

A mechanism has a name, by which specifications call it, through an entry point of the group ``mechproof.mechanisms``.
Whatever else it brings (a certificate, properties, figures, baselines …) is a row of a `Registry`: an entry point of
the registry's group with the mechanism's name, or, in a file of one's own, a decorated function. The shipped mechanisms
use the same door.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Generic, TypeVar

from .errors import MechproofError
from .language import Declaration

MECHANISMS = "mechproof.mechanisms"
Row = TypeVar("Row")


class Registry(Generic[Row]):
    """One kind of thing that mechanisms bring.

    A row belongs to one class and not to its subclasses: a subclass may declare another mechanism, of which the row
    would say what is not so. A class that is there to be subclassed, whose rows read all that a subclass can declare,
    says so by ``brings_for_subclasses = True``.

    Parameters
    ----------
    group
        The group of the entry points that bring rows, each called as its mechanism is.

    Examples
    --------
    >>> class Lottery(Declaration):
    ...     prize: int = 1
    >>> colours = Registry("mechproof.colours")
    >>> @colours.add(Lottery)
    ... def colour(lottery):
    ...     return "red"
    >>> colours.of(Lottery)(Lottery()), colours.of(Declaration)
    ('red', None)
    """

    def __init__(self, group: str) -> None:
        self.group = group
        self._added: dict[type, Row] = {}

    def add(self, kind: type[Declaration]) -> Callable[[Row], Row]:
        """Return a decorator that adds a row for a mechanism of one's own; a later row takes an earlier one's place.

        Raises
        ------
        MechproofError
            When the mechanism is an installed one: its package alone says what it brings.
        """

        def adding(row: Row) -> Row:
            name = mechanism_name(kind)
            if name is not None:
                raise MechproofError(
                    f"{kind.__name__} is installed as {name!r}, and brings rows of {self.group} by entry points only; "
                    f"a subclass of your own can have other ones"
                )
            self._added[kind] = row
            return row

        return adding

    def of(self, kind: type[Declaration]) -> Row | None:
        """Return a mechanism's row, or None if it brought none.

        Raises
        ------
        MechproofError
            When the row is there and cannot be loaded.
        """
        if kind in self._added:
            return self._added[kind]
        name = mechanism_name(kind)
        entry = None if name is None else entries(self.group).get(name)
        if entry is not None:
            row: Row = loaded(entry)
            return row
        base = next((base for base in kind.__mro__[1:] if vars(base).get("brings_for_subclasses")), None)
        return None if base is None else self.of(base)

    def everything(self) -> dict[str, Row]:
        """Return all rows by the name of their entry point, those of decorated functions by their class's."""
        installed: dict[str, Row] = {name: loaded(entry) for name, entry in entries(self.group).items()}
        return {**installed, **{name_of(kind): row for kind, row in self._added.items()}}


@lru_cache(maxsize=64)
def entries(group: str) -> dict[str, EntryPoint]:
    """Return the entry points of a group by name, in the order of their names."""
    found: dict[str, EntryPoint] = {}
    for entry in sorted(entry_points(group=group), key=lambda entry: entry.name):
        before = found.setdefault(entry.name, entry)
        if before.value != entry.value:  # neither may take the other's place unseen
            both = f"two packages bring it, {before.value} and {entry.value}; remove one"
            found[entry.name] = EntryPoint(entry.name, both, group)
    return found


def loaded(entry: EntryPoint) -> Any:
    """Return what an entry point stands for.

    Raises
    ------
    MechproofError
        When it cannot be loaded, whatever the reason; the message names the package's own word.
    """
    try:
        return entry.load()
    except Exception as error:
        raise MechproofError(f"{entry.name!r} of {entry.group} ({entry.value}) cannot be loaded: {error}") from error


def mechanisms() -> dict[str, type[Declaration]]:
    """Return the installed mechanisms by the name a specification calls them.

    Examples
    --------
    >>> mechanisms()["stackelberg-pricing"].__name__
    'StackelbergPricing'
    """
    return {name: loaded(entry) for name, entry in entries(MECHANISMS).items()}


def mechanism_name(kind: type) -> str | None:
    """Return the name under which a class itself is installed, or None; a class that is called alike has none.

    Examples
    --------
    >>> from mechproof.formulations.stackelberg.declaration import StackelbergPricing
    >>> mechanism_name(StackelbergPricing)
    'stackelberg-pricing'
    >>> mechanism_name(type("StackelbergPricing", (StackelbergPricing,), {}))
    """
    package = kind.__module__.partition(".")[0]
    for name, entry in entries(MECHANISMS).items():
        # a package may name a class by the module that hands it on
        module, _, attribute = entry.value.partition(":")
        if attribute == kind.__qualname__ and module.partition(".")[0] == package and loaded(entry) is kind:
            return name
    return None


def kinds_of(base: type[Declaration]) -> dict[str, type[Declaration]]:
    """Return every type of a kind by its name, those of users' modules that were imported included.

    Examples
    --------
    >>> from mechproof.formulations.revenue_curve import Revenue
    >>> {"log", "saturating"} <= set(kinds_of(Revenue))
    True
    >>> from mechproof.formulations.revenue_curve import LogRevenue
    >>> list(kinds_of(LogRevenue))
    ['log']
    """
    kind = next(kind for kind in reversed(base.__mro__) if issubclass(kind, Declaration) and kind is not Declaration)
    # a kind without data is only there to be subclassed
    itself = {name_of(base, None if kind is base else kind): base} if fields(base) else {}  # type: ignore[arg-type]
    return {**itself, **_below(base)}


def _below(base: type[Declaration]) -> dict[str, type[Declaration]]:
    found: dict[str, type[Declaration]] = {}
    for kind in base.__subclasses__():
        found |= {name_of(kind, base): kind, **_below(kind)}
    return found


def name_of(kind: type, base: type | None = None) -> str:
    """Return a class's name in a specification: in kebab case, without its kind's own name, or that name's last word.

    Examples
    --------
    >>> from mechproof.formulations.revenue_curve import LogRevenue, Revenue
    >>> name_of(LogRevenue), name_of(LogRevenue, Revenue)
    ('log-revenue', 'log')
    >>> from mechproof.formulations.revenue_curve import PowerCost, PrivacyCost
    >>> name_of(PowerCost, PrivacyCost)
    'power'
    """
    name = kind.__name__
    if base is not None and name != base.__name__:
        words = re.split(r"(?<=[a-z0-9])(?=[A-Z])", base.__name__)
        name = name.removesuffix(base.__name__) if name.endswith(base.__name__) else name.removesuffix(words[-1])
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).lower()
