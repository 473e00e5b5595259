r"""Federated training of a linear head, simulated at the cost of its data and not of its number of clients.

Every round takes one step of gradient descent on the softmax cross-entropy, from the zero head:

.. math:: W \leftarrow W - \eta\Bigl(\sum_r w_r\, g_r \min\bigl(1, C/\lVert g_r\rVert\bigr) + s\,Z\Bigr), \qquad
          g_r = x_r (p_r - y_r)^{\mathsf T}, \qquad Z_{jk} \sim \mathcal N(0, 1).

Two facts make it quick and keep it exact. The gradient of one record is an outer product, so its norm is
:math:`\lVert x_r\rVert\,\lVert p_r - y_r\rVert` and clipping needs no per-record gradient. And a weighted sum of
independent Gaussian noises *is* one Gaussian of the summed variance, so one draw has the very law of all the clients'
draws together. The law is what is simulated: in a deployment each client draws its own noise before anything leaves
it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np

from ...formulations.extras import refuse_missing
from ..accounting.privacy import Array
from .data import Integers

if TYPE_CHECKING:
    import torch


BLOCK = 4096
"""Records at once: of 1,024 to 16,384 the quickest on 64 features."""
ROUNDING = 8
"""Units of the last place by which clipping is stricter, so that rounding makes no record's part too long."""


@dataclass(frozen=True)
class Descent:
    """The constants of the descent, fixed before any data are seen.

    Attributes
    ----------
    rounds
        Number of steps, each of which uses every record once.
    clip
        Bound on the norm of each record's gradient.
    learning_rate
        Step length.
    classes
        Number of classes of the head.

    Examples
    --------
    >>> Descent(rounds=30, clip=1.0, learning_rate=6.0, classes=10).rounds
    30
    """

    rounds: int
    clip: float
    learning_rate: float
    classes: int


def clipped_average(
    features: torch.Tensor,
    norms: torch.Tensor,
    labels: torch.Tensor,
    weight: torch.Tensor,
    head: torch.Tensor,
    clip: float,
) -> torch.Tensor:
    r"""Weighted sum of the records' clipped gradients, :math:`\sum_r w_r g_r \min(1, C/\lVert g_r\rVert)`.

    Parameters
    ----------
    features, norms
        One row per record, and the norm of each; in single or in double precision.
    labels
        The class of each record.
    weight
        One per record, in the precision of the features.
    head
        Features × classes.
    clip
        Bound on each record's gradient norm.

    Returns
    -------
    torch.Tensor
        The shape of `head`, added up in double precision.

    Examples
    --------
    >>> import torch
    >>> x, y = torch.tensor([[3.0, 4.0]]), torch.tensor([0])
    >>> round(float(clipped_average(x, x.norm(dim=1), y, torch.ones(1), torch.zeros(2, 2), clip=1.0).norm()), 5)
    1.0
    """
    total = head.new_zeros(head.shape[::-1], dtype=loaded_torch().float64)
    for part in blocks(len(features)):
        some = features[part]
        total += clipped_rows(some, norms[part], labels[part], weight[part], head, clip) @ some
    return total.T.contiguous()


def norms_of(features: torch.Tensor) -> torch.Tensor:
    """Return the norm of each record, added up in double precision.

    Examples
    --------
    >>> import torch
    >>> norms_of(torch.tensor([[3.0, 4.0]]))
    tensor([5.])
    """
    library = loaded_torch()
    norms: torch.Tensor = library.linalg.vector_norm(features, dim=1, dtype=library.float64).to(features.dtype)
    return norms


def blocks(records: int) -> Iterator[slice]:
    """Return the slices in which records are taken, so that what is computed of each stays in a processor's cache.

    Examples
    --------
    >>> list(blocks(5000))
    [slice(0, 4096, None), slice(4096, 5000, None)]
    """
    return (slice(begin, min(begin + BLOCK, records)) for begin in range(0, records, BLOCK))


def clipped_rows(
    features: torch.Tensor,
    norms: torch.Tensor,
    labels: torch.Tensor,
    weight: torch.Tensor,
    head: torch.Tensor,
    clip: float | torch.Tensor,
) -> torch.Tensor:
    r"""What each record's features are multiplied with: record :math:`r` adds :math:`x_r\,\mathrm{row}_r^{\mathsf T}`.

    Parameters
    ----------
    features, norms, labels, weight, head, clip
        As in :func:`clipped_average`, which adds the rows up; the clip may be one a record.

    Returns
    -------
    torch.Tensor
        Classes × records: sums over classes are then long and not many. That record's part of the sum has the norm
        :math:`\lVert x_r\rVert\lVert\mathrm{row}_r\rVert`, at most :math:`w_r C`.

    Examples
    --------
    >>> import torch
    >>> x, y = torch.tensor([[3.0, 4.0]]), torch.tensor([0])
    >>> clipped_rows(x, x.norm(dim=1), y, torch.ones(1), torch.zeros(2, 2), clip=1.0).norm()
    tensor(0.2000)
    """
    scores = head.T.to(features.dtype) @ features.T
    error = scores.sub_(scores.amax(dim=0)).exp_()
    error /= error.sum(dim=0)
    error[labels, loaded_torch().arange(len(labels))] -= 1
    within = clip * (1 - ROUNDING * loaded_torch().finfo(features.dtype).eps)
    shrink = (within / (norms * error.square().sum(dim=0).sqrt_())).clamp_(max=1.0)
    error *= shrink.mul_(weight)
    return error


def accuracy(head: Array, features: Array, labels: Integers) -> float:
    """Return the fraction of records whose class has the largest score.

    Parameters
    ----------
    head
        Features × classes.
    features, labels
        One row and one class per record, at least one.

    Returns
    -------
    float
        In [0, 1].

    Examples
    --------
    >>> accuracy(np.eye(2), np.eye(2), np.array([0, 0]))
    0.5
    """
    return float(np.mean(np.argmax(features @ head, axis=1) == labels))


def loaded_torch() -> ModuleType:
    """Return torch, or say which extra brings it."""
    refuse_missing("training", "torch")
    import torch

    return torch


@contextmanager
def one_thread() -> Iterator[None]:
    """One thread: matrices are small, and a sum's last digits would depend on the number of threads."""
    torch = loaded_torch()
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)
