"""A finding made small: fewer people, simpler numbers, as long as the same fault is found."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from .instance import Candidate, Decisions, Instance, Numbers, as_given, simpler
from .judge import Finding, certified, verified
from .perturbations import put


def minimised(finding: Finding, seconds: float = 5.0) -> Finding:
    """The smallest finding of the same fault that was met in the time given."""
    until = time.monotonic() + seconds
    best, better = finding, True
    while better and time.monotonic() < until:
        better = False
        for instance, candidate in simplifications(best):
            again = judged_again(best, instance, candidate)
            if again is not None and again.fault == finding.fault:
                best, better = again, True
                break
            if time.monotonic() > until:
                break
    return best


def judged_again(finding: Finding, instance: Instance, candidate: Candidate) -> Finding | None:
    """What is found of another instance and candidate; nothing where there is no such instance."""
    try:
        if finding.arithmetic == "verify":
            return verified(instance, candidate, finding.tolerance).finding
        return certified(instance, candidate, finding.arithmetic, finding.tolerance).finding
    except Exception:  # a smaller instance may be none: an oracle need not survive it
        return None


def simplifications(finding: Finding) -> Iterator[tuple[Instance, Candidate]]:
    """Smaller instances, the decisions as they are or as far from the right ones as they were; simpler answers."""
    instance, candidate = finding.instance, finding.candidate
    if not candidate.outcomes:
        for smaller, mapped in instance.smaller():
            kept = mapped(candidate.decisions)
            for decided in (moved_along(instance, smaller, mapped, candidate.decisions), kept):
                if decided is not None:
                    exact = {name: as_given(value, candidate.exact) for name, value in decided.items()}
                    yield smaller, replace(candidate, decisions=exact)
        for name, value in candidate.decisions.items():
            for index, entry in enumerate(value if isinstance(value, tuple) else (value,)):
                for simple in (*simpler(entry), shortened(entry)):
                    if simple != entry and (candidate.exact or Fraction(float(simple)) == simple):
                        changed = {**candidate.decisions, name: put(value, index, simple)}
                        yield instance, replace(candidate, decisions=changed)


def shortened(entry: Fraction) -> Fraction:
    """The number to three digits."""
    return Fraction(f"{float(entry):.3g}")


def moved_along(instance: Instance, smaller: Instance, mapped: object, decisions: Decisions) -> Decisions | None:
    """Decisions as far from a smaller instance's right ones, in proportion, as they were from the larger one's."""
    try:
        before, after = instance.right(), smaller.right()
    except Exception:
        return None
    if not before or not after:
        return None
    old, had = mapped(before[0]), mapped(decisions)  # type: ignore[operator]
    found: dict[str, Numbers] = {}
    for name, value in after[0].items():
        rows = zip(entries(value), entries(had[name]), entries(old[name]), strict=True)
        new = tuple(right * had_ / was if was else right + had_ for right, had_, was in rows)
        found[name] = new if isinstance(value, tuple) else new[0]
    return found


def entries(value: Numbers) -> tuple[Fraction, ...]:
    """Numbers, also of one."""
    return value if isinstance(value, tuple) else (value,)
