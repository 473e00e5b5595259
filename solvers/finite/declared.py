"""Own games of finite sets as finite games: every utility is read at every profile of decisions, over fractions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

import numpy as np

from ...formulations.algebra import read
from ...formulations.among import values_of
from ...formulations.data import Rule, read_number
from ...formulations.errors import InputError, UnsupportedModel
from ...formulations.finite.declaration import MOST_PROFILES, FiniteGame
from ...formulations.language import Decision, Game
from ..formatting import fraction_text, shown
from ..readings.game import GameReading, population_of
from ..readings.rationals import Rationals, Unknown


def finite_form(game: Game, among: Any = None) -> FiniteGame:
    """Return an own game as a finite game, of which mixed equilibria are found.

    Its people decide at once.

    Parameters
    ----------
    game
        A game of one's own, without a leader.
    among
        The decisions that there are: a list of numbers for everybody, or one for each person; by default those that
        the decision is declared among, or the whole numbers between the bounds of a whole one.

    Raises
    ------
    InputError
        When a number is not between the bounds, or stands twice.
    UnsupportedModel
        When a decision is neither whole nor among values and no numbers are given, somebody decides before others,
        there are too many profiles, or a utility is not rational.

    Examples
    --------
    >>> import mechproof as mp
    >>> class Pennies(mp.Game):
    ...     sign: mp.Vector = mp.vector("which side wins", per="person")
    ...     def players(self):
    ...         side = mp.Decision("side", [0, 0], [1, 1], whole=True)
    ...         wins = lambda a, own, others, sign: sign * (2 * own - 1) * (2 * others - 1)
    ...         return (mp.Player("person", side, wins, count=2),)
    >>> found = mp.equilibria(finite_form(Pennies([1, -1])))
    >>> print(*found.profiles[0], found.complete)
    1/2 1/2 1/2 1/2 True
    """
    if not isinstance(game, Game):
        raise UnsupportedModel(f"{type(game).__name__} is no game of people who decide on numbers, a subclass of Game")
    population = population_of(game)
    if len(game.players()) > 1:
        raise UnsupportedModel(
            "a leader decides before others; a finite game in strategic form is one of who decide at once"
        )
    sets = choices_of(population.decision) if among is None else _among(population.decision, among)
    payoff = payoffs(game, sets)
    names = game.people() or tuple(f"{game.about} {index}" for index in range(len(sets)))
    return FiniteGame(payoff, names, [list(map(fraction_text, choices)) for choices in sets], type(game).__name__)


def payoffs(game: Game, sets: Sequence[Sequence[Fraction]], decided: Mapping[str, Any] | None = None) -> Any:
    """Return everybody's payoff at every profile of decisions from these sets, a table of fractions each.

    Raises
    ------
    UnsupportedModel
        When there are too many profiles, or a utility is not rational or divides by zero.
    """
    if prod(map(len, sets)) > MOST_PROFILES:
        raise UnsupportedModel(f"there are {prod(map(len, sets)):,} profiles, more than {MOST_PROFILES:,}")
    population, reading = population_of(game), GameReading(game, Rationals())
    shape = tuple(map(len, sets))
    payoff = np.empty((len(sets), *shape), dtype=object)
    for profile in product(*map(range, shape)):
        own = np.array([choices[s] for choices, s in zip(sets, profile, strict=True)], dtype=object)
        roles = reading.roles({**(decided or {}), population.decision.name: own})
        try:
            read_there = read(population.utility, reading.algebra, roles)
        except ZeroDivisionError:
            there = f"{population.decision.name} = ({', '.join(map(str, own))})"
            rule = f"the utility of {population.name} divides by zero at {there}, and a table has no gaps"
            raise UnsupportedModel(rule) from None
        paid = np.broadcast_to(np.asarray(read_there, dtype=object), own.shape)
        where: Any = (slice(None), *profile)
        payoff[where] = [_rational(entry, population.name) for entry in paid]
    return payoff


def at_rest(payoff: Any) -> list[tuple[int, ...]]:
    """Return the profiles at which nobody gains by moving alone, by their indices.

    Examples
    --------
    >>> dilemma = np.array([[[3, 0], [5, 1]], [[3, 5], [0, 1]]])
    >>> at_rest(dilemma)
    [(1, 1)]
    """
    best = [table == table.max(axis=player, keepdims=True) for player, table in enumerate(payoff)]
    return [tuple(profile) for profile in np.argwhere(np.logical_and.reduce(best)).tolist()]


def choices_of(decision: Decision) -> list[list[Fraction]]:
    """Return everybody's choices.

    Raises
    ------
    UnsupportedModel
        When there are infinitely many, or none.
    """
    sets = values_of(decision)
    if sets is None:
        rule = f"{decision.name} is not whole: between its bounds are infinitely many decisions"
        raise UnsupportedModel(f"{rule}; declare it with whole=True, or among=[0, 1]")
    if not all(sets):
        raise UnsupportedModel(f"between the bounds of {decision.name} there is no whole number for somebody")
    return sets


def _among(decision: Decision, among: Any) -> list[list[Fraction]]:
    """Return everybody's choices as they are given."""
    ends = list(zip(np.atleast_1d(decision.lower).tolist(), np.atleast_1d(decision.upper).tolist(), strict=True))
    each = isinstance(among, list | tuple) and any(isinstance(some, list | tuple) for some in among)
    lists = list(among) if each else [among] * len(ends)
    if len(lists) != len(ends) or not all(isinstance(some, list | tuple) for some in lists):
        raise InputError("among", among, f"must be one list for everybody, or one for each of {len(ends)}")
    names = [f"among[{person}]" if each else "among" for person in range(len(ends))]
    return [_within(name, some, decision.name, *pair) for name, some, pair in zip(names, lists, ends, strict=True)]


def _within(name: str, some: Any, decision: str, low: Any, high: Any) -> list[Fraction]:
    """Return one person's choices."""
    numbers = [Fraction(read_number(f"{name}[{k}]", entry, Rule("a decision"))) for k, entry in enumerate(some)]
    if not numbers or len(set(numbers)) < len(numbers):
        raise InputError(name, some, "must list numbers, each once")
    for k, entry in enumerate(numbers):
        if not low <= entry <= high:
            rule = f"must be between {decision}'s bounds, {shown(low)} and {shown(high)}"
            raise InputError(f"{name}[{k}]", some[k], rule)
    return numbers


def _rational(value: Any, who: str) -> Fraction:
    if isinstance(value, Unknown):
        raise UnsupportedModel(f"the utility of {who} is not rational, and so can stand in no table of fractions")
    return Fraction(value)
