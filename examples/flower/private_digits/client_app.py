"""A client: its training function, with the mod around it. All that is private about it is in this one line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from flwr.app import Context, Message
from flwr.clientapp import ClientApp

from mechproof.dpfl.flower import descend, private

from .task import gradients

app = ClientApp()


@app.train(mods=[private()])
def train(message: Message, context: Context) -> Message:
    """Hand over the gradient of each of this client's records."""
    model = {name: array.numpy() for name, array in message.content["arrays"].items()}
    with np.load(_records(context)) as own:
        found = gradients(model, own["images"], own["labels"])
    descend(found, learning_rate=float(context.run_config["learning-rate"]))
    return Message(message.content, reply_to=message)


def _records(context: Context) -> Path:
    """Where this client's records are: its node says so; in a simulation they lie beside the terms, by partition."""
    if "data" in context.node_config:
        return Path(str(context.node_config["data"]))
    return Path(str(context.run_config["dp-terms"])) / f"client-{context.node_config['partition-id']}.npz"
