"""A fitted revenue curve as plain data, with what it was fitted to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from ...solvers.formatting import fraction_text
from ..training.registration import library_versions
from .fit import RevenueFit
from .measure import AccuracyCurve

SCHEMA = "mechproof/curve/1"


def curve_document(
    fit: RevenueFit, measured: AccuracyCurve | Mapping[float, Sequence[float]], value: float, fingerprint: str | None
) -> dict[str, Any]:
    """Return it.

    Parameters
    ----------
    fit
        Of `measured`.
    measured, value
        As :func:`.fit.fit_revenue_curve` takes them.
    fingerprint
        Of the protocol that was trained by; None where nothing was trained.

    Examples
    --------
    >>> from .fit import fit_revenue_curve
    >>> runs = {each: [100 * each / (1 + each) + wobble for wobble in (-0.1, 0.1)] for each in (0.25, 0.5, 1, 2, 4)}
    >>> found = curve_document(fit_revenue_curve(runs), runs, 1.0, None)
    >>> found["trained"], found["logarithm"]["rejected"], found["families"][0]["name"]
    (None, True, 'Hill')
    """
    return {
        "schema": SCHEMA,
        "trained": _trained(measured, value, fingerprint),
        "measured": {"epsilon": list(fit.epsilon), "worth": _runs(measured, value), "mean": list(fit.worth)},
        "logarithm": {
            "text": fit.text,
            "rejected": fit.rejected,
            "p_value": fit.p_value,
            "alpha": None if fit.alpha is None else fit.alpha.document(),
            "beta": None if fit.beta is None else fit.beta.document(),
            "largest_miss": fit.largest_miss,
        },
        "families": [{**vars(one), "numbers": dict(one.numbers)} for one in fit.families],
        "revenue": {
            name: [fraction_text(Fraction(number)) for number in getattr(fit.revenue, name)]
            for name in ("half", "beta")
        },
        "revenue_error": fit.revenue_error,
        "confidence": fit.confidence,
        "versions": library_versions(),
    }


def _trained(measured: Any, value: float, fingerprint: str | None) -> dict[str, Any] | None:
    if not isinstance(measured, AccuracyCurve):
        return None
    return {
        "accuracy": measured.accuracy.tolist(),
        "choices": [{"rounds": rounds, "learning_rate": rate} for rounds, rate in measured.choices],
        "chance": measured.chance,
        "value": value,
        "fingerprint": fingerprint,
    }


def _runs(measured: AccuracyCurve | Mapping[float, Sequence[float]], value: float) -> list[list[float]]:
    """Return a row for each run."""
    if isinstance(measured, AccuracyCurve):
        rows: list[list[float]] = measured.worth(value).tolist()
        return rows
    return [list(map(float, run)) for run in zip(*(measured[key] for key in sorted(measured)), strict=True)]
