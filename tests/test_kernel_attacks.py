"""Attacks on what is trusted: false theorems, vacuous ones, certificates of something else, and what would hang."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import chain, islice
from pathlib import Path
from typing import Any

import pytest

from mechproof.proofs.claims.certificate_files import CERTIFICATES, check_certificate, check_certificates
from mechproof.proofs.claims.claim import Axiom, Claim, ClaimVerdict, Counterexample, Measurement, OnBox, Step, Theory
from mechproof.proofs.claims.register import registered
from mechproof.proofs.kernel.kernel import Line, RefusedError, check, number, refute
from mechproof.proofs.kernel.polynomials import cases_of
from mechproof.proofs.kernel.ratio import UnreadableError
from mechproof.proofs.kernel.sentence import Induction, Sentence, above, at_least, below, by_roles, equal, slope
from mechproof.proofs.provers.boxes import cover
from mechproof.proofs.provers.certificate_search import proofs_of
from mechproof.proofs.provers.countermodel import _candidates, breaks, search
from mechproof.proofs.provers.z3_reading import opinion
from mechproof.proofs.settle import settle
from mechproof.solvers.readings.derivative import NotSmooth

X = Line("given", {("x",): 1}, ">=")
POSITIVE = {"x > 0": lambda a, x: above(x, 0)}
FALSE = Sentence(POSITIVE, lambda a, x: above(x, 1))


def claim(*evidence: Any, expected: ClaimVerdict = ClaimVerdict.PROVED, **more: Any) -> Claim:
    """A claim that nobody registered."""
    return Claim("attack/claim", "something", "nobody", expected, evidence, **more)


def verdict(tried: Claim, folder: Path) -> ClaimVerdict:
    """What the claim is settled as."""
    return settle(tried, Theory("attack", (tried,)), folder).verdict


def test_what_is_not_strict_does_not_prove_what_is() -> None:
    """x ≥ 0 does not make x > 0, nor a square of x one that is positive."""
    goal = Line("prove", {("x",): 1}, ">")
    for proof in ({"products": [[1, [0]], [1, [1]]]}, {"products": [[1, [], [{"x": 1}]], [1, [], [{"x": 1}]]]}, {}):
        with pytest.raises(RefusedError):
            check([X, goal], [proof])


@pytest.mark.parametrize("weight", [True, 0, -1, 1.0, "0", "-1/2", "1/0", "1e999999999", "nan", "1/2/3", None, "x"])
def test_a_multiplier_is_an_exact_positive_number(weight: Any) -> None:
    """Nothing else passes, and nothing takes a gigabyte to be read."""
    with pytest.raises(RefusedError):
        refute([Line("given", {(): -1}, ">")], {"products": [[weight, [0]], [1, []]]})


def test_numbers_are_whole_or_fractions_as_text() -> None:
    """The exact forms that certificates use are read."""
    assert number("-3/6") == Fraction(-1, 2)
    assert number(10**30) == 10**30


@pytest.mark.parametrize("place", [True, -1, 1.0, "0", None, 2])
def test_a_line_is_named_by_its_place_above(place: Any) -> None:
    """Neither the goal itself, nor a line below it, nor what only compares like a number."""
    with pytest.raises(RefusedError):
        check([X, Line("prove", {("y",): 1}, ">"), Line("given", {("y",): 1}, ">")], [{"products": [[1, [place]]]}])


def test_a_goal_does_not_prove_itself() -> None:
    """The lines known to a proof end at the negation."""
    goal = Line("prove", {("x",): 1, (): -1}, ">")
    with pytest.raises(RefusedError):
        check([goal, goal], [{"products": [[1, [0]], [1, [1]]]}, {"products": [[1, [0]], [1, [1]]]}])


def test_an_equation_needs_both_halves_and_is_no_factor() -> None:
    """One negation refuted is not enough; an equation multiplies polynomials only among the equations."""
    equation = Line("given", {("x",): 1}, "=")
    with pytest.raises(RefusedError, match="missing"):
        check(
            [X, Line("given", {("x",): -1}, ">="), Line("prove", {("x",): 1}, "=")],
            [{"products": [[1, [1]], [1, [2]]]}],
        )
    with pytest.raises(RefusedError, match="no factor"):
        refute([equation, Line("given", {("x",): -1}, ">")], {"products": [[1, [0]], [1, [1]]]})
    with pytest.raises(RefusedError, match="no equation"):
        refute([X], {"products": [[1, []]], "equations": {"0": {"": 1}}})


@pytest.mark.parametrize(
    "proof",
    [
        {"products": [[1, [0] * 10_000]]},
        {"products": [[1, [], [{"x": 1, "": 1}] * 10_000]]},
        {"products": [[1, [], [{f"v{k}": 1 for k in range(1000)}]]]},
    ],
)
def test_no_certificate_takes_for_ever(proof: Any) -> None:
    """A product of thousands of factors or of too many terms is refused before it is multiplied out."""
    with pytest.raises(RefusedError, match="too many"):
        refute([Line("given", {("x",): 1, ("y",): 1, (): 1}, ">")], proof)


def test_a_box_shows_an_equation_only_where_both_sides_are_equal() -> None:
    """That x ≥ 0 on [0, 1] is not that x = 0."""
    assert not cover(OnBox({"x": ("0", "1")}, lambda a, x: equal(x, 0)), pieces=50).shown
    assert not cover(OnBox({"x": ("1", "2")}, lambda a, x: equal(x, 0)), pieces=50).shown
    assert cover(
        OnBox({"x": ("1", "2")}, lambda a, x: equal(x - x.mid() + x.mid() - x, 0) if x.rad() == 0 else equal(0, 0))
    ).shown


@pytest.mark.parametrize("box", [("2", "1"), ("-1", "1"), ("-2", "-1")])
def test_a_box_is_not_shown_where_the_statement_fails_or_is_not_defined(box: tuple[str, str]) -> None:
    """Bounds in the wrong order are no empty box; the logarithm of a negative number is nothing."""
    assert not cover(OnBox({"x": box}, lambda a, x: below(a.log(x), 0)), pieces=50).shown
    assert not cover(OnBox({"x": box}, lambda a, x: above(a.maximum(a.log(x), 1), 3)), pieces=50).shown


@pytest.mark.parametrize("name", ["sqrt1", "ln1", "exp1"])
def test_a_role_is_not_mistaken_for_a_root(name: str) -> None:
    """Else a role of this name would be bound by what defines the root: −1 ≥ 0."""
    at_minus_one = by_roles((name,), lambda a, roles: equal(roles[name], -1))
    goal = by_roles((name,), lambda a, roles: above(a.sqrt(2) + a.log(2) + a.exp(2) - roles[name], 5))
    with pytest.raises(UnreadableError, match=name):
        cases_of(Sentence({"it is −1": at_minus_one}, goal))


def branches_by_equality(a: Any, x: Any) -> Any:
    """|x| + 1, but 0 at 0: never more than nothing at 0."""
    return 0 if x == 0 else x * x + 1


def branches_by_truth(a: Any, x: Any) -> Any:
    """The same."""
    return x * x + 1 if x else 0


@pytest.mark.parametrize("formula", [branches_by_equality, branches_by_truth])
def test_a_formula_that_branches_is_not_read_as_one_of_its_branches(formula: Any) -> None:
    """It would be "proved" to be positive everywhere, and agreed to by z3."""
    sentence = Sentence({}, lambda a, x: above(formula(a, x), 0))
    for read in (cases_of, opinion):
        with pytest.raises(UnreadableError):
            read(sentence)
    with pytest.raises((UnreadableError, NotSmooth)):
        cases_of(Sentence({}, lambda a, x: above(slope(formula, "x")(a, x=x), -1)))
    assert search(Counterexample({}, sentence.goal)).instance.values == {"x": 0}


def test_a_divisor_must_be_positive_by_what_stands_before() -> None:
    """1/x > 0 is not proved by a hypothesis that follows, nor x/x = 1 of all x, nor by the goal itself."""
    after = {"1/x ≥ 1": lambda a, x: at_least(1 / x, 1), "x > 0": lambda a, x: above(x, 0)}
    assert proofs_of(Sentence(after, lambda a, x: above(x, 0))) is None
    assert proofs_of(Sentence({}, lambda a, x: equal(x / x, 1))) is None
    assert proofs_of(Sentence({}, lambda a, x: equal(x**-1 * x, 1))) is None
    assert proofs_of(Sentence({}, lambda a, x: above(a.share(x, 0) + 1, 0))) is None


def test_readings_end() -> None:
    """A formula with a million cases, or with a million factors, is not read."""
    with pytest.raises(UnreadableError, match="cases"):
        cases_of(Sentence({}, lambda a, x: at_least(sum(a.maximum(x, k) for k in range(20)), 0)))
    with pytest.raises(UnreadableError, match="terms"):
        cases_of(Sentence({}, lambda a, x, y, z: at_least((x + y + z + 1) ** 50, 0)))
    with pytest.raises(UnreadableError, match="terms"):
        cases_of(Sentence({}, lambda a, x: at_least(x**100_000, 0)))


def test_an_invariant_speaks_of_no_single_person() -> None:
    """Σx = N x is kept by everybody whose x it is, but not by people with different x."""
    with pytest.raises(ValueError, match="not each person's"):
        Induction(
            {"total": lambda a, x: x, "people": lambda a: a.number(1)},
            (lambda a, total, people, x: equal(total, people * x),),
        )
    with pytest.raises(ValueError, match="not each person's"):
        Induction(
            {"total": lambda a, x, y: x * y},
            (lambda a, total, y: at_least(total, 0),),
            member={"y": lambda a, y: above(y, 0)},
        )


def test_a_sum_so_far_is_no_hypothesis() -> None:
    """The first person comes to nothing: "the total is positive so far" must not be assumed of everybody."""
    total = {"total > 0": lambda a, total: above(total, 0)}
    for where in ("given", "member"):
        with pytest.raises(ValueError, match="sum so far"):
            Induction({"total": lambda a, x: x}, (lambda a, total: above(total, -1),), **{where: total})
    with pytest.raises(ValueError, match="sum so far"):
        Induction(
            {"total": lambda a, x: x, "paid": lambda a, x, total: x / total}, (lambda a, paid: at_least(paid, 0),)
        )


def test_two_sentences_of_one_name_need_two_certificates(tmp_path: Path) -> None:
    """Else the second would stand for the first, which is false."""
    with pytest.raises(ValueError, match="called step"):
        claim(Step(FALSE), Step(Sentence(POSITIVE, lambda a, x: above(2 * x, 0)))).sentences()


def test_a_verdict_needs_something_that_proves(tmp_path: Path) -> None:
    """That a hypothesis is needed, or what is cited, proves nothing; an instance refutes no more than its claim."""
    needed = Counterexample({}, lambda a, x: above(x, 0), needed="x > 0")
    cited = Axiom("a", "b", "c")
    refuting = Counterexample({}, lambda a, x: above(x, 0))
    assert verdict(claim(needed), tmp_path) is ClaimVerdict.INCONCLUSIVE
    assert verdict(claim(needed, cited), tmp_path) is ClaimVerdict.INCONCLUSIVE
    assert verdict(claim(), tmp_path) is ClaimVerdict.INCONCLUSIVE
    assert verdict(claim(Measurement("train it")), tmp_path) is ClaimVerdict.INCONCLUSIVE
    assert verdict(claim(refuting), tmp_path) is ClaimVerdict.REFUTED
    assert verdict(claim(refuting, Step(FALSE)), tmp_path) is ClaimVerdict.INCONCLUSIVE
    assert verdict(claim(needed, missing=("x > 0",)), tmp_path) is ClaimVerdict.INCONCLUSIVE
    assert verdict(claim(OnBox({"x": ("1", "2")}, lambda a, x: above(x, 0)), missing=("no such",)), tmp_path) is (
        ClaimVerdict.INCONCLUSIVE
    )


def test_what_is_not_defined_refutes_nothing() -> None:
    """1/x at 0 is no counterexample to 1/x ≠ 0, though it shows what x ≠ 0 would be for."""
    undefined = Counterexample({"x = 0": lambda a, x: equal(x, 0)}, lambda a, x: above(1 / x, 0))
    assert search(undefined, 0.1).instance is None
    assert search(replace(undefined, needed="x > 0"), 5).instance is not None


PROVED = [item for item in registered() if item.sentences()]
FULFILLED: dict[str, dict[str, Any]] = {
    "three-party/price-unique": {
        "alpha": Fraction(4),
        "cost": Fraction(1),
        "epsilon": Fraction(1),
        "left": Fraction(7, 18),
        "per": Fraction(5, 9),
        "left_then": Fraction(13, 20),
        "per_then": Fraction(3, 10),
        "first": Fraction(1),
        "second": Fraction(1, 2),
    },
    "contract/ironing-optimal": {
        **dict.fromkeys(("count", "owners", "first_count", "cost_now", "first_cost", "ironed", "first_ironed"), 1),
        **dict.fromkeys(("best_epsilon", "first_best_epsilon", "virtual_sum", "ironed_sum", "best_variance"), 1),
        **dict.fromkeys(("virtual_charge", "ironed_charge"), 1),
        "multiplier": 10,
        "first_epsilon": 2,
        "epsilon": Fraction(3, 2),
        "epsilon_now": 2,
        "cost": 2,
        "first_payment": 3,
        "payment_now": 3,
        "payment": Fraction(9, 4),
        "spent": 100,
        "reward_pool": 100,
        "best_charge": 100,
        "variance": 1000,
    },
    "stackelberg/simultaneous-replies-settle": {"own": 4, "others": 16, "reward_pool": 25, "client_count": 5},
}
"""Instances that are not found by chance: roots of quadratics, a step of a long walk."""
IDENTITIES = ("powers of e",)
"""Hypotheses that are true of all numbers, which no arithmetic shows exactly."""


def exact(name: str) -> dict[str, Fraction]:
    """Return the instance known for a claim, if any."""
    return {role: Fraction(value) for role, value in FULFILLED.get(name, {}).items()}


@pytest.mark.parametrize("item", PROVED, ids=lambda item: item.id)
def test_hypotheses_can_be_fulfilled(item: Claim) -> None:
    """A claim whose hypotheses contradict each other would hold of nothing."""
    for sentence in item.sentences().values():
        given = {text: formula for text, formula in sentence.given.items() if text not in IDENTITIES}
        wanted = Counterexample(given, lambda a: below(a.number(0), -1))
        tried = chain(
            ({**dict.fromkeys(wanted.variables, Fraction(1)), **exact(item.id)},), islice(_candidates(wanted), 2000)
        )
        assert any(breaks(wanted, values) for values in tried) or search(wanted).instance is not None


def test_the_register_is_unambiguous() -> None:
    """Ids are distinct, and what is missing is a hypothesis of what is proved."""
    ids = [item.id for item in registered()]
    assert len(ids) == len(set(ids))
    for item in registered():
        assert set(item.missing) <= {*item.assumes, *item.hypotheses()}, item.id


def test_certificates_that_are_none(tmp_path: Path) -> None:
    """What is missing, another claim's, nested beyond reading, or no certificate at all is refused, never skipped."""
    assert not any(found.accepted for found in check_certificates(registered(), tmp_path))
    first, other = PROVED[0], PROVED[1]
    path = tmp_path / f"{first.id}.json"
    path.parent.mkdir(parents=True)
    for text in (
        "",
        "[]",
        "null",
        "[" * 100_000,
        "{" * 10,
        '{"format": 1}',
        "9" * 10_000,
        "\ud800".encode("utf-8", "surrogatepass"),
    ):
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        assert not check_certificate(first, tmp_path).accepted
    path.write_bytes((CERTIFICATES / f"{other.id}.json").read_bytes())
    assert not check_certificate(first, tmp_path).accepted
    path.unlink()
    path.symlink_to(CERTIFICATES / f"{other.id}.json")
    assert not check_certificate(first, tmp_path).accepted


def test_a_certificate_outlives_no_declaration(tmp_path: Path) -> None:
    """The same id with another sentence, or with one that can no longer be read, is refused."""
    item = PROVED[0]
    for sentence in (
        FALSE,
        Sentence({}, lambda a, x: above(1 if x == 0 else x, 0)),
        Sentence({}, lambda a: above(1 / a.number(0), 0)),
    ):
        changed = replace(item, evidence=(Step(sentence),))
        assert not check_certificate(changed, CERTIFICATES).accepted
