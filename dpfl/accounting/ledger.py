r"""Who spends what: the noise of every client, and the :math:`(\varepsilon, \delta)` it really gives.

The ledger is computed from what a run charged and measured, or before there is one from the noise and the number of
rounds; it is not copied from the budgets: it is the account, they were the plan. Beside it stands the
``classical-uncomposed`` noise with its own true :math:`(\varepsilon, \delta)`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from .budgets import Budgets
from .classical import classical_uncomposed
from .privacy import Array, epsilon_for, sigma_for
from .release import Release


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    r"""The account of one client over all rounds. A client that takes no part releases nothing: :math:`(0, 0)`.

    Attributes
    ----------
    client
        Its id.
    budget
        Its privacy budget, as it was written.
    release
        What it releases in each round: the unit that is protected, the adjacency, the sensitivity Δ.
    sigma
        Noise multiplier σ: standard deviation of its noise in units of Δ; None if absent.
    epsilon, delta
        What its releases really give, all rounds together.
    classical_sigma
        The multiplier that the classical formula would have used in each round; None if absent.
    classical_epsilon
        The true :math:`\varepsilon` of all rounds with that noise, at the same `delta`; None if absent.
    classical_delta
        The true :math:`\delta` of all rounds with that noise, at :math:`\varepsilon` = `budget`; None if absent.

    Examples
    --------
    >>> entry = LedgerEntry("anna", "1", Release(2.0, "replace-one"), 3.0, 1.0, 1e-5, 2.9, 1.1, 2e-5)
    >>> entry.noise_deviation
    12.0
    """

    client: str
    budget: str
    release: Release
    sigma: float | None
    epsilon: float
    delta: float
    classical_sigma: float | None
    classical_epsilon: float | None
    classical_delta: float | None

    @property
    def participates(self) -> bool:
        """Whether the client releases anything at all."""
        return self.sigma is not None

    @property
    def noise_deviation(self) -> float | None:
        """σΔ, the standard deviation of what it adds to each coordinate of its sum; None if absent."""
        return self.release.deviation(self.sigma)

    def document(self) -> dict[str, Any]:
        """Return the entry as plain data."""
        return {
            "client": self.client,
            "budget": self.budget,
            "participates": self.participates,
            "unit": self.release.unit,
            "adjacency": self.release.adjacency,
            "sensitivity": self.release.sensitivity,
            "sigma": self.sigma,
            "noise_deviation": self.noise_deviation,
            "epsilon": self.epsilon if np.isfinite(self.epsilon) else None,
            "delta": self.delta,
            "classical_uncomposed": None
            if self.sigma is None
            else {
                "sigma": self.classical_sigma,
                "true_epsilon": self.classical_epsilon,
                "true_delta_at_budget": self.classical_delta,
            },
        }


def noise_multipliers(epsilon: Array, delta: float, rounds: int) -> Array:
    r"""Return each client's :math:`\sigma_i = \sqrt T / \mu_i`, infinite for a client that does not take part.

    Parameters
    ----------
    epsilon
        Budgets of at least 0.
    delta
        In (0, 1).
    rounds
        Number :math:`T` of releases.

    Returns
    -------
    numpy.ndarray
        One per client; equal budgets have bitwise equal noise.

    Raises
    ------
    InputError
        As :func:`.privacy.sigma_for`.

    Examples
    --------
    >>> noise_multipliers(np.array([0.5, 0.0]), 1e-5, rounds=200).round(5).tolist()
    [99.44505, inf]
    """
    distinct, place = np.unique(epsilon, return_inverse=True)  # equal budgets are computed once
    sigma = np.full(len(distinct), np.inf)
    sigma[distinct != 0] = sigma_for(distinct[distinct != 0], delta, rounds)
    return np.asarray(sigma[place])


def epsilons_of(spent: Array, delta: Array) -> Array:
    r"""Return the true :math:`\varepsilon` of each :math:`\sum\mu^2`: 0 of nothing, infinite without noise.

    Examples
    --------
    >>> epsilons_of(np.array([0.0, 4.0, np.inf]), np.full(3, 1e-5)).round(4).tolist()
    [0.0, 9.9973, inf]
    """
    found = np.where(np.isinf(spent), np.inf, 0.0)
    finite = (spent > 0) & np.isfinite(spent)
    pairs, place = np.unique(np.stack([spent[finite], delta[finite]]), axis=1, return_inverse=True)
    found[finite] = epsilon_for(np.sqrt(pairs[0]), pairs[1])[place.ravel()]  # equal ones are computed once
    return np.asarray(found)


def ledger(
    budgets: Budgets, delta: float, rounds: int, release: Release, spent: Mapping[str, float] | None = None
) -> tuple[LedgerEntry, ...]:
    r"""Account for every client, in the order of the budgets.

    Parameters
    ----------
    budgets
        The budgets that the noise is calibrated to.
    delta
        In (0, 1).
    rounds
        Number of releases of every participating client.
    release
        What each of them is.
    spent
        :math:`\sum\mu^2` of every client, from the transcript of a run; by default what is planned. It is infinite
        where no noise was drawn.

    Returns
    -------
    tuple of LedgerEntry
        One per client, absent ones too.

    Raises
    ------
    InputError
        For a `delta` or a number of rounds outside its domain.

    Examples
    --------
    >>> entry = ledger(Budgets(("anna",), ("1",)), 1e-5, 200, Release(1.0, "add-or-remove"))[0]
    >>> f"{entry.epsilon:.6f}, classical {entry.classical_epsilon:.1f}"
    '1.000000, classical 16.1'
    """
    sigma = noise_multipliers(budgets.epsilon, delta, rounds)
    distinct, place = np.unique(budgets.epsilon, return_inverse=True)
    present = distinct != 0
    shape = (3, len(distinct))
    classical = np.zeros(shape)
    given = classical_uncomposed(distinct[present], delta, rounds)
    classical[:, present] = given.sigma, given.true_epsilon, given.true_delta
    planned = np.where(np.isfinite(sigma), rounds / sigma**2, 0.0)
    sums = planned if spent is None else np.array([spent.get(client, 0.0) for client in budgets.clients])
    true = epsilons_of(sums, np.full(len(sums), delta)).tolist()
    entries = []
    for index, (client, text) in enumerate(zip(budgets.clients, budgets.texts, strict=True)):
        row = place[index]
        if not present[row]:
            entries.append(LedgerEntry(client, text, release, None, 0.0, 0.0, None, None, None))
            continue
        account = (float(sigma[index]), true[index], float(delta), *map(float, classical[:, row]))
        entries.append(LedgerEntry(client, text, release, *account))
    return tuple(entries)
