"""Words that somebody misspelt."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any


def suggestion(word: str, choices: Any, otherwise: str = "") -> str:
    """Return "did you mean …?" for a misspelt word, or for initials, followed by what else may help.

    Examples
    --------
    >>> suggestion("alhpa", ["alpha", "beta"], "the keys are alpha, beta")
    "did you mean 'alpha'? the keys are alpha, beta"
    >>> suggestion("IC", ["uniqueness", "incentive-compatibility"])
    "did you mean 'incentive-compatibility'?"
    """
    known = [str(choice) for choice in choices]
    near = get_close_matches(word, known, n=1) or [name for name in known if _initials(name) == word.lower()]
    return " ".join(filter(None, [f"did you mean {near[0]!r}?" if near else "", otherwise]))


def _initials(name: str) -> str:
    return "".join(part[:1] for part in name.lower().split("-"))
