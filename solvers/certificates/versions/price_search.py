"""Prices that lose least, looked for where an answer does not show them by itself; they are shown optimal elsewhere.

Let G_j(v) be the least loss of the j-th version and all heavier ones when the j-th costs v. The next price lies in
[v, v x_{j+1}/x_j], so that

    G_j(v) = ℓ_j(v) + min over u in [v, v x_{j+1}/x_j] of G_{j+1}(u):

the slope of G_{j+1} is cut at its root m. What lies above stays, what lies below shrinks by x_j/x_{j+1}, and between
the two parts the slope is zero. It is piecewise linear and held as kinks on both sides of the root, the nearest last:
those above by their price, those below by their price *per weight*, which the shrinking does not move. Nothing here
need be believed: `price_dual` shows that the prices are optimal, or nothing is certified.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Sequence
from typing import Any

from ....formulations.versions.losses import Kink, slope_pieces


def least_losing_prices(weight: Sequence[Any], target: Sequence[Any], loss: str, width: Any, nested: bool) -> list[Any]:
    """Return prices that lose least, in the order of the weights.

    Examples
    --------
    >>> from fractions import Fraction
    >>> print(*least_losing_prices([Fraction(1), Fraction(2)], [Fraction(1), Fraction(5)], "squared", 1, nested=False))
    11/5 22/5
    """
    below: list[Kink] = []
    above: list[Kink] = []
    roots = [0 * target[0]]
    for x, wanted in zip(reversed(weight), reversed(target), strict=True):
        roots.append(_root(below, above, x, roots[-1], slope_pieces(loss, wanted, width)))
        if nested:  # the next price is at least this one, and that is all
            below.clear()
    prices = [roots.pop()]
    for j, root in enumerate(reversed(roots[1:])):
        most = root if nested else prices[-1] * (weight[j + 1] / weight[j])
        prices.append(max(min(root, most), prices[-1]))
    return prices


def _root(below: list[Kink], above: list[Kink], x: Any, here: Any, pieces: tuple[Any, Any, tuple[Kink, ...]]) -> Any:
    """Add a loss to a slope that is zero just below `here`; cut the sum at its root, and return that."""
    start, bend, kinks = pieces
    value = start + bend * here
    for price, jump, turn in kinks:
        if price < here:
            value, bend = value + jump + turn * (here - price), bend + turn
            insort(below, _per_weight(price, jump, turn, x))
        else:
            insort(above, (-price, jump, turn))
    while value > 0:  # the root is further down
        if not below:
            return _cut(below, above, x, here - value / bend, (0, bend), (0, bend))
        price, jump, turn = _price(below[-1], x)
        after = value - bend * (here - price)
        if after < 0:  # in floats a division may go beyond the kink
            return _cut(below, above, x, max(here - value / bend, price), (0, bend), (0, bend))
        below.pop()
        if after <= jump:
            return _cut(below, above, x, price, (after - jump, bend - turn), (after, bend))
        above.append((-price, jump, turn))
        here, value, bend = price, after - jump, bend - turn
    while value < 0:  # it is further up
        if not above:
            return _cut(below, above, x, here - value / bend, (0, bend), (0, bend))
        price = -above[-1][0]
        before = value + bend * (price - here)
        if before > 0:
            return _cut(below, above, x, min(here - value / bend, price), (0, bend), (0, bend))
        _, jump, turn = above.pop()
        if before + jump >= 0:
            return _cut(below, above, x, price, (before, bend), (before + jump, bend + turn))
        below.append(_per_weight(price, jump, turn, x))
        here, value, bend = price, before + jump, bend + turn
    return _cut(below, above, x, here, (0, bend), (0, bend))


def _cut(below: list[Kink], above: list[Kink], x: Any, root: Any, left: tuple[Any, Any], right: tuple[Any, Any]) -> Any:
    """Part the slope at its root, given its value and bend on both sides: the two parts end in kinks from and to 0."""
    if any(left):
        below.append(_per_weight(root, -left[0], -left[1], x))
    if any(right):
        above.append((-root, *right))
    return root


def _per_weight(price: Any, jump: Any, bend: Any, x: Any) -> Kink:
    return price / x, jump * x, bend * x * x


def _price(kink: Kink, x: Any) -> Kink:
    unit_price, jump, bend = kink
    return unit_price * x, jump / x, bend / (x * x)
