r"""Whether a run was what it says, judged from its transcript alone, apart from the code that ran it.

What is judged is what was measured. Noise is what was released minus the clipped sum; a norm is that of what entered
the sum; how far one record moves it follows from the clipping bound, and is worked out here again. No data are needed,
and no model. What a transcript cannot show is whether its measurements were really made: a canary audit
(:mod:`.canaries`) looks at what came out, and a seeded run can be made again.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np

from ...formulations.shown import Shown
from .account import Account, Charge, accounts, charges, drawn_in_all, overspent
from .canary_bound import CanaryBound
from .chain import Chain, Line
from .ledger import read_ledger
from .noise import SeededNoise
from .terms import ROUNDING, Terms, digest

SCHEMA = "mechproof/audit/1"
NORM_ROUNDING = 1e-6
"""Relative, of a measured norm against the clipping bound: engines of single precision round that much."""

Name: TypeAlias = Literal["chain", "order", "participants", "weights", "clipping", "sensitivity", "noise", "overspent"]
MEANINGS: dict[Name, str] = {
    "chain": "the lines are those that were written, in their order",
    "order": "each round was charged before it was drawn, once for each time that it was",
    "participants": "only those contributed, and were weighed, whom the plan has in that round",
    "weights": "each round used the plan's weights",
    "clipping": "nothing longer than the clipping bound entered a sum",
    "sensitivity": "the noise that was declared is what multipliers, weights and the clipping bound demand",
    "noise": "the noise that was measured is what was declared",
    "overspent": "nobody spent more than was allowed",
}


@dataclass(frozen=True)
class Finding:
    """Something that is not as it should be.

    Attributes
    ----------
    name
        Which of :data:`MEANINGS` does not hold.
    run, round
        Where; the round is counted from 1, and None where it is about more than one.
    text
        What was found.

    Examples
    --------
    >>> str(Finding("noise", "1f", 3, "none was drawn"))
    'noise: none was drawn (run 1f, round 3)'
    """

    name: Name
    run: str | None
    round: int | None
    text: str

    def __str__(self) -> str:
        where = [f"run {self.run}"] * (self.run is not None) + [f"round {self.round}"] * (self.round is not None)
        return f"{self.name}: {self.text}" + (f" ({', '.join(where)})" if where else "")


@dataclass(frozen=True)
class Audit(Shown, by="dpfl.runs.present:show_audit"):
    """What a transcript or a ledger shows.

    Attributes
    ----------
    findings
        Everything that is not as it should be; none if it passed.
    accounts
        What every client has spent, from what was measured.
    runs, rounds, interrupted
        How many runs and finished rounds it holds, and how many charges whose round was not finished.
    head
        The digest of its last line.
    canaries
        What planted records showed, if they were asked.
    """

    findings: tuple[Finding, ...]
    accounts: tuple[Account, ...]
    runs: int
    rounds: int
    interrupted: int
    head: str
    canaries: tuple[CanaryBound, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether nothing was found, and no canary betrayed more than it may."""
        return not self.findings and not any(bound.exceeds for bound in self.canaries)

    def document(self) -> dict[str, Any]:
        """Return the audit as plain data. It says nothing of what was measured unless something is wrong."""
        return {
            "schema": SCHEMA,
            "passed": self.passed,
            "head": self.head,
            "runs": self.runs,
            "rounds": self.rounds,
            "interrupted": self.interrupted,
            "checks": [
                {
                    "name": name,
                    "meaning": meaning,
                    "findings": [
                        {"run": finding.run, "round": finding.round, "text": finding.text}
                        for finding in self.findings
                        if finding.name == name
                    ],
                }
                for name, meaning in MEANINGS.items()
            ],
            "canaries": [bound.document() for bound in self.canaries],
            "accounts": [account.document() for account in self.accounts],
        }


def audit(transcript: str | os.PathLike[str] | Iterable[Line], head: str | None = None) -> Audit:
    """Judge a transcript or a ledger.

    Parameters
    ----------
    transcript
        A file, or the lines of a run, as they stand in :class:`.loop.Trained`.
    head
        The digest that its last line must have, if it is known from elsewhere.

    Returns
    -------
    Audit
        Findings, and the accounts.

    Raises
    ------
    InputError
        When there is no such file, or it is no text.

    Examples
    --------
    >>> audit([]).passed, audit([], head="ab").findings[0].name
    (True, 'chain')
    """
    chain = read_ledger(transcript) if isinstance(transcript, str | os.PathLike) else Chain(tuple(transcript))
    lines = list(chain.lines)
    given = list(charges(lines))
    rows = accounts(lines)
    findings = (
        *_of_the_chain(chain, head),
        *_of_the_order(lines, given),
        *(finding for charge in given for finding in _of_a_charge(charge)),
        *_of_the_noise_in_all(given),
        *_of_the_seeds(given),
        *_of_the_accounts(rows),
    )
    finished = sum(charge.round is not None for charge in given)
    runs = sum(line["kind"] == "run" for line in lines)
    return Audit(findings, rows, runs, finished, len(given) - finished, chain.head)


