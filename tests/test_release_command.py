"""A model to be given away: charged, audited, written whole; or refused, with nothing written."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from planted_bugs import SABOTAGES
from private_runs import read_by_hand

import mechproof as mp
from mechproof.cli import run

pytest.importorskip("torch")
pytest.importorskip("sklearn")

BUDGETS = {"schema": "mechproof/budgets/1", "epsilon": {"Ann": "8", "Bob": "2", "Cat": "0"}}
SPEC = """
format = 1
[mechanism]
type = "stackelberg-pricing"
client = ["Ann", "Bob", "Cat"]
cost = [1, 1, 3]
alpha = 30
beta = 6
[train]
rounds = 3
{rate}
"""


@pytest.fixture
def asked(tmp_path: Path) -> list[str]:
    (tmp_path / "budgets.json").write_text(json.dumps(BUDGETS))
    (tmp_path / "spec.toml").write_text(SPEC.format(rate="learning_rate = 8"))
    words = {"--budgets": "budgets.json", "--ledger": "ledger.jsonl", "--model-output": "model.npz"}
    named = [word for name, file in words.items() for word in (name, str(tmp_path / file))]
    return ["release", str(tmp_path / "spec.toml"), "--trust", "secure-sum", *named]


def test_a_model_is_charged_and_written(asked: list[str], tmp_path: Path) -> None:
    assert run([*asked, "--output", str(tmp_path / "audit.json")]) == 0
    lines = read_by_hand(tmp_path / "ledger.jsonl")
    assert [line["kind"] for line in lines].count("charge") == 3
    assert lines[1]["noise_source"] == {"source": "system entropy"}
    with np.load(tmp_path / "model.npz") as model:
        assert model["head"].shape == (64, 10)
        assert json.loads(str(model["facts"]))["head"] == lines[-1]["digest"]
    assert json.loads((tmp_path / "audit.json").read_text())["passed"]


def test_a_second_model_is_refused_and_nothing_written(
    asked: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(asked) == 0
    (tmp_path / "model.npz").unlink()
    capsys.readouterr()
    assert run(asked) == 1
    assert "round 1 of 3 is refused: client Bob" in capsys.readouterr().err
    assert not (tmp_path / "model.npz").exists()
    assert run(["audit", str(tmp_path / "ledger.jsonl")]) == 0


@pytest.mark.parametrize("place", [0, 1, 3, 4])
def test_nothing_is_written_of_a_broken_run(
    place: int, asked: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from mechproof.dpfl.training import released  # noqa: F401 (loaded, so that bugs reach it)

    SABOTAGES[place].plant(monkeypatch)
    assert run(asked) == 1
    monkeypatch.undo()
    said = capsys.readouterr()
    assert SABOTAGES[place].found in said.out + said.err or "is refused" in said.err
    assert not (tmp_path / "model.npz").exists()


def test_a_learning_rate_is_to_be_named(asked: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "spec.toml").write_text(SPEC.format(rate=""))
    assert run(asked) == 2
    assert "learning_rate = None: is needed" in capsys.readouterr().err
    assert not (tmp_path / "ledger.jsonl").exists()


def test_trust_is_asked_for(asked: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run([word for word in asked if word not in ("--trust", "secure-sum")]) == 2
    assert run([word.replace("secure-sum", "nobody") for word in asked]) == 2
    assert "choose one of: local, secure-sum" in capsys.readouterr().err


def test_a_torch_module_is_released(tmp_path: Path) -> None:
    from torch import nn

    protocol = mp.Protocol(rounds=2, learning_rate=1.0, unit="client")
    module = nn.Sequential(nn.Flatten(), nn.Linear(64, 10))
    found = mp.release_model([8, 2], protocol, trust="secure-sum", ledger=tmp_path / "l.jsonl", model=module)
    assert found.audit.passed
    found.save(tmp_path / "model.npz")
    with np.load(tmp_path / "model.npz") as model:
        assert {"1.weight", "1.bias", "facts"} == set(model.files)
        assert sum(model[name].size for name in model.files if name != "facts") == 650
