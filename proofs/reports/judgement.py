"""The answer on a report's first screen: yes, no or undecided, what was judged, why, and what to do next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .advice import Answer, advice
from .checks import judged_apart
from .documents import Named
from .grounds import Ground, grounds
from .money import Money
from .row import Mood

MOST_REASONS = 3


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
    ('No', '2 copies of version basic cost 2.00 and do what version full does for 5.00: buyers save 3.00')
    """
    found = list(grounds(documents, money or Money()))
    asked = [ground for ground in found if ground.mood is not Mood.INFO]
    answer = answer_of(ground.mood for ground in asked)
    deciding = _deciding(answer, asked)
    reasons = _distinct([ground for ground in deciding if not ground.expected])
    expected = [ground for ground in found if ground.expected]
    following = advice(answer, documents)
    return Judgement(
        answer,
        _sentence(answer, _count(deciding), _count(asked)),
        _judged(documents),
        tuple(reasons[:MOST_REASONS]),
        max(0, len(reasons) - MOST_REASONS),
        tuple(_distinct(expected)[:MOST_REASONS]),
        _count(expected),
        following.text,
        following.commands,
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


def _deciding(answer: Answer, asked: Sequence[Ground]) -> list[Ground]:
    return [ground for ground in asked if ground.mood is MOODS[answer]]


def _count(found: Sequence[Ground]) -> int:
    """Return of how many verdicts grounds speak."""
    return sum(ground.count for ground in found)


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
        article = "an" if mechanism.startswith(tuple("aeiou")) else "a"
        return f"{whose} {article} {mechanism}{f' ({where})' if where else ''}"
    if item.kind == "check":
        unsettled = ("inconclusive", "nothing")  # not asked for either: a Python file that was not run has only this
        count = len({item["path"] for item in document["items"] if (item["verdict"], item["asked"]) != unsettled})
        where = "" if document["path"] in ("", ".") else f" in {document['path']}"
        return f"{count:,} {'file' if count == 1 else 'files'}{where}, each as it asks"
    if item.kind == "prove":
        return f"{len(document['claims']):,} claims for all parameters and every number of people"
    subjects = {
        "design": "the best mechanism of a family, and what all of it must keep",
        "train": "a training with the budgets",
        "market": "a market from survey to accounts",
        "compare": "the back ends against each other",
        "check-certificates": "the certificates, by the kernel alone",
    }
    return subjects.get(item.kind, "")
