"""Other people's checkers: what they accept and refuse, that they could not run, and what the command makes of it."""

from __future__ import annotations

import json
import random
import re
import shutil
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from mechproof.cli import run
from mechproof.proofs.claims.certificate_files import check_document, digest, read_certificate
from mechproof.proofs.claims.claim import Claim
from mechproof.proofs.claims.register import claim_of, registered
from mechproof.proofs.exports.checkers.asking import named
from mechproof.proofs.exports.checkers.coq import AXIOMS_OF_THE_REALS, check_with_coq
from mechproof.proofs.exports.checkers.smt import SOLVERS, check_with_smt
from mechproof.proofs.exports.checkers.verdicts import Report, Word
from mechproof.proofs.exports.export import written
from mechproof.proofs.exports.smtlib import claim_script, scripts_of
from mechproof.proofs.exports.targets import Target

NEEDS_COQ = pytest.mark.skipif(shutil.which("coqc") is None, reason="Coq is not here: apt-get install coq")
SOME = ("stackelberg/eq-22-best-response", "stackelberg/eq-9-pool-is-spent", "stackelberg/eq-20-slope-at-zero")
"""A root with its cases, an induction, and a hypothesis the source forgot."""
PROVED = tuple(claim.id for claim in registered() if claim.sentences())


def asked_of_coq(folder: Path, *claims: tuple[Claim, Any]) -> Report:
    texts, items, left_out = written([(claim, lambda made=made: made) for claim, made in claims], Target.coq)
    assert not left_out
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return check_with_coq(folder, [(item.about, item.file) for item in items])


@NEEDS_COQ
def test_coq_accepts_on_the_axioms_of_the_reals_alone(tmp_path: Path) -> None:
    report = asked_of_coq(tmp_path, *((claim_of(name), read_certificate(name)) for name in SOME))
    assert [item.word for item in report.verdicts] == [Word.ACCEPTED] * len(SOME), report
    assert set(report.axioms) <= set(AXIOMS_OF_THE_REALS)
    assert re.fullmatch(r"\d+\.\d+.*", report.version)


def proofs_in(certificate: Any) -> Iterator[Any]:
    for cases in certificate["sentences"].values():
        for case in cases:
            yield from case["proofs"]


def another_weight(proof: Any, seeded: random.Random) -> None:
    product = seeded.choice(proof["products"])
    product[0] = 7 if product[0] != 7 else 5


def a_product_less(proof: Any, seeded: random.Random) -> None:
    del proof["products"][seeded.randrange(len(proof["products"]))]


def another_line(proof: Any, seeded: random.Random) -> None:
    product = seeded.choice(proof["products"])
    product[1] = [*product[1], 0]


MUTATIONS: tuple[Callable[[Any, random.Random], None], ...] = (another_weight, a_product_less, another_line)


def mutated(name: str, mutation: Callable[[Any, random.Random], None], seed: int) -> Any:
    """Return a claim's certificate with one proof altered so that our kernel refuses it, None if it does not."""
    seeded = random.Random(f"{name} {seed}")
    certificate = deepcopy(read_certificate(name))
    mutation(seeded.choice([proof for proof in proofs_in(certificate) if proof["products"]]), seeded)
    certificate["sha256"] = digest(certificate)
    return None if check_document(claim_of(name), certificate).accepted else certificate


@NEEDS_COQ
def test_coq_refuses_a_sample_of_altered_certificates(tmp_path: Path) -> None:
    for number, (name, mutation) in enumerate(zip(SOME, MUTATIONS, strict=True)):
        made = mutated(name, mutation, 0)
        assert made is not None
        folder = tmp_path / str(number)
        folder.mkdir()
        (verdict,) = asked_or_left_out(folder, claim_of(name), made)
        assert verdict is Word.REFUSED, (name, mutation.__name__)


def asked_or_left_out(folder: Path, claim: Claim, certificate: Any) -> list[Word]:
    """What a certificate that cannot even be written for Coq is, is refused before it."""
    texts, items, left_out = written([(claim, lambda: certificate)], Target.coq)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    if left_out:
        return [Word.REFUSED]
    return [item.word for item in check_with_coq(folder, [(item.about, item.file) for item in items]).verdicts]


