"""Privacy contracts: known values, exact enclosures, hostile data, agreement with the full incentive program."""

from __future__ import annotations

import os
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from contract_oracles import all_pairs, cheapest, coth_squared, falling_grid, full_incentive_program
from hypothesis import given, settings
from hypothesis import strategies as st

import mechproof as mp
from mechproof.solvers.certificates.contract.enclosure import enclose
from mechproof.solvers.certificates.contract.envy import favourites


@dataclass(frozen=True)
class Known:
    """A contract and its best menu to the digits given."""

    name: str
    cost: list[Any]
    count: list[int]
    pool: Any
    epsilon: list[float]
    payment: list[float] | None
    variance: float | None

    def __str__(self) -> str:
        return self.name


KNOWN = [
    Known(
        "three types",
        ["0.5", 1, 2],
        [10, 10, 10],
        30,
        [0.84702, 0.58759, 0.42378],
        [1.14108, 1.01137, 0.84755],
        414.544,
    ),
    Known("ironed", [1, 2, 3], [20, 1, 20], 60, [0.74401, 0.43806, 0.43806], None, None),
    Known("one type", [2], [10], 30, [1.5], [3.0], 10 * coth_squared(1.5)),
]


@pytest.mark.parametrize("known", KNOWN, ids=str)
@pytest.mark.parametrize("arithmetic", ["float", "exact"])
def test_known_values(known: Known, arithmetic: str) -> None:
    s = mp.solve(mp.PrivacyContract(known.cost, known.count, known.pool), arithmetic=arithmetic)
    assert s.values["epsilon"] == pytest.approx(known.epsilon, abs=6e-6)
    if known.payment is not None:
        assert s.values["payment"] == pytest.approx(known.payment, abs=6e-6)
    if known.variance is not None:
        assert s.values["variance"] == pytest.approx(known.variance, rel=2e-6)
    assert s.certificate.valid, s.certificate
    assert s.certificate.distance is not None
    assert s.certificate.distance < (1e-14 if arithmetic == "float" else 1e-20)


def test_full_information_is_the_benchmark() -> None:
    full = mp.solve(mp.FullInformationContract(["0.5", 1, 2], [10, 10, 10], 30))
    assert full.values["variance"] == pytest.approx(168.466, abs=5e-4)
    assert full.values["payment"] == pytest.approx(full.values["epsilon"] * [0.5, 1, 2], rel=1e-14)
    assert full.certificate.valid


def test_group_weighted_leaves_types_out() -> None:
    contract = mp.PrivacyContract(["0.5", 1, 2], [10, 10, 10], 30, estimator="group-weighted")
    s = mp.solve(contract)
    assert s.values["variance"] == pytest.approx(86.4038, abs=5e-5)
    assert s.values["epsilon"] == pytest.approx([3.4466, 0.8511, 0], abs=5e-5)
    assert s.certificate.valid
    plain = mp.solve(mp.PrivacyContract(["0.5", 1, 2], [10, 10, 10], 30)).values
    weighed = mp.candidate(contract, epsilon=plain["epsilon"], payment=plain["payment"])
    assert weighed.values["variance"] == pytest.approx(315.71, abs=5e-3)
    assert weighed.certificate.optimal is False
    assert "86.4038" in weighed.certificate.reason


@pytest.mark.filterwarnings("error")
def test_a_group_weighted_contract_has_room_for_a_huge_pool() -> None:
    contract = mp.PrivacyContract(cost=[1], count=[3], reward_pool=10**12, estimator="group-weighted")
    assert mp.solve(contract).certificate.valid


