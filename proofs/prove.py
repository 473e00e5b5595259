"""Settle the claims about a mechanism, or ask one of one's own for its properties; drop hypotheses if that is asked."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..formulations.errors import InputError
from ..formulations.registry import mechanism_name, name_of
from ..formulations.words import suggestion
from .claims.claim import Claim, ClaimVerdict, Counterexample, Theory
from .claims.measured import contradiction
from .claims.proved import Necessity, Proofs
from .claims.register import theories
from .provers.countermodel import search
from .reports.documents import read_documents
from .settle import Settler


def prove(
    mechanism: Any = None,
    claim: str | None = None,
    certificates: Path | None = None,
    say: Callable[[str], None] = lambda _: None,
    drop: bool = False,
    time_limit: float = 5.0,
    measurements: Sequence[Any] | None = None,
) -> Proofs:
    """Settle the claims about a mechanism, each for all that its hypotheses allow and every number of people.

    A class of one's own has no claims that somebody registered; its properties are asked of its declaration.

    Parameters
    ----------
    mechanism
        A mechanism's class or name, a topic such as "privacy", or None for all claims; or a class of one's own, or an
        instance of it, which stands for all with the same parts and choices.
    claim
        The id of a single claim, or one that it had before.
    certificates
        The folder of the certificates; by default where each theory has its own.
    say
        Called with the id of each claim before it is settled.
    drop
        Whether to drop each hypothesis of what is proved in turn, and look for a countermodel.
    time_limit
        The seconds that each property of one's own mechanism may take.
    measurements
        Documents of trainings, or their paths, that answer what only experiments can; by default those that the
        register rests on.

    Raises
    ------
    InputError
        When there are no claims about the mechanism, or none with that id.

    Examples
    --------
    >>> import mechproof as mp
    >>> found = mp.prove(mp.StackelbergPricing, claim="stackelberg/eq-16-concave")
    >>> found.claims[0].verdict, found.ok
    (<ClaimVerdict.PROVED: 'PROVED'>, True)
    """
    start = time.perf_counter()
    if _is_own(mechanism):
        from .own.proving import prove_own

        return prove_own(mechanism, claim, time_limit, say)
    chosen = _chosen(mechanism)
    if claim is not None:
        _refuse_unknown(claim, chosen)
    settled, settler = [], Settler(certificates, None if measurements is None else _trainings(measurements))
    for theory in chosen:
        for item in theory.claims:
            if claim in (None, item.id, *item.aliases):
                say(item.id)
                found = settler.settle(item, theory)
                proved = found.verdict in (ClaimVerdict.PROVED, ClaimVerdict.PROVED_UNDER)
                settled.append(replace(found, dropped=necessity(item)) if drop and proved else found)
    return Proofs(_about(mechanism), tuple(settled), time.perf_counter() - start)


def _refuse_unknown(claim: str, chosen: Sequence[Theory]) -> None:
    claims = [item for theory in chosen for item in theory.claims]
    ids = [name for item in claims for name in (item.id, *item.aliases)]
    if claim not in ids:
        remedy = suggestion(claim, ids, f"there are {len(claims)} claims")
        raise InputError("claim", claim, "is not registered", remedy)


def _trainings(measurements: Sequence[Any]) -> list[Mapping[str, Any]]:
    """Return documents of trainings, and refuse others."""
    found = read_documents(list(measurements))
    for item in found:
        if item.kind != "train":
            rule = "is no document of a training"
            raise InputError(f"measurements, {item.name}", item.document["schema"], rule, "mechproof train --output")
        if said := contradiction(item.document):
            raise InputError("measurements", item.name, f"contradicts itself: {said}", "train again")
    return [item.document for item in found]


def _chosen(mechanism: Any) -> tuple[Theory, ...]:
    if mechanism is None:
        return theories()
    names = {name for theory in theories() for name in (theory.name, theory.mechanism) if name}
    wanted = _about(mechanism)
    if wanted not in names:
        known = f'there are {", ".join(sorted(names))} or your own, as "my_market.py:MyContest"'
        raise InputError("mechanism", wanted, "has no registered claims", suggestion(wanted, names, known))
    return tuple(theory for theory in theories() if wanted in (theory.name, theory.mechanism))


def _is_own(mechanism: Any) -> bool:
    """Whether it is a mechanism that nobody registered claims about."""
    if mechanism is None or isinstance(mechanism, str):
        return False
    return mechanism_name(_kind(mechanism)) not in {theory.mechanism for theory in theories()}


def _about(mechanism: Any) -> str:
    if mechanism is None:
        return "all"
    if isinstance(mechanism, str):
        return mechanism
    return mechanism_name(_kind(mechanism)) or name_of(_kind(mechanism))


def _kind(mechanism: Any) -> type:
    return mechanism if isinstance(mechanism, type) else type(mechanism)


def necessity(claim: Claim, seconds: float = 0.5) -> tuple[Necessity, ...]:
    """Drop every hypothesis of a claim in turn, and look for a countermodel to one of its sentences.

    Where a hypothesis keeps a denominator from zero, an instance at which the statement is not defined is one. That a
    hypothesis is redundant is z3's word; nothing rests on it.

    Examples
    --------
    >>> from mechproof.proofs.claims.register import claim_of
    >>> [(item.hypothesis, item.outcome) for item in necessity(claim_of("stackelberg/eq-16-concave"))]
    [('ε₋ᵢ > 0', 'needed'), ('εᵢ ≥ 0', 'needed'), ('B > 0', 'needed'), ('ρᵢ > 0', 'redundant')]
    """
    return tuple(_necessity(claim, text, seconds) for text in claim.hypotheses()) if claim.sentences() else ()


def _necessity(claim: Claim, text: str, seconds: float) -> Necessity:
    outcomes = set()
    for sentence in claim.sentences().values():
        if text in sentence.given:
            given = {other: formula for other, formula in sentence.given.items() if other != text}
            result = search(Counterexample(given, sentence.goal, needed=text), seconds)
            if result.instance is not None:
                return Necessity(text, "needed", result.instance)
            outcomes.add(result.outcome)
    return Necessity(text, "redundant" if outcomes == {"none exists"} else "undecided", None)
