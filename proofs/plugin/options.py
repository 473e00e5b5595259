"""The plugin's options."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

_CODE = "run Python files that hold mechanisms: those that specifications name, and on instances that are drawn"


def add_options(parser: pytest.Parser) -> None:
    """Add what may stand on the command line and in the settings."""
    parser.getgroup("mechproof").addoption("--mechproof-allow-code", action="store_true", help=_CODE)
    parser.addini("mechproof_allow_code", f"{_CODE} (as --mechproof-allow-code)", "bool", False)
    parser.addini("mechproof_examples", "how many instances of a mechanism's class are drawn for an item", default="10")


def allows_code(config: pytest.Config) -> bool:
    """Whether Python files that hold mechanisms may be run."""
    return bool(config.getoption("--mechproof-allow-code") or config.getini("mechproof_allow_code"))
