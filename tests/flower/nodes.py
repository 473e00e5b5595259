"""Nodes without a network: an app is called as Flower calls it, with messages and contexts of Flower's own."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
from flwr.app import Array, ArrayRecord, ConfigRecord, Context, Message, MetricRecord, RecordDict
from flwr.clientapp import ClientApp
from flwr.supercore.task_identity import TaskIdentity

from mechproof.dpfl.accounting.privacy import sigma_for
from mechproof.dpfl.flower import Terms, private

TaskIdentity.run_id = TaskIdentity.task_id = TaskIdentity.node_id = 1  # messages are made in a task

Arrays = Mapping[str, np.ndarray[Any, Any]]


def terms(folder: Path, **changed: Any) -> Terms:
    """A client with a wide budget, so that its noise is small beside what is sent."""
    usual = Terms(
        client="ann",
        epsilon=50.0,
        delta=1e-5,
        releases=4,
        unit="client",
        adjacency="add-or-remove",
        trust="local",
        clip=1.0,
        records=1,
        sigma=float(sigma_for(50.0, 1e-5, rounds=4)),
        weight=0.25,
        ledger=str(folder / "ann.jsonl"),
    )
    return replace(usual, **changed)


def context(own: Terms | Mapping[str, Any], run: int = 7, **config: Any) -> Context:
    node = own.node_config() if isinstance(own, Terms) else dict(own)
    return Context(run_id=run, node_id=11, node_config=node, state=RecordDict(), run_config=config)


def record(arrays: Arrays) -> ArrayRecord:
    return ArrayRecord({name: Array(np.asarray(array)) for name, array in arrays.items()})


def message(arrays: Arrays, kind: str = "train", round: int = 1, node: int = 11) -> Message:
    content = RecordDict({"arrays": record(arrays), "config": ConfigRecord({"server-round": round})})
    return Message(content, dst_node_id=node, message_type=kind)


def trained(reply: Message) -> dict[str, np.ndarray[Any, Any]]:
    assert not reply.has_error(), reply.error
    (arrays,) = reply.content.array_records.values()
    return {name: array.numpy() for name, array in arrays.items()}


def adding(update: Arrays, seen: list[Any] | None = None) -> Callable[[Message, Context], Message]:
    """A training function that adds an update, and tells a metric of its data."""

    def train(message: Message, context: Context) -> Message:
        arrays = {name: array.numpy() for name, array in message.content["arrays"].items()}
        if seen is not None:
            seen.append(arrays)
        moved = {name: (array + update[name]).astype(update[name].dtype) for name, array in arrays.items()}
        metrics = MetricRecord({"loss": 0.123, "num-examples": 77})
        return Message(RecordDict({"arrays": record(moved), "metrics": metrics}), reply_to=message)

    return train


def app_with(train: Callable[[Message, Context], Message], mod: Any = None) -> ClientApp:
    app = ClientApp()
    app.train(mods=[mod or private()])(train)
    return app


class Room:
    """A grid whose nodes are apps in this process; a hook may change what is sent, or keep a node from answering."""

    def __init__(self, apps: dict[int, Any], hook: Callable[[Message], bool] = lambda message: True) -> None:
        self.apps, self.hook, self.run = apps, hook, SimpleNamespace(run_id=1)
        self.contexts = {node: context(own) for node, (own, _) in apps.items()}
        self.answers: list[Message] = []

    def get_node_ids(self) -> list[int]:
        return list(self.apps)

    def send_and_receive(self, messages: Iterable[Message], timeout: float | None = None) -> list[Message]:
        answers = []
        for sent in messages:
            node = sent.metadata.dst_node_id
            own = Message(copy.deepcopy(sent.content), dst_node_id=node, message_type="train")
            if self.hook(own):
                answers.append(self.apps[node][1](own, self.contexts[node]))
        self.answers += answers
        return answers


def server_context() -> Context:
    return Context(run_id=1, node_id=0, node_config={}, state=RecordDict(), run_config={})
