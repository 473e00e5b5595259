"""What a round says of each client's cost: a lower bound, an upper bound, both, nothing, or that no cost explains it.

At an equilibrium whoever sells less than the cap is content to sell no more: the cost is at least the one that the
budget reveals. Whoever sells anything is content to sell no less: it is at most that. So a budget inside reveals the
cost, a budget of zero a lower bound, one at the cap an upper bound, and a cap of zero nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

import numpy as np

from ...formulations.inference.noise import Noise
from ...formulations.inference.observations import Observations
from ..formatting import shown
from .boxes import CostBounds
from .contradiction import Contradiction
from .revealed import Revealed

Interval: TypeAlias = tuple[Fraction, Fraction | None]
"""From a number on, to another or without end."""
FREE: Interval = (Fraction(0), None)


@dataclass(frozen=True)
class Seen:
    """The budgets of one round as they may have been: of each client between two numbers, and of all together."""

    pool: Fraction
    own: Sequence[tuple[Fraction, Fraction]]
    total: tuple[Fraction, Fraction]
    cap: Sequence[Fraction | None]

    def others(self, index: int) -> Fraction:
        """The most that all others may have sold."""
        return max(self.total[1] - self.own[index][0], Fraction(0))


def seen_rounds(observed: Observations, noise: Noise | None, confidence: Fraction) -> Iterator[Seen]:
    """Yield what the budgets of each round may have been, with the confidence for all of them at once."""
    rounds, clients = observed.epsilon.shape
    units = Fraction(1) if noise is None or noise.certain else noise.units(clients, rounds, confidence)
    for k in range(rounds):
        budgets = observed.epsilon[k].tolist()
        caps = [None] * clients if observed.epsilon_cap is None else observed.epsilon_cap[k].tolist()
        if noise is None:
            whole = sum(budgets, Fraction(0))
            own, total = [(budget, budget) for budget in budgets], (whole, whole)
        else:
            own = [noise.between(budget, units) for budget in budgets]
            total = noise.total_between(budgets, units)
        kept = [(low, high if cap is None else min(high, cap)) for (low, high), cap in zip(own, caps, strict=True)]
        yield Seen(observed.reward_pool[k], kept, total, caps)


def no_equilibrium(seen: Seen, k: int, observed: Observations) -> Contradiction | None:
    """Return why no costs at all explain a round, if it is so."""
    name = observed.round[k]
    for i, ((low, high), cap) in enumerate(zip(seen.own, seen.cap, strict=True)):
        if low > high:
            text = f"sold at least {shown(low)} in round {name}, more than the cap of {shown(cap)}"
            return Contradiction(i, (k,), f"{observed.person(i)} {text}")
        if seen.pool == 0 and low > 0:
            text = f"sold at least {shown(low)} in round {name} for a pool of 0: no positive cost explains it"
            return Contradiction(i, (k,), f"{observed.person(i)} {text}")
    return None if seen.pool == 0 else _no_rivals(seen, k, observed)


def _no_rivals(seen: Seen, k: int, observed: Observations) -> Contradiction | None:
    """Return who would gain in a round with a pool since nobody else sells, whatever it costs."""
    name, able = observed.round[k], [i for i, cap in enumerate(seen.cap) if cap is None or cap > 0]
    if not able:
        return None
    if len(able) == 1:
        text = f"{observed.person(able[0])} alone had a positive cap in round {name}: less would always be paid alike"
        return Contradiction(able[0], (k,), text)
    if seen.total[1] <= 0:
        text = f"nobody sold anything in round {name} for a pool of {shown(seen.pool)}"
        return Contradiction(able[0], (k,), f"{text}: {observed.person(able[0])} would gain by the smallest budget")
    for i in able:
        if seen.own[i][0] > 0 and seen.others(i) == 0:
            text = f"{observed.person(i)} was the only seller in round {name}: half as much would have been paid alike"
            return Contradiction(i, (k,), text)
    return None


def bounds_of(revealed: Revealed, seen: Seen, exact: bool) -> list[Interval]:
    """Return what a round that is an equilibrium of some costs says of each client's."""
    found = [FREE] * len(seen.own)
    if seen.pool == 0:
        return found
    known = [i for i, cap in enumerate(seen.cap) if cap is None or cap > 0]
    read = _exact(revealed, seen, known) if exact else [_between(revealed, seen, i) for i in known]
    for i, (least, most) in zip(known, read, strict=True):
        (low, high), cap = seen.own[i], seen.cap[i]
        below_cap = cap is None or high < cap
        found[i] = (max(least, Fraction(0)) if below_cap else Fraction(0), most if low > 0 else None)
    return found


def _exact(revealed: Revealed, seen: Seen, known: Sequence[int]) -> list[Interval]:
    """Return the costs that exact budgets reveal, as lower and as upper bounds."""
    own = np.array([seen.own[i][0] for i in known], dtype=object)
    return [(cost, cost) for cost in revealed.exactly(own, seen.total[0] - own, seen.pool)]


def _between(revealed: Revealed, seen: Seen, index: int) -> Interval:
    """Return bounds on the cost that a budget between bounds reveals."""
    (low, high), (least, most) = seen.own[index], seen.total
    alone = least <= high  # perhaps next to nothing is left to the others, and the cost is as low as any
    if low == 0 and alone:
        return FREE
    lower, upper = CostBounds(revealed, seen.pool).between((low, high), (max(least, low), most))
    return (Fraction(0) if alone else lower), upper
