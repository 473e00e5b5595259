"""A specification to start from: every field with what its mechanism's own documentation says of it, and an answer."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, fields
from fractions import Fraction
from inspect import cleandoc
from typing import Any

import numpy as np

from ...formulations.errors import UnsupportedModel
from ...formulations.language import Model
from ..serialization import plain
from ..solve import solve

WIDTH = 96


def starter(kind: type[Model], called: str, file: str) -> str:
    """Return a commented specification of a mechanism with the data of its `example`.

    Below the mechanism stands the answer to these data, where it is rational, as a candidate that is commented out: it
    is there to be changed and judged.

    Parameters
    ----------
    kind
        The mechanism's class.
    called
        Its type in a specification.
    file
        What the specification will be called.

    Examples
    --------
    >>> from mechproof import StackelbergPricing
    >>> text = starter(StackelbergPricing, "stackelberg-pricing", "market.toml")
    >>> [line for line in text.splitlines() if line.startswith(("type", "cost"))]
    ['type = "stackelberg-pricing"', 'cost = [0.2, 0.3, 0.5, 2, 3]']
    """
    model = kind(**kind.example)
    lines = [*_title(kind, file), "format = 1", "", "[mechanism]", f"type = {json.dumps(called)}"]
    lines += _declared(kind)
    lines += _verified(kind)
    lines += _candidate(model, file)
    return "\n".join(lines) + "\n"


def _title(kind: type[Model], file: str) -> Iterator[str]:
    """Yield what the mechanism is, and what can be asked of it."""
    yield from _comment(_paragraph(kind))
    yield "#"
    for command, what in (("solve", "the answer, certified"), ("verify", "is what the mechanism promises so?")):
        yield f"#     mechproof {command:6} {file}   # {what}"


def _paragraph(kind: type) -> str:
    return " ".join(cleandoc(kind.__doc__ or "").partition("\n\n")[0].split())


def _declared(kind: type[Model]) -> Iterator[str]:
    """Yield the fields: the example's with their values, the others commented out."""
    said = ""
    for item in fields(kind):
        text = meaning(kind, item)
        if text != said:
            yield ""
            yield from _comment(text)
        said = text
        if item.name in kind.example:
            yield f"{item.name} = {_toml(kind.example[item.name])}"
        elif item.default is None or item.default is MISSING:
            yield f"# {item.name} is left out here"
        else:
            yield f"# {item.name} = {json.dumps(item.default)}"


def _toml(value: Any) -> str:
    """Return a value as TOML has it, tables in one line."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_toml(item)}" for key, item in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False)


def meaning(kind: type, item: Field[Any]) -> str:
    """Return what the documentation of a class says of a field; else what its rule says.

    Examples
    --------
    >>> from mechproof import StackelbergPricing
    >>> meaning(StackelbergPricing, fields(StackelbergPricing)[0])
    'ρ_i > 0, money per unit of ε, one for each of N ≥ 2 clients.'
    """
    for base in kind.__mro__:
        found = parameters(base).get(item.name)
        if found is not None:
            return found
    rule = item.metadata.get("rule")
    unit = f"; in {rule.unit}" if rule is not None and rule.unit != "1" else ""
    return words_of(item.metadata) + unit


def words_of(metadata: Any) -> str:
    """Return what a field holds, in words."""
    if (rule := metadata.get("rule")) is not None:
        return str(rule.text) + (f", one for each {rule.per}" if rule.per else "")
    if "choice" in metadata:
        return "one of " + ", ".join(metadata["choice"])
    if "labels" in metadata:
        return f"the {metadata['labels']}s' names"
    if "part" in metadata:
        from ...formulations.registry import kinds_of

        return "a table with a type: " + ", ".join(kinds_of(metadata["part"]))
    return ""


def parameters(kind: type) -> Mapping[str, str]:
    """Return what the section Parameters of a docstring in NumPy's style says, by name."""
    section = re.search(r"^Parameters\n-+\n(.*?)(?=^\w[^\n]*\n-+$|\Z)", cleandoc(kind.__doc__ or ""), re.M | re.S)
    entries = re.findall(r"^(\S[^\n]*)\n((?:[ ]+[^\n]*\n?|\n)+)", section[1] if section else "", re.M)
    return {name: " ".join(text.split()) for names, text in entries for name in names.split(", ")}


def _verified(kind: type[Model]) -> Iterator[str]:
    yield ""
    yield "[verify]"
    yield from _comment("Required are the mechanism's promises, unless others are named.")
    yield f"# require = {json.dumps(list(kind.promises))}"
    others = [name for name in kind.properties if name not in kind.promises]
    if others:
        yield from _comment(f"Also judged, and required only if named: {', '.join(others)}.")


def _candidate(model: Model, file: str) -> Iterator[str]:
    """Yield the answer as a candidate that is commented out, if it can be written down exactly."""
    answer = _rational_answer(model)
    yield ""
    if answer is None:
        names = " and ".join(decision.name for decision in model.decisions())
        yield from _comment(
            f"Numbers of your own are judged in place of the solver's answer, if a table [candidate] has them: {names}."
        )
        return
    yield from _comment(
        "Numbers of your own are judged in place of the solver's answer. These are that answer: uncomment them, change "
        f"one, and see what it breaks: mechproof verify {file}"
    )
    yield "# [candidate]"
    for name, value in answer.items():
        yield f"# {name} = {json.dumps(value)}"


def _rational_answer(model: Model) -> dict[str, Any] | None:
    """Return the exact answer as data for a specification, or None where none is known or it is not rational."""
    try:
        exact = solve(model, arithmetic="exact").exact or {}
    except UnsupportedModel:
        return None
    answer = {decision.name: exact[decision.name] for decision in model.decisions()}
    numbers = [number for value in answer.values() for number in np.ravel(value)]
    if not all(isinstance(number, Fraction) for number in numbers):
        return None
    return {name: plain(value) for name, value in answer.items()}


def _comment(text: str) -> list[str]:
    return [f"# {line}" for line in textwrap.wrap(text, WIDTH, break_on_hyphens=False)]
