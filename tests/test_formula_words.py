"""Formulas as people write them: names as words, what is added first, brackets where they must be."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
import sympy as sp

import mechproof as mp
from mechproof.proofs.reports.presentation import presentation
from mechproof.solvers.figures.document import formula_rows, formulas
from mechproof.solvers.readings.presentation import latex_of, mathml_of, presentation_of

X, Y, J, N = sp.symbols("x y j N", positive=True)
EACH = sp.IndexedBase("x", positive=True)[J]


class Shop(mp.Game):
    """Sellers with names of their own for what they have."""

    cost_low: mp.Vector = mp.vector("a cost", above=0, per="seller")
    prize: mp.Number = mp.scalar("the prize", above=0)

    def players(self) -> tuple[mp.Player]:
        """Return the sellers."""
        effort = mp.Decision("effort", np.zeros(len(self.cost_low)), np.ones(len(self.cost_low)))

        def utility(a: mp.Algebra, own: Any, others: Any, prize: Any, cost_low: Any) -> Any:
            return prize * a.share(own, others) - cost_low * own

        return (mp.Player("seller", effort, utility, count=len(self.cost_low)),)


def words(markup: str) -> str:
    """Return what is shown, without the elements around it."""
    return re.sub(r"<[^>]+>", "", markup)


def test_names_of_several_letters_are_words_and_no_products() -> None:
    model = Shop([1, 2], 3)
    (row,) = (row for row in formula_rows(formulas(model), model) if row["name"] == "seller utility")
    shown = str(presentation(str(row["mathml"])))
    assert "<mi>prize</mi>" in shown
    assert "<mi>cost</mi><mrow><mi>low</mi><mo>,</mo><mi>i</mi></mrow>" in shown
    latex = str(row["latex"])
    assert r"\mathrm{prize}" in latex
    assert r"\mathrm{cost}_{\mathrm{low}}" in latex
    assert "p r i z e" not in words(shown)


@dataclass(frozen=True)
class Shown:
    expression: Any
    text: str
    latex: str


CASES = (
    Shown(Y - X, "y−x", "y - x"),
    Shown(-X - Y, "−x−y", "- x - y"),
    Shown(sp.Sum(EACH * Y, (J, 1, N)), "∑j=1Nyxj", ""),
    Shown(sp.Sum(EACH - Y, (J, 1, N)), "∑j=1N(", ""),
    Shown(sp.exp(X) - 1, "ex−1", "e^{x} - 1"),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case.expression))
def test_what_is_added_comes_first_and_brackets_where_they_must(case: Shown) -> None:
    shown = words(str(presentation(mathml_of(presentation_of(case.expression))))).replace("\N{INVISIBLE TIMES}", "")
    assert case.text in shown
    assert "-" not in shown
    assert not case.latex or latex_of(case.expression) == case.latex
