"""Enclosed equilibria, deviations and curvature of declared games, against answers in closed form and dense grids."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from declared_models import Lottery

import mechproof as mp
from mechproof.formulations.data import Number, Vector
from mechproof.formulations.declaration import scalar, vector
from mechproof.formulations.language import Constraint, Decision, Game, Player, Program
from mechproof.solvers.certificates import concavity
from mechproof.solvers.certificates.concavity import concave
from mechproof.solvers.certificates.curvature import curvature
from mechproof.solvers.certificates.deviations import best_deviation, gain_at_most
from mechproof.solvers.certificates.equilibrium import enclose, exactly_stationary
from mechproof.solvers.readings.game import GameReading
from mechproof.solvers.readings.rationals import Rationals
from mechproof.solvers.readings.vectors import Vectors

BOTH = pytest.mark.parametrize("exact", [False, True], ids=["float", "exact"])


@dataclass(frozen=True)
class Known:
    """A game, what was decided before, and its equilibrium."""

    name: str
    game: Game
    decided: dict[str, Any]
    own: list[str]
    starts: list[bool]
    stays: list[bool]


KNOWN = [
    Known("a lottery", Lottery([1, 4], 36), {}, ["2", "1"], [True] * 2, [False] * 2),
    Known(
        "a contest",
        mp.StackelbergPricing(cost=[1, 1, 3], alpha=30, beta=6),
        {"reward_pool": "2"},
        ["1/2", "1/2", "0"],
        [True, True, False],
        [False, False, True],
    ),
    Known(
        "a contest on the edge",
        mp.StackelbergPricing(cost=[1, 1, 2], alpha=30, beta=6),
        {"reward_pool": "2"},
        ["1/2", "1/2", "0"],
        [True, True, False],
        [False, False, False],
    ),
    Known(
        "a capped contest",
        mp.StackelbergPricing(cost=[1, 1, 3], epsilon_cap=["1/10", "1/10", 0], alpha=30, beta=6),
        {"reward_pool": "1/2"},
        ["1/10", "1/10", "0"],
        [True, True, False],
        [False, False, True],
    ),
]


def read(case: Known, exact: bool) -> tuple[GameReading, Any, dict[str, Any]]:
    algebra: Any = Rationals() if exact else Vectors()
    number = Fraction if exact else (lambda text: float(Fraction(text)))
    own = np.array([number(text) for text in case.own], dtype=object if exact else float)
    return GameReading(case.game, algebra), own, {name: number(text) for name, text in case.decided.items()}


@BOTH
@pytest.mark.parametrize("case", KNOWN, ids=lambda case: case.name)
@pytest.mark.parametrize("size", [0, 1e-12, -1e-9, 1e-6, -1e-4])
def test_an_equilibrium_is_enclosed_as_tightly_as_it_is_known(case: Known, size: float, exact: bool) -> None:
    reading, right, decided = read(case, exact)
    upper = np.array([float(x) for x in reading.upper])
    moved = np.where(right.astype(float) < upper, 1, 0)
    own = right + right * moved * (Fraction(size) if exact else size)
    found = enclose(reading, own, decided)
    assert found is not None
    apart = float(max(abs(own - right)) / max(own))
    loose = 40 if "edge" in case.name else 1.6
    assert apart * (1 - 1e-9) <= found.distance <= loose * apart + (0 if exact and not size else 1e-13)
    assert 0 <= found.at_least <= apart * (1 + 1e-9)
    assert found.at_least >= 0.7 * apart - 1e-13
    assert found.middle.astype(float) == pytest.approx(right.astype(float), abs=1e-12 + 10 * abs(size))
    if abs(size) <= 1e-9 and case.name != "a contest on the edge":
        assert found.starts.tolist() == case.starts
        assert found.stays.tolist() == case.stays
    if case.name == "a contest on the edge":
        assert not found.stays[2]


@BOTH
@pytest.mark.parametrize("case", KNOWN[:2], ids=lambda case: case.name)
def test_no_equilibrium_is_enclosed_far_from_one(case: Known, exact: bool) -> None:
    reading, right, decided = read(case, exact)
    assert enclose(reading, right * 0, decided) is None
    far = right * 0 + (Fraction(3) if exact else 3.0)
    found = enclose(reading, far, decided)
    assert found is None or found.distance >= float(max(abs(far - right)) / 3)


def test_exactly_stationary_decisions() -> None:
    for case in KNOWN:
        reading, right, decided = read(case, True)
        assert exactly_stationary(reading, right, decided)
        for k in range(len(right)):
            moved = right.copy()
            moved[k] += Fraction(1, 10**30)
            if moved[k] > reading.upper[k]:
                continue
            assert not exactly_stationary(reading, moved, decided)
    reading, right, decided = read(KNOWN[3], True)
    for k in (0, 1):  # inside the caps with a marginal utility above zero
        moved = right.copy()
        moved[k] -= Fraction(1, 1000)
        assert not exactly_stationary(reading, moved, decided)


@BOTH
@pytest.mark.parametrize("scale", [0.5, 0.9, 0.999, 1.0, 1.001, 1.2])
@pytest.mark.parametrize("case", KNOWN[:3], ids=lambda case: case.name)
def test_what_anybody_gains_by_moving_alone(case: Known, scale: float, exact: bool) -> None:
    """Between what is found and what is bounded lies the best of a dense grid; the two are near each other."""
    reading, right, decided = read(case, exact)
    own = right * (Fraction(scale) if exact else scale)
    floats = GameReading(case.game, Vectors())
    mine, given = own.astype(float), {name: float(value) for name, value in decided.items()}
    others = mine.sum() - mine
    here = floats.utility(mine, others, given)
    grid = np.linspace(0, 4 * float(max(right)), 40_001)
    gains = []
    for k in range(len(mine)):
        there = np.array(
            [
                floats.subset(np.arange(len(mine)) == k).utility(np.array([x]), others[k : k + 1], given)[0]
                for x in grid[::40]
            ]
        )
        gains.append(float(np.max(there) - here[k]))
    gain, who = best_deviation(reading, own, decided, grid=32)
    bound = gain_at_most(reading, own, decided)
    assert bound is not None
    true = max(*gains, 0)
    assert gain >= 0.8 * true - 1e-9
    assert bound >= gain - 1e-15
    assert bound >= true - 1e-12
    assert bound <= 8 * true + 1e-4 * abs(scale - 1)
    if true > 1e-6:
        assert gains[who] == pytest.approx(true, rel=1e-6)


class Bumpy(Game):
    """Utilities fall off from a peak, but in one place they are bent upwards by a cubic."""

    at: Number = scalar("where the bend turns", above=0)
    lowest: Vector = vector("least decisions", per="player")

    def players(self) -> tuple[Player, ...]:
        count = len(self.lowest)
        decision = Decision("effort", list(self.lowest), [2] * count, symbol="x")
        return (Player("player", decision, bumpy_utility, count=count),)


def bumpy_utility(a: Any, own: Any, others: Any, at: Any) -> Any:
    return -((own - at) ** 3)


@BOTH
@pytest.mark.parametrize(
    ("at", "lowest", "right"), [(1, "1.001", True), (1, "0.99", False), (3, "0", False), ("0.5", "0.5001", True)]
)
def test_utilities_are_concave_between_the_bounds_only(
    at: Any, lowest: str, right: bool, exact: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """−(x − a)³ is concave for x ≥ a, convex below."""
    monkeypatch.setattr(concavity, "PIECES", 256)
    reading = GameReading(Bumpy(at, [lowest, 2]), Rationals() if exact else Vectors())
    one = Fraction(3, 2) if exact else 1.5
    assert concave(reading, np.array([one, one]), {}) is right


@BOTH
def test_the_whole_range_is_looked_at(exact: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bend upwards in a thousandth of the range, wherever that is."""
    monkeypatch.setattr(concavity, "PIECES", 256)

    class Dented(Game):
        centre: Number = scalar("where it is bent upwards", above=0)

        def players(self) -> tuple[Player, ...]:
            return (Player("player", Decision("effort", [0, 0], [1, 1], symbol="x"), dented, count=2),)

    for centre in ("0.0003", "0.25", "0.5", "0.77", "0.9997"):
        reading = GameReading(Dented(centre), Rationals() if exact else Vectors())
        one = Fraction(1, 2) if exact else 0.5
        assert not concave(reading, np.array([one, one]), {})
    reading = GameReading(Dented("3"), Rationals() if exact else Vectors())
    assert concave(reading, np.array([one, one]), {})


