"""How long a given noise lasts: the most rounds that keep a budget."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ...formulations.errors import InputError
from .privacy import checked_delta, checked_positive, epsilon_of, mu_for
from .release import Adjacency
from .sampling import Sampling, Scheme


def rounds_for(
    sigma: float,
    epsilon: float,
    delta: float,
    *,
    sampling_rate: float = 1,
    sampling: Scheme = "poisson",
    adjacency: Adjacency = "add-or-remove",
    records: int | None = None,
    largest_batch: int | None = None,
) -> int:
    r"""Return the most releases with noise `sigma` that together keep :math:`(\varepsilon, \delta)`.

    Parameters
    ----------
    sigma
        Noise multiplier of each release, in units of the sensitivity; positive.
    epsilon, delta
        The budget over all releases.
    sampling_rate, sampling, adjacency, records, largest_batch
        What a release is made of, as in :func:`.calibrate.calibrate`; `records` of this client are asked for where they
        matter.

    Returns
    -------
    int
        0 where a single release would overspend.

    Raises
    ------
    InputError
        For a value outside its domain.

    Examples
    --------
    >>> rounds_for(99.44506, 0.5, 1e-5), rounds_for(99.44504, 0.5, 1e-5)
    (200, 199)
    """
    checked_positive("sigma", sigma)
    checked_positive("epsilon", epsilon)
    checked_delta(delta)
    drawing = Sampling(sampling, sampling_rate, largest_batch)
    if drawing.everything:
        about = int(np.floor((float(mu_for(epsilon, delta)) * sigma) ** 2)) + 1
        return next((n for n in range(about, 0, -1) if epsilon_of(sigma, delta, n) <= epsilon), 0)
    if records is None and sampling in ("fixed-size", "truncated-poisson"):
        raise InputError("records", None, f"is needed for {sampling}", "give the client's number of records")
    draw = drawing.draw(records or 1, adjacency)
    if sampling == "random-allocation":  # an epoch that was begun counts whole
        batches = round(1 / sampling_rate)
        return batches * _most(lambda epochs: draw.spent(sigma, epochs * batches, delta)[0] <= epsilon)
    return _most(lambda releases: draw.spent(sigma, releases, delta)[0] <= epsilon)


def _most(keeps: Callable[[int], bool]) -> int:
    """Return the largest number that keeps, where every smaller one does."""
    if not keeps(1):
        return 0
    low, high = 1, 2
    while keeps(high):
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if keeps(middle) else (low, middle)
    return low
