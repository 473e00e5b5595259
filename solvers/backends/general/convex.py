"""The back ends `cvxpy:*`: convex programs, and games whose equilibrium is the optimum of a declared convex program.

A program must be disciplined convex in its CVXPY reading. A leader's decision is the root of its slope along the
response that is read off the program. Variables found near a bound are put onto it and the program is solved once
more, which tells exact zeros from small numbers; that is kept only if the multipliers agree.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ....formulations.errors import BackendError, ClaimedInfeasible, InputError, LimitReached, UnsupportedModel
from ....formulations.language import Declaration, Form, Game, Model, Program
from ...backend import BackEnd, offered
from ...installed import version
from ...readings.game import GameReading, population_of
from ...readings.reformulation import TAKES_NO_DISCRETE, decisions_from, form_of, has_discrete, refuse_whole
from ...readings.units import in_suitable_unit
from ...readings.vectors import TINY, Vectors
from ...solution import Answer, Request
from .convex_solvers import Traits, traits

NEAR = 1e-5
"""Variables this near a bound, relative to the largest, may be on it.

An interior point method that stops at a gap of 1e-13 leaves a variable at its bound about the root of that, 3e-7, away
where the multiplier is small too; a first order method at 1e-12 three times that. Too many are no harm: those whose
multipliers disagree are let go. One that is missed stays the small number it was.
"""
PUSHING = 1e-9
"""A multiplier, relative to the largest, that is taken for zero when it pushes away from the bound.

