r"""Any torch module, trained by its clients: each clips what it computes, and only the weighted sum leaves.

*Records protected*: a round takes one step; each record's gradient is clipped to :math:`C` over all parameters
together, and client :math:`i` adds up those of its :math:`n_i` records. *Clients protected*: each trains the module by
itself, some epochs of stochastic gradient descent with momentum, and its whole update (parameters before less
parameters after) is clipped. Both are what :class:`..runs.engine.Engine` asks for, and noise is drawn outside.

The work is cut in pieces of a fixed size, whatever the number of processes, each with random numbers of its own; the
pieces are added up in their order, in double precision. So the bits do not depend on who computed what.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..accounting.privacy import Array
from .aggregate_engine import ROUNDING, loaded_torch, one_thread
from .data import Integers
from .engine import Contribution, State
from .local_training import LocalTraining
from .torch_models import Model

if TYPE_CHECKING:
    import torch

RECORDS_A_PIECE = 512
CLIENTS_A_PIECE = 4
RECORDS_AT_ONCE = 32
"""Whose gradients are in memory together."""
SCORED_AT_ONCE = 1024

Piece = tuple[dict[str, Array], float]
"""Part of the sum, and the largest norm that entered it."""


@dataclass(frozen=True, eq=False)
class ClientEngine:
    """A module on its clients' records.

    Attributes
    ----------
    model
        What is trained; see :func:`.torch_models.model_of`.
    features, labels
        One row and one class per record, client by client.
    owner
        Which client holds each record; it never falls.
    local
        How a client trains, and what is clipped.
    processes
        How many compute, with a thread each.

    Examples
    --------
    >>> import torch
    >>> from mechproof.dpfl.training.torch_models import model_of
    >>> model = model_of(torch.nn.Linear(2, 2), (2,), 2, "record")
    >>> engine = ClientEngine(model, np.eye(2), np.array([0, 1]), np.array([0, 1]), LocalTraining(clip=0.1))
    >>> given = engine.contribute(engine.start(), np.array([0.5, 0.0]), round=0)
    >>> given.participants, round(given.largest_norm, 5), given.total["weight"].shape
    ((0,), 0.1, (2, 2))
    """

    model: Model
    features: Array
    labels: Integers
    owner: Integers
    local: LocalTraining
    processes: int = 1
    _folder: list[Any] = field(default_factory=list, repr=False)

    def start(self) -> State:
        """Return the parameters with which the module came."""
        return self.model.start()

    def contribute(self, state: State, weight: Array, round: int) -> Contribution:
        """Return the weighted sum of what the clients have clipped; as :class:`.engine.Engine` says."""
        chosen = [client for client in np.unique(self.owner).tolist() if weight[client] > 0]
        pieces = list(self._computed(state, chosen, weight, round))
        total = {name: np.zeros(values.shape) for name, values in state.items()}
        for part, _ in pieces:
            for name, values in part.items():
                total[name] += values
        return Contribution(total, max((norm for _, norm in pieces), default=0.0), tuple(chosen))

    def apply(self, state: State, update: State) -> State:
        """Return the parameters after one step of the server's length against the update."""
        return {name: state[name] - self.local.learning_rate * update[name] for name in state}

    def accuracy(self, state: State, features: Array, labels: Integers) -> float:
        """Return the fraction of records whose class has the largest score."""
        torch = loaded_torch()
        parameters, right = self.model.parameters(state), 0
        self.model.module.eval()
        with one_thread(), torch.no_grad():
            for begin in range(0, len(labels), SCORED_AT_ONCE):
                some = self.model.records(features[begin : begin + SCORED_AT_ONCE])
                named = self.model.scores(parameters, some).argmax(dim=1).numpy()
                right += int(np.sum(named == labels[begin : begin + SCORED_AT_ONCE]))
        self.model.module.train()
        return right / len(labels)

    def _computed(self, state: State, clients: Sequence[int], weight: Array, round: int) -> Iterable[Piece]:
        features, labels, owner = self._shared
        work = Work(self.model, features, labels, owner, self.local)
        pieces = self._pieces(clients)
        given = [(work, state, piece, weight, round, place) for place, piece in enumerate(pieces)]
        if self.processes == 1:
            return (computed(*arguments) for arguments in given)
        from joblib import Parallel, delayed, parallel_config

        with parallel_config(backend="loky", inner_max_num_threads=1):
            done: Iterable[Piece] = Parallel(n_jobs=self.processes)(delayed(computed)(*one) for one in given)
        return done

    def _pieces(self, clients: Sequence[int]) -> Iterator[Integers]:
        """Return the rows of a piece where records are protected, its clients where clients are."""
        if self.local.unit == "client":
            return (np.array(clients[b : b + CLIENTS_A_PIECE]) for b in range(0, len(clients), CLIENTS_A_PIECE))
        rows = np.flatnonzero(np.isin(self.owner, clients))
        return (rows[begin : begin + RECORDS_A_PIECE] for begin in range(0, len(rows), RECORDS_A_PIECE))

    @cached_property
    def _shared(self) -> tuple[Any, Any, Any]:
        """The records; for other processes in files, which are handed over by their names."""
        if self.processes == 1:
            return self.features, self.labels, self.owner
        folder = tempfile.TemporaryDirectory()
        self._folder.append(folder)  # removed with the engine
        parts = {"features": self.features, "labels": self.labels, "owner": self.owner}
        paths = {name: Path(folder.name) / f"{name}.npy" for name in parts}
        for name, path in paths.items():
            np.save(path, parts[name])
        return tuple(np.load(path, mmap_mode="r") for path in paths.values())


