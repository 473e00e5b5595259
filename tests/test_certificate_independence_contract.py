"""Certificates of contracts know nothing of the back end: faults in it are refused, and right menus need it not."""

from __future__ import annotations

import ast
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import mechproof as mp
from mechproof.solvers.backends.contract import group_weighted, ironing
from mechproof.solvers.certificates.contract.branches import Cover
from mechproof.solvers.certificates.contract.charges import charges
from mechproof.solvers.certificates.contract.group_weighted import Bounds, covered
from mechproof.solvers.readings.balls import precision

THREE: dict[str, Any] = {"cost": ["0.5", 1, 2], "count": [10] * 3, "reward_pool": 30}
BEST = {"unweighted": 414.544, "group-weighted": 86.4038}
"""The least variances, by the full incentive program and by a grid."""


def test_the_named_fault_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The back end's pool halved: a menu with variance 109.85 in place of 86.40."""
    contract = mp.PrivacyContract(**THREE, estimator="group-weighted")
    right = mp.solve(contract)
    halved = property(lambda self: float(self.contract.reward_pool) / 2)
    monkeypatch.setattr(group_weighted.Branches, "pool", halved)
    wrong = mp.solve(contract)
    assert wrong.values["variance"] == pytest.approx(109.85, abs=0.01)
    for arithmetic in ("float", "exact"):
        refused = mp.certify(wrong, arithmetic)
        assert refused.optimal is False
        assert "86.40" in refused.reason
        assert mp.certify(right, arithmetic).valid


def test_nothing_of_the_back_ends_is_loaded() -> None:
    """With every back end unable to load, menus are certified and refuted as they are with them."""
    script = """
import sys
from importlib.abc import MetaPathFinder

class Nobody(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.startswith("mechproof.solvers.backends"):
            raise ImportError(name)

sys.meta_path.insert(0, Nobody())
import mechproof as mp

for estimator in ("unweighted", "group-weighted"):
    contract = mp.PrivacyContract(["0.5", 1, 2], [10] * 3, 30, estimator=estimator)
    menu = mp.candidate(contract, epsilon=[0.84702, 0.58759, 0.42378], payment=[1.14108, 1.01137, 0.84755])
    print(*(mp.certify(menu, arithmetic, 1e-4).optimal for arithmetic in ("float", "exact")))
"""
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env={**os.environ})
    assert found.stdout.split() == ["True", "True", "False", "False"], found.stderr


@dataclass(frozen=True)
class Small:
    """A small contract on which sabotage shows."""

    name: str
    cost: list[Any]
    count: list[int]
    pool: Any
    estimator: str

    def __str__(self) -> str:
        return self.name

    @property
    def contract(self) -> mp.PrivacyContract:
        return mp.PrivacyContract(self.cost, self.count, self.pool, estimator=self.estimator)


SMALL = [
    Small("three types", ["0.5", 1, 2], [10, 10, 10], 30, "unweighted"),
    Small("pooled", [1, 2, 3], [20, 1, 20], 60, "unweighted"),
    Small("ties", [2, 1, 2], [3, 4, 5], 9, "unweighted"),
    Small("grouped", ["0.5", 1, 2], [10, 10, 10], 30, "group-weighted"),
    Small("grouped, ties", [2, 1, 2], [3, 4, 5], 9, "group-weighted"),
    Small("grouped, pooled", [1, "1.1", "1.2", 3], [5, 1, 9, 2], 60, "group-weighted"),
]
FILES = (ironing, group_weighted, import_module("mechproof.solvers.backends.contract.virtual"))


class Swap(ast.NodeTransformer):
    """Change the n-th sum, difference, product, quotient or constant of a module to another."""

    def __init__(self, at: int) -> None:
        self.at, self.seen = at, 0

    def _mine(self) -> bool:
        self.seen += 1
        return self.seen - 1 == self.at

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        others = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult}
        if type(node.op) in others and self._mine():
            node.op = others[type(node.op)]()
        return node

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        if isinstance(node.value, int | float) and not isinstance(node.value, bool) and self._mine():
            return ast.copy_location(ast.Constant(node.value + 1), node)
        return node


def mutants(module: Any) -> int:
    counter = Swap(-1)
    counter.visit(ast.parse(Path(module.__file__).read_text()))
    return counter.seen


