"""The SymPy reading: formulas by role, for derivations and for printing them as LaTeX or MathML.

A quantity that each person has is indexed by i; sums run over j. The others' sum is indexed by -i, apart from any own
decision, so a formula by role is a statement about anybody among any number of people.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import fields
from fractions import Fraction
from typing import Any

import numpy as np
import sympy as sp

from ...formulations.algebra import Formula, read, roles_of
from ...formulations.data import Rule, as_fractions
from ...formulations.language import Decision, Declaration, Game, Model
from .presentation import (
    AtLeast,
    HighestOf,
    Iverson,
    LowestOf,
    NormalDistribution,
    latex_of,
    mathml_of,
    presentation_of,
)

PERSON, ANYBODY = sp.Symbol("i", integer=True, positive=True), sp.Symbol("j", integer=True, positive=True)
COUNT = sp.Symbol("N", integer=True, positive=True)
OTHER = sp.Symbol("l", integer=True, positive=True)


class Indexed(sp.Indexed):  # type: ignore[misc]
    """A vector's entry for anybody; taken at another index it is the entry there.

    It has the name of SymPy's own class because terms are put in the order of their classes' names.
    """

    __iter__ = None

    def __getitem__(self, place: Any) -> Indexed:
        if not isinstance(place, sp.Expr):
            raise TypeError(f"an index {place!r} cannot be printed")
        return Indexed(self.base, place)


class Symbols:
    """Formulas over SymPy expressions; numbers keep their exact value.

    Examples
    --------
    >>> x, y = sp.symbols("x y")
    >>> Symbols().share(x, y)
    x/(x + y)
    """

    name = "sympy"
    level = 0

    def number(self, value: Any) -> Any:
        """Return the exact value."""
        exact = Fraction(value)
        return sp.Rational(exact.numerator, exact.denominator)

    def vector(self, value: Any) -> np.ndarray:
        """Return the exact values."""
        return np.array([self.number(entry) for entry in as_fractions(value)], dtype=object)

    def log(self, x: Any) -> Any:
        """Natural logarithm."""
        return _each(sp.log, x)

    def log1p(self, x: Any) -> Any:
        """ln(1 + x)."""
        return _each(lambda y: sp.log(1 + y), x)

    def exp(self, x: Any) -> Any:
        """Exponential."""
        return _each(sp.exp, x)

    def expm1(self, x: Any) -> Any:
        """eˣ − 1."""
        return _each(lambda y: sp.exp(y) - 1, x)

    def power(self, x: Any, exponent: Any) -> Any:
        """The power."""
        return _each(lambda y: y**exponent, x)

    def normal_cdf(self, x: Any) -> Any:
        """Φ(x)."""
        return _each(NormalDistribution, x)

    def sqrt(self, x: Any) -> Any:
        """Square root."""
        return _each(sp.sqrt, x)

    def square(self, x: Any) -> Any:
        """x²."""
        return x**2

    def absolute(self, x: Any) -> Any:
        """|x|."""
        return _each(sp.Abs, x)

    def maximum(self, x: Any, y: Any) -> Any:
        """Return the larger."""
        return _each(sp.Max, x, y)

    def minimum(self, x: Any, y: Any) -> Any:
        """Return the smaller."""
        return _each(sp.Min, x, y)

    def sum(self, x: Any) -> Any:
        """Return the sum of an array's entries, or over everybody."""
        if np.ndim(x):
            return sum(x, sp.Integer(0))
        return sp.Sum(sp.sympify(x).subs(PERSON, ANYBODY), (ANYBODY, 1, COUNT))

    def share(self, own: Any, others: Any) -> Any:
        """Return own / (own + others), printed as a fraction."""
        return _each(_share, own, others)

    def at_least(self, x: Any, y: Any) -> Any:
        """1 where x ≥ y, else 0."""
        return _each(lambda p, q: AtLeast(p, q), x, y)

    def count_positive(self, x: Any) -> Any:
        """How many entries are positive."""
        return self.sum(_each(Iverson, x))

    def highest(self, others: Any, k: int = 1, missing: Any = None) -> Any:
        """The k-th highest of the others, printed max⁽ᵏ⁾."""
        return HighestOf(others, k)

    def lowest(self, others: Any, k: int = 1, missing: Any = None) -> Any:
        """The k-th lowest of the others, printed min⁽ᵏ⁾."""
        return LowestOf(others, k)


