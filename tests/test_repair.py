"""Repairs of contracts: the nearest sound menu, against all pairs of types and a general solver."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from repair_oracles import gains, least_distance, local_rows_alone

import mechproof as mp
from mechproof.solvers.certificates.repair.changes import Changes
from mechproof.solvers.certificates.repair.distance import certify_nearest, lower_bound
from mechproof.solvers.readings.program import ProgramReading
from mechproof.solvers.readings.vectors import Vectors

HALF = Fraction(1, 2)


def printed(cents: int = 1, **changes: Any) -> Any:
    """The menu that (56) of Zhou 2023 leads to as printed, in units of money of which there are so many."""
    given = {"cost": ["1/2", 1, 2], "count": [10] * 3, "reward_pool": 30} | changes
    cost = [Fraction(c) * cents for c in given["cost"]]
    contract = mp.PrivacyContract(cost, given["count"], given["reward_pool"] * cents)
    return mp.candidate(contract, epsilon=[2, 1, HALF], payment=[Fraction(cents)] * 3)


@dataclass(frozen=True)
class Shown:
    keep: Any
    norm: Any
    epsilon: list[Any]
    payment: list[Any]
    distance: Any
    pool: int = 30


CASES = [
    Shown(None, 1, [HALF] * 3, [1, 1, 1], Fraction(25, 2)),
    Shown("pool", 1, [HALF] * 3, [1, 1, 1], Fraction(25, 2)),
    Shown("epsilon", 1, [2, 1, HALF], [2, Fraction(3, 2), 1], 15, pool=45),
    Shown("payments", 1, [HALF] * 3, [1, 1, 1], Fraction(25, 2)),
    Shown("payments", "inf", [HALF] * 3, [1, 1, 1], Fraction(3, 4)),
    Shown("epsilon", 2, [2, 1, HALF], [2, Fraction(3, 2), 1], np.sqrt(12.5), pool=45),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.keep}-{case.norm}")
@pytest.mark.parametrize("cents", [1, 100])
def test_the_printed_menu(case: Shown, cents: int) -> None:
    found = mp.repair(printed(cents), keep=case.keep, norm=case.norm)
    assert found.candidate.exact["epsilon"].tolist() == case.epsilon
    assert found.candidate.exact["payment"].tolist() == [cents * p for p in case.payment]
    assert found.distance == pytest.approx(float(case.distance * cents), abs=0 if case.norm != 2 else 1e-9)
    assert found.candidate.model.reward_pool == case.pool * cents
    assert found.certificate.valid
    assert found.certificate.gap == 0
    assert mp.verify(found.candidate, require=found.properties).ok


def test_what_was_changed_and_what_it_costs() -> None:
    found = mp.repair(printed(), keep="epsilon")
    assert [(c.who, c.field, c.before, c.after) for c in found.changed] == [
        ("type 0", "payment", 1, 2),
        ("type 1", "payment", 1, Fraction(3, 2)),
        ("the buyer", "reward_pool", 30, 45),
    ]
    assert found.cost == {"the buyer": 15, "type 0": -1, "type 1": -HALF, "type 2": 0}


def test_a_sound_menu_is_left_alone() -> None:
    contract = mp.PrivacyContract(cost=["1/2", 1, 2], count=[10] * 3, reward_pool=30)
    sound = mp.candidate(contract, epsilon=[HALF] * 3, payment=[1, 1, 1])
    found = mp.repair(sound)
    assert (found.distance, found.changed, found.certificate.valid) == (0, (), True)


def test_ties_need_every_row_of_their_group() -> None:
    contract = mp.PrivacyContract(cost=[1, 2, 2], count=[1] * 3, reward_pool=30)
    stated = {"epsilon": [1, 1, 3], "payment": [3, 1, 7]}
    found = mp.repair(mp.candidate(contract, **stated))
    menu = found.candidate.exact
    assert max(gains([1, 2, 2], menu["epsilon"], menu["payment"])) == 0
    assert found.distance == pytest.approx(least_distance([1, 2, 2], [1, 1, 1], 30, *stated.values(), "1"))
    # rows of neighbours alone, and the last type's rationality: somebody gains 2 by an item farther on
    apart = local_rows_alone([1, 2, 2], [1] * 3, 30, **stated)
    assert max(gains([1, 2, 2], *apart)) == pytest.approx(2)


@pytest.mark.parametrize("norm", ["1", "inf"])
@pytest.mark.parametrize("fixed", ["", "epsilon", "payments"])
def test_random_menus_against_all_pairs(norm: str, fixed: str) -> None:
    rng = np.random.default_rng(sum(map(ord, norm + fixed)))
    for _ in range(25):
        kinds = int(rng.integers(1, 6))
        cost = rng.integers(1, 6, kinds)  # ties are frequent
        count = rng.integers(1, 5, kinds)
        epsilon, payment = rng.integers(0, 6, kinds), rng.integers(0, 12, kinds)
        pool = int(rng.integers(1, 40))
        contract = mp.PrivacyContract(cost.tolist(), count.tolist(), pool)
        stated = mp.candidate(contract, epsilon=epsilon.tolist(), payment=payment.tolist())
        kept_pool = None if fixed else pool
        reference = least_distance(cost, count, kept_pool, epsilon, payment, norm, fixed)
        if reference is None:
            with pytest.raises(mp.InputError, match="leaves nothing sound"):
                mp.repair(stated, keep=fixed or None, norm=norm)
            continue
        found = mp.repair(stated, keep=fixed or None, norm=norm)
        assert found.distance == pytest.approx(reference, abs=1e-7)
        assert found.certificate.valid
        assert found.certificate.gap == 0
        menu = found.candidate.exact
        assert max(gains(cost.tolist(), menu["epsilon"], menu["payment"]), default=0) <= 0
        assert all(p >= int(c) * e for c, e, p in zip(cost, menu["epsilon"], menu["payment"], strict=True))
        assert sum(int(m) * p for m, p in zip(count, menu["payment"], strict=True)) <= found.candidate.model.reward_pool
        assert mp.verify(found.candidate, require=found.properties).ok


def test_squares_are_a_projection() -> None:
    """x is nearest among all convex combinations iff (x̂ − x)·(s − x) ≤ 0 for every sound s, in money."""
    rng = np.random.default_rng(5)
    for _ in range(15):
        kinds = int(rng.integers(2, 5))
        cost, count = np.sort(rng.choice(9, kinds, replace=False) + 1), rng.integers(1, 5, kinds)
        epsilon, payment, pool = rng.integers(0, 6, kinds), rng.integers(0, 12, kinds), int(rng.integers(5, 40))
        contract = mp.PrivacyContract(cost.tolist(), count.tolist(), pool)
        found = mp.repair(mp.candidate(contract, epsilon=epsilon.tolist(), payment=payment.tolist()), norm=2)
        x = np.concatenate([found.candidate.values["epsilon"], found.candidate.values["payment"]])
        stated = np.concatenate([epsilon, payment])
        weight = np.concatenate([count * cost**2, count])
        for _ in range(200):  # random sound menus: falling budgets, and pay that makes up for rents
            falling = np.sort(rng.uniform(0, 3, kinds))[::-1]
            rents = np.concatenate([np.cumsum((np.diff(cost) * falling[1:])[::-1])[::-1], [0]])
            menu = np.concatenate([falling, cost * falling + rents])
            menu *= min(1.0, pool / (count @ menu[kinds:]))
            assert ((stated - x) * weight) @ (menu - x) <= 1e-9 * (1 + weight @ stated**2)


def test_what_is_kept_may_leave_nothing() -> None:
    with pytest.raises(mp.InputError, match="leaves nothing sound"):
        mp.repair(printed(), keep=["epsilon", "pool"])  # incentive compatible pay is 45 at least
    rising = mp.candidate(printed().model, epsilon=[1, 2, 3], payment=[1, 1, 1])
    with pytest.raises(mp.InputError, match="no payments make both best off"):
        mp.repair(rising, keep="epsilon")
    with pytest.raises(mp.InputError, match="leaves nothing that could change"):
        mp.repair(printed(), keep="epsilon,payments")
    with pytest.raises(mp.InputError, match="the choices are epsilon, payments, pool"):
        mp.repair(printed(), keep="prices")
    with pytest.raises(mp.InputError, match="the choices are 1, 2, inf"):
        mp.repair(printed(), norm=3)


def test_other_readings_of_the_program_agree() -> None:
    for norm in ("1", "2", "inf"):
        found = mp.repair(printed(), norm=norm)
        for backend in ("cvxpy:CLARABEL", "pyomo:highs"):
            answer = mp.solve(found.program, backend, tolerance=1e-6)
            assert answer.certificate.valid, (norm, backend, answer.certificate.reason)
            square = float(found.bound.distance)
            assert ProgramReading(found.program, Vectors()).objective(answer.values) == pytest.approx(square, rel=1e-6)


def test_a_wrong_answer_is_not_certified() -> None:
    program = mp.repair(printed()).program
    nearest = {"epsilon": [HALF] * 3, "payment": [Fraction(1)] * 3}
    assert certify_nearest(program, nearest)[0].valid
    farther = nearest | {"payment": [Fraction(101, 100), *nearest["payment"][1:]]}
    unsound = nearest | {"epsilon": [Fraction(51, 100), *nearest["epsilon"][1:]]}
    lower = {"epsilon": [Fraction(49, 100)] * 3, "payment": [Fraction(98, 100)] * 3}
    assert certify_nearest(program, farther)[0].feasible is False  # the pool is spent
    assert certify_nearest(program, unsound)[0].feasible is False
    found, bound = certify_nearest(program, lower)
    assert (found.feasible, found.optimal) == (True, None)
    assert bound.at_least == Fraction(25, 2) < bound.distance


def test_no_prices_prove_too_much() -> None:
    """Whatever prices are handed in, the bound is no larger than the distance."""
    rng = np.random.default_rng(3)
    for norm, best in (("1", Fraction(25, 2)), ("2", Fraction(815, 157)), ("inf", Fraction(1, 3))):
        changes = Changes(replace(mp.repair(printed()).program, norm=norm))
        for _ in range(60):
            price = [Fraction(int(x)) for x in rng.integers(-2, 4, len(changes.rows))]
            least = lower_bound(changes, price)
            assert least is not None
            assert least <= best


def test_a_solved_menu_is_off_by_roundings_and_no_more() -> None:
    contract = mp.PrivacyContract([1, 2, 3], [1, 1, 4], 2)
    found = mp.repair(mp.solve(contract))
    assert 0 < found.distance < 1e-14
    assert (found.certificate.valid, found.certificate.gap) == (True, 0)


def test_many_types_are_sound_exactly_and_nearest_but_for_roundings() -> None:
    rng = np.random.default_rng(1)
    kinds = 150
    cost, count = np.cumsum(rng.uniform(0.01, 1, kinds)), rng.integers(1, 20, kinds)
    epsilon = np.sort(rng.uniform(0, 5, kinds))[::-1] + rng.uniform(0, 0.5, kinds)
    stated = mp.candidate(mp.PrivacyContract(cost, count, 30.0 * count.sum()), epsilon=epsilon, payment=epsilon * 20)
    for norm in ("1", "inf"):
        found = mp.repair(stated, norm=norm)
        assert found.certificate.valid
        assert found.certificate.gap < 1e-9
        assert mp.verify(found.candidate, require=found.properties).ok


def test_what_is_kept_must_not_be_negative() -> None:
    contract = mp.PrivacyContract([1, 2], [1, 1], 5)
    stated = mp.candidate(contract, epsilon=[1, -2], payment=[3, -4])
    with pytest.raises(mp.InputError, match=r"epsilon\[1\] \(type 1\)"):
        mp.repair(stated, keep="epsilon")
    with pytest.raises(mp.InputError, match=r"payment\[1\]"):
        mp.repair(stated, keep="payments")
    with pytest.raises(mp.InputError, match="begins with somebody's own numbers"):
        mp.repair(contract)  # type: ignore[arg-type]
