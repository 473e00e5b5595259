"""The properties of games whose people decide on two things at once; a deviation is one of both decisions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from ...formulations.algebra import read
from ...formulations.language import Game
from ...solvers.certificates.feasibility import breaches, stated
from ...solvers.certificates.two_decisions import BITS, LED, TwoJudge
from ...solvers.certificates.two_person import TwoPerson
from ...solvers.formatting import shown
from ...solvers.readings.balls import precision, upper_bound
from ...solvers.readings.followers import Followers, decided_by_leader
from ...solvers.readings.rationals import Irrational, Rationals
from ...solvers.readings.two_decisions import TwoDecisions
from ...solvers.readings.vectors import Vectors
from ...solvers.solution import OWN_NUMBERS, Solution
from .profile import ROUNDING
from .results import Item, Verdict

DEVIATION, RATIONALITY = "no-profitable-deviation", "individual-rationality"


def judge_two(game: Game, solution: Solution, only: Collection[str] | None = None) -> tuple[Item, ...]:
    """Judge a game's properties, or some of them, where its people decide on two things."""
    led = decided_by_leader(game, stated(solution, TwoDecisions(game, Rationals() if solution.exact else Vectors())))
    at = _At(Followers(game, led) if led else game, solution)
    judges: Mapping[str, Callable[[], Item]] = {
        RATIONALITY: at.rationality,
        DEVIATION: at.deviation,
        "leader-optimality": lambda: _led(next(iter(led), None)),
        "uniqueness": lambda: Item(
            "uniqueness", Verdict.INCONCLUSIVE, "how many equilibria there are is not judged of two decisions", "float"
        ),
        "budget-balance": at.balance,
        "participation": at.participation,
        "truthfulness": lambda: _aside("truthfulness", "it is judged of games of one decision"),
    }
    asked = {*Game.properties, *game.properties} if only is None else only
    return tuple(judge() for name, judge in judges.items() if name in asked)


def _led(decision: str | None) -> Item:
    if decision is None:
        return _aside("leader-optimality", "nobody decides before the others")
    return Item("leader-optimality", Verdict.INCONCLUSIVE, LED.format(decision), "float")


def _aside(name: str, text: str) -> Item:
    return Item(name, Verdict.NOT_APPLICABLE, text, "exact", informational=True)