@contextmanager
def sabotaged(module: Any, at: int) -> Iterator[None]:
    """Run with one line of a back end changed in memory; what others imported from it is changed too."""
    kept = {other: dict(vars(other)) for other in FILES}
    tree = ast.fix_missing_locations(Swap(at).visit(ast.parse(Path(module.__file__).read_text())))
    try:
        exec(compile(tree, module.__file__, "exec"), vars(module))
        for other in FILES:
            for name, value in list(vars(other).items()):
                if getattr(value, "__module__", None) == module.__name__ and name in vars(module):
                    vars(other)[name] = vars(module)[name]
        yield
    finally:
        for other, names in kept.items():
            vars(other).clear()
            vars(other).update(names)


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Interrupt what takes longer."""

    def stop(*_: Any) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


CHOSEN = [
    pytest.param(k % 3, int(n), marks=() if k < 12 else pytest.mark.slow)
    for k, n in enumerate(np.random.default_rng(3).integers(0, 10**6, 30))
]


@pytest.mark.parametrize(("file", "draw"), CHOSEN)
def test_no_wrong_menu_of_a_sabotaged_back_end_is_certified(file: int, draw: int, right: dict[str, Any]) -> None:
    module = FILES[file]
    small = SMALL[draw % len(SMALL)] if module is not group_weighted else SMALL[3 + draw % 3]
    best = right[small.name]
    with sabotaged(module, draw % mutants(module)), np.errstate(all="ignore"):
        try:
            with at_most(2.0):
                grouped = small.estimator == "group-weighted"
                found = group_weighted.best_menu if grouped else ironing.float_budgets
                menu = ironing.menu(small.contract, found(small.contract))
            answer = mp.candidate(small.contract, **menu)
        except Exception:
            return  # a crash is no answer, nor is a search that does not end
        for arithmetic in ("float", "exact"):
            # the right menu needs no back end, and a wrong one has no more of the variance than the tolerance
            assert mp.certify(best, arithmetic).valid
            if mp.certify(answer, arithmetic).valid:
                assert answer.values["variance"] <= best.values["variance"] * (1 + 2e-7)
                assert float(np.dot(small.contract.count, menu["payment"])) <= float(small.pool) * (1 + 2e-7)


@pytest.fixture(scope="module")
def right() -> dict[str, mp.Solution]:
    found = {small.name: mp.solve(small.contract) for small in SMALL}
    return {
        name: mp.candidate(s.model, epsilon=s.values["epsilon"], payment=s.values["payment"])
        for name, s in found.items()
    }


def test_a_cover_with_a_hole_bounds_nothing() -> None:
    """A node or a branch that was left out is missed, however good the others' bounds are."""
    cover = Cover(charges(mp.PrivacyContract(**THREE, estimator="group-weighted")))
    nodes, _ = cover.refined(10.416, 1e-9)
    bounds = Bounds(cover)
    with precision(128):
        whole = bounds.highest(nodes, exact=True)
        assert float(900 / whole) == pytest.approx(BEST["group-weighted"], abs=5e-5)
        for left_out in range(len(nodes.first)):
            rest = nodes.those(np.arange(len(nodes.first)) != left_out)
            assert bounds.highest(rest, exact=True) is None
    assert not covered(nodes, {(0, 7)})


class Dearer(mp.PrivacyContract):
    """A contract in which the pool pays everybody twice: its menus cost twice what virtual costs say."""

    def constraints(self) -> Any:
        def twice(a: Any, payment: Any, count: Any, reward_pool: Any) -> Any:
            return reward_pool - 2 * a.sum(count * payment)

        return tuple(
            replace(item, slack=twice) if item.name == "budget_balance" else item for item in super().constraints()
        )


def test_virtual_costs_must_follow_from_the_declared_constraints() -> None:
    with pytest.raises(mp.UnsupportedModel, match="do not imply"):
        charges(Dearer(**THREE))


