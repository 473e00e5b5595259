"""Figures 13 to 16 and the screening rule, against games, contracts and markets that are solved as such."""

from __future__ import annotations

from fractions import Fraction
from math import log
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mechproof as mp
from mechproof.formulations.algebra import read
from mechproof.formulations.contract.formulas import noise
from mechproof.proofs.claims.claim import ClaimVerdict, Counterexample
from mechproof.proofs.claims.register import claim_of, registered
from mechproof.proofs.claims.stackelberg.contract_menus import noise_of_power, noise_slope
from mechproof.proofs.provers.countermodel import search
from mechproof.solvers.readings.vectors import Vectors


def costs_of(name: str) -> dict[str, float]:
    """What a claim's instance says, as floats."""
    (item,) = (one for one in claim_of(f"stackelberg/{name}").evidence if isinstance(one, Counterexample))
    instance = search(item).instance
    assert instance is not None
    return {text: float(value) for text, value in instance.costs.items()}


def contest(cost: list[Any], pool: float) -> Any:
    """The equilibrium budgets for a pool, by the definition: the largest (k − 1)/R of the cheapest."""
    ordered = np.sort(np.asarray(cost, dtype=float))
    z = max(k / ordered[: k + 1].sum() for k in range(1, len(ordered)))
    return pool * z * np.maximum(0, 1 - np.asarray(cost, dtype=float) * z)


def contract(cost: list[Any], count: list[int], pool: float, estimator: str = "unweighted") -> Any:
    return mp.solve(mp.PrivacyContract(cost, count, pool, estimator=estimator)).values


POOL = 3 * log(3) + 4 * log(2)


def test_one_dear_client_turns_figures_14_to_16_round() -> None:
    """Costs 1, 1, 1 and 7/4, for which the contract's menu is (ln 3, ln 2); and the same at (1, 1, 1, 2) with B = 8."""
    menu = contract([1, 1.75], [3, 1], POOL)
    np.testing.assert_allclose(menu["epsilon"], [log(3), log(2)], rtol=1e-6)
    said = costs_of("fig-16-budget-below-contract-unequal")
    assert said["of the contest"] == pytest.approx(contest([1, 1, 1, 1.75], POOL).mean())
    assert said["of the other"] == pytest.approx((3 * log(3) + log(2)) / 4)
    assert said["of the contest"] > said["of the other"]
    menu = contract([1, 2], [3, 1], 8)
    bought = float(menu["epsilon"] @ [3, 1]) / 4
    assert contest([1, 1, 1, 2], 8).mean() == pytest.approx(4 / 3)
    assert bought == pytest.approx(1.209, abs=5e-4)
    assert 10 * np.log1p(40 / 3) - 8 == pytest.approx(18.63, abs=5e-3)
    assert 10 * np.log1p(10 * bought) - 8 == pytest.approx(17.72, abs=5e-3)


def test_clients_have_more_or_less_than_by_the_contract_at_unequal_costs() -> None:
    for name, count in (("above", 10), ("below", 2)):
        said = costs_of(f"fig-13-{name}-contract-unequal")
        pool, cost = said["the pool"], [1.0, 2.5]
        menu = contract(cost, [count, count], pool)
        kept = (menu["payment"] - np.array(cost) * menu["epsilon"]).mean()
        each = [c for c in cost for _ in range(count)]
        sold = contest(each, pool)
        has = pool / len(each) - (np.array(each) * sold).mean()
        assert said["by the contract"] == pytest.approx(kept, rel=1e-6)
        assert said["in the contest"] == pytest.approx(has, rel=1e-6)
        assert (has > kept) == (name == "below")


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.integers(100, 130), min_size=2, max_size=4, unique=True),
    st.integers(1, 3),
    st.integers(1, 40),
    st.sampled_from(["unweighted", "group-weighted"]),
)
def test_where_all_take_part_the_contract_buys_more(cost: list[int], each: int, pool: int, estimator: str) -> None:
    cost = sorted(cost)
    people = [c for c in cost for _ in range(each + 1)]
    sold = contest(people, pool)
    menu = contract(cost, [each + 1] * len(cost), pool, estimator)
    if sold.min() > 0 and float(menu["payment"].sum()) * (each + 1) == pytest.approx(pool):
        assert menu["epsilon"].sum() * (each + 1) > sold.sum()


def test_the_noise_of_a_power_is_the_declared_noise() -> None:
    a, step = Vectors(), 1e-6
    for power in (1.5, 2.0, 3.0, 20.0):
        epsilon = log(power)
        assert noise_of_power(a, power=power) == pytest.approx(read(noise, a, {"epsilon": epsilon}))
        up, down = (read(noise, a, {"epsilon": epsilon + s}) for s in (step, -step))
        assert noise_slope(a, power=power) == pytest.approx((up - down) / (2 * step), rel=1e-5)


