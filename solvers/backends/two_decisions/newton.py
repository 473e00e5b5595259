"""Newton's method on everybody's conditions at once, with bounds: who pulls beyond a bound rests on it.

With z all decisions and G(z) all marginal utilities, each entry of z is either on a bound that G pushes it against, or
free with G = 0. The sets are guessed from z + G, the free entries moved by a Newton step, until nothing changes.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...readings.two_decisions import TwoDecisions

STEPS = 60
"""Newton steps of one start at most."""
SETTLED = 1e-13
"""The largest step, relative to the largest decision, that ends it."""
HALVINGS = 12
"""How often a step that makes it worse is halved."""


def flattened(pair: Any) -> Any:
    """Return the first decisions of everybody, then the second ones."""
    return np.concatenate([np.asarray(pair[0]), np.asarray(pair[1])])


def paired(values: Any) -> tuple[Any, Any]:
    """Return the two parts again."""
    half = len(values) // 2
    return values[:half], values[half:]


def polished(reading: TwoDecisions, start: Any) -> tuple[Any, bool]:
    """Return decisions at which everybody's conditions hold, from a start in doubles; and whether they do."""
    lower, upper = (flattened(side) for side in reading.bounds)
    count = len(lower) // 2
    here = np.clip(start, lower, upper)
    largest = float(np.max(np.abs(upper))) or 1.0
    with np.errstate(all="ignore"):
        for _ in range(STEPS):
            step = _step(reading, here, lower, upper, count)
            if step is None:
                return here, False
            there = _shortened(reading, here, step, lower, upper)
            moved = float(np.max(np.abs(there - here)))
            here = there
            if moved <= SETTLED * largest:
                break
        left = residual(reading, here, lower, upper)
    return here, bool(np.max(np.abs(left)) <= 1e-9 * largest)


def residual(reading: TwoDecisions, here: Any, lower: Any, upper: Any) -> Any:
    """Return by how much everybody's conditions fail: what a step along the marginal utilities moves."""
    own = paired(here)
    return np.clip(here + flattened(reading.slopes(own, reading.faced(own))), lower, upper) - here


def _step(reading: TwoDecisions, here: Any, lower: Any, upper: Any, count: int) -> Any:
    own = paired(here)
    others = reading.faced(own)
    pull = flattened(reading.slopes(own, others))
    low, high = here + pull <= lower, here + pull >= upper
    free = ~(low | high)
    step = np.where(low, lower - here, np.where(high, upper - here, 0.0))
    if np.any(free):
        rates = reading.jacobian(own, others)
        try:
            step[free] = np.linalg.solve(
                rates[np.ix_(free, free)], -(pull[free] + rates[np.ix_(free, ~free)] @ step[~free])
            )
        except np.linalg.LinAlgError:
            return None
    return step if np.all(np.isfinite(step)) else None


def _shortened(reading: TwoDecisions, here: Any, step: Any, lower: Any, upper: Any) -> Any:
    """Return where a step leads, halved until the conditions fail by less."""
    before = np.linalg.norm(residual(reading, here, lower, upper))
    for power in range(HALVINGS):
        there = np.clip(here + step / 2**power, lower, upper)
        if np.linalg.norm(residual(reading, there, lower, upper)) < before:
            return there
    return np.clip(here + step, lower, upper) if before == 0 else here
