"""What an answer breaks of its declaration, written down once more, and how far it is from what follows from it."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np

from . import answers
from .answers import LeastVariance, Point, cone_rows
from .instances import Instance


def violation(instance: Instance, values: Any) -> float | None:
    """Return the largest broken row, as a part of the sizes of its own terms; None where this is not known here."""
    if not all(np.all(np.isfinite(np.asarray(values[d], dtype=float))) for d in _names(instance)):
        return float("inf")
    rows = ROWS.get(instance.family, lambda model, values: None)(instance.model, values)
    return None if rows is None else max((_part(slack, size) for slack, size in rows), default=0.0)


def _part(slack: Any, size: Any) -> float:
    """What part of its size the most broken of some entries ≥ 0 is; all of it where there is no size."""
    short, sizes = np.broadcast_arrays(np.maximum(-np.asarray(slack, dtype=float), 0.0), size)
    return max((float(by / (of or by)) for by, of in zip(short.flat, sizes.flat, strict=True) if by), default=0.0)


Rows = list[tuple[Any, Any]]


def led_apart(instance: Instance, values: Any) -> float:
    """Return how far the clients are from their equilibrium at the pool, plus how far that is from the best pool's."""
    right, model, pool = instance.right, instance.model, float(values["reward_pool"])
    assert isinstance(right, Point)
    own = np.asarray(values["epsilon"], dtype=float)
    if model.cost_function is None:
        there = _floats(answers.contest(model.cost, model.epsilon_cap, pool))
    else:
        there = answers.curved_contest(model, pool)
    apart = float(np.max(abs(own - there)) / (np.max(own) or 1.0))
    return apart + right.apart({"reward_pool": pool, "epsilon": there})


def _bounds(value: Any, low: Any, high: Any) -> Rows:
    """The two sides of a box, each of the size of the larger of an entry and its bound."""
    entries = np.atleast_1d(np.asarray(value, dtype=float))
    return [(side * (entries - bound), np.maximum(abs(entries), abs(bound))) for side, bound in ((1, low), (-1, high))]


def _contest_rows(model: Any, values: Any) -> Rows:
    """0 ≤ B ≤ the largest pool; 0 ≤ ε ≤ the cap, or what the largest pool could buy."""
    largest = float(model.revenue.largest_pool)
    if model.epsilon_cap is not None:
        cap = _floats(model.epsilon_cap)
    elif model.cost_function is None:
        cap = largest / _floats(model.cost)
    else:
        cap = answers.worth_in_budgets(model, largest)
    return _bounds(values["reward_pool"], 0.0, largest) + _bounds(values["epsilon"], 0.0, cap)


def _versions_rows(model: Any, values: Any) -> Rows | None:
    """The cone; a barrier's slacks are to be positive, which is more."""
    if getattr(model, "barrier", None) is not None:
        return None
    rows, price = cone_rows(_floats(model.epsilon), model.attack), np.asarray(values["price"], dtype=float)
    return [(price, abs(price)), (rows @ price, abs(rows) @ abs(price))]


def _contract_rows(model: Any, values: Any) -> Rows | None:
    """Nobody loses or envies, no budget is negative, the pool is not overspent."""
    epsilon, paid = np.asarray(values["epsilon"], dtype=float), np.asarray(values["payment"], dtype=float)
    cost, count = _floats(model.cost), _floats(model.count)
    for k, other in itertools.combinations(range(len(cost)), 2):
        if cost[k] == cost[other] and epsilon[k] != epsilon[other]:
            return None  # equals are treated unequally, which counts as a broken constraint of its own
    keeps, terms = paid - cost * epsilon, abs(paid) + cost * abs(epsilon)
    envy = paid[None, :] - cost[:, None] * epsilon[None, :]
    envied = abs(paid)[None, :] + cost[:, None] * abs(epsilon)[None, :]
    pool, most = float(model.reward_pool), np.max(abs(paid)) or float(model.reward_pool)
    wrong = np.minimum(keeps, np.min(keeps[:, None] - envy, axis=1))
    return [
        (keeps, terms),
        (keeps[:, None] - envy, terms[:, None] + envied),
        (epsilon, abs(epsilon)),
        (pool - count @ paid, pool + count @ abs(paid)),
        # what is lost or envied is told in parts of the largest payment too, and what is overspent in those of the pool
        (wrong, most),
        (pool - count @ paid, pool),
    ]


ROWS: dict[str, Callable[[Any, Any], Rows | None]] = {
    "stackelberg": _contest_rows,
    "convex": _contest_rows,
    "versions": _versions_rows,
    "contract": _contract_rows,
}
"""What must not be negative, and the size of its terms, by the mechanism."""


def _floats(values: Any) -> np.ndarray:
    return np.array([float(value) for value in values])


def _names(instance: Instance) -> list[str]:
    if isinstance(instance.right, Point):
        return list(instance.right.decisions)
    return ["epsilon", "payment"] if isinstance(instance.right, LeastVariance) else ["price"]
