"""The solvers that CVXPY hands a program to: their packages, the tolerances they attain, what they cannot take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Traits:
    """A solver as CVXPY knows it: its package, the options passed by default, others it takes, what it cannot take."""

    package: str
    options: Mapping[str, Any]
    others: tuple[str, ...] = ()
    time_limit: str | None = None
    exponential_cones: bool = False
    most_quadratic: int | None = None


def traits() -> dict[str, Traits]:
    """Return the solvers that can be used, with the tightest tolerances that each still attains.

    Programs are scaled to variables in [0, 1] and an objective near one, so that 1e-13 is a thousand roundings of 2⁻⁵³.
    First order methods (OSQP, SCS) do not get there, and HiGHS takes nothing below 1e-10. Limits on iterations are
    guesses that only end what does not converge. No verdict rests on any of these numbers: an answer that is less exact
    than its solver says is certified to the distance it has.
    """
    return {
        "CLARABEL": Traits(
            "clarabel",
            {"tol_gap_abs": 1e-13, "tol_gap_rel": 1e-13, "tol_feas": 1e-13, "max_iter": 400},
            ("equilibrate_enable", "direct_solve_method", "tol_ktratio", "presolve_enable", "max_threads"),
            time_limit="time_limit",
            exponential_cones=True,
        ),
        "ECOS": Traits(
            "ecos",
            {"abstol": 1e-13, "reltol": 1e-13, "feastol": 1e-13, "max_iters": 400},
            ("abstol_inacc", "reltol_inacc", "feastol_inacc"),
            exponential_cones=True,
        ),
        "HIGHS": Traits(
            "highspy",
            # a regularised quadratic is another problem: its optimum is off by the regularisation
            {
                "primal_feasibility_tolerance": 1e-10,
                "dual_feasibility_tolerance": 1e-10,
                "qp_regularization_value": 0.0,
            },
            ("presolve", "solver", "parallel", "threads", "qp_iteration_limit", "qp_nullspace_limit", "mip_rel_gap"),
            time_limit="time_limit",
            most_quadratic=3_000,
        ),
        "OSQP": Traits(
            "osqp",
            {"eps_abs": 1e-12, "eps_rel": 1e-12, "max_iter": 100_000, "polishing": True},
            ("rho", "sigma", "alpha", "scaling", "adaptive_rho", "check_termination", "linsys_solver"),
            time_limit="time_limit",
        ),
        "PIQP": Traits(
            "piqp",
            {
                "eps_abs": 1e-13,
                "eps_rel": 1e-13,
                "check_duality_gap": True,
                "eps_duality_gap_abs": 1e-13,
                "eps_duality_gap_rel": 1e-13,
                "max_iter": 400,
            },
            ("rho_init", "delta_init", "preconditioner_scale_cost", "preconditioner_iter", "tau"),
        ),
        "SCS": Traits(
            "scs",
            {"eps_abs": 1e-12, "eps_rel": 1e-12, "max_iters": 100_000},
            ("alpha", "scale", "rho_x", "adaptive_scale", "normalize", "acceleration_lookback"),
            time_limit="time_limit_secs",
            exponential_cones=True,
        ),
    }
