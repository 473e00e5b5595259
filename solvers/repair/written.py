"""A repaired mechanism as a specification: its data and numbers exactly, and which properties must hold."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import fields
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from ...formulations.errors import UnsupportedModel
from ...formulations.language import Declaration
from ...formulations.registry import mechanism_name, name_of
from ..formatting import exact_number, fraction_text
from ..specification import Specification
from .results import Repair

MOST_PLACES = 13
"""So many decimal places are written out; what has more is a fraction in quotes."""
LARGEST = 10**12
"""From this size on numbers are written in quotes."""


def specification_text(found: Repair, asked: Specification | None = None, folder: Path | None = None) -> str:
    r"""Return a repaired mechanism as a specification, every number as it is.

    Parameters
    ----------
    found
        What was repaired.
    asked
        Where the broken numbers were read from; needed if the mechanism is a class of one's own.
    folder
        Where it will be, relative to which one's own class is found.

    Raises
    ------
    UnsupportedModel
        When the mechanism is in no file that a specification could name.

    Examples
    --------
    >>> import mechproof as mp
    >>> menu = mp.VersionPricing(epsilon=[1, 2], target=[1, 5])
    >>> print(specification_text(mp.repair(mp.candidate(menu, price=[1, 5]))).partition("[candidate]")[2])
    <BLANKLINE>
    price = [2.5, 5]
    <BLANKLINE>
    [verify]
    require = ["no-arbitrage", "in-cone", "monotone"]
    <BLANKLINE>
    """
    model = found.candidate.model
    assert found.candidate.exact is not None
    lines = [
        f"# Repaired: the nearest sound numbers, {exact_number(found.distance)} in money from those that were stated.",
        "# What is required below is what was repaired; that nothing is better is not.",
        "format = 1",
        "",
        "[mechanism]",
        f"type = {json.dumps(_type(model, asked, folder))}",
        *(f"{name} = {text}" for name, text in _data(model)),
        "",
        "[candidate]",
    ]
    for name in found.program.stated:
        lines.append(f"{name} = {_literal(found.candidate.exact[name])}")
    if found.properties:
        lines += ["", "[verify]", f"require = {json.dumps(list(found.properties))}"]
    return "\n".join(lines) + "\n"


def _type(model: Declaration, asked: Specification | None, folder: Path | None) -> str:
    name = mechanism_name(type(model))
    if name is not None:
        return name
    if asked is None:
        kind = type(model).__name__
        raise UnsupportedModel(f"in which file {kind} is declared is not known; repair it from a specification")
    path, _, kind = asked.type.rpartition(":")
    there = os.path.relpath((asked.folder / path).resolve(), (folder or asked.folder).resolve())
    return f"{Path(there).as_posix()}:{kind}"


def _data(model: Declaration) -> Iterator[tuple[str, str]]:
    """Yield the fields that are set and their text."""
    for item in fields(model):  # type: ignore[arg-type]
        value = getattr(model, item.name)
        if value is None or (item.default is not None and isinstance(value, str) and value == item.default):
            continue
        if isinstance(value, Declaration):
            inner = ", ".join(f"{name} = {text}" for name, text in _data(value))
            yield item.name, f"{{ type = {json.dumps(name_of(type(value), item.metadata.get('part')))}, {inner} }}"
        else:
            yield item.name, _literal(value)


def _literal(value: Any) -> str:
    """Return TOML for exact numbers, words or lists of them.

    Examples
    --------
    >>> _literal([Fraction(1, 2), Fraction(1, 3), Fraction(4)]), _literal("ask")
    ('[0.5, "1/3", 4]', '"ask"')
    """
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if np.ndim(value):
        entries = value.tolist() if isinstance(value, np.ndarray) else value
        return f"[{', '.join(map(_literal, entries))}]"
    exact = Fraction(value)
    places = next((k for k in range(MOST_PLACES) if 10**k % exact.denominator == 0), None)
    if places is None or abs(exact) >= LARGEST:
        return json.dumps(fraction_text(exact))
    return f"{Decimal(exact.numerator * 10**places // exact.denominator).scaleb(-places):f}"
