"""Baselines of the field: their formulas against plain computations, their account against other people's, refusals."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import brentq, minimize
from scipy.stats import norm

import mechproof as mp
from mechproof.cli import run
from mechproof.dpfl.training.aggregate_engine import Descent
from mechproof.dpfl.training.baselines.individual import Bounded, Sampled, sample, scale
from mechproof.dpfl.training.baselines.plans import PLANS, rebuilt
from mechproof.dpfl.training.baselines.rebuilt import Population
from mechproof.dpfl.training.baselines.robust_hdp import NoiseAware, robust_pca
from mechproof.dpfl.training.baselines.secure_sum import secure_sum
from mechproof.dpfl.training.baselines.selection import SHARE, Selected, probabilities, selection
from mechproof.dpfl.training.catalogue import BASELINES, LEFT_OUT, SECURE
from mechproof.dpfl.training.data import Dataset
from mechproof.dpfl.training.linear_engine import LinearEngine
from mechproof.dpfl.training.protocol import Protocol, protocol_from
from mechproof.dpfl.training.results import TrainingResult
from mechproof.formulations.errors import InputError
from mechproof.solvers.commands.schema import check_document

pytest.importorskip("torch")

SEED = np.random.SeedSequence(7)
FEW = Population(np.array([0.5, 1.0, 2.0, 0.0, 8.0]), np.array([3, 5, 4, 2, 6]), np.array([4.0, 1, 2, 1, 0.5]), 12)


def exact_epsilon(mu: float, delta: float) -> float:
    """ε of μ-Gaussian privacy at δ, from its definition."""

    def excess(epsilon: float) -> float:
        return float(norm.cdf(mu / 2 - epsilon / mu) - np.exp(epsilon) * norm.cdf(-mu / 2 - epsilon / mu)) - delta

    return float(brentq(excess, 1e-9, 600.0, xtol=1e-12))


def records(count: int = 20, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    generator = np.random.default_rng(seed)
    owner = np.repeat(np.arange(5), FEW.records)
    return generator.standard_normal((count, 4)) * 3, generator.integers(0, 3, count), owner


def gradients(features: np.ndarray, labels: np.ndarray, head: np.ndarray) -> np.ndarray:
    """Every record's gradient of the softmax cross-entropy, one by one."""
    found = []
    for x, y in zip(features, labels, strict=True):
        scores = np.exp(x @ head - np.max(x @ head))
        found.append(np.outer(x, scores / scores.sum() - np.eye(head.shape[1])[y]))
    return np.array(found)


@pytest.mark.parametrize("adjacency", ["add-or-remove", "replace-one"])
@pytest.mark.parametrize("name", [SECURE, "idp-sgd-scale"])
def test_what_a_record_moves_over_the_noise_is_what_its_budget_allows(name: str, adjacency: str) -> None:
    """From the noise and the weights that are trained with, by the definition of Gaussian privacy."""
    protocol = Protocol(rounds=20, adjacency=adjacency, delta=1e-4)  # type: ignore[arg-type]
    made = rebuilt(name, FEW, protocol, 20)
    bound = made.wrapped.bounds if isinstance(made.wrapped, Bounded) else np.full(5, protocol.clip)
    twice = 2 if adjacency == "replace-one" else 1
    for client, budget in enumerate(FEW.epsilon):
        if budget:
            moved = twice * made.aggregate.record_weight[client] * bound[client]
            spent = exact_epsilon(float(np.sqrt(20) * moved / made.deviation), 1e-4)
            assert spent <= budget * (1 + 1e-9)
            assert made.epsilon[client] == pytest.approx(spent, rel=1e-8)
            assert spent == pytest.approx(budget, rel=1e-6) or name == SECURE
    assert made.epsilon[3] == 0


def test_bounds_of_scale_are_the_clip_in_the_mean() -> None:
    made = scale(FEW, Protocol(clip=0.7), 30)
    assert isinstance(made.wrapped, Bounded)
    present = FEW.epsilon > 0
    assert np.average(made.wrapped.bounds[present], weights=FEW.records[present]) == pytest.approx(0.7)


