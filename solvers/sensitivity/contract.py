"""The privacy contract: how the best menu moves with costs, owners and the pool, while its blocks stay.

Types in ascending order of cost are pooled in blocks by ironing; a block has one ε, with −m g′(ε) = λ W for its owners
m and its charge W = Σ m_k ψ_k, and Σ W ε = B. What is differentiated is that, read off the declared formulas. Which
blocks there are just beyond the answer is told exactly, at data moved by next to nothing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np

from ...formulations.algebra import Algebra, read
from ...formulations.contract.declaration import PrivacyContract
from ...formulations.contract.formulas import cheapest_payment, known_payment, noise
from ...formulations.errors import UnsupportedModel
from ...formulations.virtual_cost import level_starts, virtual_cost
from ..certificates.contract.enclosure import SOLVING_BITS
from ..readings.balls import Balls, enclosing, precision
from ..readings.derivative import Derivative
from ..readings.rationals import Rationals
from ..readings.vectors import Vectors
from ..solution import Solution
from .branch import BOUND, End
from .data import moving_roles, number_of, unit
from .ends import exact_end
from .nearby import NEXT_TO_NOTHING, middle

Block = tuple[tuple[int, ...], int]
"""The types of a block, and the dearest of them."""


def contract_branch(contract: PrivacyContract, solution: Solution) -> ContractBranch:
    """Return the piece of the optimum on which a menu lies.

    Raises
    ------
    UnsupportedModel
        Under the group-weighted variance, whose optimum jumps between supports that are searched for.
    """
    if contract.estimator != "unweighted":
        raise UnsupportedModel(
            "what_if knows how menus move under the unweighted variance only; under the group-weighted one the best "
            "support is searched for, and may change anywhere"
        )
    values = solution.values if solution.exact is None else solution.exact
    return ContractBranch(contract, Vectors() if solution.exact is None else Balls(), values["epsilon"])


@dataclass(frozen=True, eq=False)
class ContractBranch:
    """A contract's optimum around a menu."""

    contract: PrivacyContract
    algebra: Algebra
    epsilon: Any

    @cached_property
    def tied(self) -> bool:
        """Whether types of equal cost, or neighbours that are just pooled, may part in some direction."""
        cost = sorted(self._exact["cost"])
        return any(one == two for one, two in pairwise(cost)) or self._just_pooled()

    @cached_property
    def _exact(self) -> dict[str, Any]:
        """Costs and counts as fractions."""
        return {name: [Fraction(item) for item in number_of(self.contract, name)] for name in ("cost", "count")}

    def _just_pooled(self) -> bool:
        """Whether blocks of one charge per owner, next to each other, are on the edge of being two."""
        order, owned, charged = self._sorted(self._exact)
        starts = level_starts(charged, owned) if self.contract.hides_costs else list(range(len(order)))
        for first, last in zip(starts, [*starts[1:], len(order)], strict=True):
            whole = sum(charged[first:last], Fraction(0)) / sum(owned[first:last], Fraction(0))
            parts = [
                (sum(charged[first:k], Fraction(0)), sum(owned[first:k], Fraction(0))) for k in range(first + 1, last)
            ]
            if any(charge == whole * owners for charge, owners in parts):
                return True
        return False

    def _sorted(self, data: Mapping[str, Any]) -> tuple[list[int], list[Any], list[Any]]:
        """Return types in ascending order of cost, with their owners and what they charge per unit of ε."""
        order = sorted(range(len(data["cost"])), key=lambda k: (data["cost"][k], k))
        cost = np.array([data["cost"][k] for k in order], dtype=object)
        owned = np.array([data["count"][k] for k in order], dtype=object)
        per_unit = (
            read(virtual_cost, Rationals(), {"cost": cost, "count": owned}) if self.contract.hides_costs else cost
        )
        return order, owned.tolist(), (owned * per_unit).tolist()

    def blocks(self, data: Mapping[str, Any]) -> tuple[Block, ...]:
        """Return the blocks at exact data, the cheapest first."""
        order, owned, charged = self._sorted(data)
        if not self.contract.hides_costs:
            return tuple(((k,), k) for k in range(len(order)))
        starts = level_starts(charged, owned)
        ends = [*starts[1:], len(order)]
        return tuple((tuple(sorted(order[a:b])), order[b - 1]) for a, b in zip(starts, ends, strict=True))

    def _moved(self, name: str, index: int | None, value: Fraction) -> dict[str, Any]:
        """The exact data with one number changed."""
        data = {key: list(entries) for key, entries in self._exact.items()}
        if index is not None:
            data[name][index] = value
        return data

    def _beyond(self, direction: Mapping[str, Any]) -> tuple[list[int], tuple[Block, ...]]:
        """The order and the blocks just beyond the answer in a direction."""
        data = {}
        for name, entries in self._exact.items():
            speeds = direction.get(name, [0] * len(entries))
            data[name] = [item + NEXT_TO_NOTHING * middle(speed) for item, speed in zip(entries, speeds, strict=True)]
        return self._sorted(data)[0], self.blocks(data)

    def along(self, direction: Mapping[str, Any]) -> dict[str, Any]:
        """Return how fast every value moves in a direction."""
        with precision(SOLVING_BITS):
            return _Move(self, direction).values()

    def end(self, name: str, index: int | None, side: int) -> End:
        """Return how far the derivatives in one datum hold: to where blocks part or join; all is exact."""
        if index is None or not self.contract.hides_costs:
            return End(math.inf, "nothing happens") if side > 0 else End(self._number(Fraction(0)), BOUND)
        _, here = self._beyond(unit(self.contract, name, index, side, Fraction))
        start = self._exact[name][index]

        def same(value: Fraction) -> bool:
            return value > 0 and self.blocks(self._moved(name, index, value)) == here

        def between(value: Fraction) -> bool:
            hair = value * NEXT_TO_NOTHING
            below, above = (self.blocks(self._moved(name, index, value + step)) for step in (-hair, hair))
            return below != above

        found = exact_end(start, side, start, same, between)
        if found is None:
            return End(math.inf, "nothing was met") if side > 0 else End(self._number(Fraction(0)), BOUND)
        hair = abs(found.outside) * NEXT_TO_NOTHING
        after = self.blocks(self._moved(name, index, found.outside + side * hair))
        with precision(SOLVING_BITS):
            at = found.inside if found.exact else enclosing(found.inside, found.outside)
        return End(self._number(at), self._event(here, after))

    def _number(self, value: Any) -> Any:
        return float(value) if isinstance(self.algebra, Vectors) else value

    def _event(self, before: tuple[Block, ...], after: tuple[Block, ...]) -> str:
        """What happens between two ways to pool types, in words."""
        old, new = {types for types, _ in before}, {types for types, _ in after}
        gone, come = sorted(old - new), sorted(new - old)
        if not gone and not come:
            one, two = next((pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]), (None, None))
            if one is None or two is None or one[0] != two[0]:
                return "types change places"
            return f"{self._people((two[1],))} becomes the dearest of one item"
        if len(come) <= len(gone):
            return f"{self._people(max(come, key=len))} get one item"
        return f"{self._people(max(gone, key=len))} get items of their own"

    def _people(self, types: tuple[int, ...]) -> str:
        names = [self.contract.owner_of(k) for k in types[:4]]
        return " and ".join(names) + (" …" if len(types) > 4 else "")

    def alike(self, name: str) -> np.ndarray:
        """Every type moves the menu in its own way."""
        return np.arange(len(number_of(self.contract, name)))


