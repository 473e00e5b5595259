"""A finished market in plain words and tables: what was sold, who was paid, what each version tells about whom."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from .accounts import money
from .check import Check
from .owners_game import budget_text
from .run import MarketResult
from .steps import STUDY

COLOURS = {"holds": "green", "violated": "red", "undecided": "yellow", "not applicable": "dim"}
MOST_OWNERS = 12
"""Owners shown on a screen at most; the document has all."""


def show_market(console: Console, result: MarketResult) -> None:
    """Print prices and sales, owners, what is known about them, the accounts, and every promise."""
    steps, market = result.steps, result.market
    coming, taking = steps["survey"]["coming"]["buyers"], steps["owners"]["participants"]
    of_owners = f"{taking:,} of {len(market.owners.cost):,} owners sell privacy"
    console.print(Text(f"{coming:,} buyers, {len(market.prices.epsilon)} versions; {of_owners}", style="bold"))
    console.print()
    _show_versions(console, result)
    _show_training(console, result)
    _show_owners(console, result)
    _show_accounts(console, result)
    console.print()
    _show_checks(console, result.checks)
    console.print(Text("who counts as one, of which nothing is promised:", style="dim"))
    _show_checks(console, result.identity)


def _show_checks(console: Console, checks: Sequence[Check]) -> None:
    for check in checks:
        line = Text(f"{check.verdict:<14}", style=COLOURS[check.verdict])
        console.print(line.append(f" {check.name}: ", style="default").append(check.text, style="default"))


def _table(left: str, *right: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(left, no_wrap=True)
    for name in right:
        table.add_column(name, justify="right")
    return table


def _show_versions(console: Console, result: MarketResult) -> None:
    steps, names = result.steps, result.market.prices.version
    table = _table("version", "ε", "price", "wanted by", "expected sales", "sold", "revenue", "accuracy", "on average")
    models = steps["training"]["versions"]
    for place, value in enumerate(result.market.prices.epsilon):
        model: Any = models[place] if models else None
        table.add_row(
            Text(names[place] if names else str(place)),
            budget_text(Fraction(value)),
            money(steps["prices"]["published_cents"][place]),
            f"{steps['survey']['coming']['versions'][place]['buyers']:,}",
            f"{steps['prices']['expected']['sold'][place]:,}",
            f"{steps['accounts']['sold'][place]:,}",
            money(steps["accounts"]["version_revenue_cents"][place]),
            f"{model['accuracy']:.1%}" if model else "–",
            f"{model['mean_accuracy']:.1%}" if model else "–",
        )
    console.print(table)


def _show_training(console: Console, result: MarketResult) -> None:
    training = result.steps["training"]
    trained = training["trained"]
    console.print()
    if trained is None:
        console.print(Text("nothing was trained: no owner sells any privacy for this pool; so nothing is sold"))
        return
    data = trained["data"]
    of_versions = (
        "each version is trained by itself, with noise in the sum of all owners"
        if trained["accuracy"] is None
        else f"accuracy {trained['accuracy']:.1%} before versions are noised"
    )
    console.print(f"{data['name']}: {of_versions}; {trained['accuracy_without_noise']:.1%} without any privacy")
    if training["noise_from"] == STUDY:
        console.print(Text(f"noise is from {STUDY}", style="yellow"))
    release = training["release"]
    console.print(
        f"each {release['unit']} is protected ({release['adjacency']}); sensitivity Δ = {release['sensitivity']:.6g}"
    )


def _show_owners(console: Console, result: MarketResult) -> None:
    rows, told = result.steps["owners"]["owners"], result.steps["training"]["owners"]
    together = result.steps["accounts"]["all_versions_sold_epsilon"]
    selling = [place for place, row in enumerate(rows) if Fraction(row["epsilon"]) > 0]
    if not selling:
        return
    table = _table(
        "owner", "sells ε", "paid", "its cost", "its gain", "σ", "noise σΔ", "one version tells ε", "all sold tell ε"
    )
    for place in sorted(selling, key=lambda place: -rows[place]["payment_cents"])[:MOST_OWNERS]:
        row, least, most = rows[place], min(told[place]["version_epsilon"]), max(told[place]["version_epsilon"])
        table.add_row(
            Text(row["owner"]),
            f"{float(Fraction(row['epsilon'])):.6g}",
            money(row["payment_cents"]),
            money(Fraction(row["cost_cents"])),
            money(Fraction(row["gain_cents"])),
            _brief(told[place]["sigma"]),
            _brief(told[place]["noise_deviation"]),
            f"{least:.4g} to {most:.4g}",
            f"{together[place]:.4g}",
        )
    console.print()
    console.print(table)
    delta = result.steps["training"]["delta"]
    more = f"the {MOST_OWNERS} that are paid most of {len(selling):,}; " if len(selling) > MOST_OWNERS else ""
    text = f"{more}ε is of each record at δ = {delta:g}, all rounds composed; versions tell it to their buyers"
    console.print(Text(text, style="dim"))


def _brief(value: float | None) -> str:
    return "–" if value is None else f"{value:.4g}"


def _show_accounts(console: Console, result: MarketResult) -> None:
    books, pool = result.steps["accounts"], result.steps["prices"]["pool"]
    table = _table("accounts", "money")
    share = f"{float(Fraction(pool['share'])):.4g}"
    of = "the revenue that was expected" if pool["rule"] == "guaranteed" else "the revenue that was ordered"
    for name, cents in (
        ("revenue that the survey promised", books["expected_revenue_cents"]),
        ("revenue", books["revenue_cents"]),
        (f"reward pool, {share} of {of}", books["pool_cents"]),
        ("paid to owners", books["payments_cents"]),
        ("kept of the pool", books["kept_of_pool_cents"]),
        ("broker's surplus", books["broker_surplus_cents"]),
    ):
        table.add_row(name, money(cents))
    console.print()
    console.print(table)
    if books["broker_shortfall_cents"]:
        text = f"sales do not cover what was guaranteed: the broker bears {money(books['broker_shortfall_cents'])}"
        console.print(Text(text, style="yellow"))
