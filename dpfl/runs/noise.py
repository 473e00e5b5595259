r"""Where a run's standard normal numbers come from: the system's entropy, or a seed for a study.

What is released draws from the system's entropy and nothing of it is kept: whoever has a seed has the noise, and with
the noise what it hid. A study is seeded, says so, and can be made again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from ...formulations.errors import InputError
from ..accounting.entropy import system_normal
from .engine import State


class Noise(Protocol):
    """A source of standard normal numbers."""

    @property
    def seeded(self) -> bool:
        """Whether the same round gives the same numbers when it is drawn again."""
        ...

    def document(self) -> dict[str, Any]:
        """Return what a transcript says of the source."""
        ...

    def draw(self, round: int, like: State) -> State:
        """Return independent standard normal numbers in the shapes of `like`."""
        ...


def noised(total: State, deviation: float, drawn: State) -> State:
    """Return what a round releases: the one place at which noise is added to a sum.

    Parameters
    ----------
    total
        The clipped sum.
    deviation
        Of each coordinate's noise.
    drawn
        Standard normal numbers.

    Examples
    --------
    >>> noised({"head": np.zeros(2)}, 3.0, {"head": np.array([1.0, -1.0])})["head"].tolist()
    [3.0, -3.0]
    """
    return {name: values + deviation * drawn[name] for name, values in total.items()}


@dataclass(frozen=True)
class SystemNoise:
    r"""Every number from 64 fresh bits of the system's entropy: :math:`\Phi^{-1}((k + ½)\,2^{-52})`.

    There is no state to be found out from what was drawn, and none is written.

    Examples
    --------
    >>> drawn = SystemNoise().draw(0, {"head": np.zeros(10_000)})["head"]
    >>> bool(abs(drawn.mean()) < 0.1 and abs(drawn.std() - 1) < 0.1)
    True
    """

    seeded = False

    def document(self) -> dict[str, Any]:
        """Return what a transcript says of the source."""
        return {"source": "system entropy"}

    def draw(self, round: int, like: State) -> State:
        """Return independent standard normal numbers in the shapes of `like`."""
        return {name: system_normal(values.size).reshape(values.shape) for name, values in like.items()}


class SeededNoise:
    """Numbers that a seed gives, round after round from one stream: for a study, never for what is released.

    Parameters
    ----------
    seed
        A whole number, or a seed sequence.

    Examples
    --------
    >>> noise, like = SeededNoise(7), {"head": np.zeros(3)}
    >>> again = np.random.default_rng(7).standard_normal((2, 3))
    >>> bool(np.array_equal(noise.draw(1, like)["head"], again[1]))
    True
    """

    seeded = True

    def __init__(self, seed: int | np.random.SeedSequence) -> None:
        self._seed = seed if isinstance(seed, np.random.SeedSequence) else np.random.SeedSequence(seed)
        if not isinstance(self._seed.entropy, int | np.integer):
            raise InputError("seed", self._seed.entropy, "must be a whole number", "so that it can be written down")
        self._restart()

    def document(self) -> dict[str, Any]:
        """Return what a transcript says of the source: the seed, from which the noise can be had again."""
        key = [int(part) for part in self._seed.spawn_key]
        return {"source": "seed", "entropy": str(self._seed.entropy), "spawn_key": key}

    @classmethod
    def read(cls, stated: Mapping[str, Any]) -> SeededNoise:
        """Return the source that a transcript states."""
        return cls(np.random.SeedSequence(int(stated["entropy"]), spawn_key=stated["spawn_key"]))

    def draw(self, round: int, like: State) -> State:
        """Return the numbers of one round; those of the rounds before it are passed over."""
        if round < self._next:
            self._restart()
        while self._next < round:
            self._drawn(like)
        return self._drawn(like)

    def _restart(self) -> None:
        self._generator, self._next = np.random.default_rng(self._seed), 0

    def _drawn(self, like: State) -> State:
        self._next += 1
        return {name: self._generator.standard_normal(values.shape) for name, values in like.items()}
