"""A second account: what somebody gains who takes part under two names, while the others keep their decisions.

One owner decides for both, is paid for both, and bears the cost of what it sells in all. Where the declared payment of
two accounts is that of one which sells as much, as an identity of rational functions, only a bound on each account can
make two of them worth more than one.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from ....formulations.algebra import read, roles_of
from ....formulations.errors import MechproofError
from ....solvers.formatting import shown
from ....solvers.readings.balls import Balls, enclosing, precision
from ....solvers.readings.game import GameReading
from ....solvers.readings.intervals import Interval, Intervals
from ....solvers.readings.rationals import Irrational
from ...kernel.polynomials import Polynomials
from ...kernel.ratio import UnreadableError
from ..better_decisions import utility_scale
from ..everybody import BITS
from ..profile import ROUNDING, Profile
from ..results import Item, Verdict
from ..within import at_least
from .two_costs import at_two_costs

SECOND_ACCOUNT = "second-account"
STEPS, LOOKED_AT = 64, 16
"""Of the grid on which two accounts' decisions are looked for, and of how many people whom a bound holds back.

What is found is evaluated again, and where nothing is found nothing is shown by that.
"""


def second_account(profile: Profile, at_equilibrium: bool) -> Item:
    """Judge whether anybody gains by a second account with the same data.

    Parameters
    ----------
    profile
        The game at given decisions.
    at_equilibrium
        Whether nobody gains by another decision with one account.

    Examples
    --------
    >>> import mechproof as mp
    >>> from mechproof.proofs.properties.profile import profile_of
    >>> game = mp.StackelbergPricing(cost=[1, 1], alpha=4, beta=2)
    >>> item = second_account(profile_of(mp.solve(game, arithmetic="exact")), True)
    >>> print(item.verdict, "|", item.text[:62])
    holds | two accounts are paid what one is paid that sells as much as b
    """
    try:
        with suppress(Irrational, ZeroDivisionError):
            return _judged(profile, at_equilibrium)
        return _judged(profile.in_floats(), at_equilibrium)
    except (MechproofError, TypeError) as error:
        return Item(SECOND_ACCOUNT, Verdict.INCONCLUSIVE, str(error), profile.arithmetic, informational=True)


def _judged(profile: Profile, at_equilibrium: bool) -> Item:
    if profile.game.payment_outcome is None:
        text = "what part of a utility is paid and what is cost is not declared; Game.payment_outcome would tell"
        return Item(SECOND_ACCOUNT, Verdict.NOT_APPLICABLE, text, profile.arithmetic, informational=True)
    found = _at_one_cost(profile, at_equilibrium)
    return found if found.verdict == Verdict.VIOLATED else at_two_costs(profile) or found


def _at_one_cost(profile: Profile, at_equilibrium: bool) -> Item:
    """Judge two accounts whose sum is what costs their owner."""
    name, how = SECOND_ACCOUNT, profile.arithmetic
    if additive(profile) and at_equilibrium and _nobody_wants_more(profile):
        text = (
            "two accounts are paid what one is paid that sells as much as both (an identity of the declared payments), "
            "and nobody wants to sell more than one account may: a second one changes nothing while the others keep "
            "their decisions"
        )
        return Item(name, Verdict.HOLDS, text, how, {"gain": Fraction(0)}, informational=True)
    best = max(map(_Owner(profile).best, _held_back(profile)), key=lambda found: found[0], default=None)
    if best is None or not best[0] > profile.slack * utility_scale(profile):
        text = f"no {profile.role} was found to gain by a second account; that none does is not shown"
        return Item(name, Verdict.INCONCLUSIVE, text, how, informational=True)
    gain, index, accounts = best
    text = (
        f"{profile.person(index)} gains {shown(gain)} by a second account, with {profile.decision} "
        f"{shown(accounts[0])} and {shown(accounts[1])} in place of {shown(profile.own[index])}, while the others "
        "keep theirs"
    )
    witness = {
        profile.role: profile.name(index),
        profile.decision: profile.own[index],
        "accounts": list(accounts),
        "gain": gain,
    }
    room = 0 if profile.exact else ROUNDING * utility_scale(profile)
    return Item(name, Verdict.VIOLATED, text, how, witness, True, within=at_least(gain, room))


def additive(profile: Profile) -> bool:
    """Whether the declared payments of two accounts are those of one that sells as much, as rational functions."""
    algebra = Polynomials()
    formula = profile.game.outcomes()[str(profile.game.payment_outcome)]
    try:
        roles = {name: algebra.role(name) for name in ("own", "second", "others", *roles_of(formula))}
        own, second, rest = (roles[name] for name in ("own", "second", "others"))

        def paid(sold: Any, others: Any) -> Any:
            return read(formula, algebra, {**roles, "own": sold, "others": others})

        difference = paid(own, rest + second) + paid(second, rest + own) - paid(own + second, rest)
        return not algebra.value(difference).numerator()
    except (UnreadableError, TypeError, AttributeError):
        return False


def _nobody_wants_more(profile: Profile) -> bool:
    """Whether no marginal utility is positive from the bound of one account to that of two, on balls or intervals."""
    exact, upper, others = profile.exact, profile.reading.upper, profile.others
    with precision(BITS), np.errstate(all="ignore"):
        around = np.frompyfunc(enclosing, 2, 1) if exact else Interval
        decided = {name: Balls().number(value) for name, value in profile.decided.items()} if exact else profile.decided
        reading = GameReading(profile.game, Balls() if exact else Intervals())
        slope = reading.marginal(around(upper, 2 * upper), around(others, others), decided)
        most = slope.high if isinstance(slope, Interval) else slope
        return bool(np.all(np.asarray(most <= 0, dtype=bool) | np.asarray(upper <= 0, dtype=bool)))


def _held_back(profile: Profile) -> list[int]:
    """Return those who would sell more than an account may, the most first; everybody where nobody is held back."""
    reading = profile.reading
    with np.errstate(all="ignore"):  # who may sell nothing, beside others who do not, has no slope
        marginal = np.asarray(reading.marginal(reading.upper, profile.others, profile.decided), dtype=float)
    order = np.argsort(-np.where(np.asarray(reading.upper > 0, dtype=bool), marginal, -np.inf), kind="stable")
    held = [index for index in order.tolist() if marginal[index] > 0]
    return (held or order.tolist())[:LOOKED_AT]


@dataclass(frozen=True)
class _Owner:
    """What owners have of two accounts."""

    profile: Profile

    def best(self, index: int) -> tuple[Any, int, tuple[Any, Any]]:
        """Return somebody's largest gain on a grid of two accounts, and their decisions."""
        profile, reading = self.profile, self.profile.reading.subset([index])
        cap, own = reading.upper, profile.own[[index]]
        others, decided = profile.others[[index]], profile.decided
        payment = profile.game.outcomes()[str(profile.game.payment_outcome)]

        def paid(sold: Any, rest: Any) -> Any:
            return read(payment, reading.algebra, {**reading.data, **decided, "own": sold, "others": rest})

        def gain(first: Any, second: Any) -> Any:
            both, rest = first + second, others
            apart = paid(first, rest + second) + paid(second, rest + first) - paid(both, rest)
            return (apart + reading.utility(both, rest, decided) - reading.utility(own, rest, decided))[0]

        tried = [(first, cap * step / STEPS) for first in (own, own / 2, cap) for step in range(1, STEPS + 1)]
        found, (first, second) = max(((gain(*pair), pair) for pair in tried), key=lambda one: one[0])
        return found, index, (first[0], second[0])
