"""A second account of a client to a procurement: what two truthful ones gain, and that no reports of two gain anything.

Two accounts of one client compete. Each unit of the dearer one earns at most what it would beside all units of the
other; the other's, which would still be bought if it asked for more than the dearer one reports, earn at most that
report, or what they would beside all units of the dearer one. So the dearer the second account reports the more the
first keeps, and the less the second does beyond its cost: on a stretch of reports both are bounded by its ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise, product
from typing import Any

from flint import fmpq

from ....solvers.certificates.procurement.exact_worth import rational
from ..results import Item, Verdict
from .accounts import Account, accounts_of, with_rows
from .asked import LOOKED_AT, Asked, item, told

DEARER = tuple(fmpq(20 + k, 20) for k in (1, 2, 3, 5, 7, 10, 15, 20, 30))
"""How many times its cost a second account is tried to ask for."""
MOST_STRETCHES, MOST_DOUBLINGS = 200, 60
"""Of how many stretches of reports a second account is followed, and up to how many times its cost is doubled."""


def second_account(asked: Asked) -> Item:
    """Judge whether a client gains by a second account of the same cost and cap, or by dividing its cap among two.

    There is one client more then, by the declaration.
    """
    name = "second-account"
    some = [_Doubled(asked, i) for i in asked.free[:LOOKED_AT]]
    best = _best(one for each in some for one in each.honest())
    if best is None or not best.gain > 0:
        best = _best(one for each in some for one in each.lying())
    if best is not None and best.gain > 0:
        text = (
            f"{asked.person(best.client)} gains {told(best.gain)} by a second account of the same cost, with caps of "
            f"{told(best.caps[0])} and {told(best.caps[1])}: they sell {told(best.sold[0])} and {told(best.sold[1])} "
            f"in place of {told(asked.now[best.client].sold)}"
        )
        witness = {"client": asked.name(best.client), "caps": [*best.caps], "accounts": [*best.sold], "gain": best.gain}
        if best.report is not None:
            text = f"{text}; the second reports {told(best.report)}"
            witness["report"] = best.report
        return item(name, Verdict.VIOLATED, text, witness, best.gain)
    if asked.all_looked_at and all(each.gains_nothing() for each in some):
        text = (
            "no client keeps more with a second account, of the same cap or with its cap divided, whatever the two "
            "report: each is the other's competitor, and there is one client more"
        )
        return item(name, Verdict.HOLDS, text, {"gain": fmpq(0)})
    text = f"none of the {len(some)} cheapest clients gains by a second account that reports the truth"
    return item(name, Verdict.INCONCLUSIVE, f"{text}; that no other does is not shown")


@dataclass(frozen=True)
class _Two:
    """Two accounts of one client: their caps, what they sell, and what they keep more than one."""

    client: int
    caps: tuple[Any, Any]
    sold: tuple[Any, Any]
    gain: Any
    report: Any = None
    """What the second one reports, if not the truth."""


def _best(found: Iterable[_Two]) -> _Two | None:
    return max(found, key=lambda one: float(one.gain), default=None)


@dataclass(frozen=True)
class _Doubled:
    """A client with two accounts."""

    asked: Asked
    client: int

    def two(self, caps: tuple[Any, Any], second_report: Any = None) -> list[Account]:
        """Return what both keep, where the first reports the truth."""
        cost = self.asked.cost[self.client]
        report = cost if second_report is None else second_report
        changed = with_rows(self.asked.model, {}, {self.client: caps[0]}, [(report, caps[1])])
        return accounts_of(changed, [self.client, len(self.asked.cost)])

    def honest(self) -> Iterator[_Two]:
        """Yield what two truthful accounts gain: with both caps, with the cap divided, and with one that is idle."""
        cap, now = self.asked.cap[self.client], self.asked.now[self.client].rent
        for caps in ((cap, cap), (cap / 2, cap / 2), (cap, fmpq(0))):
            first, second = self.two(caps)
            yield _Two(self.client, caps, (first.sold, second.sold), first.rent + second.rent - now)

    def lying(self) -> Iterator[_Two]:
        """Yield what is gained if the second account asks for more, so that the first is paid up to that."""
        model, cost, cap = self.asked.model, self.asked.cost[self.client], self.asked.cap[self.client]
        now, prior = self.asked.now[self.client].rent, model.prior if model.rule == "myerson" else None
        reports = self.asked.types if model.by_types else [cost * factor for factor in DEARER]
        top = None if prior is None or prior.bounds[1] is None else rational(prior.bounds[1])
        for report in reports:
            if report > cost and (top is None or report <= top):
                first, second = self.two((cap, cap), report)
                gain = first.rent + self._beyond(report, second) - now
                yield _Two(self.client, (cap, cap), (first.sold, second.sold), gain, report)

    def gains_nothing(self) -> bool:
        """Whether no reports of two accounts keep more than one account does now, shown over balls."""
        cap, now = self.asked.cap[self.client], self.asked.now[self.client].rent
        if self.two((2 * cap, fmpq(0)))[0].rent <= now:
            return True
        return bool(self.two((cap, fmpq(0)))[0].rent <= now) and self._by_reports(now)

    def _by_reports(self, now: Any) -> bool:
        """Look at every report of the dearer account: the dearer it is the more the other keeps, and it the less."""
        cost, cap, model = self.asked.cost[self.client], self.asked.cap[self.client], self.asked.model
        if model.by_types:
            return all(self._kept(*reports) <= now for reports in product(self.asked.types, repeat=2))
        ends = [cost, 2 * cost]
        high = None if model.prior is None or model.rule == "vcg" else model.prior.bounds[1]
        while self.two((cap, cap), ends[-1] if high is None else min(ends[-1], rational(high)))[1].sold > 0:
            if (high is not None and ends[-1] >= rational(high)) or len(ends) > MOST_DOUBLINGS:
                break
            ends.append(2 * ends[-1])
        if high is not None:
            ends = [end for end in ends if end < rational(high)] + [rational(high)]
        return self._covered(ends, now)

    def _covered(self, ends: list[fmpq], now: Any) -> bool:
        """Whether no report between the ends keeps more, by cutting stretches in two until all are settled."""
        cap = self.asked.cap[self.client]
        known = {end: self.two((cap, cap), end) for end in ends}
        waiting = list(pairwise(ends))
        for _ in range(MOST_STRETCHES):
            if not waiting:
                return True
            low, high = waiting.pop()
            if self._beyond(low, known[low][1]) + known[high][0].rent <= now:
                continue
            middle = (low + high) / 2
            known[middle] = self.two((cap, cap), middle)
            waiting += [(low, middle), (middle, high)]
        return False

    def _beyond(self, report: fmpq, second: Account) -> Any:
        """What the second account keeps at a report, by the true cost."""
        return (report - self.asked.cost[self.client]) * second.sold + second.rent

    def _kept(self, first: fmpq, second: fmpq) -> Any:
        """What both accounts keep at two reports, by the true cost."""
        cap, rows = self.asked.cap[self.client], [self.client, len(self.asked.cost)]
        changed = with_rows(self.asked.model, {self.client: first}, {}, [(second, cap)])
        pairs = zip((first, second), accounts_of(changed, rows), strict=True)
        return sum((self._beyond(report, account) for report, account in pairs), fmpq(0))