@pytest.mark.parametrize("seed", [pytest.param(k, marks=pytest.mark.slow if k > 3 else ()) for k in range(12)])
def test_group_weighted_against_a_grid(seed: int) -> None:
    rng = np.random.default_rng(seed)
    size = 2 + seed % 2
    cost = np.sort(np.exp(0.6 * rng.normal(size=size)))
    count = rng.integers(1, 20, size).astype(float)
    pool = float(count.sum() * np.exp(rng.uniform(-1, 2)))
    s = mp.solve(mp.PrivacyContract(cost, count, pool, estimator="group-weighted"))
    grid = falling_grid(cost, count, pool, 2000 if size == 2 else 120)
    best = np.max(np.sum(count * np.tanh(grid / 2) ** 2, axis=1))
    reached = count.sum() ** 2 / s.values["variance"]
    assert reached >= best * (1 - 1e-12)
    assert reached <= best * (1 + (1e-5 if size == 2 else 2e-3))
    assert s.values["payment"] == pytest.approx(cheapest(cost, s.values["epsilon"]), rel=1e-12)
    assert s.certificate.valid, s.certificate


def random_contract(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, float]:
    size = int(rng.integers(1, 9))
    cost = np.exp(rng.uniform(0.1, 1.2) * rng.normal(size=size))
    count = rng.integers(1, 30, size).astype(float)
    return cost, count, float(count.sum() * cost.mean() * np.exp(rng.uniform(-1.5, 1.5)))


def check_against_full_program(seed: int) -> None:
    """Objectives agree to 1e-7; the arguments, where the objective is flat, to 1e-4."""
    cost, count, pool = random_contract(np.random.default_rng(seed))
    s = mp.solve(mp.PrivacyContract(cost, count, pool))
    epsilon, payment = full_incentive_program(cost, count, pool)
    theirs = sum(m * coth_squared(e) for m, e in zip(count, epsilon, strict=True))
    assert s.values["variance"] == pytest.approx(theirs, rel=1e-7), seed
    assert np.max(np.abs(s.values["epsilon"] - epsilon)) <= 1e-4 * np.max(epsilon), seed
    assert np.max(np.abs(s.values["payment"] - payment)) <= 1e-4 * np.max(payment), seed
    assert s.certificate.valid, (seed, s.certificate)


@pytest.mark.parametrize("seed", range(40))
def test_against_the_full_incentive_program(seed: int) -> None:
    check_against_full_program(seed)


@pytest.mark.slow
def test_against_the_full_incentive_program_many_times() -> None:
    for seed in range(1000, 1000 + int(os.environ.get("MECHPROOF_INSTANCES", "100"))):
        check_against_full_program(seed)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.tuples(st.fractions("1/50", 50, max_denominator=50), st.integers(1, 40)), min_size=1, max_size=7),
    st.fractions("1/20", 500, max_denominator=20),
    st.lists(st.integers(0, 100), min_size=7, max_size=7),
)
def test_no_feasible_menu_is_better(types: list[tuple[Fraction, int]], pool: Fraction, split: list[int]) -> None:
    """Every falling ε is a sum of steps; another split of the pool among the steps has no smaller variance."""
    cost, count = [c for c, _ in types], [m for _, m in types]
    contract = mp.PrivacyContract(cost, count, pool)
    s = mp.solve(contract)
    assert s.certificate.valid, s.certificate
    order = np.argsort([float(c) for c in cost], kind="stable")
    ascending = np.array([float(cost[i]) for i in order])
    owners = np.cumsum([count[i] for i in order])
    part = np.array(split[: len(cost)], dtype=float)
    part[-1] += 1
    epsilon = np.cumsum((part / part.sum() * float(pool) / (owners * ascending))[::-1])[::-1]
    variance = sum(count[i] * coth_squared(e) for i, e in zip(order, epsilon, strict=True))
    assert variance >= s.values["variance"] * (1 - 1e-12)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(*[st.fractions(0, 5, max_denominator=6)] * 3), min_size=2, max_size=7))
def test_envy_is_found_as_by_pairs(items: list[tuple[Fraction, Fraction, Fraction]]) -> None:
    cost, epsilon, payment = (list(column) for column in zip(*items, strict=True))
    best = favourites(cost, epsilon, payment)
    gains = [
        (payment[b] - cost[k] * epsilon[b]) - (payment[k] - cost[k] * epsilon[k]) for k, b in enumerate(best.tolist())
    ]
    assert max(gains) == max(all_pairs(cost, epsilon, payment)[0], 0)


