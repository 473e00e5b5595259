"""Noised versions of a model: how far a record moves it, how much noise each has, and what that tells of a record."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

import mechproof as mp
from mechproof.dpfl.accounting.account import epsilon_at
from mechproof.dpfl.accounting.budgets import budgets_of
from mechproof.dpfl.market.protocol import TRAINING, check_training, market_protocol
from mechproof.dpfl.market.told import FinishedModel, OwnTraining, told_by
from mechproof.dpfl.market.versions import Trained, noised, train_versions
from mechproof.dpfl.training.aggregate_engine import Descent
from mechproof.dpfl.training.data import Dataset
from mechproof.dpfl.training.linear_engine import fit

pytest.importorskip("torch")

VERSIONS = (Fraction(40), Fraction(1, 2), Fraction(1))
SOLD = budgets_of([2, 0, "0.5", 8])
COUNTS = [24, 24, 24, 24]


def delta_of(mu: float, epsilon: float) -> float:
    """The δ of a μ-Gaussian release, by the textbook formula."""
    return float(norm.cdf(mu / 2 - epsilon / mu) - math.exp(epsilon) * norm.cdf(-mu / 2 - epsilon / mu))


def made_up(seed: int = 0) -> Dataset:
    generator = np.random.default_rng(seed)
    return Dataset("made up", "", "", generator.uniform(size=(120, 6)), generator.integers(3, size=120), 3)


def trained(trust: str = "local", seed: int = 0, **changes: Any) -> Trained:
    protocol, noise = replace(TRAINING, rounds=5, **changes), np.random.SeedSequence(seed)
    copies = "nested" if trust == "local" else "independent"
    return train_versions(SOLD, VERSIONS, protocol, noise, trust, copies, records=COUNTS, dataset=made_up())


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 10**6),
    st.integers(2, 12),
    st.integers(2, 4),
    st.integers(1, 25),
    st.floats(0.1, 4.0),
    st.floats(0.0, 0.5),
    st.booleans(),
)
def test_a_record_moves_the_finished_model_by_no_more_than_is_said(
    seed: int, records: int, classes: int, rounds: int, rate: float, noise: float, replaced: bool
) -> None:
    generator = np.random.default_rng(seed)
    features = generator.normal(size=(records, 3)) ** 3
    features /= np.linalg.norm(features, axis=1, keepdims=True)
    labels = generator.integers(classes, size=records)
    weight = generator.exponential(size=records) ** 2
    weight /= weight.sum()
    descent = Descent(rounds, TRAINING.clip, rate, classes)
    whole = fit(features, labels, weight, noise, descent, seed)
    if replaced:
        other_features, other_labels = features.copy(), labels.copy()
        other_features[0], other_labels[0] = -features[0], (labels[0] + 1) % classes
        other = fit(other_features, other_labels, weight, noise, descent, seed)
    else:  # the declared counts, and so the weights, stay as they are
        other = fit(features[1:], labels[1:], weight[1:], noise, descent, seed)
    bound = rounds * rate * weight[0] * TRAINING.clip * (2 if replaced else 1)
    assert np.linalg.norm(whole - other) <= bound * (1 + 1e-9)


def test_the_bound_is_nearly_reached_and_steps_must_be_short() -> None:
    """A record that counts little, beside two that disagree: their optimum, zero, is where the loss curves most."""
    features, labels, weight = np.ones((3, 1)), np.array([0, 1, 0]), np.array([0.001, 0.4995, 0.4995])

    def moved(rate: float, rounds: int) -> float:
        """How far the first record moves the model, in units of what is said."""
        descent = Descent(rounds, TRAINING.clip, rate, 2)
        whole, other = (fit(features[k:], labels[k:], weight[k:], 0.0, descent, 3) for k in (0, 1))
        return float(np.linalg.norm(whole - other) / (rounds * rate * weight[0] * TRAINING.clip))

    assert moved(4.0, 1) == pytest.approx(0.5)
    assert max(moved(4.0, rounds) for rounds in range(1, 40)) <= 1
    assert max(moved(40.0, rounds) for rounds in range(1, 40)) > 2


def test_each_version_keeps_its_budget_for_the_record_that_counts_most() -> None:
    found = trained().told
    assert isinstance(found, FinishedModel)
    assert int(np.argmax(found.moved)) == 3
    for epsilon, noise in zip(VERSIONS, found.noise, strict=True):
        assert delta_of(found.moved[3] / noise, float(epsilon)) == pytest.approx(1e-5, rel=1e-6)
    assert found.noise[1] > found.noise[2] > found.noise[0]
    adjacent = trained(adjacency="replace-one").told
    assert isinstance(adjacent, FinishedModel)
    assert adjacent.moved == pytest.approx(2 * found.moved)


def test_an_owner_is_told_the_better_of_two_protections() -> None:
    found = trained().told
    assert isinstance(found, FinishedModel)
    told = found.each()
    for owner, epsilon in enumerate((2, 0, 0.5, 8)):
        if epsilon == 0:
            assert found.mu[owner] == found.moved[owner] == 0
            assert told[owner].tolist() == [0, 0, 0]
            continue
        assert delta_of(found.mu[owner], epsilon) == pytest.approx(1e-5, rel=1e-6)
        for version, noise in enumerate(found.noise):
            assert told[owner, version] == min(found.mu[owner], found.moved[owner] / noise)
    # the best version, of ε = 40, protects the owner of ε = 8 less than the training, the owner of ε = 1/2 more
    assert told[3, 0] == found.mu[3]
    assert told[2, 0] < found.mu[2]
    # the owner who sold ε = 1/2 is never told more of, whatever the version's own ε
    assert epsilon_at(told[2], 1e-5).max() <= 0.5 * (1 + 1e-9)


def test_nested_versions_tell_together_what_the_best_tells() -> None:
    mu, moved, noise = np.array([9.0, 0.1]), np.array([3.0, 3.0]), np.array([1.0, 3.0, 1.5])
    nested, independent = (FinishedModel(mu, moved, noise, copies) for copies in ("nested", "independent"))
    assert nested.together([0, 1, 2]).tolist() == [3.0, 0.1]
    assert nested.together([1, 2]).tolist() == [2.0, 0.1]
    composed = 3 * math.sqrt(1 + 1 / 9 + 1 / 2.25)
    assert independent.together([0, 1, 2]).tolist() == pytest.approx([composed, 0.1])
    assert nested.together([]).tolist() == [0, 0]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["0", "0.1", "1", "4", "30"]), st.integers(1, 9)), min_size=2, max_size=6),
    st.lists(st.sampled_from([0.2, 0.5, 1.0, 3.0, 10.0]), min_size=1, max_size=4, unique=True),
    st.sampled_from(["add-or-remove", "replace-one"]),
)
def test_versions_that_are_trained_by_themselves_tell_no_more_than_was_sold(
    owners: list[tuple[str, int]], epsilon: list[float], adjacency: Any
) -> None:
    """By the definition: how far a record moves the sum of a round, in standard deviations of its noise, √T times."""
    if all(sold == "0" for sold, _ in owners):
        return
    rounds, counts = 3, [count for _, count in owners]
    protocol = replace(TRAINING, rounds=rounds, clip=0.5, learning_rate=8.0, adjacency=adjacency)
    found = train_versions(
        budgets_of([sold for sold, _ in owners]),
        [Fraction(value) for value in epsilon],
        protocol,
        np.random.SeedSequence(0),
        "secure-sum",
        records=counts,
        dataset=made_up(),
    ).told
    assert isinstance(found, OwnTraining)
    moves = protocol.clip * (2 if adjacency == "replace-one" else 1)
    for place, (sold, _) in enumerate(owners):
        mu = [math.sqrt(rounds) * moves * found.weight[place, j] / found.noise[j] for j in range(len(epsilon))]
        if sold == "0":
            assert mu == [0.0] * len(epsilon)
            continue
        assert all(delta_of(value, label) <= 1e-5 for value, label in zip(mu, epsilon, strict=True))
        assert delta_of(math.hypot(*mu), float(sold)) <= 1e-5
    assert (np.array(counts) @ found.weight) == pytest.approx(np.ones(len(epsilon)))


def test_what_a_step_tells_is_found_from_its_noise_again() -> None:
    for trust in ("local", "secure-sum"):
        told = trained(trust).told
        own = isinstance(told, OwnTraining)
        step = {
            "trust": trust,
            "rounds": 5,
            "copies": "nested",
            "release": {"sensitivity": TRAINING.release.sensitivity},
            "versions": [{"noise": value} for value in told.noise],
            "owners": [
                {
                    "sigma": None if own or not told.mu[place] else math.sqrt(5) / told.mu[place],
                    "moves_model_by": None if own else told.moved[place],
                    "version_weight": told.weight[place].tolist() if own else None,
                }
                for place in range(4)
            ],
        }
        assert told_by(step).each() == pytest.approx(told.each())
        assert told_by(step).together([0, 2]) == pytest.approx(told.together([0, 2]))


@pytest.mark.parametrize("copies", ["nested", "independent"])
def test_noises_have_their_size_and_hang_together_as_they_are_said_to(copies: str) -> None:
    levels = np.array([1.0, 3.0, 2.0])
    first, second, third = noised(np.zeros((600, 500)), levels, copies, np.random.default_rng(5))
    assert [head.std() for head in (first, second, third)] == pytest.approx(levels.tolist(), rel=0.01)
    best_in_others = [float(np.mean(first * other)) for other in (second, third)]
    expected = 1.0 if copies == "nested" else 0.0  # the variance shared with the best, which is 1
    assert best_in_others == pytest.approx([expected, expected], abs=0.02)
    shared = float(np.mean(second * third))
    assert shared == pytest.approx(4.0 if copies == "nested" else 0.0, abs=0.05)


@pytest.mark.parametrize("trust", ["local", "secure-sum"])
def test_noise_follows_from_what_it_is_drawn_from_and_from_nothing_else(trust: str) -> None:
    one, same, other = trained(trust), trained(trust), trained(trust, seed=1)
    assert all(np.array_equal(a, b) for a, b in zip(one.versions, same.versions, strict=True))
    assert one.mean_accuracy == same.mean_accuracy
    assert not np.array_equal(one.versions[0], other.versions[0])
    unseeded = [trained(trust, seed=np.random.SeedSequence().entropy) for _ in range(2)]  # type: ignore[arg-type]
    assert not np.array_equal(unseeded[0].versions[0], unseeded[1].versions[0])


def test_better_versions_are_better_on_real_digits() -> None:
    sold, epsilon = budgets_of([20] * 10), [Fraction(1, 10), Fraction(1), Fraction(10)]
    found = train_versions(sold, epsilon, TRAINING, np.random.SeedSequence(0))
    mean = found.mean_accuracy
    assert mean[0] < mean[1] < mean[2]
    assert found.accuracy_without_noise > 0.85
    assert mean[2] > 0.8
    assert mean[0] < 0.4


def test_noise_in_the_sum_leaves_cheap_versions_worth_more_than_noise_on_the_model() -> None:
    sold, epsilon = budgets_of([2] * 10), [Fraction(3, 10), Fraction(1), Fraction(3)]
    own, finished = (
        train_versions(sold, epsilon, TRAINING, np.random.SeedSequence(0), trust, copies)
        for trust, copies in (("secure-sum", "independent"), ("local", "nested"))
    )
    assert own.accuracy is None
    assert all(a > b + 0.02 for a, b in zip(own.mean_accuracy, finished.mean_accuracy, strict=True))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"clip": 1.0}, "clip"),
        ({"clip": 1.4142135623730949}, "clip"),
        ({"learning_rate": 4.000001}, "learning_rate"),
        ({"rounds": 0}, "rounds"),
        ({"interval": "t"}, "interval"),
    ],
)
def test_a_training_whose_versions_have_no_known_privacy_is_refused(given: dict[str, Any], words: str) -> None:
    with pytest.raises(mp.InputError, match=words):
        check_training(market_protocol(given), "local")
