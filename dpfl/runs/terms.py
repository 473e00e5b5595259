r"""On which terms a run draws its noise: who takes part, with what weight, and what each round costs each client.

In each round the run releases, of the clients :math:`P` that take part,

.. math:: \sum_{i \in P} w_i S_i + s\,Z, \qquad s = \Delta\sqrt{\textstyle\sum_i w_i^2\sigma_i^2}.

- ``local``: each client adds its own noise :math:`\sigma_i\Delta` and the server sees each release, so a round costs
  client :math:`i` a :math:`\mu` of :math:`1/\sigma_i`. What an absent client would have added is missing: :math:`s`
  is that of :math:`P`.
- ``secure-sum``: only the sum is seen, which costs :math:`w_i\Delta/s`. The whole :math:`s` is drawn whoever replies.

Weights are those of the plan in every round: renormalised over fewer clients, the others would spend more.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...formulations.errors import InputError
from ..accounting.plan import NoisePlan
from ..accounting.privacy import Array
from .engine import Integers

BOUNDS: Mapping[str, float] = {"add-or-remove": 1.0, "replace-one": 2.0}
"""How far one record or client moves a sum, in units of the clipping bound.

It is written down here once more, as the clipping bound's own: who audits a run does not ask the code that ran it.
"""
ROUNDING = 1e-9
"""Relative, of a sum of many squares: a deviation is not said to be short of what it should be by less."""


@dataclass(frozen=True, eq=False)
class Terms:
    r"""What a run is held to, in numbers that were all public before it.

    Attributes
    ----------
    client, budget
        Ids, and what each client's :math:`\varepsilon` over all rounds is, as it was written.
    delta
        One a client.
    records, releases
        How many records each holds, and in how many rounds it takes part.
    sigma
        :math:`\sigma_i`, in units of the sensitivity; infinite for a client that takes no part.
    weight
        :math:`w_i`; 0 for a client that takes no part.
    noise
        :math:`s`, in the unit of the clipping bound.
    rounds
        :math:`T`.
    trust, unit, adjacency
        Who is trusted, what is protected, what makes two data sets neighbours.
    clip
        Bound on the norm of a record's gradient, or of a client's update.

    Examples
    --------
    >>> one = np.ones(2)
    >>> terms = Terms(("anna", "bert"), ("2", "2"), 1e-5 * one, one.astype(int), np.array([4, 2]), 3 * one, one / 2,
    ...               4.5**0.5, 4, "local", "record", "add-or-remove", 1.0)
    >>> [terms.planned(round).tolist() for round in range(4)]
    [[0], [0, 1], [0], [0, 1]]
    >>> round(terms.deviation((0,)), 6), terms.cost((0,), terms.deviation((0,))).round(6).tolist()
    (1.5, [0.111111, 0.0])
    """

    client: tuple[str, ...]
    budget: tuple[str, ...]
    delta: Array
    records: Integers
    releases: Integers
    sigma: Array
    weight: Array
    noise: float
    rounds: int
    trust: str
    unit: str
    adjacency: str
    clip: float

    @property
    def bound(self) -> float:
        """How far one of what is protected moves the sum of a client."""
        return BOUNDS[self.adjacency] * self.clip

    def planned(self, round: int) -> Integers:
        """Return the rows of those that take part in a round: a client of fewer releases has them evenly spread."""
        counted = (round + 1) * self.releases // self.rounds > round * self.releases // self.rounds
        return np.flatnonzero(counted & (self.weight > 0))

    def weight_in(self, round: int) -> Array:
        """Return each client's weight in a round, 0 where it takes no part."""
        weight = np.zeros(len(self.client))
        planned = self.planned(round)
        weight[planned] = self.weight[planned]
        return weight

    def deviation(self, participants: Sequence[int] | Integers) -> float:
        """Return the standard deviation of each coordinate's noise in a round of these participants."""
        if self.trust == "secure-sum":
            return self.noise
        present = self._squares(participants)
        return float(self.noise * np.sqrt(present / self._squares(np.flatnonzero(self.weight))))

    def owed(self, participants: Sequence[int] | Integers) -> float:
        """Return the deviation that the multipliers, weights and clipping bound demand, whatever the plan says."""
        if self.trust == "local":
            return float(self.bound * np.sqrt(self._squares(participants)))
        whole = np.flatnonzero((self.weight > 0) & (self.releases == self.rounds))
        return float(self.bound * np.sqrt(self._squares(whole)))

    def cost(self, participants: Sequence[int] | Integers, deviation: float, norm: float = 0.0) -> Array:
        r"""Return each client's :math:`\mu^2` of one round with noise of that deviation.

        Parameters
        ----------
        participants
            Rows of those that contributed.
        deviation
            Of the noise, per coordinate: as declared, or as measured.
        norm
            The largest norm that was measured, which counts where it is above the clipping bound.
        """
        rows = np.asarray(participants, dtype=np.int64)
        cost = np.zeros(len(self.client))
        excess = max(1.0, norm / (self.clip * (1 + ROUNDING)))
        if not deviation > 0:
            cost[rows] = np.inf
            return cost
        if self.trust == "secure-sum":
            cost[rows] = (self.weight[rows] * self.bound * excess / deviation) ** 2
            return cost
        share = min(1.0, deviation * (1 + ROUNDING) / self.owed(participants))
        cost[rows] = (excess / (share * self.sigma[rows])) ** 2
        return cost

    def _squares(self, rows: Sequence[int] | Integers) -> float:
        given = np.asarray(rows, dtype=np.int64)
        chosen = given[self.weight[given] > 0]
        return float(np.sum((self.weight[chosen] * self.sigma[chosen]) ** 2))

    def document(self) -> dict[str, Any]:
        """Return the terms as plain data."""
        return {
            "trust": self.trust,
            "unit": self.unit,
            "adjacency": self.adjacency,
            "clip": self.clip,
            "rounds": self.rounds,
            "noise": self.noise,
            "client": list(self.client),
            "budget": list(self.budget),
            "delta": self.delta.tolist(),
            "records": self.records.tolist(),
            "releases": self.releases.tolist(),
            "sigma": [value if np.isfinite(value) else None for value in self.sigma.tolist()],
            "weight": self.weight.tolist(),
        }


