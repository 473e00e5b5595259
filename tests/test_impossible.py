"""That no answer exists is a verdict: shown over fractions where it is so, and never where it is not."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mechproof as mp
from mechproof.cli import run
from mechproof.solvers.agreement import agreement
from mechproof.solvers.compare import Comparison, Row
from mechproof.solvers.solution import Request


def program(variables: tuple[mp.Decision, ...], rows: dict[str, Any], equalities: tuple[str, ...] = ()) -> mp.Program:
    """Minimise the first variable under rows."""

    class Rows(mp.Program):
        def variables(self) -> tuple[mp.Decision, ...]:
            return variables

        def objective(self) -> Any:
            return lambda a, x: x

        def constraints(self) -> tuple[mp.Constraint, ...]:
            return tuple(mp.Constraint(name, slack, name in equalities) for name, slack in rows.items())

    return Rows()


X, Y = mp.Decision("x", 0, 5), mp.Decision("y", -5, 5)


@dataclass(frozen=True)
class Case:
    """A program, somewhere to stand, and whether it has no answer."""

    name: str
    program: mp.Program
    at: dict[str, Any]
    impossible: bool
    shown: bool = True


CASES = [
    Case("x ≥ 3, x ≤ 1", program((X,), {"high": lambda a, x: x - 3, "low": lambda a, x: 1 - x}), {"x": 0}, True),
    Case("x ≥ 3, x ≤ 4", program((X,), {"high": lambda a, x: x - 3, "low": lambda a, x: 4 - x}), {"x": 0}, False),
    Case("x ≥ 3, x ≤ 3", program((X,), {"high": lambda a, x: x - 3, "low": lambda a, x: 3 - x}), {"x": 0}, False),
    Case("x ≥ 6, at most 5", program((X,), {"high": lambda a, x: x - 6}), {"x": 0}, True),
    Case(
        "in units of 10⁻⁹ and 10⁶",
        program((X,), {"high": lambda a, x: (x - 3) / 10**9, "low": lambda a, x: 10**6 * (1 - x)}),
        {"x": 0},
        True,
    ),
    Case("2 x = 11", program((X,), {"row": lambda a, x: 2 * x - 11}, ("row",)), {"x": 3}, True),
    Case("2 x = 9", program((X,), {"row": lambda a, x: 2 * x - 9}, ("row",)), {"x": 3}, False),
    Case(
        "2 x = 9 in whole numbers",
        program((mp.Decision("x", 0, 5, whole=True),), {"row": lambda a, x: 2 * x - 9}, ("row",)),
        {"x": 3},
        True,
    ),
    Case(
        "a line that misses a circle",
        program(
            (X, Y), {"circle": lambda a, x, y: 1 - a.square(x) - a.square(y), "line": lambda a, x, y: 2 * x + 2 * y - 3}
        ),
        {"x": 3, "y": 1},
        True,
    ),
    Case(
        "a line that meets it",
        program(
            (X, Y), {"circle": lambda a, x, y: 1 - a.square(x) - a.square(y), "line": lambda a, x, y: 5 * x + 5 * y - 7}
        ),
        {"x": 3, "y": 1},
        False,
    ),
    Case("not convex: nothing is shown", program((X,), {"row": lambda a, x: a.square(x) - 30}), {"x": 3}, True, False),
    Case("not rational: nothing is shown", program((X,), {"row": lambda a, x: a.log(x) - 2}), {"x": 3}, True, False),
]


@pytest.mark.parametrize("arithmetic", ["float", "exact"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_impossible_programs_are_told_from_others(case: Case, arithmetic: str) -> None:
    found = mp.certify(mp.candidate(case.program, **case.at), arithmetic=arithmetic)
    assert found.feasible is False
    assert found.impossible == (case.impossible and case.shown)


def can_be_kept(rows: list[tuple[int, int, int]]) -> bool:
    """Whether a x + b y ≥ c can be kept in 0 ≤ x ≤ 5, −5 ≤ y ≤ 5: at a corner of where, if anywhere."""
    sides = [*rows, (1, 0, 0), (-1, 0, -5), (0, 1, -5), (0, -1, -5)]
    for (a, b, c), (d, e, f) in combinations(sides, 2):
        if (det := a * e - b * d) != 0:
            x, y = Fraction(c * e - b * f, det), Fraction(a * f - c * d, det)
            if all(p * x + q * y >= r for p, q, r in sides):
                return True
    return False


def half_plane(x_rate: int, y_rate: int, least: int) -> Any:
    """The slack of one such row."""
    return lambda a, x, y: x_rate * x + y_rate * y - least


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(-3, 3), st.integers(-3, 3), st.integers(-9, 9)), min_size=1, max_size=4))
def test_linear_rows_are_judged_as_by_their_corners(rows: list[tuple[int, int, int]]) -> None:
    slacks = {f"row{k}": half_plane(*row) for k, row in enumerate(rows)}
    found = mp.certify(mp.candidate(program((X, Y), slacks), x=0, y=0), arithmetic="exact")
    assert found.feasible == all(c <= 0 for _, _, c in rows)
    assert found.impossible == (not can_be_kept(rows))


@pytest.mark.parametrize("backend", ["auto", "cvxpy:SCS", "pyomo:highs", "pyomo:scip"])
def test_what_a_back_end_says_is_shown(backend: str) -> None:
    solved = mp.solve(CASES[0].program, backend)
    assert solved.claimed == "infeasible"
    assert solved.certificate.impossible
    assert "high and low at once" in solved.certificate.reason


def test_what_is_not_shown_stays_the_back_ends_word() -> None:
    with pytest.raises(mp.BackendError, match="infeasible"):
        mp.solve(CASES[-1].program)


def test_the_command_line_leaves_with_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "torn.py").write_text(
        "import mechproof as mp\n"
        "class Torn(mp.Program):\n"
        "    def variables(self): return (mp.Decision('x', 0, 5),)\n"
        "    def objective(self): return lambda a, x: x\n"
        "    def constraints(self):\n"
        "        return mp.Constraint('high', lambda a, x: x - 3), mp.Constraint('low', lambda a, x: 1 - x)\n"
    )
    (tmp_path / "torn.toml").write_text('format = 1\n[mechanism]\ntype = "torn.py:Torn"\n[candidate]\nx = 0\n')
    for command in (["solve"], ["certify"], ["compare", "--backends", "pyomo:highs"]):
        assert run([*command, str(tmp_path / "torn.toml"), "--allow-code", "--format", "json"]) == 1
        document = json.loads(capsys.readouterr().out)
        mp.check_document(document)
        parts = document.get("rows", [document])
        assert parts[0]["certificate"]["impossible"] is True
    assert run(["solve", str(tmp_path / "torn.toml"), "--allow-code"]) == 1
    assert "there is no answer" in capsys.readouterr().out


def test_an_answer_to_what_is_impossible_is_an_alarm() -> None:
    lost = mp.certify(mp.candidate(CASES[0].program, x=0))
    found = replace(lost, feasible=True, optimal=True, impossible=False)
    rows = Row("one", "answered", certificate=lost), Row("other", "answered", certificate=found)
    assert not agreement(Comparison(CASES[0].program, rows, Request())).agree
