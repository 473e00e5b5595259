"""The reading for z3, an independent prover: unlike polynomials, it divides, takes roots and branches by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import z3

from ...formulations.algebra import Formula, read
from ..kernel.ratio import UnreadableError
from ..kernel.sentence import Relation, Sentence
from .counts import is_count

MILLISECONDS = 500
"""How long z3 may think by default: what it settles it mostly settles at once; else its opinion is "undecided"."""


class Term:
    """A z3 expression whose operators leave other readings' quantities alone."""

    __array_ufunc__ = None
    level = 0

    def __init__(self, expression: Any) -> None:
        self.expression = expression

    def _undecided(self, *_: Any) -> bool:
        raise UnreadableError("a formula that asks whether a value is zero cannot be read; use maxima and minima")

    __bool__ = __eq__ = __ne__ = _undecided
    __hash__ = None  # type: ignore[assignment]

    def __add__(self, other: Any) -> Any:
        return NotImplemented if (right := _bare(other)) is None else Term(self.expression + right)

    __radd__ = __add__

    def __neg__(self) -> Term:
        return Term(-self.expression)

    def __sub__(self, other: Any) -> Any:
        return NotImplemented if (right := _bare(other)) is None else Term(self.expression - right)

    def __rsub__(self, other: Any) -> Any:
        return NotImplemented if (left := _bare(other)) is None else Term(left - self.expression)

    def __mul__(self, other: Any) -> Any:
        return NotImplemented if (right := _bare(other)) is None else Term(self.expression * right)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        return NotImplemented if (right := _bare(other)) is None else Term(self.expression / right)

    def __rtruediv__(self, other: Any) -> Any:
        return NotImplemented if (left := _bare(other)) is None else Term(left / self.expression)

    def __pow__(self, exponent: int) -> Term:
        product = Term(z3.RealVal(1))
        for _ in range(abs(exponent)):
            product = product * self
        return product if exponent >= 0 else 1 / product


def _bare(x: Any) -> Any:
    if isinstance(x, Term):
        return x.expression
    return z3.Q(Fraction(x).numerator, Fraction(x).denominator) if isinstance(x, int | float | Fraction) else None


@dataclass
class Reals:
    """Formulas over z3's real numbers; `facts` collects what defines roots, logarithms and exponentials."""

    facts: list[Any] = field(default_factory=list)
    made: dict[str, Term] = field(default_factory=dict)
    arguments: list[tuple[str, Any, Any]] = field(default_factory=list)

    name = "z3"
    level = 0

    def number(self, value: Any) -> Term:
        """Return a constant."""
        return Term(_bare(Fraction(value)))

    def vector(self, value: Any) -> Any:
        """Refuse: sentences speak of sums and of single people."""
        raise UnreadableError("a vector is no real number; sums are roles")

    def square(self, x: Any) -> Any:
        """Return x²."""
        return x * x

    def sum(self, x: Any) -> Any:
        """Return the sum over an array of values."""
        return sum(x, self.number(0))

    def share(self, own: Any, others: Any) -> Any:
        """Return own / (own + others), and 0 where nobody has anything."""
        part, whole = _bare(own), _bare(own + others)
        return Term(z3.If(whole == 0, z3.RealVal(0), part / whole))

    def maximum(self, x: Any, y: Any) -> Term:
        """Return the larger."""
        return Term(z3.If(_bare(x) >= _bare(y), _bare(x), _bare(y)))

    def minimum(self, x: Any, y: Any) -> Term:
        """Return the smaller."""
        return Term(z3.If(_bare(x) <= _bare(y), _bare(x), _bare(y)))

    def absolute(self, x: Any) -> Term:
        """Return |x|."""
        return Term(z3.If(_bare(x) >= 0, _bare(x), -_bare(x)))

    def sqrt(self, x: Any) -> Term:
        """Return a new q with q ≥ 0 and q² = x."""
        return self._new("sqrt", x, lambda inner, root: [root >= 0, root * root == inner])

    def log(self, x: Any) -> Term:
        """Return a new number between 1 − 1/x and x − 1."""
        return self._new("ln", x, lambda inner, power: [power <= inner - 1, power >= 1 - 1 / inner])

    def log1p(self, x: Any) -> Term:
        """Return ln(1 + x)."""
        return self.log(1 + x)

    def exp(self, x: Any) -> Term:
        """Return a new positive number that is at least 1 + x, and at most 1/(1 − x) where x < 1."""
        return self._new("exp", x, lambda e, power: [power > 0, power >= e + 1, power * (1 - e) <= 1])

    def expm1(self, x: Any) -> Any:
        """Return eˣ − 1."""
        return self.exp(x) - 1

    def power(self, x: Any, exponent: Any) -> Any:
        """Return a whole power, not negative: only a number tells how often to multiply."""
        if not isinstance(exponent, int | Fraction) or exponent < 0 or exponent.denominator != 1:
            raise UnreadableError("a power that is no whole number is no polynomial")
        return x ** int(exponent)

    def normal_cdf(self, x: Any) -> Any:
        """Refuse: of the normal distribution nothing is known here."""
        raise UnreadableError("the normal distribution is no polynomial; intervals can show what is said of it")

    def at_least(self, x: Any, y: Any) -> Term:
        """Return 1 where x ≥ y, else 0."""
        return Term(z3.If(_bare(x) >= _bare(y), z3.RealVal(1), z3.RealVal(0)))

    def highest(self, others: Any, k: int = 1, missing: Any = None) -> Any:
        """Refuse: single ones of the others are roles."""
        raise UnreadableError("one of the others is a role, as highest_1")

    lowest = highest

    def count_positive(self, x: Any) -> Any:
        """Refuse: a count is a role."""
        raise UnreadableError("a count is a role")

    def _new(self, operation: str, x: Any, facts: Any) -> Term:
        inner = z3.simplify(_bare(x))
        key = f"{operation} {inner.sexpr()}"
        if key not in self.made:
            made = Term(z3.Real(key))
            for before, argument, value in self.arguments:
                if before == operation:  # equal arguments have equal values
                    self.facts.append(z3.Implies(argument == inner, value == made.expression))
            self.arguments.append((operation, inner, made.expression))
            self.made[key] = made
            self.facts += facts(inner, made.expression)
        return self.made[key]


