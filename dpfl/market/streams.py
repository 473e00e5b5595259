"""What a market's random numbers are for, and which of them may be known.

How records are dealt out and which buyers come follows from the seed that is written down. Noise is what protects the
owners: it is drawn from the system's entropy, which nobody can write down, or, in a study, from a seed that is not.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from ..runs.ledger import Ledger


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


@dataclass(frozen=True, eq=False)
class Draws:
    """From where noise is drawn, and where it is charged.

    Attributes
    ----------
    study
        The start of all noise of a study, which comes out the same again; None for the system's entropy.
    book
        The ledger in which every round of a training is charged before its noise is drawn.

    Examples
    --------
    >>> Draws(None, Ledger()).sold(Stream.TRAINING) is None
    True
    >>> study = Draws(np.random.SeedSequence(1), Ledger())
    >>> study.generator(Stream.VERSIONS).normal() == study.generator(Stream.VERSIONS).normal()
    True
    """

    study: np.random.SeedSequence | None
    book: Ledger

    def sold(self, stream: Stream, place: int = 0) -> np.random.SeedSequence | None:
        """Return the start of the noise of what is sold: None, for fresh entropy in every number, if it is no study."""
        return None if self.study is None else self._begun(self.study, stream, place)

    def unsold(self, place: int) -> np.random.SeedSequence:
        """Return the start of the noise of what nobody is given."""
        return self._begun(self.study or np.random.SeedSequence(), Stream.FURTHER_DRAWS, place)

    def generator(self, stream: Stream) -> np.random.Generator:
        """Return a generator of noise."""
        return np.random.default_rng(self._begun(self.study or np.random.SeedSequence(), stream, 0))

    def _begun(self, study: np.random.SeedSequence, stream: Stream, place: int) -> np.random.SeedSequence:
        return np.random.SeedSequence(study.entropy, spawn_key=(stream, place))
