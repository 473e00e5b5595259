"""What is installed always and what an extra brings: licences, and what is said where something is missing."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, metadata, packages_distributions, requires
from importlib.util import find_spec
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import mechproof as mp
from mechproof.cli import run
from mechproof.solvers.backend import load
from mechproof.solvers.commands.packages import version_of

EXAMPLES = Path(__file__).parent.parent / "examples"
EXTRAS = ("solvers", "ecos", "nl", "report", "train", "tables", "docs", "testing", "dev")


def copyleft(licence: str) -> bool:
    """Whether a licence is the GNU GPL or AGPL, with no other offered; the LGPL is neither."""
    parts = re.split(r"\bOR\b", licence)
    general = r"(?<!Lesser )(?<!Library or Lesser )General Public License|(?<![A-Z])A?GPL"
    return all(re.search(general, part) for part in parts)


@pytest.mark.parametrize(
    ("licence", "expected"),
    [
        ("GPLv3", True),
        ("GPL-3.0-or-later", True),
        ("MIT AND AGPL-3.0-only", True),
        ("GNU General Public License v3 (GPLv3)", True),
        ("GNU Affero General Public License v3", True),
        ("LGPL-3.0-or-later", False),
        ("GNU Lesser General Public License v3 (LGPLv3)", False),
        ("MIT OR GPL-2.0-only", False),
        ("Eclipse Public License 2.0 (EPL-2.0)", False),
        ("BSD-3-Clause AND 0BSD", False),
    ],
)
def test_the_gpl_is_told_from_others(licence: str, expected: bool) -> None:
    assert copyleft(licence) is expected


def required(package: str, extra: str = "") -> Iterator[str]:
    """What a package requires here, without what other extras bring; nothing if it is not installed."""
    try:
        lines = requires(package) or ()
    except PackageNotFoundError:
        return
    for line in lines:
        asked = Requirement(line)
        if asked.marker is None or asked.marker.evaluate({"extra": extra}):
            yield canonicalize_name(asked.name)


def everything(package: str, extra: str = "") -> set[str]:
    """What an installation brings, through all requirements."""
    found: set[str] = set()
    ahead = set(required(package, extra))
    while ahead:
        name = ahead.pop()
        found.add(name)
        ahead |= set(required(name)) - found
    return found


def licences(package: str) -> list[str]:
    """All that a package's metadata says of its licence, in short."""
    said = metadata(package)
    classified = [line for line in said.get_all("Classifier", []) if line.startswith("License ::")]
    text = (said.get("License") or "").strip().splitlines()[:1]
    return [*text, *classified, *filter(None, [said.get("License-Expression")])]


def test_the_core_brings_nothing_under_the_gpl() -> None:
    found = {name: licences(name) for name in everything("mechproof")}
    assert {"numpy", "qdldl", "pygments", "mpmath"} <= set(found)
    assert not {name: said for name, said in found.items() if any(map(copyleft, said))}
    assert [name for name, said in found.items() if not said] == []


def test_nor_does_any_extra_but_ecos() -> None:
    brought = {name for extra in (*EXTRAS[:1], *EXTRAS[2:]) for name in everything("mechproof", extra)}
    assert not {name: licences(name) for name in brought if any(map(copyleft, licences(name)))}


@dataclass(frozen=True)
class Missing:
    """A command in an installation without extras: what it leaves with, and the extra that it names, if any."""

    command: str
    extra: str = ""
    leaves: int = 2


COMMANDS = (
    Missing("figures --paper zhou2023 --draw FOLDER", "report"),
    Missing("report FOLDER/figures.json --output FOLDER/page.html", "report"),
    Missing("demo --output FOLDER/page.html", "train"),
    Missing("train --budgets FOLDER/budgets.json", "train"),
    Missing("solve EXAMPLES/pricing.toml --backend cvxpy:scs", "solvers"),
    Missing("solve EXAMPLES/pricing.toml --backend cvxpy:ecos", "ecos"),
    Missing("solve EXAMPLES/pricing.toml --backend pyomo:scip", "solvers"),
    Missing("solve EXAMPLES/pricing.toml", leaves=0),
    Missing("verify EXAMPLES/contract.toml", leaves=0),
    Missing("report FOLDER/solution.json --output FOLDER/../page.html", leaves=0),
    Missing("check EXAMPLES/equal_costs.toml --no-cache", leaves=0),
    Missing("prove --claim stackelberg/eq-22-best-response", leaves=0),
    Missing("doctor", "solvers", leaves=0),
)
WITHOUT = """
import sys
from importlib.machinery import PathFinder

class Core(PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        return None if name.partition(".")[0] in HIDDEN else super().find_spec(name, path, target)

sys.meta_path[sys.meta_path.index(PathFinder)] = Core
from mechproof.cli import main
main()
"""
"""The command line where some modules are found nowhere."""


