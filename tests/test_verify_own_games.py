"""Verification of games that somebody declares: one equilibrium or several, concave or not, with payments or none."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from own_mechanism import QuadraticLottery

import mechproof as mp


def team_utility(a: mp.Algebra, own: Any, others: Any, weight: Any) -> Any:
    """Everybody's effort is worth more the more the others make."""
    return weight * own * others - own * own * own / 3


class Team(mp.Game):
    """Complements: nobody making an effort is an equilibrium, and so is x = w (N − 1) for equal weights."""

    weight: mp.Vector = mp.vector("a weight", above=0, per="member")

    def players(self) -> tuple[mp.Player]:
        count = len(self.weight)
        effort = mp.Decision("effort", np.zeros(count), np.full(count, 4))
        return (mp.Player("member", effort, team_utility, count=count),)


def profit(a: mp.Algebra, own: Any, others: Any, size: Any, cost: Any) -> Any:
    """A linear demand's price times the quantity, less its cost."""
    return own * (size - own - others) - cost * own


class Cournot(mp.Game):
    """One equilibrium: q_i = (a − N c_i + Σ_{j≠i} c_j)/(N + 1)."""

    cost: mp.Vector = mp.vector("a cost", above=0, per="firm")
    size: mp.Number = mp.scalar("the market's size", above=0)

    def players(self) -> tuple[mp.Player]:
        count = len(self.cost)
        return (
            mp.Player("firm", mp.Decision("quantity", np.zeros(count), np.full(count, self.size)), profit, count=count),
        )


class ReportedCournot(Cournot):
    """The same with costs that only the firms know."""

    private_data = "cost"


def speed_utility(a: mp.Algebra, own: Any, others: Any, thrill: Any) -> Any:
    """Fast is fun unless the other is fast too."""
    return own * (thrill - 3 * others)


class Chicken(mp.Game):
    """Three equilibria of two drivers: (0, 1), (1, 0) and (1/3, 1/3)."""

    thrill: mp.Vector = mp.vector("a thrill", above=0, per="driver")

    def players(self) -> tuple[mp.Player]:
        count = len(self.thrill)
        return (mp.Player("driver", mp.Decision("speed", np.zeros(count), np.ones(count)), speed_utility, count=count),)


def two_peaks(a: mp.Algebra, own: Any, others: Any, height: Any) -> Any:
    """x² (3 − x)² + h x: a peak inside, another at the upper bound, and a hollow between them."""
    return a.square(own) * a.square(3 - own) + height * own


class Peaks(mp.Game):
    """Utilities that are not concave: the inner peak near 3/2 is only a local best response."""

    height: mp.Vector = mp.vector("a height", above=0, per="climber")

    def players(self) -> tuple[mp.Player]:
        count = len(self.height)
        place = mp.Decision("place", np.zeros(count), np.full(count, 5))
        return (mp.Player("climber", place, two_peaks, count=count),)


def three_levels_utility(a: mp.Algebra, own: Any, others: Any, base: Any) -> Any:
    """The best decision is b + (the other's)², which meets itself twice, and once more at the upper bound."""
    return own * (base + a.square(others)) - a.square(own) / 2


class ThreeLevels(mp.Game):
    """Three equilibria of two for b = 3/16: 1/4, 3/4 and the upper bound; from nothing everybody starts."""

    base: mp.Vector = mp.vector("a base", above=0, per="player")

    def players(self) -> tuple[mp.Player]:
        count = len(self.base)
        level = mp.Decision("level", np.zeros(count), np.full(count, 2))
        return (mp.Player("player", level, three_levels_utility, count=count),)


def needle_utility(a: mp.Algebra, own: Any, others: Any, where: Any) -> Any:
    """Nothing is worth anything but one narrow place."""
    return a.exp(-a.square(10_000 * (own - where)))


class Needle(mp.Game):
    """A gain of nearly one that no coarse grid finds."""

    where: mp.Vector = mp.vector("a place", above=0, per="seeker")

    def players(self) -> tuple[mp.Player]:
        count = len(self.where)
        place = mp.Decision("place", np.zeros(count), np.full(count, 5))
        return (mp.Player("seeker", place, needle_utility, count=count),)


def distance_utility(a: mp.Algebra, own: Any, others: Any, taste: Any) -> Any:
    """A kink at the own taste."""
    return a.minimum(own - taste, taste - own)


class Tastes(mp.Game):
    """Utilities without a derivative where they are largest."""

    taste: mp.Vector = mp.vector("a taste", above=0, per="guest")

    def players(self) -> tuple[mp.Player]:
        count = len(self.taste)
        return (
            mp.Player("guest", mp.Decision("dish", np.zeros(count), np.ones(count)), distance_utility, count=count),
        )


