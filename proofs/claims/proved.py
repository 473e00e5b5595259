"""What became of claims: the evidence piece by piece, the verdicts, and the document that says so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ...formulations.shown import Named, Shown
from ...solvers.serialization import plain, provenance
from ..kernel.sentence import Relation
from .certificate_files import Checked
from .claim import Claim, ClaimVerdict, Instance
from .trusted_base import trusted_base


@dataclass(frozen=True)
class Piece:
    """One piece of evidence as it was found: whether it holds, None if that is undecided, and its document."""

    holds: bool | None
    document: dict[str, Any]


@dataclass(frozen=True, repr=False)
class Proved(Shown, by="proofs.claims.present:show_proved"):
    """A claim with the verdict that its evidence gives."""

    claim: Claim
    verdict: ClaimVerdict
    pieces: tuple[Piece, ...]
    seconds: float
    kernel_seconds: float = 0.0
    latex: str = ""
    mathml: str = ""
    dropped: tuple[Necessity, ...] = ()
    quantified: str = ""
    symbols: Mapping[str, str] = field(default_factory=dict)

    def facts(self) -> Mapping[str, Any]:
        """Return the claim's id, its verdict and its statement."""
        return {"id": self.id, "verdict": self.verdict.value, "statement": self.claim.statement}

    @property
    def id(self) -> str:
        """The claim's id."""
        return self.claim.id

    @property
    def reached(self) -> bool:
        """Whether the verdict is the registered one."""
        return self.verdict == self.claim.expected

    def document(self) -> dict[str, Any]:
        """Return the claim as JSON data."""
        return {
            "id": self.claim.id,
            "statement": self.claim.statement,
            "latex": self.latex,
            "mathml": self.mathml,
            "source": self.claim.source,
            "attribution": self.claim.attribution.value,
            "aliases": list(self.claim.aliases),
            "quantified": self.quantified,
            "symbols": dict(self.symbols),
            "hypotheses": [*self.claim.assumes, *self.claim.hypotheses()],
            "missing": list(self.claim.missing),
            "verdict": self.verdict.value,
            "expected": self.claim.expected.value,
            "evidence": [piece.document for piece in self.pieces],
            "erratum": erratum_document(self.claim, self.pieces),
            "dropped": [item.document() for item in self.dropped],
            "seconds": self.seconds,
            "kernel_seconds": self.kernel_seconds,
        }


@dataclass(frozen=True, repr=False)
class Proofs(Shown, by="proofs.claims.present:show_proofs"):
    """What became of claims, and what must be believed; `of_ones_own` if they were asked of a declaration."""

    about: str
    claims: tuple[Proved, ...]
    seconds: float
    of_ones_own: bool = False

    def __getitem__(self, name: str) -> Proved:
        """Return a claim by its id, or by one it had before."""
        return Named({known: item for item in self.claims for known in (*item.claim.aliases, item.claim.id)})[name]

    def __iter__(self) -> Iterator[Proved]:
        """Go through the claims, in the order in which they are shown."""
        return iter(self.claims)

    def __contains__(self, asked: object) -> bool:
        """Whether there is a claim, or a claim of that id."""
        return any(asked in (item, item.claim.id, *item.claim.aliases) for item in self.claims)

    def facts(self) -> Mapping[str, Any]:
        """Return what it is about, whether all is as registered, and how many claims came out how."""
        counts = Counter(item.verdict.name.lower() for item in self.claims)
        return {"about": self.about, "ok": self.ok, "claims": len(self.claims), **counts}

    @property
    def failed(self) -> tuple[str, ...]:
        """The claims that were settled otherwise than registered."""
        return tuple(p.claim.id for p in self.claims if not p.reached and p.verdict != ClaimVerdict.INCONCLUSIVE)

    @property
    def undecided(self) -> tuple[str, ...]:
        """The claims that were not settled, though something else is registered."""
        return tuple(p.claim.id for p in self.claims if not p.reached and p.verdict == ClaimVerdict.INCONCLUSIVE)

    @property
    def ok(self) -> bool:
        """Whether every registered verdict was reached."""
        return not self.failed and not self.undecided

    def document(self) -> dict[str, Any]:
        """Return the whole as ``mechproof/prove/1``."""
        found: dict[str, Any] = plain(
            {
                "schema": "mechproof/prove/1",
                "about": self.about,
                "ok": self.ok,
                "failed": list(self.failed),
                "undecided": list(self.undecided),
                "claims": [item.document() for item in self.claims],
                "trusted_base": trusted_base([item.claim for item in self.claims], self.of_ones_own),
                "seconds": self.seconds,
                "provenance": provenance(),
            }
        )
        return found


def checked_document(checked: Sequence[Checked]) -> dict[str, Any]:
    """Return what came of certificates as ``mechproof/check-certificates/1``.

    Examples
    --------
    >>> checked_document([Checked("contract/ironing", "there is no certificate", 0.0)])["ok"]
    False
    """
    return {
        "schema": "mechproof/check-certificates/1",
        "ok": all(item.accepted for item in checked),
        "certificates": [
            {"claim": item.claim, "accepted": item.accepted, "reason": item.reason, "kernel_seconds": item.seconds}
            for item in checked
        ],
        "kernel_seconds": sum(item.seconds for item in checked),
        "provenance": provenance(),
    }


def erratum_document(claim: Claim, pieces: Sequence[Piece]) -> dict[str, Any] | None:
    """Return a source's error as JSON data: what it says, what is right, and the instance that shows it."""
    if claim.erratum is None:
        return None
    shown = next((piece.document for piece in pieces if piece.document["kind"] == "counterexample" and piece.holds), {})
    return {
        "said": claim.erratum.said,
        "right": claim.erratum.right,
        "proved_by": claim.erratum.proved_by,
        **{name: shown.get(name) for name in ("instance", "sides", "costs")},
    }


def instance_document(instance: Instance) -> dict[str, Any]:
    """Return an instance as JSON data: its values as fractions, the two sides, and what the error costs."""
    relation = instance.relation
    return {
        "checker": instance.checker,
        "instance": plain(instance.values),
        "sides": None if relation is None else sides(relation),
        "costs": {text: number(value) for text, value in instance.costs.items()},
    }


def sides(relation: Relation) -> dict[str, str]:
    """Return the two sides of a relation and its sign."""
    return {"left": number(relation.left), "relation": relation.sign, "right": number(relation.right)}


def number(value: Any) -> str:
    """Return a fraction as text, or a ball as the digits that are certain."""
    return value.str(12) if hasattr(value, "rad") else str(plain(value))


@dataclass(frozen=True)
class Necessity:
    """Whether a hypothesis is needed: "needed" with a countermodel, "redundant", or "undecided" in the time given."""

    hypothesis: str
    outcome: str
    instance: Instance | None

    def document(self) -> dict[str, Any]:
        """Return the outcome as JSON data."""
        instance = None if self.instance is None else plain(self.instance.values)
        return {"hypothesis": self.hypothesis, "outcome": self.outcome, "instance": instance}
