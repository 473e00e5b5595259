"""An audited run as everybody sees it: each model, and the update that followed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..accounting.privacy import Array
from ..runs.engine import Contribution, Engine, Integers, State

Truths: TypeAlias = NDArray[np.bool_]
STEP = 1e-6
"""Of the audited descent: models hardly move, so that no canary is ever learned."""


@dataclass(frozen=True, eq=False)
class Seen:
    """An engine, with what is published of its rounds.

    Attributes
    ----------
    engine
        What is trained.
    published
        Each model, and the update that followed.
    """

    engine: Engine
    published: list[tuple[State, State]] = field(default_factory=list)

    def start(self) -> State:
        """Return the engine's own."""
        return self.engine.start()

    def contribute(self, state: State, weight: Array, round: int) -> Contribution:
        """Return the engine's own."""
        return self.engine.contribute(state, weight, round)

    def apply(self, state: State, update: State) -> State:
        """Keep what is published, and return what the engine makes of it."""
        self.published.append((state, update))
        return self.engine.apply(state, update)

    def accuracy(self, state: State, features: Array, labels: Integers) -> float:
        """Return the engine's own."""
        return self.engine.accuracy(state, features, labels)
