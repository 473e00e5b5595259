"""The language mechanisms are declared in: data, players who decide in stages, programs with constraints."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar, dataclass_transform

from .algebra import Algebra, Formula
from .data import (
    choice,
    labels,
    part,
    read_labels,
    read_literals,
    read_number,
    read_vector,
    refuse_masked,
    scalar,
    vector,
)
from .errors import InputError, UnsupportedModel
from .foreign import is_of_frame
from .shown import Shown


@dataclass_transform(
    frozen_default=True, eq_default=False, field_specifiers=(scalar, vector, labels, choice, part, field)
)
class Declaration(Shown):
    """Frozen data whose fields are read exactly and checked against their rules.

    A subclass is made a frozen data class by itself. Fields are declared with `scalar`, `vector`, `labels`, `choice`
    and `part`; `check` may add rules that span several fields.
    """

    def __init_subclass__(cls, **shown: str) -> None:
        super().__init_subclass__(**shown)
        dataclass(frozen=True, eq=False, repr=False)(cls)

    def facts(self) -> Mapping[str, Any]:
        """Return the data that were given."""
        return {name: value for name, value in super().facts().items() if value is not None}

    def __post_init__(self) -> None:
        _refuse_misaligned(self)
        people = self._read_names()
        lengths = self._read_data(people)
        for per, names in people.items():
            first, length = lengths.get(per, ("", len(names)))
            if len(names) != length:
                raise InputError(per, f"{len(names)} names", f"must name as many as {first} has entries, {length}")
        self.check()

    def _read_names(self) -> dict[str, Any]:
        """Read the labels, and return them by whom they name."""
        people = {}
        for item in fields(self):  # type: ignore[arg-type]
            value = getattr(self, item.name)
            if "labels" in item.metadata and value is not None:
                people[item.metadata["labels"]] = read_labels(item.name, value, item.metadata["labels"])
                self._set(item.name, people[item.metadata["labels"]])
        return people

    def _read_data(self, people: Mapping[str, Any]) -> dict[str, tuple[str, int]]:
        """Read choices, numbers and vectors, and return by person the first vector about them and its length."""
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
        return lengths

    def check(self) -> None:
        """Refuse data that break a rule between several fields; the default accepts all."""

    def read_in(self, algebra: Algebra) -> dict[str, Any]:
        """Return the declared data as roles, each number in the algebra's own kind."""
        return self.fields_in(algebra, [item.name for item in fields(self)])  # type: ignore[arg-type]

    def fields_in(self, algebra: Algebra, names: Collection[str]) -> dict[str, Any]:
        """Return those of the declared fields that have these names, as `read_in` returns all."""
        roles: dict[str, Any] = {}
        for item in fields(self):  # type: ignore[arg-type]
            if item.name not in names:
                continue
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


def _refuse_misaligned(declaration: Declaration) -> None:
    """Refuse columns of data frames about the same people that are in different orders."""
    columns: list[tuple[str, str, Any]] = []
    for item in fields(declaration):  # type: ignore[arg-type]
        rule, value = item.metadata.get("rule"), getattr(declaration, item.name)
        per = item.metadata.get("labels") or (rule.per if rule is not None else None)
        if per is not None and is_of_frame(value):
            columns.append((per, item.name, value))
    if len(columns) > 1:
        from .frames import refuse_misaligned  # only who has data frames needs it

        refuse_misaligned(columns)


@dataclass(frozen=True, repr=False)
class Decision(Shown):
    """A quantity somebody chooses, between two finite bounds (numbers, or one number per person).

    The bounds are part of the declaration because solvers need them: without one, maximising ln(1 + B) was
    reported as solved by a solver that had stopped anywhere. A `whole` decision takes whole numbers only. Numeric
    literals are read exactly, as in fields.

    Examples
    --------
    >>> print(*Decision("share", ["0", "0"], ["1/3", "0.1"]).upper)
    1/3 1/10
    """

    name: str
    lower: Any
    upper: Any
    symbol: str = ""
    unit: str = "1"
    whole: bool = False

    def __post_init__(self) -> None:
        """Read bounds that are written as text; refuse those that are masked: what is beneath is no bound."""
        for side in ("lower", "upper"):
            refuse_masked(f"{self.name}'s {side} bound", getattr(self, side))
            object.__setattr__(self, side, read_literals(f"{self.name}.{side}", getattr(self, side)))


@dataclass(frozen=True, repr=False)
class Player(Shown):
    """One who decides (`count` is None), or a population of `count` people in the same role.

    In a population's formulas `own` is a person's decision and `others` the sum of everybody else's; the name of the
    decision is the whole vector. `aggregates` are named sums over the population, which earlier and later players see.
    """

    name: str
    decision: Decision
    utility: Formula
    count: int | None = None
    aggregates: Mapping[str, Formula] = field(default_factory=dict)


