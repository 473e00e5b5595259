"""An induction as theorems of Coq about lists of people: base, step and end by their certificates, and for every list.

Sums that nothing is carried along with are sums over the list. Others are a chain, that starts at what is declared and
goes on from what it has come to: there the first of the list is who came in last.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ....formulations.algebra import Formula, read, roles_of
from ...claims.claim import ForAnyNumber
from ...kernel.sentence import Induction, Relation
from ..narration import Narration
from ..terms import Term
from .sentences import Theorem, theorem
from .text import binder, comment, name_of, relation, written

ANY = (True,) * 256
"""A case is as good as another to see how a formula is written."""
Names = Mapping[str, str]


@dataclass(frozen=True)
class People:
    """What an induction speaks about, in Coq: its sums in a list of people that is called so."""

    induction: Induction

    @property
    def chained(self) -> bool:
        """Whether the sums are a chain."""
        return bool(self.induction.carried or self.induction.start)

    @property
    def kind(self) -> str:
        """The type of a person: a number where each has one alone, such as a cost."""
        return "R" if len(self.induction.person) == 1 else "person"

    @property
    def one(self) -> str:
        """What a person is called."""
        return name_of(self.induction.person[0]) if self.kind == "R" else "one"

    def own(self) -> dict[str, str]:
        """A person's roles."""
        return {} if self.kind == "R" else {role: f"{name_of(role)} one" for role in self.induction.person}

    def sums(self, people: str) -> dict[str, str]:
        """The sums over a list of people."""
        if self.chained:
            return {name: f"so_far_{name} ({self.chain(people)})" for name in self.induction.sums}
        return {name: f"sum_over (fun {self.one} => {self.added(name)}) {people}" for name in self.induction.sums}

    def chain(self, people: str) -> str:
        """What the sums have come to with a list of people."""
        return " ".join(["sums_of", *map(name_of, self.induction.everybody), people])

    def added(self, name: str, before: str = "before") -> str:
        """What a person adds to a sum."""
        return written(_term(self.induction.sums[name]), {**(self.sums(before) if self.chained else {}), **self.own()})

    def all_hold(self, people: str) -> str:
        """That of each of a list of people holds what does of a person."""
        if not self.induction.member:
            return ""
        if self.chained:
            return " ".join(["all_hold", *map(name_of, self.induction.everybody), people])
        return f"Forall (fun {self.one} : {self.kind} => {self.member()}) {people}"

    def member(self) -> str:
        """What holds of a person."""
        names = {**(self.sums("before") if self.chained else {}), **self.own()}
        return " /\\ ".join(relation(statement(formula), names) for formula in self.induction.member.values())

    def definitions(self) -> Iterator[str]:
        """What a person is, and, of a chain, how it goes on."""
        everybody = " ".join(map(name_of, self.induction.everybody))
        bound = f" ({everybody} : R)" if everybody else ""
        if self.kind == "person":
            fields = "; ".join(f"{name_of(role)} : R" for role in self.induction.person)
            yield f"Record person := {{ {fields} }}."
        if not self.chained:
            return
        names = list(self.induction.sums)
        yield f"Record sums := {{ {'; '.join(f'so_far_{name} : R' for name in names)} }}."
        zero: Formula = lambda a: a.number(0)  # noqa: E731
        starts = "; ".join(f"so_far_{name} := {written(_term(self.induction.start.get(name, zero)))}" for name in names)
        added = "; ".join(
            f"so_far_{name} := so_far_{name} ({self.chain('before')}) + {_closed(self.added(name))}" for name in names
        )
        yield f"Fixpoint sums_of{bound} (people : list {self.kind}) : sums :="
        yield f"  match people with\n  | [] => {{| {starts} |}}"
        yield f"  | {self.one} :: before =>\n    {{| {added} |}}\n  end."
        if self.induction.member:
            yield f"Fixpoint all_hold{bound} (people : list {self.kind}) : Prop :="
            here = f"({self.member()}) /\\ {self.all_hold('before')}"
            yield f"  match people with\n  | [] => True\n  | {self.one} :: before => {here}\n  end."


def induction_text(
    item: ForAnyNumber, name: str, certificate: Mapping[str, Sequence[Mapping[str, Any]]]
) -> Iterator[str]:
    """Return the module of an induction; `certificate` has the cases of its base, its step and its end."""
    people, induction = People(item.induction), item.induction
    count = len(induction.invariants)
    parts = {
        part: theorem(f"{part}_of_it", sentence, certificate[part], 1 if part == "end" else count)
        for part, sentence in induction.sentences().items()
    }
    yield f"Module {name}."
    yield from people.definitions()
    for part in parts.values():
        yield part.text()
    yield from _invariants(people, parts)
    if induction.goal is not None:
        yield from _goal(people, parts["end"], item.composed)
    yield f"End {name}."


