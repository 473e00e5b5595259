"""What may take long, or never end, in a process of its own: searching certificates and instances, asking z3.

Each function here is a job: it gets what the mechanism declares, and the names of what is asked. What it answers is
not believed: certificates are checked again by the kernel in the process that asked.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ...formulations.errors import UnsupportedModel
from ..claims.claim import Claim, ClaimVerdict, OnBox, Step
from ..kernel.kernel import RefusedError
from ..kernel.ratio import UnreadableError
from ..kernel.sentence import Sentence
from .asking import Subject, ask
from .questions import Disciplined, Part, Question, Route
from .roles import Roles

BOUND_BY_A_NUMBER = re.compile(r"\w+ ≤ -?[\d/]+$")


@dataclass(frozen=True)
class Shown:
    """What came of one part: whether it was shown, how, and in how long.

    `cases` are a sentence's proofs, or the number of a box's pieces.
    `without` are the hypotheses that were not needed, and left out.
    """

    shown: bool
    word: str
    seconds: float
    cases: Any = None
    without: tuple[str, ...] = ()
    opinion: str = ""


def ready() -> bool:
    """Import what proofs need, so that no question waits for it; a job."""
    from ..provers import certificate_search, z3_reading

    return bool(certificate_search and z3_reading)


def show_part(subject: Subject, question: str, route: int, part: str, seconds: float) -> Shown:
    """Try to show one part of a route; a job."""
    wanted = ask(subject, question).routes[route].parts[part]
    started = time.perf_counter()
    try:
        found = _show(wanted, seconds)
    except (UnreadableError, RefusedError, UnsupportedModel, TypeError, AttributeError, ZeroDivisionError) as error:
        found = Shown(False, f"cannot be put so: {error}", 0.0)
    return replace(found, seconds=time.perf_counter() - started)


def _show(wanted: Part, seconds: float) -> Shown:
    if isinstance(wanted, Sentence):
        return _certified(wanted, seconds)
    if isinstance(wanted, OnBox):
        from ..provers.boxes import cover

        covered = cover(wanted, seconds=seconds)
        word = f"{'shown' if covered.shown else 'not shown'} by Arb in {covered.pieces:,} pieces"
        return Shown(covered.shown, word, covered.seconds, covered.pieces)
    return _by_rules(wanted)


def _certified(wanted: Sentence, seconds: float) -> Shown:
    from ..provers.certificate_search import proofs_of
    from ..provers.z3_reading import opinion

    word = opinion(wanted, int(min(seconds / 4, 1) * 1000))
    if word == "disagrees":
        return Shown(False, "z3 says that it need not hold", 0.0, opinion=word)
    spare = tuple(text for text in wanted.given if BOUND_BY_A_NUMBER.match(text))
    for without in dict.fromkeys((spare, ())):
        proofs = proofs_of(lessened(wanted, without))
        if proofs is not None:
            return Shown(True, "certified", 0.0, proofs, without, word)
    return Shown(False, f"no certificate was found (z3: {word})", 0.0, opinion=word)


def lessened(sentence: Sentence, without: tuple[str, ...]) -> Sentence:
    """Return a sentence with fewer hypotheses."""
    return replace(sentence, given={text: known for text, known in sentence.given.items() if text not in without})


def _by_rules(wanted: Disciplined) -> Shown:
    """Ask CVXPY whether its rules of composition make a formula concave."""
    import cvxpy as cp

    from ...formulations.algebra import read
    from ...solvers.readings.convex import Convex, Elementwise, bare

    kinds: Mapping[str, Any] = {"positive": {"pos": True}, "nonnegative": {"nonneg": True}, "": {}}
    roles = {name: Elementwise(cp.Parameter(**kinds[sign])) for name, sign in wanted.signs.items()}
    roles[wanted.role] = Elementwise(cp.Variable(**kinds[wanted.own]))
    expression = bare(read(wanted.formula, Convex(), roles))
    if isinstance(expression, cp.Expression) and not expression.is_concave():
        return Shown(False, f"the rules of composition do not show it ({expression.curvature.lower()})", 0.0)
    return Shown(True, "concave by the rules of composition, as CVXPY applies them", 0.0)


def find_broken(subject: Subject, question: str, seconds: float) -> Any:
    """Look for an instance that breaks a property; a job."""
    from .instances import broken_instance

    asked = ask(subject, question)
    if asked.look is not None:
        return asked.look(seconds)
    return broken_instance(subject, asked, seconds) if isinstance(subject, Roles) else None


def find_equilibria(roles: Roles, question: str, seconds: float) -> Any:
    """Look for equilibria that break a property; a job."""
    from .two_equilibria import broken_equilibria

    return broken_equilibria(roles, question, seconds)


def write_formulas(subject: Subject, question: str, route: int, symbols: Mapping[str, str]) -> tuple[str, str]:
    """Return a route's sentences in LaTeX and in MathML; a job."""
    from ..claims.formula import latex, mathml

    asked = ask(subject, question)
    claim = claim_for(asked, asked.routes[route])
    shown = tuple(item for item in claim.evidence if not isinstance(item, Step) or "continuous" not in item.name)
    stated = replace(claim, evidence=shown)
    return latex(stated, symbols), mathml(stated, symbols)


def claim_for(question: Question, route: Route, without: Mapping[str, tuple[str, ...]] | None = None) -> Claim:
    """Return what a route proves as a claim; `without` are the hypotheses that its parts did not need."""
    evidence: list[Any] = []
    for name, part in route.parts.items():
        if isinstance(part, Sentence):
            evidence.append(Step(lessened(part, (without or {}).get(name, ())), name))
        elif isinstance(part, OnBox):
            evidence.append(part)
    evidence += route.theorems
    return Claim(f"own/{question.name}", f"{route.statement}.", question.source, ClaimVerdict.PROVED, tuple(evidence))
