#!/usr/bin/env bash
# Guess: with poisson_sampling=False Opacus claims no amplification by sampling: a record that is in one batch an epoch is
#   accounted as one release of the Gaussian mechanism an epoch, however many batches there are.
# Seen (opacus 1.6.0, torch 2.13.0): each batch is accounted as Poisson sampling at the rate 1/len(loader). 100 records in
#   two fixed batches that are never shuffled, noise multiplier 2, five epochs, delta 1e-5: it reports 3.97; each record is
#   in five releases, which is 4.98 exactly (mu = sqrt(5)/2); for one batch of all 100 it reports 4.99.
# So: our ledger states what was sampled, and fixed batches are accounted as releases.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --no-compile "torch==2.13.0" "opacus==1.6.0" "numpy==2.4.6" "scipy==1.17.1"
"$work/venv/bin/python" - <<'P'
import warnings

import torch
from opacus import PrivacyEngine
from scipy.optimize import brentq
from scipy.special import log_ndtr, ndtr
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

warnings.filterwarnings("ignore")
EPOCHS, NOISE, DELTA = 5, 2.0, 1e-5


def exact(releases: int) -> float:
    """The epsilon of so many releases of the Gaussian mechanism."""
    mu = releases**0.5 / NOISE

    def over(epsilon: float) -> float:
        from math import exp

        return ndtr(mu / 2 - epsilon / mu) - exp(epsilon + log_ndtr(-mu / 2 - epsilon / mu)) - DELTA

    return brentq(over, 0, 50)


def reported(batch: int) -> tuple[list[tuple[float, float, int]], float]:
    data = TensorDataset(torch.randn(100, 3), torch.randint(0, 2, (100,)))
    layer, engine = nn.Linear(3, 2), PrivacyEngine(accountant="prv")
    model, optimizer, loader = engine.make_private(
        module=layer,
        optimizer=torch.optim.SGD(layer.parameters(), lr=0.1),
        data_loader=DataLoader(data, batch_size=batch, shuffle=False),
        noise_multiplier=NOISE,
        max_grad_norm=1.0,
        poisson_sampling=False,
    )
    for _ in range(EPOCHS):
        for features, labels in loader:
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(features), labels).backward()
            optimizer.step()
    return engine.accountant.history, float(engine.get_epsilon(DELTA))


truth = exact(EPOCHS)
for batch in (100, 64):
    history, epsilon = reported(batch)
    print(f"batches of {batch}: accounted as {history}, epsilon {epsilon:.3f}; {EPOCHS} releases are {truth:.3f}")
    if batch == 100:
        assert history == [(2.0, 1.0, 5)] and abs(epsilon - truth) < 0.02
    else:
        assert history == [(2.0, 0.5, 10)] and epsilon < truth - 0.9
P
