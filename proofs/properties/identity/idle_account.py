"""An idle account: whether somebody who decides on nothing changes what the leader decides.

Where nobody is idle one more account is added that is too dear to sell; else the last who is idle is taken away. Both
games are the declared one and are solved, and the leader's two decisions compared.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from ....formulations.errors import UnsupportedModel
from ....formulations.language import Game
from ....solvers.formatting import shown
from ....solvers.readings.game import GameReading
from ..profile import Profile
from ..results import Item, Verdict
from ..within import at_least
from .accounts import judged, settled, with_idle, without

IDLE = "idle-account"


def idle_account(profile: Profile, leader_decides: bool) -> Item:
    """Judge whether an account that is idle leaves the leader's decision as it is without it.

    Parameters
    ----------
    profile
        The game at given decisions.
    leader_decides
        Whether the leader's decision is its best one; else the game is solved for it.

    Examples
    --------
    >>> import mechproof as mp
    >>> from mechproof.proofs.properties.profile import profile_of
    >>> game = mp.StackelbergPricing(cost=[1, 1, 1000], alpha=10, beta=10)
    >>> print(idle_account(profile_of(mp.solve(game, arithmetic="exact")), True).text)
    client 2, which is idle, moves reward_pool from 48/5 (≈ 9.60000) to 47/5 (≈ 9.40000): the others have \
1/10 (≈ 0.100000) less together
    """
    leader = profile.reading.leader
    if leader is None or profile.game.private_data is None:
        text = "nobody decides before the others" if leader is None else "no private data that could keep one idle"
        return Item(IDLE, Verdict.NOT_APPLICABLE, text, profile.arithmetic, informational=True)
    judge = partial(_moves_the_leader, leader_decides=leader_decides)
    return judged(IDLE, judge, profile, "the game with another account was not solved")


def _moves_the_leader(profile: Profile, leader_decides: bool) -> Item:
    game, leader = profile.game, profile.reading.leader
    assert leader is not None
    now = _outcome(profile, game, leader_decides)
    idle = np.flatnonzero(np.asarray(now.own <= profile.reading.lower, dtype=bool)).tolist()
    if idle:
        who = f"{profile.person(idle[-1])}, which is idle,"
        without_it, with_it = _outcome(profile, without(game, idle[-1])), now
    else:
        who = f"one more {profile.role}, too dear to take part,"
        without_it, with_it = now, _outcome(profile, with_idle(game))
        if with_it.own[-1] > 0:
            raise UnsupportedModel(f"an account that was to be idle decides on {profile.decision}")
    name = leader.decision.name
    before, after, lost = without_it.leads, with_it.leads, without_it.earned - with_it.earned
    witness = {f"{name}_without": before, f"{name}_with": after, "others_lose": lost}
    if abs(after - before) <= profile.slack * abs(leader.decision.upper):
        text = f"{who} leaves {name} at {shown(after)}: the games with and without it were solved"
        return Item(IDLE, Verdict.HOLDS, text, profile.arithmetic, witness, informational=True)
    text = (
        f"{who} moves {name} from {shown(before)} to {shown(after)}: the others have {shown(abs(lost))} "
        f"{'less' if lost >= 0 else 'more'} together"
    )
    return Item(IDLE, Verdict.VIOLATED, text, profile.arithmetic, witness, True, within=at_least(abs(lost)))


@dataclass(frozen=True)
class _Outcome:
    """What the leader decides, what the population does then, and what all of that have together."""

    leads: Any
    own: Any
    earned: Any


def _outcome(profile: Profile, game: Game, as_it_is: bool = False) -> _Outcome:
    """Return the outcome of a game: the profile's, or else what it is solved for."""
    reading = GameReading(game, profile.reading.algebra)
    own, decided = (profile.own, profile.decided) if as_it_is else settled(profile, game, None)
    utilities = reading.utility(own, reading.algebra.sum(own) - own, decided)
    assert reading.leader is not None
    return _Outcome(decided[reading.leader.decision.name], own, reading.algebra.sum(utilities))
