"""A check of several paths as it is asked for at the command line: what counts, what it is compared with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...formulations.errors import InputError
from ..reports.documents import read_documents
from .baseline import against
from .cache import Cache
from .check import together
from .finding import find
from .results import Check
from .run import run_checks
from .selection import known_properties, refuse_unknown, selected

OPTION = "select or ignore"


@dataclass(frozen=True)
class Tree:
    """What is checked, and how.

    Parameters
    ----------
    paths
        Files and folders.
    select, ignore
        The properties that count, all if none is named; and those that do not.
    baseline
        An earlier check as JSON, or None.
    allow_code, jobs, cache
        As for `run_checks`.
    """

    paths: Sequence[Path]
    select: Sequence[str] = ()
    ignore: Sequence[str] = ()
    baseline: Path | None = None
    allow_code: bool = False
    jobs: int | None = None
    cache: Cache | None = None

    def check(self, say: Callable[[str], None] = lambda _: None) -> Check:
        """Judge all that is found; what is misspelt is refused before, as far as its name can be known.

        Raises
        ------
        InputError
            When a path is not there, a property is not known, or the baseline is no check.
        """
        known, named = known_properties(), (*self.select, *self.ignore)
        if not self.allow_code:  # a mechanism of one's own may have properties of any name
            refuse_unknown(OPTION, [name for name in named if name.partition("/")[0] not in SECTIONS], known)
        before = None if self.baseline is None else _earlier(self.baseline)
        checks = run_checks(find(self.paths), self.allow_code, self.jobs, self.cache, say)
        whole = together(", ".join(path.as_posix() for path in self.paths), checks)
        if before is not None:
            whole = against(whole, before)
        refuse_unknown(OPTION, named, [*known, *(item.property for item in whole.items)])
        return selected(whole, self.select, self.ignore)


SECTIONS = ("own", "market", "train")
"""What the names begin with that are known only when a specification was judged."""


def _earlier(path: Path) -> Mapping[str, Any]:
    found = read_documents([path])[0]
    if found.kind != "check":
        raise InputError("baseline", str(path), f"is a document of {found.kind}", "mechproof check --output old.json")
    return found.document
