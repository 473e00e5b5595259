"""Three-party markets keep what they promise in all three modes, and an answer that does not is never said to.

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
from promises.market_oracle import Brute
from promises.strategies import Sellers, examples, markets, moves, slight

import mechproof as mp

pytestmark = pytest.mark.slow

DECISIONS = ("price", "quantity", "epsilon")
index_of = st.integers(0, 3)


def solved(instance: Sellers) -> tuple[mp.Solution, Brute]:
    solution = mp.solve(instance.model, arithmetic="exact" if instance.exact else "float")
    return solution, Brute(instance, *(np.asarray(solution.values[name], dtype=float) for name in DECISIONS))


def brought(brute: Brute, **changed: Any) -> tuple[mp.Solution, Brute]:
    """The answer with some decisions changed, and what the oracle has of it."""
    values = {name: np.array(changed.get(name, getattr(brute, name)), dtype=float) for name in DECISIONS}
    return mp.candidate(brute.instance.model, **values), Brute(brute.instance, **values)


def changed(values: np.ndarray, index: int, factor: Fraction) -> np.ndarray:
    return np.where(np.arange(len(values)) == index, values * float(factor), values)


def holds(solution: mp.Solution, name: str) -> bool:
    return mp.verify(solution)[name].verdict == "holds"


def valid(solution: mp.Solution) -> bool:
    return any(mp.certify(solution, arithmetic).valid for arithmetic in ("float", "exact"))


def some_seller(brute: Brute, index: int) -> int:
    selling = np.flatnonzero(brute.quantity > 1e-3)
    assume(len(selling))
    return int(selling[index % len(selling)])


@examples(10)
@given(markets(), index_of, moves)
def test_no_profitable_deviation(instance: Sellers, index: int, factor: Fraction) -> None:
    solution, brute = solved(instance)
    # a budget foreseen is found by its flat value, which is good to a millionth
    assert brute.seller_gain() <= (1e-6 if instance.mode == "subgame-perfect" else 1e-9)
    assert list(brute.quantity > 0) == list(brute.cost < brute.alpha) or instance.mode == "subgame-perfect"
    assert solution.certificate.valid, solution.certificate
    assert holds(solution, "no-profitable-deviation")
    price = changed(brute.price, some_seller(brute, index), factor)
    epsilon = brute.chosen(price) if instance.mode == "subgame-perfect" else brute.epsilon
    moved, brute = brought(brute, price=price, epsilon=epsilon, quantity=brute.wanted(price, epsilon))
    assume(brute.seller_gain() > 1e-5)
    assert not holds(moved, "no-profitable-deviation")
    assert not valid(moved)


@examples(10)
@given(markets(), index_of, moves)
def test_demand(instance: Sellers, index: int, factor: Fraction) -> None:
    solution, brute = solved(instance)
    wanted = brute.wanted(brute.price, brute.epsilon)
    assert np.max(abs(brute.quantity - wanted)) <= 1e-9 * (1 + np.max(wanted))
    assert brute.buyer_gain() <= 1e-12
    assert holds(solution, "demand")
    other, brute = brought(brute, quantity=changed(brute.quantity, some_seller(brute, index), factor))
    wanted = brute.wanted(brute.price, brute.epsilon)
    assume(np.max(abs(brute.quantity - wanted)) > 1e-5 * (1 + np.max(brute.quantity)))
    assert not holds(other, "demand")
    assert not valid(other)


@examples(10)
@given(markets(), index_of, slight)
def test_individual_rationality(instance: Sellers, index: int, part: Fraction) -> None:
    solution, brute = solved(instance)
    assert np.min(brute.profits()) >= -1e-12
    assert np.all(brute.quantity >= 0)
    assert holds(solution, "individual-rationality")
    index = some_seller(brute, index)
    below = brute.price.copy()
    below[index] = brute.cost[index] / (1 + brute.epsilon[index]) * (1 - float(part))
    loss, brute = brought(brute, price=below, quantity=brute.wanted(below, brute.epsilon))
    assume(np.min(brute.profits()) * brute.alpha < -1e-6 * brute.cost[index])
    assert not holds(loss, "individual-rationality")
    assert not valid(loss)


@examples(10)
@given(markets(), index_of, slight)
def test_bounded_buyer(instance: Sellers, index: int, part: Fraction) -> None:
    solution, brute = solved(instance)
    cap = float(instance.cap)
    assert np.all((brute.epsilon > 0) & (brute.epsilon <= cap * (1 + 1e-12)))
    assert holds(solution, "bounded-buyer")
    beyond = brute.epsilon.copy()
    beyond[index % len(beyond)] = cap * (1 + float(part))
    other, _ = brought(brute, epsilon=beyond, quantity=brute.wanted(brute.price, beyond))
    assert not holds(other, "bounded-buyer")
    assert not valid(other)


@examples(5)
@given(markets(("fixed",)), st.lists(st.floats(0.02, 50), min_size=4, max_size=4))
def test_uniqueness_of_fixed_budgets(instance: Sellers, start: list[float]) -> None:
    """Best replies from far apart end at the answer, which is said to be the only one."""
    solution, brute = solved(instance)
    assert holds(solution, "uniqueness")
    reached = brute.best_replies(np.array(start[: len(brute.price)]) / brute.alpha)
    sold = np.where(brute.quantity > 0, 1 / brute.price, 0)
    assert np.max(abs(reached - sold)) <= 1e-5 * np.max(sold, initial=0.0)


def test_every_promise_is_tested() -> None:
    assert {f"test_{name.replace('-', '_')}" for name in mp.ThreePartyMarket.promises} <= set(globals())
