"""An instance with a candidate, to be run: a specification where all is exact, else Python, which can write doubles."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from .instance import Candidate, Instance, Part


def source(instance: Instance, candidate: Candidate, arithmetic: str, tolerance: float) -> str:
    """The text: `mechproof certify` reads the one, Python runs the other in a clone."""
    stated = candidate.stated()
    if instance.exact and candidate.exact and instance.specified:
        return specification(instance.mechanism, instance.data(), stated)
    return program(instance, stated, arithmetic, tolerance)


def specification(kind: str, data: Mapping[str, Any], stated: Mapping[str, Any]) -> str:
    """A specification in TOML with a candidate; exact numbers are text."""
    lines = ["format = 1", "", "[mechanism]", f'type = "{kind}"']
    lines += [f"{name} = {literal(value)}" for name, value in data.items() if value is not None]
    lines += ["", "[candidate]", *(f"{name} = {literal(value)}" for name, value in stated.items())]
    return "\n".join(lines)


def program(instance: Instance, stated: Mapping[str, Any], arithmetic: str, tolerance: float) -> str:
    """A few lines of Python; doubles keep all their digits."""
    declared = instance.declared()
    shipped = not declared.__module__.startswith("benchmarks")
    name = f"mp.{declared.__name__}" if shipped else declared.__name__
    lines = ["import mechproof as mp"]
    if not shipped:
        lines.append(f"from {declared.__module__} import {declared.__name__}")
    data = ", ".join(f"{key}={literal(value, True)}" for key, value in instance.data().items() if value is not None)
    answer = ", ".join(f"{key}={literal(value, True)}" for key, value in stated.items())
    how = f"mp.certify(answer, {arithmetic!r}, {tolerance})" if arithmetic != "verify" else "mp.verify(answer)"
    return "\n".join([*lines, f"model = {name}({data})", f"answer = mp.candidate(model, {answer})", f"print({how})"])


def literal(value: Any, python: bool = False) -> str:
    """A value in TOML or Python, none of its digits lost."""
    if isinstance(value, Part):
        data = {name: literal(entry, python) for name, entry in value.data.items()}
        if python:
            return f"mp.{value.made.__name__}({', '.join(f'{k}={v}' for k, v in data.items())})"
        return "{ " + ", ".join([f'type = "{value.type}"', *(f"{k} = {v}" for k, v in data.items())]) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(literal(entry, python) for entry in value) + "]"
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, int):
        return str(value)
    return f'"{Fraction(value)}"' if isinstance(value, Fraction) else repr(float(value))
