"""The report: documents rendered as one self-contained HTML file, as Markdown, or as one JSON document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from ...solvers.commands.schema import published
from ...solvers.serialization import refuse_no_file, to_json, write_whole
from .baselines import baseline_table, mechanism_table
from .claims import register
from .contents import contents
from .documents import KINDS, Named, Source, read_documents
from .face import Face, face_of
from .field import field_baselines
from .figures import Drawing, draw_figure
from .findings import findings
from .format import ReportFormat, report_format
from .inferred import inferred_costs
from .judgement import judgement
from .market import market_tables
from .measured_curve import measured_curve
from .money import Money
from .privacy_scale import SOURCE, scales
from .repairs import repaired
from .rounds import play_view
from .row import Mood
from .sections import contrasts, effects, facts, ledger, refusals, solutions
from .tables import Table
from .templating import templates
from .terms import terms
from .training_figures import draw_training
from .verdicts import certificate_verdict, verdicts

SCHEMA = "mechproof/report/1"


def report(
    documents: Source | Iterable[Source] | Mapping[str, Source],
    path: str | Path,
    format: str | None = None,
    *,
    title: str | None = None,
    currency: str | None = None,
    date: date | str | None = None,
) -> Path:
    """Write a report of documents to a file, whole or not at all.

    Its first screen answers yes, no or undecided, says why, and what to do next: no beats undecided, which beats yes.
    The HTML is one file that asks nothing of the network: style and figures are in it, and it follows the reader's
    choice of light or dark. The same documents give the same bytes on the same day.

    Parameters
    ----------
    documents
        One document, several, or a mapping from names to documents; each is a dictionary, the path of a JSON file, or a
        result (a solution, a comparison, a verification, a training).
    path
        Where to.
    format
        "html", "markdown" or "json"; by default what the path's ending says, and else HTML.
    title
        What to call it; by default it is called after its mechanisms.
    currency
        What money is in: a code such as EUR, or a symbol such as €; by default it is in units of money.
    date
        The day it bears, as a date or as 2026-03-01; by default that of a report among the documents, else the day of
        writing, which ``SOURCE_DATE_EPOCH`` fixes.

    Returns
    -------
    pathlib.Path
        The file written.

    Raises
    ------
    InputError
        When a document is of an unknown schema or version or does not follow it, the path cannot be written, or title,
        currency or date are none.

    Examples
    --------
    >>> import tempfile
    >>> import mechproof as mp
    >>> solution = mp.solve(mp.StackelbergPricing(cost=[1, 1], alpha=4, beta=2), arithmetic="exact")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     print("certified" in report(solution, Path(folder) / "report.md").read_text())
    True
    """
    target = Path(path)
    refuse_no_file(target)
    form, given = report_format(format, target), read_documents(documents)
    write_whole(target, rendered(given, form, face_of(given, title, currency, date)))
    return target


def rendered(documents: Sequence[Named], form: ReportFormat, face: Face | None = None) -> str:
    """Return the text of a report."""
    face = face or face_of(documents)
    if form is ReportFormat.json:
        return to_json(report_document(documents, face))
    template = templates(form).get_template("report.html" if form is ReportFormat.html else "report.md")
    return template.render(**_view(documents, form, face))


def report_document(documents: Sequence[Named], face: Face | None = None) -> dict[str, Any]:
    """Return documents, all their verdicts and the answer they give together as one ``mechproof/report/1`` document.

    Examples
    --------
    >>> import mechproof as mp
    >>> s = mp.solve(mp.StackelbergPricing(cost=[1, 1], alpha=4, beta=2), arithmetic="exact")
    >>> report_document(read_documents(s))["verdicts"][0]["verdict"]
    'certified'
    """
    face = face or face_of(documents)
    judged = judgement(documents, face.money)
    return {
        "schema": SCHEMA,
        "title": face.title or _title(documents),
        "date": face.date.isoformat(),
        "judgement": {
            "answer": judged.answer.value,
            "sentence": judged.sentence,
            "judged": judged.judged,
            "reasons": [{"lead": reason.lead, "text": reason.text} for reason in judged.reasons],
            "expected": [{"lead": fault.lead, "text": fault.text} for fault in judged.expected],
            "next": judged.next,
            "commands": list(judged.commands),
        },
        "findings": [asdict(finding) for finding in findings(documents, face.money)],
        "verdicts": [{**asdict(row), "mood": row.mood.value} for row in verdicts(documents)],
        "documents": [
            {"name": item.name, "sha256": item.digest, "document": dict(item.document)} for item in documents
        ],
    }


@dataclass(frozen=True)
class _Panel:
    """A document's drawings under its name."""

    name: str
    drawings: tuple[Drawing, ...]


