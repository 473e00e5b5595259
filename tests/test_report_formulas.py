"""Formulas of a report are taken apart into lines, and still say what they said."""

from __future__ import annotations

import math
from dataclasses import dataclass
from xml.etree import ElementTree

import pytest
import sympy as sp

from mechproof.proofs.reports.presentation import TOO_LONG, presentation
from mechproof.solvers.readings.presentation import mathml_of, presentation_of

A, B, C, D = letters = sp.symbols("alpha_one beta_two gamma_three d", positive=True)
VALUES = {A: 1.25, B: 0.75, C: 3.5, D: 2.0}
NAMES = {"alphaone": A, "betatwo": B, "gammathree": C, "d": D}


@dataclass(frozen=True)
class Formula:
    name: str
    expression: sp.Expr


LONG_SUM = A * B + B * C + C * D + A * D
FORMULAS = (
    Formula("short", A / B - C),
    Formula("a sum over a sum", LONG_SUM / (A * C + B * D + A * B * C)),
    Formula("a fraction times another", (LONG_SUM / (A + B + C)) * ((A * B * C + D) / (B + C + D)) * D),
    Formula("minus a long fraction", A - (A * B - B * C - C * D * A) / (A * B * C + B * D * C)),
    Formula("a power of a sum", (LONG_SUM + A * B * C) ** 3 - D * (A * C * B + B * C * D) ** 2),
    Formula("a root of a fraction", sp.sqrt((LONG_SUM + 1) / (A * B + C * D + A * D * C)) - sp.sqrt(A)),
    Formula("the largest of several", sp.Max(0, A * sp.Max(1 / (A + B), 2 / (A + B + C), A * B * C * D) - B * C) + 1),
    Formula("logarithms", D * sp.log(1 + (A * B * C + B * C * D) / (A + B + C)) - sp.log(C)),
)


def linear(element: ElementTree.Element) -> str:
    """Return what is shown as Python text, fractions and powers too."""
    inner = [linear(child) for child in element]
    if element.tag == "mfrac":
        return f"(({inner[0]})/({inner[1]}))"
    if element.tag == "msup":
        return f"{inner[0]}**({inner[1]})" if inner[0] == ")" else f"(({inner[0]})**({inner[1]}))"
    if element.tag == "msqrt":
        return f"sqrt({''.join(inner)})"
    if element.tag == "msub":
        return "".join(inner)
    return (element.text or "").strip() + "".join(inner)


def value(shown: str) -> float:
    """Return the value of what is shown at the values above."""
    root = ElementTree.fromstring(f"<page>{shown}</page>")
    text = linear(root).replace("−", "-").replace("⋅", "*").replace("\N{INVISIBLE TIMES}", "*")
    text = text.replace("√", "sqrt").replace("ln", "log")
    known = {name: VALUES[letter] for name, letter in NAMES.items()}
    found: float = eval(text, {"sqrt": math.sqrt, "max": max, "log": math.log, **known})
    return found


@pytest.mark.parametrize("case", FORMULAS, ids=lambda case: case.name)
def test_a_formula_in_lines_has_the_value_it_had(case: Formula) -> None:
    names = {letter: sp.Symbol(name, positive=True) for name, letter in NAMES.items()}
    shown = presentation(mathml_of(presentation_of(case.expression.subs(names))))
    assert value(str(shown)) == pytest.approx(float(case.expression.subs(VALUES)))


def test_long_ones_come_in_many_parts_and_short_ones_in_few() -> None:
    short, long = (str(presentation(mathml_of(presentation_of(case.expression)))) for case in FORMULAS[:2])
    assert short.count("<math>") == 2
    assert long.count("<math>") > 5
    widest = max(part.count("<mi>") for part in long.split("</math>"))
    assert widest * len("alpha_one") <= 2 * TOO_LONG


@pytest.mark.parametrize(
    "text",
    ["<math><mfrac><mi>a long name of what is alone</mi></mfrac></math>", "<math><mfenced/></math>", "<math>" * 3],
)
def test_what_is_no_formula_is_shown_as_text(text: str) -> None:
    assert str(presentation(text)).startswith("<code>")
