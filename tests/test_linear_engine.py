"""The linear head as an engine: the bits of the study, and a norm that is measured on what enters the sum."""

import numpy as np
import pytest

import mechproof.dpfl.training.aggregate_engine as arithmetic
from mechproof.dpfl.training.aggregate_engine import Descent
from mechproof.dpfl.training.linear_engine import LinearEngine, fit

DESCENT = Descent(rounds=7, clip=0.4, learning_rate=3.0, classes=4)


def some_engine(seed: int = 0) -> LinearEngine:
    generator = np.random.default_rng(seed)
    features, labels = generator.normal(size=(60, 5)), generator.integers(4, size=60)
    return LinearEngine(features, labels, generator.integers(6, size=60), DESCENT)


def trained(engine: LinearEngine, weight: np.ndarray, noise: float, seed: int) -> np.ndarray:
    generator, state = np.random.default_rng(seed), engine.start()
    for round in range(DESCENT.rounds):
        total = engine.contribute(state, weight, round).total["head"]
        state = engine.apply(state, {"head": total + noise * generator.standard_normal(total.shape)})
    return state["head"]


@pytest.mark.parametrize("absent", [(), (0,), (1, 4)])
def test_a_round_of_the_engine_is_a_round_of_the_study_to_the_last_bit(absent: tuple[int, ...]) -> None:
    engine = some_engine()
    weight = np.linspace(0.5, 1.5, 6)
    weight[list(absent)] = 0
    weight /= np.sum(weight[engine.owner])
    study = fit(engine.features, engine.labels, weight[engine.owner], 0.3, DESCENT, seed=9)
    assert np.array_equal(trained(engine, weight, 0.3, seed=9), study)


def test_the_sum_is_that_of_the_clipped_gradients_written_out() -> None:
    engine = some_engine(1)
    weight = np.array([1.0, 2.0, 0.0, 1.0, 3.0, 1.0])
    head = np.random.default_rng(2).normal(size=(5, 4))
    total, norms = np.zeros((5, 4)), []
    for x, label, owner in zip(engine.features, engine.labels, engine.owner, strict=True):
        scores = np.exp(head.T @ x)
        gradient = np.outer(x, scores / scores.sum() - np.eye(4)[label])
        gradient *= min(1.0, DESCENT.clip / np.linalg.norm(gradient))
        total += weight[owner] * gradient
        norms.append(np.linalg.norm(gradient) if weight[owner] else 0.0)
    given = engine.contribute({"head": head}, weight, round=0)
    assert given.total["head"] == pytest.approx(total, rel=1e-12)
    assert given.largest_norm == pytest.approx(max(norms), rel=1e-12)
    assert given.participants == (0, 1, 3, 4, 5)


def test_a_norm_that_is_not_clipped_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    engine, weight = some_engine(3), np.full(6, 0.1)
    assert engine.contribute(engine.start(), weight, 0).largest_norm == pytest.approx(DESCENT.clip, rel=1e-12)
    honest = arithmetic.clipped_rows
    monkeypatch.setattr("mechproof.dpfl.training.linear_engine.clipped_rows", lambda *a: honest(*a[:-1], np.inf))
    assert engine.contribute(engine.start(), weight, 0).largest_norm > 2 * DESCENT.clip


def test_nobody_contributes_nothing() -> None:
    given = some_engine().contribute(some_engine().start(), np.zeros(6), 0)
    assert not given.total["head"].any()
    assert (given.largest_norm, given.participants) == (0.0, ())
