"""Who counts as one to a market: owners with two accounts, owners who deal as one, idle accounts, and split purchases.

Nothing of this is promised; it is told beside what is. Owners' gains are in cents, and up to a cent is no reason to do
anything. In a **contest** an owner's two accounts are paid what one is paid that sells as much as both, so that only a
bound on each account makes a second one worth anything: it is judged against what the others sell. Any other rule is
handed the accounts, and asked what it does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import combinations
from typing import Any

import numpy as np

from ...formulations.data import as_fractions
from ...formulations.errors import InputError, LimitReached
from ...solvers.arbitrage.oracle import cheapest_bundle
from .accounts import CENTS, money, paid, safe
from .check import Check
from .declaration import Market
from .incentives import CENT, Played, best_of_contest
from .owners_game import Deal
from .rules import ContestPayment, Task

LOOKED_AT = 6
"""Of how many owners pairs are looked at: of all who could sell the cheapest, who would sell most."""
DEAR = 10**9
"""How many times all costs together an idle account asks for a unit, where nobody has a cap."""
SEARCH_SECONDS = 5.0
"""How long bundles of published prices are looked for."""


def identity(market: Market, found: Mapping[str, Mapping[str, Any]]) -> tuple[Check, ...]:
    """Judge what second accounts, cartels, idle accounts, split purchases and selling on change.

    Parameters
    ----------
    market
        As declared.
    found
        Results of the steps up to the owners' game.
    """
    split = split_purchase(market, found["prices"]["published_cents"])
    selling_on = _selling_on(market, split)
    shared, rows = found["task"]["shared_cents"], found["owners"]["owners"]
    if not shared:
        text = "there is nothing to be shared"
        none = (Check(name, "not applicable", text) for name in ("second-account", "merged-bidders", "idle-account"))
        return (*none, split, selling_on)
    task = Task(as_fractions(market.owners.cost) * CENTS, market.caps, Fraction(shared))
    sold, payments = [Fraction(row["epsilon"]) for row in rows], [int(row["payment_cents"]) for row in rows]
    played = Played(market, task, sold, payments)
    return (second_account(played), merged_bidders(played), idle_account(played), split, selling_on)


def second_account(played: Played) -> Check:
    """Judge whether an owner gains by a second account with the same cost and cap."""
    of_one = _second_in_contest if type(played.market.payment) is ContestPayment else _second_by_rule
    gains = [(of_one(played, place), place) for place in range(len(played.epsilon))]
    known = [(gain, place) for gain, place in gains if gain is not None]
    (least, most), place = max(known, default=((Fraction(0), Fraction(0)), 0))
    name, who = "second-account", played.market.owners.names[place]
    if least > CENT:
        here = played.gain(place)
        text = f"{who} gains {money(least)} by a second account: {money(here + least)} in place of {money(here)}"
        return Check(name, "violated", text)
    if all(gain is not None and gain[1] <= CENT for gain, _ in gains):
        return Check(name, "holds", f"no owner gains more than a cent by a second account: at most {money(most)}")
    return Check(name, "undecided", "no owner was found to gain by a second account; that none does is not shown")


def _second_in_contest(played: Played, place: int) -> tuple[Fraction, Fraction]:
    """Bounds on what two accounts keep more than one, while the others sell what they sell."""
    task, here = played.task, played.gain(place)
    others = sum(played.epsilon, Fraction(0)) - played.epsilon[place]
    cap = None if task.cap is None else 2 * task.cap[place]
    least, most, _ = best_of_contest(task.pool, task.cost[place], others, cap)
    return least - here, most - here


def _second_by_rule(played: Played, place: int) -> tuple[Fraction, Fraction] | None:
    """What the rule deals to both more than to one; None where it refuses."""
    task = played.task
    cap = None if task.cap is None else _with(task.cap, task.cap[place])
    kept = _kept(played, replace(task, cost=_with(task.cost, task.cost[place]), cap=cap), (place, -1))
    return None if kept is None else (kept - played.gain(place),) * 2


def merged_bidders(played: Played) -> Check:
    """Judge whether owners gain of whom the cheapest deals for all, while the others keep out."""
    name, few = "merged-bidders", _cheapest_sellers(played)
    sizes: Iterable[int] = range(2, len(few) + 1)
    asked = [(_as_one(played, group), group) for size in sizes for group in combinations(few, size)]
    gaining = [(len(group), -gain, group) for gain, group in asked if gain is not None and gain > CENT]
    if gaining:
        _, lost, group = min(gaining)
        names = ", ".join(played.market.owners.names[i] for i in group)
        text = f"{names} gain {money(-lost)} if one of them deals for all and the others keep out"
        return Check(name, "violated", text)
    sellers = sum(1 for own in played.epsilon if own > 0)
    if sellers <= LOOKED_AT and all(gain is not None for gain, _ in asked):
        text = "no owners who sell gain more than a cent by dealing as one: all such groups were dealt with anew"
        return Check(name, "holds", text)
    text = f"no groups of the {LOOKED_AT} cheapest owners gain by dealing as one; that no others do is not shown"
    return Check(name, "undecided", text)


def _cheapest_sellers(played: Played) -> list[int]:
    """Return the cheapest of those who sell."""
    order = np.argsort(played.task.cost, kind="stable").tolist()
    return [i for i in order if played.epsilon[i] > 0][:LOOKED_AT]


def _as_one(played: Played, group: tuple[int, ...]) -> Fraction | None:
    """What a group gains if its first deals for all; None where no such deal is struck."""
    task, out = played.task, list(group[1:])
    left = [i for i in range(len(task.cost)) if i not in out]
    apart = sum((played.gain(i) for i in group), Fraction(0))
    alone = sum(1 for i in left if task.cap is None or task.cap[i] > 0) < 2
    if alone and type(played.market.payment) is ContestPayment:  # nobody is left to compete with
        return Fraction(task.pool - task.cost[group[0]] * played.epsilon[group[0]] - apart)
    cap = None if task.cap is None else task.cap[left]
    kept = _kept(played, replace(task, cost=task.cost[left], cap=cap), (left.index(group[0]),))
    return None if kept is None else kept - apart


def idle_account(played: Played) -> Check:
    """Judge whether one more account that sells nothing moves what any owner sells or is paid by more than a cent."""
    name, task = "idle-account", played.task
    dear = _with(task.cost, Fraction(sum(task.cost) * (1 if task.cap is not None else DEAR)))
    cap = None if task.cap is None else _with(task.cap, Fraction(0))
    deal = _dealt(played, replace(task, cost=dear, cap=cap))
    if deal is None:
        return Check(name, "undecided", "the payment rule deals with no account more")
    if deal.epsilon[-1] > 0:
        return Check(name, "undecided", "the account that was to be idle sells by this rule")
    moved = [abs(paid(due) - now) for due, now in zip(deal.due[:-1], played.payment, strict=True)]
    same = all(own == now for own, now in zip(deal.epsilon[:-1], played.epsilon, strict=True))
    if same and max(moved) <= CENT:
        text = (
            "the pool comes from sales and is shared among those who sell: one more account that cannot moves nothing"
        )
        return Check(name, "holds", text)
    who = played.market.owners.names[int(np.argmax(moved))]
    return Check(
        name, "violated", f"one more account that sells nothing moves what {who} is paid by {money(max(moved))}"
    )


def split_purchase(market: Market, cents: list[int]) -> Check:
    """Judge whether copies of other versions are cheaper at the published prices: nobody asks who buys."""
    name, cone = "split-purchase", market.pricing.cone
    if safe(cone, cents):
        text = "a purchase split among any number of accounts costs no less: the published prices are in the safe cone"
        return Check(name, "holds", text)
    prices = [Fraction(price, CENTS) for price in cents]
    try:
        found = cheapest_bundle(cone.epsilon, prices, cone.attack, SEARCH_SECONDS, market.prices.version)
    except LimitReached as limit:
        return Check(name, "undecided", str(limit))
    return Check(name, "violated" if found else "holds", f"split among accounts, {found.text}" if found else found.text)


def _selling_on(market: Market, split: Check) -> Check:
    """Judge whether whoever sells on and pays the owners has less of a purchase that is split."""
    name = "intermediary"
    of = "promised by the survey" if market.pool.rule == "guaranteed" else "ordered before the task"
    text = f"owners share a pool, a part of the revenue {of}, and are not paid by the release"
    if split.verdict == "holds":
        return Check(name, "holds", f"{text}; a purchase that is split brings no less")
    return Check(name, split.verdict, f"{text}; the broker has less: {split.text}")


def _kept(played: Played, task: Task, places: tuple[int, ...]) -> Fraction | None:
    """What accounts keep together in another deal; None where no market would strike it."""
    deal = _dealt(played, task)
    if deal is None:
        return None
    return Fraction(sum(paid(deal.due[i]) - task.cost[i] * deal.epsilon[i] for i in places))


def _dealt(played: Played, task: Task) -> Deal | None:
    """What the rule deals to other accounts; None where a rule of somebody's own has no answer for them."""
    try:
        deal = played.market.payment.deal(task)
    except (InputError, ArithmeticError, ValueError, LookupError):
        return None
    return deal if len(deal.epsilon) == len(deal.due) == len(task.cost) else None


def _with(entries: np.ndarray, one: Any) -> np.ndarray:
    """Return entries and one more."""
    return np.array([*entries.tolist(), one], dtype=object)
