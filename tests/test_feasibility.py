"""That nothing is forgiven for the size of something else, and that bounds are true bounds or none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mechproof as mp
from mechproof.formulations.data import Number, Vector
from mechproof.formulations.declaration import scalar, vector
from mechproof.formulations.language import Constraint, Decision, Game, Player, Program
from mechproof.solvers.agreement import agreement
from mechproof.solvers.compare import Comparison, Row
from mechproof.solvers.readings.magnitudes import Magnitudes, Moved, Rounded
from mechproof.solvers.readings.vectors import ROUNDING, Vectors
from mechproof.solvers.solution import Request

BOTH = pytest.mark.parametrize("arithmetic", ["float", "exact"])


class Scaled(Program):
    """Minimise x + z where x ≥ 1 is written k x − k ≥ 0; the optimum is 2 at (1, 1)."""

    k: Number = scalar("a unit", above=0)

    def variables(self) -> tuple[Decision, ...]:
        return Decision("x", 0, 10), Decision("z", 0, 10)

    def objective(self) -> Any:
        return both

    def constraints(self) -> tuple[Constraint, ...]:
        return Constraint("scaled", at_least_one), Constraint("one", beyond_one)


def both(a: Any, x: Any, z: Any) -> Any:
    return x + z


def at_least_one(a: Any, x: Any, k: Any) -> Any:
    return k * x - k


def beyond_one(a: Any, z: Any) -> Any:
    return z - 1


class Purchase(Program):
    """Buy one unit at the least expense; says what is paid."""

    cost: Vector = vector("a price", above=0, per="good")

    def variables(self) -> tuple[Decision, ...]:
        return (Decision("x", [0] * len(self.cost), [1] * len(self.cost)),)

    def objective(self) -> Any:
        return expense

    def outcomes(self) -> Any:
        return {"paid": expense}

    def constraints(self) -> tuple[Constraint, ...]:
        return (Constraint("one_unit", missing, equality=True),)


def expense(a: Any, cost: Any, x: Any) -> Any:
    return a.sum(cost * x)


def missing(a: Any, x: Any) -> Any:
    return a.sum(x) - 1


class Offset(Purchase):
    """The same, with a constant in the objective beside which the expense is nothing."""

    def objective(self) -> Any:
        return lambda a, cost, x: 10**9 + a.sum(cost * x)


class Nearest(Program):
    """The rising numbers nearest to given ones; (3, 2, 5) has (5/2, 5/2, 5) and an optimum of 1/2."""

    wish: Vector = vector("a number", above=0, per="place")

    def variables(self) -> tuple[Decision, ...]:
        return (Decision("v", [0] * len(self.wish), [50 * max(self.wish)] * len(self.wish)),)

    def objective(self) -> Any:
        return lambda a, wish, v: a.sum(a.square(v - wish))

    def constraints(self) -> tuple[Constraint, ...]:
        return (Constraint("rising", lambda a, v: v[1:] - v[:-1]),)


class Logarithmic(Purchase):
    """What leaves the rational numbers."""

    def objective(self) -> Any:
        return lambda a, cost, x: -a.sum(cost * a.log1p(x))


@dataclass(frozen=True)
class Broken:
    """An answer that breaks a row, by what part of the row's own size, worked out by hand."""

    name: str
    answer: Callable[[], mp.Solution]
    violation: float
    words: str


def capped(epsilon: Any) -> mp.Solution:
    game = mp.StackelbergPricing(cost=[1, 1, 3], alpha=30, beta=6, epsilon_cap=[1, 1, 0], client=["Ann", "Bob", "Cy"])
    return mp.candidate(game, reward_pool=2, epsilon=epsilon)


