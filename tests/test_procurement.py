"""Procurements against definitions written down once more: values, payments, ties, exactness, what is refused."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
import pytest
from procurement_oracles import greedy, lognormal_charge, myerson_rent, myerson_types, vcg

import mechproof as mp
from mechproof.solvers.figures.document import figures_document

TWO = {"cost": [1, 2], "epsilon_cap": [1, 1], "alpha": 2, "beta": 4}
TYPES = mp.TypesPrior(cost=[1, 2, 3], probability=["0.49", "0.02", "0.49"])
IRONED = [Fraction(1), Fraction(251, 51), Fraction(251, 51)]


class OneUnit(mp.Revenue):
    """6 for the first unit bought, nothing for more, where there are two clients."""

    def value(self, a: Any, epsilon: Any) -> Any:
        return 6 * a.minimum(2 * epsilon, 1)

    @property
    def largest_pool(self) -> Any:
        return 6

    def demand(self, a: Any, price: Any) -> Any:
        return a.at_least(12, price) / 2


def test_two_clients_by_vcg_exactly() -> None:
    s = mp.solve(mp.PrivacyProcurement(**TWO), arithmetic="exact")
    assert s.exact["epsilon"].tolist() == [1, 0]
    assert s.exact["payment"][0].contains(2)
    assert s.exact["payment"][0].rad() < 1e-60
    assert s.exact["payment"][1] == 0
    assert abs(float(s.exact["server_utility"]) - (4 * np.log(2) - 2)) < 1e-15
    assert s.certificate.valid
    assert mp.certify(s).valid


def test_the_sensitivity_is_that_of_all_clients_also_without_one() -> None:
    # were it α/(N − 1) without client 0, it would be "paid" its cost and −1.15 …; by the declaration it gains
    game = mp.PrivacyProcurement(cost=[1, 1], epsilon_cap=[1, 1], alpha=4, beta=4)
    paid = mp.solve(game).values["payment"]
    sells, right = vcg([1, 1], [1, 1], 4, 4)
    assert paid == pytest.approx([float(p) for p in right], rel=1e-12)
    with mpmath.workdps(30):
        most = 4 * mpmath.log(1 + 2 * 2) - 2
        recomputed = 1 * sells[0] + most - (4 * mpmath.log(1 + 4 * 1) - 1)
        assert float(recomputed) == pytest.approx(0)  # 0 for what costs it 1: a loss
    assert min(paid) >= 1


def random_numbers(generator: np.random.Generator, most: int = 4) -> tuple[list[Any], list[Any], Any, Any]:
    """Costs and caps, tied and zero among them, and a revenue."""
    size = int(generator.integers(1, most + 1))
    cost = [Fraction(int(x), 4) for x in generator.integers(1, 12, size)]
    cap = [Fraction(int(x), 2) for x in generator.integers(0, 6, size)]
    return cost, cap, Fraction(int(generator.integers(1, 20)), 2), Fraction(int(generator.integers(1, 30)), 2)


def differs(seed: int) -> float:
    """Return how far a random game's answer is from the definition, in doubles and exactly."""
    cost, cap, alpha, beta = random_numbers(np.random.default_rng(seed))
    game = mp.PrivacyProcurement(cost=cost, epsilon_cap=cap, alpha=alpha, beta=beta)
    epsilon, payment = vcg(cost, cap, alpha, beta)
    floats, exact = mp.solve(game), mp.solve(game, arithmetic="exact")
    assert exact.exact["epsilon"].tolist() == epsilon
    assert floats.certificate.valid
    assert exact.certificate.valid
    assert all(
        abs(float(p) - float(q)) < 1e-14 * (1 + float(q)) for p, q in zip(exact.exact["payment"], payment, strict=True)
    )
    return max(
        np.max(np.abs(floats.values["epsilon"] - np.array([float(e) for e in epsilon]))),
        np.max(np.abs(floats.values["payment"] - np.array([float(p) for p in payment]))),
    )


def test_random_games_by_their_definition() -> None:
    assert max(differs(seed) for seed in range(60)) < 1e-12


@pytest.mark.slow
def test_more_random_games_by_their_definition() -> None:
    assert max(differs(seed) for seed in range(60, 500)) < 1e-12


def best_on_a_grid(cost: Any, cap: Any, alpha: Any, beta: Any, points: int = 9) -> float:
    grids = [np.linspace(0, float(e), points) for e in cap]
    sells = np.array(list(itertools.product(*grids)))
    gained = float(beta) * np.log1p(float(alpha) * sells.sum(axis=1) / len(cap))
    return float(np.max(gained - sells @ np.array([float(c) for c in cost])))


