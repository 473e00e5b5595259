"""Curves and a table of what matters to an answer: a value against the data that move it most, solved anew."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ...formulations.errors import MechproofError
from ..formatting import title
from ..sensitivity.data import altered, number_of
from ..sensitivity.table import Row, plain_number
from ..sensitivity.what_if import WhatIf
from ..solve import solve
from .figure import Axis, Figure, Mark, Series, Table

POINTS, MOST_CURVES, MOST_PEOPLE = 41, 3, 2_000
"""Of a curve, of curves in a figure, and up to how many people are solved for again and again."""


def importance_table(of: WhatIf, value: str, rows: Sequence[Row]) -> Table:
    """Return what matters to a value, the most important first.

    Examples
    --------
    >>> import mechproof as mp
    >>> from mechproof.solvers.sensitivity.table import matters
    >>> w = mp.what_if(mp.solve(mp.StackelbergPricing(cost=[1, 2], alpha=4, beta=3)))
    >>> importance_table(w, "reward_pool", matters(w, "reward_pool", 2)).rows[0][:3]
    ('beta', 3.0, 1.0)
    """
    header = ("datum", "now", "from below", "from above", "% per %", "holds from", "to", "what happens there")
    text = (
        f"How fast the {title(value)} moves with each datum, by how many per cent with one per cent of it, and between "
        f"which values of it that holds."
    )
    return Table(f"What matters to the {title(value)}", text, header, tuple(_cells(row) for row in rows))


def _cells(row: Row) -> tuple[Any, ...]:
    low, high = row.ends
    events = "; ".join(f"{side}: {end.event}" for side, end in (("below", low), ("above", high)))
    numbers = (row.at, row.left, row.right, row.elasticity, low.at, high.at)
    return (row.label, *map(plain_number, numbers), events)


def importance_figures(of: WhatIf, value: str, rows: Sequence[Row]) -> tuple[Figure, ...]:
    """Return a value against the data that matter most, each from half to twice what it is; none for very many people.

    Examples
    --------
    >>> import mechproof as mp
    >>> from mechproof.solvers.sensitivity.table import matters
    >>> w = mp.what_if(mp.solve(mp.StackelbergPricing(cost=[1, 2], alpha=4, beta=3)))
    >>> (figure,) = importance_figures(w, "reward_pool", matters(w, "reward_pool", 1))
    >>> [series.label for series in figure.series], round(figure.series[0].y[0], 3)
    (['beta'], 0.0)
    """
    sizes = [np.size(number_of(of.solution.model, name)) for name in of.data]
    chosen = [row for row in rows if plain_number(row.at)][:MOST_CURVES]
    if not chosen or max(sizes) > MOST_PEOPLE:
        return ()
    factors = np.geomspace(0.5, 2, POINTS)
    series = [Series(row.label, factors.tolist(), _curve(of, value, row, factors)) for row in chosen]
    found = Figure(
        f"what-if-{value}",
        f"The {title(value)} if a datum were another",
        "Each curve solves the mechanism anew with one datum changed and the others as they are; a jump is where "
        "another optimum takes over, a kink where somebody enters, leaves or reaches a bound.",
        Axis("the datum, relative to what it is", "log"),
        Axis(title(value)),
        tuple(series),
        (Mark("now", 1.0, _sum(of.solution.values[value])),),
    )
    return (found,)


def _curve(of: WhatIf, value: str, row: Row, factors: np.ndarray) -> list[float]:
    return [_solved(of, value, row, float(row.at) * factor) for factor in factors.tolist()]


def _solved(of: WhatIf, value: str, row: Row, datum: float) -> float:
    """The value with one datum changed, not a number where the declaration does not allow it."""
    try:
        model = altered(of.solution.model, row.name, row.index, datum)
        return _sum(solve(model, _backend(of)).values[value])
    except MechproofError:
        return math.nan


def _backend(of: WhatIf) -> str:
    return "auto" if of.solution.backend == "candidate" else of.solution.backend


def _sum(value: Any) -> float:
    return float(np.sum(value))
