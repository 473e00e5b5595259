r"""The mechanism's own weights where only the sum is seen: what baselines that trust an aggregator are compared with.

:math:`w_i \propto \min(\mu_i, c)`, and the sum carries the noise that covers everybody: see
:mod:`...accounting.weighting`.
"""

from __future__ import annotations

import numpy as np

from ...accounting.weighting import weights_of_a_sum
from ..engine import Engine
from ..linear_engine import LinearEngine
from ..protocol import Protocol
from ..weights import Aggregate
from .rebuilt import Population, Rebuilt


def secure_sum(people: Population, protocol: Protocol, rounds: int) -> Rebuilt:
    """Return the mechanism under a secure sum.

    Examples
    --------
    >>> two = Population(np.array([1.0, 2.0]), np.array([1, 1]), np.ones(2), 10)
    >>> made = secure_sum(two, Protocol(learning_rate=8.0), 30)
    >>> made.epsilon.round(6).tolist(), round(made.deviation, 3)
    ([1.0, 2.0], 3.558)
    """
    releases = np.full(len(people.records), rounds)
    needed = people.needed(protocol, releases)
    weight = weights_of_a_sum(needed, people.records.astype(float), protocol.variation)
    counted = weight > 0
    noise = float(np.max(weight[counted] * needed[counted]))
    sigma = np.full(len(weight), np.inf)
    sigma[counted] = noise / weight[counted]
    deviation = noise * protocol.release.sensitivity
    effective = float(1 / np.sum(people.records * weight**2))
    spent = people.spent(protocol, releases, sigma)
    return Rebuilt(Aggregate(weight, deviation, effective), deviation, _itself, spent)


def _itself(linear: LinearEngine, seed: np.random.SeedSequence) -> Engine:
    return linear
