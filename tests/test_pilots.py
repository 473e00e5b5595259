"""Pilots: whose records they touch, what they choose, how often their forecasts hold; and chance by permutation."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from mechproof.dpfl.training import pilots, runs
from mechproof.dpfl.training.data import Dataset, Integers
from mechproof.dpfl.training.loaders import load
from mechproof.dpfl.training.pilots import continued
from mechproof.dpfl.training.protocol import Protocol
from mechproof.dpfl.training.results import TrainingResult
from mechproof.dpfl.training.runs import chance_of
from mechproof.dpfl.training.set_up import set_up
from mechproof.dpfl.training.setting import Setting
from mechproof.dpfl.training.statistics import compare
from mechproof.dpfl.training.train import train
from mechproof.dpfl.training.weights import COMPARED

pytest.importorskip("torch")

EXAMPLE = [0.0] * 186 + [124.0, 105.0, 94.0, 88.0, 77.0, 63.0, 44.0, 39.0, 21.0, 20.0, 18.0, 14.0, 9.0, 4.0]
"""The README's example: 14 of 200 clinics sell, one of them 124 times the mean of the others."""
QUICK = Protocol(rounds=3, repetitions=2, pilot_repetitions=1)


def breast_cancer() -> Dataset:
    """569 records of which 63 % are benign; features scaled by public constants."""
    datasets = pytest.importorskip("sklearn.datasets")
    bunch = datasets.load_breast_cancer()
    features = bunch.data / bunch.data.max(axis=0)
    return Dataset("breast cancer", "scikit-learn", "CC-BY-4.0", features, bunch.target.astype(np.int64), 2)


# --- chance


def test_chance_is_the_mean_over_permutations() -> None:
    generator = np.random.default_rng(0)
    called, truth = generator.integers(0, 3, 60), generator.choice(3, 60, p=[0.6, 0.3, 0.1])

    def tested(test: Integers, labels: Integers) -> float:
        return float(np.mean(called[test] == labels))

    permuted = [np.mean(called == generator.permutation(truth)) for _ in range(20_000)]
    assert chance_of(tested, np.arange(60), truth, 3) == pytest.approx(np.mean(permuted), abs=0.002)


def test_an_honest_run_on_unbalanced_data_passes_its_control() -> None:
    """Against one over the number of classes it failed: with shuffled labels the larger class is always named."""
    protocol = Protocol(rounds=5, repetitions=10, pilot_repetitions=1, learning_rate=4)
    result = train([20.0] * 20 + [3.0] * 20, protocol, dataset=breast_cancer())
    shuffled = result.controls.shuffled_labels
    arm = result.arm("shuffled-labels")
    former = compare("shuffled-labels", arm.accuracy, "chance", [1 / 2] * 10, margin=0.05, grain=1 / 107)
    assert former.verdict == "higher"
    assert not former.equal_within_margin
    assert shuffled.equal_within_margin
    assert result.controls.outcome == "passed"