@NEEDS_COQ
@pytest.mark.slow
@pytest.mark.parametrize("name", PROVED)
def test_coq_refuses_every_altered_certificate(name: str, tmp_path: Path) -> None:
    for number, mutation in enumerate(MUTATIONS):
        made = mutated(name, mutation, 1)
        if made is not None:
            folder = tmp_path / str(number)
            folder.mkdir()
            assert asked_or_left_out(folder, claim_of(name), made) == [Word.REFUSED], mutation.__name__


@NEEDS_COQ
def test_coq_refuses_another_theorem(tmp_path: Path) -> None:
    """The proofs of a statement are none of its opposite."""
    claim = claim_of("stackelberg/eq-16-concave")
    texts, items, _ = written([(claim, lambda: read_certificate(claim.id))], Target.coq)
    before = re.search(r"(Theorem step_1 .*?)Proof", texts[items[0].file], re.DOTALL)
    assert before is not None
    stated = before[1]
    texts[items[0].file] = texts[items[0].file].replace(stated, stated.replace("< 0.", "> 0."))
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (verdict,) = check_with_coq(tmp_path, [(claim.id, items[0].file)]).verdicts
    assert verdict.word is Word.REFUSED


@NEEDS_COQ
def test_coq_refuses_what_rests_on_more_axioms(tmp_path: Path) -> None:
    claim = claim_of("stackelberg/eq-16-concave")
    texts, items, _ = written([(claim, lambda: read_certificate(claim.id))], Target.coq)
    lied = re.sub(
        r"(Theorem step_1 .*?\nProof\.).*?\nQed\.",
        r"\1\nintros. exfalso. exact lie.\nQed.",
        texts[items[0].file],
        flags=re.DOTALL,
    )
    texts[items[0].file] = lied.replace("Theorem step_1 ", "Axiom lie : False.\nTheorem step_1 ", 1)
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (verdict,) = check_with_coq(tmp_path, [(claim.id, items[0].file)]).verdicts
    assert verdict.word is Word.REFUSED
    assert "lie" in verdict.reason


@pytest.mark.parametrize("solver", ["z3", "cvc5"])
def test_a_solver_accepts_every_obligation_and_refuses_its_opposite(solver: str) -> None:
    if solver == "cvc5":
        pytest.importorskip("cvc5")
    scripts = {name: claim_script(claim_of(name)) for name in SOME}
    report = check_with_smt(SOLVERS[solver], scripts)
    assert report.word is Word.ACCEPTED, report
    assert sum(item.obligations for item in report.verdicts) == sum(len(scripts_of(text)) for text in scripts.values())
    flipped = {name: opposite(text) for name, text in scripts.items()}
    assert all(item.word is not Word.ACCEPTED for item in check_with_smt(SOLVERS[solver], flipped, limit=1000).verdicts)


def opposite(text: str) -> str:
    """Return a file whose last obligation is to prove the opposite of what it was."""
    lines = text.splitlines()
    last = max(place for place, line in enumerate(lines) if line.startswith("(assert "))
    lines[last] = f"(assert (not {lines[last].removeprefix('(assert ')})"
    return "\n".join(lines) + "\n"


@pytest.mark.slow
def test_z3_accepts_all_and_refuses_every_opposite() -> None:
    scripts = {name: claim_script(claim_of(name)) for name in PROVED}
    assert check_with_smt(SOLVERS["z3"], scripts).word is Word.ACCEPTED
    flipped = check_with_smt(SOLVERS["z3"], {name: opposite(text) for name, text in scripts.items()}, limit=1000)
    assert all(item.word is not Word.ACCEPTED for item in flipped.verdicts)


def test_what_a_solver_cannot_read_is_no_refusal() -> None:
    (verdict,) = check_with_smt(SOLVERS["z3"], {"one": "; x\n(assert (nonsense))\n(check-sat)\n"}).verdicts
    assert verdict.word is Word.COULD_NOT_RUN


def test_a_missing_checker_is_named_with_its_package(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    assert run(["check-certificates", "--with", "coq", "--format", "json"]) == 3
    (report,) = json.loads(capsys.readouterr().out)["checkers"]
    assert report["verdict"] == "could not run"
    assert "apt-get install coq" in report["missing"]
    assert report["version"] is None


def test_the_command_asks_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert named("z3,coq,z3") == ("z3", "coq")
    assert run(["check-certificates", "--with", "z4"]) == 2
    assert "z3" in capsys.readouterr().err
