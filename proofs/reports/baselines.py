"""What a report shows of baselines and of mechanisms compared: one row for each."""

from __future__ import annotations

from typing import Any

from .documents import Named
from .tables import Table


def baseline_table(item: Named) -> Table:
    """Return a baselines document as the page shows it."""
    header = ("baseline", "pool", "mean ε", "least utility", "server's utility", "feasible", "nobody loses", "no envy")
    return Table(item.about, header, tuple(_row(row) for row in item.document["rows"]))


def _row(row: dict[str, Any]) -> tuple[Any, ...]:
    sold = [value for value in row["epsilon"] if value is not None]
    kept = [value for value in row["client_utility"] if value is not None]
    mean, least = (sum(sold) / len(sold), min(kept)) if sold and kept else (None, None)
    truths = (row["feasible"], row["rational"], row["compatible"])
    return (row["name"], row["reward_pool"], mean, least, row["server_utility"], *truths)


def mechanism_table(item: Named) -> Table:
    """Return a comparison of mechanisms as the page shows it."""
    header = (
        "mechanism",
        "server keeps",
        "± s.e.",
        "total ε",
        "paid",
        "less than first best",
        "less than contest",
    )
    names = ("name", "server_utility", "server_error", "total_epsilon", "paid", "short_of_best", "short_of_contest")
    rows = tuple(tuple(row[name] for name in names) for row in item.document["rows"])
    return Table(item.about, header, rows)
