"""The judgement of one specification, or of one model: its candidate or solution, its promises, and what it asks for.

At a candidate all that `mechproof verify` requires must hold, and it must be feasible. That it is optimal is required
where the mechanism promises so (`leader-optimality`, `contract-optimality` …), or where there is nothing else to judge:
a safe menu need not be the nearest to its survey. Where some property is expected to be violated, or violations within
an amount of money are forgiven, the certificate, which forgives nothing, is for information.

At a solution, the certificate is required as well, and an answer that is not certified is undecided, unless it is shown
that there is none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ...formulations.errors import InputError
from ...formulations.language import Declaration, Model
from ...formulations.registry import name_of
from ...solvers.commands.documents import solution_document
from ...solvers.solution import OWN_NUMBERS, Certificate, Solution
from ...solvers.specification import Specification
from ..claims.claim import ClaimVerdict
from ..claims.present import evidence, instances
from ..claims.proved import Proofs
from ..own.proving import SECONDS, prove_own
from ..properties.judge import named_properties
from ..properties.results import Item, Verdict, Verification
from ..properties.verify import asked_solution, solved, verify
from .results import FEASIBLE, OPTIMAL, Asked, CheckVerdict, Level

INFORMATION = "for information: "
"""What goes before the text of what is not required and does not hold."""
Told = Callable[[str], None]
_VERDICTS = {
    Verdict.HOLDS: CheckVerdict.HOLDS,
    Verdict.VIOLATED: CheckVerdict.VIOLATED,
    Verdict.NOT_APPLICABLE: CheckVerdict.INCONCLUSIVE,
    Verdict.INCONCLUSIVE: CheckVerdict.INCONCLUSIVE,
}
_CLAIMS = {
    ClaimVerdict.PROVED: CheckVerdict.HOLDS,
    ClaimVerdict.PROVED_UNDER: CheckVerdict.HOLDS,
    ClaimVerdict.REFUTED: CheckVerdict.VIOLATED,
}


@dataclass(frozen=True)
class Finding:
    """What was found of one property, and which key of a specification it is about."""

    property: str
    verdict: CheckVerdict
    level: Level
    text: str
    witness: Mapping[str, Any] | None = None
    about: str = "mechanism.type"
    asked: Asked = Asked.REQUIRED


@dataclass(frozen=True)
class Judgement:
    """The findings about a file or model, the documents that say more, and the SHA-256 of the files that were read."""

    findings: tuple[Finding, ...]
    documents: tuple[Mapping[str, Any], ...] = ()
    digests: Mapping[str, str] = field(default_factory=dict)


def judge_promises(asked: Specification, say: Told = lambda _: None) -> Judgement:
    """Judge a specification's candidate or solution, as its ``[verify]`` asks.

    Examples
    --------
    >>> import mechproof as mp
    >>> menu = mp.VersionPricing(epsilon=[1, 8], target=[1, 20])
    >>> judged = judge_promises(Specification("version-pricing", menu, candidate={"price": [1, 20]}))
    >>> [item.text for item in judged.findings if item.property == "no-arbitrage"]
    ['8 copies of version 0 cost 8 and do what version 1 does for 20: 12 less']
    """
    say("solving" if asked.candidate is None else "reading the candidate")
    solution = asked_solution(asked)
    say("verifying")
    return judge_solution(solution, asked.verify, asked)


def judge_proofs(asked: Specification, say: Told = lambda _: None) -> Judgement:
    """Settle what a specification's ``[prove]`` names, for all data and any number of people; by default all promises.

    Raises
    ------
    InputError
        When a claim is not asked of the mechanism.
    """
    table = asked.prove or {}
    proofs = _proofs(asked.model, table.get("require"), table.get("time_limit", SECONDS), say)
    return Judgement(tuple(of_claims(proofs, table.get("require"))), (proofs.document(),))


def _proofs(model: Declaration, names: Sequence[str] | None, seconds: float, say: Told) -> Proofs:
    def told(claim: str) -> None:
        say(f"proving {claim}")

    if names is None:
        return prove_own(model, None, seconds, told)
    try:
        found = [prove_own(model, name, seconds, told) for name in dict.fromkeys(names)]
    except InputError as error:
        raise InputError("prove.require", error.value, error.rule, error.remedy) from None
    claims = tuple(claim for each in found for claim in each.claims)
    return Proofs(name_of(type(model)), claims, sum(each.seconds for each in found), of_ones_own=True)


def judge_model(model_or_solution: Declaration | Solution) -> Judgement:
    """Judge a model at its solution, or somebody's own numbers, by what the mechanism promises."""
    given = model_or_solution
    return judge_solution(given if isinstance(given, Solution) else solved(given), {}, None)


