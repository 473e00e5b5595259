"""Other people's checkers: what they accept and refuse, that they could not run, and what the command makes of it."""

from __future__ import annotations

import json
import random
import re
import shutil
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.optimize import linprog

import mechproof as mp
from mechproof.cli import run
from mechproof.proofs.claims.certificate_files import check_document, digest, read_certificate
from mechproof.proofs.claims.claim import Claim
from mechproof.proofs.claims.register import claim_of, registered
from mechproof.proofs.exports.checkers.asking import linear_examples, named
from mechproof.proofs.exports.checkers.coq import AXIOMS_OF_THE_REALS, check_with_coq
from mechproof.proofs.exports.checkers.smt import SOLVERS, check_with_smt
from mechproof.proofs.exports.checkers.verdicts import Report, Word
from mechproof.proofs.exports.checkers.vipr import check_with_reader
from mechproof.proofs.exports.export import written
from mechproof.proofs.exports.smtlib import Obligation, claim_script, script, scripts_of
from mechproof.proofs.exports.targets import Target
from mechproof.proofs.kernel.kernel import Line

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


@pytest.mark.slow
@NEEDS_COQ
def test_coq_accepts_on_the_axioms_of_the_reals_alone(tmp_path: Path) -> None:
    report = asked_of_coq(tmp_path, *((claim_of(name), read_certificate(name)) for name in SOME))
    assert [item.word for item in report.verdicts] == [Word.ACCEPTED] * len(SOME), report
    assert report.axioms
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


@pytest.mark.slow
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


@pytest.mark.slow
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


def test_an_obligation_rests_on_the_lines_before_it_alone() -> None:
    """Else it would be no obligation; strict concavity by hand: −2 B S/(x + S)³ < 0 for B, S > 0 and x ≥ 0."""
    given = ["(> others 0.0)", "(>= own 0.0)", "(> reward_pool 0.0)", "(> cost 0.0)"]
    denominator = [*given, "(>= (+ (* (- 1.0) others) (* (- 1.0) own)) 0.0)"]
    numerator = [*given, "(> (+ others own) 0.0)", "(>= (* (- 1.0) others reward_pool) 0.0)"]
    scripts = scripts_of(claim_script(claim_of("stackelberg/eq-16-concave")))
    assert [re.findall(r"^\(assert (.*)\)$", text, re.MULTILINE) for text in scripts] == [denominator, numerator]
    equal = script(Obligation("step", (), Line("prove", {("x", "x"): 2, (): -3}, "=")))
    low, high = "(> (+ (* 2.0 x x) (- 3.0)) 0.0)", "(> (+ (* (- 2.0) x x) 3.0) 0.0)"
    assert f"(assert (or {low} {high}))" in equal or f"(assert (or {high} {low}))" in equal


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
    before, _, goal = text.rpartition("(assert ")
    goal, after = goal.split("\n", 1)
    return f"{before}(assert (not {goal})\n{after}"


def premises(text: str) -> str:
    """Return a file whose last obligation is that its premises contradict each other: in that case nobody ever is."""
    before, _, goal = text.rpartition("(assert ")
    return before + goal.split("\n", 1)[1]


@pytest.mark.slow
def test_z3_accepts_all_and_refuses_every_opposite() -> None:
    scripts = {name: claim_script(claim_of(name)) for name in PROVED}
    assert check_with_smt(SOLVERS["z3"], scripts).word is Word.ACCEPTED
    empty = check_with_smt(SOLVERS["z3"], {name: premises(text) for name, text in scripts.items()}, limit=1000)
    flipped = check_with_smt(SOLVERS["z3"], {name: opposite(text) for name, text in scripts.items()}, limit=1000)
    never = {item.about for item in empty.verdicts if item.word is Word.ACCEPTED}
    assert {item.about for item in flipped.verdicts if item.word is Word.ACCEPTED} <= never
    assert len(never) < len(PROVED) / 4


def test_what_a_solver_cannot_read_is_no_refusal() -> None:
    (verdict,) = check_with_smt(SOLVERS["z3"], {"one": "; x\n(assert (nonsense))\n(check-sat)\n"}).verdicts
    assert verdict.word is Word.COULD_NOT_RUN


@pytest.mark.slow
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


def vipr_files(folder: Path) -> dict[str, Path]:
    return {name: mp.export(model, "vipr", folder / name).files[0] for name, model in linear_examples().items()}