@dataclass(frozen=True)
class _At:
    """A game at somebody's decisions, over fractions where they are stated so."""

    game: Game
    solution: Solution

    @cached_property
    def reading(self) -> TwoDecisions:
        exact = self.solution.exact is not None
        return TwoDecisions(self.game, Rationals() if exact else Vectors())

    @property
    def arithmetic(self) -> str:
        return "exact" if isinstance(self.reading.algebra, Rationals) else "float"

    @cached_property
    def own(self) -> tuple[Any, Any]:
        decisions = stated(self.solution, self.reading)
        first, second = self.reading.names
        return decisions[first], decisions[second]

    @cached_property
    def judge(self) -> TwoJudge:
        first, second = ([Fraction(value) for value in np.asarray(part).tolist()] for part in self.own)
        return TwoJudge(self.game, first, second, self.solution.request.tolerance)

    def rationality(self) -> Item:
        """Whether everybody is at least as well off as by deciding on nothing of either."""
        try:
            return self._rationality()
        except (Irrational, ZeroDivisionError):
            return _At(self.game, replace(self.solution, exact=None))._rationality()

    def _rationality(self) -> Item:
        reading, own = self.reading, self.own
        others = reading.faced(own)
        with np.errstate(all="ignore"):
            utility = reading.worth(own, others)
            outside = reading.worth((own[0] * 0, own[1] * 0), others)
            utility = utility + self._overpaid()
        gain = utility - outside
        room = 0 if self.arithmetic == "exact" else ROUNDING * np.maximum(abs(utility), abs(outside))
        if self.arithmetic != "exact" and self.solution.backend != OWN_NUMBERS:
            room = room + self.judge.tolerance * self.judge.scale
        index = int(np.argmin(gain))
        who, what = self.game.owner_of(index), " and ".join(reading.names)
        if bool(np.any(np.asarray(gain < -room, dtype=bool))):
            text = (
                f"{who} gets a utility of {shown(utility[index])}, and {shown(outside[index])} by staying out of {what}"
            )
            witness = self._named(index, utility=utility[index], staying_out=outside[index], shortfall=-gain[index])
            return Item(RATIONALITY, Verdict.VIOLATED, text, self.arithmetic, witness)
        text = f"everybody is at least as well off as by staying out of {what}; {who} gains least, {shown(gain[index])}"
        return Item(RATIONALITY, Verdict.HOLDS, text, self.arithmetic, self._named(index, least_gain=gain[index]))

    def _overpaid(self) -> Any:
        """What is paid by the statement beyond the declared payment."""
        name = getattr(self.solution.model, "payment_outcome", None)
        values = self.solution.exact if self.arithmetic == "exact" else self.solution.values
        if name is None or values is None or name not in values:
            return 0
        roles = self.reading.roles(dict(zip(self.reading.names, self.own, strict=True)))
        return self.reading.vector(values[name]) - read(self.game.outcomes()[name], self.reading.algebra, roles)

    def _named(self, index: int, **numbers: Any) -> dict[str, Any]:
        people, role = self.game.people(), self.reading.population.name
        pair = dict(zip(self.reading.names, (self.own[0][index], self.own[1][index]), strict=True))
        return {role: people[index] if people else str(index), **pair, **numbers}

    def deviation(self) -> Item:
        """Whether anybody gains by another pair of decisions, the others keeping theirs."""
        judge, names = self.judge, " and ".join(self.reading.names)
        allowed = judge.tolerance * judge.scale
        decisions = dict(zip(self.reading.names, self.own, strict=True))
        for breach in breaches(self.reading, decisions):
            if breach.row in self.reading.names and breach.violation > judge.tolerance:
                return Item(DEVIATION, Verdict.VIOLATED, breach.text, self.arithmetic)
        with precision(BITS), np.errstate(all="ignore"):
            most = self._most_gained()
            if most is not None and most <= allowed:
                text = (
                    f"nobody gains more than {float(most):.3g} by another {names}, both at once: each utility is "
                    "jointly concave (Sylvester's conditions, in balls), and below its tangent plane"
                )
                return Item(DEVIATION, Verdict.HOLDS, text, self.arithmetic, {"largest_gain": most})
            better = judge.better(allowed)
        if better is None:
            text = f"nobody was found to gain by another {names} (grids, refined); that nobody does is not shown"
            return Item(DEVIATION, Verdict.INCONCLUSIVE, text, self.arithmetic)
        witness = self._named(better.index, gain=better.gain)
        witness |= {f"better_{n}": v for n, v in zip(self.reading.names, better.there, strict=True)}
        return Item(DEVIATION, Verdict.VIOLATED, judge.told(better), self.arithmetic, witness)

    def _most_gained(self) -> Fraction | None:
        """Return the most that anybody gains where utilities are jointly concave: what the tangent plane allows."""
        most = Fraction(0)
        for index in range(len(self.judge.first)):
            person = TwoPerson(self.game, index, self.judge.faced(index))
            pair, box = (self.judge.first[index], self.judge.second[index]), self.judge.rectangle(index)
            if not person.concave(box):
                return None
            try:
                slopes = person.slopes(((pair[0],) * 2, (pair[1],) * 2))
            except (TypeError, ZeroDivisionError):
                return None
            if not all(slope.is_finite() for slope in slopes):
                return None
            sides = zip(slopes, pair, box, strict=True)
            most = max(most, sum((_rise(slope, at, side) for slope, at, side in sides), Fraction(0)))
        return most

    def balance(self) -> Item:
        """The declared constraints."""
        name = type(self.solution.model).__name__
        if not self.game.constraints():
            return _aside("budget-balance", f"{name} declares no constraint; Game.constraints would give one")
        decisions = dict(zip(self.reading.names, self.own, strict=True))
        room = 0 if self.arithmetic == "exact" else self.judge.tolerance
        broken = [
            breach
            for breach in breaches(self.reading, decisions)
            if breach.row not in self.reading.names and breach.violation > room
        ]
        if broken:
            return Item("budget-balance", Verdict.VIOLATED, broken[0].text, self.arithmetic, {"row": broken[0].row})
        return Item("budget-balance", Verdict.HOLDS, "every declared constraint holds", self.arithmetic)

    def participation(self) -> Item:
        """Who decides on something of either."""
        out = np.flatnonzero(np.asarray((self.own[0] <= 0) & (self.own[1] <= 0), dtype=bool))
        count, role = len(self.own[0]), self.reading.population.name
        if not len(out):
            text = f"all {count:,} {role}s take part"
            return Item(
                "participation", Verdict.HOLDS, text, self.arithmetic, {"participants": count}, informational=True
            )
        text = f"{count - len(out):,} of {count:,} {role}s take part; not {self.game.owner_of(int(out[0]))}"
        witness = {"participants": count - len(out)}
        return Item("participation", Verdict.VIOLATED, text, self.arithmetic, witness, informational=True)


def _rise(slope: Any, at: Fraction, side: tuple[Fraction, Fraction]) -> Fraction:
    """What a decision can rise along a slope in balls, up to its bounds, at the most."""
    up, down = upper_bound(slope), upper_bound(-slope)
    return max(
        max(up, Fraction(0)) * max(side[1] - at, Fraction(0)), max(down, Fraction(0)) * max(at - side[0], Fraction(0))
    )
