"""The contest's own argument for one equilibrium: at a total Z every share is max(0, 1 − ρ Z/B), or the cap's."""

from __future__ import annotations

import numpy as np

from ....formulations.stackelberg.declaration import StackelbergPricing
from ....solvers.certificates.stackelberg.convexity import convexity_shown
from ....solvers.readings.vectors import ROUNDING
from ..profile import Profile


def contest_is_unique(profile: Profile) -> str | None:
    """Return the contest's own argument: at a total Z client i offers the share min(c_i/Z, max(0, 1 − ρ_i Z/B)) of it.

    No share rises with Z, and all that are positive fall; at small totals two of them add up to more than one. The
    shares are checked against the declared marginal utilities at the profile's own total.
    """
    if not profile.game.linear_costs:  # type: ignore[attr-defined]
        return _of_convex_costs(profile)
    reading, total = profile.reading, profile.reading.algebra.sum(profile.own)
    pool, cost = profile.decided["reward_pool"], profile.reading.data["cost"]
    if not pool > 0:
        return "without a pool every budget but zero costs more than it earns, whatever the others do"
    if not total > 0:
        total = pool / max(cost) / 2
    offer = reading.algebra.maximum(total - cost * (total * total / pool), total * 0)
    inside = np.asarray(offer > 0, dtype=bool)
    marginal = reading.marginal(offer, total - offer, profile.decided)
    # the marginal utility is B (Z − x)/Z² − ρ: some ten roundings of B/Z and of ρ, the offer's own included; a declared
    # utility that is another by less than is forgiven here would be taken for this one, too small a part for none
    rounding = 0 if profile.exact else ROUNDING * (cost + pool / total)
    if np.any(np.where(inside, abs(marginal), marginal) > rounding):
        return None
    return (
        f"at a total Z a {profile.role} offers the share max(0, 1 − ρZ/B) of it, or its cap if that is less: no share "
        "rises with Z, those that are positive fall, so their sum is one at a single total"
    )


def _of_convex_costs(profile: Profile) -> str | None:
    """Return the argument by shares for convex costs; None where they are not, or not known to be."""
    game, pool = profile.game, profile.decided["reward_pool"]
    assert isinstance(game, StackelbergPricing)
    if not convexity_shown(game):
        return None
    if not pool > 0:
        return "without a pool every budget but zero costs more than it earns, whatever the others do"
    return (
        f"the cost is convex: at a total Z a {profile.role} offers the share s of it at which B(1 − s)/Z = ρC′(sZ), "
        "none where B/Z ≤ ρC′(0), or its cap if that is less; no share rises with Z, and those that are positive fall, "
        "so their sum is one at a single total"
    )
