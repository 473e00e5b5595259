"""One candidate, judged by the package and by the oracle; where the two disagree, a finding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import mechproof as mp

from .instance import Candidate, Instance, Truth
from .source import source

MARGIN = 2.0
"""By which factor an answer must be beyond, or within, the tolerance to be called wrong, or right."""
ROUNDING = 1e-11
"""By how much a stated distance may be off without being a finding."""


@dataclass(frozen=True)
class Finding:
    """A disagreement of the package with the oracle."""

    fault: str
    instance: Instance
    candidate: Candidate
    arithmetic: str
    tolerance: float
    told: str

    def text(self) -> str:
        """The finding, to be run."""
        how = f"arithmetic {self.arithmetic}, tolerance {self.tolerance}"
        head = f"# {self.fault}: {self.told} ({how}; {self.candidate.kind})"
        return f"{head}\n{source(self.instance, self.candidate, self.arithmetic, self.tolerance)}"


@dataclass(frozen=True)
class Judgement:
    """What became of a candidate: the package's verdict, what the oracle says, and a finding where they disagree."""

    verdict: str
    right: str
    finding: Finding | None


def certified(instance: Instance, candidate: Candidate, arithmetic: str, tolerance: float) -> Judgement:
    """Certify a candidate, and compare."""
    truth = instance.truth(candidate.decisions)
    blur = 0.0 if arithmetic == "exact" and candidate.exact else candidate.blur
    bad, good = wrong(truth, candidate, tolerance, blur), fine(truth, candidate, tolerance)
    right = "wrong" if bad else "right" if good else "close"

    def found(fault: str, told: str) -> Finding:
        return Finding(fault, instance, candidate, arithmetic, tolerance, told)

    try:
        certificate = mp.certify(mp.candidate(instance.model(), **candidate.stated()), arithmetic, tolerance)
    except mp.MechproofError as error:
        return Judgement("refused", right, found("refused", str(error)) if right == "right" else None)
    except Exception as error:
        return Judgement("crash", right, found("crash", f"{type(error).__name__}: {error}"))
    fault = disagreement(certificate, truth, bad, good)
    return Judgement(verdict(certificate), right, found(*fault) if fault else None)


def verdict(certificate: Any) -> str:
    """The certificate in a word."""
    if certificate.valid:
        return "valid"
    return "refuted" if certificate.feasible is False or certificate.optimal is False else "undecided"


def wrong(truth: Truth, candidate: Candidate, tolerance: float, blur: float = 0.0) -> bool:
    """Whether an answer is shown to be beyond the tolerance, an outcome beyond what may be its rounding too."""
    return max(truth.low, truth.broken, candidate.misstated - blur) > MARGIN * tolerance


def fine(truth: Truth, candidate: Candidate, tolerance: float) -> bool:
    """Whether an answer is shown to be within the tolerance."""
    return truth.same_side and max(truth.high, truth.kept, candidate.misstated) * MARGIN < tolerance


def disagreement(certificate: Any, truth: Truth, bad: bool, good: bool) -> tuple[str, str] | None:
    """The fault of a certificate and what was told, or None."""
    told = f"{certificate.reason} [distance {certificate.distance}, at least {certificate.distance_at_least}]"
    known = f"the oracle has a distance of {truth.low:.9g} to {truth.high:.9g}, rows broken by {truth.broken:.3g}"
    said = verdict(certificate)
    if said == "valid" and bad:
        return "false accept", f"{told}; {known}"
    if said == "refuted" and good:
        return "false refusal", f"{told}; {known}"
    if certificate.distance is not None and certificate.distance < truth.low * (1 - 1e-6) - ROUNDING:
        return "false bound", f"at most {certificate.distance:.9g} ({said}); {known}"
    least = certificate.distance_at_least
    if least is not None and least > truth.high * (1 + 1e-6) + ROUNDING:
        return "false bound", f"at least {least:.9g} ({said}); {known}"
    return None


def verified(instance: Instance, candidate: Candidate, tolerance: float = 1e-7) -> Judgement:
    """Verify a candidate: nothing that is promised may hold of one whose rows are broken or that is far off."""
    truth = instance.truth(candidate.decisions)
    bad = max(truth.low, truth.broken) > 1e-3
    good = truth.same_side and candidate.exact and truth.high == truth.kept == candidate.misstated == 0
    right = "wrong" if bad else "right" if good else "close"

    def found(fault: str, told: str) -> Finding:
        return Finding(fault, instance, candidate, "verify", tolerance, told)

    try:
        model = instance.model()
        answer = mp.candidate(model, **candidate.stated())
        items = [item for item in mp.verify(answer).items if item.property in model.promises]
    except mp.MechproofError:
        return Judgement("refused", right, None)
    except Exception as error:
        return Judgement("crash", right, found("crash", f"{type(error).__name__}: {error}"))
    known = instance.keeps(candidate.decisions) if candidate.exact and instance.exact else {}
    for item in items:
        if item.property in known and item.verdict == ("violated" if known[item.property] else "holds"):
            return Judgement(str(item.verdict), right, found("false verification", f"{item.property}: {item.text}"))
    violated = [f"{item.property}: {item.text}" for item in items if item.verdict == "violated"]
    said = "violated" if violated else "holds" if all(item.verdict == "holds" for item in items) else "inconclusive"
    if said == "violated" and good:
        return Judgement(said, right, found("false refusal", violated[0]))
    return Judgement(said, right, None)
