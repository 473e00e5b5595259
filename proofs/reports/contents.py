"""The sections of the page in their order: what each is called, and where its part of the view is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Section:
    """A section: its anchor, which names its template and what it shows in the view, and its title."""

    anchor: str
    title: str


SECTIONS = (
    Section("findings", "In brief"),
    Section("offered", "What is offered"),
    Section("markets", "The market"),
    Section("verdicts", "Verdicts"),
    Section("scale", "How private that is"),
    Section("training", "What the budgets buy"),
    Section("privacy", "Who spends what privacy"),
    Section("rounds", "Played in rounds"),
    Section("repairs", "What had to change"),
    Section("baselines", "Other ways to spend the pool"),
    Section("mechanisms", "What the truth costs"),
    Section("numbers", "In numbers"),
    Section("figures", "Figures"),
    Section("mechanism", "The mechanism"),
    Section("claims", "Claims"),
    Section("backends", "Back ends"),
    Section("provenance", "Where this comes from"),
)


def contents(view: Mapping[str, Any]) -> tuple[Section, ...]:
    """Return the sections of which a view has anything to show.

    Examples
    --------
    >>> [section.title for section in contents({"verdicts": {}, "figures": ["one"]})]
    ['Figures']
    """
    return tuple(section for section in SECTIONS if view.get(section.anchor))
