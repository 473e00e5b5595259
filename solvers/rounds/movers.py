"""How a population moves from one round to the next, by each rule: what it knows is the sum, its own, and the leader's.

A mover takes what was seen and what it remembers, and returns decisions that may be "not a number", where there is no
best reply, and what it will remember.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np

from .replies import Replies
from .roots import others_of


@dataclass(frozen=True)
class Seen:
    """What a round starts from: the last decisions, what the leader announces, who plays, and how."""

    own: Any
    decided: Mapping[str, Any]
    replies: Replies
    settle: Callable[[Any, Any], Any]
    """Of persons and their replies: the decisions, by the declared rule where there is no reply."""
    present: Any
    """Who has not gone, a mask."""
    damping: Any
    memory: Any

    @property
    def others(self) -> Any:
        """What everybody else decided, as the announced sum less the own decision."""
        if self.own.dtype == object:
            return others_of(self.own)
        rest = np.maximum(np.sum(self.own) - self.own, 0.0)
        most = int(np.argmax(self.own))  # of all but the largest the difference is as exact as the sum
        rest[most] = np.sum(np.delete(self.own, most))
        return rest


Mover: TypeAlias = Callable[[Seen], tuple[Any, Any]]
EVERYBODY = slice(None)


def simultaneous(seen: Seen) -> tuple[Any, Any]:
    """Everybody's best reply to the last round."""
    return seen.settle(EVERYBODY, seen.replies.at_once(seen.others, seen.decided)), None


def damped(seen: Seen) -> tuple[Any, Any]:
    """A part of the way to the best reply."""
    reply = seen.settle(EVERYBODY, seen.replies.at_once(seen.others, seen.decided))
    return seen.own + seen.damping * (reply - seen.own), None


def one_at_a_time(seen: Seen) -> tuple[Any, Any]:
    """Each in turn the best reply to what the others have moved to."""
    people = np.flatnonzero(seen.present).tolist()

    def alone(person: int) -> Any:
        return np.asarray(seen.settle(person, np.nan)).item()

    return seen.replies.in_turn(seen.own, people, seen.decided, alone), None


def fictitious(seen: Seen) -> tuple[Any, Any]:
    """The best reply to what the others decided in the mean of all rounds."""
    count, mean = (0, 0 * seen.own) if seen.memory is None else seen.memory
    mean = mean + (seen.others - mean) / (count + 1)
    return seen.settle(EVERYBODY, seen.replies.at_once(mean, seen.decided)), (count + 1, mean)


def no_regret(seen: Seen) -> tuple[Any, Any]:
    """A step along the own marginal utility, as long as the first decision over the root of all slopes' squares.

    Whatever the others do, its regret grows like the root of the number of rounds (Streeter & McMahan 2010) where
    utilities are concave.
    """
    reading = seen.replies.reading
    scale, squares = (np.maximum(seen.own, np.mean(seen.own)), 0.0) if seen.memory is None else seen.memory
    with np.errstate(all="ignore"):
        slope = reading.marginal(seen.own, seen.others, seen.decided)
        squares = squares + np.nan_to_num(slope) ** 2
        step = np.where(squares > 0, scale * slope / np.sqrt(squares), 0.0)
    moved = np.clip(seen.own + step, reading.lower, reading.upper)
    return seen.settle(EVERYBODY, np.where(np.isfinite(slope), moved, np.nan)), (scale, squares)


def equilibrium(seen: Seen) -> tuple[Any, Any]:
    """Where nobody gains by another decision, at once."""
    return seen.replies.equilibrium(seen.decided), None


MOVERS: Mapping[str, Mover] = MappingProxyType(
    {
        "simultaneous": simultaneous,
        "one-at-a-time": one_at_a_time,
        "damped": damped,
        "no-regret": no_regret,
        "fictitious": fictitious,
        "equilibrium": equilibrium,
    }
)
