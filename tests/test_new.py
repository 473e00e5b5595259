"""What `mechproof new` writes: files that pass as they are written, from the declarations themselves."""

from __future__ import annotations

import re
import tomllib
from dataclasses import fields
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import mechproof as mp
from mechproof.cli import run
from mechproof.formulations.registry import mechanisms
from mechproof.solvers.commands.new import OWN, summaries
from mechproof.solvers.commands.starter import meaning, parameters

SHIPPED = sorted(name for name in mechanisms() if getattr(mechanisms()[name], "example", None))


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_shipped_mechanism_can_be_started_from() -> None:
    ours = {name for name, kind in mechanisms().items() if kind.__module__.startswith("mechproof.")}
    assert ours == set(SHIPPED)


@pytest.mark.parametrize("name", SHIPPED)
def test_a_specification_passes_as_it_is_written(name: str, here: Path) -> None:
    assert run(["new", name]) == 0
    assert run(["solve", f"{name}.toml"]) == 0
    assert run(["verify", f"{name}.toml"]) == 0


@pytest.mark.parametrize("name", ["stackelberg-pricing", "version-pricing", "version-revenue"])
def test_its_candidate_passes_too_once_it_is_uncommented(name: str, here: Path) -> None:
    assert run(["new", name, "own.toml"]) == 0
    before, candidate = Path("own.toml").read_text(encoding="utf-8").split("# [candidate]")
    Path("own.toml").write_text(before + "[candidate]" + re.sub(r"^# ", "", candidate, flags=re.M), encoding="utf-8")
    assert run(["certify", "own.toml"]) == 0
    assert run(["verify", "own.toml"]) == 0


@pytest.mark.parametrize("name", ["full-information-contract", "privacy-contract", "three-party-market"])
def test_an_answer_that_is_not_rational_is_no_candidate(name: str, here: Path) -> None:
    assert run(["new", name]) == 0
    text = Path(f"{name}.toml").read_text(encoding="utf-8")
    assert "[candidate]" in text
    assert "# [candidate]\n" not in text


@pytest.mark.parametrize("name", SHIPPED)
def test_every_field_is_told_with_the_data_of_the_example(name: str, here: Path) -> None:
    assert run(["new", name]) == 0
    text, kind = Path(f"{name}.toml").read_text(encoding="utf-8"), mechanisms()[name]
    data = tomllib.loads(text)["mechanism"]
    assert data == {"type": name, **kind.example}
    words = " ".join(line.removeprefix("# ") for line in text.splitlines())
    for item in fields(kind):
        assert re.search(rf"^(# )?{item.name} (=|is left out)", text, flags=re.M)
        assert meaning(kind, item) in words


def test_what_documentation_says_of_a_field_is_found() -> None:
    assert parameters(mp.StackelbergPricing)["beta"].startswith("Parameters of the logarithmic revenue")
    assert set(parameters(mp.VersionPricing)) >= {"epsilon", "target", "barrier", "version", "safety"}
    assert parameters(int) == {}


@pytest.mark.slow
@pytest.mark.parametrize("name", OWN)
def test_a_mechanism_of_ones_own_passes_as_it_is_written(name: str, here: Path) -> None:
    assert run(["new", name, "mine.py"]) == 0
    assert run(["verify", "mine.toml", "--allow-code"]) == 0
    assert run(["check", "mine.toml", "--allow-code", "--no-cache"]) == 0
    assert run(["solve", "mine.toml", "--allow-code"]) == (3 if name == "game" else 0)


@pytest.mark.slow
def test_the_game_is_proved(here: Path) -> None:
    assert run(["new", "game"]) == 0
    assert run(["prove", "game.py:PrivacyMarket", "--allow-code"]) == 0


def test_a_fault_in_a_formula_is_found(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["new", "game"]) == 0
    text = Path("game.py").read_text(encoding="utf-8")
    planted = text.replace("return reward_pool * a.share", "return 1.01 * reward_pool * a.share")
    assert planted != text
    Path("game.py").write_text(planted, encoding="utf-8")
    capsys.readouterr()
    assert run(["verify", "game.toml", "--allow-code"]) == 1
    assert "budget balance: violated" in capsys.readouterr().out


def test_numbers_that_are_no_equilibrium_are_refuted(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["new", "game"]) == 0
    text = Path("game.toml").read_text(encoding="utf-8")
    assert "epsilon = [2, 1.2, 0.4]" in text
    Path("game.toml").write_text(text.replace("[2, 1.2, 0.4]", "[2, 1.2, 0.5]"), encoding="utf-8")
    capsys.readouterr()
    assert run(["verify", "game.toml", "--allow-code"]) == 1
    assert "no profitable deviation: violated" in capsys.readouterr().out