def roles_of_declaration(declaration: Declaration) -> dict[str, Any]:
    r"""Return every role of a model as its declared symbol.

    Of a program ``other_price`` is the price of another entry l, ``next_price`` that of the next one.

    Examples
    --------
    >>> from mechproof.formulations.stackelberg.declaration import StackelbergPricing
    >>> from mechproof.solvers.readings.symbols import roles_of_declaration
    >>> roles = roles_of_declaration(StackelbergPricing(cost=[1, 1], alpha=4, beta=2))
    >>> print(roles["own"], roles["others"], roles["reward_pool"], roles["client_count"])
    \varepsilon[i] \varepsilon[-i] B N
    """
    roles = _data(declaration)
    if isinstance(declaration, Game):
        return _with_players(roles, declaration)
    if isinstance(declaration, Model):
        roles |= {item.name: _decision(item, bool(np.ndim(item.lower))) for item in declaration.decisions()}
        indexed = {name: x for name, x in roles.items() if isinstance(x, Indexed)}
        roles |= {f"other_{name}": x[OTHER] for name, x in indexed.items()}
        roles |= {f"next_{name}": x[PERSON + 1] for name, x in indexed.items()}
    return roles


def _with_players(roles: dict[str, Any], game: Game) -> dict[str, Any]:
    algebra = Symbols()
    for player in game.players():
        symbol = _decision(player.decision, player.count is not None)
        roles[player.decision.name] = symbol
        if player.count is not None:
            # the index -i is never the index of a person, so others' sum does not move with an own decision
            roles |= {f"{player.name}_count": COUNT, "own": symbol, "others": symbol.base[-PERSON]}
        for name, formula in player.aggregates.items():
            roles[name] = read(formula, algebra, roles)
    for name, formula in game.outcomes().items():
        if set(roles_of(formula)) <= set(roles):
            roles.setdefault(name, read(formula, algebra, roles))
    return roles


def expression(formula: Formula, declaration: Declaration) -> Any:
    """Return a formula of a declaration as a SymPy expression of its roles' symbols."""
    return read(formula, Symbols(), roles_of_declaration(declaration))


def latex(formula: Formula, declaration: Declaration) -> str:
    r"""Return a formula as LaTeX, by role.

    Examples
    --------
    >>> from mechproof.formulations.stackelberg.declaration import StackelbergPricing, payment
    >>> from mechproof.solvers.readings.symbols import latex
    >>> print(latex(payment, StackelbergPricing(cost=[1, 1], alpha=4, beta=2)))
    \frac{B {\varepsilon}_{i}}{{\varepsilon}_{- i} + {\varepsilon}_{i}}
    """
    return latex_of(expression(formula, declaration))


def mathml(formula: Formula, declaration: Declaration) -> str:
    """Return a formula as presentation MathML, by role.

    Examples
    --------
    >>> from mechproof.formulations.revenue_curve import LogRevenue
    >>> mathml(lambda a, beta: a.exp(beta), LogRevenue(alpha=4, beta=2))[55:]
    '<msup><mi>e</mi><mi>&#946;</mi></msup></mrow></math>'
    """
    return mathml_of(presentation_of(expression(formula, declaration)))


def _data(declaration: Declaration) -> dict[str, Any]:
    roles: dict[str, Any] = {}
    for item in fields(declaration):  # type: ignore[arg-type]
        value, rule = getattr(declaration, item.name), item.metadata.get("rule")
        if isinstance(value, Declaration):
            part = copy.copy(value)
            for name, symbol in _data(value).items():
                object.__setattr__(part, name, symbol)
            roles[item.name] = part
        elif rule is not None:
            roles[item.name] = _symbol(rule.symbol or item.name, rule.per is not None, **_signs(rule))
    return roles


def _decision(item: Decision, indexed: bool) -> Any:
    nonnegative = bool(np.all(np.asarray(item.lower, dtype=np.float64) >= 0))
    return _symbol(item.symbol or item.name, indexed, **({"nonnegative": True} if nonnegative else {"real": True}))


def _symbol(name: str, indexed: bool, **signs: bool) -> Any:
    return Indexed(sp.IndexedBase(name, **signs), PERSON) if indexed else sp.Symbol(name, **signs)


def _signs(rule: Rule) -> dict[str, bool]:
    if rule.above is not None and rule.above >= 0:
        return {"positive": True}
    if rule.at_least is not None and rule.at_least >= 0:
        return {"nonnegative": True}
    return {"real": True}


def _share(own: Any, others: Any) -> Any:
    whole = own + others
    return sp.Integer(0) if whole == 0 else own / whole


def _each(function: Callable[..., Any], *arguments: Any) -> Any:
    if not any(np.ndim(argument) for argument in arguments):
        return function(*arguments)
    return np.frompyfunc(function, len(arguments), 1)(*arguments)
