"""Assertions on properties: what fails shows its witness in the mechanism's words."""

from __future__ import annotations

from typing import Any

from ...formulations.errors import InputError
from ...formulations.language import Model
from ...solvers.solution import Solution
from ..properties.results import Verdict
from ..properties.verify import verify


def assert_holds(model: Model | Solution, *properties: str, within: Any = None) -> None:
    """Assert that properties hold of a mechanism, at its solution or at somebody's own numbers.

    Parameters
    ----------
    model
        A model, which is solved, or a solution or candidate.
    properties
        Their names; by default those the mechanism promises.
    within
        Money up to which nobody's gain counts, as in `verify`.

    Raises
    ------
    AssertionError
        When one does not hold, with its witness, or is not decided.
    InputError
        When a name is not known; the message says which are, and which may be meant. Also when there is nothing to
        assert: no name is given, and the mechanism promises nothing.

    Examples
    --------
    >>> import mechproof as mp
    >>> game = mp.StackelbergPricing(cost=["0.2", "0.3", "0.5"], alpha=10, beta=10, client=["Ann", "Bob", "Cat"])
    >>> assert_holds(game, "individual-rationality")
    >>> short = mp.candidate(game, reward_pool="9.75", epsilon=["11.7", "7.8", 0], payment=["5.85", "2.33", 0])
    >>> assert_holds(short, "individual-rationality")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    AssertionError: individual-rationality is violated: client Bob is paid less than its epsilon costs it: ...
    """
    __tracebackhide__ = True  # pytest then shows the caller's line
    found = verify(model, properties or None, within=within)
    if not found.require:
        kind = type(found.solution.model).__name__
        choices = f"there are {', '.join(item.property for item in found.items)}"
        raise InputError("properties", properties, f"are none, and {kind} promises none", f"name some: {choices}")
    wrong = [found[name] for name in found.require if found[name].verdict != Verdict.HOLDS]
    if wrong:
        raise AssertionError("\n".join(f"{item.property} is {item.verdict.value}: {item.text}" for item in wrong))
