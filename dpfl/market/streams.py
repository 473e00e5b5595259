"""What a market's random numbers are for, and which of them may be known.

How records are dealt out and which buyers come follows from the seed that is written down. Noise is what protects the
owners: it is drawn from the system's entropy, which nobody can write down, or, in a study, from a seed that is not.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np


class Stream(IntEnum):
    """What a stream of random numbers is for; streams are independent of each other."""

    BUYERS = 0
    SPLIT = 1
    TRAINING = 2
    VERSIONS = 3
    FURTHER_DRAWS = 4
    HELD_OUT = 5


def known(seed: int, stream: Stream) -> np.random.SeedSequence:
    """Return the start of a stream that follows from the written seed.

    Examples
    --------
    >>> known(7, Stream.SPLIT).spawn_key == (Stream.SPLIT,)
    True
    """
    return np.random.SeedSequence(seed, spawn_key=(stream,))


def secret(noise: np.random.SeedSequence, stream: Stream, place: int = 0) -> np.random.SeedSequence:
    """Return the start of a stream of noise, of one of several versions.

    Examples
    --------
    >>> root = np.random.SeedSequence(1)
    >>> one, other = (np.random.default_rng(secret(root, Stream.TRAINING, place)).normal() for place in (0, 1))
    >>> one == other
    False
    """
    return np.random.SeedSequence(noise.entropy, spawn_key=(stream, place))
