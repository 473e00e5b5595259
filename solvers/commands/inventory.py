"""What there is: mechanisms, back ends, packages, and whether they load."""

from __future__ import annotations

import re
from dataclasses import fields
from importlib.metadata import EntryPoint, PackageNotFoundError, requires, version
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ...formulations.errors import BackendError, MechproofError
from ...formulations.registry import MECHANISMS, entries, loaded
from ..backend import families, load
from ..serialization import provenance


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
    summary = (kind.__doc__ or "").strip().splitlines()[0]
    return {"type": name, "summary": summary, "fields": {item.name: _words(item.metadata) for item in fields(kind)}}


def doctor_document() -> dict[str, Any]:
    """Return versions, and which back ends load, as ``mechproof/doctor/1``.

    Examples
    --------
    >>> doctor_document()["schema"]
    'mechproof/doctor/1'
    """
    packages = []
    for line in requires("mechproof") or ():
        name = re.split(r"[^A-Za-z0-9._-]", line, maxsplit=1)[0]
        extra = re.search(r"extra == ['\"](\w+)['\"]", line)
        packages.append({"name": name, "version": _version(name), "needed": extra[1] if extra else "always"})
    loaded = families_found()
    missing = [item for item in packages if item["needed"] == "always" and item["version"] is None]
    healthy = not missing and all(item["error"] is None for item in loaded)
    return {
        "schema": "mechproof/doctor/1",
        "healthy": healthy,
        "packages": packages,
        "backends": loaded,
        "provenance": provenance(),
    }


def families_found() -> list[dict[str, Any]]:
    """Return every family of back ends, with its members or why it cannot be loaded."""
    found = []
    for family in families():
        try:
            found.append({"family": family, "backends": [item.name for item in load(family)], "error": None})
        except BackendError as error:
            found.append({"family": family, "backends": [], "error": str(error)})
    return found


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
    """Print versions, what is missing, and which back ends load."""
    made = document["provenance"]
    console.print(f"mechproof {made['mechproof']}, Python {made['python']}, {made['platform']}", highlight=False)
    console.print()
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("package", "version", "needed"):
        table.add_column(name)
    for item in document["packages"]:
        table.add_row(item["name"], item["version"] or "[red]not installed[/]", item["needed"])
    console.print(table)
    console.print()
    _show_families(console, document["backends"])
    console.print()
    console.print(
        "all is well" if document["healthy"] else "[red]something needed is missing: pip install --upgrade mechproof[/]"
    )


def _show_families(console: Console, found: list[dict[str, Any]]) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("family", no_wrap=True)
    table.add_column("back ends")
    for item in found:
        cannot = f"[red]{escape(item['error'])}[/]" if item["error"] else ""
        table.add_row(item["family"], cannot or ", ".join(item["backends"]) or "[dim]none installed[/]")
    console.print(table)


def _words(metadata: Any) -> str:
    """Return what a field holds, in words."""
    if (rule := metadata.get("rule")) is not None:
        return str(rule.text) + (f", one for each {rule.per}" if rule.per else "")
    if "choice" in metadata:
        return "one of " + ", ".join(metadata["choice"])
    if "labels" in metadata:
        return f"the {metadata['labels']}s' names"
    if "part" in metadata:
        from ...formulations.registry import kinds_of

        return "a table with a type: " + ", ".join(kinds_of(metadata["part"]))
    return ""


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
