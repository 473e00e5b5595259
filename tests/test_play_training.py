"""What training in rounds is given: the noise of each round and arm, by the balance of δ(ε, μ), in the play's order."""

from __future__ import annotations

from math import log, sqrt
from typing import Any

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.stats import norm

import mechproof as mp

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
