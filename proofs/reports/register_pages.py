"""The register as pages: every claim with its words beside its sentence, and every erratum of the sources.

Verdicts are the registered ones, which `mechproof prove` and the tests reach again and again; instances and what they
cost are evaluated here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..claims.claim import Attribution, Axiom, Claim, ClaimVerdict, Counterexample, Lemma, Theory
from ..claims.formula import latex
from ..claims.present import erratum_lines
from ..claims.proved import Piece, erratum_document, instance_document
from ..claims.quantification import quantified, symbols_of
from ..provers.countermodel import search

WRITTEN = "<!-- written by python -m mechproof.proofs.commands.register_pages; edit the claims instead -->"


def claims_page(theories: Sequence[Theory]) -> str:
    """Return all claims as Markdown: words, what they quantify over, the sentence, and what each rests on.

    Examples
    --------
    >>> from mechproof.proofs.claims.register import theories
    >>> "## privacy" in claims_page([one for one in theories() if one.name == "privacy"])
    True
    """
    claims = [claim for theory in theories for claim in theory.claims]
    parts = [
        "# Claims",
        WRITTEN,
        "Each claim in words, what its sentence quantifies over, and the sentence itself as it is read from the "
        "declarations. *printed* is what stands in a source, *extracted* what stands in the text extracted from it, "
        "*follows from* what follows from the declarations, *our reading* how we read what a source leaves open, "
        "*our reconstruction* what rests on formulas that a source does not print.",
        tally(claims),
        *(part for theory in theories for part in _theory(theory)),
    ]
    return "\n\n".join(parts) + "\n"


def tally(claims: Sequence[Claim]) -> str:
    """Return how many claims there are of each verdict and attribution, as a table."""
    counts = Counter((claim.expected, claim.attribution) for claim in claims)
    header = ["", *(word.value for word in Attribution), "in all"]
    rows = [
        [
            verdict.value,
            *(str(counts[verdict, word]) for word in Attribution),
            str(sum(counts[verdict, word] for word in Attribution)),
        ]
        for verdict in ClaimVerdict
    ]
    sums = [str(sum(int(row[place]) for row in rows)) for place in range(1, len(header))]
    lines = [header, ["---"] + ["---:"] * (len(header) - 1), *rows, ["in all", *sums]]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _theory(theory: Theory) -> Iterator[str]:
    yield f"## {theory.name}"
    for claim in theory.claims:
        verdict = claim.expected.value + (f" {', '.join(claim.missing)}" if claim.missing else "")
        formerly = f" (formerly {', '.join(f'`{name}`' for name in claim.aliases)})" if claim.aliases else ""
        yield f"### `{claim.id}`"
        yield f"**{verdict}** · {claim.attribution.value} · {claim.source}{formerly}"
        yield claim.statement
        yield "\n".join(_stands_on(claim, theory))
        if formula := latex(claim, theory.symbols):
            yield f"```math\n{formula}\n```"


def _stands_on(claim: Claim, theory: Theory) -> Iterator[str]:
    """Return what a claim quantifies over, what it is given, and what it rests on."""
    yield f"- *Quantifies* {quantified(claim, theory.symbols, theory.meaning)}"
    if given := [*claim.assumes, *claim.hypotheses()]:
        yield f"- *Given* {'; '.join(given)}"
    if rests := [_rests_on(item) for item in claim.evidence if isinstance(item, Lemma | Axiom)]:
        yield f"- *Rests on* {', '.join(rests)}"


def _rests_on(item: Lemma | Axiom) -> str:
    return f"`{item.claim}`" if isinstance(item, Lemma) else f"{item.name} ({item.source})"


def errata_page(theories: Sequence[Theory]) -> str:
    """Return every error of the sources as Markdown: what they say, what is right, and the instance that shows it."""
    found = [
        (claim, document, symbols_of(claim, theory.symbols))
        for theory in theories
        for claim in theory.claims
        if (document := _document(claim))
    ]
    parts = [
        "# Errata of the sources",
        WRITTEN,
        "Each with the instance that shows it, in exact numbers that can be followed with a pencil, and what the error "
        "costs there. Where the attribution is *extracted* the error may be the extraction's and not the source's; "
        "where it is *our reading* the source leaves open what it means.",
    ]
    for claim, document, symbols in found:
        parts.append(f"## {document['said']}")
        parts.append(
            "\n".join(
                f"- {line}"
                for line in (f"*{claim.attribution.value}*: {claim.source}", *erratum_lines(document, symbols))
            )
        )
        parts[-1] += f"\n- claim `{claim.id}`: {claim.expected.value}"
    return "\n\n".join(parts) + "\n"


def _document(claim: Claim) -> Mapping[str, Any] | None:
    """Return a claim's erratum, with its counterexample evaluated."""
    if claim.erratum is None:
        return None
    pieces = []
    for item in claim.evidence:
        if isinstance(item, Counterexample) and item.kept:
            instance = search(item).instance
            assert instance is not None, claim.id
            pieces.append(Piece(True, {"kind": "counterexample", **instance_document(instance)}))
    return erratum_document(claim, pieces)
