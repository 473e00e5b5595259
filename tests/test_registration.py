"""What is registered before a training, and what is refused in its name."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mechproof.cli import run
from mechproof.dpfl.training.data import Dataset
from mechproof.dpfl.training.protocol import Protocol
from mechproof.dpfl.training.train import train
from mechproof.formulations.errors import InputError
from mechproof.solvers.commands.schema import check_document

pytest.importorskip("torch")

QUICK = Protocol(rounds=2, repetitions=2, pilot_repetitions=1, learning_rate=4)
BUDGETS = {"ann": 4, "bob": 1, "cat": 2}


def data(shift: float = 0.0) -> Dataset:
    labels = np.arange(90) % 3
    features = np.eye(3)[labels] * 0.8 + np.linspace(0, 0.1, 90)[:, None]
    features[0, 0] += shift
    return Dataset("blobs", "generated", "CC0-1.0", features, labels, 3)


def kept(path: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads(path.read_text(encoding="utf-8"))
    return found


def test_it_is_written_before_the_run_and_the_result_carries_its_fingerprint(tmp_path: Path) -> None:
    path, seen = tmp_path / "registered.json", []
    result = train(
        BUDGETS, QUICK, dataset=data(), register=path, progress=lambda done, total, what: seen.append(path.exists())
    )
    assert all(seen)
    assert seen
    check_document(kept(path))
    document = result.document()
    assert kept(path) == document["registration"]
    assert kept(path)["fingerprint"] == document["protocol"]["fingerprint"]
    assert train(BUDGETS, QUICK, dataset=data(), register=path).document() == document


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"protocol": replace(QUICK, seed=1)}, "protocol.seed = 0: was registered, and this run has 1"),
        ({"protocol": replace(QUICK, margin=0.02)}, "protocol.margin = 0.01: was registered, and this run has 0.02"),
        ({"budgets": {**BUDGETS, "bob": 1.5}}, "budgets.sha256 = .*was registered"),
        ({"budgets": {"ann": 4, "bob": 1, "dan": 2}}, "budgets.sha256"),
        ({"dataset": data(1e-9)}, "data.sha256"),
        ({"records": [5, 6, 7]}, "records.total = 54: was registered, and this run has 18"),
    ],
)
def test_another_experiment_is_refused_before_anything_runs(
    tmp_path: Path, changed: dict[str, object], words: str
) -> None:
    path = tmp_path / "registered.json"
    given = {"budgets": BUDGETS, "protocol": QUICK, "dataset": data(), "register": path}
    train(**given)  # type: ignore[arg-type]
    before = path.read_bytes()
    with pytest.raises(InputError, match=words):
        train(**{**given, **changed}, progress=lambda done, total, what: pytest.fail(what))  # type: ignore[arg-type]
    assert path.read_bytes() == before


def test_versions_are_part_of_it(tmp_path: Path) -> None:
    path = tmp_path / "registered.json"
    train(BUDGETS, QUICK, dataset=data(), register=path)
    older = kept(path)
    older["versions"] = {**older["versions"], "numpy": "1.0"}  # type: ignore[dict-item]
    path.write_text(json.dumps(older), encoding="utf-8")
    with pytest.raises(InputError, match=r"versions\.numpy = '1\.0'"):
        train(BUDGETS, QUICK, dataset=data(), register=path)


def test_a_fingerprint_that_is_not_that_of_its_content_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "registered.json"
    train(BUDGETS, QUICK, dataset=data(), register=path)
    path.write_text(json.dumps({**kept(path), "fingerprint": "0" * 64}), encoding="utf-8")
    with pytest.raises(InputError, match="is not that of its content"):
        train(BUDGETS, QUICK, dataset=data(), register=path)


@pytest.mark.parametrize(
    ("text", "words"), [("no json", "cannot be read as JSON"), ('{"schema": "else"}', "must be a document of")]
)
def test_what_is_no_registration_is_refused(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "registered.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=words):
        train(BUDGETS, QUICK, dataset=data(), register=path)
    with pytest.raises(InputError, match="there is no folder"):
        train(BUDGETS, QUICK, dataset=data(), register=tmp_path / "none" / "it.json")


def test_the_command_refuses_another_experiment(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    budgets, registered = tmp_path / "budgets.csv", tmp_path / "registered.json"
    budgets.write_text("client,epsilon\nann,4\nbob,1\n", encoding="utf-8")
    common = ["train", "--budgets", str(budgets), "--rounds", "1", "--repetitions", "2", "--register", str(registered)]
    assert run([*common, "--output", str(tmp_path / "one.json")]) in (0, 3)
    assert run([*common, "--seed", "2", "--output", str(tmp_path / "two.json")]) == 2
    assert "registration, protocol.seed = 0" in capsys.readouterr().err
    assert not (tmp_path / "two.json").exists()
