"""The command what-if: how an answer moves with its data, and how far that holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from .asked import read_asked
from .delivery import AllowCode, Exit, InArithmetic, InFormat, Output, Spec, Tolerance, delivery, working

if TYPE_CHECKING:  # a command's module is imported with every command, solvers only with those that solve
    from ..sensitivity.branch import End
    from ..sensitivity.table import Row
    from ..sensitivity.what_if import WhatIf
    from ..solution import Solution
    from ..specification import Specification

MOST_OFF = {True: 1e-9, False: 1e-4}
"""How far derivatives may be from differences of solves, in exact arithmetic and in doubles."""
MOST_MATRIX = 50
"""Up to how many entries of a datum a document has the derivatives of every value."""


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("what-if", epilog="Example: mechproof what-if examples/what_if.toml --arithmetic exact --rows 5")(
        what_if
    )


def what_if(
    spec: Spec,
    value: Annotated[
        str | None, typer.Option("--value", help="What it matters to.", show_default="the first single value")
    ] = None,
    rows: Annotated[int, typer.Option("--rows", help="How many data are shown, the most important first.", min=1)] = 10,
    confirm: Annotated[bool, typer.Option("--confirm", help="Solve anew beside each row, and compare.")] = False,
    candidate: Annotated[bool, typer.Option("--candidate", help=r"Follow the \[candidate], not the solution.")] = False,
    arithmetic: InArithmetic = None,
    tolerance: Tolerance = None,
    allow_code: AllowCode = False,
    format: InFormat = None,
    output: Output = None,
) -> None:
    """Show how the answer moves with each datum: whose cost matters, from both sides, and between which values.

    The mechanism is solved and certified. Derivatives come from the declaration; where somebody enters, a cap starts to
    bind or another optimum takes over they end, and jumps are named.

    Leaves with 0, with 3 if the answer is not certified, with 4 if --confirm finds a derivative wrong.
    """
    deliver = delivery(format, output)
    from ..sensitivity.what_if import what_if as moved

    asked = read_asked(spec, allow_code, arithmetic=arithmetic, tolerance=tolerance)
    with working("solving and certifying"):
        found = moved(_candidate(asked) if candidate else asked.solve())
    with working("following the answer to the ends"):
        document = what_if_document(found, value, rows, asked, confirm)
    deliver(lambda: document, lambda console: show_document(console, document))
    apart = max((row["off_by"] or 0.0 for row in document["rows"]), default=0.0)
    raise typer.Exit(Exit.AS_REQUIRED if apart <= MOST_OFF[found.exact] else Exit.BROKEN)


def _candidate(asked: Specification) -> Solution:
    from dataclasses import replace

    from ...formulations.errors import InputError
    from ..candidate import candidate

    if asked.candidate is None:
        raise InputError("candidate", None, "is needed: the numbers to follow", "write them below [candidate]")
    return replace(candidate(asked.model, **asked.candidate), request=asked.request)


def what_if_document(
    found: WhatIf,
    value: str | None = None,
    rows: int = 10,
    specification: Specification | None = None,
    confirm: bool = False,
) -> dict[str, Any]:
    """Return derivatives, intervals, the table and the figure as ``mechproof/what-if/1``.

    Parameters
    ----------
    found
        From `what_if`.
    value
        What the table and the figure are about; by default the first single value.
    rows
        How many data the table shows.
    specification
        Where the model was read from, if it was.
    confirm
        Whether each row is compared with solves a little apart.

    Examples
    --------
    >>> import mechproof as mp
    >>> w = mp.what_if(mp.solve(mp.StackelbergPricing(cost=[1, 1], alpha=4, beta=2), arithmetic="exact"))
    >>> document = what_if_document(w, rows=1)
    >>> document["rows"][0]["datum"], document["rows"][0]["right"], document["rows"][0]["interval"]
    ('beta', '1', ['1', None])
    """
    from ...formulations.registry import name_of
    from ..figures.what_if import importance_figures, importance_table
    from ..sensitivity.table import default_value, matters
    from ..serialization import declared, plain, provenance

    solution, about = found.solution, value or default_value(found)
    shown = matters(found, about, rows)
    return {
        "schema": "mechproof/what-if/1",
        "mechanism": {
            "type": specification.type if specification else name_of(type(solution.model)),
            "data": declared(solution.model),
        },
        "arithmetic": "exact" if found.exact else "float",
        "backend": solution.backend,
        "certificate": plain(solution.certificate.document()),
        "values": plain(solution.values),
        "tied": bool(found.branch.tied),
        "about": about,
        "rows": [_row(row, _off_by(found, row) if confirm else None) for row in shown],
        "columns": _columns(found),
        "tables": [importance_table(found, about, shown).document()],
        "figures": [figure.document() for figure in importance_figures(found, about, shown)],
        "provenance": provenance(specification.digests if specification else {}),
    }


def _off_by(found: WhatIf, row: Row) -> float | None:
    """How far a row's columns are from what solving anew shows, on the sides on which there are any."""
    from ..sensitivity.branch import NoDerivative

    apart = []
    for side in (-1, 1):
        try:
            apart.append(found.off_by(row.name, row.index, side))
        except NoDerivative:
            continue
    return max(apart, default=None)


