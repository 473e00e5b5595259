"""Answers to linear and quadratic programs, judged over fractions: against HiGHS, against all vertices, by hand."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import highspy
import numpy as np
import pytest

from mechproof.cli import run
from mechproof.formulations.errors import InputError
from mechproof.solvers.commands.schema import check_document
from mechproof.solvers.programs.judgement import Judgement, convex, judge
from mechproof.solvers.programs.lp_format import read_lp
from mechproof.solvers.programs.mps import read_mps
from mechproof.solvers.programs.problem import Problem
from mechproof.solvers.programs.solution_files import read_solution

TOLERANCE = Fraction(1, 10**7)
LP = """\\ thirds are no decimals
maximize
 profit: 3 x + 2 y - 1.5
subject to
 machines: 3 x + y <= 10
 hours: -2 <= x - 3 y <= 4
 orders: x + y >= 1
bounds
 x <= 3.3
 -1 <= y <= 40
end
"""
MPS = """* the same problem
NAME          works
OBJSENSE
    MAX
ROWS
 N  profit
 L  machines
 L  hours
 G  orders
 N  unused
COLUMNS
    x         profit    3.0        machines  3.0
    x         hours     1.0        orders    1.0
    x         unused    7.0
    y         profit    2.0        machines  1.0
    y         hours     -3.0       orders    1.0
RHS
    RHS       profit    1.5        machines  10.0
    RHS       hours     4.0        orders    1.0
RANGES
    RNG       hours     6.0
BOUNDS
 UP BND       x         3.3
 LO BND       y         -1.0
 UP BND       y         40.0
