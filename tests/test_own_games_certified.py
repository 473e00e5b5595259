"""Games of one's own: jumps are known to be there, refutations rest on a gain or a proof, and distances hold."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings, strategies

import mechproof as mp
from mechproof.solvers.readings.balls import Balls, ball, enclosing
from mechproof.solvers.readings.derivative import Derivative, NotSmooth
from mechproof.solvers.readings.intervals import Interval, Intervals
from mechproof.solvers.readings.rationals import Rationals
from mechproof.solvers.readings.vectors import Vectors

BOTH = pytest.mark.parametrize("arithmetic", ["float", "exact"])


class Own(mp.Game):
    """A game of people with a number each; subclasses say what they want, and between which bounds."""

    kind: mp.Vector = mp.vector("a number", per="player")
    bounds = (0, 10)

    def players(self) -> tuple[mp.Player, ...]:
        count, (low, high) = len(self.kind), self.bounds
        return (mp.Player("player", mp.Decision("x", [low] * count, [high] * count), type(self).utility, count=count),)

    @staticmethod
    def utility(a: Any, own: Any, others: Any, kind: Any) -> Any:
        raise NotImplementedError


class Bonus(Own):
    """A bonus between two thresholds that no grid meets: 4.98 gains 975."""

    @staticmethod
    def utility(a: Any, own: Any, others: Any, kind: Any) -> Any:
        reached, passed = a.at_least(own, a.number(Fraction(497, 100))), a.at_least(own, a.number(Fraction(4999, 1000)))
        return -kind * own**2 + 1000 * reached - 1000 * passed


class Threshold(Own):
    """Everybody wants to reach 3/4, whatever the others do."""

    bounds = (0, 1)

    @staticmethod
    def utility(a: Any, own: Any, others: Any, kind: Any) -> Any:
        return kind * own * (2 * others - 1) + 1000 * kind * a.at_least(4 * own, 3)


class Pennies(Own):
    """One wants to be where the other is, who wants to be elsewhere: no equilibrium, for the reply jumps at 1/2."""

    bounds = (0, 1)

    @staticmethod
    def utility(a: Any, own: Any, others: Any, kind: Any) -> Any:
        return -((own - (1 - kind) / 2 - kind * a.at_least(others, a.number(Fraction(1, 2)))) ** 2)


class Substitutes(Own):
    """x = 3 − 2y, and its mirror: equilibria at (1, 1), (3, 0) and (0, 3)."""

    bounds = (0, 5)

    @staticmethod
    def utility(a: Any, own: Any, others: Any, kind: Any) -> Any:
        return kind * own - own**2 / 2 - 2 * own * others


class Lottery(Own):
    """A prize of 36 at quadratic costs: with rates 1 and 4 the equilibrium is (2, 1), exactly."""

    @staticmethod
    def utility(a: Any, own: Any, others: Any, kind: Any) -> Any:
        return 36 * a.share(own, others) - kind * own**2


class Below(Own):
    """Everybody wants to be at minus the own number."""

    bounds = (-5, 5)

    @staticmethod
    def utility(a: Any, own: Any, others: Any, kind: Any) -> Any:
        return -((own + kind) ** 2)


class SetUp(Own):
    """A contest with costs of setting up; at (1, 1) nobody gains: U(1) − U(y) is a square times what is positive."""

    @staticmethod
    def utility(a: Any, own: Any, others: Any, kind: Any) -> Any:
        prize, scale = a.number(Fraction("4.12")), a.number(Fraction("0.1"))
        return prize * a.share(own, others) - own - kind * own / (own + scale)


class Peaks(Own):
    """A worth with peaks at 1 and 4, the second of them higher by what is the own number."""

    @staticmethod
    def utility(a: Any, own: Any, others: Any, kind: Any) -> Any:
        return a.exp(-4 * (own - 1) ** 2) + (1 + kind) * a.exp(-4 * (own - 4) ** 2)


class Entry(Own):
    """A contest whose costs of setting up stand in the specification; at (1, 1) marginal utilities are zero."""

    scale: mp.Number = mp.scalar("of setting up")
    bounds = (0, 10)

    @staticmethod
    def utility(a: Any, own: Any, others: Any, kind: Any, scale: Any) -> Any:
        prize = 4 * (1 + kind * scale / (1 + scale) ** 2)
        return prize * a.share(own, others) - own - kind * own / (own + scale)


class Scores(Own):
    """A prize of 25 for scores at the cost of their root: the second, at 16, has 25/5 − 8 and would have 0."""

    bounds = (0, 100)

    @staticmethod
    def utility(a: Any, own: Any, others: Any, kind: Any) -> Any:
        return 25 * a.share(own, others) - a.exp(a.log(own / kind) / 2)


@dataclass(frozen=True)
class Judged:
    """An answer, the verdicts that are right, and the distance to the nearest equilibrium, relative to the largest."""

    game: mp.Game
    answer: tuple[Any, ...]
    right: tuple[bool | None, ...]
    distance: float = np.inf


CASES = [
    Judged(Bonus([1, 1]), (0, 0), (False,)),
    Judged(Bonus([1, 1]), ("4.97", "4.97"), (True,), 0.0),
    Judged(Threshold([1, 1]), (0, 0), (False,)),
    Judged(Threshold([1, 1]), ("1/2", "1/2"), (False,)),
    Judged(Threshold([1, 1]), (1, 1), (True,), 0.0),
    Judged(Substitutes([3, 3]), (1, 1), (None, True), 0.0),
    Judged(Substitutes([3, 3]), (3, 0), (None, True), 0.0),
    Judged(Substitutes([3, 3]), ("1.001", 1), (False,), 0.001),
    Judged(Substitutes([3, 3]), (2, 1), (False,), 0.5),
    Judged(Lottery([1, 4]), ("2.00002", 1), (False,), 0.00001),
    Judged(Below([1, 2]), (-1, -2), (None, True), 0.0),
    Judged(Below([1, 2]), ("-1.01", -2), (False,), 0.005),
    Judged(Below([1, -1]), (1, -1), (False,), 2.0),
    Judged(Below([1, 1]), (0, 0), (False,)),
    Judged(SetUp([".363", ".363"]), (1, 1), (True,), 0.0),
    Judged(SetUp([".363", ".363"]), ("1.1", "1.1"), (False,), 1 / 11),
    Judged(SetUp([".363", ".363"]), (1, 0), (False,)),
    Judged(Scores([1, "1/4"]), (64, 16), (False,)),
]


@BOTH
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{type(case.game).__name__} {case.answer}")
def test_own_games_are_judged_rightly(case: Judged, arithmetic: str) -> None:
    found = mp.certify(mp.candidate(case.game, x=case.answer), arithmetic=arithmetic)
    assert found.feasible
    assert found.optimal in case.right, found
    assert (found.distance_at_least or 0.0) <= case.distance
    if found.optimal:
        assert found.distance is not None
        assert found.distance >= case.distance


@pytest.mark.parametrize(("kind", "place", "right"), [("1/100", 4, True), ("1/100", 1, False), ("-1/1000000", 1, True)])
def test_the_higher_of_two_peaks_is_the_best_reply(kind: str, place: int, right: bool) -> None:
    """The peaks are at the places but for what the other one lifts them, which is less than 1e-13."""
    found = mp.certify(mp.candidate(Peaks([kind, kind]), x=(place, place)))
    assert (found.optimal, found.valid) == (right, right), found
    exactly = mp.certify(mp.candidate(Peaks([kind, kind]), x=(place, place)), "exact")
    assert exactly.optimal in (right, None), exactly


@settings(max_examples=20, deadline=None)
@given(
    kind=strategies.fractions(Fraction(1, 100), 20, max_denominator=200),
    scale=strategies.fractions(Fraction(1, 50), 2, max_denominator=50),
    arithmetic=strategies.sampled_from(["float", "exact"]),
)
@example(kind=Fraction(9, 2), scale=Fraction(1, 2), arithmetic="exact")  # staying out is as good, exactly
@example(kind=Fraction(23, 5), scale=Fraction(1, 2), arithmetic="exact")  # a little better, and worse at once beside it
def test_entry_is_judged_by_the_whole_range(kind: Fraction, scale: Fraction, arithmetic: str) -> None:
    """U(1) − U(y) is (1 − y)² (P (y + s)(1 + s)² − 4 f s (1 + y)) / (4 (1 + y)(y + s)(1 + s)²) for the prize P."""
    prize = 4 + 4 * kind * scale / (1 + scale) ** 2
    ahead = [prize * (y + scale) * (1 + scale) ** 2 - 4 * kind * scale * (1 + y) for y in (0, 10)]
    found = mp.certify(mp.candidate(Entry([kind, kind], scale), x=(1, 1)), arithmetic=arithmetic)
    if min(ahead) < 0:
        assert not found.valid
    elif min(ahead) > 0 or arithmetic == "exact":
        assert found.valid, found
        assert found.gap is not None
        assert found.gap <= 1e-9
    least = max(
        (1 - y) ** 2 * -one / (4 * (1 + y) * (y + scale) * (1 + scale) ** 2)
        for y, one in zip((0, 10), ahead, strict=True)
    )
    if least > Fraction(1, 10**5):
        assert found.optimal is False


@BOTH
def test_right_answers_are_certified_exactly(arithmetic: str) -> None:
    """What exact arithmetic shows of strategic substitutes and of decisions below zero."""
    for game, answer in [(Substitutes([3, 3]), (1, 1)), (Substitutes([3, 3]), (0, 3)), (Below([1, 2]), (-1, -2))]:
        found = mp.certify(mp.candidate(game, x=answer), arithmetic=arithmetic)
        assert found.valid or arithmetic == "float"


@BOTH
def test_where_replies_jump_nothing_is_certified(arithmetic: str) -> None:
    for answer in product(("0", "1/2", "1"), repeat=2):
        found = mp.certify(mp.candidate(Pennies([1, -1]), x=answer), arithmetic=arithmetic)
        assert not found.valid, answer


def test_what_staying_out_gains_is_said() -> None:
    found = mp.certify(mp.candidate(Scores([1, "1/4"]), x=(64, 16)), arithmetic="exact")
    assert found.reason == "player 1 gains 3 by another x"


def test_a_step_in_the_revenue_is_no_reason_to_buy_nothing() -> None:
    class Jump(mp.Revenue):
        largest_pool = 200

        def value(self, a: Any, epsilon: Any) -> Any:
            return 2 * a.log1p(epsilon) + 100 * a.at_least(epsilon, 5)

    game = mp.StackelbergPricing(["1/2", "3/5", "7/10"], revenue=Jump())
    for arithmetic in ("float", "exact"):
        assert mp.certify(mp.candidate(game, reward_pool=0, epsilon=[0, 0, 0]), arithmetic=arithmetic).optimal is False


@pytest.mark.slow
def test_verification_knows_the_step() -> None:
    items = {item.property: item.verdict.value for item in mp.verify(mp.candidate(Bonus([1, 1]), x=(0, 0))).items}
    assert items["no-profitable-deviation"] != "holds"


@pytest.mark.parametrize("algebra", [Vectors(), Rationals(), Balls(), Intervals()], ids=lambda a: a.name)
def test_steps_and_counts_have_no_slope_on_their_edge(algebra: Any) -> None:
    dual = Derivative(algebra)
    for place, known in ((4, True), (5, False), (6, True)):
        x = dual.moving(algebra.vector([place]), algebra.vector([1]))
        if known:
            assert dual.slope(dual.at_least(x, 5)) == 0
        else:
            with pytest.raises((NotSmooth, mp.UnsupportedModel)):
                dual.at_least(x, 5)


def test_boxes_across_a_step_have_none_either() -> None:
    for algebra, box in ((Balls(), enclosing(4, 6)), (Intervals(), Interval(4.0, 6.0))):
        dual = Derivative(algebra)
        with pytest.raises(mp.UnsupportedModel):
            dual.at_least(dual.variable(box), 5)
    with pytest.raises(NotSmooth):
        Derivative(Balls()).count_positive(
            Derivative(Balls()).moving(np.array([enclosing(-1, 1)]), np.array([ball(1)]))
        )


def test_balls_count_what_may_be_positive() -> None:
    count = Balls().count_positive(np.array([ball(1), enclosing(-1, 1), ball(0)]))
    assert count.contains(1)
    assert count.contains(2)
    assert not count.contains(3)


class Compared(Own):
    """The bonus again, by Python's own signs."""

    @staticmethod
    def utility(a: Any, own: Any, others: Any, kind: Any) -> Any:
        return -kind * own**2 + 1000 * (own > 4.97) - 1000 * (own > 4.999)


