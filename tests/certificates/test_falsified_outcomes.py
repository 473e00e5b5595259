"""Every outcome of declarations of one's own, stated wrongly in fractions or in doubles: seen, and named."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import flint
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mechproof as mp


def winnings(a: Any, own: Any, others: Any, cost: Any) -> Any:
    return 36 * a.share(own, others) - cost * own**2


class Lottery(mp.Game):
    """A prize of 36 at quadratic costs; with rates 1 and 4 the equilibrium is (2, 1)."""

    cost: mp.Vector = mp.vector("a cost", per="player")

    def players(self) -> tuple[mp.Player, ...]:
        count = len(self.cost)
        effort = mp.Decision("x", [0] * count, [10] * count)
        return (mp.Player("player", effort, winnings, count=count, aggregates={"total": lambda a, x: a.sum(x)}),)

    def outcomes(self) -> dict[str, Any]:
        return {
            "utility": lambda a, own, others, cost: winnings(a, own, others, cost),
            "payment": lambda a, own, others: 36 * a.share(own, others),
            "spent": lambda a, x, cost: a.sum(cost * x * x),
            "root": lambda a, x: a.sqrt(x + 1),
            "information": lambda a, total: a.log1p(total),
            "works": lambda a, x: a.at_least(x, 2),
            "workers": lambda a, x: a.count_positive(x),
            "above": lambda a, x: a.maximum(x - 1, 0),
        }


class Led(mp.Game):
    """A leader's bonus B is answered by x = B/c, and best at 3 for x₁ + x₂ = B: U = 6 B − B²."""

    cost: mp.Vector = mp.vector("a cost", per="player")

    def players(self) -> tuple[mp.Player, ...]:
        lead = mp.Player("leader", mp.Decision("bonus", 0, 10), lambda a, bonus, total: 6 * total - bonus**2)
        follow = mp.Player(
            "player",
            mp.Decision("x", [0, 0], [20, 20]),
            lambda a, own, bonus, cost: bonus * own - cost * own**2 / 2,
            count=2,
            aggregates={"total": lambda a, x: a.sum(x)},
        )
        return (lead, follow)

    def outcomes(self) -> dict[str, Any]:
        return {
            "paid": lambda a, x, bonus: bonus * x,
            "budget": lambda a, total, bonus: bonus * total,
            "left": lambda a, total, bonus: 6 * total - bonus**2,
        }


class Steps(mp.Game):
    """Whole numbers of machines, best at the nearest to 5/c."""

    cost: mp.Vector = mp.vector("a cost", per="player")

    def players(self) -> tuple[mp.Player, ...]:
        machines = mp.Decision("x", [0, 0], [9, 9], whole=True)
        return (mp.Player("player", machines, lambda a, own, cost: 10 * own - cost * own**2, count=2),)

    def outcomes(self) -> dict[str, Any]:
        return {"utility": lambda a, own, cost: 10 * own - cost * own**2, "all": lambda a, x: a.sum(x)}


class Cheapest(mp.Program):
    """The cheapest x with x₁ + x₂ ≥ 3 and x₁ ≤ 2: (2, 1)."""

    cost: mp.Vector = mp.vector("a cost", per="good")

    def variables(self) -> tuple[mp.Decision, ...]:
        return (mp.Decision("x", [0, 0], [2, 9]),)

    def objective(self) -> Any:
        return lambda a, x, cost: a.sum(cost * x)

    def constraints(self) -> tuple[mp.Constraint, ...]:
        return (mp.Constraint("enough", lambda a, x: a.sum(x) - 3),)

    def outcomes(self) -> dict[str, Any]:
        return {"expense": lambda a, x, cost: a.sum(cost * x), "each": lambda a, x, cost: cost * x}


@dataclass(frozen=True)
class Right:
    """A declaration with a right answer."""

    model: Any
    decisions: dict[str, Any]

    @property
    def name(self) -> str:
        return type(self.model).__name__


