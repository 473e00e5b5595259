r"""What is spent by rounds that each have a privacy budget of their own.

Round :math:`t` is a Gaussian release that is exactly :math:`(\varepsilon_t, \delta)`-DP, :math:`\mu_t`-GDP. All rounds
together are :math:`\mu`-GDP with :math:`\mu^2 = \sum_t \mu_t^2`, also where a round's budget follows from what was seen
of earlier rounds (Dong, Roth & Su 2022): neither the last budget, as a source counts that states one for every round,
nor their sum.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ...formulations.privacy import classical_sigma
from ...formulations.shown import Shown
from ...solvers.readings.vectors import Vectors
from .privacy import Array, checked_delta, checked_positive, epsilon_for, mu_for


@dataclass(frozen=True, eq=False, repr=False)
class Spent(Shown):
    """What each of the people has spent over all rounds, at one δ.

    Attributes
    ----------
    delta
        δ of every round, and of what they spend together.
    stated
        The largest budget of a round: what is said where rounds are counted one by one.
    epsilon
        What the rounds really spend together, if each has the least noise for its own budget.
    added
        The sum of the budgets, which is what they would spend at T δ if nothing better were known.
    classical
        What they really spend if each has the classical noise √(2 ln(1.25/δ))/ε, which is meant for ε < 1.
    """

    delta: float
    stated: Array
    epsilon: Array
    added: Array
    classical: Array

    def document(self) -> dict[str, Any]:
        """Return it as JSON data."""
        columns = {name: getattr(self, name).tolist() for name in ("stated", "epsilon", "added", "classical")}
        return {"delta": self.delta, **columns}


def spent_in_rounds(epsilon: ArrayLike, delta: float) -> Spent:
    r"""Return what everybody spends in rounds of unequal budgets.

    Parameters
    ----------
    epsilon
        :math:`\varepsilon_{ti} \ge 0`, a row for each round and a column for each person; 0 releases nothing.
    delta
        :math:`\delta` in (0, 1), of each round and of all together.

    Returns
    -------
    Spent
        By person.

    Raises
    ------
    InputError
        For a negative budget, or a `delta` outside (0, 1).

    Examples
    --------
    >>> spent_in_rounds([[1.0, 2.0], [1.0, 0.0]], 1e-5).epsilon.round(4).tolist()
    [1.4652, 2.0]
    """
    budgets = np.atleast_2d(checked_positive("epsilon", epsilon, zero=True))
    level = float(checked_delta(delta))
    exact, classical = np.zeros(budgets.shape), np.zeros(budgets.shape)
    some = budgets > 0
    distinct, place = np.unique(budgets[some], return_inverse=True)  # where a path rests, most are the same
    exact[some] = mu_for(distinct, level)[place]
    classical[some] = 1 / classical_sigma(Vectors(), budgets[some], level)
    return Spent(level, budgets.max(axis=0), _together(exact, level), budgets.sum(axis=0), _together(classical, level))


def _together(mu: Array, delta: float) -> Array:
    """Return the ε at δ of releases of these μ, a column for each person."""
    total = np.sqrt(np.sum(mu**2, axis=0))
    spent = np.zeros(total.shape)
    spent[total > 0] = epsilon_for(total[total > 0], delta)
    return spent
