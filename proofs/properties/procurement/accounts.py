"""A procurement with other accounts in it, and what one account sells and keeps there: over fractions and balls.

Each is the declared procurement again with other rows: nothing of the rules is written down here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
from flint import fmpq

from ....formulations.data import as_fractions
from ....formulations.procurement.declaration import PrivacyProcurement
from ....solvers.certificates.procurement.by_costs import ByCosts
from ....solvers.certificates.procurement.exact import exact_outcome
from ....solvers.certificates.procurement.exact_worth import BITS, fraction, rational
from ....solvers.certificates.procurement.thresholds import rent_of
from ....solvers.readings.balls import precision

NAME_OF_ADDED = "another account"
"""What an added account is called where clients have names."""


@dataclass(frozen=True)
class Account:
    """What an account sells, and what it keeps if its report is what a unit costs it, in FLINT's numbers."""

    sold: Any
    rent: Any


def with_rows(
    model: PrivacyProcurement,
    reports: Mapping[int, Any],
    caps: Mapping[int, Any],
    added: Sequence[tuple[Any, Any]] = (),
) -> PrivacyProcurement:
    """Return a procurement in which some report and may sell something else, and accounts are added.

    Examples
    --------
    >>> model = PrivacyProcurement(cost=[1, 2], epsilon_cap=[1, 1], alpha=2, beta=4)
    >>> other = with_rows(model, {0: 3}, {1: 0}, [(2, 5)])
    >>> print(*other.cost, "|", *other.epsilon_cap)
    3 2 2 | 1 0 5
    """
    cost, cap = (as_fractions(column).tolist() for column in (model.cost, model.epsilon_cap))
    reports, caps = ({i: fraction(value) for i, value in given.items()} for given in (reports, caps))
    added = [(fraction(report), fraction(most)) for report, most in added]
    cost = [reports.get(i, own) for i, own in enumerate(cost)] + [report for report, _ in added]
    cap = [caps.get(i, own) for i, own in enumerate(cap)] + [most for _, most in added]
    names = None if model.client is None else [*model.client, *[NAME_OF_ADDED] * len(added)]
    return replace(model, cost=cost, epsilon_cap=cap, client=names)


def without_row(model: PrivacyProcurement, index: int) -> PrivacyProcurement:
    """Return a procurement without one of its clients."""
    columns: dict[str, Any] = {name: np.delete(getattr(model, name), index) for name in ("cost", "epsilon_cap")}
    names = None if model.client is None else [*model.client[:index], *model.client[index + 1 :]]
    return replace(model, client=names, **columns)


def accounts_of(model: PrivacyProcurement, indices: Sequence[int]) -> list[Account]:
    """Return some clients' sales and rents by the rule.

    Examples
    --------
    >>> model = PrivacyProcurement(cost=[1, 2], epsilon_cap=[1, 1], alpha=2, beta=4)
    >>> print(*(f"{a.sold} {float(a.rent):.6g}" for a in accounts_of(model, [0, 1])))
    1 1 0 0
    """
    with precision(BITS):
        if model.by_types:
            outcome = exact_outcome(model)
            return [Account(number(outcome.epsilon[i]), number(outcome.rent[i])) for i in indices]
        market, nothing = ByCosts(model), Account(fmpq(0), fmpq(0))
        return [Account(market.bought[i], _rent(market, i)) if i in market.bought else nothing for i in indices]


def _rent(market: ByCosts, i: int) -> Any:
    return market.most - market.most_without(i) if market.model.rule == "vcg" else rent_of(market, i)


def number(value: Any) -> Any:
    """Return a fraction as FLINT's, which can stand beside balls; a ball stays one."""
    return rational(value) if isinstance(value, Fraction | int) else value


def supply_cost(costs: Sequence[Any], caps: Sequence[Any], sold: Any) -> Any:
    """Return what so much costs several clients together, who sell the cheapest first.

    Examples
    --------
    >>> supply_cost([2, 1], [3, 1], 2)
    3
    """
    spent, left = 0, sold
    for cost, cap in sorted(zip(costs, caps, strict=True)):
        taken = left if left <= cap else cap
        spent, left = spent + cost * taken, left - taken
    return spent