RIGHT = [
    Right(Lottery([1, 4]), {"x": [2, 1]}),
    Right(Led([2, 2]), {"bonus": 3, "x": ["3/2", "3/2"]}),
    Right(Steps([1, "5/4"]), {"x": [5, 4]}),
    Right(Cheapest([1, 2]), {"x": [2, 1]}),
]
BOTH = pytest.mark.parametrize("arithmetic", ["float", "exact"])
OUTCOMES = [(case, outcome) for case in RIGHT for outcome in case.model.outcomes()]


def _like(old: Any, factor: Fraction) -> Any:
    return flint.fmpq(factor.numerator, factor.denominator) if isinstance(old, flint.arb) else factor


def spoilt(value: Any, entry: int, factor: Fraction, exact: bool) -> Any:
    """Another value in one entry: by a factor, or one where there is nothing; a truth value turned."""
    entries = np.array(value, dtype=object if exact else None, ndmin=1, copy=True)
    entry %= len(entries)
    old = entries[entry]
    if isinstance(old, bool | np.bool_):
        entries[entry] = not old
    elif exact:
        entries[entry] = old * _like(old, factor) if old != 0 else factor
    else:
        entries = entries.astype(float)
        entries[entry] = float(old) * float(factor) if old else float(factor)
    return entries if np.ndim(value) else entries[0]


def falsified(case: Right, outcome: str, entry: int, factor: Fraction, statement: str) -> mp.Solution:
    """A right answer of whose outcome one entry is stated wrongly, in one of its statements."""
    answer = mp.candidate(case.model, **case.decisions)
    stated = getattr(answer, statement)
    exact = statement == "exact"
    return replace(answer, **{statement: {**stated, outcome: spoilt(stated[outcome], entry, factor, exact)}})


@BOTH
@pytest.mark.parametrize("case", RIGHT, ids=lambda case: case.name)
def test_right_answers_with_their_outcomes_stand(case: Right, arithmetic: str) -> None:
    found = mp.certify(mp.candidate(case.model, **case.decisions), arithmetic)
    assert found.feasible
    assert found.optimal is not False


@BOTH
@pytest.mark.parametrize("statement", ["values", "exact"])
@pytest.mark.parametrize(("case", "outcome"), OUTCOMES, ids=lambda part: getattr(part, "name", part))
def test_every_outcome_that_is_falsified_is_named(case: Right, outcome: str, statement: str, arithmetic: str) -> None:
    for factor in (Fraction(100001, 100000), Fraction(1, 2), Fraction(-1)):
        for entry in (0, 1):
            found = mp.certify(falsified(case, outcome, entry, factor, statement), arithmetic)
            assert not found.valid, (factor, entry)
            assert found.feasible is False
            assert outcome in found.reason


@settings(max_examples=30, deadline=None)
@given(
    st.sampled_from(OUTCOMES),
    st.integers(0, 1),
    st.fractions(-3, 3, max_denominator=10**9),
    st.sampled_from(["values", "exact"]),
    st.sampled_from(["float", "exact"]),
)
def test_outcomes_are_off_by_less_than_the_tolerance_or_refused(
    part: tuple[Right, str], entry: int, factor: Fraction, statement: str, arithmetic: str
) -> None:
    """What is stated is a part of the truth; the tolerance is 1e-7, and the nearest double is no falsehood."""
    case, outcome = part
    true = getattr(mp.candidate(case.model, **case.decisions), statement)[outcome]
    old = np.array(true, dtype=object, ndmin=1)[entry % np.size(true)]
    found = mp.certify(falsified(case, outcome, entry, factor, statement), arithmetic)
    apart = abs(factor) if old == 0 else abs(factor - 1)
    if isinstance(old, bool | np.bool_) or apart > Fraction(11, 10**8) or (old == 0 and apart > 0):
        assert found.feasible is False
        assert outcome in found.reason
    elif apart < Fraction(9, 10**8):
        assert found.feasible
