"""The file in which every round is charged before its noise is drawn: append-only, a chain, one writer at a time."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from ...formulations.errors import InputError
from ...solvers.commands.schema import check_document, published
from ..accounting.budgets import Budgets
from .account import allowances
from .chain import SCHEMA, Chain, Line, head, linked, read_chain


@dataclass(eq=False)
class Ledger:
    """Lines that are only added to: in a file, or in memory for a study, where they bind nobody.

    Attributes
    ----------
    lines
        All so far.
    file
        Where a line is written, and safe on the disk, before :meth:`append` returns; None in memory.

    Examples
    --------
    >>> ledger = Ledger()
    >>> ledger.append({"kind": "note"})["digest"] == ledger.head
    True
    """

    lines: list[Line] = field(default_factory=list)
    file: TextIO | None = None

    @property
    def head(self) -> str:
        """The digest of the last line."""
        return head(self.lines)

    def append(self, body: Mapping[str, Any]) -> Line:
        """Add a line; when it returns, the line is kept whatever happens then."""
        previous = self.head
        text = linked(body, previous)
        if self.file is not None:
            self.file.write(text + "\n")
            self.file.flush()
            os.fsync(self.file.fileno())
        line = {"schema": SCHEMA, **body, "previous": previous, "digest": text[-66:-2]}
        self.lines.append(line)
        return line

    def allow(self, budgets: Budgets, delta: float | Iterable[float]) -> None:
        r"""Write down what clients may spend over all runs of this ledger; what was written before is replaced.

        Parameters
        ----------
        budgets
            :math:`\varepsilon` of each client.
        delta
            One for all, or one a client.
        """
        each = [float(delta)] * len(budgets.clients) if isinstance(delta, int | float) else [float(d) for d in delta]
        self.append(
            {"kind": "allowance", "client": list(budgets.clients), "budget": list(budgets.texts), "delta": each}
        )

    def allow_newcomers(self, client: tuple[str, ...], budget: tuple[str, ...], delta: Iterable[float]) -> None:
        """Allow those of whom nothing is written yet what their first run is planned to spend."""
        known = allowances(self.lines)
        new = [row for row in zip(client, budget, delta, strict=True) if row[0] not in known]
        if new:
            self.allow(Budgets(tuple(row[0] for row in new), tuple(row[1] for row in new)), [row[2] for row in new])


@contextmanager
def open_ledger(path: str | os.PathLike[str]) -> Iterator[Ledger]:
    """Open a ledger file to add to it, or begin one; nobody else can write to it meanwhile.

    Parameters
    ----------
    path
        A file of JSON lines. A last line that was broken off while it was written is cut off: whoever wrote it never
        went on to what it was for.

    Raises
    ------
    InputError
        When another run is writing to it, it cannot be written, or it is no unbroken chain.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     with open_ledger(Path(folder) / "ledger.jsonl") as ledger:
    ...         ledger.allow(Budgets(("anna",), ("2",)), 1e-5)
    ...     len(read_ledger(Path(folder) / "ledger.jsonl").lines)
    1
    """
    import fcntl  # where there is none, nothing else of this package minds

    try:
        file = Path(path).open("a+", encoding="utf-8", newline="\n")  # noqa: SIM115 (closed below, with its lock)
    except OSError as error:
        raise InputError("ledger", str(path), f"cannot be written: {error.strerror}", "name another file") from None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InputError("ledger", str(path), "another run is writing to it", "wait until it ends") from None
        file.seek(0)
        text = file.read()
        whole = text[: text.rfind("\n") + 1]
        chain = _checked(read_chain(whole.split("\n")[:-1]))
        if chain.fault:
            raise InputError("ledger", str(path), chain.fault, "mechproof audit tells more; begin with a copy of it")
        if len(whole) < len(text):
            file.truncate(len(whole.encode()))
        yield Ledger(list(chain.lines), file)


def read_ledger(path: str | os.PathLike[str]) -> Chain:
    """Read a ledger or a transcript, and say where its chain breaks.

    Raises
    ------
    InputError
        When there is no such file, or it is no text.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise InputError("transcript", str(path), "there is no such file", "check the path") from None
    except (OSError, UnicodeDecodeError):
        raise InputError("transcript", str(path), "cannot be read as text", "name a file of JSON lines") from None
    return _checked(read_chain(text.removesuffix("\n").split("\n")))


def _checked(chain: Chain) -> Chain:
    """Return a chain up to the first line that does not say what a line of its kind says."""
    from jsonschema import Draft202012Validator

    follows = Draft202012Validator(published("ledger")).is_valid
    clients: dict[str, int] = {}
    for place, line in enumerate(chain.lines):
        try:
            if not follows(line):
                check_document(line)  # which says why
            _check_rows(line, clients)
        except InputError as error:
            return Chain(chain.lines[:place], f"line {place + 1}: {error}")
    return chain


def _check_rows(line: Line, clients: dict[str, int]) -> None:
    """Refuse arrays that are not one a client, unknown runs and rows, and budgets that are no numbers."""
    if "client" in line:
        given = Budgets(tuple(line["client"]), tuple(line["budget"]))
        for name in ("delta", "records", "releases", "sigma", "weight"):
            if len(line.get(name, given.clients)) != len(given.clients):
                raise InputError(name, len(line[name]), f"there are {len(given.clients)} clients", "one each")
    if line["kind"] == "run":
        clients[line["run"]] = len(line["client"])
    elif "run" in line and line["run"] not in clients:
        raise InputError("run", line["run"], "has not begun", "a line of kind run comes first")
    for low, high in line.get("participants", ()):
        if not low <= high < clients[line["run"]]:
            raise InputError("participants", [low, high], "are no rows of the run's clients", "count from 0")
