"""Results in plain words and tables, for a terminal or a text file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from ...formulations.language import Model
from ...formulations.shown import brief
from ..agreement import Agreement, agreement
from ..compare import Comparison
from ..formatting import MOST_DIGITS, at_least, at_most, duration, exact_number, fraction_text, number, title
from ..solution import OWN_NUMBERS, Answer, Certificate, Solution

if TYPE_CHECKING:
    from ..arbitrage.bundle_search import Bundle
    from ..arbitrage.price_of_safety import BestMenu
    from ..certificates.leader import LeaderVerdict
    from ..solve import Offer

MOST_ROWS = 10


def show_solution(console: Console, solution: Solution) -> None:
    """Print a solution: its single numbers, how many take part, the most important people, the certificate."""
    model = solution.model
    console.print(Text(f"{title(type(model).__name__)}, {_size(solution)}", style="bold"))
    if solution.backend == OWN_NUMBERS:
        console.print("the specification's own numbers")
    else:
        console.print(f"solved by {solution.backend} in {duration(solution.seconds)}; it claims: {solution.claimed}")
    console.print()
    if not solution.certificate.impossible:  # else what was tried is no answer
        _show_values(console, solution)
    show_certificate(console, solution.certificate)


def _show_values(console: Console, solution: Solution) -> None:
    lines = Table(box=None, show_header=False, pad_edge=False)
    for name, value in solution.values.items():
        if np.ndim(value) == 0:
            lines.add_row(title(name), Text(_value(solution, name)))
        elif np.asarray(value).dtype == bool:
            lines.add_row(title(name), f"{int(np.sum(value)):,} of {len(value):,}")
    tables = [table for table in (lines, _people_table(solution)) if table is not None and table.row_count]
    for index, table in enumerate(tables):
        if index:
            console.print()
        console.print(table)
    console.print()


def show_certificate(console: Console, certificate: Certificate) -> None:
    """Print a certificate in plain words."""
    console.print(Text(verdict(certificate), style="green" if certificate.valid else "red"))
    if certificate.impossible:
        _show_reason(console, certificate.reason)
    else:
        _show_facts(console, certificate)


def _show_facts(console: Console, found: Certificate | LeaderVerdict) -> None:
    """Print the bounds that were found, and why they are what they are."""
    facts: list[tuple[str, float | None, float | None]] = [
        ("distance to the solution", found.distance_at_least, found.distance),
        ("utility left on the table", None, found.gap),
    ]
    if isinstance(found, Certificate):
        facts.append(("largest broken constraint", None, found.violation))
    for what, least, most in facts:
        known = [at_least(least)] if least is not None else []
        known += [at_most(most)] if most is not None else []
        console.print(Text(f"  {what}: {', '.join(known) or 'not known'}", style="" if known else "dim"))
    _show_reason(console, found.reason)


def _show_reason(console: Console, reason: str) -> None:
    if reason:
        console.print(Text(f"  {reason}"))


def verdict(certificate: Certificate) -> str:
    """Return a certificate's verdict in one line.

    Examples
    --------
    >>> verdict(Certificate(True, None, 0.0, None, None, 1e-7, "float", ""))
    'NOT CERTIFIED (float arithmetic, tolerance 1e-07): feasible: yes, optimal: undecided'
    """
    words = {True: "yes", False: "no", None: "undecided"}
    how = f"({certificate.arithmetic} arithmetic, tolerance {certificate.tolerance:g})"
    if certificate.valid:
        return f"CERTIFIED {how}: feasible and optimal"
    if certificate.impossible:
        return "IMPOSSIBLE (shown over fractions): there is no answer"
    refuted = certificate.feasible is False or certificate.optimal is False
    facts = f"feasible: {words[certificate.feasible]}, optimal: {words[certificate.optimal]}"
    return f"{'REFUTED' if refuted else 'NOT CERTIFIED'} {how}: {facts}"


def show_comparison(console: Console, comparison: Comparison, judged: Agreement, everything: bool = False) -> None:
    """Print one row for each back end that tried: what it claimed, and what our own check says of it.

    Below are the reasons: of answers that are not certified, and of back ends that cannot take the model. Those that
    solve other kinds of mechanisms are only counted, unless `everything` is asked for.
    """
    passed_over = () if everything else comparison.passed_over
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("back end", no_wrap=True)
    table.add_column("claimed")
    table.add_column("our verdict")
    for name in ("distance", "violation", "gap", "seconds"):
        table.add_column(name, justify="right", no_wrap=True)
    refusals: dict[str, list[str]] = {}
    for row in comparison.rows:
        if row in passed_over:
            continue
        if row.status == "cannot":
            refusals.setdefault(row.detail, []).append(row.backend)
            continue
        check = row.certificate
        if row.status == "answered" and check is not None:
            numbers = [_small(check.distance), _small(check.violation), _small(check.gap), _small(row.seconds)]
            table.add_row(row.backend, escape(row.claimed or ""), _short_verdict(check), *numbers)
            if not check.valid and check.reason:
                refusals.setdefault(check.reason, []).append(row.backend)
        else:
            time = _small(row.seconds) if row.seconds is not None else ""
            table.add_row(row.backend, escape(row.claimed or ""), f"[dim]{row.status}[/]", "", "", "", time)
            refusals.setdefault(row.detail, []).append(row.backend)
    console.print(table)
    if refusals:
        console.print()
        console.print("why some gave no certified answer:", style="dim")
        reasons = Table(box=None, show_header=False, pad_edge=False)
        for reason, backends in refusals.items():
            reasons.add_row(Text("\n".join(backends), no_wrap=True, style="dim"), Text(reason, style="dim"))
        console.print(reasons)
    if passed_over:
        others = "1 back end solves" if len(passed_over) == 1 else f"{len(passed_over)} back ends solve"
        console.print()
        console.print(f"{others} other kinds of mechanisms; compare --all shows them", style="dim")
    answered = sum(row.status == "answered" for row in comparison.rows)
    apart = "" if judged.difference is None else f"; any two of them differ by {at_most(judged.difference)}"
    console.print()
    console.print(f"{judged.certified} of {answered} answers certified{apart}")
    if not judged.agree:
        console.print("[red]Two certified answers disagree: this is a fault in mechproof.[/]")


def show_compared(console: Console, comparison: Comparison) -> None:
    """Print a comparison, after comparing its certified answers with each other."""
    show_comparison(console, comparison, agreement(comparison))


def show_answer(console: Console, answer: Answer) -> None:
    """Print what a back end claims, and its decisions in short."""
    console.print(f"it claims: {escape(answer.claimed)}")
    for name, value in answer.decisions.items():
        console.print(Text(f"  {title(name)}: {brief(value)}"))


def show_offer(console: Console, offer: Offer) -> None:
    """Print whether a back end can take a model, and if not why."""
    words = Text("takes it", style="green") if offer.accepts else Text(f"cannot: {offer.reason}", style="dim")
    console.print(Text.assemble((f"{offer.name} ", "bold"), words))


def show_leader(console: Console, found: LeaderVerdict) -> None:
    """Print what is known of a leader's decision."""
    words = {True: "optimal", False: "REFUTED", None: "undecided"}
    colours = {True: "green", False: "red", None: "yellow"}
    console.print(Text(f"the leader's decision: {words[found.optimal]}", style=colours[found.optimal]))
    _show_facts(console, found)