def test_a_record_is_clipped_at_its_clients_bound() -> None:
    features, labels, owner = records()
    bounds, head = np.array([0.1, 0.5, 1.0, 2.0, 9.0]), np.random.default_rng(1).standard_normal((4, 3))
    linear = LinearEngine(features, labels, owner, Descent(1, 1.0, 1.0, 3))
    weight = np.array([0.2, 0.1, 0.3, 0.0, 0.4])
    given = Bounded(bounds)(linear, SEED).contribute({"head": head}, weight, 0)
    total = np.zeros((4, 3))
    for gradient, client in zip(gradients(features, labels, head), owner, strict=True):
        total += weight[client] * gradient * min(1, bounds[client] / np.linalg.norm(gradient))
    assert np.allclose(given.total["head"], total)
    assert given.largest_norm <= 9


def test_records_are_drawn_at_their_clients_rates() -> None:
    features, labels, owner = records()
    linear = LinearEngine(features, labels, owner, Descent(1, 1.0, 1.0, 3))
    rate, rounds = np.array([0.05, 0.3, 0.6, 0.0, 1.0]), 400
    engine = Sampled(linear, SEED, rate)
    whole = linear.contribute(linear.start(), np.array([0, 0, 0, 0, 1.0]), 0).total["head"]
    part = np.array([0, 0.5, 0, 0, 0])
    some = linear.contribute(linear.start(), part, 0).total["head"]
    drawn = [engine.contribute(engine.start(), part, round).total["head"] for round in range(rounds)]
    ratio = float(np.mean([np.vdot(one, some) for one in drawn]) / np.vdot(some, some))
    assert abs(ratio - 0.3) < 0.06  # three deviations
    assert len({one.tobytes() for one in drawn}) > 10
    always = engine.contribute(engine.start(), np.array([0, 0, 0, 0, 1.0]), 3)
    assert np.allclose(always.total["head"], whole)
    assert always.participants == (4,)


@pytest.mark.slow
def test_rates_of_sample_keep_budgets_by_another_account() -> None:
    from dp_accounting import GaussianDpEvent, PoissonSampledDpEvent, SelfComposedDpEvent
    from dp_accounting.pld import PLDAccountant

    protocol = Protocol(rounds=30)
    people = Population(np.array([0.5, 2.0, 8.0]), np.array([5, 5, 5]), np.ones(3), 12)
    made = sample(people, protocol, 30)
    rate = made.wrapped.rate  # type: ignore[attr-defined]
    assert rate[0] < rate[1] < rate[2] <= 1
    batch = float(people.records @ rate)
    assert np.allclose(made.aggregate.record_weight, 1 / batch)
    sigma = float(made.deviation) * batch / protocol.clip
    for index, budget in enumerate(people.epsilon):
        accountant = PLDAccountant(value_discretization_interval=1e-4)
        event = PoissonSampledDpEvent(float(rate[index]), GaussianDpEvent(sigma))
        epsilon = accountant.compose(SelfComposedDpEvent(event, 30)).get_epsilon(1e-5)
        assert epsilon <= budget * (1 + 1e-3)
        assert epsilon > 0.99 * budget or rate[index] == 1
        assert made.epsilon[index] == pytest.approx(epsilon, rel=2e-3)
        assert made.epsilon[index] <= budget


def test_selection_has_the_least_variance_of_its_cost() -> None:
    protocol = Protocol()
    sigma = FEW.needed(protocol, np.full(5, 30))
    found = probabilities(FEW, protocol, sigma)
    who = np.flatnonzero(FEW.epsilon > 0)
    part = FEW.records[who] / FEW.records[who].sum()
    square = protocol.clip**2 + 12 * (sigma[who] * protocol.clip / FEW.records[who]) ** 2
    price = FEW.cost[who] * FEW.epsilon[who]
    solved = minimize(
        lambda q: np.log(np.sum(part**2 * square / q)),
        np.full(len(who), 0.4),
        bounds=[(1e-3, 1)] * len(who),
        constraints={"type": "ineq", "fun": lambda q: SHARE * price.sum() - price @ q},
        method="SLSQP",
        options={"ftol": 1e-14, "maxiter": 500},
    )
    assert price @ found[who] == pytest.approx(SHARE * price.sum())
    assert np.allclose(found[who], solved.x, atol=2e-3)
    assert found[3] == 0
    assert np.allclose(probabilities(FEW, protocol, sigma, share=1)[who], 1)


