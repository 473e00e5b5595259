"""Single ones of the others, as formulas ask for them: roles such as ``lowest_1``, however many others there are.

What is shown of any numbers in order, within the bounds of the decisions, holds of the others of however many people.
Where there are fewer than a formula asks for, what it says stands for who is missing takes their place.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from ...formulations.algebra import Formula
from ..kernel.sentence import at_least, at_most, by_roles
from .roles import Roles
from .rows import LEAVES, Row
from .traces import Trace, straightened

RANKED = ("highest", "lowest")


def asked_ranks(trace: Trace) -> tuple[tuple[str, int], ...]:
    """Return which of the others a formula asks for: from which end, and the how manieth.

    Examples
    --------
    >>> from mechproof.proofs.own.expressions import Expression
    >>> from mechproof.proofs.own.traces import traced
    >>> from mechproof.proofs.own.ways import Ways
    >>> others = Expression(Ways(), "role", "others", each=True)
    >>> asked_ranks(traced(others.ways, lambda a, others: a.lowest(others, 2), {"others": others}))
    (('lowest', 2),)
    """
    rows = trace.rows
    return tuple(dict.fromkeys((row[0], int(rows[row[2]][1])) for row in rows if row[0] in RANKED))


def numbers_of_others(trace: Trace) -> Iterator[tuple[str, int | None]]:
    """Return, in words, for how many others a formula is another one, None for as many as it asks for and more.

    A number is left out for which nothing stands for who is missing: such a game is refused when it is declared.
    """
    most = max((k for _, k in asked_ranks(trace)), default=0)
    for there in range(most):
        if all(len(row) == 4 or _rank(trace, row) <= there for row in trace.rows if row[0] in RANKED):
            yield f"of {there} others", there
    yield f"of {most} others or more" if most else "whatever the others do", None


def with_ranks(trace: Trace, there: int | None) -> Trace:
    """Return what a formula computes where there are so many others, or as many as it asks for: by roles."""
    rows: list[Row] = []
    places: list[int] = []
    for row in trace.rows:
        if row[0] in RANKED and there is not None and _rank(trace, row) > there:
            places.append(places[row[3]])
            continue
        if row[0] in RANKED:
            moved: Row = ("role", f"{row[0]}_{_rank(trace, row)}", True)
        else:
            moved = row if row[0] in LEAVES else (row[0], *(places[place] for place in row[1:]))
        places.append(len(rows))
        rows.append(moved)
    last = places[-1]
    return Trace(straightened(rows[: last + 1]))


def known_of_ranks(roles: Roles, trace: Trace) -> dict[str, Formula]:
    """Return what holds of the roles of single ones of the others: their bounds and their order, by its text."""
    found: dict[str, Formula] = {}
    lower, upper = roles.lower, roles.upper
    for end, k in asked_ranks(trace):
        name = f"{end}_{k}"
        if lower is not None:
            found[f"{name} ≥ {lower}"] = by_roles((name,), lambda a, given, name=name: at_least(given[name], lower))
        if upper is not None:
            found[f"{name} ≤ {upper}"] = by_roles((name,), lambda a, given, name=name: at_most(given[name], upper))
    for end in RANKED:
        ranks = sorted(k for one, k in asked_ranks(trace) if one == end)
        for near, far in pairwise(ranks):
            low, high = (f"{end}_{near}", f"{end}_{far}")[:: 1 if end == "lowest" else -1]
            found[f"{low} ≤ {high}"] = by_roles(
                (low, high), lambda a, given, low=low, high=high: at_most(given[low], given[high])
            )
    return found


def _rank(trace: Trace, row: Row) -> int:
    return int(trace.rows[row[2]][1])
