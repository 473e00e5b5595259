"""Private training on Fashion-MNIST, where the data set is installed: of public features, and of a network."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

import mechproof as mp
from mechproof.dpfl.training.formats.named import fashion_mnist
from mechproof.dpfl.worth.measure import measure_accuracy

CLIENTS, HELD, PILOTS = 100, 200, 4000
LEAST = {1.0: 0.75, 10.0: 0.83}
"""Accuracy at each ε."""
MOST_SECONDS = 25.0
"""Of a run, in CPU time; the features are made once before."""


def enough_images() -> mp.Dataset:
    """The first training images, as many as clients and pilots use, and the official test split."""
    try:
        whole = fashion_mnist()
    except mp.InputError as absent:
        pytest.skip(str(absent))
    kept = np.r_[: CLIENTS * HELD + PILOTS, len(whole.labels) - whole.held_out : len(whole.labels)]
    features, labels = whole.features[kept], whole.labels[kept]
    return mp.Dataset(whole.name, whole.source, whole.licence, features, labels, 10, whole.shape, whole.held_out)


@pytest.mark.slow
def test_accuracy_and_time_of_private_runs_on_images_of_clothes() -> None:
    """Rounds and learning rate by the pilots' rule; one pilot each, and two runs at each ε."""
    pytest.importorskip("torch")
    protocol = mp.Protocol(
        features="oriented-gradients",
        rounds=100,
        fewer_rounds=(30,),
        learning_rates=(8.0, 16.0, 32.0, 64.0),
        repetitions=2,
        pilot_repetitions=1,
    )
    marks = [0.0]
    found = measure_accuracy(
        list(LEAST),
        clients=CLIENTS,
        protocol=protocol,
        dataset=enough_images(),
        progress=lambda done, total, what: marks.append(time.process_time()),
    )
    for epsilon, accuracy in zip(found.epsilon, found.accuracy.mean(axis=0), strict=True):
        assert accuracy >= LEAST[epsilon]
    assert max(np.diff(marks)[1:]) <= MOST_SECONDS  # the first pilot makes the features and loads torch
    assert found.accuracy.shape == (2, len(LEAST))


@pytest.mark.slow
def test_a_convolutional_network_is_released_with_the_budgets_of_a_mechanism(tmp_path: Path) -> None:
    """Two layers of 5 × 5 filters, 28,938 weights; after some rounds it is no more at chance, and nobody overspent."""
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    network = torch.nn.Sequential(
        *(torch.nn.Conv2d(1, 16, 5, padding=2), torch.nn.ReLU(), torch.nn.MaxPool2d(2)),
        *(torch.nn.Conv2d(16, 32, 5, padding=2), torch.nn.ReLU(), torch.nn.MaxPool2d(2)),
        *(torch.nn.Flatten(), torch.nn.Linear(1568, 10)),
    )
    assert sum(weights.numel() for weights in network.parameters()) == 28_938
    game = mp.StackelbergPricing(cost=["0.01"] * CLIENTS, alpha=1000, beta=100, epsilon_cap=[10] * CLIENTS)
    released = mp.release_model(
        mp.solve(game).values["epsilon"],
        mp.Protocol(rounds=15, learning_rate=1.0, clip=1.0),
        trust="secure-sum",
        model=network,
        dataset=enough_images(),
        records=25,
        ledger=tmp_path / "ledger.jsonl",
    )
    assert released.audit.passed
    assert max(account.epsilon for account in released.audit.accounts) <= 10
    assert released.accuracy >= 0.2