class _Move:
    """A contract whose data move in a direction."""

    def __init__(self, branch: ContractBranch, direction: Mapping[str, Any]) -> None:
        self.branch, self.dual = branch, Derivative(branch.algebra)
        self.roles = moving_roles(branch.contract, self.dual, direction)
        self.order, blocks = branch._beyond(direction)
        self.sizes = [len(types) for types, _ in blocks]
        self.starts = np.cumsum([0, *self.sizes[:-1]])

    def _each(self, name: str) -> np.ndarray:
        """A role's entries in the order of cost, each a number that moves by itself."""
        role, dual = self.roles[name], self.dual
        values = dual.value(role)
        slopes = dual.slope(role)
        rates = slopes if np.ndim(slopes) else np.full(len(values), slopes)
        found = np.empty(len(values), dtype=object)
        found[:] = [dual.moving(values[k], rates[k]) for k in self.order]
        return found

    def _parts(self, entries: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The values and the rates of numbers that move each by itself."""
        pairs = [(self.dual.value(item), self.dual.slope(item)) for item in entries.tolist()]
        kind: Any = np.float64 if isinstance(self.branch.algebra, Vectors) else object
        return np.array([value for value, _ in pairs], dtype=kind), np.array([rate for _, rate in pairs], dtype=kind)

    def values(self) -> dict[str, Any]:
        """Return how fast ε, payments and outcomes move."""
        contract, dual = self.branch.contract, self.dual
        cost, count = self._each("cost"), self._each("count")
        roles = {"cost": cost, "count": count}
        per_unit = read(virtual_cost, dual, roles) if contract.hides_costs else cost
        charge, owned = (np.add.reduceat(entries, self.starts) for entries in (count * per_unit, count))
        rates = np.repeat(self._level_rates(charge, owned), self.sizes)
        epsilon = self.branch.epsilon[self.order]
        moving = np.empty(len(epsilon), dtype=object)
        moving[:] = [dual.moving(value, rate) for value, rate in zip(epsilon, rates, strict=True)]
        pay = cheapest_payment if contract.hides_costs else known_payment
        paid, paid_rates = self._parts(read(pay, dual, {"epsilon": moving, "cost": cost}))
        back = np.argsort(self.order)
        own = dual.moving(self.branch.epsilon, rates[back])
        payment = dual.moving(paid[back], paid_rates[back])
        shared = {**self.roles, "epsilon": own, "payment": payment}
        outcomes = {name: dual.slope(read(of, dual, shared)) for name, of in contract.outcomes().items()}
        return {"epsilon": rates[back], "payment": paid_rates[back], **outcomes}

    def _level_rates(self, charge: np.ndarray, owned: np.ndarray) -> np.ndarray:
        """The rates of the blocks' ε by the implicit function theorem: −m g′(ε) = λ W, and Σ W ε = B."""
        (w, w_rate), (m, m_rate) = self._parts(charge), self._parts(owned)
        levels = self.branch.epsilon[self.order][self.starts]
        once = self.dual
        twice = Derivative(once)
        slope = twice.slope(noise(twice, twice.variable(once.variable(levels))))
        steep, curved = once.value(slope), once.slope(slope)
        multiplier = -(m * steep).sum() / w.sum()
        pushed = m_rate * steep + multiplier * w_rate
        stiff = m * curved
        pool = once.slope(self.roles["reward_pool"])
        missing = pool - (w_rate * levels).sum() + (w * pushed / stiff).sum()
        multiplier_rate = -missing / (w * w / stiff).sum()
        return np.asarray(-(pushed + w * multiplier_rate) / stiff)
