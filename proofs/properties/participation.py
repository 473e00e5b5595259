"""Participation: who decides on nothing, and by how much its cost is too high."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...formulations.algebra import read
from ...solvers.formatting import shown
from ...solvers.readings.derivative import Derivative
from ...solvers.readings.rationals import Irrational
from ...solvers.readings.vectors import ROUNDING
from .profile import Profile
from .results import Item, Verdict

NEAREST = 5
"""How many excluded people are named in the text."""
LISTED = 100
"""Up to how many excluded people are all named."""
PARTICIPATION = "participation"


def participation(profile: Profile) -> Item:
    """Judge whether everybody takes part; name those who do not.

    Where the game names private data, a person's threshold is the value at which the first unit would be worth its
    while: in the contest B/Z, which is R_n/(n − 1) of the n who take part while no cap binds.

    Examples
    --------
    >>> import mechproof as mp
    >>> from mechproof.proofs.properties.profile import profile_of
    >>> people = ["Ann", "Bob", "Cat", "Dan"]
    >>> game = mp.StackelbergPricing(cost=["0.2", "0.3", "0.5", 2], alpha=10, beta=10, client=people)
    >>> item = participation(profile_of(mp.solve(game, arithmetic="exact")))
    >>> for one in item.witness["excluded"]:
    ...     print(one["client"], one["cost"], one["threshold"], one["too_high_by"])
    Cat 1/2 1/2 0
    Dan 2 1/2 3/2
    """
    try:
        return _participation(profile)
    except (Irrational, ZeroDivisionError):
        return _participation(profile.in_floats())


def _participation(profile: Profile) -> Item:
    count = len(profile.own)
    out = np.flatnonzero(np.asarray(profile.own <= 0, dtype=bool))
    if len(out) == 0:
        text = f"all {count:,} {profile.role}s take part"
        return Item(PARTICIPATION, Verdict.HOLDS, text, profile.arithmetic, {"participants": count}, informational=True)
    if len(out) == count:
        text = f"none of the {count:,} {profile.role}s takes part"
        return Item(PARTICIPATION, Verdict.VIOLATED, text, profile.arithmetic, {"participants": 0}, informational=True)
    private = profile.game.private_data
    discrete = profile.reading.population.decision.discrete  # there the first unit is as large as it is
    threshold = None if private is None or discrete else _thresholds(profile, out, private)
    if private is None or threshold is None:
        who, witness = _listed(profile, out)
    else:
        who, witness = _nearest(profile, out, private, threshold)
    text = f"{count - len(out):,} of {count:,} {profile.role}s take part{who}"
    witness = {"participants": count - len(out), **witness}
    return Item(PARTICIPATION, Verdict.VIOLATED, text, profile.arithmetic, witness, informational=True)


def _listed(profile: Profile, out: Any) -> tuple[str, dict[str, Any]]:
    """Who takes no part, of whom no threshold is known."""
    more = f" and {len(out) - NEAREST:,} more" if len(out) > NEAREST else ""
    excluded = [{profile.role: profile.name(index)} for index in out[:LISTED].tolist()]
    return f"; not {', '.join(map(profile.person, out[:NEAREST].tolist()))}{more}", {"excluded": excluded}


def _nearest(profile: Profile, out: Any, private: str, threshold: Any) -> tuple[str, dict[str, Any]]:
    """By how much the private values of those who take no part are too high, the nearest first."""
    values = profile.reading.data[private][out]
    excess = values - threshold
    order = np.argsort(np.asarray(excess, dtype=float), kind="stable")
    named = order if len(out) <= LISTED else order[:NEAREST]
    rows = [
        {
            profile.role: profile.name(int(out[k])),
            private: values[k],
            "threshold": threshold[k],
            "too_high_by": excess[k],
        }
        for k in named.tolist()
    ]
    nearest = "; ".join(
        f"{profile.role} {row[profile.role]} with {shown(row[private])}, too high by {shown(row['too_high_by'])}"
        for row in rows[:NEAREST]
    )
    first = threshold[order[0]]
    alike = np.all(abs(threshold - first) <= abs(first) * (0 if profile.exact else ROUNDING))
    limit = f": with {private} below {shown(first)} one would. " if alike else ". "
    return f"{limit}Nearest to taking part: {nearest}", {"how_many_excluded": len(out), "excluded": rows}


def _thresholds(profile: Profile, out: Any, private: str) -> Any:
    """The private values at which the marginal utility at nothing is zero, if it is linear in them; else None."""
    reading = profile.reading.subset(out)
    inner = Derivative(reading.algebra)
    outer = Derivative(inner)
    own, others = profile.own[out], profile.others[out]

    def marginal(values: Any) -> tuple[Any, Any]:
        roles = {
            **reading.data,
            **profile.decided,
            private: inner.variable(values),
            "own": outer.variable(own),
            "others": others,
        }
        result = outer.slope(read(reading.population.utility, outer, roles))
        return inner.value(result), inner.slope(result)

    with np.errstate(all="ignore"):
        values = reading.data[private]
        pull, rate = marginal(values)
        if np.any(np.asarray(rate == 0, dtype=bool)):
            return None
        threshold = values - pull / rate
        left, _ = marginal(threshold)
    # of a marginal utility linear in the private data only rounding is left at the threshold; else none is told
    rounding = 0 if profile.exact else ROUNDING * np.max(abs(values * rate))
    return threshold if np.all(abs(left) <= rounding) else None
