"""Properties of a program that its declaration says: constraints by name, and what a menu's types think of it.

A type's utility is the outcome whose name ends with it, a formula of an item and of what a type knows of itself: read
with one type's data and another's item it is what envy compares.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from ...formulations.algebra import Formula, read, roles_of
from ...formulations.errors import MechproofError, UnsupportedModel
from ...formulations.language import Constraint, Program
from ...formulations.pairs import PairConstraint
from ...solvers.formatting import shown
from ...solvers.readings.program import ProgramReading
from ...solvers.readings.rationals import Irrational, Rationals
from ...solvers.readings.vectors import ROUNDING, Vectors
from ...solvers.solution import OWN_NUMBERS, Solution
from .results import Item, Verdict
from .within import amounts_to

MOST_TYPES = 300
"""Up to how many types all pairs are compared over fractions, a tenth of a million; of more in doubles."""
ENVY = ("incentive-compatibility", "envy-freeness")
RATIONALITY = "individual-rationality"


def judge_declared(program: Program, solution: Solution, names: Sequence[str]) -> tuple[Item, ...]:
    """Return an item for each of the names that the declaration says something about.

    Examples
    --------
    >>> import mechproof as mp
    >>> class Menu(mp.Program):
    ...     cost: mp.Vector = mp.vector("a cost", above=0, per="type")
    ...     def variables(self):
    ...         count = len(self.cost)
    ...         return tuple(mp.Decision(name, [0] * count, [9] * count) for name in ("epsilon", "payment"))
    ...     def objective(self):
    ...         return lambda a, payment: a.sum(payment)
    ...     def outcomes(self):
    ...         return {"utility": lambda a, epsilon, payment, cost: payment - cost * epsilon}
    >>> menu = mp.candidate(Menu([1, 2]), epsilon=[2, 1], payment=[2, 2])
    >>> print(judge_declared(menu.model, menu, ["incentive-compatibility"])[0].text)
    type 0 gains 1 by taking the item of type 1 (epsilon 1, payment 2) instead of its own (epsilon 2, payment 2)
    """
    judge = _Judge(program, solution)
    return tuple(judge.item(name) for name in names if judge.knows(name))


def declared_names(program: Program) -> set[str]:
    """Return the names of what a program's declaration says: its constraints, and what utilities are compared for."""
    found = {item.name.replace("_", "-") for item in program.constraints()}
    return found | ({*ENVY, RATIONALITY} if utility_of(program) is not None else set())


def known_of(program: Program) -> tuple[str, ...]:
    """Return the vectors of data that have an entry for each item."""
    rules = {item.name: item.metadata.get("rule") for item in fields(program)}
    sizes = {np.shape(item.upper) for item in program.variables()} - {()}  # what is one number is everybody's
    return tuple(
        name
        for name, rule in rules.items()
        if rule is not None and rule.per and {np.shape(getattr(program, name))} == sizes
    )


def utility_of(program: Program) -> Formula | None:
    """Return the outcome of an item and of what a type knows, None if there is none."""
    known = set(known_of(program))
    for name, formula in program.outcomes().items():
        if name.endswith("utility") and known & set(roles_of(formula)):
            return formula
    return None


