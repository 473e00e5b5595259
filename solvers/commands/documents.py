"""Results as JSON documents, each of a published, versioned schema."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any

import numpy as np

from ...formulations.language import Declaration
from ...formulations.registry import name_of
from ..agreement import agreement
from ..compare import Comparison
from ..finite.equilibria import Equilibria
from ..serialization import declared, plain, provenance
from ..solution import Request, Solution
from ..specification import Specification


def solution_document(
    solution: Solution, specification: Specification | None = None, others: Equilibria | None = None
) -> dict[str, Any]:
    """Return a solution and its certificate as ``mechproof/solve/1``.

    Parameters
    ----------
    solution
        From `solve` or `candidate`.
    specification
        Where the model was read from, if it was.
    others
        All equilibria that were found of a finite game.

    Examples
    --------
    >>> import mechproof as mp
    >>> s = mp.solve(mp.StackelbergPricing(cost=["0.001"] * 100, alpha=10, beta=10), arithmetic="exact")
    >>> document = solution_document(s)
    >>> document["schema"], document["exact"]["reward_pool"], document["certificate"]["valid"]
    ('mechproof/solve/1', '989/99', True)
    """
    return {
        "schema": "mechproof/solve/1",
        **_about(solution.model, solution.request, specification.backend if specification else "auto", specification),
        "backend": solution.backend,
        "claimed": solution.claimed,
        "versions": dict(solution.versions),
        "seconds": solution.seconds,
        "values": plain(solution.values),
        "exact": None if solution.exact is None else plain(solution.exact),
        "certificate": plain(solution.certificate.document()),
        **({} if others is None else {"equilibria": others.document()}),
    }


def comparison_document(comparison: Comparison, specification: Specification | None = None) -> dict[str, Any]:
    """Return a comparison as ``mechproof/compare/1``; of each answer, the single numbers."""
    rows = []
    for row in comparison.rows:
        values = row.solution.values if row.solution else {}
        rows.append(
            {
                "backend": row.backend,
                "status": row.status,
                "detail": row.detail,
                "claimed": row.claimed,
                "seconds": plain(row.seconds),
                "versions": dict(row.versions),
                "values": {name: plain(value) for name, value in values.items() if np.ndim(value) == 0},
                "certificate": plain(row.certificate.document()) if row.certificate else None,
            }
        )
    return {
        "schema": "mechproof/compare/1",
        **_about(comparison.model, comparison.request, "all", specification),
        "rows": rows,
        "agreement": plain(asdict(agreement(comparison))),
    }


def _about(model: Declaration, request: Request, backend: str, specification: Specification | None) -> dict[str, Any]:
    kind = specification.type if specification else name_of(type(model))
    asked = {item.name: plain(getattr(request, item.name)) for item in fields(request)}
    return {
        "mechanism": {"type": kind, "data": declared(model)},
        "request": {"backend": backend, **asked},
        "provenance": provenance(specification.digests if specification else {}),
    }
