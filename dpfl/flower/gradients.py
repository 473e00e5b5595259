"""The gradient of each record of a torch module, by name, as :func:`.records.descend` takes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from ..accounting.privacy import Array

if TYPE_CHECKING:
    import torch


def per_record_gradients(
    module: torch.nn.Module,
    loss: Callable[[torch.Tensor, torch.Tensor], torch.Tensor],
    inputs: torch.Tensor,
    targets: torch.Tensor,
) -> dict[str, Array]:
    """Return the gradient of every record's own loss, by the names of the module's parameters.

    Parameters
    ----------
    module
        Any torch module whose output for a record depends on that record alone; so no batch normalisation in training.
    loss
        From outputs and targets of a batch of one to a scalar, such as ``torch.nn.functional.cross_entropy``.
    inputs, targets
        One row per record.

    Returns
    -------
    dict of numpy.ndarray
        Records × shape of the parameter.

    Examples
    --------
    >>> import torch
    >>> layer, loss = torch.nn.Linear(2, 2), torch.nn.functional.cross_entropy
    >>> found = per_record_gradients(layer, loss, torch.ones(3, 2), torch.tensor([0, 1, 0]))
    >>> {name: gradient.shape for name, gradient in found.items()}
    {'weight': (3, 2, 2), 'bias': (3, 2)}
    """
    from torch.func import functional_call, grad, vmap

    buffers = dict(module.named_buffers())
    parameters = {name: value.detach() for name, value in module.named_parameters() if value.requires_grad}

    def alone(given: dict[str, torch.Tensor], record: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        return loss(functional_call(module, (given, buffers), (record[None],)), target[None])

    found = vmap(grad(alone), in_dims=(None, 0, 0), randomness="different")(parameters, inputs, targets)
    return {name: np.asarray(value.numpy(), dtype=np.float64) for name, value in found.items()}
