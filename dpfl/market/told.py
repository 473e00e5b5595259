r"""What versions tell of a record of each owner, alone and put together, found from the noise alone.

All is Gaussian privacy: :math:`\mu` is how many standard deviations of noise a record moves what is seen by.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np

from ..accounting.privacy import Array

COPIES = ("nested", "independent")
"""How the noises of the versions hang together."""


@dataclass(frozen=True, eq=False)
class FinishedModel:
    r"""Versions are one trained model with more noise: :math:`\mu_{ij} = \min(\mu_i, S_i/s_j)`.

    Attributes
    ----------
    mu, moved
        μ_i of the training and S_i, how far a record moves the finished model, for each owner; both 0 for one that
        takes no part.
    noise
        s_j of each version.
    copies
        One of `COPIES`.

    Examples
    --------
    >>> told = FinishedModel(np.array([1.0, 0.0]), np.array([0.5, 0.0]), np.array([0.25, 2.0]), "nested")
    >>> told.each().tolist(), told.together([0, 1]).tolist()
    ([[1.0, 0.25], [0.0, 0.0]], [1.0, 0.0])
    """

    mu: Array
    moved: Array
    noise: Array
    copies: str

    def each(self) -> Array:
        """Return μ of a record of each owner (rows) in each version (columns)."""
        return np.minimum(self.mu[:, None], self.moved[:, None] / self.noise[None, :])

    def together(self, versions: Sequence[int]) -> Array:
        """Return μ of a record of each owner when some versions are put together.

        Nested versions, each the next better one with more noise, tell together what the best of them tells alone.
        """
        if not len(versions):
            return np.zeros_like(self.mu)
        noise = self.noise[list(versions)]
        told = 1 / noise.min() if self.copies == "nested" else np.sqrt(np.sum(noise**-2.0))
        return np.asarray(np.minimum(self.mu, self.moved * told))


@dataclass(frozen=True, eq=False)
class OwnTraining:
    r"""Each version is trained by itself, with noise in each round's sum: :math:`\mu_{ij} = \Delta\sqrt T w_{ij}/s_j`.

    Attributes
    ----------
    weight
        w_ij, how much each record of an owner (rows) counts in a version (columns).
    noise
        s_j, the standard deviation of the noise in each coordinate of each round's sum, in the gradient's unit.
    reach
        Δ√T: how far a record of weight one moves all rounds together, in the gradient's unit.

    Examples
    --------
    >>> told = OwnTraining(np.array([[0.3, 0.4]]), np.array([1.0, 1.0]), reach=10.0)
    >>> told.each().tolist(), told.together([0, 1]).tolist()
    ([[3.0, 4.0]], [5.0])
    """

    weight: Array
    noise: Array
    reach: float

    def each(self) -> Array:
        """Return μ of a record of each owner (rows) in each version (columns)."""
        return self.reach * self.weight / self.noise[None, :]

    def together(self, versions: Sequence[int]) -> Array:
        """Return μ of a record of each owner when some versions are put together: their noises are independent."""
        return np.asarray(np.linalg.norm(self.each()[:, list(versions)], axis=1))


def told_by(training: Mapping[str, Any]) -> FinishedModel | OwnTraining:
    """Return what the versions of a finished training step tell, from the noise that is written there.

    Parameters
    ----------
    training
        The result of the step, with at least one version and one owner.

    Examples
    --------
    >>> owners, versions = [{"sigma": 5.0, "moves_model_by": 0.5}], [{"noise": 0.25}]
    >>> step = {"rounds": 25, "copies": "nested", "owners": owners, "versions": versions}
    >>> told_by(step).each().tolist()
    [[1.0]]
    """
    owners, noise, rounds = training["owners"], _column(training["versions"], "noise"), training["rounds"]
    if training.get("trust", "local") == "local":
        mu = np.array([sqrt(rounds) / row["sigma"] if row["sigma"] else 0.0 for row in owners])
        return FinishedModel(mu, _column(owners, "moves_model_by"), noise, training["copies"])
    return OwnTraining(_column(owners, "version_weight"), noise, training["release"]["sensitivity"] * sqrt(rounds))


def _column(rows: Sequence[Mapping[str, Any]], name: str) -> Array:
    return np.array([row[name] for row in rows], dtype=np.float64)
