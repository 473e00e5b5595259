"""What an answer rests on: every verdict of the documents with a few words that say what it means."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .checks import check_mood, judged_apart
from .claims import claim_mood
from .documents import Named
from .money import Money
from .numbers import in_decimals
from .reasons import MEANINGS, led, meaning, told
from .row import Mood, Row
from .verdicts import verdicts


@dataclass(frozen=True)
class Ground:
    """A verdict as a reason: whether it is as wanted, what it means, what was found, and whether that was expected.

    `count` is of how many verdicts it speaks.
    """

    mood: Mood
    lead: str
    text: str
    expected: bool = False
    count: int = 1


def grounds(documents: Sequence[Named], money: Money) -> Iterator[Ground]:
    """Return every verdict as a reason: properties first, then claims, then all others."""
    order = {"check": 0, "verify": 1, "prove": 2}
    for item in sorted(judged_apart(documents), key=lambda item: order.get(item.kind, 3)):
        if item.kind == "verify":
            yield from _of_properties(item, money)
        elif item.kind == "check":
            yield from (_of_checked(found, money) for found in item.document["items"])
        elif item.kind == "prove":
            yield from _of_claims(item)
        else:
            yield from map(_of_row, verdicts([item]))


def _of_properties(item: Named, money: Money) -> Iterator[Ground]:
    for row, found in zip(verdicts([item]), item.document["items"], strict=True):
        expected = found["property"] in item.document["expect_violated"] and row.mood is Mood.GOOD
        yield Ground(row.mood, led(found, money), told(found, money), expected)


def _of_checked(found: Mapping[str, Any], money: Money) -> Ground:
    mood, where = check_mood(found), f" ({found['path']})" if found["path"] else ""
    expected = found["asked"] == "expect-violated" and mood is Mood.GOOD
    return Ground(mood, f"{led(found, money)}{where}", told(found, money), expected)


def _of_claims(item: Named) -> Iterator[Ground]:
    """Return a ground for every claim that is not as registered, and one for each verdict of those that are."""
    reached: dict[str, list[Mapping[str, Any]]] = {}
    for claim in item.document["claims"]:
        if claim_mood(claim) in (Mood.BAD, Mood.OPEN):
            lead = f"{str(claim['verdict']).capitalize()}{_registered(claim)}"
            yield Ground(claim_mood(claim), lead, claim["statement"])
        else:
            reached.setdefault(claim["verdict"], []).append(claim)
    for verdict, claims in reached.items():
        refuted = verdict == "REFUTED" and all(claim["expected"] == "REFUTED" for claim in claims)
        mood = Mood.GOOD if refuted else claim_mood(claims[0])
        lead, text = _together(verdict, claims)
        yield Ground(mood, lead, text, refuted or verdict == "INCONCLUSIVE", len(claims))


def _together(verdict: str, claims: Sequence[Mapping[str, Any]]) -> tuple[str, str]:
    """Return what claims with one and the same verdict, as registered, say together."""
    many = len(claims)
    lead = f"{many:,} {'claim is' if many == 1 else 'claims are'} {verdict.lower()}"
    lead += " another hypothesis than stated" if verdict == "PROVED UNDER" else ""
    return lead, f"{'among them: ' if many > 1 else ''}“{claims[0]['statement']}”"


def _registered(claim: Mapping[str, Any]) -> str:
    expected = claim["expected"]
    return "" if expected in (None, claim["verdict"]) else f", not {str(expected).lower()}"


def _of_row(row: Row) -> Ground:
    solution = {
        Mood.GOOD: "The numbers are the solution, checked apart from what found them",
        Mood.BAD: "The numbers are not the solution",
        Mood.OPEN: "Open: whether the numbers are the solution",
    }
    if row.what == "the solution":
        return Ground(row.mood, solution[row.mood], in_decimals(row.rest or row.first_sentence))
    name, verdict = row.what.replace(" ", "-"), {Mood.GOOD: "holds", Mood.BAD: "violated"}.get(row.mood, row.verdict)
    lead = meaning(name, verdict) if name in MEANINGS else f"{row.what.capitalize()}: {row.verdict}"
    return Ground(row.mood, lead, in_decimals(row.text))
