"""Certify the answer to a convex program: feasible, and how far its objective and itself can be from the optimum.

For multipliers λ ≥ 0 of the constraints g ≥ 0 and any ν of the equalities h = 0 the Lagrangian L = f − λg − νh is
convex and at most f on feasible points. With d its slopes at the answer x, and f bent by at least m_j along variable j
(see `curvature`),

    optimum ≥ L(x) + Σ_j min over the box of d_j (y_j − x_j) + m_j (y_j − x_j)²/2.

Any multipliers give a bound; good ones are found by a linear program and need not be believed. That the program is
convex is taken from its reading by disciplined convex rules, which is apart from the solver. The gap is relative to
how far the objective moves with its decisions to first order, so that a constant in it hides nothing. Of an exactly
feasible answer the same inequality bounds each x_j − y_j too, where m_j > 0.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ...formulations.errors import UnsupportedModel
from ...formulations.language import Declaration, Program
from ..evaluation import to_floats
from ..readings.program import ProgramReading
from ..readings.rationals import Irrational, Rationals
from ..readings.vectors import Vectors
from ..solution import Certificate, Solution
from .feasibility import Feasibility, feasibility
from .lagrangian import Answer
from .whole import other_answers

FEW = 24
"""Entries up to which an answer in doubles is judged over fractions too, if it is left undecided."""
Judgement = tuple[bool | None, float | None, float | None, str]
"""Whether an answer is optimal, the relative gap, the distance, and the reason."""


def certify_program(program: Declaration, solution: Solution, arithmetic: str, tolerance: float) -> Certificate:
    """Judge an answer to a program of which nothing more is known; see the module's text."""
    if not isinstance(program, Program):
        raise UnsupportedModel(
            f"{type(program).__name__} is no program; give it a certificate with mechproof.certificate_of"
        )
    reading = ProgramReading(program, Rationals() if arithmetic == "exact" else Vectors())
    found = feasibility(solution, reading, tolerance)
    if found.objection is not None:
        return _infeasible(program, found, tolerance, arithmetic)
    tried = other_answers(program, reading, found.decisions)
    if tried is not None and tried.better is not None:
        known = None if tried.better else 0.0
        return Certificate(True, not tried.better, found.violation, known, known, tolerance, arithmetic, tried.reason)
    answer = Answer(program, reading, found.decisions, found.violation)
    optimal, gap, distance, reason = _judgement(answer, tolerance)
    if optimal is None and arithmetic == "float" and len(answer.point) <= FEW:
        # what rounding leaves open is told over fractions, of which doubles are some
        over = ProgramReading(program, Rationals())
        decisions = {name: over.vector_or_number(value) for name, value in found.decisions.items()}
        exactly = _judgement(Answer(program, over, decisions, found.violation), tolerance)
        if exactly[0] is not None:
            optimal, gap, distance, reason = exactly
    return Certificate(True, optimal, found.violation, gap, distance, tolerance, arithmetic, reason)


def _judgement(answer: Answer, tolerance: float) -> Judgement:
    """Return what is known of a feasible answer, or why nothing is."""
    try:
        return _judged(answer, tolerance)
    except Irrational:
        return None, None, None, "the program leaves the rational numbers; certify with arithmetic='float'"
    except (TypeError, ZeroDivisionError, UnsupportedModel) as refusal:
        why = "they divide by zero" if isinstance(refusal, ZeroDivisionError) else refusal
        return None, None, None, f"its slopes at the answer are not known: {why}"


def _infeasible(program: Program, found: Feasibility, tolerance: float, arithmetic: str) -> Certificate:
    """Say what an answer breaks; or that every answer breaks something."""
    certificate = found.certificate(tolerance, arithmetic)
    if not found.violation > tolerance or not found.decisions:  # it is misstated, or no answer at all
        return certificate
    from ..readings.convex_program import disciplined

    if disciplined(program) is not None:
        return certificate
    from .impossible import impossible

    parts = (np.atleast_1d(to_floats(found.decisions[item.name])) for item in program.variables())
    with np.errstate(all="ignore"):
        reason = impossible(program, np.concatenate(list(parts)).tolist())
    return certificate if reason is None else replace(certificate, reason=reason, impossible=True)


def _judged(answer: Answer, tolerance: float) -> Judgement:
    """Return whether a feasible answer is optimal, the relative gap, the distance, and the reason."""
    from ..readings.convex_program import disciplined  # CVXPY takes a second to import

    not_convex = disciplined(answer.program)
    if not_convex is not None:
        return None, None, None, f"not shown to be convex: {not_convex}"
    from .kinked import without_kinks

    smooth = without_kinks(answer)
    if isinstance(smooth, str):
        return None, None, None, smooth
    return _bounded(smooth, tolerance)


def _bounded(answer: Answer, tolerance: float) -> Judgement:
    """Judge by the bound that an answer's Lagrangian gives."""
    bound = answer.bound
    if not np.isfinite(float(bound.gap)):
        return None, None, None, "its slopes at the answer are not finite"
    gap, ahead, distance = answer.relative(bound.gap), answer.relative(-bound.gap), answer.distance()
    known = distance if answer.curved else None  # of what is not bent nothing is known
    if gap > tolerance:
        return None, gap, known, f"the Lagrangian bounds the optimum from below, but only within {gap:.3g}"
    if ahead > tolerance:
        return None, gap, known, f"it is {ahead:.3g} better than any feasible answer, by what it breaks"
    if distance is None and answer.curved:
        return None, gap, None, "it breaks a row, and no answer that keeps all was found by which to tell how far it is"
    if distance is not None and distance > tolerance:
        return None, gap, known, f"the optimum is enclosed, but only within {distance:.3g} of the answer"
    return True, gap, known, "the Lagrangian bounds the optimum from below"
