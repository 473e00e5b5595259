"""A claim: a statement somebody made about a mechanism, the verdict registered for it, and the evidence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeAlias

from ...formulations.algebra import Formula, roles_of
from ...formulations.shown import Shown
from ..kernel.sentence import Induction, Relation, Sentence

CERTIFICATES = Path(__file__).parents[1] / "certificates"
"""Where the shipped certificates are."""
MEASUREMENTS = Path(__file__).parents[1] / "measurements"
"""Where the documents of the experiments are that the register's measured verdicts rest on."""


class ClaimVerdict(StrEnum):
    """How a claim is settled; what was not settled is never reported as anything else."""

    PROVED = "PROVED"
    PROVED_UNDER = "PROVED UNDER"
    REFUTED = "REFUTED"
    MEASURED = "MEASURED"
    INCONCLUSIVE = "INCONCLUSIVE"


class Attribution(StrEnum):
    """Whose words a claim is: nobody is refuted for what they did not say.

    What stands in the source (its equation, figure or sentence); what stands in the text extracted from it, where the
    extraction may have lost a sign; what follows from what it declares; how we read what it leaves open; what rests on
    formulas that we had to reconstruct.
    """

    PRINTED = "printed"
    EXTRACTED = "extracted"
    FOLLOWS = "follows from"
    READING = "our reading"
    RECONSTRUCTION = "our reconstruction"


@dataclass(frozen=True, repr=False)
class Step(Shown):
    """A sentence that a committed certificate proves; the kernel re-checks it, and z3 is asked for a second opinion."""

    sentence: Sentence
    name: str = "step"


@dataclass(frozen=True, repr=False)
class ForAnyNumber(Shown):
    """A statement about any number of people, composed of the base, the step and the end of an induction.

    `composed` says in words what the induction shows.
    """

    induction: Induction
    composed: str
    name: str = "induction"


@dataclass(frozen=True, repr=False)
class Counterexample(Shown):
    """An exact instance that fulfils all that is given and breaks the goal; it is searched for whenever the claim is.

    Parameters
    ----------
    given, goal
        As in a sentence. Roles named ``count``, or so that their names end in ``_count``, take whole numbers.
    costs
        What the error costs, by its text: formulas of the instance, such as the money lost.
    start
        Values to be tried first, as text; they are shrunk like any.
    needed
        The hypothesis that the instance shows to be needed; empty if it refutes the claim itself.
    kept
        Whether values that are all given by `start` are shown as they are, such as a source's own numbers.
    """

    given: Mapping[str, Formula]
    goal: Formula
    costs: Mapping[str, Formula] = field(default_factory=dict)
    start: Mapping[str, str] = field(default_factory=dict)
    needed: str = ""
    name: str = "instance"
    kept: bool = False

    @property
    def variables(self) -> tuple[str, ...]:
        """The roles it speaks about."""
        spoken = [*self.given.values(), self.goal, *self.costs.values()]
        return tuple(dict.fromkeys(role for statement in spoken for role in roles_of(statement)))


@dataclass(frozen=True)
class Instance:
    """Values that fulfil all that is given and break the goal, and the goal's two sides there.

    `checker` is "fractions" where nothing was rounded, "balls" where the sides are rigorous enclosures. Where the goal
    is not defined there is no relation.
    """

    values: Mapping[str, Fraction]
    relation: Relation | None
    checker: str
    costs: Mapping[str, Any]


@dataclass(frozen=True, repr=False)
class OnBox(Shown):
    """A statement with logarithms, exponentials or Φ on a box: shown by rigorous intervals on ever smaller pieces."""

    box: Mapping[str, tuple[str, str]]
    goal: Formula
    name: str = "box"


@dataclass(frozen=True, repr=False)
class Axiom(Shown):
    """A theorem that is cited, not proved here."""

    name: str
    statement: str
    source: str


@dataclass(frozen=True, repr=False)
class Lemma(Shown):
    """Another claim, by its id, that this one rests on: where that is not proved, this one is not settled either."""

    claim: str


