"""Certify the nearest sound decisions: sound, and no sound ones are nearer.

Whatever is sound keeps A d ≥ v for its changes d. So for prices y ≥ 0 of the rows

    y v ≤ (Aᵀy) d ≤ ‖Aᵀy‖* ‖d‖,

and y v/‖Aᵀy‖* is a bound on the distance from below, whatever the prices: what the stated decisions break, weighed,
cannot be mended by less. ‖s‖* is the largest |s_j|/(m_j w_j), the root of Σ s_j²/(m_j w_j²), or Σ |s_j|/w_j, as the
distance is the sum of all changes, the root of the sum of their squares, or the largest. All of it is over fractions;
prices are a hint. Where Aᵀy is zero and y v is not, nothing is sound.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ....formulations.errors import ClaimedInfeasible
from ....formulations.repair.nearest import Nearest
from ...formatting import shown
from ...solution import Certificate
from .changes import Changes
from .hint import contradiction, nearest_changes


@dataclass(frozen=True)
class Bound:
    """The distance of decisions, and what every sound ones' is at least; under the norm "2" the squares of both."""

    distance: Fraction
    at_least: Fraction

    @property
    def gap(self) -> float:
        """By what part of itself the distance may be too large."""
        return float((self.distance - self.at_least) / self.distance) if self.distance else 0.0


def lower_bound(changes: Changes, price: list[Fraction]) -> Fraction | None:
    """Return what the distance of every sound decision is at least, by prices of rows; None if nothing is sound.

    Under the norm "2" it is the distance's square.

    Examples
    --------
    The cheaper type gains 1/2 by the other item: no changes that are worth less mend that.

    >>> from mechproof.formulations.contract.declaration import PrivacyContract
    >>> from mechproof.formulations.repair.contract import nearest_menu
    >>> contract = PrivacyContract(cost=[1, 2], count=[1, 1], reward_pool=2)
    >>> changes = Changes(nearest_menu(contract, {"epsilon": [1, "1/2"], "payment": [1, 1]}, ("pool",), "1"))
    >>> print(lower_bound(changes, [Fraction(miss > 0) for miss in changes.missing]))
    1/2
    """
    paid = [max(y, Fraction(0)) for y in price]
    earned = sum((y * v for y, v in zip(paid, changes.missing, strict=True)), Fraction(0))
    if earned <= 0:
        return Fraction(0)
    slope = changes.combined(paid)
    norm = changes.program.norm
    parts = [(abs(s) / w, m) for s, w, m in zip(slope, changes.worth, changes.count, strict=True)]
    if norm == "1":
        size = max((s / m for s, m in parts), default=Fraction(0))
    elif norm == "inf":
        size = sum((s for s, _ in parts), Fraction(0))
    else:
        size, earned = sum((s * s / m for s, m in parts), Fraction(0)), earned * earned
    return earned / size if size else None


def certify_nearest(
    program: Nearest,
    decisions: Mapping[str, Any],
    tolerance: float = 1e-7,
    others: Sequence[Nearest] = (),
    shown_least: Callable[[], Fraction] | None = None,
) -> tuple[Certificate, Bound]:
    """Judge decisions: whether they are sound, exactly, and how much nearer sound ones can be at most.

    Parameters
    ----------
    program
        What was asked, and the decisions keep.
    decisions
        Those that move; doubles are taken as the numbers they are.
    tolerance
        By what part of itself the distance may be too large.
    others
        More programs, where what keeps any of them is sound.
    shown_least
        What every sound change is worth at least, where there are too many programs to ask each.

    Returns
    -------
    tuple
        The certificate, whose `optimal` says that nothing sound is nearer; and the bound.
    """
    changes = Changes(program)
    entries = changes.entries(decisions)
    broken, distance = _broken(changes, entries), changes.size(changes.amounts(entries))
    least = Fraction(0)
    if distance:
        asked = (_at_least(Changes(one), distance) for one in (program, *others))
        least = min(asked) if shown_least is None else shown_least()
    bound = Bound(distance, least)
    if broken is not None:
        row, by = broken
        reason = f"{row} is broken by {shown(by)}"
        return Certificate(False, None, math.inf, None, None, tolerance, "exact", reason), bound
    if not distance:
        return Certificate(True, True, 0.0, 0.0, 0.0, tolerance, "exact", "nothing had to change"), bound
    square = "the square of " if program.norm == "2" else ""
    gap = max(bound.gap, 0.0)
    if gap <= tolerance:
        reason = f"nothing sound is nearer, by a weighted sum of what is broken: {square}the distance is at least "
        reason += shown(least) + (f", within {gap:.1g} of it" if gap else "")
        return Certificate(True, True, 0.0, gap, None, tolerance, "exact", reason), bound
    reason = f"{square}the distance is {shown(distance)}, and was shown to be at least {shown(least)} only"
    return Certificate(True, None, 0.0, gap, None, tolerance, "exact", reason), bound


def _at_least(changes: Changes, enough: Fraction) -> Fraction:
    """Return what the distance is at least where one program's rows are kept; more than enough need not be shown."""
    known = floor(changes)
    if known >= enough:
        return known
    try:
        price = nearest_changes(changes).price
    except ClaimedInfeasible:
        found = contradiction(changes)
        price = found.price if found is not None else []
    least = lower_bound(changes, price) if price else Fraction(0)
    return enough if least is None else max(known, least)


def floor(changes: Changes) -> Fraction:
    """Return what bringing the stated entries back between their bounds is worth, and so is every sound change."""
    low, high = changes.ends
    nearest = [min(max(x, a), b) for x, a, b in zip(changes.stated, low, high, strict=True)]
    return changes.size(changes.amounts(nearest))


def _broken(changes: Changes, entries: list[Fraction]) -> tuple[str, Fraction] | None:
    """Return the first row that is broken, and by how much."""
    for row in changes.rows:
        slack = row.at(entries)
        if slack < 0:
            return f"{row.name}[{row.entry}]", -slack
    return None
