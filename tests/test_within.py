"""Violations within an amount of money: shown to be no larger, shown to be larger, or undecided; never guessed."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mechproof as mp
from mechproof.cli import run
from mechproof.proofs.properties import leader
from mechproof.proofs.properties.deviations import no_profitable_deviation
from mechproof.proofs.properties.gains import most_gained
from mechproof.proofs.properties.profile import profile_of
from mechproof.proofs.reports.money import Money
from mechproof.proofs.reports.reasons import told
from mechproof.solvers.commands.schema import check_document

CENT = Fraction(1, 100)
DEVIATION, OPTIMUM = "no-profitable-deviation", "leader-optimality"


def verdict(found: Any, name: str, within: Any) -> str:
    return str(mp.verify(found, within=within)[name].verdict)


def around(found: Any, name: str, amount: Any, room: Any = 0) -> None:
    """The property holds within a little more than the amount, and is violated within a little less."""
    amount, room = Fraction(amount), Fraction(room) or Fraction(amount) / 10**6
    assert verdict(found, name, amount + room) == "holds"
    assert verdict(found, name, amount - room) == "violated"


def contest_gain(cost: Any, epsilon: Any, pool: float) -> float:
    """The largest gain by another budget: the best reply to others' sum S is √(B S/ρ) − S."""
    gains = []
    for index, rho in enumerate(cost):
        others = sum(epsilon) - epsilon[index]
        best = max(math.sqrt(pool * others / rho) - others, 0.0)
        have = [pool * own / (own + others) - rho * own for own in (best, epsilon[index])]
        gains.append(have[0] - have[1])
    return max(gains)


def test_a_report_says_what_was_forgiven_and_not_that_nothing_was_found() -> None:
    game = mp.StackelbergPricing(cost=["0.2", "0.3", "0.5"], alpha=10, beta=10)
    near = mp.candidate(game, reward_pool="9.751", epsilon=["11.7012", "7.8008", 0])
    item = mp.verify(near, within=CENT)[OPTIMUM].document()
    assert item["verdict"] == "holds"
    said = told(item, Money("EUR")).replace("\N{NO-BREAK SPACE}", " ")
    assert said.startswith("another reward pool than EUR 9.75 is better"), said
    assert said.endswith("at most EUR 0.01, which is forgiven")


def test_a_pool_overspent_by_one_cent_is_within_a_cent() -> None:
    game = mp.StackelbergPricing(cost=["0.2", "0.3", "0.5"], alpha=10, beta=10)
    over = mp.candidate(game, reward_pool="9.75", epsilon=["11.7", "7.8", 0], payment=["5.86", "3.90", 0])
    item = mp.verify(over, within=CENT)["budget-balance"]
    assert item.verdict == "holds"
    assert item.text.startswith("within 1/100")
    assert item.witness is not None
    assert item.witness["within"] == CENT
    assert verdict(over, "budget-balance", "0.0099") == "violated"
    assert verdict(over, "budget-balance", 0) == "violated"


def test_doubles_are_given_room_for_their_rounding() -> None:
    game = mp.StackelbergPricing(cost=[0.2, 0.3, 0.5], alpha=10.0, beta=10.0)
    over = mp.candidate(game, reward_pool=9.75, epsilon=[11.7, 7.8, 0.0], payment=[5.86, 3.9, 0.0])
    assert verdict(over, "budget-balance", "0.011") == "holds"
    assert verdict(over, "budget-balance", "0.009") == "violated"
    assert verdict(over, "budget-balance", "0.01") == "inconclusive"  # 9.76 − 9.75 is no cent in doubles


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.integers(2, 30), min_size=2, max_size=5),
    st.lists(st.integers(1, 60), min_size=5, max_size=5),
    st.integers(2, 40),
)
def test_the_largest_gain_of_a_contest_is_enclosed(cost: list[int], epsilon: list[int], pool: int) -> None:
    budgets = [Fraction(number, 7) for number in epsilon[: len(cost)]]
    game = mp.StackelbergPricing(cost=cost, alpha=9, beta=900)
    claimed = mp.candidate(game, reward_pool=pool, epsilon=budgets)
    item = no_profitable_deviation(profile_of(claimed))
    gain = Fraction(contest_gain(cost, [float(number) for number in budgets], float(pool)))
    if gain > Fraction(1, 10**6):
        assert item.forgiven(gain * Fraction(100_001, 100_000)).verdict == "holds"
        assert item.forgiven(gain * Fraction(99_999, 100_000)).verdict == "violated"


