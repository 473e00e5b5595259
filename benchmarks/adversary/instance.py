"""What is drawn: an instance with its oracle, and candidates; all numbers are the fractions given."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from fractions import Fraction
from functools import cached_property
from random import Random
from typing import Any, ClassVar

Numbers = Fraction | tuple[Fraction, ...]
Decisions = Mapping[str, Numbers]
FAR = float("inf")


@dataclass(frozen=True)
class Truth:
    """What an oracle knows of decisions: bounds on their distance to the right ones and on the worst broken row.

    `low` and `high` bound the distance in the units of certificates, `broken` and `kept` the largest violation of a row
    relative to its terms (the sum of their sizes, and the largest of them). `same_side` is False where somebody decides
    at a bound who does not at the right answer, or off it who does: that may be refuted at any distance.
    """

    low: float = 0.0
    high: float = FAR
    broken: float = 0.0
    kept: float = 0.0
    same_side: bool = True


@dataclass(frozen=True)
class Candidate:
    """An answer somebody brings: decisions, and outcomes as misstated as `misstated`, relative."""

    decisions: Decisions
    kind: str
    exact: bool
    outcomes: Decisions = field(default_factory=dict)
    misstated: float = 0.0
    blur: float = 0.0
    """What part of that outcome may be the rounding of its terms, where anything is in doubles."""

    def stated(self) -> dict[str, Any]:
        """The numbers as the package is given them."""
        return {name: given(value, self.exact) for name, value in {**self.decisions, **self.outcomes}.items()}


@dataclass(frozen=True)
class Instance(ABC):
    """One drawn instance of a mechanism; `exact` hands its data over as fractions, else as their doubles."""

    exact: bool
    mechanism: ClassVar[str]
    specified: ClassVar[bool] = True
    """Whether a specification can say it, without code of one's own."""
    per_person: ClassVar[tuple[str, ...]] = ()
    """The fields and decisions with an entry for each person, from which one can be left out."""
    numbers: ClassVar[tuple[str, ...]] = ()
    """The fields that can be simpler numbers."""

    strict: ClassVar[bool] = False
    """Whether an outcome in fractions must be exact, at any tolerance."""

    @abstractmethod
    def data(self) -> dict[str, Any]:
        """The declaration's fields, as the package is given them."""

    def model(self) -> Any:
        """The declaration."""
        return self._model

    @cached_property
    def _model(self) -> Any:
        return self.declared()(**{name: built(value) for name, value in self.data().items()})

    @abstractmethod
    def declared(self) -> Any:
        """The class that is declared."""

    @abstractmethod
    def right(self) -> Sequence[Decisions]:
        """Right answers: none where there is none, or none is known."""

    @abstractmethod
    def truth(self, decisions: Decisions) -> Truth:
        """What is known of decisions."""

    def elsewhere(self, rng: Random) -> Iterator[Decisions]:
        """Answers to other questions: local optima, menus of other attacks, responses to other pools."""
        yield from ()

    def outcomes(self, decisions: Decisions) -> Decisions:
        """Outcomes at decisions, as far as the oracle knows them."""
        return {}

    def keeps(self, decisions: Decisions) -> Mapping[str, bool]:
        """Properties that the oracle knows decisions to have, or not to have, by their names."""
        return {}

    def blur(self, name: str, decisions: Decisions) -> float:
        """What part of an outcome its terms' rounding in doubles may be."""
        return 0.0

    def smaller(self) -> Iterator[tuple[Instance, Callable[[Decisions], Decisions]]]:
        """Simpler instances, each with what becomes of decisions."""
        people = len(getattr(self, self.per_person[0])) if self.per_person else 0
        for index in range(people if people > 1 else 0):
            yield self._without(index), lambda decided, index=index: self.left_out(decided, index)
        for name in self.numbers:
            value = getattr(self, name)
            entries = value if isinstance(value, tuple) else (value,)
            for index, entry in enumerate(entries):
                for simple in simpler(entry) if entry is not None else ():
                    changed = tuple(simple if at == index else old for at, old in enumerate(entries))
                    yield replace(self, **{name: changed if isinstance(value, tuple) else simple}), lambda same: same

    def _without(self, index: int) -> Instance:
        known = {item.name for item in fields(self)}
        kept = {}
        for name in self.per_person:
            if name in known and getattr(self, name) is not None:
                kept[name] = tuple(v for at, v in enumerate(getattr(self, name)) if at != index)
        return replace(self, **kept)

    def left_out(self, decided: Decisions, index: int) -> Decisions:
        """Decisions without one person's."""
        return {
            name: tuple(v for at, v in enumerate(value) if at != index) if isinstance(value, tuple) else value
            for name, value in decided.items()
        }


@dataclass(frozen=True)
class Part:
    """A part of a declaration: its class, its type in specifications, and its data."""

    made: Any
    type: str
    data: Mapping[str, Any]


def built(value: Any) -> Any:
    """A field's value, a part made."""
    return value.made(**value.data) if isinstance(value, Part) else value


def given(value: Any, exact: bool) -> Any:
    """A number, or numbers, as a fraction or as a double."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, tuple):
        return [given(entry, exact) for entry in value]
    return value if exact or isinstance(value, int) else float(value)


def as_given(value: Any, exact: bool) -> Any:
    """The same as the fraction that the package will see."""
    if isinstance(value, tuple):
        return tuple(as_given(entry, exact) for entry in value)
    return value if exact or value is None else Fraction(float(value))


def simpler(value: Fraction) -> Iterator[Fraction]:
    """Numbers with fewer digits, the simplest first."""
    if value == 0 or value == 1:
        return
    yield Fraction(1)
    for most in (1, 2, 10, 1000):
        near = value.limit_denominator(most)
        if near not in (0, 1, value):
            yield near
