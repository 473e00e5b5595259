"""What is claimed, as formulas by role: sentences about real numbers, derivatives, induction over people.

A *statement* is a formula whose value is a `Relation`: ``lambda a, own, cost: above(cost * own, 0)``. Its parameters
are the variables it speaks about, and every reading understands it: polynomials for the kernel, fractions for an
instance, z3 for a second opinion, symbols for LaTeX. What a mechanism is stands in its declaration;
a statement calls it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from inspect import Parameter, Signature
from typing import Any

from ...formulations.algebra import Algebra, Formula, read, roles_of
from ...solvers.readings.derivative import Derivative


@dataclass(frozen=True)
class Relation:
    """Two sides and how they compare: ">", ">=", "<", "<=" or "="."""

    left: Any
    sign: str
    right: Any

    def against_zero(self) -> tuple[Any, str]:
        """Return a difference of the sides, and how it compares to zero: ">", ">=" or "="."""
        if self.sign in ("<", "<="):
            return self.right - self.left, self.sign.replace("<", ">")
        return self.left - self.right, self.sign


def above(x: Any, y: Any) -> Relation:
    """X > y."""
    return Relation(x, ">", y)


def at_least(x: Any, y: Any) -> Relation:
    """X ≥ y."""
    return Relation(x, ">=", y)


def below(x: Any, y: Any) -> Relation:
    """X < y."""
    return Relation(x, "<", y)


def at_most(x: Any, y: Any) -> Relation:
    """X ≤ y."""
    return Relation(x, "<=", y)


def equal(x: Any, y: Any) -> Relation:
    """X = y."""
    return Relation(x, "=", y)


def by_roles(roles: tuple[str, ...], body: Any) -> Formula:
    """Return a formula of these roles; `body` gets the algebra and the roles as a mapping."""

    def formula(a: Algebra, **given: Any) -> Any:
        return body(a, given)

    parameters = [Parameter(name, Parameter.POSITIONAL_OR_KEYWORD) for name in ("a", *roles)]
    formula.__signature__ = Signature(parameters)  # type: ignore[attr-defined]
    return formula


def slope(formula: Formula, role: str) -> Formula:
    """Return the derivative of a formula with respect to a role, as a formula of the same roles.

    Examples
    --------
    >>> from mechproof.solvers.readings.scalars import Scalars
    >>> read(slope(lambda a, x: x * x, "x"), Scalars(), {"x": 3.0})
    6.0
    """

    def body(a: Algebra, roles: dict[str, Any]) -> Any:
        dual = Derivative(a)
        value = read(formula, dual, {**roles, role: dual.variable(roles[role])})
        if isinstance(value, Relation):
            raise TypeError("a statement has no slope: its sides have")
        return dual.slope(value)

    return by_roles(roles_of(formula), body)


def substitute(formula: Formula, **replaced: Formula) -> Formula:
    """Return a formula with some of its roles computed by other formulas.

    Examples
    --------
    >>> twice = substitute(lambda a, x, y: x + y, x=lambda a, z: 2 * z)
    >>> roles_of(twice), read(twice, None, {"y": 1, "z": 3})
    (('y', 'z'), 7)
    """
    wanted = {name: inner for name, inner in replaced.items() if name in roles_of(formula)}
    roles = dict.fromkeys(name for name in roles_of(formula) if name not in wanted)
    for inner in wanted.values():
        roles |= dict.fromkeys(roles_of(inner))

    def body(a: Algebra, given: dict[str, Any]) -> Any:
        return read(formula, a, {**given, **{name: read(inner, a, given) for name, inner in wanted.items()}})

    return by_roles(tuple(roles), body)


@dataclass(frozen=True)
class Sentence:
    """For all real numbers: whatever fulfils all that is `given` fulfils the `goal`.

    Parameters
    ----------
    given
        Hypotheses by their text in words or symbols. They are read in order: a hypothesis may divide by what the ones
        before it make positive.
    goal
        The statement to be shown. It may divide by what is shown to be positive.
    lemmas
        Statements to be shown on the way, in order; each may use the ones before it.
    squares
        Formulas whose squares the search for a certificate may use beside its own.
    degree
        How many hypotheses the search multiplies with each other at most.
    """

    given: Mapping[str, Formula]
    goal: Formula
    lemmas: tuple[Formula, ...] = ()
    squares: tuple[Formula, ...] = ()
    degree: int = 3

    @property
    def variables(self) -> tuple[str, ...]:
        """The roles it speaks about."""
        spoken = [*self.given.values(), *self.lemmas, self.goal]
        return tuple(dict.fromkeys(role for statement in spoken for role in roles_of(statement)))


@dataclass(frozen=True)
class Induction:
    """A statement about sums over any number of people, by induction over the people.

    The sums start at `start` (0 by default) with nobody; one more person, of whom `member` holds, adds what `sums`
    says. Each person has their own value of a role, unless it is `everybody`'s. The invariants hold with nobody (base),
    and go on holding when anybody comes in addition (step), hence for every number of people. With all people in,
    `closing` holds of the sums, and the goal follows (end).

    Parameters
    ----------
    sums
        The sums by name, and what one person adds to each, a formula of the person's and everybody's roles.
    invariants
        Statements about the sums so far.
    given
        What holds of everybody's roles, by its text.
    member
        What holds of each person's roles, by its text.
    closing
        What holds of the sums over all, by its text.
    goal
        What follows; None if the invariants are what is claimed.
    start
        Sums that do not start at 0.
    lemmas
        Statements about one person to be shown on the way to the step.
    squares
        Formulas whose squares the search for the step's certificate may use beside its own.
    carried
        Sums that say where a chain of people has come to: what a person adds, and what holds of each person, may speak
        of their values before that person comes in. What holds of each person must speak of that person too.

    Examples
    --------
    >>> positive = Induction({"total": lambda a, x: x}, (lambda a, total: at_least(total, 0),),
    ...                      member={"x ≥ 0": lambda a, x: at_least(x, 0)})
    >>> list(positive.sentences())
    ['base', 'step']

    A chain of values that do not fall, where `last` is the value before:

    >>> rising = Induction({"last": lambda a, x, last: x - last}, (lambda a, last: at_least(last, 0),),
    ...                    member={"x ≥ last": lambda a, x, last: at_least(x, last)}, carried=("last",))
    >>> rising.person, rising.everybody
    (('x',), ())
    """

    sums: Mapping[str, Formula]
    invariants: tuple[Formula, ...]
    given: Mapping[str, Formula] = field(default_factory=dict)
    member: Mapping[str, Formula] = field(default_factory=dict)
    closing: Mapping[str, Formula] = field(default_factory=dict)
    goal: Formula | None = None
    start: Mapping[str, Formula] = field(default_factory=dict)
    lemmas: tuple[Formula, ...] = ()
    degree: int = 3
    carried: tuple[str, ...] = ()
    squares: tuple[Formula, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what would be no induction over people.

        Raises
        ------
        ValueError
            When a sum so far that is not carried occurs where everybody's or a person's roles belong, or when what is
            said of each person speaks of roles that are everybody's, such as those of an invariant, or of sums alone.
        """
        if unknown := set(self.carried) - set(self.sums):
            raise ValueError(f"{', '.join(sorted(unknown))}: only sums are carried along")
        always, with_person = (*self.given.values(), *self.start.values()), (*self.member.values(), *self.sums.values())
        for formulas, spoken in ((always, set(self.sums)), (with_person, set(self.sums) - set(self.carried))):
            for formula in formulas:
                if mixed := spoken & set(roles_of(formula)):
                    raise ValueError(
                        f"{', '.join(sorted(mixed))}: a sum so far is neither everybody's nor a person's role"
                    )
        person = set(self.person)
        said: tuple[tuple[Iterable[Formula], tuple[str, ...]], ...] = (
            (self.member.values(), ()),
            (self.sums.values(), self.carried),
        )
        for told, ignored in said:
            for formula in told:
                if (roles := set(roles_of(formula)) - set(ignored)) and not person & roles:
                    raise ValueError(
                        f"{', '.join(sorted(roles))}: of everybody, since an invariant, say, has it; not each person's"
                    )

    @property
    def everybody(self) -> tuple[str, ...]:
        """The roles that are the same for all people: those of the hypotheses, the invariants and the goal."""
        said = [*self.given.values(), *self.start.values(), *self.invariants, *self.closing.values()]
        said += [self.goal] if self.goal is not None else []
        return tuple(dict.fromkeys(role for formula in said for role in roles_of(formula) if role not in self.sums))

    @property
    def person(self) -> tuple[str, ...]:
        """The roles of which each person has their own."""
        said = [*self.member.values(), *self.sums.values()]
        known = {*self.everybody, *self.sums}
        return tuple(dict.fromkeys(role for formula in said for role in roles_of(formula) if role not in known))

    def sentences(self) -> dict[str, Sentence]:
        """Return the base, the step and, if there is a goal, the end."""
        nobody = {name: self.start.get(name, lambda a: a.number(0)) for name in self.sums}
        more = {name: self._with_one_more(name) for name in self.sums}
        assumed = {f"so far: invariant {k + 1}": formula for k, formula in enumerate(self.invariants)}
        base = [substitute(formula, **nobody) for formula in self.invariants]
        step = [substitute(formula, **more) for formula in self.invariants]
        found = {
            "base": Sentence(self.given, base[-1], tuple(base[:-1]), degree=self.degree),
            "step": Sentence(
                {**self.given, **self.member, **assumed},
                step[-1],
                (*self.lemmas, *step[:-1]),
                self.squares,
                self.degree,
            ),
        }
        if self.goal is not None:
            found["end"] = Sentence({**self.given, **assumed, **self.closing}, self.goal, degree=self.degree)
        return found

    def _with_one_more(self, name: str) -> Formula:
        added = self.sums[name]
        roles = tuple(dict.fromkeys((name, *roles_of(added))))
        return by_roles(roles, lambda a, given: given[name] + read(added, a, given))
