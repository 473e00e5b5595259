r"""Canaries in somebody's torch module: records whose gradients the auditor computes at every published model.

In a module all records share coordinates, so that a canary is asked for along a direction of its own: the gradients of
a run's canaries are made orthogonal one after the other, and what the others are known to add is taken out. (Whoever
differential privacy is promised against knows all other records.) A canary's score is then
:math:`\sum_t \langle u_t - k_t, q_t\rangle`, with noise that is independent of the other scores of its run; a gradient
that others share in part tells less, which makes the bound lower and never wrong.

Canaries are images with a few bright pixels, one for each class in a run: of a freshly made network their clipped
gradients are nearly orthogonal.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..accounting.privacy import Array
from ..runs.engine import Integers, State
from ..runs.loop import run_training
from ..runs.terms import Terms
from .aggregate_engine import loaded_torch, one_thread
from .client_engine import ClientEngine, gradients_of
from .local_training import LocalTraining
from .seen import STEP, Seen, Truths
from .torch_models import Model

BRIGHT = 60.0
"""Of a canary's pixels: its gradient is clipped at the first model."""
PIXELS = 10
"""One in so many is bright."""
MOST_TOGETHER = 16


def together_in(model: Model) -> int:
    """Return how many canaries a run holds.

    Examples
    --------
    >>> import torch
    >>> from mechproof.dpfl.training.torch_models import model_of
    >>> together_in(model_of(torch.nn.Linear(3, 10), (3,), 10, "record"))
    10
    """
    return min(model.classes, MOST_TOGETHER)


@dataclass(frozen=True, eq=False)
class ModulePlanting:
    """How canaries are planted in a module's runs.

    Attributes
    ----------
    model
        What is trained.
    terms, row, copies
        As in :class:`.canaries.Planting`.
    source
        Of the images.
    """

    model: Model
    terms: Terms
    row: int
    copies: int
    source: np.random.Generator

    @property
    def together(self) -> int:
        """How many canaries there are in one run."""
        return together_in(self.model)

    def said(self, inside: Truths, seed: np.random.SeedSequence | None) -> Truths:
        """Run once, and say of each canary whether it is in."""
        count, size = self.together, int(np.prod(self.model.shape))
        images = np.zeros((count + 1, size))
        for image in images:
            bright = self.source.choice(size, max(1, size // PIXELS), replace=False)
            image[bright] = self.source.normal(size=len(bright)) * BRIGHT
        planted = Planted(self, images, np.arange(count + 1) % self.model.classes)
        features, labels = planted.data(inside)
        local = LocalTraining("record", self.terms.clip, STEP)
        owner = np.full(len(features), self.row)
        seen = Seen(ClientEngine(self.model, features, labels, owner, local))
        run_training(seen, self.terms, seed=seed)
        return np.asarray(sum(planted.evidence(model, update, inside) for model, update in seen.published) > 0)


@dataclass(frozen=True, eq=False)
class Planted:
    """One run's canaries, and a record that is always there and known.

    Attributes
    ----------
    planting
        Where they are planted.
    images, labels
        Of the canaries; the last is the record that is known.
    """

    planting: ModulePlanting
    images: Array
    labels: Integers

    def data(self, inside: Truths) -> tuple[Array, Integers]:
        """Return the records of a run: where they are replaced, who is out has the next label."""
        here = self._swapped | inside
        labels = np.where(inside, self.labels[:-1], self._others)
        counts = np.append(np.where(here, self.planting.copies, 0), 1)
        return np.repeat(self.images, counts, axis=0), np.repeat(np.append(labels, self.labels[-1]), counts)

    def evidence(self, model: State, update: State, inside: Truths) -> Array:
        """Return what a round tells of each canary: above 0 that it is in."""
        weight = self.planting.terms.weight[self.planting.row]
        present = weight * self.planting.copies * self._clipped(model, self.images[:-1], self.labels[:-1])
        absent = np.zeros_like(present)
        if self._swapped.all():
            absent = weight * self.planting.copies * self._clipped(model, self.images[:-1], self._others)
        moved = present - absent
        known = weight * self._clipped(model, self.images[-1:], self.labels[-1:])[0] + absent.sum(axis=0)
        rest = np.concatenate([update[name].ravel() for name in model]) - known - inside @ moved
        torch = loaded_torch()
        with one_thread():
            direction, upper = torch.linalg.qr(torch.from_numpy(moved.T.copy()))
            along = (direction.T @ torch.from_numpy(rest)).numpy()
        signal = np.diag(upper.numpy())
        return np.asarray(np.sign(signal) * along + np.abs(signal) * (inside - 0.5))

    @cached_property
    def _swapped(self) -> Truths:
        return np.full(len(self.images) - 1, self.planting.terms.adjacency == "replace-one")

    @cached_property
    def _others(self) -> Integers:
        return np.asarray((self.labels[:-1] + 1) % self.planting.model.classes)

    def _clipped(self, state: State, images: Array, labels: Integers) -> Array:
        """Return the gradients of records at a model, clipped, one a row."""
        model = self.planting.model
        with one_thread():
            given = model.records(images), loaded_torch().from_numpy(labels)
            found = gradients_of(model)(model.parameters(state), *given)
        rows = np.concatenate([found[name].detach().double().flatten(1).numpy() for name in state], axis=1)
        norms = np.linalg.norm(rows, axis=1, keepdims=True)
        return np.asarray(rows * np.minimum(1, self.planting.terms.clip / np.maximum(norms, 1e-300)))
