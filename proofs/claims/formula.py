"""Claims as formulas: the statements read as symbols, under the roles' usual names, in LaTeX and in MathML."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
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
    """How formulas are written down: a side, the relations' signs, a range, what stands between the parts, a name."""

    side: Callable[[Any], str]
    signs: Mapping[str, str]
    range: str
    comma: str
    arrow: str
    gap: str
    name: Callable[[str], str]


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
        goal = whole.goal or whole.invariants[-1]
        return _implication({**whole.given, **whole.closing}, goal, symbols, writing)
    if isinstance(item, Counterexample) and not item.needed:
        return _implication(item.given, item.goal, symbols, writing)
    if isinstance(item, OnBox):
        ranges = [
            writing.range.format(writing.side(_symbol(role, symbols, writing)), low, high)
            for role, (low, high) in item.box.items()
        ]
        return writing.comma.join(ranges) + writing.arrow + _relation(item.goal, symbols, writing)
    return ""


def _implication(given: Mapping[str, Formula], goal: Formula, symbols: Mapping[str, str], writing: Writing) -> str:
    assumed = writing.comma.join(dict.fromkeys(_relation(statement, symbols, writing) for statement in given.values()))
    return (assumed + writing.arrow if assumed else "") + _relation(goal, symbols, writing)


def _relation(statement: Formula, symbols: Mapping[str, str], writing: Writing) -> str:
    roles = {role: _symbol(role, symbols, writing) for role in roles_of(statement)}
    found: Relation = read(statement, Symbols(), roles)
    sides = [writing.side(sp.sympify(side)) for side in (found.left, found.right)]
    return f"{sides[0]} {writing.signs[found.sign]} {sides[1]}"


def _symbol(role: str, symbols: Mapping[str, str], writing: Writing) -> Any:
    name = symbols.get(role) or USUAL.get(role) or r"\mathrm{" + role.replace("_", r"\,") + "}"
    return sp.Symbol(writing.name(name), positive=True)


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


def _braced(name: str) -> str:
    return "{" + name + "}"


def _without_commands(name: str) -> str:
    """Return a name as plain letters with at most one index, which is what MathML's printer understands."""
    for command in (r"\mathrm", r"\text", r"\bar", r"\hat", "^", "{", "}"):
        name = name.replace(command, "")
    return name.replace(r"\,", " ")


LATEX = Writing(
    side=lambda expression: str(sp.latex(expression, ln_notation=True)),
    signs={">": ">", ">=": r"\ge", "=": "=", "<": "<", "<=": r"\le"},
    range=r"{} \in [{}, {}]",
    comma=",\\; ",
    arrow=r" \;\Rightarrow\; ",
    gap=r" \qquad ",
    name=_braced,
)
MATHML = Writing(
    side=presentation_of,
    signs={">": "<mo>&gt;</mo>", ">=": "<mo>≥</mo>", "=": "<mo>=</mo>", "<": "<mo>&lt;</mo>", "<=": "<mo>≤</mo>"},
    range="{}<mo>∈</mo><mo>[</mo><mn>{}</mn><mo>,</mo><mn>{}</mn><mo>]</mo>",
    comma="<mo>,</mo><mtext> </mtext>",
    arrow="<mtext> </mtext><mo>⇒</mo><mtext> </mtext>",
    gap="<mtext> and </mtext>",
    name=_without_commands,
)
