"""Uniqueness of the population's equilibrium, by the share-function argument (Cornes & Hartley 2005).

At an equilibrium with total Z everybody's decision x satisfies the first-order condition at (x, y), y = Z − x being the
others' sum. Let M = ∂U/∂own. If wherever M vanishes

- M falls as x takes the place of y, which makes x the only such decision at this total, and
- M falls as x and y grow in proportion, which makes the share x/Z fall in the total,

then the shares' sum falls strictly, and is one at no more than one total. Both signs are shown in balls on boxes of
(x, y), for everybody at once. The boxes end at totals that cannot be an equilibrium's: a smaller one would leave two
people, one of whom has at most half of it, wishing for more; a larger one whoever has the average wishing for less.

Where this shows nothing, a second equilibrium is looked for; two that were found refute.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from ...formulations.registry import Registry
from ...solvers.formatting import shown
from ...solvers.readings.balls import enclosing, precision
from ...solvers.readings.rationals import Irrational
from .equilibria import Found, equilibria
from .everybody import BITS, Box, EverybodyUtility, covered, power_above
from .profile import Profile
from .results import Item, Verdict

BOXES, ONE_BY_ONE = 8_000, 20
"""How many boxes are tried, and up to how many people also for each alone; beyond it nothing is shown."""
OCTAVES = 64
"""How many halvings of the greatest total are looked at: to 5e-20 of it; the item says that less was not."""
UNIQUENESS = "uniqueness"


def uniqueness(profile: Profile) -> Item:
    """Judge whether the population has one equilibrium only, the earlier decisions being given.

    Examples
    --------
    >>> import mechproof as mp
    >>> from mechproof.proofs.properties.profile import profile_of
    >>> game = mp.StackelbergPricing(cost=[1, 1, 3], alpha=4, beta=2)
    >>> print(uniqueness(profile_of(mp.solve(game, arithmetic="exact"))).verdict)
    holds
    """
    try:
        reason = only_equilibrium(profile)
    except (Irrational, ZeroDivisionError):
        profile = profile.in_floats()
        reason = only_equilibrium(profile)
    if reason is not None:
        return Item(UNIQUENESS, Verdict.HOLDS, reason, profile.arithmetic)
    found, searched = equilibria(profile)
    if len(found) < 2:
        text = f"no second equilibrium was found ({searched}); that there is none is not shown"
        return Item(UNIQUENESS, Verdict.INCONCLUSIVE, text, "float")
    described = [_description(profile, one) for one in found]
    text = f"{len(found)} equilibria: " + "; ".join(described)
    witness = {
        "equilibria": [
            {profile.decision: one.own, "total": one.total, "exact": one.exact, "largest_gain": one.largest_gain}
            for one in found
        ]
    }
    exact = sum(one.exact for one in found) > 1
    return Item(UNIQUENESS, Verdict.VIOLATED, text, "exact" if exact else "float", witness)


def _description(profile: Profile, one: Found) -> str:
    few = ", ".join(f"{profile.name(index)} {shown(one.own[index])}" for index in range(min(len(one.own), 4)))
    more = f" and {len(one.own) - 4:,} more" if len(one.own) > 4 else ""
    how = "exactly" if one.exact else f"no gain above {one.largest_gain:.2g} was found"
    return f"{profile.decision} {few}{more} (total {shown(one.total)}; {how})"


UNIQUE: Registry[Callable[[Profile], str | None]] = Registry("mechproof.uniqueness")
"""The arguments that mechanisms bring, each called as `only_equilibrium` is."""


def only_equilibrium(profile: Profile) -> str | None:
    """Return why there is one equilibrium at most, or None where that was not shown.

    A mechanism's own argument is asked if it brings one; the general one is the falling sum of shares.
    """
    argument = UNIQUE.of(type(profile.game))
    if argument is not None and profile.game.argued:
        return argument(profile)
    with precision(BITS), np.errstate(all="ignore"):
        try:
            return _Plane(profile).argument()
        except TypeError:  # a kink has no derivative
            return None


@dataclass(frozen=True)
class _Plane:
    """The plane of own decisions and others' sums."""

    profile: Profile

    def argument(self) -> str | None:
        profile = self.profile
        lower, upper = (np.asarray(bound).tolist() for bound in (profile.reading.lower, profile.reading.upper))
        able = [index for index, bound in enumerate(upper) if bound > 0]
        if len(able) < 2 or min(lower) < 0:
            return None
        most = power_above(sum(upper[index] for index in able))
        everybody = EverybodyUtility(profile.game, profile.decided, able)
        least, nothing, largest = self._least_total(able, most), "", most
        if sum(lower) <= 0:  # with positive lower bounds all who have the average might be kept there
            nothing = self._zero(able, least)
            if not nothing:
                return self._nobody_starts(everybody, power_above(max(upper)), most)
            largest = self._largest_total(everybody, len(able), most, least)
        plane = ((Fraction(0), min(power_above(max(upper)), largest)), (Fraction(0), largest))
        if not self._shares_fall(able, plane, least, largest):
            return None
        return (
            "wherever a marginal utility vanishes it falls in the own decision and in the total (shown in balls, for "
            f"all at once), so the shares' sum falls and is one at a single total{nothing}"
        )

    def _shares_fall(self, able: list[int], plane: Box, least: Fraction, largest: Fraction) -> bool:
        """Whether both signs are shown on the whole plane, for all at once or for each of a few."""

        def shown(members: list[int], limit: int) -> bool:
            utility = EverybodyUtility(self.profile.game, self.profile.decided, members)
            return covered(lambda box: self._falls(utility, box, least, largest), [plane], limit)

        if len(able) > ONE_BY_ONE:
            return shown(able, BOXES)
        return shown(able, BOXES // 4) or all(shown([index], BOXES // len(able)) for index in able)

    def _least_total(self, able: list[int], most: Fraction) -> Fraction:
        """A total below which two people would both decide on more if they had at most half; zero if none is known."""
        pair = sorted(able, key=lambda index: self.profile.own[index])[-2:]
        utility = EverybodyUtility(self.profile.game, self.profile.decided, pair)
        roof = 2 * min(Fraction(self.profile.reading.upper[index]) for index in pair)

        def more(total: Fraction) -> bool:
            def wants(box: Box) -> bool:
                (low, high), _ = box
                own, others = enclosing(low, high), enclosing(total - high, total * 5 / 4 - low)
                return bool(utility.marginal(own, others) > 0)

            half = total * 5 / 8
            # sixty boxes are a guess; where they do not do, the plane to be covered reaches further down
            return total * 5 / 4 < roof and covered(wants, [((Fraction(0), half), (total, total))], 60)

        # from each total to 5/4 of it: quarters of an octave, 4 to 5, 5 to 6, 6 to 7, 7 to 8, leave no gap between them
        steps = [most / 2**k * quarter / 4 for k in range(OCTAVES) for quarter in (7, 6, 5, 4)]
        wanted = [more(total) for total in steps]
        if not wanted[-1]:
            return Fraction(0)
        last = max((index for index, holds in enumerate(wanted) if not holds), default=-1)
        return steps[last + 1] if last + 1 < len(steps) else Fraction(0)

    def _largest_total(self, everybody: EverybodyUtility, people: int, most: Fraction, least: Fraction) -> Fraction:
        """A total above which everybody would decide on less who has at least the average of it."""

        def less(total: Fraction) -> bool:
            def unwanted(box: Box) -> bool:
                (low, high), _ = box
                own, others = enclosing(low, high), enclosing(max(total - high, 0), total * 2 - low)
                return bool(everybody.marginal(own, others) < 0)

            # two hundred boxes for an octave of totals; where they do not do, the plane to be covered stays larger
            return covered(unwanted, [((total / people, total * 2), (total, total))], 200)

        total, least = most, least or most / 2**OCTAVES
        while total > least and less(total / 2):
            total /= 2
        return total

    def _nobody_starts(self, everybody: EverybodyUtility, widest: Fraction, most: Fraction) -> str | None:
        """That nobody ever wants more than nothing, where nobody deciding on anything may be an equilibrium."""

        def unwanted(box: Box) -> bool:
            return bool(everybody.marginal(enclosing(*box[0]), enclosing(*box[1])) < 0)

        if covered(unwanted, [((Fraction(0), widest), (Fraction(0), most))], BOXES // 4):
            return "every marginal utility is negative wherever decisions can lie (shown in balls): nobody starts"
        return None

    def _falls(self, utility: EverybodyUtility, box: Box, least: Fraction, largest: Fraction) -> bool:
        """Whether no first-order condition holds in a box, or the marginal utility falls both ways where one does."""
        (own_low, own_high), (others_low, others_high) = box
        if own_high + others_high < least or own_low + others_low > largest:
            return True
        own, others = enclosing(own_low, own_high), enclosing(others_low, others_high)
        marginal = utility.marginal(own, others)
        if marginal > 0 or marginal < 0:
            return True
        return bool(
            utility.marginal_along(own, others, 1, -1) < 0 and utility.marginal_along(own, others, own, others) < 0
        )

    def _zero(self, able: list[int], least: Fraction) -> str:
        """That nobody deciding on anything is no equilibrium, and which totals were looked at; empty if not known."""
        reading, own = self.profile.reading, self.profile.own * 0
        here = reading.utility(own, own, self.profile.decided)
        gains = any(
            np.any(reading.utility(reading.upper / 2**k, own, self.profile.decided) > here) for k in range(1, OCTAVES)
        )
        if not gains:
            return ""
        if least == 0:
            return ", and somebody gains by starting from nothing"
        limit = float(sum(self.profile.reading.upper[index] for index in able)) / 2.0**OCTAVES
        return f", and somebody gains by starting from nothing; totals below {limit:.2g} were not looked at"
