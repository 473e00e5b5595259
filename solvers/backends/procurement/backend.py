"""The default for procurements: cheapest first, and prefix sums for what is paid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ....formulations.language import Declaration
from ....formulations.procurement.declaration import PrivacyProcurement
from ...installed import version
from ...solution import Answer, Request


def backends() -> tuple[CheapestFirst, ...]:
    """Return the back end."""
    return (CheapestFirst(),)


@dataclass(frozen=True)
class CheapestFirst:
    """Solves procurements by either rule, for one client to millions."""

    mechanism: ClassVar[type] = PrivacyProcurement
    name: str = "cheapest-first"

    def accepts(self, model: Declaration) -> str | None:
        """Return None for a procurement."""
        if isinstance(model, PrivacyProcurement):
            return None
        return f"solves PrivacyProcurement only, not {type(model).__name__}; mechproof.backends tells what takes it"

    def solve(self, model: Declaration, request: Request) -> Answer:
        """Return what everybody sells and is paid; over fractions and balls, if exact arithmetic is asked for.

        Raises
        ------
        UnsupportedModel
            When exact arithmetic is asked for and too many clients, or a revenue without a demand, stand in the way;
            or a prior's charge falls.
        """
        assert isinstance(model, PrivacyProcurement)
        request.refuse_options(self.name)
        versions = {"numpy": version("numpy")}
        if request.arithmetic == "exact":
            from ...certificates.procurement.exact import exact_outcome

            return Answer(exact_outcome(model).decisions(), "optimal", versions)
        from ...certificates.procurement.rises import refuse_falling

        refuse_falling(model)
        from .greedy import outcome
        from .types import outcome as outcome_by_types

        with np.errstate(all="ignore"):
            found = outcome_by_types(model) if model.by_types else outcome(model)
        return Answer(found, "optimal", versions)