def show_bundle(console: Console, bundle: Bundle) -> None:
    """Print the shopping list of an arbitrage, or why there is none."""
    console.print(Text("ARBITRAGE" if bundle else "no arbitrage", style="red" if bundle else "green"))
    console.print(Text(f"  {bundle.text}"))


def show_menu(console: Console, menu: BestMenu) -> None:
    """Print a menu's prices and what it earns."""
    console.print(Text(f"the best menu against {menu.attack} earns {exact_number(menu.revenue)}", style="bold"))
    for index, price in enumerate(menu.price):
        console.print(f"  version {index}: {exact_number(price)}")


def _size(solution: Solution) -> str:
    model = solution.model
    assert isinstance(model, Model)
    count = max((int(np.size(item.upper)) for item in model.decisions() if np.ndim(item.upper)), default=1)
    several = f"{model.about[:-1]}ies" if model.about.endswith("y") else f"{model.about}s"
    return f"{count:,} {model.about if count == 1 else several}"


def _value(solution: Solution, name: str) -> str:
    if solution.exact is not None and name in solution.exact:
        return exact_number(solution.exact[name])
    return number(float(solution.values[name]))


def _people_table(solution: Solution) -> Table | None:
    """Return the people with the largest decisions, with their data and values."""
    model, values = solution.model, solution.values
    assert isinstance(model, Model)
    vectors = {name: value for name, value in values.items() if np.ndim(value) == 1 and value.dtype != bool}
    decision = next(iter(vectors), "")
    if not vectors or not np.any(vectors[decision]):
        return None
    count = len(vectors[decision])
    data = {
        item.name: getattr(model, item.name)
        for item in fields(model)
        if "rule" in item.metadata
        and item.metadata["rule"].per == model.about
        and np.ndim(getattr(model, item.name)) == 1
    }
    order = np.argsort(-vectors[decision], kind="stable")[:MOST_ROWS]
    people, who = model.people(), model.about
    more = f"the {len(order)} with the largest {title(decision)}" if count > len(order) else None
    table = Table(box=None, pad_edge=False, header_style="bold", caption=more, caption_justify="left")
    table.add_column(who if people else "index")
    for name in (*data, *vectors):
        table.add_column(title(name), justify="right", no_wrap=True)
    for index in order.tolist():
        known = [f"{float(column[index]):.6g}" for column in data.values()]
        found = [_entry(solution, name, index) for name in vectors]
        table.add_row(escape(people[index]) if people else f"[{index}]", *known, *found)
    return table


def _entry(solution: Solution, name: str, index: int) -> str:
    exact: Sequence[Any] | None = solution.exact.get(name) if solution.exact else None
    if exact is not None and isinstance(exact[index], Fraction):
        text = fraction_text(exact[index])
        return text if len(text) <= MOST_DIGITS // 3 else number(float(exact[index]))
    return number(float(solution.values[name][index]))


def _short_verdict(certificate: Certificate) -> str:
    if certificate.valid:
        return "[green]certified[/]"
    if certificate.impossible:
        return "[red]impossible[/]"
    refuted = certificate.feasible is False or certificate.optimal is False
    return "[red]refuted[/]" if refuted else "[yellow]not certified[/]"


def _small(value: float | None) -> str:
    return "–" if value is None else f"{value:.2g}"
