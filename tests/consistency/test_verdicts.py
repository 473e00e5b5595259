"""Verdicts agree with each other: certificates with verification, with a right answer, and with looser tolerances."""

from __future__ import annotations

from typing import Any

import pytest
from consistency.cases import MODELS, Case, cases, verdict
from hypothesis import given
from hypothesis import strategies as st
from promises.strategies import examples

import mechproof as mp

pytestmark = pytest.mark.slow

EVERY = pytest.mark.parametrize("name", MODELS)
JUDGED = pytest.mark.parametrize("name", [name for name in MODELS if name != "programs"])
TOLERANCE = 1e-7
tolerances = st.lists(st.sampled_from([1e-12, 1e-10, 1e-8, 1e-7, 1e-5, 1e-3]), min_size=2, max_size=2, unique=True)
arithmetics = st.sampled_from(["float", "exact"])


def few(name: str) -> Any:
    """A contest takes a second to verify, and games without a leader nearly as long."""
    return examples(1 if name in ("contest", "games") else 3)


def promised(case: Case) -> list[Any]:
    model = case.instance.model()
    found = mp.verify(mp.candidate(model, **case.answer.stated()))
    return [item for item in found.items if item.property in model.promises]


@EVERY
def test_what_is_refuted_is_shown(name: str) -> None:
    """A refuted answer breaks a row or a promise, or a right answer, which is certified, is elsewhere."""

    @few(name)
    @given(cases(name, near=True), arithmetics)
    def holds(case: Case, arithmetic: str) -> None:
        found = case.certify(arithmetic, TOLERANCE)
        if verdict(found) != "refuted":
            return
        truth = case.instance.truth(case.answer.decisions)
        if max(truth.high, truth.kept) > TOLERANCE / 2 or not truth.same_side:
            return
        assert name != "programs", found
        assert any(item.verdict == "violated" for item in promised(case)), found

    holds()


@JUDGED
def test_what_is_verified_is_not_refuted(name: str) -> None:
    """Where every promise holds; of prices near a survey only safety is promised, and the best prices are not."""

    @few(name)
    @given(cases(name, near=True), arithmetics)
    def holds(case: Case, arithmetic: str) -> None:
        found = case.certify(arithmetic, TOLERANCE)
        refuted = found.feasible is False if name == "prices" else verdict(found) == "refuted"
        if refuted:
            assert not all(item.verdict == "holds" for item in promised(case)), found

    holds()


@EVERY
def test_a_looser_tolerance_refutes_nothing_valid(name: str) -> None:
    @examples(3)
    @given(cases(name, near=True), tolerances, arithmetics)
    def holds(case: Case, pair: list[float], arithmetic: str) -> None:
        strict, loose = sorted(pair)
        if verdict(first := case.certify(arithmetic, strict)) == "valid":
            second = case.certify(arithmetic, loose)
            assert verdict(second) != "refuted", (first, second)

    holds()