@pytest.mark.parametrize("seed", range(12))
def test_nothing_on_a_grid_gains_more_in_all(seed: int) -> None:
    cost, cap, alpha, beta = random_numbers(np.random.default_rng(seed))
    s = mp.solve(mp.PrivacyProcurement(cost=cost, epsilon_cap=cap, alpha=alpha, beta=beta))
    sells = s.values["epsilon"]
    gained = float(beta) * np.log1p(float(alpha) * sells.sum() / len(cap)) - sells @ np.array([float(c) for c in cost])
    assert gained >= best_on_a_grid(cost, cap, alpha, beta) - 1e-12


@pytest.mark.parametrize("seed", range(6))
def test_scipy_gains_no_more(seed: int) -> None:
    from scipy.optimize import minimize

    cost, cap, alpha, beta = random_numbers(np.random.default_rng(100 + seed))
    s = mp.solve(mp.PrivacyProcurement(cost=cost, epsilon_cap=cap, alpha=alpha, beta=beta))
    c, bounds = np.array([float(x) for x in cost]), [(0.0, float(e)) for e in cap]

    def lost(sells: np.ndarray) -> float:
        return float(c @ sells - float(beta) * np.log1p(float(alpha) * np.sum(sells) / len(c)))

    found = minimize(lost, np.array([float(e) / 2 for e in cap]), bounds=bounds, method="L-BFGS-B")
    assert lost(s.values["epsilon"]) <= found.fun + 1e-9


@pytest.mark.parametrize("backend", ["cvxpy:CLARABEL", pytest.param("pyomo:pounce", marks=pytest.mark.slow)])
def test_the_definition_as_a_convex_program_agrees(backend: str) -> None:
    game = mp.PrivacyProcurement(cost=["0.2", "0.3", "0.5", 2], epsilon_cap=[3, 3, 3, 3], alpha=10, beta=10)
    s = mp.solve(game, backend)
    assert s.certificate.valid
    _, paid = vcg([Fraction(x) for x in ("0.2", "0.3", "0.5", "2")], [3] * 4, 10, 10)
    assert s.values["payment"] == pytest.approx([float(p) for p in paid], rel=1e-7)


def test_at_ties_who_sells_depends_on_the_order_and_nobody_cares() -> None:
    game = mp.PrivacyProcurement(cost=[1, 1, 1], epsilon_cap=[1, 2, 0], alpha=3, beta="2.5")
    there, turned = mp.solve(game), mp.solve(replace(game, epsilon_cap=[2, 1, 0]))
    assert there.values["epsilon"].tolist() != turned.values["epsilon"][[1, 0, 2]].tolist()
    for name in ("client_utility",):
        assert there.values[name] == pytest.approx(turned.values[name][[1, 0, 2]], abs=1e-12)
    assert there.values["server_utility"] == pytest.approx(turned.values["server_utility"], abs=1e-12)
    kept = there.values["client_utility"]
    other = mp.candidate(game, epsilon=["1/4", "5/4", 0], payment=[kept[0] + 0.25, kept[1] + 1.25, 0])
    assert mp.certify(other).valid


@dataclass(frozen=True)
class Typed:
    cost: list[Any]
    cap: list[Any] = field(default_factory=lambda: [1, 1, 1])


@pytest.mark.parametrize("case", [Typed([1, 2, 3]), Typed([3, 2, 3], ["1/2", 2, 1]), Typed([2, 2, 1], [2, 0, "1/3"])])
def test_types_by_their_definition(case: Typed) -> None:
    game = mp.PrivacyProcurement(case.cost, case.cap, alpha=6, beta=60, rule="myerson", prior=TYPES)
    cap = [Fraction(e) for e in case.cap]
    epsilon, payment = myerson_types(
        case.cost, cap, [1, 2, 3], IRONED, lambda levels: greedy(levels, cap, Fraction(6), Fraction(60), 3)
    )
    exact = mp.solve(game, arithmetic="exact")
    assert exact.exact["epsilon"].tolist() == epsilon
    assert exact.exact["payment"].tolist() == payment
    assert exact.certificate.valid
    floats = mp.solve(game)
    assert floats.certificate.valid
    assert floats.values["payment"] == pytest.approx([float(p) for p in payment], rel=1e-12)


CHANCE = {1: Fraction(49, 100), 2: Fraction(2, 100), 3: Fraction(49, 100)}


def paid_by_index(cost: tuple[int, int]) -> Fraction:
    game = mp.PrivacyProcurement(list(cost), [1, 1], value=OneUnit(), rule="myerson", prior=TYPES)
    s = mp.solve(game, arithmetic="exact")
    assert s.certificate.valid
    return sum(s.exact["payment"])


def paid_cheapest_first(cost: tuple[int, int]) -> Fraction:
    """The dearest report at which the cheaper one would still sell, if the cheaper of two always does."""
    winner = min((0, 1), key=lambda i: (cost[i], i))
    wins = [z for z in CHANCE if (z, winner) < (cost[1 - winner], 1 - winner)]
    return Fraction(max(wins))


def left_of_six(paid: Any) -> Fraction:
    """What the server keeps on average of one unit that is worth 6."""
    return 6 - sum(CHANCE[a] * CHANCE[b] * paid((a, b)) for a, b in itertools.product(CHANCE, repeat=2))


