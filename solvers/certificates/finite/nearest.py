"""An exact equilibrium of two players near given probabilities: with the supports that these show.

If the first plays strategies S₁ and the second S₂, the two conditions of an equilibrium come apart: the first's
probabilities must make all of S₂ best replies, and the second's all of S₁. Each is a linear program, of which the
nearest point is wanted. What comes back is exact, or nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from ....formulations.errors import BackendError
from ....formulations.finite.declaration import FiniteGame
from ...linear.vertex import LinearProgram, optimum

Entries = Sequence[Fraction]


def nearest_of_two(game: FiniteGame, stated: Sequence[Entries], used: Sequence[Sequence[int]]) -> list[Entries] | None:
    """Return everybody's probabilities at the equilibrium of these supports that is nearest to what is stated.

    Examples
    --------
    >>> game = FiniteGame(payoff=[[[2, 0], [0, 1]], [[1, 0], [0, 2]]])
    >>> near = nearest_of_two(game, [[Fraction(2, 3), Fraction(1, 3)], [Fraction(0.33), Fraction(0.67)]], [[0, 1]] * 2)
    >>> print(*near[0], *near[1])
    2/3 1/3 1/3 2/3
    """
    found = []
    for player, other in ((0, 1), (1, 0)):
        table = game.payoff[other] if player == 0 else game.payoff[other].T  # the player's own strategies in rows
        entries = _nearest(table, stated[player], used[player], used[other])
        if entries is None:
            return None
        found.append(entries)
    return found


def _nearest(table: Any, stated: Entries, used: Sequence[int], replies: Sequence[int]) -> Entries | None:
    """Return probabilities against which some replies are all best, moved as little as may be in all.

    The variables are by how much each strategy in use is raised, and then lowered: what is wrong may be as little as
    the rounding of a double, and so are they. What a reply is behind by is taken in a unit of its own: in whichever
    one the payoffs are, its sign is the same.
    """
    width = len(used)
    rows: list[dict[int, Fraction]] = []
    least: list[Fraction] = []

    def require(rates: Sequence[Fraction]) -> None:
        raised = {k: rate for k, rate in enumerate(rates) if rate}
        rows.append(raised | {width + k: -rate for k, rate in raised.items()})
        least.append(-sum((rate * stated[s] for rate, s in zip(rates, used, strict=True)), Fraction(0)))

    one = [Fraction(1)] * width
    require(one)
    require([-rate for rate in one])
    least[0], least[1] = least[0] + 1, least[1] - 1
    for reply in range(table.shape[1]):
        ahead = [table[s, replies[0]] - table[s, reply] for s in used]
        unit = max(map(abs, ahead)) or 1
        ahead = [entry / unit for entry in ahead]
        require(ahead)
        if reply in replies:
            require([-rate for rate in ahead])
    for k in range(width):
        require([Fraction(k == place) for place in range(width)])
    moved = _least_moves(LinearProgram([Fraction(1)] * (2 * width), rows, least))
    if moved is None:
        return None
    entries = [Fraction(0)] * len(stated)
    for k, s in enumerate(used):
        entries[s] = stated[s] + moved[k] - moved[width + k]
    return entries


def _least_moves(program: LinearProgram) -> Entries | None:
    """Return the exact optimum of a program, or None where there is none or it is not found."""
    try:
        best = optimum(program)
    except BackendError:
        return None
    return best.point if best.exact else None
