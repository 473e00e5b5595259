"""The register: whose words claims are, what they quantify over and rest on, what is refused, and its pages."""

from __future__ import annotations

import json
import math
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import mechproof as mp
from mechproof.cli import run
from mechproof.formulations.contract.formulas import ic_slack
from mechproof.proofs.claims.certificate_files import CERTIFICATES, check_certificate, write_certificate
from mechproof.proofs.claims.claim import (
    MEASUREMENTS,
    Attribution,
    Claim,
    ClaimVerdict,
    Counterexample,
    Lemma,
    OnBox,
    Step,
    Theory,
)
from mechproof.proofs.claims.quantification import unquantified
from mechproof.proofs.claims.register import claim_of, registered, theories
from mechproof.proofs.claims.trusted_base import OF_ONES_OWN
from mechproof.proofs.claims.vacuous import box_says_nothing, says_nothing
from mechproof.proofs.commands.register_pages import main, pages
from mechproof.proofs.kernel.polynomials import readings_of
from mechproof.proofs.kernel.sentence import Sentence, above, at_least, below, equal, slope, substitute
from mechproof.proofs.provers import certificate_search
from mechproof.proofs.provers.certificate_search import proofs_of
from mechproof.proofs.provers.countermodel import search
from mechproof.proofs.settle import settle
from mechproof.solvers.commands.schema import check_document

DOCS = Path(__file__).parent.parent / "docs"
POSITIVE = {"x > 0": lambda a, x: above(x, 0), "y > 0": lambda a, y: above(y, 0)}
LINE: Callable[..., Any] = lambda a, x, y: x + 1 / y  # noqa: E731


def claim(*evidence: Any, words: str = "It is so.") -> Claim:
    """A claim that nobody registered."""
    return Claim("mine/claim", words, "nobody", ClaimVerdict.PROVED, evidence)


def reasons(tried: Claim, folder: Path = CERTIFICATES) -> list[str]:
    """What stands against a claim."""
    documents = [piece.document for piece in settle(tried, Theory("mine", (tried,)), folder).pieces if not piece.holds]
    return [str(document.get("reason") or document.get("text")) for document in documents]


NOTHING = {
    "one is one": substitute(lambda a, m: equal(m, 1), m=slope(LINE, "x")),
    "a thing is itself": lambda a, x, y: equal(x / y, x / y),
    "it is no less than itself": lambda a, x, y: at_least(x * y, x * y),
    "one more is more": lambda a, x, y: above(x + 1, x),
    "written otherwise": lambda a, x, y: at_least(2 * x, x + x),
    "what is given": lambda a, x: above(x, 0),
    "what is given, from the other side": lambda a, x: below(0, x),
    "in another order": lambda a, x, y: equal(x + y, y + x),
    "twice is once and once more": lambda a, x: equal(2 * x, x + x),
    "nothing added": lambda a, x: equal(x + 0, x),
    "the larger of itself": lambda a, x: equal(a.maximum(x, x), x),
    "multiplied out": lambda a, x, y: equal((x + y) ** 2, a.square(x) + 2 * x * y + y * y),
    "of a quotient": lambda a, x, y: equal((x / y) / x, 1 / y),
    "what is given, weakened": lambda a, x: at_least(x, 0),
    "what is given, scaled": lambda a, x: above(2 * x, 0),
    "what is given, scaled and weakened": lambda a, x: below(-3 * x, 1),
    "what its own cases say": lambda a, x, y: at_least(a.maximum(x - y, 0), 0),
    "a size": lambda a, x, y: at_least(a.absolute(x - y), 0),
    "the larger is no less than either": lambda a, x, y: at_least(a.maximum(x, y), y),
    "twice the larger is no less": lambda a, x, y: at_least(2 * a.maximum(x, y), 2 * x),
}