def test_the_bound_holds_wherever_the_hint_is() -> None:
    # Ann has U = ε/(ε + 1/4) − ε at most 1/4, at 1/4, which is missed by a part in a thousand; she has U(1/5) now
    game = mp.StackelbergPricing(cost=[1, 1], alpha=4, beta=200)
    lazy = profile_of(mp.candidate(game, reward_pool=1, epsilon=["1/5", "1/4"]))
    largest = Fraction(1, 4) - (Fraction(4, 9) - Fraction(1, 5))
    bob = (math.sqrt(0.2) - 0.2) / math.sqrt(0.2) - (math.sqrt(0.2) - 0.2) - (0.25 / 0.45 - 0.25)
    assert bob < largest
    for hint in (0.25, 0.2501, 0.2499):
        found = most_gained(lazy, [hint, math.sqrt(0.2) - 0.2])
        assert found is not None
        low, high = found
        assert low <= largest <= high < largest + Fraction(1, 10**6)
    assert most_gained(lazy, [0.3, 0.25]) is None


def test_budgets_rounded_for_people_to_read_are_an_equilibrium_within_a_cent() -> None:
    game = mp.StackelbergPricing(cost=["0.21", "0.33", "0.47", "0.9"], alpha=10, beta=10)
    exact = mp.solve(game, arithmetic="exact").exact
    assert exact is not None
    pool = Fraction(round(float(exact["reward_pool"]), 2)).limit_denominator(100)
    rounded = [Fraction(round(float(own), 1)).limit_denominator(10) for own in exact["epsilon"]]
    claimed = mp.candidate(game, reward_pool=pool, epsilon=rounded)
    assert not mp.verify(claimed).ok
    found = mp.verify(claimed, within=CENT)
    assert found[DEVIATION].verdict == "holds"
    assert found[OPTIMUM].verdict == "holds"


def test_what_a_leader_loses_is_enclosed() -> None:
    game = mp.StackelbergPricing(cost=[1, 1, 3], alpha=30, beta=6)
    best = mp.solve(game, arithmetic="exact").values
    pool = Fraction(5)
    # replies are proportional to the pool, whichever it is
    replies = [Fraction(number) * pool / Fraction(best["reward_pool"]) for number in best["epsilon"]]
    claimed = mp.candidate(game, reward_pool=pool, epsilon=[number.limit_denominator(10**6) for number in replies])
    loss = best["server_utility"] - claimed.values["server_utility"]
    assert loss > 0.001
    around(claimed, OPTIMUM, loss, Fraction(loss) / 10**6)


class Paid(mp.Game):
    """Sellers who like to be paid 505 each, out of a pool."""

    pool: mp.Number = mp.scalar("the pool", above=0, unit="money")

    def players(self) -> tuple[mp.Player]:
        pay = mp.Decision("pay", np.zeros(2), np.full(2, 1e6), unit="money")
        return (mp.Player("seller", pay, lambda a, own, others: 0 - a.square(own - 505), count=2),)


class Shared(Paid):
    """What is paid is told as a share of the pool."""

    def constraints(self) -> tuple[mp.Constraint, ...]:
        return (mp.Constraint("share", lambda a, pay, pool: 1 - a.sum(pay) / pool),)


class Thousands(Paid):
    """What is left is told in thousands."""

    def constraints(self) -> tuple[mp.Constraint, ...]:
        return (mp.Constraint("thousands", lambda a, pay, pool: (pool - a.sum(pay)) / 1000),)


class Kept(Paid):
    """The pool is kept, and with it a rule that is not defined where the pool is overspent by less than 20."""

    def constraints(self) -> tuple[mp.Constraint, ...]:
        undefined = mp.Constraint("odd", lambda a, pay, pool: pool + a.log(a.sum(pay) - pool - 20))
        return (mp.Constraint("kept", lambda a, pay, pool: pool - a.sum(pay)), undefined)


@pytest.mark.parametrize("mechanism", [Shared, Thousands])
def test_a_share_and_thousands_are_no_money(mechanism: type[Paid]) -> None:
    # ten are overspent, which is a hundredth of the pool, and of a thousand
    assert verdict(mp.candidate(mechanism(pool=1000), pay=[505, 505]), "budget-balance", CENT) == "violated"


@pytest.mark.parametrize("pool", [1000, 1000.0])
def test_what_is_not_defined_is_not_forgiven_with_what_is_broken(pool: float) -> None:
    claimed = mp.candidate(Kept(pool=pool), pay=[type(pool)(505)] * 2)
    assert verdict(claimed, "budget-balance", 20) == "inconclusive"
    assert verdict(claimed, "budget-balance", 5) == "violated"


