"""Claims as LaTeX: the statements' formulas read as symbols, under the roles' usual names."""

from __future__ import annotations

from collections.abc import Mapping

import sympy as sp

from ..formulations.algebra import Formula, read, roles_of
from ..solvers.readings.symbols import Symbols
from .claim import Claim, Counterexample, ForAnyNumber, OnBox, Step
from .sentence import Relation

SIGNS = {">": ">", ">=": r"\ge", "=": "=", "<": "<", "<=": r"\le"}
USUAL = {
    "own": r"\varepsilon_i",
    "others": r"\varepsilon_{-i}",
    "epsilon": r"\varepsilon",
    "cost": r"\rho_i",
    "reward_pool": "B",
    "total": "E",
    "client_count": "N",
    "cost_sum": "R",
    "alpha": r"\alpha",
    "beta": r"\beta",
}


def latex(claim: Claim, symbols: Mapping[str, str]) -> str:
    r"""Return the statement a claim's evidence is about, its hypotheses before the arrow.

    Examples
    --------
    >>> from mechproof.proofs.claims import claim_of
    >>> latex(claim_of("stackelberg/eq-16-concave"), {})[:30]
    '{\\varepsilon_{-i}} > 0,\\; {\\va'
    """
    statements = [_stated(item, symbols) for item in claim.evidence]
    return r" \qquad ".join(dict.fromkeys(text for text in statements if text))


def _stated(item: object, symbols: Mapping[str, str]) -> str:
    if isinstance(item, Step):
        return _implication(item.sentence.given, item.sentence.goal, symbols)
    if isinstance(item, ForAnyNumber):
        whole = item.induction
        goal = whole.goal or whole.invariants[-1]
        return _implication({**whole.given, **whole.closing}, goal, symbols)
    if isinstance(item, Counterexample) and not item.needed:
        return _implication(item.given, item.goal, symbols)
    if isinstance(item, OnBox):
        ranges = [rf"{_name(role, symbols)} \in [{low}, {high}]" for role, (low, high) in item.box.items()]
        return ",\\; ".join(ranges) + r" \;\Rightarrow\; " + relation(item.goal, symbols)
    return ""


def _implication(given: Mapping[str, Formula], goal: Formula, symbols: Mapping[str, str]) -> str:
    assumed = ",\\; ".join(dict.fromkeys(relation(statement, symbols) for statement in given.values()))
    return (assumed + r" \;\Rightarrow\; " if assumed else "") + relation(goal, symbols)


def relation(statement: Formula, symbols: Mapping[str, str]) -> str:
    """Return one statement as LaTeX."""
    roles = {role: sp.Symbol("{" + _name(role, symbols) + "}", positive=True) for role in roles_of(statement)}
    found: Relation = read(statement, Symbols(), roles)
    return f"{_side(found.left)} {SIGNS[found.sign]} {_side(found.right)}"


def _side(value: object) -> str:
    return str(sp.latex(sp.sympify(value), ln_notation=True))


def _name(role: str, symbols: Mapping[str, str]) -> str:
    return symbols.get(role) or USUAL.get(role) or r"\mathrm{" + role.replace("_", r"\,") + "}"
