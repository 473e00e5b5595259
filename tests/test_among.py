"""Decisions from finite sets, against an enumeration in fractions that shares nothing with the package."""

from __future__ import annotations

import random
from collections.abc import Sequence
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest
from declared_models import Basket

import mechproof as mp
from mechproof.proofs.properties.discrete import uniqueness
from mechproof.proofs.properties.profile import profile_of

Sets = Sequence[Sequence[Fraction]]
Own = tuple[Fraction, ...]
BOTH = ("float", "exact")


def utility(a: Any, own: Any, others: Any, cost: Any, worth: Any, least: Any) -> Any:
    """A worth that falls with the sum, a cost each, and a bonus where all together reach a threshold."""
    return own * (worth - own / 2 - others) - cost * own + a.at_least(own + others, least)


class Tiers(mp.Game):
    """Everybody takes one of a few tiers."""

    cost: mp.Vector = mp.vector("a cost", above=0, per="owner")
    worth: mp.Number = mp.scalar("what the first is worth")
    least: mp.Number = mp.scalar("from which sum on there is a bonus")
    tiers: Any = None

    def players(self) -> tuple[mp.Player, ...]:
        return (mp.Player("owner", mp.Decision("tier", among=self.tiers), utility, count=len(self.cost)),)


class Enumeration:
    """The same game by brute force: every formula is written once more, with signs of Python's."""

    def __init__(self, game: Tiers) -> None:
        self.cost = [Fraction(entry) for entry in game.cost.tolist()]
        self.worth, self.least = Fraction(game.worth), Fraction(game.least)
        given = game.tiers if isinstance(game.tiers[0], list) else [game.tiers] * len(self.cost)
        self.sets: Sets = [[Fraction(entry) for entry in some] for some in given]

    def paid(self, k: int, own: Own) -> Fraction:
        rest = sum(own) - own[k]
        bonus = 1 if own[k] + rest >= self.least else 0
        return own[k] * (self.worth - own[k] / 2 - rest) - self.cost[k] * own[k] + bonus

    def gain(self, own: Own) -> Fraction:
        """What somebody gains by moving alone, at the most."""
        return max(
            self.paid(k, (*own[:k], there, *own[k + 1 :])) - self.paid(k, own)
            for k, some in enumerate(self.sets)
            for there in some
        )

    def equilibria(self) -> list[Own]:
        return [own for own in product(*self.sets) if self.gain(own) <= 0]


def random_game(seed: int) -> Tiers:
    """Two or three people with two to four tiers: fractions, decimals, and for some everybody's own ones."""
    draw = random.Random(seed)

    def one_set() -> list[Any]:
        pool = [Fraction(k, d) for d in (1, 2, 3, 10) for k in range(4 * d)]
        some: list[Any] = sorted(set(draw.sample(pool, draw.randint(2, 4))))
        return [float(entry) for entry in some] if draw.random() < 0.25 else [str(entry) for entry in some]

    people = draw.randint(2, 3)
    tiers = [one_set() for _ in range(people)] if draw.random() < 0.4 else one_set()
    known = [Fraction(entry) for entry in (tiers[0] if isinstance(tiers[0], list) else tiers)]
    least = sum(draw.choices(known, k=people), Fraction(0))  # often met with equality
    cost = [Fraction(draw.randint(1, 8), draw.choice((2, 3, 4))) for _ in range(people)]
    return Tiers(cost, Fraction(draw.randint(-2, 12), 3), least, tiers)