class Wages(mp.Game):
    """Workers who are paid what is stated, at a cost of theirs."""

    payment_outcome = "payment"
    toll: mp.Vector = mp.vector("what work costs", above=0, per="worker", unit="money")

    def players(self) -> tuple[mp.Player]:
        work = mp.Decision("work", np.zeros(len(self.toll)), np.ones(len(self.toll)))
        return (mp.Player("worker", work, lambda a, own, others, toll: 0 * others - own * toll, count=len(self.toll)),)

    def outcomes(self) -> Mapping[str, Any]:
        return {"payment": lambda a, work, toll: 0 * work * toll}


def test_every_loss_in_doubles_has_the_room_of_its_own_terms() -> None:
    # the second loses a little less, of an amount whose rounding is ten times as much as the difference
    wages = Wages(toll=[3.0, 1e9])
    claimed = mp.candidate(wages, work=[1.0, 1.0], payment=[1.0, 1e9 - 2 + 1e-4])
    assert verdict(claimed, "individual-rationality", "2.0005") == "inconclusive"
    assert verdict(claimed, "individual-rationality", "2.01") == "holds"
    assert verdict(claimed, "individual-rationality", "1.99") == "violated"


@dataclass(frozen=True)
class Certified:
    """A back end's answer, and a certificate of how much is left on the table, relative to the largest pool."""

    values: Mapping[str, Any]
    gap: float
    exact: None = None
    valid: bool = True

    @property
    def certificate(self) -> Certified:
        return self


def test_the_gap_of_a_certificate_is_relative(monkeypatch: pytest.MonkeyPatch) -> None:
    game = mp.StackelbergPricing(cost=[1, 1, 3], alpha=30, beta=60)
    best, claimed = mp.solve(game), mp.candidate(game, reward_pool=50, epsilon=["12.5", "12.5", 0])
    loss = float(best.values["server_utility"] - claimed.values["server_utility"])
    monkeypatch.setattr(leader, "solve", lambda _: Certified(best.values, 1e-3))
    assert verdict(claimed, OPTIMUM, Fraction(loss) + Fraction("0.05")) == "inconclusive"  # 0.06 may be left
    assert verdict(claimed, OPTIMUM, Fraction(loss) + Fraction("0.07")) == "holds"


class Partners(mp.Game):
    """Each likes the product of what it puts in and what the others do."""

    most: mp.Vector = mp.vector("the most that one can put in", above=0, per="partner")

    def players(self) -> tuple[mp.Player]:
        own = mp.Decision("work", np.zeros(len(self.most)), np.array(self.most))
        return (mp.Player("partner", own, lambda a, own, others: own * others, count=len(self.most)),)


def test_the_others_are_added_without_rounding() -> None:
    # in doubles 1e16 + 1 is 1e16: the first would face nobody, and gain nothing by four times as much, which pays 3e16
    claimed = mp.candidate(Partners(most=[4e16, 1.0]), work=[1e16, 1.0])
    assert verdict(claimed, DEVIATION, None) != "holds"
    assert verdict(claimed, DEVIATION, 10**6) != "holds"


class Wavy(mp.Game):
    """A game whose utility has two humps, so that only a cover shows what nobody gains."""

    height: mp.Vector = mp.vector("a height", above=0, per="player")

    def players(self) -> tuple[mp.Player]:
        own = mp.Decision("place", np.zeros(len(self.height)), np.full(len(self.height), 4.0))
        return (mp.Player("player", own, humps, count=len(self.height)),)


def humps(a: mp.Algebra, own: Any, others: Any, height: Any) -> Any:
    """A hump of height 1 at 1, and one of the given height at 3, whatever the others do."""
    return a.exp(0 - 9 * a.square(own - 1)) + height * a.exp(0 - 9 * a.square(own - 3)) + 0 * others


def test_utilities_that_are_not_concave_are_covered() -> None:
    game = Wavy(height=["1.25", "1.5"])
    item = no_profitable_deviation(profile_of(mp.candidate(game, place=[1, 1])))
    assert item.forgiven(Fraction("0.51")).verdict == "holds"
    assert item.forgiven(Fraction("0.49")).verdict == "violated"


