"""Declarations: frozen data whose fields are read exactly when they are made."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from types import FunctionType
from typing import Any, dataclass_transform

from .algebra import Algebra
from .data import Rule, is_of_frame, read_number, read_vector
from .errors import DeclarationError, InputError
from .shown import Shown


def _rule(what: str, said: Mapping[str, Any]) -> Rule:
    """Return a field's rule; a part of it that is misspelt is refused."""
    known = [item.name for item in fields(Rule)[1:]]
    for name in said:
        if name not in known:
            from .words import suggestion

            choices = f"a field's rule has {', '.join(known)}"
            raise InputError(name, said[name], "is no part of a field's rule", suggestion(name, known, choices))
    return Rule(what, **said)


def scalar(what: str, *, default: Any = MISSING, **rule: Any) -> Any:
    """Declare a field that holds one number."""
    return field(default=default, metadata={"rule": _rule(what, rule)})


def vector(what: str, *, per: str, default: Any = MISSING, **rule: Any) -> Any:
    """Declare a field that holds one number for each of the people (or things) named by `per`."""
    return field(default=default, metadata={"rule": _rule(what, {**rule, "per": per})})


def labels(per: str, *, default: Any = MISSING) -> Any:
    """Declare a field of unique names, used in every message about that person."""
    return field(default=default, metadata={"labels": per})


def choice(*allowed: str, default: Any = MISSING) -> Any:
    """Declare a field that takes one of a few words."""
    return field(default=default, metadata={"choice": allowed})


def part(kind: type, *, default: Any = MISSING) -> Any:
    """Declare a field that holds another declaration, of one of the types of a kind."""
    return field(default=default, metadata={"part": kind})


def rows(per: str, *, default: Any = MISSING) -> Any:
    """Declare a field that holds several vectors, each with one number for each of the people named by `per`.

    The declaration's own `check` reads them; in a specification they may be a table, with a column for each.
    """
    return field(default=default, metadata={"rows": per})


def _refuse_hidden(kind: type) -> None:
    """Refuse a field called as what the language asks of every declaration: the field would hide it."""
    for name in vars(kind).get("__annotations__", {}):
        asked = next((vars(base)[name] for base in kind.__mro__[1:] if name in vars(base)), None)
        if isinstance(vars(kind).get(name), Field) and isinstance(asked, FunctionType | property):
            from .authors import place_of

            problem = f"the field {name} hides {kind.__name__}.{name}, which mechproof asks; give it another name"
            raise DeclarationError(problem, place_of(kind))


def people_of(item: Field[Any]) -> str | None:
    """Return whom a field names or has an entry for, or None."""
    rule: Rule | None = item.metadata.get("rule")
    named: str | None = item.metadata.get("labels")
    return named or (rule.per if rule is not None else None)


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
        _refuse_hidden(cls)
        dataclass(frozen=True, eq=False, repr=False)(cls)

    def facts(self) -> Mapping[str, Any]:
        """Return the data that were given."""
        return {name: value for name, value in super().facts().items() if value is not None}

    def __post_init__(self) -> None:
        _refuse_misaligned(self)
        people = self._read_names()
        lengths = self._read_data(people)
        for item in fields(self):  # type: ignore[arg-type]
            names = getattr(self, item.name) if "labels" in item.metadata else None
            first, length = lengths.get(item.metadata.get("labels", ""), ("", 0))
            if first and names is not None and len(names) != length:
                raise InputError(
                    item.name, f"{len(names)} names", f"must name as many as {first} has entries, {length}"
                )
        self.check()

    def _read_names(self) -> dict[str, Any]:
        """Read the labels, and return them by whom they name."""
        people = {}
        for item in fields(self):  # type: ignore[arg-type]
            value, per = getattr(self, item.name), item.metadata.get("labels")
            if per is not None and value is not None:
                from .names import read_labels  # only who names people needs it

                people[per] = read_labels(item.name, value, per)
                self._set(item.name, people[per])
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
        per, value = people_of(item), getattr(declaration, item.name)
        if per is not None and is_of_frame(value):
            columns.append((per, item.name, value))
    if len(columns) > 1:
        from .frames import refuse_misaligned  # only who has data frames needs it

        refuse_misaligned(columns)
