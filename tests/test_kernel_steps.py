"""Steps in sentences: 1 where x ≥ y, else 0, case by case; what is false of them gets no certificate."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mechproof.proofs.kernel.polynomials import cases_of
from mechproof.proofs.kernel.sentence import Sentence, above, at_least, at_most, equal
from mechproof.proofs.provers.certificate_search import proofs_of

POSITIVE = {"x ≥ 0": lambda a, x: at_least(x, 0), "y ≥ 0": lambda a, y: at_least(y, 0)}


@pytest.mark.parametrize(
    ("goal", "true"),
    [
        (lambda a, x, y: at_least((x - y) * a.at_least(x, y), 0), True),
        (lambda a, x, y: above((x - y) * a.at_least(x, y), 0), False),  # where they are equal, or x is less
        (lambda a, x, y: at_most((x - y) * (1 - a.at_least(x, y)), 0), True),
        (lambda a, x, y: above(y - x + a.at_least(x, y) * (x - y + 1), 0), True),  # strict where the step is 0
        (lambda a, x, y: above(y - x + a.at_least(y, x) * (x - y) + 0 * x, -1), False),
        (lambda a, x, y: equal(a.maximum(x, y), y + (x - y) * a.at_least(x, y)), True),
        (lambda a, x, y: equal(a.minimum(x, y), y + (x - y) * a.at_least(x, y)), False),
        (lambda a, x, y: at_least(a.at_least(x, y) + a.at_least(y, x), 1), True),
        (lambda a, x, y: at_most(a.at_least(x, y) + a.at_least(y, x), 1), False),  # both, where they are equal
    ],
)
def test_what_is_true_of_steps_is_certified_and_what_is_not_is_not(goal: Callable[..., Any], true: bool) -> None:
    assert (proofs_of(Sentence(POSITIVE, goal)) is not None) == true


def test_a_step_has_two_cases_one_of_them_strict() -> None:
    cases = cases_of(Sentence({}, lambda a, x, y: at_least(a.at_least(x, y) * x, 0)))
    found = sorted(line.sign for lines in cases for line in lines if line.role == "case")
    assert found == [">", ">="]


def test_a_step_between_numbers_has_no_case() -> None:
    cases = cases_of(Sentence({}, lambda a, x: at_least(x * a.at_least(a.number(1), 1), x)))
    assert len(cases) == 1
