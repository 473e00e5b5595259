#!/usr/bin/env bash
# Guess: in federated rounds, where a client makes its model private anew each round with the same settings, Opacus either
#   goes on counting or says that the account starts again.
# Seen (opacus 1.6.0, torch 2.13.0): the account belongs to the engine. A new engine each round reports one round's
#   epsilon for ever (2.00, 2.00, 2.00, where three rounds are 3.72), without a word; one engine for all rounds counts.
# So: what a client spent is kept in a ledger of its own, which outlives engines, processes and runs.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --no-compile "torch==2.13.0" "opacus==1.6.0" "numpy==2.4.6" "scipy==1.17.1"
"$work/venv/bin/python" - <<'P'
import warnings

import torch
from opacus import PrivacyEngine
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

DATA = TensorDataset(torch.randn(50, 3), torch.randint(0, 2, (50,)))


def private(engine: PrivacyEngine):
    layer = nn.Linear(3, 2)
    return engine.make_private(
        module=layer,
        optimizer=torch.optim.SGD(layer.parameters(), lr=0.1),
        data_loader=DataLoader(DATA, batch_size=50),
        noise_multiplier=2.0,
        max_grad_norm=1.0,
        poisson_sampling=False,
    )


def round_of(model, optimizer, loader) -> None:
    for features, labels in loader:
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(features), labels).backward()
        optimizer.step()


with warnings.catch_warnings(record=True) as said:
    warnings.simplefilter("always")
    anew = []
    for _ in range(3):
        engine = PrivacyEngine(accountant="prv")
        round_of(*private(engine))
        anew.append(float(engine.get_epsilon(1e-5)))
words = [str(one.message) for one in said if "account" in str(one.message).lower() or "epsilon" in str(one.message).lower()]
warnings.simplefilter("ignore")
engine = PrivacyEngine(accountant="prv")
parts, one = private(engine), []
for _ in range(3):
    round_of(*parts)
    one.append(float(engine.get_epsilon(1e-5)))
print("a new engine each round:", [f"{value:.2f}" for value in anew], "one engine:", [f"{value:.2f}" for value in one])
assert max(anew) - min(anew) < 1e-9 and not words
assert one[2] > 1.8 * anew[2]
P
