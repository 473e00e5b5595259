"""Models in the format .nl, as Pyomo writes them: read as what Pyomo says they are, and its solvers' answers judged."""

from __future__ import annotations

import random
import tempfile
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyomo.environ as pe
import pytest

from mechproof.cli import run
from mechproof.formulations.errors import InputError
from mechproof.solvers.programs.nl import read_nl
from mechproof.solvers.programs.problem import Problem
from mechproof.solvers.programs.solution_files import read_solution

from ..optional import needs

pytestmark = needs("casadi")
LABELS = {"symbolic_solver_labels": True}


def written(model: Any, file: Path, **options: Any) -> Path:
    model.write(str(file), io_options=options)
    return file


def random_model(seed: int) -> Any:
    """A program of three to five variables, some of them whole, with ranges, equalities and products."""
    draw = random.Random(seed)
    model = pe.ConcreteModel()
    model.k = pe.RangeSet(draw.randint(3, 5))
    bounds = {k: (draw.choice([None, -2.5, 0]), draw.choice([None, 3.3, 7])) for k in model.k}
    kinds = {k: draw.choice([pe.Reals, pe.Reals, pe.Integers]) for k in model.k}
    model.x = pe.Var(model.k, bounds=lambda _, k: bounds[k], within=lambda _, k: kinds[k])
    number = lambda: round(draw.uniform(-4, 4), draw.randint(0, 3)) or 1.5  # noqa: E731
    linear = sum(number() * model.x[k] for k in model.k)
    squares = sum(
        number() * model.x[draw.choice(list(model.k))] * model.x[draw.choice(list(model.k))] / draw.choice([1, 2, 4])
        for _ in range(draw.randint(0, 4))
    )
    model.goal = pe.Objective(expr=linear + squares + number(), sense=draw.choice([pe.minimize, pe.maximize]))
    model.rows = pe.ConstraintList()
    for _ in range(3):
        body = sum(number() * model.x[k] for k in model.k) - number()
        low = number()
        model.rows.add(draw.choice([body <= low, body >= low, body == low, pe.inequality(low, body, low + 3)]))
    return model


def variables(model: Any) -> dict[str, Any]:
    return {item.name: item for item in model.component_data_objects(pe.Var)}


def agrees(model: Any, problem: Problem, seed: int) -> None:
    """The oracle is Pyomo's own evaluation at random points: of the objective, and of how far each row is kept."""
    draw, mine = random.Random(seed), variables(model)
    rows = {row.name: row for row in problem.rows}
    assert problem.sense == model.goal.sense
    for _ in range(5):
        for item in mine.values():
            item.set_value(draw.randint(-40, 40) / 8, skip_validation=True)
        point = [Fraction(mine[name].value) for name in problem.names]
        assert problem.sense * float(problem.value(point)) == pytest.approx(pe.value(model.goal), abs=1e-9)
        for item in model.component_data_objects(pe.Constraint):
            row = rows[item.name]
            for end, there in ((row.low, item.lower), (row.high, item.upper)):
                assert (end is None) == (there is None)
                if end is not None:
                    slack = pe.value(item.body) - pe.value(there)
                    assert float(row.at(point) - end) == pytest.approx(slack, abs=1e-9)
    for name, item in mine.items():
        low, high = (None if end is None else Fraction(repr(float(end))) for end in item.bounds)
        bounds = rows[f"bound of {name}"]
        assert (bounds.low, bounds.high) == (low, high)
        assert (problem.names.index(name) in problem.whole) == item.is_integer()


@pytest.mark.parametrize("seed", range(12))
def test_a_model_is_what_pyomo_says_it_is(seed: int, tmp_path: Path) -> None:
    model = random_model(seed)
    agrees(model, read_nl(written(model, tmp_path / "model.nl", **LABELS)), seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12, 300))
def test_many_models_are_what_pyomo_says_they_are(seed: int, tmp_path: Path) -> None:
    model = random_model(seed)
    agrees(model, read_nl(written(model, tmp_path / "model.nl", **LABELS)), seed)


