"""What is installed always and what an extra brings: licences, and what is said where something is missing."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import metadata, requires
from importlib.util import find_spec
from pathlib import Path

import pytest
from packaging.requirements import Requirement

import mechproof as mp
from mechproof.cli import run
from mechproof.solvers.backend import load

ROOT = Path(__file__).parent.parent


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
    """What a package requires here, without what other extras bring."""
    for line in requires(package) or ():
        asked = Requirement(line)
        if asked.marker is None or asked.marker.evaluate({"extra": extra}):
            yield asked.name


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
    assert {"numpy", "qdldl", "pygments", "mpmath"} <= {name.casefold() for name in found}
    assert not {name: said for name, said in found.items() if any(map(copyleft, said))}
    assert [name for name, said in found.items() if not said] == []


def test_nor_does_any_extra_but_ecos() -> None:
    brought = {name for extra in ("solvers", "report", "train") for name in everything("mechproof", extra)}
    assert not {name: licences(name) for name in brought if any(map(copyleft, licences(name)))}


@dataclass(frozen=True)
class Missing:
    """A module that is not there, a command that needs it, and the extra that is named."""

    module: str
    command: str
    extra: str


MISSING = (
    Missing("matplotlib", "figures --paper zhou2023 --draw FOLDER", "report"),
    Missing("matplotlib", "report FOLDER/figures.json --output FOLDER/page.html", "report"),
    Missing("jinja2", "report FOLDER/figures.json --output FOLDER/page.md", "report"),
    Missing("jinja2", "prove --claim stackelberg/fig-17-accuracy --format html --output FOLDER/page.html", "report"),
    Missing("torch", "train --budgets FOLDER/budgets.json", "train"),
    Missing("sklearn", "train --budgets FOLDER/budgets.json", "train"),
    Missing("matplotlib", "demo --output FOLDER/page.html", "report"),
    Missing("torch", "demo --output FOLDER/page.html", "train"),
    Missing("scs", "solve SPEC --backend cvxpy:scs", "solvers"),
    Missing("ecos", "solve SPEC --backend cvxpy:ecos", "ecos"),
    Missing("pyscipopt", "solve SPEC --backend pyomo:scip", "solvers"),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a document of figures and one of budgets."""
    spec, figures = ROOT / "examples" / "equal_costs.toml", tmp_path / "figures.json"
    assert run(["figures", str(spec), "--output", str(figures)]) == 0
    (tmp_path / "budgets.json").write_text('{"schema": "mechproof/budgets/1", "epsilon": {"Ann": "8", "Bob": "2"}}')
    return tmp_path


@pytest.mark.parametrize("case", MISSING, ids=lambda case: f"{case.command.partition(' ')[0]} without {case.module}")
def test_what_is_missing_is_named_with_its_command(
    case: Missing, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    hide(case.module, monkeypatch)
    before = sorted(folder.iterdir())
    line = case.command.replace("FOLDER", str(folder)).replace("SPEC", str(ROOT / "examples" / "pricing.toml"))
    assert run(line.split()) == 2
    assert f'pip install "mechproof[{case.extra}]"' in capsys.readouterr().err
    assert sorted(folder.iterdir()) == before


def hide(module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a module be found nowhere, in this process."""

    def seen(name: str, package: str | None = None) -> object:
        return None if name == module else find_spec(name, package)

    monkeypatch.setattr("mechproof.formulations.extras.find_spec", seen)
    for name in [name for name in sys.modules if name.partition(".")[0] == module]:
        monkeypatch.delitem(sys.modules, name)
    from mechproof.proofs.reports.report import _environment

    load.cache_clear()
    _environment.cache_clear()
    monkeypatch.setattr("mechproof.solvers.backend.load", load.__wrapped__)


def test_back_ends_say_which_extra_brings_their_solver(monkeypatch: pytest.MonkeyPatch) -> None:
    hide("scs", monkeypatch)
    monkeypatch.setattr("mechproof.solvers.solve.load", load.__wrapped__)
    game = mp.StackelbergPricing(cost=[1, 1], alpha=4, beta=2)
    offers = {offer.name: offer for offer in mp.backends(game)}
    assert not offers["cvxpy:SCS"].accepts
    assert offers["cvxpy:SCS"].reason == 'needs scs, which is not installed: pip install "mechproof[solvers]"'
    assert offers["cvxpy:CLARABEL"].accepts
