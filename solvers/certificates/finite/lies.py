"""What lies gain in a mechanism of finitely many types, over fractions: in expectation, and at every profile."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import product
from typing import Any

from ....formulations.errors import UnsupportedModel
from ....formulations.finite.direct import DirectMechanism, Profile
from ...readings.rationals import Rationals, Unknown


@dataclass(frozen=True)
class Lie:
    """A type of a person, what it reports instead of what it does, and what it gains; `others` is where, if anywhere.

    Of a type and of what it reports the places among the person's types are given, of `others` everybody's reports.
    """

    person: int
    type: int
    report: int
    gain: Fraction
    others: Profile | None = None


@dataclass(frozen=True)
class Lies:
    """The utilities of one mechanism, each computed once."""

    model: DirectMechanism

    @cached_property
    def _known(self) -> dict[tuple[int, Profile, Profile], Fraction]:
        return {}

    def kept(self, person: int, true: Profile, said: Profile) -> Fraction:
        """Return what a person keeps, by everybody's true and reported types.

        Raises
        ------
        UnsupportedModel
            When it is no rational number.
        """
        if not self.model.interdependent:  # the others' true types make no difference
            true = tuple(t if index == person else 0 for index, t in enumerate(true))
        if (person, true, said) not in self._known:
            value = self.model.at(Rationals(), person, true, said)["utility"]
            if isinstance(value, Unknown):
                raise UnsupportedModel(
                    f"what {self.model.person[person]} keeps is not rational; only fractions are judged"
                )
            self._known[person, true, said] = Fraction(value)
        return self._known[person, true, said]

    def expected(self, person: int, index: int, report: int, said: Sequence[int]) -> Fraction:
        """Return what a type keeps in expectation by a report, all others reporting as they do."""
        total = Fraction(0)
        for true, probability in self.model.given(person, index):
            reports = self.model.saying(said, true)
            total += probability * self.kept(person, true, _with(reports, person, report))
        return total

    def in_expectation(self, said: Sequence[int]) -> Iterator[Lie]:
        """Yield every other report of every type, with what it gains in expectation."""
        for person, part in enumerate(self.model.slices):
            for index, present in enumerate(said[part]):
                reached = self.expected(person, index, present, said)
                for report in range(self.model.shape[person]):
                    if report != present:
                        yield Lie(person, index, report, self.expected(person, index, report, said) - reached)

    def ex_post(self) -> Iterator[Lie]:
        """Yield every lie at every profile of types that the others have and report."""
        for person, true in self._profiles():
            yield from self._at(person, true, true)

    def dominant(self) -> Iterator[Lie]:
        """Yield every lie at every profile of the others' reports, whatever their types are."""
        if not self.model.interdependent:
            yield from self.ex_post()
            return
        for person, true in self._profiles():
            for said in product(*map(range, self.model.shape)):
                if said[person] == true[person]:
                    yield from self._at(person, true, said)

    def _at(self, person: int, true: Profile, said: Profile) -> Iterator[Lie]:
        honest = self.kept(person, true, said)
        for report in range(self.model.shape[person]):
            if report != true[person]:
                gain = self.kept(person, true, _with(said, person, report)) - honest
                yield Lie(person, true[person], report, gain, said)

    def _profiles(self) -> Iterator[tuple[int, Profile]]:
        return product(range(len(self.model.shape)), product(*map(range, self.model.shape)))

    def losses(self) -> Iterator[Lie]:
        """Yield what each type loses by taking part and telling the truth, in expectation."""
        truth = [k for count in self.model.shape for k in range(count)]
        for person, count in enumerate(self.model.shape):
            for index in range(count):
                yield Lie(person, index, index, -self.expected(person, index, index, truth))

    def losses_ex_post(self) -> Iterator[Lie]:
        """Yield what each type loses by taking part and telling the truth, at every profile."""
        for person, true in self._profiles():
            yield Lie(person, true[person], true[person], -self.kept(person, true, true), true)


def _with(profile: Profile, person: int, report: int) -> Profile:
    return (*profile[:person], report, *profile[person + 1 :])


def told(model: DirectMechanism, lie: Lie) -> str:
    """Return who gains how much by what, in words.

    Examples
    --------
    >>> model = DirectMechanism(types=[[1, 2]], prior=[[1, 0]], allocation=[[0, 0]], payment=[[0, 0]])
    >>> told(model, Lie(0, 0, 1, Fraction(3), (0,)))
    'person 1 of type 1 gains 3 by reporting 2'
    """
    from ...formatting import shown

    types, name = model.types[lie.person], model.person[lie.person]
    return (
        f"{name} of type {types[lie.type]} gains {shown(lie.gain)} by reporting {types[lie.report]}{where(model, lie)}"
    )


def where(model: DirectMechanism, lie: Lie) -> str:
    """Return what the others report, in words; nothing where it is an expectation or there are none."""
    if lie.others is None or len(model.shape) == 1:
        return ""
    others = (k for k in range(len(model.shape)) if k != lie.person)
    return " when " + ", ".join(f"{model.person[k]} reports {model.types[k][lie.others[k]]}" for k in others)


def witness(model: DirectMechanism, lie: Lie) -> dict[str, Any]:
    """Return the same as data."""
    types = model.types[lie.person]
    found: dict[str, Any] = {"person": model.person[lie.person], "type": types[lie.type], "report": types[lie.report]}
    if lie.others is not None:
        found["others"] = {model.person[k]: model.types[k][s] for k, s in enumerate(lie.others) if k != lie.person}
    return {**found, "gain": lie.gain}
