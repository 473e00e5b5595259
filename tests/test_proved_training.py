"""The study's ledger is computed from the transcript of its own run, and its controls fail on planted privacy bugs."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from planted_bugs import SABOTAGES, Sabotage
from private_runs import read_by_hand, spent_by_hand

from mechproof.cli import run
from mechproof.dpfl.runs.audit import audit
from mechproof.dpfl.training import train as module
from mechproof.dpfl.training.protocol import Protocol
from mechproof.solvers.commands.schema import check_document

pytest.importorskip("torch")
pytest.importorskip("sklearn")

QUICK = Protocol(rounds=3, repetitions=3, pilot_repetitions=1)
BUDGETS = {"anna": 8, "bert": 2, "carl": 0, "dora": 40}


def test_the_ledger_is_that_of_the_transcript(tmp_path: Path) -> None:
    result = module.train(BUDGETS, QUICK)
    result.trained.write_transcript(tmp_path / "transcript.jsonl")
    spent = spent_by_hand(read_by_hand(tmp_path / "transcript.jsonl"))
    for row in result.ledger:
        assert row.epsilon <= float(row.budget)
        if row.participates:
            assert spent[row.client] == pytest.approx(3 / row.sigma**2, rel=1e-12)
            assert row.epsilon == pytest.approx(float(row.budget), rel=1e-9)
    assert audit(tmp_path / "transcript.jsonl").passed
    assert result.controls.transcript == ()
    document = result.document()
    check_document(document)
    assert document["transcript"]["head"] == read_by_hand(tmp_path / "transcript.jsonl")[-1]["digest"]


def test_the_model_is_that_of_the_study_to_the_last_bit() -> None:
    result = module.train(BUDGETS, QUICK)
    from mechproof.dpfl.training.features import prepare
    from mechproof.dpfl.training.loaders import load
    from mechproof.dpfl.training.setting import Setting

    source = load("digits")
    features = prepare(source.features, QUICK.features, QUICK.feature_count)
    setting = Setting(QUICK, np.array([8.0, 2.0, 0.0, 40.0]), source, features, None)
    split = setting.split(0)
    named = np.argmax(features[split.test] @ result.model["head"], axis=1)
    assert float(np.mean(named == source.labels[split.test])) == result.arm("mechanism").accuracy[0]


@pytest.mark.parametrize(
    "sabotage",
    [
        pytest.param(SABOTAGES[place], id=SABOTAGES[place].name, marks=pytest.mark.slow if place in (1, 4) else ())
        for place in (0, 1, 3, 4)
    ],
)
def test_a_planted_bug_fails_the_controls_and_shows_in_the_ledger(
    sabotage: Sabotage, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = {row.client: row.epsilon for row in module.train(BUDGETS, QUICK).ledger}
    sabotage.plant(monkeypatch)
    result = module.train(BUDGETS, QUICK)
    monkeypatch.undo()
    assert result.controls.outcome == "failed"
    assert sabotage.found in {finding.name for finding in result.controls.transcript}
    for row in result.ledger:
        assert row.epsilon > honest[row.client] * 1.05 or not row.participates
    document = json.loads(json.dumps(result.document(), allow_nan=False))
    check_document(document)


def test_the_command_line_writes_a_transcript_that_is_audited(tmp_path: Path) -> None:
    budgets, transcript = tmp_path / "budgets.csv", tmp_path / "transcript.jsonl"
    budgets.write_text("client,epsilon\nanna,8\nbert,2\n")
    quick = ("--rounds", "2", "--repetitions", "2")
    assert run(["train", "--budgets", str(budgets), *quick, "--transcript", str(transcript)]) in (0, 3)
    assert run(["audit", str(transcript)]) == 0
    assert [line["kind"] for line in read_by_hand(transcript)] == ["run", *["charge", "round"] * 2]
