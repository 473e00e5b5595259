"""What the players of a path could have had more, in hindsight."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ...formulations.data import as_floats
from ...formulations.language import Game
from ..backends.general.scalar_search import best_on_range
from ..readings.vectors import Vectors
from ..solve import solve
from .replies import PlayedReading, Replies, best_choice, replies_of
from .round import Round


def people_regret(game: Game, path: Sequence[Round]) -> Any:
    """Return what each of the population misses against its best single decision in all rounds, at least zero."""
    rounds = []
    for one in path:
        own, whole = as_floats(one.own), float(one.total)
        decided = {name: float(value) for name, value in one.decided.items()}
        others = own[::-1] if len(own) == 2 else np.maximum(whole - own, 0.0)
        rounds.append((PlayedReading(game, Vectors(), floats_of(one.changed)), own, others, decided))
    first = rounds[0][0]

    def value(own: Any) -> Any:
        return sum(reading.utility(own, others, decided) for reading, _, others, decided in rounds)

    def slope(own: Any) -> Any:
        return sum(reading.marginal(own, others, decided) for reading, _, others, decided in rounds)

    had = sum(reading.utility(own, others, decided) for reading, own, others, decided in rounds)
    best = best_choice(value, slope, first.lower + 0.0, first.upper + 0.0)
    span = first.upper - first.lower
    best = np.where(np.isnan(best), first.lower + 1e-12 * span, best)  # the supremum, against nobody
    return np.maximum(np.maximum(value(best), value(first.lower + 0.0)) - had, 0.0)


def leader_regret(game: Game, path: Sequence[Round]) -> float:
    """Return what the leader misses against its best decision in every round, replied to at once."""
    if path[0].reported is not None:
        return _regret_of_reports(game, path)
    missed, best = 0.0, _best_value(game, path[0])
    for one in path:
        if one.changed:
            best = _best_value(game, one)
        missed += best - leader_value(game, one)
    return missed


def _regret_of_reports(game: Game, path: Sequence[Round]) -> float:
    """The same where budgets are reported: of a decision the leader has what is sold of the budgets that it buys."""
    leader = PlayedReading(game, Vectors()).leader
    assert leader is not None
    name = leader.decision.name
    missed, best, known = 0.0, 0.0, None
    for one in path:
        if one.changed is not known:
            known = one.changed
            replies, part = replies_of(game, Vectors(), floats_of(one.changed)), as_floats(one.reported)

            def value(choice: float, replies: Replies = replies, part: Any = part, named: str = one.named) -> float:
                bought = replies.equilibrium({name: choice}) / part
                return _utility(PlayedReading(game, Vectors()), {name: choice, named: bought})

            low, high = float(leader.decision.lower), float(leader.decision.upper)
            best = value(float(best_on_range(value, low, high, 257)))
        missed += best - leader_value(game, one)
    return missed


def floats_of(changed: Mapping[str, Any]) -> dict[str, Any]:
    """Return data in doubles."""
    return {name: as_floats(values) for name, values in changed.items()}


def leader_value(game: Game, one: Round) -> float:
    """Return what the leader had of a round, in doubles."""
    decided = {name: float(value) for name, value in one.decided.items()}
    return _utility(PlayedReading(game, Vectors(), floats_of(one.changed)), {**decided, one.named: as_floats(one.sold)})


def _best_value(game: Game, one: Round) -> float:
    changed = {name: np.asarray(value).tolist() for name, value in one.changed.items()}
    there = replace(game, **changed) if changed else game
    values = solve(there).values
    return _utility(PlayedReading(there, Vectors()), {name: values[name] for name in (*one.decided, one.named)})


def _utility(reading: PlayedReading, decisions: Any) -> float:
    return float(reading.leader_utility(reading.roles(decisions)))
