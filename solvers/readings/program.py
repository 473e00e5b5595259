"""A program read in one algebra: its data, objective, outcomes and constraints at given values of its variables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ...formulations.algebra import Algebra, read, roles_of
from ...formulations.language import Model, Program
from .rationals import with_literals


@dataclass(frozen=True)
class ProgramReading:
    """One reading of a program, or of any model whose decisions are all made at once.

    Examples
    --------
    >>> from mechproof.formulations.stackelberg.contest import ContestShares
    >>> from mechproof.solvers.readings.rationals import Rationals
    >>> reading = ProgramReading(ContestShares([1, 1]), Rationals())
    >>> half = {"share": reading.algebra.vector(["1/2", "1/2"])}
    >>> print(reading.objective(half), reading.constraints(half))
    1/4 {'shares_sum_to_one': Fraction(0, 1)}
    """

    model: Model
    algebra: Algebra

    def __post_init__(self) -> None:
        if not _is_ours(self.model):  # shipped programs have no doubles in their formulas, and thousands of prices
            object.__setattr__(self, "algebra", with_literals(self.algebra))

    @cached_property
    def data(self) -> dict[str, Any]:
        """The declared data in this algebra."""
        return self.model.read_in(self.algebra)

    def vector_or_number(self, value: Any) -> Any:
        """Return a variable in this algebra, one number or a vector."""
        return self.algebra.vector(value) if np.ndim(value) else self.algebra.number(value)

    def objective(self, decisions: Mapping[str, Any]) -> Any:
        """Return what is to be minimised."""
        assert isinstance(self.model, Program)
        return read(self.model.objective(), self.algebra, {**self.data, **decisions})

    def outcomes(self, decisions: Mapping[str, Any]) -> dict[str, Any]:
        """Return the declared outcomes."""
        roles = {**self.data, **decisions}
        return {name: read(formula, self.algebra, roles) for name, formula in self.model.outcomes().items()}

    def constraints(self, decisions: Mapping[str, Any], stated: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Return the slack of every constraint; outcomes they ask for are the stated ones, if given."""
        roles, outcomes = {**self.data, **decisions, **(stated or {})}, self.model.outcomes()
        slacks = {}
        for item in self.model.constraints():
            for name in roles_of(item.slack):
                if name in outcomes and name not in roles:
                    roles[name] = read(outcomes[name], self.algebra, roles)
            slacks[item.name] = read(item.slack, self.algebra, roles)
        return slacks


def _is_ours(model: Model) -> bool:
    return type(model).__module__.partition(".")[0] == __name__.partition(".")[0]
