"""Models as a user declares them, for the tests of back ends: a lottery with quadratic costs; programs."""

from __future__ import annotations

from typing import Any

from mechproof.formulations.data import Number, Vector
from mechproof.formulations.declaration import scalar, vector
from mechproof.formulations.language import Constraint, Decision, Game, Player, Program


def lottery_utility(a: Any, own: Any, others: Any, cost: Any, prize: Any) -> Any:
    return prize * a.share(own, others) - cost * own**2


class Lottery(Game):
    """Nobody leads: everybody's effort wins the prize in proportion, at a quadratic cost."""

    cost: Vector = vector("an effort cost", above=0, per="player", symbol="c")
    prize: Number = scalar("the prize", above=0, symbol="V")

    def players(self) -> tuple[Player, ...]:
        count = len(self.cost)
        effort = Decision("effort", [0] * count, [100] * count, symbol="x")
        return (Player("player", effort, lottery_utility, count=count),)


class LedLottery(Game):
    """A sponsor sets the prize, worth it for the square root of all effort."""

    cost: Vector = vector("an effort cost", above=0, per="player", symbol="c")
    worth: Number = scalar("what effort is worth", above=0, symbol="w")

    def players(self) -> tuple[Player, ...]:
        count = len(self.cost)
        effort = Decision("effort", [0] * count, [100] * count, symbol="x")
        return (
            Player("sponsor", Decision("prize", 0, 20, symbol="V"), sponsor_utility),
            Player("player", effort, lottery_utility, count=count, aggregates={"total": total_effort}),
        )


def total_effort(a: Any, effort: Any) -> Any:
    return a.sum(effort)


def sponsor_utility(a: Any, total: Any, prize: Any, worth: Any) -> Any:
    return worth * a.sqrt(total) - prize


class PriceFit(Program):
    """Rising prices nearest to the surveyed ones in squares."""

    surveyed: Vector = vector("a surveyed price", above=0, per="version", symbol="P")

    def variables(self) -> tuple[Decision, ...]:
        return (Decision("price", [0] * len(self.surveyed), [50] * len(self.surveyed), symbol="v"),)

    def objective(self) -> Any:
        return squares

    def constraints(self) -> tuple[Constraint, ...]:
        return (Constraint("rising", rise),)


class AbsoluteFit(PriceFit):
    """The same in absolute values."""

    def objective(self) -> Any:
        return absolutes


class BarrierFit(PriceFit):
    """The same with a logarithmic barrier in place of the constraints."""

    def objective(self) -> Any:
        return barrier

    def constraints(self) -> tuple[Constraint, ...]:
        return ()


class ConcaveFit(PriceFit):
    """Not convex: the farthest prices."""

    def objective(self) -> Any:
        return far


class Cheapest(PriceFit):
    """A linear program: buy ten units in all, at the surveyed prices."""

    def objective(self) -> Any:
        return expense

    def constraints(self) -> tuple[Constraint, ...]:
        return (Constraint("enough", beyond_ten),)


def squares(a: Any, price: Any, surveyed: Any) -> Any:
    return a.sum(a.square(price - surveyed))


def absolutes(a: Any, price: Any, surveyed: Any) -> Any:
    return a.sum(a.absolute(price - surveyed))


def barrier(a: Any, price: Any, surveyed: Any) -> Any:
    return 5 * squares(a, price, surveyed) - a.sum(a.log(price[1:] - price[:-1])) - a.log(price[0])


def far(a: Any, price: Any, surveyed: Any) -> Any:
    return -squares(a, price, surveyed)


def rise(a: Any, price: Any) -> Any:
    return price[1:] - price[:-1]


def expense(a: Any, price: Any, surveyed: Any) -> Any:
    return a.sum(surveyed * price)


def beyond_ten(a: Any, price: Any) -> Any:
    return a.sum(price) - 10


class Basket(Program):
    """The best basket of fixed sizes within a limit."""

    worth: Vector = vector("a worth", above=0, per="good")
    most: Number = scalar("what can be carried", above=0)

    def variables(self) -> tuple[Decision, ...]:
        return (Decision("size", among=[[0, "1/3", "3/2"]] * len(self.worth)),)

    def objective(self) -> Any:
        return lambda a, size, worth: -a.sum(worth * size)

    def constraints(self) -> tuple[Constraint, ...]:
        return (Constraint("carried", lambda a, size, most: most - a.sum(size)),)
