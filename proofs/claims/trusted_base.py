"""What must be believed to believe the proofs, counted: the kernel, the readings, the verdicts and the axioms.

Beside it Python and, for intervals, Arb.
"""

from __future__ import annotations

import tokenize
from collections.abc import Iterable
from importlib import resources
from itertools import chain
from typing import Any

from ..kernel.polynomials import cases_of
from .claim import Axiom, Claim

TRUSTED = {
    "the kernel": ("proofs/kernel/kernel.py",),
    "the reading of declarations as polynomials": (
        "proofs/kernel/polynomials.py",
        "proofs/kernel/ratio.py",
        "proofs/kernel/sentence.py",
        "proofs/kernel/terms.py",
        "solvers/readings/derivative.py",
        "formulations/algebra.py",
    ),
    "the binding of certificates to sentences": ("proofs/claims/certificate_files.py", "proofs/claims/claim.py"),
    "instances and intervals, on which refutations and statements on boxes rest": (
        "proofs/provers/countermodel.py",
        "proofs/provers/boxes.py",
        "solvers/readings/rationals.py",
        "solvers/readings/balls.py",
    ),
    "the verdicts": ("proofs/settle.py", "proofs/claims/proved.py", "proofs/claims/measured.py"),
}
"""Files of the package by what they are trusted for; the claims' own statements are trusted to say what they should."""
OF_ONES_OWN = {
    "what is asked of one's own declaration, and how it becomes a sentence": tuple(
        f"proofs/own/{name}.py"
        for name in (
            *("arbitrage", "asking", "blanks", "envy", "equilibria", "expressions", "finite_sets", "games"),
            *("heard", "hearing", "instances", "jumps", "kinds", "menus", "money", "programs"),
            *("proving", "questions", "ranks", "rationality", "reports", "roles", "rows", "samples"),
            *("sentences", "settling", "steps", "sums", "traces", "two_decisions", "two_equilibria", "ways"),
        )
    )
}
"""Trusted beside it where the claims were made from a declaration by themselves, not written down."""
AXIOMS_OF_READING = {
    "ln": Axiom("logarithm", "1 − 1/x ≤ ln x ≤ x − 1 for x > 0", "concavity of the logarithm"),
    "exp": Axiom("exponential", "eˣ > 0, eˣ ≥ 1 + x and e⁻ˣ ≥ 1 − x", "convexity of the exponential"),
    "sqrt": Axiom("root", "for x ≥ 0 there is q ≥ 0 with q² = x", "completeness of the real numbers"),
}


def trusted_base(claims: Iterable[Claim], of_ones_own: bool = False) -> dict[str, Any]:
    """Return the lines of code that are trusted, comments and documentation not counted, and the axioms used.

    Examples
    --------
    >>> [part["what"] for part in trusted_base([])["parts"]][0]
    'the kernel'
    """
    claims = list(claims)
    parts = [
        {"what": what, "files": list(files), "lines": sum(code_lines(name) for name in files)}
        for what, files in (TRUSTED | (OF_ONES_OWN if of_ones_own else {})).items()
    ]
    axioms = [{"name": item.name, "statement": item.statement, "source": item.source} for item in axioms_of(claims)]
    return {"parts": parts, "lines": sum(int(str(part["lines"])) for part in parts), "axioms": axioms}


def axioms_of(claims: Iterable[Claim]) -> tuple[Axiom, ...]:
    """Return the axioms that claims rest on: those cited, and what is used of roots, logarithms and exponentials."""
    found: dict[Axiom, None] = {}
    for claim in claims:
        found |= dict.fromkeys(item for item in claim.evidence if isinstance(item, Axiom))
        for sentence in claim.sentences().values():
            lines = [line for lines in cases_of(sentence) for line in lines if line.role == "define"]
            made = {name.rstrip("0123456789") for line in lines for name in chain.from_iterable(line.polynomial)}
            found |= dict.fromkeys(axiom for operation, axiom in AXIOMS_OF_READING.items() if operation in made)
    return tuple(found)


def code_lines(name: str) -> int:
    """Return how many lines of a file of the package hold code: neither blank, nor comment, nor documentation."""
    with (resources.files("mechproof") / name).open("rb") as file:
        tokens = list(tokenize.tokenize(file.readline))
    lines: set[int] = set()
    skipped = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING)
    fresh = True  # a string that starts a statement is documentation
    for token in tokens:
        if token.type in skipped:
            fresh = fresh or token.type in (tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT)
            continue
        if not (fresh and token.type == tokenize.STRING) and token.type != tokenize.ENDMARKER:
            lines |= set(range(token.start[0], token.end[0] + 1))
        fresh = False
    return len(lines)
