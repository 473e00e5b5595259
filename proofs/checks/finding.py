"""Which files of a tree are judged: specifications, by `format` and ``[mechanism]`` or as games, and Python's."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from ...formulations.errors import InputError
from ...formulations.finite.nfg import SUFFIX as NFG
from .lines import Lines, text_of

PASSED_BY = frozenset({"node_modules", "build", "dist", "site-packages", "__pycache__", "venv"})
"""Folders in which nobody keeps specifications; hidden ones and virtual environments are passed by as well."""


class Kind(StrEnum):
    """What a file is read as."""

    SPECIFICATION = "specification"
    CODE = "code"


@dataclass(frozen=True)
class Found:
    """A file to be judged; of Python code the mechanisms' classes with their lines."""

    path: Path
    kind: Kind
    classes: Mapping[str, int] = field(default_factory=dict)


def find(paths: Iterable[str | Path]) -> tuple[Found, ...]:
    r"""Return what is to be judged below some paths, each file once, folders in the order of their names.

    A file that is named is a specification unless it ends in ``.py``. In a folder a TOML file is one if it has a key
    `format` and a table ``[mechanism]``, even where it is broken otherwise; any other is passed over. A file of
    Gambit's, ``.nfg``, is one. A Python file is found if it imports mechproof and has a class at its top whose base is
    called so that it ends in ``Game`` or ``Program``, or is such a class above it; tests are not.

    Raises
    ------
    InputError
        When a path is not there, or a Python file that is named declares no mechanism.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = (Path(folder) / "pyproject.toml").write_text("[project]\nname = 'mine'")
    ...     _ = (Path(folder) / "menu.toml").write_text("format = 1\n[mechanism]\ntype =")
    ...     [found.path.name for found in find([folder])]
    ['menu.toml']
    """
    found: dict[Path, Found] = {}
    for path in map(Path, paths):
        if not path.exists():
            raise InputError("path", str(path), "is neither a file nor a folder", "name one that is there")
        for each in _below(path) if path.is_dir() else [_named(path)]:
            found.setdefault(each.path.resolve(), each)
    return tuple(found.values())


def _named(path: Path) -> Found:
    if path.suffix != ".py":
        return Found(path, Kind.SPECIFICATION)
    classes = _classes(path)
    if not classes:
        rule = "declares no mechanism: no class at its top whose base is mechproof's Game or Program"
        raise InputError("path", str(path), rule, "mechproof check takes specifications and such files")
    return Found(path, Kind.CODE, classes)


def _below(folder: Path) -> Iterator[Found]:
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not _is_passed_by(Path(place, name)))
        for name in sorted(files):
            path = Path(place, name)
            if path.suffix.lower() == NFG or (path.suffix == ".toml" and is_specification(path)):
                yield Found(path, Kind.SPECIFICATION)
            elif path.suffix == ".py" and not name.startswith(("test_", "conftest")) and (classes := _classes(path)):
                yield Found(path, Kind.CODE, classes)


def _is_passed_by(folder: Path) -> bool:
    name = folder.name
    return name.startswith(".") or name in PASSED_BY or (folder / "pyvenv.cfg").exists()


def is_specification(path: Path) -> bool:
    """Return whether a TOML file says that it is one; read by its tokens, since a broken one is to be found as well."""
    text = _text(path)
    if "mechanism" not in text:
        return False
    keys = Lines.of(text).at
    return "format" in keys and any(key.partition(".")[0] == "mechanism" for key in keys)


def _classes(path: Path) -> dict[str, int]:
    """Return the mechanisms that a Python file declares at its top, without running it."""
    text = _text(path)
    if "mechproof" not in text:
        return {}
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return {}
    if not any(_imports_mechproof(node) for node in tree.body):
        return {}
    found: dict[str, int] = {}
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and any(_is_mechanism(base) or _name(base) in found for base in node.bases):
            found[node.name] = node.lineno
    return found


def _imports_mechproof(node: ast.stmt) -> bool:
    if isinstance(node, ast.Import):
        return any(alias.name.partition(".")[0] == "mechproof" for alias in node.names)
    return isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "mechproof"


def _is_mechanism(base: ast.expr) -> bool:
    return _name(base).endswith(("Game", "Program"))


def _name(base: ast.expr) -> str:
    return base.attr if isinstance(base, ast.Attribute) else base.id if isinstance(base, ast.Name) else ""


def _text(path: Path) -> str:
    try:
        return text_of(path.read_bytes())
    except OSError:
        return ""
