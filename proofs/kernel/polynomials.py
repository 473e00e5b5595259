"""The reading of sentences as polynomials, part of what must be trusted: it says what the kernel is asked to check.

Values are products of polynomial factors with whole powers. Whoever divides must show the divisor to be positive: the
division adds a line to be proved. A root is a new variable q with q ≥ 0 and q² = x; of a logarithm or an exponential, a
new variable too, only ln x ≤ x − 1, ln x ≥ 1 − 1/x, eˣ ≥ 1 + x and eˣ (1 − x) ≤ 1 are used. The larger of two values is
the one or the other, a step is one or zero: the sentence is read once for each case.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from ...formulations.algebra import Formula, read
from .kernel import Line, Polynomial
from .ratio import Key, Ratio, UnreadableError, primitive, single
from .sentence import Relation, Sentence

MADE = ("sqrt", "ln", "exp")
"""What the variables are called that stand for roots, logarithms and exponentials; a number follows."""
MOST_CASES = 256
"""Beyond this a sentence is not read, so that no reading takes for ever."""


class Fork(Exception):
    """A choice between two cases that was not made yet."""


@dataclass
class Polynomials:
    """Formulas over rational functions; `lines` collects what the sentence assumes and what must be proved of it.

    Examples
    --------
    >>> a = Polynomials()
    >>> ratio = a.variable("x") / a.variable("y")
    >>> a.lines
    [Line(role='prove', polynomial={('y',): 1}, sign='>')]
    """

    choices: tuple[bool, ...] = ()
    lines: list[Line] = field(default_factory=list)
    made: dict[Any, Any] = field(default_factory=dict)
    decided: dict[Any, bool] = field(default_factory=dict)

    name = "polynomials"
    level = 0

    def variable(self, name: str) -> Ratio:
        """Return a variable."""
        return single(self, {(name,): 1})

    def role(self, name: str) -> Ratio:
        """Return the variable of a role, which must not be called as the variables of roots and logarithms are."""
        if any(name.startswith(made) and name.removeprefix(made).isdecimal() for made in MADE):
            raise UnreadableError(f"a role cannot be called {name}: so are the variables of roots and logarithms")
        return self.variable(name)

    def number(self, value: Any) -> Ratio:
        """Return a constant."""
        return Ratio(self, Fraction(value), ())

    def vector(self, value: Any) -> Any:
        """Refuse: sentences speak of sums and of single people."""
        raise UnreadableError("a vector is no polynomial; sums are roles")

    def value(self, x: Any) -> Ratio:
        """Return a value of this reading."""
        return x if isinstance(x, Ratio) else self.number(x)

    def sum(self, x: Any) -> Any:
        """Return the sum over an array of values."""
        return sum(x, self.number(0))

    def square(self, x: Any) -> Any:
        """Return x²."""
        return x * x

    def share(self, own: Any, others: Any) -> Any:
        """Return own / (own + others), where somebody has something."""
        return own / (own + others)

    def maximum(self, x: Any, y: Any) -> Any:
        """Return x in the case x ≥ y, y in the case y ≥ x."""
        return x if self.larger(x, y) else y

    def minimum(self, x: Any, y: Any) -> Any:
        """Return y in the case x ≥ y, x in the case y ≥ x."""
        return y if self.larger(x, y) else x

    def absolute(self, x: Any) -> Any:
        """Return the larger of x and −x."""
        return self.maximum(x, -self.value(x))

    def sqrt(self, x: Any) -> Any:
        """Return q with q ≥ 0 and q² = x, after showing x ≥ 0."""

        def define(inner: Ratio, root: Ratio) -> None:
            self.add("prove", Relation(inner, ">=", 0))
            self.add("define", Relation(root, ">=", 0))
            self.add("define", Relation(root * root, "=", inner))

        return self._new("sqrt", x, define)

    def log(self, x: Any) -> Any:
        """Return a variable between 1 − 1/x and x − 1, after showing x > 0."""

        def define(inner: Ratio, logarithm: Ratio) -> None:
            self.add("prove", Relation(inner, ">", 0))
            self.add("define", Relation(inner - 1, ">=", logarithm))
            self.add("define", Relation(inner * logarithm, ">=", inner - 1))

        return self._new("ln", x, define)

    def log1p(self, x: Any) -> Any:
        """Return ln(1 + x)."""
        return self.log(1 + self.value(x))

    def exp(self, x: Any) -> Any:
        """Return a positive variable that is at least 1 + x, and at most 1/(1 − x) where x < 1."""

        def define(inner: Ratio, power: Ratio) -> None:
            self.add("define", Relation(power, ">", 0))
            self.add("define", Relation(power, ">=", inner + 1))
            self.add("define", Relation(1, ">=", power * (1 - inner)))

        return self._new("exp", x, define)

    def expm1(self, x: Any) -> Any:
        """Return eˣ − 1."""
        return self.exp(x) - 1

    def power(self, x: Any, exponent: Any) -> Any:
        """Return a whole power, not negative."""
        power = self.value(exponent)
        if power.factors or power.constant.denominator != 1 or power.constant < 0:
            raise UnreadableError("a power that is no whole number is no polynomial")
        return self.value(x) ** int(power.constant)

    def normal_cdf(self, x: Any) -> Any:
        """Refuse: of the normal distribution nothing is known here."""
        raise UnreadableError("the normal distribution is no polynomial; intervals can show what is said of it")

    def at_least(self, x: Any, y: Any) -> Any:
        """Return 1 in the case x ≥ y, 0 in the case x < y."""
        return self.number(1 if self._in_case(x, y, step=True) else 0)

    def highest(self, others: Any, k: int = 1, missing: Any = None) -> Any:
        """Refuse: single ones of the others are roles."""
        raise UnreadableError("one of the others is a role, as highest_1")

    lowest = highest

    def count_positive(self, x: Any) -> Any:
        """Refuse: a count is no polynomial."""
        raise UnreadableError("a count is no polynomial; it is a role")

    def add(self, role: str, relation: Relation) -> None:
        """Add a line, cleared of denominators that were shown to be positive."""
        difference, sign = relation.against_zero()
        self.lines.append(Line(role, dict(primitive(self.value(difference).numerator())[1]), sign))

    def positive(self, factor: Key) -> None:
        """Make sure that a divisor is positive: it is known to be, or becomes a line to be proved."""
        polynomial = dict(factor)
        if not any(line.sign == ">" and line.polynomial == polynomial for line in self.lines):
            self.lines.append(Line("prove", polynomial, ">"))

    def _new(self, operation: str, x: Any, define: Any) -> Ratio:
        inner = self.value(x)
        key = (operation, inner.constant, inner.factors)
        if key not in self.made:
            self.made[key] = self.variable(f"{operation}{len(self.made) + 1}")
            define(inner, self.made[key])
        made: Ratio = self.made[key]
        return made

    def larger(self, x: Any, y: Any) -> bool:
        """Return whether x is the larger in this case, which is a line then."""
        return self._in_case(x, y, step=False)

    def _in_case(self, x: Any, y: Any, step: bool) -> bool:
        """Return whether x ≥ y in this case; of a kink the other one is y ≥ x, of a step y > x."""
        difference = self.value(x) - y
        if not difference.factors:
            return bool(difference.constant >= 0)
        key = (step, difference.constant, difference.factors)
        if key not in self.decided:
            if len(self.decided) == len(self.choices):
                raise Fork
            self.decided[key] = self.choices[len(self.decided)]
            if self.decided[key]:
                self.add("case", Relation(difference, ">=", 0))
            else:
                self.add("case", Relation(-difference, ">" if step else ">=", 0))
        return self.decided[key]


def cases_of(sentence: Sentence) -> list[list[Line]]:
    """Return the lines of a sentence, a list for each case of its maxima and minima.

    Examples
    --------
    >>> from mechproof.proofs.kernel.sentence import above, at_least
    >>> rise = Sentence({"x > 0": lambda a, x: above(x, 0)}, lambda a, x: above(1 / x, 0))
    >>> [(line.role, line.polynomial, line.sign) for line in cases_of(rise)[0]]
    [('given', {('x',): 1}, '>'), ('prove', {(): 1}, '>')]
    """
    return [reading.lines for reading, _ in readings_of(sentence)]


def readings_of(sentence: Sentence) -> list[tuple[Polynomials, Relation]]:
    """Return a sentence's readings, one for each case of its maxima and minima, each with its goal as it is there."""
    waiting: list[tuple[bool, ...]] = [()]
    found: list[tuple[Polynomials, Relation]] = []
    while waiting:
        choices = waiting.pop()
        reading = Polynomials(choices)
        try:
            goal = _read_into(reading, sentence)
        except Fork:
            if len(found) + len(waiting) >= MOST_CASES:
                raise UnreadableError(f"it has more than {MOST_CASES} cases of maxima, minima and steps") from None
            waiting += [(*choices, False), (*choices, True)]
            continue
        found.append((reading, goal))
    return found


def _read_into(reading: Polynomials, sentence: Sentence) -> Relation:
    roles = {name: reading.role(name) for name in sentence.variables}
    for statement in sentence.given.values():
        reading.add("given", read(statement, reading, roles))
    for statement in sentence.lemmas:
        reading.add("prove", read(statement, reading, roles))
    goal: Relation = read(sentence.goal, reading, roles)
    reading.add("prove", goal)
    return goal


def polynomial_of(formula: Formula, sentence: Sentence) -> Polynomial:
    """Return a formula of a sentence's roles as a polynomial, its denominators cleared."""
    reading = Polynomials()
    return reading.value(read(formula, reading, {name: reading.role(name) for name in sentence.variables})).numerator()