def compare(seed: int, arithmetics: Sequence[str] = BOTH) -> None:
    """All verdicts on one random game."""
    game = random_game(seed)
    truth = Enumeration(game)
    rest = truth.equilibria()
    draw = random.Random(seed)
    profiles = [*rest[:2], *(tuple(map(draw.choice, truth.sets)) for _ in range(3))]
    for own, arithmetic in product(dict.fromkeys(profiles), arithmetics):
        as_doubles = draw.random() < 0.5
        stated = np.array([float(entry) for entry in own]) if as_doubles else list(own)
        found = mp.certify(mp.candidate(game, tier=stated), arithmetic=arithmetic)
        assert found.valid == (own in rest), (seed, own)
        assert found.optimal is (own in rest), (seed, own, found.reason)
    item = uniqueness(profile_of(mp.candidate(game, tier=list(profiles[-1]))))
    assert (item.verdict.value == "holds") == (len(rest) == 1), seed
    if not rest:
        with pytest.raises(mp.BackendError, match="people mix"):
            mp.solve(game, backend="pure-profiles")
        return
    exact = mp.solve(game, backend="pure-profiles", arithmetic="exact").exact
    assert exact is not None
    assert tuple(exact["tier"]) in rest
    settled = mp.solve(game, backend="best-response")
    assert settled.certificate.valid == any(np.all(settled.values["tier"] == np.array(own, float)) for own in rest)


def test_random_games_are_judged_as_by_enumeration() -> None:
    for seed in range(12, 42):
        compare(seed, BOTH[seed % 2 :][:1])


@pytest.mark.slow
def test_many_random_games_are_judged_as_by_enumeration() -> None:
    for seed in range(1000, 1220):
        compare(seed)


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        ({"among": [0, 1], "whole": True}, "tier.whole = True: must be left out"),
        ({"among": [0, 1], "lower": 0, "upper": 2}, "tier.upper = 2: must be left out"),
        ({"among": [0, "1/2", 0.5]}, r"tier.among\[2\] = 0.5: must be above 1/2"),
        ({"among": [1, 0]}, r"tier.among\[1\] = 0: must be above 1"),
        ({"among": ["1/3", "0.33333333333333333334"]}, "in doubles too"),
        ({"among": []}, "at least one value"),
        ({"among": [[0, 1], 2]}, "where one entry is a list"),
        ({"among": "01"}, "must be a list of numbers"),
        ({"among": [0, float("nan")]}, "must be finite"),
    ],
)
def test_what_is_no_set_is_refused(declared: dict[str, Any], said: str) -> None:
    with pytest.raises(mp.InputError, match=said):
        mp.Decision("tier", **declared)


@pytest.mark.parametrize("stated", ["0.3333", "0.34", 2, 0.25])
@pytest.mark.parametrize("arithmetic", BOTH)
def test_a_value_outside_the_set_is_refuted_and_named(stated: Any, arithmetic: str) -> None:
    game = Tiers([1, 1], 3, 9, [0, "1/3", 1])
    found = mp.certify(mp.candidate(game, tier=[0, stated]), arithmetic=arithmetic)
    assert found.feasible is False
    assert f"tier of owner 1 is {float(Fraction(stated))!r}, and must be one of 0, 1/3, 1" in found.reason
    item = mp.verify(mp.candidate(game, tier=[0, stated]))["no-profitable-deviation"]
    assert item.verdict == "violated"
    assert (item.witness or {})["owner"] == "1"


def test_a_profitable_deviation_is_named_with_its_gain() -> None:
    game = Tiers([1, 1], 3, 9, [0, "1/3", 1])
    item = mp.verify(mp.candidate(game, tier=["1/3", 1]))["no-profitable-deviation"]
    assert item.witness == {"owner": "0", "tier": Fraction(1, 3), "better": 1, "gain": Fraction(2, 9)}


def test_a_threshold_that_doubles_miss_is_met() -> None:
    """In doubles 1/10 + 7/10 is below 8/10."""
    game = Tiers([9, 9], 9, "8/10", ["0.1", "0.2", "0.7"])
    truth = Enumeration(game)
    assert 0.1 + 0.7 < 0.8
    for own in product(*truth.sets):
        found = mp.certify(mp.candidate(game, tier=[float(entry) for entry in own]))
        assert found.optimal is (truth.gain(own) <= 0), own


class Matching(mp.Game):
    """One wins on the same sign, the other on different ones."""

    wins: mp.Vector = mp.vector("1 who wins on the same sign, -1 on others", per="person")

    def players(self) -> tuple[mp.Player, ...]:
        side = mp.Decision("side", among=["-1/2", "1/2"])
        return (mp.Player("person", side, lambda a, own, others, wins: wins * own * others, count=2),)


