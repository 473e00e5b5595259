"""Gaussian noise from the operating system's own entropy: no seed, no state, nothing that others' code could set.

Training code often seeds NumPy's or torch's global generator, the same on every client and in every run; noise drawn
from those can be drawn again by anybody, and taken off.
"""

from __future__ import annotations

import os

import numpy as np
from scipy.special import ndtri

from ..accounting.privacy import Array

_BITS = 52
"""Of each uniform number: its midpoint (k + 1/2) / 2⁵² is a double exactly, and never 0 or 1."""


def system_noise(shape: tuple[int, ...], deviation: float) -> Array:
    r"""Draw :math:`\mathcal N(0, s^2)` for each coordinate, by inversion of uniform bits of ``os.urandom``.

    Parameters
    ----------
    shape
        Of the array.
    deviation
        Standard deviation :math:`s \ge 0`, in the unit of what it is added to.

    Returns
    -------
    numpy.ndarray
        Doubles. The largest magnitude that can be drawn is 8.2 deviations, which has a probability of 2⁻⁵² a side.

    Notes
    -----
    Doubles are no real numbers, and the last digits of a sum of doubles can tell something of its terms (Mironov 2012).
    Arrays of single precision, the rule in training, lose those digits when the noised value is rounded to them.

    Examples
    --------
    >>> drawn = system_noise((100_000,), 2.0)
    >>> bool(abs(drawn.std() - 2) < 0.05), bool((drawn == system_noise((100_000,), 2.0)).any())
    (True, False)
    """
    count = int(np.prod(shape, dtype=np.int64))
    whole = np.frombuffer(os.urandom(8 * count), dtype=np.uint64) >> np.uint64(64 - _BITS)
    return np.asarray(deviation * ndtri((whole + 0.5) / 2.0**_BITS)).reshape(shape)
