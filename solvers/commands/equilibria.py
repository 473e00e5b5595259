"""Equilibria of finite games at the command line: all in a table, and Gambit's answers re-checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from ...formulations.data import exact
from ...formulations.errors import InputError
from ...formulations.finite.declaration import FiniteGame
from ..candidate import candidate
from ..finite.enumeration import Enumeration, Profile
from ..finite.equilibria import Equilibria
from ..formatting import MOST_DIGITS, fraction_text, number
from ..solution import OWN_NUMBERS, Solution
from .delivery import Delivery, Exit, working

MOST_SHOWN = 24


def show_equilibria(console: Console, found: Equilibria) -> None:
    """Print what was found, a row for each equilibrium."""
    console.print()
    console.print(Text(found.found.told, style="bold"))
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("", *found.game.player):
        table.add_column(escape(name))
    for index, profile in enumerate(found.profiles[:MOST_SHOWN]):
        used = found.named(profile)
        table.add_row(str(index + 1), *(escape(_mixed(used[player])) for player in found.game.player))
    console.print(table)
    if len(found.profiles) > MOST_SHOWN:
        console.print(f"and {len(found.profiles) - MOST_SHOWN} more; --format json has all", style="dim")
    for family in found.found.families[:MOST_SHOWN]:
        parts = zip(found.game.player, family, strict=True)
        told = ", ".join(f"{escape(player)} as in {_listed(part)}" for player, part in parts)
        console.print(f"equilibria too, with any mixtures: {told}")


def _listed(part: Sequence[int]) -> str:
    return " or ".join(str(index + 1) for index in part)


def _mixed(used: dict[str, Any]) -> str:
    return " + ".join(name if part == 1 else f"{_part(part)} {name}" for name, part in used.items())


def _part(value: Any) -> str:
    text = fraction_text(value) if isinstance(value, Fraction) else ""
    return text if text and len(text) <= MOST_DIGITS // 2 else number(float(value))


def certify_profiles(model: Path | None, solution: Path | None, tolerance: float | None, deliver: Delivery) -> None:
    """Judge the profiles in a file of Gambit's, and leave with 0 all valid, 1 one refuted, 3 one undecided."""
    from ..specification import read_specification
    from .documents import solution_document
    from .present import show_solution

    if model is None or solution is None:
        raise InputError("solution", None, "is needed beside --model", "give --solution FILE")
    with working("reading the game"):
        asked = read_specification(model)
        game = asked.model
        assert isinstance(game, FiniteGame)
        profiles = read_profiles(solution, game)
    with working("certifying"):
        asked = asked.asked(arithmetic="exact", tolerance=tolerance)
        judged = [replace(candidate(game, probability=profile), request=asked.request) for profile in profiles]
        worst = max(judged, key=_how_wrong)
    told = f"{sum(one.certificate.valid for one in judged)} of {len(judged)} profiles in {solution.name} are equilibria"
    stated = Equilibria(game, OWN_NUMBERS, Enumeration(tuple(profiles), False, told))

    def show(console: Console) -> None:
        show_solution(console, worst)
        show_equilibria(console, stated)

    deliver(lambda: solution_document(worst, asked, stated), show)
    raise typer.Exit((Exit.AS_REQUIRED, Exit.UNDECIDED, Exit.FAILED)[_how_wrong(worst)])


def _how_wrong(solution: Solution) -> int:
    found = solution.certificate
    return 0 if found.valid else 2 if found.feasible is False or found.optimal is False else 1


def read_profiles(path: Path, game: FiniteGame) -> list[Profile]:
    """Return the profiles that Gambit's tools print, a line ``NE,1/2,1/2,…`` for each.

    Raises
    ------
    InputError
        When there is none, or a line has another number of entries than there are strategies.
    """
    from ...formulations.specification.tables import read_text

    lines = enumerate(read_text(path, "solution")[0].splitlines(), start=1)
    found = [_profile(line, f"{path.name}, line {place}", game) for place, line in lines if line.strip()]
    if not found:
        raise InputError("solution", str(path), "has no profile", "write each on a line, as NE,1/2,1/2,0,1")
    return found


def _profile(line: str, place: str, game: FiniteGame) -> Profile:
    words: Sequence[str] = [word.strip() for word in line.split(",")]
    words = words[1:] if words[0].upper() == "NE" else words
    if len(words) != sum(game.shape):
        rule = f"must have {sum(game.shape)} probabilities, one for each strategy"
        raise InputError(place, line.strip(), rule, "write NE,1/2,1/2,0,1")
    try:
        return [exact(word) for word in words]
    except (ValueError, ArithmeticError):
        raise InputError(place, line.strip(), "has an entry that is no number") from None
