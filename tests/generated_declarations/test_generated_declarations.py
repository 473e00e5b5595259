"""No verdict on a generated declaration is false: a seeded part, one property of each; and the oracle sees faults."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from generated_declarations import truth
from generated_declarations.grammar import BOUNDS, COSTS, PAYMENTS, REWARDS, Spec, drawn
from generated_declarations.judge import broken, judged, unfounded

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
