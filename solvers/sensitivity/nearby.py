"""Data moved by next to nothing over fractions: what an answer's piece is just beyond it, at a tie too."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, TypeVar

import numpy as np

from ...formulations.language import Declaration
from .data import altered, number_of, rules_of

NEXT_TO_NOTHING = Fraction(1, 2**200)
"""By how much, times its speed, a datum is moved to see what is just beyond; all is exact there."""
Kind = TypeVar("Kind", bound=Declaration)


def middle(value: Any) -> Fraction:
    """Return a number as a fraction; of a ball, its middle.

    Examples
    --------
    >>> middle(0.5)
    Fraction(1, 2)
    """
    if isinstance(value, float | np.floating):
        return Fraction(float(value))
    if isinstance(value, int | Fraction):
        return Fraction(value)
    mantissa, exponent = value.mid().man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


def just_beyond(model: Kind, direction: Mapping[str, Any]) -> Kind:
    """Return the same declaration over fractions, moved by next to nothing in a direction.

    Examples
    --------
    >>> import mechproof as mp
    >>> game = just_beyond(mp.StackelbergPricing(cost=[1, 1], alpha=4, beta=2), {"beta": 1})
    >>> game.beta > 2, game.alpha
    (True, Fraction(4, 1))
    """
    for name in rules_of(model):
        declared = number_of(model, name)
        speed = direction.get(name, 0)
        if np.ndim(declared):
            speeds = speed if np.ndim(speed) else [speed] * len(declared)
            moved: Any = [
                Fraction(item) + NEXT_TO_NOTHING * middle(rate) for item, rate in zip(declared, speeds, strict=True)
            ]
            model = altered(model, name, None, moved)
        else:
            model = altered(model, name, None, Fraction(declared) + NEXT_TO_NOTHING * middle(speed))
    return model


def on_edge(model: Declaration, piece: Callable[[Any], Any]) -> bool:
    """Return whether an answer's piece is another on both sides of it, in a direction that nothing singles out.

    Examples
    --------
    >>> import mechproof as mp
    >>> below_two = lambda game: game.cost[0] < 2
    >>> [on_edge(mp.StackelbergPricing(cost=[c, 1], alpha=4, beta=2), below_two) for c in (1, 2)]
    [False, True]
    """
    draw = np.random.default_rng(0)

    def unrelated(name: str) -> Any:
        shape = np.shape(number_of(model, name))
        numbers = draw.integers(1, 2**60, shape or 1).tolist()
        return [Fraction(item, 2**60) for item in numbers] if shape else Fraction(numbers[0], 2**60)

    there = {name: unrelated(name) for name in rules_of(model)}
    back = {name: [-item for item in speed] if isinstance(speed, list) else -speed for name, speed in there.items()}
    return bool(piece(just_beyond(model, there)) != piece(just_beyond(model, back)))
