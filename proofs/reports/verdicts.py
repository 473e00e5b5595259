"""The verdicts of a report's documents, in one list: what was found, how it was shown, whether it is as required."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ...solvers.formatting import at_least, at_most
from .checks import judged_apart, of_check
from .claims import of_certificates, of_claims
from .designs import of_design
from .documents import Named
from .market import of_market
from .numbers import brief, percent, points
from .repairs import of_repair
from .row import Mood, Row


def verdicts(documents: Iterable[Named]) -> tuple[Row, ...]:
    """Return every verdict of the documents, in their order.

    Examples
    --------
    >>> import mechproof as mp
    >>> from mechproof.proofs.reports.documents import read_documents
    >>> s = mp.solve(mp.StackelbergPricing(cost=[1, 1], alpha=4, beta=2), arithmetic="exact")
    >>> [(row.what, row.verdict) for row in verdicts(read_documents(s))]
    [('the solution', 'certified')]
    """
    readers = {
        "check": of_check,
        "solve": _of_solution,
        "verify": _of_verification,
        "compare": _of_comparison,
        "prove": of_claims,
        "check-certificates": of_certificates,
        "market": of_market,
        "train": _of_training,
        "repair": of_repair,
        "design": of_design,
    }
    counted = judged_apart(tuple(documents))
    return tuple(row for item in counted if item.kind in readers for row in readers[item.kind](item))


def certificate_verdict(certificate: dict[str, Any]) -> tuple[Mood, str]:
    """Return a certificate's verdict in one or two words.

    Examples
    --------
    >>> certificate_verdict({"valid": False, "feasible": True, "optimal": None})[1]
    'not certified'
    """
    if certificate["valid"]:
        return Mood.GOOD, "certified"
    if certificate["feasible"] is False or certificate["optimal"] is False:
        return Mood.BAD, "refuted"
    return Mood.OPEN, "not certified"


def _of_solution(item: Named) -> Iterator[Row]:
    check = item.document["certificate"]
    mood, verdict = certificate_verdict(check)
    words = {True: "yes", False: "no", None: "undecided"}
    least, most = check.get("distance_at_least"), check["distance"]
    known = ([] if least is None else [at_least(least, 3)]) + ([] if most is None else [at_most(most, 3)])
    distance = ", ".join(known) or "unknown"
    text = f"feasible: {words[check['feasible']]}; optimal: {words[check['optimal']]}; distance: {distance}"
    how = f"{check['arithmetic']} arithmetic, tolerance {brief(check['tolerance'])}"
    yield Row(mood, "the solution", verdict, f"{text}. {check['reason']}".strip(), how, item.name, item.about)


def _of_verification(item: Named) -> Iterator[Row]:
    document = item.document
    for found in document["items"]:
        name, verdict = found["property"], found["verdict"]
        mood = {"holds": Mood.GOOD, "violated": Mood.BAD, "inconclusive": Mood.OPEN}.get(verdict, Mood.INFO)
        word = verdict
        if found["informational"]:
            mood, word = Mood.INFO, f"{verdict} (not promised)"
        if name in document["expect_violated"]:
            mood = {"violated": Mood.GOOD, "holds": Mood.BAD}.get(verdict, Mood.OPEN)
            word = f"{verdict} ({'as' if mood == Mood.GOOD else 'not as'} expected)"
        elif name in document["require"] and mood in (Mood.INFO, Mood.OPEN):
            mood, word = Mood.OPEN, f"{verdict} (required)"
        yield Row(
            mood,
            name.replace("-", " "),
            word,
            found["text"],
            f"{found['arithmetic']} arithmetic",
            item.name,
            item.about,
        )


def _of_comparison(item: Named) -> Iterator[Row]:
    judged = item.document["agreement"]
    answered = sum(row["status"] == "answered" for row in item.document["rows"])
    mood = Mood.BAD if not judged["agree"] else Mood.GOOD if judged["certified"] else Mood.OPEN
    word = "disagree" if not judged["agree"] else "agree" if judged["certified"] > 1 else "nothing to compare"
    apart = "" if judged["difference"] is None else f"; any two of them differ by at most {brief(judged['difference'])}"
    text = f"{judged['certified']} of {answered} answers certified{apart}"
    yield Row(mood, "the back ends", word, text, "each answer certified by itself", item.name, item.about)


def _of_training(item: Named) -> Iterator[Row]:
    document = item.document
    moods = {"passed": Mood.GOOD, "failed": Mood.BAD, "inconclusive": Mood.OPEN}
    for name, text in (
        ("equal_budgets", "inverse-variance and uniform weights must tie exactly at equal budgets"),
        ("shuffled_labels", "with shuffled labels accuracy must be that of chance"),
        ("permuted_budgets", "budgets dealt to other clients must make no difference that can be shown"),
        ("transcript", "the noise and the clipping that were measured must be those that were declared"),
    ):
        if name not in document["controls"]:  # a document from before there was such a control
            continue
        outcome = document["controls"][name]["outcome"]
        what = f"control: {name.replace('_', ' ')}"
        yield Row(moods[outcome], what, outcome, text, _measured(document), item.name, item.about)
    primary = document["contrasts"]["primary"]
    change = primary.get("simultaneous", primary["difference"])
    text = (
        f"accuracy of {primary['first']} minus {primary['second']}: {points(change['mean'])} percentage points "
        f"({points(change['low'])} to {points(change['high'])}), p = {brief(primary['p_value'])}"
    )
    what = f"{primary['first']} against {primary['second']}"
    yield Row(Mood.INFO, what, primary["verdict"], text, _measured(document), item.name, item.about)


def _measured(document: Any) -> str:
    protocol = document["protocol"]
    return f"measured, {protocol['repetitions']} paired runs, {percent(protocol['confidence'], 0)} interval"
