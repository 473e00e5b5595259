"""What a report shows of baselines of the field: the mechanism minus each of them, and what their clients spend."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .documents import Named
from .numbers import percent
from .tables import Table

HEADER = ("baseline", "against", "verdict", "difference", "low", "high", "p of sign flips", "Holm", "true ε of budget")


def field_baselines(item: Named) -> tuple[Table, str] | None:
    """Return a training's baselines of the field as a table, and what it is in words; None where there are none.

    Examples
    --------
    >>> field_baselines(Named("training", {"schema": "mechproof/train/1"}))
    """
    found = item.document.get("baselines")
    if not found:
        return None
    rows = tuple(
        (
            one["name"],
            one["against"],
            one["contrast"]["verdict"],
            *(percent(_interval(one["contrast"])[name]) for name in ("mean", "low", "high")),
            one["contrast"].get("sign_flip_p_value"),
            one["holm_p_value"],
            f"{one['spent']['least_of_budget']:.4g} to {one['spent']['most_of_budget']:.4g}",
        )
        for one in found
    )
    most = max(one["spent"]["most_of_budget"] for one in found)
    kept = "Nobody spends more than its budget" if most <= 1 else f"Somebody spends {most:.4g} of its budget"
    words = f"{kept}, by this project's account. Differences are the mechanism's accuracy minus the baseline's."
    return Table(f"baselines of the field: {item.name}", HEADER, rows), words


def _interval(contrast: Mapping[str, Any]) -> Mapping[str, float]:
    found: Mapping[str, float] = contrast.get("simultaneous", contrast["difference"])
    return found
