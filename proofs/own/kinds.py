"""One claim of a class whose parts may be of several kinds: proved if it is proved for each of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ..claims.claim import ClaimVerdict, Step
from ..claims.proved import Piece, Proved


def for_every_kind(found: Mapping[str, Proved | None]) -> Proved:
    """Return the verdict for all kinds, by what each choice of kinds came to; None where there is no instance of it.

    One that is refuted refutes the claim; one that is left open leaves it open.
    """
    settled = {words: one for words, one in found.items() if one is not None}
    if len(found) == 1:
        return next(iter(settled.values()))
    for words, one in settled.items():
        if one.verdict == ClaimVerdict.REFUTED:
            return replace(one, claim=replace(one.claim, statement=f"{_bare(one)}, where {words}."))
    proved = {words: one for words, one in settled.items() if one.verdict == ClaimVerdict.PROVED}
    return _together(proved) if len(proved) == len(found) else _open(list(found), settled, proved)


def _open(words: list[str], settled: Mapping[str, Proved], proved: Mapping[str, Proved]) -> Proved:
    """Return a claim that is not proved for all kinds, with what was tried for the others."""
    left = [each for each in words if each not in proved]
    text = f"proved where {' or '.join(proved) or 'nothing'}; not where {' or '.join(left)}"
    unproved = [settled[each] for each in left if each in settled]
    pieces = [Piece(None, {"kind": "tried", "checker": "none", "text": text, "seconds": 0.0})]
    pieces += [piece for one in unproved for piece in one.pieces]
    first = next(iter((*unproved, *settled.values())))
    return replace(first, verdict=ClaimVerdict.INCONCLUSIVE, pieces=tuple(pieces), latex="", mathml="")


def _together(proved: Mapping[str, Proved]) -> Proved:
    """Return one claim with the evidence for all kinds."""
    first = next(iter(proved.values()))
    statements = list(dict.fromkeys(_bare(one) for one in proved.values()))
    text = f"{'; '.join(statements)}; where {' or '.join(proved)}."
    sources = "; ".join(dict.fromkeys(one.claim.source for one in proved.values()))
    evidence = tuple(
        replace(item, name=f"{item.name}, {words}") if isinstance(item, Step) else item
        for words, one in proved.items()
        for item in one.claim.evidence
    )
    return replace(
        first,
        claim=replace(first.claim, statement=text, source=sources, evidence=evidence),
        pieces=tuple(piece for one in proved.values() for piece in one.pieces),
        seconds=sum(one.seconds for one in proved.values()),
        kernel_seconds=sum(one.kernel_seconds for one in proved.values()),
    )


def _bare(one: Proved) -> str:
    return one.claim.statement.removesuffix(".")