ENDATA
"""
OPTIMUM = ("14/5", "8/5")  # where machines and the lower side of hours meet: 3x + y = 10, x − 3y = −2


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def same(one: Problem, other: Problem) -> bool:
    parts = [(p.names, p.sense, p.constant, p.linear, p.quadratic, p.whole) for p in (one, other)]
    rows = [[(row.name, dict(row.terms), row.low, row.high) for row in p.rows] for p in (one, other)]
    return parts[0] == parts[1] and rows[0] == rows[1]


def test_both_formats_say_the_same(tmp_path: Path) -> None:
    lp, mps = read_lp(written(tmp_path, "a.lp", LP)), read_mps(written(tmp_path, "a.mps", MPS))
    assert same(lp, mps)
    assert [row.name for row in lp.rows] == ["machines", "hours", "orders", "bound of x", "bound of y"]
    assert (lp.rows[3].low, lp.rows[3].high) == (0, Fraction(33, 10))


def judged(folder: Path, model: str, solution: str, ending: str = "lp", tolerance: Fraction = TOLERANCE) -> Judgement:
    path = written(folder, f"model.{ending}", model)
    problem = read_lp(path) if ending == "lp" else read_mps(path)
    return judge(problem, read_solution(written(folder, "claim.sol", solution), problem), tolerance)


@dataclass(frozen=True)
class Case:
    """A claim about the problem above, and what is to be said of it."""

    solution: str
    verdict: str
    says: str


CASES = (
    Case("x 2.8\ny 1.6\n", "valid", "exact multipliers"),
    Case("# from a solver\nx 2.80000000001\ny 1.59999999999\n", "valid", "exact multipliers"),
    Case("x 2.8\ny 1.59\n", "refuted", "a better point keeps every row"),
    Case("x 2.81\ny 1.61\n", "refuted", "machines is broken"),
    Case("x 3.3\ny 0.1\n", "refuted", "a better point"),
    Case("x -1\ny 2\n", "refuted", "is broken"),
    Case("solution status: optimal\nobjective value: 0\nx 0.5\n", "refuted", "orders is broken"),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.solution)
def test_claims_by_hand(case: Case, tmp_path: Path) -> None:
    found = judged(tmp_path, LP, case.solution)
    assert (found.verdict, case.says in found.reason) == (case.verdict, True), found.reason
    if found.verdict == "valid":
        assert found.optimum is not None
        assert tuple(map(str, found.optimum.point)) == OPTIMUM


DEGENERATE = "min\n obj: x + y\nst\n a: x + y >= 2\n b: x + 2 y >= 2\n c: 2 x + y >= 2\nbounds\n x free\n y free\nend\n"


@pytest.mark.parametrize(
    ("model", "solution", "verdict"),
    [
        (DEGENERATE, "x 2\ny 0\n", "valid"),  # three rows meet
        (DEGENERATE, "x 0.7\ny 1.3\n", "valid"),  # within an edge of optima
        (DEGENERATE, "x 3\ny 0\n", "refuted"),
        (
            "min\n obj: x - y\nst\n a: x + y >= 2\nend\n",
            "x 0\ny 2\n",
            "refuted",
        ),  # unbounded: whatever is said is beaten
        ("min\n obj: x\nst\n a: x >= 2\n b: x <= 1\nend\n", "x 2\n", "refuted"),  # nobody can keep both
        ("max\n obj: x\nst\n a: 3 x <= 1\nend\n", "x 0.333333333333\n", "valid"),
        ("max\n obj: x\nst\n a: 3 x <= 1\nend\n", "x 0.3333\n", "refuted"),
        ("min\n obj: [ x ^2 + y ^2 ] / 2\nst\n a: x + y = 1\nend\n", "x 0.5\ny 0.5\n", "valid"),
        ("min\n obj: [ x ^2 + y ^2 ] / 2\nst\n a: x + y = 1\nend\n", "x 0.51\ny 0.49\n", "refuted"),
        ("min\n obj: [ 2 x ^2 - 4 x * y + 2 y ^2 ] / 2\nst\n a: x + y = 1\nend\n", "x 0.5\ny 0.5\n", "valid"),
        ("min\n obj: [ x * y ] / 2\nst\n a: x + y = 1\nend\n", "x 0\ny 1\n", "undecided"),  # not convex
        ("max\n obj: [ x ^2 ] / 2\nst\n a: x <= 1\nend\n", "x 1\n", "undecided"),  # nor is that
        ("max\n obj: x\nst\n a: 2 x <= 3\nbounds\n x <= 9\ngeneral\n x\nend\n", "x 1\n", "undecided"),
        ("max\n obj: x\nst\n a: 2 x <= 3\nbounds\n x <= 9\ngeneral\n x\nend\n", "x 1.5\n", "refuted"),
        ("min\n obj: 0 x\nst\n a: x >= 1\nend\n", "x 5\n", "valid"),
    ],
)
def test_special_problems(model: str, solution: str, verdict: str, tmp_path: Path) -> None:
    found = judged(tmp_path, model, solution)
    assert found.verdict == verdict, found.reason


def columns(*words: str) -> str:
    """A line of the fixed format, after its first field."""
    return "    " + "".join(f"{word:<{(10, 10, 15, 10, 12)[k]}}" for k, word in enumerate(words)).rstrip()


FIXED = "\n".join(
    [
        *("NAME          fixed", "ROWS", " N  COST", " E  the sum", " E  lower", " G  upper", "COLUMNS"),
        columns("one var", "COST", "2.", "the sum", "1."),
        columns("one var", "lower", "1."),
        columns("other", "COST", "3.", "the sum", "1."),
        columns("other", "upper", "1."),
        "RHS",
        columns("RHS", "COST", "-4.", "the sum", "5."),
        columns("RHS", "lower", "2.", "upper", "1."),
        "RANGES",
        columns("RNG", "lower", "-1.", "upper", "2."),
        *("BOUNDS", " MI BND       one var", " FR BND       other", "QUADOBJ"),
        columns("one var", "one var", "2."),
        columns("one var", "other", "1."),
        columns("other", "other", "4."),
        "ENDATA",
    ]
)


def test_fixed_columns_ranges_and_quadratic_terms(tmp_path: Path) -> None:
    problem = read_mps(written(tmp_path, "fixed.mps", FIXED))
    assert problem.names == ["one var", "other"]
    sides = {row.name: (row.low, row.high) for row in problem.rows}
    assert sides["lower"] == (1, 2)
    assert sides["upper"] == (1, 3)
    assert sides["bound of one var"] == sides["bound of other"] == (None, None)
    assert problem.constant == 4
    x, y = Fraction(7, 3), Fraction(-2, 5)
    assert problem.value([x, y]) == x * x + x * y + 2 * y * y + 2 * x + 3 * y + 4
    assert convex(problem)


def test_every_kind_of_bound_is_read(tmp_path: Path) -> None:
    """MI keeps the upper bound before it, LI and UI say whole numbers, BV zero or one; 1e20 is no bound."""
    kinds = (
        ("UP", "y", "40"),
        ("MI", "y", ""),
        ("UI", "x", "3"),
        ("LI", "z", "2"),
        ("BV", "b", ""),
        ("UP", "f", "1e20"),
    )
    lines = ["ROWS", " N cost", " G some", "COLUMNS", *(f" {name} cost 1 some 1" for name in "xyzbf"), "BOUNDS"]
    lines += [f" {kind} BND {name} {text}" for kind, name, text in kinds]
    problem = read_mps(written(tmp_path, "b.mps", "\n".join([*lines, "ENDATA"])))
    bounds = {row.name[-1]: (row.low, row.high) for row in problem.rows[1:]}
    assert bounds == {"x": (0, 3), "y": (None, 40), "z": (2, None), "b": (0, 1), "f": (0, None)}
    assert {problem.names[j] for j in problem.whole} == {"x", "z", "b"}


def test_a_maximum_with_a_constant_numbers_first_and_binaries(tmp_path: Path) -> None:
    bounds = ["9 >= x", "1 <= x", "3 = z", "w <= 1e20", "binary", "y", "end"]
    text = ["max", "obj: 2 x + 3 y + 0 z + 0 w + 7", "st", "a: -5 <= x + y <= 5", "bounds", *bounds]
    problem = read_lp(written(tmp_path, "a.lp", "\n".join(text)))
    sides = [(row.low, row.high) for row in problem.rows]
    assert sides == [(-5, 5), (1, 9), (0, 1), (3, 3), (0, None)]
    assert {problem.names[j] for j in problem.whole} == {"y"}
    assert problem.names == ["x", "y", "z", "w"]
    assert problem.sense * problem.value([Fraction(x) for x in (4, 1, 3, 0)]) == 2 * 4 + 3 + 7


@pytest.mark.parametrize(("size", "verdict"), [("1000000", "valid"), ("1/1000000", "refuted")])
def test_how_far_an_answer_may_be_is_relative_to_it(size: str, verdict: str, tmp_path: Path) -> None:
    """Off by 1e-8: of a million next to nothing, of a millionth a hundredth."""
    problem = read_lp(
        written(tmp_path, "a.lp", f"min\n obj: x + y\nst\n a: x + y >= {float(Fraction(size)):.12f}\nend\n")
    )
    claim = [Fraction(size) + Fraction(1, 10**8), Fraction(0)]
    assert judge(problem, claim, TOLERANCE).verdict == verdict


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            " LO BND       y         -1.0\n UP BND       y         40.0",
            " UP BND       y         -4.0",
            "readers differ",
        ),
        ("ENDATA\n", "", "cut off"),
        ("machines  10.0", "machine  10.0", "is no row"),
        ("machines  10.0", "machines  nan", "finite decimal"),
        ("RANGES", "CSECTION", "no section"),
        ("    y         hours     -3.0", "    x         hours     -3.0", "already"),
        (" UP BND       x         3.3", " SC BND       x         3.3", "the kinds are"),
    ],
)
def test_what_readers_understand_differently_is_refused(old: str, new: str, says: str, tmp_path: Path) -> None:
    assert old in MPS
    with pytest.raises(InputError, match=says):
        read_mps(written(tmp_path, "a.mps", MPS.replace(old, new)))


@pytest.mark.parametrize(
    ("solution", "says"),
    [
        ("x 1\n", "has no value of y"),
        ("x 1\ny 2\nz 3\n", "is no variable"),
        ("x 1\nx 2\ny 1\n", "already"),
        ("x one\ny 2\n", "name and its value"),
        ("Model status\nInfeasible\n# Primal solution values\nNone\n", "HiGHS found none"),
    ],
)
def test_what_is_no_solution_is_refused(solution: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=says):
        judged(tmp_path, LP, solution)


# Generated problems: HiGHS writes the model and its answer; the optimum of a linear one is found among all vertices.


def generated(seed: int, quadratic: bool) -> Any:
    rng, infinity = np.random.default_rng(seed), highspy.kHighsInf
    count, rows = int(rng.integers(2, 6)), int(rng.integers(1, 6))
    solver, inside = highspy.Highs(), rng.integers(-3, 4, count)
    solver.setOptionValue("output_flag", False)
    for j in range(count):
        low, high = [(-5.0, 5.0), (-4.0, 7.5), (float(inside[j]), float(inside[j])), (-9.0, 3.25)][rng.integers(4)]
        solver.addVar(low, high)
        solver.changeColCost(j, float(rng.integers(-50, 50)) / 10)
        solver.passColName(j, f"x{j}")
    for i in range(rows):
        values = rng.integers(-9, 10, count) / 4
        columns = np.flatnonzero(values).astype(np.int32)
        here = float(values @ inside)
        sides = [(-infinity, here), (here - 1.25, infinity), (here, here), (here - 2.5, here + 0.75)][rng.integers(4)]
        solver.addRow(*sides, len(columns), columns, values[columns])
        solver.passRowName(i, f"r{i}")
    if quadratic:
        root = rng.integers(-2, 3, (count, count))
        square = (root @ root.T + np.eye(count)).astype(float)
        lower = [(i, j) for j in range(count) for i in range(j, count)]
        hessian = highspy.HighsHessian()
        hessian.dim_, hessian.format_ = count, highspy.HessianFormat.kTriangular
        hessian.start_ = [0, *itertools.accumulate(count - j for j in range(count))]
        hessian.index_, hessian.value_ = [i for i, _ in lower], [square[i, j] for i, j in lower]
        solver.passHessian(hessian)
    elif rng.random() < 0.3:
        solver.changeObjectiveSense(highspy.ObjSense.kMaximize)
    return solver


def least_at_vertices(problem: Problem) -> float:
    """The least value of a linear problem in a box, over all points where as many rows meet as there are variables."""
    count, best = len(problem.names), np.inf
    rows = [(row, side) for row in problem.rows for side in {row.low, row.high} if side is not None]
    for chosen in itertools.combinations(rows, count):
        matrix = np.array([[float(row.terms.get(j, 0)) for j in range(count)] for row, _ in chosen])
        if abs(np.linalg.det(matrix)) < 1e-9:
            continue
        point = np.linalg.solve(matrix, [float(side) for _, side in chosen])
        values = [(sum(float(a) * point[j] for j, a in row.terms.items()), row) for row in problem.rows]
        if all(
            (row.low is None or value >= float(row.low) - 1e-7)
            and (row.high is None or value <= float(row.high) + 1e-7)
            for value, row in values
        ):
            best = min(best, float(problem.constant) + sum(float(c) * point[j] for j, c in problem.linear.items()))
    return best


@pytest.mark.parametrize("quadratic", [False, True])
@pytest.mark.parametrize("seed", range(12))
def test_against_highs_and_all_vertices(seed: int, quadratic: bool, tmp_path: Path) -> None:
    solver = generated(seed, quadratic)
    for name in ("m.mps", "m.lp"):
        solver.writeModel(str(tmp_path / name))
    solver.run()
    solver.writeSolution(str(tmp_path / "m.sol"), 0)
    assert solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    problem = read_mps(tmp_path / "m.mps")
    told = read_lp(tmp_path / "m.lp")  # in which variables are ordered, and ranges told, in another way
    for x in np.random.default_rng(seed).integers(-4, 5, (5, len(problem.names))).tolist():
        named = {name: Fraction(one) for name, one in zip(problem.names, x, strict=True)}
        assert told.value([named[name] for name in told.names]) == problem.value([Fraction(one) for one in x])
    again = judge(told, read_solution(tmp_path / "m.sol", told), Fraction(1, 10**5))
    assert (again.verdict, again.value) == ("valid", problem.value(read_solution(tmp_path / "m.sol", problem)))
    point = read_solution(tmp_path / "m.sol", problem)
    assert float(problem.sense * problem.value(point)) == pytest.approx(solver.getObjectiveValue(), abs=1e-6)
    found = judge(problem, point, Fraction(1, 10**5))  # HiGHS solves quadratic programs to six digits
    assert found.verdict == "valid", found.reason
    assert found.optimum is not None
    if not quadratic and len(problem.names) <= 4:
        assert float(problem.value(found.optimum.point)) == pytest.approx(least_at_vertices(problem), abs=1e-6)
    moved = judge(problem, [x + Fraction(1, 7) for x in point], TOLERANCE)
    assert moved.verdict == "refuted"
    if moved.better is not None:
        keeps = [(row, row.at(moved.better)) for row in problem.rows]
        assert all((r.low is None or v >= r.low) and (r.high is None or v <= r.high) for r, v in keeps)


def test_the_multipliers_prove_it(tmp_path: Path) -> None:
    """Optimality recomputed from the document alone: stationary, complementary, signs right."""
    problem = read_lp(written(tmp_path, "a.lp", LP))
    found = judged(tmp_path, LP, "x 2.8\ny 1.6\n").optimum
    assert found is not None
    slope = problem.slope(found.point)
    for side, weight in found.multipliers:
        assert weight > 0
        assert side.slack(found.point) == 0
        for j, value in side.terms.items():
            slope[j] -= weight * value
    assert slope == [0, 0]


def test_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model, out = written(tmp_path, "works.lp", LP), tmp_path / "claimed.json"
    for text, leaves in (("x 2.8\ny 1.6\n", 0), ("x 2.8\ny 1.5\n", 1)):
        claim = written(tmp_path, "claim.sol", text)
        assert run(["certify", "--model", str(model), "--solution", str(claim), "--output", str(out)]) == leaves
        document = json.loads(out.read_text(encoding="utf-8"))
        check_document(document)
        assert document["better" if leaves else "optimum"]["value"] == "101/10"
        assert run(["certify", "--model", str(model), "--solution", str(claim)]) == leaves
    assert "REFUTED" in capsys.readouterr().out
    for wrong in (
        ["--model", str(model)],
        ["--solution", "a.sol"],
        [],
        ["a.toml", "--model", "a.lp", "--solution", "s"],
    ):
        assert run(["certify", *wrong]) == 2
    assert run(["certify", "--model", "a.nl", "--solution", "s"]) == 2


@pytest.mark.parametrize(
    ("model", "solution", "told"),
    [
        ("work.lp", "works.sol", "model = 'work.lp': there is no such file (did you mean 'works.lp'?"),
        ("works.lp", "gone.sol", "solution = 'gone.sol': there is no such file"),
        ("works.lp", ".", "solution = '.': is a folder (name a file in it)"),
        ("works.lp", "nan.sol", "must be a variable's name and its value (as x 2.5)"),
        ("works.lp", "other.sol", "solution = 'z': is no variable of the model (other.sol must be of that model)"),
    ],
)
def test_files_are_called_by_their_options(
    model: str, solution: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    texts = {"works.lp": LP, "works.sol": "x 2.8\ny 1.6\n", "nan.sol": "x nan\ny 1\n", "other.sol": "x 1\ny 1\nz 1\n"}
    for name, text in texts.items():
        Path(name).write_text(text, encoding="utf-8")
    assert run(["certify", "--model", model, "--solution", solution]) == 2
    assert told in capsys.readouterr().err
