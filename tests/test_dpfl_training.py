"""The experiment as a whole: its controls, its contrasts, its account, and its bytes."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from functools import cache

import numpy as np
import pytest

from mechproof.dpfl.accounting.privacy import sigma_for
from mechproof.dpfl.training.data import Dataset
from mechproof.dpfl.training.protocol import Protocol, protocol_from
from mechproof.dpfl.training.results import Controls, TrainingResult
from mechproof.dpfl.training.statistics import compare
from mechproof.dpfl.training.train import train
from mechproof.formulations.errors import InputError

pytest.importorskip("torch")

QUICK = Protocol(rounds=3, repetitions=2, pilot_repetitions=1)


@cache
def unequal() -> TrainingResult:
    """1,000 clients, half of whom sell nineteen times the others' budget."""
    budgets = {f"client-{index:04}": (2 if index < 500 else 38) for index in range(1000)}
    return train(budgets, Protocol(repetitions=5))


@pytest.mark.slow
def test_inverse_variance_beats_uniform_at_unequal_budgets_clear_of_zero() -> None:
    contrast = unequal().contrast("mechanism", "mechanism/uniform")
    assert contrast.verdict == "higher"
    assert contrast.simultaneous.low > 0.15


@pytest.mark.slow
def test_equal_budgets_tie_exactly() -> None:
    controls = unequal().controls
    assert controls.equal_budgets.verdict == "exact tie"
    assert (controls.equal_budgets.first, controls.equal_budgets.second) == (
        "equal-budgets/inverse-variance",
        "equal-budgets/uniform",
    )
    arms = [unequal().arm(name) for name in (controls.equal_budgets.first, controls.equal_budgets.second)]
    assert arms[0].accuracy == arms[1].accuracy
    assert arms[0].noise == arms[1].noise
    assert 0.5 < arms[0].interval.mean < 0.85  # a tie in the range where noise matters, not at chance


def test_equal_budgets_tie_exactly_whatever_the_counts() -> None:
    protocol = replace(QUICK, rounds=10, weighting="inverse-variance")
    result = train([8.0] * 40, protocol, records=[1 + index % 7 for index in range(40)])
    assert result.controls.equal_budgets.verdict == "exact tie"
    assert {contrast.verdict for contrast in result.secondary if contrast.second.startswith("mechanism/")} == {
        "exact tie"
    }


@pytest.mark.slow
def test_shuffled_labels_are_at_chance_while_true_labels_are_learned() -> None:
    shuffled = unequal().controls.shuffled_labels
    assert shuffled.equal_within_margin
    assert abs(unequal().arm("shuffled-labels").interval.mean - 0.1) < 0.04
    assert unequal().arm("no-noise").interval.low > 0.85
    assert unequal().controls.outcome == "passed"


def test_controls_tell_failure_from_too_few_runs() -> None:
    tie = compare("a", [0.5, 0.6], "b", [0.5, 0.6], grain=0.001)
    other = compare("a", [0.5, 0.6, 0.55], "b", [0.9, 0.99, 0.95], grain=0.001)
    differ = compare("a", [0.5, 0.6], "b", [0.5, 0.61], grain=0.001)
    chance = compare("shuffled", [0.10, 0.11], "chance", [0.1, 0.1], margin=0.1, grain=0.001)
    unclear = compare("shuffled", [0.05, 0.3], "chance", [0.1, 0.1], margin=0.05, grain=0.001)
    learned = compare("shuffled", [0.80, 0.81], "chance", [0.1, 0.1], margin=0.05, grain=0.001)
    assert Controls(tie, chance, differ).outcome == "passed"
    assert Controls(tie, unclear, tie).outcome == "inconclusive"
    assert Controls(tie, learned, tie).outcome == "failed"
    assert Controls(differ, chance, tie).outcome == Controls(differ, unclear, tie).outcome == "failed"
    assert Controls(tie, chance, other).outcome == Controls(tie, unclear, other).outcome == "failed"


def test_noise_foretells_order_and_accuracy() -> None:
    result = unequal()
    assert result.order_agreement == pytest.approx(1, abs=0.2)  # two arms hardly differ
    foretold = [arm for arm in result.arms if arm.predicted is not None]
    errors = [abs(arm.predicted.mean - arm.interval.mean) for arm in foretold if arm.predicted]
    assert np.mean(errors) < 0.04
    assert max(errors) < 0.1


