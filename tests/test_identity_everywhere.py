"""Who counts as one, asked of every mechanism: procurements, convex costs, three parties, contracts, menus, markets."""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import combinations, product
from math import exp, expm1, log, sqrt
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

import mechproof as mp
from mechproof.dpfl.market.identity import identity as of_market
from mechproof.dpfl.market.steps import STEPS
from mechproof.proofs.properties.procurement.identity import identity
from mechproof.proofs.properties.profile import profile_of
from mechproof.proofs.properties.verify import judged, solved


def only(subject: Any, name: str) -> Any:
    solution = subject if isinstance(subject, mp.Solution) else solved(subject)
    return judged(solution, [name])[0]


# --- procurements, against VCG by a greedy of one line


def best(cost: list[float], cap: list[float], alpha: float, beta: float, count: int) -> tuple[float, list[float]]:
    """The largest welfare for β ln(1 + αE/count), and what it buys."""
    kappa, sold, total = alpha / count, [0.0] * len(cost), 0.0
    for i in sorted(range(len(cost)), key=cost.__getitem__):
        sold[i] = min(cap[i], max(0.0, beta / cost[i] - 1 / kappa - total))
        total += sold[i]
    return beta * log(1 + kappa * total) - sum(c * x for c, x in zip(cost, sold, strict=True)), sold


def vcg(cost: list[float], cap: list[float], alpha: float, beta: float, count: int) -> tuple[list[float], list[float]]:
    """What everybody sells and is paid."""
    most, sold = best(cost, cap, alpha, beta, count)
    paid = []
    for i, own in enumerate(sold):
        without = best(cost, [0.0 if j == i else e for j, e in enumerate(cap)], alpha, beta, count)[0]
        paid.append(cost[i] * own + most - without)
    return sold, paid


def kept(reports: list[float], cap: list[float], game: tuple[float, float, int], mine: list[int], cost: float) -> float:
    """What the owner of some accounts keeps at everybody's reports."""
    sold, paid = vcg(reports, cap, *game)
    return sum(paid[i] - cost * sold[i] for i in mine)


people = st.lists(st.tuples(st.integers(1, 12), st.integers(1, 4)), min_size=2, max_size=4)


@settings(deadline=None, max_examples=12)
@given(people, st.integers(1, 20), st.integers(1, 30))
def test_a_second_account_of_a_seller_is_worth_what_an_independent_greedy_says(
    rows: list[tuple[int, int]], alpha: int, beta: int
) -> None:
    cost, cap = ([float(value) for value in column] for column in zip(*rows, strict=True))
    count = len(cost)
    item = identity(mp.PrivacyProcurement(cost=cost, epsilon_cap=cap, alpha=alpha, beta=beta))[0]
    found = []
    for i in range(count):
        now = kept(cost, cap, (alpha, beta, count), [i], cost[i])
        for first, second in ((cap[i], cap[i]), (cap[i] / 2, cap[i] / 2), (cap[i], 0.0)):
            caps = [first if j == i else e for j, e in enumerate(cap)] + [second]
            found.append(kept([*cost, cost[i]], caps, (alpha, beta, count + 1), [i, count], cost[i]) - now)
    if max(found) > 1e-9:
        assert item.verdict == "violated"
        assert float(item.witness["gain"]) == pytest.approx(max(found), rel=1e-9, abs=1e-12)
    elif item.verdict == "violated":
        assert "report" in item.witness
    elif item.verdict == "holds":  # then no reports of two accounts gain anything
        for i in range(count):
            now = kept(cost, cap, (alpha, beta, count), [i], cost[i])
            for first, second in product((0.5, 1, 1.5, 3), repeat=2):
                reports = [cost[i] * first if j == i else c for j, c in enumerate(cost)] + [cost[i] * second]
                caps = [*cap, cap[i]]
                assert kept(reports, caps, (alpha, beta, count + 1), [i, count], cost[i]) <= now + 1e-9


