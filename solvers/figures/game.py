"""The curves of a game of one population: utilities around the solution, and what happens as people or costs change.

All are computed from the declaration, in double precision. They are illustrations: nothing is certified by them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from statistics import NormalDist
from typing import Any

import numpy as np

from ...formulations.algebra import read
from ...formulations.data import Rule
from ...formulations.errors import MechproofError
from ...formulations.language import Game, Model
from ...formulations.registry import Registry
from ..readings.game import GameReading
from ..readings.vectors import Vectors
from ..response import equilibrium
from ..solution import Solution
from .figure import Axis, Figure, Mark, Series

POINTS = 80
"""Points of a curve of formulas alone, enough to look smooth."""
POOLS = 18
"""Points of a curve that needs an equilibrium at each."""
PEOPLE = (2, 5, 10, 30, 100, 300, 1000)
"""How many people compete, about three a decade."""
SPREADS = (0.0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0)
"""Standard deviations of the logarithms of private data, from all alike to factors of e."""
FRACTIONS = (0.25, 0.5, 1.0)
"""Of the leader's decision, a curve for each."""
NEGLIGIBLE = 1e-9
"""A decision below this part of the largest is a rounding error, not somebody who takes part.

Equilibria are found to 1e-12 or better, and the solver's tolerance is 1e-7: between them a guess. Nothing but the count
that a curve shows depends on it.
"""

FIGURES: Registry[Callable[[Any, Solution], tuple[Figure, ...]]] = Registry("mechproof.figures")
"""The figures that mechanisms bring, of a model and its solution."""
figures_of = FIGURES.add


def curves(model: Model, solution: Solution) -> tuple[Figure, ...]:
    """Return the figures of a solved model: those it brings, or those of any game.

    Examples
    --------
    >>> import mechproof as mp
    >>> game = mp.StackelbergPricing(cost=[1, 1], alpha=4, beta=2)
    >>> [figure.name for figure in curves(game, mp.solve(game))]
    ['own-utility', 'leader-utility', 'crowd', 'spread']
    """
    brought = FIGURES.of(type(model))
    if brought is not None:
        return brought(model, solution)
    return game_curves(model, solution) if isinstance(model, Game) else ()


def game_curves(game: Game, solution: Solution) -> tuple[Figure, ...]:
    """Return the figures of a game of one population: utilities around the solution, and other crowds and costs."""
    reading = GameReading(game, Vectors())
    decided = (
        {}
        if reading.leader is None
        else {reading.leader.decision.name: float(solution.values[reading.leader.decision.name])}
    )
    own = np.asarray(solution.values[reading.population.decision.name], dtype=np.float64)
    found = [_own_utility(reading, decided, own)]
    if reading.leader is not None:
        found += [_leader_utility(reading, solution), _crowd(reading, decided)]
    if game.private_data is not None:
        found.append(_spread(reading, decided))
    return tuple(found)


