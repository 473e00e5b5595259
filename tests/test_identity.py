"""Who counts as one: second accounts, cartels, idle accounts, split purchases and those who sell on."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations
from math import isqrt, sqrt
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

import mechproof as mp
from mechproof.proofs.properties.verify import judged, solved

CENT = Fraction(1, 100)


def only(subject: Any, name: str) -> Any:
    """One property, and nothing else that would be judged."""
    solution = subject if isinstance(subject, mp.Solution) else solved(subject)
    return judged(solution, [name])[0]


THREE = mp.StackelbergPricing(cost=[1, 1, 1], alpha=10, beta=10)


def equilibrium(cost: list[Fraction], pool: Fraction) -> list[Fraction]:
    """The contest's equilibrium by its closed form, as it stands in the literature."""
    ordered = sorted(cost)
    rate = max(Fraction(k - 1) / sum(ordered[:k]) for k in range(2, len(cost) + 1))
    return [pool * rate * max(Fraction(0), 1 - rho * rate) for rho in cost]


def utilities(cost: list[Fraction], pool: Fraction) -> list[Fraction]:
    sold = equilibrium(cost, pool)
    return [pool * own / sum(sold) - rho * own for own, rho in zip(sold, cost, strict=True)]


@dataclass(frozen=True)
class Case:
    """A model, the property it is asked for, the verdict it must get and parts of the witness."""

    name: str
    model: Any
    property: str
    verdict: str
    witness: dict[str, Any] = field(default_factory=dict)
    said: str = ""


