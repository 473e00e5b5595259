"""The arbitrage oracle against counting up every weight, known menus and hostile ones."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pricing_oracles import best_saving, in_cone

import mechproof as mp

ATTACKS = ("composition", "averaging", "none")
MENUS = st.lists(st.tuples(st.integers(1, 14), st.integers(0, 40)), min_size=1, max_size=7, unique_by=lambda v: v[0])


@dataclass(frozen=True)
class Menu:
    """A menu, and the shopping list that saves most, or None."""

    name: str
    epsilon: list[Any]
    price: list[Any]
    attack: str
    copies: dict[int, int] | None
    saving: Fraction = Fraction(0)


MENUS_KNOWN = [
    Menu("pairs pass, two copies do not", [2, 3], [1, 5], "composition", {0: 2}, Fraction(3)),
    Menu("three copies of .3", ["0.3", "0.9"], [1, "3.5"], "composition", {0: 3}, Fraction(1, 2)),
    Menu("as decimals", [Decimal("0.3"), Decimal("0.9")], [1, Decimal("3.5")], "composition", {0: 3}, Fraction(1, 2)),
    Menu("as doubles it is a hair short", [0.3, 0.9], [1.0, 3.5], "composition", None),
    Menu("v = eps^1.5 against averaging", [1, 4, 9], [1, 8, 27], "averaging", None),
    Menu("v = eps^1.5 against composition", [1, 4, 9], [1, 8, 27], "composition", {0: 9}, Fraction(18)),
    Menu("more for less", [1, 4], [5, 4], "none", {1: 1}, Fraction(1)),
    Menu("anything but that is allowed", [1, 4], [1, 40], "none", None),
    Menu("outside the cone and safe", [2, 3], [2, 4], "composition", None),
    Menu("a mixture", [7, 5, 3], [10, 5, 3], "composition", {1: 1, 2: 1}, Fraction(2)),
    Menu("free", [1, 2], [0, 1], "composition", {0: 2}, Fraction(1)),
    Menu("all free", [1, 2], [0, 0], "composition", None),
    Menu("one version", [1], [5], "averaging", None),
    Menu("tiny and huge", ["1e-9", "1e9"], ["1e-9", "1e9"], "composition", None),
    Menu("a little above", ["1e-9", "2e-9"], ["1e-9", "2.000001e-9"], "composition", {0: 2}, Fraction(1, 10**15)),
]


@pytest.mark.parametrize("case", MENUS_KNOWN, ids=lambda case: case.name)
def test_known_menus(case: Menu) -> None:
    found = mp.cheapest_bundle(case.epsilon, case.price, case.attack)
    assert bool(found) == (case.copies is not None)
    assert found.saving == case.saving
    if case.copies is not None:
        assert dict(found.copies) == case.copies
        assert f"version {found.dominated}" in found.text
    else:
        assert found.text == found.proof != ""
        assert list(found.floors) == [Fraction(Decimal(p) if isinstance(p, str) else p) for p in case.price]


def test_menus_for_averaging_contain_those_for_composition() -> None:
    """Strictly: what is safe against adding budgets is safe against averaging copies, and not the other way round."""
    rng = np.random.default_rng(1)
    for _ in range(60):
        epsilon = sorted(rng.choice(np.arange(1, 30), 4, replace=False).tolist())
        price = np.sort(rng.integers(1, 60, 4)).tolist()
        if in_cone(epsilon, price, "composition"):
            assert in_cone(epsilon, price, "averaging")
            assert not mp.cheapest_bundle(epsilon, price, "averaging")
    assert mp.cheapest_bundle([1, 4], [1, 8], "composition")
    assert not mp.cheapest_bundle([1, 4], [1, 8], "averaging")


@settings(deadline=None, max_examples=250)
@given(MENUS, st.sampled_from(ATTACKS))
def test_the_best_saving_is_that_of_counting_up(menu: list[tuple[int, int]], attack: str) -> None:
    epsilon, price = map(list, zip(*menu, strict=True))
    weight = [e * e for e in epsilon] if attack == "averaging" else epsilon
    found = mp.cheapest_bundle(epsilon, price, attack)
    assert found.saving == best_saving(weight, price, attack != "none")
    assert bool(found) == (found.saving > 0)
    if found:
        assert found.dominated is not None
        assert sum(weight[i] * count for i, count in found.copies.items()) >= weight[found.dominated]
        assert sum(price[i] * count for i, count in found.copies.items()) == found.cost
        assert found.price == price[found.dominated] == found.cost + found.saving
        assert attack != "none" or sum(found.copies.values()) == 1
    else:
        assert list(found.floors) == price
    if in_cone(epsilon, price, attack):
        assert not found
        assert "safe cone" in found.proof


def test_near_proportional_prices_are_settled() -> None:
    """Prices per weight that differ in the third digit: bounds settle little, and the search must do the rest."""
    rng = np.random.default_rng(2)
    for count in (5, 15, 30):
        weight = rng.choice(np.arange(10, 10 * count), count, replace=False).tolist()
        price = [int(1000 * w * (1 + 0.003 * rng.random())) for w in weight]
        assert mp.cheapest_bundle(weight, price).saving == best_saving(weight, price, True)


def test_a_limit_on_time_leaves_a_bound() -> None:
    """Thousands of near-ties: within the time the oracle finds arbitrage or says how much there could be at most."""
    rng = np.random.default_rng(3)
    epsilon = np.sort(rng.uniform(0.1, 10, 3000))
    safe = mp.safe_menu(epsilon, np.sqrt(epsilon) * rng.uniform(0.5, 2, 3000))
    ulps = [float(price) for price in safe]
    with pytest.raises(mp.LimitReached, match="no bundle saves more than") as stopped:
        mp.cheapest_bundle(epsilon, ulps, time_limit=0.05)
    assert 0 < stopped.value.bound < Fraction(1, 10**12)
    again = mp.LimitReached(str(stopped.value), stopped.value.bound)
    assert again.bound == stopped.value.bound


@settings(deadline=None, max_examples=80)
@given(MENUS, st.sampled_from(ATTACKS))
def test_the_safe_menu_is_safe_and_leaves_what_is(menu: list[tuple[int, int]], attack: str) -> None:
    epsilon, price = map(list, zip(*menu, strict=True))
    safe = list(mp.safe_menu(epsilon, price, attack))
    assert in_cone(epsilon, safe, attack)
    assert not mp.cheapest_bundle(epsilon, safe, attack)
    if in_cone(epsilon, price, attack):
        assert safe == price
    assert list(mp.safe_menu(epsilon, safe, attack)) == safe


def test_a_solvers_doubles_are_made_safe_by_a_rounding() -> None:
    rng = np.random.default_rng(4)
    for _ in range(10):
        epsilon = rng.uniform(0.1, 10, 30)
        model = mp.VersionPricing(epsilon=epsilon, target=np.sqrt(epsilon) * rng.uniform(0.5, 2, 30))
        for backend in ("price-fit", "cvxpy:CLARABEL"):
            s = mp.solve(model, backend)
            safe = mp.safe_menu(epsilon, s.values["price"])
            assert np.max(np.abs(safe.astype(float) - s.values["price"])) < 1e-7
            assert not mp.cheapest_bundle(epsilon, safe)
            found = mp.verify(s)
            assert found.ok, found.items


@dataclass(frozen=True)
class Bad:
    name: str
    arguments: dict[str, Any]
    message: str


@pytest.mark.parametrize(
    "case",
    [
        Bad("equal", {"epsilon": [1, "1.0"], "price": [1, 2]}, r"epsilon\[1\] = 1: .*epsilon\[0\]"),
        Bad("negative price", {"epsilon": [1], "price": [-1]}, r"price\[0\] = -1: a price must be at least zero"),
        Bad("zero budget", {"epsilon": [0], "price": [1]}, r"epsilon\[0\] = 0"),
        Bad("unmatched", {"epsilon": [1, 2], "price": [1]}, "as many entries as epsilon, 2"),
        Bad("empty", {"epsilon": [], "price": []}, "at least one version"),
        Bad("attack", {"epsilon": [1], "price": [1], "attack": "theft"}, "must be one of 'composition'"),
        Bad("named", {"epsilon": [1, 2], "price": [1, -2], "version": ["a", "b"]}, r"price\[1\] \(version b\)"),
        Bad("misnamed", {"epsilon": [1, 2], "price": [1, 2], "version": ["a"]}, "as many as epsilon has entries, 2"),
        Bad("no time", {"epsilon": [1], "price": [1], "time_limit": 0}, "positive number of seconds"),
        Bad("no number", {"epsilon": [1], "price": [1], "time_limit": "soon"}, "positive number of seconds"),
        Bad("not a time", {"epsilon": [1], "price": [1], "time_limit": float("nan")}, "positive number of seconds"),
    ],
    ids=lambda case: case.name,
)
def test_bad_input_is_refused(case: Bad) -> None:
    with pytest.raises(mp.InputError, match=case.message):
        mp.cheapest_bundle(**case.arguments)
    if not {"version", "time_limit"} & set(case.arguments):
        with pytest.raises(mp.InputError, match=case.message):
            mp.safe_menu(**case.arguments)


def test_verification_shows_the_shopping_list() -> None:
    model = mp.VersionPricing(epsilon=[1, 2, 4, 8], target=[1, 5, 6, 20], version=["a", "b", "c", "d"])
    found = mp.verify(mp.candidate(model, price=[1, 5, 6, 20]))
    item = found["no-arbitrage"]
    assert not found.ok
    assert found.failed == ("no-arbitrage",)
    assert item.arithmetic == "exact"
    assert item.text.startswith("8 copies of version a cost 8 and do what version d does for 20")
    assert item.document()["witness"]["shopping_list"] == {"a": 8}
    assert found["monotone"].verdict == mp.Verdict.HOLDS
    assert found["in-cone"].verdict == found["pair-test"].verdict == mp.Verdict.VIOLATED


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("barrier", [None, 100])
def test_solved_menus_verify(attack: str, barrier: int | None) -> None:
    model = mp.VersionPricing(epsilon=[4, 1, 2, 8], target=[6, 1, 5, 20], attack=attack, barrier=barrier)
    found = mp.verify(model)
    assert found.ok
    informational = ("split-purchase", "intermediary")
    assert all(item.verdict == mp.Verdict.HOLDS for item in found.items if item.property not in informational)


def test_verification_of_menus_that_rounding_does_not_excuse() -> None:
    """A violation of 1e-9 is beyond the last digits of somebody's own doubles, and within a solver's tolerance."""
    model = mp.VersionPricing(epsilon=[1.0, 2.0], target=[1.0, 2.0])
    own = mp.verify(mp.candidate(model, price=[1.0, 2.000000002]))
    assert own["no-arbitrage"].verdict == mp.Verdict.VIOLATED
    solved = mp.solve(model)
    theirs = mp.verify(solved.altered(price=np.array([1.0, 2.000000002])))
    assert theirs["no-arbitrage"].verdict == mp.Verdict.HOLDS
    assert "judged of prices in the safe cone, 1e-09" in theirs["no-arbitrage"].text
    negative = mp.verify(mp.candidate(model, price=[-1, 2]))
    assert negative["no-arbitrage"].verdict == mp.Verdict.VIOLATED
