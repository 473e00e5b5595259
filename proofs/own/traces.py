"""What a formula was seen to compute: rows of operations, which every reading can compute again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from operator import add, mul, sub, truediv
from typing import Any

from ...formulations.algebra import Algebra, Formula, read, roles_of
from ...formulations.errors import UnsupportedModel
from ..kernel.sentence import by_roles
from .expressions import Expression, Tracing
from .rows import LEAVES, Row, pruned, straight
from .ways import UndecidedError, Ways, line_of

ROUNDING = Fraction(1, 10**9)
"""How far constants of one and the same formula may differ that were computed in doubles."""
ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {"+": add, "-": sub, "*": mul, "/": truediv}


@dataclass(frozen=True)
class Trace:
    """What a formula computes, row by row; two are equal if they compute the same in the same way."""

    rows: tuple[Row, ...]

    @cached_property
    def each(self) -> tuple[bool, ...]:
        """Whether everybody has a value of their own, of every row."""
        found: list[bool] = []
        for operation, *arguments in self.rows:
            if operation in ("role", "data"):
                found.append(arguments[-1])
            else:
                found.append(operation not in ("number", "sum") and any(found[place] for place in arguments))
        return tuple(found)

    @cached_property
    def sums(self) -> dict[str, int]:
        """The rows that are added up over everybody, by the role of their sum."""
        added = [row[1] for row in self.rows if row[0] == "sum"]
        return {f"sum_{number}": place for number, place in enumerate(added, start=1)}

    def part(self, last: int) -> Trace:
        """Return what computes one of the rows."""
        return Trace(pruned(self.rows, last))

    @cached_property
    def formula(self) -> Formula:
        """What is computed as a formula by role; what is added up over everybody is a role, such as ``sum_1``.

        Examples
        --------
        >>> from mechproof.solvers.readings.rationals import Rationals
        >>> own = Expression(Ways(), "role", "own", each=True)
        >>> trace = traced(Ways(), lambda a, own: own / 2 - 1, {"own": own})
        >>> trace.each[-1], read(trace.formula, Rationals(), {"own": Fraction(1)})
        (True, Fraction(-1, 2))
        """
        names = {place: name for name, place in self.sums.items()}
        needed = {here for here, _ in enumerate(self.rows)}
        if names:  # what is below a sum is of other people
            needed = _without_summands(self.rows)
        asked = [_asked(self.rows[here], names) for here in sorted(needed)]

        def body(a: Algebra, given: Mapping[str, Any]) -> Any:
            values: dict[int, Any] = {}
            for here in sorted(needed):
                operation, *arguments = self.rows[here]
                if name := _asked(self.rows[here], names):
                    values[here] = given[name]
                elif operation == "number":
                    values[here] = arguments[0]
                else:
                    values[here] = _computed(a, operation, [values[place] for place in arguments])
            last = values[len(self.rows) - 1]
            return a.number(last) if isinstance(last, Fraction) else last

        return by_roles(tuple(dict.fromkeys(name for name in asked if name)), body)

    def over(self, a: Any, given: Mapping[str, Any]) -> Any:
        """Return what is computed for all people at once; each has an entry in the vectors that are given."""
        values: list[Any] = []
        for operation, *arguments in self.rows:
            if operation in ("role", "data"):
                values.append(given[arguments[0]])
            elif operation == "number":
                values.append(arguments[0])
            else:
                values.append(_computed(a, operation, [values[place] for place in arguments]))
        return values[-1]

    @cached_property
    def summands(self) -> dict[str, Trace]:
        """What everybody adds to the sums, by the role of the sum."""
        return {name: self.part(place) for name, place in self.sums.items()}

    def with_data(self, data: Mapping[str, Any]) -> Trace:
        """Return the trace with numbers in place of what was read off the instance, computed as far as they go."""
        rows: list[Row] = []
        for operation, *arguments in self.rows:
            row: Row = (operation, *arguments)
            if operation == "data":
                row = ("number", Fraction(data[arguments[0]]))
            elif operation not in LEAVES and all(rows[place][0] == "number" for place in arguments):
                row = _folded(row, [rows[place][1] for place in arguments])
            rows.append(row)
        return Trace(straightened(rows))

    def alike(self, other: Trace) -> bool:
        """Whether another trace computes the same, up to the rounding of constants."""
        seen, waiting = set[tuple[int, int]](), [(len(self.rows) - 1, len(other.rows) - 1)]
        while waiting:
            pair = waiting.pop()
            (operation, *mine), (another, *theirs) = self.rows[pair[0]], other.rows[pair[1]]
            if operation != another or len(mine) != len(theirs):
                return False
            if operation == "number":
                if abs(mine[0] - theirs[0]) > ROUNDING * max(abs(mine[0]), abs(theirs[0])):
                    return False
            elif operation in LEAVES:
                if mine != theirs:
                    return False
            else:
                seen.add(pair)
                waiting += [inner for inner in zip(mine, theirs, strict=True) if inner not in seen]
        return True


@dataclass(frozen=True)
class Refused:
    """Why a formula is none by role."""

    reason: str


def traced(ways: Ways, formula: Formula, given: Mapping[str, Any]) -> Trace:
    """Run a formula once with expressions as its roles, and return what it computes.

    Raises
    ------
    UnsupportedModel
        When it is no formula by role: it decides by quantities, counts people, or asks for what is no role.

    Examples
    --------
    >>> own = Expression(Ways(), "role", "own", each=True)
    >>> traced(own.ways, lambda a, own: own if own > 1 else 0 * own, {"own": own})
    Traceback (most recent call last):
    mechproof.formulations.errors.UnsupportedModel: <lambda>: what the data or decisions are would decide; let maxima, \
