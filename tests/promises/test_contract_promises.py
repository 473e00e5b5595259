"""Privacy contracts keep what they promise, under both estimators, and a menu that does not is never said to.

Each promise three times: the solved menu has it by an oracle that shares nothing with the package; verification does
not deny it; and of a menu changed until the oracle says it is lost, neither verification nor certificate says it is
kept.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from contract_oracles import falling_grid
from hypothesis import assume, given
from hypothesis import strategies as st
from promises.menu_oracle import envy, least_variance
from promises.strategies import Types, contracts, examples, given_as, several, slight

import mechproof as mp

pytestmark = pytest.mark.slow

BILLIONTH = Fraction(1, 10**9)
either = st.one_of(contracts(), contracts(), contracts(), contracts("group-weighted", most=3))
hidden = st.one_of(*[contracts(hidden=True)] * 3, contracts("group-weighted", most=3))


def solved(instance: Types) -> tuple[mp.Solution, list[Fraction], list[Fraction]]:
    """The answer with its budgets and payments, as the fractions that its doubles are."""
    solution = mp.solve(instance.model, arithmetic="exact" if instance.exact else "float")
    epsilon, payment = ([Fraction(x) for x in solution.values[name].tolist()] for name in ("epsilon", "payment"))
    return solution, epsilon, payment


def costs(instance: Types) -> list[Fraction]:
    """The costs as the package was given them."""
    return [Fraction(c) for c in given_as(instance.exact, instance.cost)]


def brought(instance: Types, exact: bool, epsilon: Any, payment: Any) -> mp.Solution:
    return mp.candidate(instance.model, epsilon=given_as(exact, epsilon), payment=given_as(exact, payment))


def holds(solution: mp.Solution, name: str) -> bool:
    return mp.verify(solution)[name].verdict == "holds"


def valid(solution: mp.Solution) -> bool:
    return any(mp.certify(solution, arithmetic).valid for arithmetic in ("float", "exact"))


@examples(8)
@given(either, st.integers(0, 4), slight, st.booleans())
def test_individual_rationality(instance: Types, which: int, part: Fraction, exact: bool) -> None:
    solution, epsilon, payment = solved(instance)
    cost = costs(instance)
    assert all(p >= c * e - BILLIONTH * max(payment) for p, c, e in zip(payment, cost, epsilon, strict=True))
    assert holds(solution, "individual-rationality")
    index = which % len(cost)
    assume(cost[index] * epsilon[index] > max(payment) / 100)
    payment[index] = cost[index] * epsilon[index] * (1 - part)
    short = brought(instance, exact, epsilon, payment)
    assert not holds(short, "individual-rationality")
    assert not valid(short)


@examples(4)
@given(hidden, st.integers(0, 4), slight, st.booleans(), st.data())
def test_incentive_compatibility(instance: Types, which: int, part: Fraction, exact: bool, data: st.DataObject) -> None:
    solution, epsilon, payment = solved(instance)
    cost = costs(instance)
    assert envy(cost, epsilon, payment) <= BILLIONTH * max(payment)
    assert holds(solution, "incentive-compatibility")
    payment[which % len(cost)] *= 1 + part
    other = data.draw(several(len(cost), len(cost)))
    own = [c * e for c, e in zip(cost, other, strict=True)]
    for menu in ((epsilon, payment), (other, own), (other, other)):
        offered = tuple([Fraction(x) for x in given_as(exact, numbers)] for numbers in menu)
        gain = envy(cost, *offered)
        changed = brought(instance, exact, *menu)
        if gain > max(offered[1]) / 10**6:
            assert mp.verify(changed)["incentive-compatibility"].verdict == "violated"
            assert not valid(changed)
        elif gain <= 0 and exact:
            assert holds(changed, "incentive-compatibility")


@examples(8)
@given(either, slight, st.booleans())
def test_budget_balance(instance: Types, part: Fraction, exact: bool) -> None:
    solution, epsilon, payment = solved(instance)
    pool = Fraction(given_as(instance.exact, instance.pool))
    spent = sum(m * p for m, p in zip(instance.count, payment, strict=True))
    assert pool * (1 - BILLIONTH) <= spent <= pool * (1 + BILLIONTH)
    assert holds(solution, "budget-balance")
    bonus = part * pool / sum(instance.count)  # to everybody alike, which takes nothing from the other promises
    over = brought(instance, exact, epsilon, [p + bonus for p in payment])
    assert not holds(over, "budget-balance")
    assert not valid(over)


def best_variance(instance: Types, solution: mp.Solution) -> tuple[float, float]:
    """The least variance by an oracle, and how far, relative, the oracle may be above it."""
    cost, pool = [float(c) for c in instance.cost], float(instance.pool)
    if instance.estimator == "unweighted":
        return least_variance(cost, instance.count, pool, instance.known), 1e-9
    distinct = {c: sum(m for d, m in zip(cost, instance.count, strict=True) if d == c) for c in sorted(cost)}
    ladder, owners = np.array(list(distinct)), np.array(list(distinct.values()), dtype=float)
    steps = {1: 1, 2: 2000, 3: 100}[len(ladder)]
    grid = falling_grid(ladder, owners, pool, steps)
    return float(owners.sum() ** 2 / np.max(np.sum(owners * np.tanh(grid / 2) ** 2, axis=1))), 5e-2


@examples(6)
@given(either, slight, st.booleans())
def test_contract_optimality(instance: Types, part: Fraction, exact: bool) -> None:
    solution, epsilon, payment = solved(instance)
    least, above = best_variance(instance, solution)
    reached = solution.values["variance"]
    assert least * (1 - above) <= reached <= least * (1 + 1e-9)
    assert solution.certificate.valid
    assert holds(solution, "contract-optimality")
    dearest = max(costs(instance))
    alike = instance.pool / sum(instance.count)
    thrifty = ([e * (1 - part) for e in epsilon], [p * (1 - part) for p in payment])
    same = ([alike / dearest * (1 - BILLIONTH)] * len(epsilon), [alike * (1 - BILLIONTH)] * len(epsilon))
    for menu in (thrifty, same):
        worse = brought(instance, exact, *menu)
        if worse.values["variance"] > reached * (1 + 1e-6) + 1e-12:
            assert not holds(worse, "contract-optimality")
            assert not valid(worse)


@pytest.mark.parametrize("mechanism", [mp.PrivacyContract, mp.FullInformationContract])
def test_every_promise_is_tested(mechanism: type[mp.PrivacyContract]) -> None:
    assert {f"test_{name.replace('-', '_')}" for name in mechanism.promises} <= set(globals())