@settings(deadline=None, max_examples=12)
@given(people, st.integers(1, 20), st.integers(1, 30))
def test_a_cartel_gains_what_an_independent_greedy_says(rows: list[tuple[int, int]], alpha: int, beta: int) -> None:
    cost, cap = ([float(value) for value in column] for column in zip(*rows, strict=True))
    count, game = len(cost), (alpha, beta, len(cost))
    item = identity(mp.PrivacyProcurement(cost=cost, epsilon_cap=cap, alpha=alpha, beta=beta))[1]
    sold, paid = vcg(cost, cap, *game)
    now = [paid[i] - cost[i] * sold[i] for i in range(count)]
    gains = []
    for size in range(2, count + 1):
        for group in combinations(range(count), size):
            for report in cost:
                first = min(group)
                caps = [
                    sum(cap[i] for i in group) if i == first else 0.0 if i in group else cap[i] for i in range(count)
                ]
                reports = [report if i == first else cost[i] for i in range(count)]
                left, spent = 0.0, 0.0
                sells, pays = vcg(reports, caps, *game)
                left = sells[first]
                for i in sorted(group, key=cost.__getitem__):
                    spent, left = spent + cost[i] * min(cap[i], left), left - min(cap[i], left)
                gains.append(pays[first] - spent - sum(now[i] for i in group))
    if max(gains) > 1e-9:
        assert item.verdict == "violated"
        assert 0 < float(item.witness["gain"]) <= beta * log(1 + alpha * sum(cap) / count) - sum(now)
    elif item.verdict == "holds":
        assert max(gains) <= 1e-9
    everybody = beta * log(1 + alpha * sum(sold) / count) - sum(paid)  # what the server keeps is the most there is
    assert max(gains) <= everybody + 1e-9


def test_a_second_account_that_asks_for_more_may_gain_where_a_truthful_one_does_not() -> None:
    cost, cap, game = [10.0, 10.0, 9.0], [2.0, 2.0, 3.0], (4, 50, 4)
    item = identity(mp.PrivacyProcurement(cost=cost, epsilon_cap=cap, alpha=4, beta=50))[0]
    assert item.verdict == "violated"
    assert item.witness["client"] == "2"
    report = float(item.witness["report"])
    assert report > 9
    now = kept(cost, cap, (4, 50, 3), [2], 9)
    assert kept([*cost, 9], [*cap, 3], game, [2, 3], 9) < now
    assert float(item.witness["gain"]) == pytest.approx(kept([*cost, report], [*cap, 3], game, [2, 3], 9) - now)


def test_bundles_that_only_add_up_owe_nothing_more() -> None:
    # outside the cone: four of the first do what the third does at its price, and are due as much
    menu = mp.VersionPricing(epsilon=[1, 2, 4], target=[1, 1, 1])
    price = [Fraction(1), Fraction(5, 2), Fraction(4)]
    assert not bundles_due([1, 2, 4], price, "composition")
    assert only(mp.candidate(menu, price=price), "intermediary").verdict == "holds"


def test_vcg_of_two_loses_its_threshold_to_a_cartel_and_to_an_idle_account() -> None:
    model = mp.PrivacyProcurement(cost=[1, 2], epsilon_cap=[1, 1], alpha=2, beta=4, client=["Ann", "Bob"])
    second, merged, idle = identity(model)
    assert second.verdict == "holds"
    # together they keep all that the server kept, 4 ln 2 − 2
    assert merged.verdict == "violated"
    assert float(merged.witness["gain"]) == pytest.approx(4 * log(2) - 2, abs=1e-15)
    # without Bob, who sells nothing, Ann sells as much for 4 ln 3 in place of 2
    assert idle.verdict == "violated"
    assert float(idle.witness["paid_without"]) == pytest.approx(4 * log(3), abs=1e-14)
    assert float(idle.witness["paid_with"]) == pytest.approx(2)


def test_myersons_types_are_judged_over_fractions() -> None:
    prior = mp.TypesPrior(cost=[1, 2, 3], probability=["0.49", "0.02", "0.49"])
    model = mp.PrivacyProcurement(cost=[1, 2, 3], epsilon_cap=[3] * 3, alpha=10, beta=10, rule="myerson", prior=prior)
    second, merged, idle = identity(model)
    assert (second.verdict, merged.verdict, idle.verdict) == ("holds", "holds", "violated")
    # ψ is 251/51 for types 2 and 3: with three clients 10/ψ − 3/10 is bought of one of them, with two 10/ψ − 2/10
    rents = [10 / Fraction(251, 51) - Fraction(count, 10) for count in (3, 2)]
    assert idle.witness["paid_with"] - idle.witness["sold_with"] == 2 * rents[0]
    assert idle.witness["paid_without"] - idle.witness["sold_without"] == 2 * rents[1]


def test_they_are_informational_and_can_be_required() -> None:
    model = mp.PrivacyProcurement(cost=[1, 2], epsilon_cap=[1, 1], alpha=2, beta=4)
    assert mp.verify(model).ok
    assert mp.verify(model, require=["merged-bidders"]).failed == ("merged-bidders",)


# --- convex costs


def power(count: int, pool: Fraction, exponent: int) -> Fraction:
    """What each of several with costs z^g sells in equilibrium, to that power."""
    return Fraction(count - 1, count * count * exponent) * pool


