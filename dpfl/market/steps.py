"""The six steps of a market. Each makes plain data of the market and of what the steps before it found.

That data alone passes from step to step (fractions as text, money in whole cents), so that a run that was interrupted
goes on from what is written down and ends as one that was not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from hashlib import sha256
from itertools import pairwise
from math import floor
from statistics import median
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np

from ...formulations.data import as_fractions
from ...formulations.errors import InputError
from ...formulations.versions.pricing import VersionPricing
from ...formulations.versions.revenue import VersionRevenue
from ...solvers.serialization import plain
from ...solvers.solution import Solution
from ...solvers.solve import solve
from ..accounting.account import epsilon_at
from ..accounting.budgets import Budgets
from ..accounting.ledger import LedgerEntry, ledger
from ..runs.ledger import Ledger
from ..training.registration import library_versions
from .accounts import CENTS, Accounts, paid, published_prices, sales
from .declaration import Buyers, Market
from .owners_game import Deal, budget_text
from .promise import held_out
from .rules import Task
from .told import FinishedModel, OwnTraining, told_by
from .versions import train_versions

STUDY = "a seed: whoever knows it takes the noise off, so nothing of this may be sold"
Found: TypeAlias = Mapping[str, Mapping[str, Any]]
"""What the steps before found, by their names."""


def survey(market: Market, found: Found) -> dict[str, Any]:
    """1: how many want each version, and what it is worth to them."""
    return {"surveyed": _demand(market, market.surveyed), "coming": _demand(market, market.coming)}


def prices(market: Market, found: Found) -> dict[str, Any]:
    """2: the menu of prices, in whole cents, and the reward pool: a share of the revenue it promises or brings."""
    solution = _solved(market, market.pricing)
    cents = _published(solution)
    expected, ordered = sales(market.surveyed, cents), sales(market.coming, cents)
    shared = expected if market.pool.rule == "guaranteed" else ordered
    return {
        "solved": plain((solution.values if solution.exact is None else solution.exact)["price"]),
        "backend": solution.backend,
        "claimed": solution.claimed,
        "certificate": plain(solution.certificate.document()),
        "published_cents": list(cents),
        "expected": {"sold": list(expected.sold), "revenue_cents": expected.cents},
        "held_out": held_out(market, lambda problem: _published(_solved(market, problem)), cents),
        "pool": {
            "rule": market.pool.rule,
            "share": plain(Fraction(market.pool.share)),
            "of_cents": shared.cents,
            "cents": floor(Fraction(market.pool.share) * shared.cents),
        },
    }


def _solved(market: Market, problem: VersionPricing | VersionRevenue) -> Solution:
    return solve(problem, market.backend, market.solved_in, time_limit=market.time_limit)


def _published(solution: Solution) -> tuple[int, ...]:
    """Return a solution's menu in whole cents."""
    values = solution.values if solution.exact is None else solution.exact
    exact = [value if isinstance(value, Fraction) else Fraction(float(value)) for value in values["price"]]
    return published_prices(solution.model.cone, exact)  # type: ignore[attr-defined]


def task(market: Market, found: Found) -> dict[str, Any]:
    """3: what is announced to the owners: the pool, the payment rule and the privacy rule."""
    pool, caps = found["prices"]["pool"]["cents"], market.caps
    selling = len(market.owners.cost) if caps is None else sum(1 for cap in caps if cap > 0)
    described = market.described()
    return {
        "pool_cents": pool,
        "reserved_cents": min(selling, pool),
        "shared_cents": max(pool - selling, 0),
        "payment": described["payment"],
        "privacy": described["privacy"],
        "incentive": market.payment.incentive,
        "caps": None if caps is None else plain(caps),
    }


