"""One verdict of a report: what was found, how it was shown, whether it is what one would want."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Mood(StrEnum):
    """Whether a verdict is what one would want."""

    GOOD = "good"
    BAD = "bad"
    OPEN = "open"
    INFO = "info"


SIGNS = {Mood.GOOD: "✓", Mood.BAD: "✗", Mood.OPEN: "?", Mood.INFO: "i"}


@dataclass(frozen=True)
class Row:
    """One verdict: of what, in a word, in a sentence, how it was shown, in which document and what that is about."""

    mood: Mood
    what: str
    verdict: str
    text: str
    how: str
    source: str
    about: str

    @property
    def first_sentence(self) -> str:
        """What was found, up to the first full stop."""
        return self.text[: self.text.find(". ") + 1] or self.text

    @property
    def rest(self) -> str:
        """What follows the first full stop, if anything."""
        return self.text[len(self.first_sentence) :].strip()

    @property
    def sign(self) -> str:
        """A sign beside the word, for those who see no colours."""
        return SIGNS[self.mood]
