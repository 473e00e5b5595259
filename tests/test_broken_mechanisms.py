"""In a new repository: what is sound passes, and each planted fault is red with its witness, wherever it is shown."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from broken_mechanisms import BONUS, BROKEN, SOUND, Broken

import mechproof as mp
from mechproof.cli import run
from mechproof.proofs.checks.formats.formats import RENDER
from mechproof.proofs.checks.formats.names import CheckFormat


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, which is where commands are run."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(
    params=[
        pytest.param(case, id=name, marks=pytest.mark.slow if name == "one in a thousand" else ())
        for name, case in BROKEN.items()
    ]
)
def broken(request: pytest.FixtureRequest, repository: Path) -> Broken:
    """A repository with one planted fault."""
    case: Broken = request.param
    for name, text in case.files.items():
        (repository / name).write_text(text, encoding="utf-8")
    return case


def pytest_run(*arguments: str) -> tuple[int, str]:
    """Run pytest in the working folder, in a process of its own."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    return done.returncode, done.stdout + done.stderr


def checked(format: str, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    """Run mechproof check in the working folder."""
    code = run(["check", "--no-cache", "--format", format, *arguments])
    return code, capsys.readouterr().out


@pytest.mark.slow
def test_what_is_sound_passes(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (repository / "menu.toml").write_text(SOUND)
    assert pytest_run()[0] == 0
    for format in ("plain", "sarif", "junit", "github"):
        assert checked(format, capsys)[0] == 0


@pytest.mark.slow
def test_pytest_is_red_with_the_witness(broken: Broken) -> None:
    allowed = ["--mechproof-allow-code"] if broken.code else []
    code, said = pytest_run("market.toml", *allowed)
    assert code == 1
    block = said.partition(f"market.toml:{broken.line}: {broken.property} is violated")[2]
    assert all(word in block for word in broken.words), said
    assert f"FAILED market.toml::{broken.property}" in said
    assert f"again: mechproof check market.toml {' '.join(['--select', broken.property])}" in said.replace(
        " --allow-code", ""
    )
    assert "Traceback" not in said


def test_every_format_is_red_with_the_witness(broken: Broken) -> None:
    """It is judged once; that the command prints what is rendered, `test_check_formats.py` asks."""
    check = mp.check("market.toml", allow_code=broken.code)
    assert check.exit_code == 1
    red_in_sarif(RENDER[CheckFormat.SARIF](check), broken)
    red_in_junit(RENDER[CheckFormat.JUNIT](check), broken)
    red_on_github(RENDER[CheckFormat.GITHUB](check), broken)


def red_in_sarif(text: str, broken: Broken) -> None:
    (one,) = json.loads(text)["runs"]
    result = next(result for result in one["results"] if result["ruleId"] == broken.property)
    assert result["level"] == "error"
    assert all(word in result["message"]["text"] for word in broken.words)
    (location,) = result["locations"]
    assert location["physicalLocation"]["artifactLocation"]["uri"] == "market.toml"
    assert location["physicalLocation"]["region"]["startLine"] == broken.line


def red_in_junit(text: str, broken: Broken) -> None:
    cases = list(ElementTree.fromstring(text.encode()).iter("testcase"))
    failure = next(case for case in cases if case.get("name") == broken.property).find("failure")
    assert failure is not None
    assert all(word in f"{failure.get('message')} {failure.text}" for word in broken.words)


def red_on_github(text: str, broken: Broken) -> None:
    start = f"::error file=market.toml,line={broken.line},title={broken.property} violated::"
    annotation = next(line for line in text.splitlines() if line.startswith(start))
    assert all(word in annotation for word in broken.words)


@pytest.mark.slow
def test_a_failing_market_is_found_shrunk_and_fails_again(repository: Path, capsys: Any) -> None:
    (repository / "bonus.py").write_text(BONUS)
    code, said = pytest_run("bonus.py", "--mechproof-allow-code", "-k", "budget-balance")
    assert code == 1
    assert "budget-balance is violated" in said
    printed = said.partition("As a specification:")[2].partition("As an example")[0].strip()
    assert printed.startswith('format = 1\n\n[mechanism]\ntype = "bonus.py:Bonus"\ncost = [1, 1, 1]\nprize = 1\n')
    assert "@example(Bonus(cost=[1, 1, 1], prize=1))" in said
    (repository / "failing.toml").write_text(printed + "\n")
    for format in ("sarif", "junit", "github"):
        code, text = checked(format, capsys, "failing.toml", "--allow-code")
        assert code == 1
        assert "budget-balance" in text
    code, said = pytest_run("failing.toml", "--mechproof-allow-code")
    assert code == 1
    assert "FAILED failing.toml::budget-balance" in said
