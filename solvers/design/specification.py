"""Families as they are declared in files: a table [family], and a table [design] that says what to do with it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from ...formulations.authors import told
from ...formulations.design.family import FAMILIES, Family
from ...formulations.errors import InputError
from ...formulations.language import Declaration
from ...formulations.registry import entries, loaded
from ...formulations.specification.fields import (
    Reader,
    choose,
    read_declaration,
    refuse_no_table,
    refuse_no_text,
    refuse_unknown,
)
from ...formulations.specification.tables import read_text
from ...formulations.specification.user_code import load_class

FORMAT = 1
ASKED = ("objective", "require", "tolerance", "time_limit")


@dataclass(frozen=True)
class DesignSpecification:
    """What a file says: a family, what it is called, and what is asked of it by the names of `design`'s parameters."""

    type: str
    family: Family
    asked: Mapping[str, Any] = field(default_factory=dict)
    digests: Mapping[str, str] = field(default_factory=dict)


def read_design(source: str, allow_code: bool = False) -> DesignSpecification:
    """Return the family of a file, or a shipped one with its example's data.

    Parameters
    ----------
    source
        The path of a TOML file, or the name of a family.
    allow_code
        Whether a family's Python file may be run.

    Raises
    ------
    InputError
        When it is neither, or anything in the file is unknown, missing or breaks a rule.

    Examples
    --------
    >>> read_design("reserve-procurement").family.box()
    {'reserve': (Fraction(0, 1), Fraction(1, 1))}
    """
    if not source.endswith(".toml"):
        kind = loaded(choose("family", source, entries(FAMILIES), ", or a file that ends in .toml"))
        return DesignSpecification(source, _declared(kind, dict(kind.example), Reader(Path())))
    path = Path(source)
    text, digest = read_text(path, "family")
    try:
        document = tomllib.loads(text, parse_float=Decimal)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError, ArithmeticError) as error:
        raise InputError("family", source, f"is not TOML: {error}", "see https://toml.io") from None
    if document.get("format") != FORMAT or isinstance(document.get("format"), bool):
        remedy = f"start the file with format = {FORMAT}"
        raise InputError("format", document.get("format"), f"must be {FORMAT}", remedy)
    refuse_unknown("", document, ("format", "family", "design"))
    asked = dict(refuse_no_table("design", document.get("design", {})))
    refuse_unknown("design", asked, ASKED)
    reader = Reader(path.parent)
    name, family = _read_family(document.get("family"), reader, allow_code)
    return DesignSpecification(name, family, _checked(asked), {path.name: digest, **reader.digests})


def _checked(asked: dict[str, Any]) -> dict[str, Any]:
    names = asked.get("require", [])
    if not isinstance(names, list) or not all(isinstance(item, str) for item in names):
        raise InputError("design.require", names, "must be a list of properties' names", 'such as ["ir", "ic"]')
    for name in ("tolerance", "time_limit"):
        if name in asked and (isinstance(asked[name], bool) or not isinstance(asked[name], int | Decimal)):
            raise InputError(f"design.{name}", asked[name], "must be a number")
    return asked


def _read_family(value: Any, reader: Reader, allow_code: bool) -> tuple[str, Family]:
    known = ", ".join(entries(FAMILIES))
    if value is None:
        raise InputError(
            "family", None, "is needed: the table that says which", f"write [family] and type = one of {known}"
        )
    table = dict(refuse_no_table("family", value))
    name = refuse_no_text("family.type", table.pop("type", None))
    if ":" not in name:
        kind = loaded(choose("family.type", name, entries(FAMILIES), ' or your own, as "my_market.py:MyFamily"'))
        return name, _declared(kind, table, reader)
    try:
        own = load_class(name, reader.folder, allow_code)
    except InputError as error:
        error.args = (str(error.args[0]).replace("mechanism.type", "family.type"),)
        raise
    if not issubclass(own, Family):
        raise InputError("family.type", name, "is no family", "declare a subclass of mechproof.Family")
    try:
        return name, _declared(own, table, reader)
    except (Exception, SystemExit) as error:
        raise told(error) or error from None


def _declared(kind: type[Declaration], table: Mapping[str, Any], reader: Reader) -> Family:
    family = read_declaration(kind, table, "family", reader)
    assert isinstance(family, Family)
    return family
