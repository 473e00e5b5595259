"""Running a Pyomo model: SCIP, HiGHS or pounce, with tight tolerances, a native limit on time and no word on stdout."""

from __future__ import annotations

import contextlib
import io
import logging
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ....formulations.errors import BackendError, ClaimedInfeasible, InputError, LimitReached
from ...installed import version

OWN_OPTIONS = ("form", "sharpen", "starts")
"""Options of the back ends themselves."""


@dataclass(frozen=True)
class Engine:
    """A solver as Pyomo knows it: its package, its options here and others it takes (SCIP: any with a slash)."""

    factory: str
    package: str
    options: Mapping[str, Any]
    others: tuple[str, ...] = ()
    takes_paths: bool = False

    def read_options(self, name: str, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the solver's options, the given ones over the defaults here.

        Raises
        ------
        InputError
            When one is unknown.
        """
        known = (*self.options, *self.others)
        for key, value in given.items():
            if key in OWN_OPTIONS or key in known or (self.takes_paths and key in _scip_options()):
                continue
            also = " or any of SCIP's own, such as 'limits/nodes'" if self.takes_paths else ""
            choices = ", ".join(sorted((*known, *OWN_OPTIONS)))
            raise InputError(f"options.{key}", value, f"is no option of {name}", f"it takes {choices}{also}")
        return {**self.options, **{key: value for key, value in given.items() if key not in OWN_OPTIONS}}


def engines() -> dict[str, Engine]:
    """Return the solvers by name.

    Models are scaled to variables in [0, 1]. HiGHS takes no tolerance below 1e-10; SCIP's default is 1e-6, and a
    hundredth of it a guess, as is pounce's 1e-10. What they leave in games is sharpened away, and an answer is judged
    apart from all of these.

    Examples
    --------
    >>> sorted(engines())
    ['highs', 'pounce', 'scip']
    """
    return {
        "scip": Engine(
            "scip_direct",
            "pyscipopt",
            # the objective is flat at the top: a smaller gap costs much and tells little; silent, because a long
            # log blocks its own pipe
            {"numerics/feastol": 1e-8, "limits/gap": 1e-5, "limits/absgap": 0.0, "display/verblevel": 0},
            takes_paths=True,
        ),
        "highs": Engine(
            "highs",
            "highspy",
            {
                "primal_feasibility_tolerance": 1e-10,
                "dual_feasibility_tolerance": 1e-10,
                # with 1e-10 it called wrong menus optimal, 5 of 150: it takes numbers below 1e-9 for zero
                "mip_feasibility_tolerance": 1e-9,
                "mip_rel_gap": 0.0,
            },
            ("presolve", "solver", "parallel", "threads", "mip_max_nodes", "mip_abs_gap", "mip_heuristic_effort"),
        ),
        "pounce": Engine(
            "pounce",
            "pyomo-pounce",
            {"tol": 1e-10, "constr_viol_tol": 1e-10, "max_iter": 1000},
            ("acceptable_tol", "mu_strategy", "mu_init", "bound_relax_factor", "dual_inf_tol", "compl_inf_tol"),
        ),
    }


@dataclass
class Clock:
    """What is left of a time limit."""

    limit: float | None
    started: float = field(default_factory=time.monotonic)

    def left(self) -> float | None:
        """Return the seconds left, or None without a limit.

        Raises
        ------
        LimitReached
            When none is left.
        """
        if self.limit is None:
            return None
        rest = self.limit - (time.monotonic() - self.started)
        if rest <= 0:
            raise LimitReached(f"the limit of {self.limit:g} seconds passed")
        return rest


def run(engine: Engine, model: Any, options: Mapping[str, Any], clock: Clock) -> str:
    """Solve a model; its variables then hold the best point found, and the solver's status is returned.

    Raises
    ------
    LimitReached, BackendError
        When the solver returned no point.
    """
    from importlib import import_module

    from pyomo.contrib.solver.common.factory import SolverFactory

    if engine.factory == "pounce":
        import_module("pyomo_pounce")  # which registers itself with Pyomo
    solver = SolverFactory(engine.factory)
    limit = clock.left()
    with _quiet():
        try:
            results = solver.solve(
                model,
                time_limit=limit,
                solver_options=dict(options),
                load_solutions=False,
                raise_exception_on_nonoptimal_result=False,
            )
            found = results.solution_loader.get_number_of_solutions() > 0
            if found:
                results.solution_loader.load_solution()
        except Exception as error:
            raise BackendError(f"{engine.factory} failed: {type(error).__name__}: {error}") from error
    status = str(results.termination_condition.name)
    words = {"convergenceCriteriaSatisfied": "optimal", "maxTimeLimit": "time limit"}
    if not found:
        if status == "maxTimeLimit":
            raise LimitReached(f"{engine.factory} found no point in {limit:.3g} seconds")
        kind = ClaimedInfeasible if "infeasible" in status.lower() else BackendError
        raise kind(f"{engine.factory} returned no point; it says {status!r}")
    return words.get(status, status)


def _scip_options() -> set[str]:
    from pyscipopt import Model

    return set(Model().getParams())


def versions_of(engine: Engine) -> dict[str, str]:
    """Return the versions of Pyomo and of the solver."""
    return {"pyomo": version("pyomo"), engine.package: version(engine.package)}


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep solvers' words off the standard output, and Pyomo's warnings about them out of the log."""
    logger = logging.getLogger("pyomo")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            yield
    finally:
        logger.setLevel(level)
