"""A repair as a question about changes: what each is worth, and what rows they must keep, over fractions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from ....formulations.algebra import read
from ....formulations.errors import UnsupportedModel
from ....formulations.repair.nearest import Nearest
from ...readings.linear import Linear, Row, decision_places, linear_rows, lines_of


@dataclass(frozen=True)
class Changes:
    """The changes d of a program's stated entries: worth w_j each to m_j owners, with A d ≥ v.

    Examples
    --------
    >>> from mechproof.formulations.contract.declaration import PrivacyContract
    >>> from mechproof.formulations.repair.contract import nearest_menu
    >>> contract = PrivacyContract(cost=[1, 2], count=[1, 1], reward_pool=2)
    >>> changes = Changes(nearest_menu(contract, {"epsilon": [1, "1/2"], "payment": [1, 1]}, ("pool",), "1"))
    >>> print(*changes.worth, "misses:", *(miss for miss in changes.missing if miss > 0))
    1 2 1 1 misses: 1/2
    """

    program: Nearest

    @cached_property
    def whole(self) -> Nearest:
        """The program without the variable of the norm "inf": its rows are those of the decisions alone."""
        return replace(self.program, norm="1")

    @cached_property
    def stated(self) -> list[Fraction]:
        """The entries that were stated."""
        values = (np.atleast_1d(self.program.stated[item.name]) for item in self.program.bounds)
        return [Fraction(entry) for value in values for entry in value.tolist()]

    @cached_property
    def ends(self) -> tuple[list[Fraction], list[Fraction]]:
        """The bounds of all entries."""
        sides = zip(*((item.lower, item.upper) for item in self.program.bounds), strict=True)
        low, high = ([Fraction(x) for end in side for x in np.atleast_1d(end).tolist()] for side in sides)
        return low, high

    @cached_property
    def worth(self) -> list[Fraction]:
        """What a unit of each entry is worth in money to one owner."""
        a, places = Linear(), decision_places(self.whole)
        roles = {**self.whole.read_in(a), **lines_of(self.whole)}
        found = [Fraction(0)] * len(self.stated)
        for item in self.program.bounds:
            lines = np.atleast_1d(read(self.program.model.in_money()[item.name], a, roles))
            for line, place in zip(lines.tolist(), places[item.name], strict=True):
                rates = {at: rate for at, rate in line.slope.items() if rate}
                if set(rates) != {place} or rates[place] <= 0 or line.constant:
                    raise UnsupportedModel(
                        f"what {item.name} is worth in money must be a positive multiple of each entry; "
                        f"say so in the declaration's in_money"
                    )
                found[place] = rates[place]
        return found

    @cached_property
    def count(self) -> list[Fraction]:
        """How many owners each entry stands for."""
        found: list[Fraction] = []
        for item in self.program.bounds:
            many = np.broadcast_to(np.asarray(self.program.model.headcount(), dtype=object), np.shape(item.lower))
            found += [Fraction(entry) for entry in np.ravel(many).tolist()]
        return found

    @cached_property
    def rows(self) -> list[Row]:
        """The rows of the decisions and their bounds."""
        return linear_rows(self.whole)

    @cached_property
    def missing(self) -> list[Fraction]:
        """What the stated decisions miss of each row; negative where there is room."""
        return [-row.at(self.stated) for row in self.rows]

    def entries(self, decisions: Mapping[str, Any]) -> list[Fraction]:
        """Return the entries of decisions as fractions."""
        values = (np.atleast_1d(decisions[item.name]) for item in self.program.bounds)
        return [Fraction(entry) for value in values for entry in np.asarray(value).tolist()]

    def amounts(self, entries: list[Fraction]) -> list[Fraction]:
        """Return what each change is worth to one owner."""
        return [w * abs(x - s) for w, x, s in zip(self.worth, entries, self.stated, strict=True)]

    def size(self, amounts: list[Fraction]) -> Fraction:
        """Return the distance of changes that are worth so much, under the norm "2" its square."""
        if self.program.norm == "inf":
            return max(amounts, default=Fraction(0))
        power = 1 if self.program.norm == "1" else 2
        return sum((m * x**power for m, x in zip(self.count, amounts, strict=True)), Fraction(0))

    def combined(self, price: list[Fraction]) -> list[Fraction]:
        """Return the slopes of a weighted sum of the rows."""
        found = [Fraction(0)] * len(self.stated)
        for row, paid in zip(self.rows, price, strict=True):
            if paid:
                for place, rate in row.line.slope.items():
                    found[place] += paid * rate
        return found
