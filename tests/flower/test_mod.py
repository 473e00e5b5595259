"""The mod: what leaves a client, what it costs, and that nothing leaves where anything is not as it must be."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("flwr", reason="Flower is not installed: pip install 'mechproof[flower]'")

from flower.nodes import adding, app_with, context, message, record, terms, trained
from flwr.app import Context, Error, Message, RecordDict

import mechproof as mp
from mechproof.dpfl.flower import Terms, descend
from mechproof.dpfl.flower.ledger_file import OwnLedger

WIDE = {"a": np.zeros((100, 200), dtype=np.float32), "b": np.zeros(20_000)}
SECRET = "Ms Smith, born 1970"


def lines(own: Terms) -> list[str]:
    return Path(own.ledger).read_text().splitlines() if Path(own.ledger).exists() else []


def test_the_whole_update_is_clipped_as_one_and_noised(tmp_path: Path) -> None:
    own = terms(tmp_path, clip=2.0, adjacency="replace-one")
    update = {name: np.full(array.shape, 5.0, dtype=array.dtype) for name, array in WIDE.items()}
    sent = {name: array + 1 for name, array in WIDE.items()}
    moved = trained(app_with(adding(update))(message(sent), context(own)))
    for name, array in moved.items():
        assert array.dtype == sent[name].dtype
        noise = array - sent[name] - 2.0 / np.sqrt(40_000)
        assert noise.std() == pytest.approx(own.sigma * 4.0, rel=0.03)  # Δ = 2C where a client is replaced
        assert abs(noise.mean()) < 4 * noise.std() / np.sqrt(noise.size)


def test_an_update_within_the_clip_is_left_as_it_is(tmp_path: Path) -> None:
    own = terms(tmp_path, epsilon=1e9, sigma=1e-4)
    moved = trained(app_with(adding({"a": np.array([0.3, -0.4])}))(message({"a": np.zeros(2)}), context(own)))
    assert moved["a"] == pytest.approx([0.3, -0.4], abs=1e-3)


@pytest.mark.parametrize("bad", [np.nan, np.inf, 1e300])
def test_what_is_not_finite_is_released_as_noise_at_the_usual_price(bad: float, tmp_path: Path) -> None:
    """Whether there is a reply must not tell whether the data made the training diverge."""
    own = terms(tmp_path)
    update = {"b": np.full(20_000, bad)}
    moved = trained(app_with(adding(update))(message({"b": WIDE["b"]}), context(own)))["b"]
    assert np.isfinite(moved).all()
    assert moved.std() == pytest.approx(own.sigma, rel=0.03)
    assert len(lines(own)) == 1


def test_all_that_leaves_is_noised_arrays_and_the_weight(tmp_path: Path) -> None:
    own = terms(tmp_path, weight=0.125)
    reply = app_with(adding({"a": np.zeros(3)}))(message({"a": np.zeros(3)}), context(own))
    assert {name: dict(metrics) for name, metrics in reply.content.metric_records.items()} == {
        "metrics": {"dp-weight": 0.125}
    }
    assert list(reply.content.array_records) == ["arrays"]
    assert not reply.content.config_records


def handing(gradients: dict[str, Any], rate: float = 0.5) -> Callable[[Message, Context], Message]:
    def train(message: Message, context: Context) -> Message:
        descend(gradients, learning_rate=rate)
        stolen = {name: array.numpy() + 1e6 for name, array in message.content["arrays"].items()}
        return Message(RecordDict({"arrays": record(stolen)}), reply_to=message)

    return train


def test_records_are_clipped_one_by_one_and_nothing_else_of_the_function_leaves(tmp_path: Path) -> None:
    own = terms(tmp_path, unit="record", records=10, epsilon=1e12, sigma=1e-5)
    gradients = {"a": np.array([[30.0, 0.0], [0.0, 0.5], [0.0, 0.0]]), "b": np.array([40.0, 0.0, 0.0])}
    moved = trained(app_with(handing(gradients))(message({"a": np.zeros(2), "b": np.zeros(())}), context(own)))
    assert moved["a"] == pytest.approx([-0.5 * 0.6 / 10, -0.5 * 0.5 / 10], abs=1e-4)
    assert moved["b"] == pytest.approx(-0.5 * 0.8 / 10, abs=1e-4)


def test_the_noise_of_records_is_divided_by_their_declared_number(tmp_path: Path) -> None:
    own = terms(tmp_path, unit="record", records=50)
    none = {"b": np.zeros((0, 20_000))}  # it holds no records at all, and nobody sees that
    moved = trained(app_with(handing(none))(message({"b": WIDE["b"]}), context(own)))["b"]
    assert moved.std() == pytest.approx(0.5 * own.sigma / 50, rel=0.03)


@dataclass(frozen=True)
class Failing:
    """Something that is not as it must be: its name, terms that differ, and the training function."""

    name: str
    train: Callable[[Message, Context], Message]
    code: int
    unit: str = "client"


def raising(message: Message, context: Context) -> Message:
    raise KeyError(SECRET)


def refusing(message: Message, context: Context) -> Message:
    return Message(Error(3, SECRET), reply_to=message)


def replying(content: RecordDict) -> Callable[[Message, Context], Message]:
    return lambda message, context: Message(content, reply_to=message)


FAILING = [
    Failing("raises", raising, 902),
    Failing("raises an error of ours", lambda m, c: mp.StackelbergPricing(cost=[SECRET], alpha=1, beta=1), 901),
    Failing("answers by an error", refusing, 901),
    Failing("returns nothing", lambda message, context: None, 902),  # type: ignore[arg-type, return-value]
    Failing("no arrays", replying(RecordDict({})), 901),
    Failing("two records of arrays", replying(RecordDict({n: record({"a": np.ones(3)}) for n in "xy"})), 901),
    Failing("another name", replying(RecordDict({"arrays": record({SECRET: np.ones(3)})})), 901),
    Failing("another shape", replying(RecordDict({"arrays": record({"a": np.ones((3, 1))})})), 901),
    Failing("hands over nothing", adding({"a": np.ones(3)}), 901, unit="record"),
    Failing("unknown names", handing({SECRET: np.ones((2, 3))}), 901, unit="record"),
    Failing("sums, not records", handing({"a": np.ones(3)}), 901, unit="record"),
    Failing("a rate that is none", handing({"a": np.ones((2, 3))}, rate=-1.0), 901, unit="record"),
    Failing("gradients of the wrong unit", handing({"a": np.ones((2, 3))}), 901),
]


@pytest.mark.parametrize("case", FAILING, ids=lambda case: case.name)
def test_whatever_else_goes_wrong_is_an_error_of_fixed_words(case: Failing, tmp_path: Path) -> None:
    own = terms(tmp_path, unit=case.unit)
    reply = app_with(case.train)(message({"a": np.zeros(3)}), context(own))
    assert reply.has_error()
    assert reply.error.code == case.code
    assert SECRET not in str(reply.error.reason)
    assert "own log says why" in str(reply.error.reason)
    assert lines(own) == []  # nothing was released, so nothing is paid


WRONG = {
    "dp-sigma": [0.1, -1.0, float("nan"), "1", True],
    "dp-epsilon": [0.0, float("inf")],
    "dp-delta": [0.0, 1.0],
    "dp-releases": [0, 4.0, 9],
    "dp-records": [0],
    "dp-unit": ["batch"],
    "dp-trust": ["nobody"],
    "dp-adjacency": ["none"],
    "dp-clip": [0.0],
    "dp-weight": [-1.0],
    "dp-ledger": [""],
}


@pytest.mark.parametrize(("key", "value"), [(key, value) for key, values in WRONG.items() for value in values])
def test_wrong_terms_train_nothing(key: str, value: Any, tmp_path: Path) -> None:
    seen: list[Any] = []
    config = {**terms(tmp_path).node_config(), key: value}
    reply = app_with(adding({"a": np.zeros(3)}, seen))(message({"a": np.zeros(3)}), context(config))
    assert (reply.error.code, seen) == (901, [])


def test_the_ledger_says_what_was_spent_and_by_which_run(tmp_path: Path) -> None:
    own = terms(tmp_path)
    app = app_with(adding({"a": np.zeros(3)}))
    for number in range(1, 5):
        assert not app(message({"a": np.zeros(3)}, round=number), context(own, run=number)).has_error()
        assert OwnLedger(Path(own.ledger), own).spent() <= own.epsilon
    entries = [json.loads(line) for line in lines(own)]
    assert [(entry["run"], entry["round"], entry["client"]) for entry in entries] == [
        (n, n, "ann") for n in range(1, 5)
    ]
    assert all(entry["mu"] == pytest.approx(1 / own.sigma) for entry in entries)
    assert OwnLedger(Path(own.ledger), own).spent() == pytest.approx(own.epsilon, rel=1e-9)
    assert Path(own.ledger).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("fault", ["dropped", "cheaper", "another's", "text"])
def test_a_ledger_that_was_changed_releases_nothing(fault: str, tmp_path: Path) -> None:
    own = terms(tmp_path)
    app = app_with(adding({"a": np.zeros(3)}))
    for _ in range(2):
        app(message({"a": np.zeros(3)}), context(own))
    written = lines(own)
    changed = {
        "dropped": written[1:],
        "cheaper": [written[0].replace('"mu": ', '"mu": 0.'), written[1]],
        "another's": [line.replace("ann", "bob") for line in written],
        "text": [*written, "and so on"],
    }[fault]
    Path(own.ledger).write_text("\n".join(changed) + "\n")
    assert app(message({"a": np.zeros(3)}), context(own)).error.code == 901


def test_a_line_that_was_broken_off_paid_for_nothing(tmp_path: Path) -> None:
    """The power failed while it was written, so what it was to pay for was not drawn."""
    own = terms(tmp_path)
    app = app_with(adding({"a": np.zeros(3)}))
    app(message({"a": np.zeros(3)}), context(own))
    whole = Path(own.ledger).read_text()
    Path(own.ledger).write_text(whole + whole[:31])
    assert [app(message({"a": np.zeros(3)}), context(own)).has_error() for _ in range(4)] == [False] * 3 + [True]
    assert len(lines(own)) == 4
    assert OwnLedger(Path(own.ledger), own).spent() <= own.epsilon


def test_a_ledger_that_cannot_be_written_releases_nothing(tmp_path: Path) -> None:
    own = terms(tmp_path, ledger=str(tmp_path / "nowhere" / "ann.jsonl"))
    assert app_with(adding({"a": np.zeros(3)}))(message({"a": np.zeros(3)}), context(own)).error.code == 901


def test_it_is_paid_before_the_noise_is_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own, paid = terms(tmp_path), []

    def drawing(count: int) -> np.ndarray:
        paid.append(len(lines(own)))
        raise OSError("the machine stops here")

    monkeypatch.setattr("mechproof.dpfl.flower.mod.system_normal", drawing)
    reply = app_with(adding({"a": np.zeros(3)}))(message({"a": np.zeros(3)}), context(own))
    assert (paid, reply.error.code) == ([1], 902)


def test_two_processes_cannot_both_spend_the_last_of_a_budget(tmp_path: Path) -> None:
    own = terms(tmp_path)
    code = f"""
        from pathlib import Path
        from mechproof.dpfl.flower import Terms
        from mechproof import BudgetSpent
        from mechproof.dpfl.flower.ledger_file import OwnLedger
        ledger, paid = OwnLedger(Path({own.ledger!r}), {own!r}), 0
        try:
            for _ in range(4):
                ledger.charge({{}})
                paid += 1
        except BudgetSpent:
            pass
        print(paid)
        """
    command = [sys.executable, "-c", textwrap.dedent(code)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    assert sum(int(process.communicate(timeout=120)[0]) for process in running) == 4
    with pytest.raises(mp.BudgetSpent):
        OwnLedger(Path(own.ledger), own).check()


def test_a_killed_client_has_paid_for_whatever_it_released(tmp_path: Path) -> None:
    own = terms(tmp_path, epsilon=1e9, releases=1, sigma=1.0)
    code = f"""
        from pathlib import Path
        from mechproof.dpfl.flower import Terms
        from mechproof.dpfl.flower.ledger_file import OwnLedger
        ledger = OwnLedger(Path({own.ledger!r}), {own!r})
        for number in range(10**6):
            ledger.charge({{"round": number}})
            print(number, flush=True)
        """
    process = subprocess.Popen([sys.executable, "-c", textwrap.dedent(code)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    for _ in range(20):
        process.stdout.readline()
    os.kill(process.pid, signal.SIGKILL)
    released = 20 + len(process.communicate()[0].split())
    assert released <= len(lines(own)) <= released + 1
    OwnLedger(Path(own.ledger), own).spent()  # the chain is whole
