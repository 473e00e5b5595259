"""Who sells more where some client is left out, and what that costs: in doubles, of all who could be, at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Replacements:
    """What is bought in all without each of some clients, and what the others are paid for selling more."""

    total: np.ndarray
    spent: np.ndarray


@dataclass(frozen=True, eq=False)
class Band:
    """Who would sell more, cheapest first: what each is charged with, costs and may sell, what all up to it have left.

    `wanted` is what would be bought in all at each one's charge.
    """

    charge: np.ndarray
    cost: np.ndarray
    cap: np.ndarray
    upto: np.ndarray
    wanted: np.ndarray

    def replacing(self, bought: float, cap: np.ndarray) -> Replacements:
        """Return how so much of each of some clients is replaced where so much is bought in all: guesses, for VCG."""
        before = np.append(0.0, self.upto)
        spent = np.append(0.0, np.cumsum(np.diff(before) * self.cost))
        unbought = np.maximum.accumulate(self.upto + bought - self.wanted)  # at each price, of what is offered
        k = np.searchsorted(unbought, cap, side="left")
        last = before[-1]  # behind the last nobody is left
        more = np.clip(np.append(self.wanted, 0.0)[k] - (bought - cap), before[k], np.append(self.upto, last)[k])
        paid = spent[k] + (more - before[k]) * np.append(self.cost, 0.0)[k]
        return Replacements(np.maximum(bought - cap + more, 0.0), paid)
