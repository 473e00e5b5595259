"""Best replies and dominant decisions, exactly, where utilities are polynomials on the two sides of steps and kinks.

A person's own decision, and single ones of the others, are variables; data are fractions. In each case of what the
utility compares the best decision is at an end of an interval, or where a parabola turns; an end that belongs to the
next case is approached, and never reached. That a decision is at least as good as any other, whatever the others
decide, is that no case has a point in which it is not: a question about linear inequalities, which elimination answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np

from ...formulations.algebra import read
from ...formulations.errors import UnsupportedModel
from ...formulations.language import Game
from ..readings.cases import Cases, Rest, Terms, cases_of, constant, unknown
from ..readings.game import GameReading
from ..readings.rationals import Rationals
from ..readings.regions import Half, ends_of, point_in

OWN = {"own": Fraction(1)}


@dataclass(frozen=True)
class Reply:
    """The most that somebody can get against the others, and a decision that gets it; None if it is only approached.

    `near` is a decision as good as `at`, or nearly so where there is none and an `end` is only approached.
    """

    value: Fraction
    at: Fraction | None
    near: Fraction
    end: Fraction | None = None


@dataclass(frozen=True)
class Better:
    """What is better than somebody's decision where the others decide on these: by how much, and what is had by it.

    Where an `end` is named it is better still the nearer to it, which it never is.
    """

    decision: Fraction
    instead: Fraction
    others: Any
    reached: Fraction
    missed: Fraction
    end: Fraction | None = None

    @property
    def gain(self) -> Fraction:
        """What is gained."""
        return self.reached - self.missed


@dataclass(frozen=True)
class Person:
    """One of a game's population: data, bounds and utility over fractions.

    Examples
    --------
    >>> import mechproof as mp
    >>> from mechproof.formulations.language import Decision, Game, Player
    >>> class Bids(Game):
    ...     worth: mp.Vector = mp.vector("a worth", above=0, per="bidder")
    ...     def players(self):
    ...         def utility(a, own, others, worth):
    ...             price = a.highest(others, 1, 0)
    ...             return a.at_least(own, price) * (worth - price)
    ...         count = len(self.worth)
    ...         bid = Decision("bid", [0] * count, [9] * count, reports="worth")
    ...         return (Player("bidder", bid, utility, count=count),)
    >>> first = Person(Bids([3, 1]), 0)
    >>> print(first.best_reply([Fraction(2)], prefer=(Fraction(3),)).at, first.dominated(Fraction(3)))
    3 None
    """

    game: Game
    index: int
    decided: Mapping[str, Any]

    def __init__(self, game: Game, index: int, decided: Mapping[str, Any] | None = None) -> None:
        object.__setattr__(self, "game", game)
        object.__setattr__(self, "index", index)
        object.__setattr__(self, "decided", {name: Fraction(value) for name, value in (decided or {}).items()})

    @cached_property
    def reading(self) -> GameReading:
        """The game over fractions."""
        return GameReading(self.game, Rationals())

    @cached_property
    def data(self) -> dict[str, Any]:
        """The person's own data, and everybody's."""
        part = self.reading.subset([self.index])
        count = self.reading.population.count
        whole = self.reading.data
        return {
            name: value[0] if np.shape(whole[name]) == (count,) else value
            for name, value in ((name, part.data[name]) for name in whole)
        }

    @cached_property
    def roles(self) -> dict[str, Any]:
        """The same, and what was decided before, as polynomials without unknowns."""
        known = {**self.data, **self.decided}
        return {name: constant(value) if isinstance(value, Fraction | int) else value for name, value in known.items()}

    @cached_property
    def bounds(self) -> tuple[Fraction, Fraction]:
        """What the decision lies between."""
        return Fraction(self.reading.lower[self.index]), Fraction(self.reading.upper[self.index])

    @cached_property
    def truth(self) -> Fraction | None:
        """The decision that reports the truth, None where decisions report nothing."""
        told = self.reading.population.decision.reports
        return Fraction(self.data[told]) if told else None

    def utility(self, a: Any, own: Any, others: Any) -> Any:
        """Return the utility of a decision against the others.

        Raises
        ------
        UnsupportedModel
            When decisions take some numbers only: between those there are cases that nobody can be in.
        """
        if self.reading.population.decision.discrete:
            raise UnsupportedModel("decisions take some numbers only, and cases are of all numbers between bounds")
        return read(self.reading.population.utility, a, {**self.roles, "own": own, "others": others})

    def value(self, own: Fraction, others: Any) -> Fraction:
        """Return the utility of a decision where the others decide on these."""
        rest = _rest_of(others)
        found = self.utility(Cases(), constant(own), rest)
        return found.constant if isinstance(found, Terms) else Fraction(found)

    def best_reply(self, others: Any, prefer: tuple[Fraction, ...] = ()) -> Reply:
        """Return the most that can be had against others' decisions, by one of those preferred if it is among the best.

        Raises
        ------
        UnsupportedModel
            When the utility is no polynomial of at most the second degree on the sides of what it compares.
        """
        known, rest = list(others), _rest_of(others)
        low, high = self.bounds
        pieces = list(cases_of(lambda a: self.utility(a, unknown("own"), rest), _between(low, high)))
        found = max(
            (peak for piece in pieces for peak in _peaks(*piece)), key=lambda peak: (peak.value, peak.at is not None)
        )
        for own in prefer:
            if low <= own <= high and self.value(own, known) == found.value:
                return Reply(found.value, own, own)
        return found if found.end is None else replace(found, near=(found.near + 15 * found.end) / 16)

    def better_than(self, own: Fraction, others: Any) -> Better | None:
        """Return a decision that is better against others' decisions, by most of what can be gained, or None."""
        reply, missed = self.best_reply(others), self.value(own, others)
        if reply.value <= missed:
            return None
        there = reply.near
        while reply.end is not None and 2 * (self.value(there, others) - missed) < reply.value - missed:
            there = (there + reply.end) / 2  # what is gained tends to the most there is
        return Better(there, own, others, self.value(there, others), missed, reply.end)

    def dominated(self, own: Fraction) -> Better | None:
        """Return others' decisions against which another decision is better, or None: there are none.

        Raises
        ------
        UnsupportedModel
            When the cases are not linear in the decisions, or what was found is no profile within the bounds.
        """
        return self._found(
            lambda a, other, rest: self.utility(a, other, rest) - self.utility(a, constant(own), rest), own
        )

    def below(self, own: Fraction, least: Fraction = Fraction(0)) -> Better | None:
        """Return others' decisions against which a decision is worth less than so much, or None."""
        return self._found(lambda a, _, rest: least - self.utility(a, constant(own), rest), own, alone=True)

    def _found(self, excess: Any, own: Fraction, alone: bool = False) -> Better | None:
        """Return where an excess is positive; what the others decide on then is put together and computed again."""
        rest, sides = self._rest
        low, high = (own, own) if alone else self.bounds
        region = [*_between(low, high), *sides]
        for halves, value in cases_of(lambda a: excess(a, own if alone else unknown("own"), rest), region):
            if value.degree > 1:
                raise UnsupportedModel(
                    "a gain is not linear in the decisions in some case; best replies to given ones are known"
                )
            point = point_in([*halves, Half(value.slopes, value.constant, strict=True)])
            if point is not None:
                return self._realised(point, own, alone)
        return None

    def _realised(self, point: Mapping[str, Fraction], own: Fraction, alone: bool) -> Better:
        there = own if alone else point.get("own", own)
        others = self._profile(point)
        if others is not None:
            reached, missed = self.value(there, others), self.value(own, others)
            if alone or reached > missed:
                return Better(there, own, others, reached, missed)
        raise UnsupportedModel("what is better was found against others beyond their bounds, and nothing within them")

    @cached_property
    def _others(self) -> list[int]:
        return [k for k in range(len(self.reading.lower)) if k != self.index]

    @cached_property
    def _rest(self) -> tuple[Rest, list[Half]]:
        """The others as unknowns by rank, and what is known of those ranks that the utility asks for."""
        ranks = [unknown(f"rank_{k}") for k in range(len(self._others))]
        low = min((Fraction(self.reading.lower[k]) for k in self._others), default=Fraction(0))
        high = max((Fraction(self.reading.upper[k]) for k in self._others), default=Fraction(0))
        asked = self._asked
        sides = [half for k in asked for half in _between(low, high, f"rank_{k}")]
        sides += [
            Half({f"rank_{two}": Fraction(1), f"rank_{one}": Fraction(-1)}, Fraction(0)) for one, two in pairwise(asked)
        ]
        if not asked:
            least, most = (
                sum((Fraction(end[k]) for k in self._others), Fraction(0))
                for end in (self.reading.lower, self.reading.upper)
            )
            sides += _between(least, most, "others")
        return Rest(unknown("others"), ranks), sides

    @cached_property
    def _asked(self) -> list[int]:
        """Which of the others, by rank, the utility asks for."""
        here = Rest(Terms({}), [Fraction(0)] * len(self._others))
        self.utility(Cases(), constant(self.bounds[0]), here)
        return sorted(here.asked)

    def _profile(self, point: Mapping[str, Fraction]) -> list[Fraction] | None:
        """Return decisions of the others within their bounds that have these ranks, or this sum; None if not found."""
        low, high = ([Fraction(side[k]) for k in self._others] for side in (self.reading.lower, self.reading.upper))
        asked = self._asked
        if not asked:
            return _spread(low, high, point.get("others", sum(low, Fraction(0))))
        if "others" in point:
            return None
        known = {k: point.get(f"rank_{k}", low[0]) for k in asked}
        return _placed([known[next((k for k in asked if k >= rank), asked[-1])] for rank in range(len(low))], low, high)


