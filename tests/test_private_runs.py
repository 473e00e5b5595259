"""A private run: what it writes, what it costs, what it refuses; read by a reader of the test's own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from private_runs import PEOPLE, MeanEngine, epsilon_by_hand, read_by_hand, some_plan, spent_by_hand
from scipy import stats

import mechproof as mp
from mechproof.cli import run
from mechproof.dpfl.accounting.budgets import budgets_of
from mechproof.dpfl.runs.audit import audit
from mechproof.dpfl.runs.engine import Contribution, State
from mechproof.dpfl.runs.ledger import open_ledger, read_ledger
from mechproof.dpfl.runs.loop import run_training
from mechproof.dpfl.runs.noise import SeededNoise, SystemNoise


@pytest.mark.parametrize("trust", ["local", "secure-sum"])
@pytest.mark.parametrize("adjacency", ["add-or-remove", "replace-one"])
def test_what_is_written_accounts_for_the_budgets(trust: str, adjacency: str, tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    plan = some_plan(trust=trust, adjacency=adjacency)
    run_training(MeanEngine(), plan, ledger=path)
    lines = read_by_hand(path)
    assert [line["kind"] for line in lines] == ["allowance", "run"] + ["charge", "round"] * 6
    assert lines[1]["noise_source"] == {"source": "system entropy"}
    spent = spent_by_hand(lines)
    for client, budget in PEOPLE.items():
        mu = float(plan.mu_server[list(PEOPLE).index(client)])
        assert spent.get(client, 0) ** 0.5 == pytest.approx(mu, rel=1e-12)
        if budget and (trust == "local" or client in ("anna",)):
            assert epsilon_by_hand(spent[client] ** 0.5, 1e-5) <= budget + 1e-9
    judged = audit(path)
    assert judged.passed
    assert {row.client: row.spent for row in judged.accounts} == pytest.approx({"carl": 0, **spent}, rel=1e-12)
    for row in judged.accounts:
        assert row.epsilon <= float(row.budget)


def test_noise_is_what_it_says(tmp_path: Path) -> None:
    run_training(MeanEngine(size=400), some_plan(), ledger=tmp_path / "ledger.jsonl")
    lines = read_by_hand(tmp_path / "ledger.jsonl")
    charged = [line["deviation"] for line in lines if line["kind"] == "charge"]
    drawn = [line["noise"] for line in lines if line["kind"] == "round"]
    assert {noise["coordinates"] for noise in drawn} == {406}
    squares = sum((noise["norm"] / s) ** 2 for noise, s in zip(drawn, charged, strict=True))
    assert 1e-9 < stats.chi2.cdf(squares, 406 * 6) < 1 - 1e-9


def test_the_system_draws_standard_normal_numbers() -> None:
    drawn = SystemNoise().draw(0, {"x": np.zeros((500, 40))})["x"].ravel()
    assert stats.kstest(drawn, "norm").pvalue > 1e-6
    again = SystemNoise().draw(0, {"x": np.zeros((500, 40))})["x"].ravel()
    assert abs(np.corrcoef(drawn, again)[0, 1]) < 0.04
    assert not set(drawn) & set(again)


def test_a_seed_gives_the_study_s_stream_from_any_round() -> None:
    like = {"a": np.zeros(3), "b": np.zeros((2, 2))}
    stream = np.random.default_rng(np.random.SeedSequence(3, spawn_key=(1, 2)))
    told = [{"a": stream.standard_normal(3), "b": stream.standard_normal((2, 2))} for _ in range(4)]
    noise = SeededNoise(np.random.SeedSequence(3, spawn_key=(1, 2)))
    for round in (2, 0, 1, 3, 3):
        drawn = noise.draw(round, like)
        assert all(np.array_equal(drawn[name], told[round][name]) for name in like)


def test_a_second_run_over_the_same_clients_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    run_training(MeanEngine(), some_plan(), ledger=path)
    before = path.read_bytes()
    again = MeanEngine()
    with pytest.raises(mp.BudgetSpent, match=r"round 1 of 6 is refused: client anna .* of 8; nothing of it was drawn"):
        run_training(again, some_plan(), ledger=path)
    after = read_by_hand(path)
    assert path.read_bytes().startswith(before)
    assert [line["kind"] for line in after].count("charge") == 6
    assert audit(path).passed


def test_runs_compose_up_to_what_is_allowed(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    with open_ledger(path) as book:
        book.allow(budgets_of({"anna": 13, "bert": "3.1", "carl": 1, "dora": 8}), 1e-5)
    for _ in range(2):
        run_training(MeanEngine(), some_plan(), ledger=path)
    spent = spent_by_hand(read_by_hand(path))
    plan = some_plan()
    assert spent["anna"] == pytest.approx(2 * plan.mu_server[0] ** 2, rel=1e-12)
    found = {row.client: row for row in audit(path).accounts}
    assert found["bert"].epsilon == pytest.approx(epsilon_by_hand(spent["bert"] ** 0.5, 1e-5), rel=1e-6)
    with pytest.raises(mp.BudgetSpent, match="client anna"):
        run_training(MeanEngine(), some_plan(), ledger=path)


def test_the_round_that_would_overspend_is_refused_and_the_rounds_before_it_are_kept(tmp_path: Path) -> None:
    path, kept = tmp_path / "ledger.jsonl", tmp_path / "run.npz"
    plan = some_plan()
    with open_ledger(path) as book:
        book.allow(budgets_of({"anna": "5.5", "bert": 2, "carl": 0, "dora": 5}), 1e-5)
    with pytest.raises(mp.BudgetSpent, match=r"round 4 of 6 is refused: client anna"):
        run_training(MeanEngine(), plan, ledger=path, checkpoint=kept)
    assert [line["kind"] for line in read_by_hand(path)].count("charge") == 3
    trained = run_training(MeanEngine(), plan, ledger=path, checkpoint=kept, rounds=3)
    assert trained.rounds == 3
    assert audit(path).passed


def test_who_drops_out_is_not_charged_and_nobody_counts_more(tmp_path: Path) -> None:
    plan = some_plan()
    engine = MeanEngine(dropping=((2, 0), (4, 0)))
    trained = run_training(engine, plan, ledger=tmp_path / "ledger.jsonl")
    spent = spent_by_hand(list(trained.lines))
    assert spent["anna"] == pytest.approx(plan.mu_server[0] ** 2 * 4 / 6, rel=1e-12)
    assert spent["dora"] == pytest.approx(plan.mu_server[3] ** 2, rel=1e-12)
    deviations = [line["deviation"] for line in trained.lines if line["kind"] == "charge"]
    rest = 0.5 * np.sqrt(np.sum((plan.weight[[1, 3]] * plan.sigma[[1, 3]]) ** 2))
    assert deviations[2] == pytest.approx(rest, rel=1e-12)
    assert deviations[0] == plan.noise
    assert audit(tmp_path / "ledger.jsonl").passed


def test_a_client_of_fewer_releases_takes_part_in_as_many_rounds(tmp_path: Path) -> None:
    plan = some_plan(releases=[6, 3, 0, 4])
    trained = run_training(MeanEngine(), plan, ledger=tmp_path / "ledger.jsonl")
    rounds = [
        [row for low, high in line["participants"] for row in range(low, high + 1)]
        for line in trained.lines
        if line["kind"] == "charge"
    ]
    assert [sum(row in round for round in rounds) for row in range(4)] == [6, 3, 0, 4]
    assert spent_by_hand(list(trained.lines))["bert"] == pytest.approx(plan.mu_server[1] ** 2, rel=1e-12)
    assert audit(tmp_path / "ledger.jsonl").passed


def test_a_study_repeats_itself_and_a_release_does_not(tmp_path: Path) -> None:
    first, second = (run_training(MeanEngine(), some_plan(), seed=4) for _ in range(2))
    assert first.head == second.head
    assert np.array_equal(first.state["mean"], second.state["mean"])
    released = [run_training(MeanEngine(), some_plan()) for _ in range(2)]
    assert released[0].run == released[1].run  # which says nothing of the noise
    assert not np.allclose(released[0].state["mean"], released[1].state["mean"])
    first.write_transcript(tmp_path / "transcript.jsonl")
    assert len(read_by_hand(tmp_path / "transcript.jsonl")) == 13
    assert audit(tmp_path / "transcript.jsonl").head == first.head


def test_a_plan_of_samples_is_refused() -> None:
    with pytest.raises(mp.InputError, match=r"sampling_rate = 0.5: a run uses every record"):
        run_training(MeanEngine(), some_plan(sampling_rate=0.5))


class Wrong(MeanEngine):
    """Gives a sum that is none, or lets somebody in who has no part."""

    def contribute(self, state: State, weight: np.ndarray, round: int) -> Contribution:
        given = super().contribute(state, weight, round)
        if self.size == 41:
            return Contribution({"mean": given.total["mean"] * np.nan}, 0.0, given.participants)
        return Contribution(given.total, given.largest_norm, (0, 1, 2, 3))


@pytest.mark.parametrize(("size", "said"), [(41, "must be finite"), (42, "it takes no part")])
def test_what_no_engine_may_give_is_refused_before_it_is_charged(size: int, said: str, tmp_path: Path) -> None:
    with pytest.raises(mp.InputError, match=said):
        run_training(Wrong(size=size), some_plan(), ledger=tmp_path / "ledger.jsonl")
    assert [line["kind"] for line in read_by_hand(tmp_path / "ledger.jsonl")] == ["allowance", "run"]


def test_one_writer_at_a_time(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "ledger.jsonl"), pytest.raises(mp.InputError, match="another run is writing"):
        run_training(MeanEngine(), some_plan(), ledger=tmp_path / "ledger.jsonl")


def test_a_torn_last_line_is_cut_off_and_a_broken_chain_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    with open_ledger(path) as book:
        book.allow(budgets_of(PEOPLE), 1e-5)
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"schema":"mechproof/le')
    assert read_ledger(path).fault == "line 2 is not what its digest was computed from"
    with open_ledger(path) as book:
        assert len(book.lines) == 1
    assert path.read_bytes() == whole
    path.write_bytes(whole.replace(b'"8"', b'"9"'))
    with pytest.raises(mp.InputError, match="line 1 is not what its digest"):
        run_training(MeanEngine(), some_plan(), ledger=path)


@pytest.mark.parametrize("change", [{"clip": 0.4}, {"rounds": 7}, {"trust": "secure-sum"}])
def test_a_checkpoint_of_another_run_is_refused(change: dict, tmp_path: Path) -> None:
    kept = tmp_path / "run.npz"
    run_training(MeanEngine(), some_plan(), seed=1, checkpoint=kept, rounds=2)
    with pytest.raises(mp.InputError, match="is of another run"):
        run_training(MeanEngine(), some_plan(**change), seed=1, checkpoint=kept)
    with pytest.raises(mp.InputError, match="is of another run"):
        run_training(MeanEngine(), some_plan(), seed=2, checkpoint=kept)


def test_a_checkpoint_without_its_ledger_is_refused(tmp_path: Path) -> None:
    kept = tmp_path / "run.npz"
    run_training(MeanEngine(), some_plan(), ledger=tmp_path / "one.jsonl", checkpoint=kept, rounds=2)
    with pytest.raises(mp.InputError, match="holds nothing of the run"):
        run_training(MeanEngine(), some_plan(), ledger=tmp_path / "two.jsonl", checkpoint=kept)
    kept.write_bytes(b"no checkpoint")
    with pytest.raises(mp.InputError, match="is no checkpoint"):
        run_training(MeanEngine(), some_plan(), ledger=tmp_path / "one.jsonl", checkpoint=kept)


def test_the_command_line_judges(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "ledger.jsonl"
    trained = run_training(MeanEngine(), some_plan(), ledger=path)
    assert run(["audit", str(path), "--head", trained.head]) == 0
    assert "passed: 1 run, 6 finished rounds" in capsys.readouterr().out
    assert run(["audit", str(path), "--head", "0" * 64]) == 1
    assert "chain: ends with" in capsys.readouterr().out
    assert run(["audit", str(tmp_path / "none.jsonl")]) == 2
