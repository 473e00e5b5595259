"""The conformance kit of back ends: all shipped ones pass, liars do not, and the known answers are proved here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from optional import CVXPY_ECOS

import mechproof as mp
from mechproof.proofs.testing.known_models import Purchase
from mechproof.proofs.testing.known_problems import Known, known_problems
from mechproof.solvers.solution import Answer

QUICK = (
    "uncertain-costs:worst-case",
    "closed-form",
    "price-fit",
    "menu-programme",
    "ironing",
    "interference",
    "cheapest-first",
    "convex-costs",
    "nearest",
    "payment-chain",
    "dominant-strategy",
    "support-enumeration",
    "pure-profiles",
    "vertex-enumeration",
    "truth",
    "two-decisions:newton",
    "cvxpy:CLARABEL",
)
SLOW = (
    "uncertain-costs:scenario-pool",
    "uncertain-costs:pool-grid",
    "vertex-enumeration",
    "truth:replies",
    "two-decisions",
    "cvxpy:PIQP",
    "best-response",
    "share-function",
    "interference:newton",
    "interference:search",
    "cvxpy:ECOS",
    "cvxpy:HIGHS",
    "cvxpy:OSQP",
    "cvxpy:SCS",
    "pyomo:highs",
    "pyomo:pounce",
    "pyomo:scip",
)
EXCEPT: Mapping[str, Mapping[str, str]] = {}
"""Checks that a shipped back end need not pass, each with its reason: none. One that is not needed fails the kit."""


@pytest.mark.parametrize("name", QUICK)
def test_shipped_back_ends_pass(name: str) -> None:
    assert mp.testing.check_backend(name, except_for=EXCEPT.get(name)).solved


@pytest.mark.slow
@pytest.mark.parametrize("name", [CVXPY_ECOS if name == "cvxpy:ECOS" else name for name in SLOW])
def test_the_other_shipped_back_ends_pass(name: str) -> None:
    assert mp.testing.check_backend(name, except_for=EXCEPT.get(name)).solved


def test_none_is_left_out() -> None:
    game = mp.StackelbergPricing(cost=[1, 1], alpha=4, beta=2)
    assert {offer.name for offer in mp.backends(game)} <= {*QUICK, *SLOW}


def test_each_shipped_mechanism_and_check_is_covered() -> None:
    types = {type(known.model).__name__ for known in known_problems()}
    shipped = {"StackelbergPricing", "VersionPricing", "VersionRevenue", "PrivacyContract", "ThreePartyMarket"}
    shipped |= {"PrivacyProcurement"}
    assert shipped | {"FullInformationContract", "Purchase", "RisingFit", "WaterFilling", "Knapsack"} <= types


@dataclass(frozen=True)
class Liar:
    """A back end for purchases, right unless it is told how to be wrong."""

    amount: Any = (6, 4, 0)
    claim: str = "optimal"
    fault: str = ""
    name: str = "liar"

    def accepts(self, model: Any) -> str | None:
        if self.fault == "silent":
            return ""
        return None if isinstance(model, Purchase) and len(model.price) < 10 else "buys few goods only"

    def solve(self, model: Any, request: Any) -> Any:
        if request.arithmetic == "exact" and self.fault == "no array":
            return Answer({"amount": np.array({}, dtype=object)}, self.claim)
        if request.arithmetic == "exact" and self.fault != "doubles":
            raise mp.UnsupportedModel("liar computes in floats")
        if self.fault != "options":
            request.refuse_options("liar")
        if sum(model.limit) < model.wanted and self.fault != "infeasible":
            raise mp.BackendError("liar finds none")
        if self.fault == "refuses late":
            raise mp.InputError("wanted", model.wanted, "is more than liar takes")
        noise = np.random.default_rng().random() * 1e-9 if self.fault == "seed" else 0.0
        name = "price" if self.fault == "name" else "amount"
        return Answer({name: np.array(self.amount, dtype=float) + noise}, self.claim)


@dataclass(frozen=True)
class Case:
    """A back end, and what the kit must say of it; nothing where it passes."""

    backend: Liar
    words: tuple[str, ...] = ()


CASES = {
    "right": Case(Liar()),
    "a worse answer": Case(Liar((4, 6, 0)), ("found, linear", "claims 'optimal'", "3.3e-01 from the answer")),
    "not feasible": Case(Liar((6, 0, 0)), ("found, linear", "6.7e-01")),
    "an answer where there is none": Case(Liar(fault="infeasible"), ("infeasible, nothing-suffices",)),
    "options passed over": Case(Liar(fault="options"), ("options, linear", "passed over in silence")),
    "another answer each time": Case(Liar(fault="seed"), ("seed, linear", "two answers")),
    "doubles for exact": Case(Liar(fault="doubles"), ("exact, linear", "doubles are returned")),
    "no number for exact": Case(Liar(fault="no array"), ("exact, linear", "cannot be certified")),
    "refusing what it accepts": Case(Liar(fault="refuses late"), ("answers, linear", "accepts this and fails")),
    "another name": Case(Liar(fault="name"), ("answers, linear", "price")),
    "not a number": Case(Liar((float("nan"), 4, 0)), ("found, linear", "inf from the answer")),
    "refusing without a reason": Case(Liar(fault="silent"), ("accepts, linear", "without a reason")),
    "honest and never right": Case(Liar((4, 6, 0), "not converged"), ("solves none",)),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_liars_are_found(case: Case) -> None:
    if not case.words:
        assert mp.testing.check_backend(case.backend).solved == ("linear",)
        return
    with pytest.raises(AssertionError) as found:
        mp.testing.check_backend(case.backend)
    assert all(word in str(found.value) for word in case.words), str(found.value)


def test_an_exception_needs_a_fault() -> None:
    wrong = Liar(fault="options")
    assert mp.testing.check_backend(wrong, except_for={"options": "takes any"}).solved == ("linear",)
    with pytest.raises(AssertionError, match="seed is passed: it needs no exception any more"):
        mp.testing.check_backend(Liar(), except_for={"seed": "draws at random"})
    with pytest.raises(mp.InputError, match="is no check"):
        mp.testing.check_backend(Liar(), except_for={"sead": "draws at random"})


def test_ones_own_problems_can_be_given() -> None:
    own = Known("one good", Purchase(price=[1], limit=[6], wanted=2), {"amount": [2]})
    assert mp.testing.check_backend(Liar((2,)), problems=[own]).solved == ("one good",)


def by_name(name: str) -> Known:
    return next(known for known in known_problems() if known.name == name)


def test_the_linear_answer_is_proved_by_its_multipliers() -> None:
    known, price, limit = by_name("linear"), [1, 2, 3], [6, 6, 6]
    (enough,), upper, lower = known.dual["enough"], known.dual["upper"], known.dual["lower"]
    assert known.decisions is not None
    amount = known.decisions["amount"]
    assert [p - enough + u - low for p, u, low in zip(price, upper, lower, strict=True)] == [0, 0, 0]
    bound = enough * 10 - sum(u * most for u, most in zip(upper, limit, strict=True))
    assert sum(p * x for p, x in zip(price, amount, strict=True)) == bound == 14


def test_the_quadratic_answer_is_proved_by_its_multipliers() -> None:
    known = by_name("quadratic")
    assert known.decisions is not None
    (one, two, three), (first, second) = known.decisions["fitted"], known.dual["rising"]
    slopes = [2 * (one - 1) + first, 2 * (two - 5) - first + second, 2 * (three - 3) - second]
    assert slopes == [0, 0, 0]
    assert first * (two - one) == second * (three - two) == 0


def test_the_answer_with_logarithms_is_proved_by_its_multiplier() -> None:
    known = by_name("logarithms")
    assert known.decisions is not None
    levels, (within,) = known.decisions["level"], known.dual["within"]
    assert [Fraction(w) / (1 + x) for w, x in zip([1, 2], levels, strict=True)] == [within, within]
    assert sum(levels) == 3


def test_the_whole_answer_is_the_best_of_all() -> None:
    worth = {5 * a + 4 * b: (a, b) for a in range(4) for b in range(4) if 2 * a + 3 * b <= 7}
    assert list(worth[max(worth)]) == by_name("whole-numbers").decisions["taken"]  # type: ignore[index]
