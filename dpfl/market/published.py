"""What a market may tell whom: everybody what is sold and whether promises are kept, each owner its own account.

The whole document is the broker's. From what all owners sell and are paid, every owner's privacy cost is found back, in
a contest to the last digits; noise levels tell sums over owners; and an accuracy without noise is protected by none. So
what is published is said field by field here, and whatever else there is, or may come to be, stays out.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

from ...formulations.errors import InputError
from ...solvers.serialization import refuse_no_file, to_json, write_whole
from .owners_game import budget_text
from .run import MarketResult

PUBLIC_SCHEMA = "mechproof/market-public/1"
STATEMENT_SCHEMA = "mechproof/market-statement/1"


def public_document(result: MarketResult) -> dict[str, Any]:
    """Return what everybody may know: prices, versions, how records are protected, totals, and the verdicts.

    Examples
    --------
    >>> import mechproof as mp
    >>> market = mp.Market(
    ...     prices=mp.VersionRevenue(epsilon=[1, 3], wanted=[0, 1, 1], value=[10, 30, 50]),
    ...     owners=mp.Owners(cost=["0.5", "0.5", 4], epsilon_cap=[8, 8, 8], owner=["Ann", "Bob", "Cat"]),
    ...     pool=mp.RewardPool(share="0.5"),
    ... )
    >>> public = public_document(mp.run_market(market))
    >>> public["owners"], "Ann" in str(public)
    ({'count': 3, 'participants': 2}, False)
    """
    training, books = result.steps["training"], result.steps["accounts"]
    names, cents = result.market.prices.version, result.steps["prices"]["published_cents"]
    models = training["versions"] or [None] * len(cents)
    return {
        "schema": PUBLIC_SCHEMA,
        "versions": [
            {
                "version": names[place] if names else None,
                "epsilon": budget_text(Fraction(epsilon)),
                "price_cents": cents[place],
                "sold": books["sold"][place],
                "accuracy": model and model["accuracy"],
                "sha256": model and model["sha256"],
            }
            for place, (epsilon, model) in enumerate(zip(result.market.prices.epsilon, models, strict=True))
        ],
        "owners": {
            "count": len(result.market.owners.cost),
            "participants": result.steps["owners"]["participants"],
        },
        "privacy": {name: training[name] for name in ("delta", "rounds", "trust", "copies", "noise_from", "release")},
        "revenue_cents": books["revenue_cents"],
        "payments_cents": books["payments_cents"],
        "checks": [{"name": check.name, "verdict": check.verdict} for check in result.checks],
    }


def owner_statement(result: MarketResult, owner: str) -> dict[str, Any]:
    """Return one owner's own account: what it sold, was paid, and what is known of its records by whom.

    Raises
    ------
    InputError
        When there is no such owner.

    Examples
    --------
    >>> import mechproof as mp
    >>> market = mp.Market(
    ...     prices=mp.VersionRevenue(epsilon=[1, 3], wanted=[0, 1, 1], value=[10, 30, 50]),
    ...     owners=mp.Owners(cost=["0.5", "0.5", 4], epsilon_cap=[8, 8, 8], owner=["Ann", "Bob", "Cat"]),
    ...     pool=mp.RewardPool(share="0.5"),
    ... )
    >>> owner_statement(mp.run_market(market), "Bob")["payment_cents"]
    1749
    """
    names = list(result.market.owners.names)
    if owner not in names:
        raise InputError("owner", owner, "is no owner of this market", f"the first is {names[0]}")
    place, steps = names.index(owner), result.steps
    sold, told = steps["owners"]["owners"][place], steps["training"]["owners"]
    together = steps["accounts"]["all_versions_sold_epsilon"]
    return {
        "schema": STATEMENT_SCHEMA,
        "owner": owner,
        "epsilon": sold["epsilon"],
        "payment_cents": sold["payment_cents"],
        "cost_cents": sold["cost_cents"],
        "gain_cents": sold["gain_cents"],
        "privacy": {name: steps["training"][name] for name in ("delta", "rounds", "trust", "release")},
        "training_epsilon": told[place]["training_epsilon"] if told else 0.0,
        "version_epsilon": told[place]["version_epsilon"] if told else [],
        "all_versions_sold_epsilon": together[place] if together else 0.0,
    }


def refuse_unwritable(file: Path | None, folder: Path | None) -> None:
    """Refuse, before anything is done, what could not be written to.

    Raises
    ------
    InputError
        When the file's folder is missing, or the folder cannot be made.
    """
    if file is not None:
        refuse_no_file(file)
    if folder is not None:
        try:
            folder.mkdir(exist_ok=True)
        except OSError as error:
            rule, remedy = f"cannot be made: {error.strerror}", "name a folder in one that exists"
            raise InputError("statements", str(folder), rule, remedy) from None


def write_public(result: MarketResult, path: Path) -> None:
    """Write what everybody may know."""
    write_whole(path, to_json(public_document(result)))


def write_statements(result: MarketResult, folder: Path) -> None:
    """Write each owner's own account, in the order of the declaration: 1.json, 2.json, ..."""
    for place, owner in enumerate(result.market.owners.names, start=1):
        write_whole(folder / f"{place}.json", to_json(owner_statement(result, owner)))