CASES = [
    Case(
        "two of three equal bidders as one",
        mp.candidate(THREE, reward_pool=1, epsilon=["2/9"] * 3),
        "merged-bidders",
        "violated",
        {"gain": Fraction(1, 36), "apart": Fraction(2, 9), "together": Fraction(1, 4), "clients": ["0", "1"]},
        "1/36",
    ),
    Case(
        "they gain at the pool set anew",
        THREE,
        "merged-bidders",
        "violated",
        {"apart": Fraction(191, 90), "together_anew": Fraction(47, 20), "gain_anew": Fraction(41, 180)},
        "set anew they gain",
    ),
    Case(
        "or lose there",
        mp.StackelbergPricing(cost=[1, 1, 1], alpha=10, beta=1),
        "merged-bidders",
        "violated",
        {"apart": Fraction(11, 90), "together_anew": Fraction(1, 10), "gain_anew": -Fraction(1, 45)},
        "set anew they lose",
    ),
    Case(
        "a cartel of all the sellers that lets a dear client in",
        mp.StackelbergPricing(cost=[".2", ".3", ".5", 2, 3], alpha=10, beta=10),
        "merged-bidders",
        "holds",
    ),
    Case(
        "four equal bidders gain by three, not by two",
        mp.candidate(mp.StackelbergPricing(cost=[1] * 4, alpha=10, beta=10), reward_pool=1, epsilon=["3/16"] * 4),
        "merged-bidders",
        "violated",
        {"clients": ["0", "1", "2"], "gain": Fraction(1, 16)},
    ),
    Case("a second account without caps", THREE, "second-account", "holds", {"gain": 0}, "identity"),
    Case(
        "a second account where a cap binds",
        mp.StackelbergPricing(cost=[1, 1, 3], alpha=30, beta=6, epsilon_cap=[".1", ".1", 100]),
        "second-account",
        "violated",
        # 12/5 · (1/5)/(1/2) − 1/5 in place of 12/5 · (1/10)/(2/5) − 1/10
        {"gain": Fraction(13, 50), "accounts": [Fraction(1, 10), Fraction(1, 10)]},
    ),
    Case(
        "one idle account",
        mp.StackelbergPricing(cost=[1, 1, 1000], alpha=10, beta=10),
        "idle-account",
        "violated",
        {"reward_pool_without": Fraction(48, 5), "reward_pool_with": Fraction(47, 5), "others_lose": Fraction(1, 10)},
        "from 48/5 (≈ 9.60000) to 47/5 (≈ 9.40000)",
    ),
    Case(
        "the same, added",
        mp.StackelbergPricing(cost=[1, 1], alpha=10, beta=10, client=["Ann", "Bob"]),
        "idle-account",
        "violated",
        {"reward_pool_without": Fraction(48, 5), "reward_pool_with": Fraction(47, 5)},
    ),
    Case(
        "a mean over participants",
        mp.StackelbergPricing(cost=[1, 1, 1000], alpha=10, beta=10, mean_over="participants"),
        "idle-account",
        "holds",
        {"reward_pool_without": Fraction(48, 5), "reward_pool_with": Fraction(48, 5)},
    ),
    Case(
        "two owners of one type take one item",
        mp.PrivacyContract(cost=[".5", 1, 2], count=[10, 10, 10], reward_pool=30),
        "merged-bidders",
        "holds",
    ),
    Case(
        "known costs leave no rent",
        mp.FullInformationContract(cost=[".5", 1, 2], count=[10, 10, 10], reward_pool=30),
        "second-account",
        "holds",
    ),
    Case(
        "copies of a small version",
        mp.candidate(mp.VersionPricing(epsilon=[".3", ".9"], target=[1, 4]), price=[1, "3.5"]),
        "split-purchase",
        "violated",
        {"saving": Fraction(1, 2), "shopping_list": {"0": 3}},
    ),
    Case("a safe menu", mp.VersionPricing(epsilon=[1, 2], target=[1, 2]), "split-purchase", "holds"),
    Case("what adds up is paid for", mp.VersionPricing(epsilon=[1, 2], target=[1, 2]), "intermediary", "holds"),
    Case(
        "a price linear in ε²",
        mp.candidate(mp.VersionPricing(epsilon=[1, 2], target=["3/4", 3], attack="averaging"), price=["3/4", 3]),
        "intermediary",
        "violated",
        {"cost": 3, "due": 2, "due_when_split": 4, "shopping_list": {"0": 4}},
        "4 in place of 2",
    ),
    Case(
        "prices per ε² that fall",
        mp.candidate(mp.VersionPricing(epsilon=[1, 2], target=[1, 3], attack="averaging"), price=[1, 3]),
        "intermediary",
        "holds",
    ),
    Case(
        "two versions that add up to a third",  # 9 + 16 = 25, of which neither alone divides it
        mp.candidate(mp.VersionPricing(epsilon=[3, 4, 5], target=[9, 16, 25], attack="averaging"), price=[9, 16, 25]),
        "intermediary",
        "violated",
        {"cost": 25, "due": 5, "due_when_split": 7, "shopping_list": {"0": 1, "1": 1}},
        "1 copy of version 0 and 1 copy of version 1",
    ),
    Case(
        "two versions that do more than a third, outside the cone",  # 2 + 3 = 5 > 4 for 4; no two alike fit
        mp.candidate(mp.VersionPricing(epsilon=[2, 3, 4], target=[1, 3, 4]), price=["3/2", "5/2", 4]),
        "intermediary",
        "violated",
        {"cost": 4, "due": 4, "due_when_split": 5},
    ),
    Case(
        "versions that add up to one exactly take nothing more of it",
        mp.candidate(mp.VersionPricing(epsilon=[1, 3], target=[2, 5]), price=[2, 5]),
        "intermediary",
        "holds",
    ),
    Case(
        "nothing can be combined",
        mp.VersionPricing(epsilon=[1, 2], target=[1, 2], attack="none"),
        "intermediary",
        "not applicable",
    ),
    Case(
        "a seller with two accounts",
        mp.ThreePartyMarket(cost=[1, 1], alpha=4, privacy_weight=1, epsilon_max=5, epsilon=[1, 1]),
        "second-account",
        "violated",
    ),
    Case(
        "the only seller",
        mp.ThreePartyMarket(cost=[1], alpha=4, privacy_weight=1, epsilon_max=5, epsilon=[1]),
        "second-account",
        "holds",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_counts_as_one(case: Case) -> None:
    item = only(case.model, case.property)
    assert item.verdict == case.verdict, item.text
    assert case.said in item.text
    witness = item.witness or {}
    assert {name: witness[name] for name in case.witness} == case.witness


def test_the_contract_pays_its_rent_twice() -> None:
    item = mp.verify(mp.PrivacyContract(cost=[".5", 1, 2], count=[10, 10, 10], reward_pool=30))["second-account"]
    witness = item.witness or {}
    assert item.verdict == "violated"
    assert float(witness["one_account"]) == pytest.approx(0.71757, abs=5e-6)
    assert float(witness["two_accounts"]) == pytest.approx(1.43514, abs=5e-6)
    assert witness["two_accounts"] == 2 * witness["one_account"]
    assert "1.43514" in item.text


@pytest.mark.parametrize("count", [1, 2, 4])
def test_owners_are_due_more_of_a_purchase_that_is_split(count: int) -> None:
    # A = 3 for X = 2, C = 1 for a unit of ε: one purchase split in n has releases of ε = X/√n each
    part = 2 / sqrt(count)
    cost, due = count * 3 / 4 * part**2, count * part
    assert (cost, due) == pytest.approx((3, {1: 2, 2: 2 * sqrt(2), 4: 4}[count]))
    if isqrt(count) ** 2 == count > 1:
        menu = mp.VersionPricing(epsilon=[Fraction(2, isqrt(count)), 2], target=[1, 3], attack="averaging")
        witness = mp.verify(mp.candidate(menu, price=[Fraction(3, count), 3]))["intermediary"].witness or {}
        assert (witness["cost"], witness["due_when_split"]) == (cost, due)


def test_they_are_informational_unless_required() -> None:
    assert mp.verify(THREE).ok
    required = mp.verify(THREE, require=["merged-bidders"])
    assert required.failed == ("merged-bidders",)
    assert not required["merged-bidders"].informational
    assert mp.verify(THREE, expect_violated=["merged-bidders", "idle-account"]).ok


def test_a_loss_within_a_cent_is_forgiven() -> None:
    game = mp.candidate(THREE, reward_pool=1, epsilon=["2/9"] * 3)
    assert mp.verify(game, within=CENT)["merged-bidders"].verdict == "violated"


@settings(deadline=None, max_examples=15)
@given(st.lists(st.integers(1, 12), min_size=2, max_size=5), st.integers(2, 5))
def test_the_smallest_cartel_that_gains_is_that_of_an_exact_search(cost: list[int], pool: int) -> None:
    costs = [Fraction(value, 4) for value in cost]
    sold = equilibrium(costs, Fraction(pool))
    before = utilities(costs, Fraction(pool))
    sellers = [index for index, own in enumerate(sold) if own > 0]
    gains: dict[tuple[int, ...], Fraction] = {}
    for size in range(2, len(sellers) + 1):
        for members in combinations(sellers, size):
            first = min(members, key=lambda index: (costs[index], index))
            kept = [index for index in range(len(costs)) if index == first or index not in members]
            left = [costs[index] for index in kept]
            alone = pool - costs[first] * sold[first]  # nobody is left to compete with
            own = alone if len(kept) == 1 else utilities(left, Fraction(pool))[kept.index(first)]
            gains[members] = own - sum(before[index] for index in members)
        if max(gains.values()) > 0:
            break
    game = mp.StackelbergPricing(cost=costs, alpha=100, beta=pool + 1)
    item = only(mp.candidate(game, reward_pool=pool, epsilon=sold), "merged-bidders")
    most = max(gains.values())
    assert item.verdict == ("violated" if most > 0 else "holds")
    if most > 0:
        assert (item.witness or {})["gain"] == most


@settings(deadline=None, max_examples=15)
@given(
    st.lists(st.tuples(st.floats(0.2, 3), st.floats(0.02, 1)), min_size=2, max_size=4),
    st.floats(0.5, 3),
)
def test_a_second_account_pays_exactly_where_a_search_finds_that(
    people: list[tuple[float, float]], pool: float
) -> None:
    cost, cap = (np.array(column) for column in zip(*people, strict=True))
    answer = mp.solve(mp.StackelbergPricing(cost=cost, alpha=100, beta=pool, epsilon_cap=cap))
    sold, paid = answer.values["epsilon"], answer.values["reward_pool"]
    gains = []
    for own, rho, most, rest in zip(sold, cost, cap, sold.sum() - sold, strict=True):
        if not rest > 0:
            return

        def lost(both: Any, rho: float = rho, rest: float = rest) -> float:
            total = both.sum()
            return -float(paid * total / (total + rest) - rho * total)

        found = minimize(lost, [own, own / 2], bounds=[(0, most)] * 2)
        gains.append(-found.fun - (paid * own / (own + rest) - rho * own))
    verdict = only(answer, "second-account").verdict
    if max(gains) > 1e-4 * pool:
        assert verdict == "violated"
    elif max(gains) < 1e-9 * pool:
        assert verdict != "violated"


@pytest.mark.parametrize(
    "claim",
    [
        "stackelberg/second-account-neutral",
        "stackelberg/idle-account-lowers-pool",
        "stackelberg/idle-account-changes-nothing",
        "stackelberg/merged-bidders",
        "stackelberg/merged-bidders-pool-anew",
        "contract/second-account-doubles-rent",
        "pricing/split-purchase-due",
        "pricing/intermediary-loses-nothing",
    ],
)
def test_the_claims_are_settled_as_registered(claim: str) -> None:
    assert mp.prove(claim=claim).ok
