"""Price six clients, plan the noise that keeps what each sold, and write each one's terms and records.

python prepare.py FOLDER
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits

import mechproof as mp
from mechproof.dpfl.flower import write_terms

CLIENTS = ["Ann", "Bob", "Cat", "Dan", "Eve", "Fay"]
ROUNDS = 5


def plan(records: list[int]) -> mp.NoisePlan:
    """Return the noise for the budgets that the clients sell in the contest for a pool."""
    game = mp.StackelbergPricing(
        client=CLIENTS, cost=[1, 1.1, 1.2, 1.3, 1.4, 1.5], alpha=10, beta=150, epsilon_cap=[4, 8, 8, 8, 8, 8]
    )
    sold = mp.solve(game).values["epsilon"].tolist()
    return mp.calibrate(
        dict(zip(CLIENTS, sold, strict=True)),
        delta=1e-5,
        rounds=ROUNDS,
        trust="local",
        unit="record",
        adjacency="add-or-remove",
        records=records,
    )


def main(folder: Path) -> None:
    """Write terms, records and the public test records."""
    digits = load_digits()
    order = np.random.default_rng(0).permutation(len(digits.target))
    images, labels = digits.data[order] / 16, digits.target[order]
    parts = np.array_split(np.arange(1440), len(CLIENTS))
    chosen = plan([len(part) for part in parts])
    write_terms(chosen, folder)
    for number, part in enumerate(parts):
        np.savez(folder / f"client-{number}.npz", images=images[part], labels=labels[part])
    np.savez(folder / "public.npz", images=images[1440:], labels=labels[1440:])
    for row in chosen.rows():
        print(f"{row['client']}: ε = {row['epsilon_server']:.2f}, noise σ = {row['sigma']:.2f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