def _placed(ranked: list[Fraction], low: list[Fraction], high: list[Fraction]) -> list[Fraction] | None:
    """Return sorted decisions in the order of people, the lowest with the least upper bound; None if beyond one."""
    found = list(ranked)
    for rank, k in enumerate(sorted(range(len(low)), key=high.__getitem__)):
        found[k] = ranked[rank]
    within = all(one <= value <= two for one, value, two in zip(low, found, high, strict=True))
    return found if within else None


def _rest_of(others: Any) -> Rest:
    known = sorted(map(Fraction, others))
    return Rest(constant(sum(known, Fraction(0))), list(map(constant, known)))


def _spread(low: list[Fraction], high: list[Fraction], total: Fraction) -> list[Fraction]:
    """Return decisions that add up to a total, each the same part of the way between its bounds."""
    room = sum(high) - sum(low)
    part = (total - sum(low)) / room if room else Fraction(0)
    return [one + (two - one) * part for one, two in zip(low, high, strict=True)]


def _between(low: Fraction, high: Fraction, name: str = "own") -> list[Half]:
    return [Half({name: Fraction(1)}, -low), Half({name: Fraction(-1)}, high)]


def _peaks(halves: list[Half], value: Terms) -> Iterator[Reply]:
    """Where a polynomial may be largest on an interval: at its ends, where it turns, anywhere if it is constant."""
    if value.degree > 2:
        raise UnsupportedModel("a utility is of more than the second degree in the own decision in some case")
    (low, low_open), (high, high_open) = (end for end in ends_of(halves, "own") if end is not None)
    middle = (low + high) / 2
    bend = value.terms.get(("own", "own"), Fraction(0))
    turn = -value.terms.get(("own",), Fraction(0)) / (2 * bend) if bend else middle
    inside = [(at, False) for at in (middle, turn) if low < at < high]
    for at, is_open in [(low, low_open), (high, high_open), *inside]:
        reached = value.value({"own": at})
        yield Reply(reached, None, middle, at) if is_open else Reply(reached, at, at)


def people_of(game: Game, decided: Mapping[str, Any] | None = None) -> Iterator[Person]:
    """Return a game's population one by one."""
    reading = GameReading(game, Rationals())
    for index in range(reading.population.count or 0):
        yield Person(game, index, decided)
