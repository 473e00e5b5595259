"""The back ends `pyomo:*`: games through everybody's complementarity conditions, and programs of any smooth shape.

- `pyomo:scip`: the bilevel problem in one model, global over its local maxima; programs, global.
- `pyomo:pounce`: the same with complementarity relaxed and driven to zero, from several starts; programs, local.
- `pyomo:highs`: the optimality conditions of a game's declared convex program, by disjunction; linear programs, and
  convex quadratic ones through their optimality conditions.

Answers to games are sharpened by Newton's method from where the solver stopped (option `sharpen`), unless they would
have to move far; the claim says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from ....formulations.errors import BackendError, LimitReached, UnsupportedModel
from ....formulations.language import Declaration, Form, Game, Model, Program
from ...backend import BackEnd, offered
from ...readings.game import GameReading, population_of
from ...readings.piece_game import lines_of_steps
from ...readings.reformulation import decisions_from, form_of
from ...readings.units import in_suitable_unit
from ...readings.vectors import Vectors
from ...solution import Answer, Request
from .complementarity_scope import refusal_of_program, refuse_game
from .nonlinear_solvers import Clock, Engine, engines, run, versions_of

RELAXATIONS = (1e-1, 1e-2, 1e-4, 1e-6, 1e-8)
"""Bounds on the products of multipliers and slacks, each solved from the one before, down to near the solver's 1e-10.

At zero such constraints have no interior, and interior point methods stop anywhere. What 1e-8 leaves, its root of 1e-4
in a decision on its bound, is sharpened away.
"""
LARGEST_MULTIPLIERS = (1e1, 1e3, 1e5, 1e7)
"""Bounds on multipliers, tried from the least: too small a one makes the conditions infeasible, never wrong.

