"""The page on Flower: its client and its server, as they stand there, with a model of a stranger's."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

pytest.importorskip("flwr", reason="Flower is not installed: pip install 'mechproof[flower]'")
pytest.importorskip("torch")

import torch
from flower.nodes import Room, context, message, server_context, terms, trained
from flwr.app import ArrayRecord, Context
from flwr.serverapp import ServerApp
from flwr.serverapp.strategy import Result

from mechproof.dpfl.flower import terms_of
from mechproof.dpfl.flower.ledger_file import OwnLedger

PAGE = (Path(__file__).parent.parent.parent / "docs" / "how-to" / "flower.md").read_text(encoding="utf-8")


class Net(torch.nn.Module):  # type: ignore[misc, name-defined]
    """A stranger's: two layers, and a convolution."""

    def __init__(self) -> None:
        super().__init__()
        self.convolution, self.last = torch.nn.Conv2d(1, 2, 3), torch.nn.Linear(2 * 6 * 6, 4)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.last(torch.relu(self.convolution(images)).flatten(1))


HELD = {"ann": 25, "Ann": 240, "Bob": 500, "Cat": 120, "public": 400}


def records_of(owner: str) -> tuple[torch.Tensor, torch.Tensor]:
    """Noisy images, a bright corner of which tells the class."""
    count = HELD[owner]
    generator = torch.Generator().manual_seed(list(HELD).index(owner))
    images, labels = torch.randn(count, 1, 8, 8, generator=generator), torch.randint(4, (count,), generator=generator)
    for record, label in enumerate(labels.tolist()):
        images[record, 0, 4 * (label // 2) :, 4 * (label % 2) :][:4, :4] += 1.0
    return images, labels


def own_records(context: Context) -> tuple[torch.Tensor, torch.Tensor]:
    return records_of(str(context.node_config["dp-client"]))


@pytest.fixture
def task(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("task")
    module.Net, module.own_records = Net, own_records  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "task", module)


def documented(title: str) -> dict[str, object]:
    titled = f' title="{title}"' if title else ""
    text = re.search(rf"^```python{titled}\n(.*?)^```$", PAGE, re.M | re.S)
    assert text is not None
    space: dict[str, object] = {"__name__": title}
    exec(compile(text[1], title, "exec"), space)
    return space


@pytest.mark.usefixtures("task")
def test_a_strangers_torch_model_takes_a_private_step(tmp_path: Path) -> None:
    torch.manual_seed(0)
    own = terms(tmp_path, unit="record", records=25, epsilon=1e12, sigma=1e-4)
    net, start = Net(), {}
    for name, value in net.state_dict().items():
        start[name] = value.numpy()
    moved = trained(documented("client_app.py")["app"](message(start), context(own)))  # type: ignore[operator]
    inputs, targets = own_records(context(own))
    total = {name: np.zeros(value.shape) for name, value in start.items()}
    for record in range(25):  # by hand, one record after another
        net.zero_grad()
        torch.nn.functional.cross_entropy(net(inputs[record : record + 1]), targets[record : record + 1]).backward()
        norm = np.sqrt(sum(float((value.grad**2).sum()) for value in net.parameters()))
        for name, value in net.named_parameters():
            total[name] += value.grad.numpy() * min(1, 1 / norm)
    for name, value in start.items():
        assert moved[name] == pytest.approx(value - 0.5 * total[name] / 25, abs=1e-4)
        assert np.abs(moved[name] - value).max() > 1e-3


@pytest.mark.usefixtures("task")
def test_it_is_trained_with_the_budgets_of_a_mechanism(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page's plan, its client and its server, for all thirty rounds."""
    monkeypatch.chdir(tmp_path)
    torch.manual_seed(0)
    plan = documented("")["plan"]
    assert [row["budget"][:1] for row in plan.rows()] == ["8", "4", "2"]  # type: ignore[attr-defined]
    app, apps = documented("client_app.py")["app"], {}
    for node, client in enumerate(plan.clients, 1):  # type: ignore[attr-defined]
        apps[node] = terms_of(plan, client, tmp_path / f"{client}.jsonl"), app  # type: ignore[arg-type]
    documented("server_app.py")["main"](Room(apps), server_context())  # type: ignore[operator]
    net = Net()
    net.load_state_dict(torch.load("model.pt"))
    images, labels = records_of("public")
    assert float((net(images).argmax(dim=1) == labels).float().mean()) > 0.6
    for own, _ in apps.values():
        assert own.epsilon * 0.999 < OwnLedger(Path(own.ledger), own).spent() <= own.epsilon


@pytest.mark.usefixtures("task")
def test_the_server_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    started = {}

    def start(strategy: object, grid: object, initial: ArrayRecord, num_rounds: int) -> Result:
        started[num_rounds] = strategy, list(initial)
        return Result(arrays=initial)

    monkeypatch.setattr("flwr.serverapp.strategy.FedAvg.start", start)
    space = documented("server_app.py")
    assert isinstance(space["app"], ServerApp)
    space["main"](None, None)  # type: ignore[operator]
    (strategy, names) = started[30]
    assert (strategy.min_train_nodes, names) == (3, list(Net().state_dict()))  # type: ignore[attr-defined]


def test_the_extra_brings_nothing_under_the_gpl() -> None:
    from test_extras import copyleft, everything, licences

    brought = everything("mechproof", "flower")
    assert "flwr" in brought
    assert not {name: licences(name) for name in brought if any(map(copyleft, licences(name)))}