@dataclass(frozen=True, eq=False)
class Work:
    """What every process needs of an engine."""

    model: Model
    features: Array
    labels: Integers
    owner: Integers
    local: LocalTraining


def computed(work: Work, state: State, piece: Integers, weight: Array, round: int, place: int) -> Piece:
    """Compute one piece of a round, with random numbers of its own."""
    torch = loaded_torch()
    sums = clients_sum if work.local.unit == "client" else records_sum
    seed = np.random.SeedSequence(work.local.seed, spawn_key=(round, place)).generate_state(1, np.uint64)[0]
    with one_thread(), torch.random.fork_rng(devices=[]):
        torch.manual_seed(int(seed >> np.uint64(1)))
        return sums(work, work.model.parameters(state), piece, weight)


def records_sum(work: Work, parameters: dict[str, torch.Tensor], rows: Integers, weight: Array) -> Piece:
    """Return the weighted sum of the clipped gradients of some records."""
    total, largest = {name: np.zeros(value.shape) for name, value in parameters.items()}, 0.0
    gradients = gradients_of(work.model)
    for begin in range(0, len(rows), RECORDS_AT_ONCE):
        some = rows[begin : begin + RECORDS_AT_ONCE]
        labels = loaded_torch().from_numpy(work.labels[some])
        each = gradients(parameters, work.model.records(work.features[some]), labels)
        norms = _clip(each, work.local.clip)
        largest = max(largest, float(norms.max()))
        counted = loaded_torch().from_numpy(weight[work.owner[some]])
        for name, values in each.items():
            total[name] += loaded_torch().tensordot(counted.to(values.dtype), values, dims=1).numpy()
    return total, largest


def clients_sum(work: Work, parameters: dict[str, torch.Tensor], clients: Integers, weight: Array) -> Piece:
    """Return the weighted sum of the clipped updates of some clients."""
    total, largest = {name: np.zeros(value.shape) for name, value in parameters.items()}, 0.0
    for client in clients.tolist():
        rows = np.flatnonzero(work.owner == client)
        records, labels = work.model.records(work.features[rows]), loaded_torch().from_numpy(work.labels[rows])
        update = {name: value[None] for name, value in _update(work, parameters, records, labels).items()}
        largest = max(largest, float(_clip(update, work.local.clip).max()))
        for name, values in update.items():
            total[name] += weight[client] * values[0].numpy()
    return total, largest


def _update(
    work: Work, parameters: dict[str, torch.Tensor], records: torch.Tensor, labels: torch.Tensor
) -> dict[str, torch.Tensor]:
    """Train on one client's records, and return the parameters before less those after."""
    torch, local = loaded_torch(), work.local
    own = {name: value.clone().requires_grad_() for name, value in parameters.items()}
    descent = torch.optim.SGD(own.values(), lr=local.local_learning_rate, momentum=local.momentum)
    for _ in range(local.local_epochs):
        for some in torch.randperm(len(labels)).split(local.batch_size):
            descent.zero_grad()
            loss = torch.nn.functional.cross_entropy(work.model.scores(own, records[some]), labels[some])
            loss.backward()
            descent.step()
    return {name: parameters[name] - value.detach() for name, value in own.items()}


def _clip(each: dict[str, torch.Tensor], clip: float) -> torch.Tensor:
    """Shorten each entry to the bound, over all parameters together, in place; return the norms that are left.

    What is not finite has no direction to be shortened along, and counts nothing.
    """
    torch = loaded_torch()
    norms = _norms(each)
    if not bool(norms.isfinite().all()):
        for values in each.values():
            torch.nan_to_num_(values, nan=0.0, posinf=0.0, neginf=0.0)
        norms = _norms(each)
    within = clip * (1 - ROUNDING * torch.finfo(next(iter(each.values())).dtype).eps)
    shrink = (within / norms).clamp(max=1.0)
    for values in each.values():
        values *= shrink.to(values.dtype).reshape(-1, *[1] * (values.dim() - 1))
    return _norms(each)


def _norms(each: dict[str, torch.Tensor]) -> torch.Tensor:
    length, double = loaded_torch().linalg.vector_norm, loaded_torch().float64
    parts = [length(values.flatten(1), dim=1, dtype=double) for values in each.values()]
    norms: torch.Tensor = length(loaded_torch().stack(parts), dim=0)
    return norms


Gradients = Callable[[dict[str, Any], Any, Any], dict[str, Any]]


def gradients_of(model: Model) -> Gradients:
    """Return what computes the gradient of each of some records: all at once, or one by one where that cannot be."""
    torch = loaded_torch()

    def loss(parameters: dict[str, Any], record: Any, label: Any) -> Any:
        return torch.nn.functional.cross_entropy(model.scores(parameters, record[None]), label[None])

    one = torch.func.grad(loss)
    at_once = torch.func.vmap(one, in_dims=(None, 0, 0), randomness="different")

    def one_by_one(parameters: dict[str, Any], records: Any, labels: Any) -> dict[str, Any]:
        each = [one(parameters, record, label) for record, label in zip(records, labels, strict=True)]
        return {name: torch.stack([gradient[name] for gradient in each]) for name in parameters}

    return at_once if model.vectorised else one_by_one
