"""A plan's numbers as a table, a row for each client."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .budgets import Budgets
from .privacy import Array


def rows_of(
    budgets: Budgets, sigma: Array, public: Mapping[str, NDArray[Any]], spent: Mapping[str, Array]
) -> list[dict[str, Any]]:
    """Return a row for each client as plain data.

    Parameters
    ----------
    budgets
        Whose rows they are.
    sigma
        Noise multipliers, infinite for who takes no part: it has none, and spends nothing.
    public, spent
        Columns by name, one entry a client.

    Examples
    --------
    >>> from .budgets import budgets_of
    >>> two = np.array([1, 1])
    >>> rows_of(budgets_of({"anna": 1, "bert": 0}), np.array([2.0, np.inf]), {"records": two}, {"mu": 0.5 * two})[1]
    {'client': 'bert', 'budget': '0', 'records': 1, 'sigma': None, 'mu': 0.0}
    """
    present = np.isfinite(sigma)
    columns: dict[str, list[Any]] = {"client": list(budgets.clients), "budget": list(budgets.texts)}
    columns |= {name: column.tolist() for name, column in public.items()}
    columns["sigma"] = [value if there else None for value, there in zip(sigma.tolist(), present, strict=True)]
    columns |= {name: np.where(present, column, 0.0).tolist() for name, column in spent.items()}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
