"""The market end to end: money to the cent, accounts that balance, pools, rules and privacy, each by another way."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from schemas import follows

import mechproof as mp
from mechproof.dpfl.market.accounts import published_prices, sales
from mechproof.dpfl.market.checks import checks
from mechproof.dpfl.market.owners_game import DIGITS, Contest
from mechproof.dpfl.market.run import MarketResult
from mechproof.formulations.data import as_fractions
from mechproof.formulations.versions.menu import MenuCone
from mechproof.solvers.commands.schema import check_document
from mechproof.solvers.serialization import to_json

pytest.importorskip("torch")

SEED = 7
"""Of noise, so that what is judged of drawn versions is the same each time."""
QUICK = replace(mp.Market.__dataclass_fields__["training"].default, rounds=2)


def market(**changes: Any) -> mp.Market:
    given: dict[str, Any] = {
        "prices": mp.VersionRevenue(epsilon=[1, 3], wanted=[0, 1, 1], value=[10, 30, 50]),
        "owners": mp.Owners(cost=["0.5", "0.75", 4], epsilon_cap=[8, 80, 8], owner=["Ann", "Bob", "Cat"]),
        "pool": mp.RewardPool(share="0.5"),
        "training": QUICK,
    }
    return mp.Market(**{**given, **changes})


@pytest.fixture(scope="module")
def result() -> MarketResult:
    return mp.run_market(market(), noise_seed=SEED)


# --- the cents rule against an oracle that shares nothing: bisection of the equilibrium in integers


def oracle_payments(cost: Sequence[Fraction], cap: Sequence[Fraction], pool: int) -> list[int]:
    """Pay by bisecting the total over plain fractions to 400 bits, one owner at a time, rounding what is left away."""

    def part(total: Fraction, index: int) -> Fraction:
        return min(cap[index] / total, max(Fraction(0), 1 - cost[index] * total / pool))

    low, high = Fraction(0), pool / min(cost)
    for _ in range(400):
        middle = (low + high) / 2
        if sum(part(middle, index) for index in range(len(cost))) > 1:
            low = middle
        else:
            high = middle
    # an error of 2^-400 is no payment's; a whole payment is met from below, so that the ceiling is of the nearest
    dues = [pool * part(high, index) for index in range(len(cost))]
    near = [round(due) if abs(due - round(due)) < Fraction(1, 10**60) else due for due in dues]
    return [math.ceil(due) for due in near]


prices_of_privacy = st.fractions(Fraction(1, 10), 200, max_denominator=100)
caps = st.fractions(Fraction(1, 10), 50, max_denominator=20)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(prices_of_privacy, caps), min_size=2, max_size=6), st.integers(1, 10**6))
@example([(Fraction(1), Fraction(1, 10)), (Fraction(1), Fraction(1, 10)), (Fraction(3), Fraction(100))], 2)
@example([(Fraction(1), Fraction(9)), (Fraction(1), Fraction(9))], 10)
def test_no_payment_is_off_by_a_cent(owners: list[tuple[Fraction, Fraction]], pool: int) -> None:
    cost = np.array([own[0] for own in owners], dtype=object)
    cap = np.array([own[1] for own in owners], dtype=object)
    deal = Contest(cost, cap, Fraction(pool)).settle()
    payments = [math.ceil(high) for _, high in deal.due]
    assert payments == [math.ceil(low) for low, _ in deal.due]
    assert payments == oracle_payments(cost.tolist(), cap.tolist(), pool)
    assert sum(payments) < pool + len(owners)
    for (unit, most), epsilon, payment in zip(owners, deal.epsilon, payments, strict=True):
        assert payment - unit * epsilon >= 0
        assert 0 <= epsilon <= most
    # the budgets are the equilibrium's to their twelve digits: nobody gains by a budget of its own (in doubles)
    total = float(sum(deal.epsilon))
    for (unit, most), epsilon in zip(owners, deal.epsilon, strict=True):
        others = total - float(epsilon)
        best = min(float(most), max(0.0, math.sqrt(pool * others / float(unit)) - others))
        assert best == pytest.approx(float(epsilon), rel=1e-6, abs=1e-7 * total)


def two_owners(cap: Fraction, pool: int) -> mp.Deal:
    """One capped, one free, both at a cost of one cent: Z = √(pool · cap), and the free one is due pool − Z."""
    return Contest(as_fractions([1, 1]), as_fractions([cap, 9999]), Fraction(pool)).settle()


def test_a_rational_equilibrium_is_found_exactly() -> None:
    assert Contest(as_fractions([1] * 3), None, Fraction(9)).settle() == mp.Deal((Fraction(2),) * 3, ((3, 3),) * 3)
    # Z = √(4 · 25/36) = 5/3, which no halving of doubles meets
    due = (Fraction(5, 3), Fraction(7, 3))
    assert two_owners(Fraction(25, 36), 4).due == tuple((part, part) for part in due)
    assert two_owners(Fraction(25, 11), 11).due == ((5, 5), (6, 6))


def test_an_irrational_equilibrium_is_enclosed() -> None:
    deal = two_owners(Fraction(1, 10), 2)
    for low, high in deal.due:
        assert low < high < low + Fraction(1, 10**9)
    low, high = deal.due[1]
    assert (2 - high) ** 2 < Fraction(1, 5) < (2 - low) ** 2
    assert deal.epsilon[0] == Fraction(1, 10)
    assert float(deal.epsilon[1]) == pytest.approx(math.sqrt(0.2) - 0.1, rel=10.0 ** (1 - DIGITS))


@pytest.mark.parametrize(("over", "payment"), [(-1, 7), (0, 6), (1, 6)])
def test_a_payment_beside_a_whole_cent_is_rounded_to_the_right_side(over: int, payment: int) -> None:
    # √(11 · cap) is 5 up to 1e-30, of which doubles know nothing; no budget is a decimal there
    deal = two_owners(Fraction(25, 11) + Fraction(over, 10**30), 11)
    low, high = deal.due[1]
    assert math.ceil(low) == math.ceil(high) == payment


# --- prices in whole cents, against every menu of whole cents below

menus = st.lists(st.fractions(Fraction(1, 4), 6, max_denominator=4), min_size=1, max_size=3, unique=True)


@settings(max_examples=60, deadline=None)
@given(menus, st.sampled_from(["composition", "averaging", "none"]), st.randoms(use_true_random=False))
def test_published_prices_are_the_greatest_safe_cents_below(epsilon: list[Fraction], attack: str, random: Any) -> None:
    weight = {value: value**2 if attack == "averaging" else value for value in epsilon}
    order = sorted(epsilon)

    def is_safe(price: dict[Fraction, Any]) -> bool:
        return all(
            price[small] <= price[large]
            and (attack == "none" or price[small] * weight[large] >= price[large] * weight[small])
            for small, large in pairwise(order)
        )

    exact = {order[0]: Fraction(random.randint(0, 900), 100)}
    for small, large in pairwise(order):
        most = exact[small] * (3 if attack == "none" else weight[large] / weight[small])
        exact[large] = exact[small] + (most - exact[small]) * Fraction(random.randint(0, 7), 7)
    assume(is_safe(exact) and max(exact.values()) < 12)
    found = published_prices(MenuCone(as_fractions(epsilon), attack), [exact[value] / 100 for value in epsilon])
    below: list[dict[Fraction, int]] = [{}]
    for value in order:
        below = [{**menu, value: cents} for menu in below for cents in range(math.floor(exact[value]) + 1)]
    safe_menus = [menu for menu in below if is_safe(menu)]
    assert [max(menu[value] for menu in safe_menus) for value in epsilon] == list(found)
    assert is_safe(dict(zip(epsilon, found, strict=True)))


def test_a_buyer_at_the_very_price_buys() -> None:
    found = sales(mp.Buyers(wanted=[0, 0, 0, 1], value=["0.1", "0.09999", "1/9", 5]), [10, 501])
    assert (found.sold, found.cents) == ((2, 0), 20)


# --- the whole, by hand


def test_a_market_by_hand(result: MarketResult) -> None:
    steps = result.steps
    # 10 and 30 sell to everybody, and no safe menu earns more: 10 + 2·30
    assert steps["prices"]["published_cents"] == [1000, 3000]
    assert steps["prices"]["expected"] == {"sold": [1, 2], "revenue_cents": 7000}
    assert steps["task"]["pool_cents"] == 3500
    assert steps["task"]["reserved_cents"] == 3
    # 3497 cents among costs 50, 75 and 400: Ann is capped at 8; Z² 75/3497 = 8, so that Bob sells Z − 8
    total = math.sqrt(3497 * 8 / 75)
    owners = {row["owner"]: row for row in steps["owners"]["owners"]}
    assert owners["Ann"]["epsilon"] == "8"
    assert float(owners["Bob"]["epsilon"]) == pytest.approx(total - 8, rel=1e-11)
    assert owners["Cat"] == {
        "owner": "Cat",
        "epsilon": "0",
        "due_cents": ["0", "0"],
        "payment_cents": 0,
        "cost_cents": "0",
        "gain_cents": "0",
    }
    assert owners["Ann"]["payment_cents"] == math.ceil(3497 * 8 / total)
    assert owners["Bob"]["payment_cents"] == math.ceil(3497 * (total - 8) / total)
    books = steps["accounts"]
    assert books["payments_cents"] == 3498
    assert books["kept_of_pool_cents"] == 2
    assert books["broker_surplus_cents"] == 7000 - 3498
    assert books["balances_cents"] == {"buyers": -7000, "owners": 3498, "broker": 3502}
    assert not result.violated
    assert [check.name for check in result.undecided] == ["revenue-as-promised"]  # three buyers tell little


def test_the_document_follows_its_schema(result: MarketResult) -> None:
    document = json.loads(to_json(result.document()))
    follows(document, "market")
    check_document(document)
    assert document["market"]["payment"] == {"type": "contest"}
    assert document["market"]["owners"]["cost"] == ["1/2", "3/4", "4"]
    assert [row["epsilon"] for row in document["versions"]] == ["1", "3"]
    assert "head" not in document["steps"]["training"]["versions"][0]
    assert result.models[0].shape == (64, 10)


def test_a_shortfall_is_booked_to_the_broker_that_guaranteed() -> None:
    few = mp.Buyers(wanted=[0], value=[10])
    found = mp.run_market(market(buyers=few, pool=mp.RewardPool(share="0.9")), noise_seed=SEED)
    books = found.steps["accounts"]
    assert books["expected_revenue_cents"] == 7000
    assert books["revenue_cents"] == 1000
    assert books["pool_cents"] == 6300
    assert books["broker_shortfall_cents"] == books["payments_cents"] - 1000 > 5000
    assert books["broker_surplus_cents"] == -books["broker_shortfall_cents"]
    assert not found.violated


def test_a_share_of_what_is_realised_is_always_covered() -> None:
    few = mp.Buyers(wanted=[0, 1], value=[10, 29])
    found = mp.run_market(market(buyers=few, pool=mp.RewardPool(share="0.9", rule="realised")), noise_seed=SEED)
    books = found.steps["accounts"]
    assert books["revenue_cents"] == 1000
    assert found.steps["prices"]["pool"]["of_cents"] == 1000
    assert books["payments_cents"] <= books["pool_cents"] == 900
    assert books["broker_shortfall_cents"] == 0
    covered = next(check for check in found.checks if check.name == "payments-covered-by-sales")
    assert covered.verdict == "holds"


@pytest.mark.parametrize("share", ["1/7000", "1/3500", "3/7000"])
def test_a_pool_of_a_few_cents_trains_and_sells_nothing(share: str) -> None:
    found = mp.run_market(market(pool=mp.RewardPool(share=share)), noise_seed=SEED)
    assert found.steps["owners"]["participants"] == 0
    assert found.steps["training"]["trained"] is None
    assert found.models == ()
    books = found.steps["accounts"]
    assert books["revenue_cents"] == books["payments_cents"] == 0
    assert not found.violated
    check_document(json.loads(to_json(found.document())))


def test_no_demand_is_no_market() -> None:
    nobody = mp.VersionRevenue(epsilon=[1, 3], wanted=[], value=[])
    found = mp.run_market(market(prices=nobody), noise_seed=SEED)
    assert found.steps["prices"]["pool"]["cents"] == 0
    assert found.steps["accounts"]["sold"] == [0, 0]
    check_document(json.loads(to_json(found.document())))


def test_drawn_buyers_come_from_the_surveyed_by_the_seed() -> None:
    drawn = market(draw=50)
    pairs = set(zip(drawn.surveyed.index.tolist(), drawn.surveyed.value.tolist(), strict=True))
    assert len(drawn.coming.value) == 50
    assert set(zip(drawn.coming.index.tolist(), drawn.coming.value.tolist(), strict=True)) <= pairs
    assert market(draw=50).coming.index.tolist() == drawn.coming.index.tolist()
    other = market(draw=50, training=replace(QUICK, seed=1))
    assert other.coming.index.tolist() != drawn.coming.index.tolist()


LIES_PAY = ("incentive-compatibility",)


@dataclass(frozen=True)
class Ruled:
    payment: mp.Payment
    epsilon: tuple[str, ...]
    payments: tuple[int, ...]
    violated: tuple[str, ...] = ()


@pytest.mark.parametrize(
    "case",
    [
        # 3497 cents for three: 1165.67 each; Cat's 2 ε cost 800, Bob's 150
        Ruled(mp.StaticPayment(epsilon=2), ("2", "2", "2"), (1166, 1166, 1166)),
        # 5 ε cost Cat 2000, more than a third; half is 1748.5
        Ruled(mp.StaticPayment(epsilon=5), ("5", "5", "0"), (1749, 1749, 0)),
        # 1.1 · (50 + 75 + 400) = 577.5
        Ruled(mp.CostPlusPayment(epsilon=1, margin="0.1"), ("1", "1", "1"), (55, 83, 440), LIES_PAY),
        # 8 · 525 = 4200 is more than 3497: all sell 8 · 3497/4200
        Ruled(mp.CostPlusPayment(epsilon=9), ("6.66095238095",) * 3, (334, 500, 2665), LIES_PAY),
    ],
    ids=["static", "static-dear", "cost-plus", "cost-plus-scaled"],
)
def test_other_payment_rules(case: Ruled) -> None:
    owners = mp.Owners(cost=["0.5", "0.75", 4], epsilon_cap=[8, 8, 8])
    found = mp.run_market(market(owners=owners, payment=case.payment), noise_seed=SEED)
    rows = found.steps["owners"]["owners"]
    assert tuple(row["epsilon"] for row in rows) == case.epsilon
    assert tuple(row["payment_cents"] for row in rows) == case.payments
    assert tuple(check.name for check in found.violated) == case.violated


def test_a_common_cap_goes_before_a_higher_own_one() -> None:
    capped = market(privacy=mp.CommonPrivacyCap(epsilon="0.5"))
    assert capped.caps is not None
    assert capped.caps.tolist() == [Fraction(1, 2)] * 3
    assert market(owners=mp.Owners(cost=[1, 2])).caps is None


class Greedy(mp.Payment):
    """A rule that breaks whatever it is told to break."""

    breaks: str = "pool"

    def deal(self, task: mp.Task) -> mp.Deal:
        one, none = Fraction(1), (Fraction(0), Fraction(0))
        return {
            "pool": mp.Deal((one,) * 3, ((task.pool, task.pool),) * 3),
            "cap": mp.Deal((one * 9, one, one), (none,) * 3),
            "cost": mp.Deal((one, one, one), ((Fraction(99), Fraction(99)),) * 3),
            "length": mp.Deal((one,), (none,)),
            "cents": mp.Deal((one,) * 3, ((Fraction(1, 2), Fraction(3, 2)),) * 3),
            "negative": mp.Deal((-one, one, one), (none,) * 3),
        }[self.breaks]


@pytest.mark.parametrize(
    ("breaks", "words"),
    [
        ("pool", "out of a pool of 3500"),
        ("cap", "owner Ann.*at most its cap, 8"),
        ("cost", "owner Cat = 99.*fewer cents"),
        ("length", "each of the 3 owners"),
        ("cents", "due = '0.5 to 1.5'"),
        ("negative", "owner Ann = '-1'"),
    ],
)
def test_a_payment_rule_that_breaks_its_limits_is_refused(breaks: str, words: str) -> None:
    with pytest.raises(mp.InputError, match=words):
        mp.run_market(market(payment=Greedy(breaks)), noise_seed=SEED)


def test_every_promise_can_be_seen_broken(result: MarketResult) -> None:
    """Break one number at a time, and look for the promise that notices."""

    def verdicts(step: str, change: Any) -> set[str]:
        copy = json.loads(json.dumps(result.steps))
        change(copy[step])
        return {check.name for check in checks(result.market, copy) if check.verdict == "violated"}

    def paid(row: int, cents: int) -> Any:
        return lambda step: step["owners"][row].update(payment_cents=cents)

    assert verdicts("owners", lambda step: None) == set()
    assert {"payments-to-the-cent", "accounts-balance"} <= verdicts("owners", paid(0, 1))
    assert "individual-rationality" in verdicts("owners", paid(0, 1))
    assert "payments-within-pool" in verdicts("owners", paid(1, 5000))
    assert "prices-safe" in verdicts("prices", lambda step: step.update(published_cents=[1000, 3001]))
    assert "prices-certified" in verdicts("prices", lambda step: step["certificate"].update(valid=False, optimal=False))
    assert verdicts("accounts", lambda step: step.update(broker_surplus_cents=1)) == {
        "accounts-balance",
        "steps-follow",
    }
    assert "privacy-as-sold" in verdicts("owners", lambda step: step["owners"][0].update(epsilon="9"))


owner_data = st.tuples(st.integers(1, 500), st.integers(0, 40))


@settings(max_examples=25, deadline=None)
@given(st.lists(owner_data, min_size=2, max_size=5), st.integers(1, 100), st.sampled_from(["guaranteed", "realised"]))
def test_accounts_of_any_market(owners: list[tuple[int, int]], percent: int, rule: str) -> None:
    from mechproof.dpfl.market import steps as step

    assume(sum(cap > 0 for _, cap in owners) >= 2)
    chosen = market(
        owners=mp.Owners(cost=[Fraction(cost, 100) for cost, _ in owners], epsilon_cap=[cap for _, cap in owners]),
        pool=mp.RewardPool(share=Fraction(percent, 100), rule=rule),
        buyers=mp.Buyers(wanted=[0, 1, 1], value=[10, 29, 30]),
    )
    found: dict[str, Any] = {}
    for name in ("survey", "prices", "task", "owners"):
        found[name] = json.loads(json.dumps(step.STEPS[name](chosen, found)))
    tested = {"data": {"test_records": 500, "commonest_class": 0.1}}
    heads = [{"noise": 1.0, "accuracy": 0.8, "beside_the_next_cheaper": {"it_alone": 90, "the_cheaper_alone": 20}}] * 2
    sold = {"trained": tested, "versions": heads, "owners": [], "copies": "nested", "delta": 1e-5, "rounds": 1}
    found["training"] = sold if found["owners"]["participants"] else {**sold, "trained": None}
    found["accounts"] = step.accounts(chosen, found)
    payments = [row["payment_cents"] for row in found["owners"]["owners"]]
    revenue = found["accounts"]["revenue_cents"]
    assert revenue == (4000 if found["owners"]["participants"] else 0)
    pool = math.floor(Fraction(percent, 100) * (7000 if rule == "guaranteed" else 4000))
    assert sum(payments) <= pool
    for (cost, cap), row in zip(owners, found["owners"]["owners"], strict=True):
        assert row["payment_cents"] - Fraction(row["epsilon"]) * cost >= 0
        assert Fraction(row["epsilon"]) <= cap
    books = found["accounts"]
    assert books["broker_surplus_cents"] == revenue - sum(payments)
    assert sum(books["balances_cents"].values()) == 0
    assert books["broker_shortfall_cents"] == max(0, sum(payments) - revenue)
    assert all(check.verdict != "violated" for check in checks(chosen, found))
