"""The answer on a report's first screen: yes, no or undecided, what was judged, why, and what to do next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from .checks import check_mood, judged_apart
from .documents import Named
from .grounds import Ground, grounds
from .money import Money
from .row import Mood

MOST_REASONS = 3


class Answer(StrEnum):
    """What a report answers; undecided is never shown as yes, and silence is none of the three."""

    YES = "yes"
    NO = "no"
    UNDECIDED = "undecided"
    NOTHING = "nothing judged"


MOODS = {Answer.YES: Mood.GOOD, Answer.NO: Mood.BAD, Answer.UNDECIDED: Mood.OPEN, Answer.NOTHING: Mood.INFO}


@dataclass(frozen=True)
class Judgement:
    """The first screen: the answer with its sentence, what was judged, up to three reasons, what to do next.

    `more` counts the reasons that are left to the verdicts below; `expected` are faults that were to be found;
    `commands` are what to run next.
    """

    answer: Answer
    sentence: str
    judged: str
    reasons: tuple[Ground, ...]
    more: int
    expected: tuple[Ground, ...]
    expected_count: int
    next: str
    commands: tuple[str, ...]

    @property
    def word(self) -> str:
        """The answer as it is printed."""
        return self.answer.value.capitalize()

    @property
    def mood(self) -> Mood:
        """The answer's colour."""
        return MOODS[self.answer]


def judgement(documents: Sequence[Named], money: Money | None = None) -> Judgement:
    """Return the answer that documents give together: no beats undecided, and undecided beats yes.

    What is for information alone says neither; what is refuted as it was expected to be is no fault.

    Examples
    --------
    >>> import mechproof as mp
    >>> from mechproof.proofs.reports.documents import read_documents
    >>> fit = mp.VersionPricing(epsilon=[1, 2], target=[1, 5], version=["basic", "full"])
    >>> found = judgement(read_documents(mp.verify(mp.candidate(fit, price=[1, 5]))))
    >>> found.word, found.reasons[0].text
    ('No', '2 copies of basic cost 2.00 and do what version full does for 5.00: buyers save 3.00')
    """
    found = list(grounds(documents, money or Money()))
    answer = answer_of(ground.mood for ground in found)
    deciding = _distinct([ground for ground in found if ground.mood is MOODS[answer] and not ground.expected])
    expected = _distinct([ground for ground in found if ground.expected])
    judged = [ground for ground in found if ground.mood is not Mood.INFO]
    count = sum(ground.count for ground in judged if ground.mood is MOODS[answer])
    return Judgement(
        answer,
        _sentence(answer, count, sum(ground.count for ground in judged)),
        _judged(documents),
        tuple(deciding[:MOST_REASONS]) if answer is not Answer.NOTHING else (),
        max(0, len(deciding) - MOST_REASONS) if answer is not Answer.NOTHING else 0,
        tuple(expected[:MOST_REASONS]),
        sum(ground.count for ground in expected),
        *_next(answer, documents),
    )


def answer_of(moods: Iterable[Mood]) -> Answer:
    """Return the answer of several verdicts.

    Examples
    --------
    >>> answer_of([Mood.GOOD, Mood.OPEN]).value, answer_of([Mood.OPEN, Mood.BAD]).value, answer_of([Mood.INFO]).value
    ('undecided', 'no', 'nothing judged')
    """
    found = set(moods)
    order = (Answer.NO, Answer.UNDECIDED, Answer.YES)
    return next((answer for answer in order if MOODS[answer] in found), Answer.NOTHING)


def _distinct(found: Sequence[Ground]) -> list[Ground]:
    """Return those that say something new: two properties are often broken by one and the same instance."""
    first: dict[str, Ground] = {}
    for ground in found:
        first.setdefault(ground.text, ground)
    return list(first.values())


def _sentence(answer: Answer, count: int, judged: int) -> str:
    things = f"{judged:,} things asked for" if judged != 1 else "one thing asked for"
    if answer is Answer.NOTHING:
        return "These documents hold numbers and figures, and no verdict."
    if answer is Answer.YES:
        return f"The {things} {'is' if judged == 1 else 'are all'} shown to be as required."
    was = "is" if count == 1 else "are"
    what = "not as required" if answer is Answer.NO else "neither shown nor refuted"
    return f"{'It' if judged == 1 else f'{count:,} of the {things}'} {was} {what}."


def _judged(documents: Sequence[Named]) -> str:
    """Return what was judged: whose numbers of which mechanism, or which claims."""
    about = dict.fromkeys(filter(None, (_subject(item) for item in judged_apart(documents))))
    if len(about) > MOST_REASONS:
        return f"{', '.join(list(about)[:MOST_REASONS])}, and {len(about) - MOST_REASONS} more"
    return ", ".join(about)


def _subject(item: Named) -> str:
    document = item.document
    if item.kind in ("solve", "verify"):
        mechanism = str(document["mechanism"]["type"]).replace("-", " ")
        whose = "the numbers stated for" if document["backend"] == "candidate" else "the solution of"
        where = next(iter(document["provenance"]["files"]), "") if "provenance" in document else ""
        return f"{whose} a {mechanism}{f' ({where})' if where else ''}"
    if item.kind == "check":
        count = len(document["files"])
        where = "" if document["path"] in ("", ".") else f" in {document['path']}"
        return f"{count:,} {'file' if count == 1 else 'files'}{where}, each as it asks"
    if item.kind == "prove":
        return f"{len(document['claims']):,} claims for all parameters and every number of people"
    subjects = {
        "train": "a training with the budgets",
        "market": "a market from survey to accounts",
        "compare": "the back ends against each other",
        "check-certificates": "the certificates, by the kernel alone",
    }
    return subjects.get(item.kind, "")


def _next(answer: Answer, documents: Sequence[Named]) -> tuple[str, tuple[str, ...]]:
    """Return what to do next, and the commands for it."""
    files = [name for item in documents for name in item.document.get("provenance", {}).get("files", {})]
    file = next((name for name in files if name.endswith(".toml")), "SPEC.toml")
    verify, solve = f"mechproof verify {file}", f"mechproof solve {file}"
    proved = all(item.kind == "prove" for item in documents)
    stated = any(item.document.get("backend") == "candidate" for item in documents)
    if answer is Answer.YES:
        return "Nothing to mend. Keep this page with its documents, and judge again when a number changes.", ()
    if answer is Answer.NOTHING:
        return "Have it judged, and add the document to this report.", (f"{verify} --output verified.json",)
    failing = [found["path"] for item in documents if item.kind == "check" for found in _failing(item)]
    if failing:
        text = "Mend what is named here, and check again." if answer is Answer.NO else "Do not rely on it yet."
        return text, (f"mechproof check {failing[0]}".strip(),)
    if answer is Answer.UNDECIDED:
        again = "with a longer time limit" if proved else "in exact arithmetic or with a longer time limit"
        text = f"Do not rely on it yet. Judge it again {again}; the verdicts below say what is missing."
        return text, () if proved else (verify,)
    if proved:
        return "Do not rely on these claims as they stand. Below are the instances where they fail.", ()
    if stated:
        return "Do not use these numbers. Find numbers that hold, or mend these and judge again.", (solve, verify)
    return "Do not use it as it is. Mend what is named here, and judge again.", (verify,)


def _failing(item: Named) -> list[Mapping[str, Any]]:
    return [found for found in item.document["items"] if check_mood(found) in (Mood.BAD, Mood.OPEN)]