def dented(a: Any, own: Any, others: Any, centre: Any) -> Any:
    """Its second derivative is 10⁻⁶ − (x − c)²."""
    apart = own - centre
    return own * own / 2_000_000 - apart * apart * apart * apart / 12


class Bowl(Program):
    """A quadratic with one mixed term."""

    steep: Vector = vector("half the curvatures", above=0, per="item")
    mixed: Number = scalar("a mixed derivative")

    def variables(self) -> tuple[Decision, ...]:
        return (Decision("x", [0, 0], [1, 2]),)

    def objective(self) -> Any:
        return bowl

    def constraints(self) -> tuple[Constraint, ...]:
        return ()


def bowl(a: Any, x: Any, steep: Any, mixed: Any) -> Any:
    return a.sum(steep * x * x) + mixed * x[0] * x[1]


@BOTH
def test_curvature_is_what_the_mixed_derivatives_leave(exact: bool) -> None:
    """In units of the sides 1 and 2: 2 s₁ − 2 |m| and 2 s₂ − |m|/2."""
    low, high = np.array([0.0, 0.0]), np.array([1.0, 2.0])
    if exact:
        low, high = (np.array([Fraction(x) for x in end], dtype=object) for end in (low, high))
    for steep, mixed, wanted in (
        ([3, 5], 1, [4, 9.5]),
        ([3, 5], -2, [2, 9]),
        ([3, 5], 4, [0, 0]),
        ([3, "0.1"], 1, [0, 0]),
    ):
        found = curvature(Bowl(steep, mixed), (low, high), exact)
        assert [float(x) for x in found] == pytest.approx(wanted, rel=1e-7)
        if not exact and any(wanted):
            assert np.all(found <= np.array(wanted) - 1e-9)
            assert np.all(found >= np.array(wanted) - 1e-7)


