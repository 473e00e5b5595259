"""Intervals, corrections and equality tests against their definitions and against simulation."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import stats

from mechproof.dpfl.training.intervals import interval
from mechproof.dpfl.training.pairs import sign_flip_p_value
from mechproof.dpfl.training.prediction import noise_curve, order_agreement
from mechproof.dpfl.training.statistics import compare, corrected, holm
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
    covered = [interval(generator.normal(3, 2, 20).tolist(), 0.8, method, grain=1e-9).contains(3) for _ in range(runs)]  # type: ignore[arg-type]
    assert np.mean(covered) == pytest.approx(0.8, abs=3.5 * np.sqrt(0.16 / runs) + (0.05 if method == "bca" else 0))


def test_the_two_interval_methods_agree_on_well_behaved_values() -> None:
    twice = DIFFERENCE + DIFFERENCE
    student, bootstrap = interval(twice, grain=0.001), interval(twice, method="bca", seed=1, grain=0.001)
    assert (bootstrap.low, bootstrap.high) == pytest.approx((student.low, student.high), abs=0.003)
    assert interval(twice, method="bca", seed=1, grain=0.001) == bootstrap


@pytest.mark.parametrize("shift", [0.0, 0.012, 0.0145, 0.016, 0.018, 0.03, 0.2])
def test_equality_is_shown_exactly_when_the_wider_interval_lies_within_the_margin(shift: float) -> None:
    values = np.array(DIFFERENCE) - np.mean(DIFFERENCE) + shift
    contrast = compare("a", values.tolist(), "b", [0.0] * len(values), margin=0.02, grain=0.001)
    narrower = interval(
        values.tolist(), confidence=0.9, grain=0.001
    )  # two one-sided tests at 5 % are the 90 % interval
    assert contrast.equal_within_margin == (narrower.low > -0.02 and narrower.high < 0.02)


def test_verdicts() -> None:
    first = (0.5 + np.array(DIFFERENCE)).tolist()
    half = [0.5] * len(first)
    wavering = [0.5 + 0.01 * (-1) ** i for i in range(len(first))]
    assert compare("a", first, "b", half, grain=0.001).verdict == "higher"
    assert compare("a", half, "b", first, grain=0.001).verdict == "lower"
    assert compare("a", wavering, "b", half, grain=0.001).verdict == "no detectable difference"
    assert compare("a", first, "b", first, grain=0.001).verdict == "exact tie"
    assert compare("a", first, "b", half, grain=0.001).p_value == pytest.approx(stats.ttest_rel(first, half).pvalue)


def test_correction_can_take_a_verdict_back_but_not_a_tie() -> None:
    weak = compare("a", [0.01, 0.02, 0.03, 0.002, 0.012], "b", [0.0] * 5, grain=0.001)
    tie = compare("a", [0.5] * 5, "c", [0.5] * 5, grain=0.001)
    assert weak.verdict == "higher"
    assert [contrast.verdict for contrast in corrected([weak, weak, weak, tie])] == [
        *["no detectable difference"] * 3,
        "exact tie",
    ]


# --- runs that agree show no certainty


@pytest.mark.parametrize("count", [2, 3, 5, 6, 10, 40])
@pytest.mark.parametrize("step", [1, 7, 300])
def test_no_p_value_of_runs_that_agree_is_below_the_sign_tests(count: int, step: int) -> None:
    second = [0.1 * (k % 4) for k in range(count)]
    first = [value + step / 500 for value in second]  # equal counts apart, but not to the last bit
    found = compare("a", first, "b", second, grain=1 / 500)
    assert found.p_value >= 2.0 ** (1 - count)
    assert found.equality_p_value >= 2.0 ** (1 - count)
    assert found.interval.high - found.interval.low >= 1 / 500
    if count < 6:  # 2^-4 is above 5 %
        assert found.verdict == "undetermined"
        assert (found.interval.low, found.interval.high) == (-1, 1)
        assert corrected([found])[0].verdict == "undetermined"
    elif step > 1:
        assert found.verdict == "higher"
        assert found.interval.low > 0


def test_the_spread_of_runs_that_agree_is_taken_for_a_grain() -> None:
    found = interval([0.5, 0.5], grain=0.01)
    assert found.high - found.mean == pytest.approx(
        12.706 * 0.01 / np.sqrt(2), rel=1e-4
    )  # Student's quantile, 1 degree
    many = interval([0.5] * 400, grain=0.01)
    assert many.high - many.mean == pytest.approx(1.966 * 0.005, rel=1e-3)  # no mean is known to less than half a grain


def test_one_record_in_one_of_three_runs_is_no_certainty() -> None:
    found = compare("a", [0.8 + 1 / 357, 0.9 + 1 / 357, 0.7 + 1 / 357], "b", [0.8, 0.9, 0.7], grain=1 / 357)
    assert (found.verdict, found.p_value) == ("undetermined", pytest.approx(0.25))


@settings(deadline=None)
@given(st.lists(st.integers(0, 30), min_size=2, max_size=24), st.sampled_from(["t", "bca"]), st.floats(0.01, 0.99))
@example([0] * 8, "t", 0.5)
@example([30] * 8, "t", 0.5)
def test_intervals_of_proportions_are_proportions_and_no_narrower_than_the_grain(
    counts: list[int], method: str, confidence: float
) -> None:
    if method == "bca":
        counts = (counts * 10)[: max(20, len(counts))]
    found = interval([count / 30 for count in counts], confidence, method, grain=1 / 30, least=0, most=1)  # type: ignore[arg-type]
    assert 0 <= found.low <= found.mean <= found.high <= 1
    assert found.high - found.low >= 1 / 30 - 1e-12


def old_p_value(difference: np.ndarray) -> float:
    """As it was computed once: certainty where nothing spreads."""
    if np.ptp(difference) == 0:
        return 0.0 if difference[0] else 1.0
    return float(stats.ttest_1samp(difference, 0).pvalue)


@pytest.mark.parametrize(("runs", "records", "before"), [(2, 20, (0.08, 0.13)), (3, 20, (0.02, 0.07))])
def test_false_verdicts_where_there_is_no_difference(runs: int, records: int, before: tuple[float, float]) -> None:
    generator = np.random.default_rng(1)
    right = generator.binomial(records, 0.9, (600, 2, runs)) / records
    found = [compare("a", a, "b", b, grain=1 / records) for a, b in right.tolist()]
    false = np.mean([contrast.verdict in ("higher", "lower") for contrast in found])
    assert false <= 0.05
    assert all((contrast.verdict in ("higher", "lower")) == (not contrast.interval.contains(0)) for contrast in found)
    apart = np.round((right[:, 0] - right[:, 1]) * records).astype(int)
    certain = {tuple(row): old_p_value(row.astype(float)) < 0.05 for row in np.unique(apart, axis=0)}
    low, high = before
    assert low < np.mean([certain[tuple(row)] for row in apart]) < high


def test_the_curve_of_noise_never_rises() -> None:
    curve = noise_curve([10.0, 0.1, 0.0, 1.0, 1.0], [0.65, 0.9, 0.85, 0.6, 0.6])
    assert curve.noise == (0.0, 0.1, 1.0, 10.0)
    assert curve.fitted == pytest.approx((0.875, 0.875, 0.625, 0.625))


def test_agreement_of_order() -> None:
    assert order_agreement([1, 2, 3], [0.7, 0.6, 0.5]) == -1.0
    assert order_agreement([1, 1], [0.5, 0.6]) is None
    assert order_agreement([2.0, 2.0 + 1e-15, 1.0], [0.6, 0.6, 0.5]) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: interval([0.5], grain=0.01), "repetitions = 1: t intervals need at least 2 runs"),
        (lambda: interval([0.5] * 19, method="bca", grain=0.01), "= 19: bca intervals need at least 20 runs"),
        (lambda: interval([0.5, 0.6], method="z", grain=0.01), "interval = 'z': is unknown .choose one of: t, bca"),  # type: ignore[arg-type]
        (
            lambda: interval([0.5, 0.6], grain=0),
            "grain = 0: must be positive .give one over the number of test records",
        ),
    ],
)
def test_wrong_input_is_refused(call: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        call()  # type: ignore[operator]


# --- families of contrasts


def flipped(differences: list[float]) -> float:
    """The share of all signs under which the sum is at least as far from 0."""
    sums = np.array([np.dot(signs, differences) for signs in product((-1, 1), repeat=len(differences))])
    return float(np.mean(np.abs(sums) >= abs(sum(differences)) - 1e-9))


@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(-40, 40), min_size=2, max_size=9))
def test_sign_flips_are_all_tried(steps: list[int]) -> None:
    found = sign_flip_p_value([step / 357 for step in steps])
    assert found == pytest.approx(flipped([float(step) for step in steps]))
    assert found >= 2.0 ** (1 - len(steps))


@pytest.mark.parametrize("count", [2, 3, 5, 10, 13, 14, 20])
def test_no_number_of_runs_gives_a_smaller_sign_flip_value_than_as_many_coins(count: int) -> None:
    found = sign_flip_p_value([0.1 + 0.01 * k for k in range(count)])
    assert found >= 2.0 ** (1 - count)
    assert compare("a", [0.9] * count, "b", [0.1] * count, grain=0.01).sign_flip_p_value >= 2.0 ** (1 - count)
    if count < 14:
        assert found == 2.0 ** (1 - count)


def families(shift: float, trials: int = 200) -> list[list[object]]:
    """Nine contrasts of ten runs each, whose true difference is `shift`, one standard deviation of 1 point."""
    drawn = np.random.default_rng(2).normal(shift, 0.01, (trials, 9, 10))
    return [[compare("a", row, "b", [0.0] * 10, grain=1e-6) for row in family] for family in drawn.tolist()]


def test_false_equalities_in_a_family_of_nine() -> None:
    """At the margin a claim of equality is false: one in twenty by itself, in 37 families of a hundred uncorrected."""
    found = families(0.01)
    before = [any(one.equality_p_value < 0.05 for one in family) for family in found]  # type: ignore[attr-defined]
    after = [any(one.equal_within_margin for one in corrected(family)) for family in found]  # type: ignore[arg-type]
    assert np.mean(before) == pytest.approx(1 - 0.95**9, abs=0.09)
    assert np.mean(after) <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / len(found))
    assert np.mean(after) > 0.01  # corrected, not given up


@pytest.mark.parametrize("shift", [0.0, 0.006, 0.02])
def test_intervals_of_a_family_hold_together_and_say_what_the_verdicts_say(shift: float) -> None:
    found = [corrected(family) for family in families(shift, 100)]  # type: ignore[arg-type]
    held = [all(one.simultaneous.contains(shift) for one in family) for family in found]
    apart = [all(one.interval.contains(shift) for one in family) for family in found]
    assert np.mean(held) >= 0.95 - 3 * np.sqrt(0.05 * 0.95 / len(found))
    assert np.mean(apart) < 0.75  # each by itself: 0.95^9
    for one in (one for family in found for one in family):
        assert (one.verdict in ("higher", "lower")) == (not one.simultaneous.contains(0))
        assert (one.verdict in ("higher", "lower")) == (one.adjusted_p_value < 0.05)
        assert one.simultaneous.low <= one.interval.low <= one.interval.high <= one.simultaneous.high


def test_bca_is_refused_where_it_covers_less_than_it_says() -> None:
    """Of ten normal values its 95 % interval held the mean in 89.5 % of trials, of five in 85.5 %."""
    generator = np.random.default_rng(3)
    held = []
    for sample in generator.normal(0, 1, (150, 5)):
        means = np.sort(sample[generator.integers(0, 5, (999, 5))].mean(axis=1))
        held.append(means[24] <= 0 <= means[974])  # the plain bootstrap, of which BCa is a correction
    assert np.mean(held) < 0.92
    with pytest.raises(InputError, match="use more, or interval = 't'"):
        interval(DIFFERENCE, method="bca", grain=0.001)
