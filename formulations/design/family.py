"""A parametric family of mechanisms: parameters between bounds, what they are good for, what must hold of all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, ClassVar

import numpy as np

from ..algebra import Formula, read, roles_of
from ..authors import told
from ..data import as_fractions
from ..errors import InputError
from ..language import Constraint, Decision, Declaration, Model
from ..shown import Shown
from ..trial import Quantity, Trial
from ..words import suggestion

FAMILIES = "mechproof.families"
"""Entry points of families, by the name a specification calls them."""
MOST_PARAMETERS = 9
"""A part of a box is named by the digits of the parameters that were halved."""
SHORT: Mapping[str, str] = {
    "ir": "individual-rationality",
    "ic": "incentive-compatibility",
    "unique": "uniqueness",
    "budget": "budget-balance",
}
"""Short names of properties."""


@dataclass(frozen=True, repr=False)
class Requirement(Shown):
    """A property that every mechanism of a family has, and what shows it.

    Either a `slack`, which is nowhere negative: its roles are the parameters, between their bounds and within the
    family's constraints; the data; and any others, such as a cost and a report, of which `given` says by their texts
    what is at least zero. Or `claims`, by their ids in the register; or the class of a game, `of`, and the claims that
    are asked of its declaration, such as ``own/uniqueness``.

    Parameters
    ----------
    name
        Such as "individual-rationality".
    statement
        In words.
    promised
        Whether it is required unless somebody says what is.
    """

    name: str
    statement: str
    slack: Formula | None = None
    given: Mapping[str, Formula] = field(default_factory=dict)
    claims: tuple[str, ...] = ()
    of: type[Model] | None = None
    promised: bool = True


class Family(Declaration):
    """Mechanisms that differ in a few parameters.

    A subclass declares data as every declaration does, the `parameters`, and `objectives` by name: formulas whose roles
    are the parameters and the data, of which the largest value is sought. What is to be least is declared as its
    negative. `requirements` are proved for all parameters before any is chosen.

    Examples
    --------
    A price at which one seller, whose cost lies anywhere between 0 and 1 alike, sells what is worth `value`:

    >>> from mechproof.formulations.declaration import scalar
    >>> class OnePrice(Family):
    ...     value: Any = scalar("what is bought is worth", above=0)
    ...
    ...     def parameters(self):
    ...         return (Decision("price", 0, 1),)
    ...
    ...     def objectives(self):
    ...         return {"server-utility": lambda a, price, value: (value - price) * price}
    >>> OnePrice(value=1).objective(None)
    'server-utility'
    """

    example: ClassVar[Mapping[str, Any]] = {}

    def parameters(self) -> tuple[Decision, ...]:
        """Return what distinguishes the mechanisms: single numbers between bounds."""
        raise NotImplementedError

    def objectives(self) -> Mapping[str, Formula]:
        """Return what may be sought to be large, by name; the first is meant where none is named."""
        raise NotImplementedError

    def constraints(self) -> tuple[Constraint, ...]:
        """Return what must hold of the parameters beside their bounds."""
        return ()

    def requirements(self) -> tuple[Requirement, ...]:
        """Return the properties that can be required of all mechanisms of the family."""
        return ()

    def mechanism(self, **parameters: Any) -> Model | None:
        """Return the mechanism of these parameters, where the family says how it is declared."""
        return None

    def __post_init__(self) -> None:
        super().__post_init__()
        named = self.parameters()
        if not 1 <= len(named) <= MOST_PARAMETERS:
            raise InputError("parameters", f"{len(named)} parameters", f"must be from 1 to {MOST_PARAMETERS}")
        for name, (low, high) in self.box().items():
            if not low < high:
                raise InputError(name, f"from {low} to {high}", "leaves nothing to choose", "give it other bounds")
        if any(item.equality for item in self.constraints()):
            raise InputError("constraints", "an equality", "leaves nothing to choose", "drop a parameter for it")
        try:
            self._try_formulas()
        except Exception as error:
            raise told(error) or error from None

    def _try_formulas(self) -> None:
        """Read every formula once, of quantities of which nothing is known, so that slips are told at once."""
        trial = Trial()
        roles = {**self.read_in(trial), **{name: Quantity((), decided=True) for name in self.box()}}
        formulas = [*self.objectives().values(), *(item.slack for item in self.constraints())]
        if not self.objectives():
            raise InputError("objectives", "none", "leave nothing to design for", "declare a formula")
        for formula in formulas:
            if np.shape(read(formula, trial, roles)):
                raise InputError("objectives", "a vector", "must be one number", "add it up with a.sum")
        for item in self.requirements():
            for said in filter(None, (item.slack, *item.given.values())):
                self._try_requirement(item.name, said, roles)

    @staticmethod
    def _try_requirement(name: str, said: Formula, roles: Mapping[str, Any]) -> None:
        """Read what a requirement says, of any single numbers beside the parameters and the data."""
        free = {role: Quantity((), decided=True) for role in roles_of(said)}
        found = read(said, Trial(), {**free, **roles})
        if not isinstance(found, Quantity | int | float) or np.shape(found):
            raise InputError(name, found, "must be a number that is nowhere negative", "return one from its formula")

    def box(self) -> dict[str, tuple[Fraction, Fraction]]:
        """Return the parameters' bounds, exactly.

        Raises
        ------
        InputError
            When a parameter is no single number.
        """
        found: dict[str, tuple[Fraction, Fraction]] = {}
        for item in self.parameters():
            if np.ndim(item.lower) or np.ndim(item.upper) or item.discrete:
                raise InputError(
                    item.name, "whole, among values, or several", "must be one number between bounds", "name each"
                )
            low, high = as_fractions([item.lower, item.upper]).tolist()
            found[item.name] = (low, high)
        return found

    def objective(self, name: str | None) -> str:
        """Return an objective's name, the first one for None.

        Raises
        ------
        InputError
            When there is none of that name.
        """
        names = list(self.objectives())
        if name is None:
            return names[0]
        if name not in names:
            rule = "is no objective of this family"
            raise InputError("objective", name, rule, suggestion(name, names, f"there are {', '.join(names)}"))
        return name

    def required(self, names: tuple[str, ...]) -> dict[str, Requirement | None]:
        """Return the requirements of these names, short ones too; None where the family declares nothing of the kind.

        Raises
        ------
        InputError
            When a name is none of a property.
        """
        declared = {item.name: item for item in self.requirements()}
        known = list(dict.fromkeys([*declared, *SHORT, *SHORT.values()]))
        for name in names:
            if name not in known:
                raise InputError(
                    "require", name, "is no property", suggestion(name, known, f"such as {', '.join(known)}")
                )
        full = (name if name in declared else SHORT.get(name, name) for name in names)
        return {name: declared.get(name) for name in full}
