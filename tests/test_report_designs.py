"""What reports say of designs, of finite games and of reported budgets."""

from __future__ import annotations

from typing import Any

import pytest

import mechproof as mp
from mechproof.proofs.reports.documents import read_documents
from mechproof.proofs.reports.judgement import judgement
from mechproof.proofs.reports.money import Money
from mechproof.proofs.reports.terms import terms
from mechproof.proofs.reports.verdicts import verdicts
from mechproof.solvers.commands.documents import solution_document

CONTEST = mp.ContestPool(cost=[1, 1], alpha=4, beta=2)


@pytest.mark.parametrize(
    ("asked", "word", "said"),
    [
        ({"require": ["ir"]}, "Yes", "no parameters are better"),
        ({"require": ["ic"]}, "No", "Nobody gains by reporting another cost"),
        (
            {"require": [], "time_limit": 1e-9, "tolerance": 1e-30},
            "Undecided",
            "parameters that are better are not excluded",
        ),
    ],
)
def test_a_design_is_judged_by_its_requirements_and_its_optimum(asked: dict[str, Any], word: str, said: str) -> None:
    family = (
        mp.ReserveProcurement(value=1, prior=mp.UniformPrior(high=1), sellers=3) if word == "Undecided" else CONTEST
    )
    documents = read_documents({"mine": mp.design(family, **asked).document()})
    assert judgement(documents).word == word
    assert any(said in row.text for row in verdicts(documents))
    assert word == "Yes" or "mechproof design SPEC.toml" in judgement(documents).commands


@pytest.mark.parametrize("shape", [(2, 3), (1, 1)])
def test_strategies_stand_by_their_names(shape: tuple[int, int]) -> None:
    rows, columns = shape
    table = [[row + column for column in range(columns)] for row in range(rows)]
    game = mp.FiniteGame(payoff=[table, table], player=["seller", "buyer"])
    (found,) = read_documents({"game": solution_document(mp.solve(game))})
    shown = terms(found, Money())
    assert shown is not None
    names = [row[0] for row in shown.table.shown[0].rows]
    assert names == [f"seller: {row + 1}" for row in range(rows)] + [
        f"buyer: {column + 1}" for column in range(columns)
    ]
