"""Version revenue against brute force over fractions, general solvers, and hostile surveys."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from revenue_oracles import Market, best_by_buyers, best_by_enumeration, earns, is_safe, random_market

import mechproof as mp

EXAMPLE = Path(__file__).parent.parent / "examples" / "revenue.toml"


def check(market: Market, best: Fraction) -> None:
    """Both arithmetics find the best, and both certificates say so of both answers."""
    model = mp.VersionRevenue(**market.fields)  # type: ignore[arg-type]
    exact, floats = mp.solve(model, arithmetic="exact"), mp.solve(model)
    assert exact.exact is not None
    assert exact.exact["revenue"] == best
    assert earns(market, list(exact.exact["price"])) == best
    assert is_safe(market, list(exact.exact["price"]))
    assert floats.values["revenue"] == pytest.approx(float(best), rel=1e-14)
    for answer in (exact, floats):
        for arithmetic in ("exact", "float"):
            certificate = mp.certify(answer, arithmetic)
            assert certificate.valid, certificate
            assert certificate.distance is None  # several menus may earn the most
    assert exact.certificate.gap == 0


def test_every_set_of_buyers_of_random_surveys() -> None:
    rng = np.random.default_rng(1)
    for _ in range(250):
        market = random_market(rng, buyers=int(rng.integers(1, 7)), versions=int(rng.integers(1, 5)))
        check(market, best_by_buyers(market))


def test_every_menu_of_values_and_their_multiples() -> None:
    rng = np.random.default_rng(2)
    for _ in range(40):
        market = random_market(rng, buyers=int(rng.integers(1, 5)), versions=int(rng.integers(1, 4)))
        check(market, best_by_enumeration(market))


@pytest.mark.slow
def test_six_buyers_and_every_menu() -> None:
    rng = np.random.default_rng(3)
    for _ in range(30):
        market = random_market(rng, buyers=6, versions=3)
        check(market, best_by_enumeration(market))


@settings(deadline=None, max_examples=80)
@given(st.data())
def test_no_random_safe_menu_earns_more(data: Any) -> None:
    """Menus need not come from any price space: here prices are drawn step by step within the cone."""
    versions = data.draw(st.integers(1, 5))
    number = st.fractions(Fraction(1, 30), 20, max_denominator=30)
    epsilon = data.draw(st.lists(number, min_size=versions, max_size=versions, unique=True))
    wanted = data.draw(st.lists(st.integers(0, versions - 1), min_size=1, max_size=8))
    value = data.draw(st.lists(number, min_size=len(wanted), max_size=len(wanted)))
    market = Market(
        tuple(epsilon), tuple(wanted), tuple(value), data.draw(st.sampled_from(["composition", "averaging"]))
    )
    weight, price = market.weight, [Fraction(0)] * versions
    order = sorted(range(versions), key=lambda j: weight[j])
    price[order[0]] = data.draw(st.sampled_from(value)) * data.draw(st.fractions(0, 1, max_denominator=6))
    for low, high in pairwise(order):
        part = data.draw(st.fractions(0, 1, max_denominator=4))
        price[high] = price[low] * (1 + part * (weight[high] / weight[low] - 1))
    assert is_safe(market, price)
    model = mp.VersionRevenue(**market.fields)  # type: ignore[arg-type]
    best = mp.solve(model, arithmetic="exact")
    assert best.exact is not None
    assert best.exact["revenue"] >= earns(market, price)
    mine = mp.candidate(model, price=price)
    certificate = mp.certify(mine, "exact")
    assert certificate.feasible
    assert certificate.optimal is (best.exact["revenue"] == earns(market, price))


@dataclass(frozen=True)
class Known:
    """A survey with its best menu, by hand."""

    name: str
    price: list[str]
    revenue: str
    fields: dict[str, Any] = field(default_factory=dict)


KNOWN = [
    # three times the double 0.1 is more than the double 0.3: the second buyer must not be lost
    Known("a tenth and three", ["1/10", "3/10"], "2/5", {"epsilon": [1, 3], "wanted": [0, 1], "value": [".1", ".3"]}),
    Known("one version", ["2"], "4", {"epsilon": [5], "wanted": [0, 0, 0], "value": [2, 3, 1]}),
    Known("in any order", ["6", "2"], "10", {"epsilon": [3, 1], "wanted": [1, 1, 0], "value": [2, 2, 6]}),
    Known("all equal", ["7", "7"], "21", {"epsilon": [1, 2], "wanted": [0, 1, 1], "value": [7, 7, 7]}),
    Known("nobody pays", ["0", "0"], "0", {"epsilon": [1, 2], "wanted": [0, 1], "value": [0, 0]}),
    Known(
        "a value of a trillionth less",
        ["1", "999999999999/1000000000000"],
        "1999999999999/1000000000000",
        {"epsilon": [2, 1], "wanted": [1, 0], "value": ["0.999999999999", 1]},
    ),
    Known(
        "averaging lets four times as much",
        ["1", "4"],
        "5",
        {"epsilon": [1, 2], "wanted": [0, 1], "value": [1, 4], "attack": "averaging"},
    ),
    Known(
        "order only",
        ["1", "100"],
        "101",
        {"epsilon": [1, 2], "wanted": [0, 1], "value": [1, 100], "attack": "none"},
    ),
]


@pytest.mark.parametrize("case", KNOWN, ids=lambda case: case.name)
def test_known_menus(case: Known) -> None:
    model = mp.VersionRevenue(**case.fields)
    exact = mp.solve(model, arithmetic="exact")
    assert exact.exact is not None
    assert exact.exact["revenue"] == Fraction(case.revenue)
    assert list(exact.exact["price"]) == [Fraction(price) for price in case.price]
    assert exact.certificate.valid
    floats = mp.solve(model)
    assert floats.values["revenue"] == pytest.approx(float(Fraction(case.revenue)), rel=1e-15)
    assert mp.certify(floats, "exact").valid
    assert mp.certify(mp.candidate(model, price=case.price), "exact").valid


def test_versions_nobody_wants_are_priced_safely() -> None:
    model = mp.VersionRevenue(epsilon=[1, 2, 4, 8], wanted=[1, 1, 1], value=[3, 5, 5])
    s = mp.solve(model, arithmetic="exact")
    assert s.exact is not None
    assert s.exact["revenue"] == 10
    assert list(s.exact["price"]) == [5, 5, 5, 5]


def test_no_buyers() -> None:
    model = mp.VersionRevenue(epsilon=[1, 2], wanted=[], value=[])
    for arithmetic in ("float", "exact"):
        s = mp.solve(model, arithmetic=arithmetic)
        assert s.values["revenue"] == 0
        assert s.certificate.valid
    assert mp.candidate(model, price=[3, 5]).certificate.valid  # any safe menu
    assert not mp.candidate(model, price=[3, 7]).certificate.valid


@pytest.mark.parametrize("scale", ["1e-9", "1e9"])
def test_small_and_large_money(scale: str) -> None:
    rng = np.random.default_rng(4)
    for _ in range(20):
        small = random_market(rng, 5, 3)
        scaled = Market(small.epsilon, small.wanted, tuple(v * Fraction(scale) for v in small.value), small.attack)
        check(scaled, best_by_buyers(small) * Fraction(scale))


def test_values_that_doubles_cannot_tell_apart() -> None:
    """Valuations 1e-30 apart: exactly, the dearer one is lost at its neighbour's price; doubles keep both."""
    value = [Fraction(1, 3), Fraction(1, 3) + Fraction(1, 10**30)]
    model = mp.VersionRevenue(epsilon=[1], wanted=[0, 0], value=value)
    assert mp.solve(model, arithmetic="exact").exact["revenue"] == Fraction(2, 3)  # type: ignore[index]
    assert mp.solve(model).values["revenue"] == pytest.approx(2 / 3, rel=1e-15)
    assert mp.certify(mp.solve(model), "exact").valid
    certificate = mp.certify(mp.candidate(model, price=[value[1]]), "exact")
    assert certificate.feasible
    assert certificate.optimal is False


