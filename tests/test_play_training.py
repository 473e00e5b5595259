"""What training in rounds is given: the noise of each round and arm, by the balance of δ(ε, μ), in the play's order."""

from __future__ import annotations

import json
from math import log, sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.stats import norm

import mechproof as mp
from mechproof.cli import run

DELTA, ROUNDS = 1e-5, 4


def mu_of(epsilon: float) -> float:
    """μ of a Gaussian release that is exactly (ε, δ)-DP."""

    def over(mu: float) -> float:
        kept = norm.cdf(mu / 2 - epsilon / mu) - np.exp(epsilon + norm.logcdf(-mu / 2 - epsilon / mu))
        return float(np.log(kept) - np.log(DELTA))

    return float(brentq(over, 0.05, 9, xtol=1e-14))


def test_every_round_has_the_noise_of_its_own_budgets(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("sklearn")
    from mechproof.dpfl.training import played

    weighed: list[tuple[np.ndarray, np.ndarray]] = []
    numbers: list[int] = []
    honest, draw = played.aggregate, played.SeededNoise.draw

    def aggregate(present: Any, sigma: Any, *rest: Any) -> Any:
        weighed.append((present, sigma))
        return honest(present, sigma, *rest)

    def drawn(self: Any, number: int, like: Any) -> Any:
        numbers.append(number)
        return draw(self, number, like)

    monkeypatch.setattr(played, "aggregate", aggregate)
    monkeypatch.setattr(played.SeededNoise, "draw", drawn)
    game = mp.StackelbergPricing(cost=[1, 1.2, 1.5], alpha=10, beta=6)
    start, stays = [0.4, 0.3, 0.2], [ROUNDS, ROUNDS, 2]
    play = mp.play(game, rounds=ROUNDS, rule="damped", damping="0.3", start=start, stays=stays, reward_pool=3)
    sold = np.array([one.epsilon for one in play.path], dtype=float)
    assert len({*sold[:, 0]}) == ROUNDS
    assert sold[:, 2].tolist() == [0.2, sold[1, 2], 0, 0]
    found = mp.train_in_rounds(play, mp.Protocol(repetitions=2, learning_rate=8, delta=DELTA))

    mus = np.array([[mu_of(e) if e else 0.0 for e in row] for row in sold])
    with np.errstate(divide="ignore"):
        least, classical = 1 / mus, sqrt(2 * log(1.25 / DELTA)) / sold
    evenly = np.tile(sqrt(ROUNDS) / np.sqrt(np.sum(mus**2, axis=0)), (ROUNDS, 1))
    assert list(found.accuracy) == ["by-round", "by-round/classical", "evenly", "no-noise"]
    for number, (present, sigma) in enumerate(weighed):
        arm, at = divmod(number % (3 * ROUNDS), ROUNDS)
        expected = (least, classical, evenly)[arm][at]
        assert sigma == pytest.approx(expected, rel=1e-5), (arm, at)
        assert np.array_equal(present > 0, np.isfinite(expected))
    assert len(weighed) == 2 * 3 * ROUNDS
    assert numbers == [*range(ROUNDS)] * 4 * 2  # of every arm, and of none too, in both runs


SPEC = """format = 1
[mechanism]
type = "stackelberg-pricing"
client = ["Ann", "Bob", "Cat"]
cost = [1, 1.2, 1.5]
alpha = 10
beta = 6
[play]
rounds = 3
rule = "damped"
damping = 0.3
reward_pool = 3
start = [0.4, 0.3, 0.2]
[train]
repetitions = 2
learning_rate = 8
"""


def test_train_takes_a_play() -> None:
    pytest.importorskip("sklearn")
    game = mp.StackelbergPricing(cost=[1, 1.2], alpha=10, beta=6)
    play = mp.play(game, rounds=2, reward_pool=3)
    one = mp.train(play, mp.Protocol(repetitions=2, learning_rate=8))
    other = mp.train_in_rounds(play, mp.Protocol(repetitions=2, learning_rate=8))
    assert {name: runs.tolist() for name, runs in one.accuracy.items()} == {
        name: runs.tolist() for name, runs in other.accuracy.items()
    }
    with pytest.raises(mp.InputError, match="model"):
        mp.train(play, model=object())  # type: ignore[call-overload]


@pytest.mark.slow
def test_a_specification_with_a_play_trains_round_by_round(tmp_path: Path) -> None:
    pytest.importorskip("sklearn")
    spec, trained, played = tmp_path / "spec.toml", tmp_path / "trained.json", tmp_path / "played.json"
    spec.write_text(SPEC, encoding="utf-8")
    assert run(["train", str(spec), "--delta", "1e-6", "--output", str(trained)]) == 0
    document = json.loads(trained.read_text(encoding="utf-8"))
    mp.check_document(document)
    assert document["schema"] == "mechproof/play/1"
    assert document["trained"]["rounds"] == 3
    # the true accounting stands beside what is stated for a round, and beside what adding up would say
    spent = document["spent"]
    assert spent["delta"] == 1e-6
    assert all(a < b < c for a, b, c in zip(spent["stated"], spent["epsilon"], spent["added"], strict=True))
    assert run(["play", str(spec), "--train", "--delta", "1e-6", "--output", str(played)]) == 0
    other = json.loads(played.read_text(encoding="utf-8"))
    assert other["path"] == document["path"]
    assert run(["train", str(spec), "--rounds", "2", "--output", str(trained)]) == 0
    assert len(json.loads(trained.read_text(encoding="utf-8"))["path"]) == 2


def test_what_rounds_have_not_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spec = tmp_path / "spec.toml"
    spec.write_text(SPEC, encoding="utf-8")
    assert run(["train", str(spec), "--transcript", str(tmp_path / "lines")]) == 2
    assert "round by round" in capsys.readouterr().err