def owners_game(market: Market, found: Found) -> dict[str, Any]:
    """4: what each owner sells, and what it is due and paid for it.

    The pool less one cent for each owner is shared, and payments are rounded up: they stay within the pool.

    Raises
    ------
    InputError
        When the payment rule breaks a cap or the pool, or pays an owner less than its cost: nothing is trained then.
    """
    names, shared = market.owners.names, found["task"]["shared_cents"]
    cost = as_fractions(market.owners.cost) * CENTS
    nothing = Deal((Fraction(0),) * len(names), ((Fraction(0), Fraction(0)),) * len(names))
    deal = market.payment.deal(Task(cost, market.caps, Fraction(shared))) if shared else nothing
    payments = [paid(due) for due in deal.due]
    refuse_broken_deal(market, deal, payments, found["task"]["pool_cents"])
    rows = [
        {
            "owner": name,
            "epsilon": budget_text(epsilon),
            "due_cents": plain(due),
            "payment_cents": payment,
            "cost_cents": plain(unit_cost * epsilon),
            "gain_cents": plain(payment - unit_cost * epsilon),
        }
        for name, unit_cost, epsilon, due, payment in zip(names, cost, deal.epsilon, deal.due, payments, strict=True)
    ]
    return {"participants": sum(1 for epsilon in deal.epsilon if epsilon), "owners": rows}


def refuse_broken_deal(market: Market, deal: Deal, payments: Sequence[int], pool: int) -> None:
    """Refuse what no payment rule may do, naming the owner."""
    name = market.described()["payment"]["type"]
    names, caps = market.owners.names, market.caps
    if not len(deal.epsilon) == len(deal.due) == len(names):
        rule = f"must say what each of the {len(names)} owners sells and is due"
        raise InputError("market.payment", name, rule)
    for place, (owner, epsilon, payment) in enumerate(zip(names, deal.epsilon, payments, strict=True)):
        least = Fraction(market.owners.cost[place]) * CENTS * epsilon
        where = f"market.payment, owner {owner}"
        if epsilon < 0 or (caps is not None and epsilon > caps[place]):
            most = "" if caps is None else f" and at most its cap, {caps[place]}"
            raise InputError(where, budget_text(epsilon), f"{name}: a budget must be at least 0{most}")
        if payment < least:
            raise InputError(where, payment, f"{name}: pays fewer cents than the budget sold costs, {float(least):.6g}")
    if sum(payments) > pool:
        raise InputError("market.payment", name, f"pays {sum(payments)} cents out of a pool of {pool}")


def training(
    market: Market, found: Found, noise: np.random.SeedSequence | None = None, book: Ledger | None = None
) -> dict[str, Any]:
    """5: the versions, trained with the owners' budgets; as :func:`.versions.train_versions` says of noise and book."""
    rows = found["owners"]["owners"]
    protocol = market.training
    described = {
        "delta": protocol.delta,
        "rounds": protocol.rounds,
        "trust": market.trust,
        "copies": market.hang_together,
        "noise_from": "the system's entropy" if noise is None else STUDY,
        "release": protocol.release.document(),
    }
    if not found["owners"]["participants"]:
        return {**described, "trained": None, "versions": [], "owners": [], "libraries": library_versions()}
    budgets = Budgets(tuple(row["owner"] for row in rows), tuple(row["epsilon"] for row in rows))
    counts = None if market.owners.records is None else [int(count) for count in market.owners.records]
    trained = train_versions(
        budgets,
        as_fractions(market.prices.epsilon),
        protocol,
        noise,
        market.trust,
        market.hang_together,
        counts,
        market.dataset,
        book,
    )
    return {
        **described,
        "trained": {
            "data": dict(trained.data),
            "accuracy": trained.accuracy,
            "accuracy_without_noise": trained.accuracy_without_noise,
        },
        "versions": [
            {
                "noise": float(trained.told.noise[place]),
                "accuracy": float(trained.right[place].mean()),
                "mean_accuracy": trained.mean_accuracy[place],
                "beside_the_next_cheaper": beside,
                "sha256": sha256(head.astype("<f8").tobytes()).hexdigest(),
                "head": head.tolist(),
            }
            for place, (head, beside) in enumerate(
                zip(trained.versions, beside_the_next_cheaper(market, trained.right), strict=True)
            )
        ],
        "owners": _told_rows(trained.told, ledger(budgets, protocol.delta, protocol.rounds, protocol.release)),
        "libraries": library_versions(),
    }


