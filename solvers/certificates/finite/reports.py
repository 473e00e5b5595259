"""The certificate of what types report: that none gains in expectation by any other report, over fractions."""

from __future__ import annotations

from ....formulations.finite.direct import DirectMechanism
from ...evaluation import reading_of
from ...readings.rationals import Rationals
from ...readings.vectors import Vectors
from ...solution import Certificate, Solution
from ..feasibility import feasibility
from .lies import Lies, told


def certify_reports(model: DirectMechanism, solution: Solution, arithmetic: str, tolerance: float) -> Certificate:
    """Judge whether the reports of a solution are a Bayesian equilibrium; there is nothing between yes and no.

    Examples
    --------
    >>> import mechproof as mp
    >>> bid = dict(types=[[1, 3]], prior=[["1/2", "1/2"]], allocation=[[1, 1]], payment=[[1, 3]], person=["Ann"])
    >>> print(mp.solve(mp.DirectMechanism(**bid)).certificate.reason)
    Ann of type 3 gains 2 by reporting 1, in expectation
    """
    reading = reading_of(model, Rationals() if arithmetic == "exact" else Vectors())
    found = feasibility(solution, reading, tolerance)
    if found.objection is not None:
        return found.certificate(tolerance, arithmetic)
    said = model.reports(solution.values["report"])
    best = max(Lies(model).in_expectation(said), key=lambda lie: lie.gain, default=None)
    gain = max(float(best.gain), 0.0) if best is not None else 0.0
    if best is not None and best.gain > 0:
        text = f"{told(model, best)}, in expectation"
        return Certificate(True, False, found.violation, gain, None, tolerance, arithmetic, text)
    reason = "no type gains in expectation by any other report, exactly"
    return Certificate(True, True, found.violation, 0.0, 0.0, tolerance, arithmetic, reason)
