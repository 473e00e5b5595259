"""What the commands share: options, progress, exit codes, and how a result reaches its reader."""

from __future__ import annotations

import io
import os
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import typer

if TYPE_CHECKING:
    from rich.console import Console


class Exit(IntEnum):
    """What an exit code means."""

    AS_REQUIRED = 0
    FAILED = 1
    BAD_INPUT = 2
    UNDECIDED = 3
    BROKEN = 4
    INTERRUPTED = 130


class Format(StrEnum):
    """How a result is printed."""

    text = "text"
    json = "json"


FORMS: Mapping[str, Format] = MappingProxyType({".json": Format.json, ".txt": Format.text})
"""The formats by files' endings."""


class Arithmetic(StrEnum):
    """What a result is computed in."""

    float = "float"
    exact = "exact"


Spec: TypeAlias = Annotated[
    Path, typer.Argument(metavar="SPEC", help="The specification, a TOML file.", show_default=False)
]
BackEnd: TypeAlias = Annotated[
    str | None, typer.Option("--backend", help="The back end; mechproof list shows them.", show_default="auto")
]
InArithmetic: TypeAlias = Annotated[
    Arithmetic | None,
    typer.Option("--arithmetic", help="Double precision, or fractions and balls.", show_default="float"),
]
Tolerance: TypeAlias = Annotated[
    str | None,
    typer.Option("--tolerance", metavar="NUMBER", help="Relative tolerance in the decisions.", show_default="1e-7"),
]
TimeLimit: TypeAlias = Annotated[
    str | None,
    typer.Option("--time-limit", metavar="SECONDS", help="What a back end may take.", show_default="none"),
]
TimeLimitEach: TypeAlias = Annotated[
    str | None,
    typer.Option("--time-limit", metavar="SECONDS", help="What each back end may take.", show_default="60"),
]
AllowCode: TypeAlias = Annotated[
    bool, typer.Option("--allow-code", help="Run the Python file that the specification names.")
]
InFormat: TypeAlias = Annotated[
    Format | None, typer.Option("--format", help="For people or for machines.", show_default="text")
]
Output: TypeAlias = Annotated[
    Path | None,
    typer.Option("--output", help="A file for the result; JSON if it is called .json.", show_default="standard output"),
]
OutputOrTable: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--output",
        help="A file for the result; JSON if it is called .json, and every row as a table if .csv, .parquet or .arrow.",
        show_default="standard output",
    ),
]


@dataclass(frozen=True)
class Delivery:
    """Where a result goes and in which form."""

    form: Format
    output: Path | None

    def __call__(self, document: Callable[[], Mapping[str, Any]], show: Callable[[Console], None]) -> None:
        """Deliver a result: its document for machines, or what `show` prints for people."""
        from ..serialization import to_json, write_whole

        if self.output is None:
            if self.form is Format.json:
                hand_over(to_json(document()))
            else:
                with whoever_reads():
                    show(console(sys.stdout))
                    sys.stdout.flush()
            return
        if self.form is Format.json:
            text = to_json(document())
        else:
            buffer = io.StringIO()
            show(console(buffer))
            text = buffer.getvalue()
        write_whole(self.output, text)
        typer.echo(f"written to {self.output}", err=True)


def delivery(form: Format | None, output: Path | None) -> Delivery:
    """Return where a result goes; an output that cannot be written is refused before any work is done."""
    from ..serialization import refuse_no_file

    refuse_no_file(output)
    return Delivery(form or _form_of(output), output)


def delivery_or_table(form: Format | None, output: Path | None) -> tuple[Delivery, Path | None]:
    """Return where a solution goes, and the table for its rows if one is asked for: the rest is then printed."""
    from ..serialization import refuse_no_file
    from ..table_files import ENDINGS, refuse_unwritable

    refuse_no_file(output)
    if output is None or output.suffix.lower() not in ENDINGS:
        return Delivery(form or _form_of(output, ENDINGS), output), None
    refuse_unwritable(output)
    return Delivery(form or Format.text, None), output


def _form_of(output: Path | None, tables: Sequence[str] = ()) -> Format:
    """Return the format that a file's ending asks for: text without one."""
    from ...formulations.errors import InputError
    from ..serialization import is_device

    if output is None or not output.suffix or is_device(output):
        return Format.text
    if output.suffix.lower() not in FORMS:
        choices = f"the endings are {', '.join([*FORMS, *tables])}"
        raise InputError("output", str(output), f"no format is known by the ending {output.suffix}", choices)
    return FORMS[output.suffix.lower()]


@contextmanager
def notes_said() -> Iterator[None]:
    """Print what was made of an input as a note, each once."""
    from ...formulations.errors import InputNote

    with warnings.catch_warnings():
        warnings.simplefilter("default", InputNote)
        show = warnings.showwarning

        def say(message: Warning | str, category: type[Warning], *rest: Any) -> None:
            if issubclass(category, InputNote):
                typer.echo(f"note: {message}", err=True)
            else:
                show(message, category, *rest)

        warnings.showwarning = say  # type: ignore[assignment]
        yield


def hand_over(text: str) -> None:
    """Write a text to standard output."""
    with whoever_reads():
        sys.stdout.write(text)
        sys.stdout.flush()


@contextmanager
def whoever_reads() -> Iterator[None]:
    """Let the reader of standard output go, as in ``mechproof … | head``: the command's own exit code is left with."""
    try:
        yield
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def console(file: Any) -> Console:
    """Return a console that is as wide as the terminal, or of one fixed width for anything else."""
    from rich.console import Console

    from ...formulations.shown import TEXT_WIDTH

    class Passing(Console):
        """Leaves a pipe that nobody reads to whoever writes to it; a console would leave with its own code."""

        def on_broken_pipe(self) -> None:
            """Hand the error on."""
            raise BrokenPipeError

    terminal = hasattr(file, "isatty") and file.isatty()
    return Passing(file=file, width=None if terminal else TEXT_WIDTH, highlight=False, soft_wrap=False)


@contextmanager
def working(what: str) -> Iterator[Callable[[str], None]]:
    """Show on a terminal that work is going on; the value given changes what is said about it."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.markup import escape

    with Console(stderr=True).status(f"{what} …") as status:
        yield lambda now: status.update(f"{what} {escape(now)} …")