def works() -> Any:
    model = pe.ConcreteModel()
    model.x, model.y = pe.Var(bounds=(0, 3.3)), pe.Var(within=pe.NonNegativeReals)
    model.profit = pe.Objective(expr=3 * model.x + 2 * model.y - model.x**2 / 4, sense=pe.maximize)
    model.machines = pe.Constraint(expr=3 * model.x + model.y <= 10)
    model.hours = pe.Constraint(expr=pe.inequality(-2, model.x - 3 * model.y, 4))
    return model


def test_names_stand_beside_the_model_or_are_numbers(tmp_path: Path) -> None:
    labelled = read_nl(written(works(), tmp_path / "one.nl", **LABELS))
    plain = read_nl(written(works(), tmp_path / "two.nl"))
    assert (labelled.names, [row.name for row in labelled.rows[:2]]) == (["x", "y"], ["machines", "hours"])
    assert (plain.names, [row.name for row in plain.rows[:2]]) == (["x0", "x1"], ["c0", "c1"])
    assert plain.linear == labelled.linear == {0: -3, 1: -2}
    assert labelled.quadratic == {(0, 0): Fraction(1, 2)}
    (tmp_path / "one.col").write_text("x\nx\n", encoding="utf-8")
    with pytest.raises(InputError, match="must name 2 different ones"):
        read_nl(tmp_path / "one.nl")


