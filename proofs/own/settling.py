"""One property being settled: an instance that breaks it, the first way to prove it, or what was tried in the time."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from ...formulations.errors import LimitReached, MechproofError
from ...solvers.serialization import plain
from ...solvers.worker import Worker
from ..claims.certificate_files import Checked, certificate_of, check_document
from ..claims.claim import Claim, ClaimVerdict, OnBox
from ..claims.proved import Piece, Proved, sides
from ..kernel.sentence import Sentence
from .asking import Subject
from .attempts import Shown, claim_for, find_broken, find_equilibria, show_part, write_formulas
from .instances import Broken
from .questions import Question, Route
from .roles import Roles

LOOK = 0.5
"""Seconds that simple instances are looked for before anything is proved: most that exist are met at once."""
EQUILIBRIA = ("uniqueness", "individual-rationality")
"""The properties that equilibria of a small instance can refute."""


@dataclass
class Settling:
    """One question being settled: what was tried so far, and the time that is left."""

    subject: Subject
    question: Question
    worker: Worker
    seconds: float
    tried: dict[str, float] = field(default_factory=dict)
    known: dict[Any, Shown] = field(default_factory=dict)
    start: float = field(default_factory=time.perf_counter)

    @property
    def left(self) -> float:
        """The seconds that are left."""
        return self.seconds - (time.perf_counter() - self.start)

    def settle(self) -> Proved:
        """Return the verdict with its evidence: an instance that breaks the property, or the first way to prove it."""
        found = self._broken(min(LOOK, self.seconds / 4)) if self._refutable else None
        if found is None:
            for index, route in enumerate(self.question.routes):
                if (shown := self._route(index, route)) is not None:
                    return self._proved(index, route, shown)
            found = self._late()
        if found is not None:
            return self._answer(ClaimVerdict.REFUTED, (_instance_piece(found, self._spent()),))
        if self.question.reason:
            self.tried[self.question.reason] = 0.0
        if self.left <= 0:
            self.tried[f"the {self.seconds:g} seconds were over"] = self._spent()
        pieces = tuple(
            Piece(None, {"kind": "tried", "checker": "none", "text": text, "seconds": seconds})
            for text, seconds in self.tried.items()
        )
        return self._answer(ClaimVerdict.INCONCLUSIVE, pieces)

    @property
    def _refutable(self) -> bool:
        return self.question.broken is not None or self.question.look is not None

    def _spent(self) -> float:
        return time.perf_counter() - self.start

    def _late(self) -> Broken | None:
        """Look for instances with the time that is left."""
        amounts = isinstance(self.subject, Roles) and not self.subject.population.decision.reports
        if amounts and self.question.name in EQUILIBRIA and self.left > 0:
            found = self._run("equilibria of small instances", find_equilibria, self.left * 0.6)
            if found is not None:
                return found  # type: ignore[no-any-return]
        return self._broken(self.left) if self._refutable and self.left > 0 else None

    def _broken(self, seconds: float) -> Broken | None:
        found: Broken | None = self._run("instances that break it", find_broken, seconds * 0.6)
        return found

    def _run(self, what: str, job: Callable[..., Any], *arguments: Any) -> Any:
        """Return what a job found, None if it failed or found nothing; remember that it was tried."""
        started = time.perf_counter()
        try:
            found = self.worker.run(job, max(self.left, 0.01), self.subject, self.question.name, *arguments)
            word = "none were found"
        except LimitReached:
            found, word = None, "stopped"
        except MechproofError as error:
            found, word = None, str(error)
        if found is None:
            text = f"{what}: {word}"
            self.tried[text] = self.tried.get(text, 0.0) + time.perf_counter() - started
        return found

    def _route(self, index: int, route: Route) -> dict[str, Shown] | None:
        """Return how every part of a route was shown, or None if one was not."""
        shown = {}
        for name, part in route.parts.items():
            key = (part.goal, tuple(part.given)) if isinstance(part, Sentence) else (index, name)
            if key not in self.known:
                if self.left <= 0:
                    return None
                self.known[key] = self._part(index, name)
            shown[name] = self.known[key]
            if not shown[name].shown:
                text = f"{route.name}: {name}: {shown[name].word}"
                self.tried[text] = self.tried.get(text, 0.0) + shown[name].seconds
                return None
        return shown

    def _part(self, index: int, name: str) -> Shown:
        started = time.perf_counter()
        try:
            found: Shown = self.worker.run(
                show_part, self.left, self.subject, self.question.name, index, name, self.left * 0.8
            )
            return found
        except LimitReached:
            return Shown(False, "stopped", time.perf_counter() - started)
        except MechproofError as error:
            return Shown(False, str(error), time.perf_counter() - started)

    def _proved(self, index: int, route: Route, shown: dict[str, Shown]) -> Proved:
        """Return the verdict after the kernel has checked every certificate against the sentences made here."""
        claim = claim_for(self.question, route, {name: one.without for name, one in shown.items()})
        checked, certificate = None, None
        if claim.sentences():
            certificate = certificate_of(claim, {name: shown[name].cases for name in claim.sentences()})
            checked = check_document(claim, certificate)
        pieces = []
        for name, part in route.parts.items():
            pieces.append(_part_piece(name, part, shown[name], checked))
        if certificate is not None:
            pieces[0].document["certificate"] = certificate
        pieces += [
            Piece(
                True,
                {
                    "kind": "axiom",
                    "checker": "cited",
                    "name": one.name,
                    "statement": one.statement,
                    "source": one.source,
                },
            )
            for one in route.theorems
        ]
        verdict = ClaimVerdict.PROVED if all(piece.holds for piece in pieces) else ClaimVerdict.INCONCLUSIVE
        formulas = self._formulas(index)
        found = self._answer(verdict, tuple(pieces), claim)
        seconds = 0.0 if checked is None else checked.seconds
        return replace(found, kernel_seconds=seconds, latex=formulas[0], mathml=formulas[1])

    def _formulas(self, index: int) -> tuple[str, str]:
        """Return the sentences as formulas, if that takes no longer than a proof may."""
        symbols = _symbols(self.subject) if isinstance(self.subject, Roles) else {}
        try:
            written: tuple[str, str] = self.worker.run(
                write_formulas, max(self.left, 1.0), self.subject, self.question.name, index, symbols
            )
            return written
        except MechproofError:
            return "", ""

    def _answer(self, verdict: ClaimVerdict, pieces: tuple[Piece, ...], claim: Claim | None = None) -> Proved:
        """Return the claim with its verdict."""
        asked = self.question
        stated = claim or Claim(f"own/{asked.name}", asked.statement, asked.source, verdict, ())
        return Proved(stated, verdict, pieces, self._spent())


def _part_piece(name: str, part: Any, shown: Shown, checked: Checked | None) -> Piece:
    if isinstance(part, Sentence):
        accepted = checked is not None and checked.accepted
        document = {
            "kind": "polynomial",
            "checker": "kernel",
            "name": name,
            "accepted": accepted,
            "reason": "" if checked is None else checked.reason,
            "opinion": {"checker": "z3", "verdict": shown.opinion, "seconds": shown.seconds},
        }
        return Piece(True if accepted else None, document)
    known: dict[str, Any] = {"name": name, "seconds": shown.seconds}
    if isinstance(part, OnBox):
        box = {role: list(bounds) for role, bounds in part.box.items()}
        known |= {"kind": "balls", "checker": "Arb", "box": box, "shown": True, "pieces": shown.cases}
        return Piece(True, known)
    return Piece(True, known | {"kind": "rules", "checker": "CVXPY", "text": shown.word})


def _instance_piece(found: Broken, seconds: float) -> Piece:
    document = {
        "kind": "counterexample",
        "checker": "fractions",
        "name": "instance",
        "refutes": True,
        "needed": "",
        "seconds": seconds,
        "outcome": "found",
        "instance": plain(dict(found.values)),
        "sides": sides(found.relation),
        "costs": {found.told: "exactly"} if found.told else {},
    }
    return Piece(True, document)


def _symbols(roles: Roles) -> dict[str, str]:
    """Return LaTeX for a game's roles, from the symbols that its fields and decisions declare."""
    symbol = roles.population.decision.symbol or "x"
    found = {"own": f"{symbol}_i", "others": f"{symbol}_{{-i}}"}
    for name, rule in roles.rules.items():
        if rule.symbol:
            found[name] = f"{rule.symbol}_i" if rule.per else rule.symbol
    if roles.leader is not None and roles.leader.decision.symbol:
        found[roles.leader.decision.name] = roles.leader.decision.symbol
    return found
