"""Somebody's torch module as a function of its parameters: what can be trained privately, and what is refused."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from ...formulations.errors import InputError
from ..accounting.privacy import Array
from .aggregate_engine import loaded_torch
from .engine import State

if TYPE_CHECKING:
    import torch

PROBE = 2
"""Records that a module is tried on: enough to see whether one's output depends on another."""


@dataclass(frozen=True, eq=False)
class Model:
    """A module apart from its parameters.

    Attributes
    ----------
    module
        A copy of one's own, whose parameters are never changed.
    shape
        Of one record, as the module takes it.
    classes
        How many numbers it returns for each.

    Examples
    --------
    >>> import torch
    >>> model = model_of(torch.nn.Linear(3, 2), (3,), 2, "record")
    >>> list(model.start()), model.start()["weight"].shape
    (['weight', 'bias'], (2, 3))
    """

    module: torch.nn.Module
    shape: tuple[int, ...]
    classes: int

    @cached_property
    def vectorised(self) -> bool:
        """Whether gradients of many records can be computed at once; some layers (recurrent ones) cannot."""
        torch = loaded_torch()

        def score(record: Any) -> Any:
            return self.scores(self.trainable(), record[None]).sum()

        try:
            torch.func.vmap(torch.func.grad(score), randomness="different")(_probe(self))
        except (RuntimeError, NotImplementedError):
            return False
        return True

    def trainable(self) -> dict[str, torch.Tensor]:
        """Return the parameters that are trained. Buffers, and what needs no gradient, stay as they are."""
        return {name: value.detach() for name, value in self.module.named_parameters() if value.requires_grad}

    def start(self) -> State:
        """Return the parameters with which the module came, in doubles."""
        return {name: value.double().numpy().copy() for name, value in self.trainable().items()}

    def parameters(self, state: State) -> dict[str, torch.Tensor]:
        """Return a state in the precision of the module."""
        torch = loaded_torch()
        return {name: torch.tensor(state[name], dtype=value.dtype) for name, value in self.trainable().items()}

    def scores(self, parameters: Mapping[str, torch.Tensor], records: torch.Tensor) -> torch.Tensor:
        """Return the module's output, records × classes."""
        output: torch.Tensor = loaded_torch().func.functional_call(self.module, dict(parameters), (records,))
        return output

    def records(self, features: Array) -> torch.Tensor:
        """Return rows of features as the module takes them."""
        torch = loaded_torch()
        dtype = next(iter(self.trainable().values())).dtype
        return torch.from_numpy(np.ascontiguousarray(features)).to(dtype).reshape(-1, *self.shape)  # type: ignore[no-any-return]

    def named(self, state: State) -> dict[str, Array]:
        """Return a state and whatever is not trained, by the names of the module's ``state_dict``."""
        whole = {name: value.detach().numpy() for name, value in self.module.state_dict().items()}
        return whole | {name: state[name].astype(whole[name].dtype) for name in state}


def model_of(module: Any, shape: tuple[int, ...], classes: int, unit: str) -> Model:
    """Return somebody's module as a model, if it can be trained privately.

    Parameters
    ----------
    module
        A ``torch.nn.Module`` that returns a score for each class; it is copied.
    shape
        Of one record.
    classes
        Number of classes.
    unit
        What is protected; of a ``record`` the gradient must be its own.

    Raises
    ------
    InputError
        When it is no module, has nothing to train, returns another shape, keeps something of the records outside its
        parameters (as BatchNorm does), or mixes the records of a batch while single records are protected.

    Examples
    --------
    >>> import torch
    >>> model_of(torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.BatchNorm1d(2)), (3,), 2, "client")
    Traceback (most recent call last):
    mechproof.formulations.errors.InputError: model.1.running_mean = 'BatchNorm1d': changes with the records ...
    """
    torch = loaded_torch()
    if not isinstance(module, torch.nn.Module):
        rule = "must be a torch.nn.Module that returns a score for each class"
        raise InputError("model", type(module).__name__, rule, "give the module, and not its class")
    model = Model(copy.deepcopy(module).cpu(), shape, classes)
    if not model.trainable():
        raise InputError("model", type(module).__name__, "has no parameter that is trained", "set requires_grad")
    for name, value in model.trainable().items():
        if not value.is_floating_point():
            raise InputError(f"model.{name}", str(value.dtype), "must be real to be trained", "set requires_grad=False")
    with torch.no_grad():
        _refuse_memory(model, *_tried(model))
        if unit == "record":
            _refuse_mixtures(model)
    return model


def _tried(model: Model) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the module's buffers before and after it has seen some records."""
    torch = loaded_torch()
    before = {name: value.clone() for name, value in model.module.named_buffers()}
    model.module.train()
    try:
        output = model.module(_probe(model))
    except (RuntimeError, ValueError, TypeError) as error:
        rule = f"cannot take records of shape {model.shape}: {str(error).splitlines()[0]}"
        raise InputError(
            "model", type(model.module).__name__, rule, "give the data's shape, or flatten first"
        ) from None
    if not isinstance(output, torch.Tensor) or output.shape != (PROBE, model.classes):
        found = tuple(output.shape) if isinstance(output, torch.Tensor) else type(output).__name__
        rule = f"must be ({PROBE}, {model.classes}) for {PROBE} records: a score for each class"
        raise InputError("model, output", found, rule, "end with a layer of that width")
    return before, dict(model.module.named_buffers())


def _refuse_memory(model: Model, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    torch = loaded_torch()
    for name, value in after.items():
        if name not in before or not torch.equal(before[name], value):
            layer = type(model.module.get_submodule(name.rpartition(".")[0])).__name__
            rule = "changes with the records and would be released without noise"
            raise InputError(f"model.{name}", layer, rule, "use GroupNorm in place of BatchNorm")


def _refuse_mixtures(model: Model) -> None:
    torch = loaded_torch()
    model.module.eval()
    records = _probe(model)
    together, alone = model.module(records), torch.cat([model.module(record[None]) for record in records])
    model.module.train()
    if not torch.allclose(together, alone, rtol=1e-3, atol=1e-4):
        rule = "lets a record's output depend on the other records of its batch, so that none has a gradient of its own"
        raise InputError("model", type(model.module).__name__, rule, 'use GroupNorm, or protect clients: unit="client"')


def _probe(model: Model) -> torch.Tensor:
    values = np.random.default_rng(0).uniform(size=(PROBE, int(np.prod(model.shape))))
    return model.records(values)