BROKEN = [
    Broken("all of a tiny row", lambda: mp.candidate(Scaled("1e-10"), x=0, z=1), 1.0, "scaled is broken by 1e-10"),
    Broken(
        "a tenth of 1.9", lambda: mp.candidate(Scaled("1e-10"), x=".9", z=1), 0.1 / 1.9, "scaled is broken by 1e-11"
    ),
    Broken(
        "a cap of nothing", lambda: capped([".5", ".5", "9e-8"]), 1.0, "epsilon of client Cy is 9e-08, above its bo"
    ),
    Broken(
        "one part in 101", lambda: capped(["1.01", ".5", 0]), 0.01 / 1.01, "epsilon of client Ann is 1.01, above its"
    ),
    Broken("a negative budget", lambda: capped([".5", "-1e-12", 0]), 1.0, "client Bob is -1e-12, below"),
    Broken(
        "an equality", lambda: mp.candidate(Purchase([2, 3]), x=["1/2", "1/4"]), 1 / 7, "one_unit is broken by 0.25"
    ),
]


@BOTH
@pytest.mark.parametrize("case", BROKEN, ids=lambda case: case.name)
def test_a_row_is_broken_relative_to_its_own_size(case: Broken, arithmetic: str) -> None:
    certificate = mp.certify(case.answer(), arithmetic=arithmetic)
    assert certificate.feasible is False
    assert certificate.violation == pytest.approx(case.violation, rel=1e-9)
    assert case.words in certificate.reason


@BOTH
def test_the_right_answer_keeps_its_tiny_row(arithmetic: str) -> None:
    certificate = mp.certify(mp.candidate(Scaled("1e-10"), x=1, z=1), arithmetic=arithmetic)
    assert certificate.valid
    assert certificate.arithmetic == arithmetic
    assert certificate.gap == pytest.approx(0, abs=1e-15)


def test_a_hair_above_a_cap_is_within_the_tolerance() -> None:
    certificate = mp.certify(capped([1 + 1e-9, 0.5, 0.0]))
    assert certificate.feasible
    assert certificate.violation == pytest.approx(1e-9, rel=1e-6)


@pytest.mark.parametrize("value", [[0.5], [np.nan, 1.0], [np.inf, 0.0]])
def test_what_is_no_answer_is_not_feasible(value: Any) -> None:
    certificate = mp.certify(mp.candidate(Purchase([2, 3]), x=[1, 0]).altered(x=value))
    assert certificate.feasible is False
    assert certificate.violation == np.inf


@BOTH
def test_an_outcome_of_a_program_is_compared(arithmetic: str) -> None:
    answer = mp.candidate(Purchase([3, 4]), x=[1, 0])
    assert answer.values["paid"] == 3
    assert mp.certify(answer, arithmetic=arithmetic).valid
    wrong = mp.certify(answer.altered(paid=999), arithmetic=arithmetic)
    assert wrong.feasible is False
    assert "paid is stated as 999" in wrong.reason


@BOTH
def test_an_exact_statement_is_compared_too(arithmetic: str) -> None:
    answer = mp.candidate(Purchase([3, 4]), x=[1, 0])
    assert answer.exact is not None
    wrong = replace(answer, exact={**answer.exact, "paid": Fraction(31, 10)})
    assert mp.certify(wrong, arithmetic=arithmetic).feasible is False
    other = replace(answer, exact={**answer.exact, "x": np.array([Fraction(1), Fraction(1, 1000)], dtype=object)})
    assert "stated twice" in mp.certify(other, arithmetic=arithmetic).reason


@pytest.mark.parametrize("scale", [1e-5, 1.0, 1e5])
def test_the_gap_is_relative_to_the_objective(scale: float) -> None:
    """Twice the right prices are no optimum, in whatever money."""
    model = Nearest([3 * scale, 2 * scale, 5 * scale])
    assert mp.certify(mp.candidate(model, v=[2.5 * scale, 2.5 * scale, 5 * scale])).valid
    assert not mp.certify(mp.candidate(model, v=[5 * scale, 5 * scale, 10 * scale])).valid


@BOTH
def test_a_constant_in_the_objective_hides_no_gap(arithmetic: str) -> None:
    certificate = mp.certify(mp.candidate(Offset([3, 4]), x=[0, 1]), arithmetic=arithmetic)
    assert certificate.optimal is not True
    assert certificate.gap is not None
    assert certificate.gap >= (4 - 3) / 4
    assert mp.certify(mp.candidate(Offset([3, 4]), x=[1, 0]), arithmetic=arithmetic).valid


