r"""Robust-HDP (arXiv 2406.03519): the server guesses everybody's noise from the updates, and weighs by it.

The first round's updates, one a column, are split by robust PCA (principal component pursuit, Candès, Li, Ma, Wright
2011) into a part L of low rank and a sparse part S; client :math:`i` then counts in proportion to
:math:`1/\lVert S_i\rVert^2` in all rounds. An update is a client's mean gradient, so that both its budget and its
number of records are in the noise. Weights are made of releases alone, which costs no privacy: everybody spends the
budget.

The source's code rounds noise multipliers to two decimals, some of them down: ``published`` is what that really gives.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from ...accounting.privacy import Array
from ..aggregate_engine import loaded_torch, one_thread
from ..data import Integers
from ..engine import Contribution, Engine, State
from ..linear_engine import HEAD, LinearEngine
from ..protocol import Protocol
from ..weights import aggregate
from .rebuilt import OverLinear, Population, Rebuilt

if TYPE_CHECKING:
    import torch

TOLERANCE = 1e-7
"""Of robust PCA: of the residual, relative to the matrix."""
MOST_STEPS = 3_000


def robust_hdp(people: Population, protocol: Protocol, rounds: int) -> Rebuilt:
    """Return Robust-HDP; pilots go by the weights that it would have if it guessed all noise rightly.

    Examples
    --------
    >>> two = Population(np.array([1.0, 2.0]), np.array([1, 1]), np.ones(2), 10)
    >>> made = robust_hdp(two, Protocol(), 30)
    >>> made.epsilon.round(6).tolist(), made.published.round(4).tolist()
    ([1.0, 2.0], [1.0002, 2.0001])
    """
    releases = np.full(len(people.records), rounds)
    sigma = people.needed(protocol, releases)
    release = protocol.release.sensitivity
    ideal = aggregate(people.epsilon, sigma, people.records, "least-noise", release)
    present = people.present
    rounded = np.where(present, np.maximum(np.round(np.where(present, sigma, 1.0), 2), 0.01), np.inf)
    return Rebuilt(
        ideal,
        0.0,
        Guessing(np.where(present, sigma, 0.0) * release),
        people.spent(protocol, releases, sigma),
        people.spent(protocol, releases, rounded),
    )


@dataclass(frozen=True, eq=False)
class Guessing:
    """Makes the engine of Robust-HDP from what each client adds to its sum; 0 for who takes no part."""

    deviation: Array

    def __call__(self, linear: LinearEngine, seed: np.random.SeedSequence) -> Engine:
        """Return it."""
        return NoiseAware(linear, seed, self.deviation)


@dataclass(frozen=True, eq=False)
class NoiseAware(OverLinear):
    """The linear engine with every client's own noise, and weights that are guessed from the first releases.

    Its sums carry their noise: nothing is to be added.

    Attributes
    ----------
    linear, seed
        As in :class:`.rebuilt.OverLinear`.
    deviation
        Of the noise of each coordinate of a client's sum; 0 for who takes no part.
    """

    deviation: Array

    def contribute(self, state: State, weight: Array, round: int) -> Contribution:
        """Return the weighted sum of the releases; the weights that are given only say who takes part."""
        if round == 0:
            total = np.tensordot(self._first, self.weights[self._present], axes=(0, 0))
            return Contribution({HEAD: total}, 0.0, tuple(self._present.tolist()))
        given = self.linear.contribute(state, self.weights, round)
        noise = float(np.linalg.norm(self.weights * self.deviation))
        total = given.total[HEAD] + noise * self.generator(round).standard_normal(given.total[HEAD].shape)
        return Contribution({HEAD: total}, given.largest_norm, given.participants)

    @cached_property
    def weights(self) -> Array:
        """How much each record of each client counts, from the first releases."""
        counts = np.bincount(self.linear.owner, minlength=len(self.deviation))[self._present]
        updates = self._first.reshape(len(self._present), -1) / counts[:, None]
        each = guessed_weights(updates.T)
        weights = np.zeros(len(self.deviation))
        weights[self._present] = each / counts
        return weights

    @cached_property
    def _present(self) -> Integers:
        held = np.unique(self.linear.owner)
        return held[self.deviation[held] > 0]

    @cached_property
    def _first(self) -> Array:
        """Everybody's release in the first round: clipped sums with their noise."""
        start, generator = self.start(), self.generator(0)
        alone = np.eye(len(self.deviation))
        sums = np.stack([self.linear.contribute(start, alone[client], 0).total[HEAD] for client in self._present])
        noise = generator.standard_normal(sums.shape) * self.deviation[self._present][:, None, None]
        return np.asarray(sums + noise)


