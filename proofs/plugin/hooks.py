"""What pytest asks in every run: options, and whether a file holds a mechanism. Whatever is heavy waits for a yes."""

from __future__ import annotations

import re
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING

from .options import add_options, allows_code

if TYPE_CHECKING:
    import pytest

_WORD = "mechanism"
_USES_MECHPROOF = re.compile(rb"^[ \t]*(?:import|from)[ \t]+mechproof\b", re.MULTILINE)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    add_options(parser)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect specifications (TOML with `format` and `[mechanism]`) and, if code is allowed, mechanism classes."""
    if file_path.suffix == ".toml" and _is_specification(file_path):
        from .items import SpecificationFile

        return SpecificationFile.from_parent(parent, path=file_path)
    if file_path.suffix == ".py" and allows_code(parent.config) and _may_declare(file_path, parent.config):
        from .classes import MechanismFile

        return MechanismFile.from_parent(parent, path=file_path)
    return None


def _is_specification(path: Path) -> bool:
    """Whether `mechproof check` would judge a TOML file; one that has not even the word costs no import."""
    content = _content(path)
    if not any(_WORD.encode(code) in content for code in ("utf-8", "utf-16-le", "utf-16-be")):
        return False
    from ..checks.finding import is_specification

    return is_specification(path)


def _may_declare(path: Path, config: pytest.Config) -> bool:
    """Whether a file that is no test imports mechproof."""
    is_test = any(fnmatch(path.name, pattern) for pattern in (*config.getini("python_files"), "conftest.py"))
    return not is_test and bool(_USES_MECHPROOF.search(_content(path)))


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # a broken link is for pytest to tell
        return b""