def test_exact_is_not_silently_float() -> None:
    certificate = mp.certify(mp.candidate(Logarithmic([3, 4]), x=["3/4", "1/4"]), arithmetic="exact")
    assert certificate.arithmetic == "exact"
    assert certificate.optimal is None
    assert "arithmetic='float'" in certificate.reason


SHIFTS = st.fractions(min_value=0, max_value=1, max_denominator=10**6)


@BOTH
@given(apart=SHIFTS, shift=SHIFTS)
@settings(max_examples=25, deadline=None)
def test_a_distance_is_a_bound_on_the_true_one(arithmetic: str, apart: Fraction, shift: Fraction) -> None:
    """Moved along a row that should be tight, and away from it."""
    half = Fraction(5, 2)
    answer = mp.candidate(Nearest([3, 2, 5]), v=[half - apart, half + apart, 5 + shift])
    certificate = mp.certify(answer, arithmetic=arithmetic)
    assert certificate.distance is not None
    assert certificate.distance * float(5 + shift) >= float(max(shift, apart)) * (1 - 1e-9)
    assert certificate.valid == (certificate.distance <= 1e-7)
    assert certificate.valid or shift + apart > 0


def test_certified_objectives_that_differ_are_an_alarm() -> None:
    model = Scaled("1e-10")
    right = mp.candidate(model, x=1, z=1)
    wrong = mp.candidate(model, x=0, z=1)
    check = right.certificate
    rows = [Row(str(k), "answered", "", "", check, item) for k, item in enumerate((right, wrong, right))]
    judged = agreement(Comparison(model, tuple(rows), Request()))
    assert not judged.agree
    assert judged.objectives == pytest.approx(1 / 2)
    assert agreement(Comparison(model, (rows[0], rows[2]), Request())).agree


def test_sizes_of_formulas() -> None:
    a = Magnitudes(Vectors())
    x, y = a.term(3.0), a.term(-2.0)
    assert a.size(x + y - 1) == 6
    assert a.size(5 * x * y) == 30
    assert a.size((x + y) * x) == 15  # (3 + 2)·3, and not 3·1
    assert a.size(x / y) == 1.5
    assert a.size(a.square(x + y)) == 5  # 1·(3 + 2)
    assert a.size(a.share(x, a.term(1.0))) == 0.75
    assert a.size(a.maximum(x, 7)) == 7
    assert a.size(a.log(x)) == 1
    assert a.size(a.absolute(y)) == 2
    moving = Magnitudes(Vectors(), Moved)
    assert moving.size(100 + 2 * moving.term(3.0)) == 6
    assert moving.size(moving.number(4)) == 0


@BOTH
def test_a_refuted_pool_is_said_to_be_nowhere_near(arithmetic: str) -> None:
    """The optimal pool is 9.75 of β = 10: .05 away."""
    game = mp.StackelbergPricing(cost=["0.2", "0.3", "0.5", 2, 3], alpha=10, beta=10)
    found = mp.certify(mp.candidate(game, reward_pool="9.25", epsilon=["11.1", "7.4", 0, 0, 0]), arithmetic=arithmetic)
    assert found.optimal is False
    assert found.distance is None or found.distance >= 0.05
    assert found.distance_at_least is None or found.distance_at_least <= 0.05


@BOTH
@pytest.mark.parametrize("cost", [[3, "0.1"], [3, 2]], ids=["one sells", "nobody sells"])
def test_who_sells_nothing_is_as_far_as_its_price_is(cost: list[Any], arithmetic: str) -> None:
    """One who cannot sell posts α = 1; half of what its price is off by is what its row is broken by."""
    market = mp.ThreePartyMarket(cost=cost, alpha=1, privacy_weight="1e-8", epsilon_max=10, epsilon=[9, 9])
    right = mp.solve(market, arithmetic=arithmetic)
    for off in (1e-8, 1.5e-7):
        price = np.array([1 - off, *right.values["price"][1:]])
        found = mp.certify(right.altered(price=price), arithmetic=arithmetic)
        assert found.distance == pytest.approx(off, rel=1e-6)
        assert found.valid == (off < 1e-7)
        assert (found.distance_at_least or 0.0) <= off * (1 + 1e-6)


