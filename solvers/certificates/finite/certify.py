"""The certificate of a profile of a finite game: that nobody gains by another strategy, exactly.

Fractions are judged as they are. Doubles are not an equilibrium but near one: it is found by the strategies that they
use, exactly or in balls, and judged itself. A gain refutes what is stated, and tells how far an equilibrium is at the
least: where no probability moves by more than δ, no gain moves by more than δ K times the range of payoffs, of K
strategies in all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from ....formulations.finite.declaration import FiniteGame
from ...evaluation import reading_of
from ...readings.rationals import Rationals
from ...readings.vectors import Vectors
from ...solution import Certificate, Solution
from ..feasibility import feasibility
from .enclosed import enclosed
from .gains import best_gains, is_equilibrium, ranges
from .nearest import nearest_of_two

LEAST_USED = 10
"""A probability of fewer tolerances than so many counts as none."""


def certify_profile(model: FiniteGame, solution: Solution, arithmetic: str, tolerance: float) -> Certificate:
    """Judge the probabilities of a solution; whatever the arithmetic, nothing is rounded.

    Examples
    --------
    >>> import mechproof as mp
    >>> game = mp.FiniteGame(payoff=[[[2, 0], [0, 1]], [[1, 0], [0, 2]]], player=["Ann", "Bob"])
    >>> mp.candidate(game, probability=[2 / 3, 1 / 3, 1 / 3, 2 / 3]).certificate.valid
    True
    >>> print(mp.candidate(game, probability=[1, 0, 0, 1]).certificate.reason)
    Ann gains 1 by 2
    """
    found = feasibility(solution, reading_of(model, Rationals() if arithmetic == "exact" else Vectors()), tolerance)
    if found.objection is not None:
        return found.certificate(tolerance, arithmetic)
    stated = _stated(solution)
    judged = _judged(model, stated, tolerance)
    gap = float(judged.gap) if judged.gap is not None else None
    distance = None if judged.distance is None else float(judged.distance)
    least = float(judged.at_least) or None
    return Certificate(
        *(True, judged.optimal, found.violation, gap, distance, tolerance, arithmetic, judged.reason, least)
    )


@dataclass(frozen=True)
class _Judged:
    """A verdict, its reason, what is left on the table and how far an equilibrium is."""

    optimal: bool | None
    reason: str
    gap: Any
    distance: Any = None
    at_least: Any = 0


def _stated(solution: Solution) -> list[Fraction]:
    exact = (solution.exact or {}).get("probability")
    if exact is not None and all(isinstance(entry, Fraction | int) for entry in exact):
        return [Fraction(entry) for entry in exact]
    if exact is not None:
        return [Fraction(float(entry)) for entry in exact]
    return [Fraction(float(entry)) for entry in np.asarray(solution.values["probability"])]


def _judged(game: FiniteGame, stated: list[Fraction], tolerance: float) -> _Judged:
    if is_equilibrium(game, stated):
        return _Judged(True, "nobody gains by any other strategy, exactly", Fraction(0), Fraction(0))
    kept = _kept(game, stated)
    gains = best_gains(game, kept)
    relative = [gain.amount / size if size else Fraction(0) for gain, size in zip(gains, ranges(game), strict=True)]
    most = max(range(len(gains)), key=lambda k: relative[k])
    moved = max(abs(x - y) for x, y in zip(kept, stated, strict=True))
    at_least = max(relative[most] / sum(game.shape) - moved, Fraction(0))
    gap = max(relative[most], Fraction(0))
    if at_least > tolerance:
        return _Judged(False, gains[most].text(game), gap, None, at_least)
    near = _near(game, stated, tolerance)
    if near is None:
        reason = f"no equilibrium was found near, with the strategies in use; {gains[most].text(game)}"
        return _Judged(None, reason, gap, None, at_least)
    apart = max(_apart(x, y) for x, y in zip(near, stated, strict=True))
    reason = f"an equilibrium is {'in a box' if hasattr(near[0], 'rad') else 'at fractions'} so near"
    return _Judged(apart <= tolerance or None, reason, gap, apart, at_least)


def _kept(game: FiniteGame, stated: Sequence[Fraction]) -> list[Fraction]:
    """Return probabilities that add up to one exactly, where the stated ones do but for rounding."""
    kept = [max(entry, Fraction(0)) for entry in stated]
    return [entry / sum(kept[part]) for part in game.slices for entry in kept[part]]


def _near(game: FiniteGame, stated: Sequence[Fraction], tolerance: float) -> list[Any] | None:
    """Return an equilibrium with the strategies that are in use, however little where those that are more are not."""
    mixed = [stated[part] for part in game.slices]

    def above(least: float) -> list[list[int]]:
        return [[s for s, entry in enumerate(part) if entry > least] for part in mixed]

    supports = [above(LEAST_USED * tolerance), above(0)]
    tries = (_on(game, mixed, used) for used in supports[: 1 if supports[0] == supports[1] else 2] if all(used))
    return next((found for found in tries if found is not None), None)


def _on(game: FiniteGame, mixed: Sequence[Sequence[Fraction]], used: Sequence[Sequence[int]]) -> list[Any] | None:
    """Return an equilibrium near everybody's probabilities on a support."""
    if len(mixed) != 2:
        return enclosed(game, [float(entry) for part in mixed for entry in part], used)
    found = nearest_of_two(game, mixed, used)
    if found is None:
        return None
    entries = [*found[0], *found[1]]
    return entries if is_equilibrium(game, entries) else None


def _apart(near: Any, stated: Fraction) -> float | Fraction:
    """Return a bound from above on how far two probabilities are apart."""
    if not hasattr(near, "rad"):
        return abs(Fraction(near) - stated)
    from ...readings.balls import ball, upper_bound

    return upper_bound(abs(near - ball(stated)))
