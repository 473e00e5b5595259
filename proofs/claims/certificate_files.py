"""Committed certificates: read, bound to the sentences as the declarations state them now, and checked by the kernel.

A certificate holds the lines of its sentences too. They must be the very lines that are read from the declarations at
the moment of the check; so an altered hypothesis is refused, instead of another theorem being proved.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeAlias

from ..kernel.kernel import Line, RefusedError, check
from ..kernel.polynomials import cases_of, readings_of
from ..kernel.ratio import UnreadableError
from ..kernel.sentence import Sentence
from .claim import CERTIFICATES, Claim
from .vacuous import Readings, says_nothing

FORMAT = "mechproof/certificate/1"
Objection: TypeAlias = Callable[[Sentence, Readings], str]
"""Why a sentence is not accepted, whatever its proof; empty if it is."""
BASE = ": base"
"""How the sentence of nobody ends in an induction: it compares numbers by its nature."""


@dataclass(frozen=True)
class Checked:
    """What came of a certificate: refused for a reason, or accepted, and how long the kernel took."""

    claim: str
    reason: str
    seconds: float

    @property
    def accepted(self) -> bool:
        """Whether it shows what it should."""
        return not self.reason


def check_certificates(claims: Iterable[Claim], folder: Path = CERTIFICATES) -> list[Checked]:
    """Check the certificates of claims, and refuse files that belong to no claim."""
    needed = [claim for claim in claims if claim.sentences()]
    found = [check_certificate(claim, folder) for claim in needed]
    known = {_path(claim.id, folder) for claim in needed}
    strangers = sorted(path for path in folder.rglob("*.json") if path not in known)
    return [
        *found,
        *(Checked(str(path.relative_to(folder)), "no claim has this certificate", 0.0) for path in strangers),
    ]


def check_certificate(claim: Claim, folder: Path = CERTIFICATES) -> Checked:
    """Check the certificate of a claim that somebody worded; its sentences have to say something."""
    try:
        document = read_certificate(claim.id, folder)
    except RefusedError as refused:
        return Checked(claim.id, str(refused), 0.0)
    return check_document(claim, document, says_nothing)


def check_document(claim: Claim, document: Any, objection: Objection = lambda *_: "") -> Checked:
    """Check a claim's certificate, as JSON data.

    An objection to a sentence refuses it too. By default there is none: a question that is asked of a declaration may
    be whether its formulas are defined, and then its goal says nothing.
    """
    seconds = 0.0
    try:
        if not isinstance(document, Mapping) or set(document) != {"format", "claim", "sentences", "sha256"}:
            raise RefusedError("a certificate consists of its format, its claim, its sentences and their digest")
        if document["format"] != FORMAT or document["claim"] != claim.id:
            raise RefusedError(f"this is the certificate of {document['claim']!r}, as {document['format']!r}")
        if document["sha256"] != digest(document):
            raise RefusedError("it was altered after it was written")
        sentences = claim.sentences()
        if set(document["sentences"]) != set(sentences):
            raise RefusedError("its sentences are not those of the claim")
        for name, sentence in sentences.items():
            seconds += _check_sentence(name, sentence, document["sentences"][name], objection)
    except RefusedError as refused:
        return Checked(claim.id, str(refused), seconds)
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        return Checked(claim.id, f"it is not written as a certificate is: {error}", seconds)
    return Checked(claim.id, "", seconds)


def _check_sentence(name: str, sentence: Sentence, cases: Any, objection: Objection) -> float:
    """Return how long the kernel took."""
    regenerated = _regenerated(name, sentence, objection)
    if [case["lines"] for case in cases] != [_written_lines(lines) for lines in regenerated]:
        raise RefusedError(f"{name}: the sentence is not the one that the declaration makes now")
    seconds = 0.0
    for lines, case in zip(regenerated, cases, strict=True):
        if set(case) != {"lines", "proofs"}:
            raise RefusedError(f"{name}: a case consists of lines and proofs")
        start = time.perf_counter()
        try:
            check(lines, case["proofs"])
        except RefusedError as refused:
            raise RefusedError(f"{name}: {refused}") from None
        seconds += time.perf_counter() - start
    return seconds


def _regenerated(name: str, sentence: Sentence, objection: Objection) -> list[list[Line]]:
    """Return the lines of each case as the declaration makes them now, where nothing speaks against the sentence."""
    try:
        readings = readings_of(sentence)
        if not name.endswith(BASE) and (reason := objection(sentence, readings)):
            raise RefusedError(f"{name}: the sentence says nothing: {reason}")
        return [reading.lines for reading, _ in readings]
    except (UnreadableError, ZeroDivisionError) as error:
        raise RefusedError(f"{name}: the sentence that the declaration makes now cannot be read: {error}") from None


def write_certificate(claim: Claim, proofs: Mapping[str, Sequence[Any]], folder: Path = CERTIFICATES) -> None:
    """Write a claim's certificate: the proofs of each of its sentences, a list for each case."""
    path = _path(claim.id, folder)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_text(certificate_of(claim, proofs)), encoding="utf-8")


def certificate_of(claim: Claim, proofs: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
    """Return a claim's certificate as JSON data."""
    sentences = {
        name: [
            {"lines": _written_lines(lines), "proofs": proof}
            for lines, proof in zip(cases_of(sentence), proofs[name], strict=True)
        ]
        for name, sentence in claim.sentences().items()
    }
    document = {"format": FORMAT, "claim": claim.id, "sentences": sentences}
    return {**document, "sha256": digest(document)}


def digest(document: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a certificate's content: whoever alters it must at least say so."""
    content = json.dumps({key: document[key] for key in ("claim", "sentences")}, sort_keys=True, ensure_ascii=False)
    return sha256(content.encode()).hexdigest()


def _text(document: Mapping[str, Any]) -> str:
    """Return the certificate with a line of the file for each line and each proof."""
    text = json.dumps(document, ensure_ascii=False)
    for start in ('{"lines": ', '["given"', '["case"', '["define"', '["prove"', '"proofs": ', '{"products"'):
        text = text.replace(start, "\n" + start)
    return text + "\n"


def _written_lines(lines: Sequence[Line]) -> list[list[Any]]:
    return [[line.role, written_polynomial(line.polynomial), line.sign] for line in lines]


def written_polynomial(polynomial: Mapping[tuple[str, ...], Any]) -> dict[str, Any]:
    """Return a polynomial as it is written down."""
    exact = {" ".join(monomial): Fraction(value) for monomial, value in sorted(polynomial.items())}
    return {monomial: int(v) if v.denominator == 1 else str(v) for monomial, v in exact.items()}


def read_certificate(claim: str, folder: Path = CERTIFICATES) -> Any:
    """Return a claim's certificate as JSON data, unchecked.

    Raises
    ------
    RefusedError
        When there is none, or it cannot be read.
    """
    try:
        return json.loads(_path(claim, folder).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise RefusedError("there is no certificate") from None
    except (OSError, ValueError, RecursionError) as error:
        raise RefusedError(f"the certificate cannot be read: {error}") from None


def accepted(claim: Claim, folder: Path = CERTIFICATES) -> bool:
    """Whether a claim's certificate is there and shows what it should."""
    return check_certificate(claim, folder).accepted


def _path(claim: str, folder: Path) -> Path:
    return folder / f"{claim}.json"
