"""Weights of kinks' sides that leave a small gap: a hint from a linear program, with the multipliers beside them.

With weights w of the objective's kinks and v of the rows', the slopes of f − λg are those without weights, and w times
how the objective turns with each kink, less λ v times how a row does. A row's λ v is a number between 0 and λ, in which
all of it is linear.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..readings.vectors import TINY


@dataclass(frozen=True)
class Turning:
    """What a program's slopes are without weights, and how they turn with each weight.

    `rows` are those of all constraints, an equation's twice with either sign, and `slack` what they are off. Of each
    weight of a row, `owner` is the row that turns with it.
    """

    gradient: Any
    rows: Any
    slack: Any
    of_objective: Any
    of_rows: Any
    owner: Any
    point: Any
    low: Any
    high: Any


def weights(turning: Turning) -> tuple[Any, Any]:
    """Return weights of the objective's kinks and of the rows', halves where the linear program finds none.

    Examples
    --------
    The least |x| at zero, between −1 and 1, is that of w x − (1 − w) x for w = ½:

    >>> one, none = np.ones((1, 1)), np.zeros((0, 1))
    >>> box = np.zeros(1), -np.ones(1), np.ones(1)
    >>> weights(Turning(-one[0], none, none[:, 0], 2 * one, none, np.zeros(0, dtype=int), *box))[0].tolist()
    [0.5]
    """
    from scipy.optimize import linprog

    spread = turning.high - turning.low
    moves = spread > 0
    gradient, rows, of_objective, of_rows = (
        (part * spread)[..., moves] for part in (turning.gradient, turning.rows, turning.of_objective, turning.of_rows)
    )
    halves = np.full(len(of_objective), 0.5), np.full(len(of_rows), 0.5)
    if not all(np.all(np.isfinite(part)) for part in (gradient, rows, of_objective, of_rows, turning.slack)):
        return halves
    unit, size = float(np.max(np.abs(gradient), initial=TINY)), np.max(np.abs(rows), axis=1, initial=TINY)
    both, box = np.eye(int(np.sum(moves))), np.clip((turning.point - turning.low)[moves] / spread[moves], 0.0, 1.0)
    products = of_rows / size[turning.owner, None]  # in the units of their rows, that the one is at most the other
    system = np.vstack([-of_objective / unit, rows / size[:, None], products, both, -both]).T
    cost = np.concatenate(
        [np.zeros(len(of_objective)), np.abs(turning.slack) / size, np.zeros(len(of_rows)), box, 1 - box]
    )
    first, second = len(of_objective), len(of_objective) + len(rows)
    at_most = np.zeros((len(of_rows), len(cost)))
    for product, owner in enumerate(turning.owner.tolist()):
        at_most[product, second + product], at_most[product, first + owner] = 1.0, -1.0
    limits: Any = [(0.0, 1.0)] * first + [(0.0, None)] * (len(cost) - first)
    best: Any = linprog(cost, at_most, np.zeros(len(of_rows)), system, gradient / unit, limits, method="highs")
    if best.x is None:
        return halves
    prices, parts = best.x[first:second][turning.owner], best.x[second : second + len(of_rows)]
    shares = np.where(prices > 0, parts / np.where(prices > 0, prices, 1.0), 0.5)
    return np.clip(best.x[:first], 0.0, 1.0), np.clip(shares, 0.0, 1.0)
