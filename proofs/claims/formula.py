"""Claims as formulas: the statements read as symbols, under the roles' usual names, in LaTeX and in MathML."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sympy as sp

from ...formulations.algebra import Formula, read, roles_of
from ...solvers.readings.presentation import mathml_of, presentation_of
from ...solvers.readings.symbols import Symbols
from ..kernel.sentence import Relation
from .claim import Claim, Counterexample, ForAnyNumber, OnBox, Step

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


@dataclass(frozen=True)
class Writing:
    """How formulas are written down: a side, the relations' signs, a range, and what stands between the parts.

    A side is written from its expression and the LaTeX names of its symbols.
    """

    side: Callable[[Any, Mapping[Any, str]], str]
    signs: Mapping[str, str]
    range: str
    comma: str
    arrow: str
    gap: str


def latex(claim: Claim, symbols: Mapping[str, str]) -> str:
    r"""Return the statement a claim's evidence is about, its hypotheses before the arrow.

    Examples
    --------
    >>> from mechproof.proofs.claims.register import claim_of
    >>> latex(claim_of("stackelberg/eq-16-concave"), {})[:30]
    '{\\varepsilon_{-i}} > 0,\\; {\\va'
    """
    return _written(claim, symbols, LATEX)


def mathml(claim: Claim, symbols: Mapping[str, str]) -> str:
    r"""Return the same as presentation MathML; empty where the evidence is no formula.

    Examples
    --------
    >>> from mechproof.proofs.claims.register import claim_of
    >>> "<mo>⇒</mo>" in mathml(claim_of("stackelberg/eq-16-concave"), {})
    True
    """
    content = _written(claim, symbols, MATHML)
    return mathml_of(content) if content else ""


def broken(item: Counterexample, symbols: Mapping[str, str]) -> str:
    """Return the sentence that an instance breaks, as MathML."""
    return mathml_of(_implication(item.given, item.goal, symbols, MATHML))


def relation(statement: Formula, symbols: Mapping[str, str]) -> str:
    """Return one statement as LaTeX."""
    return _relation(statement, symbols, LATEX)


def _written(claim: Claim, symbols: Mapping[str, str], writing: Writing) -> str:
    statements = [_stated(item, symbols, writing) for item in claim.evidence]
    return writing.gap.join(dict.fromkeys(text for text in statements if text))


def _stated(item: object, symbols: Mapping[str, str], writing: Writing) -> str:
    if isinstance(item, Step):
        return _implication(item.sentence.given, item.sentence.goal, symbols, writing)
    if isinstance(item, ForAnyNumber):
        whole = item.induction
        goal = whole.invariants[-1] if whole.goal is None else whole.goal
        return _implication({**whole.given, **whole.closing}, goal, symbols, writing)
    if isinstance(item, Counterexample) and not item.needed:
        return _implication(item.given, item.goal, symbols, writing)
    if isinstance(item, OnBox):
        ranges = [
            writing.range.format(_side(_symbol(role, symbols), (role,), symbols, writing), low, high)
            for role, (low, high) in item.box.items()
        ]
        return writing.comma.join(ranges) + writing.arrow + _relation(item.goal, symbols, writing)
    return ""


def _implication(given: Mapping[str, Formula], goal: Formula, symbols: Mapping[str, str], writing: Writing) -> str:
    assumed = writing.comma.join(dict.fromkeys(_relation(statement, symbols, writing) for statement in given.values()))
    return (assumed + writing.arrow if assumed else "") + _relation(goal, symbols, writing)


def _relation(statement: Formula, symbols: Mapping[str, str], writing: Writing) -> str:
    roles = roles_of(statement)
    left, sign, right = _read(statement, tuple(_symbol(role, symbols) for role in roles))
    sides = [_side(side, roles, symbols, writing) for side in (left, right)]
    return f"{sides[0]} {writing.signs[sign]} {sides[1]}"


@lru_cache(maxsize=256)
def _read(statement: Formula, roles: tuple[Any, ...]) -> tuple[Any, str, Any]:
    """Read a statement as symbols, once for all ways to write it down."""
    found: Relation = read(statement, Symbols(), dict(zip(roles_of(statement), roles, strict=True)))
    return sp.sympify(found.left), found.sign, sp.sympify(found.right)


def _side(expression: Any, roles: Sequence[str], symbols: Mapping[str, str], writing: Writing) -> str:
    return writing.side(expression, {_symbol(role, symbols): "{" + _name(role, symbols) + "}" for role in roles})


def _name(role: str, symbols: Mapping[str, str]) -> str:
    return symbols.get(role) or USUAL.get(role) or r"\mathrm{" + role.replace("_", r"\,") + "}"


def _symbol(role: str, symbols: Mapping[str, str]) -> Any:
    """Return a role's symbol, under the name that MathML's printer understands."""
    return sp.Symbol(_without_commands(_name(role, symbols)), positive=True)


PLAIN = {
    r"\varepsilon": "ε",
    r"\Delta": "Δ",
    r"\alpha": "α",
    r"\beta": "β",
    r"\rho": "ρ",
    r"\delta": "δ",
    r"\lambda": "λ",
    r"\kappa": "κ",
    r"\psi": "ψ",
    r"\mathrm": "",
    r"\,": " ",
    "'": "′",
    "^*": "*",
}
LOWERED = str.maketrans("0123456789-ijk", "₀₁₂₃₄₅₆₇₈₉₋ᵢⱼₖ")


def plain_symbol(role: str, symbols: Mapping[str, str]) -> str:
    r"""Return a role's symbol as plain text.

    Examples
    --------
    >>> plain_symbol("others", {}), plain_symbol("best", {"best": r"\varepsilon^*_{k-1}"}), plain_symbol("fixed", {})
    ('ε₋ᵢ', 'ε*ₖ₋₁', 'fixed')
    """
    name = symbols.get(role) or USUAL.get(role) or role.replace("_", r"\,")
    for command, letter in PLAIN.items():
        name = name.replace(command, letter)
    name, _, index = name.partition("_")
    return name.strip("{}") + index.strip("{}").translate(LOWERED)


def _without_commands(name: str) -> str:
    """Return a name as plain letters with at most one index, which is what MathML's printer understands."""
    for command in (r"\mathrm", r"\text", r"\bar", r"\hat", "^", "{", "}"):
        name = name.replace(command, "")
    return name.replace(r"\,", " ")


LATEX = Writing(
    side=lambda expression, names: str(sp.latex(expression, ln_notation=True, symbol_names=dict(names))),
    signs={">": ">", ">=": r"\ge", "=": "=", "<": "<", "<=": r"\le"},
    range=r"{} \in [{}, {}]",
    comma=",\\; ",
    arrow=r" \;\Rightarrow\; ",
    gap=r" \qquad ",
)
MATHML = Writing(
    side=lambda expression, _: presentation_of(expression),
    signs={">": "<mo>&gt;</mo>", ">=": "<mo>≥</mo>", "=": "<mo>=</mo>", "<": "<mo>&lt;</mo>", "<=": "<mo>≤</mo>"},
    range="{}<mo>∈</mo><mo>[</mo><mn>{}</mn><mo>,</mo><mn>{}</mn><mo>]</mo>",
    comma="<mo>,</mo><mtext> </mtext>",
    arrow="<mtext> </mtext><mo>⇒</mo><mtext> </mtext>",
    gap="<mtext> and </mtext>",
)