def test_predicted_noise_is_what_the_budgets_say() -> None:
    arm = unequal().arm("static")
    sigma = 7.0694933 * np.sqrt(30 / 200)  # the published multiplier at epsilon 10, for 30 rounds instead of 200
    assert arm.noise == pytest.approx([0.5 * sigma / np.sqrt(1000)] * 5)
    assert arm.noise_to_clip == pytest.approx(sigma * np.sqrt(640) / np.sqrt(1000))
    replaced = train([10] * 5, replace(QUICK, adjacency="replace-one")).arm("static").noise[0]
    assert replaced == pytest.approx(2 * train([10] * 5, QUICK).arm("static").noise[0])


def test_baselines_have_the_budgets_they_claim() -> None:
    result = unequal()
    assert result.arm("static").total_epsilon == 10_000
    assert result.arm("static-equal-total").total_epsilon == pytest.approx(20_000)
    assert result.arm("random-equal-total").total_epsilon == pytest.approx(20_000)
    assert result.arm("random").total_epsilon == pytest.approx(50_500, rel=0.03)
    assert result.arm("permuted-budgets").total_epsilon == pytest.approx(20_000)
    assert result.arm("no-noise").total_epsilon is None


def test_only_participants_train_and_the_ledger_says_who() -> None:
    budgets = {f"c{index}": (20.0 if index % 100 == 0 else 0.0) for index in range(1000)}
    result = train(budgets, QUICK)
    assert result.clients["participants"] == result.arm("mechanism").participants == 10
    assert result.arm("mechanism").effective_records == pytest.approx(10)
    assert result.arm("static").effective_records == pytest.approx(1000)
    assert [entry.client for entry in result.ledger] == list(budgets)
    multiplier = float(sigma_for(20.0, QUICK.delta, QUICK.rounds))
    for entry in result.ledger:
        assert entry.participates == (budgets[entry.client] > 0)
        assert entry.sigma == (multiplier if entry.participates else None)
        assert entry.epsilon == pytest.approx(budgets[entry.client])


def test_ten_records_teach_less_than_a_thousand() -> None:
    budgets = [20.0 if index % 100 == 0 else 0.0 for index in range(1000)]
    result = train(budgets, replace(QUICK, rounds=30))
    few, all_ = (result.arm(name).interval.mean for name in ("no-noise/participants", "no-noise"))
    assert few < 0.7 < 0.85 < all_


def test_the_document_is_complete_and_strict_json() -> None:
    document = json.loads(json.dumps(unequal().document(), allow_nan=False))
    assert document["schema"] == "mechproof/train/1"
    registered = document["protocol"]
    for key in ("privacy_unit", "adjacency", "delta", "rounds", "clip", "learning_rate", "primary_contrast", "seed"):
        assert key in registered
    assert registered["fingerprint"] == unequal().registration.fingerprint != unequal().protocol.fingerprint
    assert document["contrasts"]["primary"]["second"] == "static-equal-total"
    assert all(len(arm["measured"]["accuracy"]) == 5 for arm in document["arms"])
    assert all(len(arm["predicted"]["noise"]) == 5 for arm in document["arms"])
    assert len(document["ledger"]) == 1000
    assert document["ledger"][0]["classical_uncomposed"]["true_epsilon"] > document["ledger"][0]["epsilon"]
    assert document["data"]["test_records"] == 348


SCRIPT = """
import hashlib, json
from mechproof.dpfl.training.protocol import Protocol
from mechproof.dpfl.training.train import train
result = train({"a": 8, "b": "0", "c": "0.3"}, Protocol(rounds=3, repetitions=2, pilot_repetitions=1, seed=%d))
print(hashlib.sha256(json.dumps(result.document()).encode()).hexdigest())
"""


