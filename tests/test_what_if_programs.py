"""How menus, fitted prices and markets move with their data: every column against differences of exact solves."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from what_if_oracles import furthest_off, slopes

import mechproof as mp


def fraction(draw: random.Random, most: int = 40) -> Fraction:
    return Fraction(draw.randint(1, most), draw.randint(1, 9))


def contract(draw: random.Random) -> dict[str, Any]:
    size = draw.randint(1, 5)
    cost = [fraction(draw) for _ in range(size)]
    cost = [cost[0], *cost[:-1]] if draw.random() < 0.3 else cost
    return {"cost": cost, "count": [fraction(draw, 20) for _ in cost], "reward_pool": fraction(draw, 400)}


def different(draw: random.Random, size: int) -> list[Fraction]:
    return [Fraction(k, draw.choice((3, 4))) for k in draw.sample(range(2, 60, 4), size)]


def pricing(draw: random.Random) -> dict[str, Any]:
    size = draw.randint(1, 5)
    return {
        "epsilon": different(draw, size),
        "target": [fraction(draw) for _ in range(size)],
        "loss": draw.choice(("squared", "huber")),
        "attack": draw.choice(("composition", "averaging", "none")),
        "huber_width": fraction(draw, 20),
    }


def revenue(draw: random.Random) -> dict[str, Any]:
    size, buyers = draw.randint(1, 3), draw.randint(1, 6)
    return {
        "epsilon": different(draw, size),
        "wanted": [draw.randrange(size) for _ in range(buyers)],
        "value": [fraction(draw) for _ in range(buyers)],
        "attack": draw.choice(("composition", "averaging", "none")),
    }


def market(draw: random.Random) -> dict[str, Any]:
    size = draw.randint(1, 4)
    most = fraction(draw, 30)
    found = {
        "cost": [fraction(draw, 30) for _ in range(size)],
        "alpha": fraction(draw, 60),
        "privacy_weight": fraction(draw, 20),
        "epsilon_max": most,
    }
    return (
        {**found, "epsilon": [most * Fraction(draw.randint(1, 8), 9) for _ in range(size)]}
        if draw.random() < 0.5
        else found
    )


@dataclass(frozen=True)
class Mechanism:
    kind: Callable[..., Any]
    draw: Callable[[random.Random], dict[str, Any]]


MECHANISMS = {
    "contract": Mechanism(mp.PrivacyContract, contract),
    "full-information": Mechanism(mp.FullInformationContract, contract),
    "pricing": Mechanism(mp.VersionPricing, pricing),
    "revenue": Mechanism(mp.VersionRevenue, revenue),
    "market": Mechanism(mp.ThreePartyMarket, market),
}


def off_by(kind: Callable[..., Any], data: dict[str, Any], draw: random.Random) -> float | None:
    """Compare one random column from one side with exact solves; None where the answer jumps, or is not certified."""
    solution = mp.solve(kind(**data), arithmetic="exact")
    if not solution.certificate.valid:
        return None
    found = mp.what_if(solution)
    name = draw.choice([item for item in found.data if item in data])
    index = draw.randrange(len(data[name])) if isinstance(data[name], list) else None
    side = draw.choice((-1, 1))

    def declared(value: Fraction) -> Any:
        entries = value if index is None else [*data[name][:index], value, *data[name][index + 1 :]]
        return kind(**{**data, name: entries})

    try:
        column = found.column(name, index, side)
    except mp.NoDerivative:
        return None
    return furthest_off(column, slopes(declared, data[name] if index is None else data[name][index], side))


@pytest.mark.parametrize("name", MECHANISMS)
@pytest.mark.parametrize("part", [range(6), pytest.param(range(6, 80), marks=pytest.mark.slow)])
def test_differences_of_exact_solves_agree(name: str, part: range) -> None:
    mechanism = MECHANISMS[name]
    compared = 0
    for seed in part:
        draw = random.Random(seed)
        off = off_by(mechanism.kind, mechanism.draw(draw), draw)
        assert off is None or off < 1e-9, (seed, off)
        compared += off is not None
    assert compared > len(part) / 2  # the others jump there, or are not certified


@pytest.mark.parametrize("name", ["cost", "alpha", "privacy_weight", "epsilon_max"])
@pytest.mark.parametrize("most", ["1/2", 3])
def test_a_market_whose_budgets_answer_the_prices(name: str, most: Any) -> None:
    """Of the first seller the budget is what the buyer asks for, of the second too if the largest is 3; one is idle."""
    data: dict[str, Any] = {"cost": [1, 2, 9], "alpha": 4, "privacy_weight": "1/2", "epsilon_max": most}
    found = mp.what_if(mp.solve(mp.ThreePartyMarket(**data), arithmetic="exact"))
    asked = np.array([float(item) for item in found.solution.exact["epsilon"]])
    assert (asked[:2] < float(Fraction(most))).tolist() == [True, most == 3]

    def declared(value: Fraction) -> mp.ThreePartyMarket:
        return mp.ThreePartyMarket(**{**data, name: [value, *data[name][1:]] if name == "cost" else value})

    at = Fraction(data[name][0] if name == "cost" else data[name])
    column = found.column(name, 0 if name == "cost" else None)
    assert furthest_off(column, slopes(declared, at)) < 1e-9


def test_a_contracts_blocks_end_exactly() -> None:
    found = mp.what_if(mp.solve(mp.PrivacyContract([1, 2, 3], [20, 1, 20], 60), arithmetic="exact"))
    low, high = found.ends["cost"][1]
    # ψ₂ = c₂ + 20(c₂ − 1) meets ψ₃ = 3 + 21(3 − c₂)/20 at c₂ = 523/441
    assert (low.at, low.event) == (Fraction(523, 441), "type 1 and type 2 get items of their own")
    assert high.at == 3
    assert found.interval["reward_pool"] == (0, math.inf)
    # in the second count m: 2 + 20/m = 3 + (20 + m)/20, at m = 20(√2 − 1), which is no fraction and comes as a ball
    assert float(found.interval["count"][1][1]) == pytest.approx(20 * (math.sqrt(2) - 1), abs=1e-12)
    assert not found.branch.tied


def test_types_of_equal_cost_part_on_both_sides() -> None:
    found = mp.what_if(mp.solve(mp.PrivacyContract([1, 1, 2], [3, 5, 4], 20), arithmetic="exact"))
    assert found.branch.tied
    left, right = (float(side["payment", "cost"][0, 0]) for side in (found.left, found.right))
    assert abs(left - right) > 0.01


def test_fitted_prices_are_affine_in_the_survey() -> None:
    found = mp.what_if(mp.solve(mp.VersionPricing([1, 2, 4, 8], [1, 5, 6, 20]), arithmetic="exact"))
    # all four are proportional: v = x Σ x P/Σ x²
    assert found.derivative["price", "target"][3].tolist() == [Fraction(8 * x, 85) for x in (1, 2, 4, 8)]
    # v = x/17 · 39 is nearest until the first price alone is as low per weight as the rest: (10 + 24 + 160)/84 …
    assert found.interval["target"][0] == (0, Fraction(3, 2))
    assert found.interval["epsilon"][0][1] == 2


def test_a_menus_ends_are_where_another_earns_as_much() -> None:
    market = mp.VersionRevenue(epsilon=[1, 3], wanted=[0, 1, 1], value=["0.1", "0.32", "0.5"])
    found = mp.what_if(mp.solve(market, arithmetic="exact"))
    assert found.derivative["revenue", "value"].tolist() == [7, 0, 0]  # prices t, 3 t, 3 t
    low, high = found.ends["value"][0]
    # without the first buyer: .32 from both; 7 t = .64 at t = 16/175. Above 8/75 the second buyer binds at .32
    assert (low.at, low.event) == (Fraction(16, 175), "another menu earns as much")
    assert (high.at, high.event) == (Fraction(8, 75), "another buyer binds a price")
    assert low.jump.value == "price of version 0"


def test_a_market_ends_where_a_seller_trades() -> None:
    market = mp.ThreePartyMarket([1, "1.5", 5], 4, "0.5", 3, epsilon=[1, "0.5", 2])
    found = mp.what_if(mp.solve(market, arithmetic="exact"))
    low, high = found.ends["cost"][2]
    assert (low.at, low.event, high.at) == (4, "seller 2 starts to trade", math.inf)
    assert low.jump is not None
    edge = mp.what_if(mp.solve(mp.ThreePartyMarket([1, 4], 4, "0.5", 3, epsilon=[1, 1])))
    assert np.isnan(edge.left["price", "cost"][0, 1])
    assert edge.right["price", "cost"][0, 1] == 0


def test_under_a_barrier_prices_move_smoothly() -> None:
    data = {"epsilon": [1.0, 4.0, 2.0], "target": [1.0, 6.0, 5.0], "barrier": 3.0}
    found = mp.what_if(mp.solve(mp.VersionPricing(**data)))
    for name in ("epsilon", "target"):
        for k in range(3):
            moved = []
            for step in (1e-5, -1e-5):
                entries = list(data[name])
                entries[k] += step
                moved.append(mp.solve(mp.VersionPricing(**{**data, name: entries})).values["price"])
            assert found.column(name, k)["price"] == pytest.approx((moved[0] - moved[1]) / 2e-5, rel=1e-4, abs=1e-6)
    assert found.interval["epsilon"][2] == (1.0, 4.0)


@pytest.mark.parametrize(
    ("model", "why"),
    [
        (mp.PrivacyContract([1, 2], [1, 1], 2, estimator="group-weighted"), "unweighted"),
        (mp.VersionPricing([2, 3], [1, 2], safety="exact"), "bundles"),
        (mp.ThreePartyMarket([1], 4, 1, 5, order="subgame-perfect"), "jump with the prices"),
    ],
)
def test_what_has_no_known_piece_is_refused_in_words(model: Any, why: str) -> None:
    with pytest.raises(mp.UnsupportedModel, match=why):
        mp.what_if(mp.solve(model))
