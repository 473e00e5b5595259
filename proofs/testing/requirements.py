"""Hypothesis, which only those who draw instances need."""

from __future__ import annotations

from typing import Any

from ...formulations.extras import refuse_missing


def hypothesis(asking: str) -> Any:
    """Return the package Hypothesis with its strategies.

    Raises
    ------
    UnsupportedModel
        When it is not installed; the message has the command that installs it.

    Examples
    --------
    >>> hypothesis("mp.strategies").__name__
    'hypothesis'
    """
    refuse_missing(asking, "hypothesis")
    import hypothesis
    import hypothesis.strategies

    return hypothesis
