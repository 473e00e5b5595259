"""Playing a game in rounds: the loop, its start, and the rules for what replies do not say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from flint import arb

from ...formulations.algebra import Algebra
from ...formulations.data import as_floats
from ...formulations.errors import UnsupportedModel
from ...formulations.language import Declaration, Game
from ...formulations.rounds.declaration import Rounds
from ..readings.balls import Balls
from ..readings.game import leader_of, population_of
from ..readings.rationals import Rationals
from ..readings.vectors import Vectors
from ..solution import check_arithmetic
from ..solve import solve
from .alone import Alone
from .checked import checked
from .movers import MOVERS, Seen
from .replies import Replies, replies_of
from .result import Played
from .roots import Roots, Undecided, enclosed, is_narrow, plainly
from .round import Round

AWAY = Fraction("1.04")
"""The start, in equilibria: near enough that what is proved of nearby starts shows, and not there."""


def play(
    game: Declaration,
    rounds: Any = 100,
    rule: str = "simultaneous",
    damping: Any = None,
    server: str = "fixed",
    seed: Any = 0,
    start: Any = None,
    reward_pool: Any = None,
    *,
    arithmetic: str = "float",
    **declared: Any,
) -> Played:
    """Play a game of one population, after at most one leader, in rounds.

    Parameters
    ----------
    game
        The declared game; replies are read off its utilities.
    rounds, rule, damping, server, seed, start, reward_pool, declared
        As in `Rounds`: also `alone`, `floor`, `pretended`, `pretending`, `reported`, `stays`, `drift`, `misread`.
    arithmetic
        "float", or "exact": by the rule "equilibrium" in fractions; by replies in the contest, whose best ones are
        roots, in fractions as long as these are rational and from then on in balls, which enclose the path.

    Returns
    -------
    Played
        `.path[t]` with `epsilon`, `total`, `reward_pool`; `.settled`, `.why`; `.regret`, `.utility`, `.gain`.

    Raises
    ------
    InputError, UnsupportedModel
        When a number breaks its rule, or the game has another shape.

    Examples
    --------
    Five clients of equal cost do not settle, three do:

    >>> import mechproof as mp
    >>> [mp.play(mp.StackelbergPricing(cost=[1] * n, alpha=10, beta=10), rounds=200).settled for n in (3, 5)]
    [True, False]

    A server that learns is gamed by a client who first pretends to be cheap:

    >>> two = mp.StackelbergPricing(cost=[1, 1], alpha=4, beta=2)
    >>> lie = dict(rule="equilibrium", server="learning", pretended=["1/2", 1], arithmetic="exact")
    >>> print(mp.play(two, rounds=2, **lie).gain["client"][0])
    5/144
    """
    settings = {"rule": rule, "damping": damping, "server": server, "seed": seed, "start": start}
    return played(game, Rounds(rounds=rounds, **settings, reward_pool=reward_pool, **declared), arithmetic)


def played(
    game: Declaration, declared: Rounds, arithmetic: str = "float", say: Callable[[int], None] = lambda _: None
) -> Played:
    """Play a game in rounds as it is declared; `say` is told each round's number."""
    check_arithmetic(arithmetic)
    taken = checked(game, declared, arithmetic)
    if arithmetic == "exact" and declared.rule != "equilibrium":
        path, balls = _enclosed_path(_Table(taken, declared, Roots()), say)
        algebra: Algebra = Balls() if balls else Rationals()
    else:
        algebra = Rationals() if arithmetic == "exact" else Vectors()
        path = _path(_Table(taken, declared, algebra), say)
    honest = None
    if declared.pretended is not None or declared.reported is not None:
        without = replace(declared, pretended=None, pretending=None, reported=None)
        honest = played(game, without, arithmetic)
    return Played(taken, declared, tuple(path), algebra, honest)


def _path(table: _Table, say: Callable[[int], None]) -> list[Round]:
    declared, path = table.declared, []
    for one in table.rounds():
        path.append(one)
        say(one.number)
        if declared.memoryless and len(path) > 1 and _unmoved(*path[-2:]):
            path += [replace(one, number=number) for number in range(len(path) + 1, int(declared.rounds) + 1)]
            break
    return path


def _enclosed_path(table: _Table, say: Callable[[int], None]) -> tuple[list[Round], bool]:
    """Return a path over fractions, or one of balls in as many bits as it takes; and which of the two it is."""
    try:
        found = enclosed(
            lambda: _path(replace(table), say), lambda path: all(is_narrow(x) for one in path for x in one.own.tolist())
        )
    except Undecided as undecided:
        raise UnsupportedModel(f"the play was not enclosed: {undecided}; play in floats, or fewer rounds") from None
    path = [_plain_round(one) for one in found]
    return path, any(one.enclosed for one in path)


def _plain_round(one: Round) -> Round:
    """Return a round in Python's fractions, or all of it in balls where any number of it is one."""
    numbers = plainly([*one.own.tolist(), one.total, *one.decided.values()])
    algebra = Balls() if isinstance(numbers[0], arb) else Rationals()
    own, (total, *decided) = numbers[: len(one.own)], numbers[len(one.own) :].tolist()
    changed = {name: algebra.vector(plainly(values)) for name, values in one.changed.items()}
    reported = None if one.reported is None else algebra.vector(plainly(one.reported))
    named = dict(zip(one.decided, decided, strict=True))
    return replace(one, own=own, decided=named, total=total, changed=changed, reported=reported)


