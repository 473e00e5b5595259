"""Bounds on privacy contracts against dense grids, forty digits and menus of all kinds."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
import pytest
from sabotage import answers

import mechproof as mp
from mechproof.formulations.virtual_cost import level_starts
from mechproof.solvers.certificates.contract.branches import BEND, Cover, level_at, steepness
from mechproof.solvers.certificates.contract.charges import charges
from mechproof.solvers.certificates.contract.enclosure import _level_at, _start, enclose, enclosed_menu
from mechproof.solvers.certificates.contract.group_weighted import Bounds, covered
from mechproof.solvers.readings.balls import precision


@dataclass(frozen=True)
class Types:
    """Costs, owners and the pool of a contract."""

    cost: tuple[Any, ...]
    count: tuple[int, ...]
    pool: Any

    def contract(self, **fields: Any) -> mp.PrivacyContract:
        return mp.PrivacyContract(list(self.cost), list(self.count), self.pool, **fields)


TYPES = [
    Types(("0.5", 1, 2), (10, 10, 10), 30),
    Types((1, 2, 3), (20, 1, 20), 60),
    Types((2, 1, "1.5", 1), (3, 5, 2, 4), 20),
    Types((1,), (5,), 10),
    Types(("0.5", 1, 2), (10, 10, 10), 3000),
    Types(("0.01", 50), (3, 4), "0.5"),
]


@pytest.mark.parametrize("case", TYPES, ids=str)
def test_the_best_menu_is_enclosed_narrowly(case: Types) -> None:
    epsilon, paid = answers.contract(case.cost, case.count, case.pool)
    found, place = enclose(case.contract()), case.contract().ladder.place
    assert found.reach is not None
    assert found.reach <= Fraction(1, 2**80)
    for right, entries in ((epsilon, found.epsilon[place]), (paid, found.payment[place])):
        assert [float(x) for x in entries] == pytest.approx([float(x) for x in right], rel=1e-13)
    cost, count = [Fraction(c) for c in case.cost], list(case.count)
    menu, pay = found.menu_epsilon[place], found.menu_payment[place]
    assert sum(m * p for m, p in zip(count, pay, strict=True)) <= Fraction(case.pool)
    for k in range(len(cost)):
        keeps = pay[k] - cost[k] * menu[k]
        assert keeps >= 0
        assert all(keeps >= pay[j] - cost[k] * menu[j] for j in range(len(cost)))
    assert [float(x) for x in menu] == pytest.approx([float(x) for x in epsilon], rel=1e-13)
    with mpmath.workdps(40):
        noise = sum(m / mpmath.sinh(e / 2) ** 2 for m, e in zip(count, epsilon, strict=True))
    assert float(found.excess.mid()) == pytest.approx(float(noise), rel=1e-12)
    assert found.least_excess <= found.excess
    assert float((found.excess - found.least_excess).upper()) <= 1e-20 * float(noise)
    balls = enclosed_menu(case.contract())
    for name, right in (("epsilon", epsilon), ("payment", paid)):
        assert [float(x.mid()) for x in balls[name]] == pytest.approx([float(x) for x in right], rel=1e-13)


def test_with_known_costs_everybody_has_the_same_slope_per_cost() -> None:
    contract = mp.FullInformationContract(["0.5", 1, 2], [10, 10, 10], 30)
    found = enclose(contract)
    steep = [
        1 / (np.tanh(float(e) / 2) * np.sinh(float(e) / 2) ** 2) / c
        for e, c in zip(found.epsilon, (0.5, 1, 2), strict=True)
    ]
    assert steep == pytest.approx([steep[0]] * 3, rel=1e-10)
    assert sum(float(p) * 10 for p in found.payment) == pytest.approx(30)
    assert [float(p) for p in found.payment] == pytest.approx(
        [float(e) * c for e, c in zip(found.epsilon, (0.5, 1, 2), strict=True)]
    )
    assert found.reach is not None


@pytest.mark.parametrize("epsilon", [1e-8, 1e-3, 0.1, 1.0, 3.0, 20.0, 300.0])
def test_levels_have_the_slope_that_was_asked(epsilon: float) -> None:
    with mpmath.workdps(40):
        half = mpmath.mpf(epsilon) / 2
        wanted = mpmath.log(mpmath.cosh(half) / mpmath.sinh(half) ** 3)
    assert float(_level_at(np.array([float(wanted)]))[0]) == pytest.approx(epsilon, rel=1e-9)


def test_the_start_spends_the_pool() -> None:
    for virtual, spending, pool in (
        ([1.0], [5.0], 10.0),
        ([0.5, 1.5, 4.0], [5.0, 15.0, 40.0], 30.0),
        ([1e-3, 9.0], [1.0, 8.0], 2e3),
    ):
        found = _start(np.array(virtual), np.array(spending), pool)
        assert float(np.sum(found * np.array(spending))) == pytest.approx(pool, rel=1e-9)
        steep = np.cosh(found / 2) / np.sinh(found / 2) ** 3 / np.array(virtual)
        assert steep == pytest.approx([steep[0]] * len(virtual), rel=1e-6)


def test_charges_are_virtual_costs_times_owners() -> None:
    found = charges(mp.PrivacyContract([2, 1, 1, 4], [3, 5, 2, 6], 20))
    assert found.cost.tolist() == [1, 2, 4]
    assert found.count.tolist() == [7, 3, 6]
    assert found.charge.tolist() == [7, 3 * 2 + 1 * 7, 6 * 4 + 2 * 10]
    assert found.falls
    known = charges(mp.FullInformationContract([2, 1, 1, 4], [3, 5, 2, 6], 20))
    assert known.charge.tolist() == [7, 6, 24]
    assert not known.falls
    assert level_starts([20, 22, 81], [20, 1, 20]) == [0, 1]
    assert level_starts([20, 61, 81], [20, 1, 20]) == [0, 1]
    assert level_starts([1, 2, 3, 1], [1, 1, 1, 1]) == [0, 1]
    assert level_starts([1, 1, 1], [1, 1, 1]) == [0]
    assert level_starts([1, 5, 3, 9], [1, 1, 1, 1]) == [0, 1, 3]


def h(epsilon: Any) -> Any:
    return np.tanh(np.asarray(epsilon, dtype=float) / 2) ** 2


@pytest.mark.parametrize("price", [1e-12, 1e-4, 0.0099, 0.0101, 0.2, 0.38])
def test_levels_beyond_the_bend(price: float) -> None:
    with mpmath.workdps(40):
        t = max(
            mpmath.polyroots([1, 0, -1, mpmath.mpf(price)], maxsteps=300, extraprec=300), key=lambda x: mpmath.re(x)
        )
        wanted = float(2 * mpmath.atanh(mpmath.re(t)))
    assert float(level_at(np.array([price]))[0]) == pytest.approx(wanted, rel=1e-11)
    assert float(steepness(np.array([wanted]))[0]) == pytest.approx(price, rel=1e-10)
    assert float(level_at(np.array([0.5]))[0]) == pytest.approx(BEND, rel=1e-14)


WEIGHTED = [
    Types(("0.5", 1, 2), (10, 10, 10), 30),
    Types((1, 2), (10, 10), 60),
    Types((1, 2, 3), (20, 1, 20), 200),
    Types((1, 10), (10, 1), 240),
    Types((1,), (4,), 3),
    Types(("0.7", "0.9", 4), (5, 6, 2), 45),
]


def best_of_a_grid(cover: Cover) -> float:
    """The largest Σ m h(ε) of falling ε on a grid, the pool spent."""
    charge, count, pool = cover.charge, cover.count, cover.pool
    size = len(charge)
    if size == 1:
        return float(count[0] * h(pool / charge[0]))
    shares = np.linspace(0, 1, 1201 if size == 2 else 161)
    rest = np.stack(np.meshgrid(*[shares] * (size - 1), indexing="ij"), axis=-1).reshape(-1, size - 1)
    # shares of the pool spent on levels: ε_k is the sum of the steps of the levels from k on
    last = 1 - rest.sum(axis=1)
    spent = np.concatenate([rest, last[:, None]], axis=1)[last >= 0] * pool
    steps = spent / charge.cumsum()
    epsilon = steps[:, ::-1].cumsum(axis=1)[:, ::-1]
    return float(np.max(h(epsilon) @ count))


@pytest.mark.parametrize("case", WEIGHTED, ids=str)
def test_no_menu_is_worth_more_than_the_cover_says(case: Types) -> None:
    """The bound is above the best of a grid, and above it by little."""
    asked = charges(case.contract(estimator="group-weighted"))
    cover = Cover(asked)
    nodes, hint = cover.refined(0.0, 1e-9)
    grid, found = best_of_a_grid(cover), float(h(hint) @ cover.count)
    assert found >= grid * (1 - 1e-9)
    assert found <= float(nodes.bound.max()) <= found * (1 + 1e-8)
    assert float(hint @ cover.charge) <= cover.pool * (1 + 1e-12)
    assert np.all(np.diff(hint) <= 1e-12)
    with precision(128):
        bounds = Bounds(cover)
        for exact in (False, True):
            upper = bounds.highest(nodes, exact)
            assert upper is not None
            assert grid * (1 - 1e-12) <= float(upper) <= found * (1 + 2e-8)
        for first, last, start, end, multiplier, bound in list(
            zip(*(getattr(nodes, n).tolist() for n in nodes.__dataclass_fields__), strict=True)
        )[:40]:
            in_balls = float(bounds.bound(first, last, start, end, multiplier))
            room = 1e-12 * (cover.owners[first] + 1) * 40
            assert in_balls - 1e-12 <= bound + room
            assert bound <= in_balls + 4e-12 * (cover.owners[-1] + 0.4 * cover.pool) + 1e-9


@pytest.mark.parametrize("case", WEIGHTED[:4], ids=str)
def test_bounds_of_single_nodes(case: Types) -> None:
    """Whatever the multiplier, no menu of a branch is worth more; at the best multiplier little is lost."""
    cover = Cover(charges(case.contract(estimator="group-weighted")))
    rng, size = np.random.default_rng(1), len(cover.count)
    for first in range(1, size + 1):
        if BEND * cover.totals[first] > cover.pool:
            continue
        for last in range(first, size + 1):
            most = float(cover.most(np.array([first]), np.array([last]))[0])
            left = cover.pool - BEND * cover.totals[first]
            between = cover.totals[last] - cover.totals[first]
            assert most == pytest.approx(min(BEND, left / between) if between else 0)
            for start, end in ((0.0, 1.0), (0.25, 0.5)):
                price = rng.uniform(0.01, 0.6, 6)
                asked = (np.full(6, x) for x in (first, last))
                found = cover.bounded(*asked, np.full(6, start), np.full(6, end), price)
                for _ in range(60):
                    level = most * rng.uniform(start, end)
                    budget = cover.pool - between * level
                    steps = rng.dirichlet(np.ones(first)) * (budget - BEND * cover.totals[first])
                    over = (steps / cover.totals[1 : first + 1])[::-1].cumsum()[::-1] + BEND
                    worth = float(h(over) @ cover.count[:first] + (cover.owners[last] - cover.owners[first]) * h(level))
                    assert np.all(worth <= found.bound)
    alone = cover.bounded(*(np.array([x]) for x in (0, size, 0.0, 1.0, 0.1)))
    level = min(BEND, cover.pool / cover.totals[-1])
    assert float(alone.bound[0]) == pytest.approx(float(cover.owners[-1] * h(level)), rel=1e-11)
    assert float(alone.bound[0]) >= float(cover.owners[-1] * h(level))


def test_halves_and_branches_cover_what_they_should() -> None:
    cover = Cover(charges(WEIGHTED[0].contract(estimator="group-weighted")))
    nodes = cover.branches()
    sold = [i for i in range(4) if BEND * cover.totals[i] <= cover.pool]
    wanted = {(i, j) for i in sold for j in range(i, 4)}
    assert set(zip(nodes.first.tolist(), nodes.last.tolist(), strict=True)) == wanted
    assert covered(nodes, wanted)
    halves = cover.halved(nodes)
    assert covered(halves, wanted)
    own = nodes.last > nodes.first
    assert len(halves.first) == len(own) + int(own.sum())
    assert np.max(halves.bound) <= np.max(nodes.bound)
    for row in range(len(halves.first)):
        kept = np.arange(len(halves.first)) != row
        assert not covered(halves.those(kept), wanted)
    short = halves.those(slice(None))
    short.end[int(np.argmax(short.end == 0.5))] = 0.49
    assert not covered(short, wanted)
    assert not covered(nodes, wanted | {(0, 9)})
    assert math.isfinite(float(nodes.bound.max()))


@pytest.mark.parametrize("case", WEIGHTED[:4], ids=str)
def test_menus_of_nodes_spend_the_pool(case: Types) -> None:
    cover = Cover(charges(case.contract(estimator="group-weighted")))
    nodes = cover.branches()
    menus = cover.menus(nodes)
    assert np.all(menus @ cover.charge <= cover.pool * (1 + 1e-9))
    assert np.all(menus >= 0)
    for menu, first, last in zip(menus, nodes.first, nodes.last, strict=True):
        assert np.all(menu[:first] >= BEND * 0.999)
        assert np.all(menu[last:] == 0)
        assert len(set(menu[first:last].tolist())) <= 1
        if last > first == 0:
            assert menu[0] == pytest.approx(min(BEND, cover.pool / cover.totals[last]))
        if first == last and first:
            assert menu @ cover.charge == pytest.approx(cover.pool, rel=1e-8)
