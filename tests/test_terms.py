"""Terms are read as the plain functions that say the same: as fractions, and as the polynomials that are proved."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import mechproof as mp
from mechproof.formulations.algebra import read, roles_of
from mechproof.formulations.stackelberg.declaration import client_utility
from mechproof.proofs.kernel.polynomials import cases_of
from mechproof.proofs.kernel.sentence import Induction, Sentence, above, at_least, at_most, below, equal
from mechproof.proofs.kernel.terms import maximum, minimum, number, sqrt
from mechproof.solvers.readings.rationals import Rationals

x, y, own_role = mp.roles("x y own")
NUMBERS = st.fractions(min_value=Fraction(1, 9), max_value=9, max_denominator=99)

PAIRS = [
    (x + 2 * y > 1, lambda a, x, y: above(x + 2 * y, 1)),
    (1 - x <= y - 1 / x, lambda a, x, y: at_most(1 - x, y - 1 / x)),
    (x**2 / (x + y) < -y, lambda a, x, y: below(x**2 / (x + y), -y)),
    ((x * y).equals(3), lambda a, x, y: equal(x * y, 3)),
    (maximum(x, y) - minimum(x, 1) >= 0, lambda a, x, y: at_least(a.maximum(x, y) - a.minimum(x, 1), 0)),
    (sqrt(x) * sqrt(y) >= 1, lambda a, x, y: at_least(a.sqrt(x) * a.sqrt(y), 1)),
    ((x - y).at(x=y, y=x) > 0, lambda a, x, y: above(y - x, 0)),
    ((x / y).at(y=2 * x + y, x=1) > 0, lambda a, x, y: above(1 / (2 * x + y), 0)),
    ((x**2 * y).slope(x) > 0, lambda a, x, y: above(2 * x * y, 0)),
    ((x * y).at(y=x**2).slope(x) > y, lambda a, x, y: above(3 * x**2, y)),
    ((x * y).slope(x).at(y=x**2) > y, lambda a, x, y: above(x**2, y)),
]


def lines(goal: Any) -> Any:
    """What the kernel is asked to show, of positive x and y."""
    positive = {"x > 0": lambda a, x: above(x, 0), "y > 0": lambda a, y: above(y, 0)}
    return [
        sorted((line.role, line.sign, sorted(line.polynomial.items(), key=str)) for line in case)
        for case in cases_of(Sentence(positive, goal))
    ]


@pytest.mark.parametrize(("term", "function"), PAIRS)
def test_the_kernel_reads_a_term_as_the_function_that_says_the_same(term: mp.Term, function: Any) -> None:
    assert lines(term) == lines(function)


@given(*[NUMBERS] * 4)
def test_a_declared_formula_is_lifted_as_it_stands(own: Any, others: Any, cost: Any, reward_pool: Any) -> None:
    values = {"own": own, "others": others, "cost": cost, "reward_pool": reward_pool}
    lifted = mp.Term(client_utility)
    assert roles_of(lifted) == roles_of(client_utility)
    assert read(lifted, Rationals(), values) == reward_pool * own / (own + others) - cost * own
    marginal = reward_pool * others / (own + others) ** 2 - cost
    assert read(lifted.slope(own_role), Rationals(), values) == marginal


def test_a_statement_of_two_comparisons_is_refused() -> None:
    with pytest.raises(TypeError, match="two statements"):
        assert 0 < x < 1
    with pytest.raises(TypeError, match="two statements"):
        bool(x > 0)


def test_an_induction_of_terms_has_the_roles_of_one_of_functions() -> None:
    total, count = mp.roles("total count")
    walk = Induction({"total": x, "count": number(1)}, (total <= y * count,), member={"x ≤ y": x <= y})
    assert (walk.person, walk.everybody) == (("x",), ("y",))


@pytest.mark.parametrize("term", [x * x, -x, x + y, number(2)])
def test_a_slope_is_with_respect_to_a_role(term: mp.Term) -> None:
    """The slope of x⁴ in x² would be 2 x², and what was meant by it was 4 x³."""
    with pytest.raises(TypeError, match="with respect to a role"):
        (x**4).slope(term)


def test_a_statement_has_no_slope() -> None:
    """It was taken for a constant, so that whatever is said to hold at least 0 in it held."""
    with pytest.raises(TypeError, match="a statement has no slope"):
        lines((x < y).slope(x) >= 0)


COMPARED = {"<": x * x < y, "<=": x * x <= y, ">": x * x > y, ">=": x * x >= y}


@pytest.mark.parametrize("sign", COMPARED)
def test_a_comparison_is_read_as_it_is_written(sign: str) -> None:
    """Python asks a right side of a more special class first, turned around."""
    found = read(COMPARED[sign], Rationals(), {"x": Fraction(2), "y": Fraction(5)})
    assert (found.left, found.sign, found.right) == (4, sign, 5)
