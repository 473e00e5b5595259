"""``mechproof certify --model … --solution …``: any solver's answer to a linear or quadratic program, re-checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.text import Text

from ...formulations.errors import InputError
from ..formatting import at_most, fraction_text
from ..programs.judgement import Judgement, judge
from ..programs.lp_format import read_lp
from ..programs.mps import read_mps
from ..programs.nl import read_nl
from ..programs.problem import Problem
from ..programs.solution_files import read_solution
from ..serialization import provenance
from .delivery import Delivery, Exit, working

READERS: Mapping[str, Callable[[Path], Problem]] = {
    ".mps": read_mps,
    ".qps": read_mps,
    ".lp": read_lp,
    ".nl": read_nl,
}
STYLES = {"valid": "green", "refuted": "red", "undecided": "yellow"}
LEAVES = {"valid": Exit.AS_REQUIRED, "refuted": Exit.FAILED, "undecided": Exit.UNDECIDED}


@dataclass(frozen=True)
class Claimed:
    """A problem, a point of it and what is to be said of that."""

    model: Path
    solution: Path
    problem: Problem
    judged: Judgement
    tolerance: Fraction

    def document(self) -> dict[str, Any]:
        """Return it as ``mechproof/claimed/1``."""
        problem, judged = self.problem, self.judged
        near, better = judged.optimum, judged.better
        return {
            "schema": "mechproof/claimed/1",
            "kind": "quadratic" if problem.quadratic else "linear",
            "variables": len(problem.names),
            "rows": sum(not row.name.startswith("bound of ") for row in problem.rows),
            "integers": len(problem.whole),
            "tolerance": float(self.tolerance),
            "verdict": judged.verdict,
            "reason": judged.reason,
            "violation": float(judged.violation),
            "broken": judged.broken,
            "value": self._value(judged.value),
            "distance": None if judged.distance is None else float(judged.distance),
            "optimum": None if near is None else {**self._point(near.point), "multipliers": self._multipliers()},
            "better": None if better is None else self._point(better),
            "provenance": provenance({str(p): sha256(p.read_bytes()).hexdigest() for p in (self.model, self.solution)}),
        }

    def _value(self, value: Fraction) -> str:
        return fraction_text(self.problem.sense * value)

    def _point(self, point: list[Fraction]) -> dict[str, Any]:
        entries = dict(zip(self.problem.names, map(fraction_text, point), strict=True))
        return {"value": self._value(self.problem.value(point)), "point": entries}

    def _multipliers(self) -> dict[str, str]:
        near = self.judged.optimum
        assert near is not None
        return {self.problem.rows[side.row].name: fraction_text(side.sign * y) for side, y in near.multipliers}

    def show(self, console: Console) -> None:
        """Print it."""
        problem, judged = self.problem, self.judged
        kind = "quadratic" if problem.quadratic else "linear"
        whole = f", {len(problem.whole)} of them integers" if problem.whole else ""
        console.print(
            Text(f"A {kind} program of {len(problem.names)} variables{whole}: {self.model.name}", style="bold")
        )
        console.print(f"objective  {float(problem.sense * judged.value):.9g}")
        console.print(Text(judged.verdict.upper(), style=STYLES[judged.verdict]))
        console.print(f"  largest broken row: {at_most(float(judged.violation))} of its size")
        if judged.distance is not None:
            console.print(f"  distance to an exact optimum: {at_most(float(judged.distance))}")
        console.print(Text(f"  {judged.reason}"))


def certify_claimed(model: Path | None, solution: Path | None, tolerance: float | None, deliver: Delivery) -> None:
    """Read both files, judge the point and leave with 0 valid, 1 refuted, 3 undecided."""
    if model is None or solution is None:
        missing, other = ("model", "solution") if model is None else ("solution", "model")
        raise InputError(missing, None, f"is needed beside --{other}", f"give --{missing} FILE")
    if model.suffix.lower() not in READERS:
        from ...formulations.finite.nfg import SUFFIX

        known = f"the endings are {', '.join(READERS)}, and {SUFFIX} of a game"
        raise InputError("model", str(model), f"no format is known by the ending {model.suffix!r}", known)
    allowed = Fraction(repr(1e-7 if tolerance is None else tolerance))
    with working("reading the model"):
        problem = READERS[model.suffix.lower()](model)
        point = read_solution(solution, problem)
    with working("certifying"):
        claimed = Claimed(model, solution, problem, judge(problem, point, allowed), allowed)
    deliver(claimed.document, claimed.show)
    raise typer.Exit(LEAVES[claimed.judged.verdict])
