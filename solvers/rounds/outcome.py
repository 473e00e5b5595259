"""Where a path leads: it settles, repeats itself, dies out, grows apart, or is still on its way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ...formulations.shown import Shown
from .round import Round

SAME = 1e-9
"""Up to which part of the largest decision two rounds count as the same."""
LONGEST_PERIOD = 100
"""Up to how many rounds a repeated stretch may have; only the time to look for it depends on it."""


@dataclass(frozen=True, repr=False)
class Outcome(Shown):
    """Where a path leads.

    `kind` is "settled", "cycle", "dies-out", "diverges" or "moving"; `period` how many rounds repeat themselves, of a
    cycle; `at` the round from which on it is so, where that is known; `text` says it.
    """

    kind: str
    text: str
    period: int | None = None
    at: int | None = None


def outcome_of(path: Sequence[Round], memoryless: bool) -> Outcome:
    """Return where a path leads, judged by its rounds alone.

    Where a round follows from the one before it (`memoryless`), one in which nothing moved is the last that differs.
    """
    dead = next((one for one in path if _dead(one)), None)
    settled = _settled(path, memoryless)
    if settled and not _dead(path[-1]):
        text = f"settled: since round {settled} nothing has moved by more than {SAME:g}"
        if path[-1].alone:
            text += "; at no equilibrium: who faces nobody's decision rests by the declared rule"
        return Outcome("settled", text, at=settled)
    period = None if settled else _period(path)
    if dead is not None:
        after = f"; by the rule for such rounds it then repeats itself every {period} rounds" if period else ""
        text = f"dies out: in round {dead.number} nobody sells anything, and there is no best reply to that{after}"
        return Outcome("dies-out", text, period, dead.number)
    if period:
        return Outcome("cycle", f"cycle: the last rounds repeat themselves every {period} rounds", period)
    return _moving(path)


def _dead(one: Round) -> bool:
    """Whether nobody sells, though something is offered."""
    return not np.any(one.own) and all(one.decided.values())


def _apart(one: Round, other: Round) -> float:
    """How far two rounds are apart, in parts of the largest decision of the kind."""
    largest = float(max(np.max(one.own), np.max(other.own))) or 1.0
    people = float(np.max(np.abs(one.own - other.own))) / largest
    leader = (abs(float(one.decided[k] - other.decided[k])) / (abs(float(one.decided[k])) or 1.0) for k in one.decided)
    return max([people, *leader])


def _settled(path: Sequence[Round], memoryless: bool) -> int | None:
    """The round since which nothing has moved, if that is long enough to be called settled."""
    since = len(path)
    while since > 1 and _apart(path[-1], path[since - 2]) <= SAME:
        since -= 1
    for_good = memoryless and len(path) > 1 and _apart(path[-1], path[-2]) == 0
    return since if for_good or len(path) - since >= len(path[-1].own) else None


def _period(path: Sequence[Round]) -> int | None:
    """The least number of rounds after which the path has repeated itself, twice at least."""
    for period in range(2, min(LONGEST_PERIOD, (len(path) - 1) // 2) + 1):
        if all(_apart(path[-1 - k], path[-1 - k - period]) <= SAME for k in range(period + 1)):
            return period
    return None


def _moving(path: Sequence[Round]) -> Outcome:
    if len(path) < 3:
        return Outcome("moving", "too few rounds to tell")
    moves = moves_of(path)
    if moves[-1] <= SAME:
        needed = len(path[-1].own)
        text = f"still moving by what is seen: it rests, but to be called settled it must do so for {needed} rounds"
        return Outcome("moving", text)
    half = len(moves) // 2
    early, late = float(np.max(moves[:half])), float(np.max(moves[half:]))
    if late > early:
        text = f"does not settle: moves grow, from {early:.3g} to {late:.3g} of the largest decision"
        return Outcome("diverges", text)
    text = f"still moving: by {moves[-1]:.3g} of the largest decision in the last round, {moves[0]:.3g} in the first"
    return Outcome("moving", text)


def moves_of(path: Sequence[Round]) -> list[float]:
    """Return how far each round is from the one before it, in parts of the largest decision."""
    return [_apart(one, before) for before, one in pairwise(path)]
