"""Steps in a utility, case by case: that a best decision is attained, because every step pays on its closed side.

A step is 1 at its threshold. Where a utility rises with it, what is paid at the threshold is at least what is paid on
both sides of it, so that the best is never only approached.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

from ...formulations.algebra import Formula, read, roles_of
from ..claims.claim import Axiom
from ..kernel.sentence import at_least, by_roles
from .jumps import steps_of_steps
from .questions import Part, Route, combined
from .sentences import GameSentences

MOST = 3
"""Steps of a utility at most: each is looked at whatever the others are."""
ATTAINED = Axiom(
    "attained best decisions",
    "a utility that does not depend on the others, continuous but for steps and not falling with any of them, is upper "
    "semicontinuous: between finite bounds everybody has a best decision, and these are an equilibrium",
    "Weierstrass; the definition of an equilibrium",
)


class Stepping:
    """An algebra in which the steps are given, in the order in which they are met."""

    def __init__(self, base: Any, values: Sequence[int] | None) -> None:
        self._base, self._values, self.met = base, values, 0
        self.name, self.level = base.name, base.level

    def __getattr__(self, word: str) -> Any:
        return getattr(self._base, word)

    def at_least(self, x: Any, y: Any) -> Any:
        """Return the step's value."""
        self.met += 1
        return 0 if self._values is None else self._base.number(self._values[self.met - 1])


def stepping(formula: Formula, values: Sequence[int]) -> Formula:
    """Return a formula whose steps have these values.

    Examples
    --------
    >>> from mechproof.solvers.readings.rationals import Rationals
    >>> paid = stepping(lambda a, own: 3 * a.at_least(own, 2), [1])
    >>> read(paid, Rationals(), {"own": 0})
    Fraction(3, 1)
    """
    return by_roles(roles_of(formula), lambda a, given: a.number(0) + read(formula, Stepping(a, values), given))


def count_of_steps(formula: Formula) -> int:
    """Return how many steps a formula has.

    Examples
    --------
    >>> count_of_steps(lambda a, own: a.at_least(own, 1) + a.at_least(own, 2))
    2
    """
    from ..kernel.polynomials import Polynomials

    base = Polynomials(choices=(True,) * 64)
    stepped = Stepping(base, None)
    read(formula, stepped, {name: base.variable(name) for name in roles_of(formula)})
    return stepped.met


def attained(game: GameSentences, statement: str) -> Iterator[Route]:
    """Return the way to show that everybody has a best decision, for utilities with steps that ask for nobody else."""
    utility = game.utility
    if "others" in roles_of(utility) or steps_of_steps(utility):
        return
    count = count_of_steps(utility)
    if not 0 < count <= MOST:
        return
    given, parts = game.given(), dict[str, Part]()
    for values in product((0, 1), repeat=count):
        words = ", ".join(map(str, values))
        defined = combined(lambda a, value, _: at_least(0 * value, 0), stepping(utility, values))
        parts[f"continuous where the steps are {words}"] = game.sentence(defined, given)
        for k in (k for k in range(count) if values[k] == 0):
            up = (*values[:k], 1, *values[k + 1 :])
            rises = combined(
                lambda a, one, two, _: at_least(one, two), stepping(utility, up), stepping(utility, values)
            )
            parts[f"step {k + 1} pays, the steps being {words}"] = game.sentence(rises, given)
    text = f"{statement}: everybody has a best decision, which is attained at every threshold"
    yield Route("attained best decisions", text, parts, (ATTAINED,))
