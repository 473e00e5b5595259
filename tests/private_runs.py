"""What the tests of private runs share: an engine of a few lines, and a reader of ledgers that is none of ours."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import dataclass, field
from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np

import mechproof as mp
from mechproof.dpfl.runs.engine import Contribution, State

ASKED: dict[str, Any] = {"delta": 1e-5, "rounds": 6, "unit": "record", "adjacency": "add-or-remove", "clip": 0.5}
PEOPLE = {"anna": 8, "bert": 2, "carl": 0, "dora": 5}


def some_plan(budgets: dict[str, float] = PEOPLE, trust: str = "local", **changed: Any) -> mp.NoisePlan:
    return mp.calibrate(budgets, trust=trust, records=[3] * len(budgets), **{**ASKED, **changed})


@dataclass(frozen=True, eq=False)
class MeanEngine:
    """Learns the mean of everybody's records by clipped steps; numpy alone, and quick."""

    clients: int = 4
    size: int = 40
    clip: float = 0.5
    dropping: tuple[tuple[int, int], ...] = ()
    """Pairs of a round and a client that is absent in it."""
    told: list[int] = field(default_factory=list)

    def start(self) -> State:
        return {"mean": np.zeros(self.size), "scale": np.zeros((2, 3))}

    def contribute(self, state: State, weight: np.ndarray, round: int) -> Contribution:
        self.told.append(round)
        generator = np.random.default_rng(5)
        total = {name: np.zeros(values.shape) for name, values in state.items()}
        largest, present = 0.0, []
        for client in range(self.clients):
            records = generator.normal(size=(3, self.size)) + 1
            if not weight[client] > 0 or (round, client) in self.dropping:
                continue
            present.append(client)
            for record in records:
                step = record - state["mean"]
                step *= min(1.0, self.clip / np.linalg.norm(step))
                largest = max(largest, float(np.linalg.norm(step)))
                total["mean"] += weight[client] * step
        return Contribution(total, largest, tuple(present))

    def apply(self, state: State, update: State) -> State:
        return {name: values + 0.5 * update[name] for name, values in state.items()}

    def accuracy(self, state: State, features: np.ndarray, labels: np.ndarray) -> float:
        return 0.0


def read_by_hand(path: Path) -> list[dict[str, Any]]:
    """Read a ledger with nothing but json and hashlib, and check its chain."""
    previous, found = "0" * 64, []
    for text in path.read_bytes().split(b"\n")[:-1]:
        line = json.loads(text)
        cut = b',"digest":"' + line["digest"].encode() + b'"'
        assert text.count(cut) == 1
        assert hashlib.sha256(text.replace(cut, b"")).hexdigest() == line["digest"]
        assert line["previous"] == previous
        previous = line["digest"]
        found.append(line)
    return found


def spent_by_hand(lines: list[dict[str, Any]]) -> dict[str, float]:
    """Add up every charge of every run: 1/σ² where the server sees each release, (w Δ/s)² where it sees the sum."""
    runs = {line["run"]: line for line in lines if line["kind"] == "run"}
    found: dict[str, list[float]] = {}
    for line in lines:
        if line["kind"] != "charge":
            continue
        run = runs[line["run"]]
        moved = run["clip"] * {"add-or-remove": 1, "replace-one": 2}[run["adjacency"]]
        for low, high in line["participants"]:
            for row in range(low, high + 1):
                own = (
                    1 / run["sigma"][row] if run["trust"] == "local" else run["weight"][row] * moved / line["deviation"]
                )
                found.setdefault(run["client"][row], []).append(own**2)
    return {client: math.fsum(parts) for client, parts in found.items()}


def epsilon_by_hand(mu: float, delta: float) -> float:
    """Return the ε at which μ-GDP is (ε, δ)-DP, by halving."""
    normal, low, high = NormalDist(), 0.0, 200.0
    for _ in range(200):
        middle = (low + high) / 2
        first, second = normal.cdf(-middle / mu + mu / 2), normal.cdf(-middle / mu - mu / 2)
        low, high = (middle, high) if first - math.exp(middle) * second > delta else (low, middle)
    return high
