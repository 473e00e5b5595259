r"""What a round's noise was, as it was measured: of which deviation it can have been, and of which not.

Of noise of deviation :math:`s` in :math:`n` coordinates, :math:`\lVert\text{noise}\rVert^2/s^2` is :math:`\chi^2_n`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import gammainc, gammaincc

from .engine import State

LEVEL = 1e-9
"""Of each test, on each side: one honest round in half a billion is taken for a broken one."""


@dataclass(frozen=True)
class Drawn:
    """The squares of some noise in units of its declared deviation, and how many coordinates they are the sum of.

    Attributes
    ----------
    squares
        Their sum.
    coordinates
        How many.

    Examples
    --------
    >>> Drawn(650.0, 650).fault, Drawn(0.065, 650).fault, Drawn(0.0, 650).fault
    ('', 'too little', 'none')
    """

    squares: float
    coordinates: int

    @property
    def share(self) -> float:
        """The measured deviation as a part of the declared one."""
        return float(np.sqrt(self.squares / self.coordinates)) if self.coordinates else 0.0

    @property
    def fault(self) -> str:
        """What is wrong with it: ``none``, ``too little``, ``too much``, or nothing."""
        if not self.squares > 0:
            return "none"
        if gammainc(self.coordinates / 2, self.squares / 2) < LEVEL:
            return "too little"
        return "too much" if gammaincc(self.coordinates / 2, self.squares / 2) < LEVEL else ""

    @property
    def effective(self) -> float:
        """The part of the declared deviation that counts in an account: less than 1 where too little was measured."""
        return min(1.0, self.share) if self.fault in ("none", "too little") else 1.0

    def __add__(self, other: Drawn) -> Drawn:
        """Return both together."""
        return Drawn(self.squares + other.squares, self.coordinates + other.coordinates)


def measured(total: State, released: State) -> dict[str, Any]:
    """Return what a transcript states of the noise: what was released minus the clipped sum.

    Parameters
    ----------
    total, released
        Before and after.

    Examples
    --------
    >>> measured({"head": np.zeros(2)}, {"head": np.array([3.0, 4.0])})
    {'coordinates': 2, 'norm': 5.0}
    """
    squares = sum(float(np.sum((released[name] - values) ** 2)) for name, values in total.items())
    return {"coordinates": sum(values.size for values in total.values()), "norm": float(np.sqrt(squares))}


def drawn(noise: Mapping[str, Any], deviation: float) -> Drawn:
    """Return what :func:`measured` stated, in units of the declared deviation.

    Examples
    --------
    >>> drawn({"coordinates": 2, "norm": 5.0}, 2.5)
    Drawn(squares=4.0, coordinates=2)
    """
    return Drawn((noise["norm"] / deviation) ** 2 if deviation > 0 else 0.0, noise["coordinates"])
