"""The engine against autograd, against every client's own noise, and against the definition of sensitivity."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mechproof.dpfl.accounting.ledger import noise_multipliers
from mechproof.dpfl.accounting.release import ADJACENCIES, Adjacency, sensitivity
from mechproof.dpfl.training.aggregate_engine import Descent, accuracy, clipped_average
from mechproof.dpfl.training.data import Dataset, partition
from mechproof.dpfl.training.features import prepare
from mechproof.dpfl.training.linear_engine import fit
from mechproof.dpfl.training.loaders import digits, load
from mechproof.dpfl.training.weights import (
    COMPARED,
    WEIGHTINGS,
    Weighting,
    aggregate,
    noiseless,
)
from mechproof.formulations.errors import InputError

torch = pytest.importorskip("torch")

CLIP = 0.7


def clipped_gradient_by_autograd(record: np.ndarray, label: int, head: np.ndarray, clip: float) -> np.ndarray:
    """One record's gradient by automatic differentiation, clipped as the definition says."""
    parameters = torch.tensor(head, requires_grad=True)
    loss = torch.nn.functional.cross_entropy((torch.tensor(record) @ parameters)[None, :], torch.tensor([label]))
    loss.backward()
    gradient = parameters.grad.numpy()
    return gradient / max(1.0, np.linalg.norm(gradient) / clip)


def closed_form(
    records: np.ndarray, labels: np.ndarray, weight: np.ndarray, head: np.ndarray, clip: float
) -> np.ndarray:
    x, y = torch.tensor(records), torch.tensor(labels)
    return clipped_average(x, x.norm(dim=1), y, torch.tensor(weight), torch.tensor(head), clip).numpy()


def test_clipping_in_closed_form_is_clipping_record_by_record() -> None:
    generator = np.random.default_rng(0)
    records, labels = generator.normal(size=(12, 5)) * np.linspace(0, 2, 12)[:, None], generator.integers(3, size=12)
    head, weight = generator.normal(size=(5, 3)), generator.uniform(size=12)
    each = [clipped_gradient_by_autograd(*pair, head, CLIP) for pair in zip(records, labels, strict=True)]
    assert {bool(np.linalg.norm(gradient) < CLIP * 0.999) for gradient in each} == {
        True,
        False,
    }  # both sides of the bound
    expected = np.tensordot(weight, np.array(each), axes=1)
    np.testing.assert_allclose(closed_form(records, labels, weight, head, CLIP), expected, atol=1e-14)


@pytest.mark.parametrize("adjacency", ADJACENCIES)
def test_no_record_moves_a_release_by_more_than_the_sensitivity_and_some_nearly_do(adjacency: Adjacency) -> None:
    generator = np.random.default_rng(1)
    head = generator.normal(size=(4, 3)) * 4
    records, labels = generator.normal(size=(200, 4)) * 5, generator.integers(3, size=200)
    records[1], labels[1] = -records[0], labels[0]
    gradients = [clipped_gradient_by_autograd(*pair, head, CLIP) for pair in zip(records, labels, strict=True)]
    moves = [np.linalg.norm(gradient) for gradient in gradients]
    if adjacency == "replace-one":
        moves = [np.linalg.norm(first - second) for first in gradients for second in gradients]
    assert 0.9 * sensitivity(CLIP, adjacency) < max(moves) <= sensitivity(CLIP, adjacency) * (1 + 1e-12)


@pytest.mark.parametrize("weighting", WEIGHTINGS)
def test_one_draw_has_the_variance_of_all_the_clients_draws(weighting: Weighting) -> None:
    epsilon, records = np.array([0.5, 2.0, 0.0, 8.0, 8.0]), np.array([3, 1, 4, 1, 2])
    sigma = noise_multipliers(epsilon, 1e-5, 30)
    bound = sensitivity(CLIP, "replace-one")
    planned = aggregate(epsilon, sigma, records, weighting, bound)
    generator = np.random.default_rng(2)
    present = epsilon > 0
    # Each client noises its own sum; the server adds the weighted releases up.
    releases = generator.normal(size=(200_000, present.sum())) * sigma[present] * bound
    total = releases @ planned.record_weight[present]
    assert total.std() == pytest.approx(planned.noise, rel=0.01)
    assert planned.record_weight @ records == pytest.approx(1)
    assert planned.record_weight[2] == 0


def test_the_engine_adds_exactly_the_planned_noise() -> None:
    features, labels = np.zeros((1, 30)), np.array([0])  # no gradient: what moves the head is noise alone
    descent = Descent(rounds=25, clip=1.0, learning_rate=2.0, classes=40)
    head = fit(features, labels, np.ones(1), 0.3, descent, seed=3)
    assert head.std() == pytest.approx(2.0 * 0.3 * 5, rel=0.05)
    assert abs(head.mean()) < 0.3