@pytest.mark.slow
def test_the_same_seed_gives_the_same_bytes_in_another_process() -> None:
    def again(seed: int) -> TrainingResult:
        return train({"a": 8, "b": "0", "c": "0.3"}, replace(QUICK, seed=seed))

    def here(seed: int) -> str:
        return hashlib.sha256(json.dumps(again(seed).document()).encode()).hexdigest()

    run = subprocess.run([sys.executable, "-c", SCRIPT % 7], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == here(7) == here(7)
    assert again(8).arm("mechanism").accuracy != again(7).arm("mechanism").accuracy


def test_progress_counts_every_run_and_changes_nothing() -> None:
    heard: list[tuple[int, int]] = []
    told = train([5, 1], QUICK, progress=lambda done, total, what: heard.append((done, total)))
    total = heard[-1][1]
    assert heard == [(done, total) for done in range(1, total + 1)]
    assert told.document() == train([5, 1], QUICK).document()


def test_a_callers_own_data() -> None:
    generator = np.random.default_rng(0)
    labels = np.arange(120) % 3
    own = Dataset(
        "three blobs", "generated", "CC0-1.0", np.eye(3)[labels] + generator.normal(0, 0.05, (120, 3)), labels, 3
    )
    result = train([1e4] * 6, replace(QUICK, rounds=20), dataset=own)
    assert result.protocol.dataset == "three blobs"
    assert result.arm("mechanism").interval.mean > 0.95


def test_settings_become_a_protocol() -> None:
    given = {
        "delta": Decimal("1e-6"),
        "rounds": 200,
        "interval": "bca",
        "repetitions": 20,
        "learning_rates": [1, Decimal("0.5")],
    }
    protocol = protocol_from(given)
    assert (protocol.delta, protocol.rounds, protocol.interval) == (1e-6, 200, "bca")
    assert protocol.choices == ((200, 1), (200, 0.5))
    assert protocol.fingerprint != Protocol().fingerprint


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"delta": 1.5}, "delta = 1.5: must lie strictly between 0 and 1"),
        ({"delta": 0}, "delta = 0.0: must lie strictly between 0 and 1"),
        ({"delta": "1e-5"}, "delta = '1e-5': must be a number"),
        ({"rounds": 0}, "rounds = 0"),
        ({"clip": float("nan")}, "clip = nan: must be finite and positive"),
        ({"learning_rate": -1}, "learning_rate = -1: must be finite and positive .use 8"),
        ({"learning_rates": []}, "learning_rates = 'empty': leave nothing to choose among"),
        ({"learning_rates": 8}, "learning_rates = 8: must be a list of numbers"),
        ({"learning_rates": [1, float("inf")]}, "learning_rate = inf: must be finite and positive"),
        ({"fewer_rounds": [30]}, "fewer_rounds = 30: must be below rounds = 30"),
        ({"interval": "bca"}, "repetitions = 10: bca intervals need at least 20 runs"),
        ({"pilot_fraction": 1}, "pilot_fraction = 1: must lie strictly between 0 and 1"),
        ({"random_low": 5, "random_high": 2}, "random_high = 2: must be at least random_low = 5"),
        ({"repetitions": 1}, "repetitions = 1: must be a whole number of at least 2"),
        ({"repetitions": True}, "repetitions = True"),
        ({"test_fraction": 1}, "test_fraction = 1"),
        ({"weighting": "median"}, "weighting = 'median': is unknown .choose one of: uniform"),
        ({"adjacency": "swap"}, "adjacency = 'swap'"),
        ({"interval": "z"}, "interval = 'z'"),
        ({"features": "cnn"}, "features = 'cnn'"),
        ({"learning_rat": 1}, "'learning_rat': is unknown .did you mean learning_rate"),
        ({"zzz": 1}, "'zzz': is unknown .the keys are dataset"),
    ],
)
def test_wrong_settings_are_refused(settings: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        protocol_from(settings)


@pytest.mark.parametrize(
    ("budgets", "settings", "message"),
    [
        ([0, 0], {}, "nobody takes part"),
        ([1] * 1438, {}, "clients = 1438: of 1797 records 1429 are there for clients"),
        ({"a": -1}, {}, "must not be negative"),
        ([1, 2], {"primary_second": "statik"}, "primary_second = 'statik': is no arm .choose one of: mechanism"),
        ([1, 2], {"primary_second": "mechanism"}, "must differ from primary_first"),
        ([1, 2], {"dataset": "mnist"}, "dataset = 'mnist': is unknown"),
        ([1, 2], {"dataset": ["digits"]}, "dataset = .'digits'.: is unknown"),
    ],
)
def test_wrong_experiments_are_refused(budgets: object, settings: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        train(budgets, protocol_from({**vars(QUICK), **settings}))  # type: ignore[arg-type]


def test_unknown_arms_and_contrasts_are_refused_with_the_choices() -> None:
    result = unequal()
    with pytest.raises(InputError, match=r"arm = 'statik': is unknown .choose one of: mechanism"):
        result.arm("statik")
    with pytest.raises(InputError, match="is not part of the experiment"):
        result.contrast("static", "random")