def modules_of_extras() -> set[str]:
    """The modules that only extras bring."""
    core = everything("mechproof")
    brought = {name for extra in EXTRAS for name in everything("mechproof", extra)} - core
    return {
        module
        for module, packages in packages_distributions().items()
        if set(map(canonicalize_name, packages)) <= brought
    }


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a document of figures and one of budgets."""
    here = tmp_path_factory.mktemp("core")
    assert run(["figures", str(EXAMPLES / "equal_costs.toml"), "--output", str(here / "figures.json")]) == 0
    assert run(["solve", str(EXAMPLES / "equal_costs.toml"), "--output", str(here / "solution.json")]) == 0
    (here / "budgets.json").write_text('{"schema": "mechproof/budgets/1", "epsilon": {"Ann": "8", "Bob": "2"}}')
    return here


@pytest.mark.slow
@pytest.mark.parametrize("case", COMMANDS, ids=lambda case: case.command)
def test_without_extras_what_is_missing_is_named_with_its_command(case: Missing, folder: Path) -> None:
    hidden = modules_of_extras()
    assert {"matplotlib", "torch", "sklearn"} & hidden
    line = case.command.replace("FOLDER", str(folder)).replace("EXAMPLES", str(EXAMPLES))
    before = sorted(folder.iterdir())
    command = [sys.executable, "-c", WITHOUT.replace("HIDDEN", repr(hidden)), *line.split()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == case.leaves, done.stderr
    if case.extra:
        assert f'pip install "mechproof[{case.extra}]"' in " ".join((done.stdout + done.stderr).split())
    assert sorted(folder.iterdir()) == before


def hide(module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a module be found nowhere, in this process."""

    def seen(name: str, package: str | None = None) -> object:
        return None if name == module else find_spec(name, package)

    monkeypatch.setattr("mechproof.formulations.extras.find_spec", seen)


def test_back_ends_say_which_extra_brings_their_solver(monkeypatch: pytest.MonkeyPatch) -> None:
    hide("scs", monkeypatch)
    monkeypatch.setattr("mechproof.solvers.solve.load", load.__wrapped__)
    game = mp.StackelbergPricing(cost=[1, 1], alpha=4, beta=2)
    offers = {offer.name: offer for offer in mp.backends(game)}
    assert not offers["cvxpy:SCS"].accepts
    assert offers["cvxpy:SCS"].reason == 'needs scs, which is not installed: pip install "mechproof[solvers]"'
    assert offers["cvxpy:CLARABEL"].accepts


def test_a_package_whose_files_were_removed_with_anothers(monkeypatch: pytest.MonkeyPatch) -> None:
    """As cvxpy leaves cvxpy-base behind: pip counts it as installed, so that only a forced installation helps."""
    hide("cvxpy", monkeypatch)
    monkeypatch.setattr("mechproof.solvers.solve.load", load.__wrapped__)
    offers = {offer.name: offer for offer in mp.backends(mp.StackelbergPricing(cost=[1, 1], alpha=4, beta=2))}
    restore = "pip install --force-reinstall --no-deps cvxpy-base"
    assert offers["cvxpy:CLARABEL"].reason == f"needs cvxpy-base, whose files are not there: {restore}"
    assert not offers["cvxpy:HIGHS"].accepts
    assert offers["pyomo:highs"].accepts


@pytest.mark.parametrize("there", [True, False])
def test_a_version_is_of_what_is_there(there: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    metadata_of = tmp_path / "shares_files-1.0.dist-info"
    metadata_of.mkdir()
    (metadata_of / "METADATA").write_text("Metadata-Version: 2.1\nName: shares-files\nVersion: 1.0\n")
    (metadata_of / "RECORD").write_text("shared/__init__.py,,\nshared/tests/__init__.py,,\n")
    if there:
        (tmp_path / "shared").mkdir()
        (tmp_path / "shared" / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    assert version_of("shares-files") == ("1.0" if there else None)
