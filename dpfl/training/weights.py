r"""How much a client's noised gradient counts, and the noise that the aggregate then carries.

**What a client releases.** In every round client :math:`i` releases the *sum* over its :math:`n_i` records of the
clipped gradients, with noise :math:`\mathcal N(0, (\sigma_i\Delta)^2 I)` of its own (:mod:`..accounting.release`).

The server divides by the *declared* counts :math:`n_i`. They are public constants, like the budgets, and stay as they
are when a record is added, removed or replaced, so the division reveals nothing. With one record each, privacy of the
record is privacy of the client.

**What the server does.** It adds the releases up with factors :math:`a_i` and divides by :math:`\sum_j a_j n_j`:

.. math:: \hat g = \frac{\sum_i a_i \tilde S_i}{\sum_j a_j n_j}, \qquad w_i = \frac{a_i}{\sum_j a_j n_j}, \qquad
          \operatorname{Var} \hat g_k = \Delta^2 \sum_i w_i^2 \sigma_i^2.

Equal factors give the plain average over records, FedAvg's :math:`n_i / n`, whatever the counts; the factor says how
the *budget* counts. ``inverse-variance`` takes :math:`a_i = 1/\sigma_i^2`, the precision of the release; so equal
budgets give exactly the plain average, for any counts. With equal counts no weights have less noise, and the variance
is :math:`T\Delta^2 / (n_i^2 \sum_i \mu_i^2)`: accuracy follows :math:`\sum\mu_i^2`, not :math:`\sum\varepsilon_i`. With
unequal counts :math:`n_i/\sigma_i^2` has less variance still, by the factor
:math:`(\sum a_i n_i)^2 / \sum a_i \sum a_i n_i^2`: that is ``least-noise``, which counts each record of a large client
for more.

The least noise is not the best: few records that count for much vary like a small sample. ``effective-records``, the
default, has the least :math:`\sum w_i^2\sigma_i^2 + v\sum n_i w_i^2`, with :math:`v` by a public rule
(:func:`..accounting.weighting.variation_of`). Both are declared in :mod:`...formulations.training.weights`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

import numpy as np

from ...formulations.errors import InputError
from ..accounting.privacy import Array
from ..accounting.weighting import weights_of_own_noise
from .data import Integers

Weighting: TypeAlias = Literal[
    "uniform", "proportional-to-epsilon", "inverse-variance", "shrinkage", "least-noise", "effective-records"
]

WEIGHTINGS: tuple[Weighting, ...] = get_args(Weighting)
COMPARED = WEIGHTINGS[:4]
"""What the mechanism's own rule is compared with."""


@dataclass(frozen=True, eq=False)
class Aggregate:
    r"""The weights of an aggregation and the noise they leave.

    Attributes
    ----------
    record_weight
        :math:`w_i`, one per client: how much each of its records counts; :math:`\sum_i w_i n_i = 1`.
    noise
        Standard deviation of every coordinate of the aggregated gradient, in the gradient's unit.
    effective_records
        :math:`1 / \sum_i n_i w_i^2`: as many equally weighted records would average their own variation out as well.

    Examples
    --------
    >>> plain = noiseless(np.array([2, 2]), np.array([True, True]))
    >>> plain.record_weight.tolist(), plain.noise, plain.effective_records
    ([0.25, 0.25], 0.0, 4.0)
    """

    record_weight: Array
    noise: float
    effective_records: float


