"""Small programs and games of one's own declaration, which any back end is tried on beside the shipped mechanisms."""

from __future__ import annotations

from typing import Any

from ...formulations.data import Number, Vector
from ...formulations.declaration import scalar, vector
from ...formulations.language import Constraint, Decision, Game, Player, Program


class Purchase(Program):
    """Buy so much in all, each good up to a limit, at the least expense."""

    price: Vector = vector("a price", per="good", above=0)
    limit: Vector = vector("a limit", per="good", at_least=0)
    wanted: Number = scalar("what is wanted in all", above=0)

    def variables(self) -> tuple[Decision, ...]:
        """Return the amounts."""
        return (Decision("amount", [0] * len(self.price), self.limit),)

    def objective(self) -> Any:
        """Return the expense."""
        return lambda a, amount, price: a.sum(price * amount)

    def constraints(self) -> tuple[Constraint, ...]:
        """Return that enough is bought."""
        return (Constraint("enough", lambda a, amount, wanted: a.sum(amount) - wanted),)


class RisingFit(Program):
    """The rising numbers nearest to given ones, in squares."""

    given: Vector = vector("a number", per="place", at_least=0)

    def variables(self) -> tuple[Decision, ...]:
        """Return the numbers."""
        return (Decision("fitted", [0] * len(self.given), [100] * len(self.given)),)

    def objective(self) -> Any:
        """Return the squares."""
        return lambda a, fitted, given: a.sum(a.square(fitted - given))

    def constraints(self) -> tuple[Constraint, ...]:
        """Return that they rise."""
        return (Constraint("rising", lambda a, fitted: fitted[1:] - fitted[:-1]),)


class WaterFilling(Program):
    """The most Σ w ln(1 + x) from so much in all: a program with logarithms."""

    weight: Vector = vector("a weight", per="vessel", above=0)
    total: Number = scalar("what there is in all", above=0)

    def variables(self) -> tuple[Decision, ...]:
        """Return what each vessel gets."""
        return (Decision("level", [0] * len(self.weight), [self.total] * len(self.weight)),)

    def objective(self) -> Any:
        """Return what is lost."""
        return lambda a, level, weight: -a.sum(weight * a.log1p(level))

    def constraints(self) -> tuple[Constraint, ...]:
        """Return that there is no more."""
        return (Constraint("within", lambda a, level, total: total - a.sum(level)),)


class Growth(Program):
    """The most of a number that only its bound ends: linear, or a logarithm."""

    most: Number = scalar("the bound", above=0)
    weight: Number = scalar("of the logarithm", at_least=0)

    def variables(self) -> tuple[Decision, ...]:
        """Return the number."""
        return (Decision("size", 0, self.most),)

    def objective(self) -> Any:
        """Return minus the size, or minus its logarithm."""
        if self.weight:
            return lambda a, size, weight: -weight * a.log1p(size)
        return lambda a, size: -size


class Knapsack(Program):
    """Whole numbers of goods of most value within a weight."""

    value: Vector = vector("a value", per="good", above=0)
    weight: Vector = vector("a weight", per="good", above=0)
    most: Number = scalar("the weight that can be carried", above=0)

    def variables(self) -> tuple[Decision, ...]:
        """Return how many of each, three at most."""
        return (Decision("taken", [0] * len(self.value), [3] * len(self.value), whole=True),)

    def objective(self) -> Any:
        """Return minus the value."""
        return lambda a, taken, value: -a.sum(value * taken)

    def constraints(self) -> tuple[Constraint, ...]:
        """Return that it can be carried."""
        return (Constraint("carried", lambda a, taken, weight, most: most - a.sum(weight * taken)),)


class Contest(Game):
    """A prize in proportion to effort, at quadratic costs: equal contestants spend √(V(n − 1)/(2c))/n each."""

    cost: Vector = vector("a cost", per="contestant", above=0)
    prize: Number = scalar("the prize", above=0)

    def players(self) -> tuple[Player, ...]:
        """Return the contestants."""
        effort = Decision("effort", [0] * len(self.cost), [10] * len(self.cost))
        return (Player("contestant", effort, contest_utility, count=len(self.cost)),)


def contest_utility(a: Any, own: Any, others: Any, cost: Any, prize: Any) -> Any:
    """V x/Σx − c x²."""
    return prize * a.share(own, others) - cost * a.square(own)


class Auction(Game):
    """The highest bid buys at the next one: of all bids that others may make it is best to bid what it is worth."""

    worth: Vector = vector("a worth", per="bidder", above=0)
    asks_one_by_one = True

    def players(self) -> tuple[Player, ...]:
        """Return the bidders."""
        count = len(self.worth)
        bid = Decision("bid", [0] * count, [10**4] * count, reports="worth")
        return (Player("bidder", bid, auction_utility, count=count),)


def auction_utility(a: Any, own: Any, others: Any, worth: Any) -> Any:
    """What it is worth less the price, for whoever bids at least that price: the most that another bids."""
    return a.at_least(own, a.highest(others, 1, 0)) * (worth - a.highest(others, 1, 0))


class Tiers(Game):
    """A few tiers of which everybody takes one, at a price that falls with all that is taken."""

    cost: Vector = vector("a cost", per="owner", above=0)
    top: Number = scalar("the price while nothing is taken", above=0)

    def players(self) -> tuple[Player, ...]:
        """Return the owners."""
        tier = Decision("tier", among=[0, "1/2", 1, "5/2", 3, 4])
        return (Player("owner", tier, tiers_utility, count=len(self.cost)),)


def tiers_utility(a: Any, own: Any, others: Any, cost: Any, top: Any) -> Any:
    """(p − x_i − Σ_j≠i x_j) x_i − c_i x_i."""
    return (top - own - others) * own - cost * own


class TwoPools(Game):
    """A pool for records and one for privacy, and one cost of both: the server holds one unit of each itself."""

    cost: Vector = vector("a cost", per="owner", above=0)
    pool: Number = scalar("each pool", above=0)

    def players(self) -> tuple[Player, ...]:
        """Return the owners."""
        none, most = [0] * len(self.cost), [10] * len(self.cost)
        amount, budget = Decision("amount", none, most), Decision("epsilon", none, most)
        return (Player("owner", amount, two_pools_utility, count=len(self.cost), second=budget),)


def two_pools_utility(
    a: Any, own_amount: Any, others_amount: Any, own_epsilon: Any, others_epsilon: Any, pool: Any, cost: Any
) -> Any:
    """P x/(Σx + 1) + P ε/(Σε + 1) − c (x + ε)²."""
    shares = a.share(own_amount, others_amount + 1) + a.share(own_epsilon, others_epsilon + 1)
    return pool * shares - cost * a.square(own_amount + own_epsilon)
