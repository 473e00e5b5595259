"""Certify an answer from the declaration alone: feasible, an equilibrium, the leader's optimum; to which distance."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from ...formulations.language import Decision, Game
from ...formulations.registry import Registry
from ..evaluation import decisions_of, exact_values, to_floats
from ..readings.game import GameReading
from ..readings.rationals import Irrational, Rationals
from ..readings.vectors import Vectors
from ..solution import Certificate, Solution, check_arithmetic, check_tolerance
from .concavity import concave
from .equilibrium import Enclosure, best_deviation, enclose
from .leader import LeaderVerdict, check_leader
from .program import certify_program

CERTIFICATES: Registry[Callable[[Any, Solution, str, float], Certificate]] = Registry("mechproof.certificates")
"""The certificates that mechanisms bring: of a model, its solution, the arithmetic and the tolerance."""
certificate_of = CERTIFICATES.add


def certify(solution: Solution, arithmetic: str = "float", tolerance: float = 1e-7) -> Certificate:
    """Re-check a solution apart from the back end that found it.

    Parameters
    ----------
    solution
        A solution or candidate; its exact values are used where it has fractions, else its doubles.
    arithmetic
        "float": in double precision, for any number of people. "exact": over fractions and balls, nothing rounded;
        doubles are taken as the numbers they are.
    tolerance
        The largest distance to the solution, relative in the decisions, at which the answer counts as optimal.

    Returns
    -------
    Certificate
        Feasibility, optimality and the distance to the solution, each with the reason.

    Examples
    --------
    >>> import mechproof as mp
    >>> game = mp.StackelbergPricing(cost=["0.2", "0.3", "0.5", 2, 3], alpha=10, beta=10)
    >>> mp.certify(mp.solve(game)).valid
    True
    >>> wrong = mp.candidate(game, reward_pool="9.25", epsilon=["11.1", "7.4", 0, 0, 0])
    >>> certificate = mp.certify(wrong, arithmetic="exact")
    >>> certificate.optimal, "better for the server" in certificate.reason
    (False, True)
    """
    check_arithmetic(arithmetic)
    check_tolerance(tolerance)
    contradiction = _contradiction(solution)
    if contradiction is not None:
        return Certificate(False, None, math.inf, None, None, tolerance, arithmetic, contradiction)
    own = CERTIFICATES.of(type(solution.model))
    if own is not None:
        return own(solution.model, solution, arithmetic, tolerance)
    if not isinstance(solution.model, Game):
        return certify_program(solution.model, solution, arithmetic, tolerance)
    return _Check(solution, solution.model, arithmetic, tolerance).certificate()


def _contradiction(solution: Solution) -> str | None:
    """A decision whose doubles are not its exact numbers, so that there are two answers; None if all agree."""
    for decision in decisions_of(solution.model):
        if decision.name in (solution.exact or {}):
            assert solution.exact is not None
            stated, exact = solution.values[decision.name], to_floats(solution.exact[decision.name])
            if np.shape(stated) != np.shape(exact) or not np.allclose(stated, exact, rtol=2.0**-40, atol=0.0):
                return f"{decision.name} is stated twice, exactly and in doubles, and the two differ"
    return None


@dataclass(frozen=True)
class _Check:
    """One certification of a game's solution."""

    solution: Solution
    game: Game
    arithmetic: str
    tolerance: float

    @cached_property
    def reading(self) -> GameReading:
        return GameReading(self.game, Rationals() if self.arithmetic == "exact" else Vectors())

    def certificate(self) -> Certificate:
        for player in self.game.players():
            if not np.all(np.isfinite(self.solution.values[player.decision.name])):
                return self._result(False, None, math.inf, f"{player.decision.name} is not finite")
        decisions = self._decisions()
        violation, broken = self._violation(decisions)
        if violation > self.tolerance:
            return self._result(False, None, violation, broken)
        misstated = self._misstated()
        if misstated:
            return self._result(False, None, violation, misstated)
        # within the tolerance of the bounds: judged at the nearest decision that keeps them
        decisions = {name: self._within(name, value) for name, value in decisions.items()}
        own, decided = self._split(decisions)
        try:
            return self._judged(own, decided, violation)
        except Irrational:
            return self._result(
                True, None, violation, "the utilities leave the rational numbers; certify with arithmetic='float'"
            )

    def _judged(self, own: Any, decided: dict[str, Any], violation: float) -> Certificate:
        reading, people = self.reading, self.reading.population
        scale = self._utility_scale(own, decided)
        enclosure = enclose(reading, own, decided)
        if enclosure is None or enclosure.distance > self.tolerance:
            gain, who = best_deviation(reading, own, decided, grid=32)
            reason = (
                f"{self._person(who)} gains {gain:.3g} by another {people.decision.name}"
                if gain > 0
                else ("no equilibrium was enclosed around the answer")
            )
            optimal = False if enclosure is not None or gain > self.tolerance * scale else None
            return self._result(
                True, optimal, violation, reason, gain / scale, None if enclosure is None else enclosure.distance
            )
        gain, who = best_deviation(reading, own, decided)
        wrong = self._wrong_side(own, enclosure)
        if wrong:
            return self._result(True, False, violation, wrong, gain / scale, enclosure.distance)
        verdict = LeaderVerdict(True, 0.0, 0.0, "an equilibrium is enclosed")
        if reading.leader is not None:
            # an equilibrium within the distance, in which those who are said to be on a bound are
            middle = np.where(own >= reading.upper, reading.upper, enclosure.middle)
            middle = np.where(own <= reading.lower, reading.lower, middle)
            values = {**decided, people.decision.name: middle}
            verdict = check_leader(self.game, reading, values, self.tolerance)
        elif not concave(reading, own, decided):
            verdict = LeaderVerdict(None, 0.0, None, "the utilities were not shown to be concave in the own decision")
        gap = None if verdict.gap is None else max(gain / scale, verdict.gap)
        distance = None if verdict.distance is None else enclosure.distance + verdict.distance
        optimal = verdict.optimal
        if optimal and distance is not None and distance > self.tolerance:
            optimal = False
        return self._result(True, optimal, violation, verdict.reason, gap, distance)

    def _decisions(self) -> dict[str, Any]:
        names = [player.decision.name for player in self.game.players()]
        if self.arithmetic == "float":
            return {name: self.reading.vector_or_number(self.solution.values[name]) for name in names}
        exact = self.solution.exact or {}
        chosen = {}
        for name in names:
            value = exact.get(name)
            rational = value is not None and all(isinstance(v, Fraction | int) for v in np.ravel(np.asarray(value)))
            chosen[name] = self.reading.vector_or_number(value if rational else self.solution.values[name])
        return chosen

    def _split(self, decisions: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        name = self.reading.population.decision.name
        return decisions[name], {key: value for key, value in decisions.items() if key != name}

    def _bounds(self, name: str) -> tuple[Any, Any]:
        decision = self._decision(name)
        return self.reading.vector_or_number(decision.lower), self.reading.vector_or_number(decision.upper)

    def _decision(self, name: str) -> Decision:
        return next(player.decision for player in self.game.players() if player.decision.name == name)

    def _within(self, name: str, value: Any) -> Any:
        low, high = self._bounds(name)
        return self.reading.algebra.maximum(self.reading.algebra.minimum(value, high), low)

    def _violation(self, decisions: dict[str, Any]) -> tuple[float, str]:
        """The largest violation of a bound or constraint, relative to the largest number concerned, and which."""
        worst, text = 0.0, "every bound and constraint holds"
        for name, value in decisions.items():
            low, high = self._bounds(name)
            below, above = np.atleast_1d(low - value), np.atleast_1d(value - high)
            scale = max(float(np.max(np.abs(np.atleast_1d(value)))), 1e-300)
            for excess, bound, side in ((below, low, "below"), (above, high, "above")):
                index = int(np.argmax(excess))
                if float(excess[index]) / scale > worst:
                    worst = float(excess[index]) / scale
                    at = np.atleast_1d(value)[index], np.atleast_1d(bound)[index]
                    person = name if np.ndim(value) == 0 else f"{name} of {self._person(index)}"
                    text = f"{person} is {float(at[0]):.9g}, {side} its bound {float(at[1]):.9g}"
        slacks = self.reading.constraints(decisions)
        for item in self.game.constraints():
            slack = slacks[item.name]
            short = float(abs(slack) if item.equality else -slack)
            scale = max(abs(float(value)) for value in decisions.values() if np.ndim(value) == 0)
            if short > 0 and short / max(scale, 1e-300) > worst:
                worst, text = short / max(scale, 1e-300), f"{item.name} is broken by {short:.3g}"
        return worst, text

    def _misstated(self) -> str | None:
        """An outcome that is not what the declaration says of the decisions; None if all are."""
        values = self.solution.values
        names = [player.decision.name for player in self.game.players()]
        declared = self._declared({name: values[name] for name in names})
        for name in self.game.outcomes():
            stated, right = np.atleast_1d(values[name]), np.atleast_1d(declared[name])
            if stated.shape != right.shape:
                return f"{name} has {stated.size} entries where {right.size} were declared"
            if right.dtype == bool or stated.dtype == bool:
                wrong = stated.astype(bool) != right.astype(bool)
            else:
                rounding = 2.0**-40 * float(np.max(np.abs(right), initial=0.0))
                wrong = ~(np.abs(stated - right) <= self.tolerance * np.abs(right) + rounding)
            if np.any(wrong):
                index = int(np.argmax(wrong))
                person = "" if np.ndim(values[name]) == 0 else f" of {self._person(index)}"
                return f"{name}{person} is stated as {stated[index]}, and is {right[index]} by the declaration"
        return None

    def _declared(self, decisions: dict[str, Any]) -> dict[str, Any]:
        if self.arithmetic == "float":
            with np.errstate(all="ignore"):
                return GameReading(self.game, Vectors()).outcomes(decisions)
        exact = exact_values(self.game, decisions)
        return {name: to_floats(exact[name]) for name in self.game.outcomes()}

    def _wrong_side(self, own: Any, enclosure: Enclosure) -> str | None:
        """Somebody shown to decide at (or off) the lower bound at equilibrium, where the answer says otherwise."""
        stays_out = (own <= self.reading.lower) & enclosure.starts
        lets_in = (own > self.reading.lower) & enclosure.stays
        for wrong, text in (
            (stays_out, "takes part at the equilibrium"),
            (lets_in, "takes no part at the equilibrium"),
        ):
            if np.any(wrong):
                return f"{self._person(int(np.argmax(wrong)))} {text}; the answer says otherwise"
        return None

    def _utility_scale(self, own: Any, decided: dict[str, Any]) -> float:
        """What a gain is relative to: the leader's largest decision, else the largest of the utilities."""
        if self.reading.leader is not None:
            return float(self.reading.leader.decision.upper)
        utilities = self.reading.utility(own, self.reading.algebra.sum(own) - own, decided)
        return max(abs(float(value)) for value in utilities) or 1.0

    def _person(self, index: int) -> str:
        return self.game.person(index)

    def _result(
        self,
        feasible: bool,
        optimal: bool | None,
        violation: float,
        reason: str,
        gap: float | None = None,
        distance: float | None = None,
    ) -> Certificate:
        return Certificate(feasible, optimal, violation, gap, distance, self.tolerance, self.arithmetic, reason)
