"""Hypothesis, which only those who draw instances need."""

from __future__ import annotations

from typing import Any

from ...formulations.errors import MechproofError


def hypothesis(asking: str) -> Any:
    """Return the package Hypothesis with its strategies.

    Raises
    ------
    MechproofError
        When it is not installed; the message has the command that installs it.

    Examples
    --------
    >>> hypothesis("mp.strategies").__name__
    'hypothesis'
    """
    try:
        import hypothesis
        import hypothesis.strategies
    except ImportError:
        raise MechproofError(f"{asking} needs Hypothesis, which is not installed: pip install hypothesis") from None
    return hypothesis