def idle_utility(a: mp.Algebra, own: Any, others: Any, dole: Any) -> Any:
    """Whoever does nothing gets the dole, which shrinks with the own effort; effort pays 1 − x."""
    return dole * a.share(others, own) + own * (1 - own)


class Dole(mp.Game):
    """Staying out is worth the dole, not nothing."""

    dole: mp.Vector = mp.vector("a dole", above=0, per="worker")

    def players(self) -> tuple[mp.Player]:
        count = len(self.dole)
        effort = mp.Decision("effort", np.zeros(count), np.ones(count))
        return (mp.Player("worker", effort, idle_utility, count=count),)


def wage(a: mp.Algebra, own: Any, rate: Any) -> Any:
    """A wage by the hour."""
    return rate * own


def worker_utility(a: mp.Algebra, own: Any, others: Any, rate: Any, toil: Any) -> Any:
    """The wage less the toil, which rises with the square of the hours."""
    return wage(a, own, rate) - toil * a.square(own)


class Work(mp.Game):
    """Hours for a wage: everybody alone decides on rate/(2 toil)."""

    toil: mp.Vector = mp.vector("a toil", above=0, per="worker")
    rate: mp.Number = mp.scalar("the rate", above=0)
    promises = ("individual-rationality", "no-profitable-deviation")
    payment_outcome = "wage"

    def players(self) -> tuple[mp.Player]:
        count = len(self.toil)
        return (
            mp.Player("worker", mp.Decision("hours", np.zeros(count), np.full(count, 24)), worker_utility, count=count),
        )

    def outcomes(self) -> dict[str, Any]:
        return {"wage": wage, "utility": worker_utility}


@dataclass(frozen=True)
class Known:
    """A game at some decisions and the verdicts it must get."""

    name: str
    subject: Callable[[], Any]
    verdicts: dict[str, str]


KNOWN = [
    Known(
        "lottery",
        lambda: mp.solve(QuadraticLottery(cost=["1", "2", "4"], prize=10)),
        {"uniqueness": "holds", "no-profitable-deviation": "holds", "individual-rationality": "holds"}
        | dict.fromkeys(("leader-optimality", "budget-balance", "truthfulness"), "not applicable"),
    ),
    Known(
        "lottery of a thousand",
        lambda: mp.solve(QuadraticLottery(cost=[1 + k % 7 for k in range(1000)], prize=10)),
        {"uniqueness": "holds", "no-profitable-deviation": "holds"},
    ),
    Known(
        "Cournot",
        lambda: mp.candidate(Cournot(cost=[1, 2], size=10), quantity=["10/3", "7/3"]),
        {"uniqueness": "holds", "no-profitable-deviation": "holds", "participation": "holds"},
    ),
    Known(
        "Cournot, one firm out by a cost too high",
        lambda: mp.candidate(Cournot(cost=[1, 6], size=10), quantity=["9/2", 0]),
        {"uniqueness": "holds", "no-profitable-deviation": "holds", "participation": "violated"},
    ),
    Known(
        "Cournot, wrong",
        lambda: mp.candidate(Cournot(cost=[1, 2], size=10), quantity=[3, 3]),
        {"uniqueness": "holds", "no-profitable-deviation": "violated"},
    ),
    Known(
        "team",
        lambda: mp.candidate(Team(weight=[1, 1]), effort=[1, 1]),
        {"uniqueness": "violated", "no-profitable-deviation": "holds"},
    ),
    Known(
        "team at rest",
        lambda: mp.candidate(Team(weight=[1, 1]), effort=[0, 0]),
        {"uniqueness": "violated", "no-profitable-deviation": "holds", "participation": "violated"},
    ),
    Known(
        "a local best response only",  # 2x (3 − x)(3 − 2x) + h = 0 at x = 13/8
        lambda: mp.candidate(Peaks(height=["143/128", "143/128"]), place=["13/8", "13/8"]),
        {"no-profitable-deviation": "violated"},
    ),
    Known(
        "kinks",
        lambda: mp.candidate(Tastes(taste=["1/2", "1/3"]), dish=["1/2", "1/3"]),
        {"no-profitable-deviation": "holds", "uniqueness": "inconclusive"},
    ),
    Known(
        "kinks, wrong",
        lambda: mp.candidate(Tastes(taste=["1/2", "1/3"]), dish=["1/2", "1/2"]),
        {"no-profitable-deviation": "violated"},
    ),
    Known(
        "a gain that no grid finds",
        lambda: mp.candidate(Needle(where=["2.3456789", "3.1415927"]), place=[1, 1]),
        {"no-profitable-deviation": "inconclusive"},
    ),
]