CONTEST = mp.StackelbergPricing(cost=[1, 1], alpha=4, beta=2)


@BOTH
@pytest.mark.parametrize("factor", ["1.00001", "0.99999", "1.001"])
def test_gaps_and_distances_of_a_pool_a_little_off(exact: bool, factor: str) -> None:
    """The pool is best at 1, where 1/4 each is sold; at another pool B it is B/4, and ln(1 + B)·2 − B is earned."""
    pool = Fraction(factor)
    answer = mp.candidate(CONTEST, reward_pool=pool, epsilon=[pool / 4, pool / 4])
    found = mp.certify(answer, arithmetic="exact" if exact else "float", tolerance=0.01)
    assert found.optimal is True
    apart = float(abs(pool - 1))
    lost = float((2 * np.log(2) - 1) - (2 * np.log1p(float(pool)) - float(pool))) / 2
    assert found.distance is not None
    assert apart / float(max(pool, 1)) * 0.99 <= found.distance <= 120 * apart
    assert found.gap is not None
    assert lost * (1 - 1e-6) - 1e-13 <= found.gap <= 200 * lost + 1e-12


@BOTH
def test_a_budget_a_little_off_is_told_by_what_it_loses(exact: bool) -> None:
    """One of two at ¼(1 + s) in place of ¼ at a pool of 1 loses s²/16 or so, of a largest pool of 2."""
    for size in (Fraction(1, 10**4), Fraction(1, 100)):
        own = [Fraction(1, 4) * (1 + size), Fraction(1, 4)]
        found = mp.certify(
            mp.candidate(CONTEST, reward_pool=1, epsilon=own), arithmetic="exact" if exact else "float", tolerance=0.05
        )
        assert found.feasible
        true = float(size) / (1 + float(size))
        assert found.distance is not None
        assert true * 0.999 <= found.distance <= 4 * true
        if found.gap is not None:
            assert float(size) ** 2 / 64 <= found.gap <= float(size)


@BOTH
def test_the_gap_of_a_game_without_a_leader_is_relative_to_the_largest_utility(exact: bool) -> None:
    """At (2, 1) of 36 the utilities are 20 and 8; a hair off, the gain is of second order in it."""
    for size in (Fraction(1, 1000), Fraction(1, 100)):
        own = [2 * (1 + size), Fraction(1)]
        found = mp.certify(
            mp.candidate(KNOWN[0].game, effort=own), arithmetic="exact" if exact else "float", tolerance=0.05
        )
        assert found.gap is not None
        best = max(36 * x / (x + 1) - x * x for x in np.linspace(1.9, 2.1, 20_001))
        there = 36 * float(own[0]) / (float(own[0]) + 1) - float(own[0]) ** 2
        assert (best - there) / 21 <= found.gap
        assert found.gap <= 6 * (best - there) / 19 + 1e-9
