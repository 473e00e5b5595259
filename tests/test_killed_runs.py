"""Runs killed at random moments (kill -9), and what is there afterwards."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from private_runs import MeanEngine, read_by_hand, some_plan, spent_by_hand

import mechproof as mp
from mechproof.dpfl.accounting.budgets import budgets_of
from mechproof.dpfl.runs.audit import audit
from mechproof.dpfl.runs.engine import Contribution, State
from mechproof.dpfl.runs.ledger import open_ledger
from mechproof.dpfl.runs.loop import run_training

KILLS = 20
ROUNDS = 25
PLAN = {"budgets": {"anna": 8, "bert": 2, "carl": 0, "dora": 5}, "rounds": ROUNDS}


class SlowEngine(MeanEngine):
    """Of which a round takes a third of the longest time that a run is left alone, on any machine.

    Most of it passes after the charge and before the round is kept: of twenty kills some fall there.
    """

    def contribute(self, *given: Any, **named: Any) -> Contribution:
        """Return what the engine would, somewhat later."""
        time.sleep(0.003)
        return super().contribute(*given, **named)

    def apply(self, *given: Any) -> State:
        """Return what the engine would, somewhat later."""
        time.sleep(0.007)
        return super().apply(*given)


def killed(train: Callable[[], object], after: float) -> bool:
    """Run something in a process of its own and kill it; return whether it was killed before its end."""
    process = os.fork()
    if not process:
        try:
            train()
        finally:
            os._exit(0)
    time.sleep(after)
    os.kill(process, signal.SIGKILL)
    return os.WIFSIGNALED(os.waitpid(process, 0)[1])


def killed_often(train: Callable[[], object], chance: random.Random) -> int:
    """Kill one run again and again at random moments until it has come to its end; return how often."""
    kills, pause = 0, 0.03
    while killed(train, chance.uniform(0, pause)):
        kills += 1
        pause = 0.03 if kills < KILLS else 5.0
    return kills


@pytest.mark.slow
def test_a_seeded_run_comes_out_the_same(tmp_path: Path) -> None:
    whole, broken = tmp_path / "whole.jsonl", tmp_path / "broken.jsonl"

    def train(ledger: Path) -> object:
        return run_training(
            SlowEngine(), some_plan(**PLAN), ledger=ledger, checkpoint=ledger.with_suffix(".npz"), seed=3
        )

    expected = train(whole)
    assert killed_often(lambda: train(broken), random.Random(1)) >= KILLS
    after = train(broken)
    assert broken.read_bytes() == whole.read_bytes()
    assert all(np.array_equal(after.state[name], expected.state[name]) for name in expected.state)
    assert audit(broken).passed


@pytest.mark.slow
def test_a_released_run_charges_the_round_in_flight_and_never_releases_it_again(tmp_path: Path) -> None:
    path, kept = tmp_path / "ledger.jsonl", tmp_path / "run.npz"
    plan = some_plan(**PLAN)
    with open_ledger(path) as book:
        book.allow(budgets_of({"anna": 80, "bert": 20, "carl": 0, "dora": 50}), 1e-5)

    def train() -> object:
        return run_training(SlowEngine(), plan, ledger=path, checkpoint=kept)

    assert killed_often(train, random.Random(2)) >= KILLS
    lines = read_by_hand(path)
    charged = [(line["round"], line["attempt"]) for line in lines if line["kind"] == "charge"]
    made = [(line["round"], line["attempt"]) for line in lines if line["kind"] == "round"]
    assert len(set(charged)) == len(charged)
    assert len(set(made)) == len(made)
    assert [round for round, _ in made] == list(range(ROUNDS))
    for round, attempt in made:
        place = charged.index((round, attempt))
        assert [charge for charge in charged[place + 1 :] if charge[0] == round] == []  # the last charge of it
    spent = spent_by_hand(lines)
    assert spent["anna"] == pytest.approx(plan.mu_server[0] ** 2 * len(charged) / ROUNDS, rel=1e-12)
    judged = audit(path)
    assert judged.passed
    assert judged.interrupted == len(charged) - ROUNDS > 0


class Killed(BaseException):
    """Stands for the power going off."""


@pytest.mark.parametrize("seed", [None, 3])
@pytest.mark.parametrize("moment", range(8))
def test_at_every_step_of_a_round_what_was_begun_is_charged(
    moment: int, seed: int | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each write of a round is made, or not made, and then the power goes off: all moments between them."""
    path, kept = tmp_path / "ledger.jsonl", tmp_path / "run.npz"
    with open_ledger(path) as book:
        book.allow(budgets_of({"anna": 80, "bert": 20, "carl": 0, "dora": 50}), 1e-5)
    real, writes = os.fsync, []

    def fsync(descriptor: int) -> None:
        if len(writes) == 6 + moment:
            raise Killed
        real(descriptor)
        writes.append(descriptor)

    def train() -> object:
        return run_training(MeanEngine(), some_plan(**PLAN), ledger=path, checkpoint=kept, seed=seed)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fsync)
        with pytest.raises(Killed):
            train()
    train()
    judged = audit(path)
    assert judged.passed, judged.findings
    assert judged.rounds == ROUNDS
    assert judged.interrupted == 0 if seed else judged.interrupted <= 1
    if seed:
        other = tmp_path / "other.jsonl"
        with open_ledger(other) as book:
            book.allow(budgets_of({"anna": 80, "bert": 20, "carl": 0, "dora": 50}), 1e-5)
        run_training(MeanEngine(), some_plan(**PLAN), ledger=other, seed=seed)
        assert path.read_bytes() == other.read_bytes()


def test_a_killed_run_that_had_spent_all_ends_a_round_early(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, kept = tmp_path / "ledger.jsonl", tmp_path / "run.npz"
    engine = MeanEngine()

    def dies(round: int, like: object) -> object:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("mechproof.dpfl.runs.noise.SystemNoise.draw", lambda self, round, like: dies(round, like))
        with pytest.raises(Killed):
            run_training(engine, some_plan(), ledger=path, checkpoint=kept)
    with pytest.raises(mp.BudgetSpent, match=r"round 6 of 6 is refused.*or stop after 5 rounds"):
        run_training(engine, some_plan(), ledger=path, checkpoint=kept)
    trained = run_training(engine, some_plan(), ledger=path, checkpoint=kept, rounds=5)
    assert (trained.rounds, audit(path).interrupted) == (5, 1)
