"""The contest's path and what checks it, against equilibria bisected in forty digits and sums over fractions."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
import pytest

import mechproof as mp
from mechproof.solvers.certificates.stackelberg.checked_path import CheckedPath
from mechproof.solvers.certificates.stackelberg.checked_point import is_price, sellers_at
from mechproof.solvers.certificates.stackelberg.path import ContestPath, are_first_sellers, first_sellers
from mechproof.solvers.certificates.stackelberg.piece import Regime
from mechproof.solvers.certificates.stackelberg.server import Server, ServerShape, UnprovedError
from mechproof.solvers.certificates.stackelberg.stretch_bounds import StretchBounds, least, most
from mechproof.solvers.readings.balls import Balls, ball, precision
from mechproof.solvers.readings.game import GameReading
from mechproof.solvers.readings.rationals import Rationals
from mechproof.solvers.readings.vectors import Vectors

CAPPED: dict[str, Any] = {"cost": ["0.3", 1, "0.5", 2], "epsilon_cap": ["0.2", "0.3", "0.1", 3], "alpha": 20, "beta": 6}
BOTH = pytest.mark.parametrize("exact", [False, True], ids=["float", "exact"])


def read(exact: bool, **fields: Any) -> CheckedPath:
    game = mp.StackelbergPricing(**fields)
    return CheckedPath(game, GameReading(game, Rationals() if exact else Vectors()))


def near(one: Any, other: Any, exact: bool) -> bool:
    return bool(abs(float(one - other)) <= (0 if exact else 1e-12) * max(abs(float(other)), 1e-300))


def replies(cost: list[Any], cap: list[Any], total: Any) -> tuple[Any, list[Any]]:
    """The pool at which these offer a total together, and their offers, by bisection."""
    with mpmath.workdps(40):
        rho, most_of = ([mpmath.mpf(x.numerator) / x.denominator for x in map(Fraction, xs)] for xs in (cost, cap))
        z = mpmath.mpf(Fraction(total).numerator) / Fraction(total).denominator

        def offers(ratio: Any) -> list[Any]:
            return [min(c, max(0, z * (1 - r * ratio))) for r, c in zip(rho, most_of, strict=True)]

        low, high = mpmath.mpf(0), 1 / min(rho)
        for _ in range(130):
            middle = (low + high) / 2
            low, high = (middle, high) if sum(offers(middle)) > z else (low, middle)
        return z / low, offers(low)


@BOTH
@pytest.mark.parametrize("total", ["0.01", "0.11", "0.15", "0.2", "0.25", "0.37", "0.45", "0.55", "0.62", "1.9"])
def test_points_of_the_path_are_equilibria(exact: bool, total: str) -> None:
    path, cap = read(exact, **CAPPED), CAPPED["epsilon_cap"]
    point = path.at(path.reading.algebra.number(total))
    pool, offers = replies(CAPPED["cost"], cap, total)
    assert float(point.pool) == pytest.approx(float(pool), rel=1e-12)
    assert float(point.ratio) == pytest.approx(float(Fraction(total)) / float(pool), rel=1e-12)
    found = path.path.offers(point.total, point.ratio)
    assert [float(x) for x in found] == pytest.approx([float(x) for x in offers], abs=1e-13)
    inside = [k for k, x in enumerate(offers) if 1e-15 < x < float(Fraction(cap[k])) - 1e-15]
    full = [k for k, x in enumerate(offers) if abs(x - float(Fraction(cap[k]))) < 1e-15]
    assert point.regime.interior_count == len(inside)
    assert float(point.regime.interior_cost) == pytest.approx(sum(float(Fraction(CAPPED["cost"][k])) for k in inside))
    assert float(point.regime.capped_total) == pytest.approx(sum(float(Fraction(cap[k])) for k in full))


@BOTH
def test_entries_are_where_somebody_is_exactly_indifferent(exact: bool) -> None:
    path = read(exact, **CAPPED)
    assert [float(cost) for cost in path.entries] == [1.0, 2.0]
    assert path.sell_at_first.tolist() == [True, False, True, False]
    assert path.able.tolist() == [True] * 4
    for k, cost in enumerate((1, 2)):
        entry = path.entry(k)
        assert near(entry.pool, cost * entry.total, exact)
        pool, _ = replies(CAPPED["cost"], CAPPED["epsilon_cap"], Fraction(entry.total))
        assert float(entry.pool) == pytest.approx(float(pool), rel=1e-12)
        after = path.after_entry(k + 1, entry)
        assert after.regime.interior_count == entry.regime.interior_count + 1
        assert near(after.regime.interior_cost, entry.regime.interior_cost + cost, exact)
        assert path.after_entry(0, entry) is entry
        assert path.sellers(k).tolist() == [True, k > 0, True, False]
        ahead, behind = path.at(entry.total * Fraction(999, 1000)), path.at(entry.total * Fraction(1001, 1000))
        assert [path.entered(ahead), path.entered(entry), path.entered(behind)] == [k, k, k + 1]
    assert near(path.entry(2).total, path.reading.algebra.number("3.6"), exact)
    assert path.entered(path.start()) == 0
    assert path.entered_by(np.array([0.1, 0, 0.1, 0])) == 0
    assert path.entered_by(np.array([0.1, 1e-9, 0.1, 0])) == 1
    assert path.entered_by(np.array([0.1, 0.1, 0.1, 1e-9])) == 2


@BOTH
def test_a_point_beyond_the_end_is_the_end(exact: bool) -> None:
    path = read(exact, **CAPPED)
    assert near(path.at(path.reading.algebra.number(100)).total, path.reading.algebra.number("3.6"), exact)
    assert path.at(path.reading.algebra.number(0)).total == 0
    free = read(exact, cost=[1, 1, 3], alpha=30, beta=6)
    assert free.end is None
    assert len(free.entries) == 0
    assert free.entry(0).total == 0


WRONG: dict[str, Callable[[Any], Any]] = {
    "another pool": lambda p: replace(p, pool=p.pool * Fraction(100_000_001, 100_000_000)),
    "another ratio": lambda p: replace(p, ratio=p.ratio * Fraction(100_000_001, 100_000_000)),
    "another total": lambda p: replace(p, total=p.total * Fraction(100_000_001, 100_000_000)),
    "one more inside": lambda p: replace(p, regime=replace(p.regime, interior_count=p.regime.interior_count + 1)),
    "one less inside": lambda p: replace(p, regime=replace(p.regime, interior_count=p.regime.interior_count - 1)),
    "dearer inside": lambda p: replace(p, regime=replace(p.regime, interior_cost=p.regime.interior_cost * 2)),
    "cheaper inside": lambda p: replace(p, regime=replace(p.regime, interior_cost=p.regime.interior_cost / 2)),
}


@BOTH
@pytest.mark.parametrize("name", sorted(WRONG))
@pytest.mark.parametrize("total", ["0.05", "0.25", "0.5", "1.5"])
def test_wrong_points_fail_their_check(exact: bool, name: str, total: str) -> None:
    path = read(exact, **CAPPED)
    point = path.at(path.reading.algebra.number(total))
    assert path.checked(point) is point
    factor = WRONG[name]
    wrong = factor(point if exact else replace(point))
    if not exact:
        wrong = replace(
            wrong,
            total=float(wrong.total),
            pool=float(wrong.pool),
            ratio=float(wrong.ratio),
            regime=replace(wrong.regime, interior_cost=float(wrong.regime.interior_cost)),
        )
    with pytest.raises(UnprovedError):
        path.checked(wrong)


@BOTH
@pytest.mark.parametrize("at", ["first cap", "entry"])
def test_who_is_on_a_bound_may_count_as_inside_or_not(exact: bool, at: str) -> None:
    """Two of cost 1 with caps of 1/10 reach them at Z = 1/5; the third of cost 3 enters at z = 1/3."""
    path = read(exact, cost=[1, 1, 3], epsilon_cap=["0.1", "0.1", 100], alpha=30, beta=6)
    number = path.reading.algebra.number
    held = path.at(number("0.2"))
    assert (held.regime.interior_count, float(held.regime.capped_total)) == (0, 0.2)
    assert float(held.pool) == pytest.approx(0.4)  # the least one; at z = 1/3 it is 0.6
    if at == "first cap":
        for inside in (0, 1, 2):
            regime = Regime(inside, number(inside), held.regime.capped_total)
            assert path.checked(replace(held, regime=regime))
        with pytest.raises(UnprovedError):
            path.checked(replace(held, regime=Regime(3, number(3), number(0))))
    else:
        entry = path.entry(0)
        assert float(entry.pool) == pytest.approx(0.6)
        with_it = path.after_entry(1, entry)
        assert with_it.regime.interior_count == 1
        assert path.checked(with_it)
        assert path.checked(replace(entry, regime=Regime(0, number(0), entry.regime.capped_total)))
        with pytest.raises(UnprovedError):
            path.checked(replace(entry, regime=Regime(2, number(4), entry.regime.capped_total)))


@BOTH
@pytest.mark.parametrize("total", ["0.05", "0.25", "0.5", "1.5"])
def test_the_price_of_one_more_unit_is_that_of_a_larger_total(exact: bool, total: str) -> None:
    path, hair = read(exact, **CAPPED), Fraction(1, 10**12)
    number = path.reading.algebra.number
    point = path.at(number(total))
    k = path.entered(point)
    pools = [replies(CAPPED["cost"], CAPPED["epsilon_cap"], Fraction(total) + side * hair)[0] for side in (-1, 1)]
    price = point.regime.pool_slope(path.reading.algebra, point.total)
    assert float(price) == pytest.approx(float((pools[1] - pools[0]) / (2 * mpmath.mpf(10) ** -12)), rel=1e-9)
    sellers = sellers_at(path.path, point, path.sellers(k), 0 if exact else 2.0**-46)
    assert sellers is not None
    slack, rounding = path.standing.slack(point), 0 if exact else 2.0**-40
    for factor, right in ((Fraction(1), True), (1 + Fraction(1, 10**9), False), (1 - Fraction(1, 10**9), False)):
        asked = price * (factor if exact else float(factor))
        assert is_price(path.reading, point, sellers, asked, slack, rounding) is right
    slope = path.slope(point, k)
    worth = path.server.slope(path.number(point.total), 4, path.number(point.pool), path.number(price))
    assert float(slope.mid() if exact else slope) == pytest.approx(float(worth.mid() if exact else worth), rel=1e-12)
    for wrong in {0, 1, 2} - {k}:
        with pytest.raises(UnprovedError):
            path.slope(point, wrong)


def test_a_price_between_the_slopes_before_and_after_a_cap() -> None:
    """At Z = 2 the first, capped at 1/2, stops: B′ rises, and any price between is one of a tangent."""
    path = read(True, cost=[1, 1, "1.2"], epsilon_cap=["0.5", 50, 50], alpha=30, beta=6)
    share = 1 - path.first
    total = Fraction(1, 2) / share
    point = path.at(total)
    offers = path.path.offers(point.total, point.ratio)
    assert offers[0] == Fraction(1, 2)
    sellers = sellers_at(path.path, point, path.sellers(0), 0)
    before = Regime(3, Fraction("3.2"), Fraction(0)).pool_slope(Rationals(), total)
    after = Regime(2, Fraction("2.2"), Fraction(1, 2)).pool_slope(Rationals(), total)
    assert before < after
    assert sellers is not None
    for price, right in (
        (before, True),
        ((before + after) / 2, True),
        (after, True),
        (before - Fraction(1, 10**20), False),
        (after + Fraction(1, 10**20), False),
    ):
        assert is_price(path.reading, point, sellers, price, path.standing.slack(point), 0) is right


def test_regimes_meet_where_both_give_one_ratio() -> None:
    one, other = Regime(3, Fraction(4), Fraction(1)), Regime(2, Fraction(3), Fraction(2))
    total = one.meeting(other)
    assert total == other.meeting(one)
    assert one.ratio(Rationals(), total) == other.ratio(Rationals(), total)
    assert Regime(0, Fraction(0), Fraction(5)).meeting(one) == one.meeting(Regime(0, Fraction(0), Fraction(5))) == 5
    alike = Regime(3, Fraction(4), Fraction(7))
    assert one.meeting(alike) == 7


@dataclass(frozen=True)
class Entrants:
    """Costs, and who sells at the smallest pools."""

    cost: list[Any]
    sell: list[bool]
    ratio: float


ENTRANTS = [
    Entrants([1, 1], [True, True], 0.5),
    Entrants([1, 1, 2], [True, True, False], 0.5),
    Entrants([1, 1, "1.9999999999999999"], [True, True, True], 0.5),
    Entrants(["0.1", "0.2", "0.3"], [True, True, False], 1 / 0.3),
    Entrants(["0.3", "0.1", "0.2", "0.31"], [False, True, True, False], 1 / 0.3),
    Entrants([3, 1, 1, "1.5"], [False, True, True, True], 2 / 3.5),
    Entrants([5, 2, "0.1"], [False, True, True], 1 / 2.1),
]


@pytest.mark.parametrize("case", ENTRANTS, ids=str)
def test_who_sells_at_the_smallest_pools(case: Entrants) -> None:
    game = mp.StackelbergPricing(cost=case.cost, alpha=10, beta=10)
    ratio, sells = first_sellers(game)
    assert sells.tolist() == case.sell
    assert ratio == pytest.approx(case.ratio, rel=1e-14)
    everybody = np.ones(len(case.cost), dtype=bool)
    for mask in itertools.product([False, True], repeat=len(case.cost)):
        assert are_first_sellers(game, everybody, np.array(mask)) is (list(mask) == case.sell)


def test_who_may_not_sell_is_left_out() -> None:
    game = mp.StackelbergPricing(cost=[1, "0.1", 1, "1.5"], alpha=10, beta=10)
    members = np.array([True, False, True, True])
    ratio, sells = first_sellers(game, members)
    assert sells.tolist() == [True, False, True, True]
    assert ratio == pytest.approx(2 / 3.5)
    assert are_first_sellers(game, members, sells)
    assert not are_first_sellers(game, members, np.array([True, True, True, True]))
    assert not are_first_sellers(game, members, np.array([True, False, True, False]))


def test_over_how_many_the_mean_runs() -> None:
    sell, may = np.array([True, False, True, False]), np.array([True, True, True, False])
    for over, sure, open_ in (("all", (4, 4), (4, 4)), ("participants", (2, 2), (2, 3))):
        game = mp.StackelbergPricing(cost=[1, 2, 1, 3], alpha=10, beta=10, mean_over=over)
        server = Server(GameReading(game, Vectors()))
        assert server.counted(sell) == sure
        assert server.counted(sell, may) == open_
        server.check_roles()
    path = read(False, **CAPPED, mean_over="participants")
    assert path.counts == (2, 4)
    assert [path.counted(k) for k in range(3)] == [2, 3, 4]
    assert read(False, **CAPPED).counts == (4, 4)


SHAPES = [Fraction(1, 5), Fraction(1), Fraction(40)]


@pytest.mark.parametrize("furthest", SHAPES)
def test_totals_that_are_of_no_use(furthest: Fraction) -> None:
    """U(Z, n, pZ) = β ln(1 + αZ/n) − pZ is below what is reached from there on, and not earlier."""
    game = mp.StackelbergPricing(cost=[1, 1, 3], alpha=30, beta=6)
    shape, price = ServerShape(Server(GameReading(game, Balls())), (3, 3)), Fraction(2)

    def earned(total: float) -> float:
        return float(6 * np.log1p(10 * total) - 2 * total)

    with precision(128):
        for reached in (0.1, 3.0, 8.0, 11.0):
            useful = float(shape.useful_total(price, furthest, reached))
            beyond = np.linspace(useful, float(furthest), 400)
            assert useful == float(furthest) or max(earned(total) for total in beyond) < reached
            halved = [float(furthest) / 2**k for k in range(60)]
            assert useful in halved or useful == 0
            # one halving more would be known only by U at its upper end and the pool at its lower
            assert earned(useful) + useful * 2 / 2 >= reached or useful == 0


class Bent(mp.Revenue):
    """β (ε + s ε² ) with a slope at zero, for either sign of s."""

    beta: mp.Number = mp.scalar("the height", above=0)
    bend: mp.Number = mp.scalar("how it is bent")

    def value(self, a: mp.Algebra, epsilon: Any) -> Any:
        return self.beta * (epsilon + self.bend * epsilon * epsilon)

    @property
    def largest_pool(self) -> Any:
        return self.beta


@pytest.mark.parametrize(
    ("bend", "furthest", "right"), [(-1, "1.49", True), (-1, "1.51", False), (1, 1, False), (0, 9, True)]
)
def test_the_shape_of_what_is_earned(bend: Any, furthest: Any, right: bool) -> None:
    """U rises to a mean of ½, a total of 3/2, and more and more slowly if at all."""
    game = mp.StackelbergPricing(cost=[1, 1, 3], revenue=Bent(3, bend))
    shape = ServerShape(Server(GameReading(game, Balls())), (3, 3))
    with precision(128):
        assert shape.regular(Fraction(0), Fraction(furthest), Fraction(0)) is right


def test_the_shape_looks_at_every_count_and_total() -> None:
    game = mp.StackelbergPricing(cost=[1, 1, 3], alpha=30, beta=6, mean_over="participants")
    shape = ServerShape(Server(GameReading(game, Balls())), (2, 9))
    with precision(128):
        for wanted in ((0.3, 2.0), (0.7, 9.0), (0.0, 5.5), (1.0, 3.2), (0.501, 7.1)):
            asked = [ball(Fraction(x)) for x in wanted]

            def elsewhere(total: Any, counted: Any, asked: Any = asked) -> bool:
                return not (total.overlaps(asked[0]) and ball(counted).overlaps(asked[1]))

            assert not shape._everywhere(elsewhere, Fraction(0), Fraction(1))
        small: list[float] = []

        def narrow(total: Any, counted: Any) -> bool:
            small.append(float(total.rad()))
            return bool(total.rad() < 0.03)

        assert shape._everywhere(narrow, Fraction(0), Fraction(1))
        assert len(small) < 1500
        assert not shape._everywhere(lambda total, counted: False, Fraction(0), Fraction(1))
        assert shape.regular(Fraction(0), Fraction(10), Fraction(1, 10))


@BOTH
def test_bounds_over_a_stretch(exact: bool) -> None:
    """Over all totals between two points: by the least slope of the pool, and by two tangents; both are met closely."""
    path = read(exact, **CAPPED)
    number = path.reading.algebra.number
    with precision(128):
        for ends in (
            ("0.05", "0.1"),
            ("0.02", "0.15"),
            ("0.26", "0.29"),
            ("0.31", "0.36"),
            ("0.4", "0.43"),
            ("1.4", "1.9"),
        ):
            first, last = (path.at(number(end)) for end in ends)
            k = path.entered(first)
            assert path.entered(last) == k
            bounds, average = StretchBounds(path, k), float(1 / first.ratio)
            totals = np.linspace(float(first.total), float(last.total), 2001)
            held = float(first.regime.capped_total)
            free = (first.regime.interior_count - 1) * float(last.total) + held
            slope = average * (1 + held / free)
            start, pool = float(first.total), float(first.pool)
            by_price = max(6 * np.log1p(20 * total / 4) - pool - slope * (total - start) for total in totals)
            assert by_price <= bounds.price(first, last) <= by_price + 1e-5
            for off in (-1.0, -1e-3, 1e-3, 1.0):  # only as close as it is asked for
                assert bool(bounds.price(first, last, by_price + off) < by_price + off) is (off > 0)
            pools = np.array([float(path.at(number(Fraction(total))).pool) for total in totals[::50]])
            assert all(pools >= pool + slope * (totals[::50] - start) - 1e-12)
            earned = [6 * np.log1p(20 * z / 4) - b for z, b in zip(totals[::50], pools, strict=True)]
            found = bounds.tangent(first, last)
            values = [float(most(path.value(point, k))) for point in (first, last)]
            rises = [float(least(path.slope(point, k))) for point in (first, last)]
            width = totals[-1] - totals[0]
            meeting = (values[1] - values[0] - rises[1] * width) / (rises[0] - rises[1])
            wanted = (
                values[0]
                if rises[0] <= 0
                else values[1]
                if rises[1] >= 0
                else values[0] + rises[0] * min(max(meeting, 0), width)
            )
            assert max(earned) <= found + 1e-12
            assert found == pytest.approx(wanted, rel=1e-9)


@pytest.mark.parametrize("alpha", ["0.9999999", "1", "1.0000001"])
@BOTH
def test_whether_any_pool_is_worth_it(exact: bool, alpha: str) -> None:
    """Two of cost 1: one more unit costs 2 at first, and is worth αβ/2 = 2α."""
    path = read(exact, cost=[1, 1], alpha=alpha, beta=4)
    with precision(128):
        assert path.worth_starting() is (Fraction(alpha) > 1)
        rise = path.slope(path.start(), 0)
        assert float(rise.mid() if exact else rise) == pytest.approx(2 * float(alpha) - 2, abs=1e-14)


@pytest.mark.parametrize("caps", [None, [1, "0.273", "13.65", 1365]])
def test_a_start_that_pays_by_less_than_a_rounding(caps: Any) -> None:
    """Four of cost 1/2: the smallest pool pays if 3αβ > 8, which 80/273 · 9.1 is but for the rounding of both."""
    alpha, beta = 0.29304029304029305, 9.1
    assert 0 < 3 * Fraction(alpha) * Fraction(beta) - 8 < 1e-14
    just, not_quite = (
        mp.StackelbergPricing(cost=[0.5] * 4, epsilon_cap=caps, alpha=number, beta=beta)
        for number in (alpha, math.nextafter(alpha, 0))
    )
    best = Fraction(beta) - 8 / (3 * Fraction(alpha))
    assert 0 < best < 1e-15
    nothing = {"reward_pool": 0, "epsilon": [0] * 4}
    assert mp.certify(mp.candidate(just, **nothing)).valid is False
    assert mp.certify(mp.candidate(not_quite, **nothing)).valid is True
    almost = {"reward_pool": float(best) * (1 + 1e-8), "epsilon": [float(best) * (1 + 1e-8) * 3 / 8] * 4}
    found = mp.certify(mp.candidate(just, **almost), tolerance=1e-4)
    assert found.distance is None or found.distance > 0.9e-8


def test_numbers_are_rounded_to_the_safe_side() -> None:
    third = ball(Fraction(1, 3))
    assert Fraction(least(third)) < Fraction(1, 3) < Fraction(most(third))
    assert most(third) - least(third) < 1e-15
    assert least(0.25) == most(0.25) == 0.25
    path = read(False, **CAPPED)
    for utility in (-3.0, 0.0, 2.0):
        assert 2.0**-46 * 6 <= path.raised(utility) - utility <= 2.0**-46 * 12


@BOTH
def test_twins_in_doubles_are_told_apart(exact: bool) -> None:
    caps = {"epsilon_cap": ["0.05", "0.05", 5, 5], "alpha": 100, "beta": 1}
    for dearest, apart in ((["3", "3"], True), (["3", "3.00000000000000001"], exact), (["3", "3.1"], True)):
        path = read(exact, cost=["0.1", "0.1", *dearest], **caps)
        assert path.told_apart is apart


def test_the_first_point_needs_no_cap() -> None:
    for exact in (False, True):
        path = read(exact, **CAPPED)
        # of costs 0.3 and 0.5: Z/B = 1/0.8, at which cost 1 would not sell
        assert near(path.first, Fraction(5, 4), exact)
        assert near(ContestPath(path.path.algebra, path.path.cost, None).first_ratio, Fraction(5, 4), exact)
    nobody = read(False, cost=["0.3", "0.5", 1], epsilon_cap=["0.2", 0, 1], alpha=20, beta=6)
    assert nobody.able.tolist() == [True, False, True]
    assert nobody.first == pytest.approx(1 / 1.3)


@BOTH
def test_who_enters_comes_to_those_inside(exact: bool) -> None:
    """At Z = 2/5 the first is capped at 1/5, the second sells 1/5, and the third of cost 1 enters."""
    path = read(exact, cost=["0.3", "0.5", 1], epsilon_cap=["0.2", 50, 3], alpha=20, beta=6)
    entry = path.entry(0)
    assert near(entry.total, Fraction(2, 5), exact)
    assert (entry.regime.interior_count, path.after_entry(1, entry).regime.interior_count) == (1, 2)
    assert near(path.after_entry(1, entry).regime.interior_cost, Fraction(3, 2), exact)
