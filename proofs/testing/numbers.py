"""One number as its rule allows it: small, uneven or extreme; and numbers that miss the rule by a hair."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, cast

from ...formulations.data import Rule
from .requirements import hypothesis

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

KINDS = ("small", "uneven", "tied", "extreme")
"""What an instance's numbers are like: whole and below ten; of many sizes; the same for several; powers of ten."""
FARTHEST = 6
"""Extreme numbers are powers of ten up to this exponent, above one and below."""
HAIR = Fraction(1, 10**12)


def numbers(rule: Rule, kind: str) -> SearchStrategy[Fraction]:
    """Return a strategy of exact numbers that keep a rule, the smallest whole numbers first.

    Examples
    --------
    >>> from hypothesis import find, settings
    >>> same = settings(derandomize=True)
    >>> find(numbers(Rule("a cost", above=0), "uneven"), lambda cost: cost > 2, settings=same)
    Fraction(3, 1)
    >>> find(numbers(Rule("an index", at_least=0, whole=True), "small"), lambda index: True, settings=same)
    Fraction(0, 1)
    """
    st = hypothesis("mp.strategies").strategies
    size = _sizes(st, kind, rule.whole)
    bound = rule.above if rule.above is not None else rule.at_least
    if bound is None:
        return cast("SearchStrategy[Fraction]", st.one_of(size, st.just(Fraction(0)), size.map(lambda value: -value)))
    above = size.map(lambda value: bound + value)
    kept: SearchStrategy[Fraction] = above if rule.above is not None else st.one_of(st.just(Fraction(bound)), above)
    return kept


def outside(rule: Rule) -> list[tuple[str, Any]]:
    """Return numbers that break a rule, the first of them by no more than a hair, each with what is wrong with it.

    Examples
    --------
    >>> [why for why, _ in outside(Rule("a cost", above=0))]
    ['at its strict bound', 'below its bound', 'no number', 'infinite']
    """
    found: list[tuple[str, Any]] = []
    if rule.above is not None:
        found += [("at its strict bound", Fraction(rule.above)), ("below its bound", rule.above - HAIR)]
    if rule.at_least is not None:
        found.append(("below its bound", Fraction(rule.at_least) - (1 if rule.whole else HAIR)))
    if rule.whole:
        found.append(("not whole", (rule.above if rule.above is not None else rule.at_least or 0) + 1 + HAIR))
    return [*found, ("no number", float("nan")), ("infinite", float("inf"))]


def _sizes(st: Any, kind: str, whole: bool) -> SearchStrategy[Fraction]:
    """Return positive numbers of a kind."""
    sizes: SearchStrategy[Fraction] = st.integers(1, 9).map(Fraction)
    if kind == "extreme":
        powers = st.integers(0 if whole else -FARTHEST, FARTHEST).map(lambda power: Fraction(10) ** power)
        sizes = st.one_of(sizes, powers)
    elif kind == "uneven" and not whole:
        decimals = st.integers(1, 9999).map(lambda cents: Fraction(cents, 100))
        sizes = st.one_of(sizes, st.fractions(Fraction(1, 20), 20, max_denominator=20), decimals)
    return sizes
