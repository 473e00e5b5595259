"""The secure sum: Flower's protocol, run in one process between a server and clients that carry the mod."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("flwr", reason="Flower is not installed: pip install 'mechproof[flower]'")

from flower.nodes import Room, adding, app_with, context, message, record, server_context, terms
from flwr.app import ArrayRecord, Context, Message
from flwr.common.secure_aggregation.secaggplus_constants import RECORD_KEY_CONFIGS, Key, Stage

import mechproof as mp
from mechproof.dpfl.flower import descend, private, private_sum, terms_of, train_by_secure_sum
from mechproof.dpfl.flower.ledger_file import OwnLedger
from mechproof.dpfl.flower.secure_sum import STEPS, on_grid

WIDE = 4_000
ASKED: dict[str, Any] = {"delta": 1e-5, "rounds": 2, "trust": "secure-sum", "adjacency": "add-or-remove"}


def room(plan: mp.NoisePlan, folder: Path, train: Callable[[int], Any], **hook: Any) -> Room:
    apps = {}
    for number, client in enumerate(plan.clients, 1):
        own = terms_of(plan, client, folder / f"{client}.jsonl")
        apps[number] = own, app_with(train(number), private_sum())
    return Room(apps, **hook)


def test_the_sum_is_the_plans_with_the_plans_noise(tmp_path: Path) -> None:
    plan = mp.calibrate({"ann": 8, "bob": 2, "cat": 5}, unit="client", clip=2.0, **ASKED)
    seen: dict[int, ArrayRecord] = {}
    updates = [3.0, -1.0, 0.5]  # the first is clipped to 2

    def train(node: int) -> Any:
        return adding({"w": np.zeros(WIDE), "b": np.array([updates[node - 1]])})

    joint = room(plan, tmp_path, train)
    start = {"w": np.full(WIDE, 0.25), "b": np.array([1.0])}
    last = train_by_secure_sum(plan, joint, server_context(), record(start), told=seen.__setitem__)
    assert sorted(seen) == [0, 1, 2]
    first = {name: array.numpy() for name, array in seen[1].items()}
    noise = first["w"] - 0.25
    assert noise.std() == pytest.approx(plan.noise, rel=0.06)
    assert abs(noise.mean()) < 5 * plan.noise / np.sqrt(WIDE)
    assert first["b"][0] == pytest.approx(1 + plan.weight @ [2.0, -1.0, 0.5], abs=6 * plan.noise)
    assert list(last) == ["w", "b"]
    for own, _ in joint.apps.values():
        assert OwnLedger(Path(own.ledger), own).spent() == pytest.approx(own.epsilon, rel=1e-6)


def test_what_a_client_sends_is_masked(tmp_path: Path) -> None:
    plan = mp.calibrate([8, 8, 8], unit="client", **ASKED)
    joint = room(plan, tmp_path, lambda node: adding({"w": np.zeros(3)}))
    train_by_secure_sum(plan, joint, server_context(), record({"w": np.zeros(3)}))
    for answer in joint.answers:
        assert not any(len(arrays) for arrays in answer.content.array_records.values())


def test_records_are_clipped_in_a_secure_sum_too(tmp_path: Path) -> None:
    plan = mp.calibrate([1e6, 1e6], unit="record", records=[3, 1], **ASKED)

    def train(node: int) -> Any:
        def step(message: Message, context: Context) -> Message:
            assert list(message.content["arrays"]) == ["w"]
            assert message.content["config"]["server-round"] in (1, 2)
            descend({"w": np.full((3 if node == 1 else 1, 1), 5.0)}, learning_rate=0.5)
            return message

        return step

    seen: dict[int, ArrayRecord] = {}
    joint = room(plan, tmp_path, train)
    train_by_secure_sum(plan, joint, server_context(), record({"w": np.zeros(1)}), told=seen.__setitem__)
    assert seen[1]["w"].numpy()[0] == pytest.approx(-0.5, abs=6 * plan.noise + 1e-4)


def missing(stage: str, node: int) -> Callable[[Message], bool]:
    def hook(sent: Message) -> bool:
        asked = sent.content.config_records[RECORD_KEY_CONFIGS]
        return (asked[Key.STAGE], sent.metadata.dst_node_id) != (stage, node)

    return hook


@pytest.mark.parametrize("stage", Stage.all())
def test_nothing_is_opened_where_anybody_is_missing(stage: str, tmp_path: Path) -> None:
    plan = mp.calibrate([8, 8, 8], unit="client", **ASKED)
    joint = room(plan, tmp_path, lambda node: adding({"w": np.ones(3)}), hook=missing(stage, 2))
    last = train_by_secure_sum(plan, joint, server_context(), record({"w": np.zeros(3)}), timeout=1)
    assert np.array_equal(last["w"].numpy(), np.zeros(3))
    opened = [answer for answer in joint.answers if answer.has_content() and shares(answer)]
    assert len(opened) <= (2 * 2 if stage == Stage.UNMASK else 0)  # two of three shares open nothing


def shares(answer: Message) -> bool:
    return Key.SHARE_LIST in answer.content.config_records.get(RECORD_KEY_CONFIGS, {})


CHANGED = [
    (Stage.SETUP, Key.THRESHOLD, 2),
    (Stage.SETUP, Key.SAMPLE_NUMBER, 2),
    (Stage.SETUP, Key.SHARE_NUMBER, 2),
    (Stage.SETUP, Key.MAX_WEIGHT, 10.0),
    (Stage.SETUP, Key.TARGET_RANGE, 2**20),
    (Stage.UNMASK, Key.DEAD_NODE_ID_LIST, [2]),
]


@pytest.mark.parametrize(("stage", "key", "value"), CHANGED)
def test_a_client_takes_part_in_nothing_but_the_whole_sum(stage: str, key: str, value: Any, tmp_path: Path) -> None:
    """A server that asks for less than everybody is answered by an error, by every client."""
    plan = mp.calibrate([8, 8, 8], unit="client", **{**ASKED, "rounds": 1})

    def hook(sent: Message) -> bool:
        asked = sent.content.config_records[RECORD_KEY_CONFIGS]
        if asked[Key.STAGE] == stage:
            asked[key] = value
        return True

    joint = room(plan, tmp_path, lambda node: adding({"w": np.ones(3)}), hook=hook)
    train_by_secure_sum(plan, joint, server_context(), record({"w": np.zeros(3)}), timeout=1)
    refused = [answer.error.code for answer in joint.answers if answer.has_error()]
    assert refused == [901] * 3
    assert not any(shares(answer) for answer in joint.answers if answer.has_content())


def test_terms_for_a_secure_sum_do_nothing_outside_of_one(tmp_path: Path) -> None:
    seen: list[Any] = []
    plan = mp.calibrate([8, 8, 8], unit="client", **ASKED)
    own = terms_of(plan, plan.clients[0], tmp_path / "own.jsonl")
    reply = app_with(adding({"w": np.ones(3)}, seen), private())(message({"w": np.zeros(3)}), context(own))
    assert (reply.error.code, seen) == (901, [])
    reply = app_with(adding({"w": np.ones(3)}, seen), private_sum())(
        message({"w": np.zeros(3)}), context(terms(tmp_path))
    )
    assert (reply.error.code, seen) == (901, [])


def test_a_spent_client_says_so_and_the_round_opens_nothing(tmp_path: Path) -> None:
    plan = mp.calibrate([8, 8, 8], unit="client", **ASKED)
    joint = room(plan, tmp_path, lambda node: adding({"w": np.ones(3)}))
    own = joint.apps[2][0]
    for _ in range(2):
        OwnLedger(Path(own.ledger), own).charge({})
    last = train_by_secure_sum(plan, joint, server_context(), record({"w": np.zeros(3)}), timeout=1)
    assert {answer.error.code for answer in joint.answers if answer.has_error()} == {900}
    assert np.array_equal(last["w"].numpy(), np.zeros(3))


@pytest.mark.parametrize("weight", [1 / 3, 0.7, 1.0, 3e-6])
def test_on_the_grid_nobody_counts_for_more_and_the_noise_is_as_planned(weight: float, tmp_path: Path) -> None:
    own = terms(tmp_path, trust="secure-sum", weight=weight, clients=3)
    whole = on_grid(own)
    assert whole.weight <= own.weight
    assert (whole.weight * STEPS).is_integer()
    assert whole.weight * whole.sigma == pytest.approx(own.weight * own.sigma, rel=1e-15)


def test_who_is_to_be_missing_in_some_rounds_is_refused(tmp_path: Path) -> None:
    plan = mp.calibrate([8, 8], unit="client", releases=[2, 1], **ASKED)
    with pytest.raises(mp.UnsupportedModel, match="release in every round"):
        terms_of(plan, plan.clients[0], tmp_path / "own.jsonl")
    local = mp.calibrate([8, 8], unit="client", **{**ASKED, "trust": "local"})
    with pytest.raises(mp.InputError, match="trust = 'local'"):
        train_by_secure_sum(local, None, server_context(), record({"w": np.zeros(1)}))  # type: ignore[arg-type]
