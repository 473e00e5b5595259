"""The game to play next, with the costs that were inferred: known where one is left, else between bounds."""

from __future__ import annotations

import json
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from ...formulations.errors import InputError
from ...formulations.stackelberg.declaration import StackelbergPricing
from ..formatting import fraction_text
from .infer import Inference, costs_of


def specification_text(inference: Inference, alpha: Any, beta: Any, cost_at_most: Any = None) -> str:
    """Return a specification of the contest with the inferred costs, and the caps of the last round.

    Raises
    ------
    InputError
        When a parameter is missing or breaks its rule, or nothing bounds a cost.

    Examples
    --------
    >>> from mechproof.solvers.inference.infer import infer
    >>> print(specification_text(infer([1], [["1/4", "1/4"]]), 4, 2))
    format = 1
    <BLANKLINE>
    [mechanism]
    type = "stackelberg-pricing"
    cost = ["1", "1"]
    alpha = "4"
    beta = "2"
    <BLANKLINE>
    """
    for name, value in (("alpha", alpha), ("beta", beta)):
        if value is None:
            raise InputError(name, None, "is needed for a specification: the revenue's parameter", f"give --{name}")
    low, high = costs_of(inference, cost_at_most)
    game = StackelbergPricing(low, alpha, beta)  # refused here, and not only when the file is read
    lines = ["format = 1", "", "[mechanism]", 'type = "stackelberg-pricing"']
    if inference.observed.client is not None:
        lines.append(f"client = {json.dumps(inference.observed.client, ensure_ascii=False)}")
    known = list(low) == list(high)
    lines.append(f"cost = {_list(low)}" if known else f"cost = {{ low = {_list(low)}, high = {_list(high)} }}")
    lines += [f"alpha = {_text(Fraction(game.alpha))}", f"beta = {_text(Fraction(game.beta))}"]
    if inference.observed.epsilon_cap is not None:
        lines.append(f"epsilon_cap = {_list(inference.observed.epsilon_cap[-1])}")
    return "\n".join(lines) + "\n"


def _text(value: Fraction) -> str:
    return json.dumps(fraction_text(value))


def _list(values: Sequence[Fraction]) -> str:
    return f"[{', '.join(map(_text, values))}]"
