"""Who counts as one to a procurement: clients with two accounts, clients who sell as one, and who sells nothing.

Changed procurements are the declared rule again, computed over fractions and balls. An account's rent is what it is
paid beyond its report: each unit earns the largest report at which it would still be bought, less the report. So

- two accounts of one client, whatever they report, keep no more than one account that may sell as much as both, beside
  an idle one: each is the other's competitor;
- a cartel keeps at most what its members' units would earn if nobody else of the cartel were there, and the more belong
  to it the more it gains: if all together gain nothing, no cartel does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, pairwise
from typing import Any, TypeAlias

import numpy as np
from flint import fmpq

from ....formulations.errors import MechproofError
from ....formulations.procurement.declaration import PrivacyProcurement
from ....solvers.certificates.procurement.exact import exact_outcome
from ....solvers.certificates.procurement.exact_worth import BITS
from ....solvers.readings.balls import precision
from ..results import Item, Verdict
from .accounts import accounts_of, number, supply_cost, with_rows, without_row
from .asked import LOOKED_AT, Asked, item, told
from .second_account import second_account

MOST = 1_000
"""Up to how many clients other accounts are computed."""
PARTS = 16
"""In how many parts a cartel's reports are tried where those of its members' costs gain nothing."""


def identity(model: PrivacyProcurement) -> tuple[Item, ...]:
    """Judge second accounts, cartels and idle accounts, whatever was stated: it is the rule that is asked.

    Examples
    --------
    >>> model = PrivacyProcurement(cost=[1, 2], epsilon_cap=[1, 1], alpha=2, beta=4, client=["Ann", "Bob"])
    >>> for item in identity(model):
    ...     print(item.property, item.verdict)
    second-account holds
    merged-bidders violated
    idle-account violated
    """
    judges: dict[str, Callable[[Asked], Item]] = {
        "second-account": second_account,
        "merged-bidders": merged_bidders,
        "idle-account": idle_account,
    }
    if len(model.cost) > MOST:
        text = f"what other accounts change is computed for at most {MOST:,} clients, not {len(model.cost):,}"
        return tuple(item(name, Verdict.INCONCLUSIVE, text) for name in judges)
    asked, found = Asked(model), []
    for name, judge in judges.items():
        try:
            with precision(BITS):
                found.append(judge(asked))
        except MechproofError as error:
            text = f"the rule's outcome with other accounts was not found: {error}"
            found.append(item(name, Verdict.INCONCLUSIVE, text))
    return tuple(found)


_Tried: TypeAlias = "tuple[int, Iterator[tuple[int, ...]], Callable[[Asked, tuple[int, ...]], list[fmpq]]]"


@dataclass(frozen=True)
class _Cartel:
    """Some clients who sell as one: their report, what they sell, and what they gain."""

    members: tuple[int, ...]
    report: fmpq
    sold: Any
    gain: Any


def merged_bidders(asked: Asked) -> Item:
    """Judge whether clients gain who sell as one, on one's account, while the others' accounts sell nothing."""
    name = "merged-bidders"
    if len(asked.free) < 2 or _all_gain_nothing(asked):
        text = (
            "clients who sell as one gain nothing: all together could keep at most "
            f"{told(sum((one.rent for one in asked.now.values()), fmpq(0)))}, which they keep apart, and fewer "
            "gain no more than all"
        )
        return item(name, Verdict.HOLDS, text, {"gain": fmpq(0)})
    tried = 0
    for size, cartels, reports in (*_cartels(asked.free), *_neighbours(asked)):
        found = [_cartel(asked, members, report) for members in cartels for report in reports(asked, members)]
        tried += len(found)
        best = max(found, key=lambda one: float(one.gain), default=None)
        if best is not None and best.gain > 0:
            return _gains(asked, best, size)
    if asked.model.by_types and asked.all_looked_at:
        text = f"no cartel gains, whichever type it reports: all {tried:,} cartels and reports were computed"
        return item(name, Verdict.HOLDS, text, {"gain": fmpq(0)})
    text = f"none of the {tried:,} cartels and reports that were tried gains; that no other does is not shown"
    return item(name, Verdict.INCONCLUSIVE, text)


def _gains(asked: Asked, best: _Cartel, size: int) -> Item:
    names = [asked.name(i) for i in best.members]
    whom = ", ".join(names[:6]) + (f" and {size - 6:,} more" if size > 6 else "")
    text = (
        f"clients {whom} gain {told(best.gain)} by selling as one at a report of {told(best.report)}, with "
        f"{told(best.sold)} in all; the cheapest of them sells first"
    )
    witness = {"clients": names, "report": best.report, "sold": best.sold, "gain": best.gain}
    return item("merged-bidders", Verdict.VIOLATED, text, witness, best.gain)


def _all_gain_nothing(asked: Asked) -> bool:
    """Whether what everybody together could keep is what all keep apart."""
    kept = sum((one.rent for one in asked.now.values()), fmpq(0))
    if not any(one.sold > 0 for one in asked.now.values()):  # nothing is worth the cheapest report
        return all(one.sold == 0 for one in asked.now.values())
    if not asked.all_looked_at or asked.model.by_types:  # an ironed block's ties are another matter
        return False
    most, before = fmpq(0), fmpq(0)
    first = asked.free[0]
    idle: dict[int, Any] = dict.fromkeys(asked.free[1:], 0)
    for i in asked.free:  # the units of each, as if they were sold at its report after those of the cheaper ones
        kept_until = []
        for cap in (before, before + asked.cap[i]):
            alone = with_rows(asked.model, {first: asked.cost[i]}, {**idle, first: cap})
            kept_until.append(accounts_of(alone, [first])[0].rent)
        most, before = most + kept_until[1] - kept_until[0], before + asked.cap[i]
    return bool(most <= kept)


def _cartels(free: Sequence[int]) -> Iterator[_Tried]:
    """Return the cartels that are tried by their size: of a few clients all, else pairs of the cheapest, then all."""
    few = free[:LOOKED_AT]
    if len(free) <= LOOKED_AT:
        yield from ((size, combinations(few, size), _reports) for size in range(2, len(few) + 1))
    else:
        yield 2, combinations(few, 2), _reports
        yield len(free), iter([tuple(free)]), _reports


def _neighbours(asked: Asked) -> Iterator[_Tried]:
    """Return neighbours by their costs, and all together, at reports between their costs too."""
    if not asked.model.by_types:
        yield 2, pairwise(asked.free[:LOOKED_AT]), _between
        yield len(asked.free), iter([tuple(asked.free)]), _between


def _between(asked: Asked, members: tuple[int, ...]) -> list[fmpq]:
    """Return reports from the cheapest member's cost to that of the next dearer client."""
    ends = _reports(asked, members)
    return [ends[0] + (ends[-1] - ends[0]) * k / PARTS for k in range(1, PARTS)]


