"""What a report shows of a market: versions and their sales, owners with the privacy they sold, the accounts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .documents import Named
from .money import Money
from .numbers import brief, percent
from .row import Mood, Row
from .tables import Table

MOST_OWNERS = 10
MOODS: Mapping[str, Mood] = {"holds": Mood.GOOD, "violated": Mood.BAD, "undecided": Mood.OPEN}


@dataclass(frozen=True)
class MarketTables:
    """A market's tables, and how many owners are not shown."""

    name: str
    versions: Table
    owners: Table
    accounts: Table
    hidden: int


def market_tables(item: Named, money: Money) -> MarketTables:
    """Return a market document as the page shows it."""
    steps = item.document["steps"]
    return MarketTables(
        item.about, _versions(item, money), _owners(steps, money), _accounts(steps, money), _hidden(steps)
    )


def of_market(item: Named) -> Iterator[Row]:
    """Return one verdict for each of a market's checks."""
    for check in item.document["checks"]:
        mood = MOODS.get(check["verdict"], Mood.INFO)
        what = check["name"].replace("-", " ")
        yield Row(mood, what, check["verdict"], check["text"], "from the steps' own numbers", item.name, item.about)


def market_sentences(item: Named, money: Money) -> tuple[str, ...]:
    """Return what a market document shows: the money, and the model, if one was trained."""
    steps = item.document["steps"]
    accounts, trained = steps["accounts"], steps["training"]["trained"]
    sold, coming = sum(accounts["sold"]), steps["survey"]["coming"]["buyers"]
    left = accounts["broker_surplus_cents"] - accounts["broker_shortfall_cents"]
    earned, paid, kept = (
        money.text(cents / 100) for cents in (accounts["revenue_cents"], accounts["payments_cents"], left)
    )
    sentence = (
        f"{sold:,} of {coming:,} buyers pay {earned}; "
        f"{steps['owners']['participants']:,} of {len(steps['owners']['owners']):,} owners are paid "
        f"{paid} for their privacy, and {kept} is the broker's."
    )
    accuracy = [version["accuracy"] for version in steps["training"]["versions"]]
    if trained is None or not accuracy:
        return sentence, "Nothing was trained: no owner sells any privacy for this pool."
    versions = f"{percent(min(accuracy))} to {percent(max(accuracy))}"
    if trained["accuracy"] is None:
        return sentence, f"The versions, each trained by itself, are right on {versions} of held-out records."
    of_it = f"the versions sold of it on {versions}."
    return sentence, f"The model is right on {percent(trained['accuracy'])} of held-out records, {of_it}"


def protected(release: Mapping[str, Any]) -> str:
    """Return what is protected, what makes neighbours, and how far they move a release.

    Examples
    --------
    >>> protected({"unit": "record", "adjacency": "replace-one", "clip": 1.5, "sensitivity": 3.0})
    'Protected is one record (replace-one); sensitivity Δ = 3'
    """
    return (
        f"Protected is one {release['unit']} ({release['adjacency']}); sensitivity Δ = {brief(release['sensitivity'])}"
    )


def cents(value: int) -> str:
    """Return whole cents as money.

    Examples
    --------
    >>> cents(546835), cents(-5)
    ('5,468.35', '−0.05')
    """
    sign = "−" if value < 0 else ""
    return f"{sign}{abs(value) // 100:,}.{abs(value) % 100:02d}"


def _versions(item: Named, money: Money) -> Table:
    steps = item.document["steps"]
    prices, accounts = steps["prices"], steps["accounts"]
    untrained = [{"accuracy": None, "noise": None}] * len(item.document["versions"])
    trained = steps["training"]["versions"] or untrained
    rows = tuple(
        (
            version["version"] or f"[{j}]",
            float(Fraction(version["epsilon"])),
            cents(prices["published_cents"][j]),
            prices["expected"]["sold"][j],
            accounts["sold"][j],
            cents(accounts["version_revenue_cents"][j]),
            percent(trained[j]["accuracy"]),
            trained[j]["noise"],
        )
        for j, version in enumerate(item.document["versions"])
    )
    header = (
        "version",
        "ε",
        f"price{money.unit}",
        "expected sales",
        "sold",
        f"revenue{money.unit}",
        "accuracy",
        "noise s",
    )
    return Table("Versions, their prices and sales", header, rows)


def _owners(steps: Mapping[str, Any], money: Money) -> Table:
    book = {entry["owner"]: entry for entry in steps["training"]["owners"]}
    told = dict(zip(book, steps["accounts"]["all_versions_sold_epsilon"], strict=True))
    chosen = sorted(_selling(steps), key=lambda entry: -entry["payment_cents"])[:MOST_OWNERS]
    rows = tuple(
        (
            entry["owner"],
            float(Fraction(entry["epsilon"])),
            cents(entry["payment_cents"]),
            f"{float(Fraction(entry['cost_cents'])) / 100:,.2f}",
            book[entry["owner"]]["sigma"],
            book[entry["owner"]]["noise_deviation"],
            told[entry["owner"]],
        )
        for entry in chosen
    )
    header = (
        "owner",
        "sells ε",
        f"paid{money.unit}",
        f"its cost{money.unit}",
        "multiplier σ",
        "noise σΔ",
        "all versions sold tell ε",
    )
    return Table(f"Owners that are paid most. {protected(steps['training']['release'])}", header, rows)


def _accounts(steps: Mapping[str, Any], money: Money) -> Table:
    accounts = steps["accounts"]
    rows = (
        ("revenue that the survey promised", cents(accounts["expected_revenue_cents"])),
        ("revenue", cents(accounts["revenue_cents"])),
        ("reward pool", cents(accounts["pool_cents"])),
        ("paid to owners", cents(accounts["payments_cents"])),
        ("kept of the pool", cents(accounts["kept_of_pool_cents"])),
        ("broker's surplus", cents(accounts["broker_surplus_cents"])),
        ("broker's shortfall", cents(accounts["broker_shortfall_cents"])),
    )
    return Table("Accounts", ("account", f"money{money.unit}"), rows)


def _selling(steps: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [entry for entry in steps["owners"]["owners"] if Fraction(entry["epsilon"]) > 0]


def _hidden(steps: Mapping[str, Any]) -> int:
    return max(len(_selling(steps)) - MOST_OWNERS, 0)
