"""What a report shows of a game played in rounds: where it leads, its rounds, and what everybody had of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .documents import Named
from .numbers import short
from .tables import Opened, Table, opened

SPENT = {
    "stated": "stated for a round",
    "added": "added up",
    "epsilon": "really spent",
    "classical": "with classical noise",
}


@dataclass(frozen=True)
class PlayView:
    """A play as the page shows it: where it leads in words, what the leader had, its rounds, and who had what."""

    name: str
    text: str
    notes: tuple[str, ...]
    rounds: Opened
    people: Opened | None


def play_view(item: Named) -> PlayView:
    """Return a play document as the page shows it."""
    return PlayView(
        item.about, str(item.document["outcome"]["text"]), tuple(_notes(item)), _rounds(item), _people(item)
    )


def _notes(item: Named) -> Iterator[str]:
    for name, had in item.document["utility"].items():
        if not isinstance(had, list):
            yield f"The {name} had {short(had)}, and regrets {short(item.document['regret'].get(name))}."
    trained = item.document["trained"]
    if trained is not None:
        means = (f"{name} {sum(runs) / len(runs):.3f}" for name, runs in trained["accuracy"].items())
        yield f"Trained in {trained['rounds']} of these rounds, accuracies in the mean of runs: {', '.join(means)}."
    spent = item.document["spent"]
    if spent is not None:
        yield (
            f"Each round is a Gaussian release of its own budget at δ = {spent['delta']:g}. What all rounds really "
            "spend together at that δ is neither the largest budget of a round nor the sum."
        )


def _rounds(item: Named) -> Opened:
    path, named = item.document["path"], item.document["named"]
    announced = [name for name, value in path[0]["decided"].items() if not isinstance(value, list)]
    header = ("round", *(name.replace("_", " ") for name in announced), "sum", f"largest {named}", f"least {named}")
    rows = tuple(
        (
            one["round"],
            *(one["decided"].get(name) for name in announced),
            one["total"] if not isinstance(one["total"], list) else None,
            one["largest"],
            one["least"],
            one["alone"],
        )
        for one in path
    )
    return opened(Table(f"{item.about}: rounds", (*header, "faced nobody"), rows))


def _people(item: Named) -> Opened | None:
    """Return what everybody did in the last round and had of all; None where decisions are not written."""
    document, own = item.document, item.document["path"][-1]["own"]
    if not own:
        return None
    reported, sold = document["play"].get("reported") is not None, document["path"][-1].get("sold")
    columns: dict[str, Any] = {f"last {document['named']}{', as reported' if reported else ''}": own}
    if reported:
        columns[f"last {document['named']} sold"] = sold
    gained = "gained by its reports" if reported else "gained by pretending"
    for title, part in (("had", "utility"), ("regrets", "regret"), (gained, "gain")):
        columns[title] = next((value for value in (document[part] or {}).values() if isinstance(value, list)), None)
    columns |= {title: (document["spent"] or {}).get(name) for name, title in SPENT.items()}
    kept = {title: column for title, column in columns.items() if isinstance(column, list) and len(column) == len(own)}
    rows = zip(_names(document["mechanism"], len(own)), *kept.values(), strict=True)
    return opened(Table(f"{item.about}: everybody", ("", *kept), tuple(rows)))


def _names(mechanism: Mapping[str, Any], count: int) -> list[str]:
    """Return the people's names: the one list of words of their number among the data, or else numbers."""
    for value in mechanism["data"].values():
        if isinstance(value, list) and len(value) == count and all(_is_name(entry) for entry in value):
            return [str(entry) for entry in value]
    return [str(index) for index in range(count)]


def _is_name(entry: Any) -> bool:
    return isinstance(entry, str) and not entry[:1].isdigit() and not entry.startswith("-")