def _invariants(people: People, parts: Mapping[str, Theorem]) -> Iterator[str]:
    """Return the theorem that the invariants hold of every list."""
    induction, holds = people.induction, people.all_hold("people")
    given, count = [f"G{k}" for k in range(len(induction.given))], len(induction.invariants)
    said = " /\\ ".join(relation(statement(formula), people.sums("people")) for formula in induction.invariants)
    yield f"Theorem invariants : {binder(induction.everybody)}"
    yield from _assumed(induction.given)
    yield f"  forall people : list {people.kind}, {f'{holds} -> ' if holds else ''}"
    yield f"  {said}."
    yield "Proof."
    started = " ".join([*map(name_of, induction.everybody), *given])
    yield f"{f'intros {started}. ' if started else ''}intro people. induction people as [| {people.one} before IH]."
    names = " ".join(f"so_far_{name}" for name in induction.sums) if people.chained else ""
    unfolded = f"cbn [{f'sums_of {names}' if people.chained else 'sum_over'}]"
    yield f"- {'intros _. ' if holds else ''}{unfolded}. {_used(parts['base'], {}, [*given])}"
    members = [f"H{k}" for k in range(len(induction.member))]
    if not holds:
        yield "-"
    elif people.chained:
        yield f"- intros [{_nested(members)} M]. specialize (IH M)."
    else:
        yield f"- intro A. apply Forall_cons_iff in A. destruct A as [{_nested(members)} M]. specialize (IH M)."
    known = [f"J{k}" for k in range(count)]
    yield f"  pose proof IH as {_nested(known)}. {unfolded}."
    values = {**people.sums("before"), **people.own()}
    yield f"  {_used(parts['step'], values, [*given, *members, *known])}"
    yield "Qed."


def _goal(people: People, end: Theorem, composed: str) -> Iterator[str]:
    """Return the theorem of all people."""
    induction, holds = people.induction, people.all_hold("people")
    given = [f"G{k}" for k in range(len(induction.given))]
    closing = [f"K{k}" for k in range(len(induction.closing))]
    known = [f"J{k}" for k in range(len(induction.invariants))]
    assert induction.goal is not None
    yield comment(composed)
    yield f"Theorem for_every_number : {binder(induction.everybody)}"
    yield from _assumed(induction.given)
    yield f"  forall people : list {people.kind}, {f'{holds} -> ' if holds else ''}"
    yield from _assumed(induction.closing, people.sums("people"))
    yield f"  {relation(statement(induction.goal), people.sums('people'))}."
    yield "Proof."
    introduced = [*map(name_of, induction.everybody), *given, "people", *(["M"] if holds else [])]
    used = " ".join(["invariants", *introduced])
    yield f"intros {' '.join([*introduced, *closing])}."
    yield f"pose proof ({used}) as {_nested(known)}."
    yield _used(end, people.sums("people"), [*given, *known, *closing])
    yield "Qed."


def _used(of: Theorem, values: Names, hypotheses: Sequence[str]) -> str:
    """Return the use of a theorem; where a 0 was left out in writing it, both are the same numbers."""
    arguments = [f"({values.get(role, name_of(role))})" for role in of.sentence.variables]
    used = " ".join([of.name, *arguments, *hypotheses])
    return f"first [exact ({used}) | pose proof ({used}) as H; repeat split; lra]."


def _assumed(formulas: Mapping[str, Formula], names: Names | None = None) -> Iterator[str]:
    for text, formula in formulas.items():
        yield f"  {comment(text)} {relation(statement(formula), names or {})} ->"


def statement(formula: Formula) -> Relation:
    """Return a statement as it is written."""
    narration = Narration(ANY)
    found: Relation = read(formula, narration, {name: narration.role(name) for name in roles_of(formula)})
    return Relation(narration.value(found.left).term, found.sign, narration.value(found.right).term)


def _term(formula: Formula) -> Term:
    narration = Narration(ANY)
    return narration.value(read(formula, narration, {name: narration.role(name) for name in roles_of(formula)})).term


def _closed(text: str) -> str:
    return f"({text})" if " " in text else text


def _nested(names: Sequence[str]) -> str:
    """Return the pattern that takes a conjunction apart."""
    return names[0] if len(names) == 1 else f"[{names[0]} {_nested(names[1:])}]"
