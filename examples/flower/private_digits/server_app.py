"""The server: it knows how many clients take part, and neither their budgets nor their records."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from flwr.app import Array as Sent
from flwr.app import ArrayRecord, Context, MetricRecord
from flwr.serverapp import Grid, ServerApp

from mechproof.dpfl.flower import server

from .task import accuracy, start

app = ServerApp()


@app.main()
def main(grid: Grid, context: Context) -> None:
    """Train for as many rounds as the clients' budgets are made for, and write what came of it."""
    folder = Path(str(context.run_config["dp-terms"]))
    with np.load(folder / "public.npz") as public:
        images, labels = public["images"], public["labels"]

    def evaluate(round: int, arrays: ArrayRecord) -> MetricRecord:
        model = {name: array.numpy() for name, array in arrays.items()}
        return MetricRecord({"accuracy": accuracy(model, images, labels)})

    strategy = server(int(context.run_config["clients"]))
    initial = ArrayRecord({name: Sent(array) for name, array in start().items()})
    rounds = int(context.run_config["rounds"])
    result = strategy.start(grid, initial, num_rounds=rounds, evaluate_fn=evaluate)
    reached = [dict(metrics)["accuracy"] for _, metrics in sorted(result.evaluate_metrics_serverapp.items())]
    (folder / "accuracy.json").write_text(json.dumps(reached), encoding="utf-8")