def _view(documents: Sequence[Named], form: ReportFormat, face: Face) -> dict[str, Any]:
    """Return what the templates show: under the name of each section what it is made of, and what is on the face."""
    found, money = verdicts(documents), face.money
    rows, columns = solutions(documents, money)
    view = {
        "title": face.title or _title(documents),
        "date": face.date,
        "day": face.day,
        "judgement": judgement(documents, money),
        "tally": _tally([row.mood for row in found]),
        "findings": findings(documents, money),
        "offered": columns,
        "rows": rows,
        "columns": columns,
        "money_note": money.note,
        "verdicts": {
            about: [row for row in found if row.about == about] for about in dict.fromkeys(r.about for r in found)
        },
        "scale": scales(documents),
        "scale_source": SOURCE,
        "provenance": [(item, facts(item.document)) for item in documents],
        "certificate_verdict": certificate_verdict,
        **_by_kind(documents, form is ReportFormat.html, money),
    }
    return {**view, "contents": contents(view)}


def _by_kind(documents: Sequence[Named], drawing: bool, money: Money) -> dict[str, Any]:
    """Return the sections that show documents of one kind, each on its own."""
    of = {kind: [item for item in documents if item.kind == kind] for kind in KINDS}
    return {
        "terms": list(filter(None, (terms(item, money) for item in of["solve"]))),
        "markets": [market_tables(item, money) for item in of["market"]],
        "training": _trainings(of["train"], drawing),
        "privacy": [(item, ledger(item)) for item in of["train"]],
        "rounds": list(map(play_view, of["play"])),
        "repairs": [repaired(item, f"r{index}", drawing) for index, item in enumerate(of["repair"])],
        "baselines": list(map(baseline_table, of["baselines"])),
        "mechanisms": list(map(mechanism_table, of["compare-mechanisms"])),
        "figures": _panels([*of["figures"], *of["what-if"], *of["play"], *of["design"]]) if drawing else (),
        "numbers": [
            *_brought([*of["figures"], *of["what-if"], *of["design"]]),
            *map(inferred_costs, of["infer"]),
            *map(measured_curve, of["curve"]),
            *filter(None, map(field_baselines, of["train"])),
        ],
        "mechanism": _formulas(of["figures"]),
        "claims": list(map(register, of["prove"])),
        "backends": [(item, refusals(item)) for item in of["compare"]],
    }


def _trainings(items: Sequence[Named], drawing: bool) -> list[tuple[Named, Sequence[Drawing], Table, Table | None]]:
    return [
        (item, draw_training(item.document, f"t{index}") if drawing else (), contrasts(item), effects(item))
        for index, item in enumerate(items)
    ]


def _brought(items: Sequence[Named]) -> list[tuple[Table, str]]:
    """Return the tables that mechanisms bring along, with what they show in words."""
    return [
        (Table(table["title"], tuple(table["header"]), tuple(map(tuple, table["rows"]))), table["text"])
        for item in items
        for table in item.document.get("tables", ())
    ]


def _title(documents: Sequence[Named]) -> str:
    about = dict.fromkeys(_mechanism(item) for item in documents if "mechanism" in item.document)
    if about:
        return ", ".join(about).capitalize() if len(about) < 4 else f"{len(about)} mechanisms"
    kinds = {item.kind for item in documents}
    titles = {"market": "A market of models", "prove": "Claims, proved and refuted", "train": "A training with budgets"}
    known = [title for kind, title in titles.items() if kind in kinds]
    return known[0] if known else str(published(documents[0].kind)["title"])


def _tally(moods: Iterable[Mood]) -> tuple[tuple[Mood, int, str], ...]:
    words = {Mood.GOOD: "as wanted", Mood.BAD: "not as wanted", Mood.OPEN: "undecided", Mood.INFO: "for information"}
    counts = Counter(moods)
    return tuple((mood, counts[mood], word) for mood, word in words.items() if counts[mood])


def _formulas(items: Sequence[Named]) -> dict[str, list[Mapping[str, Any]]]:
    """Return every mechanism's formulas, each once, though several documents of one mechanism have it."""
    found: dict[str, dict[tuple[str, str], Mapping[str, Any]]] = {}
    for item in items:
        for formula in item.document["formulas"]:
            if formula["mathml"]:
                found.setdefault(_mechanism(item), {})[formula["name"], formula["mathml"]] = formula
    return {name: list(formulas.values()) for name, formulas in found.items()}


def _mechanism(item: Named) -> str:
    return str(item.document["mechanism"]["type"]).replace("-", " ")


def _panels(items: Sequence[Named]) -> list[_Panel]:
    return [
        _Panel(
            item.about,
            tuple(draw_figure(figure, f"f{place}-{index}") for index, figure in enumerate(item.document["figures"])),
        )
        for place, item in enumerate(items)
        if item.document["figures"]
    ]
