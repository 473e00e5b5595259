"""Accounts of sampled releases against simulation, quadrature and dp-accounting itself, scheme by scheme."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

import mechproof as mp
from mechproof.dpfl.accounting.allocation import mean_of_ratios
from mechproof.dpfl.accounting.curve import curve_of_budgets
from mechproof.dpfl.accounting.sampling import Draw, Sampling

accounting = pytest.importorskip("dp_accounting")
ASKED: dict[str, Any] = {"delta": 1e-5, "rounds": 30, "unit": "record", "adjacency": "add-or-remove", "trust": "local"}


def poisson_epsilon(sigma: float, rate: float, rounds: int, relation: Any = None) -> float:
    """ε by dp-accounting's own accountant, on its own grid."""
    relation = relation or accounting.NeighboringRelation.ADD_OR_REMOVE_ONE
    accountant = accounting.pld.PLDAccountant(relation, value_discretization_interval=2e-4)
    accountant.compose(accounting.PoissonSampledDpEvent(rate, accounting.GaussianDpEvent(sigma)), rounds)
    return float(accountant.get_epsilon(1e-5))


@pytest.mark.slow
def test_poisson_budgets_are_kept_and_nearly_used() -> None:
    plan = mp.calibrate([0.3, 1, 4, 0, 11], sampling_rate=0.1, **ASKED)
    for sigma, budget in zip(plan.sigma[[0, 1, 2, 4]], [0.3, 1, 4, 11], strict=True):
        assert 0.99 * budget < poisson_epsilon(float(sigma), 0.1, 30) <= budget
    assert np.all(plan.epsilon_server <= plan.budgets.epsilon)
    assert plan.epsilon_server[[0, 1, 2, 4]] == pytest.approx([0.3, 1, 4, 11], rel=0.01)
    whole = mp.calibrate([0.3, 1, 4, 0, 11], **ASKED)
    assert np.all(plan.sigma[plan.participates] < whole.sigma[plan.participates])


@pytest.mark.parametrize(
    "draw",
    [
        pytest.param(Draw("poisson", 0.02, "add-or-remove"), marks=pytest.mark.slow),
        Draw("fixed-size", 0.1, "replace-one"),
        pytest.param(Draw("random-allocation", 0.05, "add-or-remove"), marks=pytest.mark.slow),
        pytest.param(Draw("truncated-poisson", 0.1, "add-or-remove", 300, 40), marks=pytest.mark.slow),
    ],
    ids=lambda draw: draw.scheme,
)
def test_noise_between_the_knots_never_exceeds_the_budget(draw: Draw) -> None:
    curve = curve_of_budgets(draw, 60, 1e-5, 0.2, 12.0)
    budgets = np.exp(np.random.default_rng(7).uniform(np.log(0.2), np.log(12), 12))
    sigma = curve.sigma_at(budgets)
    for budget, noise, said, told in zip(
        budgets, sigma, curve.epsilon_at(sigma), curve.advantage_at(sigma), strict=True
    ):
        true, advantage = draw.spent(float(noise), 60, 1e-5)
        assert 0.99 * budget < true <= budget
        assert true <= said < 1.01 * true
        assert advantage <= told < 1.01 * advantage


def test_replaced_records_are_accounted_for_in_units_of_the_sensitivity() -> None:
    """dp-accounting's unit is the clip, ours is Δ = 2C."""
    epsilon, _ = Draw("poisson", 0.1, "replace-one").spent(1.5, 30, 1e-5)
    replaced = poisson_epsilon(3.0, 0.1, 30, accounting.NeighboringRelation.REPLACE_ONE)
    assert epsilon == pytest.approx(replaced, rel=2e-3)


def hockey_stick(p: Any, q: Any, epsilon: float) -> float:
    return float(quad(lambda x: max(p(x) - np.exp(epsilon) * q(x), 0), -40, 60, limit=2000, epsabs=1e-12)[0])


@pytest.mark.parametrize("other", [1.0, 0.3, *(pytest.param(x, marks=pytest.mark.slow) for x in (0.0, -1.0))])
def test_a_fixed_batch_where_a_record_is_replaced(other: float) -> None:
    """Worlds that can be: absent, another record y is in; present, x or x'. All lie within the clip; Δ is 2."""
    sigma, rate = 1.2, 0.2
    draw = Draw("fixed-size", rate, "replace-one")
    losses = draw._losses(sigma, 1)

    def world(record: float) -> Any:
        return lambda x: (1 - rate) * norm.pdf(x, other, 2 * sigma) + rate * norm.pdf(x, record, 2 * sigma)

    for epsilon in (0.0, 0.05, 0.3):
        bound = losses.get_delta_for_epsilon(epsilon)
        for one, two in ((1.0, -1.0), (-1.0, 1.0), (1.0, 0.0)):
            assert hockey_stick(world(one), world(two), epsilon) <= bound + 1e-9
    tight = hockey_stick(
        lambda x: (1 - rate) * norm.pdf(x, 0, sigma) + rate * norm.pdf(x, 1, sigma), norm(0, sigma).pdf, 0.1
    )
    assert losses.get_delta_for_epsilon(0.1) == pytest.approx(tight, rel=2e-3)


@pytest.mark.parametrize("other", [1.0, 0.0, -1.0])
def test_a_fixed_batch_whose_record_leaves_takes_in_another(other: float) -> None:
    sigma, rate = 2.5, 0.2
    losses = Draw("fixed-size", rate, "add-or-remove")._losses(sigma, 1)

    def present(x: float) -> float:
        return float((1 - rate) * norm.pdf(x, other, sigma) + rate * norm.pdf(x, -1.0, sigma))

    def absent(x: float) -> float:
        return float(norm.pdf(x, other, sigma))

    for epsilon in (0.0, 0.1):
        bound = losses.get_delta_for_epsilon(epsilon)
        assert max(hockey_stick(present, absent, epsilon), hockey_stick(absent, present, epsilon)) <= bound + 1e-9