def test_where_nobody_is_at_rest_a_mixture_is_said() -> None:
    game = Matching([1, -1])
    with pytest.raises(mp.BackendError, match="person 0 -1/2 with 1/2 or 1/2 with 1/2; person 1 -1/2 with 1/2"):
        mp.solve(game, backend="pure-profiles")
    assert mp.verify(mp.candidate(game, side=["1/2", "1/2"]))["uniqueness"].verdict == "violated"
    assert mp.equilibria(mp.finite_form(game)).profiles == ((Fraction(1, 2),) * 4,)


class Bids(mp.Game):
    """A second price with bids from a grid."""

    worth: mp.Vector = mp.vector("a worth", above=0, per="bidder")

    def players(self) -> tuple[mp.Player, ...]:
        bid = mp.Decision("bid", among=[0, "1/2", 1, "3/2", 2])
        return (mp.Player("bidder", bid, won, count=len(self.worth)),)


def won(a: Any, own: Any, others: Any, worth: Any) -> Any:
    best = a.highest(others, 1, 0)
    return a.at_least(own, best) * (worth - best)


def test_auctions_of_few_bids_are_tried_bid_by_bid() -> None:
    worth, bids = [Fraction(2), Fraction(1)], [Fraction(k, 2) for k in range(5)]

    def value(k: int, mine: Fraction, other: Fraction) -> Fraction:
        return worth[k] - other if mine >= other else Fraction(0)

    for own in product(bids, repeat=2):
        right = all(value(k, own[k], own[1 - k]) >= value(k, b, own[1 - k]) for k in (0, 1) for b in bids)
        assert mp.candidate(Bids(worth), bid=list(own)).certificate.optimal is right, own
    assert mp.solve(Bids(worth)).backend == "pure-profiles"


@pytest.mark.parametrize(("worth", "most"), [([2, 3, 3], "11/6"), ([1, 5], "1/3"), ([1, 1, 1], 1)])
def test_programs_of_sets_are_solved_and_judged(worth: list[int], most: Any) -> None:
    sizes = [Fraction(0), Fraction(1, 3), Fraction(3, 2)]
    fit = [own for own in product(sizes, repeat=len(worth)) if sum(own) <= Fraction(most)]
    best = max(sum(w * x for w, x in zip(worth, own, strict=True)) for own in fit)
    solved = mp.solve(Basket(worth, most), backend="pyomo:highs")
    assert solved.certificate.valid
    for own in product(sizes, repeat=len(worth)):
        found = mp.candidate(Basket(worth, most), size=list(own)).certificate
        right = own in fit and sum(w * x for w, x in zip(worth, own, strict=True)) == best
        assert found.valid is right, own


class Led(Tiers):
    """The same, and somebody who decides before on the worth."""

    def players(self) -> tuple[mp.Player, ...]:
        price = mp.Decision("price", 0, 3)
        (owners,) = super().players()

        def paid(a: Any, own: Any, others: Any, cost: Any, price: Any) -> Any:
            return (price - cost) * own - own * own / 2 + 0 * others

        income = {"sold": lambda a, tier: a.sum(tier)}
        led = mp.Player("owner", owners.decision, paid, count=owners.count, aggregates=income)
        return (mp.Player("buyer", price, lambda a, price, sold: (4 - price) * sold), led)


def test_of_a_game_with_a_leader_the_population_is_judged() -> None:
    game = Led([1, 1], 3, 9, [0, "1/2", 1])
    right = mp.candidate(game, price=2, tier=[1, 1]).certificate
    assert right.optimal is None
    assert "nobody gains by any other tier" in right.reason
    assert "another price" in right.reason
    assert mp.candidate(game, price=2, tier=[0, 1]).certificate.optimal is False
    items = mp.verify(mp.candidate(game, price=2, tier=[1, 1]))
    assert [items[name].verdict.value for name in ("no-profitable-deviation", "leader-optimality")] == [
        "holds",
        "inconclusive",
    ]
    with pytest.raises(mp.UnsupportedModel, match="without a leader"):
        mp.solve(game, backend="best-response")


