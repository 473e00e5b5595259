"""Every committed certificate, tampered with in every way there is, is refused."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pytest

from mechproof.cli import run
from mechproof.proofs.claims.certificate_files import (
    CERTIFICATES,
    check_certificate,
    check_certificates,
    check_document,
    digest,
)
from mechproof.proofs.claims.claim import Claim, Step
from mechproof.proofs.claims.register import claim_of, registered

PROVED = [claim for claim in registered() if claim.sentences()]
LONG = {"stackelberg/dearer-costs-lower-the-total", "stackelberg/ratio-never-rises"}
"""Claims whose sentences are the longest to read."""
ALL_IF_SLOW = [pytest.param(claim, id=claim.id, marks=pytest.mark.slow if claim.id in LONG else ()) for claim in PROVED]


def document_of(claim: Claim) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((CERTIFICATES / f"{claim.id}.json").read_text(encoding="utf-8"))
    return document


def cases(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for sentence in document["sentences"].values():
        yield from sentence


Alteration = Callable[[dict[str, Any]], None]


def alterations(document: dict[str, Any]) -> Iterator[tuple[str, Alteration]]:
    """One thing each that could be changed in a certificate."""
    for number, case in enumerate(cases(document)):
        for place, line in enumerate(case["lines"]):
            for monomial in line[1]:
                yield "a coefficient of a line", change(number, "lines", place, 1, monomial)
            yield "a sign of a line", change(number, "lines", place, 2)
        yield "a hypothesis added", lambda copied, n=number: nth(copied, n)["lines"].insert(0, ["given", {"": 1}, ">"])
        yield "a line left out", lambda copied, n=number: nth(copied, n)["lines"].pop(0)
        yield "a proof left out", lambda copied, n=number: nth(copied, n)["proofs"].pop()
        for index, proof in enumerate(case["proofs"]):
            for term, product in enumerate(proof["products"]):
                idle = " of nothing" if vanishes(case["lines"], index, product) else ""
                yield f"a multiplier{idle}", change(number, "proofs", index, "products", term, 0)


def change(number: int, *path: Any) -> Alteration:
    """One coefficient is one more, or one relation another."""

    def alteration(copied: dict[str, Any]) -> None:
        holder: Any = nth(copied, number)
        for step in path[:-1]:
            holder = holder[step]
        old = holder[path[-1]]
        holder[path[-1]] = {">": ">=", ">=": ">", "=": ">="}[old] if isinstance(old, str) else old + 1

    return alteration


def nth(document: dict[str, Any], number: int) -> dict[str, Any]:
    return list(cases(document))[number]


def vanishes(lines: list[Any], index: int, product: list[Any]) -> bool:
    """Whether a product is zero everywhere, by its value at a random point; such a multiplier says nothing."""
    draw = Random(3)
    point: dict[str, Fraction] = {}
    known, goals = [], []
    for role, written, sign in lines:
        if role == "prove":
            goals += [len(known)] * (2 if sign == "=" else 1)
        known.append(written)
    place = goals[index]
    value = Fraction(1)
    for factor in product[1]:
        value *= at(known[min(factor, place)], point, draw)
    for root in product[2] if len(product) > 2 else ():
        value *= at(root, point, draw)
    return value == 0


def at(written: dict[str, Any], point: dict[str, Fraction], draw: Random) -> Fraction:
    total = Fraction(0)
    for monomial, coefficient in written.items():
        term = Fraction(coefficient)
        for name in monomial.split():
            term *= point.setdefault(name, Fraction(draw.randint(2, 10**6)))
        total += term
    return total


@pytest.mark.parametrize("claim", ALL_IF_SLOW)
def test_tampering_is_refused(claim: Claim) -> None:
    document = document_of(claim)
    assert check_document(claim, document).accepted
    for what, alteration in a_few_of_each_kind(list(alterations(document))):
        copied = copy.deepcopy(document)
        alteration(copied)
        assert not check_document(claim, copied).accepted, f"{what}, as it is"
        copied["sha256"] = digest(copied)
        if not what.endswith("of nothing"):  # a multiplier of zero may be any number
            assert not check_document(claim, copied).accepted, f"{what}, with a digest that fits"


def a_few_of_each_kind(found: list[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
    """The long certificates have hundreds of places to alter, of which a few are drawn."""
    kinds = {what for what, _ in found}
    assert kinds >= {"a sign of a line", "a hypothesis added", "a line left out", "a proof left out"}
    for kind in sorted(kinds):
        places = [item for item in found if item[0] == kind]
        yield from Random(kind).sample(places, min(3, len(places)))


@pytest.mark.parametrize("claim", PROVED, ids=lambda claim: claim.id)
def test_the_certificate_of_another_claim_is_refused(claim: Claim) -> None:
    other = PROVED[PROVED.index(claim) - 1]
    document = document_of(other)
    assert not check_document(claim, document).accepted
    renamed = {**document, "claim": claim.id}
    renamed["sha256"] = digest(renamed)
    assert not check_document(claim, renamed).accepted


@pytest.mark.parametrize("claim", ALL_IF_SLOW)
def test_an_altered_statement_is_refused(claim: Claim) -> None:
    """The certificate stays, and the claim loses a hypothesis or its goal changes."""
    item = next((item for item in claim.evidence if isinstance(item, Step)), None)
    if item is None:
        pytest.skip("its sentences are made by an induction")
    document, sentence = document_of(claim), item.sentence
    for text in sentence.given:
        fewer = {name: formula for name, formula in sentence.given.items() if name != text}
        weaker = replace(item, sentence=replace(sentence, given=fewer))
        assert not check_document(replace(claim, evidence=swapped(claim, item, weaker)), document).accepted
    loose = replace(item, sentence=replace(sentence, lemmas=(*sentence.lemmas, sentence.goal)))
    assert not check_document(replace(claim, evidence=swapped(claim, item, loose)), document).accepted


def swapped(claim: Claim, old: Any, new: Any) -> tuple[Any, ...]:
    return tuple(new if item is old else item for item in claim.evidence)


@pytest.mark.parametrize(
    "document",
    [None, [], {}, {"format": "mechproof/certificate/1"}, {"sentences": {}}, "text", 3],
    ids=lambda document: str(document)[:20],
)
def test_what_is_no_certificate_is_refused(document: Any) -> None:
    assert not check_document(PROVED[0], document).accepted


def test_certificates_without_a_claim_and_claims_without_one_are_refused(tmp_path: Path) -> None:
    (tmp_path / "stranger.json").write_text("{}", encoding="utf-8")
    found = check_certificates([PROVED[0]], tmp_path)
    assert [item.accepted for item in found] == [False, False]
    assert "no certificate" in found[0].reason
    assert "no claim" in found[1].reason


def test_a_broken_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / f"{PROVED[0].id}.json"
    path.parent.mkdir()
    path.write_text("{", encoding="utf-8")
    assert "cannot be read" in check_certificate(PROVED[0], tmp_path).reason


@pytest.mark.slow
def test_the_command_leaves_with_1_if_one_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for claim in PROVED:
        path = tmp_path / f"{claim.id}.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(document_of(claim)), encoding="utf-8")
    assert run(["check-certificates", "--certificates", str(tmp_path)]) == 0
    concave = claim_of("stackelberg/eq-16-concave")
    document = document_of(concave)
    next(cases(document))["proofs"][0]["products"][0][0] += 1
    (tmp_path / f"{concave.id}.json").write_text(json.dumps(document), encoding="utf-8")
    capsys.readouterr()
    assert run(["check-certificates", "--certificates", str(tmp_path)]) == 1
    printed = capsys.readouterr().out
    assert "stackelberg/eq-16-concave: REFUSED" in printed
    assert f"{len(PROVED) - 1} accepted, 1 refused" in printed
    assert run(["check-certificates", "--certificates", str(tmp_path / "nowhere")]) == 2