def judge_solution(solution: Solution, required: Mapping[str, Sequence[str]], asked: Specification | None) -> Judgement:
    """Judge a solution or candidate: what is required of it, and its certificate."""
    found = _verified(solution, required)
    loosely = found is not None and (bool(found.expect_violated) or found.within is not None)
    alone = found is None or not (found.require or found.expect_violated or "require" in required)
    certified = tuple(_of_certificate(solution, alone, loosely, asked))
    solved_for = solution_document(solution, asked)
    if found is None:
        return Judgement(certified, (solved_for,))
    items = tuple(_of_item(item, found, asked) for item in found.items if _tells(item, found))
    return Judgement((*items, *certified), (solved_for, found.document(asked)))


def asked_properties(asked: Specification) -> tuple[str, ...]:
    """Return the names of the properties that a specification asks for, before anything is judged.

    Examples
    --------
    >>> import mechproof as mp
    >>> asked_properties(Specification("version-pricing", mp.VersionPricing(epsilon=[1, 8], target=[1, 20])))
    ('no-arbitrage', 'monotone', 'feasible', 'optimal')
    """
    model = asked.model
    promises = model.promises if isinstance(model, Model) else ()
    wanted = asked.verify.get("require", promises)
    names = (*wanted, *asked.verify.get("expect_violated", ()), FEASIBLE, OPTIMAL)
    return tuple(dict.fromkeys(names))


def _verified(solution: Solution, required: Mapping[str, Any]) -> Verification | None:
    """Return what was found of the mechanism's properties, or None if it names none."""
    model = solution.model
    if isinstance(model, Model) and not named_properties(model) and not any(required.values()):
        return None
    return verify(solution, required.get("require"), required.get("expect_violated"), required.get("within"))


def _tells(item: Item, found: Verification) -> bool:
    """Whether an item says anything: not where a property does not apply and nobody asks for it."""
    return item.verdict != Verdict.NOT_APPLICABLE or item.property in (*found.require, *found.expect_violated)


def _of_item(item: Item, found: Verification, asked: Specification | None) -> Finding:
    """Return what follows from a property's item: nothing where nothing was required of it."""
    expected = item.property in found.expect_violated
    level, bearing = Level.NONE, Asked.NOTHING
    if item.property in (*found.require, *found.expect_violated):
        bearing = Asked.EXPECT_VIOLATED if expected else Asked.REQUIRED
        wrong = Verdict.HOLDS if expected else Verdict.VIOLATED
        right = Verdict.VIOLATED if expected else Verdict.HOLDS
        level = {wrong: Level.ERROR, right: Level.NONE}.get(item.verdict, Level.WARNING)
    text = f"{_bearing(item, expected, level)}{item.text}"
    place = _place(item, expected, asked)
    return Finding(item.property, _VERDICTS[item.verdict], level, text, item.witness, place, bearing)


def _bearing(item: Item, expected: bool, level: Level) -> str:
    """Return what goes before an item's text: why a violation does not fail, or why what holds does."""
    if expected:
        return {Level.NONE: "as expected: ", Level.ERROR: "it was expected to be violated: "}.get(level, "")
    return INFORMATION if level == Level.NONE and item.verdict != Verdict.HOLDS else ""