def test_a_step_follows_the_weighted_gradient() -> None:
    generator = np.random.default_rng(4)
    records, labels = generator.normal(size=(6, 4)), generator.integers(3, size=6)
    weight = np.array([0.5, 0.2, 0.2, 0.1, 0.0, 0.0])
    head = fit(records, labels, weight, 0.0, Descent(1, 100.0, 0.5, 3), seed=0)
    parameters = torch.zeros((4, 3), dtype=torch.float64, requires_grad=True)
    scores = torch.tensor(records) @ parameters
    losses = torch.nn.functional.cross_entropy(scores, torch.tensor(labels), reduction="none")
    (torch.tensor(weight) * losses).sum().backward()
    np.testing.assert_allclose(head, -0.5 * parameters.grad.numpy(), atol=1e-15)


BUDGETS = st.lists(st.floats(0.05, 50), min_size=2, max_size=8)


@settings(max_examples=40, deadline=None)
@given(epsilon=BUDGETS, other=st.lists(st.floats(0.01, 1), min_size=8, max_size=8), count=st.integers(1, 5))
def test_with_equal_counts_no_weights_have_less_noise_than_inverse_variance(
    epsilon: list[float], other: list[float], count: int
) -> None:
    budgets, records = np.array(epsilon), np.full(len(epsilon), count)
    sigma = noise_multipliers(budgets, 1e-5, 30)
    best = aggregate(budgets, sigma, records, "inverse-variance", 1.0)
    weight = np.array(other[: len(epsilon)])
    weight = weight / (weight @ records)
    assert best.noise <= np.sqrt(np.sum((weight * sigma) ** 2)) * (1 + 1e-12)
    mu_squared = 30 / sigma**2
    assert best.noise**2 == pytest.approx(30 / (count**2 * mu_squared.sum()))


def test_with_unequal_counts_the_stated_factor_is_what_is_given_up() -> None:
    epsilon, records = np.array([1.0, 2.0, 5.0]), np.array([1, 7, 2])
    sigma = noise_multipliers(epsilon, 1e-5, 30)
    chosen = aggregate(epsilon, sigma, records, "inverse-variance", 1.0).noise ** 2
    least = 1 / np.sum(records**2 / sigma**2)  # Lagrange: factors proportional to count over variance
    factor = sigma**-2
    assert least / chosen == pytest.approx((factor @ records) ** 2 / (factor.sum() * (factor @ records**2)))
    assert least < chosen


@pytest.mark.parametrize("weighting", COMPARED)
@pytest.mark.parametrize("count", [3, 7, 1000])
def test_equal_budgets_tie_to_the_last_bit_whatever_the_counts(weighting: Weighting, count: int) -> None:
    epsilon = np.full(count, 0.1 + 0.2)
    records = np.random.default_rng(count).integers(1, 9, size=count)
    sigma = noise_multipliers(epsilon, 1e-5, 30)
    plain, other = (aggregate(epsilon, sigma, records, rule, 0.5) for rule in ("uniform", weighting))
    assert other.record_weight.tobytes() == plain.record_weight.tobytes()
    assert other.noise == plain.noise


def test_effective_records_lie_between_the_least_noise_and_uniform() -> None:
    epsilon, records = np.array([1.0, 2.0, 5.0]), np.array([1, 7, 2])
    sigma = noise_multipliers(epsilon, 1e-5, 30)
    least, plain = (aggregate(epsilon, sigma, records, rule, 1.0) for rule in ("least-noise", "uniform"))
    assert least.noise == pytest.approx(np.sqrt(1 / np.sum(records**2 / sigma**2)))
    ends = (aggregate(epsilon, sigma, records, "effective-records", 1.0, variation=v) for v in (0.0, 1e9))
    for end, limit in zip(ends, (least, plain), strict=True):
        assert end.record_weight == pytest.approx(limit.record_weight, rel=1e-6)
    between = aggregate(epsilon, sigma, records, "effective-records", 1.0, variation=1.0)
    assert least.noise < between.noise < plain.noise
    assert least.effective_records < between.effective_records < plain.effective_records


