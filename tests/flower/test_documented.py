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
from flower.nodes import context, message, terms, trained
from flwr.app import ArrayRecord, Context
from flwr.serverapp import ServerApp

PAGE = (Path(__file__).parent.parent.parent / "docs" / "how-to" / "flower.md").read_text(encoding="utf-8")


class Net(torch.nn.Module):  # type: ignore[misc, name-defined]
    """A stranger's: two layers, and a convolution."""

    def __init__(self) -> None:
        super().__init__()
        self.convolution, self.last = torch.nn.Conv2d(1, 2, 3), torch.nn.Linear(2 * 6 * 6, 4)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.last(torch.relu(self.convolution(images)).flatten(1))


def own_records(context: Context) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(1)
    return torch.randn(25, 1, 8, 8, generator=generator), torch.randint(4, (25,), generator=generator)


@pytest.fixture
def task(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("task")
    module.Net, module.own_records = Net, own_records  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "task", module)


def documented(title: str) -> dict[str, object]:
    text = re.search(rf'^```python title="{title}"\n(.*?)^```$', PAGE, re.M | re.S)
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
def test_the_server_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    started = {}

    def start(strategy: object, grid: object, initial: ArrayRecord, num_rounds: int) -> None:
        started[num_rounds] = strategy, list(initial)

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