def terms_of(plan: NoisePlan) -> Terms:
    """Return the terms of a plan, as ``mp.calibrate`` makes it.

    Parameters
    ----------
    plan
        Noise and weights, decided before any data are seen.

    Raises
    ------
    InputError
        When the plan draws samples: a run uses every record of whoever takes part.
    """
    if not plan.sampling.everything:
        rule = "a run uses every record in each round, and accounts for it so"
        raise InputError("sampling_rate", plan.sampling.rate, rule, "calibrate with sampling_rate=1")
    return Terms(
        plan.clients,
        plan.budgets.texts,
        plan.delta,
        plan.records,
        plan.releases,
        plan.sigma,
        plan.weight,
        plan.noise,
        plan.rounds,
        plan.trust,
        plan.unit,
        plan.adjacency,
        plan.clip,
    )


def terms_read(line: Mapping[str, Any]) -> Terms:
    """Return the terms that the first line of a run states."""
    return Terms(
        tuple(line["client"]),
        tuple(line["budget"]),
        np.array(line["delta"], dtype=np.float64),
        np.array(line["records"], dtype=np.int64),
        np.array(line["releases"], dtype=np.int64),
        np.array([np.inf if value is None else value for value in line["sigma"]], dtype=np.float64),
        np.array(line["weight"], dtype=np.float64),
        float(line["noise"]),
        int(line["rounds"]),
        line["trust"],
        line["unit"],
        line["adjacency"],
        float(line["clip"]),
    )


def ranges(rows: Sequence[int]) -> list[list[int]]:
    """Return increasing whole numbers as first and last of each run of neighbours.

    Examples
    --------
    >>> ranges((0, 1, 2, 5)), rows_of([[0, 2], [5, 5]]).tolist()
    ([[0, 2], [5, 5]], [0, 1, 2, 5])
    """
    given = np.asarray(rows, dtype=np.int64)
    if not len(given):
        return []
    gaps = np.flatnonzero(np.diff(given) != 1)
    first, last = given[np.r_[0, gaps + 1]], given[np.r_[gaps, len(given) - 1]]
    return [[int(low), int(high)] for low, high in zip(first, last, strict=True)]


def rows_of(spans: Sequence[Sequence[int]]) -> Integers:
    """Return the whole numbers that :func:`ranges` stated."""
    return np.concatenate([np.arange(low, high + 1) for low, high in spans] or [np.zeros(0, dtype=np.int64)])


def digest(arrays: Mapping[str, NDArray[np.float64]]) -> str:
    """Return the SHA-256 of named arrays: of their names, shapes and the bytes of their doubles, in their order.

    Examples
    --------
    >>> digest({"a": np.zeros(2)}) == digest({"a": np.zeros((2, 1))})
    False
    """
    whole = hashlib.sha256()
    for name, values in arrays.items():
        whole.update(f"{name}{list(values.shape)}".encode())
        whole.update(np.ascontiguousarray(values, dtype="<f8").tobytes())
    return whole.hexdigest()