def guessed_weights(updates: Array) -> Array:
    r"""Return weights in proportion to :math:`1/\lVert S_i\rVert^2`, one a column; they sum to one.

    Parameters
    ----------
    updates
        One column a client. A column with nothing sparse counts like one with a millionth of the largest.

    Examples
    --------
    >>> noise = np.random.default_rng(0).standard_normal((200, 8)) * np.array([1, 1, 1, 1, 3, 3, 3, 3])
    >>> guess = guessed_weights(1 + noise)
    >>> bool(guess[:4].min() > 4 * guess[4:].max())
    True
    """
    _, sparse = robust_pca(updates)
    squares = np.sum(sparse**2, axis=0)
    inverse = 1 / np.maximum(squares, 1e-6 * max(float(squares.max()), np.finfo(float).tiny))
    return np.asarray(inverse / inverse.sum())


def robust_pca(matrix: Array) -> tuple[Array, Array]:
    r"""Split a matrix into parts of low rank and sparse: :math:`\min \lVert L\rVert_* + \lambda\lVert S\rVert_1`.

    Parameters
    ----------
    matrix
        Any; :math:`\lambda = 1/\sqrt{\max(m, n)}`.

    Notes
    -----
    Principal component pursuit by alternating directions, algorithm 1 of Candès, Li, Ma and Wright 2011, with their
    :math:`\mu = mn/(4\lVert M\rVert_1)`.

    Examples
    --------
    >>> low, spikes = np.ones((40, 30)), np.zeros((40, 30))
    >>> spikes[3, 5] = spikes[7, 2] = 9.0
    >>> found = robust_pca(low + spikes)
    >>> bool(np.allclose(found[0], low, atol=1e-4)), bool(np.allclose(found[1], spikes, atol=1e-4))
    (True, True)
    """
    size = float(np.abs(matrix).sum())
    if size == 0:
        return matrix, matrix
    if matrix.shape[0] < matrix.shape[1]:
        low, sparse = robust_pca(matrix.T)
        return low.T, sparse.T
    torch = loaded_torch()
    penalty, step = 1 / np.sqrt(max(matrix.shape)), matrix.size / (4 * size)
    with one_thread(), torch.no_grad():
        whole = torch.from_numpy(np.ascontiguousarray(matrix, dtype=np.float64))
        enough = TOLERANCE * float(whole.norm())
        rest, spikes, dual = whole, torch.zeros_like(whole), torch.zeros_like(whole)
        for _ in range(MOST_STEPS):
            rest = _shrunk(whole - spikes + dual / step, 1 / step)
            spikes = torch.nn.functional.softshrink(whole - rest + dual / step, penalty / step)
            missing = whole - rest - spikes
            dual += step * missing
            if float(missing.norm()) <= enough:
                break
    return rest.numpy(), spikes.numpy()


def _shrunk(matrix: torch.Tensor, threshold: float) -> torch.Tensor:
    """Return the matrix with its singular values lowered by a threshold, from the smaller of its two products."""
    squares, vectors = loaded_torch().linalg.eigh(matrix.T @ matrix)
    values = squares.clamp_(min=0).sqrt_()
    some, kept = vectors[:, values > threshold], values[values > threshold]
    shrunk: torch.Tensor = (matrix @ (some * (1 - threshold / kept))) @ some.T
    return shrunk