@dataclass(frozen=True)
class _Judge:
    """A program's solution, read over fractions if it is one, else over doubles."""

    program: Program
    solution: Solution
    in_doubles: bool = False

    @cached_property
    def exact(self) -> bool:
        values = None if self.in_doubles else self.solution.exact
        sizes = [np.size(item.upper) for item in self.program.variables()]
        if values is None or max(sizes) > MOST_TYPES:
            return False
        entries = [
            entry
            for item in self.program.variables()
            for entry in np.ravel(np.asarray(values[item.name], dtype=object))
        ]
        return all(isinstance(entry, Fraction | int) for entry in entries)

    @cached_property
    def reading(self) -> ProgramReading:
        return ProgramReading(self.program, Rationals() if self.exact else Vectors())

    @cached_property
    def decisions(self) -> dict[str, Any]:
        values = self.solution.exact if self.exact and self.solution.exact is not None else self.solution.values
        return {item.name: self.reading.vector_or_number(values[item.name]) for item in self.program.variables()}

    @property
    def arithmetic(self) -> str:
        return "exact" if self.exact else "float"

    @cached_property
    def slack(self) -> float:
        """The part of the largest number compared that is forgiven."""
        if self.exact:
            return 0
        return ROUNDING if self.solution.backend == OWN_NUMBERS else self.solution.request.tolerance

    @cached_property
    def constraints(self) -> Mapping[str, Constraint]:
        return {item.name.replace("_", "-"): item for item in self.program.constraints()}

    def knows(self, name: str) -> bool:
        return name in self.constraints or (name in (*ENVY, RATIONALITY) and self.utility is not None)

    def item(self, name: str) -> Item:
        """Return what was found; what cannot be computed is inconclusive, with the reason."""
        judge: Callable[[str], Item] = self.constraint
        if name in ENVY and self.utility is not None:
            judge = self.envy
        elif name == RATIONALITY and self.utility is not None:
            judge = self.rationality
        try:
            with np.errstate(divide="ignore", invalid="ignore"):  # what is no number is told
                return judge(name)
        except Irrational:
            return replace(self, in_doubles=True).item(name)
        except (MechproofError, TypeError, ArithmeticError, IndexError) as error:
            return Item(name, Verdict.INCONCLUSIVE, f"it is not known: {error}", self.arithmetic)

    # what a menu's types think of it

    @cached_property
    def known(self) -> tuple[str, ...]:
        return known_of(self.program)

    @cached_property
    def utility(self) -> Any:
        return utility_of(self.program)

    @cached_property
    def worth(self) -> Any:
        """What each item, by column, is worth to each type, by row.

        Raises
        ------
        UnsupportedModel
            When the outcome, read so, is another one.
        """
        data = {name: value[:, None] if name in self.known else value for name, value in self.reading.data.items()}
        items = {name: value[None, :] if np.ndim(value) else value for name, value in self.decisions.items()}
        found = read(self.utility, self.reading.algebra, {**data, **items})
        own = read(self.utility, self.reading.algebra, {**self.reading.data, **self.decisions})
        lost = np.flatnonzero(self.unknown(np.asarray(own) * 0))
        if lost.size:
            raise UnsupportedModel(f"the utility of {self.person(lost[0])} by its own item is no finite number")
        if np.shape(found) != (len(own), len(own)) or not np.all(
            np.asarray(abs(np.diagonal(found) - own) <= self.room, dtype=bool)
        ):
            raise TypeError("the utility is no formula of one item and of one type's data; it must not slice or add up")
        return found

    def unknown(self, values: Any) -> Any:
        """Return where values are no numbers, such as roots of what is below zero."""
        return np.zeros(np.shape(values), dtype=bool) if self.exact else np.isnan(np.asarray(values, dtype=float))

    def most(self, values: Any) -> tuple[int, ...]:
        """Return the place of the largest of those that are numbers."""
        known = np.where(self.unknown(values), -np.inf, values)
        return tuple(map(int, np.unravel_index(int(np.argmax(known)), known.shape)))

    @cached_property
    def room(self) -> Any:
        if not self.slack:
            return 0
        return self.slack * max(float(np.max(np.abs(value))) for value in self.decisions.values())

    def envy(self, name: str) -> Item:
        gains = self.worth - np.diagonal(self.worth)[:, None]
        who, whose = self.most(gains)
        gain, count = gains[who, whose], len(gains)
        lost = np.argwhere(self.unknown(gains))
        if not gain > self.room and len(lost):
            text = f"what the item of {self.person(lost[0][1])} is worth to {self.person(lost[0][0])} is no number"
            return Item(name, Verdict.INCONCLUSIVE, text, self.arithmetic)
        if not gain > self.room:
            text = f"each of the {count:,} {self.called}s is best off with its own item"
            return Item(
                name, Verdict.HOLDS, f"{text}: all {count * (count - 1):,} pairs were compared", self.arithmetic
            )
        text = (
            f"{self.person(who)} gains {shown(gain)} by taking the item of {self.person(whose)} ({self.told(whose)}) "
            f"instead of its own ({self.told(who)})"
        )
        witness = {
            "type": self.label(who),
            "item_of": self.label(whose),
            "gain": gain,
            "own_item": self.at(who),
            "other_item": self.at(whose),
        }
        return Item(name, Verdict.VIOLATED, text, self.arithmetic, witness, within=amounts_to(gain))

    def rationality(self, name: str) -> Item:
        own = np.diagonal(self.worth)
        least = int(np.argmin(own))
        person, keeps, witness = (
            self.person(least),
            shown(own[least]),
            {"type": self.label(least), "utility": own[least]},
        )
        if own[least] < -self.room:
            text = f"{person} has a utility of {keeps} by its item ({self.told(least)}), and 0 by staying out"
            return Item(name, Verdict.VIOLATED, text, self.arithmetic, witness, within=amounts_to(-own[least]))
        text = f"each of the {len(own):,} {self.called}s is at least as well off as by staying out"
        return Item(name, Verdict.HOLDS, f"{text}; {person} has least, {keeps}", self.arithmetic, witness)

    # constraints by name

    def constraint(self, name: str) -> Item:
        item = self.constraints[name]
        slacks = np.atleast_1d(np.asarray(self.reading.constraints(self.decisions)[item.name]))
        short = abs(slacks) if item.equality else -slacks
        (worst,) = self.most(short)
        what, lost = item.name.replace("_", " "), np.flatnonzero(self.unknown(short))
        if not short[worst] > self.room and lost.size:
            text = f"{what} is no number" + (f" in {lost.size:,} of {len(slacks):,}" if len(slacks) > 1 else "")
            return Item(name, Verdict.INCONCLUSIVE, text, self.arithmetic)
        if not short[worst] > self.room:
            return Item(
                name,
                Verdict.HOLDS,
                f"{what} holds" + (f" of all {len(slacks):,}" if len(slacks) > 1 else ""),
                self.arithmetic,
            )
        text, witness = f"{what} is broken by {shown(short[worst])}", {"missing": short[worst]}
        if isinstance(item, PairConstraint):
            one, other = item.pairs[worst]
            text += f" between {self.person(one)} ({self.told(one)}) and {self.person(other)} ({self.told(other)})"
            witness |= {"type": self.label(one), "other": self.label(other)}
        elif len(slacks) == len(next(iter(self.decisions.values()), ())):
            text += f" of {self.person(worst)} ({self.told(worst)})"
            witness |= {"type": self.label(worst)}
        return Item(name, Verdict.VIOLATED, text, self.arithmetic, witness)

    # who they are

    @cached_property
    def called(self) -> str:
        """What one of those is called that items are for."""
        rules = [item.metadata.get("rule") for item in fields(self.program) if item.name in self.known]
        return next((rule.per for rule in rules if rule is not None and rule.per), self.program.about)

    def label(self, index: Any) -> str:
        names = next(
            (
                getattr(self.program, one.name)
                for one in fields(self.program)
                if one.metadata.get("labels") == self.called
            ),
            None,
        )
        return str(names[index]) if names else str(index)

    def person(self, index: Any) -> str:
        return f"{self.called} {self.label(index)}"

    def at(self, index: Any) -> dict[str, Any]:
        return {name: value[index] if np.ndim(value) else value for name, value in self.decisions.items()}

    def told(self, index: Any) -> str:
        return ", ".join(f"{name} {shown(value)}" for name, value in self.at(index).items())
