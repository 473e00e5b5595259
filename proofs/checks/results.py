"""What a check returns: one item for each property of each file or model, and whether all is as required."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from hashlib import sha256
from typing import Any

from ...formulations.errors import InputError
from ...formulations.shown import Shown
from ...formulations.words import suggestion
from ...solvers.serialization import plain

SPECIFICATION = "specification"
"""The property of a file that it can be read; a broken one violates no promise, it says none."""
FAULT = "fault"
"""The property of what did not run to its end: a back end, or mechproof itself."""
LIMIT = "time-limit"
"""The property of what was not settled in the time that its specification gives."""
PASSED_OVER = "code-not-run"
"""The property of a Python file that was found and not run."""
UNPROMISED = "nothing-promised"
"""The property of a class in a Python file that promises nothing which could be proved."""
NOT_JUDGED = (PASSED_OVER, UNPROMISED)
FEASIBLE, OPTIMAL = "feasible", "optimal"
"""What a certificate says, as properties."""


class CheckVerdict(StrEnum):
    """What was found: `error` where nothing could be judged."""

    HOLDS = "holds"
    VIOLATED = "violated"
    INCONCLUSIVE = "inconclusive"
    ERROR = "error"


class Asked(StrEnum):
    """What is asked of a property: that it holds, that it does not, or nothing."""

    REQUIRED = "required"
    EXPECT_VIOLATED = "expect-violated"
    NOTHING = "nothing"


class Level(StrEnum):
    """What follows: an `error` fails, a `warning` is undecided, a `note` failed before, `none` is as it should be."""

    NONE = "none"
    NOTE = "note"
    WARNING = "warning"
    ERROR = "error"


def printable(text: str) -> str:
    r"""Return a text in one line without control characters: a client's or a file's name is no terminal's master.

    Examples
    --------
    >>> printable("a  b\x1b[31m\n.toml")
    'a  b[31m.toml'
    """
    return "".join(sign for sign in text if sign.isprintable())


@dataclass(frozen=True, repr=False)
class CheckItem(Shown):
    """One property of one file or model.

    Parameters
    ----------
    property
        Its name, of `mechproof verify`; the id of a claim, as ``own/uniqueness``; ``feasible`` and ``optimal`` of the
        certificate; ``market/NAME`` of what a section asks; ``specification`` of a file that cannot be read; ``fault``
        of what did not run.
    verdict
        "holds", "violated", "inconclusive" or "error".
    level
        "error" where the check fails, "warning" where what is required is undecided, "note" where it failed in the
        baseline already, else "none".
    text
        What was found, in plain words: who, by how much, and why.
    witness
        The names and numbers that show it.
    path
        The file, relative to the working folder where it is below it; empty for a model.
    line
        The line of the specification that it is about, from 1; 0 for a model.
    command
        The shell command that judges the same again; empty for a model.
    mechanism
        The class that it is about, of a Python file; else empty.
    asked
        "required", "expect-violated", or "nothing" of what is for information.

    Examples
    --------
    >>> item = CheckItem("no-arbitrage", CheckVerdict.VIOLATED, Level.ERROR, "8 copies do it", path="menu.toml", line=7)
    >>> print(item)
    menu.toml:7: no-arbitrage violated: 8 copies do it
    """

    property: str
    verdict: CheckVerdict
    level: Level
    text: str
    witness: Mapping[str, Any] | None = None
    path: str = ""
    line: int = 0
    command: str = ""
    mechanism: str = ""
    asked: Asked = Asked.REQUIRED

    def facts(self) -> Mapping[str, Any]:
        """Return the property, what was found of it, and where."""
        return {"property": self.property, "verdict": self.verdict.value, "path": self.path, "line": self.line}

    def __str__(self) -> str:
        """Return the item's line in the plain format."""
        place = f"{self.path}:{self.line}: " if self.path else ""
        about = f"{self.mechanism}: " if self.mechanism else ""
        return printable(f"{place}{about}{self.property} {self.verdict.value}: {' '.join(self.text.split())}")

    def fingerprint(self) -> str:
        """Return what names the same finding in another version of the file: path, class and property, and no line."""
        return sha256(f"{self.path}\0{self.mechanism}\0{self.property}".encode()).hexdigest()[:32]

    def as_asked(self) -> bool | None:
        """Return whether it is as it should be, None if undecided; where nothing is asked, whether it holds."""
        wrong = CheckVerdict.HOLDS if self.asked == Asked.EXPECT_VIOLATED else CheckVerdict.VIOLATED
        if self.verdict == CheckVerdict.INCONCLUSIVE:
            return None
        return self.verdict not in (wrong, CheckVerdict.ERROR)

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> CheckItem:
        """Return the item that a document says."""
        known: dict[str, Any] = {item.name: document[item.name] for item in fields(cls)}
        words = {
            "verdict": CheckVerdict(known["verdict"]),
            "level": Level(known["level"]),
            "asked": Asked(known["asked"]),
        }
        return cls(**{**known, **words})

    def document(self) -> dict[str, Any]:
        """Return the item as JSON data; exact numbers are text."""
        return {
            "path": self.path,
            "line": self.line,
            "mechanism": self.mechanism,
            "property": self.property,
            "verdict": self.verdict.value,
            "level": self.level.value,
            "asked": self.asked.value,
            "text": self.text,
            "witness": None if self.witness is None else plain(self.witness),
            "command": self.command,
            "fingerprint": self.fingerprint(),
        }


