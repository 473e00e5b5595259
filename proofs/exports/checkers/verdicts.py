"""What a checker said of what it was handed: a verdict for each claim, and that it could not run is none of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Word(StrEnum):
    """What a checker said: no more than its own word."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNDECIDED = "undecided"
    COULD_NOT_RUN = "could not run"


@dataclass(frozen=True)
class Verdict:
    """What became of a claim, or of an optimum: why, if it was not accepted; how many obligations it had."""

    about: str
    word: Word
    reason: str = ""
    obligations: int = 0


@dataclass(frozen=True)
class Report:
    """What a checker said of everything: its version, and where it is not here, which package has it."""

    checker: str
    version: str
    package: str
    verdicts: tuple[Verdict, ...]
    seconds: float = 0.0
    axioms: tuple[str, ...] = field(default=())
    missing: str = ""
    ours: bool = False

    @property
    def word(self) -> Word:
        """The worst of its verdicts: one refusal is a refusal."""
        words = [item.word for item in self.verdicts]
        for word in (Word.REFUSED, Word.COULD_NOT_RUN, Word.UNDECIDED):
            if word in words or (word is Word.COULD_NOT_RUN and self.missing):
                return word
        return Word.ACCEPTED

    def count(self, word: Word) -> int:
        """How many verdicts are so."""
        return sum(item.word is word for item in self.verdicts)

    def document(self) -> dict[str, Any]:
        """Return the report as JSON data."""
        return {
            "checker": self.checker,
            "ours": self.ours,
            "version": self.version or None,
            "package": self.package,
            "missing": self.missing,
            "verdict": self.word.value,
            "axioms": list(self.axioms),
            "verdicts": [
                {
                    "about": item.about,
                    "verdict": item.word.value,
                    "reason": item.reason,
                    "obligations": item.obligations,
                }
                for item in self.verdicts
            ],
            "seconds": self.seconds,
        }


def not_here(checker: str, package: str, about: Sequence[str]) -> Report:
    """Return the report of a checker that is not installed."""
    missing = f"{checker} is not installed: {package}"
    return Report(
        checker, "", package, tuple(Verdict(name, Word.COULD_NOT_RUN, missing) for name in about), missing=missing
    )
