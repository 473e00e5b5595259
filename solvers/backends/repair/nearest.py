"""The back end `nearest`: the least change that keeps rows, over fractions where the program is small enough."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ....formulations.errors import UnsupportedModel
from ....formulations.language import Declaration
from ....formulations.repair.nearest import FARTHEST, IN_DOUBLES, Nearest
from ...backend import BackEnd
from ...certificates.repair.changes import Changes
from ...certificates.repair.hint import nearest_changes
from ...installed import version
from ...readings.linear import decision_places
from ...solution import Answer, Request


def backends() -> tuple[BackEnd, ...]:
    """Return the back end.

    Examples
    --------
    >>> [item.name for item in backends()]
    ['nearest']
    """
    return (NearestChanges(),)


@dataclass(frozen=True)
class NearestChanges:
    """HiGHS's vertex under the norms "1" and "inf", Clarabel's rows under "2", both made exact."""

    name: str = "nearest"
    mechanism: type = Nearest

    def accepts(self, model: Declaration) -> str | None:
        """Return None for a repair's program with linear rows."""
        if not isinstance(model, Nearest):
            return f"finds nearest sound decisions, not a {type(model).__name__}"
        try:
            _ = Changes(model).rows, Changes(model).worth
        except UnsupportedModel as refusal:
            return f"cannot: {refusal}"
        return None

    def solve(self, model: Declaration, request: Request) -> Answer:
        """Return the nearest decisions."""
        assert isinstance(model, Nearest)
        request.refuse_options(self.name)
        changes = Changes(model)
        found = nearest_changes(changes)
        entries = [x + d for x, d in zip(changes.stated, found.point, strict=True)]
        places = decision_places(changes.whole)
        decisions: dict[str, Any] = {}
        for item in model.bounds:
            mine = np.array([entries[k] for k in places[item.name]], dtype=object)
            decisions[item.name] = mine if np.ndim(item.lower) else mine[0]
        if model.norm == "inf":
            decisions[FARTHEST] = max(changes.amounts(entries))
        solver = {"2": "clarabel"}.get(model.norm, "highspy")
        return Answer(decisions, "optimal" if found.exact else IN_DOUBLES, {solver: version(solver)})
