"""The command fit-curve: a table or a training in, the leader's specification out, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import mechproof as mp
from mechproof.cli import run
from mechproof.solvers.commands.schema import check_document

EXAMPLES = Path(__file__).parent.parent / "examples"
ROWS = "epsilon,run,worth\n"
SPEC = '[mechanism]\ntype = "stackelberg-pricing"\ncost = [1, "1.25"]\nalpha = 1\nbeta = 9\nepsilon_cap = [2, 3]\n'


def table(path: Path, drop: int | None = None) -> Path:
    """Two runs of 100 ε/(1 + ε), a tenth apart."""
    budgets = (0.25, 0.5, 1, 2, 4, 8)
    lines = [f"{x},{run},{100 * x / (1 + x) + shift}" for x in budgets for run, shift in (("a", 0.1), ("b", -0.1))]
    path.write_text(ROWS + "\n".join(line for at, line in enumerate(lines) if at != drop) + "\n", encoding="utf-8")
    return path


def test_a_table_is_fitted_and_the_leader_solves_with_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    game, document, written = tmp_path / "game.toml", tmp_path / "curve.json", tmp_path / "next.toml"
    game.write_text("format = 1\n" + SPEC, encoding="utf-8")
    arguments = ["fit-curve", str(table(tmp_path / "worth.csv")), "--game", str(game), "--output-spec", str(written)]
    assert run([*arguments, "--output", str(document)]) == 0
    found = json.loads(document.read_text(encoding="utf-8"))
    check_document(found)
    assert found["trained"] is None
    assert found["families"][0]["name"] == "Hill"
    assert found["logarithm"]["rejected"]
    assert found["measured"]["worth"][0] == pytest.approx(
        [20.1, 100 / 3 + 0.1, 50.1, 200 / 3 + 0.1, 80.1, 800 / 9 + 0.1]
    )
    capsys.readouterr()
    specification = mp.read_specification(written)
    assert specification.model.cost.tolist() == [1, 1.25]
    assert specification.model.epsilon_cap.tolist() == [2, 3]
    assert isinstance(specification.model.revenue, mp.MeasuredRevenue)
    assert run(["solve", str(written)]) == 0
    assert "CERTIFIED" in capsys.readouterr().out


def test_the_curve_of_the_specification_is_what_was_measured(tmp_path: Path) -> None:
    written = tmp_path / "next.toml"
    asked = ["--game", str(EXAMPLES / "stackelberg.toml"), "--output-spec", str(written)]
    assert run(["fit-curve", str(table(tmp_path / "worth.csv")), *asked]) == 0
    model = mp.read_specification(written).model
    half, beta = (np.array([float(one) for one in numbers]) for numbers in (model.revenue.half, model.revenue.beta))
    for x in (0.25, 1.0, 8.0):
        assert np.sum(beta * x / (half + x)) == pytest.approx(100 * x / (1 + x), abs=0.5)
    given = mp.read_specification(EXAMPLES / "stackelberg.toml").model
    assert model.cost.tolist() == given.cost.tolist()
    assert list(model.client) == list(given.client)


@pytest.mark.slow
def test_a_specification_is_trained_at_each_budget(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    pytest.importorskip("sklearn")
    game, document = tmp_path / "game.toml", tmp_path / "curve.json"
    settings = "[train]\nrounds = 2\npilot_repetitions = 1\nlearning_rate = 4\n"
    game.write_text("format = 1\n" + SPEC + settings, encoding="utf-8")
    asked = ["--epsilon", "0.1,1,5,20,200", "--repetitions", "2", "--value", "1000", "--clients", "30"]
    assert run(["fit-curve", str(game), *asked, "--output", str(document)]) == 0
    found = json.loads(document.read_text(encoding="utf-8"))
    check_document(found)
    told = found["trained"]
    assert np.shape(told["accuracy"]) == (2, 5)
    assert [one["rounds"] for one in told["choices"]] == [2] * 5
    worth = 1000 * (np.array(told["accuracy"]) - told["chance"])
    assert np.allclose(found["measured"]["worth"], worth)
    assert np.allclose(found["measured"]["mean"], worth.mean(axis=0))
    page = tmp_path / "page.md"
    assert run(["report", str(document), "--output", str(page)]) == 0
    assert "concave steps" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("epsilon,worth\n1,2\n", "has no run"),
        (ROWS + "1,a,2\n1,a,3\n", "stands twice"),
        (ROWS + "1,a,2\n1,b,3\n2,a,3\n", "has no row"),
        (ROWS + "1,a,2\n2,a,3\n", "at least 5 positive budgets"),
    ],
)
def test_tables_that_are_no_measurement_are_refused(
    text: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "worth.csv"
    path.write_text(text, encoding="utf-8")
    assert run(["fit-curve", str(path)]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("--value", "3"), "is for a training"),
        (("--epsilon", "1,2"), "is for a training"),
        (("--clients", "5"), "is for a training"),
        (("--confidence", "2"), "must lie strictly between 0 and 1"),
        (("--output-spec", "next.toml"), "name a specification of stackelberg-pricing"),
        (("--output-spec", "next.toml", "--game", str(EXAMPLES / "pricing.toml")), "has no leader"),
    ],
)
def test_options_that_do_not_belong_together_are_refused(
    asked: tuple[str, ...],
    said: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["fit-curve", str(table(tmp_path / "worth.csv")), *asked]) == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "next.toml").exists()


def test_budgets_that_are_no_numbers_and_nobody_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    game = tmp_path / "game.toml"
    game.write_text("format = 1\n" + SPEC, encoding="utf-8")
    assert run(["fit-curve", str(game), "--epsilon", "one,two"]) == 2
    assert "numbers with commas" in capsys.readouterr().err
    assert run(["fit-curve", str(game), "--clients", "0"]) == 2
    assert "at least 1" in capsys.readouterr().err
