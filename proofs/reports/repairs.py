"""What a report shows of a repair: every number before and after, what it costs whom, and a picture of both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .documents import Named
from .figures import COLOURS, INK, Drawing, drawn
from .numbers import as_number, in_words, short
from .row import Mood, Row
from .tables import Table

NORMS = {
    "1": "all changes together",
    "2": "the root of the sum of all changes' squares",
    "inf": "the largest change",
}


@dataclass(frozen=True)
class Repaired:
    """A repair's sentence, its tables and its drawings."""

    about: str
    sentence: str
    tables: tuple[Table, ...]
    drawings: tuple[Drawing, ...]


def repaired(item: Named, prefix: str, drawing: bool) -> Repaired:
    """Return a repair as the page shows it.

    Examples
    --------
    >>> import mechproof as mp
    >>> from mechproof.solvers.repair.document import repair_document
    >>> menu = mp.VersionPricing(epsilon=[1, 2], target=[1, 5])
    >>> document = repair_document(mp.repair(mp.candidate(menu, price=[1, 5])))
    >>> repaired(Named("mine", document), "r", drawing=False).sentence
    'The nearest sound numbers are 3/2 ≈ 1.50000 away in money, all changes together.'
    """
    document = item.document
    kept = document["request"]["keep"]
    stays = f"; {' and '.join(kept)} stayed as {'it was' if len(kept) == 1 else 'they were'}" if kept else ""
    distance = f"{short(document['distance'])} away in money, {NORMS[document['request']['norm']]}"
    costs = tuple((row["who"], row["worse_off_by"]) for row in document["cost"])
    tables = (
        Table("Before and after", ("whose", "before", "after", "change", "worth in money"), tuple(_numbers(document))),
        Table("Who is worse off, by how much money (negative: better off)", ("who", "worse off by"), costs),
    )
    shown = tuple(table for table in tables if table.rows)
    sentence = f"The nearest sound numbers are {distance}{stays}."
    return Repaired(item.about, sentence, shown, tuple(_drawings(document, prefix)) if drawing else ())


def of_repair(item: Named) -> Iterator[Row]:
    """Yield whether what was found is sound and nearest, and what verification says of it."""
    check = item.document["certificate"]
    mood = Mood.GOOD if check["valid"] else Mood.BAD if check["feasible"] is False else Mood.OPEN
    word = {Mood.GOOD: "sound and nearest", Mood.BAD: "not sound", Mood.OPEN: "not shown to be nearest"}[mood]
    yield Row(mood, "the repair", word, check["reason"], "over fractions", item.name, item.about)
    for found in item.document["verified"]:
        mood = {"holds": Mood.GOOD, "violated": Mood.BAD}.get(found["verdict"], Mood.OPEN)
        what = f"{found['property'].replace('-', ' ')}, repaired"
        yield Row(mood, what, found["verdict"], found["text"], "by verification", item.name, item.about)


def _numbers(document: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    """Yield every number that is decided, changed or not, and data that had to change."""
    worth = {(row["who"], row["field"]): row["worth"] for row in document["changed"]}
    decided = document["repaired"]
    for row in document["changed"]:
        if row["field"] not in decided:
            yield (f"{in_words(row['field'])}, {row['who']}", *_pair(row["before"], row["after"]), row["worth"])
    for name, after in decided.items():
        before = document["stated"].get(name)
        for place, (was, now) in enumerate(zip(_entries(before), _entries(after), strict=False)):
            who = _who(document, name, place)
            yield (
                f"{in_words(name)}, {who}" if who else in_words(name),
                *_pair(was, now),
                worth.get((who or name, name)),
            )


def _pair(before: Any, after: Any) -> tuple[Any, Any, Any]:
    was, now = as_number(before), as_number(after)
    return before, after, None if was is None or now is None else float(now) - float(was)


def _who(document: Mapping[str, Any], name: str, place: int) -> str:
    """Return whose entry it is, by what the document calls those whose entries were changed or who bear costs."""
    if not isinstance(document["repaired"][name], list):
        return ""
    names = [row["who"] for row in document["cost"] if not row["who"].startswith("the ")]
    known = names[place] if place < len(names) else str(place)
    return known.removeprefix("a buyer of ")


def _entries(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else [value]


def _drawings(document: Mapping[str, Any], prefix: str) -> Iterator[Drawing]:
    """Yield a picture of each vector, before and after."""
    for index, (name, after) in enumerate(document["repaired"].items()):
        before = document["stated"].get(name)
        if not (isinstance(after, list) and isinstance(before, list)):
            continue
        rows = [
            (_who(document, name, place), as_number(was), as_number(now))
            for place, (was, now) in enumerate(zip(before, after, strict=False))
        ]
        pairs = [(who, float(was), float(now)) for who, was, now in rows if was is not None and now is not None]
        if pairs:
            yield _drawn(in_words(name), pairs, f"{prefix}{index}")


def _drawn(name: str, pairs: list[tuple[str, float, float]], prefix: str) -> Drawing:
    few = len(pairs) <= 30
    places = range(len(pairs))

    def draw(axes: Any) -> None:
        axes.vlines(places, *([pair[side] for pair in pairs] for side in (1, 2)), color=INK, linewidth=0.8)
        axes.plot(places, [was for _, was, _ in pairs], "o", color=COLOURS[1], markersize=5, label="before")
        axes.plot(places, [now for _, _, now in pairs], "s", color=COLOURS[0], markersize=5, label="after")
        if few:
            axes.set_xticks(places, [who for who, _, _ in pairs], rotation=30 if len(pairs) > 4 else 0)
        axes.set_ylabel(name)
        axes.legend()

    heading = f"{name if name == 'ε' else name.capitalize()}, before and after"
    text = "Circles are what was stated, squares the nearest that is sound; where they coincide nothing was changed."
    table = Table(heading, ("whose", "before", "after"), tuple(pairs))
    return Drawing(heading, text, drawn(draw, prefix, heading, text), table)