def aggregate(
    epsilon: Array,
    sigma: Array,
    records: Integers,
    weighting: Weighting,
    release_sensitivity: float,
    heterogeneity: float = 1.0,
    variation: float = 0.0,
) -> Aggregate:
    r"""Weigh the clients by their budgets, and state the noise of the weighted average.

    Parameters
    ----------
    epsilon
        Privacy budgets; a client with 0 does not take part and weighs nothing.
    sigma
        Noise multipliers :math:`\sigma_i > 0`, in units of the sensitivity; those of absent clients are not read.
    records
        Public counts :math:`n_i`; a client without records has nothing to release.
    weighting
        ``uniform`` (:math:`a_i = 1`), ``proportional-to-epsilon`` (:math:`\varepsilon_i`), ``inverse-variance``
        (:math:`\sigma_i^{-2}`), ``shrinkage`` (:math:`(\tau^2 + \sigma_i^2)^{-1}`, for clients whose data differ),
        ``least-noise`` (:math:`n_i\sigma_i^{-2}`) or ``effective-records`` (:math:`n_i/(\sigma_i^2 + v n_i)`).
    release_sensitivity
        :math:`\Delta > 0`.
    heterogeneity
        :math:`\tau > 0` of ``shrinkage``: the spread of the clients' true sums, in units of the sensitivity.
    variation
        :math:`v \ge 0` of ``effective-records``, in units of the squared sensitivity.

    Returns
    -------
    Aggregate
        Weights and noise.

    Raises
    ------
    InputError
        For an unknown weighting, a `heterogeneity` that is not positive, or when nobody takes part.

    Examples
    --------
    >>> two = aggregate(np.array([1.0, 2.0]), np.array([4.0, 2.0]), np.array([1, 1]), "inverse-variance", 1.0)
    >>> two.record_weight.tolist(), round(two.noise**2, 10)
    ([0.2, 0.8], 3.2)
    """
    present = (epsilon > 0) & (records > 0)
    if not present.any():
        remedy = "give at least one client a budget above 0 and a record"
        raise InputError("epsilon", "0 for every client with records", "nobody takes part, nothing is trained", remedy)
    noises = sigma[present]
    factor = _factor(weighting, epsilon[present], noises, records[present], heterogeneity, variation)
    # Equal budgets, with the same count where counts matter, have the factor 1 exactly: they tie to the last bit.
    factor = factor / factor.max()
    weight = np.zeros(len(epsilon))
    weight[present] = factor / np.sum(factor * records[present])
    noise = release_sensitivity * float(np.sqrt(np.sum((weight[present] * noises) ** 2)))
    return Aggregate(weight, noise, _effective_records(weight, records))


def _factor(
    weighting: Weighting, epsilon: Array, sigma: Array, records: Integers, heterogeneity: float, variation: float
) -> Array:
    """Return how much each client's budget counts, up to a common factor."""
    precision = (sigma.min() / sigma) ** 2
    if weighting == "uniform":
        return np.ones(len(sigma))
    if weighting == "proportional-to-epsilon":
        return epsilon
    if weighting == "inverse-variance":
        return np.asarray(precision)
    if weighting == "shrinkage":
        if not heterogeneity > 0:
            raise InputError("heterogeneity", heterogeneity, "must be positive", "use 1")
        return np.asarray(1 / (heterogeneity**2 + sigma**2))
    if weighting == "least-noise":
        return np.asarray(records * precision)
    if weighting == "effective-records":
        return weights_of_own_noise(sigma, records.astype(float), variation)
    raise InputError("weighting", weighting, "is unknown", f"choose one of: {', '.join(WEIGHTINGS)}")


def noiseless(records: Integers, present: np.typing.NDArray[np.bool_]) -> Aggregate:
    """Average all records of the clients present, without noise: the ceiling that privacy is compared with.

    Parameters
    ----------
    records
        Counts of all clients.
    present
        Who takes part; at least one with a record.

    Returns
    -------
    Aggregate
        Equal weights and no noise. It protects nobody.

    Examples
    --------
    >>> noiseless(np.array([1, 1]), np.array([True, False])).record_weight.tolist()
    [1.0, 0.0]
    """
    weight = np.where(present, 1.0, 0.0) / np.sum(records[present])
    return Aggregate(weight, 0.0, _effective_records(weight, records))


def _effective_records(weight: Array, records: Integers) -> float:
    return float(1 / np.sum(records * weight**2))
