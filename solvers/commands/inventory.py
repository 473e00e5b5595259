"""What there is: mechanisms, back ends, packages, and whether they load."""

from __future__ import annotations

from dataclasses import fields
from importlib.metadata import EntryPoint
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ...formulations.errors import BackendError, MechproofError
from ...formulations.extras import requirements, restoring
from ...formulations.registry import MECHANISMS, entries, loaded
from ..backend import Absent, families, load
from ..serialization import provenance
from .packages import licence_of, version_of


def list_document() -> dict[str, Any]:
    """Return the mechanisms and back ends as ``mechproof/list/1``.

    Examples
    --------
    >>> "stackelberg-pricing" in [one["type"] for one in list_document()["mechanisms"]]
    True
    """
    found = [_listed(name, entry) for name, entry in entries(MECHANISMS).items()]
    return {"schema": "mechproof/list/1", "mechanisms": found, "backends": families_found()}


def _listed(name: str, entry: EntryPoint) -> dict[str, Any]:
    """Return a mechanism with its fields, or why it cannot be loaded: that hides none of the others."""
    try:
        kind = loaded(entry)
    except MechproofError as error:
        return {"type": name, "summary": str(error), "fields": {}}
    from .starter import meaning, words_of

    summary = (kind.__doc__ or "").strip().splitlines()[0]
    told = {
        item.name: words_of(item.metadata) or meaning(kind, item).partition(". ")[0].rstrip(".")
        for item in fields(kind)
    }
    return {"type": name, "summary": summary, "fields": told}


def doctor_document() -> dict[str, Any]:
    """Return versions and licences, and which back ends load, as ``mechproof/doctor/1``.

    Examples
    --------
    >>> doctor_document()["schema"]
    'mechproof/doctor/1'
    """
    packages = [
        {
            "name": item.package,
            "version": version_of(item.package),
            "licence": licence_of(item.package),
            "needed": item.extra or "always",
        }
        for item in requirements()
    ]
    loaded = families_found()
    healthy = not _missing(packages) and all(item["error"] is None for item in loaded)
    return {
        "schema": "mechproof/doctor/1",
        "healthy": healthy,
        "packages": packages,
        "backends": loaded,
        "provenance": provenance(),
    }


def families_found() -> list[dict[str, Any]]:
    """Return every family of back ends: its members, those not installed apart, or why it cannot be loaded."""
    return [_family(name) for name in families()]


def _family(name: str) -> dict[str, Any]:
    try:
        members = load(name)
    except BackendError as error:
        return {"family": name, "backends": [], "absent": {}, "error": str(error)}
    absent = {item.name: item.reason for item in members if isinstance(item, Absent)}
    return {
        "family": name,
        "backends": [item.name for item in members if item.name not in absent],
        "absent": absent,
        "error": None,
    }


def show_list(console: Console, document: dict[str, Any]) -> None:
    """Print the mechanisms with their fields, and the back ends."""
    for mechanism in document["mechanisms"]:
        console.print(f"[bold]{mechanism['type']}[/]  {escape(mechanism['summary'])}")
        table = Table(box=None, show_header=False, padding=(0, 2))
        for name, words in mechanism["fields"].items():
            table.add_row(name, escape(words))
        console.print(table)
        console.print()
    _show_families(console, document["backends"])


def show_doctor(console: Console, document: dict[str, Any]) -> None:
    """Print versions and licences, what is missing, and which back ends load."""
    made = document["provenance"]
    console.print(f"mechproof {made['mechproof']}, Python {made['python']}, {made['platform']}", highlight=False)
    console.print()
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("package", "version", "licence", "needed"):
        table.add_column(name)
    for item in document["packages"]:
        style = "red" if item["needed"] == "always" else "dim"
        version = item["version"] or f"[{style}]not installed[/]"
        needed = "always" if item["needed"] == "always" else f"for the extra {item['needed']}"
        table.add_row(item["name"], version, escape(item["licence"] or ""), needed)
    console.print(table)
    console.print('an extra is installed by its name: pip install "mechproof\\[solvers]"', highlight=False)
    console.print()
    _show_families(console, document["backends"])
    console.print()
    missing = _missing(document["packages"])
    repair = f"something needed is missing: {restoring(*missing)}" if missing else "a family of back ends is broken"
    console.print("all is well" if document["healthy"] else f"[red]{repair}[/]", soft_wrap=True)


def _missing(packages: list[dict[str, Any]]) -> list[str]:
    """Return which of the packages that are always needed are not there."""
    return [item["name"] for item in packages if item["needed"] == "always" and item["version"] is None]


def _show_families(console: Console, found: list[dict[str, Any]]) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("family", no_wrap=True)
    table.add_column("back ends")
    for item in found:
        cannot = f"[red]{escape(item['error'])}[/]" if item["error"] else ""
        table.add_row(item["family"], cannot or ", ".join(item["backends"]) or "[dim]none installed[/]")
    console.print(table)
    for item in found:
        for name, reason in item["absent"].items():
            console.print(f"[dim]{escape(f'{name} {reason}')}[/]", highlight=False)
