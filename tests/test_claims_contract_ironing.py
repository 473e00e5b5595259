"""The walk along a contract's types: what is carried, refused, and shown by no certificate; the solver's menus."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import accumulate
from typing import Any

import numpy as np
import pytest
from contract_oracles import cheapest
from hypothesis import given, settings
from hypothesis import strategies as st

import mechproof as mp
from mechproof.formulations.algebra import Formula, read, roles_of
from mechproof.proofs.claims.certificate_files import CERTIFICATES, certificate_of, check_document, digest
from mechproof.proofs.claims.claim import Claim, ForAnyNumber
from mechproof.proofs.claims.contract.ironing_chain import ASCENDING, RIVAL, SUMS_BELOW, TYPE, chain, ironed_menu
from mechproof.proofs.claims.register import claim_of
from mechproof.proofs.kernel.sentence import Induction, at_least, below, equal
from mechproof.proofs.provers.certificate_search import proofs_of
from mechproof.proofs.provers.countermodel import holds
from mechproof.solvers.backends.contract.ironing import float_budgets
from mechproof.solvers.backends.contract.virtual import ironed, virtual_costs
from mechproof.solvers.readings.rationals import Rationals

MEMBERS = {**TYPE, **ASCENDING, **RIVAL, **SUMS_BELOW}
CLAIM = claim_of("contract/ironing-optimal")


def walk(
    induction: Induction, everybody: Mapping[str, Fraction], people: list[dict[str, Fraction]]
) -> Iterator[dict[str, Fraction]]:
    """The sums with nobody, and after each person, who meets them as they stood before."""
    state = {name: Fraction(0) for name in induction.sums}
    state |= {name: read(formula, Rationals(), everybody) for name, formula in induction.start.items()}
    yield state
    for person in people:
        before = {**everybody, **state, **person}
        assert all(holds(said, {role: before[role] for role in roles_of(said)}) for said in induction.member.values())
        state = {name: state[name] + read(formula, Rationals(), before) for name, formula in induction.sums.items()}
        yield state


def proved(induction: Induction) -> dict[str, bool]:
    """Which of its sentences a certificate shows."""
    return {name: proofs_of(sentence) is not None for name, sentence in induction.sentences().items()}


SWAP = {"x": lambda a, x, y: y - x, "y": lambda a, x, y: x - y}
ONE = {"x": lambda a: a.number(1)}
DOUBLE = {"total": lambda a, total: total}
ONCE = {"total": lambda a: a.number(1)}


@dataclass(frozen=True)
class Recurrence:
    """A chain whose next values depend on those carried, something said of them, and whether it is so."""

    name: str
    sums: Mapping[str, Formula]
    start: Mapping[str, Formula]
    said: Formula
    true: bool

    def __str__(self) -> str:
        return self.name

    @property
    def induction(self) -> Induction:
        """The chain."""
        return Induction(self.sums, (self.said,), start=self.start, carried=tuple(self.sums), degree=2)


RECURRENCES = [
    Recurrence("two that swap add up to one", SWAP, ONE, lambda a, x, y: equal(x + y, 1), True),
    Recurrence("one of two that swap is nothing", SWAP, ONE, lambda a, x, y: equal(x * y, 0), True),
    Recurrence("two that swap stay in order", SWAP, ONE, lambda a, x, y: at_least(x, y), False),
    Recurrence("what doubles does not fall below one", DOUBLE, ONCE, lambda a, total: at_least(total, 1), True),
    Recurrence("what doubles stays below three", DOUBLE, ONCE, lambda a, total: below(total, 3), False),
]


@pytest.mark.parametrize("case", RECURRENCES, ids=str)
def test_of_recurrences_what_is_true_is_proved_and_nothing_else(case: Recurrence) -> None:
    states = list(walk(case.induction, {}, [{}] * 4))
    assert all(holds(case.said, {role: state[role] for role in roles_of(case.said)}) for state in states) == case.true
    assert all(proved(case.induction).values()) == case.true


def last_is_kept(a: Any, x: Any, last: Any) -> Any:
    """What comes is no less than what came before."""
    return at_least(x, last)


REFUSED: list[tuple[str, Callable[[], Induction], str]] = [
    (
        "a sum that is not carried",
        lambda: Induction({"last": lambda a, x, last: x - last}, (lambda a, last: at_least(last, 0),)),
        "sum so far",
    ),
    (
        "what holds of a person, of a sum that is not carried",
        lambda: Induction(
            {"last": lambda a, x: x, "most": lambda a, x: x},
            (lambda a, last, most: at_least(most, last),),
            member={"x ≥ last": last_is_kept},
            carried=("most",),
        ),
        "sum so far",
    ),
    (
        "what holds of a carried sum alone",
        lambda: Induction(
            {"last": lambda a, x, last: x - last},
            (lambda a, last: at_least(last, -1),),
            member={"last > 0": lambda a, last: at_least(last, 0)},
            carried=("last",),
        ),
        "not each person's",
    ),
    (
        "a carried sum among everybody's",
        lambda: Induction(
            {"last": lambda a, x, last: x - last},
            (lambda a, last: at_least(last, -1),),
            given={"last > 0": lambda a, last: at_least(last, 0)},
            carried=("last",),
        ),
        "sum so far",
    ),
    (
        "a person's role that an invariant makes everybody's",
        lambda: Induction(
            {"last": lambda a, x, last: x - last}, (lambda a, x, last: equal(last, x),), carried=("last",)
        ),
        "not each person's",
    ),
    (
        "carried, but no sum",
        lambda: Induction({"total": lambda a, x: x}, (lambda a, total: at_least(total, 0),), carried=("x",)),
        "only sums",
    ),
]


@pytest.mark.parametrize(("make", "message"), [pytest.param(*rest, id=name) for name, *rest in REFUSED])
def test_what_is_ambiguous_is_refused(make: Callable[[], Induction], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize("dropped", [*RIVAL, *SUMS_BELOW, *ASCENDING, list(TYPE)[-1]])
def test_without_a_hypothesis_no_certificate_is_found(dropped: str) -> None:
    step = chain({text: said for text, said in MEMBERS.items() if text != dropped}).sentences()["step"]
    assert proofs_of(replace(step, degree=2)) is None


def test_with_all_hypotheses_one_is_found() -> None:
    """The search that finds none without one of them finds one with all."""
    assert proofs_of(replace(chain(MEMBERS).sentences()["step"], degree=2)) is not None


def document() -> dict[str, Any]:
    """The committed certificate."""
    found: dict[str, Any] = json.loads((CERTIFICATES / f"{CLAIM.id}.json").read_text(encoding="utf-8"))
    return found


def test_the_certificate_shows_this_chain_and_no_other() -> None:
    """Were each type charged for its own owners too, or the sums updated in another way, it would be refused."""
    assert check_document(CLAIM, document()).accepted
    for name, other in {
        "virtual_charge": lambda a, cost_now, cost, owners, count, epsilon: (
            (owners + count) * (cost - cost_now) * epsilon
        ),
        "owners": lambda a, count, owners: count + owners,
    }.items():
        changed = tuple(
            replace(item, induction=replace(item.induction, sums={**item.induction.sums, name: other}))
            if isinstance(item, ForAnyNumber)
            else item
            for item in CLAIM.evidence
        )
        assert (
            "not the one that the declaration makes"
            in check_document(replace(CLAIM, evidence=changed), document()).reason
        )


def test_a_step_proved_of_another_chain_is_refused() -> None:
    """A certificate of the chain with less to be shown is none of the chain, whatever its digest says."""
    weaker = replace(ironed_menu(), invariants=ironed_menu().invariants[:1], goal=None)
    claim = Claim(
        "contract/weaker", "", "", CLAIM.expected, (ForAnyNumber(weaker, "", "the ironed menu is within the pool"),)
    )
    proofs = {name: proofs_of(sentence) for name, sentence in claim.sentences().items()}
    other = certificate_of(claim, {name: found or [] for name, found in proofs.items()})
    forged = copy.deepcopy(document())
    forged["sentences"] |= other["sentences"]
    forged["sha256"] = digest(forged)
    assert not check_document(CLAIM, forged).accepted


types = st.lists(
    st.tuples(st.fractions(Fraction(1, 10), 5, max_denominator=20), st.integers(1, 30)),
    min_size=1,
    max_size=8,
    unique_by=lambda pair: pair[0],
).map(sorted)


def pooled(virtual: list[Fraction], count: list[int]) -> list[Fraction]:
    """The ironed levels by the greatest convex minorant of the sums: each slope is the least to any later point."""
    weights, sums = (
        [0, *accumulate(count)],
        [Fraction(0), *accumulate(v * m for v, m in zip(virtual, count, strict=True))],
    )
    levels: list[Fraction] = []
    while len(levels) < len(count):
        here = len(levels)
        slopes = {
            end: (sums[end] - sums[here]) / (weights[end] - weights[here]) for end in range(here + 1, len(weights))
        }
        end = max(stop for stop, level in slopes.items() if level == min(slopes.values()))
        levels += [slopes[end]] * (end - here)
    return levels


@given(types, st.data())
@settings(max_examples=60, deadline=None)
def test_ironed_menus_spend_what_their_ironed_costs_say(pairs: list[tuple[Fraction, int]], data: Any) -> None:
    """Any ε that falls from level to level, with the cheapest payments, fulfils what is proved of the ironed menu."""
    cost, count = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    owners = list(accumulate(count))
    sums = [m * c for m, c in zip(owners, cost, strict=True)]
    virtual = [(s - b) / m for s, b, m in zip(sums, [Fraction(0), *sums], count, strict=False)]
    level = pooled(virtual, count)
    drawn = iter(
        sorted(data.draw(st.lists(st.fractions(0, 3, max_denominator=9), min_size=8, max_size=8)), reverse=True)
    )
    budget = {value: next(drawn) for value in dict.fromkeys(level)}
    epsilon = [budget[value] for value in level]
    payment = cheapest(np.array(cost, dtype=object), np.array(epsilon, dtype=object))
    everything = [
        {"cost": c, "count": Fraction(m), "ironed": v, "epsilon": e, "payment": p}
        for c, m, v, e, p in zip(cost, count, level, epsilon, payment, strict=True)
    ]
    first = {f"first_{name}": value for name, value in everything[0].items()}
    for state in walk(ironed_menu(), first, everything[1:]):
        assert state["ironed_sum"] <= state["virtual_sum"]
    assert state["ironed_sum"] == state["virtual_sum"] == sums[-1]
    assert state["spent"] == state["ironed_charge"] == sum(m * p for m, p in zip(count, payment, strict=True))


@given(types, st.integers(1, 200))
@settings(max_examples=40, deadline=None)
def test_the_solver_makes_the_menu_that_the_claim_is_about(pairs: list[tuple[Fraction, int]], pool: int) -> None:
    """Its levels are those of the convex minorant, its ε fulfil −g′(ε) = λψ* for one λ, and it spends the pool."""
    contract = mp.PrivacyContract([pair[0] for pair in pairs], [pair[1] for pair in pairs], pool)
    count = [pair[1] for pair in pairs]
    virtual = virtual_costs(contract.ladder)
    level, start = ironed(virtual, np.array(count, dtype=float))
    level = np.repeat(level, np.diff(start))
    assert level == pytest.approx([float(v) for v in pooled([Fraction(v) for v in virtual], count)], rel=1e-9)
    epsilon = float_budgets(contract)
    multiplier = np.log(np.cosh(epsilon / 2)) - 3 * np.log(np.sinh(epsilon / 2)) - np.log(level)
    assert multiplier == pytest.approx(np.full(len(count), multiplier[0]), abs=1e-7)
    assert float(np.dot(count, level * epsilon)) == pytest.approx(pool, rel=1e-9)


def test_a_menu_that_breaks_incentives_may_have_less_variance() -> None:
    """The claim's false variant: owners whose costs are known are paid less than their virtual costs."""
    assert CLAIM.variant is not None
    values = {name: Fraction(value) for name, value in PAID_AS_KNOWN.items()}
    assert all(holds(said, {role: values[role] for role in roles_of(said)}) for said in CLAIM.variant.given.values())
    assert not holds(CLAIM.variant.goal, values)


PAID_AS_KNOWN = {
    "cost_now": 1, "cost": 2, "owners": 1, "count": 1, "epsilon_now": 2, "epsilon": 1, "payment_now": 2, "payment": 2,
}  # fmt: skip
