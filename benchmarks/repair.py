"""Nearest payments for 3,000 kept budgets: the own algorithm beside HiGHS on the same program, in CPU seconds.

HiGHS gets the smallest program there is: what each payment is raised and lowered by, two sparse rows for neighbours in
cost, one for the dearest. Runs are interleaved; the least of several is printed. ``python benchmarks/repair.py``.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_matrix, diags, hstack, vstack

import mechproof as mp
from mechproof.formulations.repair.contract import nearest_menu
from mechproof.solvers.backends.contract.payment_chain import PaymentChain
from mechproof.solvers.solution import Request

SIZE = 3_000
RUNS = 5


def menus() -> Iterator[tuple[str, Any, Any, Any, Any]]:
    """Yield costs, counts, budgets and broken payments."""
    rng = np.random.default_rng(0)
    cost, one = np.cumsum(rng.uniform(0.01, 1, SIZE)), np.ones(SIZE)
    many = rng.integers(1, 20, SIZE).astype(float)
    epsilon = np.sort(rng.uniform(0, 5, SIZE))[::-1].copy()
    inside = epsilon[1:] + rng.uniform(0, 1, SIZE - 1) * (epsilon[:-1] - epsilon[1:])
    sound = cost * epsilon + np.append(np.cumsum((np.diff(cost) * inside)[::-1])[::-1], 0)
    yield "equal pay, one owner each", cost, one, epsilon, np.full(SIZE, 30.0)
    yield "payments at random", cost, many, epsilon, rng.uniform(0, 100, SIZE)
    yield "paid what budgets cost, give or take half", cost, many, epsilon, cost * epsilon * rng.uniform(0.5, 1.5, SIZE)
    yield "sound but for noise, one owner each", cost, one, epsilon, sound + rng.normal(0, 5, SIZE)
    yield "sound but for noise", cost, many, epsilon, sound + rng.normal(0, 5, SIZE)


def program_of(cost: Any, epsilon: Any, payment: Any) -> tuple[Any, Any]:
    """Return sparse rows of raised and lowered parts that must be at most the sides."""
    differences = diags([np.ones(SIZE), -np.ones(SIZE - 1)], [0, 1], shape=(SIZE - 1, SIZE)).tocsr()
    last = csr_matrix(([1.0], ([0], [SIZE - 1])), shape=(1, SIZE))
    fall, now = -np.diff(epsilon), differences @ payment
    rows = vstack([-differences, differences, -last])
    sides = np.concatenate([now - cost[:-1] * fall, cost[1:] * fall - now, [payment[-1] - cost[-1] * epsilon[-1]]])
    return hstack([rows, -rows]).tocsr(), sides


def seconds(work: Callable[[], Any]) -> float:
    """Return the CPU seconds of one call."""
    started = time.process_time()
    work()
    return time.process_time() - started


def main() -> None:
    """Print one row for each kind of payments."""
    print(f"{'payments':44} {'HiGHS':>9} {'doubles':>9} {'ratio':>6} {'exact':>9} {'mp.repair':>10}")
    for name, cost, count, epsilon, payment in menus():
        contract = mp.PrivacyContract(cost, count, 1e9)
        candidate = mp.candidate(contract, epsilon=epsilon, payment=payment)
        program = nearest_menu(contract, {"epsilon": epsilon, "payment": payment}, ("epsilon",), "1")
        rows, sides = program_of(cost, epsilon, payment)
        prices = np.tile(count, 2)
        work: list[Callable[[], Any]] = [
            lambda c=prices, a=rows, b=sides: linprog(c, A_ub=a, b_ub=b, method="highs"),
            lambda p=program: PaymentChain().solve(p, Request()),
            lambda p=program: PaymentChain().solve(p, Request("exact")),
            lambda c=candidate: mp.repair(c, keep="epsilon"),
        ]
        reference = work[0]().fun
        paid = work[1]().decisions["payment"]
        assert abs(count @ abs(paid - payment) - reference) <= 1e-7 * reference
        highs, doubles, exact, whole = np.min([[seconds(one) for one in work] for _ in range(RUNS)], axis=0)
        print(f"{name:44} {highs:9.4f} {doubles:9.4f} {highs / doubles:6.0f} {exact:9.4f} {whole:10.4f}")


if __name__ == "__main__":
    main()