@needs("pyomo-pounce")
def test_what_a_solver_under_pyomo_answers_is_judged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The .nl and .sol of one run, as Pyomo leaves them; then with a value that keeps every row and earns less."""
    pytest.importorskip("pyomo_pounce")  # puts its solver into Pyomo's register
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    pe.SolverFactory("pounce").solve(works(), keepfiles=True, **LABELS)
    (model,), (answer,) = tmp_path.glob("*.nl"), tmp_path.glob("*.sol")
    asked = ["certify", "--model", str(model), "--solution", str(answer)]
    assert run(asked) == 0
    assert "VALID" in capsys.readouterr().out
    lines = answer.read_text(encoding="utf-8").splitlines()
    lines[next(k for k, line in enumerate(lines) if line.startswith("2.79"))] = "2.5"
    answer.write_text("\n".join(lines), encoding="utf-8")
    assert run(asked) == 1
    assert "REFUTED" in capsys.readouterr().out


def text_of(objective: Any, tmp_path: Path, *rows: Any) -> Path:
    model = pe.ConcreteModel()
    model.x, model.y = pe.Var(bounds=(0, 1)), pe.Var(bounds=(0, 1))
    model.goal = pe.Objective(expr=objective(model.x, model.y))
    model.rows = pe.ConstraintList()
    for row in rows:
        model.rows.add(row(model.x, model.y))
    return written(model, tmp_path / "model.nl")


@pytest.mark.parametrize(
    ("objective", "rule"),
    [
        (lambda x, y: x**2 * y, "multiplies three variables"),
        (lambda x, y: pe.log(1 + x) + y, "is not quadratic"),
        (lambda x, y: x / (1 + y), "is not quadratic"),
        (lambda x, y: abs(x - y), "is not quadratic"),
    ],
)
def test_what_is_not_quadratic_is_refused(objective: Any, rule: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=rule):
        read_nl(text_of(objective, tmp_path))


SQUARE = "o5\nv0\nn2\n"
CURVE = f"o2\nn-0.25\n{SQUARE}"
REWRITTEN = {
    "a quotient by a number": (CURVE, f"o3\n{SQUARE}n-4\n", {(0, 0): Fraction(1, 2)}, 10),
    "what is added to itself": (CURVE, f"o0\n{SQUARE}{SQUARE}", {(0, 0): Fraction(-4)}, 10),
    "a number in a row": ("C0\nn0\n", "C0\nn3.5\n", {(0, 0): Fraction(1, 2)}, Fraction(13, 2)),
}


@pytest.mark.parametrize("name", REWRITTEN)
def test_what_pyomo_never_writes_is_read_too(name: str, tmp_path: Path) -> None:
    before, after, quadratic, high = REWRITTEN[name]
    file = written(works(), tmp_path / "works.nl")
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after), encoding="utf-8")
    problem = read_nl(file)
    assert (problem.quadratic, problem.rows[0].high) == (quadratic, high)


def test_what_cancels_is_not_there(tmp_path: Path) -> None:
    text = text_of(lambda x, y: x + y, tmp_path, lambda x, y: x * y - y * x + x >= 0.25)
    assert read_nl(text).rows[0].terms == {0: 1}


def test_curved_rows_suffixes_and_other_texts_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not linear, c0"):
        read_nl(text_of(lambda x, y: x + y, tmp_path, lambda x, y: x * y >= 0.25))
    model = works()
    model.weight = pe.Suffix(direction=pe.Suffix.EXPORT)
    model.weight[model.x] = 2
    with pytest.raises(InputError, match="cannot be read by CasADi: Suffix"):
        read_nl(written(model, tmp_path / "suffix.nl"))
    two = written(works(), tmp_path / "two.nl")
    two.write_text(two.read_text(encoding="utf-8") + "O1 0\nn0\n", encoding="utf-8")
    with pytest.raises(InputError, match="has 2 objectives"):
        read_nl(two)
    two.write_text("b3 1 1 0\n", encoding="utf-8")
    with pytest.raises(InputError, match="text form"):
        read_nl(two)


SOL = "solved\n\nOptions\n3\n1\n1\n0\n2\n2\n2\n2\n0.5\n0.25\n2.5\n1.25e0\nobjno 0 0\n"


def test_values_without_names_are_in_the_order_of_the_variables(tmp_path: Path) -> None:
    problem, file = read_nl(written(works(), tmp_path / "works.nl")), tmp_path / "works.sol"
    file.write_text(SOL, encoding="utf-8")
    assert read_solution(file, problem) == [Fraction(5, 2), Fraction(5, 4)]


@pytest.mark.parametrize(
    ("before", "after", "rule"),
    [
        ("2\n2\n2\n2\n", "2\n2\n3\n3\n", "the model has 2"),
        ("2\n2\n2\n2\n", "2\n0\n2\n0\n", "has no solution"),
        ("1.25e0\nobjno 0 0\n", "", "cut off"),
        ("1.25e0", "nan", "finite decimal"),
        ("3\n1\n1\n0\n", "3.5\n1\n1\n0\n", "must be a count"),
    ],
)
def test_other_answers_are_refused(before: str, after: str, rule: str, tmp_path: Path) -> None:
    problem, file = read_nl(written(works(), tmp_path / "works.nl")), tmp_path / "works.sol"
    assert before in SOL
    file.write_text(SOL.replace(before, after), encoding="utf-8")
    with pytest.raises(InputError, match=rule):
        read_solution(file, problem)


@pytest.mark.parametrize(
    "objective",
    [
        lambda model: pe.sqrt(model.x) ** 2,
        lambda model: (model.x**0.5) ** 2,
        lambda model: model.x * (model.x / model.x),
        lambda model: model.x / model.y * model.y,
    ],
)
def test_what_is_not_everywhere_is_no_polynomial(objective: Any, tmp_path: Path) -> None:
    """Of the square of a root there is nothing below 0; as x its least over the bounds would be -5, and 0 refuted."""
    model = pe.ConcreteModel()
    model.x, model.y = pe.Var(bounds=(-5, 9)), pe.Var(bounds=(0, 9))
    model.goal = pe.Objective(expr=objective(model) + model.y)
    with pytest.raises(InputError, match="is not quadratic"):
        read_nl(written(model, tmp_path / "model.nl"))


@pytest.mark.parametrize(("factor", "answer"), [(1e60, "1"), (1, "1e400")])
def test_numbers_that_are_no_doubles_are_refused_with_their_place(
    factor: float, answer: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = pe.ConcreteModel()
    model.x = pe.Var(bounds=(0, 9))
    model.goal = pe.Objective(expr=(factor * model.x) * (factor * model.x))
    file = written(model, tmp_path / "model.nl", **LABELS)
    claim = tmp_path / "claim.sol"
    claim.write_text(f"x {answer}\n", encoding="utf-8")
    assert run(["certify", "--model", str(file), "--solution", str(claim)]) == 2
    assert "has a number of 1e100 or more" in capsys.readouterr().err
