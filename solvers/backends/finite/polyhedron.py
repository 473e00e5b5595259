"""Vertices of best-reply polyhedra, in whole numbers: the double description of Motzkin.

The mixed strategies x of one player, with the most v ≥ b_j·x that the other can get against them, are the cone x ≥ 0,
v ≥ b_j·x. Its rays are found by adding one reply j after the other: what breaks v ≥ b_j·x is replaced by where the
edges to what keeps it meet the plane. Two rays share an edge if no third keeps all that both keep with equality;
degenerate games are no exception.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import gcd, lcm

from ....formulations.errors import LimitReached

MOST_RAYS = 4_000
"""More vertices of one polyhedron are not listed: their pairs would take minutes."""


@dataclass(frozen=True)
class Ray:
    """Whole numbers (x, v), and as bits what holds with equality: x_i = 0 first, then v = b_j·x."""

    entries: tuple[int, ...]
    tight: int

    def slack(self, column: Sequence[int]) -> int:
        """Return v − b_j·x."""
        return self.entries[-1] - sum(b * x for b, x in zip(column, self.entries, strict=False))


def best_reply_vertices(columns: Sequence[Sequence[Fraction]]) -> list[tuple[list[Fraction], int]]:
    """Return the vertices of one player's polyhedron, and the bits of what holds there with equality.

    Parameters
    ----------
    columns
        What the other gets by each of its replies, at each strategy of the player.

    Raises
    ------
    LimitReached
        When there are too many.

    Examples
    --------
    >>> for x, tight in best_reply_vertices([[Fraction(1), Fraction(0)], [Fraction(0), Fraction(2)]]):
    ...     print(*x, f"{tight:04b}")
    1 0 0110
    0 1 1001
    2/3 1/3 1100
    """
    whole = _whole(columns)
    size = len(whole[0])
    everything = (1 << size) - 1
    rays = [Ray((*(0,) * size, 1), everything)]
    for i in range(size):
        unit = tuple(int(k == i) for k in range(size))
        rays.append(Ray((*unit, whole[0][i]), everything ^ (1 << i) | (1 << size)))
    for j, column in enumerate(whole[1:], start=1):
        rays = _cut(rays, column, 1 << (size + j), size)
        if len(rays) > MOST_RAYS:
            raise LimitReached(f"the best replies have more than {MOST_RAYS:,} vertices, which are not listed")
    found = []
    for ray in rays:
        total = sum(ray.entries[:-1])
        if total:  # but for the ray along v, on which nothing is played
            found.append(([Fraction(x, total) for x in ray.entries[:-1]], ray.tight))
    return found


def _whole(columns: Sequence[Sequence[Fraction]]) -> list[list[int]]:
    """Return columns times one number, by which all are whole."""
    unit = lcm(*(entry.denominator for column in columns for entry in column))
    return [[int(entry * unit) for entry in column] for column in columns]


def _cut(rays: list[Ray], column: Sequence[int], bit: int, size: int) -> list[Ray]:
    """Return the rays of what also keeps v ≥ b_j·x."""
    measured = [(ray, ray.slack(column)) for ray in rays]
    kept = [Ray(ray.entries, ray.tight | bit * (slack == 0)) for ray, slack in measured if slack >= 0]
    above, below = ([one for one in measured if one[1] * side > 0] for side in (1, -1))
    tights = [ray.tight for ray in rays]
    for (high, over), (low, under) in product(above, below):
        if _share_an_edge(high.tight & low.tight, tights, size):
            entries = [over * y - under * x for x, y in zip(high.entries, low.entries, strict=True)]
            divisor = gcd(*entries)
            kept.append(Ray(tuple(entry // divisor for entry in entries), high.tight & low.tight | bit))
    return kept


def _share_an_edge(both: int, tights: Sequence[int], size: int) -> bool:
    """Whether no third ray keeps with equality all that two keep."""
    return both.bit_count() >= size - 1 and sum(tight & both == both for tight in tights) == 2
