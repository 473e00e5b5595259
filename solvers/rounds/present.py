"""A play in rounds on the console."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.table import Table
from rich.text import Text

from ...formulations.data import as_floats
from ..formatting import shown

if TYPE_CHECKING:
    from rich.console import Console

    from .result import Played
    from .round import Round

FIRST, LAST = 8, 4
"""How many rounds of a longer path are printed."""
COLOURS = {"settled": "green", "cycle": "yellow", "moving": "yellow"}


def show_play(console: Console, play: Played) -> None:
    """Print where a play leads, its rounds, and what everybody had and missed of it."""
    console.print(Text(play.why, style=COLOURS.get(play.outcome.kind, "red")))
    if play.in_balls:
        first = next(one.number for one in play.path if one.enclosed)
        text = f"from round {first} on roots are irrational: the path is enclosed in balls, whose middles are shown"
        console.print(Text(text, style="dim"))
    console.print(_rounds(play))
    for name in play.utility:
        console.print(Text(f"{name}: had {_brief(play.utility[name])}, regrets {_brief(play.regret[name])}"))
    for person, gained in enumerate(_gains(play)):
        if gained > 0:
            how = "pretending" if play.declared.reported is None else "reporting other budgets"
            console.print(Text(f"{how} gains {_who(play, person)} {shown(gained)}", style="red"))


def _rounds(play: Played) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("round", justify="right")
    first = play.path[0]
    for name in (*first.decided, "sum", f"largest {first.named}", f"least {first.named}", "faced nobody"):
        table.add_column(name.replace("_", " "), justify="right", no_wrap=True)
    rows = list(play.path)
    left_out = len(rows) - FIRST - LAST
    shown = rows if left_out <= 1 else [*rows[:FIRST], None, *rows[-LAST:]]
    for one in shown:
        table.add_row(*(_row(one) if one is not None else (f"… {left_out} more",)))
    return table


def _row(one: Round) -> tuple[str, ...]:
    order = as_floats(one.own)
    ends = (one.own[int(np.argmax(order))], one.own[int(np.argmin(order))])
    values = [*one.decided.values(), one.total, *ends]
    return (str(one.number), *map(shown, values), str(one.alone or ""))


def _brief(value: Any) -> str:
    """Return one number, or the least and the largest of many."""
    if np.ndim(value) == 0:
        return shown(value)
    if len(value) <= FIRST:
        return ", ".join(map(shown, value))
    return f"{np.min(as_floats(value)):.6g} to {np.max(as_floats(value)):.6g}"


def _gains(play: Played) -> Any:
    """What pretending gains each of those who pretend: whose pretended data differ from the true."""
    if play.gain is None:
        return ()
    truth, declared = as_floats(getattr(play.game, str(play.game.private_data))), play.declared
    gained = play.gain[play.reading(play.path[0]).population.name]
    lies = np.zeros(len(truth), dtype=bool)
    if declared.pretended is not None:
        lies |= as_floats(declared.pretended) != truth
    if declared.reported is not None:
        lies |= as_floats(declared.reported) != 1
    return [gain if liar else 0 for gain, liar in zip(gained, lies, strict=True)]


def _who(play: Played, person: int) -> str:
    people = play.game.people()
    return people[person] if people else f"{play.game.about} {person}"


def show_spent(console: Console, play: Played, delta: float) -> None:
    """Print what the rounds spend together."""
    spent = play.spent(delta)
    table = Table(box=None, pad_edge=False, header_style="bold", title=f"privacy spent in {len(play.path)} rounds")
    table.add_column(play.game.about)
    for column in ("stated for a round", "added up", f"really, at δ = {delta:g}", "really, with classical noise"):
        table.add_column(column, justify="right")
    order = np.argsort(-spent.epsilon, kind="stable")[: FIRST + LAST]
    for person in order.tolist():
        values = (spent.stated, spent.added, spent.epsilon, spent.classical)
        table.add_row(_who(play, person), *(f"{column[person]:.6g}" for column in values))
    console.print(table)


def show_trained(console: Console, accuracy: Mapping[str, Sequence[float]]) -> None:
    """Print the accuracies of models that were trained in the rounds of a play, in the mean of paired runs."""
    for name, runs in accuracy.items():
        console.print(Text(f"trained {name}: accuracy {np.mean(runs):.3f} in the mean of {len(runs)} runs"))
