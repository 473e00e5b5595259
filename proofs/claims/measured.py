"""Measured claims: what a training document says of a question, with its interval and its protocol.

An experiment whose own controls did not pass answers nothing. What is measured speaks of the records it was measured
on; it is never called proved or refuted.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from math import isclose, sqrt
from operator import sub
from statistics import fmean
from typing import Any

from .claim import MEASUREMENTS, Measured, Measurement
from .proved import Piece

PROTOCOL = ("dataset", "delta", "rounds", "repetitions", "seed", "confidence", "weighting", "fingerprint")
DIRECTION = {"higher": 1, "lower": -1}
"""The sign of a difference that is called so; of one that cannot be told there is none."""


@lru_cache(maxsize=1)
def shipped_measurements() -> tuple[Mapping[str, Any], ...]:
    """Return the documents that the register's measured verdicts rest on."""
    return tuple(json.loads(path.read_text(encoding="utf-8")) for path in sorted(MEASUREMENTS.glob("*.json")))


def measured(item: Measurement, documents: Sequence[Mapping[str, Any]]) -> list[Piece]:
    """Return a piece for each document that answers the question, or one that says what would."""
    answers = [(document, answer) for document in documents if (answer := _answer(item, document)) is not None]
    if not answers:
        return [Piece(None, {"kind": "measured", "checker": "experiment", "text": item.text})]
    return [
        Piece(
            True,
            {
                "kind": "measured",
                "checker": "experiment",
                "text": answer.text,
                "outcome": answer.outcome,
                "differences": [dict(one) for one in answer.differences],
                "protocol": {name: document["protocol"][name] for name in PROTOCOL if name in document["protocol"]},
            },
        )
        for document, answer in answers
    ]


def _answer(item: Measurement, document: Mapping[str, Any]) -> Measured | None:
    if item.question is None or document["controls"]["outcome"] != "passed":
        return None
    return item.question(document)


def contradiction(document: Mapping[str, Any]) -> str:
    """Return where a training says something else of a difference than its own runs do; empty if nowhere.

    Examples
    --------
    >>> arms = [{"name": name, "measured": {"accuracy": [value]}} for name, value in (("a", 0.5), ("b", 0.7))]
    >>> contrast = {"first": "a", "second": "b", "difference": {"mean": 0.2}, "verdict": "higher"}
    >>> contradiction({"arms": arms, "contrasts": {"primary": contrast, "secondary": []}})
    'a − b: +0.2, higher; its runs differ by -0.2 in the mean'
    """
    runs = {arm["name"]: arm["measured"]["accuracy"] for arm in document["arms"]}
    for one in _all_contrasts(document):
        if one["first"] in runs and one["second"] in runs:
            mean = fmean(map(sub, runs[one["first"]], runs[one["second"]]))
            said, word = one["difference"]["mean"], one["verdict"]
            turned = word in DIRECTION and DIRECTION[word] * mean <= 0
            if turned or not isclose(mean, said, abs_tol=1e-9):
                pair = f"{one['first']} − {one['second']}"
                return f"{pair}: {said:+.4g}, {word}; its runs differ by {mean:+.4g} in the mean"
    return ""


def accuracy_above(first: str, second: str) -> Callable[[Mapping[str, Any]], Measured | None]:
    """Return the question whether one arm of a training is more accurate than another.

    Examples
    --------
    >>> other = {"first": "a", "second": "b"}
    >>> accuracy_above("mechanism", "static")({"contrasts": {"primary": other, "secondary": []}})
    """

    def question(document: Mapping[str, Any]) -> Measured | None:
        found = (one for one in _all_contrasts(document) if (one["first"], one["second"]) == (first, second))
        contrast = next(found, None)
        if contrast is None:
            return None
        outcome = {"higher": "for it", "lower": "against it"}.get(contrast["verdict"], "neither for nor against it")
        return Measured(outcome, _told(contrast), (_difference(contrast),))

    return question


def as_predicted(document: Mapping[str, Any]) -> Measured | None:
    """Ask whether the arms come in the order that is predicted from their noise alone: pair by pair as compared."""
    quiet = {arm["name"]: -_noise(arm) for arm in document["arms"] if arm["predicted"]["accuracy"] is not None}
    pairs = [one for one in _contrasts(document) if one["first"] in quiet and one["second"] in quiet]
    if not pairs:
        return None
    told = [one for one in pairs if one["verdict"] in DIRECTION]
    wrong = [
        _told(one) for one in told if not DIRECTION[one["verdict"]] * (quiet[one["first"]] - quiet[one["second"]]) > 0
    ]
    right, untold = len(told) - len(wrong), len(pairs) - len(told)
    parts = {
        f"{right} of {len(pairs)} differences have the predicted sign": right,
        f"{len(wrong)} the opposite ({'; '.join(wrong)})": len(wrong),
        f"{untold} cannot be told": untold,
    }
    outcome = "against it" if wrong else "neither for nor against it" if untold else "for it"
    return Measured(outcome, ", ".join(text for text, count in parts.items() if count), tuple(map(_difference, pairs)))


def _noise(arm: Mapping[str, Any]) -> float:
    """Return the noise of all rounds together; older documents do not say how many an arm had: all had the same."""
    return fmean(arm["predicted"]["noise"]) / sqrt(arm.get("rounds", 1))


def _contrasts(document: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    return (document["contrasts"]["primary"], *document["contrasts"]["secondary"])


def _all_contrasts(document: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    """Return also those with baselines of the field, each of which weighs and adds noise in its own way."""
    return (*_contrasts(document), *(one["contrast"] for one in document.get("baselines", ())))


def _difference(contrast: Mapping[str, Any]) -> Mapping[str, Any]:
    kept = {name: contrast[name] for name in ("first", "second", "adjusted_p_value", "verdict")}
    return {**kept, "difference": _interval(contrast)}


def _interval(contrast: Mapping[str, Any]) -> Mapping[str, float]:
    """Return the interval that the verdict is read off; in older documents it was not corrected."""
    found: Mapping[str, float] = contrast.get("simultaneous", contrast["difference"])
    return found


def _told(contrast: Mapping[str, Any]) -> str:
    mean, low, high = (100 * _interval(contrast)[name] for name in ("mean", "low", "high"))
    return f"{contrast['first']} − {contrast['second']}: {mean:+.1f} points [{low:+.1f}, {high:+.1f}]"