Solvers' own tolerances of 1e-10 to 1e-13 are in it. Where it is too large, a variable is kept on a bound that it would
leave, and the answer is worse by the product of two small numbers.
"""


def backends() -> tuple[BackEnd, ...]:
    """Return one back end for each solver, installed or not; nothing is imported for it.

    Examples
    --------
    >>> [item.name for item in backends()][:2]
    ['cvxpy:CLARABEL', 'cvxpy:ECOS']
    """
    own = (offered(Cvxpy(name), solver.package) for name, solver in traits().items())
    return tuple(offered(backend, "cvxpy-base", "cvxpy") for backend in own)


@dataclass(frozen=True)
class Cvxpy:
    """One solver through CVXPY.

    Options: the solver's own, by the names listed in `traits`; `form`, the name of one of a program's forms.
    """

    solver: str

    @property
    def name(self) -> str:
        """The name it is called by."""
        return f"cvxpy:{self.solver}"

    @property
    def traits(self) -> Traits:
        """What is known of the solver."""
        return traits()[self.solver]

    def accepts(self, model: Declaration) -> str | None:
        """Return None for a disciplined convex program and for a game that declares one."""
        try:
            self._form(model)
        except UnsupportedModel as refusal:
            return str(refusal)
        return None

    def _form(self, model: Declaration, wanted: str | None = None) -> Form:
        """Return the convex program to be solved for a model."""
        if isinstance(model, Game):
            population_of(model)
            refuse_whole(model)
            form = model.convex_form()
            if (reason := self._refusal(form.program)) is not None:
                raise UnsupportedModel(reason)
            return form
        if not isinstance(model, Program) and not (isinstance(model, Model) and model.forms()):
            raise UnsupportedModel(f"takes programs and games, not {type(model).__name__}")
        return form_of(model, self._refusal, wanted=wanted)

    def _refusal(self, program: Program) -> str | None:
        """Return why a program cannot be taken, or None."""
        from ...readings.convex_program import ConvexModel

        if has_discrete(program):
            return TAKES_NO_DISCRETE.format(type(program).__name__)
        try:
            count = sum(int(np.size(item.lower)) for item in program.variables())
            read_in = ConvexModel.of(program)
        except UnsupportedModel as refusal:
            return str(refusal)
        if (objection := read_in.objection()) is not None:
            return objection
        if not self.traits.exponential_cones and not read_in.problem().is_qp():
            return (
                f"takes linear constraints and a linear or quadratic objective only, and {type(program).__name__} "
                f"{_needs(read_in.problem())}; cvxpy:CLARABEL takes it"
            )
        most = self.traits.most_quadratic
        if most is not None and count > most and not read_in.objective.is_pwl():
            return (
                f"takes at most {most} variables under a quadratic objective, not {count}: beyond it needs hours and "
                "has claimed wrong optima; cvxpy:PIQP and cvxpy:CLARABEL take it"
            )
        return None

    def solve(self, model: Declaration, request: Request) -> Answer:
        """Return the program's optimum, or the equilibrium and the leader's decision read off it.

        Raises
        ------
        UnsupportedModel
            When exact arithmetic is asked for, or the model cannot be taken.
        InputError
            When an option is unknown.
        LimitReached, BackendError
            When the solver returned nothing.
        """
        if request.arithmetic == "exact":
            raise UnsupportedModel(
                f"{self.name} computes in floats; the closed-form back end solves exactly where it knows the game, and "
                "any answer can be certified with arithmetic='exact'"
            )
        options = self.options(request)
        counted = in_suitable_unit(model)
        model = counted.model
        form = self._form(model, request.options.get("form"))
        values, claimed = self._optimum(form.program, options)
        if isinstance(model, Game):
            from .leader_stage import decisions_of_optimum

            values = decisions_of_optimum(GameReading(model, Vectors()), form, values)
        else:
            assert isinstance(model, Model)
            values = counted.back(decisions_from(form, model, values))
        return Answer(values, claimed, _versions(self.traits.package))

    def options(self, request: Request) -> dict[str, Any]:
        """Return the solver's options: its defaults here, the request's own, its limit on time."""
        given = {name: value for name, value in request.options.items() if name != "form"}
        known = {*self.traits.options, *self.traits.others, *filter(None, [self.traits.time_limit])}
        for name, value in given.items():
            if name not in known:
                takes = f"it takes {', '.join(['form', *sorted(known)])}"
                raise InputError(f"options.{name}", value, f"is no option of {self.name}", takes)
        options = dict(self.traits.options)
        if self.traits.time_limit is not None and request.time_limit is not None:
            options[self.traits.time_limit] = float(request.time_limit)
        return {**options, **given}

    def _optimum(self, program: Program, options: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
        """Return the program's variables and the solver's status."""
        from ...readings.convex_program import ConvexModel

        model = ConvexModel.of(program)
        claimed = self._run(model.problem(), options)
        values, pins = model.values(), _near_bounds(model)
        # each turn lets some go that should not have been held; four are a guess, after which the first answer stands
        for _ in range(4):
            if not any(len(indices) for indices, _ in pins.values()):
                break
            held = model.pinned(pins)
            holds = held.holds()
            try:
                if not self._run(held.problem(holds), options).startswith("optimal"):
                    break
            except (BackendError, LimitReached):
                break
            kept = {name: _agreeing(pins[name], holds[name].dual_value) for name in pins}
            if all(len(kept[name][0]) == len(pins[name][0]) for name in pins):
                return held.values(), claimed
            pins = kept
        return values, claimed

    def _run(self, problem: Any, options: Mapping[str, Any]) -> str:
        """Solve a CVXPY problem and return the status; the variables then hold the answer."""
        import cvxpy as cp

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                problem.solve(solver=self.solver, **options)
            except cp.SolverError as error:
                raise BackendError(f"{self.name} failed: {error}") from None
        status = str(problem.status)
        if any(variable.value is None for variable in problem.variables()):
            if status == "user_limit":
                raise LimitReached(f"{self.name} stopped at a limit without an answer")
            kind = ClaimedInfeasible if "infeasible" in status else BackendError
            raise kind(f"{self.name} returned no answer; it says {status!r}")
        return status


def _near_bounds(model: Any) -> dict[str, Any]:
    """Return the vector variables that may be on a bound: their indices, and which bound."""
    pins = {}
    for name, variable in model.unit.items():
        if variable.ndim:
            z = np.asarray(variable.value)
            size = max(float(np.max(z, initial=0.0)), TINY)
            low, high = z < NEAR * size, z > 1 - NEAR
            pins[name] = (np.flatnonzero(low | high), np.where(high, 1.0, 0.0)[low | high])
    return pins


def _agreeing(pin: Any, multipliers: Any) -> Any:
    """Return the held variables that do not push away from their bound.

    CVXPY's multiplier of x = v is minus the objective's slope: positive where more of x would be better.
    """
    indices, values = pin
    if not len(indices):
        return pin
    push = np.where(values == 0, 1, -1) * np.asarray(multipliers)
    stays = push <= PUSHING * max(float(np.max(np.abs(push))), TINY)
    return indices[stays], values[stays]


def _needs(problem: Any) -> str:
    """Return in words what keeps a problem from being a quadratic program."""
    cones = {"log": "log", "log1p": "log1p", "exp": "exp", "entr": "entr", "log_sum_exp": "log_sum_exp"}
    found = [cones[atom.__name__] for atom in problem.atoms() if atom.__name__ in cones]
    if found:
        return f"has {', '.join(sorted(found))}, which needs exponential cones"
    return "has a part that is neither linear nor quadratic"


def _versions(solver: str) -> dict[str, str]:
    """Return the versions of CVXPY, which may be installed as cvxpy or as cvxpy-base, and of a solver."""
    import cvxpy

    return {"cvxpy": cvxpy.__version__, solver: version(solver)}