def test_what_compares_by_pythons_signs_is_refused() -> None:
    """On a box across 4.97 a comparison is not certain, and would be taken for false."""
    with pytest.raises(mp.DeclarationError, match=r"utility: .* a\.at_least\(x, y\)"):
        Compared([1, 1])


@BOTH
def test_numeric_literals_are_bounds_and_numbers(arithmetic: str) -> None:
    class Third(Own):
        def players(self) -> tuple[mp.Player, ...]:
            share = mp.Decision("x", ["0", "0"], ["1/3", "0.5"])
            return (mp.Player("player", share, lambda a, own, kind: own * kind * a.number("1/2"), count=2),)

    assert mp.certify(mp.candidate(Third([1, 1]), x=["1/3", "1/2"]), arithmetic=arithmetic).valid
    with pytest.raises(mp.InputError, match=r"x\.upper\[1\]"):
        mp.Decision("x", [0, 0], ["1/3", "a third"])


class Allowed(Own):
    """3 x − x²/2 less 4 for each unit above an allowance of 1: slopes 2 and −2 on both sides of it."""

    @staticmethod
    def utility(a: Any, own: Any, others: Any, kind: Any) -> Any:
        return 3 * own - own**2 / 2 - 4 * kind * a.maximum(own - 1, 0)