@pytest.mark.parametrize("goal", NOTHING.values(), ids=NOTHING)
def test_a_sentence_that_says_nothing_is_refused_though_the_kernel_would_show_it(goal: Any, tmp_path: Path) -> None:
    sentence = Sentence(POSITIVE, goal)
    tried = claim(Step(sentence))
    proofs = proofs_of(sentence)
    assert proofs is not None
    write_certificate(tried, {"step": proofs}, tmp_path)
    assert "says nothing" in check_certificate(tried, tmp_path).reason
    assert settle(tried, Theory("mine", (tried,)), tmp_path).verdict == ClaimVerdict.INCONCLUSIVE


@pytest.mark.parametrize(
    ("more", "verdict"),
    [
        (lambda a, x, y: below(x, 0), ClaimVerdict.INCONCLUSIVE),
        (lambda a, x, y: below(x * y, 1), ClaimVerdict.INCONCLUSIVE),
        (lambda a, x, y: above(x, 100 * y), ClaimVerdict.PROVED),
    ],
)
def test_hypotheses_that_nothing_fulfils_prove_nothing(more: Any, verdict: ClaimVerdict, tmp_path: Path) -> None:
    given = {"x > 1": lambda a, x: above(x, 1), "y > 1": lambda a, y: above(y, 1), "more": more}
    sentence = Sentence(given, lambda a, x, y: above(x, 7 * y))
    tried, proofs = claim(Step(sentence)), proofs_of(sentence)
    assert proofs is not None
    write_certificate(tried, {"step": proofs}, tmp_path)
    assert settle(tried, Theory("mine", (tried,)), tmp_path).verdict == verdict


def test_what_says_something_is_not_refused() -> None:
    """A declared formula that equals a printed one; a computation; a hypothesis said otherwise."""
    for given, goal in (
        (POSITIVE, substitute(lambda a, m, y: equal(m, y), m=lambda a, x, y: ic_slack(a, x, y, x, 0, -1))),
        (POSITIVE, substitute(lambda a, m: above(m, 0), m=lambda a, x, y: ic_slack(a, x, y, x, 0, -1))),
        (POSITIVE, lambda a, x, y: above(x + y, 0)),
        (POSITIVE, lambda a, x, y: at_least(a.maximum(x, y) + y, x)),
        ({"x = y": lambda a, x, y: equal(x, y), **POSITIVE}, lambda a, x, y: equal(x * y, a.square(y))),
        ({}, lambda a: equal(a.number(2) + 2, 4)),
        (POSITIVE, lambda a, x, y: above(x / y, 0)),
    ):
        assert not says_nothing(Sentence(given, goal))


def test_a_box_says_something_of_its_roles() -> None:
    assert box_says_nothing(OnBox({"x": ("1", "2")}, lambda a, y: above(y, 0)))
    assert box_says_nothing(OnBox({"x": ("1", "2")}, lambda a, x: equal(a.log(x), a.log(x))))
    assert box_says_nothing(OnBox({"x": ("1", "2")}, lambda a, x: above(x + 1, x)))
    assert not box_says_nothing(OnBox({"x": ("1", "2")}, lambda a, x: at_least(a.log(x), 0)))


def test_no_registered_words_speak_of_what_no_sentence_has() -> None:
    """That none of the sentences says nothing is what reaching the registered verdicts shows."""
    for theory in theories():
        for item in theory.claims:
            assert unquantified(item, theory.symbols) == (), item.id


def test_words_that_speak_of_what_no_sentence_has_are_not_proved() -> None:
    right = claim_of("stackelberg/eq-16-concave")
    more = replace(right, statement=f"{right.statement[:-1]}, whatever α and β are.")
    assert "the words speak of α, β, of which no sentence does" in reasons(more)
    assert settle(more, theories()[-2]).verdict == ClaimVerdict.INCONCLUSIVE


def test_a_claim_falls_with_its_lemma(tmp_path: Path) -> None:
    """Of the lemma's certificate a multiplier is another; what rests on it, and on that, is not settled any more."""
    folder = tmp_path / "certificates"
    shutil.copytree(CERTIFICATES, folder)
    broken = folder / "stackelberg" / "equilibrium-by-shares.json"
    broken.write_text(broken.read_text(encoding="utf-8").replace('"products": [[1,', '"products": [[2,', 1), "utf-8")
    theory = next(one for one in theories() if one.name == "stackelberg")
    for name in ("eq-29-budget", "fig-13-above-random-deviation", "eq-48-screening"):
        item = claim_of(f"stackelberg/{name}")
        assert settle(item, theory).verdict == item.expected
        assert settle(item, theory, folder).verdict == ClaimVerdict.INCONCLUSIVE
    assert settle(claim_of("stackelberg/eq-16-concave"), theory, folder).verdict == ClaimVerdict.PROVED


