"""Claims reach the verdicts registered for them; false ones much like them are refuted; the command reports both."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from jsonschema import Draft202012Validator
from spare_hypotheses import OPEN, REDUNDANT

import mechproof as mp
from mechproof.cli import run
from mechproof.proofs.claims.claim import Claim, ClaimVerdict, Counterexample, Step, Theory
from mechproof.proofs.claims.register import claim_of, registered, theories
from mechproof.proofs.kernel.sentence import Sentence, above, at_least, equal
from mechproof.proofs.prove import necessity
from mechproof.proofs.provers.boxes import cover
from mechproof.proofs.provers.countermodel import breaks, search
from mechproof.proofs.provers.z3_reading import opinion
from mechproof.proofs.settle import settle
from mechproof.solvers.commands.schema import check_document, published

LONG = {
    "three-party/price-unique",  # a cover of many boxes
    *(f"stackelberg/fig-{figure}-contract-unequal" for figure in ("13-above", "13-below", "14-server-below")),
    "stackelberg/fig-15-server-below-contract-unequal",  # each rests on contract/ironing-optimal, and checks it again
}
"""Claims that take long to check; of those that rest on the same lemma one is checked in any run."""
CLAIMS = [
    pytest.param(claim, theory, id=claim.id, marks=pytest.mark.slow if claim.id in LONG else ())
    for theory in theories()
    for claim in theory.claims
]
CLAIM = Draft202012Validator({"$ref": "#/$defs/claim", "$defs": published("prove")["$defs"]})
PROVED = [claim for claim in registered() if claim.expected in (ClaimVerdict.PROVED, ClaimVerdict.PROVED_UNDER)]


@pytest.mark.parametrize(("claim", "theory"), CLAIMS)
def test_the_registered_verdict_is_reached(claim: Claim, theory: Theory) -> None:
    found = settle(claim, theory)
    assert found.verdict == claim.expected
    CLAIM.validate(found.document())
    assert found.latex.count("{") == found.latex.count("}")
    assert claim.id.startswith(f"{theory.name}/")
    assert claim.statement.endswith((".", ")"))
    assert claim.source


def test_ids_are_unique() -> None:
    assert max(Counter(claim.id for claim in registered()).values()) == 1


@pytest.mark.parametrize("claim", PROVED, ids=lambda claim: claim.id)
def test_a_false_variant_is_refuted(claim: Claim) -> None:
    assert claim.variant is not None
    found = search(claim.variant)
    assert found.instance is not None
    assert breaks(claim.variant, found.instance.values)


@pytest.mark.parametrize(
    "claim",
    [claim for claim in registered() if claim.expected == ClaimVerdict.PROVED_UNDER],
    ids=lambda claim: claim.id,
)
def test_what_a_source_forgot_is_needed(claim: Claim) -> None:
    theory = next(theory for theory in theories() if claim in theory.claims)
    documents = [piece.document for piece in settle(claim, theory).pieces]
    for text in claim.missing:
        shown = [item for item in documents if item.get("needed") == text]
        assert shown
        assert all(item["outcome"] == "found" for item in shown)


@dataclass(frozen=True)
class Known:
    """An instance that refutes a claim, and what somebody else computed of it."""

    claim: str
    sides: tuple[str, str]
    instance: dict[str, str]
    costs: dict[str, str]


KNOWN = [
    Known(
        "stackelberg/truthful",
        ("1/4", "5/18"),
        {"report": "1/2", "cost": "1", "other": "1", "alpha": "4", "beta": "2"},
        {"gained by the false report": "1/36"},
    ),
    Known(
        "stackelberg/learning-server-is-not-gamed",
        ("5/144", "0"),
        {"report": "1/2", "cost": "1", "other": "1", "alpha": "4", "beta": "2"},
        {"gained over two rounds": "5/144", "the pool that the server is led to": "5/4"},
    ),
    Known(
        "stackelberg/fig-4-numbers",
        ("989/99", "980/99"),
        {"alpha": "10", "beta": "10", "cost": "1/1000", "client_count": "100"},
        {"the pool": "989/99", "the pool it names": "980/99"},
    ),
]


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: known.claim)
def test_refutations_that_are_known(known: Known) -> None:
    piece = mp.prove(claim=known.claim).claims[0].pieces[0].document
    assert (piece["sides"]["left"], piece["sides"]["right"]) == known.sides
    assert piece["instance"] == known.instance
    assert piece["costs"] == known.costs


def test_who_does_not_gain_agrees_with_the_solver() -> None:
    """The instance against "everybody gains", solved as a game."""
    piece = mp.prove(claim="stackelberg/eq-18-everybody-gains").claims[0].pieces[0].document
    costs = [piece["instance"][name] for name in ("one", "two", "three")]
    solved = mp.solve(mp.StackelbergPricing(cost=costs, alpha=10, beta=10), arithmetic="exact")
    assert solved.exact is not None
    assert solved.exact["client_utility"][2] == 0 == solved.exact["epsilon"][2]


def test_the_payment_range_agrees_with_floats() -> None:
    values = mp.prove(claim="stackelberg/eq-37-payment-range").claims[0].pieces[0].document["instance"]
    n, r, alpha, beta, pool = (
        float(Fraction(values[name])) for name in ("client_count", "cost_sum", "alpha", "beta", "reward_pool")
    )
    assert beta * np.log1p(alpha * pool * (n - 1) / (n * r)) - pool > 0
    assert pool > beta - n * r / (alpha * (n - 1)) > 0


def test_capped_pools_are_not_concave_in_a_game() -> None:
    """Two local maxima of one server's utility, by solving the followers' stage at many pools."""
    game = mp.StackelbergPricing(cost=["1", "1", "3"], epsilon_cap=["0.1", "0.1", "100"], alpha=30, beta=6)
    solved = mp.solve(game)
    assert solved.values["reward_pool"] == pytest.approx(2.4)
    assert mp.prove(claim="stackelberg/capped-leader-concave").claims[0].verdict == "REFUTED"


@dataclass(frozen=True)
class Dropped:
    claim: str
    outcomes: dict[str, str]


DROPPED = [
    Dropped(
        "stackelberg/eq-16-concave",
        {"ε₋ᵢ > 0": "needed", "εᵢ ≥ 0": "needed", "B > 0": "needed", "ρᵢ > 0": "redundant"},
    ),
    Dropped("stackelberg/eq-29-budget", {"(N − 1)ρᵢ ≤ R": "needed", "B > 0": "needed", "N ≥ 2": "needed"}),
    Dropped("stackelberg/equilibrium-unique", {"z₁ < z₂": "needed", "Σsᵢ(z₁) = 1": "needed"}),
]


@pytest.mark.parametrize("case", DROPPED, ids=lambda case: case.claim)
def test_dropping_a_hypothesis(case: Dropped) -> None:
    found = {item.hypothesis: item for item in necessity(claim_of(case.claim))}
    for text, outcome in case.outcomes.items():
        assert found[text].outcome == outcome
        assert (found[text].instance is not None) == (outcome == "needed")


def test_without_certificates_nothing_is_proved(tmp_path: Path) -> None:
    found = mp.prove(claim="stackelberg/eq-16-concave", certificates=tmp_path)
    assert found.claims[0].verdict == ClaimVerdict.INCONCLUSIVE
    assert found.undecided == ("stackelberg/eq-16-concave",)
    assert not found.ok


FALSE = Claim(
    "mine/false",
    "Twice the cost is below the cost.",
    "nobody",
    ClaimVerdict.PROVED,
    (Step(Sentence({"x > 0": lambda a, x: above(x, 0)}, lambda a, x: above(x, 2 * x))),),
)
REFUTED = replace(FALSE, evidence=(Counterexample({"x > 0": lambda a, x: above(x, 0)}, lambda a, x: above(x, 2 * x)),))


def test_a_verdict_that_was_not_registered_is_a_failure() -> None:
    found = settle(REFUTED, Theory("mine", (REFUTED,)))
    assert found.verdict == ClaimVerdict.REFUTED
    assert not found.reached
    found = settle(FALSE, Theory("mine", (FALSE,)))
    assert found.verdict == ClaimVerdict.INCONCLUSIVE
    assert found.pieces[0].document["opinion"]["verdict"] == "disagrees"


def test_a_search_says_what_it_knows() -> None:
    positive = {"x > 0": lambda a, x: above(x, 0)}
    assert search(Counterexample(positive, lambda a, x: above(x * x, 0))).outcome == "none exists"
    shrunk = search(Counterexample(positive, lambda a, x: at_least(10, x))).instance
    assert shrunk is not None
    assert shrunk.values["x"] == 11
    whole = search(
        Counterexample({"n > 1/2": lambda a, n_count: above(2 * n_count, 1)}, lambda a, n_count: above(1, 2))
    )
    assert whole.instance is not None
    assert whole.instance.values["n_count"] == 1


def test_boxes_are_covered_or_not() -> None:
    boxes = [item for claim in registered() for item in claim.evidence if hasattr(item, "box")]
    assert boxes
    assert all(cover(box).shown for box in boxes)
    too_far = next(box for box in boxes if box.box["epsilon"] == ("1/2", "8.41"))
    assert not cover(replace(too_far, box={"epsilon": ("8.4", "8.42")}), pieces=500).shown


def test_the_command_prints_and_leaves(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run(["prove", "stackelberg-pricing", "--claim", "stackelberg/truthful"]) == 0
    assert "1/36" in capsys.readouterr().out
    assert run(["prove", "--claim", "stackelberg/eq-16-concave", "--drop", "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    check_document(document)
    assert document["claims"][0]["verdict"] == "PROVED"
    assert {item["outcome"] for item in document["claims"][0]["dropped"]} == {"needed", "redundant"}
    for form in ("markdown", "html"):
        assert run(["prove", "--claim", "stackelberg/eq-16-concave", "--format", form]) == 0
        assert "stackelberg/eq-16-concave" in capsys.readouterr().out
    assert run(["prove", "--claim", "stackelberg/eq-16"]) == 2
    assert "did you mean 'stackelberg/eq-16-concave'" in capsys.readouterr().err
    assert run(["prove", "stackelbreg"]) == 2
    output = tmp_path / "proofs.json"
    assert run(["prove", "privacy", "--output", str(output)]) == 0
    check_document(json.loads(output.read_text(encoding="utf-8")))


@pytest.mark.parametrize(("claim", "code"), [(REFUTED, 1), (FALSE, 3)])
def test_exit_codes(claim: Claim, code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    theory = Theory("mine", (claim,))
    monkeypatch.setattr("mechproof.proofs.prove.theories", lambda: (theory,))
    assert run(["prove", "mine"]) == code


def test_what_is_trusted_is_counted() -> None:
    base = mp.prove(claim="stackelberg/equilibrium-exists").document()["trusted_base"]
    lines = {part["what"]: part["lines"] for part in base["parts"]}
    assert 0 < lines["the kernel"] <= 110
    assert base["lines"] == sum(lines.values())
    assert {axiom["name"] for axiom in base["axioms"]} == {"intermediate values"}


@pytest.mark.slow
@pytest.mark.parametrize("claim", PROVED, ids=lambda claim: claim.id)
def test_every_hypothesis_is_needed_but_for_those_listed(claim: Claim) -> None:
    """A hypothesis that is needed comes with fractions that break a sentence which holds with it."""
    redundant, open_ones = (table.get(claim.id, ()) for table in (REDUNDANT, OPEN))
    assert {*redundant, *open_ones} <= set(claim.hypotheses())
    # that one is redundant is z3's word alone; an instance, which is checked below, may say more
    expected = {
        text: {"needed", "redundant"} if text in redundant else {"needed"}
        for text in claim.hypotheses()
        if text not in open_ones
    }
    found = {item.hypothesis: item for item in necessity(claim, seconds=0.2)}
    if any(found[text].outcome not in outcomes for text, outcomes in expected.items()):  # a busy machine needs longer
        found = {item.hypothesis: item for item in necessity(claim, seconds=10)}
    assert {text: found[text].outcome for text in expected if found[text].outcome not in expected[text]} == {}
    for item in found.values():
        assert (item.instance is not None) == (item.outcome == "needed")
        if item.instance is None:
            continue
        values = item.instance.values
        using = [sentence for sentence in claim.sentences().values() if item.hypothesis in sentence.given]
        fewer = [{k: v for k, v in s.given.items() if k != item.hypothesis} for s in using]
        assert any(
            set(values) >= set(Counterexample(given, sentence.goal).variables)
            and breaks(Counterexample(given, sentence.goal, needed=item.hypothesis), values)
            for sentence, given in zip(using, fewer, strict=True)
        )


def test_a_discount_is_no_count() -> None:
    """Roles that count are whole numbers; one whose name merely ends so is not: 2 d = 1 has a root."""
    half = {"2 d = 1": lambda a, discount: equal(2 * discount, 1)}
    assert opinion(Sentence(half, lambda a, discount: above(discount, 1))) == "disagrees"
    counted = {"2 d = 1": lambda a, client_count: equal(2 * client_count, 1)}
    assert opinion(Sentence(counted, lambda a, client_count: above(client_count, 1))) == "agrees"
    assert breaks(Counterexample(half, lambda a, discount: above(discount, 1)), {"discount": Fraction(1, 2)})
