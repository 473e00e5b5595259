"""The language mechanisms are declared in: data, players who decide in stages, programs with constraints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar, dataclass_transform

from .algebra import Algebra, Formula
from .data import choice, labels, part, read_labels, read_number, read_vector, scalar, vector
from .errors import InputError, UnsupportedModel


@dataclass_transform(
    frozen_default=True, eq_default=False, field_specifiers=(scalar, vector, labels, choice, part, field)
)
class Declaration:
    """Frozen data whose fields are read exactly and checked against their rules.

    A subclass is made a frozen data class by itself. Fields are declared with `scalar`, `vector`, `labels`, `choice`
    and `part`; `check` may add rules that span several fields.
    """

    def __init_subclass__(cls) -> None:
        dataclass(frozen=True, eq=False)(cls)

    def __post_init__(self) -> None:
        people = {}
        for item in fields(self):  # type: ignore[arg-type]
            value = getattr(self, item.name)
            if "labels" in item.metadata and value is not None:
                people[item.metadata["labels"]] = read_labels(item.name, value, item.metadata["labels"])
                self._set(item.name, people[item.metadata["labels"]])
        lengths: dict[str, tuple[str, int]] = {}
        for item in fields(self):  # type: ignore[arg-type]
            value, rule = getattr(self, item.name), item.metadata.get("rule")
            allowed = item.metadata.get("choice")
            if allowed and value not in allowed:
                raise InputError(item.name, value, f"must be one of {', '.join(map(repr, allowed))}")
            if rule is None or (value is None and item.default is None):
                continue
            if rule.per is None:
                self._set(item.name, read_number(item.name, value, rule))
                continue
            array = read_vector(item.name, value, rule, people.get(rule.per))
            first, length = lengths.setdefault(rule.per, (item.name, len(array)))
            if len(array) != length:
                raise InputError(item.name, f"{len(array)} numbers", f"must have as many entries as {first}, {length}")
            self._set(item.name, array)
        for per, names in people.items():
            first, length = lengths.get(per, ("", len(names)))
            if len(names) != length:
                raise InputError(per, f"{len(names)} names", f"must name as many as {first} has entries, {length}")
        self.check()

    def check(self) -> None:
        """Refuse data that break a rule between several fields; the default accepts all."""

    def read_in(self, algebra: Algebra) -> dict[str, Any]:
        """Return the declared data as roles, each number in the algebra's own kind."""
        roles: dict[str, Any] = {}
        for item in fields(self):  # type: ignore[arg-type]
            value, rule = getattr(self, item.name), item.metadata.get("rule")
            if isinstance(value, Declaration):
                roles[item.name] = value._bound(algebra)
            elif rule is not None and value is not None:
                roles[item.name] = algebra.number(value) if rule.per is None else algebra.vector(value)
        return roles

    def _bound(self, algebra: Algebra) -> Any:
        """Return a copy whose numbers are the algebra's, to be asked for its formulas."""
        copy = object.__new__(type(self))
        copy.__dict__.update({**self.__dict__, **self.read_in(algebra)})
        return copy

    def _set(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)


@dataclass(frozen=True)
class Decision:
    """A quantity somebody chooses, between two finite bounds (numbers, or one number per person).

    The bounds are part of the declaration because solvers need them: without one, maximising ln(1 + B) was
    reported as solved by a solver that had stopped anywhere.
    """

    name: str
    lower: Any
    upper: Any
    symbol: str = ""
    unit: str = "1"


@dataclass(frozen=True)
class Player:
    """One who decides (`count` is None), or a population of `count` people in the same role.

    In a population's formulas `own` is a person's decision and `others` the sum of everybody else's; the name of the
    decision is the whole vector. `aggregates` are named sums over the population, which earlier and later players see.
    """

    name: str
    decision: Decision
    utility: Formula
    count: int | None = None
    aggregates: Mapping[str, Formula] = field(default_factory=dict)


@dataclass(frozen=True)
class Constraint:
    """A formula that must be at least zero (or, as an `equality`, exactly zero)."""

    name: str
    slack: Formula
    equality: bool = False


class Program(Declaration):
    """An optimisation model: variables with finite bounds, one objective to be minimised, constraints.

    The formulas' roles are the variables and the data, by name.
    """

    def variables(self) -> tuple[Decision, ...]:
        """Return the variables; one with vector bounds is a vector."""
        raise NotImplementedError

    def objective(self) -> Formula:
        """Return the formula to be minimised."""
        raise NotImplementedError

    def constraints(self) -> tuple[Constraint, ...]:
        """Return the constraints beside the variables' bounds."""
        return ()


@dataclass(frozen=True)
class ConvexForm:
    """A convex program whose solution yields a population's equilibrium, and the formula that turns one into the other.

    `decision` reads the population's decision off the program's variables and the earlier players' decisions. That the
    program's optimality conditions are the equilibrium is a claim about the mechanism, not a definition.
    """

    program: Program
    decision: Formula


class Game(Declaration):
    """A mechanism as a game: players in the order in which they decide, each maximising a utility.

    Solutions hold the players' decisions and the `outcomes`, formulas of the roles that are worth printing.

    Verification asks three more things of the class. `promises` are the properties the mechanism claims to have, and
    which are therefore required of it. `payment_outcome` names the outcome that is money paid to the population: what
    a decision costs is then this payment less the utility, and needs no formula of its own. `private_data` names the
    vector that only the people themselves know, such as a cost, and could misreport.
    """

    default_backend: ClassVar[str] = "share-function"
    promises: ClassVar[tuple[str, ...]] = ("no-profitable-deviation",)
    payment_outcome: ClassVar[str | None] = None
    private_data: ClassVar[str | None] = None

    def players(self) -> tuple[Player, ...]:
        """Return the players, in order of play; those of one population decide at once."""
        raise NotImplementedError

    def outcomes(self) -> Mapping[str, Formula]:
        """Return the named outcomes to be reported beside the decisions."""
        return {}

    def constraints(self) -> tuple[Constraint, ...]:
        """Return what must hold at a solution beside the decisions' bounds; outcomes are roles here too."""
        return ()

    def convex_form(self) -> ConvexForm:
        """Return a convex program for the population's equilibrium, for solvers that take no games."""
        raise UnsupportedModel(
            f"{type(self).__name__} declares no convex program for its equilibrium; Game.convex_form would give one"
        )

    def people(self) -> tuple[str, ...] | None:
        """Return the names of the population, if they were given."""
        for item in fields(self):
            if "labels" in item.metadata:
                names: tuple[str, ...] | None = getattr(self, item.name)
                return names
        return None
