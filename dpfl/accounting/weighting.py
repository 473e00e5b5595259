r"""How much each client counts in a sum that carries the noise its budget asks for: closed forms.

In units of the sensitivity, with counts :math:`n_i`, and :math:`\sigma_i` the multiplier that client :math:`i` has to
be covered by, both solve :math:`\min_{w \ge 0} s^2 + v \sum_i n_i w_i^2` subject to :math:`\sum_i n_i w_i = 1`:

- each adds its own noise, :math:`s^2 = \sum_i w_i^2\sigma_i^2`: :math:`w_i \propto n_i / (\sigma_i^2 + v n_i)`;
- only the sum is seen, :math:`s \ge w_i\sigma_i` for all: :math:`w_i \propto \min(1/\sigma_i, c)`, where :math:`c`
  solves :math:`v \sum_i n_i m_i (c - m_i)_+ = 1` in :math:`m_i = 1/\sigma_i`.

:math:`v` weighs the records' own variation against the noise; with :math:`v = 0` the noise alone is least.
"""

from __future__ import annotations

import numpy as np

from .privacy import Array, checked_positive
from .release import Release


def variation_of(release: Release, learning_rate: float, sampling_rate: float = 1.0) -> float:
    r"""Return :math:`v = 2 q^2 C^2 / (\eta\Delta^2)`, by a rule that looks at no data.

    Noise is fresh in every step and is forgotten again; the records stay the same. By steps of length :math:`\eta` on a
    slope of curvature :math:`\lambda` noise of variance :math:`s^2` leaves :math:`\eta s^2/(2\lambda)`, and a mean
    gradient that is off by u leaves :math:`u/\lambda`: the records' variance counts :math:`2/(\eta\lambda)` times. Of d
    coordinates with no direction preferred it is :math:`C^2/d`, and :math:`\lambda = 1/d` that of records of length 1
    before a softmax. d is gone from the product.

    Parameters
    ----------
    release
        Clip and sensitivity.
    learning_rate
        :math:`\eta > 0`.
    sampling_rate
        :math:`q`: of a sum over a part of the records.

    Examples
    --------
    >>> variation_of(Release(0.5, "add-or-remove"), 8.0), variation_of(Release(0.5, "replace-one"), 8.0)
    (0.25, 0.0625)
    """
    rate = float(checked_positive("learning_rate", learning_rate))
    return 2 * (sampling_rate * release.clip / release.sensitivity) ** 2 / rate


def weights_of_own_noise(sigma: Array, records: Array, variation: float) -> Array:
    r"""Return :math:`w_i \propto n_i / (\sigma_i^2 + v n_i)` with :math:`\sum_i n_i w_i = 1`.

    Parameters
    ----------
    sigma
        Multipliers, positive; infinite for who takes no part.
    records
        Counts :math:`n_i \ge 0`.
    variation
        :math:`v \ge 0`, in units of the squared sensitivity.

    Examples
    --------
    >>> weights_of_own_noise(np.array([1.0, 2.0, np.inf]), np.array([1.0, 1.0, 1.0]), 0.0).tolist()
    [0.8, 0.2, 0.0]
    """
    least = sigma.min()
    factor = records / ((sigma / least) ** 2 + variation * records / least**2)
    return np.asarray(factor / np.sum(records * factor))


def weights_of_a_sum(sigma: Array, records: Array, variation: float) -> Array:
    r"""Return :math:`w_i \propto \min(1/\sigma_i, c)` with :math:`\sum_i n_i w_i = 1`.

    Parameters
    ----------
    sigma, records, variation
        As for :func:`weights_of_own_noise`.

    Examples
    --------
    >>> weights_of_a_sum(np.array([1.0, 3.0, np.inf]), np.array([1.0, 1.0, 1.0]), 0.0).tolist()
    [0.75, 0.25, 0.0]
    >>> weights_of_a_sum(np.array([1.0, 1 / 3]), np.array([1.0, 1.0]), 1.0).round(12).tolist()
    [0.333333333333, 0.666666666667]
    """
    mu = np.where(records > 0, 1 / sigma, 0.0)
    factor = np.minimum(mu, cap(mu, records, variation))
    return np.asarray(factor / np.sum(records * factor))


def cap(mu: Array, records: Array, variation: float) -> float:
    r"""Return :math:`c` of :math:`v \sum_i n_i \mu_i (c - \mu_i)_+ = 1`, infinite where no budget is above it.

    Parameters
    ----------
    mu
        :math:`\mu_i \ge 0` of one release.
    records, variation
        As for :func:`weights_of_own_noise`.

    Examples
    --------
    >>> cap(np.array([1.0, 3.0]), np.array([1.0, 1.0]), 1.0)
    2.0
    """
    if variation == 0:
        return np.inf
    order = np.argsort(mu)
    mu, records = mu[order], records[order]
    first, second = np.cumsum(records * mu), np.cumsum(records * mu**2)
    with np.errstate(divide="ignore"):
        candidate = (1 / variation + second) / first  # the root, if exactly those up to here lie below it
    above = np.append(mu[1:], np.inf)
    within = np.flatnonzero(candidate <= above)  # the sum is convex in c, so the first that fits is the root
    return float(candidate[within[0]])
