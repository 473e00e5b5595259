"""What a price's distance from its survey costs: the losses, and what follows from them by differentiation.

The slopes, the curvature and the pieces of the slope are derived by hand, once and here: a kink has no derivative in a
reading. That they belong to the losses is tested (`test_version_losses`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..algebra import Algebra, Formula


def squared_loss(a: Algebra, price: Any, target: Any) -> Any:
    """(v_j − P_j)²."""
    return a.square(price - target)


def absolute_loss(a: Algebra, price: Any, target: Any) -> Any:
    """|v_j − P_j|."""
    return a.absolute(price - target)


def huber_loss(a: Algebra, price: Any, target: Any, huber_width: Any) -> Any:
    """r² for |r| ≤ M, else 2M|r| − M², where r = v_j − P_j: with t = min(|r|, M) both are t (2|r| − t)."""
    distance = a.absolute(price - target)
    near = a.minimum(distance, huber_width)
    return near * (2 * distance - near)


LOSSES: Mapping[str, Formula] = {"squared": squared_loss, "absolute": absolute_loss, "huber": huber_loss}
"""The loss of one price, by name."""


def squared_slopes(a: Algebra, price: Any, target: Any) -> tuple[Any, Any]:
    """2r, from both sides."""
    return 2 * (price - target), 2 * (price - target)


def absolute_slopes(a: Algebra, price: Any, target: Any, rounding: Any) -> tuple[Any, Any]:
    """−1 from the left up to the target, 1 from the right; both where r is zero but for the rounding."""
    apart = price - target
    return 1 - 2 * a.at_least(rounding, apart), 2 * a.at_least(apart, -rounding) - 1


def huber_slopes(a: Algebra, price: Any, target: Any, huber_width: Any) -> tuple[Any, Any]:
    """2r between −2M and 2M, from both sides."""
    slope = 2 * a.maximum(a.minimum(price - target, huber_width), -huber_width)
    return slope, slope


SLOPES: Mapping[str, Formula] = {"squared": squared_slopes, "absolute": absolute_slopes, "huber": huber_slopes}
"""A loss's slopes from the left and from the right, by name."""


def squared_curvature(a: Algebra, price: Any) -> Any:
    """2."""
    return 2 + 0 * price


def absolute_curvature(a: Algebra, price: Any) -> Any:
    """0, away from the target."""
    return 0 * price


def huber_curvature(a: Algebra, price: Any, target: Any, huber_width: Any) -> Any:
    """2 within the width, 0 beyond."""
    return 2 * a.at_least(huber_width, a.absolute(price - target))


CURVATURES: Mapping[str, Formula] = {
    "squared": squared_curvature,
    "absolute": absolute_curvature,
    "huber": huber_curvature,
}
"""The slope of a loss's slope, by name."""

Kink = tuple[Any, Any, Any]
"""Where a piecewise linear slope jumps or bends: the price, by how much it jumps, by how much it bends."""


def slope_pieces(loss: str, target: Any, width: Any) -> tuple[Any, Any, tuple[Kink, ...]]:
    """Return the slope's first piece, as its value at price 0 and its bend, and the kinks that follow.

    Examples
    --------
    >>> slope_pieces("huber", 5, 2)
    (-4, 0, ((3, 0, 2), (7, 0, -2)))
    """
    if loss == "squared":
        return -2 * target, 2, ()
    if loss == "absolute":
        return -1, 0, ((target, 2, 0),)
    return -2 * width, 0, ((target - width, 0, 2), (target + width, 0, -2))


def width_that_matters(targets: Any, width: Any) -> Any:
    """Return a Huber width with the same optimal menus that is no larger than the prices.

    No optimal price is above the largest target, so that no residual is larger either; and a wider loss is nowhere
    smaller, so that a lower bound on the loss of this width is one for the declared. A width far above the prices would
    lose all their digits in the slopes.

    Examples
    --------
    >>> width_that_matters([1, 5], 1000)
    5
    """
    return min(width, max(targets))