def test_a_model_that_knows_the_labels_fails_the_control(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = runs.trained

    def leaks(setting: Setting, training: Integers, labels: Integers, *others: object) -> object:
        return honest(setting, training, setting.dataset.labels[training], *others)  # type: ignore[arg-type]

    monkeypatch.setattr(runs, "trained", leaks)
    protocol = Protocol(rounds=5, repetitions=10, pilot_repetitions=1, learning_rate=8)
    result = train([20.0] * 40, protocol, dataset=breast_cancer())
    assert result.controls.shuffled_labels_outcome == result.controls.outcome == "failed"


# --- records


def test_no_record_is_in_a_pilot_and_in_a_measured_run(monkeypatch: pytest.MonkeyPatch) -> None:
    touched: dict[str, set[int]] = {"pilot": set(), "measured": set()}

    def watched(who: str) -> object:
        def trained(setting: Setting, training: Integers, *others: object) -> object:
            touched[who].update(training.tolist())

            def tested(test: Integers, truth: Integers) -> float:
                touched[who].update(test.tolist())
                return 0.5

            return tested

        return trained

    monkeypatch.setattr(pilots, "trained", watched("pilot"))
    monkeypatch.setattr(runs, "trained", watched("measured"))
    train([8.0] * 50, QUICK)
    assert len(touched["pilot"]) == 449  # a quarter of 1,797
    assert len(touched["measured"]) > 1300
    assert not touched["pilot"] & touched["measured"]


def test_pilots_leave_the_clients_the_records_they_hold() -> None:
    own = breast_cancer()
    setting = Setting(Protocol(), np.ones(4), own, own.features, [100, 100, 100, 120])
    pool, rest = setting.divided()
    assert len(pool) == 569 - 525  # 420 of 525 are four fifths
    assert sorted([*pool, *rest]) == list(range(569))
    assert setting.split(0).records.tolist() == [100, 100, 100, 120]


# --- the rule


def test_each_arm_has_the_learning_rate_that_its_pilots_choose(monkeypatch: pytest.MonkeyPatch) -> None:
    """Accuracy that is best at η = 2 under noise and at η = 16 without any."""

    def trained(
        setting: Setting,
        training: Integers,
        labels: Integers,
        weight: object,
        noise: float,
        descent: object,
        seed: object,
    ) -> object:
        best = 2 if noise > 0 else 16
        return lambda test, truth: 0.9 - 0.1 * abs(np.log2(descent.learning_rate / best))  # type: ignore[attr-defined]

    monkeypatch.setattr(pilots, "trained", trained)
    result = train([8.0] * 20, QUICK)
    rates = {arm.name: arm.learning_rate for arm in result.arms}
    assert {rate for name, rate in rates.items() if name.startswith(("no-noise", "shuffled"))} == {16}
    assert {rate for name, rate in rates.items() if not name.startswith(("no-noise", "shuffled"))} == {2}


def test_rounds_are_chosen_too_and_the_ledger_is_of_those_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    def trained(setting: Setting, training: Integers, labels: Integers, *others: object) -> object:
        descent = others[2]
        return lambda test, truth: 0.9 if descent.rounds == 2 else 0.5  # type: ignore[attr-defined]

    monkeypatch.setattr(pilots, "trained", trained)
    fewer = train([8.0] * 20, replace(QUICK, fewer_rounds=(2,)))
    three, two = train([8.0] * 20, QUICK), train([8.0] * 20, replace(QUICK, rounds=2))
    assert {arm.rounds for arm in fewer.arms} == {2}
    assert [entry.sigma for entry in fewer.ledger] == [entry.sigma for entry in two.ledger]
    assert fewer.arm("mechanism").noise == two.arm("mechanism").noise
    assert fewer.ledger[0].sigma < three.ledger[0].sigma  # type: ignore[operator]
    assert fewer.ledger[0].epsilon == pytest.approx(8)


def test_a_given_learning_rate_is_every_arms() -> None:
    assert {arm.learning_rate for arm in train([8.0] * 20, replace(QUICK, learning_rate=3)).arms} == {3}


# --- forecasts


@pytest.mark.parametrize("wanted", [40, 300])
def test_forecast_intervals_hold_as_often_as_they_say(wanted: int) -> None:
    """Runs at 40, 80, 160 records, of an accuracy .9 − 2/n that the pool's records shift, all of them together."""
    generator = np.random.default_rng(4)
    counts = [40, 80, 160] * 16 if wanted > 160 else [wanted] * 48
    held = []
    for _ in range(400):
        truth = 0.9 - 2 / wanted
        shift = generator.normal(0, np.sqrt(truth * (1 - truth) / 400))
        accuracies = 0.9 - 2 / np.array(counts) + shift + generator.normal(0, 0.05, len(counts))
        found = continued(counts, accuracies, wanted, repetitions=10, pool=400)
        held.append(found.contains(truth + generator.normal(0, 0.05 / np.sqrt(10))))
    assert np.mean(held) == pytest.approx(0.9, abs=0.05)


@cache
def example() -> TrainingResult:
    return train(EXAMPLE, Protocol())


@pytest.mark.slow
def test_no_other_weights_are_better_by_half_a_point_on_the_example() -> None:
    """In the mean over 20 paired runs, each with the learning rate of its pilots."""
    setting = set_up(Protocol(repetitions=20), np.array(EXAMPLE), load("digits"))
    plans = [[plan for plan in runs.planned(setting, r) if plan.arm.role == "mechanism"] for r in range(20)]
    choices = pilots.chosen(setting, pilots.groups(pilots.loads(plans)), lambda what: None)
    reached = [runs.measure(setting, r, arms, choices, lambda what: None) for r, arms in enumerate(plans)]
    own, *others = np.array([[one.accuracy for one in run] for run in reached]).mean(axis=0)
    assert [plan.arm.weighting for plan in plans[0]] == ["effective-records", *COMPARED]
    assert own >= max(others) - 0.005


@pytest.mark.slow
def test_accuracy_is_foretold_to_two_and_a_half_points() -> None:
    foretold = [arm for arm in example().arms if arm.predicted is not None and arm.role != "control"]
    errors = [arm.predicted.mean - arm.interval.mean for arm in foretold if arm.predicted]
    assert np.mean(np.abs(errors)) <= 0.025
    held = [arm.predicted.contains(arm.interval.mean) for arm in foretold if arm.predicted]
    assert np.mean(held) >= 0.9
    assert max(arm.predicted.high - arm.predicted.low for arm in foretold if arm.predicted) < 0.15


def test_what_was_foretold_has_a_verdict_each() -> None:
    result = train([8.0] * 10 + [0.5] * 30, replace(QUICK, rounds=10, repetitions=5, learning_rate=8))
    verdicts = {one.verdict for one in result.effects}
    assert verdicts <= {"supported", "contradicted", "undetectable"}
    printed = [one for one in result.effects if one.source.startswith("Zhou")]
    assert [one.statement for one in printed] == [
        "mechanism is more accurate than static",
        "mechanism is more accurate than random",
    ]
    for one, contrast in zip(printed, ("static", "random"), strict=True):
        low, high = one.measured.low, one.measured.high
        assert one.verdict == ("supported" if low > 0 else "contradicted" if high < 0 else "undetectable")
        assert one.measured == result.contrast("mechanism", contrast).simultaneous
    for arm in result.arms:
        told = [one for one in result.effects if one.statement == f"the accuracy of {arm.name}"]
        assert len(told) == (arm.predicted is not None)
        if arm.predicted is not None:
            assert (told[0].verdict != "contradicted") == arm.predicted.contains(arm.interval.mean)
            inside = told[0].measured.low <= told[0].predicted <= told[0].measured.high
            assert inside == arm.predicted.contains(arm.interval.mean)
