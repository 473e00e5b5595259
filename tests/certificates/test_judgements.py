"""What certificates put together: sums of bounds, sizes that things are relative to, and who is named."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from declared_models import PriceFit

import mechproof as mp
from mechproof.formulations.language import Constraint, Decision, Program
from mechproof.solvers.certificates import leader
from mechproof.solvers.certificates.contract.envy import favourites
from mechproof.solvers.certificates.contract.group_weighted import _alike
from mechproof.solvers.certificates.contract.items import Menu
from mechproof.solvers.certificates.feasibility import _wrong
from mechproof.solvers.certificates.leader import LeaderVerdict
from mechproof.solvers.certificates.versions.survey import in_whole_numbers
from mechproof.solvers.readings.rationals import Rationals

BOTH = pytest.mark.parametrize("arithmetic", ["float", "exact"])
FIVE = mp.StackelbergPricing(cost=["0.2", "0.3", "0.5", 2, 3], alpha=10, beta=10)


@BOTH
@pytest.mark.parametrize("optimal", [True, False])
def test_distances_of_leader_and_population_add_up(
    arithmetic: str, optimal: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    verdict = LeaderVerdict(optimal, 0.125, 0.03125, "as told", 0.25)
    monkeypatch.setattr(leader, "check_leader", lambda *asked: verdict)
    size = Fraction(1, 10**8)
    own = [Fraction("11.7") * (1 + size), Fraction("7.8"), 0, 0, 0]
    found = mp.certify(mp.candidate(FIVE, reward_pool="9.75", epsilon=own), arithmetic, tolerance=0.5)
    apart = float(size / (1 + size))
    if optimal:
        assert found.optimal is True
        assert found.distance is not None
        assert 0.03125 + apart <= found.distance <= 0.03125 + 2 * apart
        assert found.gap == 0.125
    else:
        assert found.optimal is False
        assert found.distance is None
        assert found.distance_at_least is not None
        assert 0.25 <= found.distance_at_least <= 0.25 + apart
    assert found.reason == "as told"


@BOTH
def test_the_leader_is_asked_within_what_is_left(arithmetic: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """First within what the enclosure has left of the tolerance; then, if that is not shown, within all of it."""
    asked: list[float] = []

    def told(game: Any, reading: Any, values: Any, tolerance: float) -> LeaderVerdict:
        asked.append(tolerance)
        assert [float(x) for x in values["epsilon"]] == pytest.approx([11.7, 7.8, 0, 0, 0], rel=1e-3)
        return LeaderVerdict(None, None, None, "not told")

    monkeypatch.setattr(leader, "check_leader", told)
    own = [Fraction("11.7") * (1 + Fraction(1, 10**4)), Fraction("7.8"), 0, 0, 0]
    found = mp.certify(mp.candidate(FIVE, reward_pool="9.75", epsilon=own), arithmetic, tolerance=1e-2)
    assert found.optimal is None
    assert len(asked) == 2
    assert 1e-2 - 4e-4 < asked[0] <= 1e-2 - 0.99e-4
    assert asked[1] == 1e-2


@BOTH
def test_what_was_moved_into_the_bounds_is_part_of_the_distance(arithmetic: str) -> None:
    """The cap of 1/10 is exceeded by 5e-8 of it; judged is the answer at the cap."""
    game = mp.StackelbergPricing(cost=[1, 1, 3], epsilon_cap=["0.1", "0.1", 100], alpha=30, beta=6)
    found = mp.certify(
        mp.candidate(game, reward_pool="12/5", epsilon=["0.1000000050", "0.1000000050", "0.2"]), arithmetic
    )
    assert found.valid
    assert found.distance is not None
    assert 2.49e-8 <= found.distance <= 2.6e-8
    assert found.violation == pytest.approx(5e-8, rel=1e-3)


@pytest.mark.parametrize("scale", [1e-12, 1.0, 1e9])
def test_an_outcome_is_misstated_from_the_tolerance_on(scale: float) -> None:
    right = np.array([1.0, 3.0]) * scale
    for tolerance in (1e-7, 1e-3):
        for factor, wrong in (
            (1 + 0.999 * tolerance, False),
            (1 + 1.001 * tolerance, True),
            (1 - 1.001 * tolerance, True),
        ):
            assert _wrong(right * np.array([1, factor]), right, tolerance, 0.0).tolist() == [False, wrong]
            assert _wrong(right * np.array([1, factor]), right, tolerance, 0.01 * tolerance * 3 * scale).tolist() == [
                False,
                False,
            ]
    ulp = np.nextafter(right, np.inf)
    assert not _wrong(ulp, right, 0.0, 0.0).any()
    assert _wrong(right * (1 + 2.0**-50), right, 0.0, 0.0).all()


def test_what_has_no_difference_is_compared_too() -> None:
    inf, nan = math.inf, math.nan
    said, right = np.array([inf, inf, 1.0, nan, -inf]), np.array([inf, 1.0, inf, 1.0, inf])
    assert _wrong(said, right, 1e-7, 0.0).tolist() == [False, True, True, True, True]
    assert _wrong(np.array([True, False]), np.array([True, True]), 1e-7, 0.0).tolist() == [False, True]


@dataclass(frozen=True)
class Tempted:
    """A menu for costs 1, 2 and 4, and what is worst in it."""

    epsilon: list[Any]
    payment: list[Any]
    text: str
    size: float


TEMPTED = [
    Tempted([3, 2, 1], [9, 6, 4], "type 1 gains 1 by taking the item of type 0", 1 / 9),
    Tempted([3, 2, 1], [9, 6, 3], "type 2 loses 1 by taking its own item", 1 / 9),
    Tempted([3, 2, -1], [9, 6, 4], "type 2 would sell -1 of privacy", 1 / 3),
    Tempted([30, 2, 1], [80, 6, 4], "type 1 gains 18 by taking the item of type 0", 18 / 80),
]


@pytest.mark.parametrize("case", TEMPTED, ids=lambda case: case.text)
def test_the_worst_temptation_is_told(case: Tempted) -> None:
    contract, algebra = mp.PrivacyContract([1, 2, 4], [1, 1, 1], 1000), Rationals()
    menu = Menu(contract, algebra, algebra.vector(case.epsilon), algebra.vector(case.payment))
    told = [breach for breach in menu.breaches() if breach.text.startswith(case.text)]
    assert told, [breach.text for breach in menu.breaches()]
    assert told[0].size == pytest.approx(case.size)


def test_a_menu_that_breaks_nothing() -> None:
    contract, algebra = mp.PrivacyContract([1, 2, 4], [1, 1, 1], 19), Rationals()
    cheapest = Menu(contract, algebra, algebra.vector([3, 2, 1]), algebra.vector([7, 6, 4]))
    assert cheapest.breaches() == []
    dear = Menu(contract, algebra, algebra.vector([3, 2, 1]), algebra.vector([9, 8, 6]))
    assert [breach.constraint for breach in dear.breaches()] == ["budget_balance"]
    assert dear.breaches()[0].amount == 4
    assert dear.breaches()[0].size == pytest.approx(4 / 19)


def test_menus_that_are_alike() -> None:
    contract, algebra = mp.PrivacyContract([1, 2], [1, 1], 1000), Rationals()

    def menu(epsilon: list[Any], payment: list[Any]) -> Menu:
        return Menu(contract, algebra, algebra.vector(epsilon), algebra.vector(payment))

    one, hair = menu([2, 1], [3, 2]), Fraction(1, 100)
    assert _alike(one, menu([2, 1], [3, 2]), Fraction(0))
    assert _alike(one, menu([2, "1.02"], [3, 2]), hair)
    assert not _alike(one, menu([2, "1.0201"], [3, 2]), hair)
    assert not _alike(one, menu(["2.03", 1], [3, 2]), hair)
    assert _alike(one, menu([2, 1], [3, "2.03"]), hair)
    assert not _alike(one, menu([2, 1], [3, "2.0301"]), hair)
    assert not _alike(one, menu([2, 1], ["3.04", 2]), hair)
    assert not _alike(one, menu([2, 1], [3, "1.9699"]), hair)


@BOTH
def test_a_bound_from_below_is_of_the_answer_as_it_was_stated(arithmetic: str) -> None:
    """Right are ½ and ½ of two with caps of ½ and 9; stated is .55, above its cap, and three times too much."""
    game = mp.StackelbergPricing(cost=[1, 1], epsilon_cap=["0.5", 9], alpha=30, beta=6)
    right = mp.certify(mp.candidate(game, reward_pool=2, epsilon=["0.5", "0.5"]), arithmetic, tolerance=0.1)
    assert right.feasible
    found = mp.certify(mp.candidate(game, reward_pool=2, epsilon=["0.52", "0.52"]), arithmetic, tolerance=0.05)
    assert found.feasible
    for certificate in (found,):
        if certificate.distance_at_least is not None:
            assert certificate.distance_at_least <= 0.02 / 0.52 + 1e-12


@BOTH
def test_the_broken_entry_of_a_row_is_named(arithmetic: str) -> None:
    """Of rising prices the second step is broken, by one of seven."""
    found = mp.certify(mp.candidate(PriceFit([1, 5, 3]), price=[1, 4, 3]), arithmetic)
    assert found.feasible is False
    assert found.violation == pytest.approx(1 / 7)
    assert found.reason == "rising[1] is broken by 1, where its terms add up to 7"


class Remainder(Program):
    """An outcome that is what is left of a large sum."""

    def variables(self) -> tuple[Decision, ...]:
        return (Decision("x", [0, 0], [10**17, 10**17]),)

    def objective(self) -> Any:
        return lambda a, x: a.sum(x)

    def constraints(self) -> tuple[Constraint, ...]:
        return ()

    def outcomes(self) -> dict[str, Any]:
        return {"left": lambda a, x: x[0] - x[1] + 1}


@BOTH
def test_what_is_left_of_a_large_sum_may_be_off_by_its_rounding(arithmetic: str) -> None:
    answer = mp.candidate(Remainder(), x=[2.0**50, 2.0**50])
    for stated, told in ((1.0, True), (1.25, arithmetic == "float"), (5000.0, False)):
        found = mp.certify(answer.altered(left=np.float64(stated)), arithmetic)
        assert (found.feasible is True) is (told or (arithmetic == "exact" and stated == 1.25)), (stated, found)


def test_a_pool_that_buys_no_more_than_a_smaller_one_is_refuted() -> None:
    """Both are capped at 1/1000 from a pool of 1/250 on; the largest pool is 1/20, and a hair is measured by it."""
    game = mp.StackelbergPricing(cost=[1, 1], epsilon_cap=["0.001", "0.001"], alpha=1000, beta="0.05")
    for more, valid in ((0.0, True), (2e-9, True), (2e-8, False)):
        answer = mp.candidate(game, reward_pool=0.004 + more, epsilon=[0.001, 0.001])
        for arithmetic in ("float", "exact"):
            found = mp.certify(answer, arithmetic)
            assert found.valid is valid, (more, found)
            assert valid or found.reason.startswith("reward_pool = 0.004 is better for the server than")


def test_the_worst_broken_rule_of_a_market_is_told() -> None:
    market = mp.ThreePartyMarket(cost=[1, 2], alpha=4, privacy_weight=1, epsilon_max=5, epsilon=[1, 1])
    for quantity, who in (([0.9, 0.49], 0), ([0.49, 0.95], 1)):
        price = [4 / (2 * (1 + 0.5)), 4 / (2 * (1 + 0.5))]
        found = mp.certify(mp.candidate(market, quantity=quantity, price=price, epsilon=[1, 1]))
        wrong = [abs(q - 0.5) for q in quantity]
        assert wrong.index(max(wrong)) == who
        assert found.feasible is False
        assert found.reason == f"quantity of seller {who} is {quantity[who]:.9g} where 0.5 was wanted"


def test_a_menu_that_is_safe_but_for_a_hair_is_feasible() -> None:
    model = mp.VersionRevenue(epsilon=[1, 2, 4], wanted=[0, 1, 2], value=[1, 2, 3])
    for hair, feasible in ((1e-9, True), (1e-5, False)):
        found = mp.certify(mp.candidate(model, price=[1.0, 2 * (1 + hair), 3.0]))
        assert found.feasible is feasible, found
        assert not feasible or 1e-10 < found.violation < 1e-8


def test_sums_of_whole_numbers_fit_too() -> None:
    """Nine of 2⁵⁹ are more than 63 bits hold, one is not."""
    for buyers, kind in ((1, np.int64), (9, object)):
        model = mp.VersionRevenue([1, 2], [0] * buyers, [2**58] * buyers, attack="none")
        assert in_whole_numbers(model).space.value.dtype == kind


@BOTH
def test_a_pool_off_by_most_of_the_tolerance_is_still_valid(arithmetic: str) -> None:
    """Budgets follow the pool in proportion; it is best at 9.75 of 10."""
    for off in (3e-8, -5e-8, 9e-8):
        pool = Fraction("9.75") + 10 * Fraction(off)
        own = [pool * Fraction("1.2"), pool * Fraction("0.8"), 0, 0, 0]
        found = mp.certify(mp.candidate(FIVE, reward_pool=pool, epsilon=own), arithmetic)
        assert found.valid, (off, found)
        assert found.distance is not None
        assert abs(off) <= found.distance <= 1e-7


@BOTH
@pytest.mark.parametrize("unit", [1e-3, 1.0])
def test_the_unit_of_prices_does_not_matter(arithmetic: str, unit: float) -> None:
    model = PriceFit([unit, 5 * unit, 3 * unit])
    found = mp.certify(mp.candidate(model, price=[unit, 4 * unit, 4 * unit]), arithmetic)
    assert found.valid, found
    assert found.distance is not None
    assert found.distance < 1e-7


class Held(Program):
    """The number nearest to 3 that is 2 at most."""

    def variables(self) -> tuple[Decision, ...]:
        return (Decision("x", 0, 10),)

    def objective(self) -> Any:
        return lambda a, x: a.square(x - 3)

    def constraints(self) -> tuple[Constraint, ...]:
        return (Constraint("two", lambda a, x: 2 - x),)


@BOTH
def test_a_program_of_one_number(arithmetic: str) -> None:
    for x, valid in ((2, True), ("1.9999", False)):
        found = mp.certify(mp.candidate(Held(), x=x), arithmetic)
        assert found.valid is valid, found
        assert found.distance is not None


def test_an_unsafe_menu_that_earns_little_is_not_feasible() -> None:
    model = mp.VersionRevenue(epsilon=[1, 2, 4], wanted=[0, 1, 2], value=[1, 2, 3])
    for price, words in (
        ([1.0, 1.2, 1.1], "the version after version 1 in the order of epsilon costs less"),
        ([0.1, 0.9, 0.95], "the version after version 0 in the order of epsilon costs more per weight"),
        ([-0.1, -0.1, -0.1], "negative price"),
    ):
        found = mp.certify(mp.candidate(model, price=price))
        assert found.feasible is False
        assert words in found.reason
    assert mp.certify(mp.candidate(model, price=[9.0, 9.0, 9.0])).feasible


def test_favourites_are_those_of_all_pairs() -> None:
    rng = np.random.default_rng(2)
    for _ in range(40):
        size = int(rng.integers(1, 9))
        cost, epsilon, payment = ([Fraction(int(x), 4) for x in rng.integers(0, 20, size)] for _ in range(3))
        found = favourites(cost, epsilon, payment)
        for k, at in enumerate(found):
            kept = [p - cost[k] * e for p, e in zip(payment, epsilon, strict=True)]
            assert kept[int(at)] == max(kept)
