"""The language mechanisms are declared in: data, players who decide in stages, programs with constraints."""

from __future__ import annotations

from collections.abc import Mapping, Sized
from dataclasses import dataclass, field, fields, replace
from typing import Any, ClassVar

from .algebra import Formula, renamed
from .data import read_literals, refuse_masked
from .declaration import Declaration as Declaration
from .errors import UnsupportedModel
from .shown import Shown


@dataclass(frozen=True, repr=False)
class Decision(Shown):
    """A quantity somebody chooses, between two finite bounds (numbers, or one number per person), or `among` values.

    The bounds are part of the declaration because solvers need them: without one, maximising ln(1 + B) was
    reported as solved by a solver that had stopped anywhere. A `whole` decision takes whole numbers only, one `among`
    values these alone: an increasing list for everybody, or one for each person; its bounds are then their ends.
    Numeric literals are read exactly, as in fields. A decision that `reports` a declared vector, such as an ask that
    reports a cost, is truthful where it is equal to it; its utility is compared with none at all, which is staying out.

    Examples
    --------
    >>> print(*Decision("share", ["0", "0"], ["1/3", "0.1"]).upper)
    1/3 1/10
    >>> tier = Decision("tier", among=[0, "1/3", "5/2"])
    >>> print(tier.lower, tier.upper, tier.discrete)
    0 5/2 True
    """

    name: str
    lower: Any = None
    upper: Any = None
    symbol: str = ""
    unit: str = "1"
    whole: bool = False
    reports: str = ""
    among: Any = None

    @property
    def discrete(self) -> bool:
        """Whether it takes some numbers only: whole ones, or those of a finite set."""
        return self.whole or self.among is not None

    def __post_init__(self) -> None:
        """Read bounds that are written as text; refuse those that are masked: what is beneath is no bound."""
        if self.among is not None:
            from .among import settle  # few decisions are from finite sets

            settle(self)
        for side in ("lower", "upper"):
            refuse_masked(f"{self.name}'s {side} bound", getattr(self, side))
            object.__setattr__(self, side, read_literals(f"{self.name}.{side}", getattr(self, side)))


@dataclass(frozen=True, repr=False)
class Player(Shown):
    """One who decides (`count` is None), or a population of `count` people in the same role.

    In a population's formulas `own` is a person's decision and `others` the sum of everybody else's, of which
    `a.highest(others, k)` and `a.lowest(others, k)` are single ones; the name of the decision is the whole vector.
    `aggregates` are named sums over the population, which earlier and later players see.

    People who decide on two things at once have a `second` decision. In their formulas the roles are then called after
    the decisions: of an amount and an epsilon, ``own_amount``, ``others_amount``, ``own_epsilon``, ``others_epsilon``.
    """

    name: str
    decision: Decision
    utility: Formula
    count: int | None = None
    aggregates: Mapping[str, Formula] = field(default_factory=dict)
    second: Decision | None = None

    def __post_init__(self) -> None:
        """Give everybody in a population the one set that a decision is `among`."""
        among = getattr(self.decision, "among", None)
        if self.count is not None and among is not None and not isinstance(among[0], tuple):
            each = replace(self.decision, lower=None, upper=None, among=(among,) * self.count)
            object.__setattr__(self, "decision", each)

    @property
    def choices(self) -> tuple[Decision, ...]:
        """The one decision, or the two."""
        return (self.decision,) if self.second is None else (self.decision, self.second)


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
    specification starts from. Where there may be `several` solutions, answers that differ do not disagree.
    """

    default_backend: ClassVar[str]
    several: ClassVar[bool] = False
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

    def budgets(self, values: Mapping[str, Any]) -> tuple[tuple[str, Any], ...] | None:
        """Return each owner of records with the privacy budget ε it sells in a solution; None where none is decided.

        0 says that an owner takes no part. By default every entry of the decision in ε is one owner's.
        """
        names = [item.name for item in self.decisions() if item.unit == "ε" and isinstance(values[item.name], Sized)]
        if not names:
            return None
        name = names[0]
        return tuple(zip(self.people() or map(str, range(len(values[name]))), values[name], strict=True))

    def in_money(self) -> Mapping[str, Formula]:
        """Return what each decision is worth in money to whom it belongs, by which a repair measures a change.

        The formulas' roles are that decision and the data. By default money is worth itself, and so is what has no
        unit; a privacy budget is worth its owner's `cost`, if the declaration has such a field.
        """
        worth: dict[str, Formula] = {"money": lambda a, amount: amount, "1": lambda a, amount: amount}
        if any(item.name == "cost" for item in fields(self)):
            worth["ε"] = lambda a, amount, cost: cost * amount
        known = {item.name: worth[item.unit] for item in self.decisions() if item.unit in worth}
        return {name: renamed(formula, "amount", name) for name, formula in known.items()}

    def headcount(self) -> Any:
        """Return how many people each entry of a decision stands for: one number, or one for each entry."""
        return 1

    def people(self) -> tuple[str, ...] | None:
        """Return the names of those that the entries belong to, if they were given."""
        for item in fields(self):
            if item.metadata.get("labels") == self.about:
                names: tuple[str, ...] | None = getattr(self, item.name)
                return names
        return None

    def owner_of(self, index: int) -> str:
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
    asks_one_by_one: ClassVar[bool] = False
    """Whether formulas ask for the others one by one, by `a.highest` or `a.lowest`.

    Whoever declares a game of one's own need not say so: it is examined, and its instances then know.
    """

    def players(self) -> tuple[Player, ...]:
        """Return the players, in order of play; those of one population decide at once."""
        raise NotImplementedError

    def decisions(self) -> tuple[Decision, ...]:
        """Return the players' decisions."""
        return tuple(choice for player in self.players() for choice in player.choices)

    @property
    def about(self) -> str:
        """What one of the population is called."""
        return next((player.name for player in self.players() if player.count is not None), "entry")

    @property
    def closed(self) -> bool:
        """Whether the replies that a mechanism brings cover these data; else they are read off the declaration."""
        return True

    @property
    def argued(self) -> bool:
        """Whether the argument that a mechanism brings for its leader covers these data; else the general one does."""
        return True

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
