"""A repair as JSON data, ``mechproof/repair/1``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...formulations.registry import name_of
from ..serialization import declared, plain, provenance
from ..specification import Specification
from .results import Repair


def repair_document(
    found: Repair, asked: Specification | None = None, verified: Sequence[Mapping[str, Any]] = ()
) -> dict[str, Any]:
    """Return a repair as ``mechproof/repair/1``.

    Parameters
    ----------
    found
        From `repair`.
    asked
        Where the broken numbers were read from, if they were.
    verified
        What verification said of the repaired numbers: a property, a verdict and a text each.

    Examples
    --------
    >>> import mechproof as mp
    >>> menu = mp.VersionPricing(epsilon=[1, 2], target=[1, 5])
    >>> document = repair_document(mp.repair(mp.candidate(menu, price=[1, 5])))
    >>> document["schema"], document["distance"], document["repaired"]["price"]
    ('mechproof/repair/1', '3/2', ['5/2', '5'])
    """
    model, exact = found.candidate.model, found.candidate.exact or {}
    names = list(found.program.stated)
    return {
        "schema": "mechproof/repair/1",
        "mechanism": {"type": asked.type if asked else name_of(type(model)), "data": declared(model)},
        "request": {"keep": list(found.kept), "norm": found.norm, "tolerance": found.certificate.tolerance},
        "stated": {name: plain(found.asked.exactly[name]) for name in names},
        "repaired": {name: plain(exact[name]) for name in names},
        "distance": plain(found.distance),
        "changed": [
            {
                "who": item.who,
                "field": item.field,
                "before": plain(item.before),
                "after": plain(item.after),
                "worth": plain(item.amount),
            }
            for item in found.changed
        ],
        "cost": [{"who": who, "worse_off_by": plain(amount)} for who, amount in found.cost.items()],
        "outcomes": {name: plain(list(pair)) for name, pair in found.outcomes.items()},
        "properties": list(found.properties),
        "verified": [dict(item) for item in verified],
        "certificate": plain(found.certificate.document()),
        "backend": found.plan.backend,
        "seconds": found.seconds,
        "provenance": provenance(asked.digests if asked else {}),
    }
