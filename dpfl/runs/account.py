r"""The account of every client, computed from the lines of a ledger: :math:`\sum\mu^2` over all rounds of all runs.

Charges are composed as Gaussian differential privacy is, exactly: what was charged, also for rounds that were begun and
not finished. Where a round's measurements say that less noise was drawn than declared, or more let through than the
clipping bound, the account is of what was measured.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from ..accounting.privacy import Array, epsilon_for, mu_for
from .chain import Line
from .measured import Drawn, drawn
from .terms import Terms, rows_of, terms_read


@dataclass(frozen=True)
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
    >>> round(account.epsilon, 4), account.overspent
    (9.9973, False)
    """

    client: str
    budget: str
    delta: float
    spent: float

    @property
    def allowed(self) -> float:
        r""":math:`\mu^2` of the budget."""
        return float(allowance([self.budget], np.array([self.delta]))[0])

    @property
    def overspent(self) -> bool:
        """Whether more was spent than allowed."""
        return self.spent > self.allowed

    @property
    def epsilon(self) -> float:
        r"""The true :math:`\varepsilon` of what was spent, at its :math:`\delta`."""
        return float(epsilons(np.array([self.spent]), np.array([self.delta]))[0])


def allowance(budgets: Sequence[str], delta: Array) -> Array:
    r"""Return :math:`\mu^2` of budgets as they were written; 0 of a budget of 0.

    Examples
    --------
    >>> allowance(["0", "10"], np.array([1e-5, 1e-5])).round(4).tolist()
    [0.0, 4.0018]
    """
    epsilon = np.array([float(Fraction(text)) for text in budgets])
    pairs, place = np.unique(np.stack([epsilon, delta]), axis=1, return_inverse=True)  # equal ones are computed once
    allowed = np.zeros(pairs.shape[1])
    some = pairs[0] > 0
    allowed[some] = mu_for(pairs[0][some], pairs[1][some]) ** 2
    return np.asarray(allowed[place.ravel()])


def epsilons(spent: Array, delta: Array) -> Array:
    r"""Return the true :math:`\varepsilon` of each :math:`\sum\mu^2`: 0 of nothing, infinite without noise."""
    found = np.where(np.isinf(spent), np.inf, 0.0)
    finite = (spent > 0) & np.isfinite(spent)
    pairs, place = np.unique(np.stack([spent[finite], delta[finite]]), axis=1, return_inverse=True)
    found[finite] = epsilon_for(np.sqrt(pairs[0]), pairs[1])[place.ravel()] if finite.any() else 0.0
    return found


@dataclass(frozen=True, eq=False)
class Charge:
    """One charge of a run, and the line of the round that it was for, if that was finished.

    Attributes
    ----------
    line, terms
        The charge, and the terms of its run.
    round
        The line of the round; None if the run was interrupted before it.
    """

    line: Line
    terms: Terms
    round: Line | None

    @property
    def participants(self) -> tuple[int, ...]:
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
    terms = {line["run"]: terms_read(line) for line in given if line["kind"] == "run"}
    for line in given:
        if line["kind"] == "charge":
            yield Charge(line, terms[line["run"]], finished.get(_place(line)))


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
