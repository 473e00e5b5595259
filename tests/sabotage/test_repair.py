"""Faults in what finds the nearest sound decisions: whatever it returns, nothing wrong is certified.

Faults in the exact vertices and projections reach the certificate too, which asks them for a hint: it must not believe
it.
"""

from __future__ import annotations

import importlib
import random
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import mechproof as mp
from mechproof.formulations.repair.contract import nearest_menu
from mechproof.solvers.certificates.repair.distance import certify_nearest
from mechproof.solvers.solution import Request

from .mutations import Mutant, mutants, mutated

ROOT = Path(__file__).parent.parent.parent
PART = 12
"""How many faults of each module are tried where not all are."""
SECONDS = 3


def chain_cases() -> list[tuple[Any, Fraction]]:
    """Payments for kept budgets, with the least distances, which the tests of payments compare with other solvers."""
    menus = [
        ([1, 2, 4, 7], [3, 1, 2, 1], [5, 4, 2, 1], [9, 20, 3, 8], None),
        ([1, 2, 2, 5], [1, 2, 1, 4], [6, 3, 3, 0], [30, 3, 9, 2], None),
        ([1, 3, 4], [2, 1, 5], [4, 2, 1], [30, 1, 16], 52),
    ]
    return [(chain(*menu), least(menu)) for menu in menus]


def chain(cost: Any, count: Any, epsilon: Any, payment: Any, pool: Any) -> Any:
    contract = mp.PrivacyContract(cost, count, pool or 1)
    stated = {"epsilon": np.array([Fraction(x) for x in epsilon]), "payment": np.array([Fraction(x) for x in payment])}
    return nearest_menu(contract, stated, ("epsilon", "pool") if pool else ("epsilon",), "1")


def least(menu: Any) -> Fraction:
    from repair_oracles import simplex

    cost, count, epsilon, payment, pool = menu
    rows, sides = [], []
    for k, (c, e) in enumerate(zip(cost, epsilon, strict=True)):
        for other, sold in enumerate(epsilon):
            if other != k:
                rows.append([Fraction((j == other) - (j == k)) for j in range(len(cost))])
                sides.append(Fraction(c * (sold - e)))
        rows.append([Fraction(-(j == k)) for j in range(len(cost))])
        sides.append(Fraction(-c * e))
    if pool:
        rows.append([Fraction(m) for m in count])
        sides.append(Fraction(pool))
    missing = [s - sum(x * p for x, p in zip(row, payment, strict=True)) for row, s in zip(rows, sides, strict=True)]
    found = simplex([Fraction(m) for m in (*count, *count)], [[*row, *(-x for x in row)] for row in rows], missing)
    assert found is not None
    return found


def menu_cases(norm: str) -> list[tuple[Any, Fraction]]:
    """The printed menu, whose distances are known."""
    contract = mp.PrivacyContract(["1/2", 1, 2], [10] * 3, 30)
    half = Fraction(1, 2)
    stated = {"epsilon": np.array([Fraction(2), Fraction(1), half]), "payment": np.array([Fraction(1)] * 3)}
    known = {"1": Fraction(25, 2), "2": Fraction(815, 157), "inf": Fraction(1, 3)}
    return [(nearest_menu(contract, stated, ("pool",), norm), known[norm])]


MODULES = {
    "solvers.backends.contract.payment_chain": ("PaymentChain", chain_cases),
    "solvers.linear.vertex": ("NearestChanges", lambda: [*menu_cases("1"), *menu_cases("inf")]),
    "solvers.linear.projection": ("NearestChanges", lambda: menu_cases("2")),
    "solvers.certificates.repair.hint": (
        "NearestChanges",
        lambda: [case for norm in ("1", "2", "inf") for case in menu_cases(norm)],
    ),
    "solvers.backends.repair.nearest": ("NearestChanges", lambda: [*menu_cases("1"), *menu_cases("2")]),
}


@contextmanager
def broken(mutant: Mutant) -> Iterator[Any]:
    """The module with a fault in it, stopped after some seconds; as it was afterwards."""
    module = importlib.import_module(f"mechproof.{mutant.module}")
    path = ROOT / f"{mutant.module.replace('.', '/')}.py"
    before = dict(vars(module))

    def stop(*_: Any) -> None:
        raise TimeoutError

    handler = signal.signal(signal.SIGALRM, stop)
    signal.alarm(SECONDS)
    names = {"optimum", "projection", "nearest_changes", "contradiction", "solve_square", "Optimum", "LinearProgram"}
    readers = [
        importlib.import_module(f"mechproof.{name}") for name in (*MODULES, "solvers.certificates.repair.distance")
    ]
    kept = [{name: vars(one)[name] for name in names & set(vars(one))} for one in readers]
    try:
        exec(mutated(mutant, path.read_text(encoding="utf-8"), str(path)), vars(module))
        for one in readers:  # what imported a function by name gets the faulty one
            for name in names & set(vars(one)) & set(vars(module)):
                setattr(one, name, vars(module)[name])
        yield module
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, handler)
        for one, values in zip(readers, kept, strict=True):
            vars(one).update(values)
        vars(module).update(before)


def certified_wrongly(mutant: Mutant) -> tuple[int, int]:
    """How many answers are certified though they are not the nearest, and how many are not as without the fault."""
    solver, cases = MODULES[mutant.module]
    home = "solvers.backends.contract.payment_chain" if solver == "PaymentChain" else "solvers.backends.repair.nearest"
    wrong = noticed = 0
    for program, right in cases():
        try:
            with broken(mutant):
                backend = getattr(importlib.import_module(f"mechproof.{home}"), solver)()
                answer = backend.solve(program, Request("exact")).decisions
                certificate, bound = certify_nearest(program, answer)
        except Exception:  # a fault that is loud is no danger
            noticed += 1
            continue
        wrong += certificate.valid and not right <= bound.distance <= right * (1 + Fraction(1, 10**7))
        noticed += not certificate.valid
    return wrong, noticed


def tried(module: str) -> list[Mutant]:
    path = ROOT / f"{module.replace('.', '/')}.py"
    return mutants(module, path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("module", MODULES)
def test_no_fault_is_certified(module: str) -> None:
    found = random.Random(5).sample(tried(module), min(PART, len(tried(module))))
    assert [mutant.name for mutant in found if certified_wrongly(mutant)[0]] == []


@pytest.mark.slow
@pytest.mark.parametrize("module", MODULES)
def test_none_of_all_faults_is(module: str) -> None:
    results = {mutant.name: certified_wrongly(mutant) for mutant in tried(module)}
    assert [name for name, (wrong, _) in results.items() if wrong] == []
    assert sum(noticed > 0 for _, noticed in results.values()) > len(results) / 4


@pytest.mark.parametrize("module", MODULES)
def test_without_a_fault_all_is_certified(module: str) -> None:
    solver, cases = MODULES[module]
    home = "solvers.backends.contract.payment_chain" if solver == "PaymentChain" else "solvers.backends.repair.nearest"
    for program, right in cases():
        answer = getattr(importlib.import_module(f"mechproof.{home}"), solver)().solve(program, Request("exact"))
        certificate, bound = certify_nearest(program, answer.decisions)
        assert (certificate.valid, bound.distance, bound.at_least) == (True, right, right)
