"""One round of a play: what was announced, what everybody did, and whom nobody else's decision faced."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from flint import arb

from ...formulations.data import as_floats
from ...formulations.shown import Shown, no_such
from ..readings.balls import Balls
from ..serialization import plain


@dataclass(frozen=True, repr=False)
class Round(Shown):
    """One round: what the leader announced, what everybody did, and whom nobody else's decision faced.

    Its values go by the names of the declaration, as ``round.epsilon``, ``round.reward_pool``; `total` is the sum.
    `changed` holds the true private data of the round where they have drifted, or are of units that are `reported`
    for one that is sold; `sold` is what was really sold.
    """

    number: int
    decided: Mapping[str, Any]
    own: Any
    named: str
    total: Any
    alone: int = 0
    changed: Mapping[str, Any] = field(default_factory=dict)
    reported: Any = None

    def __getattr__(self, name: str) -> Any:
        values = {} if name.startswith("_") or "decided" not in self.__dict__ else self.values
        if name in values:
            return values[name]
        raise AttributeError(f"a round has no {name!r}; it has {', '.join(values)}")

    def __getitem__(self, name: str) -> Any:
        if name not in self.values:
            raise no_such(name, self.values)
        return self.values[name]

    @property
    def values(self) -> dict[str, Any]:
        """The values by name."""
        return {**self.decided, self.named: self.own, "total": self.total}

    @property
    def enclosed(self) -> bool:
        """Whether its numbers are balls, which hold what they are."""
        return isinstance(self.total, arb)

    def in_balls(self) -> Round:
        """Return the round in balls."""
        algebra = Balls()
        decided = {name: algebra.number(value) for name, value in self.decided.items()}
        changed = {name: algebra.vector(values) for name, values in self.changed.items()}
        own, total = algebra.vector(self.own), algebra.number(self.total)
        reported = None if self.reported is None else algebra.vector(self.reported)
        return replace(self, own=own, decided=decided, total=total, changed=changed, reported=reported)

    def in_floats(self) -> Round:
        """Return the round in doubles."""
        decided = {name: float(value) for name, value in self.decided.items()}
        return replace(self, own=as_floats(self.own), decided=decided, total=float(self.total))

    @property
    def sold(self) -> Any:
        """What everybody really sold: what it decided, unless it reports another amount."""
        return self.own if self.reported is None else self.own / self.reported

    def facts(self) -> Mapping[str, Any]:
        """Return the number and the values."""
        return {"number": self.number, **self.values}

    def document(self, everybody: bool) -> dict[str, Any]:
        """Return the round as JSON data, with everybody's decisions or without."""
        floats = as_floats(self.own)
        return {
            "round": self.number,
            "decided": plain(self.decided),
            "total": plain(self.total),
            "largest": float(np.max(floats)),
            "least": float(np.min(floats)),
            "alone": self.alone,
            "own": plain(self.own) if everybody else None,
            **({} if self.reported is None else {"sold": plain(self.sold) if everybody else None}),
        }
