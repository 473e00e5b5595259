"""What to do next, after each answer: a sentence, and the commands for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from .checks import check_mood
from .documents import Named
from .row import Mood


class Answer(StrEnum):
    """What a report answers; undecided is never shown as yes, and silence is none of the three."""

    YES = "yes"
    NO = "no"
    UNDECIDED = "undecided"
    NOTHING = "nothing judged"


@dataclass(frozen=True)
class Advice:
    """What to do next, and what to run for it."""

    text: str
    commands: tuple[str, ...] = ()


def advice(answer: Answer, documents: Sequence[Named]) -> Advice:
    """Return what to do next.

    Examples
    --------
    >>> advice(Answer.NOTHING, []).commands
    ('mechproof verify SPEC.toml --output verified.json',)
    """
    if answer is Answer.YES:
        return Advice("Nothing to mend. Keep this page with its documents, and judge again when a number changes.")
    verify = f"mechproof {'design' if _designs(documents) else 'verify'} {_file(documents)}"
    if answer is Answer.NOTHING:
        return Advice("Have it judged, and add the document to this report.", (f"{verify} --output verified.json",))
    failing = next(_failing(documents), None)
    if failing is not None:
        text = "Mend what is named here, and check again." if answer is Answer.NO else "Do not rely on it yet."
        return Advice(text, (f"mechproof check {failing}".strip(),))
    claims = all(item.kind == "prove" for item in documents)
    return _undecided(claims, verify) if answer is Answer.UNDECIDED else _no(claims, verify, documents)


def _undecided(claims: bool, verify: str) -> Advice:
    again = "with a longer time limit" if claims else "in exact arithmetic or with a longer time limit"
    text = f"Do not rely on it yet. Judge it again {again}; the verdicts below say what is missing."
    return Advice(text, () if claims else (verify,))


def _no(claims: bool, verify: str, documents: Sequence[Named]) -> Advice:
    if claims:
        return Advice("Do not rely on these claims as they stand. Below are the instances where they fail.")
    if any(item.document.get("backend") == "candidate" for item in documents):
        solve = f"mechproof solve {_file(documents)}"
        return Advice(
            "Do not use these numbers. Find numbers that hold, or mend these and judge again.", (solve, verify)
        )
    return Advice("Do not use it as it is. Mend what is named here, and judge again.", (verify,))


def _designs(documents: Sequence[Named]) -> bool:
    """Whether all is about families, which are not verified but designed anew."""
    return bool(documents) and all(item.kind == "design" for item in documents)


def _file(documents: Sequence[Named]) -> str:
    """Return the specification that the documents came from, if one is known."""
    files = (name for item in documents for name in item.document.get("provenance", {}).get("files", {}))
    return next((name for name in files if name.endswith(".toml")), "SPEC.toml")


def _failing(documents: Sequence[Named]) -> Iterator[str]:
    """Return the files of checks in which something is not as asked."""
    for item in documents:
        if item.kind == "check":
            yield from (one["path"] for one in item.document["items"] if check_mood(one) in (Mood.BAD, Mood.OPEN))
