"""A sentence as a theorem of Coq: every case a lemma, in which each line follows from what was written; their cover.

In a lemma the larger of two values is the one that it is in that case, and roots, logarithms and exponentials are
variables of which no more is known than a certificate may use. The theorem is about the terms as they were declared.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...kernel.kernel import RefusedError
from ...kernel.sentence import Relation, Sentence
from ..cases import Case, narrated
from .lemmas import AND, Lemma, made_of
from .text import binder, comment, name_of, relation, written


@dataclass(frozen=True)
class Theorem:
    """A sentence with its certificate under a name.

    The last `concluded` of its lemmas and its goal are what it says; its statements are those of any of its cases.
    """

    name: str
    sentence: Sentence
    cases: tuple[Case, ...]
    proofs: tuple[Sequence[Mapping[str, Any]], ...]
    concluded: int = 1

    @property
    def given(self) -> tuple[Relation, ...]:
        """What it assumes, as it is written."""
        return self.cases[0].written[: len(self.sentence.given)]

    @property
    def conclusions(self) -> tuple[Relation, ...]:
        """What it says, as it is written."""
        return self.cases[0].written[-self.concluded :]

    def text(self) -> str:
        """Return its lemmas and the theorem.

        Raises
        ------
        RefusedError
            When the certificate does not have the form of one.
        """
        lemmas = [_lemma(self, k) for k in range(len(self.cases))]
        return "\n\n".join([*lemmas, "\n".join([*self._statement(), *_cover(self), "Qed."])])

    def _statement(self) -> Iterator[str]:
        yield f"Theorem {self.name} : {binder(self.sentence.variables)}"
        for text, statement in zip(self.sentence.given, self.given, strict=True):
            yield f"  {comment(text)} {relation(statement)} ->"
        yield f"  {AND.join(map(relation, self.conclusions))}."
        yield "Proof."


def theorem(name: str, sentence: Sentence, certificate: Sequence[Mapping[str, Any]], concluded: int = 1) -> Theorem:
    """Return a sentence with its certificate; they are bound to each other by Coq, which is handed both."""
    cases = tuple(narrated(sentence))
    if len(certificate) != len(cases):
        raise RefusedError(f"{name}: {len(certificate)} cases are proved, and there are {len(cases)}")
    return Theorem(name, sentence, cases, tuple(case["proofs"] for case in certificate), concluded)


def _lemma(of: Theorem, number: int) -> str:
    """Return the lemma of a case."""
    lemma = Lemma(of.cases[number], of.proofs[number], of.concluded)
    variables, hypotheses = (*of.sentence.variables, *lemma.variables), dict(lemma.hypotheses())
    introduced = " ".join([*map(name_of, variables), *hypotheses])
    said = [f"Lemma {of.name}_case_{number + 1} : {binder(variables)}"]
    said += [f"  ({text}) ->" for text in hypotheses.values()]
    said += [f"  {lemma.conclusion()}.", "Proof.", *([f"intros {introduced}."] if introduced else [])]
    return "\n".join([*said, *lemma.script(), "Qed."])


def _cover(of: Theorem) -> list[str]:
    """Return the proof of the theorem: case by case, each by its lemma."""
    variables = " ".join(map(name_of, of.sentence.variables))
    start = [f"intros {variables}."] if variables else []
    return [*start, *_branches(of, list(range(len(of.cases))), 0)]


def _branches(of: Theorem, left: list[int], step: int) -> list[str]:
    """Return the proof for the cases that are left, from a choice on."""
    chosen = of.cases[left[0]].narration.chosen
    if step == len(chosen):
        return [_leaf(of, left[0])]
    first, second = (written(of.cases[left[0]].narration.whole(x)) for x in (chosen[step].first, chosen[step].second))
    said = [f"destruct (Rle_or_lt ({second}) ({first})) as [C{step} | C{step}]."]
    for larger in (True, False):
        inside = [k for k in left if of.cases[k].narration.chosen[step].first_is_larger == larger]
        shown = f"(Rle_ge _ _ {f'C{step}' if larger else f'(Rlt_le _ _ C{step})'})"
        operation = chosen[step].operation
        which = "first" if larger == (operation == "max") else "second"
        said += [
            "{ " + f"try rewrite ({operation}_{which} ({first}) ({second}) {shown}).",
            *_branches(of, inside, step + 1),
            "}",
        ]
    return said


def _leaf(of: Theorem, number: int) -> str:
    """Return the use of a case's lemma."""
    narration = of.cases[number].narration
    made = [written(narration.whole(made_of(item))) for item in narration.made.values()]
    again = [written(narration.whole(item.term)) for item in narration.again]
    cases = [
        f"(Rle_ge _ _ {f'C{k}' if choice.first_is_larger else f'(Rlt_le _ _ C{k})'})"
        for k, choice in enumerate(narration.chosen)
    ]
    facts = [f"({item.operation}_facts _)" for item in narration.made.values()]
    facts += [f"({item.known_by} _ _)" for item in narration.again]
    values = [f"({text})" for text in (*made, *again)]
    used = [f"{of.name}_case_{number + 1}", *map(name_of, of.sentence.variables), *values, *cases, *facts]
    return f"exact ({' '.join(used)})."