def test_an_optimum_is_what_an_independent_solver_finds(tmp_path: Path) -> None:
    """The oracle is SciPy's linear program, of the numbers in the file; and the mechanism's own answer."""
    for name, path in vipr_files(tmp_path).items():
        model = linear_examples()[name]
        objective, rows, least, value = numbers_in(path.read_text(encoding="utf-8"))
        found = linprog(objective, A_ub=-rows, b_ub=-least, bounds=(None, None))
        assert found.fun == pytest.approx(float(value), rel=1e-9)
        outcome = mp.solve(model).values["loss" if name == "version-pricing" else "revenue"]
        assert abs(float(value)) == pytest.approx(float(outcome), rel=1e-9)


EXAMPLES = Path(__file__).parents[1] / "examples"
BROKEN = mp.PrivacyContract(["1/2", 1, 2], count=[10, 20, 30], reward_pool=30)
LIKE_PRICES = mp.VersionPricing([1, 2, 4], [3, 4, 9], loss="absolute")


@dataclass(frozen=True)
class Mend:
    """Somebody's numbers, and what is to stay of them."""

    broken: mp.Solution
    norm: str = "1"
    keep: str | None = None


MENDS = {
    "a menu": Mend(mp.candidate(BROKEN, epsilon=[2, 1, "1/2"], payment=[1, 1, 1])),
    "a menu, its budgets kept": Mend(mp.candidate(BROKEN, epsilon=[2, 1, "1/2"], payment=[1, 1, 1]), keep="epsilon"),
    "a menu, the largest change": Mend(mp.candidate(BROKEN, epsilon=[2, 1, "1/2"], payment=[1, 1, 1]), "inf"),
    "a menu, decimals at the edge of a row": Mend(
        mp.candidate(
            mp.PrivacyContract(["0.1", "0.6", "1.4", "2", "3.1"], count=[5, 1, 5, 7, 2], reward_pool=12),
            epsilon=["1.8", "2.1", "2.3", "2.6", "0.6"],
            payment=["1.6", 3, "2.5", 3, "1.9"],
        )
    ),
    "prices": Mend(mp.candidate(LIKE_PRICES, price=[5, 4, 20])),
    "prices, the largest change": Mend(mp.candidate(LIKE_PRICES, price=[5, 4, 20]), "inf"),
}


@pytest.mark.parametrize("name", MENDS)
def test_that_nothing_sound_is_nearer_is_checked_by_others(name: str, tmp_path: Path) -> None:
    mend = MENDS[name]
    found = mp.repair(mend.broken, mend.keep, mend.norm)
    written = mp.export(found, "vipr", tmp_path)
    (path,) = written.files
    objective, rows, least, value = numbers_in(path.read_text(encoding="utf-8"))
    assert Fraction(written.items[0].said["value"]) == found.distance > 0
    assert linprog(objective, A_ub=-rows, b_ub=-least, bounds=(None, None)).fun == pytest.approx(float(value), rel=1e-9)
    (verdict,) = check_with_reader({name: path}).verdicts
    assert verdict.word is Word.ACCEPTED


class Hiring(mp.Program):
    """As few people as a work takes."""

    work: mp.Number = mp.scalar("the work", above=0)
    one: Any = None

    def variables(self) -> tuple[mp.Decision, ...]:
        return (self.one,)

    def objective(self) -> Any:
        return lambda a, people: people + 7

    def constraints(self) -> tuple[mp.Constraint, ...]:
        return (mp.Constraint("enough for it", lambda a, people, work: people - work),)


@pytest.mark.parametrize("jumping", [{"among": [0, 3, 7]}, {"lower": 0, "upper": 7, "whole": True}])
def test_an_optimum_in_few_numbers_is_not_that_of_a_linear_program(jumping: Any, tmp_path: Path) -> None:
    """The linear program's is 5/2 people; the oracle is to count."""
    with pytest.raises(mp.UnsupportedModel, match="Hiring is no linear program"):
        mp.export(Hiring("5/2", mp.Decision("people", **jumping)), "vipr", tmp_path)


def test_a_constraint_called_by_several_words_has_one_in_the_file(tmp_path: Path) -> None:
    written = mp.export(Hiring("5/2", mp.Decision("people", 0, 7)), "vipr", tmp_path)
    assert written.items[0].said["value"] == "19/2"
    text = written.files[0].read_text(encoding="utf-8")
    assert "\nenough_for_it_0 G 5/2 1 0 1\n" in text
    assert "RTP range 5/2 5/2" in text


