r"""What can be trained in private rounds: an engine clips and sums, and never draws noise.

Every round is the same, whatever the model: the engine returns the weighted sum of what it has clipped, noise is added
to that sum in one place outside of it, and the engine applies what came out. So one loop, one account and one test of
the noise serve every engine.

The unit that is clipped is the engine's: each record's gradient, of which a round takes one step; or, for the privacy
of whole clients, each client's update, which any number of local steps may have led to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..accounting.privacy import Array

Integers = NDArray[np.int64]
State: TypeAlias = Mapping[str, Array]
"""A model's parameters, or a change of them: arrays of doubles by name, always in the same order."""


@dataclass(frozen=True, eq=False)
class Contribution:
    r"""What the clients' data add in one round, before any noise. It is private: it never leaves the run.

    Attributes
    ----------
    total
        :math:`\sum_i w_i S_i` over the participants' clipped sums, in the shapes of the state.
    largest_norm
        The largest norm of what was clipped, measured on what entered the sum, divided by its weight.
    participants
        The rows, among all clients, of those that contributed.
    """

    total: State
    largest_norm: float
    participants: tuple[int, ...]


class Engine(Protocol):
    """Something that is trained in rounds; frozen, with the state handed in and out."""

    def start(self) -> State:
        """Return the state before the first round; always the same."""
        ...

    def contribute(self, state: State, weight: Array, round: int) -> Contribution:
        """Return the clipped, weighted sum of one round, without noise.

        Parameters
        ----------
        state
            The model at the beginning of the round.
        weight
            :math:`w_i`, one per client; who has 0 does not contribute.
        round
            From 0. The same arguments give the same bits.
        """
        ...

    def apply(self, state: State, update: State) -> State:
        """Return the state after a round whose noised sum is `update`."""
        ...

    def accuracy(self, state: State, features: Array, labels: Integers) -> float:
        """Return the fraction of records whose class the model names."""
        ...
