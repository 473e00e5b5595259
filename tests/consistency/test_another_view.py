"""Units of money and of privacy, the order of people and their names change no verdict and no answer."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from consistency.cases import MODELS, Case, buyers_reordered, cases, in_units, named, reordered, verdict
from hypothesis import given
from hypothesis import strategies as st
from promises.strategies import examples

import mechproof as mp

pytestmark = pytest.mark.slow

EVERY = pytest.mark.parametrize("name", MODELS)
ARITHMETICS = st.sampled_from(["float", "exact"])
units = st.integers(-9, 9).map(lambda power: Fraction(10) ** power)
orders = st.permutations(range(6))
FEW = 2


def same_verdict(one: Case, other: Case, arithmetic: str) -> None:
    """Exactly the same over fractions; in doubles, whose roundings differ, never valid here and refuted there."""
    found = [case.certify(arithmetic) for case in (one, other)]
    said = [verdict(certificate) for certificate in found]
    if arithmetic == "exact":
        assert said[0] == said[1], found
    else:
        assert set(said) != {"valid", "refuted"}, found


@EVERY
def test_units_change_no_verdict(name: str) -> None:
    @examples(FEW)
    @given(cases(name, exact=True), units, units, ARITHMETICS)
    def holds(case: Case, money: Fraction, epsilon: Fraction, arithmetic: str) -> None:
        same_verdict(case, in_units(case, money, epsilon), arithmetic)

    holds()


@EVERY
def test_the_order_of_people_changes_no_verdict(name: str) -> None:
    @examples(FEW)
    @given(cases(name), orders, ARITHMETICS)
    def holds(case: Case, order: Sequence[int], arithmetic: str) -> None:
        same_verdict(case, reordered(case, order), arithmetic)

    holds()


@examples(FEW)
@given(cases("revenue"), orders, ARITHMETICS)
def test_the_order_of_buyers_changes_no_verdict(case: Case, order: Sequence[int], arithmetic: str) -> None:
    same_verdict(case, buyers_reordered(case, order), arithmetic)


@pytest.mark.parametrize("name", ["contest", "prices", "revenue", "contract", "market"])
def test_names_change_no_verdict(name: str) -> None:
    @examples(FEW)
    @given(cases(name), ARITHMETICS)
    def holds(case: Case, arithmetic: str) -> None:
        field, owners = named(case.instance)
        people = [f"nr {k}" for k in range(len(getattr(case.instance, owners)))]
        plain, given = case.certify(arithmetic), case.certify(arithmetic, **{field: people})
        assert (plain.feasible, plain.optimal, plain.distance) == (given.feasible, given.optimal, given.distance)

    holds()


def solved(case: Case) -> dict[str, Any]:
    model = case.instance.model()
    answer = mp.solve(model, arithmetic="float")
    return {decision.name: answer.values[decision.name] for decision in model.decisions()}


@pytest.mark.parametrize("name", ["contest", "prices", "contract", "market"])
def test_people_in_another_order_get_the_same(name: str) -> None:
    """Where there is one answer only, and the default back end finds it."""

    @examples(2)
    @given(cases(name, near=True), orders)
    def holds(case: Case, order: Sequence[int]) -> None:
        if getattr(case.instance, "loss", "squared") != "squared":
            return
        size = len(getattr(case.instance, named(case.instance)[1]))
        places = [place for place in order if place < size]
        here, there = solved(case), solved(reordered(case, order))
        for key, value in here.items():
            expected = np.asarray(value)[places] if np.ndim(value) else value
            assert there[key] == pytest.approx(expected, rel=1e-9, abs=1e-9 * float(np.max(np.abs(value))))

    holds()
