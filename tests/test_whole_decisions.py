"""Decisions in whole numbers: exactly whole, judged against whole ones only, by exact enumeration in the tests."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mechproof as mp

BOTH = pytest.mark.parametrize("arithmetic", ["float", "exact"])


class Pennies(mp.Game):
    """One gains by matching the other, who gains by not: with whole decisions there is no equilibrium."""

    sign: mp.Vector = mp.vector("1 for who matches, -1 for who does not", per="player")

    def players(self) -> tuple[mp.Player, ...]:
        count = len(self.sign)
        side = mp.Decision("side", [0] * count, [1] * count, whole=True)
        return (mp.Player("player", side, match, count=count),)


def match(a: Any, own: Any, others: Any, sign: Any) -> Any:
    return sign * own * (2 * others - 1)


class Slots(mp.Game):
    """Everybody takes whole slots of a worth that falls with their sum, at a cost each."""

    cost: mp.Vector = mp.vector("a cost", above=0, per="user")
    worth: mp.Number = mp.scalar("what the first slot is worth", above=0)
    most: mp.Number = mp.scalar("slots at most", above=0)

    def players(self) -> tuple[mp.Player, ...]:
        count = len(self.cost)
        taken = mp.Decision("taken", [0] * count, [self.most] * count, whole=True)
        return (mp.Player("user", taken, profit, count=count),)


def profit(a: Any, own: Any, others: Any, cost: Any, worth: Any) -> Any:
    return own * (worth - own - others) - cost * own


class Rooted(Slots):
    """The same with a worth that leaves the rational numbers."""

    def players(self) -> tuple[mp.Player, ...]:
        count = len(self.cost)
        taken = mp.Decision("taken", [0] * count, [self.most] * count, whole=True)
        return (mp.Player("user", taken, rooted, count=count),)


def rooted(a: Any, own: Any, others: Any, cost: Any, worth: Any) -> Any:
    return worth * a.sqrt(own) - own * others - cost * own


class Knapsack(mp.Program):
    """The best of whole goods within a weight; the least of minus their worth."""

    worth: mp.Vector = mp.vector("a worth", above=0, per="good")
    weight: mp.Vector = mp.vector("a weight", above=0, per="good")
    most: mp.Number = mp.scalar("the weight that can be carried", above=0)

    def variables(self) -> tuple[mp.Decision, ...]:
        return (mp.Decision("take", [0] * len(self.worth), [2] * len(self.worth), whole=True),)

    def objective(self) -> Any:
        return lambda a, take, worth: -a.sum(worth * take)

    def constraints(self) -> tuple[mp.Constraint, ...]:
        return (mp.Constraint("carried", lambda a, take, weight, most: most - a.sum(weight * take)),)


def is_equilibrium(game: Slots, taken: Any) -> bool:
    """By exact enumeration, the utility written out once more."""
    for k, cost in enumerate(game.cost):
        others = sum(taken) - taken[k]
        worth = [x * (Fraction(game.worth) - x - others) - Fraction(cost) * x for x in range(int(game.most) + 1)]
        if worth[taken[k]] < max(worth):
            return False
    return True


@BOTH
def test_no_side_of_the_pennies_is_an_equilibrium(arithmetic: str) -> None:
    for side in product((0, 1), repeat=2):
        found = mp.certify(mp.candidate(Pennies([1, -1]), side=side), arithmetic=arithmetic)
        assert found.optimal is False, side
        assert "gains 1 by side" in found.reason
    half = mp.certify(mp.candidate(Pennies([1, -1]), side=["1/2", "1/2"]), arithmetic=arithmetic)
    assert half.feasible is False
    with pytest.raises(mp.BackendError, match="no equilibrium in whole numbers"):
        mp.solve(Pennies([1, -1]))
    assert mp.solve(Pennies([1, 1])).certificate.optimal is not False


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(1, 24), min_size=1, max_size=3), st.integers(2, 30), st.data())
def test_slots_are_judged_as_by_enumeration(cost: list[int], worth: int, data: st.DataObject) -> None:
    game = Slots([Fraction(c, 4) for c in cost], Fraction(worth, 3), 4)
    taken = data.draw(st.tuples(*(st.integers(0, 4) for _ in cost)))
    assert mp.certify(mp.candidate(game, taken=taken), arithmetic="exact").valid == is_equilibrium(game, taken)
    assert mp.certify(mp.candidate(game, taken=taken)).optimal in (None, is_equilibrium(game, taken))
    solved = mp.solve(game)
    assert np.all(solved.values["taken"] % 1 == 0)
    assert mp.certify(solved, arithmetic="exact").valid == is_equilibrium(game, solved.values["taken"].astype(int))


def test_wide_ranges_are_judged_by_their_neighbours_where_utilities_are_concave() -> None:
    game = Slots(["1/2", "3/2"], 90_001, 10**6)
    right = mp.certify(mp.candidate(game, taken=[30_001, 29_999]), arithmetic="exact")
    assert right.optimal is not None
    assert right.optimal == all(
        x * (90_001 - x - y) - c * x >= z * (90_001 - z - y) - c * z
        for x, y, c in ((30_001, 29_999, Fraction(1, 2)), (29_999, 30_001, Fraction(3, 2)))
        for z in (x - 1, x + 1)
    )


def test_gains_that_leave_the_rational_numbers_are_told_by_balls() -> None:
    game = Rooted([1], 3, 9)  # 3 √x − x is 2 at 1, 2.243 at 2 and 2.196 at 3
    assert [mp.certify(mp.candidate(game, taken=[x]), arithmetic="exact").optimal for x in (1, 2, 3)] == [
        False,
        True,
        False,
    ]


@BOTH
@pytest.mark.parametrize("taken", [1e9 + 0.25, 3 + 2.0**-40])
def test_nearly_whole_is_not_whole(taken: float, arithmetic: str) -> None:
    found = mp.certify(mp.candidate(Slots([1], 10, 10**10), taken=[taken]), arithmetic=arithmetic)
    assert found.feasible is False
    assert "must be a whole number" in found.reason


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9)), min_size=1, max_size=3), st.integers(1, 30), st.data())
def test_knapsacks_are_judged_as_by_enumeration(goods: list[tuple[int, int]], most: int, data: st.DataObject) -> None:
    game = Knapsack([worth for worth, _ in goods], [weight for _, weight in goods], most)

    def total(take: Any, which: int) -> int:
        return sum(count * good[which] for count, good in zip(take, goods, strict=True))

    takes = [take for take in product(range(3), repeat=len(goods)) if total(take, 1) <= most]
    best = max(total(take, 0) for take in takes)
    take = data.draw(st.sampled_from(takes))
    right = total(take, 0) == best
    for arithmetic in ("float", "exact"):
        assert mp.certify(mp.candidate(game, take=take), arithmetic=arithmetic).optimal is right


def test_ties_of_whole_answers_are_told_in_doubles_too() -> None:
    """Two goods of one worth, of which one can be carried."""
    for take in ([0, 0, 1], [0, 1, 0]):
        assert mp.certify(mp.candidate(Knapsack([1, 2, 2], [1, 1, 1], 1), take=take), arithmetic="float").valid


def test_whole_programs_are_solved_by_what_takes_them() -> None:
    solved = mp.solve(Knapsack([6, 10, 12], [1, 2, 3], 5))
    assert solved.backend == "pyomo:highs"
    assert solved.certificate.valid
    assert np.all(solved.values["take"] % 1 == 0)
    refusals = {offer.name: offer.reason for offer in mp.backends(Slots([1, 1], 9, 9)) if not offer.accepts}
    assert "best-response" in refusals["share-function"]


def test_verification_tries_whole_deviations_only() -> None:
    game = Slots(["1/2"], 4, 4)  # x (7/2 − x) is best at 7/4, among whole numbers at 2
    for taken, verdict in ((2, "holds"), (1, "violated")):
        items = {item.property: item for item in mp.verify(mp.candidate(game, taken=[taken])).items}
        assert items["no-profitable-deviation"].verdict.value == verdict
