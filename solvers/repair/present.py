"""A repair in plain words, for a terminal or a text file."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..commands.present import verdict
from ..formatting import duration, exact_number, number, title
from .results import Change, Repair

MOST = 30
"""Changes that are printed; the document has all."""
WORDS = {"1": "all changes together", "2": "the root of the sum of all changes' squares", "inf": "the largest change"}


def show_repair(console: Console, found: Repair) -> None:
    """Print what was changed, what it costs whom, and whether nothing sound is nearer.

    Examples
    --------
    >>> import mechproof as mp, sys
    >>> menu = mp.VersionPricing(epsilon=[1, 2], target=[1, 5])
    >>> found = mp.repair(mp.candidate(menu, price=[1, 5]))
    >>> show_repair(Console(file=sys.stdout, width=100), found)  # doctest: +ELLIPSIS, +NORMALIZE_WHITESPACE
    Version pricing, repaired in ...
    distance 3/2 (≈ 1.50000) in money: all changes together
    <BLANKLINE>
    whose      what   before  after            worth
    version 0  price  1       5/2 (≈ 2.50000)  3/2 (≈ 1.50000)
    ...
    """
    console.print(
        Text(f"{title(type(found.candidate.model).__name__)}, repaired in {duration(found.seconds)}", style="bold")
    )
    kept = f"; kept as they were: {', '.join(found.kept)}" if found.kept else ""
    console.print(f"distance {exact_number(found.distance)} in money: {WORDS[found.norm]}{kept}")
    console.print()
    if not found.changed:
        console.print("nothing had to change")
    else:
        console.print(_changes(found.changed[:MOST]))
        if len(found.changed) > MOST:
            console.print(f"… and {len(found.changed) - MOST:,} more; --format json has all")
        console.print()
        _show_costs(console, found)
    console.print()
    certificate = found.certificate
    said = verdict(certificate).replace("feasible and optimal", "sound, and nothing sound is nearer")
    console.print(Text(said, style="green" if certificate.valid else "red"))
    console.print(Text(f"  {certificate.reason}"))
    console.print(Text(f"  sound is here: {', '.join(found.properties) or 'every row and bound of the program'}"))


def _changes(changes: tuple[Change, ...]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("whose", "what", "before", "after", "worth"):
        table.add_column(name)
    for item in changes:
        worth = "" if item.amount is None else exact_number(item.amount)
        table.add_row(item.who, title(item.field), exact_number(item.before), exact_number(item.after), worth)
    return table


def _show_costs(console: Console, found: Repair) -> None:
    costs = {who: amount for who, amount in found.cost.items() if amount}
    if not costs:
        console.print("nobody is worse or better off")
    for who, amount in list(costs.items())[:MOST]:
        how = "worse" if amount > 0 else "better"
        console.print(f"{who} is {how} off by {exact_number(abs(amount))}")
    if len(costs) > MOST:
        console.print(f"… and {len(costs) - MOST:,} more")
    for name, (before, after) in found.outcomes.items():
        console.print(f"{title(name)}: {number(before)} before, {number(after)} after")