def test_ties_inside_an_ironed_block_are_not_broken_by_cost() -> None:
    assert TYPES.levels.tolist() == IRONED
    assert left_of_six(paid_by_index) == Fraction(398, 100)
    assert round(float(left_of_six(paid_cheapest_first)), 2) == 3.76


@pytest.mark.parametrize("seed", range(3))
def test_lognormal_costs_by_quadrature(seed: int) -> None:
    generator = np.random.default_rng(seed)
    cost, cap = generator.lognormal(0, 0.5, 4), generator.uniform(0.2, 2, 4)
    prior = mp.LognormalPrior(mu=0, sigma="0.5")
    game = mp.PrivacyProcurement(cost=cost, epsilon_cap=cap, alpha=8.0, beta=6.0, rule="myerson", prior=prior)
    s = mp.solve(game)
    assert s.certificate.valid
    with mpmath.workdps(20):
        charge = lognormal_charge(0, 0.5)
        for i in range(4):
            rent = myerson_rent(cost.tolist(), cap.tolist(), i, charge, 8.0 * 6.0 / 4, 8.0, 6.0)
            assert s.values["client_utility"][i] == pytest.approx(float(rent), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("arithmetic", ["float", "exact"])
def test_where_all_is_worth_buying_at_any_cost_everybody_is_paid_the_dearest(arithmetic: str) -> None:
    """V′ is above ψ(3) = 5 even at all caps: nobody would sell less at any cost of the support."""
    cap = [Fraction(1, 2), Fraction(1, 4), Fraction(1)]
    model = mp.PrivacyProcurement(
        cost=[1, "3/2", 3], epsilon_cap=cap, alpha=1, beta=60, rule="myerson", prior=mp.UniformPrior(low=1, high=3)
    )
    found = mp.solve(model, arithmetic=arithmetic)
    assert found.certificate.valid
    assert [float(paid) for paid in found.values["payment"]] == pytest.approx([3 * float(e) for e in cap], rel=1e-12)
    assert found.values["epsilon"] == pytest.approx([float(e) for e in cap])


def test_uniform_costs_by_quadrature_and_exactly() -> None:
    cost, cap = [Fraction(1), Fraction(3, 2), Fraction(2)], [Fraction(1), Fraction(2), Fraction(1)]
    prior = mp.UniformPrior(low="0.5", high=2)
    game = mp.PrivacyProcurement(cost=cost, epsilon_cap=cap, alpha=6, beta=9, rule="myerson", prior=prior)
    exact, floats = mp.solve(game, arithmetic="exact"), mp.solve(game)
    assert exact.certificate.valid
    assert floats.certificate.valid
    for i in range(3):
        rent = myerson_rent([1, 1.5, 2], [1, 2, 1], i, lambda z: 2 * z - 0.5, 2, 6, 9)
        assert float(exact.exact["client_utility"][i]) == pytest.approx(float(rent), rel=1e-12, abs=1e-12)
        assert floats.values["client_utility"][i] == pytest.approx(float(rent), rel=1e-12, abs=1e-12)


@dataclass(frozen=True)
class Refusal:
    change: dict[str, Any]
    words: str


@pytest.mark.parametrize(
    "case",
    [
        Refusal({"cost": [1, 0]}, r"cost\[1\] = 0: a privacy cost must be positive"),
        Refusal({"epsilon_cap": [1, -1]}, r"epsilon_cap\[1\] = -1: a privacy cap must be at least zero"),
        Refusal({"alpha": None}, "alpha = None: is needed"),
        Refusal({"rule": "first-price"}, "rule = 'first-price': must be one of 'vcg', 'myerson'"),
        Refusal({"rule": "myerson"}, "prior = None: is needed by Myerson's rule"),
        Refusal({"rule": "myerson", "prior": TYPES, "cost": [1, "1.5"]}, r"cost\[1\] .* none of the prior's types"),
        Refusal({"rule": "myerson", "prior": mp.UniformPrior(high=1)}, r"cost\[1\] .* outside the prior's support"),
        Refusal({"value": 3}, "must be a mechproof.Revenue"),
        Refusal({"cost": [], "epsilon_cap": []}, "no clients"),
    ],
)
def test_what_is_refused(case: Refusal) -> None:
    with pytest.raises(mp.InputError, match=case.words):
        mp.PrivacyProcurement(**{**TWO, **case.change})


def test_the_figure_shows_where_buying_ends() -> None:
    game = mp.PrivacyProcurement(cost=[1, 2], epsilon_cap=[1, 1], alpha=2, beta=4)
    margin, payments = figures_document(mp.solve(game))["figures"]
    assert margin["series"][0]["y"] == [1, 1, 2, 2]
    assert margin["marks"][0] == {"label": "bought", "x": 1.0, "y": 2.0}
    assert payments["series"][0]["y"] == pytest.approx([2, 0])