def test_doubles_of_any_length_are_solved_exactly() -> None:
    rng = np.random.default_rng(6)
    epsilon, value = rng.random(4), rng.lognormal(size=40)
    model = mp.VersionRevenue(epsilon=epsilon, wanted=rng.integers(0, 4, 40), value=value, attack="averaging")
    exact, floats = mp.solve(model, arithmetic="exact"), mp.solve(model)
    assert exact.values["revenue"] == pytest.approx(floats.values["revenue"], rel=1e-14)
    assert exact.certificate.valid
    assert mp.certify(floats, "exact").valid


@pytest.mark.parametrize("buyers", [0, 3])
def test_budgets_of_many_digits_and_nothing_to_earn(buyers: int) -> None:
    model = mp.VersionRevenue(epsilon=[0.1, 0.7, 0.3], wanted=[0] * buyers, value=[0] * buyers, attack="averaging")
    s = mp.solve(model, arithmetic="exact")
    assert s.values["revenue"] == 0
    assert mp.certify(s, "exact").valid


@pytest.mark.slow
def test_a_hundred_thousand_buyers() -> None:
    rng = np.random.default_rng(7)
    model = mp.VersionRevenue(
        epsilon=rng.permutation(np.arange(1.0, 11.0)),
        wanted=rng.integers(0, 10, 10**5),
        value=rng.lognormal(size=10**5),
    )
    s = mp.solve(model)
    assert s.certificate.valid
    assert s.certificate.gap is not None
    assert s.certificate.gap < 1e-12


