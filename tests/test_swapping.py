"""One declaration of a stranger's, any solver: the same certified answer, swapped by one word."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import mechproof as mp
from mechproof.cli import run
from mechproof.formulations.specification.user_code import load_class

ROOT = Path(mp.__file__).parent
PAGE = (Path(__file__).parents[1] / "docs" / "backends.md").read_text(encoding="utf-8")
SPEC = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)[0]
ANSWER = np.array([14, 14, 27]) / 5
"""By hand: 1 + x₁/5 = λ, 2 + 2x₂/5 = 2λ, 3 + 3x₃/5 = 4λ and x₁ + 2x₂ + 4x₃ = 30 give λ = 39/25."""
CORE = ("cvxpy:CLARABEL", "cvxpy:HIGHS", "pyomo:highs")
MORE = ("cvxpy:OSQP", "cvxpy:PIQP", "cvxpy:SCS", "pyomo:pounce")


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    (tmp_path / "own_program.py").write_text((ROOT / "examples" / "own_program.py").read_text(encoding="utf-8"))
    path = tmp_path / "purchase.toml"
    path.write_text(SPEC)
    return path


def purchase(spec: Path) -> Any:
    return mp.read_specification(spec, allow_code=True).model


def skip_absent(model: Any, backend: str) -> None:
    reason = next(offer.reason for offer in mp.backends(model) if offer.name == backend)
    if "not installed" in reason:
        pytest.skip(reason)


@pytest.mark.parametrize("backend", CORE + MORE)
def test_one_word_swaps_the_solver_and_the_answer_stays(
    backend: str, spec: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    skip_absent(purchase(spec), backend)
    spec.write_text(SPEC.replace("cvxpy:clarabel", backend.lower()))
    assert run(["solve", str(spec), "--allow-code", "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["backend"].casefold() == backend.casefold()
    assert document["certificate"]["valid"]
    assert document["certificate"]["distance"] <= 1e-7
    assert np.abs(np.array(document["values"]["records"]) - ANSWER).max() <= 1e-7 * ANSWER.max()


@pytest.mark.parametrize("backend", CORE + MORE)
def test_an_option_swaps_it_too(backend: str, spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    skip_absent(purchase(spec), backend)
    assert run(["solve", str(spec), "--allow-code", "--backend", backend]) == 0
    shown = capsys.readouterr().out
    assert f"solved by {backend}" in shown
    assert "CERTIFIED" in shown
    assert "2.80000" in shown


def test_no_wrong_answer_is_certified(spec: Path) -> None:
    for moved in ([0.01, 0, 0], [-0.01, 0, 0], [0.02, -0.01, 0]):
        assert not mp.candidate(purchase(spec), records=ANSWER + np.array(moved)).certificate.valid


OTHERS = ("closed-form", "ironing", "price-fit", "menu-programme", "interference", "best-response", "share-function")


@pytest.mark.slow
def test_comparing_passes_over_what_solves_other_mechanisms(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    some = [str(spec), "--allow-code", "--time-limit", "60"]
    assert run(["compare", *some]) == 0
    shown = capsys.readouterr().out
    assert not [name for name in OTHERS if name in shown]
    assert re.search(r"\d+ back ends solve other kinds of mechanisms; compare --all shows them", shown)
    assert all(name in shown for name in CORE)
    assert run(["compare", *some, "--all"]) == 0
    shown = capsys.readouterr().out
    assert all(name in shown for name in OTHERS)
    assert "other kinds" not in shown


@pytest.mark.slow
def test_what_is_asked_for_by_name_is_never_passed_over(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["compare", str(spec), "--allow-code", "--backends", "Closed-Form,cvxpy:clarabel"]) == 0
    shown = capsys.readouterr().out
    assert "knows a closed form for StackelbergPricing only" in shown
    assert "cvxpy:CLARABEL" in shown
    assert "other kinds" not in shown
    found = mp.compare(purchase(spec), backends=["PYOMO:highs"])
    assert [(row.backend, row.for_others, row.certificate and row.certificate.valid) for row in found.rows] == [
        ("pyomo:highs", False, True)
    ]
    with pytest.raises(mp.InputError, match="cvxpy:CLARABEL"):
        mp.compare(purchase(spec), backends=["cvxpy:clarable"])


def test_a_document_has_every_row(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["compare", str(spec), "--allow-code", "--backends", "cvxpy,pyomo", "--format", "json"]) == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    found = {
        row["backend"]: np.array(row["values"]["spent"]) for row in rows if (row["certificate"] or {}).get("valid")
    }
    assert set(CORE) <= set(found)
    spent = float(ANSWER @ [1, 2, 3] + np.square(ANSWER) @ [0.1, 0.2, 0.3])
    assert list(found.values()) == pytest.approx([spent] * len(found), rel=1e-7)


class Linear(mp.Program):
    """The least cost of three units; the others change one thing of it."""

    cost: mp.Vector = mp.vector("a cost", above=0, per="seller")
    whole = False

    def variables(self) -> tuple[mp.Decision, ...]:
        count = len(self.cost)
        return (mp.Decision("x", np.zeros(count), np.full(count, 10.0), whole=self.whole),)

    def objective(self) -> Any:
        return lambda a, x, cost: a.sum(cost * x)

    def constraints(self) -> tuple[mp.Constraint, ...]:
        return (mp.Constraint("enough", lambda a, x: a.sum(x) - 3),)


class Quadratic(Linear):
    def objective(self) -> Any:
        return lambda a, x, cost: a.sum(cost * a.square(x))


class Exponential(Linear):
    def constraints(self) -> tuple[mp.Constraint, ...]:
        return (mp.Constraint("enough", lambda a, x: a.sum(a.log1p(x)) - 1),)


class Whole(Linear):
    whole = True


COLUMNS: dict[str, Any] = {
    "linear": Linear([1, 2]),
    "quadratic": Quadratic([1, 2]),
    "exponential": Exponential([1, 2]),
    "whole": Whole([1, 2]),
    "game": mp.StackelbergPricing(cost=[1, 2, 4], alpha=4, beta=2),
}
TABLE = {
    cells[0].strip("` "): [cell.strip() for cell in cells[1:6]]
    for cells in (line.strip("|").split("|") for line in PAGE.splitlines() if line.startswith("| `"))
}


@pytest.mark.parametrize("column", COLUMNS)
def test_the_page_says_which_takes_what(column: str) -> None:
    place = list(COLUMNS).index(column)
    for offer in mp.backends(COLUMNS[column]):
        if offer.name in TABLE and "not installed" not in offer.reason:
            assert TABLE[offer.name][place] == ("yes" if offer.accepts else "no"), offer.name
    assert len(TABLE) == 11


def test_the_program_travels_to_the_process_of_a_back_end() -> None:
    kind = load_class("own_program.py:CheapestData", ROOT / "examples", allow_code=True)
    model = kind(price=[1, 2, 3], rise=["0.1", "0.2", "0.3"], quality=[1, 2, 4], needed=30)  # type: ignore[call-arg]
    solution = mp.solve(model, "pyomo:highs", time_limit=60)
    assert solution.values["records"] == pytest.approx(ANSWER, abs=1e-6)
