"""One training to be released: whose noise it is, what is charged, what is written; and the options that reach it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import mechproof as mp
from mechproof.dpfl.training.records import listed_records, records_beside

torch = pytest.importorskip("torch")

BLOBS = mp.Dataset(
    "two blobs", "made up", "CC0-1.0", np.repeat(np.eye(2), 60, axis=0), np.repeat([0, 1], 60), 2, shape=(1, 2)
)
QUICK = mp.Protocol(rounds=3, learning_rate=2.0)


def released(budgets: list[float], protocol: mp.Protocol, ledger: Path, **more: Any) -> mp.Released:
    return mp.release_model(budgets, protocol, trust="local", ledger=ledger, dataset=BLOBS, **more)


def test_what_is_released_is_drawn_anew_and_charged(tmp_path: Path) -> None:
    book = tmp_path / "ledger.jsonl"
    first, second = (released([5, 20], QUICK, tmp_path / name, records=20) for name in ("ledger.jsonl", "other.jsonl"))
    assert not np.array_equal(first.parameters["head"], second.parameters["head"])
    with pytest.raises(mp.BudgetSpent):
        released([5, 20], QUICK, book, records=20)
    assert book.read_text(encoding="utf-8").count('"charge"') == QUICK.rounds
    assert mp.audit(first.trained.lines).findings == ()


def test_what_is_no_file_for_a_model_and_no_learning_rate_are_refused(tmp_path: Path) -> None:
    with pytest.raises(mp.InputError, match=r"must end in \.npz"):
        released([5, 20], QUICK, tmp_path / "ledger.jsonl").save(tmp_path / "model.pt")
    with pytest.raises(mp.InputError, match=r"learning_rate = None: is needed"):
        released([5, 20], mp.Protocol(), tmp_path / "second.jsonl")
    assert [path.name for path in tmp_path.iterdir()] == ["ledger.jsonl"]


def test_a_module_comes_back_by_the_names_of_its_state(tmp_path: Path) -> None:
    torch.manual_seed(0)
    module = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(2, 2))
    run = released([500, 500], QUICK, tmp_path / "ledger.jsonl", records=40, model=module)
    run.save(tmp_path / "model.npz")
    arrays = np.load(tmp_path / "model.npz")
    module.load_state_dict({name: torch.from_numpy(arrays[name]) for name in arrays if name != "facts"})
    scores = module(torch.tensor(BLOBS.features, dtype=torch.float32).reshape(-1, 1, 2)).argmax(dim=1).numpy()
    assert np.mean(scores == BLOBS.labels) == run.accuracy == 1.0


def test_noise_that_drowns_a_client_is_said_with_its_figure(tmp_path: Path) -> None:
    module = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(2, 2))
    protocol = mp.Protocol(rounds=3, learning_rate=1.0, unit="client", clip=1.0)
    with pytest.warns(UserWarning, match=r"the noise is (\d+) times as long as all clipped clients together.*6 param"):
        run = released([0.5, 0.5], protocol, tmp_path / "ledger.jsonl", records=20, model=module)
    sigma = mp.calibrate([0.5], delta=1e-5, rounds=3, trust="local", unit="client", adjacency="add-or-remove").sigma[0]
    assert run.noise_to_clip == pytest.approx(sigma / np.sqrt(2) * np.sqrt(6))
    with pytest.raises(mp.InputError, match=r"unit = 'client': protects whole clients.*give model="):
        released([0.5, 0.5], protocol, tmp_path / "second.jsonl")


def test_a_study_trains_a_module_in_every_arm() -> None:
    torch.manual_seed(0)
    module = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(2, 2))
    protocol = mp.Protocol(rounds=6, learning_rate=4.0, repetitions=2, pilot_repetitions=1, drop_out=0.2)
    result = mp.train([500, 500, 0], protocol, dataset=BLOBS, records=12, model=module)
    assert list(result.model) == ["1.weight", "1.bias"]
    assert result.arm("no-noise").interval.mean == 1.0
    assert result.controls.outcome != "failed"


def test_records_are_those_of_the_column_by_client(tmp_path: Path) -> None:
    (tmp_path / "budgets.csv").write_text("client,records,epsilon\nb,7,1\na,5,2\n", encoding="utf-8")
    assert records_beside(tmp_path / "budgets.csv", ["a", "b"]) == [5, 7]
    table = {"file": "budgets.csv", "column": "records", "id": "client"}
    assert listed_records(table, tmp_path, ["a", "b"]) == [5, 7]
    assert listed_records(30, tmp_path, ["a", "b"]) == 30
    with pytest.raises(mp.InputError, match="records = 'c': is a client without a number of records"):
        records_beside(tmp_path / "budgets.csv", ["a", "c"])
    (tmp_path / "budgets.csv").write_text("client,records,epsilon\na,5.5,1\n", encoding="utf-8")
    with pytest.raises(mp.InputError, match=r"budgets\.csv, records .client a. = '5\.5': must be a whole number"):
        records_beside(tmp_path / "budgets.csv", ["a"])
    with pytest.raises(mp.InputError, match=r"train\.records = -1"):
        listed_records(-1, tmp_path, ["a"])


@pytest.mark.slow
def test_the_command_takes_data_and_writes_the_model(tmp_path: Path) -> None:
    np.savez(tmp_path / "own.npz", features=BLOBS.features, labels=BLOBS.labels)
    (tmp_path / "budgets.csv").write_text("client,epsilon,records\na,50,20\nb,60,30\n", encoding="utf-8")

    def command(*arguments: str) -> subprocess.CompletedProcess[str]:
        line = [sys.executable, "-c", "from mechproof.cli import main; main()", "train", "--budgets", "budgets.csv"]
        return subprocess.run([*line, *arguments], capture_output=True, text=True, check=False, cwd=tmp_path)

    quick = ["--data", "own.npz", "--rounds", "2", "--repetitions", "2"]
    asked = ["--ledger", "book.jsonl", "--trust", "secure-sum", "--model-output"]
    done = command(*quick, *asked, "model.npz")
    assert done.returncode in (0, 3), done.stderr
    assert np.load(tmp_path / "model.npz")["head"].shape == (2, 2)
    again = command(*quick, *asked, "other.npz")
    assert again.returncode == 1, again.stderr
    assert not (tmp_path / "other.npz").exists()
    refused = command(*quick, "--ledger", "book.jsonl")
    assert refused.returncode == 2
    assert "--model-output" in refused.stderr


def test_clients_of_low_budget_have_an_accuracy_of_their_own() -> None:
    protocol = mp.Protocol(rounds=2, learning_rate=2.0, repetitions=2, pilot_repetitions=1)
    result = mp.train([500, 600, 700, 800], protocol, dataset=BLOBS, records=12)
    assert result.arm("mechanism").low_budget_accuracy == (1.0, 1.0)
    assert result.arm("static").low_budget_accuracy is None
    equal = mp.train([500] * 4, protocol, dataset=BLOBS, records=12)
    assert equal.arm("mechanism").low_budget_accuracy is None
