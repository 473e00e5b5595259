"""Instances of what the language grew by: finite games, auctions, steps and kinks, two decisions, finite sets.

Where there are many equilibria, an answer is right if nobody gains by moving alone, which is tried here move by move.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

import mechproof as mp

from .answers import Point
from .instances import Instance

sys.path.insert(0, str(Path(__file__).parents[2] / "examples"))
from amount_and_epsilon import AmountAndEpsilon
from declared_models import Basket
from posted_price import PostedPrice
from tiers import Tiers
from vickrey_auction import VickreyAuction

F = Fraction


@dataclass(frozen=True)
class NobodyGains:
    """Any decisions at which nobody gains by one of some others: `apart` is the most that anybody gains, relative."""

    decision: str
    paid: Callable[[int, Sequence[Fraction]], Fraction]
    others: Callable[[int, Sequence[Fraction]], Sequence[Fraction]]
    unit: Fraction

    def apart(self, values: Mapping[str, Any]) -> float:
        """Return how far an answer is from a right one."""
        stated = np.asarray(values[self.decision], dtype=float)
        if not np.all(np.isfinite(stated)):
            return float("inf")
        own = [F(entry) for entry in stated.tolist()]
        gains = [
            self.paid(k, [*own[:k], there, *own[k + 1 :]]) - self.paid(k, own)
            for k in range(len(own))
            for there in self.others(k, own)
        ]
        return float(max(gains, default=F(0)) / self.unit)


@dataclass(frozen=True)
class NobodyMoves:
    """Any mixture of a game of two at which no strategy pays more than the mixture does."""

    payoff: Any

    def apart(self, values: Mapping[str, Any]) -> float:
        """Return the most that anybody gains, or by how much probabilities are none."""
        tables = [np.array(table, dtype=float) for table in self.payoff]
        rows = tables[0].shape[0]
        p = np.asarray(values["probability"], dtype=float)
        if not np.all(np.isfinite(p)):
            return float("inf")
        mine, theirs = p[:rows], p[rows:]
        wrong = max(abs(mine.sum() - 1), abs(theirs.sum() - 1), -p.min())
        gain = max(
            (tables[0] @ theirs).max() - mine @ tables[0] @ theirs,
            (mine @ tables[1]).max() - mine @ tables[1] @ theirs,
        )
        return float(max(wrong, gain))


def builders() -> tuple[Callable[[], list[Instance]], ...]:
    """Return what builds the instances of each family."""
    return finite_games, reports, auctions, steps, pairs, sets


TABLES = ("vertex-enumeration", "support-enumeration")


def finite_games() -> list[Instance]:
    """Games of two and three with one equilibrium, and one with several."""

    def alone(name: str, payoff: Any, probability: list[Any], by: tuple[str, ...] = TABLES) -> Instance:
        right = Point({"probability": probability})
        return Instance(name, "finite", mp.FiniteGame(payoff=payoff), right, by, by)

    # rock, paper and scissors of unequal stakes a, b, c: each is played as often as c, b, a say
    zero_sum = [[0, -1, 2], [1, 0, -3], [-2, 3, 0]]
    mirrored = [[-x for x in row] for row in zero_sum]
    meet = [[[2, 0], [0, 1]], [[1, 0], [0, 2]]]
    # two play pennies, and a third does best by its second strategy whatever they do
    pennies = [[[1, 1], [-1, -1]], [[-1, -1], [1, 1]]]
    third = [[[0, 1], [2, 3]], [[4, 5], [0, 2]]]
    three = [pennies, [[[-x for x in cell] for cell in row] for row in pennies], third]
    half, none = [F(1, 2)] * 2, [0, 1]
    return [
        alone("unequal pennies", [[[2, -1], [-1, 1]], [[-2, 1], [1, -1]]], [F(2, 5), F(3, 5)] * 2),
        alone("unequal stakes", [zero_sum, mirrored], [F(1, 2), F(1, 3), F(1, 6)] * 2),
        alone("a dilemma", [[[3, 0], [5, 1]], [[3, 5], [0, 1]]], [0, 1, 0, 1]),
        alone("three, of whom two matter", three, [*half, *half, *none]),
        Instance("where to meet", "finite", mp.FiniteGame(payoff=meet), NobodyMoves(meet), TABLES, TABLES),
    ]


TYPES = ((1, 3), (2, 4))
SELLS = (((1, 1), (0, 1)), ((0, 0), (1, 0)))
PAID = (((2, 4), (0, 4)), ((0, 0), (3, 0)))


class NobodyLies:
    """Any reports of two sellers of two types, as probable as each other, by which no type gains in expectation."""

    def apart(self, values: Mapping[str, Any]) -> float:
        """Return the most that a type gains by another report; infinite where a report is no type."""
        stated = np.asarray(values["report"], dtype=float).tolist()
        said = [stated[:2], stated[2:]]
        if not all(float(r) in TYPES[k] for k in (0, 1) for r in said[k]):
            return float("inf")
        return max(
            self.kept(k, t, there, said[1 - k]) - self.kept(k, t, said[k][place], said[1 - k])
            for k in (0, 1)
            for place, t in enumerate(TYPES[k])
            for there in TYPES[k]
        )

    def kept(self, k: int, true: float, report: float, other: Sequence[float]) -> float:
        """Return what a type keeps in expectation."""
        total = 0.0
        for theirs in other:
            places = [TYPES[k].index(int(report)), TYPES[1 - k].index(int(theirs))]
            row, column = places if k == 0 else places[::-1]
            total += (PAID[k][row][column] - true * SELLS[k][row][column]) / 2
        return total


def reports() -> list[Instance]:
    """A second price between two sellers of two types each: the truth is an equilibrium."""
    direct = mp.DirectMechanism(types=TYPES, prior=[["1/2", "1/2"]] * 2, side="seller", allocation=SELLS, payment=PAID)
    return [Instance("two sellers", "reports", direct, NobodyLies(), ("truth", "truth:replies"))]


def auctions() -> list[Instance]:
    """Reverse auctions at the second price, of which many asks are equilibria."""

    def auction(name: str, cost: list[Any], reserve: Any) -> Instance:
        costs, most = [F(c) for c in cost], F(reserve)

        def paid(k: int, own: Sequence[Fraction]) -> Fraction:
            price = min(most, *(ask for j, ask in enumerate(own) if j != k)) if len(own) > 1 else most
            return price - costs[k] if own[k] < price else F(0)

        def others(k: int, own: Sequence[Fraction]) -> list[Fraction]:
            return [
                F(0),
                F(1000),
                costs[k],
                *(ask + move for ask in own for move in (F(-1, 10**9), F(0)) if ask + move >= 0),
            ]

        right = NobodyGains("ask", paid, others, max(costs))
        model = VickreyAuction(cost=cost, reserve=reserve)
        by = ("best-response", "dominant-strategy")
        return Instance(name, "auctions", model, right, by, by)

    return [
        auction("three ask", [2, "5/2", 4], 3),
        auction("two ask", ["1/3", "1/2"], 9),
        auction("all too dear", [4, 5], 3),
    ]


def allowance_utility(a: Any, own: Any, price: Any, charge: Any, free: Any) -> Any:
    """P x − x²/2 − c (x − m)⁺."""
    return price * own - a.square(own) / 2 - charge * a.maximum(own - free, 0)


class Allowance(mp.Game):
    """Everybody sells at its own price, the first unit without a charge."""

    price: mp.Vector = mp.vector("a price", above=0, per="owner")
    charge: mp.Number = mp.scalar("what more costs", above=0)
    free: mp.Number = mp.scalar("what costs nothing", above=0)

    def players(self) -> tuple[mp.Player, ...]:
        """Return the owners."""
        sold = mp.Decision("sold", np.zeros(len(self.price)), np.full(len(self.price), 9))
        return (mp.Player("owner", sold, allowance_utility, count=len(self.price)),)


def steps() -> list[Instance]:
    """A threshold with fees, and a free allowance: right decisions are stationary, on a threshold, or nothing."""
    by = ("best-response", "pyomo:scip")
    posted = PostedPrice(cost=["1", "2", "2.4", "2.6"], fee=["0.1", "0.1", "0", "0"], price="2", least="0.8")
    dear = PostedPrice(cost=["1", "2"], fee=["1.1", "0.05"], price="2", least="0.25")
    return [
        Instance("a posted price", "steps", posted, Point({"epsilon": [1, "0.8", "0.8", 0]}), by),
        Instance("a fee too high", "steps", dear, Point({"epsilon": [0, "0.5"]}), by),
        Instance(
            "an allowance", "steps", Allowance([2, "1.2", "0.5"], "1/2", 1), Point({"sold": ["1.5", 1, "0.5"]}), by[:1]
        ),
    ]


def curved_utility(a: Any, own_x: Any, others_x: Any, own_y: Any, others_y: Any, cost: Any) -> Any:
    """3 x + y − c x² − y²/2 + x y/2 − x X/4 − y Y/4."""
    bent = cost * a.square(own_x) + a.square(own_y) / 2 - own_x * own_y / 2
    return 3 * own_x + own_y - bent - own_x * others_x / 4 - own_y * others_y / 4


class Curved(mp.Game):
    """Quadratic utilities of two decisions."""

    cost: mp.Vector = mp.vector("a cost", above=0, per="owner")

    def players(self) -> tuple[mp.Player, ...]:
        """Return the owners."""
        none, most = np.zeros(len(self.cost)), np.full(len(self.cost), 9)
        x, y = mp.Decision("x", none, most), mp.Decision("y", none, most)
        return (mp.Player("owner", x, curved_utility, count=len(self.cost), second=y),)


def pairs() -> list[Instance]:
    """Two decisions a person: two alike in a contest, and a quadratic game whose conditions are linear."""
    by = ("two-decisions", "two-decisions:newton")
    contest = AmountAndEpsilon(cost=[1, 1], records_pool=18, privacy_pool=18, kept=1)
    # 3 − 2 c x + y/2 − X/4 = 0 and 1 − y + x/2 − Y/4 = 0, for costs 1 and 2
    rows = [[2, F(1, 4), F(-1, 2), 0], [F(1, 4), 4, 0, F(-1, 2)], [F(-1, 2), 0, 1, F(1, 4)], [0, F(-1, 2), F(1, 4), 1]]
    x = np.linalg.solve(np.array(rows, dtype=float), np.array([3.0, 3, 1, 1]))
    return [
        Instance("two pools", "two decisions", contest, Point({"amount": [1, 1], "epsilon": [1, 1]}), by),
        Instance("curved", "two decisions", Curved([1, 2]), Point({"x": x[:2].tolist(), "y": x[2:].tolist()}), by),
    ]


SOLD = [F(0), F(1, 2), F(1), F(5, 2)]


def sets() -> list[Instance]:
    """Decisions from finite sets: one equilibrium, several, and a program."""

    def market(name: str, cost: list[Any], top: Any) -> Instance:
        costs, price = [F(c) for c in cost], F(top)

        def paid(k: int, own: Sequence[Fraction]) -> Fraction:
            return (price - sum(own, F(0))) * own[k] - costs[k] * own[k] - (0 if own[k] in SOLD else 10**6)

        right = NobodyGains("epsilon", paid, lambda k, own: SOLD, price)
        by = ("best-response", "pure-profiles")
        return Instance(name, "sets", Tiers(cost=cost, top=top), right, by, by[1:])

    # within 11/6 only one large size and one small one fit
    basket = Instance(
        "a basket", "sets", Basket([2, 3, 4], "11/6"), Point({"size": [0, F(1, 3), F(3, 2)]}), ("pyomo:highs",)
    )
    return [
        market("three sell", ["1/2", 1, "3/2"], 4),
        market("four sell", [1, 1, 2, 3], 6),
        market("two sell", [1, 3], 8),
        basket,
    ]