@pytest.mark.parametrize(("sigma", "batches"), [(1.0, 4), (0.5, 10), (2.0, 37)])
def test_random_allocation_against_simulation(sigma: float, batches: int) -> None:
    generator = np.random.default_rng(11)
    without = generator.normal(0, sigma, (200_000, batches))
    within = without.copy()
    within[:, 0] += 1  # by symmetry it is the first batch that the record is in
    values, probability = mean_of_ratios(sigma, batches)
    for epsilon in (0.0, 0.3, 1.0):
        removed = np.maximum(1 - np.exp(epsilon) / np.exp(within / sigma**2 - 0.5 / sigma**2).mean(1), 0)
        added = np.maximum(1 - np.exp(epsilon) * np.exp(without / sigma**2 - 0.5 / sigma**2).mean(1), 0)
        told = 1 - values @ probability
        bounds = (
            told + probability @ np.maximum(values - np.exp(epsilon), 0),
            probability @ np.maximum(1 - np.exp(epsilon) * values, 0),
        )
        for bound, sample in zip(bounds, (removed, added), strict=True):
            error = sample.std() / np.sqrt(len(sample))
            assert sample.mean() - 4 * error - 1e-4 <= bound <= sample.mean() + 4 * error + 2e-3 * bound + 1e-4


def test_one_batch_is_no_sampling_at_all() -> None:
    from mechproof.dpfl.accounting.privacy import epsilon_of

    values, probability = mean_of_ratios(1.7, 1)
    exact = norm.cdf(0.5 / 1.7 - 0.4 * 1.7) - np.exp(0.4) * norm.cdf(-0.5 / 1.7 - 0.4 * 1.7)
    assert probability @ np.maximum(values - np.exp(0.4), 0) == pytest.approx(exact, rel=5e-3)
    plan = mp.calibrate([2], sampling_rate=1, sampling="random-allocation", **ASKED)
    assert float(epsilon_of(plan.sigma[0], 1e-5, 30)) == pytest.approx(2)


def test_schemes_are_not_taken_for_each_other() -> None:
    """With the same noise they spend differently, and a truncation is dearest where it is not looked at."""
    spent = {
        scheme: Draw(scheme, 0.1, "add-or-remove", *extra).spent(1.5, 100, 1e-5)[0]  # type: ignore[arg-type]
        for scheme, extra in (
            ("poisson", ()),
            ("fixed-size", ()),
            ("random-allocation", ()),
            ("truncated-poisson", (1000, 120)),
        )
    }
    assert spent["random-allocation"] < spent["poisson"] < spent["truncated-poisson"] < spent["fixed-size"]


def test_an_epoch_that_was_begun_counts_whole() -> None:
    draw = Draw("random-allocation", 0.1, "add-or-remove")
    assert draw.spent(2.0, 11, 1e-5) == draw.spent(2.0, 20, 1e-5)


def test_weights_of_sampled_sums_still_cover_everybody() -> None:
    plan = mp.calibrate([1, 4], **{**ASKED, "trust": "secure-sum"}, sampling_rate=0.1, records=[40, 10])
    cover = plan.noise / (plan.weight * plan.sensitivity)
    for noise, budget in zip(cover, [1, 4], strict=True):
        assert 0.99 * budget < poisson_epsilon(float(noise), 0.1, 30) <= budget


def test_rounds_for_is_the_most_that_keeps_the_budget() -> None:
    plan = mp.calibrate([3], **{**ASKED, "rounds": 57})
    assert mp.rounds_for(float(plan.sigma[0]), 3, 1e-5) == 57
    assert mp.rounds_for(0.1, 0.5, 1e-5) == 0
    most = mp.rounds_for(2.0, 1.0, 1e-5, sampling_rate=0.1)
    assert poisson_epsilon(2.0, 0.1, most) <= 1.0 < poisson_epsilon(2.0, 0.1, most + 1) + 2e-3
    assert mp.rounds_for(2.0, 1.0, 1e-5, sampling_rate=0.1, sampling="random-allocation") % 10 == 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"sampling": "shuffled"}, "sampling = 'shuffled': is unknown"),
        ({"sampling_rate": 0.0}, "sampling_rate = 0.0: must lie above 0"),
        ({"sampling_rate": 0.3, "sampling": "random-allocation"}, "one over a whole number of batches"),
        ({"sampling_rate": 1e-5, "sampling": "random-allocation"}, "needs more than 10000 batches"),
        ({"sampling": "truncated-poisson", "sampling_rate": 0.1}, "largest_batch = None: belongs to truncated-poisson"),
        ({"largest_batch": 5, "sampling_rate": 0.1}, "largest_batch = 5: belongs to truncated-poisson"),
        ({"unit": "client", "sampling_rate": 0.1}, "the server knows who replies"),
        (
            {"adjacency": "replace-one", "sampling_rate": 0.1, "sampling": "random-allocation"},
            "no bound for a record that is replaced is known here",
        ),
    ],
)
def test_what_cannot_be_accounted_for_is_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(mp.InputError, match=message):
        mp.calibrate([1, 2], **{**ASKED, **change})


def test_a_batch_is_of_whole_records() -> None:
    assert Sampling("fixed-size", 0.1).draw(30, "replace-one").rate == 0.1
    assert Sampling("fixed-size", 0.1).draw(25, "replace-one").rate == 3 / 25
    plan = mp.calibrate([1], records=[1], sampling_rate=0.1, sampling="fixed-size", **ASKED)
    assert plan.sigma[0] == mp.calibrate([1], **ASKED).sigma[0]  # the one record is always in