class Contest(Own):
    """A contest for 8 in which effort above 1 costs four times as much: (1, 1), where slopes are 1 and −2."""

    @staticmethod
    def utility(a: Any, own: Any, others: Any, kind: Any) -> Any:
        return 8 * a.share(own, others) - kind * own - 3 * a.maximum(own - 1, 0)


class Sated(Own):
    """A worth that ends at 2, in another form."""

    @staticmethod
    def utility(a: Any, own: Any, others: Any, kind: Any) -> Any:
        return a.minimum(own, 2) - kind * own / 2 - a.absolute(own - 2)


class Bonused(Own):
    """What is above 1 earns four times as much: the best is 7, and the utility is not concave."""

    @staticmethod
    def utility(a: Any, own: Any, others: Any, kind: Any) -> Any:
        return 3 * own - own**2 / 2 + 4 * kind * a.maximum(own - 1, 0)


class Relative(Own):
    """A kink where the others are: where it is depends on them."""

    @staticmethod
    def utility(a: Any, own: Any, others: Any, kind: Any) -> Any:
        return 3 * own - own**2 / 2 - kind * a.maximum(own - others, 0)


KINKED = [
    Judged(Allowed([1, 1]), (1, 1), (True,), 0.0),
    Judged(Allowed([1, 1]), ("1.001", 1), (False,), 0.001),
    Judged(Allowed([1, 1]), (2, 1), (False,), 0.5),
    Judged(Allowed(["1/4", "1/4"]), (2, 2), (True,), 0.0),
    Judged(Contest([1, 1]), (1, 1), (True,), 0.0),
    Judged(Contest([1, 1]), ("1.01", 1), (False,), 0.01),
    Judged(Sated([1, 1]), (2, 2), (True,), 0.0),
    Judged(Sated([1, 1]), ("1.99", 2), (False,), 0.005),
    Judged(Bonused([1, 1]), (7, 7), (True,), 0.0),
    Judged(Bonused([1, 1]), (1, 1), (False,)),
    Judged(Relative([1, 1]), (2, 2), (None, True)),
]


