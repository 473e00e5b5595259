"""Violations in money: whether one is shown to be no larger than an amount that somebody is ready to forgive.

Payments are rounded to cents, and budgets to digits that people can read; what was an equilibrium is then one but for
some money. `within` such an amount nobody gains more by another decision, nor is a pool overspent by more: what is
called an ε-equilibrium, with ε an amount of money.

An item says how large its violation is through a function that is asked whether it is within an amount: True and False
are shown, over fractions or in balls, or in doubles with room for their rounding; None is undecided. A property that is
not about money has no such function, and is forgiven nothing; utilities are taken to be money.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any, TypeAlias

Within: TypeAlias = Callable[[Fraction], "bool | None"]
"""Whether a violation is at most an amount of money."""


def amounts_to(amount: Any, room: Any = 0) -> Within:
    """Return what is known of a violation of this amount, which rounding may have moved by `room`.

    Examples
    --------
    >>> cent = Fraction(1, 100)
    >>> amounts_to(cent)(cent), amounts_to(0.02, 1e-9)(cent), amounts_to(0.01, 1e-9)(cent)
    (True, False, None)
    """
    return between(Fraction(amount) - Fraction(room), Fraction(amount) + Fraction(room))


def between(low: Any, high: Any) -> Within:
    """Return what is known of a violation that is at least `low` and at most `high`.

    Examples
    --------
    >>> known = between(1, 3)
    >>> known(Fraction(3)), known(Fraction(2)), known(Fraction(1, 2))
    (True, None, False)
    """
    return lambda allowed: True if high <= allowed else False if low > allowed else None


def undecided(allowed: Fraction) -> None:
    """Return what is known of what could not be judged: whether it is within an amount is open.

    Examples
    --------
    >>> undecided(Fraction(10)) is None
    True
    """


def at_least(amount: Any, room: Any = 0) -> Within:
    """Return what is known of a violation that was found to be so large, and may be larger.

    Examples
    --------
    >>> at_least(Fraction(1, 50))(Fraction(1, 100)), at_least(Fraction(1, 200))(Fraction(1, 100))
    (False, None)
    """
    low = Fraction(amount) - Fraction(room)
    return lambda allowed: False if low > allowed else None


def all_within(violations: Sequence[Within | None]) -> Within | None:
    """Return what is known of the largest of some violations; nothing where one is not about money, or there is none.

    Examples
    --------
    >>> both = all_within([amounts_to(Fraction(1, 200)), amounts_to(Fraction(1, 50))])
    >>> both(Fraction(1, 100)), both(Fraction(1, 50)), all_within([None])
    (False, True, None)
    """
    known = [violation for violation in violations if violation is not None]
    if not known or len(known) < len(violations):
        return None

    def within(allowed: Fraction) -> bool | None:
        told = {violation(allowed) for violation in known}
        return False if False in told else None if None in told else True

    return within