def test_readings_that_need_intervals_refuse_by_name() -> None:
    game = Tiers([1, 1], 3, 9, [0, "1/3", 1])
    for refused in (
        lambda: mp.what_if(mp.solve(game, backend="pure-profiles")),
        lambda: mp.play(game, rounds=3),
        lambda: mp.solve(game, backend="share-function"),
        lambda: mp.solve(game, backend="pyomo:scip"),
    ):
        with pytest.raises(mp.UnsupportedModel, match=r"tier|among values"):
            refused()


def test_uniqueness_of_whole_decisions_is_counted_not_concluded() -> None:
    """Between bounds x (3 − x − y) has one equilibrium, (1, 1); among whole numbers (0, 2) and (2, 0) are others."""

    class Slots(mp.Game):
        cost: mp.Vector = mp.vector("a cost", above=0, per="user")

        def players(self) -> tuple[mp.Player, ...]:
            taken = mp.Decision("taken", [0, 0], [4, 4], whole=True)
            return (mp.Player("user", taken, lambda a, own, others, cost: own * (4 - own - others - cost), count=2),)

    item = mp.verify(mp.candidate(Slots([1, 1]), taken=[1, 1]))["uniqueness"]
    assert item.verdict == "violated"
    assert item.text.startswith("3 of 25 profiles of taken are equilibria")


class Ideal(mp.Game):
    """Who is nearest to 1 is best off, whatever others do; a rule is kept by all values, though not between them."""

    cost: mp.Vector = mp.vector("a cost", above=0, per="owner")

    def players(self) -> tuple[mp.Player, ...]:
        tier = mp.Decision("tier", among=[0, 1, 2])
        return (mp.Player("owner", tier, nearest, count=len(self.cost)),)

    def constraints(self) -> tuple[mp.Constraint, ...]:
        return (mp.Constraint("squares", lambda a, tier: a.square(tier) - tier),)


def nearest(a: Any, own: Any, others: Any, cost: Any) -> Any:
    return -cost * a.square(own - 1) + 0 * others


class Torn(Ideal):
    """The same, with what is best upside down: nearest is worst."""

    def players(self) -> tuple[mp.Player, ...]:
        (owners,) = super().players()
        return (mp.Player("owner", owners.decision, lambda a, own, cost: cost * a.square(own - 1), count=owners.count),)


@pytest.mark.slow
def test_statements_about_a_set_are_proved_value_by_value() -> None:
    proved = {claim.id: claim.verdict.value for claim in mp.prove(Ideal).claims}
    assert set(proved) == {
        f"own/{name}" for name in ("concave-owner", "existence", "uniqueness", "individual-rationality", "squares")
    }
    assert set(proved.values()) == {"PROVED"}
    torn = {claim.id: claim.verdict.value for claim in mp.prove(Torn).claims}
    assert torn["own/concave-owner"] == torn["own/uniqueness"] == "REFUTED"


class Posted(Tiers):
    """The same, and before it somebody decides on nothing of it."""

    def players(self) -> tuple[mp.Player, ...]:
        return (mp.Player("seller", mp.Decision("price", among=[0, 1]), lambda a, price: -price), *super().players())


def test_with_a_leader_no_back_end_is_named_that_refuses() -> None:
    with pytest.raises(mp.UnsupportedModel, match="declare what the leader decides as data"):
        mp.solve(Posted([1, 2], 3, 1, [0, 1]))


class Shares(Tiers):
    """A pool is shared out, and of nothing there are no shares."""

    def players(self) -> tuple[mp.Player, ...]:
        tier = mp.Decision("tier", among=[0, "1/2"])
        return (mp.Player("owner", tier, lambda a, own, others, cost: own / (own + others) - cost * own, count=2),)


def test_a_table_names_the_profile_at_which_there_is_no_utility() -> None:
    with pytest.raises(mp.UnsupportedModel, match=r"divides by zero at tier = \(0, 0\)"):
        mp.solve(Shares([1, 2], 3, 1), backend="pure-profiles")
