"""What a report shows of settled claims: theory by theory, the formula, the verdict and what it rests on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..claims.present import (
    asked,
    conclusion,
    count_checked,
    decimal,
    erratum_lines,
    instance_values,
    instances,
    proofs,
    trusted,
    verdict,
)
from .documents import Named
from .row import Mood, Row


@dataclass(frozen=True)
class Instance:
    """An instance that breaks a sentence, as somebody follows it with a pencil.

    `what` says what it shows; `mathml` is the sentence, empty where the claim's own formula is; then the value of every
    letter in it, what the sentence asks for there, and what the error costs.
    """

    what: str
    mathml: str
    values: tuple[str, ...]
    there: str
    costs: tuple[str, ...]


@dataclass(frozen=True)
class ClaimRow:
    """A claim as the page shows it; its mood says whether the verdict is the registered one."""

    mood: Mood
    verdict: str
    claim: Mapping[str, Any]
    evidence: tuple[str, ...]
    instances: tuple[Instance, ...]
    about: str


@dataclass(frozen=True)
class ErratumRow:
    """An error of a source as the page shows it: what it says, and line by line what is right and what shows it."""

    said: str
    lines: tuple[str, ...]
    claim: Mapping[str, Any]


@dataclass(frozen=True)
class ClaimTheory:
    """The claims about one mechanism or topic."""

    name: str
    claims: tuple[ClaimRow, ...]


@dataclass(frozen=True)
class Register:
    """A document's claims by theory, and what must be trusted for them."""

    name: str
    conclusion: str
    theories: tuple[ClaimTheory, ...]
    trusted: tuple[str, ...]
    errata: tuple[ErratumRow, ...]


def register(item: Named) -> Register:
    """Return a prove document as the page shows it.

    Examples
    --------
    >>> import mechproof as mp
    >>> from mechproof.proofs.reports.documents import read_documents
    >>> (item,) = read_documents(mp.prove(claim="stackelberg/eq-16-concave"))
    >>> [(row.mood.value, row.verdict) for row in register(item).theories[0].claims]
    [('good', 'PROVED')]
    """
    theories: dict[str, list[ClaimRow]] = {}
    for claim in item.document["claims"]:
        shown = tuple(_instance(piece, claim) for piece in instances(claim))
        row = ClaimRow(claim_mood(claim), verdict(claim), claim, tuple(proofs(claim)), shown, _about(claim))
        theories.setdefault(claim["id"].partition("/")[0], []).append(row)
    found = tuple(ClaimTheory(name.replace("-", " "), tuple(rows)) for name, rows in theories.items())
    believed = tuple(line.strip() for line in trusted(item.document))
    errata = [
        ErratumRow(claim["erratum"]["said"], tuple(erratum_lines(claim["erratum"], claim.get("symbols", {}))), claim)
        for claim in item.document["claims"]
        if claim.get("erratum")
    ]
    return Register(item.name, conclusion(item.document), found, believed, tuple(errata))


def _instance(piece: Mapping[str, Any], claim: Mapping[str, Any]) -> Instance:
    what = f"Without {piece['needed']} it would be false" if piece["needed"] else "It is false"
    if piece["instance"] is None:
        return Instance(f"{what}: {piece['outcome']}", "", (), "", ())
    sentence = str(piece.get("mathml", ""))
    costs = tuple(f"{text}: {decimal(value)}" for text, value in (piece.get("costs") or {}).items())
    return Instance(
        f"{what} at",
        "" if sentence == claim["mathml"] else sentence,
        tuple(instance_values(piece["instance"], claim.get("symbols", {}))),
        f"{asked(piece.get('sides'))} (in {piece['checker']})",
        costs,
    )


def _about(claim: Mapping[str, Any]) -> str:
    """Return whose words a claim is, and what it quantifies over; documents of before say neither."""
    words = [claim.get("attribution", ""), claim["source"], claim.get("quantified", "")]
    formerly = f"formerly {', '.join(claim['aliases'])}" if claim.get("aliases") else ""
    return " · ".join(word for word in (*words, formerly) if word)


def of_claims(item: Named) -> Iterator[Row]:
    """Return one verdict for each theory: whether its registered verdicts were reached."""
    for theory in register(item).theories:
        mood = _worst(theory)
        word = {Mood.BAD: "not as registered", Mood.OPEN: "undecided"}.get(mood, "as registered")
        counts = Counter(row.claim["verdict"] for row in theory.claims)
        text = ", ".join(f"{count} {name}" for name, count in counts.items())
        off = [row.claim["id"] for row in theory.claims if row.mood in (Mood.BAD, Mood.OPEN)]
        text += f". Not as registered: {', '.join(off)}" if off else ""
        how = "certificates, exact instances and balls"
        yield Row(mood, f"claims about {theory.name}", word, text, how, item.name, item.about)


def _worst(theory: ClaimTheory) -> Mood:
    """Return the mood of a theory: bad before open; else good, unless nothing in it is settled."""
    moods = [row.mood for row in theory.claims]
    settled = any(row.claim["verdict"] != "INCONCLUSIVE" for row in theory.claims)
    return next((mood for mood in (Mood.BAD, Mood.OPEN) if mood in moods), Mood.GOOD if settled else Mood.INFO)


def of_certificates(item: Named) -> Iterator[Row]:
    """Return one verdict: whether the kernel accepts every certificate."""
    refused = [f"{one['claim']}: {one['reason']}" for one in item.document["certificates"] if not one["accepted"]]
    mood, word = (Mood.BAD, "refused") if refused else (Mood.GOOD, "accepted")
    text = ". ".join([count_checked(item.document), *refused])
    yield Row(mood, "the certificates", word, text, "the kernel alone", item.name, item.about)


def claim_mood(claim: Mapping[str, Any]) -> Mood:
    """Return whether a verdict is the registered one; what is known to be open is never as good as shown.

    Examples
    --------
    >>> claim_mood({"verdict": "INCONCLUSIVE", "expected": "INCONCLUSIVE"}).value
    'info'
    """
    if claim["verdict"] == claim["expected"] or claim["expected"] is None:
        return Mood.INFO if claim["verdict"] in ("REFUTED", "MEASURED", "INCONCLUSIVE") else Mood.GOOD
    return Mood.OPEN if claim["verdict"] == "INCONCLUSIVE" else Mood.BAD