E = 8 * exp(1)
CURVED = [
    # two of cost z²: z² = B/8, so at 8 both sell 1; of h each the two accounts have 8 · 2h/(2h + 1) − 2h²
    ("square", mp.PowerCost(2), 8, 1, lambda h: 16 * h / (2 * h + 1) - 2 * h * h - 3),
    ("three halves", mp.PowerCost("1.5"), 6, 1, lambda h: 12 * h / (2 * h + 1) - 2 * h**1.5 - 2),
    (
        "exponential",
        mp.ExponentialCost(1),
        4 * exp(1),
        1,
        lambda h: 8 * exp(1) * h / (2 * h + 1) - 2 * expm1(h) - exp(1) - 1,
    ),
]


@pytest.mark.parametrize(("name", "curve", "pool", "sold", "gain"), CURVED, ids=[case[0] for case in CURVED])
def test_splitting_convex_costs_gains(name: str, curve: Any, pool: Any, sold: Any, gain: Any) -> None:
    game = mp.StackelbergPricing(cost=[1, 1], alpha=10, beta=40, cost_function=curve)
    solution = mp.candidate(game, reward_pool=pool, epsilon=[sold, sold])
    item = only(solution, "second-account")
    assert item.verdict == "violated"
    half = float(item.witness["accounts"][0])
    assert float(item.witness["gain"]) == pytest.approx(gain(half), abs=1e-12)
    most = -minimize_scalar(lambda h: -gain(h), bounds=(0.1, 2), method="bounded").fun
    assert 0.98 * most <= float(item.witness["gain"]) <= most + 1e-12
    if name == "square":
        assert item.witness["accounts"] == [Fraction(11, 16)] * 2
        assert item.witness["gain"] == gain(Fraction(11, 16)) == Fraction(1669, 2432)


def test_linear_costs_are_still_neutral() -> None:
    assert only(mp.StackelbergPricing(cost=[1, 1, 2], alpha=10, beta=10), "second-account").verdict == "holds"


def test_a_cartel_and_an_idle_account_of_squares() -> None:
    # of n equal ones z² = B(n − 1)/(2n²): three have B/3 − B/9 each, as two of two B/2 − B/8
    game = mp.StackelbergPricing(cost=[1] * 3, alpha=10, beta=10, cost_function=mp.PowerCost(2))
    pool, three, two = 9.0, 9 / 3 - 9 / 9, 9 / 2 - 9 / 8
    item = only(mp.candidate(game, reward_pool=pool, epsilon=[1.0] * 3), "merged-bidders")
    assert 2 * three > two  # so no pair gains, and all three do, who have the pool for what one sells
    assert item.verdict == "violated"
    assert (item.witness["clients"], item.witness["gain"]) == (["0", "1", "2"], pytest.approx(9 - 1 - 3 * three))
    idle = only(game, "idle-account")
    assert idle.verdict == "violated"

    def server(pool: float, count: int) -> float:
        return 10 * log(1 + 10 * 3 * sqrt(pool / 9) / count) - pool

    pools = [minimize_scalar(lambda b, n=n: -server(b, n), bounds=(0.1, 10), method="bounded").x for n in (3, 4)]
    assert idle.witness["reward_pool_without"] == pytest.approx(pools[0], rel=1e-4)
    assert idle.witness["reward_pool_with"] == pytest.approx(pools[1], rel=1e-4)


# --- menus: mixed bundles, against all bundles


