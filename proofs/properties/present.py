"""A verification in plain words, for a terminal or a text file."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from ...solvers.formatting import duration, shown, title
from ...solvers.solution import OWN_NUMBERS
from .misreport import Lie
from .results import Item, Verdict, Verification

STYLES = {
    Verdict.HOLDS: "green",
    Verdict.VIOLATED: "red",
    Verdict.NOT_APPLICABLE: "dim",
    Verdict.INCONCLUSIVE: "yellow",
}


def show_verification(console: Console, found: Verification) -> None:
    """Print one paragraph for each property, and whether all is as required.

    Examples
    --------
    >>> import mechproof as mp, sys
    >>> found = mp.verify(mp.StackelbergPricing(cost=[1, 1], alpha=4, beta=2))
    >>> show_verification(Console(file=sys.stdout, width=90), found)  # doctest: +ELLIPSIS
    Stackelberg pricing, verified in ...
    at the solution of closed-form
    <BLANKLINE>
    individual rationality: holds (exact)
      each of the 2 clients is at least as well off as by staying out; ...
    """
    solution = found.solution
    console.print(Text(f"{title(type(solution.model).__name__)}, verified in {duration(found.seconds)}", style="bold"))
    own = solution.backend == OWN_NUMBERS
    console.print("at the specification's own numbers" if own else f"at the solution of {solution.backend}")
    for item in found.items:
        console.print()
        console.print(_headline(item, found))
        console.print(Padding(Text(item.text), (0, 0, 0, 2)))
    console.print()
    console.print(conclusion(found))


def show_item(console: Console, item: Item) -> None:
    """Print one property by itself."""
    verdict = _verdict(item, STYLES[item.verdict], item.informational)
    console.print(Text.assemble((item.property.replace("-", " "), "bold"), ": ", *verdict))
    console.print(Padding(Text(item.text), (0, 0, 0, 2)))


def show_lie(console: Console, lie: Lie) -> None:
    """Print what a person gains by a report."""
    change = "gains" if lie.gain > 0 else "loses" if lie.gain < 0 else "gains nothing,"
    by = "" if lie.gain == 0 else f" {shown(abs(lie.gain))}:"
    console.print(Text(f"person {lie.person} reports {shown(lie.report)} instead of {shown(lie.truth)}", style="bold"))
    console.print(Text(f"  and {change}{by} {shown(lie.lying)} instead of {shown(lie.honest)}"))


def conclusion(found: Verification) -> Text:
    """Return whether all is as required, and if not what is not."""
    if found.failed:
        return Text(f"NOT AS REQUIRED: {', '.join(found.failed)}", style="red")
    if found.undecided:
        return Text(f"UNDECIDED: {', '.join(found.undecided)}", style="yellow")
    if not found.require and not found.expect_violated:
        return Text("nothing was required")
    return Text(f"AS REQUIRED: {', '.join((*found.require, *found.expect_violated))}", style="green")


def _headline(item: Item, found: Verification) -> Text:
    expected = item.property in found.expect_violated
    good = item.verdict == Verdict.VIOLATED if expected else item.verdict == Verdict.HOLDS
    style = "green" if good else "dim" if item.informational else STYLES[item.verdict]
    verdict = _verdict(item, style, item.property not in (*found.require, *found.expect_violated), expected and good)
    return Text.assemble((item.property.replace("-", " "), "bold"), ": ", *verdict)


def _verdict(item: Item, style: str, for_information: bool, expected: bool = False) -> tuple[Any, ...]:
    """Return the words of a verdict with their style."""
    verdict = f"{item.verdict}, as expected" if expected else item.verdict.value
    arithmetic = "" if item.verdict == Verdict.NOT_APPLICABLE else f" ({item.arithmetic})"
    note = ", for information" if for_information else ""
    return (verdict, style), f"{arithmetic}{note}"
