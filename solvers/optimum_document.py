"""An optimum as data that anybody can re-check without this package: ``mechproof/optimum/1``.

It holds the model, the answer, and what shows that a solution is near it: an enclosure, multipliers, or a path. All
numbers are fractions, in text. ``tools/recheck.py`` reads it with Python's standard library, and believes nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from ..formulations.errors import UnsupportedModel
from ..formulations.language import Declaration, Model
from ..formulations.registry import Registry, name_of
from .formatting import fraction_text
from .installed import version
from .serialization import declared

Evidence = Callable[[Any, Mapping[str, Any], Fraction], Mapping[str, Any]]
EVIDENCE: Registry[Evidence] = Registry("mechproof.evidence")
"""What shows that a solution is near an answer: of a model, its decisions in fractions, and the tolerance."""


def optimum_document(
    model: Declaration, values: Mapping[str, Any], exact: Mapping[str, Any] | None, tolerance: float
) -> dict[str, Any]:
    """Return an answer, its model and what shows that a solution is within the tolerance of it.

    Parameters
    ----------
    model
        A mechanism that brings evidence.
    values, exact
        What was decided, in doubles, which are taken for the fractions they are, and exactly where that is known.
    tolerance
        The largest distance, relative to the largest of each decision.

    Raises
    ------
    UnsupportedModel
        When the mechanism, or this kind of it, brings no evidence that the reader knows.
    """
    evidence = EVIDENCE.of(type(model))
    assert isinstance(model, Model)
    if evidence is None:
        raise UnsupportedModel(
            f"{type(model).__name__} brings no evidence that others could re-check; certify it with mechproof instead"
        )
    stated = {item.name: (exact or {}).get(item.name, values[item.name]) for item in model.decisions()}
    answer = {name: _fractions(value) for name, value in stated.items()}
    document = {
        "schema": "mechproof/optimum/1",
        "mechanism": {"type": name_of(type(model)), **declared(model)},
        "tolerance": Fraction(repr(tolerance)),
        "answer": answer,
        "evidence": evidence(model, answer, Fraction(repr(tolerance))),
        "made_by": f"mechproof {version('mechproof')}",
    }
    return sealed(_text(document))


def sealed(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document with the SHA-256 of all else in it, so that a slip of a hand is seen; a forger can renew it.

    Examples
    --------
    >>> sealed({"schema": "mechproof/optimum/1"})["digest"][:8]
    '0e1fa252'
    """
    rest = {name: value for name, value in document.items() if name != "digest"}
    text = json.dumps(rest, sort_keys=True, separators=(",", ":"))
    return {**rest, "digest": hashlib.sha256(text.encode()).hexdigest()}


def _fractions(value: Any) -> Any:
    """Return a number, or an array of them, as fractions: the middle of a ball, a double as the number it is."""
    if np.ndim(value):
        return np.array([_fractions(entry) for entry in np.asarray(value).tolist()], dtype=object)
    if hasattr(value, "mid"):
        mantissa, exponent = value.mid().man_exp()
        return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)
    return Fraction(value)


def _text(value: Any) -> Any:
    """Return data with every number as the text of a fraction."""
    if isinstance(value, Mapping):
        return {name: _text(item) for name, item in value.items()}
    if isinstance(value, list | tuple | np.ndarray):
        return [_text(item) for item in value]
    return value if isinstance(value, str) else fraction_text(Fraction(value))