@dataclass(frozen=True, repr=False)
class Constraint(Shown):
    """A formula that must be at least zero (or, as an `equality`, exactly zero).

    Where `slack` is about pairs of entries, `by_role` is the same of one pair: its roles are an entry's, ``other_...``
    those of another entry, ``next_...`` those of the next one. It is what is printed.
    """

    name: str
    slack: Formula
    equality: bool = False
    by_role: Formula | None = None


class Model(Declaration):
    """What can be solved, certified and verified: decisions, outcomes worth printing, constraints.

    Solutions hold the decisions and the `outcomes`, formulas of the roles. `about` says what one entry of a vector of
    decisions belongs to: a client, a version. `properties` are those that verification judges; `promises` are the
    ones the mechanism claims to have, and which are therefore required of it. `example` is data, by field, that a new
    specification starts from.
    """

    default_backend: ClassVar[str]
    properties: ClassVar[tuple[str, ...]] = ()
    promises: ClassVar[tuple[str, ...]] = ()
    example: ClassVar[Mapping[str, Any]] = {}

    def __post_init__(self) -> None:
        super().__post_init__()
        if type(self).__module__.partition(".")[0] != __name__.partition(".")[0]:  # ours are examined by tests
            from .examination import examine

            examine(self, Player, Decision, Constraint)

    def decisions(self) -> tuple[Decision, ...]:
        """Return everything that is decided."""
        raise NotImplementedError

    def outcomes(self) -> Mapping[str, Formula]:
        """Return the named outcomes to be reported beside the decisions."""
        return {}

    def constraints(self) -> tuple[Constraint, ...]:
        """Return what must hold of a solution beside the decisions' bounds."""
        return ()

    @property
    def about(self) -> str:
        """What one entry of a vector of decisions belongs to."""
        return "entry"

    def forms(self) -> tuple[Form, ...]:
        """Return programs with the same solution, for solvers that cannot take the model as it is, the best first."""
        return ()

    def game_form(self) -> GameForm | None:
        """Return a game with the same solution, for solvers of games, if there is one."""
        return None

    def people(self) -> tuple[str, ...] | None:
        """Return the names of those that the entries belong to, if they were given."""
        for item in fields(self):
            if item.metadata.get("labels") == self.about:
                names: tuple[str, ...] | None = getattr(self, item.name)
                return names
        return None

    def person(self, index: int) -> str:
        """Return what a message calls the owner of an entry: what it is, and its name or else its index."""
        people = self.people()
        return f"{self.about} {people[index] if people else index}"


class Program(Model):
    """An optimisation model: variables with finite bounds, one objective to be minimised, constraints.

    The formulas' roles are the variables and the data, by name; constraints may ask for outcomes too.
    """

    default_backend: ClassVar[str] = "cvxpy:CLARABEL"

    def decisions(self) -> tuple[Decision, ...]:
        """Return the variables."""
        return self.variables()

    def variables(self) -> tuple[Decision, ...]:
        """Return the variables; one with vector bounds is a vector."""
        raise NotImplementedError

    def objective(self) -> Formula:
        """Return the formula to be minimised."""
        raise NotImplementedError


@dataclass(frozen=True, repr=False)
class Form(Shown):
    """Another program with the same solution, and the formulas that read the decisions off its variables.

    The formulas' roles are the program's variables and data, and the data of the model it stands for. That the
    solutions agree is a claim about the mechanism, not a definition: answers are judged by the model itself.
    """

    name: str
    program: Program
    decisions: Mapping[str, Formula]


class Game(Model):
    """A mechanism as a game: players in the order in which they decide, each maximising a utility.

    Verification asks two more things of the class. `payment_outcome` names the outcome that is money paid to the
    population: what a decision costs is then this payment less the utility, and needs no formula of its own.
    `private_data` names the vector that only the people themselves know, such as a cost, and could misreport.
    """

    default_backend: ClassVar[str] = "share-function"
    properties: ClassVar[tuple[str, ...]] = (
        "individual-rationality",
        "no-profitable-deviation",
        "leader-optimality",
        "uniqueness",
        "budget-balance",
        "participation",
        "truthfulness",
    )
    promises: ClassVar[tuple[str, ...]] = ("no-profitable-deviation",)
    payment_outcome: ClassVar[str | None] = None
    private_data: ClassVar[str | None] = None

    def players(self) -> tuple[Player, ...]:
        """Return the players, in order of play; those of one population decide at once."""
        raise NotImplementedError

    def decisions(self) -> tuple[Decision, ...]:
        """Return the players' decisions."""
        return tuple(player.decision for player in self.players())

    @property
    def about(self) -> str:
        """What one of the population is called."""
        return next((player.name for player in self.players() if player.count is not None), "entry")

    def convex_form(self) -> Form:
        """Return a convex program for the population's equilibrium, for solvers that take no games."""
        raise UnsupportedModel(
            f"{type(self).__name__} declares no convex program for its equilibrium; Game.convex_form would give one"
        )


@dataclass(frozen=True, repr=False)
class GameForm(Shown):
    """A game with the same solution as a model, and the formulas that read the model's decisions off the population's.

    The formulas' roles are the population's decision and the data of both.
    """

    name: str
    game: Game
    decisions: Mapping[str, Formula]
