"""What a mechanism brings so that its broken numbers can be repaired."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from ...formulations.data import as_fractions
from ...formulations.errors import InputError
from ...formulations.language import Model
from ...formulations.registry import Registry
from ...formulations.repair.nearest import Nearest
from ..solution import Solution


@dataclass(frozen=True)
class Asked:
    """What is asked: whose numbers, as they were stated; what stays as it is; and how changes are added up."""

    solution: Solution
    stated: Mapping[str, Any]
    kept: tuple[str, ...]
    norm: str

    @property
    def model(self) -> Model:
        """The model they belong to."""
        assert isinstance(self.solution.model, Model)
        return self.solution.model

    @cached_property
    def exactly(self) -> Mapping[str, Any]:
        """The stated numbers as fractions; doubles are the numbers they are."""
        return in_fractions(self.stated)

    def refuse_kept(self, known: tuple[str, ...]) -> None:
        """Refuse what cannot be kept, and all of it.

        Raises
        ------
        InputError
            Naming what can.
        """
        for name in self.kept:
            if name not in known:
                rule = f"is nothing that a repair of {type(self.model).__name__} can keep"
                remedy = f"the choices are {', '.join(known)}" if known else "all that is decided may change"
                raise InputError("keep", name, rule, remedy)

    def refuse_negative(self, name: str) -> None:
        """Refuse to keep what is less than nothing somewhere.

        Raises
        ------
        InputError
            Naming the first such entry.
        """
        for k, value in enumerate(np.atleast_1d(self.stated[name]).tolist()):
            if value < 0:
                where = f"{name}[{k}] ({self.model.owner_of(k)})"
                raise InputError(where, value, "is kept, and must not be negative", "let it change")


@dataclass(frozen=True)
class Plan:
    """How the numbers of one mechanism are repaired.

    Parameters
    ----------
    program
        The nearest sound decisions, as a program.
    properties
        What is then sound: names of properties, as verification knows them.
    model
        The model that the repaired decisions belong to: of the decisions, all of them.
    burdens
        What it costs whom: of the solution before and after, by how much each is worse off, in money.
    backend
        What finds them.
    others
        More programs, where what keeps any one of them is sound.
    mended
        What makes an answer in doubles sound exactly; needed where a program is too large for exact ones.
    found
        The decisions that move, where an algorithm of the mechanism's own has found them.
    least
        What every sound change is worth at least, where there are too many programs to ask each; under the norm "2"
        the square.
    """

    program: Nearest
    properties: tuple[str, ...]
    model: Callable[[Mapping[str, Any]], Model]
    burdens: Callable[[Mapping[str, Any], Mapping[str, Any]], Mapping[str, Fraction]]
    backend: str = "nearest"
    others: tuple[Nearest, ...] = ()
    mended: Callable[[Mapping[str, Any]], Mapping[str, Any]] | None = None
    found: Mapping[str, Any] | None = None
    least: Callable[[], Fraction] | None = None


REPAIRS: Registry[Callable[[Asked], Plan]] = Registry("mechproof.repairs")
"""How mechanisms are repaired: of what is asked, the plan."""
repair_of = REPAIRS.add


def in_fractions(numbers: Mapping[str, Any]) -> dict[str, Any]:
    """Return numbers and vectors as fractions."""
    return {name: as_fractions(value) if np.ndim(value) else Fraction(value) for name, value in numbers.items()}


def stated_numbers(solution: Solution) -> dict[str, Any]:
    """Return the decisions of a solution: fractions where they are known, else doubles.

    Examples
    --------
    >>> import mechproof as mp
    >>> game = mp.StackelbergPricing(cost=[1, 1], alpha=4, beta=2)
    >>> stated_numbers(mp.candidate(game, reward_pool=1, epsilon=["1/4", "1/4"]))["reward_pool"]
    Fraction(1, 1)
    """
    assert isinstance(solution.model, Model)
    found: dict[str, Any] = {}
    for item in solution.model.decisions():
        found[item.name] = stated_outcome(solution, item.name)
    return found


def stated_outcome(solution: Solution, name: str) -> Any:
    """Return an outcome of a solution as it was stated: fractions where they are known, else doubles."""
    exact: Any = (solution.exact or {}).get(name)
    rational = exact is not None and all(isinstance(x, Fraction | int) for x in np.ravel(exact))
    return exact if rational else solution.values[name]
