"""What releases need and spend, client by client: exactly where they use all records, by curves where they sample."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from .curve import curve_of_budgets, curve_of_noise
from .privacy import Array, epsilon_for, mu_for
from .sampling import Draw

Integers = np.typing.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Account:
    """The releases of all clients, in their order.

    Attributes
    ----------
    delta, releases
        Of each client.
    draws
        What each client draws, None where every release uses all records.
    """

    delta: Array
    releases: Integers
    draws: Sequence[Draw | None]

    def needed(self, epsilon: Array) -> Array:
        """Return the multipliers that keep positive budgets; infinite for a budget of 0.

        Examples
        --------
        >>> whole = Account(np.array([1e-5, 1e-5]), np.array([200, 200]), [None, None])
        >>> whole.needed(np.array([0.5, 0.0])).round(5).tolist()
        [99.44505, inf]
        """
        sigma = np.full(len(epsilon), np.inf)
        for draw, who in self._kinds(epsilon > 0):
            if draw is None:
                asked = np.stack([epsilon, self.delta, self.releases], axis=1)[who]
                distinct, place = np.unique(asked, axis=0, return_inverse=True)  # equal clients: bitwise equal noise
                sigma[who] = (np.sqrt(distinct[:, 2]) / mu_for(distinct[:, 0], distinct[:, 1]))[place.ravel()]
                continue
            for releases, delta, some in self._alike(who):
                curve = curve_of_budgets(draw, releases, delta, epsilon[some].min(), epsilon[some].max())
                sigma[some] = curve.sigma_at(epsilon[some])
        return sigma

    def spent(self, sigma: Array) -> tuple[Array, Array]:
        """Return what releases with this noise spend: ε at each δ, and the advantage of the best attack.

        Examples
        --------
        >>> whole = Account(np.array([1e-5, 1e-5]), np.array([200, 200]), [None, None])
        >>> [column.round(6).tolist() for column in whole.spent(np.array([99.44505, np.inf]))]
        [[0.5, 0.0], [0.056686, 0.0]]
        """
        epsilon, advantage = np.zeros(len(sigma)), np.zeros(len(sigma))
        for draw, who in self._kinds(np.isfinite(sigma)):
            if draw is None:
                mu = np.sqrt(self.releases[who]) / sigma[who]
                epsilon[who], advantage[who] = epsilon_for(mu, self.delta[who]), 2 * ndtr(mu / 2) - 1
                continue
            for releases, delta, some in self._alike(who):
                curve = curve_of_noise(draw, releases, delta, sigma[some].min() / 1.001, sigma[some].max() * 1.001)
                epsilon[some], advantage[some] = curve.epsilon_at(sigma[some]), curve.advantage_at(sigma[some])
        return epsilon, advantage

    def _kinds(self, present: np.typing.NDArray[np.bool_]) -> Iterator[tuple[Draw | None, Integers]]:
        """Yield each kind of draw, and who has it among those present with a release."""
        who = np.flatnonzero(present & (self.releases > 0))
        places: dict[Draw | None, list[int]] = {}
        for index in who.tolist():
            places.setdefault(self.draws[index], []).append(index)
        for draw, indices in places.items():
            yield draw, np.array(indices)

    def _alike(self, who: Integers) -> Iterator[tuple[int, float, Integers]]:
        """Yield numbers of releases and δ, and who has them."""
        asked = np.stack([self.releases[who], self.delta[who]], axis=1)
        distinct, place = np.unique(asked, axis=0, return_inverse=True)
        for index, (releases, delta) in enumerate(distinct.tolist()):
            yield int(releases), delta, who[place.ravel() == index]


def epsilon_at(mu: Array, delta: ArrayLike) -> Array:
    """Return ε at δ for each μ ≥ 0: the exact ε of Gaussian privacy, 0 where nothing is released.

    Parameters
    ----------
    mu
        One a client.
    delta
        One for all, or one each.

    Examples
    --------
    >>> epsilon_at(np.array([0.0, 2.0004458]), 1e-5).round(4).tolist()
    [0.0, 10.0]
    """
    epsilon = np.zeros_like(mu)
    told = mu > 0
    epsilon[told] = epsilon_for(mu[told], np.broadcast_to(delta, mu.shape)[told])
    return epsilon
