"""Stackelberg pricing keeps what it promises, and an answer that does not is never said to.

Each promise three times: the solved answer has it by an oracle that shares nothing with the package; verification does
not deny it; and of an answer changed until the oracle says it is lost, neither verification nor certificate says it
is kept.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from promises.contest_oracle import equilibria, largest_gain, numbers, pools_to_try, server
from promises.strategies import Contest, contests, examples, moves, slight

import mechproof as mp

pytestmark = pytest.mark.slow

FIVE = 5
who = st.integers(0, FIVE)


def stated(solution: mp.Solution, name: str) -> list[Fraction]:
    """The answer's numbers as the fractions they are; a ball's double."""
    values = (solution.exact or solution.values)[name]
    rational = all(isinstance(entry, Fraction | int | float) for entry in np.atleast_1d(values).tolist())
    return [Fraction(entry) for entry in np.atleast_1d(values if rational else solution.values[name]).tolist()]


def solved(instance: Contest) -> tuple[mp.Solution, Fraction, list[Fraction], list[Fraction]]:
    """The answer with its pool, budgets and payments."""
    solution = mp.solve(instance.model, arithmetic=instance.arithmetic)  # type: ignore[arg-type]
    pool, epsilon, payment = (stated(solution, name) for name in ("reward_pool", "epsilon", "payment"))
    return solution, pool[0], epsilon, payment


def is_exact(solution: mp.Solution) -> bool:
    """Whether the decisions are fractions."""
    return solution.exact is not None and isinstance(solution.exact["reward_pool"], Fraction | int)


def brought(instance: Contest, like: mp.Solution, **values: Any) -> mp.Solution:
    """Somebody's numbers, in the arithmetic of an answer."""
    if is_exact(like):
        return mp.candidate(instance.model, **values)
    floats = {name: np.array(value, dtype=float)[()] for name, value in values.items()}
    return mp.candidate(instance.model, **{k: v if np.ndim(v) else float(v) for k, v in floats.items()})


def holds(found: mp.Verification, name: str) -> bool:
    return found[name].verdict == "holds"


def valid(solution: mp.Solution) -> bool:
    return mp.certify(solution, "exact" if is_exact(solution) else "float").valid


@examples(4)
@given(contests(), who, slight)
def test_individual_rationality(instance: Contest, who: int, part: Fraction) -> None:
    solution, pool, epsilon, payment = solved(instance)
    cost = numbers(instance).cost
    little = 0 if is_exact(solution) else Fraction(1, 10**12)
    assert all(p >= c * e * (1 - little) for p, c, e in zip(payment, cost, epsilon, strict=True))
    assert holds(mp.verify(solution), "individual-rationality")
    sellers = [index for index, own in enumerate(epsilon) if own > 0]
    assume(sellers)
    index = sellers[who % len(sellers)]
    payment[index] = cost[index] * epsilon[index] * (1 - part)
    short = brought(instance, solution, reward_pool=pool, epsilon=epsilon, payment=payment)
    found = mp.verify(short)
    assert not holds(found, "individual-rationality")
    assert holds(found, "budget-balance")
    if epsilon[index] >= max(epsilon) / 100:
        assert not valid(short)


@examples(4)
@given(contests(), who, slight)
def test_budget_balance(instance: Contest, who: int, part: Fraction) -> None:
    solution, pool, epsilon, payment = solved(instance)
    assert sum(payment) <= pool * (1 if is_exact(solution) else 1 + Fraction(1, 10**12))
    assert pool == 0 or sum(payment) >= pool * (1 - Fraction(1, 10**12))
    assert holds(mp.verify(solution), "budget-balance")
    assume(pool > 0)
    payment[who % len(payment)] += part * pool
    over = brought(instance, solution, reward_pool=pool, epsilon=epsilon, payment=payment)
    found = mp.verify(over)
    assert not holds(found, "budget-balance")
    assert holds(found, "individual-rationality")
    assert not valid(over)


@examples(4)
@given(contests(), who, moves, st.booleans())
def test_no_profitable_deviation(instance: Contest, who: int, factor: Fraction, enters: bool) -> None:
    solution, pool, epsilon, _ = solved(instance)
    known = numbers(instance)
    gain, stake = largest_gain(known, epsilon, pool)
    assert gain <= (stake / 10**12 if not is_exact(solution) or instance.cap else 0)
    assert holds(mp.verify(solution), "no-profitable-deviation")
    index = who % len(epsilon)
    if enters and epsilon[index] == 0:
        epsilon[index] = factor * (max(epsilon) or (pool or known.beta) / known.cost[index]) / 8
    epsilon[index] *= factor
    gain, stake = largest_gain(known, epsilon, pool)
    assume(gain > stake / 10**9)
    moved = brought(instance, solution, reward_pool=pool, epsilon=epsilon)
    assert not holds(mp.verify(moved), "no-profitable-deviation")
    assert not valid(moved)


@examples(4)
@given(contests(), st.one_of(moves, st.sampled_from([Fraction(0), Fraction(3), Fraction(10)])))
def test_leader_optimality(instance: Contest, factor: Fraction) -> None:
    solution, pool, _, _ = solved(instance)
    known = numbers(instance)
    reached = float(server(known, float(pool))[0])
    beta = float(known.beta)
    assert abs(solution.values["server_utility"] - reached) <= 1e-9 * beta
    assert reached >= np.max(server(known, pools_to_try(known.beta, float(pool)))) - 1e-9 * beta
    assert mp.certify(solution, instance.arithmetic).valid
    assert holds(mp.verify(solution), "leader-optimality")
    other = float(pool * factor or known.beta * factor / 4)
    assume(reached - server(known, other)[0] > 1e-6 * beta)
    (response,) = equilibria(known, other) if other else [np.zeros(len(known.cost))]
    worse = mp.candidate(instance.model, reward_pool=other, epsilon=response)
    assert not holds(mp.verify(worse), "leader-optimality")
    assert not valid(worse)


@examples(4)
@given(contests(), moves)
def test_uniqueness(instance: Contest, factor: Fraction) -> None:
    """At the answer's pool and at any other there is one equilibrium; no contest lacks it, so nothing is denied."""
    solution, pool, _, _ = solved(instance)
    known = numbers(instance)
    assert holds(mp.verify(solution), "uniqueness")
    if pool > 0:
        (only,) = equilibria(known, float(pool))
        assert np.max(abs(only - solution.values["epsilon"])) <= 1e-8 * max(only)
    other = float(pool * factor or known.beta * factor / 4)
    (response,) = equilibria(known, other)
    found = mp.verify(mp.candidate(instance.model, reward_pool=other, epsilon=response))
    assert holds(found, "uniqueness")
    assert holds(found, "no-profitable-deviation")


def test_every_promise_is_tested() -> None:
    assert {f"test_{name.replace('-', '_')}" for name in mp.StackelbergPricing.promises} <= set(globals())