@pytest.mark.parametrize("pool", ["0.28", "0.0066", "0.00658", "6.5", "1e-7"])
def test_small_pools_and_costs_far_apart(pool: str) -> None:
    """Pools around what brings the cheapest type to where tanh² bends; a grid is no better."""
    contract = mp.PrivacyContract(["0.504", "0.001"], [5, 5], pool, estimator="group-weighted")
    s = mp.solve(contract)
    assert s.certificate.valid, s.certificate
    assert mp.certify(s, "exact").valid
    dear = np.linspace(0, float(pool) / (10 * 0.504), 20_001)
    # the cheap type is paid .001 ε₁ + .503 ε₂, the dear one .504 ε₂
    cheap = (float(pool) / 5 - (0.503 + 0.504) * dear) / 0.001
    best = np.max(5 * np.tanh(cheap / 2) ** 2 + 5 * np.tanh(dear / 2) ** 2)
    assert 100 / s.values["variance"] >= best * (1 - 1e-9)


@pytest.mark.parametrize(
    ("cost", "count", "pool"),
    [
        (
            [1, 10],
            [10, 1],
            240.0,
        ),  # virtual costs of 1 and 100: the dear type leaves ε̂ where tanh² of the other is flat
        ([55, "4750/9"], [1, 301], 1589.2),  # a common level beside one flat type
    ],
)
def test_flat_types_beside_steep_ones(cost: list[Any], count: list[int], pool: float) -> None:
    contract = mp.PrivacyContract(cost, count, pool, estimator="group-weighted")
    s = mp.solve(contract)
    for arithmetic in ("float", "exact"):
        found = mp.certify(s, arithmetic)
        assert found.valid, found
        assert found.gap is not None
        assert found.gap <= 1e-9
    # the cheap type is paid c₁ ε₁ + (c₂ − c₁) ε₂, the dear one c₂ ε₂: one number determines the menu
    cheap, dear = (float(c) for c in contract.cost)
    alike = pool / (sum(count) * dear)
    low = np.linspace(0, alike, 200_001)
    high = (pool - (count[0] * (dear - cheap) + count[1] * dear) * low) / (count[0] * cheap)
    best = np.max(count[0] * np.tanh(high / 2) ** 2 + count[1] * np.tanh(low / 2) ** 2)
    assert sum(count) ** 2 / s.values["variance"] >= best * (1 - 1e-9)


def test_multipliers_spend_what_they_are_asked_to() -> None:
    """Whatever the virtual costs, and budgets from just above ε̂ for everybody to where tanh² is 1 in doubles."""
    rng = np.random.default_rng(5)
    for size in (1, 2, 5, 8):
        cost, count = 10 ** rng.uniform(-2, 2, size), rng.integers(1, 301, size)
        cover = Cover(charges(mp.PrivacyContract(cost, count, 1, estimator="group-weighted")))
        first = np.repeat(np.arange(1, size + 1), 7)
        budget = np.arccosh(2) * cover.totals[first] * np.tile([1.000001, 1.01, 1.2, 2, 10, 40, 300], size)
        spent = cover.epsilon(first, cover.multiplier(first, budget)) @ cover.charge
        np.testing.assert_allclose(spent, budget, rtol=1e-9)


def test_a_loose_distance_refutes_nothing() -> None:
    """At a tolerance near the last digit of doubles the best menu is not refuted."""
    s = mp.solve(mp.PrivacyContract(**THREE))
    assert mp.certify(s, "float", 1e-16).optimal is not False


@pytest.mark.parametrize("name", ["owner_utility", "variance", "epsilon"])
def test_what_is_falsified_in_the_exact_statement_alone_is_found(name: str) -> None:
    s = mp.solve(mp.PrivacyContract(**THREE), arithmetic="exact")
    assert s.exact is not None
    lie = replace(s, exact={**s.exact, name: s.exact[name] * 2})
    for arithmetic in ("float", "exact"):
        found = mp.certify(lie, arithmetic)
        assert found.feasible is False
        assert name in found.reason


def test_a_refuted_menu_is_at_least_so_far_away() -> None:
    """Two thirds of the best budgets, at their cheapest payments: a third of the largest away."""
    best = mp.solve(mp.PrivacyContract(**THREE))
    less = mp.candidate(
        best.model, epsilon=best.values["epsilon"] * 2 / 3, payment=best.values["payment"] * 2 / 3
    ).certificate
    assert (less.feasible, less.optimal) == (True, False)
    assert less.distance_at_least == pytest.approx(1 / 3, abs=1e-12)
    assert less.distance is not None
    assert less.distance_at_least <= less.distance
