"""Settle claims: check their certificates, ask z3, find and re-evaluate counterexamples, and give a verdict."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..formulations.errors import InputError
from ..formulations.registry import mechanism_name, name_of
from ..formulations.specification.tables import suggestion
from .claims.certificate_files import Checked, check_certificate
from .claims.claim import (
    CERTIFICATES,
    Axiom,
    Claim,
    ClaimVerdict,
    Counterexample,
    ForAnyNumber,
    Measurement,
    OnBox,
    Step,
    Theory,
)
from .claims.proved import Necessity, Piece, Proofs, Proved, instance_document
from .claims.register import theories
from .kernel.sentence import Sentence
from .provers.boxes import cover
from .provers.countermodel import Search, search


def prove(
    mechanism: Any = None,
    claim: str | None = None,
    certificates: Path | None = None,
    say: Callable[[str], None] = lambda _: None,
    drop: bool = False,
    time_limit: float = 5.0,
) -> Proofs:
    """Settle the claims about a mechanism, each for all that its hypotheses allow and every number of people.

    A class of one's own has no claims that somebody registered; its properties are asked of its declaration.

    Parameters
    ----------
    mechanism
        A mechanism's class or name, a topic such as "privacy", or None for all claims; or a class of one's own, or an
        instance of it, which stands for all with the same parts and choices.
    claim
        The id of a single claim.
    certificates
        The folder of the certificates; by default where each theory has its own.
    say
        Called with the id of each claim before it is settled.
    drop
        Whether to drop each hypothesis of what is proved in turn, and look for a countermodel.
    time_limit
        The seconds that each property of one's own mechanism may take.

    Raises
    ------
    InputError
        When there are no claims about the mechanism, or none with that id.

    Examples
    --------
    >>> import mechproof as mp
    >>> found = mp.prove(mp.StackelbergPricing, claim="stackelberg/eq-16-concave")
    >>> found.claims[0].verdict, found.ok
    (<ClaimVerdict.PROVED: 'PROVED'>, True)
    """
    start = time.perf_counter()
    if _is_own(mechanism):
        from .own.proving import prove_own

        return prove_own(mechanism, claim, time_limit, say)
    chosen = _chosen(mechanism)
    ids = [item.id for theory in chosen for item in theory.claims]
    if claim is not None and claim not in ids:
        raise InputError("claim", claim, "is not registered", suggestion(claim, ids, f"there are {len(ids)} claims"))
    settled = []
    for theory in chosen:
        for item in theory.claims:
            if claim in (None, item.id):
                say(item.id)
                found = settle(item, theory, certificates or theory.certificates)
                proved = found.verdict in (ClaimVerdict.PROVED, ClaimVerdict.PROVED_UNDER)
                settled.append(replace(found, dropped=necessity(item)) if drop and proved else found)
    return Proofs(_about(mechanism), tuple(settled), time.perf_counter() - start)


def settle(claim: Claim, theory: Theory, certificates: Path = CERTIFICATES) -> Proved:
    """Settle one claim."""
    from .claims.formula import latex, mathml

    start = time.perf_counter()
    checked = check_certificate(claim, certificates) if claim.sentences() else None
    pieces = [_piece(item, checked) for item in claim.evidence]
    needed = {item.needed for item in claim.evidence if isinstance(item, Counterexample)}
    pieces += [_need(claim, text) for text in claim.missing if text not in needed]
    verdict = _verdict(claim, pieces)
    kernel = 0.0 if checked is None else checked.seconds
    found = Proved(
        claim, verdict, tuple(pieces), 0.0, kernel, latex(claim, theory.symbols), mathml(claim, theory.symbols)
    )
    return replace(found, seconds=time.perf_counter() - start)


def _verdict(claim: Claim, pieces: list[Piece]) -> ClaimVerdict:
    """Return the verdict: an instance refutes, if what is proved beside it holds; a proof has to prove something."""
    kinds = {piece.document["kind"] for piece in pieces}
    if kinds == {"measured"}:
        return ClaimVerdict.MEASURED if all(piece.holds is not None for piece in pieces) else ClaimVerdict.INCONCLUSIVE
    if any(piece.document.get("refutes") and piece.holds for piece in pieces):
        beside = [piece for piece in pieces if not piece.document.get("refutes")]
        return ClaimVerdict.REFUTED if all(piece.holds for piece in beside) else ClaimVerdict.INCONCLUSIVE
    if not all(piece.holds for piece in pieces) or not kinds & {"polynomial", "induction", "balls"}:
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
    if isinstance(item, Counterexample):
        return _instance_piece(item, search(item))
    if isinstance(item, OnBox):
        covered = cover(item)
        document: dict[str, Any] = {
            "kind": "balls",
            "checker": "Arb",
            "name": item.name,
            "box": {role: list(bounds) for role, bounds in item.box.items()},
            "pieces": covered.pieces,
            "shown": covered.shown,
            "seconds": covered.seconds,
        }
        return Piece(True if covered.shown else None, document)
    if isinstance(item, Axiom):
        cited = {"kind": "axiom", "checker": "cited", "name": item.name}
        return Piece(True, cited | {"statement": item.statement, "source": item.source})
    assert isinstance(item, Measurement)
    return Piece(None, {"kind": "measured", "checker": "experiment", "text": item.text})


def _step(name: str, sentence: Sentence, checked: Checked | None) -> Piece:
    from .provers.z3_reading import opinion

    start = time.perf_counter()
    word = opinion(sentence)
    accepted = checked is not None and checked.accepted
    document = {
        "kind": "polynomial",
        "checker": "kernel",
        "name": name,
        "accepted": accepted,
        "reason": "" if checked is None else checked.reason,
        "opinion": {"checker": "z3", "verdict": word, "seconds": time.perf_counter() - start},
    }
    return Piece(True if accepted and word != "disagrees" else None, document)


def _need(claim: Claim, text: str) -> Piece:
    """Show that a hypothesis is needed: the first sentence that uses it has a countermodel without it."""
    sentence = next((sentence for sentence in claim.sentences().values() if text in sentence.given), None)
    if sentence is None:
        unused = {"kind": "counterexample", "checker": "none", "name": "instance", "refutes": False, "needed": text}
        return Piece(None, unused | {"seconds": 0.0, "outcome": "nothing uses it", "instance": None})
    given = {name: formula for name, formula in sentence.given.items() if name != text}
    wanted = Counterexample(given, sentence.goal, needed=text)
    return _instance_piece(wanted, search(wanted))


def _instance_piece(item: Counterexample, found: Search) -> Piece:
    document: dict[str, Any] = {"kind": "counterexample", "checker": "none", "name": item.name}
    document |= {"refutes": not item.needed, "needed": item.needed, "seconds": found.seconds}
    if found.instance is None:
        return Piece(None, document | {"outcome": found.outcome, "instance": None})
    return Piece(True, document | {"outcome": "found"} | instance_document(found.instance))


def _chosen(mechanism: Any) -> tuple[Theory, ...]:
    if mechanism is None:
        return theories()
    names = {name for theory in theories() for name in (theory.name, theory.mechanism) if name}
    wanted = _about(mechanism)
    if wanted not in names:
        raise InputError(
            "mechanism", wanted, "has no registered claims", suggestion(wanted, names, ", ".join(sorted(names)))
        )
    return tuple(theory for theory in theories() if wanted in (theory.name, theory.mechanism))


def _is_own(mechanism: Any) -> bool:
    """Whether it is a mechanism that nobody registered claims about."""
    if mechanism is None or isinstance(mechanism, str):
        return False
    return mechanism_name(_kind(mechanism)) not in {theory.mechanism for theory in theories()}


def _about(mechanism: Any) -> str:
    if mechanism is None:
        return "all"
    if isinstance(mechanism, str):
        return mechanism
    return mechanism_name(_kind(mechanism)) or name_of(_kind(mechanism))


def _kind(mechanism: Any) -> type:
    return mechanism if isinstance(mechanism, type) else type(mechanism)


def necessity(claim: Claim, seconds: float = 0.5) -> tuple[Necessity, ...]:
    """Drop every hypothesis of a claim in turn, and look for a countermodel to one of its sentences.

    Where a hypothesis keeps a denominator from zero, an instance at which the statement is not defined is one. That a
    hypothesis is redundant is z3's word; nothing rests on it.

    Examples
    --------
    >>> from mechproof.proofs.claims.register import claim_of
    >>> [(item.hypothesis, item.outcome) for item in necessity(claim_of("stackelberg/eq-16-concave"))]
    [('ε₋ᵢ > 0', 'needed'), ('εᵢ ≥ 0', 'needed'), ('B > 0', 'needed'), ('ρᵢ > 0', 'redundant')]
    """
    return tuple(_necessity(claim, text, seconds) for text in claim.hypotheses()) if claim.sentences() else ()


def _necessity(claim: Claim, text: str, seconds: float) -> Necessity:
    outcomes = set()
    for sentence in claim.sentences().values():
        if text in sentence.given:
            given = {other: formula for other, formula in sentence.given.items() if other != text}
            result = search(Counterexample(given, sentence.goal, needed=text), seconds)
            if result.instance is not None:
                return Necessity(text, "needed", result.instance)
            outcomes.add(result.outcome)
    return Necessity(text, "redundant" if outcomes == {"none exists"} else "undecided", None)