def _of_the_chain(chain: Chain, head: str | None) -> Iterator[Finding]:
    if chain.fault:
        yield Finding("chain", None, None, chain.fault)
    if head is not None and head != chain.head:
        yield Finding("chain", None, None, f"ends with {chain.head[:16]}…, not with {head[:16]}…")


def _of_the_order(lines: list[Line], given: list[Charge]) -> Iterator[Finding]:
    charged: set[tuple[str, int, int]] = set()
    done: dict[str, int] = {}
    for line in lines:
        if line["kind"] not in ("charge", "round"):
            continue
        run, round = line["run"], line["round"]
        place = (run, round, line["attempt"])
        if line["kind"] == "charge":
            if place in charged:
                yield Finding("order", run, round + 1, "is charged twice under one number")
            if round > done.get(run, 0):
                yield Finding("order", run, round + 1, f"is charged before round {round} is finished")
            charged.add(place)
        elif place in charged:
            charged.discard(place)  # a charge is for one release
            done[run] = max(done.get(run, 0), round + 1)
        else:
            yield Finding("order", run, round + 1, "was drawn without a charge of its own before")


def _of_a_charge(charge: Charge) -> Iterator[Finding]:
    terms, run, round = charge.terms, charge.line["run"], charge.line["round"]
    weight = terms.weight_in(round)
    strangers = charge.participants[~(weight[charge.participants] > 0)]
    if strangers.size:
        yield Finding("participants", run, round + 1, f"client {terms.client[strangers[0]]} has no part in it")
    if charge.line["weights"] != digest({"weight": weight}):
        yield Finding("weights", run, round + 1, "are not those of the plan")
    declared, owed = charge.line["deviation"], terms.owed(charge.participants)
    if declared < owed * (1 - ROUNDING):
        text = f"noise of {declared:.6g} was declared where multipliers, weights and clipping demand {owed:.6g}"
        yield Finding("sensitivity", run, round + 1, text)
    if charge.round is not None:
        yield from _of_a_round(charge, charge.round, terms)


def _of_a_round(charge: Charge, line: Line, terms: Terms) -> Iterator[Finding]:
    run, round = line["run"], line["round"] + 1
    if not line["largest_norm"] <= terms.clip * (1 + NORM_ROUNDING):
        text = f"a norm of {line['largest_norm']:.6g} entered the sum, where the bound is {terms.clip:.6g}"
        yield Finding("clipping", run, round, text)
    noise = charge.noise
    if noise is not None and noise.fault:
        text = "was not drawn" if noise.fault == "none" else f"is {noise.fault}: {noise.share:.4g} of what was declared"
        yield Finding("noise", run, round, text)


def _of_the_noise_in_all(given: list[Charge]) -> Iterator[Finding]:
    for run, noise in drawn_in_all(given).items():
        if noise.fault:
            yield Finding("noise", run, None, f"over all rounds, {noise.fault}: {noise.share:.4g} of what was declared")


def _of_the_seeds(given: list[Charge]) -> Iterator[Finding]:
    """Where noise was drawn from a seed, it can be drawn again, and was of this very length."""
    sources: dict[str, SeededNoise] = {}
    for charge in given:
        run, line = charge.run, charge.round
        if line is None or run["noise_source"]["source"] != "seed":
            continue
        source = sources.setdefault(run["run"], SeededNoise.read(run["noise_source"]))
        like = {name: np.zeros(shape) for name, shape in run["parameters"].items()}
        drawn = source.draw(line["round"], like)
        squares = sum(float(np.sum(values**2)) for values in drawn.values())
        expected, found = charge.line["deviation"] * squares**0.5, line["noise"]["norm"]
        if abs(found - expected) > ROUNDING * (expected + charge.terms.clip):
            text = f"has the norm {found:.6g}, where the seed gives {expected:.6g}"
            yield Finding("noise", run["run"], line["round"] + 1, text)


def _of_the_accounts(rows: tuple[Account, ...]) -> Iterator[Finding]:
    for account in overspent(rows):
        text = f"client {account.client} spent ε = {account.epsilon:.6g} of {account.budget} at δ = {account.delta:g}"
        yield Finding("overspent", None, None, text)
