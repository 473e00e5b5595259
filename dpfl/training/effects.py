"""What was foretold of a training, and what it showed: supported, contradicted or undetectable, each with its interval.

An effect that is contradicted is a finding like any other, and stands in the same table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from .arm_result import ArmResult
from .intervals import Interval
from .statistics import Contrast

Support: TypeAlias = Literal["supported", "contradicted", "undetectable"]

PILOTS = "pilots: noise and effective records"
PRINTED = {
    ("mechanism", "static"): "Zhou 2023, figure 17 and section 7.4",
    ("mechanism", "random"): "Zhou 2023, figure 17 and section 7.4",
    ("mechanism", "ic-mle"): "Zhou 2023, figure 17",
    ("mechanism", "three-party"): "Zhou 2023, figure 17",
}
"""Pairs of arms of which a source says that the first is more accurate."""
WIDEST = 0.2
"""A forecast whose interval is wider says too little to be supported."""


@dataclass(frozen=True)
class Effect:
    """One thing that was foretold.

    Attributes
    ----------
    statement
        In words.
    source
        Who foretold it.
    predicted
        The accuracy or the difference that was foretold; None where only its sign was.
    measured
        With its interval: simultaneous for differences; for an accuracy, the measured mean with the forecast interval
        moved around it, so that the forecast lies within it or does not.
    verdict
        ``supported`` or ``contradicted`` where the interval settles it; else ``undetectable``.

    Examples
    --------
    >>> Effect("a is more accurate than b", "somebody", None, Interval(0.1, -0.1, 0.3), "undetectable").verdict
    'undetectable'
    """

    statement: str
    source: str
    predicted: float | None
    measured: Interval
    verdict: Support

    def document(self) -> dict[str, Any]:
        """Return the effect as plain data."""
        return {**vars(self), "measured": self.measured.document()}


def effects(arms: Sequence[ArmResult], contrasts: Sequence[Contrast]) -> tuple[Effect, ...]:
    """Return everything that was foretold: by a source, of the arms' order, and of each arm's accuracy.

    Parameters
    ----------
    arms
        Those without a forecast are passed over.
    contrasts
        The primary and the secondary ones.
    """
    known = {arm.name: arm for arm in arms if arm.predicted is not None}
    pairs = [one for one in contrasts if one.first in known and one.second in known]
    return (
        *(_printed(one) for one in contrasts if (one.first, one.second) in PRINTED),
        *(_order(one, known) for one in pairs),
        *(_accuracy(arm, arm.predicted) for arm in known.values() if arm.predicted is not None),
    )


def _printed(contrast: Contrast) -> Effect:
    pair = (contrast.first, contrast.second)
    statement = f"{contrast.first} is more accurate than {contrast.second}"
    return Effect(statement, PRINTED[pair], None, contrast.simultaneous, _direction(contrast, 1))


def _order(contrast: Contrast, known: Mapping[str, ArmResult]) -> Effect:
    first, second = known[contrast.first].predicted, known[contrast.second].predicted
    assert first is not None and second is not None  # noqa: PT018 - known has no others
    foretold = first.mean - second.mean
    if abs(foretold) < contrast.margin:
        statement = f"{contrast.first} is as accurate as {contrast.second}, within {100 * contrast.margin:g} points"
        return Effect(statement, PILOTS, foretold, contrast.simultaneous, _equality(contrast))
    word, sign = ("more", 1) if foretold > 0 else ("less", -1)
    statement = f"{contrast.first} is {word} accurate than {contrast.second}"
    return Effect(statement, PILOTS, foretold, contrast.simultaneous, _direction(contrast, sign))


def _direction(contrast: Contrast, sign: int) -> Support:
    if contrast.verdict == "exact tie":
        return "contradicted"
    told = {"higher": 1, "lower": -1}.get(contrast.verdict)
    return "undetectable" if told is None else "supported" if told == sign else "contradicted"


def _equality(contrast: Contrast) -> Support:
    if contrast.equal_within_margin or contrast.verdict == "exact tie":
        return "supported"
    apart = contrast.simultaneous.low > contrast.margin or contrast.simultaneous.high < -contrast.margin
    return "contradicted" if apart else "undetectable"


def _accuracy(arm: ArmResult, foretold: Interval) -> Effect:
    measured = arm.interval.mean
    around = Interval(measured, measured - (foretold.high - foretold.mean), measured + (foretold.mean - foretold.low))
    verdict: Support = "contradicted"
    if foretold.contains(measured):
        verdict = "supported" if foretold.high - foretold.low <= WIDEST else "undetectable"
    return Effect(f"the accuracy of {arm.name}", PILOTS, foretold.mean, around, verdict)
