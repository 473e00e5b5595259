"""What types report: the truth, or where replies to each other's reports lead from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ....formulations.finite.direct import DirectMechanism
from ....formulations.language import Declaration
from ...certificates.finite.lies import Lies
from ...solution import Answer, Request

SWEEPS = 1_000


def backends() -> tuple[Truth, Replies]:
    """Return the back ends."""
    return Truth(), Replies()


@dataclass(frozen=True)
class Truth:
    """Answers with the truth; its certificate says whether that is an equilibrium."""

    mechanism: ClassVar[type] = DirectMechanism
    name: str = "truth"

    def accepts(self, model: Declaration) -> str | None:
        """Return None for a mechanism of finitely many types."""
        if isinstance(model, DirectMechanism):
            return None
        return f"solves DirectMechanism only, not {type(model).__name__}; mechproof.backends tells what takes it"

    def solve(self, model: Declaration, request: Request) -> Answer:
        """Return everybody's true type."""
        assert isinstance(model, DirectMechanism)
        request.refuse_options(self.name)
        return _answer(model, [k for count in model.shape for k in range(count)], request, "the truth")


@dataclass(frozen=True)
class Replies(Truth):
    """Starts from the truth, and lets each type in turn reply to the others' reports, until none gains by another."""

    name: str = "truth:replies"

    def solve(self, model: Declaration, request: Request) -> Answer:
        """Return where that leads, an equilibrium if it ends."""
        assert isinstance(model, DirectMechanism)
        request.refuse_options(self.name)
        said, lies = [k for count in model.shape for k in range(count)], Lies(model)
        for sweep in range(SWEEPS):
            best = max(lies.in_expectation(said), key=lambda lie: lie.gain, default=None)
            if best is None or best.gain <= 0:
                return _answer(model, said, request, f"settled after {sweep} changes")
            said[model.slices[best.person].start + best.type] = best.report
        return _answer(model, said, request, f"not settled after {SWEEPS:,} changes")


def _answer(model: DirectMechanism, said: list[int], request: Request, claimed: str) -> Answer:
    report = [model.types[model.person_of(index)][s] for index, s in enumerate(said)]
    return Answer({"report": np.array(report, dtype=object if request.arithmetic == "exact" else float)}, claimed)
