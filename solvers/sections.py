"""Sections of a specification that belong to a package of their own, and how such a package judges what it reads there.

A package brings the judgement of its section, such as ``[market]``, by an entry point of the group
``mechproof.judgements`` with the section's name: a function of the specification that returns a `SectionJudgement`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from ..formulations.registry import entries, loaded
from .specification import Specification

JUDGEMENTS = "mechproof.judgements"
SectionVerdict: TypeAlias = Literal["holds", "violated", "inconclusive"]


@dataclass(frozen=True)
class SectionFinding:
    """One promise of a section, judged: its name, what came of it, and in words how, or by whom it is not kept."""

    name: str
    verdict: SectionVerdict
    text: str


@dataclass(frozen=True)
class SectionJudgement:
    """What a section's package says of it; `digests` are the SHA-256 of the files that were read, by their names."""

    findings: tuple[SectionFinding, ...]
    digests: Mapping[str, str] = field(default_factory=dict)
    documents: tuple[Mapping[str, Any], ...] = ()


Judge: TypeAlias = Callable[[Specification, bool, Callable[[str], None]], SectionJudgement]
"""Called with a specification, whether its Python files may be run, and whom to tell what is done now."""


def judges_of(asked: Specification) -> dict[str, Judge]:
    """Return what judges the sections that a specification has.

    Examples
    --------
    >>> import mechproof as mp
    >>> menu = mp.VersionPricing(epsilon=[1, 8], target=[1, 20])
    >>> list(judges_of(Specification("version-pricing", menu, market={"owners": {}})))
    ['market']
    """
    return {name: loaded(entry) for name, entry in entries(JUDGEMENTS).items() if getattr(asked, name, None)}