def test_the_budgets_of_the_game_are_the_contests_equilibrium() -> None:
    """Against the textbook: Z = B (n − 1)/Σc and ε_i = Z (1 − c_i Z/B)."""
    cost, pool = [Fraction(1), Fraction(3, 2), Fraction(2)], Fraction("8.1")
    total = pool * 2 / sum(cost)
    assert [total * (1 - c * total / pool) for c in cost] == [2, Fraction("1.2"), Fraction("0.4")]


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["game", "program"])
def test_a_file_to_start_from_passes_as_it_is_written(
    kind: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["new", kind]) == 0
    assert run(["check", "--allow-code", "--no-cache"]) == 0, capsys.readouterr().out
    said = " ".join(capsys.readouterr().out.split())
    assert ("promises nothing that could be proved" in said) == (kind == "program")


def test_surveyed_prices_of_the_program_are_refuted(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["new", "program"]) == 0
    text = Path("program.toml").read_text(encoding="utf-8")
    Path("program.toml").write_text(re.sub(r"^# (\[cand|price)", r"\1", text, flags=re.M), encoding="utf-8")
    capsys.readouterr()
    assert run(["verify", "program.toml", "--allow-code"]) == 1
    assert "4 copies of" in " ".join(capsys.readouterr().out.split())


def test_the_prices_of_the_program_are_the_nearest() -> None:
    """Against a grid: v = t·(1, 2, 4) is the binding ray, and any other safe menu tried is further away."""
    epsilon, target = np.array([1, 2, 4]), np.array([1, 5, 12])
    slope = float(epsilon @ target / (epsilon @ epsilon))
    best = float(np.sum((slope * epsilon - target) ** 2))
    grid = np.linspace(0, 13, 53)
    others = [
        (a - 1) ** 2 + (b - 5) ** 2 + (c - 12) ** 2
        for a in grid
        for b in grid[grid >= a]
        for c in grid[grid >= b]
        if 2 * a >= b and 2 * b >= c
    ]
    assert best <= min(others) + 1e-12
    assert slope * 4 == pytest.approx(11.238095238, rel=1e-9)


def test_nothing_is_overwritten(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("game.toml").write_text("mine", encoding="utf-8")
    assert run(["new", "game"]) == 2
    assert "is there already" in capsys.readouterr().err
    assert [path.name for path in here.iterdir()] == ["game.toml"]
    assert Path("game.toml").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    "arguments", [["game", "file/game.py"], ["examples", "file/ours"], ["version-pricing", "file/a.toml"]]
)
def test_a_folder_that_is_a_file_is_refused(
    arguments: list[str], here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("file").write_text("mine", encoding="utf-8")
    assert run(["new", *arguments]) == 2
    assert "cannot be written" in capsys.readouterr().err
    assert Path("file").read_text(encoding="utf-8") == "mine"


def test_either_all_files_are_written_or_none(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, text: str) -> None:
        if path.suffix == ".toml":
            raise mp.InputError("output", str(path), "cannot be written: No space left on device")
        path.write_text(text, encoding="utf-8")

    monkeypatch.setattr("mechproof.solvers.serialization.write_whole", full)
    assert run(["new", "game"]) == 2
    assert list(here.iterdir()) == []


def test_the_list_names_all(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["new", "--list"]) == 0
    printed = capsys.readouterr().out
    assert all(name in printed for name in (*SHIPPED, *OWN, "examples"))
    assert list(summaries()) == [line.split()[0] for line in printed.splitlines()]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["new"], "is needed"),
        (["new", "stackelberg"], "stackelberg-pricing"),
        (["new", "game", "market.toml"], "Python file"),
    ],
)
def test_what_is_refused(arguments: list[str], words: str, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments) == 2
    assert words in capsys.readouterr().err
    assert list(here.iterdir()) == []


def test_examples_come_with_what_they_read(here: Path) -> None:
    assert run(["new", "examples", "ours"]) == 0
    ours = {path.relative_to("ours") for path in Path("ours").rglob("*") if path.is_file()}
    assert {Path("revenue.toml"), Path("survey.csv"), Path("starters/game.py"), Path("ci/gitlab-job.yml")} <= ours
    assert run(["solve", "ours/revenue.toml"]) == 0