def _own_utility(reading: GameReading, decided: Mapping[str, float], own: np.ndarray) -> Figure:
    """A person's utility against the own decision, the others' fixed: whoever takes part sits on the peak (Fig. 4)."""
    people, symbol, who = reading.game.people(), _symbol(reading.population.decision), reading.population.name
    inside, outside = np.flatnonzero(_takes_part(own)), np.flatnonzero(~_takes_part(own))
    chosen = inside[np.argsort(own[inside], kind="stable")][len(inside) // 2 :][:1].tolist()
    if len(outside):  # of those who stay out, the one who comes closest to taking part
        slopes = reading.marginal(own, own.sum() - own, decided)[outside]
        chosen.append(int(outside[np.argmax(slopes)]))
    widest = 2.2 * max((float(own[index]) for index in chosen), default=0.0) or float(np.max(reading.upper))
    series, marks = [], []
    for index in chosen:
        part, others = reading.subset(slice(index, index + 1)), np.array([own.sum() - own[index]])
        grid = np.unique(np.append(np.linspace(0, min(widest, float(reading.upper[index])), POINTS), own[index]))
        utility = np.array([float(part.utility(np.array([here]), others, decided)[0]) for here in grid])
        peak = float(utility[np.searchsorted(grid, own[index])])
        marks.append(Mark("", float(own[index]), peak))
        floor = -0.5 * max(mark.y for mark in marks) or -np.inf  # below it is only room the peak would miss
        shown = utility >= floor
        doing = "sells" if own[index] > 0 else "stays out"
        name = people[index] if people else f"{who} {index}"
        series.append(Series(f"{name}, who {doing}", grid[shown].tolist(), utility[shown].tolist()))
    return Figure(
        "own-utility",
        f"A {who}'s utility against the own {symbol}",
        f"All others keep their decisions at equilibrium; the dots are the {who}s' own decisions. "
        "A dot below the top of its curve would be a profitable deviation.",
        Axis(f"own {symbol}"),
        Axis("utility (money)"),
        tuple(series),
        tuple(marks),
    )


def _leader_utility(reading: GameReading, solution: Solution) -> Figure:
    """The leader's utility against the own decision, the population responding (Fig. 5)."""
    assert reading.leader is not None
    decision = reading.leader.decision
    best, low = float(solution.values[decision.name]), float(decision.lower)
    # beyond the declared bound too, which says only that no larger decision can be better; closer where it is steep
    widest = 1.6 * (best - low) or float(decision.upper) - low
    grid = np.unique(np.append(low + widest * np.linspace(0, 1, POOLS) ** 2, best))

    def utility(choice: float) -> float | None:
        own = _response(reading, {decision.name: choice})
        if own is None:
            return None
        roles = reading.roles({decision.name: choice, reading.population.decision.name: own})
        return float(read(reading.leader.utility, reading.algebra, roles))  # type: ignore[union-attr]

    values = [utility(choice) for choice in grid.tolist()]
    symbol, peak = _symbol(decision), values[int(np.searchsorted(grid, best))]
    return Figure(
        "leader-utility",
        f"The {reading.leader.name}'s utility against {symbol}",
        f"Everybody responds to each {symbol}; the dot is the {reading.leader.name}'s decision in the solution.",
        Axis(f"{symbol}: {decision.name.replace('_', ' ')}"),
        Axis("utility (money)"),
        (Series(f"{reading.leader.name} utility", grid.tolist(), values),),  # type: ignore[arg-type]
        () if peak is None else (Mark(f"{symbol}* = {best:.4g}", best, peak),),
    )


def _crowd(reading: GameReading, decided: Mapping[str, float]) -> Figure:
    """The decision of each of n people who are all like the median person, for several of the leader's (Fig. 7)."""
    assert reading.leader is not None
    leader, symbol = reading.leader.decision, _symbol(reading.population.decision)
    series = []
    sizes = [size for size in PEOPLE if size <= max(100, reading.population.count or 0)]
    for fraction in FRACTIONS:
        choice = fraction * decided[leader.name]
        rows = [
            (size, _response(GameReading(_alike(reading.game, size), Vectors()), {leader.name: choice}))
            for size in sizes
        ]
        known = [(size, float(own[0])) for size, own in rows if own is not None]
        series.append(
            Series(
                f"{_symbol(leader)} = {choice:.4g}",
                [size for size, _ in known],
                [each for _, each in known],
                points=True,
            )
        )
    return Figure(
        "crowd",
        f"{symbol} of each against how many compete",
        f"As if all {reading.population.name}s were alike, each with the median data: more of them share the same "
        f"{leader.name.replace('_', ' ')}, so each decides for less.",
        Axis(f"number of {reading.population.name}s", "log"),
        Axis(f"{symbol} of each", "log"),
        tuple(series),
    )


def _spread(reading: GameReading, decided: Mapping[str, float]) -> Figure:
    """How many take part as the private data spread around the same median."""
    name = str(reading.game.private_data)
    given = np.asarray(getattr(reading.game, name), dtype=np.float64)
    logs = np.log(given)
    here, count = float(np.std(logs)), len(given)
    normal = np.array([NormalDist().inv_cdf((index + 0.5) / count) for index in range(count)])
    counts = []
    for spread in SPREADS:
        data = np.exp(np.median(logs) + spread * normal)
        own = _response(GameReading(replace(reading.game, **{name: data}), Vectors()), decided)
        counts.append(float("nan") if own is None else float(np.sum(_takes_part(own))))
    own = _response(reading, decided)
    marks = () if own is None else (Mark("here", here, float(np.sum(_takes_part(own)))),)
    return Figure(
        "spread",
        f"How many take part against the spread of the {name}s",
        f"Log-normal {name}s around the same median, one for each of the {count:,} {reading.population.name}s; the dot "
        f"is the solution, at the standard deviation of its own log-{name}s.",
        Axis(f"standard deviation of ln {name}"),
        Axis(f"{reading.population.name}s that take part", "log"),
        (Series("take part", list(SPREADS), counts, points=True),),
        marks,
    )


def _alike(game: Game, size: int) -> Game:
    """Return the same game among so many people who all have the median data."""
    changes: dict[str, Any] = {}
    for item in fields(game):
        rule: Rule | None = item.metadata.get("rule")
        value = getattr(game, item.name)
        if "labels" in item.metadata:
            changes[item.name] = None
        elif rule is not None and rule.per is not None and value is not None:
            changes[item.name] = [float(np.median(np.asarray(value, dtype=np.float64)))] * size
    return replace(game, **changes)


def _response(reading: GameReading, decided: Mapping[str, float]) -> np.ndarray | None:
    """Return the population's equilibrium, or None where none is found."""
    try:
        return np.asarray(equilibrium(reading, decided))
    except MechproofError:
        return None


def _takes_part(own: np.ndarray) -> np.ndarray:
    return np.asarray(own > NEGLIGIBLE * max(float(np.max(own, initial=0.0)), 0.0))


def _symbol(decision: Any) -> str:
    """Return a decision's symbol as it is printed, or its name if it has none."""
    greek = {r"\varepsilon": "ε", r"\epsilon": "ε"}
    return greek.get(decision.symbol, decision.symbol) or str(decision.name.replace("_", " "))