minima or roles say it
    """
    return trace_of(ways, named(formula), lambda: read(formula, Tracing(ways), given))


def trace_of(ways: Ways, name: str, run: Callable[[], Any]) -> Trace:
    """Return what a run computes, in which nothing may be decided.

    Raises
    ------
    UnsupportedModel
        When it is no formula by role.
    """
    ways.closed = True
    try:
        found = run()
        if not ways.refused:
            found = Expression(ways, "number").constant(found)
    except UnsupportedModel:
        raise
    except UndecidedError as error:
        raise UnsupportedModel(f"{name}: {ways.refused.pop() if ways.refused else error}") from None
    except Exception as error:  # whatever a formula does with what is no number
        where = line_of(error.__traceback__)
        raise UnsupportedModel(f"{name}: {error}" + (f" ({where})" if where else "")) from None
    finally:
        ways.closed = False
    if ways.refused:  # even if the formula went on
        raise UnsupportedModel(f"{name}: {ways.refused.pop()}")
    rows = straight(found)
    if singled := sorted({row[1] for row in rows if row[0] == "entry"}):
        raise UnsupportedModel(
            f"{name} reads {', '.join(singled)} of single people off the instance; let it ask for {singled[0]} by name"
        )
    return Trace(rows)


def refused(formula: Formula, reason: str) -> Formula:
    """Return a formula of the same roles that says, whenever it is read, why it is none by role."""

    def body(a: Algebra, given: Mapping[str, Any]) -> Any:
        raise UnsupportedModel(reason)

    return by_roles(roles_of(formula), body)


def named(formula: Formula) -> str:
    """Return what a formula is called."""
    return getattr(formula, "__name__", None) or type(formula).__name__


def straightened(rows: list[Row]) -> tuple[Row, ...]:
    """Return rows in which no two compute the same, and those only that the last one needs."""
    found: dict[Row, int] = {}
    places: list[int] = []
    for row in rows:
        moved = row if row[0] in LEAVES else (row[0], *(places[place] for place in row[1:]))
        places.append(found.setdefault(moved, len(found)))
    return pruned(tuple(found), places[-1])


def _without_summands(rows: tuple[Row, ...]) -> set[int]:
    needed, waiting = set[int](), [len(rows) - 1]
    while waiting:
        here = waiting.pop()
        if here not in needed:
            needed.add(here)
            waiting += () if rows[here][0] in (*LEAVES, "sum") else rows[here][1:]
    return needed


def _asked(row: Row, sums: Mapping[int, str]) -> str:
    """Return the role a row stands for, or ""."""
    if row[0] == "sum":
        return sums[row[1]]
    return str(row[1]) if row[0] in ("role", "data") else ""


def _folded(row: Row, values: list[Fraction]) -> Row:
    if row[0] not in ARITHMETIC and not (row[0] == "**" and values[1].denominator == 1):
        return row
    try:
        return ("number", Fraction(_computed(None, row[0], list(values))))
    except ZeroDivisionError:
        return row


def _computed(a: Any, operation: str, values: list[Any]) -> Any:
    exact = all(isinstance(x, int | Fraction) for x in values)
    if operation == "**":
        return _power(a, values[0], values[1], exact)
    if operation in ARITHMETIC:
        return ARITHMETIC[operation](*(values if exact else [_lifted(a, x) for x in values]))
    if operation in ("highest", "lowest"):
        return getattr(a, operation)(values[0], int(values[1]), *values[2:])
    found = getattr(a, operation)(*(a.number(x) if isinstance(x, Fraction) and x else x for x in values))
    return Fraction(found) if isinstance(found, int) else found


def _power(a: Any, base: Any, exponent: Any, exact: bool) -> Any:
    if isinstance(exponent, Fraction) and exponent.denominator == 1:
        return (base if exact else _lifted(a, base)) ** int(exponent)
    if exact:  # a fraction to such a power would become a float
        return a.exp(exponent * a.log(base)) if base else base
    return _lifted(a, base) ** (float(exponent) if isinstance(exponent, Fraction) else exponent)


def _lifted(a: Any, x: Any) -> Any:
    """Return a constant as what an algebra computes with; whole numbers are the same in all."""
    if not isinstance(x, Fraction):
        return x
    return int(x) if x.denominator == 1 else a.number(x)
