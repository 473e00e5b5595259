"""Version revenue as a linear program and as one with whole variables, for solvers that know nothing of menus.

The *closure* has a variable for each price p of each version's price space: whether the version costs p or more. All
its rows say that one such statement implies another, w ≤ w′. Their matrix is totally unimodular, so that vertices are
whole, the linear program has the revenue's optimum, and its dual (a flow) proves it. Source: Picard, *Maximal closure
of a graph*, Management Science 22(11), 1976.

The *selection* decides who buys, with the largest valuation as the constant M that switches a row off.
"""

from __future__ import annotations

from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np

from ..algebra import Algebra, Formula
from ..data import Number, Vector
from ..declaration import choice, scalar, vector
from ..language import Constraint, Decision, Form, Program
from .menu import ATTACKS, MenuCone
from .price_space import PriceSpace

REACHED = 0.3819
"""From where on a statement counts as made.

Any number between 0 and 1 turns an optimal point of the closure into an optimal menu, on the face between several too;
this one is no value that interior points of a symmetric face take.
"""


def implied(a: Algebra, above: Any, claim: Any, consequence: Any) -> Any:
    """w′ − w: what is said of one price implies what is said of another."""
    return above[consequence] - above[claim]


def stepwise_loss(a: Algebra, above: Any, gain: Any) -> Any:
    """Minus the revenue: the sum of what each step up to a menu's prices gains."""
    return -a.sum(gain * above)


class MenuClosure(Program):
    """The most valuable closed set of statements "version j costs p or more"; `first` is each version's first one."""

    price: Vector = vector("a price", at_least=0, per="price", unit="money", symbol="p")
    gain: Vector = vector("what a step gains", per="price", unit="money", symbol="g")
    claim: Any
    consequence: Any
    first: Any

    def read_in(self, algebra: Algebra) -> dict[str, Any]:
        """Return the data as roles; indices are indices in every reading."""
        return {**super().read_in(algebra), "claim": self.claim, "consequence": self.consequence}

    def variables(self) -> tuple[Decision, ...]:
        """Return the statements, 1 where one is made."""
        count = len(self.price)
        return (Decision("above", np.zeros(count), np.ones(count), symbol="w"),)

    def objective(self) -> Formula:
        """Return minus the revenue."""
        return stepwise_loss

    def constraints(self) -> tuple[Constraint, ...]:
        """Return the implications."""
        return (Constraint("implications", implied),)

    def menu(self, a: Algebra, above: Any) -> Any:
        """Return each version's dearest price that is reached, and 0 where none is."""
        ladder, made = a.vector(self.price), a.at_least(above, REACHED)
        rungs = [(begin, int(a.sum(made[begin:end]))) for begin, end in pairwise(self.first)]
        return a.vector([ladder[begin + rung - 1] if rung else 0 for begin, rung in rungs])


def closure_form(space: PriceSpace, rank: Any) -> Form:
    """Return the closure over a price space; its statements are arranged in the caller's order of versions."""
    ladders = [space.prices(place) for place in rank]
    first = np.concatenate([[0], np.cumsum([len(ladder) for ladder in ladders])])
    steps = [
        np.diff(ladder * _sold(space, place, ladder), prepend=0) for ladder, place in zip(ladders, rank, strict=True)
    ]
    rows = [(begin + np.arange(1, end - begin), begin + np.arange(end - begin - 1)) for begin, end in pairwise(first)]
    for this, following in pairwise(np.argsort(rank)):
        (low, high), (at, then) = (ladders[this], ladders[following]), (first[this], first[following])
        rows.append((at + np.arange(len(low)), then + np.searchsorted(high, low)))
        if space.capped:
            weight, heavier = space.weight[rank[this]], space.weight[rank[following]]
            rows.append((then + np.arange(len(high)), at + np.searchsorted(low * heavier, high * weight)))
    claim, consequence = (np.concatenate(side).astype(np.intp) for side in zip(*rows, strict=True))
    program = MenuClosure(np.concatenate(ladders), np.concatenate(steps), claim, consequence, first)
    return Form("closure", program, {"price": program.menu})


def _sold(space: PriceSpace, rank: int, prices: Any) -> Any:
    """How many buy the version at each of the prices."""
    values = np.sort(space.value[space.wanted == rank])
    return len(values) - np.searchsorted(values, prices)


def paid(a: Algebra, payment: Any) -> Any:
    """Minus what all buyers pay."""
    return -a.sum(payment)


def no_more_than_price(a: Algebra, price: Any, payment: Any, wanted: Any) -> Any:
    """v_{j(b)} − m_b: nobody pays more than the price."""
    return price[wanted] - payment


def only_from_buyers(a: Algebra, payment: Any, buys: Any, value: Any) -> Any:
    """t_b y_b − m_b: nobody pays who does not buy, nor more than the valuation."""
    return value * buys - payment


def only_if_worth_it(a: Algebra, price: Any, buys: Any, value: Any, wanted: Any, largest_price: Any) -> Any:
    """t_b + M (1 − y_b) − v_{j(b)}, with M = max t − t_b: whoever buys values the version at its price or more."""
    return value + (largest_price - value) * (1 - buys) - price[wanted]


class MenuSelection(Program):
    """Who buys (y_b = 1), at which prices, and what each pays: at most the price, and nothing without buying."""

    epsilon: Vector = vector("a version's privacy budget", above=0, per="version", symbol=r"\varepsilon")
    wanted: Vector = vector("the index of the version wanted", at_least=0, whole=True, per="buyer", symbol="j")
    value: Vector = vector("a buyer's valuation", at_least=0, per="buyer", unit="money", symbol="t")
    largest_price: Number = scalar("the largest valuation", above=0, unit="money")
    attack: str = choice(*ATTACKS, default="composition")

    @cached_property
    def wanted_index(self) -> Any:
        """The versions wanted, as indices."""
        return np.array(self.wanted, dtype=np.intp)

    @cached_property
    def cone(self) -> MenuCone:
        """The cone of safe prices."""
        return MenuCone(self.epsilon, self.attack)

    def read_in(self, algebra: Algebra) -> dict[str, Any]:
        """Return the data as roles; the versions wanted are indices in every reading."""
        return {**super().read_in(algebra), "wanted": self.wanted_index}

    def variables(self) -> tuple[Decision, ...]:
        """Return the prices, the payments and who buys."""
        versions, buyers = len(self.epsilon), len(self.value)
        return (
            Decision("price", np.zeros(versions), np.full(versions, self.largest_price), symbol="v", unit="money"),
            Decision("payment", np.zeros(buyers), self.value, symbol="m", unit="money"),
            Decision("buys", np.zeros(buyers), np.ones(buyers), symbol="y", whole=True),
        )

    def objective(self) -> Formula:
        """Return minus what is paid."""
        return paid

    def constraints(self) -> tuple[Constraint, ...]:
        """Return what a payment presupposes, and the cone."""
        return (
            Constraint("no_more_than_price", no_more_than_price),
            Constraint("only_from_buyers", only_from_buyers),
            Constraint("only_if_worth_it", only_if_worth_it),
            *self.cone.constraints(),
        )
