"""Standard normal numbers from the operating system's own entropy: no seed, no state, nothing that others could set.

Training code often seeds NumPy's or torch's global generator, the same on every client and in every run; noise drawn
from those can be drawn again by anybody, and taken off.
"""

from __future__ import annotations

import os

import numpy as np
from scipy.special import ndtri

from .privacy import Array

_BITS = 52
"""Of each uniform number: its midpoint (k + 1/2) / 2⁵² is a double exactly, so never 0 and never rounded to 1."""


def system_normal(count: int) -> Array:
    r"""Draw standard normal numbers, each from 64 fresh bits of the system: :math:`\Phi^{-1}((k + 1/2)\,2^{-52})`.

    Parameters
    ----------
    count
        How many, at least 0.

    Returns
    -------
    numpy.ndarray
        Doubles, of at most 8.2 in magnitude: beyond that a side has a probability of 2⁻⁵³.

    Notes
    -----
    Doubles are no real numbers, and the last digits of a sum of doubles can tell something of its terms (Mironov 2012).
    Arrays of single precision, the rule in training, lose those digits when a noised value is rounded to them.

    Examples
    --------
    >>> drawn = system_normal(100_000)
    >>> bool(abs(drawn.std() - 1) < 0.03), bool((drawn == system_normal(100_000)).any())
    (True, False)
    """
    whole = np.frombuffer(os.urandom(8 * count), dtype=np.uint64) >> np.uint64(64 - _BITS)
    return np.asarray(ndtri((whole + 0.5) / 2.0**_BITS))
