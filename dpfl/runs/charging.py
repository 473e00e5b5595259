r"""What a round costs is written down before its noise is drawn, or the round is refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ...formulations.errors import BudgetSpent, InputError
from ..accounting.ledger import epsilons_of
from .account import allowances, beyond, spent
from .chain import Line
from .ledger import Ledger
from .terms import Terms, rows_of

Long: TypeAlias = NDArray[np.longdouble]
"""Sums of many small numbers, whose rounding must not cost anybody a round."""


class Purse:
    r"""What the clients of a run have spent so far, and the ledger in which it is charged.

    Parameters
    ----------
    terms
        Of the run.
    run
        Its id.
    book
        Where everything stands. Who has an allowance there is held to it.

    Examples
    --------
    >>> import mechproof as mp
    >>> from .terms import terms_of
    >>> plan = mp.calibrate([8], delta=1e-5, rounds=1, trust="local", unit="record", adjacency="add-or-remove")
    >>> book = Ledger()
    >>> book.allow(plan.budgets, 1e-5)
    >>> purse = Purse(terms_of(plan), "1f", book)
    >>> body = {"kind": "charge", "run": "1f", "round": 0, "participants": [[0, 0]], "deviation": plan.noise}
    >>> purse.charge(body, again=False)["attempt"]
    1
    >>> purse.charge(body, again=False)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    mechproof.formulations.errors.BudgetSpent: round 1 of 1 is refused: client 0 would have spent ε = 12.2565 of 8; ...
    """

    def __init__(self, terms: Terms, run: str, book: Ledger) -> None:
        self.terms, self.run, self.book = terms, run, book
        known, before = allowances(book.lines), spent(book.lines)
        self._spent = np.array([before.get(name, 0.0) for name in terms.client], dtype=np.longdouble)
        self._rows = np.flatnonzero([name in known for name in terms.client])  # in memory nobody is held to anything
        self._budget = [known[terms.client[row]][0] for row in self._rows]
        self._delta = np.array([known[terms.client[row]][1] for row in self._rows], dtype=np.float64)
        self._lines = {_place(line): line for line in book.lines if line.get("run") == run and line["kind"] != "run"}

    def charge(self, body: dict[str, Any], again: bool) -> Line:
        """Charge a round, or find that it was charged before and is drawn `again` as it was."""
        earlier = [line for place, line in self._lines.items() if place[:2] == ("charge", body["round"])]
        if earlier and again:
            self._agree(earlier[-1], {**body, "attempt": 1})
            return earlier[-1]
        cost = self.terms.cost(rows_of(body["participants"]), body["deviation"])
        self._spent = self._unless_overspent(body["round"], self._spent + cost)
        return self._add({**body, "attempt": len(earlier) + 1})

    def finish(self, body: Mapping[str, Any] | None) -> None:
        """Write what a round measured, unless it stands there already."""
        if body is None:
            return
        earlier = self._lines.get(_place(body))
        if earlier is None:
            self._add(body)
        else:
            self._agree(earlier, body)

    def _add(self, body: Mapping[str, Any]) -> Line:
        line = self.book.append(body)
        self._lines[_place(line)] = line
        return line

    def _agree(self, earlier: Line, body: Mapping[str, Any]) -> None:
        if any(earlier[name] != value for name, value in body.items()):
            rule = f"round {body['round']} of the seeded run {self.run} does not come out as it did before"
            raise InputError("engine", "seeded", rule, "go on with the same data, versions and machine")

    def _unless_overspent(self, round: int, total: Long) -> Long:
        after = np.asarray(total[self._rows], dtype=np.float64)
        over = np.flatnonzero(beyond(after, self._budget, self._delta))
        if not over.size:
            return total
        first = over[0]
        would = epsilons_of(after[first : first + 1], self._delta[first : first + 1])[0]
        who = self.terms.client[self._rows[first]] + (f" and {over.size - 1} others" if over.size > 1 else "")
        raise BudgetSpent(
            f"round {round + 1} of {self.terms.rounds} is refused: client {who} would have spent ε = {would:.6g} of "
            f"{self._budget[first]}; nothing of it was drawn (allow more in the ledger, calibrate to what is left, "
            f"or stop after {round} rounds)"
        )


def _place(line: Line) -> tuple[str, int, int]:
    return line["kind"], line["round"], line["attempt"]
