"""A cartel: what several of the population gain who take part as one, the accounts of the others being left idle.

The changed game is the declared one, in which the idle accounts are too dear to sell; it is solved like any. Larger
cartels are looked at where smaller ones do not pay.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import chain, combinations
from typing import Any

import numpy as np

from ....formulations.errors import UnsupportedModel
from ....solvers.formatting import shown
from ..better_decisions import utility_scale
from ..profile import ROUNDING, Profile
from ..results import Item, Verdict
from ..within import at_least
from .accounts import judged, kept_idle, settled

MERGED = "merged-bidders"
ALL_OF = 8
"""Up to how many sellers every cartel of them is looked at; beyond it a few pairs, and all but the dearest."""
FEW, MANY = 3, 100_000
"""Of how many of the cheapest and the dearest sellers pairs are looked at; of one each of more people than MANY."""
FAR = 10
"""How many times what decisions within the tolerance could move, for each of the people, a loss is not one of them."""
NAMED = 6
"""Of how many of a cartel the sentence has the names."""
DEARER = (1, 10**3, 10**6)
"""How many times dearer than prohibitive an account is made until it is idle: under caps more is needed."""


@dataclass(frozen=True)
class Cartel:
    """Some of the population, whose first member takes part for all; what each has apart, and what they have as one."""

    members: tuple[int, ...]
    apart: Any
    together: Any

    @property
    def gain(self) -> Any:
        """What they gain."""
        return self.together - self.apart


def merged_bidders(profile: Profile, leader_decides: bool) -> Item:
    """Judge whether two or more gain by taking part as one, at the same decision of the leader.

    Parameters
    ----------
    profile
        The game at given decisions.
    leader_decides
        Whether the leader's decision is its best one; what the cartel has when that is set anew is then told too.

    Examples
    --------
    >>> import mechproof as mp
    >>> from mechproof.proofs.properties.profile import profile_of
    >>> game = mp.StackelbergPricing(cost=[1, 1, 1], alpha=4, beta=2)
    >>> item = merged_bidders(profile_of(mp.candidate(game, reward_pool=1, epsilon=["2/9"] * 3)), False)
    >>> print(item.text)
    clients 0, 1 gain 1/36 (≈ 0.0277778) by taking part as one, at the same reward_pool: 1/4 (≈ 0.250000) in place \
