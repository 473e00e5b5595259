"""Canaries: below the account where all is well and close to it, far above it where a privacy bug is planted."""

from __future__ import annotations

import importlib
from pathlib import Path

import numpy as np
import pytest
from planted_bugs import SABOTAGES, Sabotage
from private_runs import MeanEngine, some_plan
from scipy import stats

import mechproof as mp
from mechproof.cli import run
from mechproof.dpfl.runs.loop import run_training

pytest.importorskip("torch")
canaries = importlib.import_module("mechproof.dpfl.training.canaries")

SOLD = {"low": 0.5, "two": 2, "also two": 2, "high": 50, "none": 0}


def plan_of(trust: str, adjacency: str = "add-or-remove", rounds: int = 12) -> mp.NoisePlan:
    asked = {"delta": 1e-5, "rounds": rounds, "unit": "record", "clip": 0.5}
    return mp.calibrate(SOLD, trust=trust, adjacency=adjacency, **asked)


@pytest.mark.parametrize("adjacency", ["add-or-remove", "replace-one"])
@pytest.mark.parametrize("trust", ["local", "secure-sum"])
@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_the_bound_is_below_the_account_and_close_to_it(trust: str, adjacency: str, seed: int) -> None:
    plan = plan_of(trust, adjacency)
    bounds = canaries.canary_audit(plan, seed=seed)
    assert [(bound.budget, bound.clients) for bound in bounds] == [("0.5", 1), ("2", 2), ("50", 1)]
    for bound, row in zip(bounds, (0, 1, 3), strict=True):
        assert bound.mu == pytest.approx(float(plan.mu_server[row]), rel=1e-9)
        assert 0.8 * bound.mu < bound.mu_at_least < bound.mu
        assert not bound.exceeds


@pytest.mark.parametrize("trust", ["local", "secure-sum"])
@pytest.mark.parametrize(
    "sabotage",
    [
        pytest.param(SABOTAGES[place], id=SABOTAGES[place].name, marks=pytest.mark.slow if place in (1, 4) else ())
        for place in (0, 1, 3, 4)
    ],
)
def test_a_planted_bug_is_betrayed(sabotage: Sabotage, trust: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sabotage.plant(monkeypatch)
    bounds = canaries.canary_audit(plan_of(trust, rounds=4), seed=0)
    monkeypatch.undo()
    assert all(bound.exceeds for bound in bounds)
    assert all(bound.mu_at_least > 1.2 * bound.mu_sold for bound in bounds)


@pytest.mark.parametrize(("hits", "of"), [(0, 10), (1, 10), (437, 520), (900, 900)])
def test_rates_are_bounded_as_clopper_and_pearson_do(hits: int, of: int) -> None:
    known = stats.binomtest(hits, of).proportion_ci(confidence_level=0.95, method="exact").low
    assert canaries._at_least(hits, of, 0.025) == pytest.approx(known, rel=1e-9)


def test_the_bound_holds_as_often_as_it_says() -> None:
    """Of two normal distributions μ apart, at the least favourable: the bound is above μ in few of many trials."""
    generator, mu, above = np.random.default_rng(8), 1.5, 0
    for _ in range(400):
        inside = generator.random(300) < 0.5
        said = generator.normal(mu * inside, 1.0) > mu / 2
        above += canaries._shown(said, inside, 0.95) > mu
    assert above <= 400 * 0.05


def test_many_groups_are_sampled() -> None:
    plan = mp.calibrate(
        [1 + place / 10 for place in range(40)],
        delta=1e-5,
        rounds=1,
        trust="local",
        unit="record",
        adjacency="add-or-remove",
    )
    bounds = canaries.canary_audit(plan, groups=3, seed=0)
    assert [bound.budget for bound in bounds] == ["1.0", "3.0", "4.9"]


def test_whole_clients_are_refused() -> None:
    plan = mp.calibrate([1], delta=1e-5, rounds=1, trust="local", unit="client", adjacency="add-or-remove")
    with pytest.raises(mp.UnsupportedModel, match="protects whole clients"):
        canaries.canary_audit(plan)


def test_the_command_line_asks_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "ledger.jsonl"
    run_training(MeanEngine(), some_plan(), ledger=path)
    assert run(["audit", str(path), "--canaries", "--seed", "3"]) == 0
    assert "μ at least" in capsys.readouterr().out
    path.write_text(path.read_text().splitlines()[0] + "\n")
    assert run(["audit", str(path), "--canaries"]) == 2
