"""No verdict on a generated declaration is false: a seeded part, one property of each; and the oracle sees faults."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from generated_declarations import truth
from generated_declarations.auctions import BOUNDS as AUCTION_BOUNDS
from generated_declarations.auctions import (
    LIMITS,
    PRICES,
    SERVED,
    AuctionSpec,
    broken_auction,
    drawn_auction,
    unfounded_auction,
)
from generated_declarations.grammar import BOUNDS, COSTS, PAYMENTS, REWARDS, Spec, drawn
from generated_declarations.judge import broken, judged, unfounded
from generated_declarations.menus import (
    TYPE_RULES,
    VERSION_RULES,
    WHICH,
    MenuSpec,
    broken_menu,
    drawn_menu,
    unfounded_menu,
)

pytestmark = pytest.mark.slow

ASKED = ("concave-player", "existence", "uniqueness", "individual-rationality")


@pytest.mark.parametrize("number", range(30))
def test_verdicts_are_true(number: int) -> None:
    spec = drawn(number, seed=1)
    claim = "budget-balance" if spec.payment and number % 2 else ASKED[number % len(ASKED)]
    false = [one for one in judged(spec, 0.4, (claim,)) if one.false]
    assert not false, f"{false}\n{spec.source}"


def spec_of(reward: str, cost: str, bounds: int = 0, payment: str = "") -> Spec:
    """Return the game of these words."""
    return Spec(
        0,
        next(term for term in REWARDS if term.source == reward),
        next(term for term in COSTS if term.source == cost),
        BOUNDS[bounds],
        next((one for one in PAYMENTS if one.source == payment), None),
        kinds=("",),
    )


LOTTERY = spec_of("pool * a.share(own, others)", "- cost * own ** 2")
COMPELLED = replace(LOTTERY, reward=REWARDS[4], cost=COSTS[0], bounds=BOUNDS[2])


@pytest.mark.parametrize(
    ("spec", "claim", "words"),
    [
        (replace(LOTTERY, cost=next(t for t in COSTS if t.source.startswith("+ cost"))), "concave-player", ""),
        (replace(LOTTERY, cost=next(t for t in COSTS if "player_count" in t.source)), "concave-player", ""),
        (spec_of("own * others", "- cost * own ** 2"), "uniqueness", ""),
        (spec_of("own * others", "- cost"), "individual-rationality", ""),
        (COMPELLED, "individual-rationality", ""),
        (replace(LOTTERY, payment=PAYMENTS[4]), "budget-balance", ""),
    ],
)
def test_the_search_breaks_what_is_false(spec: Spec, claim: str, words: str) -> None:
    assert broken(spec, claim, words)


@pytest.mark.parametrize("claim", ["concave-player", "uniqueness", "individual-rationality", "existence"])
def test_the_search_breaks_nothing_that_is_true(claim: str) -> None:
    assert not broken(LOTTERY, claim, "where the others' sum is positive")


def test_a_false_instance_is_noticed() -> None:
    values = {"cost[0]": "1", "cost[1]": "1", "pool": "4", "effort[0]": "1", "effort[1]": "1"}
    assert "concave there" in unfounded(LOTTERY, "concave-player", {"instance": values, "costs": {}}, "")
    told = {"effort (1, 1) and (0, 0) are equilibria": "exactly"}
    assert "person 0" in unfounded(LOTTERY, "uniqueness", {"instance": values, "costs": told}, "")
    assert "nobody" in unfounded(LOTTERY, "individual-rationality", {"instance": values, "costs": {}}, "")
    far = {**values, "effort[0]": "11"}
    assert "no decision" in unfounded(LOTTERY, "concave-player", {"instance": far, "costs": {}}, "")


def test_whole_numbers_are_searched_completely() -> None:
    complements = spec_of("own * others", "- cost * own ** 2", 10)
    assert not truth.without(complements, least=True)
    game = truth.Instance((Fraction(1), Fraction(1)), Fraction(1))
    assert list(truth.equilibria(complements, game)) == [(Fraction(0), Fraction(0)), (Fraction(1), Fraction(1))]


@pytest.mark.parametrize("number", range(12))
def test_verdicts_on_menus_are_true(number: int) -> None:
    spec = drawn_menu(number, seed=1)
    false = [one for one in judged(spec, 0.4) if one.false]
    assert not false, f"{false}\n{spec.source}"


@pytest.mark.parametrize("number", range(12))
def test_verdicts_on_auctions_are_true(number: int) -> None:
    spec = drawn_auction(number, seed=1)
    false = [
        one for one in judged(spec, 0.4, ("truthfulness", "individual-rationality")[number % 2 :][:1]) if one.false
    ]
    assert not false, f"{false}\n{spec.source}"


VICKREY = AuctionSpec(0, LIMITS[0], SERVED[0], PRICES[0], AUCTION_BOUNDS[0])


def test_the_search_breaks_the_auctions_that_are_not_truthful() -> None:
    assert not broken_auction(VICKREY, "truthfulness")
    assert not broken_auction(VICKREY, "individual-rationality")
    for price in PRICES[1:]:
        assert broken_auction(replace(VICKREY, price=price), "truthfulness"), price
    assert broken_auction(replace(VICKREY, served=SERVED[2]), "individual-rationality")


def test_a_false_lie_is_noticed() -> None:
    values = {"cost[0]": 1, "cost[1]": 3, "reserve": 4, "ask[0]": 1, "ask[1]": 3}
    exact = {name: Fraction(value) for name, value in values.items()}
    told = "player 0 gains 1 by ask 2 instead of its cost 1"
    first = replace(VICKREY, price=PRICES[1])
    assert not unfounded_auction(first, "truthfulness", exact, told)
    assert "gains 0" in unfounded_auction(VICKREY, "truthfulness", exact, told)
    assert "gains 1" in unfounded_auction(first, "truthfulness", exact, told.replace("gains 1", "gains 2"))
    assert "nobody tells the truth" in unfounded_auction(first, "truthfulness", {**exact, "ask[0]": Fraction(2)}, told)
    assert "beyond" in unfounded_auction(first, "truthfulness", {**exact, "ask[1]": Fraction(5)}, told)


SAFE = MenuSpec(0, WHICH[0], VERSION_RULES[0], "composition")


def test_the_search_breaks_the_menus_that_are_not_safe() -> None:
    assert not broken_menu(SAFE)
    for which in WHICH:
        if which.kind in ("unless data are large", "the first few", "for few items"):
            assert broken_menu(replace(SAFE, which=which)), which
    assert not broken_menu(MenuSpec(0, WHICH[0], TYPE_RULES[0], ""))
    assert broken_menu(MenuSpec(0, WHICH[0], TYPE_RULES[1], ""))


def test_a_false_menu_is_noticed() -> None:
    values = {"epsilon[0]": 1, "epsilon[1]": 2, "price[0]": 1, "price[1]": 2}
    exact = {name: Fraction(value) for name, value in values.items()}
    assert "nobody" in unfounded_menu(SAFE, exact)
    assert "not allowed" in unfounded_menu(SAFE, {**exact, "price[1]": Fraction(3)})
    assert not unfounded_menu(replace(SAFE, rule=VERSION_RULES[2]), {**exact, "price[1]": Fraction(3)})
