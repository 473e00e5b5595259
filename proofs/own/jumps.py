"""Where a formula jumps: a step of what somebody decides on is not continuous, and a step of steps may be open.

The kernel shows that a formula is defined. It reads a step as two cases, in each of which there is no jump, so that of
steps continuity has to be told apart.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...formulations.algebra import Formula, read, roles_of
from ...formulations.authors import SlipError
from ...formulations.trial import Quantity, Trial, together
from ..kernel.ratio import UnreadableError
from ..kernel.sentence import at_least, by_roles
from .questions import combined

DECIDED = ("own", "others", "highest", "lowest")
"""How roles begin on which somebody decides."""


class _Steps(Trial):
    """Shapes, and whether a step compares what is marked; `marked` says that steps are."""

    def __init__(self, marked: bool) -> None:
        super().__init__()
        self.marked, self.found = marked, False

    def at_least(self, x: Any, y: Any) -> Quantity:
        """Return a step."""
        compared = together(x, y)
        self.found = self.found or compared.decided
        return Quantity(compared.shape, self.marked or compared.decided)


def jumps(formula: Formula) -> bool:
    """Whether a formula has steps of what somebody decides on.

    Examples
    --------
    >>> jumps(lambda a, own, least: own * a.at_least(own, least))
    True
    >>> jumps(lambda a, own, cost: own * a.at_least(cost, 1))
    False
    """
    return _found(formula, _Steps(marked=False), lambda name: name.split("_")[0] in DECIDED)


def steps_of_steps(formula: Formula) -> bool:
    """Whether a step compares what another step decides: it may be 1 on an open interval, as [½ ≥ [x ≥ 1]] is.

    Examples
    --------
    >>> steps_of_steps(lambda a, own: own * a.at_least(1 / 2 - a.at_least(own, 1), 0))
    True
    >>> steps_of_steps(lambda a, own: a.at_least(own, 1) * a.at_least(own, 2))
    False
    """
    return _found(formula, _Steps(marked=True), lambda _: False)


def continuous(formula: Formula) -> Formula:
    """Return the statement that a formula is continuous in what is decided: it is defined, and has no such steps.

    Examples
    --------
    >>> from mechproof.proofs.kernel.polynomials import cases_of
    >>> from mechproof.proofs.kernel.sentence import Sentence
    >>> cases_of(Sentence({}, continuous(lambda a, own: a.at_least(own, 1))))
    Traceback (most recent call last):
    mechproof.proofs.kernel.ratio.UnreadableError: a step of what is decided on is not continuous
    """
    if not jumps(formula):
        return combined(lambda a, value, _: at_least(0 * value, 0), formula)

    def refused(*_: Any) -> Any:
        raise UnreadableError("a step of what is decided on is not continuous")

    return by_roles(roles_of(formula), refused)


def _found(formula: Formula, algebra: _Steps, marked: Callable[[str], bool]) -> bool:
    try:
        read(formula, algebra, {name: Quantity((), marked(name)) for name in roles_of(formula)})
    except (SlipError, ValueError, TypeError):  # such as the slope of a step, which has none
        return True  # nothing is known of it
    return algebra.found
