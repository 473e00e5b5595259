"""Faults in what finds the nearest sound decisions: whatever it returns, nothing wrong is certified.

Faults in the exact vertices and projections reach the certificate too, which asks them for a hint: it must not believe
it.
"""

from __future__ import annotations

import importlib
import random
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import mechproof as mp
from mechproof.formulations.repair.contract import nearest_menu
from mechproof.solvers.certificates.repair.distance import certify_nearest
from mechproof.solvers.solution import Request

from .forked import run
from .mutations import Mutant, mutants, mutated

ROOT = Path(__file__).parent.parent.parent
PART = 5
"""How many faults of each module are tried where not all are."""
SECONDS = 6.0


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


HOME, JUDGE = "solvers.backends.repair.nearest", "solvers.certificates.repair.distance"
MODULES: dict[str, Callable[[], list[tuple[Any, Fraction]]]] = {
    "solvers.backends.contract.payment_chain": chain_cases,
    "solvers.linear.vertex": lambda: [*menu_cases("1"), *menu_cases("inf")],
    "solvers.linear.projection": lambda: menu_cases("2"),
    "solvers.certificates.repair.hint": lambda: [case for norm in ("1", "2", "inf") for case in menu_cases(norm)],
    HOME: lambda: [*menu_cases("1"), *menu_cases("2")],
}


def spoil(mutant: Mutant) -> None:
    """Put a fault into this process's own copy of a module, and into whatever took a name from it."""
    module = importlib.import_module(f"mechproof.{mutant.module}")
    path = ROOT / f"{mutant.module.replace('.', '/')}.py"
    readers = [importlib.import_module(f"mechproof.{name}") for name in (*MODULES, JUDGE)]
    before = dict(vars(module))
    exec(mutated(mutant, path.read_text(encoding="utf-8"), str(path)), vars(module))
    for name, value in vars(module).items():
        for one in readers:
            if name in before and vars(one).get(name) is before[name] and value is not before[name]:
                setattr(one, name, value)


def solved(module: str, program: Any) -> Any:
    """What the module's back end returns."""
    home, solver = (module, "PaymentChain") if module.endswith("payment_chain") else (HOME, "NearestChanges")
    backend = getattr(importlib.import_module(f"mechproof.{home}"), solver)()
    return backend.solve(program, Request("exact")).decisions


def try_it(mutant: Mutant, report: Callable[[Any], None]) -> None:
    """Report whether a faulty answer was certified, and whether the fault was noticed, for each case."""
    cases = MODULES[mutant.module]()
    spoil(mutant)
    for program, right in cases:
        try:
            certificate, bound = certify_nearest(program, solved(mutant.module, program))
        except Exception:  # a fault that is loud is no danger
            report((False, True))
            continue
        close = right <= bound.distance <= right * (1 + Fraction(1, 10**7))
        report((certificate.valid and not close, not certificate.valid))


def judged(found: list[Mutant]) -> tuple[list[str], int]:
    """Which faults were certified, and how many were noticed; one that hangs or kills its process is."""
    wrong, noticed = [], 0
    for mutant, reports, ended in run(found, try_it, lambda _: SECONDS):
        wrong += [mutant.name] * any(report[0] is True for report in reports)
        noticed += not ended or any(report[1] for report in reports)  # what a child dies of is reported too
    return wrong, noticed


def tried(module: str) -> list[Mutant]:
    path = ROOT / f"{module.replace('.', '/')}.py"
    return mutants(module, path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("module", MODULES)
def test_no_fault_is_certified(module: str) -> None:
    found = random.Random(5).sample(tried(module), min(PART, len(tried(module))))
    wrong, noticed = judged(found)
    assert wrong == []
    assert 0 < noticed < len(found)  # some faults change nothing


@pytest.mark.slow
@pytest.mark.parametrize("module", MODULES)
def test_none_of_all_faults_is(module: str) -> None:
    wrong, noticed = judged(tried(module))
    assert wrong == []
    assert len(tried(module)) / 4 < noticed < len(tried(module))  # some faults change nothing


@pytest.mark.parametrize("module", MODULES)
def test_without_a_fault_all_is_certified(module: str) -> None:
    for program, right in MODULES[module]():
        certificate, bound = certify_nearest(program, solved(module, program))
        assert (certificate.valid, bound.distance, bound.at_least) == (True, right, right)
