"""Playing a game in rounds: the loop, its start, and the rules for what replies do not say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from ...formulations.algebra import Algebra
from ...formulations.data import as_floats
from ...formulations.errors import InputError, UnsupportedModel
from ...formulations.language import Declaration, Game
from ...formulations.rounds.declaration import Rounds
from ..readings.game import leader_of, population_of
from ..readings.rationals import Rationals
from ..readings.vectors import Vectors
from ..solution import check_arithmetic
from ..solve import solve
from .movers import MOVERS, Seen
from .replies import Replies, replies_of
from .result import Played
from .round import Round

AWAY = 1.04
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
        As in `Rounds`: also `alone`, `floor`, `pretended`, `pretending`, `stays`, `drift`, `misread`.
    arithmetic
        "float", or "exact" for a play by the rule "equilibrium", in fractions.

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
    table = _Table(_checked(game, declared, arithmetic), declared, Rationals() if arithmetic == "exact" else Vectors())
    path = []
    for one in table.rounds():
        path.append(one)
        say(one.number)
        if declared.memoryless and len(path) > 1 and _unmoved(*path[-2:]):
            path += [replace(one, number=number) for number in range(len(path) + 1, int(declared.rounds) + 1)]
            break
    honest = None
    if declared.pretended is not None:
        honest = played(game, replace(declared, pretended=None, pretending=None), arithmetic)
    return Played(table.game, declared, tuple(path), table.algebra, honest)


def _unmoved(before: Round, one: Round) -> bool:
    return bool(np.array_equal(before.own, one.own) and before.decided == one.decided)


def _checked(game: Declaration, declared: Rounds, arithmetic: str) -> Game:
    """Return the game, or refuse what cannot be played."""
    if not isinstance(game, Game):
        raise UnsupportedModel(
            f"{type(game).__name__} is no game; play takes games of one population, such as StackelbergPricing"
        )
    population = population_of(game)
    for name in ("start", "pretended", "stays"):
        given = getattr(declared, name)
        if given is not None and len(given) != population.count:
            raise InputError(name, f"{len(given)} numbers", f"must have one for each {game.about}, {population.count}")
    if population.decision.whole:
        raise UnsupportedModel("plays decisions that are any numbers, not whole ones only")
    if arithmetic == "exact" and (declared.rule != "equilibrium" or declared.drift):
        rule = "is for rule = 'equilibrium': best replies are roots"
        raise InputError("arithmetic", arithmetic, rule, "play in floats")
    _refuse_lacking(game, declared)
    return game


def _refuse_lacking(game: Game, declared: Rounds) -> None:
    """Refuse what is asked of a leader or of private data that a game does not have."""
    kind = type(game).__name__
    of_leader = {"reward_pool": declared.reward_pool is not None, "server": declared.server == "learning"}
    of_costs = {"pretended": declared.pretended is not None, "drift": bool(declared.drift)}
    lacking = {} if leader_of(game) is not None else dict.fromkeys(of_leader, f"{kind} has no leader")
    lacking |= {} if game.private_data else dict.fromkeys(of_costs, f"{kind} names no private_data")
    for name, asked in {**of_leader, **of_costs}.items():
        if asked and name in lacking:
            raise InputError(name, getattr(declared, name), lacking[name], "drop it")


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
            settle = _Alone(self.declared, last, gone | (self._stays < number))
            if number == 1 and self.declared.rule != "equilibrium":
                own = settle(slice(None), self._start)
            else:
                before = last if own is None else own
                seen = Seen(before, decided, self._replies(played_as), settle, ~settle.gone, self._damping, memory)
                own, memory = MOVERS[self.declared.rule](seen)
                own = settle.leaving(own)
            last, gone = np.where(own > 0, own, last), gone | settle.left
            name = self._population.decision.name
            yield Round(number, decided, own, name, self.algebra.sum(own), settle.count, true)
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
        if self.declared.reward_pool is None:
            rest = self._solution[self._population.decision.name]
        else:
            rest = self._replies({}).equilibrium(self._first_decided)
        return np.minimum(AWAY * rest, self._replies({}).reading.upper)

    @cached_property
    def _damping(self) -> float:
        """As declared, or half of what is safe for as many as sell, where no share is above one half."""
        sell = max(int(np.count_nonzero(as_floats(self._start) > 0)), 2)
        return float(2 / sell if self.declared.damping is None else self.declared.damping)

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
            true = {name: as_floats(getattr(self.game, name)) * np.exp(walk)} if drift else {}
            pretends = pretended is not None and number <= int(self.declared.pretending or 1)
            yield true, ({name: self.algebra.vector(pretended)} if pretends else true)
            walk = walk + drift * draws.standard_normal(len(walk)) if drift else walk

    def _replies(self, changed: Mapping[str, Any]) -> Replies:
        return self._unchanged if not changed else replies_of(self.game, self.algebra, changed)

    @cached_property
    def _unchanged(self) -> Replies:
        return replies_of(self.game, self.algebra)


@dataclass(frozen=True)
class _Alone:
    """What becomes of replies in one round: who has gone sells nothing, and who faces nobody does as declared."""

    declared: Rounds
    last: Any
    gone: Any

    @cached_property
    def _faced(self) -> Any:
        return np.zeros(len(self.last), dtype=bool)

    @property
    def count(self) -> int:
        """How many faced nobody."""
        return int(np.count_nonzero(self._faced))

    @property
    def left(self) -> Any:
        """Who has left in this round."""
        return self._faced if self.declared.alone == "leave" else np.zeros(len(self.last), dtype=bool)

    def __call__(self, people: Any, replies: Any) -> Any:
        """Return decisions where there is a reply, and by the declared rule where there is none."""
        nobody = np.isnan(replies) & ~self.gone[people]
        self._faced[people] |= nobody
        rest = {"keep": self.last[people], "floor": float(self.declared.floor or 0), "leave": 0.0}[self.declared.alone]
        return np.where(self.gone[people], 0.0, np.where(nobody, rest, replies))

    def leaving(self, own: Any) -> Any:
        """Return decisions in which who has gone, or leaves in this round, sells nothing."""
        out = self.gone | self.left
        return np.where(out, 0 * own, own) if np.any(out) else own
