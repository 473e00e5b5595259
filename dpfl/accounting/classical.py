"""The classical noise, which never comes without the privacy it really gives."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ...formulations.privacy import classical_sigma
from ...solvers.readings.vectors import Vectors
from .privacy import Array, checked_delta, checked_positive, checked_rounds, epsilon_for, log_delta


@dataclass(frozen=True)
class ClassicalCalibration:
    r"""The ``classical-uncomposed`` noise, which never comes without what it really gives.

    Attributes
    ----------
    nominal_epsilon
        The :math:`\varepsilon` that was asked for, per round.
    sigma
        :math:`\sqrt{2\ln(1.25/\delta)}\,\Delta/\varepsilon`, in the unit of the sensitivity.
    true_epsilon
        The :math:`\varepsilon` that all rounds together really give at the same :math:`\delta`.
    true_delta
        The :math:`\delta` that all rounds together really give at the nominal :math:`\varepsilon`.

    Examples
    --------
    >>> given = classical_uncomposed(98.0, 1e-5, rounds=200)
    >>> f"nominal {given.nominal_epsilon}, true {float(given.true_epsilon):.0f}"
    'nominal 98.0, true 42136'
    """

    nominal_epsilon: Array
    sigma: Array
    true_epsilon: Array
    true_delta: Array


def classical_uncomposed(
    epsilon: ArrayLike, delta: ArrayLike, rounds: int = 1, sensitivity: float = 1.0
) -> ClassicalCalibration:
    r"""Return the classical :math:`\sigma` per round, uncomposed, with the true :math:`(\varepsilon, \delta)`.

    The textbook theorem holds for one release with :math:`\varepsilon < 1` only. Papers use it for any
    :math:`\varepsilon`, in every round, as if rounds cost nothing.

    Parameters
    ----------
    epsilon, delta, rounds, sensitivity
        As in :func:`sigma_for`; the `epsilon` is taken as the budget of a single round.

    Returns
    -------
    ClassicalCalibration
        The noise together with its true :math:`\varepsilon` and true :math:`\delta` over all rounds.

    Raises
    ------
    InputError
        For a value outside its domain.

    Notes
    -----
    Source of the formula: Dwork & Roth 2014, theorem A.1.

    Examples
    --------
    >>> print(f"{float(classical_uncomposed(1.0, 1e-5, rounds=200).true_epsilon):.1f}")
    16.1
    """
    budget, probability = checked_positive("epsilon", epsilon), checked_delta(delta)
    scale = float(checked_positive("sensitivity", sensitivity))
    sigma = classical_sigma(Vectors(), budget, probability) * scale
    mu = np.sqrt(checked_rounds(rounds)) * scale / sigma
    return ClassicalCalibration(
        *np.broadcast_arrays(budget, sigma, epsilon_for(mu, probability), np.exp(log_delta(budget, mu)))
    )
