"""The default for Stackelberg pricing, as a back end: the closed form in doubles or exactly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ....formulations.language import Declaration
from ....formulations.stackelberg.declaration import StackelbergPricing
from ...installed import version
from ...solution import Answer, Request
from .closed_form import float_decisions


def backends() -> tuple[ClosedForm, ...]:
    """Return the closed form."""
    return (ClosedForm(),)


@dataclass(frozen=True)
class ClosedForm:
    """Solves Stackelberg privacy pricing without any solver, for N from 2 to millions."""

    mechanism: ClassVar[type] = StackelbergPricing
    name: str = "closed-form"

    def accepts(self, model: Declaration) -> str | None:
        """Return None for Stackelberg pricing."""
        if isinstance(model, StackelbergPricing):
            return None if model.linear_costs else "is for linear costs; try convex-costs"
        return f"knows a closed form for StackelbergPricing only, not for {type(model).__name__}; try share-function"

    def solve(self, model: Declaration, request: Request) -> Answer:
        """Return the best pool and the budgets it buys."""
        assert isinstance(model, StackelbergPricing)
        request.refuse_options(self.name)
        if request.arithmetic == "exact":
            from .exact import exact_decisions

            decisions = exact_decisions(model)
        else:
            decisions = float_decisions(model)
        return Answer(decisions, claimed="optimal", versions={"numpy": version("numpy")})