@BOTH
def test_a_pool_above_its_bound_is_as_far_as_it_is_above(arithmetic: str) -> None:
    """The best pool is its bound β = 6 but for 4/α; the answer is judged at the nearest one within it."""
    game = mp.StackelbergPricing(cost=[1, 1], alpha=10**12, beta=6)
    pool = 6 + Fraction(54, 10**8)
    found = mp.certify(mp.candidate(game, reward_pool=pool, epsilon=["3/2"] * 2), arithmetic=arithmetic)
    assert found.feasible
    assert found.distance is not None
    assert found.distance >= 9e-8


def test_a_bound_that_is_too_wide_refutes_nothing() -> None:
    game = mp.StackelbergPricing(cost=["0.2", "0.3", "0.5", 2, 3], alpha=10, beta=10)
    assert mp.certify(mp.solve(game, arithmetic="exact"), tolerance=1e-15).optimal is not False
    assert mp.certify(mp.solve(game, arithmetic="exact"), "exact", tolerance=1e-15).valid


def test_many_capped_clients_are_not_refuted() -> None:
    rng = np.random.default_rng(0)
    cost, cap = np.exp(rng.normal(size=3000)), rng.uniform(0.5, 2, 3000) * 10
    game = mp.StackelbergPricing(cost=cost, epsilon_cap=cap, alpha=10, beta=10.0 * 3000)
    assert mp.solve(game).certificate.optimal is not False


def test_what_a_refuted_budget_is_away_at_least() -> None:
    """The largest of the right budgets, 11.7 and 7.8 at a pool of 9.75, is moved by a thousandth of itself."""
    game = mp.StackelbergPricing(cost=["0.2", "0.3", "0.5", 2, 3], alpha=10, beta=10)
    found = mp.certify(mp.candidate(game, reward_pool="9.75", epsilon=["11.7117", "7.8", 0, 0, 0]))
    assert found.optimal is False
    assert found.distance_at_least is not None
    assert found.distance is not None
    true = 0.0117 / 11.7117
    assert found.distance_at_least <= true <= found.distance
    assert found.distance <= 2e-3


class Stand(Game):
    """Two sell from 0 to 10 units, of which each is worth 2 − own; whole ones only."""

    rate: Number = scalar("a value", above=0)

    def players(self) -> tuple[Player, ...]:
        return (Player("seller", Decision("sold", [0, 0], [10, 10], whole=True), worth, count=2),)


def worth(a: Any, own: Any, rate: Any) -> Any:
    return rate * own - own * own / 2


def test_whole_decisions_are_whole_and_not_judged_by_others() -> None:
    assert "must be a whole number" in mp.certify(mp.candidate(Stand("3/2"), sold=["3/2", 2])).reason
    assert mp.certify(mp.candidate(Stand("3/2"), sold=[1, 2])).valid  # both are worth 1, exactly


