"""Rounds through the mod and Flower's averaging have the law of the engine's: a step against the sum plus s Z."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.spatial.distance import cdist

pytest.importorskip("flwr", reason="Flower is not installed: pip install 'mechproof[flower]'")
pytest.importorskip("torch")

from flower.nodes import app_with, context, message, record
from flwr.app import ConfigRecord, Context, Message

import mechproof as mp
from mechproof.dpfl.flower import Terms, descend, server, terms_of
from mechproof.dpfl.training.aggregate_engine import Descent
from mechproof.dpfl.training.linear_engine import LinearEngine

ROUNDS, RATE, CLASSES = 200, 0.7, 3
COUNTS = [4, 30, 11]


def energy_p(one: np.ndarray, two: np.ndarray, permutations: int = 999) -> float:
    """The p-value of the energy statistic (Székely & Rizzo 2004) by permutation of the pooled sample."""
    pooled = np.vstack([one, two])
    distance = cdist(pooled, pooled)
    sign = np.where(np.arange(len(pooled)) < len(one), 1.0, -1.0)  # samples of equal size
    generator = np.random.default_rng(5)
    statistics = [-sign @ distance @ sign]
    for _ in range(permutations):
        shuffled = generator.permutation(sign)
        statistics.append(-shuffled @ distance @ shuffled)
    return float(np.mean(np.array(statistics) >= statistics[0]))


@dataclasses.dataclass(frozen=True, eq=False)
class Federation:
    """Three clients with records and budgets of unlike sizes, whose records' gradients partly need clipping."""

    plan: mp.NoisePlan
    engine: LinearEngine
    state: np.ndarray

    @staticmethod
    def make() -> Federation:
        plan = mp.calibrate(
            {"ann": 400, "bob": 40, "cat": 90},
            delta=[1e-5, 1e-6, 1e-5],
            rounds=ROUNDS,
            trust="local",
            unit="record",
            adjacency="replace-one",
            records=COUNTS,
            clip=0.8,
        )
        generator = np.random.default_rng(1)
        owner = np.repeat(np.arange(3), COUNTS)
        features = generator.normal(size=(len(owner), 2))
        labels = generator.integers(CLASSES, size=len(owner))
        engine = LinearEngine(features, labels, owner, Descent(ROUNDS, plan.clip, RATE, CLASSES))
        return Federation(plan, engine, generator.normal(size=(2, CLASSES)))

    def through_flower(self, folder: Path, **changed: float) -> np.ndarray:
        """The averaged model of each of the rounds."""
        strategy, apps = server(self.plan), []
        for client in self.plan.clients:
            own = dataclasses.replace(terms_of(self.plan, client, folder / f"{client}.jsonl"), **changed)
            apps.append((own, app_with(self.training(client))))
        list(strategy.configure_train(1, record({"head": self.state}), ConfigRecord(), Everybody()))
        rounds = []
        for number in range(1, ROUNDS + 1):
            answers = [app(message({"head": self.state}, round=number), context(own)) for own, app in apps]
            assert not any(answer.has_error() for answer in answers)
            averaged, _ = strategy.aggregate_train(number, answers)
            rounds.append(averaged["head"].numpy().ravel())
        return np.array(rounds)

    def training(self, client: str):  # type: ignore[no-untyped-def]
        """A stranger's training function: softmax regression, record by record, in two parts."""
        mine = self.engine.owner == self.plan.clients.index(client)
        features, labels = self.engine.features[mine], self.engine.labels[mine]

        def train(message: Message, context: Context) -> Message:
            head = message.content["arrays"]["head"].numpy()
            score = np.exp(features @ head)
            error = score / score.sum(axis=1, keepdims=True) - np.eye(CLASSES)[labels]
            gradients = features[:, :, None] * error[:, None, :]
            for part in (slice(0, 3), slice(3, None)):
                descend({"head": gradients[part]}, learning_rate=RATE)
            return message

        return train

    def by_the_engine(self) -> np.ndarray:
        """As many rounds of the engine, with the noise that the plan states of the sum."""
        generator = np.random.default_rng(2)
        state = {"head": self.state}
        total = self.engine.contribute(state, self.plan.weight, round=0).total["head"]
        noised = [{"head": total + self.plan.noise * generator.standard_normal(total.shape)} for _ in range(ROUNDS)]
        return np.array([self.engine.apply(state, update)["head"].ravel() for update in noised])


class Everybody:
    def get_node_ids(self) -> list[int]:
        return [1, 2, 3]


@pytest.fixture(autouse=True)
def repeatable(monkeypatch: pytest.MonkeyPatch) -> None:
    """For these tests alone: a test at a level of 1 % fails one time in a hundred if its draws are new each time."""
    entropy = SimpleNamespace(urandom=np.random.default_rng(4).bytes)
    monkeypatch.setattr("mechproof.dpfl.accounting.entropy.os", entropy)


def test_rounds_through_the_mod_have_the_law_of_the_engines(tmp_path: Path) -> None:
    federation = Federation.make()
    through, by = federation.through_flower(tmp_path), federation.by_the_engine()
    assert energy_p(through, by) > 0.01
    for client in federation.plan.clients:
        own = terms_of(federation.plan, client, tmp_path / f"{client}.jsonl")
        spent = ledger_epsilon(own)
        assert spent <= own.epsilon
        assert spent == pytest.approx(own.epsilon, rel=1e-9)


def ledger_epsilon(own: Terms) -> float:
    from mechproof.dpfl.flower.ledger_file import OwnLedger

    return OwnLedger(Path(own.ledger), own).spent()


@pytest.mark.parametrize("factor", [0.7, 1.4])
def test_the_energy_test_sees_a_wrong_noise(factor: float) -> None:
    federation = Federation.make()
    right = federation.by_the_engine()
    center = right.mean(axis=0)
    generator = np.random.default_rng(3)
    drawn = RATE * federation.plan.noise * generator.standard_normal(right.shape)
    assert energy_p(center + drawn, right) > 0.01
    assert energy_p(center + factor * drawn, right) < 0.01


def test_the_energy_test_sees_wrong_weights(tmp_path: Path) -> None:
    """Replies weighed by w_i instead of n_i w_i have another mean."""
    federation = Federation.make()
    by = federation.by_the_engine()
    unweighted = federation.through_flower(tmp_path, weight=0.5)
    assert energy_p(unweighted, by) < 0.01