@pytest.mark.parametrize(
    ("payment", "name", "amount"),
    [
        (["1", "1", "1"], "incentive-compatibility", "3/4"),
        (["1", "0.99", "1"], "individual-rationality", "1/100"),
        (["1.3", "1", "0.71"], "budget-balance", "1/10"),
    ],
)
def test_a_contract_is_forgiven_exactly_what_it_lacks(payment: list[str], name: str, amount: str) -> None:
    contract = mp.PrivacyContract(cost=["0.5", 1, 2], count=[10, 10, 10], reward_pool=30)
    around(mp.candidate(contract, epsilon=[2, 1, "1/2"], payment=payment), name, Fraction(amount))


def test_the_most_that_a_bundle_saves_counts() -> None:
    pricing = mp.VersionPricing(epsilon=[1, 2, 4, 8], target=[1, 5, 6, 20])
    around(mp.candidate(pricing, price=[1, 5, 6, 20]), "no-arbitrage", 12)
    # 2 of the first save 3 on the second, 8 on the last only 1/2: the larger counts
    around(mp.candidate(pricing, price=[1, 5, 4, "8.5"]), "no-arbitrage", 3)
    around(mp.candidate(pricing, price=[1, 5, 4, "3.5"]), "monotone", "3/2")


def test_a_revenue_stated_wrongly_by_a_cent() -> None:
    market = mp.VersionRevenue(epsilon=[1, 3], wanted=[0, 1, 1], value=["0.1", "0.3", "0.5"])
    around(mp.candidate(market, price=["0.1", "0.3"], revenue="0.71"), "revenue-stated", CENT)


def test_a_lie_that_was_found_is_only_a_lower_bound() -> None:
    game = mp.StackelbergPricing(cost=["0.2", "0.3", "0.5"], alpha=10, beta=10)
    gain = mp.verify(game)["truthfulness"].witness["gain"]  # type: ignore[index]
    assert verdict(game, "truthfulness", Fraction(float(gain)) * 2) == "inconclusive"
    assert verdict(game, "truthfulness", Fraction(float(gain)) / 2) == "violated"


def test_what_is_not_about_money_is_forgiven_nothing() -> None:
    game = mp.StackelbergPricing(cost=["0.2", "0.3", "0.5"], alpha=10, beta=10)
    assert verdict(game, "participation", 10**9) == "violated"
    contract = mp.PrivacyContract(cost=["0.5", 1, 2], count=[10, 10, 10], reward_pool=30)
    worse = mp.candidate(contract, epsilon=[1, "1/2", "1/4"], payment=[1, "3/4", "1/2"])
    assert verdict(worse, "contract-optimality", 10**9) == "violated"


@pytest.mark.parametrize("within", [-1, "a cent", float("nan")])
def test_an_amount_that_is_none_is_refused(within: Any) -> None:
    with pytest.raises(mp.InputError, match="within"):
        mp.verify(mp.StackelbergPricing(cost=[1, 1], alpha=4, beta=2), within=within)


def test_without_an_amount_nothing_changes() -> None:
    game = mp.StackelbergPricing(cost=["0.2", "0.3", "0.5"], alpha=10, beta=10)
    over = mp.candidate(game, reward_pool="9.75", epsilon=["11.7", "7.8", 0], payment=["5.86", "3.90", 0])
    assert verdict(over, "budget-balance", None) == "violated"


SPEC = """format = 1
[mechanism]
type = "privacy-contract"
cost = [0.5, 1, 2]
count = [10, 10, 10]
reward_pool = 30
[candidate]
epsilon = [2, 1, 0.5]
payment = [1, 0.99, 1]
[verify]
require = ["individual-rationality", "budget-balance"]
"""


@pytest.mark.parametrize(
    ("text", "options", "code"),
    [
        (SPEC, (), 1),
        (SPEC, ("--within", "0.01"), 0),
        (SPEC, ("--within", "0.0099"), 1),
        (SPEC, ("--within", "-1"), 2),
        (SPEC + "within = 0.01\n", (), 0),  # exactly one hundredth
        (SPEC + "within = 0.01\n", ("--within", "0"), 1),
        (SPEC + 'within = "cent"\n', (), 2),
    ],
)
def test_the_command_and_the_specification_say_so(
    text: str, options: tuple[str, ...], code: int, tmp_path: Path
) -> None:
    (tmp_path / "contract.toml").write_text(text, encoding="utf-8")
    output = tmp_path / "verify.json"
    assert run(["verify", str(tmp_path / "contract.toml"), *options, "--output", str(output)]) == code
    if code != 2:
        document: Mapping[str, Any] = json.loads(output.read_text(encoding="utf-8"))
        check_document(document)
        assert document["within"] == (None if not options and "within" not in text else document["within"])
    if not options:
        assert mp.check(tmp_path / "contract.toml").exit_code == code
