"""Whether decisions are an equilibrium of a game that asks for the others one by one: best replies, case by case.

All is computed over fractions, of doubles as the numbers they are, in whichever arithmetic is asked for. Such games
have many equilibria; an answer at which nobody gains is one of them, and at no distance from it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from ...formulations.errors import UnsupportedModel
from ...formulations.language import Game
from ..formatting import shown
from ..readings.game import GameReading
from ..readings.rationals import Irrational, Rationals
from ..readings.vectors import Vectors
from ..solution import Certificate, Solution
from .exact_replies import Better, Person, people_of
from .feasibility import Feasibility, feasibility

Result = Callable[..., Certificate]
MOST_PEOPLE = 1_000
"""Everybody looks at everybody: a thousand take about a second, and the time grows with the square."""


def certify_one_by_one(game: Game, solution: Solution, arithmetic: str, tolerance: float) -> Certificate:
    """Certify decisions by everybody's exact best reply.

    Examples
    --------
    >>> import mechproof as mp
    >>> class Bids(mp.Game):
    ...     asks_one_by_one = True
    ...     worth: mp.Vector = mp.vector("a worth", above=0, per="bidder")
    ...     def players(self):
    ...         def utility(a, own, others, worth):
    ...             return a.at_least(own, a.highest(others, 1, 0)) * (worth - own)
    ...         count = len(self.worth)
    ...         return (mp.Player("bidder", mp.Decision("bid", [0] * count, [9] * count), utility, count=count),)
    >>> print(mp.certify(mp.candidate(Bids([3, 1]), bid=[2, 1]), arithmetic="exact").reason)
    bidder 0 gains 1 by bid 1 instead of 2
    """
    found = feasibility(solution, GameReading(game, Rationals() if arithmetic == "exact" else Vectors()), tolerance)
    if found.objection is not None:
        return found.certificate(tolerance, arithmetic)
    people = list(people_of(game))

    def result(
        optimal: bool | None, reason: str, gap: float | None = None, distance: float | None = None
    ) -> Certificate:
        return Certificate(True, optimal, found.violation, gap, distance, tolerance, arithmetic, reason)

    if len(game.players()) > 1:
        return result(None, "how a population that asks for the others one by one answers to a leader is not known")
    if len(people) > MOST_PEOPLE:
        return result(None, f"best replies of more than {MOST_PEOPLE:,} people are not computed")
    try:
        return _judged(game, people, found, tolerance, result)
    except (UnsupportedModel, Irrational, ZeroDivisionError) as refusal:
        return result(None, f"best replies are not known case by case: {refusal}")


def _judged(game: Game, people: Sequence[Person], found: Feasibility, tolerance: float, result: Result) -> Certificate:
    name = people[0].reading.population.decision.name
    own = [Fraction(value) for value in np.asarray(found.decisions[name]).tolist()]
    most = largest_gain(people, own)
    if most is None:
        return result(True, "nobody gains by any other decision, case by case, exactly", 0.0, 0.0)
    apart = _to_the_truth(people, own, tolerance)
    if apart is not None:
        return result(True, "next to the truth, where nobody gains by any other decision", None, apart)
    index, better = most
    worth = [abs(person.value(own[k], own[:k] + own[k + 1 :])) for k, person in enumerate(people)]
    gap = float(better.gain / (max(*worth, abs(better.reached)) or 1))
    if gap > tolerance:
        return result(False, f"{game.owner_of(index)} {told(name, better)}", gap)
    return result(None, f"next to an equilibrium, perhaps: {game.owner_of(index)} {told(name, better)}")


def told(name: str, better: Better) -> str:
    """Return what somebody gains, and by what, in words."""
    there, here = shown(better.decision), shown(better.instead)
    how = "" if better.end is None else f", and the more the nearer it is to {shown(better.end)} without being it"
    return f"gains {shown(better.gain)} by {name} {there} instead of {here}{how}"


def largest_gain(people: Sequence[Person], own: Sequence[Fraction]) -> tuple[int, Better] | None:
    """Return who gains most by moving alone from these decisions, and how, None if nobody gains anything."""
    found: tuple[int, Better] | None = None
    for index, person in enumerate(people):
        better = person.better_than(own[index], [*own[:index], *own[index + 1 :]])
        if better is not None and (found is None or better.gain > found[1].gain):
            found = index, better
    return found


def _to_the_truth(people: Sequence[Person], own: list[Fraction], tolerance: float) -> float | None:
    """Return how far reports are from true ones within the tolerance, at which nobody gains; None if they are not."""
    size = max(map(abs, own), default=Fraction(0)) or Fraction(1)
    near = [_truth(person, value, tolerance * size) for person, value in zip(people, own, strict=True)]
    if near == own or largest_gain(people, near) is not None:
        return None
    apart = max(abs(one - two) for one, two in zip(near, own, strict=True)) / size
    return math.nextafter(float(apart), 1.0)


def _truth(person: Person, own: Fraction, room: Any) -> Fraction:
    """Return the truth where a decision is within so much of it, else the decision."""
    near = person.truth is not None and abs(person.truth - own) <= room
    return person.truth if near and person.truth is not None else own
