"""Privacy bugs planted in the code that runs, and forged transcripts: each leaves with 1 and has a name."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from planted_bugs import RUNS, SABOTAGES, Sabotage
from private_runs import MeanEngine, some_plan

import mechproof as mp
from mechproof.cli import run
from mechproof.dpfl.runs.audit import audit
from mechproof.dpfl.runs.loop import run_training
from mechproof.dpfl.training.aggregate_engine import Descent
from mechproof.dpfl.training.linear_engine import LinearEngine

SCHEMA = "mechproof/ledger/1"


def linear_engine() -> LinearEngine:
    generator = np.random.default_rng(1)
    features, labels = generator.normal(size=(12, 300)), generator.integers(5, size=12)
    return LinearEngine(features, labels, np.repeat(np.arange(4), 3), Descent(6, 0.5, 1.0, 5))


@pytest.mark.parametrize("trust", ["local", "secure-sum"])
@pytest.mark.parametrize("sabotage", SABOTAGES, ids=lambda sabotage: sabotage.name)
def test_a_planted_bug_is_found_in_what_was_measured(
    sabotage: Sabotage, trust: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("torch")
    honest = run_training(linear_engine(), some_plan(trust=trust), seed=1)
    assert audit(honest.lines).passed
    sabotage.plant(monkeypatch)
    loop = sys.modules[f"{RUNS}.loop"]
    loop.run_training(linear_engine(), some_plan(trust=trust), seed=1).write_transcript(tmp_path / "transcript.jsonl")
    monkeypatch.undo()
    assert run(["audit", str(tmp_path / "transcript.jsonl")]) == 1
    said = capsys.readouterr().out
    names = {finding.name for finding in audit(tmp_path / "transcript.jsonl").findings}
    expected = "overspent" if (sabotage.found, trust) == ("sensitivity", "secure-sum") else sabotage.found
    assert expected in names
    assert f"{sabotage.found:<13}failed" in said or expected != sabotage.found


@pytest.mark.parametrize("sabotage", SABOTAGES[:5], ids=lambda sabotage: sabotage.name)
def test_the_account_is_of_what_was_measured(sabotage: Sabotage, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("torch")
    honest = audit(run_training(linear_engine(), some_plan(), seed=1).lines).accounts[0]
    sabotage.plant(monkeypatch)
    lines = sys.modules[f"{RUNS}.loop"].run_training(linear_engine(), some_plan(), seed=1).lines
    monkeypatch.undo()
    sold = audit(lines).accounts[0]
    factor = {"no noise": np.inf, "noise / 100": 100, "noise a tenth less": 1 / 0.9, "sensitivity / 10": 10}
    least = factor.get(sabotage.name, 2)
    assert sold.spent**0.5 >= honest.spent**0.5 * least * (0.9 if np.isfinite(least) else 1)
    assert sold.epsilon > 8.5


def test_a_ledger_refuses_what_noise_too_small_was_declared_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    SABOTAGES[4].plant(monkeypatch)
    plan = some_plan()
    with pytest.raises(mp.BudgetSpent, match="round 1 of 6 is refused"):
        run_training(MeanEngine(), plan, ledger=tmp_path / "ledger.jsonl")


# Forged transcripts: who forges one writes it to the file, with or without a chain that fits.

Forgery = Callable[[list[dict[str, Any]]], None]


def chained(lines: list[dict[str, Any]]) -> str:
    """Write lines with a chain that fits, as a forger would; a chain of this test's own."""
    previous, texts = "0" * 64, []
    for line in lines:
        body = {name: value for name, value in line.items() if name not in ("previous", "digest")}
        text = json.dumps({**body, "previous": previous}, separators=(",", ":"), ensure_ascii=False)
        previous = hashlib.sha256(text.encode()).hexdigest()
        texts.append(f'{text[:-1]},"digest":"{previous}"}}\n')
    return "".join(texts)


def louder(lines: list[dict[str, Any]]) -> None:
    lines[-1]["noise"]["norm"] *= 1.001


def shorter(lines: list[dict[str, Any]]) -> None:
    del lines[4:6]


def uncharged(lines: list[dict[str, Any]]) -> None:
    del lines[2]


