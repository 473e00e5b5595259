"""Programs of one's own: no unit, no constant and nothing that is fixed hides how far an answer is from the optimum."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mechproof as mp

BOTH = pytest.mark.parametrize("arithmetic", ["float", "exact"])


class Fit(mp.Program):
    """Rising prices nearest to wishes that rise already: the wishes, in any unit of money."""

    wish: mp.Vector = mp.vector("a wish", above=0, per="version")
    unit: mp.Number = mp.scalar("a unit", above=0)

    def variables(self) -> tuple[mp.Decision, ...]:
        return (mp.Decision("price", [0] * len(self.wish), [50 * self.unit] * len(self.wish)),)

    def objective(self) -> Any:
        return lambda a, price, wish, unit: a.sum(a.square(price - unit * wish))

    def constraints(self) -> tuple[mp.Constraint, ...]:
        return (mp.Constraint("rising", lambda a, price: price[1:] - price[:-1]),)


class PartlyBent(mp.Program):
    """(x − 1)² − w y, bent along x alone; the optimum is (1, 1)."""

    weight: mp.Number = mp.scalar("a weight", above=0)

    def variables(self) -> tuple[mp.Decision, ...]:
        return mp.Decision("x", 0, 5), mp.Decision("y", 0, 1)

    def objective(self) -> Any:
        return lambda a, x, y, weight: a.square(x - 1) - weight * y


class Beside(mp.Program):
    """2 x, of x ≥ 1, beside a sum that is fixed: by its bounds, or by an equality."""

    fixed: mp.Number = mp.scalar("what is fixed", above=0)
    by: str = mp.choice("bounds", "equality")

    def variables(self) -> tuple[mp.Decision, ...]:
        least, most = (self.fixed, self.fixed) if self.by == "bounds" else (0, 2 * self.fixed)
        return mp.Decision("x", 1, 5), mp.Decision("rest", least, most), mp.Decision("more", 0, 4 * self.fixed)

    def objective(self) -> Any:
        return lambda a, x, rest, more: 2 * x + rest + more

    def constraints(self) -> tuple[mp.Constraint, ...]:
        first = mp.Constraint("first", lambda a, rest, fixed: rest - fixed, equality=True)
        second = mp.Constraint("second", lambda a, more, rest: more - 2 * rest, equality=True)
        return (first, second) if self.by != "bounds" else (second,)


class Logarithmic(mp.Program):
    """The least x whose logarithm is not negative."""

    def variables(self) -> tuple[mp.Decision, ...]:
        return (mp.Decision("x", 0, 10),)

    def objective(self) -> Any:
        return lambda a, x: x

    def constraints(self) -> tuple[mp.Constraint, ...]:
        return (mp.Constraint("large", lambda a, x: a.log(x)),)


@BOTH
@settings(max_examples=12, deadline=None)
@given(
    exponent=st.integers(-9, 9), away=st.sampled_from([Fraction(1), Fraction(1, 10), Fraction(1, 10**5), Fraction(0)])
)
def test_no_unit_hides_a_distance(arithmetic: str, exponent: int, away: Fraction) -> None:
    unit = Fraction(10) ** exponent
    price = [unit * wish * (1 + away) for wish in (1, 2, 3)]
    found = mp.certify(mp.candidate(Fit([1, 2, 3], unit), price=price), arithmetic=arithmetic)
    assert found.valid == (away == 0), found
    assert found.distance is not None
    assert found.distance >= float(away) / (1 + float(away)) * (1 - 1e-9)


@BOTH
@settings(max_examples=12, deadline=None)
@given(away=st.floats(1e-6, 1), weight=st.sampled_from([1, 10, 10**4]))
def test_what_is_bent_is_near_even_beside_what_is_not(arithmetic: str, away: float, weight: int) -> None:
    game = PartlyBent(weight)
    assert mp.certify(mp.candidate(game, x=1, y=1), arithmetic=arithmetic).valid
    assert not mp.certify(mp.candidate(game, x=1 + Fraction(away), y=1), arithmetic=arithmetic).valid


@BOTH
@pytest.mark.parametrize("by", ["bounds", "equality"])
@pytest.mark.parametrize("fixed", [1, 10**9])
def test_what_is_fixed_hides_nothing(fixed: int, by: str, arithmetic: str) -> None:
    program = Beside(fixed, by)
    for x, right in ((1, True), (2, False), ("1.00001", False)):
        found = mp.certify(mp.candidate(program, x=x, rest=fixed, more=2 * fixed), arithmetic=arithmetic)
        assert found.valid == right, (x, found)


@BOTH
def test_a_row_without_a_value_is_said_to_have_none(arithmetic: str) -> None:
    found = mp.certify(mp.candidate(Logarithmic(), x=0), arithmetic=arithmetic)
    assert found.feasible is False
    assert found.reason == "large has no value there"


class Apart(mp.Program):
    """The larger of x + y − 1 and 2 − 2 x, and |x − y|: at x = y the larger of 2 x − 1 and 2 − 2 x, least at 3/4."""

    def variables(self) -> tuple[mp.Decision, ...]:
        return mp.Decision("x", -5, 5), mp.Decision("y", -5, 5)

    def objective(self) -> Any:
        return lambda a, x, y: a.maximum(x + y - 1, 2 * (1 - x)) + a.absolute(x - y)


class Allowance(mp.Program):
    """The largest x + y, of which what is above an allowance of 1 costs three times as much: (1, 1)."""

    def variables(self) -> tuple[mp.Decision, ...]:
        return (mp.Decision("x", [0, 0], [5, 5]),)

    def objective(self) -> Any:
        return lambda a, x: a.sum(3 * a.maximum(x - 1, 0) - a.minimum(x, 2))


class SquaredKink(mp.Program):
    """The square of a kink that may be negative by any mean of its sides: nothing is shown on the kink."""

    def variables(self) -> tuple[mp.Decision, ...]:
        return (mp.Decision("x", -5, 5),)

    def objective(self) -> Any:
        return lambda a, x: a.square(a.maximum(x, 0)) - x / 10


@BOTH
@settings(max_examples=20, deadline=None)
@given(x=st.integers(-20, 20), y=st.integers(-20, 20))
def test_kinks_are_judged_as_by_hand(arithmetic: str, x: int, y: int) -> None:
    def value(x: Fraction, y: Fraction) -> Fraction:
        return max(x + y - 1, 2 - 2 * x) + abs(x - y)

    at = Fraction(x, 4), Fraction(y, 4)
    least = min(value(Fraction(p, 4), Fraction(q, 4)) for p in range(-8, 13) for q in range(-8, 13))
    found = mp.certify(mp.candidate(Apart(), x=at[0], y=at[1]), arithmetic=arithmetic)
    assert found.valid == (value(*at) == least)
    assert found.gap is not None
    assert found.optimal is not False


@BOTH
def test_allowances_are_certified(arithmetic: str) -> None:
    assert mp.certify(mp.candidate(Allowance(), x=[1, 1]), arithmetic=arithmetic).valid
    for wrong in ([1, "1.001"], ["0.999", 1], [2, 2], [0, 0]):
        assert not mp.certify(mp.candidate(Allowance(), x=wrong), arithmetic=arithmetic).valid
    assert mp.solve(Allowance()).certificate.valid


@BOTH
def test_a_kink_that_may_not_rise_is_left_undecided(arithmetic: str) -> None:
    for x in (0, -1):
        assert mp.certify(mp.candidate(SquaredKink(), x=x), arithmetic=arithmetic).optimal is None


class Root(mp.Program):
    """The least x, of which a root or a logarithm is asked for at the bound zero, where its slope is infinite."""

    what: str = mp.choice("a root in the objective", "a root in a row", "a logarithm")

    def variables(self) -> tuple[mp.Decision, ...]:
        return (mp.Decision("x", 0, 5),)

    def objective(self) -> Any:
        return {
            "a root in the objective": lambda a, x: x - a.sqrt(x) / 9,
            "a root in a row": lambda a, x: x,
            "a logarithm": lambda a, x: x - a.log(x),
        }[self.what]

    def constraints(self) -> tuple[mp.Constraint, ...]:
        return (mp.Constraint("root", lambda a, x: a.sqrt(x)),) if self.what == "a root in a row" else ()


@BOTH
@pytest.mark.parametrize("what", ["a root in the objective", "a root in a row", "a logarithm"])
def test_where_slopes_are_infinite_nothing_is_shown(what: str, arithmetic: str) -> None:
    found = mp.certify(mp.candidate(Root(what), x=0), arithmetic=arithmetic)
    assert found.optimal is None
    assert found.reason