of 2/9 (≈ 0.222222); of 3 cartels of 2
    """
    if profile.game.private_data is None:
        text = f"{type(profile.game).__name__} names no private data that could keep an account idle"
        return Item(MERGED, Verdict.NOT_APPLICABLE, text, profile.arithmetic, informational=True)
    judge = partial(_cartel_that_gains, leader_decides=leader_decides)
    return judged(MERGED, judge, profile, "what a cartel has was not found")


def _cartel_that_gains(profile: Profile, leader_decides: bool) -> Item:
    order = _sellers(profile)
    looked_at, least, nearest = 0, profile.slack * utility_scale(profile), None
    for size, group in _cartels(order, len(profile.own)):
        found = [_cartel(profile, members, dict(profile.decided)) for members in group]
        looked_at += len(found)
        best = max(found, key=lambda cartel: cartel.gain, default=None)
        if best is not None and best.gain > least:
            return _gains(profile, best, len(found), size, leader_decides)
        nearest = max(filter(None, (nearest, best)), key=lambda cartel: cartel.gain, default=None)
    what = f"none of {looked_at:,} cartels of those who sell gains by taking part as one, at the same decisions before"
    if len(order) <= ALL_OF and profile.exact:
        text = f"{what}: all there are were tried, each in its own changed game"
        return Item(MERGED, Verdict.HOLDS, text, profile.arithmetic, {"cartels": looked_at}, informational=True)
    if len(order) <= ALL_OF and (nearest is None or -nearest.gain > FAR * len(profile.own) * least):
        lost = "" if nearest is None else f", and each loses {shown(-nearest.gain)} at least, in doubles"
        text = f"{what}: all there are were tried, each in its own changed game{lost}"
        return Item(MERGED, Verdict.HOLDS, text, profile.arithmetic, {"cartels": looked_at}, informational=True)
    text = f"{what}; that no other does is not shown"
    return Item(MERGED, Verdict.INCONCLUSIVE, text, profile.arithmetic, {"cartels": looked_at}, informational=True)


def _gains(profile: Profile, best: Cartel, count: int, size: int, leader_decides: bool) -> Item:
    """The item of a cartel that gains; what it has at a decision of the leader that is set anew is only told."""
    names = [profile.name(index) for index in best.members]
    more = f" and {len(names) - NAMED:,} more" if len(names) > NAMED else ""
    leader = profile.reading.leader
    kept = "" if leader is None else f", at the same {leader.decision.name}"
    text = (
        f"{profile.role}s {', '.join(names[:NAMED])}{more} gain {shown(best.gain)} by taking part as one{kept}: "
        f"{shown(best.together)} in place of {shown(best.apart)}; of {count:,} cartels of {size}"
    )
    witness: dict[str, Any] = {
        f"{profile.role}s": names,
        "apart": best.apart,
        "together": best.together,
        "gain": best.gain,
    }
    if leader is not None and leader_decides and not _everybody(profile, best.members):
        anew = _cartel(profile, best.members, None)
        how = "gain" if anew.gain > 0 else "lose"
        text += f"; with {leader.decision.name} set anew they {how} {shown(abs(anew.gain))}: {shown(anew.together)}"
        witness |= {"together_anew": anew.together, "gain_anew": anew.gain}
    room = 0 if profile.exact else ROUNDING * utility_scale(profile)
    return Item(MERGED, Verdict.VIOLATED, text, profile.arithmetic, witness, True, within=at_least(best.gain, room))


def _sellers(profile: Profile) -> list[int]:
    """Those who decide on anything, by their private data: the first of a cartel takes part for it."""
    data = np.asarray(profile.reading.data[str(profile.game.private_data)], dtype=float)
    sells = np.flatnonzero(np.asarray(profile.own > profile.reading.lower, dtype=bool))
    ordered: list[int] = sells[np.argsort(data[sells], kind="stable")].tolist()
    return ordered


def _cartels(order: list[int], people: int) -> Iterator[tuple[int, Iterator[tuple[int, ...]]]]:
    """Return the cartels to be looked at by their size, the smallest first."""
    if len(order) <= ALL_OF:
        yield from ((size, combinations(order, size)) for size in range(2, len(order) + 1))
    else:
        few = FEW if people <= MANY else 1
        some = dict.fromkeys(chain(order[:few], order[-few:]))
        yield 2, combinations(some, 2)
        yield len(order) - 1, iter([tuple(order[:-1])])


def _cartel(profile: Profile, members: tuple[int, ...], decided: Mapping[str, Any] | None) -> Cartel:
    """Return what a cartel has; None for the earlier decisions has the leader decide anew."""
    game, reading = profile.game, profile.reading
    apart = reading.algebra.sum(_kept(profile, list(members), profile.own, profile.others, profile.decided))
    first, idle = [members[0]], list(members[1:])
    if _everybody(profile, members):  # alone it needs no competition: what it sold before is one of its choices
        return Cartel(members, apart, _kept(profile, first, profile.own, profile.own * 0, profile.decided)[0])
    for times in DEARER:
        own, before = settled(profile, kept_idle(game, idle, times), decided)
        if not np.any(np.asarray(own[idle] > reading.lower[idle], dtype=bool)):
            return Cartel(members, apart, _kept(profile, first, own, reading.algebra.sum(own) - own, before)[0])
    raise UnsupportedModel(f"an account that was to be idle decides on {profile.decision}")


def _kept(profile: Profile, members: list[int], own: Any, others: Any, decided: Mapping[str, Any]) -> Any:
    """What some have at given decisions."""
    return profile.reading.subset(members).utility(own[members], others[members], decided)


def _everybody(profile: Profile, members: tuple[int, ...]) -> bool:
    """Whether nobody is left who could compete with a cartel."""
    return len(members) == int(np.count_nonzero(np.asarray(profile.reading.upper > 0, dtype=bool)))
