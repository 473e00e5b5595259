"""The command what-if: its table, its document, a report of it, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mechproof.cli import run
from mechproof.solvers.commands.schema import check_document

EXAMPLES = Path(__file__).parent.parent / "examples"


def test_the_table_says_whose_cost_matters_and_where_that_ends(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["what-if", str(EXAMPLES / "what_if.toml"), "--arithmetic", "exact"]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "cost of client Ann 1 -2/5 -1/5 -0.0435 0 3" in told
    assert "cost of client Dan at 2: client Dan enters" in told
    assert "differ from below and from above" in told


def test_confirming_solves_anew_beside_each_row(tmp_path: Path) -> None:
    written = tmp_path / "what-if.json"
    asked = ["what-if", str(EXAMPLES / "what_if.toml"), "--arithmetic", "exact", "--rows", "2", "--confirm"]
    assert run([*asked, "--output", str(written)]) == 0
    assert all(row["off_by"] < 1e-12 for row in json.loads(written.read_text(encoding="utf-8"))["rows"])


def test_jumps_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["what-if", str(EXAMPLES / "capped.toml"), "--rows", "3"]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "cost of client Cat at 4.73311: another local maximum takes over: reward pool jumps" in told


@pytest.mark.parametrize(
    "name",
    [
        "three_party",
        *(pytest.param(name, marks=pytest.mark.slow) for name in ("contract", "pricing", "revenue", "equal_costs")),
    ],
)
def test_every_example_has_a_document_that_a_report_opens(name: str, tmp_path: Path) -> None:
    written, page = tmp_path / "what-if.json", tmp_path / "page.html"
    assert run(["what-if", str(EXAMPLES / f"{name}.toml"), "--rows", "2", "--output", str(written)]) == 0
    document = json.loads(written.read_text(encoding="utf-8"))
    check_document(document)
    assert len(document["rows"]) == 2
    assert run(["report", str(written), "--output", str(page)]) == 0
    text = page.read_text(encoding="utf-8")
    assert "What matters to the" in text
    assert "if a datum were another" in text


def test_what_is_not_certified_leaves_with_three(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spec = tmp_path / "claimed.toml"
    spec.write_text(
        'format = 1\n[mechanism]\ntype = "stackelberg-pricing"\ncost = [1, 1]\nalpha = 4\nbeta = 2\n'
        '[candidate]\nreward_pool = "3/2"\nepsilon = ["3/8", "3/8"]\n',
        encoding="utf-8",
    )
    assert run(["what-if", str(spec), "--candidate"]) == 3
    assert "not certified" in capsys.readouterr().err


def test_a_certified_candidate_is_followed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spec = tmp_path / "own.toml"
    spec.write_text(
        'format = 1\n[mechanism]\ntype = "stackelberg-pricing"\ncost = [1, 1]\nalpha = 4\nbeta = 2\n'
        "[candidate]\nreward_pool = 1\nepsilon = [0.25, 0.25]\n",
        encoding="utf-8",
    )
    assert run(["what-if", str(spec), "--candidate", "--value", "epsilon", "--rows", "1"]) == 0
    assert "what matters to the epsilon" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--value", "pool"], "is none that moves"),
        (["--candidate"], "is needed"),
        (["--output", "/nowhere/x.json"], "there is no folder"),
    ],
)
def test_wrong_options_are_refused(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["what-if", str(EXAMPLES / "equal_costs.toml"), *arguments]) == 2
    assert message in capsys.readouterr().err