@pytest.mark.parametrize("case", KNOWN, ids=lambda case: case.name)
def test_known_games(case: Known) -> None:
    found = mp.verify(case.subject())
    assert {name: found[name].verdict.value for name in case.verdicts} == case.verdicts, [i.text for i in found.items]


def test_the_second_equilibrium_is_shown_with_the_first() -> None:
    item = mp.verify(mp.candidate(Team(weight=[1, 1, 1]), effort=[2, 2, 2]))["uniqueness"]
    assert item.witness is not None
    assert [list(one["effort"]) for one in item.witness["equilibria"]] == [[0, 0, 0], [2, 2, 2]]
    for one in item.witness["equilibria"]:  # nobody gains on a fine grid, by the formula written out again
        efforts = [float(effort) for effort in one["effort"]]
        grid = np.linspace(0, 4, 4001)
        for own in efforts:
            others = sum(efforts) - own
            assert (grid * others - grid**3 / 3).max() <= own * others - own**3 / 3 + 1e-9


def test_all_three_equilibria_of_chicken() -> None:
    verified = mp.verify(mp.candidate(Chicken(thrill=[1, 1]), speed=[1, 0]))
    item = verified["uniqueness"]
    assert verified["no-profitable-deviation"].verdict == "holds"
    assert item.witness is not None
    found = {tuple(one["speed"]) for one in item.witness["equilibria"]}
    assert found == {(1, 0), (0, 1), (Fraction(1, 3), Fraction(1, 3))}
    assert [one["exact"] for one in item.witness["equilibria"]].count(True) >= 1


def test_equilibria_at_which_replacements_cross_both_ways() -> None:
    item = mp.verify(mp.candidate(ThreeLevels(base=["3/16", "3/16"]), level=["1/4", "1/4"]))["uniqueness"]
    assert item.verdict == "violated"
    assert item.witness is not None
    levels = [list(one["level"]) for one in item.witness["equilibria"]]
    assert levels == [[Fraction(1, 4)] * 2, [Fraction(3, 4)] * 2, [2, 2]]
    assert [one["exact"] for one in item.witness["equilibria"]][:2] == [True, True]
    assert item.arithmetic == "exact"


def test_only_whoever_is_worse_off_than_idle_is_counted() -> None:
    witness = mp.verify(mp.candidate(Dole(dole=["3/5", "1/4"]), effort=["1/2", "1/2"]))[
        "individual-rationality"
    ].witness
    assert witness is not None
    assert (witness["worker"], witness["how_many"], witness["shortfall"]) == ("0", 1, Fraction(1, 20))


def test_a_thresholds_distance_in_another_game() -> None:
    game = ReportedCournot(cost=[1, 6], size=10)
    witness = mp.verify(mp.candidate(game, quantity=["9/2", 0]))["participation"].witness or {}
    (row,) = witness["excluded"]  # the price without the firm is 11/2
    assert (row["firm"], row["threshold"], row["too_high_by"]) == ("1", Fraction(11, 2), Fraction(1, 2))


def test_stated_payments_of_a_users_game() -> None:
    game = Work(toil=[1, 2], rate=8)
    assert mp.verify(mp.candidate(game, hours=[4, 2])).ok
    found = mp.verify(mp.candidate(game, hours=[4, 2], wage=[32, "7.99"]))
    assert found.failed == ("individual-rationality",)
    witness = found["individual-rationality"].witness or {}
    assert (witness["worker"], witness["cost"], witness["shortfall"]) == ("1", 8, Fraction(1, 100))


def test_what_a_game_promises_is_read_from_its_class() -> None:
    assert mp.verify(mp.candidate(Cournot(cost=[1, 2], size=10), quantity=["10/3", "7/3"])).require == (
        "no-profitable-deviation",
    )
    assert mp.verify(mp.candidate(Work(toil=[1, 2], rate=8), hours=[4, 2])).require == Work.promises


class Undefined(Cournot):
    """A firm's profit is no number."""

    def players(self) -> tuple[mp.Player]:
        (firm,) = super().players()
        return (
            replace(firm, utility=lambda a, own, others, size, cost: profit(a, own, others, size, cost) * math.nan),
        )


def test_what_is_no_number_is_undecided_among_fractions_too() -> None:
    own = mp.candidate(Undefined(cost=[1, 1], size=10), quantity=[1, 2])
    item = mp.verify(own, require=["individual-rationality"])["individual-rationality"]
    assert (item.arithmetic, item.verdict) == ("exact", "inconclusive")