def swapped(lines: list[dict[str, Any]]) -> None:
    lines[2], lines[3] = lines[3], lines[2]


def twice(lines: list[dict[str, Any]]) -> None:
    lines.append(dict(lines[-1]))


def fewer(lines: list[dict[str, Any]]) -> None:
    lines[2]["participants"] = lines[2]["participants"][:-1]


def strangers(lines: list[dict[str, Any]]) -> None:
    lines[2]["participants"] = [[0, 3]]


def generous(lines: list[dict[str, Any]]) -> None:
    lines[1]["sigma"][0] /= 2


def dearer(lines: list[dict[str, Any]]) -> None:
    lines[0]["budget"][0] = "4"


@pytest.fixture
def written(tmp_path: Path) -> Path:
    run_training(MeanEngine(), some_plan(), ledger=tmp_path / "ledger.jsonl")
    return tmp_path / "ledger.jsonl"


@pytest.mark.parametrize("forge", [louder, shorter, uncharged, swapped, twice, fewer, generous, dearer])
def test_an_edited_transcript_breaks_the_chain(forge: Forgery, written: Path) -> None:
    lines = [json.loads(text) for text in written.read_text().splitlines()]
    forge(lines)
    written.write_text("".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines))
    assert run(["audit", str(written)]) == 1
    assert audit(written).findings[0].name == "chain"


@pytest.mark.parametrize(
    ("forge", "name"),
    [
        (uncharged, "order"),
        (swapped, "order"),
        (twice, "order"),
        (shorter, "order"),
        (strangers, "participants"),
        (generous, "overspent"),
        (dearer, "overspent"),
    ],
)
def test_a_forged_transcript_whose_chain_fits_is_found(forge: Forgery, name: str, written: Path) -> None:
    head = audit(written).head
    lines = [json.loads(text) for text in written.read_text().splitlines()]
    written.write_text(chained(lines))
    assert audit(written, head).passed  # the forger's chain is as good as ours
    forge(lines)
    written.write_text(chained(lines))
    assert run(["audit", str(written)]) == 1
    assert name in {finding.name for finding in audit(written).findings}
    assert "chain" in {finding.name for finding in audit(written, head).findings}


@pytest.mark.parametrize("forge", [louder, fewer])
def test_what_nothing_else_contradicts_is_found_by_the_head_alone(forge: Forgery, written: Path) -> None:
    head = audit(written).head
    lines = [json.loads(text) for text in written.read_text().splitlines()]
    forge(lines)
    written.write_text(chained(lines))
    assert run(["audit", str(written), "--head", head]) == 1


def test_noise_from_a_seed_is_drawn_again(tmp_path: Path) -> None:
    path = tmp_path / "transcript.jsonl"
    run_training(MeanEngine(), some_plan(), seed=5).write_transcript(path)
    lines = [json.loads(text) for text in path.read_text().splitlines()]
    assert audit(path).passed
    for forge in (louder, reseeded):
        forged = json.loads(json.dumps(lines))
        forge(forged)
        path.write_text(chained(forged))
        assert {finding.name for finding in audit(path).findings} == {"noise"}


def reseeded(lines: list[dict[str, Any]]) -> None:
    lines[0]["noise_source"]["entropy"] = "6"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "no json\n",
        "[]\n",
        chained([{"schema": SCHEMA, "kind": "note"}]),
        chained([{"schema": SCHEMA, "kind": "allowance", "client": ["a"], "budget": ["x"], "delta": [0.1]}]),
        chained([{"schema": SCHEMA, "kind": "allowance", "client": ["a"], "budget": [], "delta": [0.1]}]),
        chained(
            [
                {
                    "schema": SCHEMA,
                    "kind": "charge",
                    "run": "none",
                    "round": 0,
                    "attempt": 1,
                    "participants": [[0, 0]],
                    "weights": "0" * 64,
                    "deviation": 1.0,
                }
            ]
        ),
    ],
)
def test_what_is_no_ledger_is_said_to_be_none(text: str, tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    path.write_text(text)
    assert run(["audit", str(path)]) == 1
    assert audit(path).findings[0].name == "chain"
