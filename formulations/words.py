"""Words that somebody misspelt."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any


def suggestion(word: str, choices: Any, otherwise: str = "") -> str:
    """Return "did you mean …?" for a misspelt word, followed by what else may help.

    Examples
    --------
    >>> suggestion("alhpa", ["alpha", "beta"], "the keys are alpha, beta")
    "did you mean 'alpha'? the keys are alpha, beta"
    """
    near = get_close_matches(word, [str(choice) for choice in choices], n=1)
    return " ".join(filter(None, [f"did you mean {near[0]!r}?" if near else "", otherwise]))