def test_a_nearest_by_squares_is_no_linear_optimum(tmp_path: Path) -> None:
    found = mp.repair(MENDS["a menu"].broken, norm="2")
    with pytest.raises(mp.UnsupportedModel, match="under 1 and inf it is"):
        mp.export(found, "vipr", tmp_path)


@pytest.mark.parametrize("norm", ["1", "2"])
def test_a_repair_is_written_whole_or_not_at_all(norm: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fixed, folder = tmp_path / "fixed.toml", tmp_path / "vipr"
    asked = ["repair", str(EXAMPLES / "broken_contract.toml"), "--norm", norm]
    code = run([*asked, "--output", str(fixed), "--vipr", str(folder)])
    assert (code, fixed.exists(), folder.exists()) == ((0, True, True) if norm == "1" else (2, False, False))
    assert ("repaired_privacy_contract.vipr" in capsys.readouterr().err) == (norm == "1")


def numbers_in(text: str) -> tuple[np.ndarray, np.ndarray, np.ndarray, Fraction]:
    """The objective, the rows that are at least so much, and the optimum, of a file."""
    lines = text.splitlines()
    width = int(lines[1].split()[1])
    start = next(k for k, line in enumerate(lines) if line.startswith("CON "))
    count = int(lines[start].split()[1])
    objective, rows, least = np.zeros(width), np.zeros((count, width)), np.zeros(count)
    for place, slope in pairs(lines[start - 1].split()[1:]):
        objective[place] = slope
    for k, line in enumerate(lines[start + 1 : start + 1 + count]):
        _, sense, number, _, *slopes = line.split()
        assert sense == "G"
        least[k] = Fraction(number)
        for place, slope in pairs(slopes):
            rows[k, place] = slope
    return objective, rows, least, Fraction(lines[start + 1 + count].split()[2])


def pairs(words: list[str]) -> list[tuple[int, Fraction]]:
    return [(int(place), Fraction(value)) for place, value in zip(words[::2], words[1::2], strict=True)]


def test_the_reader_of_ours_accepts_and_refuses(tmp_path: Path) -> None:
    files = vipr_files(tmp_path)
    assert check_with_reader(files).word is Word.ACCEPTED
    for name, path in files.items():
        text = path.read_text(encoding="utf-8")
        for number, altered in enumerate(alterations(text)):
            other = tmp_path / f"{name}-{number}.vipr"
            other.write_text(altered, encoding="utf-8")
            assert check_with_reader({name: other}).word is Word.REFUSED, altered


def alterations(text: str) -> Iterator[str]:
    """A better optimum, a multiplier of the wrong sign, a multiplier less, a point outside, and none at all."""
    value = re.search(r"RTP range (\S+)", text)
    assert value is not None
    yield text.replace(value[1], str(Fraction(value[1]) + 1))
    head, tail = text.split("{ lin ")
    count, place, multiplier, *rest = tail.split(" ")
    yield f"{head}{{ lin {count} {place} -{multiplier} {' '.join(rest)}"
    yield f"{head}{{ lin {int(count) - 1} {' '.join(rest)}"
    yield re.sub(r"^optimum \d+ (\d+) (\S+)", r"optimum 1 \1 -1000", text, flags=re.MULTILINE).replace("\n ", "\n")
    yield text.split("DER")[0] + "DER 0\n"


def test_what_the_reader_does_not_know_is_no_refusal(tmp_path: Path) -> None:
    path = next(iter(vipr_files(tmp_path).values()))
    path.write_text(path.read_text(encoding="utf-8").replace("{ lin", "{ rnd"), encoding="utf-8")
    assert check_with_reader({"one": path}).word is Word.COULD_NOT_RUN


def test_viprchk_is_named_where_it_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    if shutil.which("viprchk") is not None:
        pytest.skip("viprchk is here")
    assert run(["check-certificates", "--with", "viprchk,vipr-reader"]) == 3
    told = capsys.readouterr().out
    assert "viprchk is not installed" in told
    assert "ours, which stands in for viprchk" in told


def test_no_linear_program_is_refused(tmp_path: Path) -> None:
    for model in (mp.StackelbergPricing([1, 1], 10, 10), mp.VersionPricing([1, 2], [3, 4])):
        with pytest.raises(mp.UnsupportedModel, match="linear"):
            mp.export(model, "vipr", tmp_path)