@BOTH
@pytest.mark.parametrize("case", KINKED, ids=lambda case: f"{type(case.game).__name__} {case.answer}")
def test_kinks_are_read_from_both_sides(case: Judged, arithmetic: str) -> None:
    found = mp.certify(mp.candidate(case.game, x=case.answer), arithmetic=arithmetic)
    assert found.optimal in case.right, found
    assert (found.distance_at_least or 0.0) <= case.distance
    if found.optimal:
        assert found.distance is not None


@pytest.mark.parametrize("backend", ["share-function", "best-response"])
def test_kinks_are_found_by_replies(backend: str) -> None:
    for game in (Allowed([1, 1]), Contest([1, 1])):
        solved = mp.solve(game, backend)
        assert solved.certificate.valid
        assert solved.values["x"] == pytest.approx([1, 1], abs=1e-9)


class Crowding(Own):
    """What one gains is lessened by all: whoever is alone wants (1 + x)² = 1/c, and not all that there is."""

    @staticmethod
    def utility(a: Any, own: Any, others: Any, kind: Any) -> Any:
        return own / (1 + own + others) - kind * own


@pytest.mark.parametrize(("cost", "alone"), [(0.1, 0.1**-0.5 - 1), (0, 10)])
def test_whoever_is_alone_decides_on_its_best_and_not_on_any_total(cost: float, alone: float) -> None:
    solution = mp.solve(Crowding([cost, 5]), "share-function")
    assert solution.values["x"] == pytest.approx([alone, 0], rel=1e-12)
    assert solution.certificate.valid
