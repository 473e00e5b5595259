"""The house: what may import what, in functions and for types too; what a first certificate loads; nobody is listed."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent
LAYERS = ("formulations", "solvers", "proofs", "dpfl")
MECHANISMS = (
    "StackelbergPricing",
    "VersionPricing",
    "VersionRevenue",
    "PrivacyContract",
    "ThreePartyMarket",
    "PrivacyProcurement",
)
FOLDERS = ("stackelberg", "versions", "contract", "three_party", "procurement")


def modules() -> dict[str, Path]:
    """Every module of the package by its name, folders by their own; tests and examples are no part of it."""
    files = [path for layer in LAYERS for path in (PACKAGE / layer).rglob("*.py")]
    names = {path: path.relative_to(PACKAGE).with_suffix("").parts for path in [*files, PACKAGE / "cli.py"]}
    return {".".join(parts[:-1] if parts[-1] == "__init__" else parts): path for path, parts in names.items()}


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """Everything that a file says; it is read once for all questions."""
    return tuple(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def imports(name: str, path: Path, known: dict[str, Path]) -> Iterator[str]:
    """The modules of the package that a file imports anywhere: at its top, in functions, for types alone."""
    package = name.split(".") if path.name == "__init__.py" else name.split(".")[:-1]
    for node in nodes(path):
        if isinstance(node, ast.ImportFrom) and node.level:
            above = package[: len(package) - node.level + 1]
            base = ".".join([*above, *((node.module or "").split(".") if node.module else [])])
            for alias in node.names:
                inner = f"{base}.{alias.name}" if base else alias.name
                yield inner if inner in known else base


def test_there_is_no_circle() -> None:
    known = modules()
    graph = {name: set(imports(name, path, known)) - {name} for name, path in known.items()}
    assert sum(map(len, graph.values())) > 800  # the reading above sees the imports there are
    try:
        list(TopologicalSorter(graph).static_order())
    except CycleError as circle:
        pytest.fail(" -> ".join(circle.args[1]))


def test_a_circle_is_seen_where_it_hides(tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from . import two\n")
    (tmp_path / "two.py").write_text("def late():\n    from .one import anything\n")
    known = {"one": tmp_path / "one.py", "two": tmp_path / "two.py"}
    assert list(imports("one", known["one"], known)) == ["two"]
    assert list(imports("two", known["two"], known)) == ["one"]


@pytest.mark.parametrize("layer", LAYERS)
def test_nothing_inside_imports_the_lazy_root(layer: str) -> None:
    for path in (PACKAGE / layer).rglob("*.py"):
        for node in nodes(path):
            if isinstance(node, ast.Import):
                assert not any(alias.name.split(".")[0] == "mechproof" for alias in node.names), path
            elif isinstance(node, ast.ImportFrom):
                assert node.level or (node.module or "").split(".")[0] != "mechproof", path
                depth = len(path.relative_to(PACKAGE).parts)
                assert not (node.level == depth and node.module is None), f"{path} imports a name of the root"


def test_nobody_asks_whether_a_model_is_a_shipped_mechanism() -> None:
    asking = []
    for path in (path for layer in LAYERS[:3] for path in (PACKAGE / layer).rglob("*.py")):
        at_home = any(folder in path.relative_to(PACKAGE).as_posix() for folder in FOLDERS)
        for node in nodes(path):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "isinstance":
                named = {part.id for part in ast.walk(node.args[1]) if isinstance(part, ast.Name)}
                if named & set(MECHANISMS) and not at_home:
                    asking.append(f"{path.relative_to(PACKAGE)}:{node.lineno}")
    assert asking == []


FIRST = """
import json, sys, time
import mechproof as mp

game = mp.StackelbergPricing(cost=["0.2", "0.3", "0.5"], alpha=10, beta=10)
valid = mp.candidate(game, reward_pool=9.85, epsilon=[11.82, 7.88, 0.0]).certificate.valid
ours = sorted(name for name in sys.modules if name.split(".")[0] == "mechproof")
heavy = [name for name in ("cvxpy", "pyomo", "scipy.optimize", "sympy") if name in sys.modules]
print(json.dumps([valid, ours, heavy]))
"""


def test_the_first_certificate_loads_what_it_needs() -> None:
    result = subprocess.run([sys.executable, "-c", FIRST], capture_output=True, text=True, check=True, timeout=120)
    valid, ours, heavy = json.loads(result.stdout)
    assert valid is True
    assert len(ours) <= 40, ours
    assert heavy == []
    assert not any("backends." in name for name in ours)
    assert not any(folder in name for name in ours for folder in FOLDERS[1:])


def test_the_guide_names_files_that_are_there() -> None:
    guide = (PACKAGE / "docs" / "architecture.md").read_text(encoding="utf-8")
    named = re.findall(r"`((?:formulations|solvers|proofs|dpfl|tests|docs)/[\w./]*)`", guide)
    assert len(named) > 20
    missing = [name for name in named if "NAME" not in name and not (PACKAGE / name).exists()]
    assert missing == []


def test_the_guide_names_every_group_of_entry_points() -> None:
    guide = (PACKAGE / "docs" / "architecture.md").read_text(encoding="utf-8")
    project = tomllib.loads((PACKAGE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    groups = {group for group in project["entry-points"] if group.startswith("mechproof.")}
    assert groups == set(re.findall(r"^\| `(mechproof\.\w+)`", guide, flags=re.MULTILINE))


def test_a_wheel_holds_every_folder() -> None:
    settings = tomllib.loads((PACKAGE / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    folders = {path.parent for layer in LAYERS for path in (PACKAGE / layer).rglob("__init__.py")}
    named = {".".join(("mechproof", *folder.relative_to(PACKAGE).parts)) for folder in folders}
    shipped = {"mechproof.examples", "mechproof.examples.starters"}
    assert set(settings["packages"]) == {"mechproof", *shipped, *named}
