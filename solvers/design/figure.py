"""A family's objective against its parameters, with what no box holds more than."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from ...formulations.algebra import Formula, read
from ..certificates.design.cover import leaves
from ..certificates.design.objective import BITS, Objective
from ..figures.figure import Axis, Figure, Mark, Series, Table
from ..formatting import exact_number
from ..readings.balls import precision
from ..readings.vectors import Vectors
from .optimum import Optimum

POINTS = 201


def design_figures(best: Optimum) -> tuple[Figure, ...]:
    """Return a figure for each parameter, the others being at the best; of a single one with the certified bounds.

    Examples
    --------
    >>> from mechproof.formulations.design.contest_pool import ContestPool
    >>> from mechproof.solvers.design.optimum import optimise
    >>> (figure,) = design_figures(optimise(ContestPool(cost=[1, 1], alpha=4, beta=2)))
    >>> [line.label for line in figure.series]
    ['server-utility', 'certified: nothing is above']
    """
    return tuple(_figure(best, name) for name in best.exact)


def _figure(best: Optimum, name: str) -> Figure:
    family, single = best.family, len(best.exact) == 1
    low, high = family.box()[name]
    places = np.linspace(float(low), float(high), POINTS).tolist()
    data, formula = family.read_in(Vectors()), family.objectives()[best.objective]
    values = [_valued(formula, {**data, **best.parameters, name: place}) for place in places]
    lines = [Series(best.objective, places, values)]
    if single:
        lines.append(_certified(best, name))
    unit = next(item.unit for item in family.parameters() if item.name == name)
    label = name.replace("_", " ")
    return Figure(
        f"design-{name}",
        f"{best.objective} by {label}",
        _said(best, single),
        Axis(label if unit == "1" else f"{label} ({unit})"),
        Axis(best.objective),
        tuple(lines),
        (Mark("best", best.parameters[name], best.value),) if best.value is not None else (),
    )


def _valued(formula: Formula, roles: dict[str, Any]) -> float:
    """Return an objective in doubles; no number where it is not defined."""
    try:
        with np.errstate(all="ignore"):
            return float(read(formula, Vectors(), roles))
    except ArithmeticError:
        return float("nan")


def _said(best: Optimum, single: bool) -> str:
    if not single:
        return "The other parameters are at the best."
    text = "Each step is what the objective is shown not to exceed on a box of parameters: all boxes cover them all."
    return text + (" No parameter is better than the one marked." if best.certificate.exact else "")


def _certified(best: Optimum, name: str) -> Series:
    """Return the bounds of the boxes as steps; where the best point attains a box's bound, that is its value."""
    lower = best.certificate.lower or Fraction(0)
    with precision(BITS):
        found = leaves(Objective(best.family, best.objective, best.multipliers), best.exact, best.word, lower)
    x: list[float] = []
    y: list[float] = []
    for box, leaf in sorted(found, key=lambda pair: pair[0][name]):
        bound: Any = lower if leaf.attained else leaf.upper
        x += map(float, box[name])
        y += [float("nan") if bound is None else float(bound)] * 2
    return Series("certified: nothing is above", x, y)


def design_table(best: Optimum) -> Table:
    """Return the best parameters between their bounds."""
    rows = []
    for name, (low, high) in best.family.box().items():
        rows.append((name.replace("_", " "), exact_number(best.exact[name]), float(low), float(high)))
    title = f"The best by {best.objective}"
    return Table(
        title, "Parameters of the family, and between which they were sought.", ("", "best", "from", "to"), tuple(rows)
    )
