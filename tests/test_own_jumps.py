"""Nothing is concluded from continuity of a utility that jumps: best decisions may only be approached."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import mechproof as mp


class _Sold(mp.Game):
    worth: mp.Vector = mp.vector("what a unit is worth", above=0, per="owner")

    def players(self) -> tuple[mp.Player]:
        sold = mp.Decision("x", np.zeros(len(self.worth)), np.ones(len(self.worth)))
        return (mp.Player("owner", sold, type(self).utility, count=len(self.worth)),)


class LostAtTheEnd(_Sold):
    """w x below 1 and nothing at 1: the best is approached, and never reached."""

    @staticmethod
    def utility(a: Any, own: Any, worth: Any) -> Any:
        return worth * own * (1 - a.at_least(own, 1))


class StepOfAStep(_Sold):
    """The same by a step that compares a step: each pays where it is 1."""

    @staticmethod
    def utility(a: Any, own: Any, worth: Any) -> Any:
        return worth * own * a.at_least(0.5 - a.at_least(own, 1), 0)


class Chase(_Sold):
    """Some want to sell where the others do, and some where they do not: matching pennies."""

    kind: mp.Vector = mp.vector("0 or 1", at_least=0, per="owner")

    @staticmethod
    def utility(a: Any, own: Any, others: Any, worth: Any, kind: Any) -> Any:
        return worth * own * (2 * kind - 1) * (2 * a.at_least(others, 0.5) - 1)


class TwoThings(_Sold):
    """The first again, beside a second decision."""

    def players(self) -> tuple[mp.Player]:
        none, one = np.zeros(len(self.worth)), np.ones(len(self.worth))
        x, y = mp.Decision("x", none, one), mp.Decision("y", none, one)
        return (mp.Player("owner", x, type(self).utility, count=len(self.worth), second=y),)

    @staticmethod
    def utility(a: Any, own_x: Any, others_x: Any, own_y: Any, worth: Any) -> Any:
        return worth * own_x * (1 - 2 * a.at_least(others_x, 0.5)) - a.square(own_y)


@pytest.mark.parametrize("game", [LostAtTheEnd, StepOfAStep, Chase, TwoThings])
def test_no_equilibrium_is_proved_where_a_utility_jumps(game: type[mp.Game]) -> None:
    assert mp.prove(game, claim="own/existence").claims[0].verdict != mp.ClaimVerdict.PROVED


class Known(_Sold):
    """A step of the data alone moves nothing that is decided on."""

    @staticmethod
    def utility(a: Any, own: Any, worth: Any) -> Any:
        return worth * own * a.at_least(worth, 2)


def test_a_step_of_data_is_no_jump() -> None:
    assert mp.prove(Known, claim="own/existence").claims[0].verdict == mp.ClaimVerdict.PROVED
