"""What a report shows of inferred costs: each client's interval, and what contradicts itself."""

from __future__ import annotations

from .documents import Named
from .tables import Table


def inferred_costs(item: Named) -> tuple[Table, str]:
    """Return a document of inferred costs as a table, and what it shows in words.

    Examples
    --------
    >>> import mechproof as mp
    >>> from mechproof.proofs.reports.documents import read_documents
    >>> from mechproof.solvers.inference.present import inference_document
    >>> found = mp.infer(["39/4"], [["117/10", "39/5", 0]], client=["Ann", "Bob", "Cat"])
    >>> table, words = inferred_costs(read_documents({"it": inference_document(found)})[0])
    >>> table.rows[2], words
    (('Cat', '1/2', 'nothing', 'no'), 'Some costs explain all 1 rounds.')
    """
    document = item.document
    rows = tuple(
        (row["client"], row["lower"], row["upper"] or "nothing", "yes" if row["identified"] else "no")
        for row in document["clients"]
    )
    table = Table(f"costs inferred: {item.name}", ("client", "at least", "at most", "known"), rows)
    if document["contradiction"] is not None:
        return table, f"No costs explain these rounds. {document['contradiction']['text']}."
    words = f"Some costs explain all {len(document['rounds'])} rounds."
    if document["noise"] is not None:
        words += f" All intervals hold at once with probability {document['confidence']} at least."
    return table, words
