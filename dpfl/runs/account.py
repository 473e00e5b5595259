r"""The account of every client, computed from the lines of a ledger: :math:`\sum\mu^2` over all rounds of all runs.

Charges are composed as Gaussian differential privacy is, exactly: what was charged, also for rounds that were begun and
not finished. Where a round's measurements say that less noise was drawn than declared, or more let through than the
clipping bound, the account is of what was measured.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..accounting.ledger import epsilons_of
from ..accounting.privacy import Array, log_delta_at_most
from .chain import Line
from .engine import Integers
from .measured import Drawn, drawn
from .terms import Terms, rows_of, terms_read


@dataclass(frozen=True, slots=True)
class Account:
    r"""What one client may spend and has spent.

    Attributes
    ----------
    client
        Its id.
    budget, delta
        Its :math:`\varepsilon` over everything in the ledger, as it was written, and its :math:`\delta`.
    spent
        :math:`\sum\mu^2`.

    Examples
    --------
    >>> account = Account("anna", "10", 1e-5, 4.0)
    >>> round(account.epsilon, 4), overspent([account])
    (9.9973, ())
    """

    client: str
    budget: str
    delta: float
    spent: float

    @property
    def epsilon(self) -> float:
        r"""The true :math:`\varepsilon` of what was spent, at its :math:`\delta`."""
        return float(epsilons_of(np.array([self.spent]), np.array([self.delta]))[0])

    def document(self) -> dict[str, Any]:
        """Return the account as plain data; what is infinite is None: all was told."""
        epsilon, mu = self.epsilon, self.spent**0.5
        return {
            "client": self.client,
            "budget": self.budget,
            "delta": self.delta,
            "mu": mu if isfinite(mu) else None,
            "epsilon": epsilon if isfinite(epsilon) else None,
        }


def beyond(spent: Array, budgets: Sequence[str], delta: Array) -> NDArray[np.bool_]:
    r"""Return whose :math:`\sum\mu^2` is more than its budget allows, rounding in favour of privacy.

    Examples
    --------
    >>> beyond(np.array([0.0, 4.0, 4.1]), ["0", "10", "10"], np.full(3, 1e-5)).tolist()
    [False, False, True]
    """
    epsilon = np.array([float(Fraction(text)) if "/" in text else float(text) for text in budgets])
    over = (spent > 0) & (np.isinf(spent) | (epsilon == 0))
    plain = (spent > 0) & ~over
    kept = log_delta_at_most(epsilon[plain], np.sqrt(spent[plain])) <= np.log(delta[plain])
    over[plain] = ~kept
    return np.asarray(over)


def overspent(rows: Sequence[Account]) -> tuple[Account, ...]:
    """Return the accounts that are beyond their budgets."""
    sums, delta = np.array([row.spent for row in rows]), np.array([row.delta for row in rows])
    over = beyond(sums, [row.budget for row in rows], delta)
    return tuple(row for row, is_over in zip(rows, over, strict=True) if is_over)


@dataclass(frozen=True, eq=False)
class Charge:
    """One charge of a run, and the line of the round that it was for, if that was finished.

    Attributes
    ----------
    line, run, terms
        The charge, the line with which its run began, and the terms that it states.
    round
        The line of the round; None if the run was interrupted before it.
    """

    line: Line
    run: Line
    terms: Terms
    round: Line | None

    @cached_property
    def participants(self) -> Integers:
        """The rows of those charged."""
        return rows_of(self.line["participants"])

    @property
    def noise(self) -> Drawn | None:
        """What noise was drawn; None if the round was not finished."""
        return None if self.round is None else drawn(self.round["noise"], self.line["deviation"])

    def cost(self, share: float = 1.0) -> Array:
        r"""Return each client's :math:`\mu^2`, as charged or, where it is more, as measured.

        Parameters
        ----------
        share
            The part of the declared deviation that the noise of the whole run was found to have.
        """
        noise = self.noise
        share = min(share, 1.0 if noise is None else noise.effective)
        norm = 0.0 if self.round is None else self.round["largest_norm"]
        return self.terms.cost(self.participants, self.line["deviation"] * share, norm)


def charges(lines: Iterable[Line]) -> Iterator[Charge]:
    """Yield the charges of all runs, in order."""
    given = list(lines)
    finished = {_place(line): line for line in given if line["kind"] == "round"}
    begun = {line["run"]: (line, terms_read(line)) for line in given if line["kind"] == "run"}
    for line in given:
        if line["kind"] == "charge":
            yield Charge(line, *begun[line["run"]], finished.get(_place(line)))


def drawn_in_all(given: Iterable[Charge]) -> dict[str, Drawn]:
    """Return the noise of each run's finished rounds together."""
    found: dict[str, Drawn] = {}
    for charge in given:
        if charge.noise is not None:
            run = charge.line["run"]
            found[run] = found.get(run, Drawn(0.0, 0)) + charge.noise
    return found


def spent(lines: Iterable[Line]) -> dict[str, float]:
    r"""Return every charged client's :math:`\sum\mu^2`."""
    given = list(charges(lines))
    whole = {run: noise.effective for run, noise in drawn_in_all(given).items()}
    sums: dict[str, tuple[Terms, Any]] = {}
    for charge in given:
        run = charge.line["run"]
        terms, total = sums.get(run, (charge.terms, np.zeros(len(charge.terms.client), dtype=np.longdouble)))
        sums[run] = terms, total + charge.cost(whole.get(run, 1.0))
    found: dict[str, float] = {}
    for terms, total in sums.values():
        for client, value in zip(terms.client, total.astype(np.float64).tolist(), strict=True):
            found[client] = found.get(client, 0.0) + value
    return found


def allowances(lines: Iterable[Line]) -> dict[str, tuple[str, float]]:
    r"""Return the budget and the :math:`\delta` that a ledger allows each client: the last that was written of it."""
    found: dict[str, tuple[str, float]] = {}
    for line in lines:
        if line["kind"] == "allowance":
            found |= dict(zip(line["client"], zip(line["budget"], line["delta"], strict=True), strict=True))
    return found


def accounts(lines: Iterable[Line]) -> tuple[Account, ...]:
    """Return the account of every client that a ledger or a transcript names.

    Where nothing was allowed beforehand, as in a transcript of a study, the budgets are those of the first run.
    """
    given = list(lines)
    budgets: dict[str, tuple[str, float]] = {}
    for line in given:
        if line["kind"] == "run":
            own = zip(line["client"], zip(line["budget"], line["delta"], strict=True), strict=True)
            budgets = dict(own) | budgets
    budgets |= allowances(given)
    sums = spent(given)
    return tuple(Account(name, text, delta, sums.get(name, 0.0)) for name, (text, delta) in budgets.items())


def _place(line: Mapping[str, Any]) -> tuple[str, int, int]:
    return line["run"], line["round"], line["attempt"]
