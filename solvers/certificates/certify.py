"""Certify an answer from the declaration alone: feasible, an equilibrium, the leader's optimum; to which distance."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from ...formulations.errors import UnsupportedModel
from ...formulations.language import Decision, Game, Model
from ...formulations.registry import Registry
from ..readings.game import GameReading, decides_discretely, decides_twice
from ..readings.rationals import Irrational, Rationals
from ..readings.vectors import Vectors
from ..solution import Certificate, Solution, check_arithmetic, check_tolerance, of_its_solution
from .deviations import gain_at_most, utility_scale
from .equilibrium import Enclosure, enclose
from .feasibility import Feasibility, feasibility, unreadable
from .leader import LEADERS, check_near

STEPWISE = "its decisions are whole numbers, or from a finite set"
CERTIFICATES: Registry[Callable[[Any, Solution, str, float], Certificate]] = Registry("mechproof.certificates")
"""The certificates that mechanisms bring: of a model, its solution, the arithmetic and the tolerance."""
certificate_of = CERTIFICATES.add


@of_its_solution
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
    objection = unreadable(solution)
    if objection is not None:
        return Certificate(False, None, math.inf, None, None, tolerance, arithmetic, objection)
    assert isinstance(solution.model, Model)
    own = CERTIFICATES.of(type(solution.model))
    if own is not None:
        return own(solution.model, solution, arithmetic, tolerance)
    if isinstance(solution.model, Game) and solution.model.asks_one_by_one and not decides_discretely(solution.model):
        from .one_by_one import certify_one_by_one  # few games ask for the others one by one

        return certify_one_by_one(solution.model, solution, arithmetic, tolerance)
    if not isinstance(solution.model, Game):
        from .program import certify_program  # games need none of it

        return certify_program(solution.model, solution, arithmetic, tolerance)
    if decides_twice(solution.model):
        from .two_decisions import certify_two  # few games need it

        return certify_two(solution.model, solution, arithmetic, tolerance)
    return _Check(solution, solution.model, arithmetic, tolerance).certificate()


@dataclass(frozen=True)
class _Check:
    """One certification of a game's solution; over fractions it is `quick` where only our own argument reads them."""

    solution: Solution
    game: Game
    arithmetic: str
    tolerance: float
    quick: bool = True

    @cached_property
    def reading(self) -> GameReading:
        if self.arithmetic != "exact":
            return GameReading(self.game, Vectors())
        if not self._over_quotients:
            return GameReading(self.game, Rationals())
        from ..readings.quotients import Quotients  # doubles need none of it

        return GameReading(self.game, Quotients())

    @property
    def _over_quotients(self) -> bool:
        return self.quick and self.arithmetic == "exact" and self._argued

    def certificate(self) -> Certificate:
        if self._over_quotients:
            with suppress(TypeError):  # somebody's formula may have fractions of its own, with which they do not mix
                return self._certificate()
            return replace(self, quick=False)._certificate()
        return self._certificate()

    def _certificate(self) -> Certificate:
        found = feasibility(self.solution, self.reading, self.tolerance)
        if found.objection is not None:
            return found.certificate(self.tolerance, self.arithmetic)
        if self.reading.population.decision.discrete:
            return self._tried(found)
        return self._inside(found)

    def _inside(self, found: Feasibility) -> Certificate:
        """Judge feasible decisions, moved to the nearest that keep their bounds."""
        decisions = {name: self._within(name, value) for name, value in found.decisions.items()}
        own, decided = self._split(decisions)
        moved = sum(self._moved(name, found.decisions[name], value) for name, value in decisions.items())
        try:
            with np.errstate(all="ignore"):
                return self._judged(own, decided, found.violation, moved)
        except Irrational:
            reason = "the utilities leave the rational numbers; certify with arithmetic='float'"
        except (TypeError, ZeroDivisionError, UnsupportedModel) as refusal:
            if isinstance(refusal, TypeError) and self._over_quotients:
                raise
            why = "they divide by zero" if isinstance(refusal, ZeroDivisionError) else refusal
            reason = f"the marginal utilities at the answer are not known: {why}"
        return self._unsettled(own, decided, found.violation, reason)

    def _judged(self, own: Any, decided: dict[str, Any], violation: float, moved: float) -> Certificate:
        """Judge decisions that keep their bounds, and have been moved by so much to do so."""
        if self._jumps:
            from .jumps import judged_with_jumps  # few games have any

            seen = judged_with_jumps(self.reading, own, decided, self.tolerance, moved)
            return self._result(seen.optimal, violation, seen.reason, None, seen.distance)
        enclosure = enclose(self.reading, own, decided)
        if enclosure is None:
            return self._unsettled(own, decided, violation, "no equilibrium was enclosed around the answer")
        judge = self._by_argument if self._argued else self._general
        return judge(own, decided, violation, moved, enclosure)

    def _by_argument(
        self, own: Any, decided: dict[str, Any], violation: float, moved: float, enclosure: Enclosure
    ) -> Certificate:
        """Judge a game whose population has one equilibrium and no more: the one that is enclosed."""
        distance, at_least = enclosure.distance + moved, enclosure.at_least - moved
        verdict = check_near(self.reading, own, decided, enclosure, self.tolerance, distance)
        apart = verdict.apart(distance)
        gap = self._gap(own, decided, verdict.gap) if verdict.optimal else None
        wrong = self._wrong_side(own, enclosure.starts, enclosure.stays)
        if wrong:
            return self._result(False, violation, wrong, gap, apart, at_least)
        if distance > self.tolerance:
            from .refutation import only_one_elsewhere  # a right answer needs none of it

            refuted = only_one_elsewhere(self.reading, own, decided, self.tolerance, at_least)
            if refuted:
                return self._result(False, violation, refuted, gap, apart, at_least)
            reason = f"an equilibrium is enclosed, but only within {distance:.3g} of the answer"
            return self._result(None, violation, reason, gap, apart)
        optimal, reason = verdict.optimal, verdict.reason
        if apart is not None and apart > self.tolerance:
            optimal, reason = None, f"{reason}, but only within {apart:.3g} of the answer"
        return self._result(optimal, violation, reason, gap, apart, at_least + (verdict.distance_at_least or 0.0))

    @property
    def _jumps(self) -> bool:
        """Whether utilities have steps; a mechanism with an argument for its leader has none."""
        if self._argued:
            return False
        from ..readings.piece_game import lines_of_steps  # few games need it

        return bool(lines_of_steps(self.game))

    def _tried(self, found: Feasibility) -> Certificate:
        """Judge decisions in whole numbers, or from a finite set: each other one is tried."""
        from .whole import other_decisions  # few games have any

        tried = other_decisions(self.reading, *self._split(found.decisions), self._person)
        optimal, reason = None if tried.better is None else not tried.better, tried.reason
        if optimal and self.reading.leader is not None:
            name = self.reading.leader.decision.name
            reason = f"{reason}; how the population answers to another {name} is not known: {STEPWISE}"
            return self._result(None, found.violation, reason)
        sure = 0.0 if optimal else None
        return self._result(optimal, found.violation, reason, sure, sure)

    @property
    def _argued(self) -> bool:
        """Whether the mechanism brings an argument, by which the population has one equilibrium and no more."""
        return LEADERS.of(type(self.game)) is not None and self.game.argued

    def _general(
        self, own: Any, decided: dict[str, Any], violation: float, moved: float, enclosure: Enclosure
    ) -> Certificate:
        """Judge a game of which nothing more is known: it may have no equilibrium, or several."""
        from .nearby import equilibrium_near  # a mechanism with an argument needs none of it

        near = equilibrium_near(self.reading, own, decided, enclosure)
        if near is None:
            reason = "that utilities are concave in the own decision, with an equilibrium near, was not shown"
            return self._unsettled(own, decided, violation, reason)
        distance = near.distance + moved
        if distance > self.tolerance:
            reason = f"an equilibrium is enclosed, but only within {distance:.3g} of the answer"
            return self._unsettled(own, decided, violation, reason, distance)
        if self.reading.leader is None:
            wrong, gap = self._wrong_side(own, near.starts, near.stays), self._gap(own, decided, 0.0, near.within)
            return self._result(not wrong, violation, wrong or "an equilibrium is enclosed", gap, distance)
        verdict = check_near(self.reading, own, decided, enclosure, self.tolerance, distance)
        return self._result(verdict.optimal, violation, verdict.reason, at_least=verdict.distance_at_least)

    def _unsettled(
        self, own: Any, decided: dict[str, Any], violation: float, reason: str, distance: float | None = None
    ) -> Certificate:
        """Refute by a gain that somebody has, or because no equilibrium is near; else the answer is undecided."""
        from .nearby import none_nearer_than
        from .refutation import gain_found, gain_searched

        if self._over_quotients:
            from ..readings.quotients import as_fractions

            decided = {name: as_fractions(value) for name, value in decided.items()}
            return replace(self, quick=False)._unsettled(as_fractions(own), decided, violation, reason, distance)
        asked = self.reading, own, decided, self.tolerance
        gains, apart = gain_found(*asked, grid=32), none_nearer_than(*asked)
        gains = gains or ("" if apart else gain_searched(*asked))
        if gains or apart:
            reason = gains or f"every equilibrium is more than {apart:.3g} away"
            return self._result(False, violation, reason, at_least=apart)
        return self._result(None, violation, reason, distance=distance)

    def _gap(
        self, own: Any, decided: dict[str, Any], leaders: float | None, within: tuple[Any, Any] | None = None
    ) -> float | None:
        """A bound on what anybody leaves on the table, relative."""
        gain = gain_at_most(self.reading, own, decided, within)
        if gain is None or leaders is None:
            return None
        return max(gain / utility_scale(self.reading, own, decided), leaders)

    def _split(self, decisions: Mapping[str, Any]) -> tuple[Any, dict[str, Any]]:
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

    def _moved(self, name: str, before: Any, after: Any) -> float:
        """How far a decision was moved into its bounds: the population's to its largest, a leader's to its bounds'."""
        apart = float(np.max(abs(before - after)))
        sizes = (after,) if np.ndim(after) else self._bounds(name)
        return apart / max(float(np.max(abs(size))) for size in sizes) if apart else 0.0

    def _wrong_side(self, own: Any, starts: Any, stays: Any) -> str | None:
        """Somebody shown to decide at (or off) the lower bound at equilibrium, where the answer says otherwise."""
        lower = self.reading.lower
        for wrong, text in (((own <= lower) & starts, "takes part"), ((own > lower) & stays, "takes no part")):
            if np.any(wrong):
                return f"{self._person(int(np.argmax(wrong)))} {text} at the equilibrium; the answer says otherwise"
        return None

    def _person(self, index: int) -> str:
        return self.game.owner_of(index)

    def _result(
        self,
        optimal: bool | None,
        violation: float,
        reason: str,
        gap: float | None = None,
        distance: float | None = None,
        at_least: float | None = None,
    ) -> Certificate:
        least = at_least if optimal is False and at_least is not None and at_least > 0 else None
        return Certificate(True, optimal, violation, gap, distance, self.tolerance, self.arithmetic, reason, least)