def test_who_is_selected_less_often_has_less_noise_and_spends_its_budget() -> None:
    protocol = Protocol()
    made = selection(FEW, protocol, 30)
    releases = made.wrapped.releases  # type: ignore[attr-defined]
    assert len(set(releases.tolist())) > 2
    for client, budget in enumerate(FEW.epsilon):
        if budget:
            sigma = made.deviation[client] / (made.aggregate.record_weight[client] * protocol.clip)  # type: ignore[index]
            mu = float(np.sqrt(releases[client]) / sigma)
            assert exact_epsilon(mu, 1e-5) == pytest.approx(budget, rel=1e-6)
    features, labels, owner = records()
    linear = LinearEngine(features, labels, owner, Descent(30, 1.0, 1.0, 3))
    engine = made.wrapped(linear, SEED)
    assert isinstance(engine, Selected)
    counted = np.zeros(5, dtype=int)
    for round in range(30):
        counted[list(engine.contribute(engine.start(), np.ones(5), round).participants)] += 1
    assert counted.tolist() == releases.tolist()


def test_robust_pca_is_the_convex_programs_optimum() -> None:
    cp = pytest.importorskip("cvxpy")
    matrix = np.outer(np.arange(1, 9), [1.0, -1, 2, 0.5, 1]) + np.random.default_rng(3).standard_normal((8, 5)) * 0.3
    matrix[2, 1], matrix[6, 3] = 6, -5
    low, penalty = cp.Variable((8, 5)), 1 / np.sqrt(8)
    problem = cp.Problem(cp.Minimize(cp.normNuc(low) + penalty * cp.norm1(cp.vec(matrix - low, order="F"))))
    problem.solve(solver="CLARABEL")
    found, sparse = robust_pca(matrix)
    value = np.linalg.svd(found, compute_uv=False).sum() + penalty * np.abs(sparse).sum()
    assert np.allclose(found + sparse, matrix, atol=1e-4)
    assert value == pytest.approx(problem.value, rel=1e-5)
    turned = robust_pca(matrix.T)
    assert np.allclose(turned[1].T, sparse, atol=1e-3)


def test_weights_that_are_guessed_follow_the_noise() -> None:
    owner = np.repeat(np.arange(6), 4)
    generator = np.random.default_rng(5)
    features, labels = generator.standard_normal((24, 30)), generator.integers(0, 4, 24)
    linear = LinearEngine(features, labels, owner, Descent(3, 0.5, 1.0, 4))
    engine = NoiseAware(linear, SEED, np.array([1.0, 1.0, 1.0, 4.0, 4.0, 0.0]))
    weights = engine.weights
    assert weights @ np.full(6, 4) == pytest.approx(1)
    assert weights[5] == 0
    assert min(weights[:3]) > 5 * max(weights[3:])
    rounds = [engine.contribute(engine.start(), np.ones(6), round).total["head"] for round in range(1, 200)]
    spread = np.std(np.array(rounds), axis=0).mean()
    assert spread == pytest.approx(np.linalg.norm(weights * engine.deviation), rel=0.05)
    again = NoiseAware(linear, SEED, engine.deviation)
    first = engine.contribute(engine.start(), np.ones(6), 0).total["head"]
    assert np.array_equal(first, again.contribute(again.start(), np.ones(6), 0).total["head"])


def test_noise_that_is_rounded_down_overspends_and_is_said_so() -> None:
    people = Population(np.array([3.0, 90.0]), np.array([5, 5]), np.ones(2), 12)
    made = rebuilt("robust-hdp", people, Protocol(), 30)
    assert made.published is not None
    for client, budget in enumerate(people.epsilon):
        sigma = round(float(np.sqrt(30) / people_mu(budget)), 2)
        assert made.published[client] == pytest.approx(exact_epsilon(float(np.sqrt(30) / sigma), 1e-5), rel=1e-6)
    assert max(made.published / people.epsilon) > 1.001


def people_mu(budget: float) -> float:
    return float(brentq(lambda mu: exact_epsilon(mu, 1e-5) - budget, 0.05, 20))


