"""Whether all mechanisms of a family have a property: proved by the kernel, refuted by an instance, or left open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ...formulations.algebra import Formula
from ...formulations.design.family import Family, Requirement
from ...formulations.shown import Shown
from ...solvers.serialization import plain
from ..claims.certificate_files import certificate_of, check_document
from ..claims.claim import Claim, ClaimVerdict, Counterexample, Step
from ..claims.proved import Proved
from ..claims.register import claim_of, theories
from ..kernel.ratio import UnreadableError
from ..kernel.sentence import Sentence
from ..own.proving import prove_own
from ..provers.certificate_search import proofs_of
from ..provers.countermodel import fulfillable, search
from ..settle import Settler
from .sentences import long_data, sentence_for

SECONDS = 4.0
"""How long an instance that breaks a property is looked for: a guess at what somebody waits for."""

ASKED = 30.0
"""How long a question that is asked of a declaration may take: nothing is chosen before it is answered."""


@dataclass(frozen=True, repr=False)
class Settled(Shown):
    """What became of a property that was required of a family.

    Parameters
    ----------
    name, statement
        The property.
    verdict
        Proved, refuted or inconclusive.
    text
        Why, in words.
    instance
        Where it does not hold: exact numbers by role.
    certificate
        What the kernel checked, of a property that the family declares by a formula.
    claims
        What became of the claims it rests on, by their ids.
    """

    name: str
    statement: str
    verdict: ClaimVerdict
    text: str
    instance: Mapping[str, Any] | None = None
    certificate: Mapping[str, Any] | None = None
    claims: Mapping[str, str] = field(default_factory=dict)

    @property
    def proved(self) -> bool:
        """Whether it holds of all."""
        return self.verdict == ClaimVerdict.PROVED

    def document(self) -> dict[str, Any]:
        """Return it as JSON data."""
        return {
            "name": self.name,
            "statement": self.statement,
            "verdict": self.verdict.value,
            "text": self.text,
            "instance": None if self.instance is None else plain(dict(self.instance)),
            "certificate": self.certificate,
            "claims": dict(self.claims),
        }


def settle_requirement(
    family: Family, name: str, requirement: Requirement | None, certificate: Mapping[str, Any] | None = None
) -> Settled:
    """Settle whether a family has a property, for all its parameters.

    Parameters
    ----------
    family
        Of which data.
    name
        The property's.
    requirement
        What the family declares of it; None if nothing.
    certificate
        A certificate from an earlier time, which is checked before another is searched for.

    Examples
    --------
    >>> from mechproof.formulations.design.reserve import ReserveProcurement
    >>> from mechproof.formulations.procurement.priors import UniformPrior
    >>> family = ReserveProcurement(value=1, prior=UniformPrior(high=2), highest=2)
    >>> print(*(settle_requirement(family, item.name, item).verdict for item in family.requirements()))
    PROVED PROVED REFUTED
    """
    if requirement is None:
        return Settled(name, f"{_words(name)}.", ClaimVerdict.INCONCLUSIVE, "the family declares nothing of the kind")
    if requirement.slack is not None:
        return _by_formula(family, requirement, requirement.slack, certificate)
    found = [_settled_claim(requirement, claim) for claim in requirement.claims]
    return _together(requirement, found)


def _settled_claim(requirement: Requirement, name: str) -> Proved:
    """Settle a claim of the register, or one that is asked of a declaration."""
    if requirement.of is not None:
        return prove_own(requirement.of, claim=name, seconds=ASKED).claims[0]
    claim = claim_of(name)
    theory = next(theory for theory in theories() if claim in theory.claims)
    return Settler().settle(claim, theory)


def _together(requirement: Requirement, found: list[Proved]) -> Settled:
    """Return one verdict: proved by all claims together, refuted by any."""
    verdicts = {one.id: one.verdict.value for one in found}
    refuted = next((one for one in found if one.verdict == ClaimVerdict.REFUTED), None)
    if refuted is not None:
        return _refuted_by(requirement, refuted, verdicts)
    left = [f"{name} ({verdict})" for name, verdict in verdicts.items() if verdict != ClaimVerdict.PROVED.value]
    if found and not left:
        return Settled(*_of(requirement), ClaimVerdict.PROVED, f"by {', '.join(verdicts)}", claims=verdicts)
    text = f"not shown: {', '.join(left) or 'no claim is named'}"
    return Settled(*_of(requirement), ClaimVerdict.INCONCLUSIVE, text, claims=verdicts)


def _refuted_by(requirement: Requirement, refuted: Proved, verdicts: Mapping[str, str]) -> Settled:
    shown = _refuting(refuted)
    costs = "".join(f"; {what}: {amount}" for what, amount in shown.get("costs", {}).items())
    text = f"{refuted.id} is refuted{costs}"
    return Settled(*_of(requirement), ClaimVerdict.REFUTED, text, shown.get("instance"), claims=verdicts)


def _refuting(refuted: Proved) -> Mapping[str, Any]:
    """Return the document of the instance that refutes a claim."""
    found = (piece.document for piece in refuted.pieces if piece.document.get("refutes"))
    return next(found, {})


def _by_formula(
    family: Family, requirement: Requirement, slack: Formula, certificate: Mapping[str, Any] | None
) -> Settled:
    given, goal = sentence_for(family, requirement, slack, frozenset())
    wider = sentence_for(family, requirement, slack, long_data(family, slack))
    claims = [_claim(family, requirement, Sentence(*each)) for each in (wider, (given, goal))]
    if fulfillable(given, SECONDS) is False:
        return Settled(*_of(requirement), ClaimVerdict.INCONCLUSIVE, "nothing fulfils what is given: it says nothing")
    if certificate is not None and any(check_document(one, certificate).accepted for one in claims):
        text = "the kernel has checked the certificate"
        return Settled(*_of(requirement), ClaimVerdict.PROVED, text, None, certificate)
    allowed, _ = sentence_for(family, requirement, slack, frozenset(), every=True)
    instance = search(Counterexample(allowed, goal), SECONDS / 4).instance
    if instance is None:
        found = next(filter(None, map(_certified, claims)), None)
        if found is not None:
            text = "the kernel has checked a certificate"
            return Settled(*_of(requirement), ClaimVerdict.PROVED, text, None, found)
        instance = search(Counterexample(allowed, goal), SECONDS).instance
    if instance is not None:
        return Settled(*_of(requirement), ClaimVerdict.REFUTED, "an instance breaks it", instance.values)
    return Settled(*_of(requirement), ClaimVerdict.INCONCLUSIVE, "neither a proof nor an instance was found")


def _claim(family: Family, requirement: Requirement, sentence: Sentence) -> Claim:
    source = f"declared by {type(family).__name__}"
    return Claim(f"design/{requirement.name}", requirement.statement, source, ClaimVerdict.PROVED, (Step(sentence),))


def _certified(claim: Claim) -> dict[str, Any] | None:
    """Return a certificate that the kernel accepts, if one is found."""
    try:
        proofs = proofs_of(claim.sentences()["step"])
    except (UnreadableError, ZeroDivisionError):
        return None
    if proofs is None:
        return None
    document = certificate_of(claim, {"step": proofs})
    return document if check_document(claim, document).accepted else None


def _of(requirement: Requirement) -> tuple[str, str]:
    return requirement.name, requirement.statement


def _words(name: str) -> str:
    return name.replace("-", " ").capitalize()