def _row(row: Row, off_by: float | None) -> dict[str, Any]:
    from ..serialization import plain

    return {
        "datum": row.name,
        "index": row.index,
        "label": row.label,
        "at": plain(row.at),
        "left": _number(row.left),
        "right": _number(row.right),
        "elasticity": row.elasticity,
        "off_by": off_by,
        "interval": [_number(end.at) for end in row.ends],
        "ends": [_end(end) for end in row.ends],
    }


def _end(end: End) -> dict[str, Any]:
    jump = end.jump
    jumped = (
        None if jump is None else {"value": jump.value, **{n: _number(getattr(jump, n)) for n in ("before", "after")}}
    )
    return {"at": _number(end.at), "event": end.event, "jump": jumped}


def _number(value: Any) -> Any:
    """A number of a document: text where it is exact, and null where there is none or it is infinite."""
    from ..serialization import plain

    found = plain(value)
    return found.item() if hasattr(found, "item") else found


def _columns(found: WhatIf) -> list[dict[str, Any]]:
    """The derivatives of every value in each number, from both sides, where there are few."""
    from ..sensitivity.branch import NoDerivative
    from ..sensitivity.data import number_of
    from ..serialization import plain

    sizes = {name: number_of(found.solution.model, name) for name in found.data}
    if max((len(size) for size in sizes.values() if hasattr(size, "__len__")), default=0) > MOST_MATRIX:
        return []
    columns: list[dict[str, Any]] = []
    for name, size in sizes.items():
        for index in range(len(size)) if hasattr(size, "__len__") else (None,):
            sides: dict[str, Any] = {}
            for word, side in (("left", -1), ("right", 1)):
                try:
                    sides[word] = plain(found.column(name, index, side))
                except NoDerivative:
                    sides[word] = None
            columns.append({"datum": name, "index": index, **sides})
    return columns


def show_what_if(console: Console, found: WhatIf) -> None:
    """Print the data that matter most."""
    show_document(console, what_if_document(found))


def show_document(console: Console, document: Mapping[str, Any]) -> None:
    """Print a document of this kind: the table, and the jumps below."""
    from ..formatting import title

    about = title(document["about"])
    console.print(Text(f"what matters to the {about} ({document['mechanism']['type']})", style="bold"))
    if document["tied"]:
        console.print("the answer lies on an edge: some derivatives differ from below and from above")
    console.print()
    console.print(_table(document["rows"]))
    console.print()
    known = [row["off_by"] for row in document["rows"] if row["off_by"] is not None]
    if known:
        console.print(f"solving anew beside each row differs by at most {max(known):.1e} of the largest slope")
    for row in document["rows"]:
        for line in _events(row):
            console.print(Text(line, style="dim"))


def _table(rows: Sequence[Mapping[str, Any]]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("datum")
    for name in ("now", "from below", "from above", "% per %", "holds from", "to"):
        table.add_column(name, justify="right", no_wrap=True)
    for row in rows:
        elasticity = "–" if row["elasticity"] is None else f"{row['elasticity']:+.3g}"
        numbers = [row["at"], row["left"], row["right"]]
        table.add_row(row["label"], *map(_text, numbers), elasticity, *(_limit(row, side) for side in (0, 1)))
    return table


def _text(value: Any) -> str:
    from ..formatting import number

    if value is None:
        return "none"
    if isinstance(value, str):
        return value if len(value) <= 12 else _shortened(value)
    return number(value)


def _shortened(text: str) -> str:
    """A long fraction, or a ball, in a few digits."""
    from fractions import Fraction

    try:
        return f"{float(Fraction(text)):.6g}"
    except ValueError:
        return text.strip("[]").partition(" ")[0][:10]


def _limit(row: Mapping[str, Any], side: int) -> str:
    value = row["interval"][side]
    return ("−∞" if side == 0 else "∞") if value is None else _text(value)


def _events(row: Mapping[str, Any]) -> Sequence[str]:
    from ..sensitivity.branch import BOUND

    lines = []
    for end, value in zip(row["ends"], row["interval"], strict=True):
        if value is None or end["event"] == BOUND:
            continue
        jump = end["jump"]
        jumped = (
            ""
            if jump is None
            else f": {jump['value'].replace('_', ' ')} jumps {_text(jump['before'])} → {_text(jump['after'])}"
        )
        lines.append(f"{row['label']} at {_text(value)}: {end['event']}{jumped}")
    return lines