def _told_rows(told: FinishedModel | OwnTraining, planned: Sequence[LedgerEntry]) -> list[dict[str, Any]]:
    """Return what training spends of each owner's privacy: by its own noise, or by that in the sums of all versions."""
    delta = next(entry.delta for entry in planned if entry.participates)
    by_version = np.array([epsilon_at(column, delta) for column in told.each().T]).T
    if isinstance(told, FinishedModel):
        return [
            {
                "owner": entry.client,
                "sigma": entry.sigma,
                "noise_deviation": entry.noise_deviation,
                "training_epsilon": entry.epsilon,
                "training_mu": float(told.mu[place]),
                "moves_model_by": float(told.moved[place]),
                "version_weight": None,
                "version_epsilon": [min(float(value), entry.epsilon) for value in by_version[place]],
            }
            for place, entry in enumerate(planned)
        ]
    mu = told.together(range(len(told.noise)))
    epsilon = epsilon_at(mu, delta)
    return [
        {
            "owner": entry.client,
            "sigma": None,
            "noise_deviation": None,
            "training_epsilon": float(epsilon[place]),
            "training_mu": float(mu[place]),
            "moves_model_by": None,
            "version_weight": told.weight[place].tolist(),
            "version_epsilon": by_version[place].tolist(),
        }
        for place, entry in enumerate(planned)
    ]


def beside_the_next_cheaper(market: Market, right: np.ndarray) -> list[dict[str, int] | None]:
    """Return, for each version but the least, on how many records it alone is right, and the next lesser one alone."""
    order = np.argsort([float(value) for value in market.prices.epsilon], kind="stable").tolist()
    found: list[dict[str, int] | None] = [None] * len(order)
    for lesser, place in pairwise(order):
        found[place] = {
            "it_alone": int(np.count_nonzero(right[place] & ~right[lesser])),
            "the_cheaper_alone": int(np.count_nonzero(right[lesser] & ~right[place])),
        }
    return found


def accounts(market: Market, found: Found) -> dict[str, Any]:
    """6: what is sold, who is paid, how the accounts balance, and what the versions sold tell together."""
    before = found["training"]
    offered = before["trained"] is not None
    cents = found["prices"]["published_cents"]
    sold = sales(market.coming if offered else Buyers(wanted=[], value=[]), cents)
    rows = found["owners"]["owners"]
    books = Accounts(
        expected=found["prices"]["expected"]["revenue_cents"],
        revenue=sold.cents,
        pool=found["task"]["pool_cents"],
        payments=tuple(row["payment_cents"] for row in rows),
    )
    owners, bought = before["owners"], [place for place, count in enumerate(sold.sold) if count]
    together = epsilon_at(told_by(before).together(bought), before["delta"]) if offered else np.zeros(0)
    return {
        "sold": list(sold.sold),
        "version_revenue_cents": [count * price for count, price in zip(sold.sold, cents, strict=True)],
        **books.document(),
        "all_versions_sold_epsilon": [
            min(float(value), row["training_epsilon"]) for value, row in zip(together, owners, strict=True)
        ],
    }


STEPS: Mapping[str, Callable[[Market, Found], dict[str, Any]]] = MappingProxyType(
    {
        "survey": survey,
        "prices": prices,
        "task": task,
        "owners": owners_game,
        "training": training,
        "accounts": accounts,
    }
)
"""The steps in order, by the name that their results have."""


def _demand(market: Market, buyers: Buyers) -> dict[str, Any]:
    values, rows = as_fractions(buyers.value), []
    for version in range(len(market.prices.epsilon)):
        worth = values[buyers.index == version].tolist()
        rows.append(
            {
                "buyers": len(worth),
                "mean_value": plain(sum(worth, Fraction(0)) / len(worth)) if worth else None,
                "median_value": plain(Fraction(median(worth))) if worth else None,
            }
        )
    return {"buyers": len(values), "versions": rows}
