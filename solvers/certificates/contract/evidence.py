"""What shows others where a contract's best menu is: its multiplier, enclosed, and each level's noise at both ends.

With d = coth(ε/2) − 1 a level's ε solves d (d + 1)(d + 2) = λψ̄; spending falls as λ grows, so that the pool lies
between what is spent at the two ends.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from ....formulations.contract.declaration import PrivacyContract
from ....formulations.errors import UnsupportedModel
from ....formulations.virtual_cost import level_starts
from ...readings.balls import ball, lower_bound, precision
from ..rounded import below
from .charges import charges
from .enclosure import CERTIFYING_BITS, enclose

APART = Fraction(1, 2**46)
"""Of the two multipliers, relative, from the middle."""


def contract_evidence(contract: PrivacyContract, answer: Mapping[str, Any], tolerance: Fraction) -> Mapping[str, Any]:
    """Return two multipliers, and d of each level at either.

    Raises
    ------
    UnsupportedModel
        When the variance is the group-weighted one.
    """
    if contract.estimator != "unweighted":
        raise UnsupportedModel("the reader of optima knows the unweighted estimator only")
    asked, found = charges(contract), enclose(contract)
    starts = level_starts(asked.charge.tolist(), asked.count.tolist()) if asked.falls else list(range(len(asked.cost)))
    psi = np.add.reduceat(asked.charge, starts) / np.add.reduceat(asked.count, starts)
    with precision(CERTIFYING_BITS):
        noise = [below(lower_bound((2 / ball(epsilon).expm1()).mid())) for epsilon in found.epsilon[starts].tolist()]
    middle = _cubic(noise[0]) / psi[0]
    ends = [below(middle * (1 - APART)), below(middle * (1 + APART))]
    return {"multiplier": ends, "roots": [[_root(d, end * p) for d, p in zip(noise, psi, strict=True)] for end in ends]}


def _cubic(d: Fraction) -> Fraction:
    return d * (d + 1) * (d + 2)


def _root(near: Fraction, value: Fraction) -> Fraction:
    """Two steps of Newton's method on d (d + 1)(d + 2) = value."""
    for _ in range(2):
        near = below(near - (_cubic(near) - value) / ((3 * near + 6) * near + 2))
    return near
