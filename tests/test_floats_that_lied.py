"""Five answers in doubles that looked right and were not: each must be caught by exact re-evaluation.

They were seen in the wild: a first-order solver's contract with a status of optimal, a relaxed complementarity, a
solver that returned its start, an audit with a tolerance as large as the fault, and a bound on the wrong side.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import mpmath
import pytest

import mechproof as mp
from mechproof.proofs.claims.claim import OnBox
from mechproof.proofs.kernel.sentence import at_most, below
from mechproof.proofs.provers.boxes import cover

PAIR = mp.StackelbergPricing(cost=[1, 1], alpha=4, beta=2)
"""Its solution is a pool of 1 and budgets of 1/4 each."""


def test_a_contract_paid_a_hair_too_little() -> None:
    """Individual rationality is violated by 1.7e-9, which a solver's tolerance does not see."""
    contract = mp.PrivacyContract(cost=["0.5", 1, 2], count=[10, 10, 10], reward_pool=30)
    solved = mp.solve(contract)
    epsilon = [Fraction(value) for value in solved.values["epsilon"]]
    pay = [2 * epsilon[2] - Fraction("1.7e-9")]
    pay = [pay[0] + (epsilon[1] - epsilon[2]) * 1, *pay]
    pay = [pay[0] + (epsilon[0] - epsilon[1]) / 2, *pay]
    found = mp.verify(mp.candidate(contract, epsilon=epsilon, payment=pay))
    item = found["individual-rationality"]
    assert item.verdict == "violated"
    assert item.arithmetic == "exact"


@dataclass(frozen=True)
class Relaxed:
    name: str
    pool: str
    epsilon: tuple[str, str]
    farther_than: float


RELAXED = [
    Relaxed("budgets off by a thousandth, worth a millionth to their owners", "1", ("0.251", "0.249"), 1e-4),
    Relaxed("a leader that does better than possible", "0.99", ("0.25", "0.25"), 1e-3),
    Relaxed("the start, returned without an exception", "1", ("1e-13", "1e-13"), 0.9),
]


@pytest.mark.parametrize("case", RELAXED, ids=lambda case: case.name)
@pytest.mark.parametrize("arithmetic", ["float", "exact"])
def test_a_small_gap_is_no_small_error(case: Relaxed, arithmetic: str) -> None:
    answer = mp.candidate(PAIR, reward_pool=case.pool, epsilon=list(case.epsilon))
    certificate = mp.certify(answer, arithmetic=arithmetic)
    assert not certificate.valid
    assert certificate.distance is None or certificate.distance > case.farther_than


def test_the_relaxed_gap_is_of_second_order() -> None:
    """What makes it dangerous: the client that sells 0.251 could gain no more than some millionths."""

    def utility(own: Fraction) -> Fraction:
        return own / (own + Fraction("0.249")) - own

    best = max(utility(Fraction(k, 10_000)) for k in range(2400, 2600))
    assert 0 < best - utility(Fraction("0.251")) < Fraction("4e-6")


def test_an_audit_sees_a_fault_as_small_as_a_tolerance() -> None:
    hair = Fraction(1, 10**8)
    paid = mp.candidate(PAIR, reward_pool=1, epsilon=["1/4", "1/4"], payment=["1/2", Fraction(1, 2) + hair])
    item = mp.verify(paid)["budget-balance"]
    assert item.verdict == "violated"
    assert item.witness is not None
    assert item.witness["excess"] == hair
    fair = mp.candidate(PAIR, reward_pool=1, epsilon=["1/4", "1/4"], payment=["1/2", "1/2"])
    assert mp.verify(fair)["budget-balance"].verdict == "holds"


HAIR = Fraction("7.5e-9")


def test_a_bound_on_the_wrong_side_is_not_shown() -> None:
    with mpmath.workdps(50):
        exact = Fraction(str(mpmath.nstr(mpmath.log(2), 40)))
    box = {"x": ("2", "2")}
    low: Any = lambda a, x: at_most(a.log(x), a.number(exact - HAIR))  # noqa: E731
    high: Any = lambda a, x: below(a.log(x), a.number(exact + HAIR))  # noqa: E731
    assert not cover(OnBox(box, low), pieces=100).shown
    assert cover(OnBox(box, high), pieces=100).shown


def test_the_gap_of_a_pool_is_never_understated() -> None:
    """A pool a little off the optimum, with the answer to it: the certified gap must cover the true one."""
    pool = Fraction(1) + Fraction(1, 10**4)
    answer = mp.candidate(PAIR, reward_pool=pool, epsilon=[pool / 4, pool / 4])
    with mpmath.workdps(40):

        def earned(paid: Any) -> Any:
            return 2 * mpmath.log(1 + paid) - paid

        true_gap = float((earned(mpmath.mpf(1)) - earned(mpmath.mpf(pool.numerator) / pool.denominator)) / 2)
    assert true_gap > 1e-9
    certificate = mp.certify(answer, arithmetic="exact", tolerance=1e-3)
    assert certificate.gap is not None
    assert certificate.gap >= true_gap
    assert not mp.certify(answer, arithmetic="exact").valid
