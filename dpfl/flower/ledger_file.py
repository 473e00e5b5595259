r"""A client's own ledger: what each release has cost it, in a file that outlives processes, runs and servers.

A line is written, and forced to the disk, *before* what it pays for is drawn. So whatever happens in between, nothing
that was released is missing from the ledger. Each line holds the digest of the one before it: a file in which one was
changed, or is missing, is refused. A last line that was broken off is cut off: what it was to pay for was never drawn.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...formulations.errors import BudgetSpent, InputError
from .terms import Terms

START = hashlib.sha256(b"mechproof/client-ledger/1").hexdigest()


@dataclass(frozen=True)
class OwnLedger:
    """The ledger of one client.

    Attributes
    ----------
    path
        Its file; made at the first release.
    terms
        What the client agreed to.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     terms = Terms("ann", 10, 1e-5, 1, "client", "add-or-remove", "local", 1, 1, 0.5, 1, f"{folder}/ann.jsonl")
    ...     ledger = OwnLedger(Path(terms.ledger), terms)
    ...     ledger.charge({"round": 1})
    ...     ledger.charge({"round": 2})
    Traceback (most recent call last):
        ...
    mechproof.formulations.errors.BudgetSpent: budget is spent
    """

    path: Path
    terms: Terms

    def spent(self) -> float:
        r"""Return the true :math:`\varepsilon` of all releases so far, at the client's :math:`\delta`.

        Raises
        ------
        InputError
            For a file that is another client's, or that was changed.
        """
        costs = self._read()[0]
        return self.terms.spends(math.fsum(mu**2 for mu in costs)) if costs else 0.0

    def check(self) -> None:
        """Refuse what could not be paid for, before any work is done.

        Raises
        ------
        BudgetSpent
            When one more release costs more than is left.
        """
        self._afford(self._read()[0])

    def charge(self, what: dict[str, Any]) -> None:
        """Pay for one release: the line is on the disk when this returns.

        Parameters
        ----------
        what
            To be kept beside the cost: run and round.

        Raises
        ------
        BudgetSpent
            When that is more than is left; then nothing is written.
        InputError
            As :meth:`spent`, and for a file that cannot be written.
        """
        try:
            with self._alone() as file:
                costs, digest = self._read()
                self._afford(costs)
                os.ftruncate(file, len(self._whole()))
                entry = {"client": self.terms.client, **what, "mu": self.terms.cost, "previous": digest}
                os.write(file, (json.dumps(entry, ensure_ascii=False) + "\n").encode())
                os.fsync(file)
        except OSError as error:
            remedy = "name a file in a folder of the client's own"
            raise InputError("dp-ledger", str(self.path), f"cannot be written: {error.strerror}", remedy) from None

    def _afford(self, costs: list[float]) -> None:
        if not self.terms.keeps(math.fsum(mu**2 for mu in [*costs, self.terms.cost])):
            raise BudgetSpent("budget is spent")

    def _read(self) -> tuple[list[float], str]:
        costs, digest = [], START
        for number, line in enumerate(self._whole().splitlines(keepends=True), 1):
            try:
                entry = json.loads(line)
                right = entry["client"] == self.terms.client and entry["previous"] == digest
                costs.append(float(entry["mu"]))
            except (ValueError, TypeError, KeyError):
                right = False
            if not right:
                rule = f"line {number} is not what was written there for client {self.terms.client}"
                raise InputError("dp-ledger", str(self.path), rule, "restore the file; without it nothing is released")
            digest = hashlib.sha256(line).hexdigest()
        return costs, digest

    def _whole(self) -> bytes:
        """Return the file up to the end of its last line that has one."""
        text = self.path.read_bytes() if self.path.exists() else b""
        return text[: text.rfind(b"\n") + 1]

    @contextmanager
    def _alone(self) -> Iterator[int]:
        """Hold the file, which is made where there is none, and its folder's entry of it is on the disk too."""
        import fcntl

        fresh = not self.path.exists()
        file = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            if fresh:
                folder = os.open(self.path.parent, os.O_RDONLY)
                os.fsync(folder)
                os.close(folder)
            yield file
        finally:
            os.close(file)