@dataclass(frozen=True, repr=False)
class Check(Shown, by="proofs.checks.formats.plain:show_check"):
    """What became of a file, a folder of files, or a model.

    Parameters
    ----------
    path
        What was checked; empty for a model.
    items
        One for each property, in the order in which they were judged.
    documents
        The documents of solve, verify, prove and market behind them by their names, ``PATH: KIND``, for a report.

    Examples
    --------
    >>> import mechproof as mp
    >>> found = mp.check(mp.StackelbergPricing(cost=[1, 1], alpha=4, beta=2))
    >>> found.ok, found["budget-balance"].verdict.value
    (True, 'holds')
    """

    path: str
    items: tuple[CheckItem, ...]
    documents: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def __getitem__(self, name: str) -> CheckItem:
        """Return the first item of a property; one that is not known is refused with what there is."""
        for item in self.items:
            if item.property == name:
                return item
        names = tuple(dict.fromkeys(item.property for item in self.items))
        raise InputError("property", name, "was not judged", suggestion(name, names, f"there are {', '.join(names)}"))

    def facts(self) -> Mapping[str, Any]:
        """Return what was checked, and how it came out."""
        return {"path": self.path, "ok": self.ok, "items": len(self.items), "failed": len(self.failed)}

    def __str__(self) -> str:
        """Return a line for each item, and the summary."""
        return "\n".join([*(str(item) for item in self.items), self.summary])

    @property
    def failed(self) -> tuple[CheckItem, ...]:
        """The items that fail the check."""
        return tuple(item for item in self.items if item.level == Level.ERROR)

    @property
    def undecided(self) -> tuple[CheckItem, ...]:
        """The items of what is required and was not settled."""
        return tuple(item for item in self.items if item.level == Level.WARNING)

    @property
    def ok(self) -> bool:
        """Whether all that is required was shown to be as required; of nothing that was judged it is not."""
        return self.exit_code == 0

    @property
    def exit_code(self) -> int:
        """The exit code: what did not run goes before what could not be read, then what failed, then what is open.

        4 a back end or mechproof failed · 2 bad input, or nothing to judge · 1 a required property is violated · 3 one
        is undecided · 0 all is as required.
        """
        broken = {item.property for item in self.items if item.verdict == CheckVerdict.ERROR}
        unread = SPECIFICATION in broken or not self.judged
        codes = ((broken - {SPECIFICATION}, 4), (unread, 2), (self.failed, 1), (self.undecided, 3))
        return next((code for found, code in codes if found), 0)

    @property
    def judged(self) -> bool:
        """Whether anything was judged at all."""
        return any(item.property not in NOT_JUDGED for item in self.items)

    @property
    def summary(self) -> str:
        """One sentence: how many properties of how many files failed, are undecided, hold."""
        files = len({item.path for item in self.items if item.property not in NOT_JUDGED and item.path})
        where = f" in {files} file{'s' * (files != 1)}" if files else ""
        if not self.judged:
            return "nothing to judge was found"
        if self.failed or self.undecided:
            return f"{len(self.failed)} failed, {len(self.undecided)} undecided, of {len(self.items)} items{where}"
        return f"all is as required: {len(self.items)} item{'s' * (len(self.items) != 1)}{where}"


def kind_of(document: Mapping[str, Any]) -> str:
    """Return which command a document is of: its schema's name without the version.

    Examples
    --------
    >>> kind_of({"schema": "mechproof/verify/1"})
    'verify'
    """
    return str(document["schema"]).split("/")[1]