@dataclass(frozen=True)
class Hostile:
    """Data at the edge of what doubles hold."""

    name: str
    cost: list[Any]
    count: list[Any]
    pool: Any

    def __str__(self) -> str:
        return self.name


HOSTILE = [
    Hostile("small pool", [1, 2, 3], [5, 5, 5], "1e-9"),
    Hostile("large pool", [1, 2, 3], [5, 5, 5], "1e9"),
    Hostile("nearly equal costs", ["1", "1.000000000001", "1.000000000002"], [3, 4, 5], 1),
    Hostile("nearly equal doubles", [1.0, 1.0 + 1e-12], [3.0, 4.0], 1.0),
    Hostile("huge counts", ["0.1", 1], [10**15, 1], 10**9),
    Hostile("counts far apart", ["1", "1.000000000001"], [10**12, 1], 1),
    Hostile("ε = 1e-6", [1, 2], [500_000, 100_000], "0.75"),
    Hostile("ε = 1e15", ["1e-6", "2e-6"], [1, 1], "1e9"),
    Hostile("ε = 1e4", [1, 2], [1, 1], 40_000),
    Hostile("costs over twelve decades", ["1e-6", 1, "1e6"], [10**12, 1, 10**9], 5),
    Hostile("one owner", [3], [1], "1e-9"),
    Hostile("all equal", [2, 2, 2], [1, 2, 3], 7),
]


@pytest.mark.parametrize("hostile", HOSTILE, ids=str)
@pytest.mark.parametrize("kind", [mp.PrivacyContract, mp.FullInformationContract])
def test_hostile_data_are_solved_and_certified(hostile: Hostile, kind: type) -> None:
    contract = kind(hostile.cost, hostile.count, hostile.pool)
    s = mp.solve(contract)
    for arithmetic in ("float", "exact"):
        found = mp.certify(s, arithmetic, 1e-10)
        assert found.valid, found
    exact = mp.solve(contract, arithmetic="exact")
    assert exact.values["epsilon"] == pytest.approx(s.values["epsilon"], rel=1e-10, abs=0)
    assert exact.certificate.valid


def test_the_range_of_budgets_is_really_covered() -> None:
    small, large = (
        mp.solve(mp.PrivacyContract(h.cost, h.count, h.pool)) for h in HOSTILE if h.name in ("ε = 1e-6", "ε = 1e4")
    )
    assert 1e-7 < small.values["epsilon"][1] < small.values["epsilon"][0] < 2e-6
    assert large.values["epsilon"][0] > 1e4


def test_equal_costs_are_offered_the_same_item_in_the_callers_order() -> None:
    s = mp.solve(mp.PrivacyContract([2, "0.5", 2, 1], [4, 10, 6, 10], 30))
    pooled = mp.solve(mp.PrivacyContract(["0.5", 1, 2], [10, 10, 10], 30))
    for name in ("epsilon", "payment"):
        assert s.values[name].tolist() == pooled.values[name][[2, 0, 2, 1]].tolist()


@pytest.mark.parametrize("seed", range(6))
def test_the_enclosing_menu_is_exactly_feasible(seed: int) -> None:
    cost, count, pool = random_contract(np.random.default_rng(seed))
    contract = mp.PrivacyContract(cost, count, pool)
    found = enclose(contract)
    ladder = [Fraction(c) for c in contract.ladder.cost]
    owners = [Fraction(m) for m in contract.ladder.count]
    assert all_pairs(ladder, found.menu_epsilon, found.menu_payment)[0] <= 0
    assert all(p >= c * e for c, e, p in zip(ladder, found.menu_epsilon, found.menu_payment, strict=True))
    assert sum(m * p for m, p in zip(owners, found.menu_payment, strict=True)) <= Fraction(pool)
    assert found.least_excess < found.excess


def test_many_types_are_certified() -> None:
    rng = np.random.default_rng(5)
    cost = np.exp(rng.normal(size=1500))
    s = mp.solve(mp.PrivacyContract(cost, np.ones(1500), 300.0))
    assert s.certificate.valid, s.certificate
    assert len(np.unique(s.values["epsilon"])) < 1500  # some are ironed