def test_half_the_noise_is_seen_in_the_account(monkeypatch: pytest.MonkeyPatch) -> None:
    """A planted fault: the account is of what is trained with, and not of the budgets."""
    needed = Population.needed
    monkeypatch.setattr(Population, "needed", lambda *given: needed(*given) / 2)
    for name in (SECURE, "robust-hdp", "idp-sgd-scale", "jsam"):
        made = rebuilt(name, FEW, Protocol(), 30)
        assert np.max(made.epsilon[[0, 1, 2, 4]] / FEW.epsilon[[0, 1, 2, 4]]) > 1.5, name


@cache
def tiny() -> TrainingResult:
    generator = np.random.default_rng(2)
    labels = np.arange(200) % 2
    features = generator.standard_normal((200, 3)) * 0.3 + np.eye(3)[labels]
    data = Dataset("tiny", "", "", features, labels, 2)
    protocol = Protocol(
        rounds=4, repetitions=2, pilot_repetitions=1, learning_rate=4, baselines=("robust-hdp", "idp-sgd-scale", "jsam")
    )
    return mp.train([1.0, 4.0, 8.0, 0.0], protocol, dataset=data, costs=[3, 1, 1, 1])


def test_each_is_compared_under_the_trust_that_it_assumes() -> None:
    found = {one.baseline.name: one for one in tiny().baselines}
    assert {name: one.contrast.first for name, one in found.items()} == {
        "robust-hdp": "mechanism",
        "idp-sgd-scale": "mechanism/secure-sum",
        "jsam": "mechanism",
    }
    for name, one in found.items():
        first, second = tiny().arm(one.contrast.first).accuracy, tiny().arm(name).accuracy
        assert one.contrast.interval.mean == pytest.approx(np.mean(first) - np.mean(second))
        assert one.spent.most_of_budget <= 1
        assert one.holm_p_value >= one.contrast.sign_flip_p_value
        assert tiny().contrast(one.contrast.first, name) is one.contrast
    assert found["robust-hdp"].published is not None


def test_the_family_of_the_others_is_what_it_was() -> None:
    named = {one.second for one in tiny().secondary}
    assert not named & {*BASELINES, SECURE}


def test_the_document_is_in_order_and_it_is_shown(tmp_path: Path) -> None:
    document = json.loads(json.dumps(tiny().document()))
    check_document(document)
    assert [one["name"] for one in document["baselines"]] == ["robust-hdp", "idp-sgd-scale", "jsam"]
    assert "true ε of budget" in str(tiny())
    page = mp.report(document, tmp_path / "page.md")
    assert "Nobody spends more than its budget" in (tmp_path / "page.md").read_text(encoding="utf-8"), page


def test_a_study_without_them_says_nothing_of_them() -> None:
    assert "baselines" not in replace(tiny(), baselines=()).document()


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"baselines": ["gdpfed+"]}, "is left out"),
        ({"baselines": ["fedprox"]}, "is unknown"),
        ({"baselines": "jsam"}, "must be a list"),
        ({"baselines": ["jsam"], "unit": "client"}, "rebuilt for records"),
        ({"baselines": ["jsam"], "drop_out": 0.1}, "rebuilt for records"),
    ],
)
def test_what_cannot_be_rebuilt_is_refused(asked: dict[str, object], said: str) -> None:
    with pytest.raises(InputError, match=said):
        protocol_from(asked)


def test_costs_and_modules_that_do_not_fit_are_refused() -> None:
    torch = pytest.importorskip("torch")
    protocol = Protocol(baselines=("jsam",))
    with pytest.raises(InputError, match="there are 2 clients"):
        mp.train([1.0, 2.0], protocol, costs=[1.0])
    with pytest.raises(InputError, match="costs"):
        mp.train([1.0, 2.0], protocol, costs=[1.0, -1.0])
    with pytest.raises(InputError, match="linear head"):
        mp.train([1.0, 2.0], protocol, model=torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(64, 10)))


def test_the_command_refuses_what_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["train", "examples/stackelberg.toml", "--baselines", "robust-hdp,gdpfed+"]) == 2
    assert "is left out" in capsys.readouterr().err
    assert set(LEFT_OUT) == {"gdpfed+"}
    assert set(PLANS) == {SECURE, *BASELINES}
    assert secure_sum(FEW, Protocol(), 30).aggregate.effective_records < FEW.records.sum()
