"""A package of somebody else's, built and installed as a wheel: a mechanism with all it brings, by public names."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

SOURCE = Path(__file__).parent / "third_party"
SPEC = 'format = 1\n[mechanism]\ntype = "fair-split"\ncost = [1, 2, 4]\ntotal = 7\n[candidate]\nepsilon = [4, 2, 1]\n'
SCRIPT = """
import json
import mechproof as mp
from fair_split import FairSplit

model = FairSplit(cost=[1, 2, 4], total=7)
exact = mp.solve(model, arithmetic="exact")
wrong = mp.candidate(model, epsilon=[3, 3, 1])
near = mp.candidate(model, epsilon=[4.0 + 1e-5, 2.0 - 1e-5, 1.0])
rows = {row.backend: row.certificate.valid for row in mp.compare(model, time_limit=60).rows if row.certificate}
proved = mp.prove(FairSplit)
print(json.dumps({
    "exact": [str(value) for value in exact.exact["epsilon"]],
    "valid": [exact.certificate.valid, wrong.certificate.valid, near.certificate.valid],
    "rows": rows,
    "verify": [mp.verify(one)["equal-burden"].verdict.value for one in (exact, wrong)],
    "proved": [(claim.id, claim.verdict.value) for claim in proved.claims],
}))
"""


@dataclass(frozen=True)
class Installed:
    """Where the package is, and an environment in which it is found."""

    folder: Path
    environment: dict[str, str]

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run Python in the folder."""
        return subprocess.run(
            [sys.executable, *arguments],
            capture_output=True,
            text=True,
            cwd=self.folder,
            env=self.environment,
            timeout=300,
        )

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command of mechproof."""
        return self.run("-c", "import sys; from mechproof.cli import run; sys.exit(run(sys.argv[1:]))", *arguments)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel, built from a copy and installed apart."""
    folder = tmp_path_factory.mktemp("third-party")
    for file in SOURCE.rglob("*"):
        if file.suffix in (".py", ".toml", ".json"):
            copy = folder / "source" / file.relative_to(SOURCE)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(file.read_bytes())
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run(
        [*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, folder / "source"],
        check=True,
        timeout=300,
    )
    (wheel,) = folder.glob("fair_split-*.whl")
    subprocess.run([*pip, "install", "--no-deps", "--target", folder / "site", wheel], check=True, timeout=300)
    (folder / "fair.toml").write_text(SPEC)
    path = os.pathsep.join([str(folder / "site"), os.environ.get("PYTHONPATH", "")])
    return Installed(folder, {**os.environ, "PYTHONPATH": path})


@pytest.fixture(scope="module")
def found(installed: Installed) -> dict[str, Any]:
    """What a script finds that uses the package."""
    (installed.folder / "script.py").write_text(SCRIPT)
    result = installed.run("script.py")
    assert result.returncode == 0, result.stderr
    return dict(json.loads(result.stdout))


def test_it_is_short_and_uses_public_names_only() -> None:
    text = (SOURCE / "fair_split" / "__init__.py").read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 150
    assert "from mechproof" not in text


@pytest.mark.slow
def test_it_is_solved_and_certified_by_its_own_certificate(found: dict[str, Any]) -> None:
    assert found["exact"] == ["4", "2", "1"]
    assert found["valid"] == [True, False, False]


@pytest.mark.slow
def test_general_back_ends_are_its_witnesses(found: dict[str, Any]) -> None:
    assert found["rows"]["fair-split"] is True
    assert sum(found["rows"].values()) >= 4
    assert {name.partition(":")[0] for name, valid in found["rows"].items() if valid} >= {"cvxpy", "pyomo"}


@pytest.mark.slow
def test_its_property_is_judged_and_its_claim_proved(found: dict[str, Any]) -> None:
    assert found["verify"] == ["holds", "violated"]
    assert found["proved"] == [["fair-split/least-of-two", "PROVED"]]


@pytest.mark.slow
def test_the_command_line_knows_it(installed: Installed) -> None:
    certified = installed.command("certify", "fair.toml")
    assert certified.returncode == 0, certified.stderr
    verified = installed.command("verify", "fair.toml", "--output", "verify.json")
    assert verified.returncode == 0, verified.stderr
    checked = installed.command("check-certificates")
    assert "fair-split/least-of-two: accepted" in checked.stdout
    assert checked.returncode == 0, checked.stdout
    assert installed.command("prove", "fair-split", "--output", "prove.json").returncode == 0
    assert installed.command("figures", "fair.toml", "--output", "figures.json").returncode == 0
    documents = ("verify.json", "prove.json", "figures.json")
    reported = installed.command("report", *documents, "--output", "page.html")
    assert reported.returncode == 0, reported.stderr
    page = (installed.folder / "page.html").read_text(encoding="utf-8")
    for text in ("Who sells how much", "What it costs", "least-of-two", "equal-burden"):
        assert text in page.replace("equal burden", "equal-burden"), text


@pytest.mark.slow
def test_a_forged_certificate_file_is_refused(installed: Installed) -> None:
    (file,) = (installed.folder / "site" / "fair_split").rglob("*.json")
    text = file.read_text(encoding="utf-8")
    try:
        file.write_text(text.replace('"sentences"', '"sentence"'), encoding="utf-8")
        assert installed.command("prove", "fair-split").returncode == 3
    finally:
        file.write_text(text, encoding="utf-8")