@dataclass(frozen=True)
class Measured:
    """What an experiment says of a question: the differences it found with their intervals, for it or against it."""

    outcome: str
    text: str
    differences: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class Measurement:
    """What only an experiment can show: in words, and the question that a training document is asked.

    The question returns None where the experiment does not answer it; without a question nothing settles it yet.
    """

    text: str
    question: Callable[[Mapping[str, Any]], Measured | None] | None = None


Evidence: TypeAlias = Step | ForAnyNumber | Counterexample | OnBox | Axiom | Lemma | Measurement


@dataclass(frozen=True, repr=False)
class Erratum(Shown):
    """An error of a source: what it says, what is right, and the claim that proves what is right.

    The instance that shows the error, and what it costs, are those of the claim's counterexample.
    """

    said: str
    right: str
    proved_by: str = ""


@dataclass(frozen=True, repr=False)
class Claim(Shown):
    """A statement, where it stands, what is registered of it, and why.

    Parameters
    ----------
    id
        Stable, such as ``stackelberg/eq-26-total-budget``: the theory's name, then the claim's.
    statement
        In words, with what it quantifies over.
    source
        Who says so, with the equation, figure or section.
    expected
        The registered verdict.
    evidence
        What settles it; of a proved claim every piece must hold, a refuted one needs its instance.
    missing
        The hypotheses that the source forgot, by their text in the evidence; each is shown to be needed.
    variant
        For what is proved: a false statement much like it (ρ for 2ρ), which must be refuted.
    attribution
        Whose words it is.
    assumes
        In words, what is assumed beside the hypotheses of its sentences, such as formulas that were reconstructed.
    aliases
        Ids it had before; it is found by them too.
    erratum
        The error of the source that its counterexample shows.
    """

    id: str
    statement: str
    source: str
    expected: ClaimVerdict
    evidence: tuple[Evidence, ...]
    missing: tuple[str, ...] = ()
    variant: Counterexample | None = None
    attribution: Attribution = Attribution.FOLLOWS
    assumes: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    erratum: Erratum | None = None

    def sentences(self) -> dict[str, Sentence]:
        """Return the sentences that need certificates, by name.

        Raises
        ------
        ValueError
            When two have the same name, so that one of them would go without a certificate.
        """
        found: dict[str, Sentence] = {}
        for item in self.evidence:
            new: dict[str, Sentence] = {}
            if isinstance(item, Step):
                new = {item.name: item.sentence}
            elif isinstance(item, ForAnyNumber):
                new = {f"{item.name}: {part}": sentence for part, sentence in item.induction.sentences().items()}
            if twice := set(new) & set(found):
                raise ValueError(f"{self.id}: two pieces of evidence are called {', '.join(sorted(twice))}")
            found |= new
        return found

    def hypotheses(self) -> tuple[str, ...]:
        """Return the texts of all that its sentences assume."""
        texts: dict[str, None] = {}
        for sentence in self.sentences().values():
            texts |= dict.fromkeys(text for text in sentence.given if not text.startswith("so far: "))
        if not texts:
            for item in self.evidence:
                texts |= dict.fromkeys(item.given if isinstance(item, Counterexample) else ())
        return tuple(texts)


@dataclass(frozen=True, repr=False)
class Theory(Shown):
    """The claims about one mechanism or topic.

    Parameters
    ----------
    name
        What the claims' ids begin with.
    claims
        The claims.
    mechanism
        The mechanism's name in a specification; empty for a topic without one.
    symbols
        LaTeX of the roles, where it is not the usual one.
    certificates
        The folder of the certificates, each in ``ID.json`` with the claim's id.
    meaning
        What the roles are, in words, where their symbols do not say it: "the cost of every client alike".
    """

    name: str
    claims: tuple[Claim, ...]
    mechanism: str = ""
    symbols: Mapping[str, str] = field(default_factory=dict)
    certificates: Path = CERTIFICATES
    meaning: Mapping[str, str] = field(default_factory=dict)