def test_answers_keep_the_callers_order() -> None:
    rng = np.random.default_rng(8)
    epsilon, wanted, value = np.arange(1.0, 6.0), rng.integers(0, 5, 30), rng.lognormal(size=30)
    forwards = mp.solve(mp.VersionRevenue(epsilon=epsilon, wanted=wanted, value=value))
    mirrored = mp.solve(mp.VersionRevenue(epsilon=epsilon[::-1], wanted=4 - wanted, value=value))
    assert forwards.values["price"] == pytest.approx(mirrored.values["price"][::-1], rel=0)


@dataclass(frozen=True)
class Refused:
    """Data that break a rule, and what the message must say."""

    name: str
    fields: dict[str, Any]
    says: tuple[str, ...]


REFUSED = [
    Refused("equal versions", {"epsilon": [1, 2, "1.0"]}, ("epsilon[2]", "epsilon[0]", "own")),
    Refused("no versions", {"epsilon": []}, ("epsilon", "at least one version")),
    Refused("not wanted", {"wanted": [0, 3]}, ("wanted[1] (buyer Bob) = 3", "2 versions", "largest is 1")),
    Refused("negative index", {"wanted": [-1, 0]}, ("wanted[0] (buyer Ann) = -1", "at least zero")),
    Refused("half a version", {"wanted": [0, "0.5"]}, ("wanted[1] (buyer Bob)", "whole number")),
    Refused("negative value", {"value": [1, -2]}, ("value[1] (buyer Bob) = -2", "at least zero")),
    Refused("one value too few", {"value": [1]}, ("value", "as many entries")),
    Refused("attack", {"attack": "theft"}, ("attack", "composition")),
]


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.name)
def test_bad_surveys_are_refused_by_name(case: Refused) -> None:
    good = {"epsilon": [1, 2], "wanted": [0, 1], "value": [1, 2], "buyer": ["Ann", "Bob"]}
    with pytest.raises(mp.InputError) as caught:
        mp.VersionRevenue(**{**good, **case.fields})
    for part in case.says:
        assert part in str(caught.value)


@pytest.mark.slow
def test_all_back_ends_on_the_example() -> None:
    model = mp.read_specification(EXAMPLE).model
    found = mp.compare(model, time_limit=60)
    assert {"cvxpy:HIGHS", "cvxpy:CLARABEL", "menu-programme", "pyomo:highs", "pyomo:scip"} <= {
        row.backend for row in found.certified
    }
    best = {round(float(row.solution.values["revenue"]), 9) for row in found.certified if row.solution is not None}
    assert best == {569.6}


@pytest.mark.parametrize("backend", ["cvxpy:HIGHS", "cvxpy:CLARABEL", "pyomo:highs"])
def test_linear_and_whole_programs_agree_with_brute_force(backend: str) -> None:
    rng = np.random.default_rng(9)
    for _ in range(6):
        market = random_market(rng, buyers=5, versions=3)
        model = mp.VersionRevenue(**market.fields)  # type: ignore[arg-type]
        if not any(market.value):
            continue
        for form in ["closure"] if backend.startswith("cvxpy") else ["closure", "big-m"]:
            s = mp.solve(model, backend, options={"form": form})
            assert s.values["revenue"] == pytest.approx(float(best_by_buyers(market)), rel=1e-12)
            assert s.certificate.valid