def test_shrinkage_lies_between_inverse_variance_and_uniform() -> None:
    epsilon, records = np.array([1.0, 2.0, 5.0]), np.array([1, 7, 2])
    sigma = noise_multipliers(epsilon, 1e-5, 30)
    precise, plain = (aggregate(epsilon, sigma, records, rule, 1.0) for rule in ("inverse-variance", "uniform"))
    alike, apart = (aggregate(epsilon, sigma, records, "shrinkage", 1.0, spread) for spread in (1e-6, 1e6))
    np.testing.assert_allclose(alike.record_weight, precise.record_weight)
    np.testing.assert_allclose(apart.record_weight, plain.record_weight)


def test_effective_records_count_what_equal_weights_would_need() -> None:
    assert noiseless(np.array([2, 3]), np.array([True, True])).effective_records == pytest.approx(5)
    assert noiseless(np.array([2, 3]), np.array([False, True])).effective_records == pytest.approx(3)


def test_no_clients_record_influences_the_features_of_another() -> None:
    images = digits().features[:20]
    for feature_map in ("linear", "random-fourier"):
        alone = np.vstack([prepare(image[None, :], feature_map, 32) for image in images])
        np.testing.assert_allclose(prepare(images, feature_map, 32), alone, atol=1e-12)
        assert np.linalg.norm(alone, axis=1).max() <= 1 + 1e-12


def test_partition_deals_every_record_once() -> None:
    split = partition(1797, clients=1000, seed=5)
    everything = np.concatenate([split.training, split.test])
    assert sorted(everything.tolist()) == list(range(1797))
    assert np.bincount(split.owner).tolist() == [1] * 1000
    assert partition(1797, 1000, seed=5).training.tolist() == split.training.tolist()
    assert partition(1797, 1000, seed=6).training.tolist() != split.training.tolist()


def test_partition_takes_unequal_counts() -> None:
    split = partition(100, clients=3, seed=0, records=[10, 0, 20])
    assert np.bincount(split.owner, minlength=3).tolist() == [10, 0, 20]
    assert len(split.test) == 70


def test_a_noiseless_head_learns_digits() -> None:
    data, split = load("digits"), partition(1797, 1000, seed=0)
    features = prepare(data.features)
    descent = Descent(rounds=30, clip=0.5, learning_rate=8.0, classes=10)
    head = fit(features[split.training], data.labels[split.training], np.full(1000, 1e-3), 0.0, descent, seed=0)
    assert accuracy(head, features[split.test], data.labels[split.test]) > 0.85


TINY = np.zeros((4, 2)), np.array([0, 1, 0, 1])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: load("mnist"), "dataset = 'mnist': is unknown .choose one of: digits"),
        (lambda: partition(1797, 1438, 0), "clients = 1438: there are 1437 training records"),
        (lambda: partition(1797, 0, 0), "clients = 0"),
        (lambda: partition(1797, 10, 0, test_fraction=1.0), "test_fraction = 1.0"),
        (lambda: partition(100, 2, 0, records=[1, -1]), r"records = \[1, -1\]: must be 2 whole numbers"),
        (lambda: partition(100, 2, 0, records=[1.5, 1]), "must be 2 whole numbers"),
        (lambda: partition(100, 2, 0, records=[1]), "must be 2 whole numbers"),
        (lambda: partition(100, 2, 0, records=[90, 1]), "with a sum from 1 to 80"),
        (lambda: partition(100, 2, 0, records=[0, 0]), "with a sum from 1 to 80"),
        (lambda: Dataset("x", "", "", TINY[0], np.array([0, 1, 2, 0]), 2), "must be classes 0 to 1"),
        (lambda: Dataset("x", "", "", TINY[0] + np.nan, TINY[1], 2), "features = 'NaN or infinite'"),
        (lambda: Dataset("x", "", "", TINY[0], TINY[1][:3], 2), "labels"),
        (lambda: Dataset("x", "", "", TINY[0].ravel(), TINY[1], 2), "must have one row per record"),
        (lambda: sensitivity(1.0, "swap"), "adjacency = 'swap': is unknown .choose one of: add-or-remove"),  # type: ignore[arg-type]
        (lambda: prepare(TINY[0], "cnn"), "features = 'cnn': is unknown"),  # type: ignore[arg-type]
        (lambda: aggregate(np.zeros(2), np.ones(2), np.ones(2, dtype=int), "uniform", 1.0), "nobody takes part"),
        (lambda: aggregate(np.ones(2), np.ones(2), np.ones(2, dtype=int), "best", 1.0), "weighting = 'best'"),  # type: ignore[arg-type]
        (
            lambda: aggregate(np.ones(2), np.ones(2), np.ones(2, dtype=int), "shrinkage", 1.0, 0.0),
            "heterogeneity = 0.0",
        ),
    ],
)
def test_wrong_input_is_refused(call: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        call()  # type: ignore[operator]
