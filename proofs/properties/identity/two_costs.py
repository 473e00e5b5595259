"""A second account where each account has costs of its own: costs that are convex are less for two halves.

Costs of accounts add up, as they do where an owner divides its records between them. Linear costs are then what they
were; of convex ones two halves cost less than the whole, and the gain is evaluated over fractions or in balls.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from ....formulations.algebra import Algebra, read
from ....formulations.data import as_fractions
from ....formulations.errors import MechproofError
from ....solvers.formatting import shown
from ....solvers.readings.balls import Balls, precision
from ....solvers.readings.game import GameReading
from ....solvers.readings.rationals import Irrational, Rationals
from ..everybody import BITS
from ..profile import Profile
from ..results import Item, Verdict
from ..within import at_least

STEPS = 32
"""How many sizes of the two accounts are looked at, up to twice what the one account sells in all."""
NEAR = 1e-9
"""What part of a payment is no more than rounding."""


def at_two_costs(profile: Profile) -> Item | None:
    """Return a gain by two accounts whose costs add up; None where none is found, as with linear costs.

    Examples
    --------
    >>> import mechproof as mp
    >>> from mechproof.proofs.properties.profile import profile_of
    >>> game = mp.StackelbergPricing(cost=[1, 1], alpha=10, beta=10, cost_function=mp.PowerCost(2))
    >>> print(at_two_costs(profile_of(mp.candidate(game, reward_pool=8, epsilon=[1, 1]))).text[:52])
    client 0 gains 1669/2432 (≈ 0.686266) by a second ac
    """
    best = _largest(profile)
    if best is None:
        return None
    index, sold = best
    for algebra in (Rationals(), Balls()):
        with suppress(Irrational, ZeroDivisionError, MechproofError, TypeError), precision(BITS):
            gain = _Halves(profile, algebra).gain(index, sold)
            if not gain > 0:
                return None
            return _item(profile, index, sold, gain)
    return None


def _item(profile: Profile, index: int, sold: Fraction, gain: Any) -> Item:
    told = shown(gain if isinstance(gain, Fraction) else float(gain))
    own = profile.own[index]
    text = (
        f"{profile.person(index)} gains {told} by a second account, with {profile.decision} {shown(sold)} of each in "
        f"place of {shown(own)}, while the others keep theirs, if each account's cost is its own, as where the records "
        "are divided between them: the cost is convex, and two halves cost less than the whole; if what both sell in "
        "all is what it costs, this is no gain"
    )
    witness = {profile.role: profile.name(index), profile.decision: own, "accounts": [sold, sold], "gain": gain}
    room = 0.0 if isinstance(gain, Fraction) else NEAR * abs(float(gain))
    within = at_least(gain if isinstance(gain, Fraction) else float(gain), room)
    return Item("second-account", Verdict.VIOLATED, text, "exact", witness, informational=True, within=within)


def _largest(profile: Profile) -> tuple[int, Fraction] | None:
    """Return who gains most by two equal accounts, and what each of them sells: a guess, in doubles."""
    rounded = profile.in_floats()
    sells = np.flatnonzero(rounded.own > 0)
    if not len(sells):
        return None
    own, reading = rounded.own[sells], rounded.reading.subset(sells)
    floats = _Halves(replace(rounded, own=own, reading=reading), None)
    best: tuple[float, int, Fraction] | None = None
    with np.errstate(all="ignore"):
        for k in range(1, STEPS + 1):
            gains = floats.gains(np.minimum(own * k / (STEPS / 2), reading.upper))
            at = int(np.argmax(gains))
            if np.isfinite(gains[at]) and (best is None or gains[at] > best[0]):
                best = float(gains[at]), int(sells[at]), Fraction(k * 2, STEPS)
    if best is None or best[0] <= NEAR * float(np.max(np.abs(floats.paid(own, floats.others)), initial=0.0)):
        return None
    index, part = best[1:]
    most = as_fractions([profile.reading.upper[index]])[0]
    return index, min(Fraction(as_fractions([profile.own[index]])[0] * part), most)


@dataclass(frozen=True)
class _Halves:
    """What owners have of two accounts that sell as much as each other, each with its own cost."""

    profile: Profile
    algebra: Algebra | None
    """None for the profile's own, over doubles; another is taken at the fractions that the numbers are."""

    @cached_property
    def reading(self) -> GameReading:
        """The game in these numbers."""
        return self.profile.reading if self.algebra is None else GameReading(self.profile.game, self.algebra)

    @cached_property
    def own(self) -> Any:
        """Everybody's decisions."""
        return self.profile.own if self.algebra is None else self.algebra.vector(as_fractions(self.profile.own))

    @cached_property
    def others(self) -> Any:
        """The sums of the others' decisions."""
        return self.reading.algebra.sum(self.own) - self.own

    @cached_property
    def decided(self) -> Mapping[str, Any]:
        """The leader's decision."""
        given = self.profile.decided
        if self.algebra is None:
            return given
        return {name: self.algebra.number(Fraction(value)) for name, value in given.items()}

    def paid(self, sold: Any, others: Any) -> Any:
        """What somebody is paid for what it sells."""
        formula = self.profile.game.outcomes()[str(self.profile.game.payment_outcome)]
        reading = self.reading
        return read(formula, reading.algebra, {**reading.data, **self.decided, "own": sold, "others": others})

    def gains(self, each: Any) -> Any:
        """What everybody gains by two accounts that sell so much each."""
        rest = self.others
        cost = self.paid(each, rest) - self.reading.utility(each, rest, self.decided)
        here = self.reading.utility(self.own, rest, self.decided)
        return 2 * (self.paid(each, rest + each) - cost) - here

    def gain(self, index: int, sold: Fraction) -> Any:
        """What one of them gains, in the algebra's numbers."""
        assert self.algebra is not None
        each = self.algebra.vector([sold] * len(self.own))
        return self.gains(each)[index]
