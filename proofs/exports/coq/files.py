"""The file of a claim for Coq, and what it says and does not say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

from ...claims.claim import Axiom, Claim, ForAnyNumber, Lemma, OnBox, Step
from .inductions import induction_text
from .people import for_every_number
from .sentences import theorem
from .text import comment, identifier

LIBRARY = "Mechproof.v"
"""What all files share, by its name."""
PROJECT = "_CoqProject"


@dataclass(frozen=True)
class ClaimFile:
    """A claim's file: its name and text, its theorems, and which of them are about every number of people.

    `rests_on` are claims and `cited` theorems from elsewhere that the claim needs beside what the file shows; `outside`
    is evidence that is no polynomial, such as intervals on a box.
    """

    claim: str
    name: str
    text: str
    theorems: tuple[str, ...]
    every_number: tuple[str, ...]
    rests_on: tuple[str, ...]
    cited: tuple[str, ...]
    outside: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """Whether nothing that the claim rests on is left out of the file."""
        return not (self.rests_on or self.cited or self.outside)


def claim_file(claim: Claim, certificate: Mapping[str, Any]) -> ClaimFile:
    """Return the file of a claim that has sentences; `certificate` is its certificate as JSON data.

    Raises
    ------
    RefusedError
        When the certificate does not have the form of one; what it shows is left to Coq.
    """
    theorems: list[str] = []
    sentences = certificate["sentences"]
    said = list(_said(claim, sentences, theorems))
    every_number = tuple(name for name in theorems if name.endswith(("for_every_number", "invariants")))
    kinds = [type(item) for item in claim.evidence]
    rests_on = tuple(item.claim for item in claim.evidence if isinstance(item, Lemma))
    cited = tuple(item.name for item in claim.evidence if isinstance(item, Axiom))
    outside = tuple(item.name for item in claim.evidence if isinstance(item, OnBox))
    assert {Step, ForAnyNumber} & set(kinds)
    left = [
        *(f"It rests on the claim {name} too." for name in rests_on),
        *(
            f"It rests on a theorem that is cited: {item.statement}."
            for item in claim.evidence
            if isinstance(item, Axiom)
        ),
        *(f"What is shown by intervals is not here: {name}." for name in outside),
    ]
    heading = [comment(text) for text in (f"{claim.id}: {claim.statement}", claim.source, *left)]
    printed = [f"Print Assumptions {name}." for name in theorems]
    text = "\n".join([*heading, "From Mechproof Require Import Mechproof.", "", *said, "", *printed, ""])
    return ClaimFile(
        claim.id, f"{identifier(claim.id)}.v", text, tuple(theorems), every_number, rests_on, cited, outside
    )


def _said(claim: Claim, certificate: Mapping[str, Any], theorems: list[str]) -> Iterator[str]:
    """Return the theorems of each piece of evidence, and add their names."""
    for number, item in enumerate(claim.evidence, 1):
        if isinstance(item, Step):
            step = theorem(f"step_{number}", item.sentence, certificate[item.name])
            yield f"\n{comment(item.name)}\n{step.text()}"
            lists = "\n".join(for_every_number(step))
            theorems += [step.name, *([f"{step.name}_for_every_number"] if lists else [])]
            yield lists
        elif isinstance(item, ForAnyNumber):
            name = f"induction_{number}"
            parts = {part: certificate[f"{item.name}: {part}"] for part in item.induction.sentences()}
            yield f"\n{comment(item.name)}"
            yield from induction_text(item, name, parts)
            theorems.append(f"{name}.{'invariants' if item.induction.goal is None else 'for_every_number'}")


def library() -> str:
    """Return the text of what all files share."""
    return (resources.files("mechproof") / "proofs" / "exports" / "coq" / LIBRARY).read_text(encoding="utf-8")