The least is best: a binary may be off by the solver's 1e-9, and that part of the bound is what a multiplier that
should be zero may then be, 1e-2 at the last.
"""


def backends() -> tuple[BackEnd, ...]:
    """Return one back end for each solver, installed or not; nothing is imported for it.

    Examples
    --------
    >>> [item.name for item in backends()]
    ['pyomo:highs', 'pyomo:pounce', 'pyomo:scip']
    """
    return tuple(offered(Pyomo(name), engine.package) for name, engine in sorted(engines().items()))


@dataclass(frozen=True)
class Pyomo:
    """One solver through Pyomo.

    Options: the solver's own; `sharpen` (True), whether an answer to a game is refined; `starts` (4), how many of the
    leader's decisions the local solver starts from; `form`, the name of one of a program's forms.
    """

    solver: str

    @property
    def name(self) -> str:
        """The name it is called by."""
        return f"pyomo:{self.solver}"

    @property
    def engine(self) -> Engine:
        """How the solver is run."""
        return engines()[self.solver]

    def accepts(self, model: Declaration) -> str | None:
        """Return None for games with smooth utilities and for programs, up to sizes that were found to be solved."""
        try:
            if isinstance(model, Game):
                refuse_game(self.solver, model)
            elif isinstance(model, Program) or (isinstance(model, Model) and model.forms()):
                self._form(model)
            else:
                return f"takes programs and games, and {type(model).__name__} has no such form here"
        except UnsupportedModel as refusal:
            return str(refusal)
        return None

    def solve(self, model: Declaration, request: Request) -> Answer:
        """Return a solution, its claim in the solver's own word.

        Raises
        ------
        UnsupportedModel
            When exact arithmetic is asked for.
        InputError
            When an option is unknown.
        LimitReached, BackendError
            When the solver returned no point.
        """
        if request.arithmetic == "exact":
            raise UnsupportedModel(
                f"{self.name} computes in floats; the closed-form back end solves exactly where it knows the game, and "
                "any answer can be certified with arithmetic='exact'"
            )
        options = self.engine.read_options(self.name, request.options)
        if self.solver == "scip":
            options.setdefault("randomization/randomseedshift", request.seed)
        clock = Clock(request.time_limit)
        if isinstance(model, Model) and not isinstance(model, Game):
            counted = in_suitable_unit(model)
            form = self._form(counted.model, request.options.get("form"))
            values, claimed = self._program(form.program, options, clock)
            values = counted.back(decisions_from(form, counted.model, values))
        elif self.solver == "highs":
            assert isinstance(model, Game)
            from .leader_stage import decisions_of_optimum

            form = model.convex_form()
            values, claimed = self._conditions(form.program, options, clock)
            values = decisions_of_optimum(GameReading(model, Vectors()), form, values)
        else:
            assert isinstance(model, Game)
            values, claimed = self._game(model, options, request.options, clock)
        return Answer(values, claimed, versions_of(self.engine))

    def _form(self, program: Model, wanted: str | None = None) -> Form:
        """Return the form of a program that is solved: as declared, else with whole variables, else any other."""
        return form_of(program, partial(refusal_of_program, self.solver), prefer_whole=True, wanted=wanted)

    def _program(self, program: Program, options: Mapping[str, Any], clock: Clock) -> tuple[dict[str, Any], str]:
        from .program_model import direct

        built = direct(program)
        if self.solver == "highs" and built.degree[0] not in (0, 1):
            return self._conditions(program, options, clock)
        claimed = run(self.engine, built.model, options, clock)
        return built.values(), claimed

    def _conditions(self, program: Program, options: Mapping[str, Any], clock: Clock) -> tuple[dict[str, Any], str]:
        """Solve a convex program's optimality conditions; then once more with every disjunction settled, as an LP."""
        from .program_model import conditions

        for largest in LARGEST_MULTIPLIERS:
            built = conditions(program, largest)
            try:
                claimed = run(self.engine, built.model, options, clock)
                break
            except BackendError:
                if largest == LARGEST_MULTIPLIERS[-1]:
                    raise
        values = built.values()
        for kind in built.model.kind.values():
            kind.fix(round(kind.value))
        try:
            if run(self.engine, built.model, options, clock) == "optimal":
                values = built.values()
        except (BackendError, LimitReached):
            # the answer with its disjunctions open stands
            pass
        return values, claimed

    def _game(
        self, game: Game, options: Mapping[str, Any], own_options: Mapping[str, Any], clock: Clock
    ) -> tuple[dict[str, Any], str]:
        from .complementarity_model import disjunctive, relaxed
        from .sharpen import idle_is_better, sharpened

        if self.solver == "scip" and lines_of_steps(game):
            from .stepwise_model import sharpened_by_pieces, stepwise

            built = stepwise(game)
            claimed = run(self.engine, built.model, options, clock)
            own, name = built.decisions()[0], population_of(game).decision.name
            if own_options.get("sharpen", True):
                own, claimed = sharpened_by_pieces(game, own), f"{claimed}, sharpened"
            return {name: own}, claimed
        if self.solver == "scip":
            built = disjunctive(game)
            claimed = run(self.engine, built.model, options, clock)
            own, choice = built.decisions()
        else:
            own, choice, claimed = self._from_starts(relaxed(game), int(own_options.get("starts", 4)), options, clock)
        reading = GameReading(game, Vectors())
        own = np.clip(own, reading.lower, reading.upper)
        if choice is not None and reading.leader is not None:
            choice = min(max(choice, float(reading.leader.decision.lower)), float(reading.leader.decision.upper))
        sharp = False
        if own_options.get("sharpen", True):
            own, choice, sharp = sharpened(reading, own, choice)
            claimed += ", sharpened" if sharp else ""
        if not sharp and choice is not None and idle_is_better(reading, own, choice):
            assert reading.leader is not None
            own, choice = np.array(reading.lower, dtype=np.float64), float(reading.leader.decision.lower)
        values: dict[str, Any] = {reading.population.decision.name: own}
        return {**({} if reading.leader is None else {reading.leader.decision.name: choice}), **values}, claimed

    def _from_starts(
        self, built: Any, starts: int, options: Mapping[str, Any], clock: Clock
    ) -> tuple[np.ndarray, float | None, str]:
        """Follow the relaxation to zero from several of the leader's decisions; return the best end."""
        import pyomo.environ as pyo

        ends: list[tuple[float, np.ndarray, float | None]] = []
        for part in (np.arange(starts) + 0.5) / starts if built.choice is not None else [0.5]:
            if built.choice is not None:
                built.model.choice.value = float(part)
            try:
                if self._followed(built, options, clock) == "optimal":
                    ends.append((float(pyo.value(built.model.objective)), *built.decisions()))
            except BackendError:
                continue
            except LimitReached:
                break
        if not ends:
            raise BackendError(f"{self.name} converged from none of {starts} starts")
        _, own, choice = max(ends, key=lambda end: end[0])
        return own, choice, "locally optimal" if built.choice is not None else "optimal"

    def _followed(self, built: Any, options: Mapping[str, Any], clock: Clock) -> str:
        """Follow the relaxation to zero from one start, and return the last claim."""
        for variable in built.model.z.values():
            variable.value = variable.value if variable.fixed else 0.2
        status = ""
        for slack in RELAXATIONS:
            built.model.slack.value = slack
            status = run(self.engine, built.model, options, clock)
        return status