def test_a_lemma_must_be_there_proved_and_rest_on_something_else(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "no claim has this id" in reasons(claim(Lemma("mine/none")))
    assert settle(claim(Lemma("stackelberg/eq-16-concave")), Theory("mine", ())).verdict == ClaimVerdict.INCONCLUSIVE
    under = claim(Lemma("stackelberg/eq-41-optimal-payment"))
    assert settle(under, Theory("mine", (under,))).pieces[0].holds is None
    one = replace(claim(Lemma("mine/two")), id="mine/one")
    two = replace(claim(Lemma("mine/one")), id="mine/two")
    both = Theory("mine", (one, two))
    monkeypatch.setattr("mechproof.proofs.settle.theories", lambda: (both,))
    assert settle(one, both).verdict == ClaimVerdict.INCONCLUSIVE


written = cache(pages)


def test_nobody_is_said_to_say_what_no_text_says() -> None:
    """What the lost root amounts to follows from the text; what it says is the constant, which has the erratum."""
    words = {name: claim_of(f"privacy/{name}") for name in ("rootless-sigma", "rootless-noise", "rootless-same-noise")}
    assert [item.attribution for item in words.values()] == [Attribution.FOLLOWS, Attribution.FOLLOWS, "extracted"]
    assert words["rootless-same-noise"].id == "privacy/constant-as-extracted"
    assert "d ≥ 2 ln(1.25/δ)" in words["rootless-same-noise"].statement


@pytest.mark.parametrize(
    ("name", "said", "there", "right"),
    [
        ("stackelberg/eq-15-as-extracted", "Bz/(εᵢ + ε₋ᵢ)²", "not 0 = 1", "stackelberg/eq-15-marginal"),
        ("stackelberg/eq-40-as-extracted", "zero at −NR/(α(N − 1))", "not 8 = 0", "stackelberg/leader-optimum"),
        ("privacy/constant-as-extracted", "d ≥ 2 ln(1.25/δ)", "not [4.84", "privacy/rootless-noise"),
    ],
)
def test_what_the_extraction_lost_is_an_erratum(name: str, said: str, there: str, right: str) -> None:
    """Numbers by hand: 9·2/9 − 1 = 1 against 9/9 − 1 = 0; at B = −2·1/4 what (33) divides by is 2 − 2."""
    item = claim_of(name)
    assert item.attribution == Attribution.EXTRACTED
    entry = next(part for part in written()["errata.md"].split("\n## ") if f"`{name}`: REFUTED" in part)
    assert said in entry.splitlines()[0]
    assert there in entry
    assert right in entry


def test_more_is_more() -> None:
    """Words that say "more" compare strictly."""
    for name in ("static", "random"):
        for costs in ("", "-unequal"):
            item = claim_of(f"stackelberg/fig-13-above-{name}-shared{costs}")
            (instance,) = (piece for piece in item.evidence if isinstance(piece, Counterexample))
            signs = {goal.sign for _, goal in readings_of(Sentence({}, instance.goal))}
            assert signs == {">"}
            assert "more" in item.statement


def test_certificates_of_unknown_claims_are_not_searched(capsys: pytest.CaptureFixture[str]) -> None:
    assert certificate_search.main(["stackelberg/eq-15-margnal"]) == 2
    assert "did you mean 'stackelberg/eq-15-marginal'" in capsys.readouterr().err


def test_ids_and_those_of_before_are_unambiguous(capsys: pytest.CaptureFixture[str]) -> None:
    names = [name for item in registered() for name in (item.id, *item.aliases)]
    assert max(Counter(names).values()) == 1
    found = mp.prove(claim="stackelberg/cheap-clients-take-part")
    assert [item.id for item in found.claims] == ["stackelberg/cost-bound-is-one-sided"]
    assert found["stackelberg/cheap-clients-take-part"].verdict == ClaimVerdict.PROVED
    assert run(["prove", "--claim", "stackelberg/cheap-clients-take-part"]) == 0
    said = capsys.readouterr().out
    assert "stackelberg/cost-bound-is-one-sided (formerly stackelberg/cheap-clients-take-part)" in " ".join(
        said.split()
    )


UNSAID = ("privacy/naive-composition", "stackelberg/truthful", "stackelberg/fig-4-numbers")


def test_nobody_is_refuted_for_what_they_did_not_say() -> None:
    assert all(claim_of(name).attribution == Attribution.READING for name in UNSAID)
    for item in registered():
        if item.source.endswith("as extracted"):
            assert item.attribution == Attribution.EXTRACTED, item.id
        if item.id.startswith("three-party/") or "three-party" in item.id:
            assert any("reconstructed" in text for text in item.assumes), item.id


def test_attribution_is_shown_everywhere(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    output = tmp_path / "proofs.json"
    assert run(["prove", "--claim", "stackelberg/truthful", "--output", str(output)]) == 0
    document = json.loads(output.read_text(encoding="utf-8"))
    check_document(document)
    (found,) = document["claims"]
    assert found["attribution"] == "our reading"
    assert found["erratum"]["costs"] == {"gained by the false report": "1/36"}
    capsys.readouterr()
    assert run(["prove", "--claim", "stackelberg/truthful"]) == 0
    assert "[our reading: Zhou 2023" in capsys.readouterr().out
    for form in ("html", "markdown"):
        page = tmp_path / f"page.{form}"
        assert run(["report", str(output), "--format", form, "--output", str(page)]) == 0
        text = page.read_text(encoding="utf-8")
        assert "our reading" in text
        assert "Errata of the sources" in text
        assert "1/36" in text
    for field in ("attribution", "aliases", "quantified", "erratum"):  # a document of before, without the new fields
        del found[field]
    check_document(document)
    output.write_text(json.dumps(document), encoding="utf-8")
    assert run(["report", str(output), "--output", str(tmp_path / "old.html")]) == 0


def test_errata_name_what_is_right_and_what_the_error_costs() -> None:
    found = [item for item in registered() if item.erratum is not None]
    assert len(found) >= 30
    for item in found:
        assert item.erratum is not None
        assert item.expected in (ClaimVerdict.REFUTED, ClaimVerdict.PROVED_UNDER), item.id
        if item.erratum.proved_by:
            assert claim_of(item.erratum.proved_by).expected == ClaimVerdict.PROVED, item.id
        shown = [piece for piece in item.evidence if getattr(piece, "kept", False)]
        assert shown, item.id
        assert all(piece.costs for piece in shown), item.id  # type: ignore[union-attr]


@pytest.mark.slow
def test_the_pages_are_up_to_date(tmp_path: Path) -> None:
    """Written by ``python -m mechproof.proofs.commands.register_pages docs``."""
    for name, text in pages().items():
        assert (DOCS / name).read_text(encoding="utf-8") == text, name
    shutil.copy(DOCS / "claims.md", tmp_path)
    (tmp_path / "errata.md").write_text("another", encoding="utf-8")
    assert main(["--check", str(tmp_path)]) == 1


def training() -> dict[str, Any]:
    """The document that the register rests on."""
    document: dict[str, Any] = json.loads((MEASUREMENTS / "digits.json").read_text(encoding="utf-8"))
    return document


def test_what_was_measured_is_what_the_runs_say() -> None:
    """The differences, taken again from the accuracies run by run."""
    document = training()
    check_document(document)
    runs = {arm["name"]: arm["measured"]["accuracy"] for arm in document["arms"]}
    (found,) = mp.prove(claim="stackelberg/fig-17-accuracy").claims
    assert found.verdict == ClaimVerdict.MEASURED
    fingerprint = document["protocol"]["fingerprint"]
    pieces = [piece for piece in found.pieces if piece.document["protocol"]["fingerprint"] == fingerprint]
    for piece, other, points in zip(pieces, ("static", "random"), (-18.0, -27.7), strict=True):
        differences = [one - two for one, two in zip(runs["mechanism"], runs[other], strict=True)]
        mean = sum(differences) / len(differences)
        shown = piece.document["differences"][0]["difference"]
        assert shown["mean"] == pytest.approx(mean)
        assert shown["low"] < mean < shown["high"] < 0
        assert 100 * mean == pytest.approx(points, abs=0.06)
        assert piece.document["outcome"] == "against it"


def test_the_figure_drawn_with_other_mechanisms_is_measured_too() -> None:
    told = {
        name: mp.prove(claim=f"stackelberg/fig-17-accuracy-{name}").claims[0].pieces[0].document["outcome"]
        for name in ("above-contract", "above-three-party")
    }
    assert told == {"above-contract": "neither for nor against it", "above-three-party": "for it"}


def test_a_contrast_of_an_arm_that_is_not_there_answers_nothing(tmp_path: Path) -> None:
    document = training()
    document["contrasts"]["primary"]["first"] = "nobody"
    path = tmp_path / "train.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    assert run(["prove", "--measurements", str(path), "--claim", "stackelberg/fig-17-predicted-order"]) == 0


def test_measurements_of_ones_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = training()
    runs = {arm["name"]: arm["measured"]["accuracy"] for arm in document["arms"]}
    runs["mechanism"][:] = [1 - run / 1000 for run in range(len(runs["mechanism"]))]
    path = tmp_path / "train.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    assert run(["prove", "--measurements", str(path), "--claim", "stackelberg/fig-17-accuracy"]) == 2
    assert "its runs differ by" in capsys.readouterr().err
    for one in (document["contrasts"]["primary"], *document["contrasts"]["secondary"]):
        if "mechanism" in (one["first"], one["second"]):
            one["difference"]["mean"] = sum(runs[one["first"]]) / 10 - sum(runs[one["second"]]) / 10
            one["verdict"] = "higher" if one["first"] == "mechanism" else "lower"
    path.write_text(json.dumps(document), encoding="utf-8")
    arguments = ["prove", "--measurements", str(path), "--claim"]
    assert run([*arguments, "stackelberg/fig-17-accuracy"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "MEASURED, for it" in said
    assert "for it: mechanism − static" in said
    assert f"protocol {document['protocol']['fingerprint'][:12]}" in said
    assert run([*arguments, "stackelberg/fig-17-predicted-order"]) == 0
    document["controls"]["outcome"] = "failed"
    path.write_text(json.dumps(document), encoding="utf-8")
    assert run([*arguments, "stackelberg/fig-17-accuracy"]) == 3
    proofs = tmp_path / "proofs.json"
    assert run(["prove", "--claim", "stackelberg/eq-16-concave", "--output", str(proofs)]) == 0
    capsys.readouterr()
    assert run(["prove", "--measurements", str(proofs)]) == 2
    assert "is no document of a training" in capsys.readouterr().err


def test_no_noise_of_the_rule_is_private_without_the_factor() -> None:
    """By how much an event can be more probable is the total variation distance of two normal laws."""
    (item,) = (one for one in claim_of("privacy/eq-1-as-extracted").evidence if isinstance(one, Counterexample))
    instance = search(item).instance
    assert instance is not None
    sigma = math.sqrt(2 * math.log(1.25e5)) / float(instance.values["epsilon"])
    apart = math.erf(1 / (2 * sigma) / math.sqrt(2))
    said = [float(value) for value in instance.costs.values()]
    assert said[0] == pytest.approx(apart)
    assert said[1] < 1e-5 < said[0]


def test_all_that_judges_declarations_of_ones_own_is_counted_as_trusted() -> None:
    """But for what only searches: what it finds is checked."""
    counted = {Path(name).name for names in OF_ONES_OWN.values() for name in names}
    home = Path(mp.__file__).parent / "proofs" / "own"
    assert {path.name for path in home.glob("*.py")} - counted == {"__init__.py", "attempts.py"}
