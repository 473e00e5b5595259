"""A figure of a paper: its panels, what was printed of it, and the verdicts that the register's claims reach."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from ...formulations.algebra import Formula
from ...formulations.errors import InputError
from ...formulations.language import Model
from ...formulations.registry import name_of
from ...solvers.figures.document import SCHEMA, formula_rows
from ...solvers.figures.figure import Figure
from ...solvers.serialization import provenance
from ..claims.claim import Claim
from ..claims.register import registered, theories
from ..settle import Settler


@dataclass(frozen=True)
class PaperFigure:
    """A figure as a paper describes it.

    Attributes
    ----------
    number
        In the paper.
    printed
        What the paper says that it shows.
    setting
        The parameters; where the paper leaves one open, what was taken.
    panels
        The curves, computed from the declaration.
    """

    number: int
    printed: str
    setting: str
    panels: tuple[Figure, ...]


@dataclass(frozen=True)
class Paper:
    """A paper whose figures are drawn anew.

    Attributes
    ----------
    name, source
        What it is called at the command line, and what it is.
    model
        A declaration of the kind that the figures are read off; which parameters are drawn each figure says.
    formulas
        Those drawn, by what they say.
    figures
        By number, a function that computes it.
    topic
        The theory whose claims ``fig-N-…`` are about the figures.
    """

    name: str
    source: str
    model: Model
    formulas: Mapping[str, Formula]
    figures: Mapping[int, Callable[[], PaperFigure]]
    topic: str

    def claims(self, number: int) -> tuple[Claim, ...]:
        """Return the registered claims about a figure."""
        prefix = f"{self.topic}/fig-{number}-"
        return tuple(claim for claim in registered() if claim.id.startswith(prefix))


Settle: TypeAlias = Callable[[Claim], str]
"""Settles a claim, and returns its verdict."""


def settled() -> Settle:
    """Return what settles claims by their evidence, whatever is registered; the lemmas they share but once."""
    settler, place = Settler(), {claim.id: theory for theory in theories() for claim in theory.claims}
    return lambda claim: settler.settle(claim, place[claim.id]).verdict.value


def paper_document(
    paper: Paper, numbers: Sequence[int] = (), settle: Settle | None = None, say: Callable[[str], None] = lambda _: None
) -> dict[str, Any]:
    """Return figures of a paper as ``mechproof/figures/1``: captions say what was printed, and what is so.

    Parameters
    ----------
    paper
        Which.
    numbers
        Of the figures; all by default.
    settle
        How claims are settled; by default from their evidence.
    say
        Told of each figure before it is computed.

    Raises
    ------
    InputError
        For a figure that is not drawn.

    Examples
    --------
    >>> from .zhou2023 import ZHOU_2023
    >>> document = paper_document(ZHOU_2023, [5], settle=lambda claim: "PROVED")
    >>> document["figures"][0]["claims"]
    [{'id': 'stackelberg/fig-5-peak', 'verdict': 'PROVED', 'attribution': 'printed'}]
    """
    for number in numbers:
        if number not in paper.figures:
            choices = ", ".join(map(str, paper.figures))
            raise InputError("figure", number, f"is not drawn from {paper.name}", f"choose among {choices}")
    found: list[dict[str, Any]] = []
    settle = settle or settled()
    for number in numbers or paper.figures:
        say(f"figure {number}")
        figure = paper.figures[number]()
        verdicts = [
            {"id": claim.id, "verdict": settle(claim), "attribution": claim.attribution.value}
            for claim in paper.claims(number)
        ]
        for panel in figure.panels:
            text = caption(figure, verdicts)
            found.append({**panel.document(), "text": text, "drawn": figure.setting, "claims": verdicts})
    return {
        "schema": SCHEMA,
        "mechanism": {
            "type": name_of(type(paper.model)),
            "data": {},
        },  # each figure has its own, and says what is drawn
        "formulas": formula_rows(paper.formulas, paper.model),
        "figures": found,
        "tables": [],
        "provenance": provenance(),
    }


def caption(figure: PaperFigure, verdicts: Iterable[Mapping[str, str]]) -> str:
    """Return a figure's caption: what was printed, the setting, and the verdicts.

    Examples
    --------
    >>> figure = PaperFigure(5, "one peak", "α = β = 10", ())
    >>> caption(figure, [{"id": "stackelberg/fig-5-peak", "verdict": "PROVED"}])
    'Printed: one peak. Drawn: α = β = 10. Verdicts of fig-5-…: PROVED peak.'
    """
    prefix, by_verdict = f"fig-{figure.number}-", dict[str, list[str]]()
    for row in verdicts:
        by_verdict.setdefault(row["verdict"], []).append(row["id"].partition(prefix)[2])
    told = "; ".join(f"{verdict} {', '.join(ids)}" for verdict, ids in by_verdict.items())
    of = f"Verdicts of {prefix}…: {told}" if told else "No claim is registered"
    return f"Printed: {figure.printed}. Drawn: {figure.setting}. {of}."
