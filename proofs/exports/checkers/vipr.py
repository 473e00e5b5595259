"""VIPR certificates: `viprchk` where it is installed, and an exact reader of ours that stands in for it in tests.

The reader knows points and sums of rows, not the branching and rounding of integer programs: what it cannot read it
does not judge.
"""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from .verdicts import Report, Verdict, Word, not_here

PACKAGE = "in no registry: build it from github.com/ambros-gleixner/VIPR"
SENSES = {"E": 0, "G": 1, "L": -1}


class RefusedError(Exception):
    """The certificate does not show what it says."""


class UnreadError(Exception):
    """Something is written in it that is not known here."""


@dataclass(frozen=True)
class Row:
    """A linear statement: slopes by place, "E", "G" or "L", and its number."""

    slopes: Mapping[int, Fraction]
    sense: str
    number: Fraction


def check_with_viprchk(files: Mapping[str, Path]) -> Report:
    """Have `viprchk` check certificates, which are given by what they are about."""
    program = shutil.which("viprchk")
    if program is None:
        return not_here("viprchk", PACKAGE, list(files))
    start, verdicts = time.perf_counter(), []
    for about, path in files.items():
        done = subprocess.run([program, str(path)], capture_output=True, text=True, check=False)
        told = " ".join((done.stdout + done.stderr).split())
        word = Word.ACCEPTED if done.returncode == 0 and "uccessfully verified" in told else Word.REFUSED
        if done.returncode < 0:
            word = Word.COULD_NOT_RUN
        verdicts.append(Verdict(about, word, "" if word is Word.ACCEPTED else told[-300:], 1))
    return Report("viprchk", "unknown", PACKAGE, tuple(verdicts), time.perf_counter() - start)


def check_with_reader(files: Mapping[str, Path]) -> Report:
    """Check certificates by the reader of our own."""
    start = time.perf_counter()
    verdicts = tuple(_read(about, path) for about, path in files.items())
    return Report("vipr-reader", "1", "mechproof", verdicts, time.perf_counter() - start, ours=True)


def _read(about: str, path: Path) -> Verdict:
    try:
        check(path.read_text(encoding="utf-8"))
    except RefusedError as refused:
        return Verdict(about, Word.REFUSED, str(refused), 1)
    except (UnreadError, OSError) as error:
        return Verdict(about, Word.COULD_NOT_RUN, str(error), 1)
    except (ValueError, StopIteration, ZeroDivisionError, IndexError, RuntimeError) as error:
        return Verdict(about, Word.REFUSED, f"it is not written as a certificate is: {error!r}", 1)
    return Verdict(about, Word.ACCEPTED, "", 1)


def check(text: str) -> None:
    """Check a certificate of a linear program.

    Raises
    ------
    RefusedError
        When its point breaks a row or has another value, or its derivations do not show the bound.
    UnreadError
        When it holds what is not known here.
    """
    words = iter(" ".join(line.split("%")[0] for line in text.splitlines()).split())
    width = _heading(words)
    objective = _slopes(words, width)
    _expect(words, "CON")
    count, _ = int(next(words)), next(words)
    rows = [_row(words, width, objective) for _ in range(count)]
    _expect(words, "RTP")
    _known(words, "range", "only an optimum's range is known here")
    least, most = Fraction(next(words)), Fraction(next(words))
    _expect(words, "SOL")
    values = [_point(words, width, objective, rows) for _ in range(int(next(words)))]
    if not values or min(values) > most:
        raise RefusedError(f"no point reaches {most}")
    _expect(words, "DER")
    for _ in range(int(next(words))):
        rows.append(_derived(words, width, objective, rows))
    if next(words, None) is not None:
        raise RefusedError("something stands after its end")
    if not any(row.slopes == objective and row.sense in "GE" and row.number >= least for row in rows):
        raise RefusedError(f"nothing shows that the objective is at least {least}")


def _heading(words: Iterator[str]) -> int:
    """Read up to the objective, and return how many variables there are."""
    _expect(words, "VER")
    _known(words, "1.0", "only version 1.0 of the format is known")
    _expect(words, "VAR")
    width = int(next(words))
    for _ in range(width):
        next(words)
    _expect(words, "INT")
    _known(words, "0", "whole variables are not known here")
    _expect(words, "OBJ")
    _known(words, "min", "only minima are known here")
    return width


def _known(words: Iterator[str], word: str, otherwise: str) -> None:
    if next(words) != word:
        raise UnreadError(otherwise)


def _expect(words: Iterator[str], section: str) -> None:
    found = next(words)
    if found != section:
        raise RefusedError(f"{section} should stand where {found} does")


def _slopes(words: Iterator[str], width: int, objective: Mapping[int, Fraction] | None = None) -> dict[int, Fraction]:
    first = next(words)
    if first == "OBJ" and objective is not None:
        return dict(objective)
    found: dict[int, Fraction] = {}
    for _ in range(int(first)):
        place, value = int(next(words)), Fraction(next(words))
        if not 0 <= place < width or place in found:
            raise RefusedError(f"there is no variable {place}, or it stands there twice")
        found[place] = value
    return {place: value for place, value in found.items() if value}


def _row(words: Iterator[str], width: int, objective: Mapping[int, Fraction]) -> Row:
    next(words)
    sense, number = next(words), Fraction(next(words))
    if sense not in SENSES:
        raise RefusedError(f"{sense} is no comparison")
    return Row(_slopes(words, width, objective), sense, number)


def _point(words: Iterator[str], width: int, objective: Mapping[int, Fraction], rows: list[Row]) -> Fraction:
    """Return the value of a point that breaks no row."""
    next(words)
    point = _slopes(words, width)
    for number, row in enumerate(rows):
        above = sum((slope * point.get(place, 0) for place, slope in row.slopes.items()), Fraction(0)) - row.number
        if above * SENSES[row.sense] < 0 or (row.sense == "E" and above):
            raise RefusedError(f"the point breaks row {number}")
    return sum((slope * point.get(place, 0) for place, slope in objective.items()), Fraction(0))


def _derived(words: Iterator[str], width: int, objective: Mapping[int, Fraction], rows: list[Row]) -> Row:
    """Return a row that is the sum of earlier ones, each times a number of the right sign."""
    row = _row(words, width, objective)
    _expect(words, "{")
    kind = next(words)
    if kind != "lin":
        raise UnreadError(f"derivations of the kind {kind} are not known here")
    used = _slopes(words, len(rows))
    _expect(words, "}")
    next(words)
    slopes, number = dict[int, Fraction](), Fraction(0)
    for place, multiplier in used.items():
        if multiplier * SENSES[rows[place].sense] * SENSES[row.sense] < 0 or (row.sense == "E" != rows[place].sense):
            raise RefusedError(f"row {place} has a multiplier of the wrong sign")
        number += multiplier * rows[place].number
        for name, slope in rows[place].slopes.items():
            slopes[name] = slopes.get(name, Fraction(0)) + multiplier * slope
    if {name: slope for name, slope in slopes.items() if slope} != row.slopes:
        raise RefusedError("the rows do not add up to the one that is derived")
    if (number - row.number) * SENSES[row.sense] < 0 or (row.sense == "E" and number != row.number):
        raise RefusedError(f"the rows add up to {number}, and {row.number} is said")
    return row
