"""A client of a plan in Opacus itself: its noise, its account, and the traps; skipped where it is not installed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import mechproof as mp

ASKED: dict[str, Any] = {"delta": 1e-5, "rounds": 30, "trust": "local", "unit": "record", "clip": 0.5}


def plan_of(budget: float, adjacency: str = "add-or-remove", records: int = 64, **further: Any) -> Any:
    asked = {**ASKED, "adjacency": adjacency, **further}
    return mp.calibrate({"anna": budget, "absent": 0}, records=[records, records], **asked)


def test_arguments_and_history() -> None:
    anna = plan_of(10).opacus("anna")
    assert anna.arguments["noise_multiplier"] == anna.sigma
    assert anna.arguments["max_grad_norm"] == 0.5
    assert not anna.arguments["poisson_sampling"]
    assert anna.history == [(anna.sigma, 1.0, 30)]
    replaced = plan_of(10, "replace-one").opacus(0)
    assert replaced.arguments["noise_multiplier"] == pytest.approx(2 * anna.sigma)  # it multiplies by C, and Δ is 2 C
    assert replaced.history == anna.history
    assert plan_of(10, sampling_rate=0.25).opacus(0).arguments["poisson_sampling"]


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"trust": "secure-sum"}, mp.UnsupportedModel, "under a secure sum a client adds a share"),
        ({"sampling": "fixed-size", "sampling_rate": 0.5}, mp.UnsupportedModel, "which is not fixed-size"),
        ({"client": "absent"}, mp.InputError, "client = 'absent': takes no part"),
        ({"client": "carl"}, mp.InputError, "client = 'carl': is not among the budgets"),
        ({"client": 2}, mp.InputError, "client = 2: is not among the budgets"),
    ],
)
def test_what_opacus_does_not_do_is_refused(change: dict[str, Any], error: type[Exception], message: str) -> None:
    client = change.pop("client", "anna")
    with pytest.raises(error, match=message):
        plan_of(2, **change).opacus(client)


def test_whole_clients_are_refused() -> None:
    asked = {**ASKED, "adjacency": "add-or-remove", "unit": "client"}
    with pytest.raises(mp.UnsupportedModel, match="not a client's whole update"):
        mp.calibrate([1], **asked).opacus(0)


@pytest.fixture
def torch() -> Any:
    pytest.importorskip("opacus", reason="Opacus is not installed: pip install mechproof[opacus]")
    return pytest.importorskip("torch")


def parts(torch: Any, records: int = 64, batch: int | None = None, features: int = 400) -> dict[str, Any]:
    torch.manual_seed(0)
    module = torch.nn.Linear(features, 2, bias=False)
    data = torch.utils.data.TensorDataset(torch.zeros(records, features), torch.zeros(records, dtype=torch.long))
    loader = torch.utils.data.DataLoader(data, batch_size=batch or records)
    return {"module": module, "optimizer": torch.optim.SGD(module.parameters(), lr=0.1), "data_loader": loader}


def step(torch: Any, private: tuple[Any, ...]) -> Any:
    module, optimizer, loader = private
    features, labels = next(iter(loader))
    optimizer.zero_grad()
    torch.nn.functional.cross_entropy(module(features), labels).backward()
    optimizer.step()
    return module.weight.grad if hasattr(module, "weight") else next(module.parameters()).grad


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("adjacency", ["add-or-remove", "replace-one"])
def test_the_noise_in_the_gradient_is_that_of_the_plan(torch: Any, adjacency: str) -> None:
    """Records of zeros have no gradient, so that what is there is noise: σΔ/n for the mean."""
    plan = plan_of(10, adjacency)
    private = plan.opacus("anna").make_private(**parts(torch, features=20_000))
    noise = step(torch, private)
    assert float(noise.std()) == pytest.approx(plan.sigma[0] * plan.sensitivity / 64, rel=0.01)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("adjacency", ["add-or-remove", "replace-one"])
@pytest.mark.parametrize("budget", [1, 10])
def test_opacus_finds_the_budget_spent(torch: Any, adjacency: str, budget: float) -> None:
    from opacus.accountants import PRVAccountant

    anna = plan_of(budget, adjacency).opacus("anna")
    accountant = PRVAccountant()
    accountant.history = anna.history
    assert accountant.get_epsilon(1e-5, eps_error=1e-3) == pytest.approx(budget, rel=2e-3)


@pytest.mark.filterwarnings("ignore")
def test_one_account_goes_through_all_rounds_and_ends(torch: Any) -> None:
    plan = plan_of(5, "replace-one", rounds=4, releases=[3, 0])
    for done in range(3):  # a model anew each round, as a federated client has it
        private = plan.opacus("anna").make_private(**parts(torch))
        step(torch, private)
        assert plan.opacus("anna").steps == done + 1
    assert plan.opacus("anna").epsilon == pytest.approx(5, rel=5e-3)
    private = plan.opacus("anna").make_private(**parts(torch))
    before = next(private[0].parameters()).clone()
    with pytest.raises(mp.InputError, match="the budget is spent: it keeps 3 releases"):
        step(torch, private)
    after = next(private[0].parameters())
    assert after.grad is None
    assert np.array_equal(before.detach().numpy(), after.detach().numpy())


@pytest.mark.filterwarnings("ignore")
def test_the_rate_is_that_of_the_plan(torch: Any) -> None:
    sampled = plan_of(5, sampling_rate=0.25).opacus("anna")
    private = sampled.make_private(**parts(torch, batch=16))
    step(torch, private)
    assert sampled.engine.accountant.history == [(sampled.sigma, 0.25, 1)]
    with pytest.raises(mp.InputError, match=r"data_loader = '2 batches': Opacus draws at one over"):
        sampled.make_private(**parts(torch, batch=32))
    with pytest.raises(mp.InputError, match="client anna has 64 records in the plan"):
        sampled.make_private(**parts(torch, records=60, batch=15))


@pytest.mark.filterwarnings("ignore")
def test_what_the_plan_decides_or_is_wrapped_is_refused(torch: Any) -> None:
    anna = plan_of(5).opacus("anna")
    with pytest.raises(mp.InputError, match="max_grad_norm = 9: is decided by the plan"):
        anna.make_private(**parts(torch), max_grad_norm=9)
    made = parts(torch)
    module, optimizer, _ = anna.make_private(**made)
    with pytest.raises(mp.InputError, match="is wrapped already"):
        anna.make_private(module=module, optimizer=made["optimizer"], data_loader=made["data_loader"])
    with pytest.raises(mp.InputError, match="is wrapped already"):
        anna.make_private(module=made["module"], optimizer=optimizer, data_loader=made["data_loader"])


def test_without_opacus_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mechproof.formulations.extras.find_spec", lambda name: None)
    with pytest.raises(mp.UnsupportedModel, match=r"needs opacus, which is not installed: pip install .*opacus"):
        plan_of(5).opacus("anna").make_private(module=None, optimizer=None, data_loader=None)
