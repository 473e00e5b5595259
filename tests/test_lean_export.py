"""Lean's theorems, read again by themselves: every term has the type it is used at, and the sum that is left is found.

No Lean is needed: `linarith` looks for weights of the facts it is given whose sum is zero with a strict one among
them, which a linear program over the facts' monomials decides. The facts are multiplied out by SymPy.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import sympy as sp
from scipy.optimize import linprog

import mechproof as mp

THEOREM = re.compile(r"^theorem (\w+)(?: \(([^:]*) : ℝ\))?\n(.*?) : False := by\n  linarith \[([^\n]*)\]$", re.M | re.S)
GIVEN = re.compile(r"\(h(\d+) : (?:0 (<|≤) (.*?)|(.*?) = 0)\)(?=\n|$)")
Fact = tuple[str, sp.Expr]
"""A sign, < or ≤ or =, and what zero is compared with."""


class Reader:
    """Reads the terms of one theorem."""

    def __init__(self, names: str, given: str) -> None:
        self.symbols = {name: sp.Symbol(name) for name in names.split()}
        self.known = {f"h{k}": (sign or "=", self.polynomial(a or b)) for k, sign, a, b in GIVEN.findall(given)}

    def polynomial(self, text: str) -> sp.Expr:
        return sp.sympify(text.replace("^", "**"), locals=self.symbols)

    def fact(self, text: str) -> Fact:
        """Return what a term shows."""
        if text.endswith(".le"):
            sign, value = self.fact(text[:-3])
            assert sign == "<"
            return "≤", value
        if text.startswith("(") and text.endswith(")"):
            text = text[1:-1]
        if text in self.known:
            return self.known[text]
        head, *arguments = split(text, " ")
        if head == "mul_self_nonneg":
            return "≤", self.polynomial(arguments[0]) ** 2
        if head == "mul_eq_zero_of_right":
            sign, value = self.fact(arguments[1])
            assert sign == "="
            return "=", self.polynomial(arguments[0]) * value
        (one, left), (other, right) = map(self.fact, arguments)
        assert (head, one, other) in (("mul_pos", "<", "<"), ("mul_nonneg", "≤", "≤"))
        return one, left * right


def split(text: str, mark: str) -> list[str]:
    """Split at marks that are in no brackets."""
    parts, depth = [""], 0
    for letter in text:
        depth += (letter == "(") - (letter == ")")
        if letter == mark and not depth:
            parts.append("")
        else:
            parts[-1] += letter
    return [part.strip() for part in parts if part.strip()]


def contradict(facts: list[Fact]) -> bool:
    """Whether weights, not negative but for equations, add the facts up to zero with strict ones among them."""
    facts = [*facts, ("<", sp.Integer(1))]
    terms = [sp.expand(value).as_coefficients_dict() for _, value in facts]
    monomials = sorted({monomial for one in terms for monomial in one}, key=str)
    sums = [[float(one[monomial]) for one in terms] for monomial in monomials]
    strict = [float(sign == "<") for sign, _ in facts]
    bounds = [(None, None) if sign == "=" else (0, None) for sign, _ in facts]
    found = linprog(np.zeros(len(facts)), A_eq=[*sums, strict], b_eq=[0.0] * len(sums) + [1.0], bounds=bounds)
    return bool(found.status == 0)


def theorems(name: str, folder: Path) -> Iterator[list[Fact]]:
    text = mp.export(name, "lean", folder).files[0].read_text(encoding="utf-8")
    found = THEOREM.findall(text)
    assert len(found) == text.count("\ntheorem ") > 0
    for _, names, given, facts in found:
        reader = Reader(names, given)
        assert len(reader.known) == given.count("(h")
        yield [reader.fact(fact) for fact in split(facts, ",")]


@pytest.mark.parametrize(
    "name", ["stackelberg/eq-16-concave", "stackelberg/equilibrium-unique", "privacy/noise-falls-with-budget"]
)
def test_what_is_left_to_lean_is_a_linear_contradiction(name: str, tmp_path: Path) -> None:
    for facts in theorems(name, tmp_path):
        assert contradict(facts)


def test_what_is_no_contradiction_is_none() -> None:
    x, y = sp.symbols("x y")
    assert contradict([("<", x), ("≤", -x)])
    assert contradict([("<", x), ("=", y - x), ("≤", -y)])
    for facts in ([("<", x), ("≤", x)], [("≤", x), ("≤", -x)], [("<", x), ("≤", -y)], [("<", x + 1), ("≤", -x)]):
        assert not contradict(facts)
