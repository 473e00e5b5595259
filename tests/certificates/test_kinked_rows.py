"""Rows with kinks, on the kink: allowances, thresholds and distances that a program must keep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

import mechproof as mp


class Amounts(mp.Program):
    """The cheapest two amounts between 0 and 10; subclasses say what they must keep."""

    cost: mp.Vector = mp.vector("a cost", per="good")

    def variables(self) -> tuple[mp.Decision, ...]:
        return (mp.Decision("x", [0, 0], [10, 10]),)

    def objective(self) -> Any:
        return lambda a, x, cost: a.sum(cost * x)


class Allowance(Amounts):
    """No more than 2 of the first counts."""

    def constraints(self) -> tuple[mp.Constraint, ...]:
        return (mp.Constraint("enough", lambda a, x: a.minimum(x[0], 2) + x[1] - 3),)


class Each(Amounts):
    """No more than 2 of either counts."""

    def constraints(self) -> tuple[mp.Constraint, ...]:
        return (mp.Constraint("enough", lambda a, x: a.sum(a.minimum(x, 2)) - 3),)


class Fixed(Amounts):
    """One unit of the first costs room even where it is not used."""

    def constraints(self) -> tuple[mp.Constraint, ...]:
        return (mp.Constraint("room", lambda a, x: 5 - a.maximum(x[0], 1) - x[1]),)


class Near(Amounts):
    """Both not far from 3."""

    def constraints(self) -> tuple[mp.Constraint, ...]:
        return (mp.Constraint("near", lambda a, x: 2 - a.absolute(x[0] - 3) - a.absolute(x[1] - 3)),)


class Least(Amounts):
    """The smaller of both."""

    def constraints(self) -> tuple[mp.Constraint, ...]:
        return (mp.Constraint("least", lambda a, x: a.minimum(x[0], x[1]) - 3),)


@dataclass(frozen=True)
class Judged:
    """A program, an answer, and whether it is the cheapest."""

    program: Amounts
    x: tuple[Any, Any]
    right: bool


CASES = [
    Judged(Allowance([1, 2]), (2, 1), True),
    Judged(Allowance([1, 1]), (2, 1), True),
    Judged(Allowance([1, 1]), (0, 3), True),
    Judged(Allowance([2, 1]), (2, 1), False),
    Judged(Each([1, 2]), (2, 1), True),
    Judged(Each([1, 1]), (2, 1), True),
    Judged(Each([2, 1]), (2, 1), False),
    Judged(Fixed([0, -1]), (1, 4), True),
    Judged(Fixed([-1, -2]), (1, 4), True),
    Judged(Fixed([-1, -2]), (0, 4), False),
    Judged(Fixed([-2, -1]), (1, 4), False),
    Judged(Near([1, 2]), (3, 1), True),
    Judged(Near([1, 1]), (3, 1), True),
    Judged(Near([2, 1]), (3, 1), False),
    Judged(Least([1, 2]), (3, 3), True),
    Judged(Least([1, 0]), (3, 3), True),
    Judged(Least([-1, 2]), (3, 3), False),
]


@pytest.mark.parametrize("arithmetic", ["float", "exact"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{type(case.program).__name__} {case.program.cost} {case.x}")
def test_the_cheapest_is_certified_on_a_rows_kink(case: Judged, arithmetic: str) -> None:
    found = mp.certify(mp.candidate(case.program, x=case.x), arithmetic=arithmetic)
    assert found.feasible
    assert found.valid is case.right, found


@pytest.mark.parametrize("case", CASES[:2] + CASES[11:13], ids=lambda case: f"{type(case.program).__name__}")
def test_gaps_are_bounds_of_what_dense_grids_find(case: Judged) -> None:
    """Feasible answers off the best: a stated gap is at least what the best of a grid is cheaper by."""
    cost = np.array(case.program.cost, dtype=float)
    best = float(cost @ np.array(case.x, dtype=float))
    for off in (0.01, 0.5):
        answer = (case.x[0], case.x[1] + off)
        found = mp.certify(mp.candidate(case.program, x=answer))
        assert not found.valid
        at = float(cost @ np.array(answer, dtype=float))
        assert found.gap is None or found.gap >= (at - best) / at - 1e-12


def test_sums_of_one_number_are_refused() -> None:
    """A payment that is the same for all, and written as one number, would be paid once."""

    class Equal(mp.Game):
        pool: mp.Number = mp.scalar("a pool")

        def players(self) -> tuple[mp.Player, ...]:
            return (mp.Player("player", mp.Decision("x", [0, 0], [1, 1]), lambda a, own: own - own * own, count=2),)

        def outcomes(self) -> dict[str, Any]:
            return {"payment": lambda a, pool, player_count: pool / player_count}

        def constraints(self) -> tuple[mp.Constraint, ...]:
            return (mp.Constraint("budget", lambda a, pool, payment: pool / 2 - a.sum(payment)),)

    with pytest.raises(mp.UnsupportedModel, match=r"test_kinked_rows.py.*times their count: client_count"):
        Equal(1)
