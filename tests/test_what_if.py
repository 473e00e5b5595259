"""How a contest's answer moves with its data: exact figures, differences of exact solves, ties, jumps, ends."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from what_if_oracles import furthest_off, slopes

import mechproof as mp
from mechproof.solvers.sensitivity.contest_piece import Move
from mechproof.solvers.sensitivity.contest_solves import Solves
from mechproof.solvers.sensitivity.data import unit


def exactly(*cost: Any, **more: Any) -> mp.WhatIf:
    game = mp.StackelbergPricing(cost=list(cost), **{"alpha": 10, "beta": 10, **more})
    return mp.what_if(mp.solve(game, arithmetic="exact"))


def sellers(cost: list[Fraction]) -> list[int]:
    """Who sells without caps, by the definition: e = max (k − 1)/R_k, at the smallest such k."""
    order = sorted(range(len(cost)), key=lambda k: cost[k])
    sums = [sum((cost[k] for k in order[: n + 1]), Fraction(0)) for n in range(len(cost))]
    best = max(range(1, len(cost)), key=lambda n: (Fraction(n) / sums[n], -n))
    return order[: best + 1]


def random_game(draw: random.Random, caps: bool = False) -> dict[str, Any]:
    size = draw.randint(2, 6)
    cost = [Fraction(draw.randint(1, 40), draw.randint(1, 12)) for _ in range(size)]
    if draw.random() < 0.3:
        cost[1] = cost[0]
    game: dict[str, Any] = {
        "cost": cost,
        "alpha": Fraction(draw.randint(1, 400), 8),
        "beta": Fraction(draw.randint(1, 90), 4),
    }
    if draw.random() < 0.4:
        game["mean_over"] = "participants"
    if caps:
        game["epsilon_cap"] = [Fraction(draw.randint(1, 30), draw.choice((8, 60))) for _ in cost]
    return game


@pytest.mark.parametrize("seed", range(12))
def test_the_closed_forms_without_caps(seed: int) -> None:
    draw = random.Random(seed)
    game = random_game(draw)
    game["beta"] *= 1000  # a pool that is positive
    cost, alpha = game["cost"], game["alpha"]
    inside = sellers(cost)
    n, total = len(inside), sum((cost[k] for k in inside), Fraction(0))
    if any(item * (n - 1) == total for item in cost):
        return  # a tie, which is tested below
    ratio = Fraction(n - 1) / total
    counted = n if game.get("mean_over") else len(cost)
    found = mp.what_if(mp.solve(mp.StackelbergPricing(**game), arithmetic="exact"))
    pool = game["beta"] - counted / (alpha * ratio)
    for j in range(len(cost)):
        moves = Fraction(-counted) / (alpha * (n - 1)) if j in inside else 0
        assert found.derivative["reward_pool", "cost"][j] == moves
        for i in range(len(cost)):
            falls = -(ratio**2) / (n - 1) if j in inside else 0
            own = ratio if i == j else 0
            # ε_i = B e (1 − ρ_i e), by the product rule
            share = 1 - cost[i] * ratio
            expected = moves * ratio * share + pool * falls * share - pool * ratio * (own + cost[i] * falls)
            assert found.derivative["epsilon", "cost"][i, j] == (expected if i in inside else 0)


@pytest.mark.parametrize("arithmetic", ["exact", "float"])
def test_a_tie_has_one_derivative_on_each_side(arithmetic: str) -> None:
    game = mp.StackelbergPricing(cost=[1, 1, 2], alpha=10, beta=10)
    found = mp.what_if(mp.solve(game, arithmetic=arithmetic))
    assert found.left["reward_pool", "cost"][0] == pytest.approx(Fraction(-3, 10), abs=1e-12)
    assert found.right["reward_pool", "cost"][0] == pytest.approx(Fraction(-3, 20), abs=1e-12)
    nothing = found.derivative["reward_pool", "cost"][0]
    assert nothing is None if arithmetic == "exact" else math.isnan(nothing)
    assert found.derivative["reward_pool", "alpha"] == pytest.approx(Fraction(3, 50), abs=1e-12)


def test_over_participants_the_pool_jumps_where_one_enters() -> None:
    found = exactly(1, 1, 2, mean_over="participants")
    low, high = found.ends["cost"][0]
    assert (high.at, high.event) == (1, "client 2 enters")
    assert (high.jump.before, high.jump.after) == (Fraction(48, 5), Fraction(47, 5))
    assert found.left["reward_pool", "cost"][0] == Fraction(-1, 5)
    assert found.right["reward_pool", "cost"][0] is None
    with pytest.raises(mp.NoDerivative, match="jumps"):
        found.column("cost", 2, side=-1)
    inside = exactly(1, 1, "1.9", mean_over="participants")
    assert inside.derivative["reward_pool", "cost"].tolist() == [Fraction(-3, 20)] * 3
    leaves = inside.ends["cost"][2][1]
    assert (leaves.at, leaves.event) == (2, "client 2 leaves")
    assert (leaves.jump.before, leaves.jump.after) == (Fraction(47, 5), Fraction(48, 5))
    assert low.at == 0


def test_intervals_without_caps_are_exact() -> None:
    found = exactly("0.2", "0.3", "0.7", 2)
    # the third enters when R/(n − 1) reaches 0.7: at .4 for the first, at .5 for the second
    assert found.interval["cost"][0] == (0, Fraction(2, 5))
    assert found.interval["cost"][1] == (0, Fraction(1, 2))
    assert found.interval["cost"][2] == (Fraction(1, 2), math.inf)
    # N R/(α (n − 1)) = β at α = .2
    assert found.interval["alpha"] == (Fraction(1, 5), math.inf)
    assert found.ends["beta"][0].event == "the pool reaches 0"


def test_a_pool_of_zero_stays_until_somebody_is_cheap_enough() -> None:
    found = exactly(1, 1, alpha=1, beta=1)  # N/e = 4 > αβ = 1
    assert found.derivative["reward_pool", "cost"].tolist() == [0, 0]
    assert found.interval["beta"] == (0, 4)
    edge = exactly(1, 1, alpha=1, beta=4)  # on the edge of the first unit
    assert (edge.left["reward_pool", "beta"], edge.right["reward_pool", "beta"]) == (0, 1)
    assert edge.right["client_utility", "beta"].tolist() == [Fraction(1, 4)] * 2
    assert edge.left["reward_pool", "cost"].tolist() == [-2, -2]


def test_caps_the_example() -> None:
    found = exactly(1, 1, 3, epsilon_cap=[".1", ".1", 100], alpha=30, beta=6)
    assert found.derivative["reward_pool", "beta"] == Fraction(4, 9)
    assert found.derivative["reward_pool", "epsilon_cap"].tolist() == [Fraction(4, 3), Fraction(4, 3), 0]
    assert found.derivative["reward_pool", "cost"].tolist() == [0, 0, Fraction(-4, 45)]
    assert found.interval["cost"][0] == (0, Fraction(9, 2))
    takes_over = found.ends["cost"][2][1]
    assert takes_over.event == "another local maximum takes over"
    assert takes_over.jump.after == pytest.approx(0.4)
    # there both maxima earn the same: 6 ln(1 + 10 Z) − ρ Z²/.2 at its top, and 6.19167 − at B = 2/5 whatever ρ
    cost = float(takes_over.at)
    total = max(np.linspace(0.2, 2, 2_000_001), key=lambda z: 6 * math.log1p(10 * z) - cost * z * z / 0.2)
    assert 6 * math.log1p(10 * total) - cost * total**2 / 0.2 == pytest.approx(6 * math.log(3) - 0.4, abs=1e-9)


def one_difference(game: dict[str, Any], draw: random.Random) -> float | None:
    """Compare one random column from one side with exact solves; None where the answer jumps there."""
    model = mp.StackelbergPricing(**game)
    found = mp.what_if(mp.solve(model, arithmetic="exact"))
    name = draw.choice(found.data)
    index = draw.randrange(len(game["cost"])) if name in ("cost", "epsilon_cap") else None
    side = draw.choice((-1, 1))

    def declared(value: Fraction) -> Any:
        entries = value if index is None else [*game[name][:index], value, *game[name][index + 1 :]]
        return mp.StackelbergPricing(**{**game, name: entries})

    try:
        column = found.column(name, index, side)
    except mp.NoDerivative:
        return None
    at = game[name] if index is None else game[name][index]
    return furthest_off(column, slopes(declared, at, side))


@pytest.mark.parametrize("caps", [False, True])
@pytest.mark.parametrize("part", [range(15), pytest.param(range(15, 250), marks=pytest.mark.slow)])
def test_differences_of_exact_solves_agree(caps: bool, part: range) -> None:
    compared = 0
    for seed in part:
        draw = random.Random(1000 * seed + caps)
        off = one_difference(random_game(draw, caps), draw)
        assert off is None or off < 1e-9, (seed, off)
        compared += off is not None
    assert compared > len(part) / 2  # the others jump there, or are not certified


@dataclass(frozen=True)
class Kink:
    """A contest at whose answer somebody is just on the cap, which holds the server there."""

    cost: tuple[Any, ...]
    cap: tuple[Any, ...]
    beta: Any


@pytest.mark.parametrize(
    "case", [Kink((1, 1), (1, 1), 10), Kink((1, 2), ("1/2", 3), 30), Kink((1, 1, 1), ("1/3", "1/3", "1/2"), 3)]
)
def test_on_a_kink_of_caps(case: Kink) -> None:
    game = {"cost": list(map(Fraction, case.cost)), "epsilon_cap": list(map(Fraction, case.cap)), "alpha": 10}
    game["beta"] = Fraction(case.beta)
    found = mp.what_if(mp.solve(mp.StackelbergPricing(**game), arithmetic="exact"))
    for name, index, side in [("cost", 0, 1), ("cost", 0, -1), ("epsilon_cap", 0, 1), ("epsilon_cap", 1, -1)]:

        def declared(value: Fraction, name: str = name, index: int = index) -> Any:
            entries = [*game[name][:index], value, *game[name][index + 1 :]]
            return mp.StackelbergPricing(**{**game, name: entries})

        assert furthest_off(found.column(name, index, side), slopes(declared, game[name][index], side)) < 1e-9


def test_along_is_the_sum_of_columns_and_takes_a_million() -> None:
    found = exactly("0.2", "0.3", "0.4", 2)
    speed = [Fraction(1), Fraction(-2), Fraction(1, 3), Fraction(5)]
    moved = found.along({"cost": speed, "beta": 2})["epsilon"]
    expected = found.derivative["epsilon", "cost"] @ np.array(speed) + 2 * found.derivative["epsilon", "beta"]
    assert moved.tolist() == expected.tolist()
    cost = np.random.default_rng(0).uniform(1, 1.000001, 1_000_000)
    large = mp.what_if(mp.solve(mp.StackelbergPricing(cost=cost, alpha=10, beta=1e9)))
    v = np.random.default_rng(1).normal(size=len(cost))
    assert large.along({"cost": v})["reward_pool"] == pytest.approx(
        -len(cost) * v.sum() / (10 * (len(cost) - 1)), rel=1e-6
    )
    with pytest.raises(mp.UnsupportedModel, match="along multiplies"):
        large.derivative["epsilon", "cost"]


def test_other_revenues_move_too() -> None:
    revenue = mp.MeasuredRevenue(half=["0.5", 4], beta=[60, 20])
    found = mp.what_if(mp.solve(mp.StackelbergPricing(cost=[1, 2, 2], revenue=revenue), arithmetic="exact"))
    assert found.data == ("cost", "revenue.half", "revenue.beta")

    def declared(value: Fraction) -> Any:
        return mp.StackelbergPricing(cost=[1, 2, 2], revenue=mp.MeasuredRevenue(half=[value, 4], beta=[60, 20]))

    assert furthest_off(found.column("revenue.half", 0), slopes(declared, Fraction(1, 2))) < 1e-9


def test_what_is_not_certified_is_refused() -> None:
    solution = mp.solve(mp.StackelbergPricing(cost=[1, 1], alpha=4, beta=2))
    with pytest.raises(mp.LimitReached, match="not certified"):
        mp.what_if(solution.altered(reward_pool=1.5, epsilon=[0.375, 0.375]))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda w: w.derivative["pool", "cost"], "is no value"),
        (lambda w: w.derivative["reward_pool", "kosts"], "is no datum"),
        (lambda w: w.along({"kosts": 1}), "is no datum"),
        (lambda w: w.along({"cost": [1]}), "shape"),
        (lambda w: w.interval["kosts"], "is no datum"),
        (lambda w: w.column("cost", 7), "has 2 entries"),
    ],
)
def test_wrong_questions_are_refused_by_name(call: Any, message: str) -> None:
    with pytest.raises(mp.InputError, match=message):
        call(mp.what_if(mp.solve(mp.StackelbergPricing(cost=[1, 1], alpha=4, beta=2))))


SABOTAGE = {
    "the sign of the implicit function theorem": ("_rate", lambda right: lambda *given: -right(*given)),
    "a total that moves twice as fast": ("level_rate", lambda right: lambda *given: 2 * right(*given)),
    "one client too many": (
        "_sums",
        lambda right: lambda *given: (right(*given)[0] + 1, *right(*given)[1:]),
    ),
}


@pytest.mark.parametrize("name", SABOTAGE)
def test_sabotaged_derivatives_are_found_by_solving_anew(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    attribute, spoiled = SABOTAGE[name]
    found = exactly("0.2", "0.3", "0.4", 2)
    assert found.off_by("cost", 0) < 1e-12
    monkeypatch.setattr(Move, attribute, spoiled(getattr(Move, attribute)))
    assert exactly("0.2", "0.3", "0.4", 2).off_by("cost", 0) > 1e-3


def inside_of(low: Any, high: Any, at: Fraction, draw: random.Random) -> tuple[Fraction, Fraction]:
    """Two points inside an interval around a datum."""
    top = at * 3 if high == math.inf else Fraction(high)
    below, above = (Fraction(draw.randint(1, 99), 100) for _ in range(2))
    return at + (Fraction(low) - at) * below, at + (top - at) * above


@pytest.mark.parametrize("part", [range(30), pytest.param(range(30, 500), marks=pytest.mark.slow)])
def test_inside_the_interval_the_pool_is_affine_in_a_cost_and_just_beyond_others_sell(part: range) -> None:
    for seed in part:
        draw = random.Random(seed)
        game = random_game(draw)
        game["beta"] *= 50
        cost, index = game["cost"], draw.randrange(len(game["cost"]))
        found = mp.what_if(mp.solve(mp.StackelbergPricing(**game), arithmetic="exact"))
        rate = found.derivative["reward_pool", "cost"][index]
        if rate is None or found.solution.exact["reward_pool"] == 0:
            continue  # at a tie, which has a test of its own

        def solved(value: Fraction, game: dict[str, Any] = game, index: int = index) -> Any:
            entries = [*game["cost"][:index], value, *game["cost"][index + 1 :]]
            return mp.solve(mp.StackelbergPricing(**{**game, "cost": entries}), arithmetic="exact").exact

        low, high = found.interval["cost"][index]
        one, two = inside_of(low, high, cost[index], draw)
        pools = [solved(value)["reward_pool"] for value in (one, two)]
        assert pools[1] - pools[0] == rate * (two - one), seed
        for end, side in zip(found.ends["cost"][index], (-1, 1), strict=True):
            if end.event.endswith("bound") or end.at == math.inf:
                continue
            beyond = Fraction(end.at) + side * Fraction(1, 10**9)
            entries = [*cost[:index], beyond, *cost[index + 1 :]]
            if end.event == "the pool reaches 0":
                assert solved(beyond)["reward_pool"] == 0, seed
            else:
                assert set(sellers(entries)) != set(sellers(cost)), seed


@pytest.mark.slow
def test_no_piece_is_left_and_entered_again_before_its_end() -> None:
    for seed in range(5000, 5030):
        draw = random.Random(seed)
        game = mp.StackelbergPricing(**random_game(draw, caps=True))
        found = mp.what_if(mp.solve(game))
        name = draw.choice(found.data)
        index = draw.randrange(len(game.cost)) if name in ("cost", "epsilon_cap") else None
        piece, at = found.branch.piece, float(found.datum(name, index))
        ends = found.ends[name] if index is None else found.ends[name][index]
        for end, side in zip(ends, (-1, 1), strict=True):
            try:
                beyond = Move(piece, unit(game, name, index, side, float)).beyond()
            except mp.NoDerivative:
                continue
            probes = Solves(piece, name, index, beyond)
            for _ in range(20):
                there = at + (min(float(end.at), 100 * at) - at) * 0.99999 * draw.random()
                assert not there > 0 or probes.quick(Fraction(there)), (seed, there, end)
