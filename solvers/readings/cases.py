"""The reading by cases: utilities with steps and kinks as polynomials, one for each side of what they compare.

What is not known, such as the own decision or single ones of the others, is a variable; data are fractions. A
comparison must be linear in what is not known: then each case is a region that linear inequalities cut out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from ...formulations.algebra import summed
from ...formulations.data import as_fractions
from ...formulations.errors import UnsupportedModel
from ...formulations.others import at_rank, only_sum
from .regions import Half, point_in

MOST = 512
"""Cases of a formula, so that no reading takes for ever."""
Monomial = tuple[str, ...]


class Fork(Exception):
    """A comparison that was not decided yet."""


class Terms:
    """A polynomial in what is not known.

    Examples
    --------
    >>> x = unknown("x")
    >>> (x * x + 2 * x - 1).value({"x": Fraction(2)})
    Fraction(7, 1)
    """

    __array_ufunc__ = None
    level = 0

    def __init__(self, terms: dict[Monomial, Fraction]) -> None:
        self.terms = {names: factor for names, factor in terms.items() if factor}

    @property
    def constant(self) -> Fraction:
        """What stands in it without an unknown."""
        return self.terms.get((), Fraction(0))

    @property
    def degree(self) -> int:
        """The most unknowns that are multiplied with each other."""
        return max(map(len, self.terms), default=0)

    @property
    def slopes(self) -> dict[str, Fraction]:
        """What each unknown is multiplied with, where the degree is one."""
        return {names[0]: factor for names, factor in self.terms.items() if names}

    def value(self, point: Any) -> Fraction:
        """Return its value where every unknown has one."""
        total = Fraction(0)
        for names, factor in self.terms.items():
            for name in names:
                factor *= point[name]
            total += factor
        return total

    def __add__(self, other: Any) -> Any:
        found = dict(self.terms)
        for names, factor in _terms(other).items():
            found[names] = found.get(names, Fraction(0)) + factor
        return Terms(found)

    __radd__ = __add__

    def __neg__(self) -> Terms:
        return Terms({names: -factor for names, factor in self.terms.items()})

    def __sub__(self, other: Any) -> Any:
        return self + -Terms(_terms(other))

    def __rsub__(self, other: Any) -> Any:
        return -self + other

    def __mul__(self, other: Any) -> Any:
        found: dict[Monomial, Fraction] = {}
        for left, one in self.terms.items():
            for right, two in _terms(other).items():
                names = tuple(sorted(left + right))
                found[names] = found.get(names, Fraction(0)) + one * two
        return Terms(found)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        below = Terms(_terms(other))
        if below.degree:
            raise UnsupportedModel(
                "a utility divides by what is not known; cases are read of what it adds and multiplies"
            )
        return self * (1 / below.constant)

    def __rtruediv__(self, other: Any) -> Any:
        return Terms(_terms(other)) / self

    def __pow__(self, exponent: Any) -> Any:
        if exponent != int(exponent) or exponent < 0:
            raise UnsupportedModel("a utility has a power that is no whole number of what is not known")
        found = Terms({(): Fraction(1)})
        for _ in range(int(exponent)):
            found = found * self
        return found

    def _known(self, other: Any = 0) -> Fraction:
        apart = self - other
        if apart.degree:
            raise UnsupportedModel("a comparison by Python's signs is no case; steps are a.at_least")
        return Fraction(apart.constant)

    def __lt__(self, other: Any) -> bool:
        return self._known(other) < 0

    def __le__(self, other: Any) -> bool:
        return self._known(other) <= 0

    def __gt__(self, other: Any) -> bool:
        return self._known(other) > 0

    def __ge__(self, other: Any) -> bool:
        return self._known(other) >= 0

    def __eq__(self, other: object) -> bool:
        return self._known(other) == 0

    def __bool__(self) -> bool:
        return self._known() != 0

    __hash__ = None  # type: ignore[assignment]


class Rest(Terms):
    """The others: their sum, and single ones of them by rank, from the lowest up."""

    def __init__(self, total: Terms, ranks: Sequence[Any]) -> None:
        super().__init__(total.terms)
        self.ranks, self.asked = ranks, set[int]()

    def single(self, name: str, k: int, missing: Any) -> Any:
        """Return one of them; `asked` remembers which, by place."""
        if isinstance(k, int) and 1 <= k <= len(self.ranks):
            self.asked.add(k - 1 if name == "lowest" else len(self.ranks) - k)
        return at_rank(name, self.ranks, k, missing)


@dataclass
class Cases:
    """Formulas over polynomials; each comparison is decided as chosen, and adds an inequality to the region."""

    choices: tuple[bool, ...] = ()
    halves: list[Half] = field(default_factory=list)
    decided: dict[Any, bool] = field(default_factory=dict)

    name = "cases"
    level = 0

    def number(self, value: Any) -> Terms:
        """Return the exact value; beside a float it stays exact."""
        return constant(value)

    def vector(self, value: Any) -> np.ndarray:
        """Return the exact values."""
        return np.array([constant(entry) for entry in as_fractions(value)], dtype=object)

    def square(self, x: Any) -> Any:
        """x²."""
        return x * x

    def power(self, x: Any, exponent: Any) -> Any:
        """A whole power."""
        return Terms(_terms(x)) ** exponent

    def maximum(self, x: Any, y: Any) -> Any:
        """The larger in this case."""
        return Terms(_terms(x if self.larger(x, y) else y))

    def minimum(self, x: Any, y: Any) -> Any:
        """The smaller in this case."""
        return Terms(_terms(y if self.larger(x, y) else x))

    def absolute(self, x: Any) -> Any:
        """The larger of x and −x."""
        return self.maximum(x, -x)

    def at_least(self, x: Any, y: Any) -> Any:
        """1 where x ≥ y, else 0."""
        return constant(int(self.larger(x, y)))

    def sum(self, x: Any) -> Any:
        """The sum over a vector of data."""
        return sum(summed(x).tolist(), constant(0))

    def share(self, own: Any, others: Any) -> Any:
        """Own / (own + others), of numbers alone."""
        whole = Terms(_terms(own + others))
        return whole if not whole.terms else Terms(_terms(own)) / whole

    def highest(self, others: Any, k: int = 1, missing: Any = None) -> Any:
        """The k-th highest of the others."""
        return self._single("highest", others, k, missing)

    def lowest(self, others: Any, k: int = 1, missing: Any = None) -> Any:
        """The k-th lowest of the others."""
        return self._single("lowest", others, k, missing)

    def _single(self, name: str, others: Any, k: int, missing: Any) -> Any:
        if not isinstance(others, Rest):
            raise only_sum(name)
        return Terms(_terms(others.single(name, k, missing)))

    def __getattr__(self, operation: str) -> Any:
        if operation.startswith("_"):
            raise AttributeError(operation)
        raise UnsupportedModel(f"a.{operation} is no polynomial; cases are read of steps, kinks and polynomials")

    def larger(self, x: Any, y: Any) -> bool:
        """Whether x ≥ y in this case."""
        difference = Terms(_terms(x)) - y
        if not difference.degree:
            return bool(difference.constant >= 0)
        if difference.degree > 1:
            raise UnsupportedModel("what is compared is not linear in what is not known; cases are read of what is")
        key = frozenset(difference.terms.items())
        if key not in self.decided:
            if len(self.decided) == len(self.choices):
                raise Fork
            first = self.choices[len(self.decided)]
            self.decided[key] = first
            side = difference if first else -difference
            self.halves.append(Half(side.slopes, side.constant, strict=not first))
        return self.decided[key]


def constant(value: Any) -> Terms:
    """Return a number, a float as the double it is.

    Examples
    --------
    >>> print((0.1 * constant(3)).constant == 3 * Fraction(0.1))
    True
    """
    return Terms({(): Fraction(value)})


def unknown(name: str) -> Terms:
    """Return a variable."""
    return Terms({(name,): Fraction(1)})


def cases_of(run: Callable[[Cases], Any], region: Sequence[Half] = ()) -> Iterator[tuple[list[Half], Terms]]:
    """Return what comes of a formula in each case that has a point in the region, with the inequalities of the case.

    Examples
    --------
    >>> from mechproof.solvers.readings.regions import at_least_zero
    >>> kink = cases_of(lambda a: a.maximum(unknown("x"), 1), [at_least_zero(0, x=1)])
    >>> [value.terms for _, value in kink]
    [{(): Fraction(1, 1)}, {('x',): Fraction(1, 1)}]
    """
    waiting: list[tuple[bool, ...]] = [()]
    seen = 0
    while waiting:
        choices = waiting.pop()
        reading, seen = Cases(choices), seen + 1
        if seen > MOST:
            raise UnsupportedModel(f"a utility has more than {MOST} cases")
        try:
            value = Terms(_terms(run(reading)))
        except Fork:
            if point_in([*region, *reading.halves]) is not None:
                waiting += [(*choices, True), (*choices, False)]
            continue
        if point_in([*region, *reading.halves]) is not None:
            yield [*region, *reading.halves], value


def _terms(x: Any) -> dict[Monomial, Fraction]:
    if isinstance(x, Terms):
        return x.terms
    return {(): Fraction(x)} if x else {}
