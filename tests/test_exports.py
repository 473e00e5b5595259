"""What is written for other people's checkers: the declared formulas, every line's proof, lists of people."""

from __future__ import annotations

import json
import re
from fractions import Fraction
from pathlib import Path

import pytest

import mechproof as mp
from mechproof.cli import run
from mechproof.proofs.claims.register import claim_of, registered
from mechproof.proofs.exports.cases import narrated
from mechproof.proofs.exports.coq.text import identifier, written
from mechproof.proofs.exports.terms import number, variable
from mechproof.proofs.kernel.polynomials import cases_of
from mechproof.proofs.kernel.ratio import UnreadableError
from mechproof.proofs.kernel.sentence import Sentence, above, at_least
from mechproof.proofs.provers.z3_reading import opinion
from mechproof.solvers.commands.schema import check_document

EXAMPLES = Path(__file__).parents[1] / "examples"
SOME = ("stackelberg/eq-16-concave", "stackelberg/eq-22-best-response", "stackelberg/equilibrium-unique")


@pytest.mark.parametrize("name", [*SOME, "three-party/eq-58-corrected", "privacy/noise-falls-with-budget"])
def test_the_lines_are_the_kernels(name: str) -> None:
    for sentence in claim_of(name).sentences().values():
        assert [case.lines for case in narrated(sentence)] == cases_of(sentence)


@pytest.mark.slow
def test_the_lines_of_every_claim_are_the_kernels() -> None:
    for claim in registered():
        for sentence in claim.sentences().values():
            assert [case.lines for case in narrated(sentence)] == cases_of(sentence)


def test_a_term_is_written_with_the_brackets_it_needs() -> None:
    x, y = variable("x"), variable("y")
    assert written(x - (y - x) * (x / (y * x))) == "x - (y - x) * (x / (y * x))"
    assert written((x + y) ** 2 / -y + number("-1/3")) == "(x + y) ^ 2 / (- y) + (-1) / 3"


def test_a_whole_power_may_be_written_as_a_fraction() -> None:
    """A declared exponent is a fraction; the kernel, z3 and what is exported read it where it is whole, else none."""

    def no_less(exponent: Fraction) -> Sentence:
        return Sentence({"x ≥ 1": lambda a, x: at_least(x, 1)}, lambda a, x: at_least(a.power(x, exponent), x))

    assert opinion(no_less(Fraction(2))) == "agrees"
    assert [case.lines for case in narrated(no_less(Fraction(2)))] == cases_of(no_less(Fraction(2)))
    for reading in (opinion, narrated, cases_of):
        with pytest.raises(UnreadableError, match="no whole number"):
            reading(no_less(Fraction(3, 2)))


def test_every_line_knows_the_statement_it_comes_from() -> None:
    given = {"x ≥ 0": lambda a, x: at_least(x, 0)}
    sentence = Sentence(given, lambda a, x: above(a.maximum(a.sqrt(x), 1) * a.minimum(a.sqrt(x), 1), -1))
    for case in narrated(sentence):
        kinds = [source.kind for source in case.narration.sources.values()]
        assert kinds == ["given", "shown", "about sqrt1", "about sqrt1", "case", "goal"]
        assert len(case.narration.again) == 1  # the minimum compares what the maximum did
        left = case.written[-1].left
        assert written(left) == "Rmax (sqrt x) 1 * Rmin (sqrt x) 1"
        assert written(case.narration.whole(case.narration.here(left))).count("Rm") == 1


def test_the_theorem_says_what_the_declaration_does(tmp_path: Path) -> None:
    found = mp.export("stackelberg/eq-3-payment-rises", "coq", tmp_path)
    text = found.files[0].read_text(encoding="utf-8")
    (stated,) = re.findall(r"Theorem step_1_for_every_number : (.*?)\nProof", text, re.DOTALL)
    told = " ".join(re.sub(r"\(\*.*?\*\)", "", stated).split())
    assert told.startswith(
        "forall (reward_pool : R) (before after : list client) (me : client) (everybody : list client), "
        "everybody = before ++ me :: after -> "
        "(sum_over budget before + sum_over budget after) > 0 -> budget me >= 0 -> "
    )
    assert not re.search(r"\b(Admitted|admit|Axiom|Parameter|Hypothesis)\b", re.sub(r"\(\*.*?\*\)", "", text))


def test_an_induction_is_about_every_list(tmp_path: Path) -> None:
    found = mp.export("stackelberg/eq-9-pool-is-spent", "coq", tmp_path)
    text = found.files[0].read_text(encoding="utf-8")
    assert "Theorem for_every_number" in text
    assert "forall people : list R" in text
    assert (tmp_path / "_CoqProject").read_text(encoding="utf-8") == "-R . Mechproof\n"
    assert found.document()["whole_for_every_number"] == 1


def test_nothing_is_searched_for(tmp_path: Path) -> None:
    """The scripts' tactics are `ring`, `field` and linear arithmetic: no nonlinear search, no automation."""
    found = mp.export(SOME[1], "coq", tmp_path)
    texts = [path.read_text(encoding="utf-8") for path in (*found.files, tmp_path / "Mechproof.v")]
    assert not re.search(r"\b(nra|psatz|nia|auto|eauto|tauto|firstorder)\b", "\n".join(texts))


def test_lean_says_that_it_was_not_checked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["export", SOME[0], "--to", "lean", "--output", str(tmp_path)]) == 0
    assert "not checked by us" in capsys.readouterr().out
    text = (tmp_path / f"{identifier(SOME[0])}.lean").read_text(encoding="utf-8")
    assert text.startswith("/- Not checked by us")
    assert text.count("\ntheorem ") == 2


@pytest.mark.parametrize("to", ["coq", "smtlib", "lean"])
def test_the_command_writes_a_document(to: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["export", SOME[0], "--to", to, "--output", str(tmp_path / "new"), "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    check_document(document)
    (item,) = document["items"]
    assert item["about"] == SOME[0]
    assert (tmp_path / "new" / item["file"]).is_file()
    assert document["checked_by_us"] is (to != "lean")


def test_what_was_proved_is_written(tmp_path: Path) -> None:
    claim = mp.prove(mp.StackelbergPricing, claim="stackelberg/eq-16-concave").claims[0]
    found = mp.export(claim, "smtlib", tmp_path)
    assert [item.about for item in found.items] == ["stackelberg/eq-16-concave"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("stackelberg/eq-16-convex", "--to", "coq", "--output", "OUT"), "is not registered"),
        (("stackelberg/eq-16-concave", "--to", "vipr", "--output", "OUT"), "(name a specification of a linear program"),
        (("--to", "vipr", "--output", "OUT"), "spec = None: is no specification"),
        ((str(EXAMPLES / "capped.toml"), "--to", "vipr", "--output", "OUT"), "a VersionRevenue is one"),
        (("--to", "isabelle", "--output", "OUT"), "isabelle"),
        (("stackelberg/eq-16-concave", "--to", "coq", "--output", "FILE"), "is a file"),
        (("stackelberg/truthful", "--to", "coq", "--output", "OUT"), "nothing can be written"),
    ],
)
def test_what_cannot_be_written_is_refused(
    arguments: tuple[str, ...], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    places = {"OUT": str(tmp_path / "out"), "FILE": str(tmp_path / "file")}
    assert run(["export", *(places.get(word, word) for word in arguments)]) == 2
    assert told in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
