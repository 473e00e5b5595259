"""What pricing by a server that does not know the costs rests on: the set they are in, and Z/B at any of them."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from ..errors import InputError
from .contest import printed_total_per_pool
from .costs import read_costs


def total_per_pool(cost: Any) -> Fraction:
    """Z/B at equilibrium without caps: the largest (k − 1)/R_k over the k cheapest.

    Examples
    --------
    >>> total_per_pool(["0.2", "0.3", "0.5", 2, 3])
    Fraction(2, 1)
    """
    best, summed = Fraction(0), Fraction(0)
    for count, value in enumerate(sorted(map(Fraction, cost)), 1):
        summed += value
        best = max(best, printed_total_per_pool(None, summed, count))  # type: ignore[arg-type]
    return best


def settle_costs(model: Any, base: type) -> None:
    """Read the set of costs; the clients' names may come with it."""
    costs = read_costs(model.cost, base)
    model._set("cost", costs)
    named = getattr(costs, "client", None)
    if model.client is None:
        model._set("client", named)
    elif named is not None and tuple(named) != tuple(model.client):
        raise InputError("client", list(model.client), "must be the names that come with the costs, in their order")


def refuse_counting_under_caps(model: Any) -> None:
    """Refuse the mean over participants where there are caps."""
    if model.epsilon_cap is not None and model.mean_over != "all":
        raise InputError(
            "mean_over",
            model.mean_over,
            "is not decided under caps while costs are uncertain: who takes part, and counts, depends on the pool",
            'leave the caps out, or say mean_over = "all"',
        )
