"""The examples for code hosts: their own lines are run in a small repository, sound and broken.

What only a server can do (uploads, artefacts) is looked at as far as files go: what is uploaded was written.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

yaml = pytest.importorskip("yaml")
ROOT = Path(__file__).parent.parent
CI = ROOT / "examples" / "ci"
MENU = """format = 1
[mechanism]
type = "version-pricing"
epsilon = [1, 3]
target = [1, 3]
[candidate]
price = [1, PRICE]
"""
SOUND, BROKEN = MENU.replace("PRICE", "3"), MENU.replace("PRICE", "4")
BOTH = pytest.mark.parametrize(
    ("text", "leaves"),
    [pytest.param(SOUND, 0, marks=pytest.mark.slow, id="sound"), pytest.param(BROKEN, 1, id="broken")],
)


@dataclass(frozen=True)
class Repository:
    """A folder with one specification, and mechproof on the path."""

    folder: Path
    environment: dict[str, str]

    def holds(self, text: str) -> None:
        (self.folder / "menu.toml").write_text(text, encoding="utf-8")
        (self.folder / "other.toml").write_text('[tool]\nname = "no specification"\n', encoding="utf-8")

    def run(self, line: str) -> int:
        """Run a line as GitHub's and GitLab's runners do; return its exit code."""
        command = ["bash", "-e", "-o", "pipefail", "-c", line]
        return subprocess.run(command, cwd=self.folder, env=self.environment, timeout=120, check=False).returncode


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    folder, tools = tmp_path / "repository", tmp_path / "bin"
    folder.mkdir()
    tools.mkdir()
    command = tools / "mechproof"
    command.write_text(f"#!{sys.executable}\nfrom mechproof.cli import main\nmain()\n", encoding="utf-8")
    command.chmod(0o755)
    path = f"{tools}{os.pathsep}{os.environ['PATH']}"
    return Repository(folder, {**os.environ, "PATH": path, "GITHUB_STEP_SUMMARY": str(folder / "summary.md")})


def read(name: str) -> Any:
    return yaml.safe_load((ROOT / name if name.startswith(".") else CI / name).read_text(encoding="utf-8"))


def installs(line: str) -> bool:
    return line.startswith("pip install")


@BOTH
def test_the_workflow_for_github(text: str, leaves: int, repository: Repository) -> None:
    repository.holds(text)
    steps = read("github-workflow.yml")["jobs"]["check"]["steps"]
    runs = [step["run"] for step in steps if "run" in step]
    assert installs(runs[0])
    assert [repository.run(line) for line in runs[1:]] == [leaves, 0]
    uploaded = [
        value for step in steps for value in step.get("with", {}).values() if str(value).startswith("mechproof.")
    ]
    assert sorted(uploaded) == ["mechproof.html", "mechproof.sarif"]
    assert all((repository.folder / name).stat().st_size for name in uploaded)
    found = json.loads((repository.folder / "mechproof.sarif").read_text(encoding="utf-8"))["runs"][0]["results"]
    errors = [item for item in found if item["level"] == "error"]
    assert bool(errors) == (leaves == 1)
    places = {item["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for item in found}
    assert places == {"menu.toml"}
    assert "menu.toml" in (repository.folder / "summary.md").read_text(encoding="utf-8")


def test_what_comes_after_a_failure_is_done_always() -> None:
    steps = read("github-workflow.yml")["jobs"]["check"]["steps"]
    failing = next(place for place, step in enumerate(steps) if step.get("name") == "Check")
    assert all(step.get("if") == "always()" for step in steps[failing + 1 :])


@BOTH
def test_the_job_for_gitlab(text: str, leaves: int, repository: Repository) -> None:
    repository.holds(text)
    job = read("gitlab-job.yml")["mechanisms"]
    assert installs(job["script"][0])
    assert [repository.run(line) for line in job["script"][1:]] == [leaves]
    assert job["artifacts"]["when"] == "always"
    suites = ET.parse(repository.folder / job["artifacts"]["reports"]["junit"])
    assert bool(suites.findall(".//failure")) == (leaves == 1)
    assert (repository.folder / job["artifacts"]["paths"][0]).stat().st_size > 1000


@BOTH
def test_the_hook_for_pre_commit(text: str, leaves: int, repository: Repository) -> None:
    """As pre-commit calls it where no names are passed: the entry, in the repository's root."""
    repository.holds(text)
    hook = read("pre-commit-config.yaml")["repos"][0]["hooks"][0]
    shipped = read(".pre-commit-hooks.yaml")[0]
    assert {key: hook[key] for key in shipped if key != "description"} == {
        key: shipped[key] for key in shipped if key != "description"
    }
    assert hook["pass_filenames"] is False
    assert repository.run(hook["entry"]) == leaves
