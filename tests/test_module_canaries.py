"""Canaries in a convolutional network: below the account where all is well, and above it where a bug is planted."""

from __future__ import annotations

import numpy as np
import pytest
from planted_bugs import SABOTAGES
from scipy.stats import norm

import mechproof as mp
from mechproof.dpfl.runs.terms import terms_of
from mechproof.dpfl.training.module_canaries import ModulePlanting, Planted
from mechproof.dpfl.training.torch_models import model_of

torch = pytest.importorskip("torch")


def network() -> object:
    torch.manual_seed(0)
    nn = torch.nn
    first = (nn.Conv2d(1, 6, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2))
    second = (nn.Conv2d(6, 12, 3, padding=1), nn.ReLU(), nn.Flatten(), nn.Linear(192, 10))
    return nn.Sequential(*first, *second)


def planting(epsilon: float, adjacency: str = "add-or-remove") -> ModulePlanting:
    asked = {"delta": 1e-5, "rounds": 1, "trust": "secure-sum", "unit": "record", "clip": 0.5}
    plan = mp.calibrate([epsilon], adjacency=adjacency, **asked)  # type: ignore[arg-type]
    model = model_of(network(), (1, 8, 8), 10, "record")
    return ModulePlanting(model, terms_of(plan), 0, 1, np.random.default_rng(0))


def guessed(one: ModulePlanting, runs: int) -> float:
    """The share of canaries that are guessed rightly."""
    generator, right = np.random.default_rng(1), []
    for run in range(runs):
        coins = generator.random(one.together) < 0.5
        right.extend(one.said(coins, np.random.SeedSequence(2, spawn_key=(run,))) == coins)
    return float(np.mean(right))


def test_guesses_are_as_good_as_the_noise_allows_and_no_better() -> None:
    one = planting(8)
    mu = one.terms.weight[0] * one.terms.clip / one.terms.noise
    assert norm.cdf(0.8 * mu / 2) - 0.1 < guessed(one, 12) < norm.cdf(mu / 2) + 0.1


def test_without_noise_every_guess_is_right(monkeypatch: pytest.MonkeyPatch) -> None:
    from mechproof.dpfl.runs import loop

    monkeypatch.setattr(loop, "noised", lambda total, deviation, drawn: total)
    assert guessed(planting(0.5), 2) == 1
    assert guessed(planting(0.5, "replace-one"), 2) == 1


def test_evidence_is_of_the_gradients_alone() -> None:
    """Without noise each canary tells just half of what it moves along its own direction: by plain backward passes."""
    one = planting(8)
    images = np.random.default_rng(3).normal(size=(11, 64)) * 20
    labels = np.arange(11) % 10
    inside = np.arange(10) % 2 == 0
    module, each = network(), []
    for image, label in zip(images, labels, strict=True):
        module.zero_grad()  # type: ignore[attr-defined]
        scores = module(torch.tensor(image, dtype=torch.float32).reshape(1, 1, 8, 8))  # type: ignore[operator]
        torch.nn.functional.cross_entropy(scores, torch.tensor([int(label)])).backward()
        flat = np.concatenate([part.grad.numpy().ravel() for part in module.parameters()])  # type: ignore[attr-defined]
        each.append(flat * min(1, 0.5 / np.linalg.norm(flat)))
    weight = one.terms.weight[0]
    moved = np.array(each[:10])
    total = weight * (inside @ moved + each[10])
    sizes, update, at = one.model.start(), {}, 0
    for name, values in sizes.items():
        update[name] = total[at : at + values.size].reshape(values.shape)
        at += values.size
    found = Planted(one, images, labels).evidence(sizes, update, inside)
    alone = []
    for k in range(10):  # what is left of each after those before it are taken out
        before = np.linalg.lstsq(moved[:k].T, moved[k], rcond=None)[0] if k else np.zeros(0)
        alone.append(np.linalg.norm(moved[k] - before @ moved[:k]))
    assert np.allclose(found, np.where(inside, 0.5, -0.5) * weight * np.array(alone), rtol=1e-3, atol=1e-6)


def test_a_module_needs_the_shape_of_a_record() -> None:
    plan = mp.calibrate([1], delta=1e-5, rounds=1, trust="local", unit="record", adjacency="add-or-remove")
    with pytest.raises(mp.InputError, match="is needed with a model"):
        mp.canary_audit(plan, model=network())


@pytest.mark.slow
def test_the_bound_is_below_the_account_and_close_to_it() -> None:
    asked = {"delta": 1e-5, "rounds": 3, "unit": "record", "adjacency": "add-or-remove", "clip": 0.5}
    plan = mp.calibrate([5, 20], trust="local", **asked)  # type: ignore[arg-type]
    for bound in mp.canary_audit(plan, seed=1, model=network(), shape=(1, 8, 8)):
        assert 0.75 * bound.mu < bound.mu_at_least < bound.mu
        assert not bound.exceeds


@pytest.mark.slow
def test_a_planted_bug_is_betrayed(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = mp.calibrate([5], delta=1e-5, rounds=3, trust="secure-sum", unit="record", adjacency="add-or-remove")
    SABOTAGES[1].plant(monkeypatch)
    (bound,) = mp.canary_audit(plan, seed=0, model=network(), shape=(1, 8, 8))
    monkeypatch.undo()
    assert bound.exceeds
