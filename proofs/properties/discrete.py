"""Decisions in whole numbers, or from finite sets: how many profiles are at rest, and what is not asked of them.

Every profile is read once over fractions, so that what is told of a game of few people is complete.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import prod
from typing import Any

from ...formulations.errors import UnsupportedModel
from ...solvers.finite.declared import at_rest, choices_of, payoffs
from .profile import Profile
from .results import Item, Verdict

PROFILES = 5_000
"""Up to how many profiles are all read; five thousand of three people take about a second."""
NAMED = 3
"""How many profiles at rest a sentence says."""
ASKED_BETWEEN_BOUNDS = ("second-account", "merged-bidders", "idle-account")
MIXED = "of equilibria in which people mix nothing is said; mp.equilibria(mp.finite_form(game)) lists those"


def judges_of(profile: Profile) -> Mapping[str, Callable[[], Item]]:
    """Return what is judged otherwise where decisions take some numbers only."""
    found: dict[str, Callable[[], Item]] = {"uniqueness": lambda: uniqueness(profile)}
    beyond = ASKED_BETWEEN_BOUNDS if profile.reading.leader is None else (*ASKED_BETWEEN_BOUNDS, "truthfulness")
    return found | {name: _not_judged(profile, name) for name in beyond}


def _not_judged(profile: Profile, name: str) -> Callable[[], Item]:
    text = (
        f"is judged of decisions between bounds; {profile.decision} takes whole numbers, or the values of a set, only, "
        "and how the others answer in these is not known"
    )
    return lambda: Item(name, Verdict.INCONCLUSIVE, text, profile.arithmetic, informational=True)


def uniqueness(profile: Profile) -> Item:
    """Judge whether there is one equilibrium in which nobody mixes, the earlier decisions being given.

    Examples
    --------
    >>> import mechproof as mp
    >>> from mechproof.proofs.properties.profile import profile_of
    >>> class Meeting(mp.Game):
    ...     worth: mp.Vector = mp.vector("a worth", above=0, per="friend")
    ...     def players(self):
    ...         day = mp.Decision("day", among=[0, 1])
    ...         together = lambda a, own, others, worth: worth * (own * others + (1 - own) * (1 - others))
    ...         return (mp.Player("friend", day, together, count=2),)
    >>> item = uniqueness(profile_of(mp.candidate(Meeting([1, 2]), day=[0, 0])))
    >>> print(item.verdict, item.text[:60])
    violated 2 of 4 profiles of day are equilibria: (0, 0); (1, 1)
    """
    what, decision = profile.decision, profile.reading.population.decision
    try:
        sets = choices_of(decision)
        count = prod(map(len, sets))
        if count > PROFILES:
            raise UnsupportedModel(
                f"there are {count:,} profiles of {what}, of which no more than {PROFILES:,} are tried"
            )
        found = at_rest(payoffs(profile.game, sets, {k: Fraction(v) for k, v in profile.decided.items()}))
    except (UnsupportedModel, ZeroDivisionError, TypeError) as error:
        why = "utilities divide by zero somewhere" if isinstance(error, ZeroDivisionError) else error
        return Item(
            "uniqueness", Verdict.INCONCLUSIVE, f"{why}; whether another is an equilibrium is not told", "exact"
        )
    if len(found) == 1:
        text = f"one of {count:,} profiles of {what} is an equilibrium, all being tried exactly; {MIXED}"
        return Item("uniqueness", Verdict.HOLDS, text, "exact", {"equilibria": [_values(sets, found[0])]})
    if not found:
        text = f"none of {count:,} profiles of {what} is an equilibrium, all being tried exactly; {MIXED}"
        return Item("uniqueness", Verdict.VIOLATED, text, "exact", {"equilibria": []})
    several = [_values(sets, one) for one in found]
    told = "; ".join(f"({', '.join(map(str, one))})" for one in several[:NAMED])
    more = f" and {len(found) - NAMED:,} more" if len(found) > NAMED else ""
    text = f"{len(found):,} of {count:,} profiles of {what} are equilibria: {told}{more}"
    return Item("uniqueness", Verdict.VIOLATED, text, "exact", {"equilibria": several[:NAMED]})


def _values(sets: Any, places: tuple[int, ...]) -> list[Fraction]:
    return [some[k] for some, k in zip(sets, places, strict=True)]