def opinion(sentence: Sentence, milliseconds: int = MILLISECONDS) -> str:
    """Return what z3 says of a sentence: "agrees", "disagrees", or "undecided" in the time given.

    Examples
    --------
    >>> from mechproof.proofs.kernel.sentence import above
    >>> opinion(Sentence({"x > 0": lambda a, x: above(x, 0)}, lambda a, x: above(x * x, 0)))
    'agrees'
    """
    found = _solver(sentence.given, sentence.goal, milliseconds)[0].check()
    return {"unsat": "agrees", "sat": "disagrees"}.get(str(found), "undecided")


def countermodel(
    given: Mapping[str, Formula], goal: Formula, milliseconds: int = MILLISECONDS
) -> tuple[str, dict[str, Fraction] | None]:
    """Return z3's word on whether there is one, and the values of one where they are rational."""
    solver, variables = _solver(given, goal, milliseconds)
    word = str(solver.check())
    if word != "sat":
        return word, None
    model, values = solver.model(), {}
    for name, variable in variables.items():
        value = model.eval(variable, model_completion=True)
        if not z3.is_rational_value(value):
            return word, None
        values[name] = Fraction(value.numerator_as_long(), value.denominator_as_long())
    return word, values


def _solver(given: Mapping[str, Formula], goal: Formula, milliseconds: int) -> tuple[Any, dict[str, Any]]:
    """Return a solver with all that is given and the goal's opposite, and its variables.

    It has a context of its own: in one that is shared, what z3 finds depends on all that it was asked before.
    """
    reading, solver = Reals(), z3.Solver()
    stated = Sentence(given, goal)
    variables = {name: Term(z3.Real(name)) for name in stated.variables}
    for statement in given.values():
        solver.add(_truth(read(statement, reading, variables)))
    solver.add(z3.Not(_truth(read(goal, reading, variables))))
    for name, variable in variables.items():
        if is_count(name):
            solver.add(z3.IsInt(variable.expression))
    solver.add(*reading.facts)
    alone = z3.Context()
    # a translated solver takes a seventh of a second before its first answer, a new one a thousandth
    own = z3.Solver(ctx=alone)
    own.set("timeout", milliseconds)
    own.add(*(fact.translate(alone) for fact in solver.assertions()))
    return own, {name: variable.expression.translate(alone) for name, variable in variables.items()}


def _truth(relation: Relation) -> Any:
    difference, sign = relation.against_zero()
    value = _bare(difference)
    if sign == "=":
        return value == 0
    return value > 0 if sign == ">" else value >= 0
