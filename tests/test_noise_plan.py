"""Plans of noise against high-precision arithmetic that shares no code with them: nobody overspends."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import mechproof as mp
from mechproof.dpfl.accounting.plan import NoisePlan

ASKED: dict[str, Any] = {"delta": 1e-5, "rounds": 30, "unit": "record", "adjacency": "add-or-remove"}


def spent(mu: float, delta: float) -> float:
    """ε of μ-GDP in 40 digits, by bisection of the textbook formula."""
    with mpmath.workdps(40):
        m = mpmath.mpf(mu)

        def excess(epsilon: mpmath.mpf) -> mpmath.mpf:
            first = mpmath.ncdf(m / 2 - epsilon / m)
            return first - mpmath.exp(epsilon) * mpmath.ncdf(-m / 2 - epsilon / m) - mpmath.mpf(delta)

        low, high = mpmath.mpf(0), m**2 / 2 + 12 * m
        for _ in range(90):
            middle = (low + high) / 2
            low, high = (middle, high) if excess(middle) > 0 else (low, middle)
        return float(high)


def seen_by_server(plan: NoisePlan, client: int, noise: float | None = None) -> float:
    """μ of a client from the definition: how far it moves what is seen, over the noise in it, over all its releases."""
    if plan.trust == "local":
        ratio = 1 / plan.sigma[client]
    else:
        ratio = plan.weight[client] * plan.sensitivity / (noise or plan.noise)
    return float(np.sqrt(plan.releases[client]) * ratio)


@pytest.mark.parametrize("trust", ["local", "secure-sum"])
@pytest.mark.parametrize("adjacency", ["add-or-remove", "replace-one"])
@pytest.mark.parametrize("unit", ["record", "client"])
def test_everybody_spends_the_budget_and_no_more(trust: str, adjacency: str, unit: str) -> None:
    asked = {**ASKED, "adjacency": adjacency, "unit": unit, "clip": 0.7, "delta": [1e-5, 1e-6, 1e-4, 1e-5]}
    plan = mp.calibrate([0.1, 2, 50, 0], trust=trust, **asked)
    assert plan.sensitivity == (0.7 if adjacency == "add-or-remove" else 1.4)
    for client, budget in enumerate([0.1, 2, 50]):
        epsilon = spent(seen_by_server(plan, client), float(plan.delta[client]))
        assert budget * (1 - 1e-9) < epsilon <= budget
        assert plan.epsilon_server[client] == pytest.approx(epsilon, rel=1e-9)
        assert plan.epsilon_server[client] <= budget
    assert np.isinf(plan.sigma[3])
    assert (plan.weight[3], plan.mu_server[3], plan.epsilon_public[3]) == (0, 0, 0)
    assert np.sum(plan.records * plan.weight) == pytest.approx(1)


def test_an_own_number_of_releases_needs_less_noise() -> None:
    plan = mp.calibrate([10, 10], trust="local", releases=[30, 20], **ASKED)
    as_all = float(np.sqrt(20) / plan.sigma[0])
    assert spent(as_all, 1e-5) == pytest.approx(7.81, abs=0.005)  # what 20 releases with the noise of 30 would spend
    assert plan.epsilon_server == pytest.approx([10, 10])
    assert plan.sigma[1] == pytest.approx(plan.sigma[0] * np.sqrt(2 / 3))


def test_a_drop_out_makes_nobody_overspend_unless_weights_are_renormalised() -> None:
    plan = mp.calibrate([0.1, 0.1, 2], trust="secure-sum", **ASKED)
    assert spent(seen_by_server(plan, 0), 1e-5) <= 0.1  # the third is gone: weight and noise of the sum are as planned
    renormalised = plan.weight[0] / plan.weight[:2].sum()
    overspent = spent(float(np.sqrt(30) * renormalised / plan.noise), 1e-5)
    assert overspent == pytest.approx(1.1, abs=0.05)


def test_noise_of_the_weighted_sum_follows_from_what_each_adds() -> None:
    local = mp.calibrate([1, 3, 9], trust="local", records=[5, 1, 20], clip=2.0, **ASKED)
    assert local.noise == pytest.approx(2 * np.sqrt(np.sum((local.weight * local.sigma) ** 2)))
    joint = mp.calibrate([1, 3, 9], trust="secure-sum", records=[5, 1, 20], clip=2.0, **ASKED)
    assert joint.noise == pytest.approx(2 * np.sqrt(np.sum((joint.weight * joint.sigma) ** 2)))


def test_least_noise_is_what_theory_says() -> None:
    records, epsilon = np.array([5, 1, 20]), [1, 3, 9]
    mu = np.sqrt(30) / mp.calibrate(epsilon, trust="local", **ASKED).sigma
    local = mp.calibrate(epsilon, trust="local", records=records, **ASKED)
    joint = mp.calibrate(epsilon, trust="secure-sum", records=records, **ASKED)
    assert local.noise == pytest.approx(np.sqrt(30) / np.sqrt(np.sum(records**2 * mu**2)))
    assert joint.noise == pytest.approx(np.sqrt(30) / np.sum(records * mu))


def test_shares_of_the_noise_suffice_when_those_reply_who_always_do() -> None:
    plan = mp.calibrate([1, 1, 1], trust="secure-sum", releases=[30, 30, 10], **ASKED)
    carried = np.sqrt(np.sum((plan.weight * plan.sigma)[:2] ** 2))
    assert carried >= plan.noise * (1 - 1e-12)


def test_the_public_sees_less_than_the_server_of_local_noise() -> None:
    plan = mp.calibrate([1, 2, 4], trust="local", **ASKED)
    s = np.sqrt(np.sum((plan.weight * plan.sigma) ** 2))
    assert plan.mu_public == pytest.approx(np.sqrt(30) * plan.weight / s)
    assert np.all(plan.mu_public < plan.mu_server)
    absent = mp.calibrate([1, 2, 4], trust="local", releases=[30, 30, 1], **ASKED)
    alone = np.sqrt(np.sum((absent.weight * absent.sigma)[:2] ** 2))  # nobody else's noise is counted on
    assert absent.mu_public[0] == pytest.approx(np.sqrt(30) * absent.weight[0] / alone)


def test_both_units_are_stated() -> None:
    """A client with ε = 2 and 7, 50, 359 records has as a whole ε = 20.5, 420, 16,977."""
    plan = mp.calibrate([2, 2, 2], trust="local", records=[7, 50, 359], **ASKED)
    whole = [row["epsilon_of_client"] for row in plan.rows()]
    assert whole == pytest.approx([20.5, 420, 16977], rel=5e-3)
    assert whole == pytest.approx(
        [spent(float(n * m), 1e-5) for n, m in zip(plan.records, plan.mu_server, strict=True)]
    )
    asked = {**ASKED, "unit": "client"}
    moved = mp.calibrate([2], trust="local", **asked)  # a record moves a clipped update by up to twice the clip
    assert moved.rows()[0]["epsilon_of_record"] == pytest.approx(spent(2 * float(moved.mu_server[0]), 1e-5))
    within = mp.calibrate([2], trust="local", **{**asked, "adjacency": "replace-one"})
    assert within.rows()[0]["epsilon_of_record"] == pytest.approx(2)


def test_the_best_attack_gains_what_the_row_says() -> None:
    row = mp.calibrate([4], trust="local", **ASKED).rows()[0]
    generator = np.random.default_rng(5)
    shift = row["mu_server"]  # all releases together are one look at N(μ, 1) against N(0, 1)
    true, false = (generator.normal(mean, 1, 400_000) > shift / 2 for mean in (shift, 0))
    assert true.mean() - false.mean() == pytest.approx(row["advantage_server"], abs=0.005)


def test_a_plan_is_plain_data() -> None:
    document = json.loads(json.dumps(mp.calibrate({"anna": "1/3", "bert": 0}, trust="secure-sum", **ASKED).document()))
    assert document["trust"] == "secure-sum"
    assert document["clients"][0]["budget"] == "1/3"
    assert document["clients"][1]["sigma"] is None


@given(
    epsilon=st.lists(st.floats(1e-3, 100), min_size=1, max_size=6),
    data=st.data(),
    trust=st.sampled_from(["local", "secure-sum"]),
    learning_rate=st.sampled_from([None, 1.0, 60.0]),
)
def test_no_weights_overspend(
    epsilon: list[float], data: st.DataObject, trust: str, learning_rate: float | None
) -> None:
    records = data.draw(st.lists(st.integers(1, 100), min_size=len(epsilon), max_size=len(epsilon)))
    plan = mp.calibrate(epsilon, trust=trust, records=records, learning_rate=learning_rate, **ASKED)
    assert np.sum(plan.records * plan.weight) == pytest.approx(1)
    assert np.all(plan.epsilon_server <= np.array(epsilon))
    assert np.all(plan.mu_public <= plan.mu_server * (1 + 1e-12))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"trust": "nobody"}, "trust = 'nobody': is unknown"),
        ({"unit": "patient"}, "unit = 'patient': is unknown"),
        ({"adjacency": "near"}, "adjacency = 'near': is unknown"),
        ({"delta": [1e-5]}, r"delta = 'shape \(1,\)': there are 2 clients"),
        ({"delta": [1e-5, 0]}, r"delta\[1\] = 0.0"),
        ({"records": [1, -1]}, r"records\[1\] = -1: must be a whole number"),
        ({"records": [1, 1.5]}, r"records\[0\] = 1.0: must be a whole number"),
        ({"releases": [31, 1]}, r"releases\[0\] = 31: client anna cannot take part in more than rounds = 30"),
        ({"records": [0, 0]}, "nobody takes part"),
        ({"unit": "client", "records": [3, 4]}, "a client's whole update counts once"),
        ({"clip": 0.0}, "clip = 0.0"),
        ({"learning_rate": 0}, "learning_rate = 0"),
        ({"rounds": 0}, "rounds = 0"),
    ],
)
def test_what_breaks_a_rule_is_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(mp.InputError, match=message):
        mp.calibrate({"anna": 1, "bert": 2}, **{**ASKED, "trust": "local", **change})


def test_trust_is_asked_for() -> None:
    with pytest.raises(TypeError, match="trust"):
        mp.calibrate([1], **ASKED)  # type: ignore[call-arg]


@pytest.mark.slow
@pytest.mark.parametrize("sampled", [{}, {"sampling_rate": 0.1, "records": [50, 50]}], ids=["whole", "sampled"])
@pytest.mark.parametrize("trust", ["local", "secure-sum"])
def test_what_a_plan_spends_is_of_its_noise_and_not_of_its_budgets(trust: Any, sampled: dict[str, Any]) -> None:
    """Noise that was calibrated wrongly is seen in the account, though the plan was told that it is enough."""
    asked = {"delta": 1e-5, "rounds": 20, "unit": "record", "adjacency": "add-or-remove", **sampled}
    plan = mp.calibrate([1, 4], trust=trust, **asked)  # type: ignore[arg-type]
    weak = replace(plan, needed=plan.needed / 2, sigma=plan.sigma / 2, noise=plan.noise / 2)
    assert (plan.epsilon_server <= [1, 4]).all()
    assert (weak.epsilon_server > np.array([1.5, 6])).all()
    assert (weak.advantage_server > plan.advantage_server).all()
