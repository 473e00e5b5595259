"""Intervals, corrections and equality tests against their definitions and against simulation."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from mechproof.dpfl.training.prediction import noise_curve, noise_ladder, order_agreement
from mechproof.dpfl.training.statistics import compare, corrected, holm, interval
from mechproof.formulations.errors import InputError

DIFFERENCE = [0.021, 0.034, 0.018, 0.029, 0.041, 0.025, 0.038, 0.015, 0.03, 0.027]


def closed_testing(p_values: list[float]) -> list[float]:
    """Holm's adjusted values by their meaning: the worst Bonferroni test of any family that contains the hypothesis."""
    places = range(len(p_values))
    families = [family for size in places for family in combinations(places, size + 1)]
    bonferroni = {family: min(1.0, len(family) * min(p_values[i] for i in family)) for family in families}
    return [max(p for family, p in bonferroni.items() if place in family) for place in places]


@given(st.lists(st.floats(0, 1), min_size=1, max_size=6))
def test_holm_is_the_closure_of_bonferroni(p_values: list[float]) -> None:
    assert holm(p_values) == pytest.approx(closed_testing(p_values))


@pytest.mark.parametrize("method", ["t", "bca"])
def test_intervals_cover_as_often_as_they_say(method: str) -> None:
    generator = np.random.default_rng(0)
    runs = 1000 if method == "t" else 60
    covered = [interval(generator.normal(3, 2, 10).tolist(), 0.8, method).contains(3) for _ in range(runs)]  # type: ignore[arg-type]
    assert np.mean(covered) == pytest.approx(0.8, abs=3.5 * np.sqrt(0.16 / runs) + (0.05 if method == "bca" else 0))


def test_the_two_interval_methods_agree_on_well_behaved_values() -> None:
    student, bootstrap = interval(DIFFERENCE), interval(DIFFERENCE, method="bca", seed=1)
    assert (bootstrap.low, bootstrap.high) == pytest.approx((student.low, student.high), abs=0.004)
    assert interval(DIFFERENCE, method="bca", seed=1) == bootstrap


@pytest.mark.parametrize("shift", [0.0, 0.012, 0.0145, 0.016, 0.018, 0.03, 0.2])
def test_equality_is_shown_exactly_when_the_wider_interval_lies_within_the_margin(shift: float) -> None:
    values = np.array(DIFFERENCE) - np.mean(DIFFERENCE) + shift
    contrast = compare("a", values.tolist(), "b", [0.0] * len(values), margin=0.02)
    narrower = interval(values.tolist(), confidence=0.9)  # two one-sided tests at 5 % are the 90 % interval
    assert contrast.equal_within_margin == (narrower.low > -0.02 and narrower.high < 0.02)


def test_verdicts() -> None:
    first = (0.5 + np.array(DIFFERENCE)).tolist()
    half = [0.5] * len(first)
    wavering = [0.5 + 0.01 * (-1) ** i for i in range(len(first))]
    assert compare("a", first, "b", half).verdict == "higher"
    assert compare("a", half, "b", first).verdict == "lower"
    assert compare("a", wavering, "b", half).verdict == "no detectable difference"
    assert compare("a", first, "b", first).verdict == "exact tie"
    assert compare("a", [0.7] * 3, "b", [0.6] * 3).verdict == "higher"  # no spread at all, but a difference
    assert compare("a", first, "b", half).p_value == pytest.approx(stats.ttest_rel(first, half).pvalue)


def test_correction_can_take_a_verdict_back_but_not_a_tie() -> None:
    weak = compare("a", [0.01, 0.02, 0.03, 0.002, 0.012], "b", [0.0] * 5)
    tie = compare("a", [0.5] * 5, "c", [0.5] * 5)
    assert weak.verdict == "higher"
    assert [contrast.verdict for contrast in corrected([weak, weak, weak, tie])] == [
        *["no detectable difference"] * 3,
        "exact tie",
    ]


def test_accuracy_is_predicted_by_a_curve_that_never_rises() -> None:
    curve = noise_curve([0.0, 0.1, 1.0, 10.0], [0.85, 0.9, 0.6, 0.65])
    assert curve.fitted == pytest.approx((0.875, 0.875, 0.625, 0.625))
    assert curve.at(np.sqrt(0.1)) == pytest.approx(0.75)  # half-way in the logarithm
    assert (curve.at(0.0), curve.at(1e9)) == pytest.approx((0.875, 0.625))


def test_the_ladder_spans_all_noises() -> None:
    assert noise_ladder([0.0, 0.3, 7.0])[:2] == pytest.approx((0.0, 0.3))
    assert noise_ladder([0.0, 0.3, 7.0])[-1] == pytest.approx(7.0)
    assert noise_ladder([0.5, 0.5], steps=2) == pytest.approx((0.0, 0.25, 1.0))


def test_agreement_of_order() -> None:
    assert order_agreement([3, 2, 1], [0.7, 0.6, 0.5]) == -1.0
    assert order_agreement([1, 1], [0.5, 0.6]) is None
    assert order_agreement([1.0, 1.0 + 1e-15, 2.0], [0.6, 0.6, 0.5]) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: interval([0.5]), "seeds = 1: an interval needs at least two runs"),
        (lambda: interval([0.5, 0.6], method="z"), "interval = 'z': is unknown .choose one of: t, bca"),  # type: ignore[arg-type]
    ],
)
def test_wrong_input_is_refused(call: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        call()  # type: ignore[operator]