def test_the_three_party_instance_is_an_equilibrium_of_the_market() -> None:
    """Prices 1 and 1, budgets 1 and 2, quantities 2 and 1, by the solver of markets."""
    market = mp.ThreePartyMarket(cost=[1, "9/5"], alpha=6, privacy_weight=2, epsilon_max=50)
    stated = mp.candidate(market, price=[1, 1], epsilon=[1, 2], quantity=[2, 1])
    certified = mp.certify(stated, arithmetic="exact")
    assert certified.feasible
    assert certified.optimal
    paid = np.array([1, 1]) * (1 + np.array([1, 2])) * np.array([2, 1])
    assert paid.sum() == 7
    said = costs_of("fig-16-budget-above-three-party-unequal")
    assert said == {
        "of the contest": pytest.approx(contest([1, 1.8], 7).mean()),
        "of the other": pytest.approx(1.5),
    }
    said = costs_of("fig-13-above-three-party-unequal")
    assert said["in the three-party game"] == pytest.approx((7 - 0.5 * 1 - 0.9 * 2) / 2)
    sold = contest([0.5, 0.9], 7)
    assert said["in the contest"] == pytest.approx((7 - sold @ [0.5, 0.9]) / 2)


def test_every_figure_is_settled_against_every_mechanism_at_equal_and_unequal_costs() -> None:
    ids = {item.id.removeprefix("stackelberg/") for item in registered()}
    for opponent in ("static", "random", "contract", "three-party"):
        for costs in ("", "-unequal"):
            assert f"fig-14-server-above-{opponent}{costs}" in ids
            assert f"fig-15-server-above-{opponent}{costs}" in ids
            assert f"fig-16-budget-above-{opponent}{costs}" in ids
            if opponent in ("contract", "three-party"):  # and neither is the opposite of what they show
                opposite = ("fig-14-server", "fig-15-server", "fig-16-budget", "fig-13")
                assert {f"{figure}-below-{opponent}-unequal" for figure in opposite} <= ids
            shared = "-shared" if opponent in ("static", "random") else ""
            assert f"fig-13-above-{opponent}{shared}{costs}" in ids


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 60), min_size=2, max_size=8))
def test_drop_compute_again_and_repeat_ends_at_those_who_take_part(numbers: list[int]) -> None:
    cost = [Fraction(n, 7) for n in numbers]
    left = list(range(len(cost)))
    while dropped := [i for i in left if (len(left) - 1) * cost[i] >= sum(cost[j] for j in left)]:
        left = [i for i in left if i not in dropped]
        assert len(left) >= 2
    solved = mp.solve(mp.StackelbergPricing(cost, alpha=10**4, beta=10**4), arithmetic="exact")
    assert solved.exact is not None
    assert left == [i for i, sold in enumerate(solved.exact["epsilon"]) if sold > 0]


def test_screening_passes_one_too_many() -> None:
    cost = [Fraction(text) for text in ("1/5", "3/10", "3/5", "2", "3")]
    passed = [c for c in cost if c < sum(cost) / 4]
    assert len(passed) == 3
    assert int((contest(list(map(float, cost)), 1.0) > 0).sum()) == 2
    assert claim_of("stackelberg/eq-48-screening").expected == ClaimVerdict.REFUTED


def test_the_group_weighted_menus_are_on_the_side_that_is_claimed() -> None:
    """Pools 60 and 40 for ten owners each at costs 1 and 3/2: the solver's menu, and what it leaves."""
    for pool, more in ((60, True), (40, False)):
        menu = contract([1, 1.5], [10, 10], pool, "group-weighted")
        assert (menu["epsilon"][1] > 1.2) if more else (menu["epsilon"][1] < 0.8)
        kept = (menu["payment"] - np.array([1, 1.5]) * menu["epsilon"]).mean()
        each = [1] * 10 + [1.5] * 10
        has = pool / 20 - (np.array(each) * contest(each, pool)).mean()
        assert (kept > has) == more
        said = costs_of(f"fig-13-{'above' if more else 'below'}-group-weighted-unequal")
        assert said["in the contest"] == pytest.approx(has)
        assert said["by the contract"] == pytest.approx(kept, rel=2e-2, abs=1e-6)


@pytest.mark.parametrize("costs", ["", "-unequal"])
def test_over_draws_the_server_has_more_than_in_the_contest(costs: str) -> None:
    """Its utility is concave: what it has in the mean over draws lies between the ends' and that of the mean budget."""
    said = costs_of(f"fig-14-server-above-random{costs}")
    drawn = np.random.default_rng(0).uniform(1, 100, size=(20_000, 2 if costs else 100)).mean(axis=1)
    served = (10 * np.log1p(10 * drawn) - 1).mean()
    assert said["of the contest"] < said["of the other, at least"] < served < 10 * log(1 + 10 * 50.5) - 1
