"""Doubles that stand in somebody's formula are the numbers they are, where certificates are exact."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

import mechproof as mp

TENTH = Fraction(0.1)  # the double, not the decimal


class Shifted(mp.Game):
    """Everybody wants a tenth of its cost; the two large numbers take each other away, but not in doubles."""

    cost: mp.Vector = mp.vector("a cost", above=0, per="person")

    def players(self) -> tuple[mp.Player]:
        """Return the people."""
        count = len(self.cost)
        return (mp.Player("person", mp.Decision("e", [0] * count, [10] * count), utility, count=count),)


def utility(a: Any, own: Any, others: Any, cost: Any) -> Any:
    """−(e + 10¹⁷ − 10¹⁷ − c/10)²."""
    return -a.square(own + 1e17 - 1e17 - 0.1 * cost)


class Nearest(mp.Program):
    """The number nearest to one that is shifted to and fro."""

    goal: mp.Number = mp.scalar("the goal", above=0)

    def variables(self) -> tuple[mp.Decision]:
        """Return the number."""
        return (mp.Decision("x", [0], [10]),)

    def objective(self) -> Any:
        """(x + 10¹⁷ − 10¹⁷ − g/10)²."""
        return lambda a, x, goal: a.sum(a.square(x + 1e17 - 1e17 - 0.1 * goal))


@pytest.mark.parametrize("cost", [["1/3", "1/7"], [5, 20]])
def test_a_game(cost: list[Any]) -> None:
    game = Shifted(cost=cost)
    best = [TENTH * Fraction(one) for one in cost]
    right = mp.certify(mp.candidate(game, e=best), arithmetic="exact")
    assert (right.valid, right.distance) == (True, 0.0)
    for moved in (Fraction(1, 10**6), -Fraction(1, 10**6) * best[0]):
        assert not mp.certify(mp.candidate(game, e=[best[0] + moved, best[1]]), arithmetic="exact").valid


def test_a_program() -> None:
    program = Nearest(goal=7)
    right = mp.certify(mp.candidate(program, x=[7 * TENTH]), arithmetic="exact")
    assert right.valid
    assert right.gap == 0.0
    assert not mp.certify(mp.candidate(program, x=[7 * TENTH + Fraction(1, 1000)]), arithmetic="exact").valid
