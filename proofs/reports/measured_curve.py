"""What a report shows of a fitted revenue curve: what became of the logarithm, and how well each curve foretells."""

from __future__ import annotations

from .documents import Named
from .tables import Table


def measured_curve(item: Named) -> tuple[Table, str]:
    """Return a document of a fitted curve as a table, and what it shows in words.

    Examples
    --------
    >>> from mechproof.proofs.reports.documents import read_documents
    >>> family = {"name": "log", "formula": "f", "numbers": {"beta": 2.0}, "error": 0.5, "left_out_error": 1.0}
    >>> log = {"text": "it holds", "rejected": False, "p_value": 0.4, "alpha": None, "beta": None, "largest_miss": 1}
    >>> table, words = measured_curve(
    ...     read_documents(
    ...         {
    ...             "it": {
    ...                 "schema": "mechproof/curve/1",
    ...                 "trained": None,
    ...                 "measured": {"epsilon": [1], "worth": [[2]], "mean": [2]},
    ...                 "logarithm": log,
    ...                 "families": [family],
    ...                 "revenue": {"half": ["1"], "beta": ["2"]},
    ...                 "revenue_error": 0.25,
    ...                 "confidence": 0.95,
    ...                 "versions": {},
    ...             }
    ...         }
    ...     )[0]
    ... )
    >>> table.rows, words
    ((('log', 'beta 2', '0.5', '1'),), 'It holds. The leader solves with 1 concave steps that miss by 0.25.')
    """
    document = item.document
    rows = tuple(
        (
            family["name"],
            ", ".join(f"{name} {number:.3g}" for name, number in family["numbers"].items()),
            f"{family['error']:.3g}",
            f"{family['left_out_error']:.3g}",
        )
        for family in document["families"]
    )
    table = Table(f"revenue curve: {item.name}", ("curve", "numbers", "misses by", "left out, by"), rows)
    said, steps = document["logarithm"]["text"], len(document["revenue"]["half"])
    words = f"{said[:1].upper()}{said[1:]}. The leader solves with {steps} concave steps"
    return table, f"{words} that miss by {document['revenue_error']:.3g}."
