"""Declarations of one's own, as anybody would write them: purchases under two rows, games of output and of effort."""

from __future__ import annotations

from typing import Any

import numpy as np

import mechproof as mp


class Purchase(mp.Program):
    """The cheapest amounts between zero and what there is, with two rows to be met, in any unit and of any sign."""

    cost: mp.Vector = mp.vector("a cost", per="good", symbol="c")
    most: mp.Vector = mp.vector("what there is", above=0, per="good", symbol="u")
    first: mp.Vector = mp.vector("a coefficient of the first row", per="good", symbol="r")
    second: mp.Vector = mp.vector("a coefficient of the second row", per="good", symbol="s")
    need_first: mp.Number = mp.scalar("what the first row must reach", symbol="R")
    need_second: mp.Number = mp.scalar("what the second row must reach", symbol="S")

    def variables(self) -> tuple[mp.Decision, ...]:
        return (mp.Decision("amount", np.zeros(len(self.most)), self.most, symbol="x"),)

    def objective(self) -> Any:
        return expense

    def constraints(self) -> tuple[mp.Constraint, ...]:
        return (mp.Constraint("first_row", first_slack), mp.Constraint("second_row", second_slack))

    def outcomes(self) -> dict[str, Any]:
        return {"expense": expense}


class Nearest(Purchase):
    """The amounts nearest to wishes instead, in weighted squares; `cost` holds the wishes, `weight` the weights."""

    weight: mp.Vector = mp.vector("a weight", above=0, per="good", symbol="w")

    def objective(self) -> Any:
        return apart

    def outcomes(self) -> dict[str, Any]:
        return {"apart": apart}


class Cournot(mp.Game):
    """Everybody sells at a price that falls with all output."""

    cost: mp.Vector = mp.vector("a cost", at_least=0, per="seller", symbol="c")
    most: mp.Vector = mp.vector("a capacity", above=0, per="seller", symbol="u")
    intercept: mp.Number = mp.scalar("the price of nothing", above=0, symbol="a")
    slope: mp.Number = mp.scalar("by how much output lowers it", above=0, symbol="b")

    def players(self) -> tuple[mp.Player, ...]:
        output = mp.Decision("output", np.zeros(len(self.cost)), self.most, symbol="q")
        return (mp.Player("seller", output, profit, count=len(self.cost)),)


class Tullock(mp.Game):
    """Everybody's effort wins the prize in proportion."""

    cost: mp.Vector = mp.vector("a cost of effort", above=0, per="player", symbol="c")
    most: mp.Vector = mp.vector("the most effort", above=0, per="player", symbol="u")
    prize: mp.Number = mp.scalar("the prize", above=0, symbol="V")

    def players(self) -> tuple[mp.Player, ...]:
        effort = mp.Decision("effort", np.zeros(len(self.cost)), self.most, symbol="x")
        return (mp.Player("player", effort, winnings, count=len(self.cost)),)


def expense(a: Any, amount: Any, cost: Any) -> Any:
    return a.sum(cost * amount)


def apart(a: Any, amount: Any, cost: Any, weight: Any) -> Any:
    return a.sum(weight * a.square(amount - cost))


def first_slack(a: Any, amount: Any, first: Any, need_first: Any) -> Any:
    return a.sum(first * amount) - need_first


def second_slack(a: Any, amount: Any, second: Any, need_second: Any) -> Any:
    return a.sum(second * amount) - need_second


def profit(a: Any, own: Any, others: Any, cost: Any, intercept: Any, slope: Any) -> Any:
    return own * (intercept - slope * (own + others)) - cost * own


def winnings(a: Any, own: Any, others: Any, cost: Any, prize: Any) -> Any:
    return prize * a.share(own, others) - cost * own
