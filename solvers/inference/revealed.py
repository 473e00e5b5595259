"""What a budget reveals of the cost of whoever sold it: the cost at which the declared marginal utility vanishes there.

Nothing is stated of the utility here: its derivative is a reading of the declared formula. Two things are shown of it
before anything is inferred: that the marginal utility falls as the cost rises, so that one cost explains a budget, and
that it falls as the budget rises, so that a budget at which it vanishes is a best reply.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from ...formulations.algebra import Algebra, read
from ...formulations.errors import UnsupportedModel
from ...formulations.language import Game
from ..readings.derivative import Derivative
from ..readings.game import GameReading
from ..readings.rationals import Rationals


@dataclass(frozen=True)
class Revealed:
    """The costs that budgets of a game's population reveal; `game` gives the utility, its own costs are not used."""

    game: Game

    @cached_property
    def private(self) -> str:
        """The name of the data that only the people themselves know."""
        if self.game.private_data is None:
            raise UnsupportedModel(f"{type(self.game).__name__} names no private_data that could be inferred")
        return self.game.private_data

    @cached_property
    def pool(self) -> str:
        """The name of the leader's decision."""
        leader = GameReading(self.game, Rationals()).leader
        if leader is None:
            raise UnsupportedModel(f"{type(self.game).__name__} has no leader whose decision was observed")
        return leader.decision.name

    def cost(self, algebra: Algebra, own: Any, others: Any, pool: Any) -> Any:
        """Return the cost at which the marginal utility vanishes: of a line in the cost, from two of its points.

        Of one whole population at a time, or of people each by themselves if the utility asks for nothing else of
        theirs.
        """
        one, two = algebra.number(1), algebra.number(2)
        at_one, at_two = (self.marginal(algebra, own, others, pool, cost) for cost in (one, two))
        return one + at_one / (at_one - at_two)

    def marginal(self, algebra: Algebra, own: Any, others: Any, pool: Any, cost: Any) -> Any:
        """Return ∂U/∂own at a cost."""
        dual = Derivative(algebra)
        roles = {**self._data(algebra), self.pool: pool, self.private: cost}
        utility = self.game.players()[-1].utility
        return dual.slope(read(utility, dual, {**roles, "own": dual.variable(own), "others": others}))

    def refuse_irregular(self) -> None:
        """Refuse a utility of which is not shown, for all positive numbers, what the inference rests on.

        The marginal utility is to fall with the cost, and with the budget, with the others or the total fixed.

        Raises
        ------
        UnsupportedModel
            When the marginal utility may rise with the cost or with the budget.
        """
        import sympy as sp  # takes half a second, and is asked once

        from ..readings.symbols import Symbols

        others, pool, cost = sp.symbols("others pool cost", positive=True)
        own = sp.Symbol("own", nonnegative=True)
        marginal = self.marginal(Symbols(), own, others, pool, cost)
        by_cost, by_own = (sp.factor(sp.diff(marginal, one)) for one in (cost, own))
        at_fixed_total = sp.factor(by_own - sp.diff(marginal, others))
        if not (by_cost.is_negative and by_own.is_nonpositive and at_fixed_total.is_nonpositive):
            raise UnsupportedModel(
                f"{type(self.game).__name__}: it is not shown that the marginal utility falls with the "
                f"{self.private} and with the budget, so that budgets would reveal it"
            )

    def exactly(self, own: np.ndarray, others: np.ndarray, pool: Fraction) -> np.ndarray:
        """Return the costs of a population as fractions, each shown to make the marginal utility vanish.

        Raises
        ------
        UnsupportedModel
            When it does not vanish there, since the marginal utility is no line in the cost.
        """
        costs: np.ndarray = self.cost(Rationals(), own, others, pool)
        if np.any(self.marginal(Rationals(), own, others, pool, costs) != 0):
            raise UnsupportedModel(f"{type(self.game).__name__}: the marginal utility is no line in the {self.private}")
        return costs

    def _data(self, algebra: Algebra) -> Mapping[str, Any]:
        return {name: value for name, value in self.game.read_in(algebra).items() if name != self.private}