def bundles_due(epsilon: list[int], price: list[Fraction], attack: str) -> bool:
    """Whether some copies of smaller versions replace one at no higher price and are due more, by trying them all."""
    weight = [e if attack == "composition" else e * e for e in epsilon]
    for goal, most in enumerate(weight):
        lighter = [i for i in range(len(weight)) if weight[i] < most]
        for copies in product(*(range(most // weight[i] + 2) for i in lighter)):
            pairs = list(zip(copies, lighter, strict=True))
            cost, due = sum(n * price[i] for n, i in pairs), sum(n * epsilon[i] for n, i in pairs)
            if sum(n * weight[i] for n, i in pairs) >= most and cost <= price[goal] and due > epsilon[goal]:
                return True
    return False


@settings(deadline=None, max_examples=25)
@given(
    st.lists(st.integers(1, 6), min_size=2, max_size=3, unique=True),
    st.lists(st.integers(0, 12), min_size=3, max_size=3),
    st.sampled_from(["composition", "averaging"]),
)
def test_intermediaries_lose_exactly_where_some_bundle_says_so(
    epsilon: list[int], numbers: list[int], attack: str
) -> None:
    epsilon, price = sorted(epsilon), [Fraction(value) for value in numbers[: len(epsilon)]]
    menu = mp.VersionPricing(epsilon=epsilon, target=[1] * len(epsilon), attack=attack)
    item = only(mp.candidate(menu, price=price), "intermediary")
    assert item.verdict == ("violated" if bundles_due(epsilon, price, attack) else "holds")
    if item.verdict == "violated":
        witness = item.witness
        copies = {int(name): count for name, count in witness["shopping_list"].items()}
        assert sum(count * price[i] for i, count in copies.items()) == witness["cost"] <= witness["price"]
        assert sum(count * epsilon[i] for i, count in copies.items()) == witness["due_when_split"] > witness["due"]


# --- three parties, contracts


def test_three_equal_sellers_gain_all_together_and_idle_ones_move_nothing() -> None:
    market = mp.ThreePartyMarket(cost=[1, 1, 1], alpha=4, privacy_weight=1, epsilon_max=5, epsilon=[1, 1, 1])
    merged = only(market, "merged-bidders")
    assert merged.verdict == "violated"
    # alone y = √(T/α · T/c) = 1 and the profit is (T − y)(2y − 1)/y = 1; of three y = √((2y + ½)(2y + 2)) − 2y
    each = (5 + sqrt(45)) / 10  # 5y² − 5y − 1 = 0
    apart = 3 * (2 - each) * (2 * each - 1) / (3 * each)
    assert merged.witness["gain"] == pytest.approx(1 - apart, abs=1e-6)
    assert only(market, "idle-account").verdict == "holds"
    assert (
        only(mp.PrivacyContract(cost=[1, 2], count=[1, 1], reward_pool=5), "idle-account").verdict == "not applicable"
    )


# --- the market of versions


def market(**changes: Any) -> mp.Market:
    given: dict[str, Any] = {
        "prices": mp.VersionRevenue(epsilon=[1, 3], wanted=[0, 1, 1] * 4, value=[10, 30, 50] * 4),
        "owners": mp.Owners(cost=["0.5", "0.75", 4], epsilon_cap=[8, 80, 8], owner=["Ann", "Bob", "Cat"]),
        "pool": mp.RewardPool(share="0.125"),
    }
    return mp.Market(**{**given, **changes})


def verdicts(chosen: mp.Market) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in ("survey", "prices", "task", "owners"):
        found[name] = json.loads(json.dumps(STEPS[name](chosen, found)))
    return {check.name: check for check in of_market(chosen, found)} | {"found": found}


def test_a_market_is_asked_who_counts_as_one() -> None:
    told = verdicts(market())
    found = told.pop("found")
    names = ["second-account", "merged-bidders", "idle-account", "split-purchase", "intermediary"]
    assert list(told) == names
    assert [told[name].verdict for name in names] == ["violated", "violated", "holds", "holds", "holds"]
    rows = found["owners"]["owners"]
    pool, others = found["task"]["shared_cents"], Fraction(rows[1]["epsilon"])  # Ann's cap of 8 binds
    assert (Fraction(rows[0]["epsilon"]), Fraction(rows[2]["epsilon"])) == (8, 0)
    best = max(pool * x / (x + float(others)) - 50 * x for x in np.linspace(8, 16, 8001))
    here = rows[0]["payment_cents"] - 50 * 8
    gain = float(told["second-account"].text.split(" gains ")[1].split(" ")[0])
    assert gain == pytest.approx((best - here) / 100, abs=2e-4)
    assert "Ann, Bob gain" in told["merged-bidders"].text


def test_equal_owners_without_caps_gain_nothing_by_second_accounts() -> None:
    told = verdicts(market(owners=mp.Owners(cost=["0.5"] * 3)))
    assert told["second-account"].verdict == "holds"
    pool = told["found"]["task"]["shared_cents"]
    # two of three equal ones gain a 36th of the pool at least; of what is paid, cents are rounded up
    gain = float(told["merged-bidders"].text.split(" gain ")[1].split(" ")[0])
    assert told["merged-bidders"].verdict == "violated"
    assert gain == pytest.approx(pool / 36 / 100, abs=0.011)


def test_rules_that_pay_for_each_account_pay_twice() -> None:
    told = verdicts(market(payment=mp.CostPlusPayment(epsilon=1, margin="0.1")))
    assert told["second-account"].verdict == "violated"
    assert "Cat gains 0.40" in told["second-account"].text  # a tenth of its cost of 4, once more
    assert verdicts(market(payment=mp.StaticPayment(epsilon=1)))["second-account"].verdict == "violated"


def test_what_a_profile_has_of_costs_apart_asks_no_solver() -> None:
    game = mp.StackelbergPricing(cost=[1, 1], alpha=10, beta=10, cost_function=mp.PowerCost(2))
    profile = profile_of(mp.candidate(game, reward_pool=8, epsilon=[1, 1]))
    assert profile.exact
    assert power(2, Fraction(8), 2) == 1  # so 1 each is the equilibrium