def _unmoved(before: Round, one: Round) -> bool:
    return bool(np.array_equal(before.own, one.own) and before.decided == one.decided)


@dataclass(frozen=True)
class _Table:
    """A game at a table: who sits there, and by which rules."""

    game: Game
    declared: Rounds
    algebra: Algebra

    def rounds(self) -> Iterator[Round]:
        """Play all rounds, one after the other."""
        memory, own, last = None, None, self._start
        decided, gone = self._first_decided, np.zeros(len(self._start), dtype=bool)
        for number, (true, played_as) in enumerate(self._data(), start=1):
            settle = Alone(self.declared, last, gone | (self._stays < number), self._floor)
            if number == 1 and self.declared.rule != "equilibrium":
                own = settle(slice(None), self._start)
            else:
                before = last if own is None else own
                seen = Seen(before, decided, self._replies(played_as), settle, ~settle.gone, self._damping, memory)
                own, memory = MOVERS[self.declared.rule](seen)
                own = settle.leaving(own)
            last, gone = np.where(own > 0, own, last), gone | settle.left
            name = self._population.decision.name
            reported = self.declared.reported
            told = None if reported is None else self.algebra.vector(reported)
            yield Round(number, decided, own, name, self.algebra.sum(own), settle.count, true, told)
            decided = self._next(decided, own, played_as)

    def _next(self, decided: Mapping[str, Any], own: Any, played_as: Mapping[str, Any]) -> Mapping[str, Any]:
        """What the leader announces next: the same, or what it has learned is best."""
        if self.declared.server == "fixed":
            return decided
        ((name, value),) = decided.items()
        read = 1 + self.algebra.number(self.declared.misread)
        return {name: self._replies(played_as).learned(own, value, read)}

    @cached_property
    def _population(self) -> Any:
        return population_of(self.game)

    @cached_property
    def _solution(self) -> Mapping[str, Any]:
        if isinstance(self.algebra, Vectors):
            return solve(self.game).values
        if self.declared.reward_pool is not None and self.declared.start is not None:
            return {}
        exact = solve(self.game, arithmetic="exact").exact
        assert exact is not None
        return exact

    @cached_property
    def _first_decided(self) -> Mapping[str, Any]:
        leader = leader_of(self.game)
        if leader is None:
            return {}
        given = self.declared.reward_pool
        value = self._solution[leader.decision.name] if given is None else given
        return {leader.decision.name: self.algebra.number(value)}

    @cached_property
    def _start(self) -> Any:
        """The first decisions: given, or away from the equilibrium at the leader's first decision."""
        if self.declared.start is not None:
            return self.algebra.vector(self.declared.start)
        if self.declared.rule == "equilibrium":
            return self.algebra.vector(np.zeros(self._population.count, dtype=int).tolist())
        if self.declared.reward_pool is None and self.declared.reported is None:
            rest = self._solution[self._population.decision.name]
        else:
            rest = self._replies(self._first_data).equilibrium(self._first_decided)
        away = self.algebra.number(AWAY) * self.algebra.vector(rest)
        return self.algebra.minimum(away, self._replies({}).reading.upper)

    @cached_property
    def _first_data(self) -> Mapping[str, Any]:
        return self._as_reported(self.algebra.vector(getattr(self.game, str(self.game.private_data))))

    def _as_reported(self, cost: Any) -> Mapping[str, Any]:
        """What a unit that is reported costs: by the part of it that is sold."""
        reported = self.declared.reported
        return {} if reported is None else {str(self.game.private_data): cost / self.algebra.vector(reported)}

    @cached_property
    def _damping(self) -> Any:
        """As declared, or half of what is safe for as many as sell, where no share is above one half."""
        sell = max(int(np.count_nonzero(as_floats(self._start) > 0)), 2)
        return self.algebra.number(Fraction(2, sell) if self.declared.damping is None else self.declared.damping)

    @cached_property
    def _floor(self) -> Any:
        return self.algebra.number(self.declared.floor or 0)

    @cached_property
    def _stays(self) -> Any:
        stays = self.declared.stays
        return np.full(len(self._start), np.inf) if stays is None else as_floats(stays)

    def _data(self) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
        """The true private data of each round where they have drifted, and those that are played by.

        What drifts is a random walk of the logarithms.
        """
        name, drift, pretended = str(self.game.private_data), float(self.declared.drift), self.declared.pretended
        draws = np.random.default_rng(int(self.declared.seed))
        walk = np.zeros(len(self._start))
        for number in range(1, int(self.declared.rounds) + 1):
            cost = as_floats(getattr(self.game, name)) * np.exp(walk) if drift else None
            true: Mapping[str, Any] = {} if cost is None else {name: cost}
            if self.declared.reported is not None:
                true = self._first_data if cost is None else self._as_reported(cost)
            pretends = pretended is not None and number <= int(self.declared.pretending or 1)
            lies = {} if not pretends else {name: self.algebra.vector(pretended)}
            yield true, ({**lies, **self._as_reported(lies[name])} if lies else true)
            walk = walk + drift * draws.standard_normal(len(walk)) if drift else walk

    def _replies(self, changed: Mapping[str, Any]) -> Replies:
        return self._unchanged if not changed else replies_of(self.game, self.algebra, changed)

    @cached_property
    def _unchanged(self) -> Replies:
        return replies_of(self.game, self.algebra)
