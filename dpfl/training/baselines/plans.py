"""From a baseline's name to what is trained under it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from ..catalogue import SECURE
from ..protocol import Protocol
from .individual import sample, scale
from .rebuilt import Population, Rebuilt
from .robust_hdp import robust_hdp
from .secure_sum import secure_sum
from .selection import selection

Plan: TypeAlias = Callable[[Population, Protocol, int], Rebuilt]

PLANS: Mapping[str, Plan] = {
    SECURE: secure_sum,
    "robust-hdp": robust_hdp,
    "idp-sgd-sample": sample,
    "idp-sgd-scale": scale,
    "jsam": selection,
}


def rebuilt(name: str, people: Population, protocol: Protocol, rounds: int) -> Rebuilt:
    """Return a baseline on a population, ready to be trained in so many rounds.

    Examples
    --------
    >>> import numpy as np
    >>> two = Population(np.array([1.0, 2.0]), np.array([1, 1]), np.ones(2), 10)
    >>> rebuilt("robust-hdp", two, Protocol(), 30).epsilon.round(6).tolist()
    [1.0, 2.0]
    """
    return PLANS[name](people, protocol, rounds)
