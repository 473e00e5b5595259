"""What becomes of replies in one round: who has gone sells nothing, and who faces nobody does as declared."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ...formulations.rounds.declaration import Rounds
from .roots import is_missing


@dataclass(frozen=True)
class Alone:
    """A round in which some have `gone`; `last` is what each sold last, `floor` the least that is kept."""

    declared: Rounds
    last: Any
    gone: Any
    floor: Any

    @cached_property
    def _faced(self) -> Any:
        return np.zeros(len(self.last), dtype=bool)

    @property
    def count(self) -> int:
        """How many faced nobody."""
        return int(np.count_nonzero(self._faced))

    @property
    def left(self) -> Any:
        """Who has left in this round."""
        return self._faced if self.declared.alone == "leave" else np.zeros(len(self.last), dtype=bool)

    def __call__(self, people: Any, replies: Any) -> Any:
        """Return decisions where there is a reply, and by the declared rule where there is none."""
        nobody = is_missing(replies) & ~self.gone[people]
        self._faced[people] |= nobody
        rest = {"keep": self.last[people], "floor": self.floor, "leave": 0}[self.declared.alone]
        return np.where(self.gone[people], 0, np.where(nobody, rest, replies))

    def leaving(self, own: Any) -> Any:
        """Return decisions in which who has gone, or leaves in this round, sells nothing."""
        out = self.gone | self.left
        return np.where(out, 0 * own, own) if np.any(out) else own