def _reports(asked: Asked, members: tuple[int, ...]) -> list[fmpq]:
    """Return the reports that are tried: the members' costs, of many a few, and that of the next dearer client."""
    if asked.model.by_types:
        return asked.types
    own = sorted({asked.cost[i] for i in members})
    dearer = [asked.cost[i] for i in asked.free if asked.cost[i] > own[-1]]
    some = own if len(own) <= LOOKED_AT else [own[round(k)] for k in np.linspace(0, len(own) - 1, LOOKED_AT)]
    return [*some, *dearer[:1]]


def _cartel(asked: Asked, members: tuple[int, ...], report: fmpq) -> _Cartel:
    """Return what a cartel gains at a report."""
    first, caps = min(members), [asked.cap[i] for i in members]
    changed = with_rows(asked.model, {first: report}, {**dict.fromkeys(members, 0), first: sum(caps)})
    account = accounts_of(changed, [first])[0]
    spent = supply_cost([asked.cost[i] for i in members], caps, account.sold)
    kept = report * account.sold + account.rent - spent
    return _Cartel(members, report, account.sold, kept - sum((asked.now[i].rent for i in members), fmpq(0)))


def idle_account(asked: Asked) -> Item:
    """Judge whether an account that sells nothing leaves what the others sell and are paid as it is without it."""
    name = "idle-account"
    who, less, more = _with_and_without(asked)
    without, beside = (_sums(columns) for columns in (less, more))
    pairs = [pair for one, other in zip(less, more, strict=True) for pair in zip(one, other, strict=True)]
    witness = {"sold_without": without[0], "sold_with": beside[0], "paid_without": without[1], "paid_with": beside[1]}
    if all(isinstance(x, Fraction) and x == y for x, y in pairs):
        text = f"{who} leaves what each of the others sells and is paid as it is: both were computed"
        return item(name, Verdict.HOLDS, text, witness)
    if any(number(x) < number(y) or number(x) > number(y) for x, y in pairs):
        text = (
            f"{who} moves what the others sell from {told(without[0])} to {told(beside[0])}, and what they are paid "
            f"from {told(without[1])} to {told(beside[1])}"
        )
        return item(name, Verdict.VIOLATED, text, witness, abs(without[1] - beside[1]))
    text = f"{who} moves nothing by more than {2.0 ** (16 - BITS):.0e}; that it moves nothing is not shown"
    return item(name, Verdict.INCONCLUSIVE, text)


_Columns: TypeAlias = Sequence[Sequence[Any]]


def _with_and_without(asked: Asked) -> tuple[str, _Columns, _Columns]:
    """Return who is idle, and what the others sell and are paid without it, and with it."""
    model, count = asked.model, len(asked.cost)
    outcome = exact_outcome(model)
    idle = [i for i in range(count) if outcome.epsilon[i] == 0]
    if not idle or count == 1:
        added = exact_outcome(with_rows(model, {}, {}, [(max(asked.cost), 0)]))
        more = [column[:-1] for column in (added.epsilon, added.payment)]
        return "one more client, who may sell nothing,", (outcome.epsilon, outcome.payment), more
    out = idle[-1]
    less = exact_outcome(without_row(model, out))
    kept = [[x for i, x in enumerate(column) if i != out] for column in (outcome.epsilon, outcome.payment)]
    return f"{asked.person(out)}, who sells nothing,", (less.epsilon, less.payment), kept


def _sums(columns: Sequence[Sequence[Any]]) -> list[Any]:
    """Return what each column adds up to."""
    return [sum(map(number, column), fmpq(0)) for column in columns]