def _place(item: Item, expected: bool, asked: Specification | None) -> str:
    """Return which key an item is about: the candidate's value that its witness names, or what asks for it."""
    if asked is None:
        return ""
    if expected:
        return "verify.expect_violated"
    if asked.candidate is not None:
        witness = item.witness or {}
        named = [name for name in asked.candidate if name in witness or f"sum_of_{name}" in witness]
        return f"candidate.{named[-1]}" if named else "candidate"
    return "verify.require" if item.property in asked.verify.get("require", ()) else "mechanism.type"


def _of_certificate(solution: Solution, alone: bool, loosely: bool, asked: Specification | None) -> Iterable[Finding]:
    """Yield what the certificate says; `alone` if nothing else is judged, `loosely` if a candidate may be wrong."""
    certificate = solution.certificate
    own = solution.backend == OWN_NUMBERS
    needed = not (own and loosely)
    about = _named(certificate.reason, asked) if own else "mechanism.type"
    for name, holds in ((FEASIBLE, certificate.feasible), (OPTIMAL, certificate.optimal)):
        required = needed and (name == FEASIBLE or alone or not own)
        # that a solver's answer is wrong says nothing of the mechanism, unless there is none at all
        level = _level(_truth(holds), required, own or certificate.impossible)
        note = INFORMATION if not required and not holds else ""
        text, bearing = note + _said(certificate, name, own), Asked.REQUIRED if required else Asked.NOTHING
        yield Finding(name, _truth(holds), level, text, _measured(certificate), about, bearing)


def _named(reason: str, asked: Specification | None) -> str:
    """Return the candidate's value that a reason names, else the candidate."""
    names = [name for name in (asked.candidate or {} if asked else {}) if re.search(rf"\b{name}\b", reason)]
    return f"candidate.{names[0]}" if names else "candidate"


def _level(verdict: CheckVerdict, required: bool, refuting: bool = True) -> Level:
    """Return what follows from a verdict; `refuting` if a violation fails, else it is undecided."""
    if verdict == CheckVerdict.HOLDS or not required:
        return Level.NONE
    return Level.ERROR if verdict == CheckVerdict.VIOLATED and refuting else Level.WARNING


def _truth(holds: bool | None) -> CheckVerdict:
    verdicts = {True: CheckVerdict.HOLDS, False: CheckVerdict.VIOLATED, None: CheckVerdict.INCONCLUSIVE}
    return verdicts[holds]


def _said(certificate: Certificate, name: str, own: bool) -> str:
    whose = "the candidate" if own else "the solver's answer"
    kept = "every bound, constraint and stated outcome is kept"
    reason = kept if name == FEASIBLE and certificate.feasible else certificate.reason or name
    return f"{whose}, checked against the declaration ({certificate.arithmetic}): {reason}"


def _measured(certificate: Certificate) -> dict[str, Any]:
    names = ("violation", "gap", "distance", "distance_at_least")
    return {name: value for name in names if (value := getattr(certificate, name)) is not None}


def of_claims(found: Proofs, require: Sequence[str] | None) -> Iterable[Finding]:
    """Yield what was proved of the declaration; required is what it promises, or all that was named."""
    for claim in found.claims:
        verdict = _CLAIMS.get(claim.verdict, CheckVerdict.INCONCLUSIVE)
        promised = claim.claim.expected in (ClaimVerdict.PROVED, ClaimVerdict.PROVED_UNDER)
        needed = promised or require is not None
        level = _level(verdict, needed)
        about = "prove" if require is None else "prove.require"
        bearing = Asked.REQUIRED if needed else Asked.NOTHING
        text, witness = _shown(claim.document(), verdict)
        yield Finding(claim.id, verdict, level, text, witness, about, bearing)


def _shown(claim: Mapping[str, Any], verdict: CheckVerdict) -> tuple[str, Mapping[str, Any] | None]:
    """Return a claim's statement, and of one that is not proved why, with the instance that refutes it."""
    if verdict == CheckVerdict.HOLDS:
        return claim["statement"], None
    refuting = [piece["instance"] for piece in instances(claim) if piece["instance"]]
    return "; ".join([claim["statement"].rstrip("."), *evidence(claim)]), refuting[0] if refuting else None