@pytest.mark.parametrize("block", [7, 32_768])
def test_part_of_a_crowd_takes_part(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """More people than two blocks, of whom not all take part: parts are read of a part."""
    monkeypatch.setattr("mechproof.solvers.readings.game.BLOCK", block)
    count = 40 if block == 7 else 200_000
    cost = np.random.default_rng(0).uniform(1, 1.00001 if block > 7 else 1.1, count)
    solution = mp.solve(mp.StackelbergPricing(cost=cost, alpha=10, beta=1e7))
    assert 2 * block < np.count_nonzero(solution.values["epsilon"]) < count
    assert mp.certify(solution).valid


class Balanced(Program):
    """The two numbers with sum one nearest to zero: one half each."""

    def variables(self) -> tuple[Decision, ...]:
        return (Decision("x", [0, 0], [1, 1]),)

    def objective(self) -> Any:
        return lambda a, x: a.sum(a.square(x))

    def constraints(self) -> tuple[Constraint, ...]:
        return (Constraint("one", lambda a, x: a.sum(x) - 1, equality=True),)


class Round(Program):
    """The point of the unit disc nearest to (2, 2): on its edge, at √½ each."""

    def variables(self) -> tuple[Decision, ...]:
        return (Decision("x", [0, 0], [2, 2]),)

    def objective(self) -> Any:
        return lambda a, x: a.sum(a.square(x - 2))

    def constraints(self) -> tuple[Constraint, ...]:
        return (Constraint("disc", lambda a, x: 1 - a.sum(a.square(x))),)


@BOTH
@pytest.mark.parametrize("broken", [0.0, 1e-9])
@pytest.mark.parametrize("apart", [0.0, 1e-9, 1e-6, 1e-4])
def test_a_row_that_is_broken_a_little_hides_no_distance(arithmetic: str, broken: float, apart: float) -> None:
    """Moved along the row a gap is of second order: 1e-4 in the decisions costs 4e-8 in the objective."""
    half, edge = 0.5 + apart, 0.5**0.5 + apart
    answers = (
        mp.candidate(Balanced(), x=[half + broken, 0.5 - apart]),
        mp.candidate(Round(), x=[edge + broken, (1 - edge**2) ** 0.5]),
    )
    for answer in answers:
        found = mp.certify(answer, arithmetic=arithmetic)
        assert found.valid == (apart <= 1e-9)
        assert found.distance is not None
        assert found.distance >= apart


class Indifferent(Game):
    """Two sell up to 10 units at their cost or above; who sells at cost does not care how many."""

    margin: Vector = vector("a margin", at_least=0, per="seller")

    def players(self) -> tuple[Player, ...]:
        return (Player("seller", Decision("sold", [0, 0], [10, 10]), lambda a, own, margin: margin * own, count=2),)


class Alike(Game):
    """Two sell up to 10 units, each of which is worth 2."""

    def players(self) -> tuple[Player, ...]:
        return (Player("seller", Decision("sold", [0, 0], [10, 10]), lambda a, own, others: 2 * own - others, count=2),)


@BOTH
def test_who_does_not_care_is_not_refuted(arithmetic: str) -> None:
    assert mp.certify(mp.candidate(Indifferent([1, 0]), sold=[10, 5]), arithmetic=arithmetic).optimal is not False
    assert mp.certify(mp.candidate(Indifferent([1, 1]), sold=[10, 5]), arithmetic=arithmetic).optimal is not True


@BOTH
def test_a_rate_that_is_everybodys(arithmetic: str) -> None:
    assert mp.certify(mp.candidate(Alike(), sold=[10, 10]), arithmetic=arithmetic).valid
    assert mp.certify(mp.candidate(Alike(), sold=[10, 9]), arithmetic=arithmetic).optimal is not True


@BOTH
@pytest.mark.parametrize("unreal", [np.array([1, 1j]), np.array(["1", "1"])])
def test_what_is_no_real_number_is_no_answer(arithmetic: str, unreal: Any) -> None:
    found = mp.certify(mp.candidate(Alike(), sold=[10, 10]).altered(sold=unreal), arithmetic=arithmetic)
    assert (found.feasible, found.reason) == (False, "sold is not stated in real numbers")


def test_what_rounding_makes_of_a_formula() -> None:
    """To second order where the first is nothing, and of a minimum only its own term."""
    a = Magnitudes(Vectors(), Rounded)
    x = a.term(3.0)
    assert a.size(a.square(x - 3)) == 36 * ROUNDING
    assert a.size((x - 3) ** 2) == 36 * ROUNDING
    assert a.size(a.minimum(1e9 * x, 2)) == pytest.approx(2)
    assert a.size(a.maximum(1e9 * x, 2)) == pytest.approx(3e9, rel=1e-4)


@BOTH
def test_a_loss_that_is_the_square_of_a_rounding_is_no_misstatement(arithmetic: str) -> None:
    """The right prices: targets that share a double, and so a loss of 1e-31 in fractions, of nothing in doubles."""
    target = ["14.3", "14.300000000000000143", "14.300000000000000429"]
    model = mp.VersionPricing(epsilon=["0.018", "0.013", "0.008"], target=target, loss="huber", attack="none")
    average = sum(map(Fraction, target)) / 3
    assert mp.certify(mp.candidate(model, price=[average] * 3), arithmetic).valid


@BOTH
def test_a_huber_loss_is_not_forgiven_the_rounding_of_what_it_cuts_off(arithmetic: str) -> None:
    """Of a distance of 1e9 the loss has a width of 1, and so a size of 2e9, not of 1e18."""
    model = mp.VersionPricing(epsilon=[5, 7], target=[10**9, 1000], loss="huber", huber_width=1, attack="averaging")
    answer = mp.solve(model)
    assert mp.certify(answer, arithmetic).valid
    told = answer.altered(loss=answer.values["loss"] * (1 + 1e-5))
    assert mp.certify(told, arithmetic).feasible is False


@BOTH
def test_who_cannot_sell_counts_in_the_distance(arithmetic: str) -> None:
    alone = mp.ThreePartyMarket(cost=[1], alpha=1, privacy_weight="0.3", epsilon_max="0.005", epsilon=["0.001"])
    posted = mp.candidate(alone, quantity=[0], price=["1.00000005"], epsilon=["0.001"])
    assert mp.certify(posted, arithmetic).distance == pytest.approx(5e-8)
    sold = mp.candidate(alone, quantity=[0], price=[1], epsilon=["0.00100000005"])
    assert mp.certify(sold, arithmetic).distance == pytest.approx(5e-8)
    market = mp.ThreePartyMarket(cost=[1, "0.5"], alpha=1, privacy_weight="0.3", epsilon_max="0.005")
    answer = mp.solve(market)
    price = answer.values["price"] * [1 + 6e-8, 1]
    assert mp.certify(answer.altered(price=price), arithmetic).distance == pytest.approx(6e-8, rel=1e-3)


@dataclass(frozen=True)
class Fallen:
    """A contest's answer whose distance is known, of which a decision falls as the total grows."""

    name: str
    game: dict[str, Any]
    pool: Any
    epsilon: list[Any]
    distance: float


FALLEN = [
    Fallen(
        "a budget up by a thirtieth",
        {"cost": [8.163265306122449e-05, 0.00014705882352941175], "alpha": 70729.0, "beta": 9.7e-06},
        9.693533303833205e-06,
        [0.027256697657260555, 0.015947949425176737],
        0.03,
    ),
    Fallen(
        "under caps",
        {
            "cost": ["1/12450000000000", "1/18500000000000"],
            "epsilon_cap": ["719", "3071000000/42711"],
            "alpha": "42711/76775",
            "beta": "1/10350000000",
        },
        9.61352657004831e-11,
        [316.5661982481424, 427.6359742672973],
        0.06729729729,
    ),
]


@BOTH
@pytest.mark.parametrize("case", FALLEN, ids=lambda case: case.name)
def test_distances_are_true_where_decisions_fall_along_the_total(case: Fallen, arithmetic: str) -> None:
    game = mp.StackelbergPricing(**case.game)
    found = mp.certify(mp.candidate(game, reward_pool=case.pool, epsilon=case.epsilon), arithmetic)
    assert found.optimal is False
    assert found.distance_at_least == pytest.approx(case.distance, rel=1e-6)
    assert found.distance_at_least <= case.distance * (1 + 1e-9)
    assert found.distance is None or found.distance >= case.distance * (1 - 1e-9)


@BOTH
def test_a_right_answer_beside_an_entry_is_not_refuted(arithmetic: str) -> None:
    """The fourth is indifferent but for a digit that a double does not hold; the answer is 2e-8 away."""
    hair, cost = Fraction(1, 10**17), Fraction("14.8")
    costs = [cost, cost * (1 - hair), cost, Fraction("22.2") * (1 + hair)]
    game = mp.StackelbergPricing(cost=costs, mean_over="participants", alpha=301920, beta="5/17")
    epsilon = [0.004412868794791446, 0.00441286882391638, 0.004412868784200561, 0.0]
    found = mp.certify(mp.candidate(game, reward_pool=0.2938970631438162, epsilon=epsilon), arithmetic)
    assert found.optimal is not False
