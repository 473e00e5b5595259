"""Any torch module: against autograd record by record, whatever the number of processes, and what is refused."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest

import mechproof as mp
from mechproof.dpfl.runs.loop import run_training
from mechproof.dpfl.training.client_engine import ClientEngine
from mechproof.dpfl.training.engines import DropOuts
from mechproof.dpfl.training.local_training import LocalTraining
from mechproof.dpfl.training.torch_models import model_of

torch = pytest.importorskip("torch")
nn = torch.nn

SHAPE, CLASSES, CLIENTS = (1, 6, 6), 3, 5


def network(norm: Any = None, dropout: float = 0.0) -> Any:
    torch.manual_seed(0)
    layers = [nn.Conv2d(1, 4, 3), norm or nn.GroupNorm(2, 4), nn.ReLU(), nn.Dropout(dropout), nn.Flatten()]
    return nn.Sequential(*layers, nn.Linear(64, CLASSES))


class Recurrent(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(1)
        self.rnn, self.head = nn.GRU(6, 4, batch_first=True), nn.Linear(4, CLASSES)

    def forward(self, x: Any) -> Any:
        return self.head(self.rnn(x[:, 0])[0][:, -1])


def engine_of(module: Any, processes: int = 1, **settings: Any) -> ClientEngine:
    generator = np.random.default_rng(0)
    owner = np.repeat(np.arange(CLIENTS), [3, 1, 0, 90, 6])
    features = generator.uniform(size=(len(owner), 36)).astype(np.float32)
    labels = generator.integers(CLASSES, size=len(owner))
    local = LocalTraining(**{"clip": 0.5, **settings})
    return ClientEngine(model_of(module, SHAPE, CLASSES, local.unit), features, labels, owner, local, processes)


WEIGHT = np.array([0.02, 0.0, 0.5, 0.01, 0.005])


@pytest.mark.parametrize("module", [network(), Recurrent()], ids=["at once", "one by one"])
def test_every_record_is_clipped_over_all_parameters(module: Any) -> None:
    engine, reference = engine_of(module, clip=0.3), copy.deepcopy(module).double()
    assert engine.model.vectorised is not isinstance(module, Recurrent)
    total, norms = {name: 0.0 for name, _ in reference.named_parameters()}, []
    for row, label, owner in zip(engine.features, engine.labels, engine.owner, strict=True):
        reference.zero_grad()
        record = torch.tensor(row, dtype=torch.float64).reshape(1, *SHAPE)
        nn.functional.cross_entropy(reference(record), torch.tensor([label])).backward()
        norm = np.sqrt(sum(float(p.grad.square().sum()) for p in reference.parameters()))
        norms.append(min(norm, 0.3) if WEIGHT[owner] else 0.0)
        for name, p in reference.named_parameters():
            total[name] = total[name] + WEIGHT[owner] * min(1.0, 0.3 / norm) * p.grad.numpy()
    given = engine.contribute(engine.start(), WEIGHT, 0)
    assert given.participants == (0, 3, 4)
    assert max(norms) * (1 - 1e-5) <= given.largest_norm <= 0.3
    for name, values in total.items():
        assert given.total[name] == pytest.approx(values, abs=1e-6)


def test_a_client_trains_by_itself_and_its_whole_update_is_clipped() -> None:
    settings = {"unit": "client", "local_epochs": 2, "momentum": 0.9, "batch_size": 1000, "local_learning_rate": 0.05}
    engine = engine_of(network(), clip=1e9, **settings)
    whole = engine.contribute(engine.start(), np.eye(CLIENTS)[3], 0)
    own, rows = copy.deepcopy(network()), engine.owner == 3
    records, labels = torch.tensor(engine.features[rows]).reshape(-1, *SHAPE), torch.tensor(engine.labels[rows])
    speed = [torch.zeros_like(p) for p in own.parameters()]
    for _ in range(2):  # momentum written out
        own.zero_grad()
        nn.functional.cross_entropy(own(records), labels).backward()
        for p, v in zip(own.parameters(), speed, strict=True):
            v.mul_(0.9).add_(p.grad)
            p.data -= 0.05 * v
    moved = {name: (engine.start()[name] - p.detach().double().numpy()) for name, p in own.named_parameters()}
    for name, values in moved.items():
        assert whole.total[name] == pytest.approx(values, abs=1e-6)
    norm = np.sqrt(sum(np.sum(values**2) for values in moved.values()))
    assert whole.largest_norm == pytest.approx(norm, rel=1e-5)
    clipped = engine_of(network(), clip=norm / 4, **settings).contribute(engine.start(), np.eye(CLIENTS)[3], 0)
    assert norm / 4 * (1 - 1e-5) < clipped.largest_norm <= norm / 4
    assert clipped.total["0.weight"] == pytest.approx(moved["0.weight"] / 4, abs=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("unit", ["record", "client"])
def test_the_bits_do_not_depend_on_the_number_of_processes(unit: str) -> None:
    def given(processes: int) -> list[bytes]:
        engine = engine_of(network(dropout=0.3), processes, unit=unit, batch_size=2, seed=4)
        total = engine.contribute(engine.start(), WEIGHT, 1).total
        return [values.tobytes() for values in total.values()]

    assert given(1) == given(2) == given(3)


def test_rounds_and_seeds_have_random_layers_and_batches_of_their_own() -> None:
    def given(round: int, seed: int) -> np.ndarray:
        engine = engine_of(network(dropout=0.3), unit="client", batch_size=2, seed=seed)
        return engine.contribute(engine.start(), WEIGHT, round).total["0.weight"]

    assert np.array_equal(given(0, 0), given(0, 0))
    assert not np.array_equal(given(0, 0), given(1, 0))
    assert not np.array_equal(given(0, 0), given(0, 1))
    before = torch.random.get_rng_state()
    given(0, 0)
    assert torch.equal(before, torch.random.get_rng_state())  # nobody else's random numbers are touched


def test_who_drops_out_is_named_and_the_others_weigh_as_before() -> None:
    engine = engine_of(network())
    drops = DropOuts(engine, 0.5, seed=2)
    rounds = [drops.contribute(engine.start(), WEIGHT, round) for round in range(8)]
    assert len({given.participants for given in rounds}) > 2
    for given in rounds:
        only = np.where(np.isin(np.arange(CLIENTS), given.participants), WEIGHT, 0)
        same = engine.contribute(engine.start(), only, 0).total["0.weight"]
        assert np.array_equal(given.total["0.weight"], same)


def test_a_gradient_that_is_not_finite_counts_nothing() -> None:
    engine = engine_of(network())
    broken = {**engine.start(), "5.bias": np.array([np.nan, 0, 0])}
    given = engine.contribute(broken, WEIGHT, 0)
    assert all(np.isfinite(values).all() for values in given.total.values())
    assert given.largest_norm <= 0.5


class Counter(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.head = nn.Linear(36, CLASSES)
        self.register_buffer("seen", torch.zeros(1, dtype=torch.int64))
        self.register_buffer("scale", torch.ones(1, dtype=torch.int64))
        self.counts = True

    def forward(self, x: Any) -> Any:
        if self.counts:
            self.seen += len(x)
        return self.head(x.flatten(1)) * self.scale


@pytest.mark.parametrize(
    ("module", "unit", "words"),
    [
        (network(nn.BatchNorm2d(4)), "client", r"model\.1\.running_mean = 'BatchNorm2d': changes.*use GroupNorm"),
        (network(nn.BatchNorm2d(4, track_running_stats=False)), "record", "depend on the other records.*GroupNorm"),
        (Counter(), "record", r"model\.seen = 'Counter': changes with the records"),
        (nn.Flatten(), "record", "has no parameter that is trained"),
        (nn.Linear(36, CLASSES), "record", r"cannot take records of shape \(1, 6, 6\).*give the data's shape"),
        (nn.Sequential(nn.Flatten(), nn.Linear(36, 2)), "record", r"output = \(2, 2\): must be \(2, 3\)"),
        (nn.Linear, "record", "model = 'type': must be a torch.nn.Module.*not its class"),
    ],
)
def test_what_cannot_be_trained_privately_is_refused(module: Any, unit: str, words: str) -> None:
    with pytest.raises(mp.InputError, match=words):
        model_of(module, SHAPE, CLASSES, unit)


def test_integer_buffers_that_stay_are_passed_over() -> None:
    module = Counter()
    module.counts = False
    model = model_of(module, SHAPE, CLASSES, "record")
    assert list(model.start()) == ["head.weight", "head.bias"]
    assert model.named(model.start())["scale"].tolist() == [1]


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"local_epochs": 2}, 'local_epochs = 2: trains a client.s own model.*unit = "client"'),
        ({"momentum": 0.9}, "momentum = 0.9: trains"),
        ({"unit": "client", "local_epochs": 0}, "local_epochs = 0"),
        ({"momentum": 1.0}, "momentum = 1.0: must be at least 0 and less than 1"),
        ({"clip": -1}, "clip = -1"),
    ],
)
def test_wrong_local_training_is_refused(settings: dict[str, Any], words: str) -> None:
    with pytest.raises(mp.InputError, match=words):
        LocalTraining(**settings)


@pytest.mark.parametrize("unit", ["record", "client"])
def test_a_private_run_is_charged_and_learns_nothing_of_the_module_given(unit: Any) -> None:
    module, engine = network(), engine_of(network(), unit=unit)
    plan = mp.calibrate(
        [3, 0, 1, 50, 8],
        delta=1e-5, rounds=3, trust="local", unit=unit, adjacency="add-or-remove", clip=0.5,
        records=[3, 1, 0, 90, 6] if unit == "record" else None,
    )  # fmt: skip
    trained = run_training(engine, plan, seed=0)
    assert trained.rounds == 3
    assert all(line["largest_norm"] <= 0.5 for line in trained.lines if line["kind"] == "round")
    for name, value in module.named_parameters():
        assert np.array_equal(engine.start()[name], value.detach().double().numpy())
        assert not np.array_equal(trained.state[name], engine.start()[name])
