"""Formulas about everybody, such as a pool less all payments, taken apart into sums over people of formulas by role."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ...formulations.algebra import Formula
from .roles import formula_by_role
from .traces import Refused, Trace


@dataclass(frozen=True)
class Taken:
    """A formula about everybody: its value by roles and sums, and each sum's summand, a formula of one person's roles.

    `each` says that it has a value for everybody.
    """

    value: Formula
    summands: Mapping[str, Formula]
    each: bool


def taken_apart(said: Trace | Refused) -> Taken:
    """Return a constraint's slack or a leader's utility, taken apart.

    Raises
    ------
    UnsupportedModel
        When it is not made of sums over people.

    Examples
    --------
    >>> import mechproof as mp
    >>> from mechproof.formulations.algebra import roles_of
    >>> from mechproof.proofs.own.roles import roles_of_game
    >>> taken = taken_apart(roles_of_game(mp.StackelbergPricing).heard.limits[0].slack)
    >>> roles_of(taken.value), {name: roles_of(summand) for name, summand in taken.summands.items()}
    (('reward_pool', 'sum_1'), {'sum_1': ('others', 'own', 'reward_pool')})
    """
    trace = formula_by_role(said)
    summands = {name: summand.formula for name, summand in trace.summands.items()}
    return Taken(trace.formula, summands, trace.each[-1])
