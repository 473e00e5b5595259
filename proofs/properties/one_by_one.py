"""Games that ask for the others one by one, and decisions that report what only people themselves know: auctions.

Over fractions, case by case of what utilities compare: whether anybody gains by another decision, whether the truth
is at least as good as any report whatever the others report, and whether the decisions are the only ones at rest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cached_property
from itertools import islice
from typing import Any

import numpy as np

from ...formulations.errors import UnsupportedModel
from ...solvers.certificates.exact_replies import Better, Person, people_of
from ...solvers.certificates.one_by_one import largest_gain, told
from ...solvers.formatting import shown
from .profile import Profile
from .results import Item, Verdict
from .within import at_least

MOST_PEOPLE = 200
"""Of up to how many people all is asked, and of how many it is asked among more."""
NAMED = 6
"""How many of the others' decisions a sentence names."""
STEPS = (Fraction(1, 2), Fraction(3, 2), Fraction(2), Fraction(0))
"""To which multiples of a decision it is moved where another equilibrium is looked for."""


class OneByOneJudge:
    """The items of one profile that are judged case by case, instead of by sums."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile

    @property
    def judges(self) -> Mapping[str, Callable[[], Item]]:
        """What is judged here, by property."""
        found: dict[str, Callable[[], Item]] = {}
        if self.profile.game.asks_one_by_one:
            found |= {"no-profitable-deviation": self.deviation, "uniqueness": self.uniqueness}
        if self.profile.reading.population.decision.reports:
            found |= {"truthfulness": self.truthfulness, "participation": self.participation}
        return found

    @cached_property
    def people(self) -> list[Person]:
        """Everybody, or the first few."""
        return list(islice(people_of(self.profile.game, self.profile.decided), MOST_PEOPLE))

    @cached_property
    def own(self) -> list[Fraction]:
        """The decisions as fractions, doubles as the numbers they are."""
        return [Fraction(value) for value in np.asarray(self.profile.own).tolist()]

    def deviation(self) -> Item:
        """Whether anybody gains by another decision."""
        name, who = "no-profitable-deviation", self.profile.role
        lower, upper = self.profile.reading.lower, self.profile.reading.upper
        for index, own in enumerate(self.own):
            if not lower[index] <= own <= upper[index]:
                text = f"{self.profile.decision} of {self.profile.person(index)} is {shown(own)}, beyond its bounds"
                return Item(name, Verdict.VIOLATED, text, "exact", {who: self.profile.name(index)})

        def judged() -> Item:
            most = largest_gain(self.people, self.own)
            if most is None and len(self.people) == len(self.own):
                text = f"no {who} gains by any other {self.profile.decision}, case by case of what utilities compare"
                return Item(name, Verdict.HOLDS, text, "exact", {"largest_gain": Fraction(0)})
            if most is None:
                return Item(name, Verdict.INCONCLUSIVE, self._few("gains by another"), "exact")
            index, better = most
            text = f"{self.profile.person(index)} {told(self.profile.decision, better)}"
            witness = self._witness(index, better, "better")
            return Item(name, Verdict.VIOLATED, text, "exact", witness, within=at_least(better.gain, 0))

        return _asked(name, judged)

    def truthfulness(self) -> Item:
        """Whether the truth is at least as good as any report, whatever the others report."""
        name, told_of = "truthfulness", self.profile.reading.population.decision.reports

        def judged() -> Item:
            for index, person in enumerate(self.people):
                truth = person.truth
                assert truth is not None
                if not person.bounds[0] <= truth <= person.bounds[1]:
                    text = (
                        f"the {told_of} of {self.profile.person(index)}, {shown(truth)}, is beyond what it can report"
                    )
                    return Item(name, Verdict.NOT_APPLICABLE, text, "exact", informational=True)
                better = self._lie(index, truth)
                if better is not None:
                    witness = self._witness(index, better, "report")
                    return Item(
                        name,
                        Verdict.VIOLATED,
                        self._lying(index, better),
                        "exact",
                        witness,
                        True,
                        at_least(better.gain, 0),
                    )
            if len(self.people) < len(self.own):
                return Item(name, Verdict.INCONCLUSIVE, self._few("gains by a lie"), "exact", informational=True)
            what = self.profile.decision
            text = (
                f"whatever the others report, no {self.profile.role} gains by any {what} but its {told_of}: "
                "in no case of what utilities compare is there a point at which it would"
            )
            return Item(name, Verdict.HOLDS, text, "exact", {"people": len(self.people)}, informational=True)

        return _asked(name, judged, informational=True)

    def _lie(self, index: int, truth: Fraction) -> Better | None:
        """Return what beats the truth: against the others' truth, at which it is plainest, or against anything."""
        honest = [person.truth for person in self.people if person.truth is not None]
        plain = None
        if len(self.people) == len(self.own):
            plain = self.people[index].better_than(truth, honest[:index] + honest[index + 1 :])
        return plain or self.people[index].dominated(truth)

    def _lying(self, index: int, better: Better) -> str:
        told_of, what = self.profile.reading.population.decision.reports, self.profile.decision
        rest = f", …, {shown(better.others[-1])}" if len(better.others) > NAMED else ""
        others = ", ".join(map(shown, better.others[:NAMED])) + rest
        where = f" where the others' {what}s are {others}" if others else ""
        return (
            f"{self.profile.person(index)} gains {shown(better.gain)} by {what} {shown(better.decision)} instead of "
            f"its {told_of} {shown(better.instead)}{where}: {shown(better.reached)} instead of {shown(better.missed)}"
        )

    def uniqueness(self) -> Item:
        """Whether another equilibrium is found where one person decides otherwise."""
        name = "uniqueness"

        def judged() -> Item:
            if len(self.people) < len(self.own) or largest_gain(self.people, self.own) is not None:
                return Item(name, Verdict.INCONCLUSIVE, "no other equilibrium was looked for around this", "exact")
            found = self._another()
            if found is None:
                text = (
                    "no other equilibrium was found where one person decides otherwise; that there is none is not shown"
                )
                return Item(name, Verdict.INCONCLUSIVE, text, "exact")
            index, there = found
            what = self.profile.decision
            text = (
                f"it is one of several equilibria: where {self.profile.person(index)} decides on {what} {shown(there)} "
                f"instead of {shown(self.own[index])}, nobody gains by another {what} either"
            )
            witness = {self.profile.role: self.profile.name(index), what: self.own[index], "another": there}
            return Item(name, Verdict.VIOLATED, text, "exact", witness)

        return _asked(name, judged)

    def _another(self) -> tuple[int, Fraction] | None:
        for index, person in enumerate(self.people):
            low, high = person.bounds
            for there in dict.fromkeys([*(self.own[index] * step for step in STEPS), low, high]):
                if low <= there <= high and there != self.own[index]:
                    moved = [*self.own[:index], there, *self.own[index + 1 :]]
                    if largest_gain(self.people, moved) is None:
                        return index, there
        return None

    def participation(self) -> Item:
        """Say why it is not judged: who reports little does not take part the less."""
        text = f"{self.profile.decision} is a report, and no amount of which 0 would be none"
        return Item("participation", Verdict.NOT_APPLICABLE, text, "exact", informational=True)

    def _witness(self, index: int, better: Better, word: str) -> dict[str, Any]:
        known: dict[str, Any] = {
            self.profile.role: self.profile.name(index),
            self.profile.decision: better.instead,
            word: better.decision,
            "others": list(better.others),
            "utility": better.missed,
            "utility_then": better.reached,
            "gain": better.gain,
        }
        return known if better.end is None else known | {"best_near": better.end}

    def _few(self, what: str) -> str:
        return f"none of the first {MOST_PEOPLE} {self.profile.role}s {what}; more are not asked"


def _asked(name: str, judge: Callable[[], Item], informational: bool = False) -> Item:
    """Return what is judged, or that it cannot be read case by case."""
    try:
        return judge()
    except (UnsupportedModel, ArithmeticError) as refusal:
        text = f"it is not known case by case: {refusal}"
        return Item(name, Verdict.INCONCLUSIVE, text, "exact", informational=informational)
