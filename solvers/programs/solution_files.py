"""Solution files: of HiGHS, SCIP and AMPL, and names beside values; numbers are read as the decimals they are."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

from ...formulations.errors import InputError
from .problem import LARGEST, NUMBER, Problem, exact, lines_of

Line = tuple[int, list[str]]


def read_solution(file: Path, problem: Problem) -> list[Fraction]:
    """Read a point of a problem.

    In files that begin as SCIP's do, variables that are not written are zero; elsewhere they are missing. Those of
    AMPL's solvers have no names: their values are in the order of the model's variables.

    Raises
    ------
    InputError
        When a variable is missing, unknown or stated twice, a number is too large, or there is no solution in the file.
    """
    point = _read(file, problem)
    for name, value in zip(problem.names, point, strict=True):
        if abs(value) >= LARGEST:
            raise InputError("solution", str(file), f"has a number of 1e100 or more, of {name}", "scale the model")
    return point


def _read(file: Path, problem: Problem) -> list[Fraction]:
    lines = [(number, line.split()) for number, line in lines_of(file, "solution") if line.strip()]
    texts = [" ".join(words).lower() for _, words in lines]
    if "options" in texts:
        return _ampl(lines[texts.index("options") + 1 :], len(problem.names), file)
    highs = "# primal solution values" in texts
    found = dict(_highs(lines, texts, file) if highs else _plain(lines, file))
    place = {name: index for index, name in enumerate(problem.names)}
    for name in found:
        if name not in place:
            raise InputError("solution", name, "is no variable of the model", f"{file.name} must be of that model")
    sparse = any(text.startswith("solution status:") for text in texts)
    missing = [name for name in problem.names if name not in found]
    if missing and not sparse:
        raise InputError("solution", str(file), f"has no value of {missing[0]}", "write all variables")
    return [found.get(name, Fraction(0)) for name in problem.names]


def _highs(lines: list[Line], texts: list[str], file: Path) -> Iterator[tuple[str, Fraction]]:
    start = texts.index("# primal solution values")
    if start + 1 < len(texts) and texts[start + 1] == "none":
        raise InputError("solution", str(file), "has no solution", "HiGHS found none")
    columns = next((k for k in range(start, len(texts)) if texts[k].startswith("# columns")), None)
    if columns is None:
        raise InputError("solution", str(file), "has no line '# Columns'")
    seen: set[str] = set()
    for number, words in lines[columns + 1 : columns + 1 + int(texts[columns].split()[-1])]:
        yield _once(" ".join(words[:-1]), words[-1], seen, file, number)


def _ampl(lines: list[Line], count: int, file: Path) -> list[Fraction]:
    """Read what follows the word Options: how many options and these, how many rows, duals, variables and values."""
    after = 1 + _count(lines, 0, file)
    duals, variables, values = (_count(lines, after + k, file) for k in (1, 2, 3))
    if values == 0:
        raise InputError("solution", str(file), "has no solution", "the solver found none")
    if (variables, values) != (count, count):
        rule = f"is of {variables} variables and has values of {values}, and the model has {count}"
        raise InputError("solution", str(file), rule, "it must be of that model")
    first = after + 4 + duals
    return [exact(*_word(lines, first + k, file)) for k in range(count)]


def _count(lines: list[Line], place: int, file: Path) -> int:
    word, _, number = _word(lines, place, file)
    if not word.isdecimal():
        raise InputError(f"{file.name}, line {number}", word, "must be a count")
    return int(word)


def _word(lines: list[Line], place: int, file: Path) -> tuple[str, Path, int]:
    """Return the one word of a line, and where it stands."""
    if place >= len(lines):
        raise InputError("solution", str(file), "ends before all values are there", "it may have been cut off")
    number, words = lines[place]
    return " ".join(words), file, number


def _plain(lines: list[Line], file: Path) -> Iterator[tuple[str, Fraction]]:
    seen: set[str] = set()
    for number, words in lines:
        if words[0].startswith("#") or words[0].lower() in ("solution", "objective"):
            continue
        if len(words) < 2 or NUMBER.fullmatch(words[1]) is None:
            raise InputError(
                f"{file.name}, line {number}", " ".join(words), "must be a variable's name and its value", "as x 2.5"
            )
        yield _once(words[0], words[1], seen, file, number)


def _once(name: str, text: str, seen: set[str], file: Path, number: int) -> tuple[str, Fraction]:
    if name in seen:
        raise InputError(f"{file.name}, line {number}", name, "is stated already")
    seen.add(name)
    return name, exact(text, file, number)
