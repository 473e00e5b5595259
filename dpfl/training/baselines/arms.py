"""The arms that baselines of the field add: each with the mechanism's budgets, and its own weights and noise."""

from __future__ import annotations

from collections.abc import Sequence

from ...accounting.privacy import Array
from ..arms import Arm
from ..catalogue import SECURE, known


def baseline_arms(names: Sequence[str], epsilon: Array) -> tuple[Arm, ...]:
    """Return the arms of these baselines, with the mechanism's own under a secure sum where one trusts that.

    Examples
    --------
    >>> import numpy as np
    >>> [arm.name for arm in baseline_arms(["robust-hdp", "idp-sgd-scale"], np.ones(2))]
    ['mechanism/secure-sum', 'robust-hdp', 'idp-sgd-scale']
    """
    chosen = [known(name) for name in names]
    own: tuple[Arm, ...] = ()
    if any(one.against == SECURE for one in chosen):
        text = "the mechanism's budgets, weights by them, noise in the sum alone"
        own = (Arm(SECURE, text, "mechanism", epsilon, "uniform", baseline=SECURE),)
    return (
        *own,
        *(Arm(one.name, one.description, "baseline", epsilon, "uniform", baseline=one.name) for one in chosen),
    )
