"""Settle one claim: check its certificates, ask z3, evaluate its instances, ask its lemmas, and give a verdict."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from .claims.certificate_files import Checked, check_certificate
from .claims.claim import (
    Axiom,
    Claim,
    ClaimVerdict,
    Counterexample,
    ForAnyNumber,
    Lemma,
    Measurement,
    OnBox,
    Step,
    Theory,
)
from .claims.measured import measured, shipped_measurements
from .claims.proved import Piece, Proved, instance_document
from .claims.quantification import quantified, symbols_of, unquantified
from .claims.register import theories
from .claims.vacuous import box_says_nothing
from .kernel.sentence import Sentence
from .provers.boxes import cover
from .provers.countermodel import Search, fulfillable, search

EMPTY = "the sentence says nothing: nothing fulfils its hypotheses"
PATIENTLY = 5.0
"""Seconds in which z3 has to find what is wrong with hypotheses, of which no instance is found at once."""


class Settler:
    """Settles claims, each once, and the lemmas they rest on.

    Parameters
    ----------
    certificates
        The folder of all certificates; by default where each theory has its own.
    measurements
        Training documents that answer measured claims; by default those that the register rests on.
    """

    def __init__(
        self, certificates: Path | None = None, measurements: Sequence[Mapping[str, Any]] | None = None
    ) -> None:
        self.certificates = certificates
        self.measurements = measurements
        self.found: dict[str, Proved] = {}
        self.begun: set[str] = set()

    def settle(self, claim: Claim, theory: Theory) -> Proved:
        """Settle one claim."""
        from .claims.formula import latex, mathml

        if claim.id in self.found:
            return self.found[claim.id]
        self.begun.add(claim.id)
        start = time.perf_counter()
        checked = check_certificate(claim, self.certificates or theory.certificates) if claim.sentences() else None
        pieces = [piece for item in claim.evidence for piece in self._pieces(item, checked, theory)]
        pieces += _needs(claim, theory)
        if letters := unquantified(claim, theory.symbols):
            text = f"the words speak of {', '.join(letters)}, of which no sentence does"
            pieces.append(Piece(None, {"kind": "refused", "checker": "quantification", "text": text}))
        kernel = 0.0 if checked is None else checked.seconds
        found = Proved(
            claim,
            verdict_of(claim, pieces),
            tuple(pieces),
            0.0,
            kernel,
            latex(claim, theory.symbols),
            mathml(claim, theory.symbols),
            quantified=quantified(claim, theory.symbols, theory.meaning),
            symbols=symbols_of(claim, theory.symbols),
        )
        self.found[claim.id] = replace(found, seconds=time.perf_counter() - start)
        return self.found[claim.id]

    def _pieces(self, item: Any, checked: Checked | None, theory: Theory) -> list[Piece]:
        if isinstance(item, Lemma):
            return [self._lemma(item.claim)]
        if isinstance(item, Measurement):
            documents = shipped_measurements() if self.measurements is None else self.measurements
            return measured(item, documents)
        if isinstance(item, Counterexample):
            return [_instance_piece(item, search(item), theory)]
        return [_piece(item, checked)]

    def _lemma(self, name: str) -> Piece:
        """Settle a lemma; it holds if it is proved, and does not rest on what rests on it."""
        document: dict[str, Any] = {"kind": "lemma", "checker": "register", "claim": name}
        place = next(((claim, theory) for theory in theories() for claim in theory.claims if claim.id == name), None)
        if place is None:
            return Piece(None, document | {"verdict": None, "text": "no claim has this id"})
        if name in self.begun and name not in self.found:
            return Piece(None, document | {"verdict": None, "text": "it rests on what rests on it"})
        proved = self.settle(*place).verdict
        holds = True if proved == ClaimVerdict.PROVED else None
        return Piece(holds, document | {"verdict": proved.value, "text": place[0].statement})


def settle(claim: Claim, theory: Theory, certificates: Path | None = None) -> Proved:
    """Settle one claim, and the lemmas it rests on."""
    return Settler(certificates).settle(claim, theory)


def verdict_of(claim: Claim, pieces: Sequence[Piece]) -> ClaimVerdict:
    """Return the verdict: an instance refutes, if what is proved beside it holds; a proof has to prove something."""
    kinds, refuting, beside = set[str](), set[bool | None](), set[bool | None]()
    for piece in pieces:
        kinds.add(piece.document["kind"])
        (refuting if piece.document.get("refutes") else beside).add(piece.holds)
    if kinds == {"measured"}:
        return ClaimVerdict.INCONCLUSIVE if None in beside else ClaimVerdict.MEASURED
    if any(refuting):
        return ClaimVerdict.REFUTED if all(beside) else ClaimVerdict.INCONCLUSIVE
    if not all(refuting | beside) or not kinds & {"polynomial", "induction", "balls"}:
        return ClaimVerdict.INCONCLUSIVE
    return ClaimVerdict.PROVED_UNDER if claim.missing else ClaimVerdict.PROVED


def _piece(item: Any, checked: Checked | None) -> Piece:
    if isinstance(item, Step):
        return _step(item.name, item.sentence, checked)
    if isinstance(item, ForAnyNumber):
        steps = [_step(name, sentence, checked) for name, sentence in item.induction.sentences().items()]
        induction: dict[str, Any] = {
            "kind": "induction",
            "checker": "kernel",
            "name": item.name,
            "composed": item.composed,
            "person": list(item.induction.person),
            "everybody": list(item.induction.everybody),
            "steps": [step.document for step in steps],
        }
        return Piece(None if any(step.holds is None for step in steps) else True, induction)
    if isinstance(item, OnBox):
        return _box(item)
    assert isinstance(item, Axiom)
    cited = {"kind": "axiom", "checker": "cited", "name": item.name}
    return Piece(True, cited | {"statement": item.statement, "source": item.source})


def _box(item: OnBox) -> Piece:
    covered = cover(item)
    document: dict[str, Any] = {
        "kind": "balls",
        "checker": "Arb",
        "name": item.name,
        "box": {role: list(bounds) for role, bounds in item.box.items()},
        "pieces": covered.pieces,
        "shown": covered.shown and not box_says_nothing(item),
        "seconds": covered.seconds,
    }
    return Piece(True if document["shown"] else None, document)


def _step(name: str, sentence: Sentence, checked: Checked | None) -> Piece:
    from .provers.z3_reading import opinion

    start = time.perf_counter()
    word = opinion(sentence)
    empty = fulfillable(sentence.given, PATIENTLY) is False
    accepted = checked is not None and checked.accepted and not empty
    document = {
        "kind": "polynomial",
        "checker": "kernel",
        "name": name,
        "accepted": accepted,
        "reason": EMPTY if empty else "" if checked is None else checked.reason,
        "opinion": {"checker": "z3", "verdict": word, "seconds": time.perf_counter() - start},
    }
    return Piece(True if accepted and word != "disagrees" else None, document)


def _needs(claim: Claim, theory: Theory) -> list[Piece]:
    """Show that hypotheses which the source forgot are needed, where no instance that was written down does."""
    shown = {item.needed for item in claim.evidence if isinstance(item, Counterexample)}
    return [_need(claim, text, theory) for text in claim.missing if text not in shown]


def _need(claim: Claim, text: str, theory: Theory) -> Piece:
    """Show that a hypothesis is needed: the first sentence that uses it has a countermodel without it."""
    sentence = next((sentence for sentence in claim.sentences().values() if text in sentence.given), None)
    if sentence is None:
        unused = {"kind": "counterexample", "checker": "none", "name": "instance", "refutes": False, "needed": text}
        return Piece(None, unused | {"seconds": 0.0, "outcome": "nothing uses it", "instance": None})
    given = {name: formula for name, formula in sentence.given.items() if name != text}
    wanted = Counterexample(given, sentence.goal, needed=text)
    return _instance_piece(wanted, search(wanted), theory)


def _instance_piece(item: Counterexample, found: Search, theory: Theory) -> Piece:
    from .claims.formula import broken

    document: dict[str, Any] = {"kind": "counterexample", "checker": "none", "name": item.name}
    document |= {"refutes": not item.needed, "needed": item.needed, "seconds": found.seconds}
    document["mathml"] = broken(item, theory.symbols)
    if found.instance is None:
        return Piece(None, document | {"outcome": found.outcome, "instance": None})
    return Piece(True, document | {"outcome": "found"} | instance_document(found.instance))
